"""Plausible wrong versions of `Node`, each with its misconception."""

from __future__ import annotations

import math

from grader.mutants import mutant


@mutant(
    en="Your gradient of a node that is used several times is that of one use only: the others are overwritten.",
    zh="一个节点被多次使用时，你的梯度只算了其中一次：其余的被覆盖了。",
)
class OverwritesGradients:
    value: float
    grad: float

    def __init__(self, value: float, parents: tuple[OverwritesGradients, ...] = ()) -> None:
        self.value = value
        self.grad = 0.0
        self._parents = parents
        self._slopes: tuple[float, ...] = ()

    def backward(self) -> None:
        order: list[OverwritesGradients] = []
        seen: set[OverwritesGradients] = set()
        waiting = [(self, False)]
        while waiting:
            node, is_expanded = waiting.pop()
            if is_expanded:
                order.append(node)
            elif node not in seen:
                seen.add(node)
                waiting.append((node, True))
                waiting += [(parent, False) for parent in node._parents]
        for node in order:
            if node._parents:
                node.grad = 0.0
        self.grad += 1.0
        for node in reversed(order):
            for parent, slope in zip(node._parents, node._slopes, strict=True):
                parent.grad = slope * node.grad

    def _made(self, value: float, *pairs: tuple[OverwritesGradients, float]) -> OverwritesGradients:
        out = OverwritesGradients(value, tuple(parent for parent, _ in pairs))
        out._slopes = tuple(slope for _, slope in pairs)
        return out

    def _node(self, other: OverwritesGradients | float) -> OverwritesGradients:
        return other if isinstance(other, OverwritesGradients) else OverwritesGradients(other)

    def __neg__(self) -> OverwritesGradients:
        return self._made(-self.value, (self, -1.0))

    def __add__(self, other: OverwritesGradients | float) -> OverwritesGradients:
        b = self._node(other)
        return self._made(self.value + b.value, (self, 1.0), (b, 1.0))

    def __radd__(self, other: float) -> OverwritesGradients:
        return self._node(other) + self

    def __sub__(self, other: OverwritesGradients | float) -> OverwritesGradients:
        b = self._node(other)
        return self._made(self.value - b.value, (self, 1.0), (b, -1.0))

    def __rsub__(self, other: float) -> OverwritesGradients:
        return self._node(other) - self

    def __mul__(self, other: OverwritesGradients | float) -> OverwritesGradients:
        b = self._node(other)
        return self._made(self.value * b.value, (self, b.value), (b, self.value))

    def __rmul__(self, other: float) -> OverwritesGradients:
        return self._node(other) * self

    def __truediv__(self, other: OverwritesGradients | float) -> OverwritesGradients:
        b = self._node(other)
        return self._made(self.value / b.value, (self, 1 / b.value), (b, -self.value / b.value**2))

    def __rtruediv__(self, other: float) -> OverwritesGradients:
        return self._node(other) / self

    def __pow__(self, exponent: float) -> OverwritesGradients:
        return self._made(self.value**exponent, (self, exponent * self.value ** (exponent - 1)))

    def tanh(self) -> OverwritesGradients:
        value = math.tanh(self.value)
        return self._made(value, (self, 1 - value * value))

    def exp(self) -> OverwritesGradients:
        value = math.exp(self.value)
        return self._made(value, (self, value))

    def relu(self) -> OverwritesGradients:
        return self._made(max(self.value, 0.0), (self, 1.0 if self.value > 0 else 0.0))


@mutant(
    en="Your shared nodes pass their gradients on before all users have added to them, and some parts repeatedly.",
    zh="你的共享节点没等所有使用者都加完就把梯度传了下去，有的部分还传了好几次。",
)
class WithoutTopologicalOrder:
    value: float
    grad: float

    def __init__(self, value: float, parents: tuple[WithoutTopologicalOrder, ...] = ()) -> None:
        self.value = value
        self.grad = 0.0
        self._parents = parents
        self._slopes: tuple[float, ...] = ()

    def backward(self) -> None:
        seen: set[WithoutTopologicalOrder] = set()
        waiting = [self]
        while waiting:
            node = waiting.pop()
            if node not in seen:
                seen.add(node)
                if node._parents:
                    node.grad = 0.0
                waiting += node._parents
        self.grad += 1.0
        waiting = [self]
        while waiting:
            node = waiting.pop()
            for parent, slope in zip(node._parents, node._slopes, strict=True):
                parent.grad += slope * node.grad
                if parent not in waiting:
                    waiting.append(parent)

    def _made(self, value: float, *pairs: tuple[WithoutTopologicalOrder, float]) -> WithoutTopologicalOrder:
        out = WithoutTopologicalOrder(value, tuple(parent for parent, _ in pairs))
        out._slopes = tuple(slope for _, slope in pairs)
        return out

    def _node(self, other: WithoutTopologicalOrder | float) -> WithoutTopologicalOrder:
        return other if isinstance(other, WithoutTopologicalOrder) else WithoutTopologicalOrder(other)

    def __neg__(self) -> WithoutTopologicalOrder:
        return self._made(-self.value, (self, -1.0))

    def __add__(self, other: WithoutTopologicalOrder | float) -> WithoutTopologicalOrder:
        b = self._node(other)
        return self._made(self.value + b.value, (self, 1.0), (b, 1.0))

    def __radd__(self, other: float) -> WithoutTopologicalOrder:
        return self._node(other) + self

    def __sub__(self, other: WithoutTopologicalOrder | float) -> WithoutTopologicalOrder:
        b = self._node(other)
        return self._made(self.value - b.value, (self, 1.0), (b, -1.0))

    def __rsub__(self, other: float) -> WithoutTopologicalOrder:
        return self._node(other) - self

    def __mul__(self, other: WithoutTopologicalOrder | float) -> WithoutTopologicalOrder:
        b = self._node(other)
        return self._made(self.value * b.value, (self, b.value), (b, self.value))

    def __rmul__(self, other: float) -> WithoutTopologicalOrder:
        return self._node(other) * self

    def __truediv__(self, other: WithoutTopologicalOrder | float) -> WithoutTopologicalOrder:
        b = self._node(other)
        return self._made(self.value / b.value, (self, 1 / b.value), (b, -self.value / b.value**2))

    def __rtruediv__(self, other: float) -> WithoutTopologicalOrder:
        return self._node(other) / self

    def __pow__(self, exponent: float) -> WithoutTopologicalOrder:
        return self._made(self.value**exponent, (self, exponent * self.value ** (exponent - 1)))

    def tanh(self) -> WithoutTopologicalOrder:
        value = math.tanh(self.value)
        return self._made(value, (self, 1 - value * value))

    def exp(self) -> WithoutTopologicalOrder:
        value = math.exp(self.value)
        return self._made(value, (self, value))

    def relu(self) -> WithoutTopologicalOrder:
        return self._made(max(self.value, 0.0), (self, 1.0 if self.value > 0 else 0.0))


@mutant(
    en="You visit the nodes level by level: one that is used on several levels passes its gradient on too early.",
    zh="你从末端开始逐层访问节点：在几层上都被用到的节点，过早地传出了梯度。",
)
class BreadthFirst:
    value: float
    grad: float

    def __init__(self, value: float, parents: tuple[BreadthFirst, ...] = ()) -> None:
        self.value = value
        self.grad = 0.0
        self._parents = parents
        self._slopes: tuple[float, ...] = ()

    def backward(self) -> None:
        order = [self]
        seen = {self}
        for node in order:
            for parent in node._parents:
                if parent not in seen:
                    seen.add(parent)
                    order.append(parent)
        for node in order:
            if node._parents:
                node.grad = 0.0
        self.grad += 1.0
        for node in order:
            for parent, slope in zip(node._parents, node._slopes, strict=True):
                parent.grad += slope * node.grad

    def _made(self, value: float, *pairs: tuple[BreadthFirst, float]) -> BreadthFirst:
        out = BreadthFirst(value, tuple(parent for parent, _ in pairs))
        out._slopes = tuple(slope for _, slope in pairs)
        return out

    def _node(self, other: BreadthFirst | float) -> BreadthFirst:
        return other if isinstance(other, BreadthFirst) else BreadthFirst(other)

    def __neg__(self) -> BreadthFirst:
        return self._made(-self.value, (self, -1.0))

    def __add__(self, other: BreadthFirst | float) -> BreadthFirst:
        b = self._node(other)
        return self._made(self.value + b.value, (self, 1.0), (b, 1.0))

    def __radd__(self, other: float) -> BreadthFirst:
        return self._node(other) + self

    def __sub__(self, other: BreadthFirst | float) -> BreadthFirst:
        b = self._node(other)
        return self._made(self.value - b.value, (self, 1.0), (b, -1.0))

    def __rsub__(self, other: float) -> BreadthFirst:
        return self._node(other) - self

    def __mul__(self, other: BreadthFirst | float) -> BreadthFirst:
        b = self._node(other)
        return self._made(self.value * b.value, (self, b.value), (b, self.value))

    def __rmul__(self, other: float) -> BreadthFirst:
        return self._node(other) * self

    def __truediv__(self, other: BreadthFirst | float) -> BreadthFirst:
        b = self._node(other)
        return self._made(self.value / b.value, (self, 1 / b.value), (b, -self.value / b.value**2))

    def __rtruediv__(self, other: float) -> BreadthFirst:
        return self._node(other) / self

    def __pow__(self, exponent: float) -> BreadthFirst:
        return self._made(self.value**exponent, (self, exponent * self.value ** (exponent - 1)))

    def tanh(self) -> BreadthFirst:
        value = math.tanh(self.value)
        return self._made(value, (self, 1 - value * value))

    def exp(self) -> BreadthFirst:
        value = math.exp(self.value)
        return self._made(value, (self, value))

    def relu(self) -> BreadthFirst:
        return self._made(max(self.value, 0.0), (self, 1.0 if self.value > 0 else 0.0))


@mutant(
    en="Your intermediate nodes keep their gradients from the call before, so that a second pass counts them again.",
    zh="你的中间节点还留着上一次调用的梯度，第二次反向传播又把它们算了一遍。",
)
class StaleGradients:
    value: float
    grad: float

    def __init__(self, value: float, parents: tuple[StaleGradients, ...] = ()) -> None:
        self.value = value
        self.grad = 0.0
        self._parents = parents
        self._slopes: tuple[float, ...] = ()

    def backward(self) -> None:
        order: list[StaleGradients] = []
        seen: set[StaleGradients] = set()
        waiting = [(self, False)]
        while waiting:
            node, is_expanded = waiting.pop()
            if is_expanded:
                order.append(node)
            elif node not in seen:
                seen.add(node)
                waiting.append((node, True))
                waiting += [(parent, False) for parent in node._parents]
        self.grad += 1.0
        for node in reversed(order):
            for parent, slope in zip(node._parents, node._slopes, strict=True):
                parent.grad += slope * node.grad

    def _made(self, value: float, *pairs: tuple[StaleGradients, float]) -> StaleGradients:
        out = StaleGradients(value, tuple(parent for parent, _ in pairs))
        out._slopes = tuple(slope for _, slope in pairs)
        return out

    def _node(self, other: StaleGradients | float) -> StaleGradients:
        return other if isinstance(other, StaleGradients) else StaleGradients(other)

    def __neg__(self) -> StaleGradients:
        return self._made(-self.value, (self, -1.0))

    def __add__(self, other: StaleGradients | float) -> StaleGradients:
        b = self._node(other)
        return self._made(self.value + b.value, (self, 1.0), (b, 1.0))

    def __radd__(self, other: float) -> StaleGradients:
        return self._node(other) + self

    def __sub__(self, other: StaleGradients | float) -> StaleGradients:
        b = self._node(other)
        return self._made(self.value - b.value, (self, 1.0), (b, -1.0))

    def __rsub__(self, other: float) -> StaleGradients:
        return self._node(other) - self

    def __mul__(self, other: StaleGradients | float) -> StaleGradients:
        b = self._node(other)
        return self._made(self.value * b.value, (self, b.value), (b, self.value))

    def __rmul__(self, other: float) -> StaleGradients:
        return self._node(other) * self

    def __truediv__(self, other: StaleGradients | float) -> StaleGradients:
        b = self._node(other)
        return self._made(self.value / b.value, (self, 1 / b.value), (b, -self.value / b.value**2))

    def __rtruediv__(self, other: float) -> StaleGradients:
        return self._node(other) / self

    def __pow__(self, exponent: float) -> StaleGradients:
        return self._made(self.value**exponent, (self, exponent * self.value ** (exponent - 1)))

    def tanh(self) -> StaleGradients:
        value = math.tanh(self.value)
        return self._made(value, (self, 1 - value * value))

    def exp(self) -> StaleGradients:
        value = math.exp(self.value)
        return self._made(value, (self, value))

    def relu(self) -> StaleGradients:
        return self._made(max(self.value, 0.0), (self, 1.0 if self.value > 0 else 0.0))


@mutant(
    en="Your second pass counts old gradients of intermediate nodes again; only the start node is reset.",
    zh="第二次反向传播时，你又把中间节点的旧梯度算了一遍；只有起始节点被重置。",
)
class StartsWithOne:
    value: float
    grad: float

    def __init__(self, value: float, parents: tuple[StartsWithOne, ...] = ()) -> None:
        self.value = value
        self.grad = 0.0
        self._parents = parents
        self._slopes: tuple[float, ...] = ()

    def backward(self) -> None:
        order: list[StartsWithOne] = []
        seen: set[StartsWithOne] = set()
        waiting = [(self, False)]
        while waiting:
            node, is_expanded = waiting.pop()
            if is_expanded:
                order.append(node)
            elif node not in seen:
                seen.add(node)
                waiting.append((node, True))
                waiting += [(parent, False) for parent in node._parents]
        self.grad = 1.0
        for node in reversed(order):
            for parent, slope in zip(node._parents, node._slopes, strict=True):
                parent.grad += slope * node.grad

    def _made(self, value: float, *pairs: tuple[StartsWithOne, float]) -> StartsWithOne:
        out = StartsWithOne(value, tuple(parent for parent, _ in pairs))
        out._slopes = tuple(slope for _, slope in pairs)
        return out

    def _node(self, other: StartsWithOne | float) -> StartsWithOne:
        return other if isinstance(other, StartsWithOne) else StartsWithOne(other)

    def __neg__(self) -> StartsWithOne:
        return self._made(-self.value, (self, -1.0))

    def __add__(self, other: StartsWithOne | float) -> StartsWithOne:
        b = self._node(other)
        return self._made(self.value + b.value, (self, 1.0), (b, 1.0))

    def __radd__(self, other: float) -> StartsWithOne:
        return self._node(other) + self

    def __sub__(self, other: StartsWithOne | float) -> StartsWithOne:
        b = self._node(other)
        return self._made(self.value - b.value, (self, 1.0), (b, -1.0))

    def __rsub__(self, other: float) -> StartsWithOne:
        return self._node(other) - self

    def __mul__(self, other: StartsWithOne | float) -> StartsWithOne:
        b = self._node(other)
        return self._made(self.value * b.value, (self, b.value), (b, self.value))

    def __rmul__(self, other: float) -> StartsWithOne:
        return self._node(other) * self

    def __truediv__(self, other: StartsWithOne | float) -> StartsWithOne:
        b = self._node(other)
        return self._made(self.value / b.value, (self, 1 / b.value), (b, -self.value / b.value**2))

    def __rtruediv__(self, other: float) -> StartsWithOne:
        return self._node(other) / self

    def __pow__(self, exponent: float) -> StartsWithOne:
        return self._made(self.value**exponent, (self, exponent * self.value ** (exponent - 1)))

    def tanh(self) -> StartsWithOne:
        value = math.tanh(self.value)
        return self._made(value, (self, 1 - value * value))

    def exp(self) -> StartsWithOne:
        value = math.exp(self.value)
        return self._made(value, (self, value))

    def relu(self) -> StartsWithOne:
        return self._made(max(self.value, 0.0), (self, 1.0 if self.value > 0 else 0.0))


@mutant(
    en="Your leaves do not add up their gradients over several passes: each pass starts from zero.",
    zh="你的叶子节点没有把多次反向传播的梯度累加起来：每一次都从零开始。",
)
class ResetsLeaves:
    value: float
    grad: float

    def __init__(self, value: float, parents: tuple[ResetsLeaves, ...] = ()) -> None:
        self.value = value
        self.grad = 0.0
        self._parents = parents
        self._slopes: tuple[float, ...] = ()

    def backward(self) -> None:
        order: list[ResetsLeaves] = []
        seen: set[ResetsLeaves] = set()
        waiting = [(self, False)]
        while waiting:
            node, is_expanded = waiting.pop()
            if is_expanded:
                order.append(node)
            elif node not in seen:
                seen.add(node)
                waiting.append((node, True))
                waiting += [(parent, False) for parent in node._parents]
        for node in order:
            node.grad = 0.0
        self.grad += 1.0
        for node in reversed(order):
            for parent, slope in zip(node._parents, node._slopes, strict=True):
                parent.grad += slope * node.grad

    def _made(self, value: float, *pairs: tuple[ResetsLeaves, float]) -> ResetsLeaves:
        out = ResetsLeaves(value, tuple(parent for parent, _ in pairs))
        out._slopes = tuple(slope for _, slope in pairs)
        return out

    def _node(self, other: ResetsLeaves | float) -> ResetsLeaves:
        return other if isinstance(other, ResetsLeaves) else ResetsLeaves(other)

    def __neg__(self) -> ResetsLeaves:
        return self._made(-self.value, (self, -1.0))

    def __add__(self, other: ResetsLeaves | float) -> ResetsLeaves:
        b = self._node(other)
        return self._made(self.value + b.value, (self, 1.0), (b, 1.0))

    def __radd__(self, other: float) -> ResetsLeaves:
        return self._node(other) + self

    def __sub__(self, other: ResetsLeaves | float) -> ResetsLeaves:
        b = self._node(other)
        return self._made(self.value - b.value, (self, 1.0), (b, -1.0))

    def __rsub__(self, other: float) -> ResetsLeaves:
        return self._node(other) - self

    def __mul__(self, other: ResetsLeaves | float) -> ResetsLeaves:
        b = self._node(other)
        return self._made(self.value * b.value, (self, b.value), (b, self.value))

    def __rmul__(self, other: float) -> ResetsLeaves:
        return self._node(other) * self

    def __truediv__(self, other: ResetsLeaves | float) -> ResetsLeaves:
        b = self._node(other)
        return self._made(self.value / b.value, (self, 1 / b.value), (b, -self.value / b.value**2))

    def __rtruediv__(self, other: float) -> ResetsLeaves:
        return self._node(other) / self

    def __pow__(self, exponent: float) -> ResetsLeaves:
        return self._made(self.value**exponent, (self, exponent * self.value ** (exponent - 1)))

    def tanh(self) -> ResetsLeaves:
        value = math.tanh(self.value)
        return self._made(value, (self, 1 - value * value))

    def exp(self) -> ResetsLeaves:
        value = math.exp(self.value)
        return self._made(value, (self, value))

    def relu(self) -> ResetsLeaves:
        return self._made(max(self.value, 0.0), (self, 1.0 if self.value > 0 else 0.0))


@mutant(
    en="Your nodes cannot be added to a number on their left.",
    zh="数字在左边时，你的节点不能与它相加。",
)
class NoSumFromTheLeft:
    value: float
    grad: float

    def __init__(self, value: float, parents: tuple[NoSumFromTheLeft, ...] = ()) -> None:
        self.value = value
        self.grad = 0.0
        self._parents = parents
        self._slopes: tuple[float, ...] = ()

    def backward(self) -> None:
        order: list[NoSumFromTheLeft] = []
        seen: set[NoSumFromTheLeft] = set()
        waiting = [(self, False)]
        while waiting:
            node, is_expanded = waiting.pop()
            if is_expanded:
                order.append(node)
            elif node not in seen:
                seen.add(node)
                waiting.append((node, True))
                waiting += [(parent, False) for parent in node._parents]
        for node in order:
            if node._parents:
                node.grad = 0.0
        self.grad += 1.0
        for node in reversed(order):
            for parent, slope in zip(node._parents, node._slopes, strict=True):
                parent.grad += slope * node.grad

    def _made(self, value: float, *pairs: tuple[NoSumFromTheLeft, float]) -> NoSumFromTheLeft:
        out = NoSumFromTheLeft(value, tuple(parent for parent, _ in pairs))
        out._slopes = tuple(slope for _, slope in pairs)
        return out

    def _node(self, other: NoSumFromTheLeft | float) -> NoSumFromTheLeft:
        return other if isinstance(other, NoSumFromTheLeft) else NoSumFromTheLeft(other)

    def __neg__(self) -> NoSumFromTheLeft:
        return self._made(-self.value, (self, -1.0))

    def __add__(self, other: NoSumFromTheLeft | float) -> NoSumFromTheLeft:
        b = self._node(other)
        return self._made(self.value + b.value, (self, 1.0), (b, 1.0))

    def __sub__(self, other: NoSumFromTheLeft | float) -> NoSumFromTheLeft:
        b = self._node(other)
        return self._made(self.value - b.value, (self, 1.0), (b, -1.0))

    def __rsub__(self, other: float) -> NoSumFromTheLeft:
        return self._node(other) - self

    def __mul__(self, other: NoSumFromTheLeft | float) -> NoSumFromTheLeft:
        b = self._node(other)
        return self._made(self.value * b.value, (self, b.value), (b, self.value))

    def __rmul__(self, other: float) -> NoSumFromTheLeft:
        return self._node(other) * self

    def __truediv__(self, other: NoSumFromTheLeft | float) -> NoSumFromTheLeft:
        b = self._node(other)
        return self._made(self.value / b.value, (self, 1 / b.value), (b, -self.value / b.value**2))

    def __rtruediv__(self, other: float) -> NoSumFromTheLeft:
        return self._node(other) / self

    def __pow__(self, exponent: float) -> NoSumFromTheLeft:
        return self._made(self.value**exponent, (self, exponent * self.value ** (exponent - 1)))

    def tanh(self) -> NoSumFromTheLeft:
        value = math.tanh(self.value)
        return self._made(value, (self, 1 - value * value))

    def exp(self) -> NoSumFromTheLeft:
        value = math.exp(self.value)
        return self._made(value, (self, value))

    def relu(self) -> NoSumFromTheLeft:
        return self._made(max(self.value, 0.0), (self, 1.0 if self.value > 0 else 0.0))


@mutant(
    en="A number on the left cannot be divided by your nodes.",
    zh="数字在左边时，不能用它除以你的节点。",
)
class NoQuotientFromTheLeft:
    value: float
    grad: float

    def __init__(self, value: float, parents: tuple[NoQuotientFromTheLeft, ...] = ()) -> None:
        self.value = value
        self.grad = 0.0
        self._parents = parents
        self._slopes: tuple[float, ...] = ()

    def backward(self) -> None:
        order: list[NoQuotientFromTheLeft] = []
        seen: set[NoQuotientFromTheLeft] = set()
        waiting = [(self, False)]
        while waiting:
            node, is_expanded = waiting.pop()
            if is_expanded:
                order.append(node)
            elif node not in seen:
                seen.add(node)
                waiting.append((node, True))
                waiting += [(parent, False) for parent in node._parents]
        for node in order:
            if node._parents:
                node.grad = 0.0
        self.grad += 1.0
        for node in reversed(order):
            for parent, slope in zip(node._parents, node._slopes, strict=True):
                parent.grad += slope * node.grad

    def _made(self, value: float, *pairs: tuple[NoQuotientFromTheLeft, float]) -> NoQuotientFromTheLeft:
        out = NoQuotientFromTheLeft(value, tuple(parent for parent, _ in pairs))
        out._slopes = tuple(slope for _, slope in pairs)
        return out

    def _node(self, other: NoQuotientFromTheLeft | float) -> NoQuotientFromTheLeft:
        return other if isinstance(other, NoQuotientFromTheLeft) else NoQuotientFromTheLeft(other)

    def __neg__(self) -> NoQuotientFromTheLeft:
        return self._made(-self.value, (self, -1.0))

    def __add__(self, other: NoQuotientFromTheLeft | float) -> NoQuotientFromTheLeft:
        b = self._node(other)
        return self._made(self.value + b.value, (self, 1.0), (b, 1.0))

    def __radd__(self, other: float) -> NoQuotientFromTheLeft:
        return self._node(other) + self

    def __sub__(self, other: NoQuotientFromTheLeft | float) -> NoQuotientFromTheLeft:
        b = self._node(other)
        return self._made(self.value - b.value, (self, 1.0), (b, -1.0))

    def __rsub__(self, other: float) -> NoQuotientFromTheLeft:
        return self._node(other) - self

    def __mul__(self, other: NoQuotientFromTheLeft | float) -> NoQuotientFromTheLeft:
        b = self._node(other)
        return self._made(self.value * b.value, (self, b.value), (b, self.value))

    def __rmul__(self, other: float) -> NoQuotientFromTheLeft:
        return self._node(other) * self

    def __truediv__(self, other: NoQuotientFromTheLeft | float) -> NoQuotientFromTheLeft:
        b = self._node(other)
        return self._made(self.value / b.value, (self, 1 / b.value), (b, -self.value / b.value**2))

    def __pow__(self, exponent: float) -> NoQuotientFromTheLeft:
        return self._made(self.value**exponent, (self, exponent * self.value ** (exponent - 1)))

    def tanh(self) -> NoQuotientFromTheLeft:
        value = math.tanh(self.value)
        return self._made(value, (self, 1 - value * value))

    def exp(self) -> NoQuotientFromTheLeft:
        value = math.exp(self.value)
        return self._made(value, (self, value))

    def relu(self) -> NoQuotientFromTheLeft:
        return self._made(max(self.value, 0.0), (self, 1.0 if self.value > 0 else 0.0))


@mutant(
    en="Your `number - node` is `node - number`.",
    zh="你的“数减节点”算成了“节点减数”。",
)
class DifferenceReversed:
    value: float
    grad: float

    def __init__(self, value: float, parents: tuple[DifferenceReversed, ...] = ()) -> None:
        self.value = value
        self.grad = 0.0
        self._parents = parents
        self._slopes: tuple[float, ...] = ()

    def backward(self) -> None:
        order: list[DifferenceReversed] = []
        seen: set[DifferenceReversed] = set()
        waiting = [(self, False)]
        while waiting:
            node, is_expanded = waiting.pop()
            if is_expanded:
                order.append(node)
            elif node not in seen:
                seen.add(node)
                waiting.append((node, True))
                waiting += [(parent, False) for parent in node._parents]
        for node in order:
            if node._parents:
                node.grad = 0.0
        self.grad += 1.0
        for node in reversed(order):
            for parent, slope in zip(node._parents, node._slopes, strict=True):
                parent.grad += slope * node.grad

    def _made(self, value: float, *pairs: tuple[DifferenceReversed, float]) -> DifferenceReversed:
        out = DifferenceReversed(value, tuple(parent for parent, _ in pairs))
        out._slopes = tuple(slope for _, slope in pairs)
        return out

    def _node(self, other: DifferenceReversed | float) -> DifferenceReversed:
        return other if isinstance(other, DifferenceReversed) else DifferenceReversed(other)

    def __neg__(self) -> DifferenceReversed:
        return self._made(-self.value, (self, -1.0))

    def __add__(self, other: DifferenceReversed | float) -> DifferenceReversed:
        b = self._node(other)
        return self._made(self.value + b.value, (self, 1.0), (b, 1.0))

    def __radd__(self, other: float) -> DifferenceReversed:
        return self._node(other) + self

    def __sub__(self, other: DifferenceReversed | float) -> DifferenceReversed:
        b = self._node(other)
        return self._made(self.value - b.value, (self, 1.0), (b, -1.0))

    def __rsub__(self, other: float) -> DifferenceReversed:
        return self - other

    def __mul__(self, other: DifferenceReversed | float) -> DifferenceReversed:
        b = self._node(other)
        return self._made(self.value * b.value, (self, b.value), (b, self.value))

    def __rmul__(self, other: float) -> DifferenceReversed:
        return self._node(other) * self

    def __truediv__(self, other: DifferenceReversed | float) -> DifferenceReversed:
        b = self._node(other)
        return self._made(self.value / b.value, (self, 1 / b.value), (b, -self.value / b.value**2))

    def __rtruediv__(self, other: float) -> DifferenceReversed:
        return self._node(other) / self

    def __pow__(self, exponent: float) -> DifferenceReversed:
        return self._made(self.value**exponent, (self, exponent * self.value ** (exponent - 1)))

    def tanh(self) -> DifferenceReversed:
        value = math.tanh(self.value)
        return self._made(value, (self, 1 - value * value))

    def exp(self) -> DifferenceReversed:
        value = math.exp(self.value)
        return self._made(value, (self, value))

    def relu(self) -> DifferenceReversed:
        return self._made(max(self.value, 0.0), (self, 1.0 if self.value > 0 else 0.0))


@mutant(
    en="Your `number / node` is `node / number`.",
    zh="你的“数除以节点”算成了“节点除以数”。",
)
class QuotientReversed:
    value: float
    grad: float

    def __init__(self, value: float, parents: tuple[QuotientReversed, ...] = ()) -> None:
        self.value = value
        self.grad = 0.0
        self._parents = parents
        self._slopes: tuple[float, ...] = ()

    def backward(self) -> None:
        order: list[QuotientReversed] = []
        seen: set[QuotientReversed] = set()
        waiting = [(self, False)]
        while waiting:
            node, is_expanded = waiting.pop()
            if is_expanded:
                order.append(node)
            elif node not in seen:
                seen.add(node)
                waiting.append((node, True))
                waiting += [(parent, False) for parent in node._parents]
        for node in order:
            if node._parents:
                node.grad = 0.0
        self.grad += 1.0
        for node in reversed(order):
            for parent, slope in zip(node._parents, node._slopes, strict=True):
                parent.grad += slope * node.grad

    def _made(self, value: float, *pairs: tuple[QuotientReversed, float]) -> QuotientReversed:
        out = QuotientReversed(value, tuple(parent for parent, _ in pairs))
        out._slopes = tuple(slope for _, slope in pairs)
        return out

    def _node(self, other: QuotientReversed | float) -> QuotientReversed:
        return other if isinstance(other, QuotientReversed) else QuotientReversed(other)

    def __neg__(self) -> QuotientReversed:
        return self._made(-self.value, (self, -1.0))

    def __add__(self, other: QuotientReversed | float) -> QuotientReversed:
        b = self._node(other)
        return self._made(self.value + b.value, (self, 1.0), (b, 1.0))

    def __radd__(self, other: float) -> QuotientReversed:
        return self._node(other) + self

    def __sub__(self, other: QuotientReversed | float) -> QuotientReversed:
        b = self._node(other)
        return self._made(self.value - b.value, (self, 1.0), (b, -1.0))

    def __rsub__(self, other: float) -> QuotientReversed:
        return self._node(other) - self

    def __mul__(self, other: QuotientReversed | float) -> QuotientReversed:
        b = self._node(other)
        return self._made(self.value * b.value, (self, b.value), (b, self.value))

    def __rmul__(self, other: float) -> QuotientReversed:
        return self._node(other) * self

    def __truediv__(self, other: QuotientReversed | float) -> QuotientReversed:
        b = self._node(other)
        return self._made(self.value / b.value, (self, 1 / b.value), (b, -self.value / b.value**2))

    def __rtruediv__(self, other: float) -> QuotientReversed:
        return self / other

    def __pow__(self, exponent: float) -> QuotientReversed:
        return self._made(self.value**exponent, (self, exponent * self.value ** (exponent - 1)))

    def tanh(self) -> QuotientReversed:
        value = math.tanh(self.value)
        return self._made(value, (self, 1 - value * value))

    def exp(self) -> QuotientReversed:
        value = math.exp(self.value)
        return self._made(value, (self, value))

    def relu(self) -> QuotientReversed:
        return self._made(max(self.value, 0.0), (self, 1.0 if self.value > 0 else 0.0))


@mutant(
    en="Your operators do not accept a number on the right.",
    zh="数字在右边时，你的运算符不接受它。",
)
class OnlyNodesAsOperands:
    value: float
    grad: float

    def __init__(self, value: float, parents: tuple[OnlyNodesAsOperands, ...] = ()) -> None:
        self.value = value
        self.grad = 0.0
        self._parents = parents
        self._slopes: tuple[float, ...] = ()

    def backward(self) -> None:
        order: list[OnlyNodesAsOperands] = []
        seen: set[OnlyNodesAsOperands] = set()
        waiting = [(self, False)]
        while waiting:
            node, is_expanded = waiting.pop()
            if is_expanded:
                order.append(node)
            elif node not in seen:
                seen.add(node)
                waiting.append((node, True))
                waiting += [(parent, False) for parent in node._parents]
        for node in order:
            if node._parents:
                node.grad = 0.0
        self.grad += 1.0
        for node in reversed(order):
            for parent, slope in zip(node._parents, node._slopes, strict=True):
                parent.grad += slope * node.grad

    def _made(self, value: float, *pairs: tuple[OnlyNodesAsOperands, float]) -> OnlyNodesAsOperands:
        out = OnlyNodesAsOperands(value, tuple(parent for parent, _ in pairs))
        out._slopes = tuple(slope for _, slope in pairs)
        return out

    def _node(self, other: OnlyNodesAsOperands | float) -> OnlyNodesAsOperands:
        if not isinstance(other, OnlyNodesAsOperands):
            raise TypeError("a node is needed")
        return other

    def __neg__(self) -> OnlyNodesAsOperands:
        return self._made(-self.value, (self, -1.0))

    def __add__(self, other: OnlyNodesAsOperands | float) -> OnlyNodesAsOperands:
        b = self._node(other)
        return self._made(self.value + b.value, (self, 1.0), (b, 1.0))

    def __radd__(self, other: float) -> OnlyNodesAsOperands:
        return OnlyNodesAsOperands(other) + self

    def __sub__(self, other: OnlyNodesAsOperands | float) -> OnlyNodesAsOperands:
        b = self._node(other)
        return self._made(self.value - b.value, (self, 1.0), (b, -1.0))

    def __rsub__(self, other: float) -> OnlyNodesAsOperands:
        return OnlyNodesAsOperands(other) - self

    def __mul__(self, other: OnlyNodesAsOperands | float) -> OnlyNodesAsOperands:
        b = self._node(other)
        return self._made(self.value * b.value, (self, b.value), (b, self.value))

    def __rmul__(self, other: float) -> OnlyNodesAsOperands:
        return OnlyNodesAsOperands(other) * self

    def __truediv__(self, other: OnlyNodesAsOperands | float) -> OnlyNodesAsOperands:
        b = self._node(other)
        return self._made(self.value / b.value, (self, 1 / b.value), (b, -self.value / b.value**2))

    def __rtruediv__(self, other: float) -> OnlyNodesAsOperands:
        return OnlyNodesAsOperands(other) / self

    def __pow__(self, exponent: float) -> OnlyNodesAsOperands:
        return self._made(self.value**exponent, (self, exponent * self.value ** (exponent - 1)))

    def tanh(self) -> OnlyNodesAsOperands:
        value = math.tanh(self.value)
        return self._made(value, (self, 1 - value * value))

    def exp(self) -> OnlyNodesAsOperands:
        value = math.exp(self.value)
        return self._made(value, (self, value))

    def relu(self) -> OnlyNodesAsOperands:
        return self._made(max(self.value, 0.0), (self, 1.0 if self.value > 0 else 0.0))


@mutant(
    en="Your derivative of a power is n·xⁿ instead of n·xⁿ⁻¹.",
    zh="你的幂的导数是 n·xⁿ，而不是 n·xⁿ⁻¹。",
)
class PowerWithoutReducedExponent:
    value: float
    grad: float

    def __init__(self, value: float, parents: tuple[PowerWithoutReducedExponent, ...] = ()) -> None:
        self.value = value
        self.grad = 0.0
        self._parents = parents
        self._slopes: tuple[float, ...] = ()

    def backward(self) -> None:
        order: list[PowerWithoutReducedExponent] = []
        seen: set[PowerWithoutReducedExponent] = set()
        waiting = [(self, False)]
        while waiting:
            node, is_expanded = waiting.pop()
            if is_expanded:
                order.append(node)
            elif node not in seen:
                seen.add(node)
                waiting.append((node, True))
                waiting += [(parent, False) for parent in node._parents]
        for node in order:
            if node._parents:
                node.grad = 0.0
        self.grad += 1.0
        for node in reversed(order):
            for parent, slope in zip(node._parents, node._slopes, strict=True):
                parent.grad += slope * node.grad

    def _made(self, value: float, *pairs: tuple[PowerWithoutReducedExponent, float]) -> PowerWithoutReducedExponent:
        out = PowerWithoutReducedExponent(value, tuple(parent for parent, _ in pairs))
        out._slopes = tuple(slope for _, slope in pairs)
        return out

    def _node(self, other: PowerWithoutReducedExponent | float) -> PowerWithoutReducedExponent:
        return other if isinstance(other, PowerWithoutReducedExponent) else PowerWithoutReducedExponent(other)

    def __neg__(self) -> PowerWithoutReducedExponent:
        return self._made(-self.value, (self, -1.0))

    def __add__(self, other: PowerWithoutReducedExponent | float) -> PowerWithoutReducedExponent:
        b = self._node(other)
        return self._made(self.value + b.value, (self, 1.0), (b, 1.0))

    def __radd__(self, other: float) -> PowerWithoutReducedExponent:
        return self._node(other) + self

    def __sub__(self, other: PowerWithoutReducedExponent | float) -> PowerWithoutReducedExponent:
        b = self._node(other)
        return self._made(self.value - b.value, (self, 1.0), (b, -1.0))

    def __rsub__(self, other: float) -> PowerWithoutReducedExponent:
        return self._node(other) - self

    def __mul__(self, other: PowerWithoutReducedExponent | float) -> PowerWithoutReducedExponent:
        b = self._node(other)
        return self._made(self.value * b.value, (self, b.value), (b, self.value))

    def __rmul__(self, other: float) -> PowerWithoutReducedExponent:
        return self._node(other) * self

    def __truediv__(self, other: PowerWithoutReducedExponent | float) -> PowerWithoutReducedExponent:
        b = self._node(other)
        return self._made(self.value / b.value, (self, 1 / b.value), (b, -self.value / b.value**2))

    def __rtruediv__(self, other: float) -> PowerWithoutReducedExponent:
        return self._node(other) / self

    def __pow__(self, exponent: float) -> PowerWithoutReducedExponent:
        return self._made(self.value**exponent, (self, exponent * self.value**exponent))

    def tanh(self) -> PowerWithoutReducedExponent:
        value = math.tanh(self.value)
        return self._made(value, (self, 1 - value * value))

    def exp(self) -> PowerWithoutReducedExponent:
        value = math.exp(self.value)
        return self._made(value, (self, value))

    def relu(self) -> PowerWithoutReducedExponent:
        return self._made(max(self.value, 0.0), (self, 1.0 if self.value > 0 else 0.0))


@mutant(
    en="Your gradient of what is subtracted has the wrong sign.",
    zh="你的减数的梯度符号反了。",
)
class SubtrahendWithoutSign:
    value: float
    grad: float

    def __init__(self, value: float, parents: tuple[SubtrahendWithoutSign, ...] = ()) -> None:
        self.value = value
        self.grad = 0.0
        self._parents = parents
        self._slopes: tuple[float, ...] = ()

    def backward(self) -> None:
        order: list[SubtrahendWithoutSign] = []
        seen: set[SubtrahendWithoutSign] = set()
        waiting = [(self, False)]
        while waiting:
            node, is_expanded = waiting.pop()
            if is_expanded:
                order.append(node)
            elif node not in seen:
                seen.add(node)
                waiting.append((node, True))
                waiting += [(parent, False) for parent in node._parents]
        for node in order:
            if node._parents:
                node.grad = 0.0
        self.grad += 1.0
        for node in reversed(order):
            for parent, slope in zip(node._parents, node._slopes, strict=True):
                parent.grad += slope * node.grad

    def _made(self, value: float, *pairs: tuple[SubtrahendWithoutSign, float]) -> SubtrahendWithoutSign:
        out = SubtrahendWithoutSign(value, tuple(parent for parent, _ in pairs))
        out._slopes = tuple(slope for _, slope in pairs)
        return out

    def _node(self, other: SubtrahendWithoutSign | float) -> SubtrahendWithoutSign:
        return other if isinstance(other, SubtrahendWithoutSign) else SubtrahendWithoutSign(other)

    def __neg__(self) -> SubtrahendWithoutSign:
        return self._made(-self.value, (self, -1.0))

    def __add__(self, other: SubtrahendWithoutSign | float) -> SubtrahendWithoutSign:
        b = self._node(other)
        return self._made(self.value + b.value, (self, 1.0), (b, 1.0))

    def __radd__(self, other: float) -> SubtrahendWithoutSign:
        return self._node(other) + self

    def __sub__(self, other: SubtrahendWithoutSign | float) -> SubtrahendWithoutSign:
        b = self._node(other)
        return self._made(self.value - b.value, (self, 1.0), (b, 1.0))

    def __rsub__(self, other: float) -> SubtrahendWithoutSign:
        return self._node(other) - self

    def __mul__(self, other: SubtrahendWithoutSign | float) -> SubtrahendWithoutSign:
        b = self._node(other)
        return self._made(self.value * b.value, (self, b.value), (b, self.value))

    def __rmul__(self, other: float) -> SubtrahendWithoutSign:
        return self._node(other) * self

    def __truediv__(self, other: SubtrahendWithoutSign | float) -> SubtrahendWithoutSign:
        b = self._node(other)
        return self._made(self.value / b.value, (self, 1 / b.value), (b, -self.value / b.value**2))

    def __rtruediv__(self, other: float) -> SubtrahendWithoutSign:
        return self._node(other) / self

    def __pow__(self, exponent: float) -> SubtrahendWithoutSign:
        return self._made(self.value**exponent, (self, exponent * self.value ** (exponent - 1)))

    def tanh(self) -> SubtrahendWithoutSign:
        value = math.tanh(self.value)
        return self._made(value, (self, 1 - value * value))

    def exp(self) -> SubtrahendWithoutSign:
        value = math.exp(self.value)
        return self._made(value, (self, value))

    def relu(self) -> SubtrahendWithoutSign:
        return self._made(max(self.value, 0.0), (self, 1.0 if self.value > 0 else 0.0))


@mutant(
    en="Your derivative of a quotient by the divisor is wrong: the divisor is not squared.",
    zh="你的商对除数的导数不对：除数没有平方。",
)
class DivisorNotSquared:
    value: float
    grad: float

    def __init__(self, value: float, parents: tuple[DivisorNotSquared, ...] = ()) -> None:
        self.value = value
        self.grad = 0.0
        self._parents = parents
        self._slopes: tuple[float, ...] = ()

    def backward(self) -> None:
        order: list[DivisorNotSquared] = []
        seen: set[DivisorNotSquared] = set()
        waiting = [(self, False)]
        while waiting:
            node, is_expanded = waiting.pop()
            if is_expanded:
                order.append(node)
            elif node not in seen:
                seen.add(node)
                waiting.append((node, True))
                waiting += [(parent, False) for parent in node._parents]
        for node in order:
            if node._parents:
                node.grad = 0.0
        self.grad += 1.0
        for node in reversed(order):
            for parent, slope in zip(node._parents, node._slopes, strict=True):
                parent.grad += slope * node.grad

    def _made(self, value: float, *pairs: tuple[DivisorNotSquared, float]) -> DivisorNotSquared:
        out = DivisorNotSquared(value, tuple(parent for parent, _ in pairs))
        out._slopes = tuple(slope for _, slope in pairs)
        return out

    def _node(self, other: DivisorNotSquared | float) -> DivisorNotSquared:
        return other if isinstance(other, DivisorNotSquared) else DivisorNotSquared(other)

    def __neg__(self) -> DivisorNotSquared:
        return self._made(-self.value, (self, -1.0))

    def __add__(self, other: DivisorNotSquared | float) -> DivisorNotSquared:
        b = self._node(other)
        return self._made(self.value + b.value, (self, 1.0), (b, 1.0))

    def __radd__(self, other: float) -> DivisorNotSquared:
        return self._node(other) + self

    def __sub__(self, other: DivisorNotSquared | float) -> DivisorNotSquared:
        b = self._node(other)
        return self._made(self.value - b.value, (self, 1.0), (b, -1.0))

    def __rsub__(self, other: float) -> DivisorNotSquared:
        return self._node(other) - self

    def __mul__(self, other: DivisorNotSquared | float) -> DivisorNotSquared:
        b = self._node(other)
        return self._made(self.value * b.value, (self, b.value), (b, self.value))

    def __rmul__(self, other: float) -> DivisorNotSquared:
        return self._node(other) * self

    def __truediv__(self, other: DivisorNotSquared | float) -> DivisorNotSquared:
        b = self._node(other)
        return self._made(self.value / b.value, (self, 1 / b.value), (b, -self.value / b.value))

    def __rtruediv__(self, other: float) -> DivisorNotSquared:
        return self._node(other) / self

    def __pow__(self, exponent: float) -> DivisorNotSquared:
        return self._made(self.value**exponent, (self, exponent * self.value ** (exponent - 1)))

    def tanh(self) -> DivisorNotSquared:
        value = math.tanh(self.value)
        return self._made(value, (self, 1 - value * value))

    def exp(self) -> DivisorNotSquared:
        value = math.exp(self.value)
        return self._made(value, (self, value))

    def relu(self) -> DivisorNotSquared:
        return self._made(max(self.value, 0.0), (self, 1.0 if self.value > 0 else 0.0))


@mutant(
    en="Your derivative of a quotient by the divisor has the wrong sign.",
    zh="你的商对除数的导数符号反了。",
)
class DivisorWithoutSign:
    value: float
    grad: float

    def __init__(self, value: float, parents: tuple[DivisorWithoutSign, ...] = ()) -> None:
        self.value = value
        self.grad = 0.0
        self._parents = parents
        self._slopes: tuple[float, ...] = ()

    def backward(self) -> None:
        order: list[DivisorWithoutSign] = []
        seen: set[DivisorWithoutSign] = set()
        waiting = [(self, False)]
        while waiting:
            node, is_expanded = waiting.pop()
            if is_expanded:
                order.append(node)
            elif node not in seen:
                seen.add(node)
                waiting.append((node, True))
                waiting += [(parent, False) for parent in node._parents]
        for node in order:
            if node._parents:
                node.grad = 0.0
        self.grad += 1.0
        for node in reversed(order):
            for parent, slope in zip(node._parents, node._slopes, strict=True):
                parent.grad += slope * node.grad

    def _made(self, value: float, *pairs: tuple[DivisorWithoutSign, float]) -> DivisorWithoutSign:
        out = DivisorWithoutSign(value, tuple(parent for parent, _ in pairs))
        out._slopes = tuple(slope for _, slope in pairs)
        return out

    def _node(self, other: DivisorWithoutSign | float) -> DivisorWithoutSign:
        return other if isinstance(other, DivisorWithoutSign) else DivisorWithoutSign(other)

    def __neg__(self) -> DivisorWithoutSign:
        return self._made(-self.value, (self, -1.0))

    def __add__(self, other: DivisorWithoutSign | float) -> DivisorWithoutSign:
        b = self._node(other)
        return self._made(self.value + b.value, (self, 1.0), (b, 1.0))

    def __radd__(self, other: float) -> DivisorWithoutSign:
        return self._node(other) + self

    def __sub__(self, other: DivisorWithoutSign | float) -> DivisorWithoutSign:
        b = self._node(other)
        return self._made(self.value - b.value, (self, 1.0), (b, -1.0))

    def __rsub__(self, other: float) -> DivisorWithoutSign:
        return self._node(other) - self

    def __mul__(self, other: DivisorWithoutSign | float) -> DivisorWithoutSign:
        b = self._node(other)
        return self._made(self.value * b.value, (self, b.value), (b, self.value))

    def __rmul__(self, other: float) -> DivisorWithoutSign:
        return self._node(other) * self

    def __truediv__(self, other: DivisorWithoutSign | float) -> DivisorWithoutSign:
        b = self._node(other)
        return self._made(self.value / b.value, (self, 1 / b.value), (b, self.value / b.value**2))

    def __rtruediv__(self, other: float) -> DivisorWithoutSign:
        return self._node(other) / self

    def __pow__(self, exponent: float) -> DivisorWithoutSign:
        return self._made(self.value**exponent, (self, exponent * self.value ** (exponent - 1)))

    def tanh(self) -> DivisorWithoutSign:
        value = math.tanh(self.value)
        return self._made(value, (self, 1 - value * value))

    def exp(self) -> DivisorWithoutSign:
        value = math.exp(self.value)
        return self._made(value, (self, value))

    def relu(self) -> DivisorWithoutSign:
        return self._made(max(self.value, 0.0), (self, 1.0 if self.value > 0 else 0.0))


@mutant(
    en="Your derivative of tanh is 1 − tanh instead of 1 − tanh².",
    zh="你的 tanh 的导数是 1 − tanh，而不是 1 − tanh²。",
)
class TanhNotSquared:
    value: float
    grad: float

    def __init__(self, value: float, parents: tuple[TanhNotSquared, ...] = ()) -> None:
        self.value = value
        self.grad = 0.0
        self._parents = parents
        self._slopes: tuple[float, ...] = ()

    def backward(self) -> None:
        order: list[TanhNotSquared] = []
        seen: set[TanhNotSquared] = set()
        waiting = [(self, False)]
        while waiting:
            node, is_expanded = waiting.pop()
            if is_expanded:
                order.append(node)
            elif node not in seen:
                seen.add(node)
                waiting.append((node, True))
                waiting += [(parent, False) for parent in node._parents]
        for node in order:
            if node._parents:
                node.grad = 0.0
        self.grad += 1.0
        for node in reversed(order):
            for parent, slope in zip(node._parents, node._slopes, strict=True):
                parent.grad += slope * node.grad

    def _made(self, value: float, *pairs: tuple[TanhNotSquared, float]) -> TanhNotSquared:
        out = TanhNotSquared(value, tuple(parent for parent, _ in pairs))
        out._slopes = tuple(slope for _, slope in pairs)
        return out

    def _node(self, other: TanhNotSquared | float) -> TanhNotSquared:
        return other if isinstance(other, TanhNotSquared) else TanhNotSquared(other)

    def __neg__(self) -> TanhNotSquared:
        return self._made(-self.value, (self, -1.0))

    def __add__(self, other: TanhNotSquared | float) -> TanhNotSquared:
        b = self._node(other)
        return self._made(self.value + b.value, (self, 1.0), (b, 1.0))

    def __radd__(self, other: float) -> TanhNotSquared:
        return self._node(other) + self

    def __sub__(self, other: TanhNotSquared | float) -> TanhNotSquared:
        b = self._node(other)
        return self._made(self.value - b.value, (self, 1.0), (b, -1.0))

    def __rsub__(self, other: float) -> TanhNotSquared:
        return self._node(other) - self

    def __mul__(self, other: TanhNotSquared | float) -> TanhNotSquared:
        b = self._node(other)
        return self._made(self.value * b.value, (self, b.value), (b, self.value))

    def __rmul__(self, other: float) -> TanhNotSquared:
        return self._node(other) * self

    def __truediv__(self, other: TanhNotSquared | float) -> TanhNotSquared:
        b = self._node(other)
        return self._made(self.value / b.value, (self, 1 / b.value), (b, -self.value / b.value**2))

    def __rtruediv__(self, other: float) -> TanhNotSquared:
        return self._node(other) / self

    def __pow__(self, exponent: float) -> TanhNotSquared:
        return self._made(self.value**exponent, (self, exponent * self.value ** (exponent - 1)))

    def tanh(self) -> TanhNotSquared:
        value = math.tanh(self.value)
        return self._made(value, (self, 1 - value))

    def exp(self) -> TanhNotSquared:
        value = math.exp(self.value)
        return self._made(value, (self, value))

    def relu(self) -> TanhNotSquared:
        return self._made(max(self.value, 0.0), (self, 1.0 if self.value > 0 else 0.0))


@mutant(
    en="Your derivative of tanh is 1 − x² with the input x; it has to use the value of tanh.",
    zh="你的 tanh 的导数写成了 1 − x²，用的是输入 x，而不是 tanh 的值。",
)
class TanhOfTheInput:
    value: float
    grad: float

    def __init__(self, value: float, parents: tuple[TanhOfTheInput, ...] = ()) -> None:
        self.value = value
        self.grad = 0.0
        self._parents = parents
        self._slopes: tuple[float, ...] = ()

    def backward(self) -> None:
        order: list[TanhOfTheInput] = []
        seen: set[TanhOfTheInput] = set()
        waiting = [(self, False)]
        while waiting:
            node, is_expanded = waiting.pop()
            if is_expanded:
                order.append(node)
            elif node not in seen:
                seen.add(node)
                waiting.append((node, True))
                waiting += [(parent, False) for parent in node._parents]
        for node in order:
            if node._parents:
                node.grad = 0.0
        self.grad += 1.0
        for node in reversed(order):
            for parent, slope in zip(node._parents, node._slopes, strict=True):
                parent.grad += slope * node.grad

    def _made(self, value: float, *pairs: tuple[TanhOfTheInput, float]) -> TanhOfTheInput:
        out = TanhOfTheInput(value, tuple(parent for parent, _ in pairs))
        out._slopes = tuple(slope for _, slope in pairs)
        return out

    def _node(self, other: TanhOfTheInput | float) -> TanhOfTheInput:
        return other if isinstance(other, TanhOfTheInput) else TanhOfTheInput(other)

    def __neg__(self) -> TanhOfTheInput:
        return self._made(-self.value, (self, -1.0))

    def __add__(self, other: TanhOfTheInput | float) -> TanhOfTheInput:
        b = self._node(other)
        return self._made(self.value + b.value, (self, 1.0), (b, 1.0))

    def __radd__(self, other: float) -> TanhOfTheInput:
        return self._node(other) + self

    def __sub__(self, other: TanhOfTheInput | float) -> TanhOfTheInput:
        b = self._node(other)
        return self._made(self.value - b.value, (self, 1.0), (b, -1.0))

    def __rsub__(self, other: float) -> TanhOfTheInput:
        return self._node(other) - self

    def __mul__(self, other: TanhOfTheInput | float) -> TanhOfTheInput:
        b = self._node(other)
        return self._made(self.value * b.value, (self, b.value), (b, self.value))

    def __rmul__(self, other: float) -> TanhOfTheInput:
        return self._node(other) * self

    def __truediv__(self, other: TanhOfTheInput | float) -> TanhOfTheInput:
        b = self._node(other)
        return self._made(self.value / b.value, (self, 1 / b.value), (b, -self.value / b.value**2))

    def __rtruediv__(self, other: float) -> TanhOfTheInput:
        return self._node(other) / self

    def __pow__(self, exponent: float) -> TanhOfTheInput:
        return self._made(self.value**exponent, (self, exponent * self.value ** (exponent - 1)))

    def tanh(self) -> TanhOfTheInput:
        value = math.tanh(self.value)
        return self._made(value, (self, 1 - self.value**2))

    def exp(self) -> TanhOfTheInput:
        value = math.exp(self.value)
        return self._made(value, (self, value))

    def relu(self) -> TanhOfTheInput:
        return self._made(max(self.value, 0.0), (self, 1.0 if self.value > 0 else 0.0))


@mutant(
    en="Your derivative of relu at 0 is 1.",
    zh="你的 relu 在 0 处的导数是 1。",
)
class ReluSlopeAtZero:
    value: float
    grad: float

    def __init__(self, value: float, parents: tuple[ReluSlopeAtZero, ...] = ()) -> None:
        self.value = value
        self.grad = 0.0
        self._parents = parents
        self._slopes: tuple[float, ...] = ()

    def backward(self) -> None:
        order: list[ReluSlopeAtZero] = []
        seen: set[ReluSlopeAtZero] = set()
        waiting = [(self, False)]
        while waiting:
            node, is_expanded = waiting.pop()
            if is_expanded:
                order.append(node)
            elif node not in seen:
                seen.add(node)
                waiting.append((node, True))
                waiting += [(parent, False) for parent in node._parents]
        for node in order:
            if node._parents:
                node.grad = 0.0
        self.grad += 1.0
        for node in reversed(order):
            for parent, slope in zip(node._parents, node._slopes, strict=True):
                parent.grad += slope * node.grad

    def _made(self, value: float, *pairs: tuple[ReluSlopeAtZero, float]) -> ReluSlopeAtZero:
        out = ReluSlopeAtZero(value, tuple(parent for parent, _ in pairs))
        out._slopes = tuple(slope for _, slope in pairs)
        return out

    def _node(self, other: ReluSlopeAtZero | float) -> ReluSlopeAtZero:
        return other if isinstance(other, ReluSlopeAtZero) else ReluSlopeAtZero(other)

    def __neg__(self) -> ReluSlopeAtZero:
        return self._made(-self.value, (self, -1.0))

    def __add__(self, other: ReluSlopeAtZero | float) -> ReluSlopeAtZero:
        b = self._node(other)
        return self._made(self.value + b.value, (self, 1.0), (b, 1.0))

    def __radd__(self, other: float) -> ReluSlopeAtZero:
        return self._node(other) + self

    def __sub__(self, other: ReluSlopeAtZero | float) -> ReluSlopeAtZero:
        b = self._node(other)
        return self._made(self.value - b.value, (self, 1.0), (b, -1.0))

    def __rsub__(self, other: float) -> ReluSlopeAtZero:
        return self._node(other) - self

    def __mul__(self, other: ReluSlopeAtZero | float) -> ReluSlopeAtZero:
        b = self._node(other)
        return self._made(self.value * b.value, (self, b.value), (b, self.value))

    def __rmul__(self, other: float) -> ReluSlopeAtZero:
        return self._node(other) * self

    def __truediv__(self, other: ReluSlopeAtZero | float) -> ReluSlopeAtZero:
        b = self._node(other)
        return self._made(self.value / b.value, (self, 1 / b.value), (b, -self.value / b.value**2))

    def __rtruediv__(self, other: float) -> ReluSlopeAtZero:
        return self._node(other) / self

    def __pow__(self, exponent: float) -> ReluSlopeAtZero:
        return self._made(self.value**exponent, (self, exponent * self.value ** (exponent - 1)))

    def tanh(self) -> ReluSlopeAtZero:
        value = math.tanh(self.value)
        return self._made(value, (self, 1 - value * value))

    def exp(self) -> ReluSlopeAtZero:
        value = math.exp(self.value)
        return self._made(value, (self, value))

    def relu(self) -> ReluSlopeAtZero:
        return self._made(max(self.value, 0.0), (self, 1.0 if self.value >= 0 else 0.0))


@mutant(
    en="Your relu passes the gradient on for negative inputs too.",
    zh="输入为负时，你的 relu 也把梯度传了下去。",
)
class ReluSlopeEverywhere:
    value: float
    grad: float

    def __init__(self, value: float, parents: tuple[ReluSlopeEverywhere, ...] = ()) -> None:
        self.value = value
        self.grad = 0.0
        self._parents = parents
        self._slopes: tuple[float, ...] = ()

    def backward(self) -> None:
        order: list[ReluSlopeEverywhere] = []
        seen: set[ReluSlopeEverywhere] = set()
        waiting = [(self, False)]
        while waiting:
            node, is_expanded = waiting.pop()
            if is_expanded:
                order.append(node)
            elif node not in seen:
                seen.add(node)
                waiting.append((node, True))
                waiting += [(parent, False) for parent in node._parents]
        for node in order:
            if node._parents:
                node.grad = 0.0
        self.grad += 1.0
        for node in reversed(order):
            for parent, slope in zip(node._parents, node._slopes, strict=True):
                parent.grad += slope * node.grad

    def _made(self, value: float, *pairs: tuple[ReluSlopeEverywhere, float]) -> ReluSlopeEverywhere:
        out = ReluSlopeEverywhere(value, tuple(parent for parent, _ in pairs))
        out._slopes = tuple(slope for _, slope in pairs)
        return out

    def _node(self, other: ReluSlopeEverywhere | float) -> ReluSlopeEverywhere:
        return other if isinstance(other, ReluSlopeEverywhere) else ReluSlopeEverywhere(other)

    def __neg__(self) -> ReluSlopeEverywhere:
        return self._made(-self.value, (self, -1.0))

    def __add__(self, other: ReluSlopeEverywhere | float) -> ReluSlopeEverywhere:
        b = self._node(other)
        return self._made(self.value + b.value, (self, 1.0), (b, 1.0))

    def __radd__(self, other: float) -> ReluSlopeEverywhere:
        return self._node(other) + self

    def __sub__(self, other: ReluSlopeEverywhere | float) -> ReluSlopeEverywhere:
        b = self._node(other)
        return self._made(self.value - b.value, (self, 1.0), (b, -1.0))

    def __rsub__(self, other: float) -> ReluSlopeEverywhere:
        return self._node(other) - self

    def __mul__(self, other: ReluSlopeEverywhere | float) -> ReluSlopeEverywhere:
        b = self._node(other)
        return self._made(self.value * b.value, (self, b.value), (b, self.value))

    def __rmul__(self, other: float) -> ReluSlopeEverywhere:
        return self._node(other) * self

    def __truediv__(self, other: ReluSlopeEverywhere | float) -> ReluSlopeEverywhere:
        b = self._node(other)
        return self._made(self.value / b.value, (self, 1 / b.value), (b, -self.value / b.value**2))

    def __rtruediv__(self, other: float) -> ReluSlopeEverywhere:
        return self._node(other) / self

    def __pow__(self, exponent: float) -> ReluSlopeEverywhere:
        return self._made(self.value**exponent, (self, exponent * self.value ** (exponent - 1)))

    def tanh(self) -> ReluSlopeEverywhere:
        value = math.tanh(self.value)
        return self._made(value, (self, 1 - value * value))

    def exp(self) -> ReluSlopeEverywhere:
        value = math.exp(self.value)
        return self._made(value, (self, value))

    def relu(self) -> ReluSlopeEverywhere:
        return self._made(max(self.value, 0.0), (self, 1.0))


@mutant(
    en="Your derivative of exp is the input instead of the value.",
    zh="你的 exp 的导数用了输入，而不是函数值。",
)
class ExpOfOne:
    value: float
    grad: float

    def __init__(self, value: float, parents: tuple[ExpOfOne, ...] = ()) -> None:
        self.value = value
        self.grad = 0.0
        self._parents = parents
        self._slopes: tuple[float, ...] = ()

    def backward(self) -> None:
        order: list[ExpOfOne] = []
        seen: set[ExpOfOne] = set()
        waiting = [(self, False)]
        while waiting:
            node, is_expanded = waiting.pop()
            if is_expanded:
                order.append(node)
            elif node not in seen:
                seen.add(node)
                waiting.append((node, True))
                waiting += [(parent, False) for parent in node._parents]
        for node in order:
            if node._parents:
                node.grad = 0.0
        self.grad += 1.0
        for node in reversed(order):
            for parent, slope in zip(node._parents, node._slopes, strict=True):
                parent.grad += slope * node.grad

    def _made(self, value: float, *pairs: tuple[ExpOfOne, float]) -> ExpOfOne:
        out = ExpOfOne(value, tuple(parent for parent, _ in pairs))
        out._slopes = tuple(slope for _, slope in pairs)
        return out

    def _node(self, other: ExpOfOne | float) -> ExpOfOne:
        return other if isinstance(other, ExpOfOne) else ExpOfOne(other)

    def __neg__(self) -> ExpOfOne:
        return self._made(-self.value, (self, -1.0))

    def __add__(self, other: ExpOfOne | float) -> ExpOfOne:
        b = self._node(other)
        return self._made(self.value + b.value, (self, 1.0), (b, 1.0))

    def __radd__(self, other: float) -> ExpOfOne:
        return self._node(other) + self

    def __sub__(self, other: ExpOfOne | float) -> ExpOfOne:
        b = self._node(other)
        return self._made(self.value - b.value, (self, 1.0), (b, -1.0))

    def __rsub__(self, other: float) -> ExpOfOne:
        return self._node(other) - self

    def __mul__(self, other: ExpOfOne | float) -> ExpOfOne:
        b = self._node(other)
        return self._made(self.value * b.value, (self, b.value), (b, self.value))

    def __rmul__(self, other: float) -> ExpOfOne:
        return self._node(other) * self

    def __truediv__(self, other: ExpOfOne | float) -> ExpOfOne:
        b = self._node(other)
        return self._made(self.value / b.value, (self, 1 / b.value), (b, -self.value / b.value**2))

    def __rtruediv__(self, other: float) -> ExpOfOne:
        return self._node(other) / self

    def __pow__(self, exponent: float) -> ExpOfOne:
        return self._made(self.value**exponent, (self, exponent * self.value ** (exponent - 1)))

    def tanh(self) -> ExpOfOne:
        value = math.tanh(self.value)
        return self._made(value, (self, 1 - value * value))

    def exp(self) -> ExpOfOne:
        value = math.exp(self.value)
        return self._made(value, (self, self.value))

    def relu(self) -> ExpOfOne:
        return self._made(max(self.value, 0.0), (self, 1.0 if self.value > 0 else 0.0))


@mutant(
    en="Your gradient of a node that is both operands of one operation is counted once instead of twice.",
    zh="同一个节点充当一次运算的两个操作数时，你的梯度只算了一次，而不是两次。",
)
class SameOperandOnce:
    value: float
    grad: float

    def __init__(self, value: float, parents: tuple[SameOperandOnce, ...] = ()) -> None:
        self.value = value
        self.grad = 0.0
        self._parents = parents
        self._slopes: tuple[float, ...] = ()

    def backward(self) -> None:
        order: list[SameOperandOnce] = []
        seen: set[SameOperandOnce] = set()
        waiting = [(self, False)]
        while waiting:
            node, is_expanded = waiting.pop()
            if is_expanded:
                order.append(node)
            elif node not in seen:
                seen.add(node)
                waiting.append((node, True))
                waiting += [(parent, False) for parent in node._parents]
        for node in order:
            if node._parents:
                node.grad = 0.0
        self.grad += 1.0
        for node in reversed(order):
            for parent, slope in dict(zip(node._parents, node._slopes, strict=True)).items():
                parent.grad += slope * node.grad

    def _made(self, value: float, *pairs: tuple[SameOperandOnce, float]) -> SameOperandOnce:
        out = SameOperandOnce(value, tuple(parent for parent, _ in pairs))
        out._slopes = tuple(slope for _, slope in pairs)
        return out

    def _node(self, other: SameOperandOnce | float) -> SameOperandOnce:
        return other if isinstance(other, SameOperandOnce) else SameOperandOnce(other)

    def __neg__(self) -> SameOperandOnce:
        return self._made(-self.value, (self, -1.0))

    def __add__(self, other: SameOperandOnce | float) -> SameOperandOnce:
        b = self._node(other)
        return self._made(self.value + b.value, (self, 1.0), (b, 1.0))

    def __radd__(self, other: float) -> SameOperandOnce:
        return self._node(other) + self

    def __sub__(self, other: SameOperandOnce | float) -> SameOperandOnce:
        b = self._node(other)
        return self._made(self.value - b.value, (self, 1.0), (b, -1.0))

    def __rsub__(self, other: float) -> SameOperandOnce:
        return self._node(other) - self

    def __mul__(self, other: SameOperandOnce | float) -> SameOperandOnce:
        b = self._node(other)
        return self._made(self.value * b.value, (self, b.value), (b, self.value))

    def __rmul__(self, other: float) -> SameOperandOnce:
        return self._node(other) * self

    def __truediv__(self, other: SameOperandOnce | float) -> SameOperandOnce:
        b = self._node(other)
        return self._made(self.value / b.value, (self, 1 / b.value), (b, -self.value / b.value**2))

    def __rtruediv__(self, other: float) -> SameOperandOnce:
        return self._node(other) / self

    def __pow__(self, exponent: float) -> SameOperandOnce:
        return self._made(self.value**exponent, (self, exponent * self.value ** (exponent - 1)))

    def tanh(self) -> SameOperandOnce:
        value = math.tanh(self.value)
        return self._made(value, (self, 1 - value * value))

    def exp(self) -> SameOperandOnce:
        value = math.exp(self.value)
        return self._made(value, (self, value))

    def relu(self) -> SameOperandOnce:
        return self._made(max(self.value, 0.0), (self, 1.0 if self.value > 0 else 0.0))


@mutant(
    en="Your backward pass fails on long chains: it calls itself for each node.",
    zh="计算链很长时你的反向传播会出错：它为每个节点都递归调用一次。",
)
class Recursive:
    value: float
    grad: float

    def __init__(self, value: float, parents: tuple[Recursive, ...] = ()) -> None:
        self.value = value
        self.grad = 0.0
        self._parents = parents
        self._slopes: tuple[float, ...] = ()

    def backward(self) -> None:
        order: list[Recursive] = []
        seen: set[Recursive] = set()

        def visit(node: Recursive) -> None:
            if node not in seen:
                seen.add(node)
                for parent in node._parents:
                    visit(parent)
                order.append(node)

        visit(self)
        for node in order:
            if node._parents:
                node.grad = 0.0
        self.grad += 1.0
        for node in reversed(order):
            for parent, slope in zip(node._parents, node._slopes, strict=True):
                parent.grad += slope * node.grad

    def _made(self, value: float, *pairs: tuple[Recursive, float]) -> Recursive:
        out = Recursive(value, tuple(parent for parent, _ in pairs))
        out._slopes = tuple(slope for _, slope in pairs)
        return out

    def _node(self, other: Recursive | float) -> Recursive:
        return other if isinstance(other, Recursive) else Recursive(other)

    def __neg__(self) -> Recursive:
        return self._made(-self.value, (self, -1.0))

    def __add__(self, other: Recursive | float) -> Recursive:
        b = self._node(other)
        return self._made(self.value + b.value, (self, 1.0), (b, 1.0))

    def __radd__(self, other: float) -> Recursive:
        return self._node(other) + self

    def __sub__(self, other: Recursive | float) -> Recursive:
        b = self._node(other)
        return self._made(self.value - b.value, (self, 1.0), (b, -1.0))

    def __rsub__(self, other: float) -> Recursive:
        return self._node(other) - self

    def __mul__(self, other: Recursive | float) -> Recursive:
        b = self._node(other)
        return self._made(self.value * b.value, (self, b.value), (b, self.value))

    def __rmul__(self, other: float) -> Recursive:
        return self._node(other) * self

    def __truediv__(self, other: Recursive | float) -> Recursive:
        b = self._node(other)
        return self._made(self.value / b.value, (self, 1 / b.value), (b, -self.value / b.value**2))

    def __rtruediv__(self, other: float) -> Recursive:
        return self._node(other) / self

    def __pow__(self, exponent: float) -> Recursive:
        return self._made(self.value**exponent, (self, exponent * self.value ** (exponent - 1)))

    def tanh(self) -> Recursive:
        value = math.tanh(self.value)
        return self._made(value, (self, 1 - value * value))

    def exp(self) -> Recursive:
        value = math.exp(self.value)
        return self._made(value, (self, value))

    def relu(self) -> Recursive:
        return self._made(max(self.value, 0.0), (self, 1.0 if self.value > 0 else 0.0))


@mutant(
    en="Your gradients are all zero: the node that the pass starts from does not get the gradient 1.",
    zh="你的梯度全是零：起始节点的梯度没有置为 1。",
)
class StartsWithZero:
    value: float
    grad: float

    def __init__(self, value: float, parents: tuple[StartsWithZero, ...] = ()) -> None:
        self.value = value
        self.grad = 0.0
        self._parents = parents
        self._slopes: tuple[float, ...] = ()

    def backward(self) -> None:
        order: list[StartsWithZero] = []
        seen: set[StartsWithZero] = set()
        waiting = [(self, False)]
        while waiting:
            node, is_expanded = waiting.pop()
            if is_expanded:
                order.append(node)
            elif node not in seen:
                seen.add(node)
                waiting.append((node, True))
                waiting += [(parent, False) for parent in node._parents]
        for node in order:
            if node._parents:
                node.grad = 0.0
        for node in reversed(order):
            for parent, slope in zip(node._parents, node._slopes, strict=True):
                parent.grad += slope * node.grad

    def _made(self, value: float, *pairs: tuple[StartsWithZero, float]) -> StartsWithZero:
        out = StartsWithZero(value, tuple(parent for parent, _ in pairs))
        out._slopes = tuple(slope for _, slope in pairs)
        return out

    def _node(self, other: StartsWithZero | float) -> StartsWithZero:
        return other if isinstance(other, StartsWithZero) else StartsWithZero(other)

    def __neg__(self) -> StartsWithZero:
        return self._made(-self.value, (self, -1.0))

    def __add__(self, other: StartsWithZero | float) -> StartsWithZero:
        b = self._node(other)
        return self._made(self.value + b.value, (self, 1.0), (b, 1.0))

    def __radd__(self, other: float) -> StartsWithZero:
        return self._node(other) + self

    def __sub__(self, other: StartsWithZero | float) -> StartsWithZero:
        b = self._node(other)
        return self._made(self.value - b.value, (self, 1.0), (b, -1.0))

    def __rsub__(self, other: float) -> StartsWithZero:
        return self._node(other) - self

    def __mul__(self, other: StartsWithZero | float) -> StartsWithZero:
        b = self._node(other)
        return self._made(self.value * b.value, (self, b.value), (b, self.value))

    def __rmul__(self, other: float) -> StartsWithZero:
        return self._node(other) * self

    def __truediv__(self, other: StartsWithZero | float) -> StartsWithZero:
        b = self._node(other)
        return self._made(self.value / b.value, (self, 1 / b.value), (b, -self.value / b.value**2))

    def __rtruediv__(self, other: float) -> StartsWithZero:
        return self._node(other) / self

    def __pow__(self, exponent: float) -> StartsWithZero:
        return self._made(self.value**exponent, (self, exponent * self.value ** (exponent - 1)))

    def tanh(self) -> StartsWithZero:
        value = math.tanh(self.value)
        return self._made(value, (self, 1 - value * value))

    def exp(self) -> StartsWithZero:
        value = math.exp(self.value)
        return self._made(value, (self, value))

    def relu(self) -> StartsWithZero:
        return self._made(max(self.value, 0.0), (self, 1.0 if self.value > 0 else 0.0))


@mutant(
    en="Your start node does not show its own gradient after the pass.",
    zh="反向传播之后，你的起始节点没有留下自己的梯度。",
)
class StartWithoutItsGradient:
    value: float
    grad: float

    def __init__(self, value: float, parents: tuple[StartWithoutItsGradient, ...] = ()) -> None:
        self.value = value
        self.grad = 0.0
        self._parents = parents
        self._slopes: tuple[float, ...] = ()

    def backward(self) -> None:
        order: list[StartWithoutItsGradient] = []
        seen: set[StartWithoutItsGradient] = set()
        waiting = [(self, False)]
        while waiting:
            node, is_expanded = waiting.pop()
            if is_expanded:
                order.append(node)
            elif node not in seen:
                seen.add(node)
                waiting.append((node, True))
                waiting += [(parent, False) for parent in node._parents]
        for node in order:
            if node._parents:
                node.grad = 0.0
        self.grad += 1.0
        for node in reversed(order):
            for parent, slope in zip(node._parents, node._slopes, strict=True):
                parent.grad += slope * node.grad
        self.grad *= not self._parents

    def _made(self, value: float, *pairs: tuple[StartWithoutItsGradient, float]) -> StartWithoutItsGradient:
        out = StartWithoutItsGradient(value, tuple(parent for parent, _ in pairs))
        out._slopes = tuple(slope for _, slope in pairs)
        return out

    def _node(self, other: StartWithoutItsGradient | float) -> StartWithoutItsGradient:
        return other if isinstance(other, StartWithoutItsGradient) else StartWithoutItsGradient(other)

    def __neg__(self) -> StartWithoutItsGradient:
        return self._made(-self.value, (self, -1.0))

    def __add__(self, other: StartWithoutItsGradient | float) -> StartWithoutItsGradient:
        b = self._node(other)
        return self._made(self.value + b.value, (self, 1.0), (b, 1.0))

    def __radd__(self, other: float) -> StartWithoutItsGradient:
        return self._node(other) + self

    def __sub__(self, other: StartWithoutItsGradient | float) -> StartWithoutItsGradient:
        b = self._node(other)
        return self._made(self.value - b.value, (self, 1.0), (b, -1.0))

    def __rsub__(self, other: float) -> StartWithoutItsGradient:
        return self._node(other) - self

    def __mul__(self, other: StartWithoutItsGradient | float) -> StartWithoutItsGradient:
        b = self._node(other)
        return self._made(self.value * b.value, (self, b.value), (b, self.value))

    def __rmul__(self, other: float) -> StartWithoutItsGradient:
        return self._node(other) * self

    def __truediv__(self, other: StartWithoutItsGradient | float) -> StartWithoutItsGradient:
        b = self._node(other)
        return self._made(self.value / b.value, (self, 1 / b.value), (b, -self.value / b.value**2))

    def __rtruediv__(self, other: float) -> StartWithoutItsGradient:
        return self._node(other) / self

    def __pow__(self, exponent: float) -> StartWithoutItsGradient:
        return self._made(self.value**exponent, (self, exponent * self.value ** (exponent - 1)))

    def tanh(self) -> StartWithoutItsGradient:
        value = math.tanh(self.value)
        return self._made(value, (self, 1 - value * value))

    def exp(self) -> StartWithoutItsGradient:
        value = math.exp(self.value)
        return self._made(value, (self, value))

    def relu(self) -> StartWithoutItsGradient:
        return self._made(max(self.value, 0.0), (self, 1.0 if self.value > 0 else 0.0))
