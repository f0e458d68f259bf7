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
    raise NotImplementedError("vjp")


def jacobian(f: Callable[[Tensor], Tensor], x: Tensor) -> Tensor:  # (*X) -> (*Y, *X)
    """Returns all partial derivatives, detached: out[i, j] = ∂f(x)[i]/∂x[j] for multi-indices i and j.

    Calls f exactly once. Zeros where an output does not depend on x. Nothing of the caller's tensors changes.
    """
    raise NotImplementedError("jacobian")


def hvp(f: Callable[[Tensor], Tensor], x: Tensor, v: Tensor) -> Tensor:  # (*X), (*X) -> (*X); f(x) has no dimension
    """Returns H·v, detached, with the Hessian H of the scalar f: out[i] = Σ_j ∂²f(x)/∂x[i]∂x[j] · v[j].

    H itself is not needed. Zeros where f is linear in x or does not depend on it. Nothing of the caller's tensors
    changes.
    """
    raise NotImplementedError("hvp")


class SwishFn(torch.autograd.Function):
    """Swish as an operator of its own: `SwishFn.apply(x, beta)` = x · σ(βx), with σ the logistic function.

    dy/dx = σ + βxσ(1 − σ) with σ = σ(βx). There is no gradient for β, which is a Python float. Differentiable twice.
    """

    @staticmethod
    def forward(ctx: Any, x: Tensor, beta: float) -> Tensor:  # (*X) -> (*X)
        """Returns x · σ(βx), and keeps for `backward` what it needs: tensors through `ctx.save_for_backward` only."""
        raise NotImplementedError("SwishFn.forward")

    @staticmethod
    def backward(ctx: Any, grad: Tensor) -> tuple[Tensor, None]:  # (*X) -> (*X), None
        """Returns the gradient for x, and None for β; made of differentiable operations on saved inputs."""
        raise NotImplementedError("SwishFn.backward")


def stop_grad_mul(x: Tensor, g: Callable[[Tensor], Tensor]) -> Tensor:  # (*X) -> (*X)
    """Returns x · g(x), through which the gradient flows as if g(x) were a constant: dy/dx = g(x).

    Calls g exactly once. Tensors that g uses get no gradient. The result requires grad if and only if x does.
    """
    raise NotImplementedError("stop_grad_mul")


def chain_grads(x: Tensor, fns: Sequence[Callable[[Tensor], Tensor]]) -> tuple[Tensor, list[Tensor]]:
    """Differentiates y_n.sum() for y_0 = x, y_k = fns[k−1](y_{k−1}), n = len(fns).

    Returns the gradient of x, and the list of the gradients of y_1, ..., y_n, each of its tensor's shape, all detached.
    Without functions y_n is x. Nothing of the caller's tensors changes; that holds for tensors which the functions use
    besides x too.
    """
    raise NotImplementedError("chain_grads")


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
        raise NotImplementedError("Node.__init__")

    def backward(self) -> None:
        """Computes d self / d node for this node and all that it was computed from.

        Leaves (nodes without parents) add it to their `grad`; other nodes replace their `grad` by it. Works for
        chains of thousands of operations.
        """
        raise NotImplementedError("Node.backward")

    def __neg__(self) -> Node:
        """Returns -self."""
        raise NotImplementedError("Node.__neg__")

    def __add__(self, other: Node | float) -> Node:
        """Returns self + other."""
        raise NotImplementedError("Node.__add__")

    def __radd__(self, other: float) -> Node:
        """Returns other + self."""
        raise NotImplementedError("Node.__radd__")

    def __sub__(self, other: Node | float) -> Node:
        """Returns self - other."""
        raise NotImplementedError("Node.__sub__")

    def __rsub__(self, other: float) -> Node:
        """Returns other - self."""
        raise NotImplementedError("Node.__rsub__")

    def __mul__(self, other: Node | float) -> Node:
        """Returns self * other."""
        raise NotImplementedError("Node.__mul__")

    def __rmul__(self, other: float) -> Node:
        """Returns other * self."""
        raise NotImplementedError("Node.__rmul__")

    def __truediv__(self, other: Node | float) -> Node:
        """Returns self / other."""
        raise NotImplementedError("Node.__truediv__")

    def __rtruediv__(self, other: float) -> Node:
        """Returns other / self."""
        raise NotImplementedError("Node.__rtruediv__")

    def __pow__(self, exponent: float) -> Node:
        """Returns self ** exponent, for a constant exponent."""
        raise NotImplementedError("Node.__pow__")

    def tanh(self) -> Node:
        """Returns the hyperbolic tangent."""
        raise NotImplementedError("Node.tanh")

    def exp(self) -> Node:
        """Returns e to the power of self."""
        raise NotImplementedError("Node.exp")

    def relu(self) -> Node:
        """Returns max(self, 0); its derivative at 0 is 0."""
        raise NotImplementedError("Node.relu")
