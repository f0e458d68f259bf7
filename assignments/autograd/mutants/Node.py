"""Plausible wrong versions of `Node`, each with its misconception."""

from __future__ import annotations

import math

from grader.mutants import mutant


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
