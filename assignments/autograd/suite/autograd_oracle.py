"""What the suite trusts: functions given as plain data, their derivatives, and scalar computations on torch floats.

A function is a `Program`: steps applied one after the other, each the name of a torch function with its further
arguments. Both processes can run one, so that the same function is differentiated on either side. Nothing in this
file imports the student's code.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor

from grader.suite import Rng

Step = tuple[Any, ...]
Program = list[Step]
Instruction = tuple[str, int, Any]

_LARGEST = 4.0
_SMALLEST_DIVISOR = 0.4


def run_program(program: Program, x: Tensor) -> Tensor:
    """Applies the steps; `same` returns its argument, `own` a tensor, `signed_square` is x·|x|, `quadratic` is xᵀAx."""
    own = {"same": _same, "own": _own, "signed_square": _signed_square, "quadratic": _quadratic}
    for name, *arguments in program:
        x = (own.get(name) or getattr(torch, name))(x, *arguments)
    return x


def _same(x: Tensor) -> Tensor:
    return x


def _own(x: Tensor, tensor: Tensor) -> Tensor:
    return tensor


def _signed_square(x: Tensor) -> Tensor:
    return torch.where(x > 0, x * x, -x * x)  # not through abs: its second derivative imports half of torch


def _quadratic(x: Tensor, matrix: Tensor) -> Tensor:
    return x @ matrix @ x


def jacobian_spec(program: Program, x: Tensor) -> Tensor:
    """Returns all partial derivatives, (*Y, *X), computed in float64 with torch's own function."""
    wide = _widened(program)
    y = run_program(wide, x.detach().double())
    if not y.numel():
        return x.new_zeros(y.shape + x.shape).detach()
    slopes = torch.autograd.functional.jacobian(lambda value: run_program(wide, value), x.detach().double())
    return slopes.detach().to(x.dtype)


def _widened(program: Program) -> Program:
    return [tuple(part.detach().double() if isinstance(part, Tensor) else part for part in step) for step in program]


def vjp_spec(program: Program, x: Tensor, v: Tensor) -> Tensor:
    """Contracts the whole Jacobian matrix with `v` from the left."""
    return torch.tensordot(v.double(), jacobian_spec(program, x.double()), dims=v.ndim).to(x.dtype)


def hvp_spec(program: Program, x: Tensor, v: Tensor) -> Tensor:
    """Contracts the whole Hessian matrix with `v`."""
    if not x.numel():
        return torch.zeros_like(x)
    wide = _widened(program)
    hessian = torch.autograd.functional.hessian(lambda value: run_program(wide, value), x.detach().double())
    return torch.tensordot(hessian.detach(), v.double(), dims=v.ndim).to(x.dtype)


def chain_spec(program: Program, x: Tensor) -> tuple[Tensor, list[Tensor]]:
    """Differentiates the rest of the chain anew for every intermediate result."""
    points, steps = [x.detach()], [program[index:] for index in range(len(program) + 1)]
    for step in program:
        points.append(run_program([step], points[-1]))
    found = []
    for point, rest in zip(points, steps, strict=True):
        slopes = jacobian_spec(rest, point)
        of_y = tuple(range(slopes.ndim - point.ndim))
        found.append(slopes.sum(of_y) if of_y else slopes)
    return found[0], found[1:]


def swish_spec(x: Tensor, beta: float, upstream: Tensor, second: Tensor) -> dict[str, Tensor]:
    """Returns swish, its gradient for `upstream`, and what `second` carries back from that gradient to both."""
    x, upstream = x.detach().clone().requires_grad_(), upstream.detach().clone().requires_grad_()
    y = x * torch.sigmoid(beta * x)
    (slope,) = torch.autograd.grad((y * upstream).sum(), x, create_graph=True)
    to_x, to_upstream = torch.autograd.grad((slope * second).sum(), (x, upstream))
    return {"y": y.detach(), "gradient": slope.detach(), "to_x": to_x, "to_upstream": to_upstream}


# Scalar computations: the leaves come first, then each instruction makes one more node. An instruction names its
# operation, the index of its first operand, and the index of its second one, a constant, or None.


def random_computation(rng: Rng, leaves: int, instructions: int) -> tuple[list[float], list[Instruction]]:
    """Draws a computation whose nodes are shared, whose numbers stay small and whose divisors stay away from zero."""
    values = rng.uniform(leaves, low=0.5, high=1.5, dtype=torch.float64).tolist()
    starts = list(values)
    made: list[Instruction] = []
    draws = rng.integers(0, 2**20, instructions, 3).tolist()
    for kind, first, second in draws:
        left, right = _recent(first, len(values)), second % len(values)
        made.append(_safe_instruction(kind, left, right, values))
        values.append(_result(made[-1], values))
    return starts, made


def _recent(draw: int, count: int) -> int:
    """Prefers late nodes, so that most of a computation is reached from its end."""
    return count - 1 - draw % min(count, 4)


def _safe_instruction(kind: int, left: int, right: int, values: Sequence[float]) -> Instruction:
    """Returns the drawn instruction, or a tanh where that one is too large or too close to a kink or a pole."""
    name = ("add", "sub", "mul", "div", "pow", "tanh", "exp", "relu", "neg", "add", "mul")[kind % 11]
    operand: Any = right if name in ("add", "sub", "mul", "div") else None
    if name == "pow":
        operand = (2, 3, -1, 2.5, 1.3, -0.7)[kind // 11 % 6]
    divisor = values[right] if name == "div" else values[left]
    if name in ("div", "pow", "relu") and abs(divisor) < _SMALLEST_DIVISOR:
        return "tanh", left, None
    if name == "pow" and divisor < 0 and operand != int(operand):
        operand = 2
    instruction = (name, left, operand)
    return instruction if abs(_result(instruction, values)) <= _LARGEST else ("tanh", left, None)


def _result(instruction: Instruction, values: Sequence[float]) -> float:
    name, left, operand = instruction
    a = values[left]
    if name in ("add", "sub", "mul", "div"):
        b = values[operand]
        return {"add": a + b, "sub": a - b, "mul": a * b, "div": a / b if name == "div" else 0.0}[name]
    if name == "pow":
        return float(a**operand)
    return {"tanh": math.tanh, "exp": math.exp, "relu": lambda x: max(x, 0.0), "neg": lambda x: -x}[name](a)


def backward_spec(starts: list[float], instructions: list[Instruction], roots: Sequence[int]) -> dict[str, list[Any]]:
    """Returns all values, and all gradients after a backward pass from each of the roots in turn, by torch."""
    nodes = [torch.tensor(value, dtype=torch.float64, requires_grad=True) for value in starts]
    for name, left, operand in instructions:
        nodes.append(_on_tensors(name, nodes[left], nodes[operand] if _is_binary(name) else operand))
    grads = [0.0] * len(nodes)
    passes = []
    for root in roots:
        found = torch.autograd.grad(nodes[root], nodes, retain_graph=True, allow_unused=True)
        for index, slope in enumerate(found):
            if slope is not None:
                grads[index] = slope.item() + (grads[index] if index < len(starts) else 0.0)
        passes.append(list(grads))
    return {"values": [node.item() for node in nodes], "grads": passes}


def _is_binary(name: str) -> bool:
    return name in ("add", "sub", "mul", "div")


def _on_tensors(name: str, a: Tensor, b: Any) -> Tensor:
    return getattr(torch, name)(a) if b is None else getattr(torch, name)(a, b)
