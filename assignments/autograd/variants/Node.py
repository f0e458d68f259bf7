"""Right versions of `Node` in other styles."""

from __future__ import annotations

import math

from grader.suite.mutants import variant


@variant
class OneHelperForAll:
    value: float
    grad: float

    def __init__(self, value: float, parents: tuple[OneHelperForAll, ...] = ()) -> None:
        self.value = value
        self.grad = 0.0
        self._parents = parents
        self._slopes: tuple[float, ...] = ()

    def backward(self) -> None:
        order: list[OneHelperForAll] = []
        seen: set[OneHelperForAll] = set()
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

    def _made(self, value: float, *pairs: tuple[OneHelperForAll, float]) -> OneHelperForAll:
        out = OneHelperForAll(value, tuple(parent for parent, _ in pairs))
        out._slopes = tuple(slope for _, slope in pairs)
        return out

    def _node(self, other: OneHelperForAll | float) -> OneHelperForAll:
        return other if isinstance(other, OneHelperForAll) else OneHelperForAll(other)

    def __neg__(self) -> OneHelperForAll:
        return self._made(-self.value, (self, -1.0))

    def __add__(self, other: OneHelperForAll | float) -> OneHelperForAll:
        b = self._node(other)
        return self._made(self.value + b.value, (self, 1.0), (b, 1.0))

    def __radd__(self, other: float) -> OneHelperForAll:
        return self._node(other) + self

    def __sub__(self, other: OneHelperForAll | float) -> OneHelperForAll:
        b = self._node(other)
        return self._made(self.value - b.value, (self, 1.0), (b, -1.0))

    def __rsub__(self, other: float) -> OneHelperForAll:
        return self._node(other) - self

    def __mul__(self, other: OneHelperForAll | float) -> OneHelperForAll:
        b = self._node(other)
        return self._made(self.value * b.value, (self, b.value), (b, self.value))

    def __rmul__(self, other: float) -> OneHelperForAll:
        return self._node(other) * self

    def __truediv__(self, other: OneHelperForAll | float) -> OneHelperForAll:
        b = self._node(other)
        return self._made(self.value / b.value, (self, 1 / b.value), (b, -self.value / b.value**2))

    def __rtruediv__(self, other: float) -> OneHelperForAll:
        return self._node(other) / self

    def __pow__(self, exponent: float) -> OneHelperForAll:
        return self._made(self.value**exponent, (self, exponent * self.value ** (exponent - 1)))

    def tanh(self) -> OneHelperForAll:
        value = math.tanh(self.value)
        return self._made(value, (self, 1 - value * value))

    def exp(self) -> OneHelperForAll:
        value = math.exp(self.value)
        return self._made(value, (self, value))

    def relu(self) -> OneHelperForAll:
        return self._made(max(self.value, 0.0), (self, 1.0 if self.value > 0 else 0.0))


@variant
class CountingUsers:
    value: float
    grad: float

    def __init__(self, value: float, parents: tuple[CountingUsers, ...] = ()) -> None:
        self.value = value
        self.grad = 0.0
        self._parents = parents
        self._slopes: tuple[float, ...] = ()

    def backward(self) -> None:
        users: dict[int, int] = {id(self): 0}
        reached = [self]
        for node in reached:
            for parent in node._parents:
                if id(parent) not in users:
                    users[id(parent)] = 0
                    reached.append(parent)
                users[id(parent)] += 1
        for node in reached:
            node.grad = node.grad if not node._parents else 0.0
        self.grad += 1.0
        ready = [self]
        while ready:
            node = ready.pop()
            for parent, slope in zip(node._parents, node._slopes, strict=True):
                parent.grad += slope * node.grad
                users[id(parent)] -= 1
                if users[id(parent)] == 0:
                    ready.append(parent)

    def _made(self, value: float, *pairs: tuple[CountingUsers, float]) -> CountingUsers:
        out = CountingUsers(value, tuple(parent for parent, _ in pairs))
        out._slopes = tuple(slope for _, slope in pairs)
        return out

    def _node(self, other: CountingUsers | float) -> CountingUsers:
        return other if isinstance(other, CountingUsers) else CountingUsers(other)

    def __neg__(self) -> CountingUsers:
        return self._made(-self.value, (self, -1.0))

    def __add__(self, other: CountingUsers | float) -> CountingUsers:
        b = self._node(other)
        return self._made(self.value + b.value, (self, 1.0), (b, 1.0))

    def __radd__(self, other: float) -> CountingUsers:
        return self._node(other) + self

    def __sub__(self, other: CountingUsers | float) -> CountingUsers:
        b = self._node(other)
        return self._made(self.value - b.value, (self, 1.0), (b, -1.0))

    def __rsub__(self, other: float) -> CountingUsers:
        return self._node(other) - self

    def __mul__(self, other: CountingUsers | float) -> CountingUsers:
        b = self._node(other)
        return self._made(self.value * b.value, (self, b.value), (b, self.value))

    def __rmul__(self, other: float) -> CountingUsers:
        return self._node(other) * self

    def __truediv__(self, other: CountingUsers | float) -> CountingUsers:
        b = self._node(other)
        return self._made(self.value / b.value, (self, 1 / b.value), (b, -self.value / b.value**2))

    def __rtruediv__(self, other: float) -> CountingUsers:
        return self._node(other) / self

    def __pow__(self, exponent: float) -> CountingUsers:
        return self._made(self.value**exponent, (self, exponent * self.value ** (exponent - 1)))

    def tanh(self) -> CountingUsers:
        value = math.tanh(self.value)
        return self._made(value, (self, 1 - value * value))

    def exp(self) -> CountingUsers:
        value = math.exp(self.value)
        return self._made(value, (self, value))

    def relu(self) -> CountingUsers:
        return self._made(max(self.value, 0.0), (self, 1.0 if self.value > 0 else 0.0))


@variant
class WithClosures:
    created = 0

    def __init__(self, value: float, parents: tuple[WithClosures, ...] = (), push: object = None) -> None:
        self.value = float(value)
        self.grad = 0
        self.parents = parents
        self.push = push
        WithClosures.created += 1
        self.age = WithClosures.created

    def backward(self) -> None:
        found = {self.age: self}
        waiting = [self]
        while waiting:
            for parent in waiting.pop().parents:
                if parent.age not in found:
                    found[parent.age] = parent
                    waiting.append(parent)
        for node in found.values():
            if node.parents:
                node.grad = 0.0
        self.grad = self.grad + 1.0
        for age in sorted(found, reverse=True):
            if found[age].push is not None:
                found[age].push(found[age].grad)

    def _lift(self, other: object) -> WithClosures:
        return other if isinstance(other, WithClosures) else WithClosures(other)

    def __add__(self, other: object) -> WithClosures:
        other = self._lift(other)

        def push(grad: float) -> None:
            self.grad += grad
            other.grad += grad

        return WithClosures(self.value + other.value, (self, other), push)

    __radd__ = __add__

    def __mul__(self, other: object) -> WithClosures:
        other = self._lift(other)

        def push(grad: float) -> None:
            self.grad += grad * other.value
            other.grad += grad * self.value

        return WithClosures(self.value * other.value, (self, other), push)

    __rmul__ = __mul__

    def __neg__(self) -> WithClosures:
        return self * -1

    def __sub__(self, other: object) -> WithClosures:
        return self + self._lift(other) * -1

    def __rsub__(self, other: object) -> WithClosures:
        return self * -1 + other

    def __truediv__(self, other: object) -> WithClosures:
        return self * self._lift(other) ** -1

    def __rtruediv__(self, other: object) -> WithClosures:
        return self**-1 * other

    def _unary(self, value: float, slope: float) -> WithClosures:
        def push(grad: float) -> None:
            self.grad += grad * slope

        return WithClosures(value, (self,), push)

    def __pow__(self, exponent: float) -> WithClosures:
        return self._unary(self.value**exponent, exponent * self.value ** (exponent - 1))

    def tanh(self) -> WithClosures:
        return self._unary(math.tanh(self.value), 1 / math.cosh(self.value) ** 2)

    def exp(self) -> WithClosures:
        return self._unary(math.exp(self.value), math.exp(self.value))

    def relu(self) -> WithClosures:
        return self._unary(self.value, 1) if self.value > 0 else self._unary(0, 0)
