"""Automatic differentiation: asking PyTorch's autograd for gradients, extending it, and building a small one by hand.

In shapes, `*X` stands for the dimensions of `x` and `*Y` for those of `f(x)`.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import torch
from torch import Tensor


def vjp(f: Callable[[Tensor], Tensor], x: Tensor, v: Tensor) -> Tensor:  # (*X), (*Y) -> (*X)
    """Returns vᵀ·∂f/∂x, detached: out[j] = Σ_i v[i] · ∂f(x)[i]/∂x[j], where i and j run over all elements.

    Zeros where f(x) does not depend on x. Nothing of the caller's tensors changes, neither `.grad` nor
    `.requires_grad`; that holds for tensors which f uses besides x too.
    """
    ### BEGIN SOLUTION
    leaf = x.detach().requires_grad_()
    y = f(leaf)
    if not y.requires_grad:
        return torch.zeros_like(x)
    (gradient,) = torch.autograd.grad(y, leaf, v, materialize_grads=True)
    return gradient.detach()
    ### END SOLUTION


def jacobian(f: Callable[[Tensor], Tensor], x: Tensor) -> Tensor:  # (*X) -> (*Y, *X)
    """Returns all partial derivatives, detached: out[i, j] = ∂f(x)[i]/∂x[j] for multi-indices i and j.

    Calls f exactly once. Zeros where an output does not depend on x. Nothing of the caller's tensors changes.
    """
    ### BEGIN SOLUTION
    leaf = x.detach().requires_grad_()
    y = f(leaf)
    rows = x.new_zeros(y.numel(), *x.shape)
    if y.requires_grad:
        for index, entry in enumerate(y.reshape(-1)):
            (rows[index],) = torch.autograd.grad(entry, leaf, retain_graph=True, materialize_grads=True)
    return rows.reshape(y.shape + x.shape)
    ### END SOLUTION


def hvp(f: Callable[[Tensor], Tensor], x: Tensor, v: Tensor) -> Tensor:  # (*X), (*X) -> (*X); f(x) has no dimension
    """Returns H·v, detached, with the Hessian H of the scalar f: out[i] = Σ_j ∂²f(x)/∂x[i]∂x[j] · v[j].

    H itself is not needed. Zeros where f is linear in x or does not depend on it. Nothing of the caller's tensors
    changes.
    """
    ### BEGIN SOLUTION
    leaf = x.detach().requires_grad_()
    y = f(leaf)
    if not y.requires_grad:
        return torch.zeros_like(x)
    (gradient,) = torch.autograd.grad(y, leaf, create_graph=True, materialize_grads=True)
    if not gradient.requires_grad:
        return torch.zeros_like(x)
    (product,) = torch.autograd.grad(gradient, leaf, v, materialize_grads=True)
    return product.detach()
    ### END SOLUTION


class SwishFn(torch.autograd.Function):
    """Swish as an operator of its own: `SwishFn.apply(x, beta)` = x · σ(βx), with σ the logistic function.

    dy/dx = σ + βxσ(1 − σ) with σ = σ(βx). There is no gradient for β, which is a Python float. Differentiable twice.
    """

    @staticmethod
    def forward(ctx: Any, x: Tensor, beta: float) -> Tensor:  # (*X) -> (*X)
        """Returns x · σ(βx), and keeps for `backward` what it needs: tensors through `ctx.save_for_backward` only."""
        ### BEGIN SOLUTION
        ctx.save_for_backward(x)
        ctx.beta = beta
        return x * torch.sigmoid(beta * x)
        ### END SOLUTION

    @staticmethod
    def backward(ctx: Any, grad: Tensor) -> tuple[Tensor, None]:  # (*X) -> (*X), None
        """Returns the gradient for x, and None for β; made of differentiable operations on saved inputs."""
        ### BEGIN SOLUTION
        (x,) = ctx.saved_tensors
        gate = torch.sigmoid(ctx.beta * x)
        slope = gate + ctx.beta * x * gate * (1 - gate)
        return grad * slope, None
        ### END SOLUTION


def stop_grad_mul(x: Tensor, g: Callable[[Tensor], Tensor]) -> Tensor:  # (*X) -> (*X)
    """Returns x · g(x), through which the gradient flows as if g(x) were a constant: dy/dx = g(x).

    Calls g exactly once. Tensors that g uses get no gradient. The result requires grad if and only if x does.
    """
    ### BEGIN SOLUTION
    return x * g(x).detach()
    ### END SOLUTION


def chain_grads(x: Tensor, fns: Sequence[Callable[[Tensor], Tensor]]) -> tuple[Tensor, list[Tensor]]:
    """Differentiates y_n.sum() for y_0 = x, y_k = fns[k−1](y_{k−1}), n = len(fns).

    Returns the gradient of x, and the list of the gradients of y_1, ..., y_n, each of its tensor's shape, all detached.
    Without functions y_n is x. Nothing of the caller's tensors changes; that holds for tensors which the functions use
    besides x too.
    """
    ### BEGIN SOLUTION
    ys = [x.detach().requires_grad_()]
    for function in fns:
        ys.append(function(ys[-1]))
    gradient, *gradients = torch.autograd.grad(ys[-1].sum(), ys)
    return gradient, gradients
    ### END SOLUTION


class Node:
    """A number that remembers how it was computed, so that gradients can be propagated back through the computation.

    Attributes:
        value: the number.
        grad: what `backward` found for this node; 0.0 before the first call.
    """

    value: float
    grad: float

    def __init__(self, value: float, parents: tuple[Node, ...] = ()) -> None:
        """Makes a node; callers of the class make leaves, `Node(2.0)`, and operators pass `parents`."""
        ### BEGIN SOLUTION
        self.value = value
        self.grad = 0.0
        self._parents = parents
        self._slopes: tuple[float, ...] = ()  # of this node with respect to each parent
        ### END SOLUTION

    def backward(self) -> None:
        """Computes d self / d node for this node and all that it was computed from.

        Leaves (nodes without parents) add it to their `grad`; other nodes replace their `grad` by it. Works for
        chains of thousands of operations.
        """
        ### BEGIN SOLUTION
        order: list[Node] = []
        seen: set[Node] = set()
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
        for node in reversed(order):  # a node comes after all that it was computed from, so its users come first here
            for parent, slope in zip(node._parents, node._slopes, strict=True):
                parent.grad += slope * node.grad
        ### END SOLUTION

    def __neg__(self) -> Node:
        """Returns -self."""
        ### BEGIN SOLUTION
        return self * -1.0
        ### END SOLUTION

    def __add__(self, other: Node | float) -> Node:
        """Returns self + other."""
        ### BEGIN SOLUTION
        other = other if isinstance(other, Node) else Node(other)
        out = Node(self.value + other.value, (self, other))
        out._slopes = (1.0, 1.0)
        return out
        ### END SOLUTION

    def __radd__(self, other: float) -> Node:
        """Returns other + self."""
        ### BEGIN SOLUTION
        return Node(other) + self
        ### END SOLUTION

    def __sub__(self, other: Node | float) -> Node:
        """Returns self - other."""
        ### BEGIN SOLUTION
        return self + -other
        ### END SOLUTION

    def __rsub__(self, other: float) -> Node:
        """Returns other - self."""
        ### BEGIN SOLUTION
        return Node(other) - self
        ### END SOLUTION

    def __mul__(self, other: Node | float) -> Node:
        """Returns self * other."""
        ### BEGIN SOLUTION
        other = other if isinstance(other, Node) else Node(other)
        out = Node(self.value * other.value, (self, other))
        out._slopes = (other.value, self.value)
        return out
        ### END SOLUTION

    def __rmul__(self, other: float) -> Node:
        """Returns other * self."""
        ### BEGIN SOLUTION
        return Node(other) * self
        ### END SOLUTION

    def __truediv__(self, other: Node | float) -> Node:
        """Returns self / other."""
        ### BEGIN SOLUTION
        other = other if isinstance(other, Node) else Node(other)
        out = Node(self.value / other.value, (self, other))
        out._slopes = (1 / other.value, -self.value / other.value**2)
        return out
        ### END SOLUTION

    def __rtruediv__(self, other: float) -> Node:
        """Returns other / self."""
        ### BEGIN SOLUTION
        return Node(other) / self
        ### END SOLUTION

    def __pow__(self, exponent: float) -> Node:
        """Returns self ** exponent, for a constant exponent."""
        ### BEGIN SOLUTION
        out = Node(self.value**exponent, (self,))
        out._slopes = (exponent * self.value ** (exponent - 1),)
        return out
        ### END SOLUTION

    def tanh(self) -> Node:
        """Returns the hyperbolic tangent."""
        ### BEGIN SOLUTION
        out = Node(math.tanh(self.value), (self,))
        out._slopes = (1.0 - out.value**2,)
        return out
        ### END SOLUTION

    def exp(self) -> Node:
        """Returns e to the power of self."""
        ### BEGIN SOLUTION
        out = Node(math.exp(self.value), (self,))
        out._slopes = (out.value,)
        return out
        ### END SOLUTION

    def relu(self) -> Node:
        """Returns max(self, 0); its derivative at 0 is 0."""
        ### BEGIN SOLUTION
        out = Node(max(self.value, 0.0), (self,))
        out._slopes = (1.0 if self.value > 0 else 0.0,)
        return out
        ### END SOLUTION
