"""What the suite runs inside the candidate: functions are built there, handed to the student's code, and its effects
on tensors reported beside its answer.
"""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

from grader.suite import probe


@probe
def applied(solution: Any, name: str, program: list[Any], x: Tensor, *vectors: Tensor) -> Any:
    """Returns what one of the student's functions makes of a program."""

    def f(value: Tensor) -> Tensor:
        for step, *arguments in program:
            value = value @ arguments[0] @ value if step == "quadratic" else getattr(torch, step)(value, *arguments)
        return value

    return getattr(solution, name)(f, x, *vectors)


@probe
def differentiate(
    solution: Any, name: str, program: list[Any], x: Tensor, *vectors: Tensor, inner: bool = False
) -> Any:
    """Differentiates a program with one of the student's functions.

    With `inner`, x is the result of an operation on the tensor that was sent. A tensor that requires grad has a `.grad`
    of sevens before the call.
    """

    class SignedSquare(torch.autograd.Function):
        @staticmethod
        def forward(ctx: Any, value: Tensor) -> Tensor:
            ctx.save_for_backward(value)
            return torch.where(value > 0, value * value, -value * value)

        @staticmethod
        def backward(ctx: Any, grad: Tensor) -> Tensor:
            (value,) = ctx.saved_tensors
            if bool(torch.isnan(grad).any()):
                raise ValueError("a gradient is not a number")
            return 2 * torch.where(value > 0, value, -value) * grad

    own = {
        "same": lambda value: value,
        "signed_square": SignedSquare.apply,
        "quadratic": lambda value, matrix: value @ matrix @ value,
    }
    calls = 0

    def f(value: Tensor) -> Tensor:
        nonlocal calls
        calls += 1
        for step, *arguments in program:
            value = (own.get(step) or getattr(torch, step))(value, *arguments)
        return value

    watched = [x, *(value for step in program for value in step[1:] if isinstance(value, torch.Tensor))]
    for tensor in watched:
        if tensor.requires_grad:
            tensor.grad = torch.full_like(tensor, 7.0)
    argument = x * 1.0 if inner else x
    result = getattr(solution, name)(f, argument, *vectors)
    return {
        "result": result,
        "attached": getattr(result, "requires_grad", None),
        "calls": calls,
        "still_requires_grad": [tensor.requires_grad for tensor in watched],
        "grads": [tensor.grad for tensor in watched],
        "arguments": [argument.detach(), *vectors],
    }


@probe
def ending_on_meta(solution: Any, name: str, program: list[Any], x: Tensor, *vectors: Tensor) -> str:
    """Says how a call with tensors without data ends: the result's device, or the exception's message."""

    def f(value: Tensor) -> Tensor:
        for step, *arguments in program:
            value = getattr(torch, step)(value, *arguments)
        return value

    try:
        return str(getattr(solution, name)(f, x, *vectors).device)
    except Exception as error:  # noqa: BLE001 - whatever it is, only its message matters
        return str(error)


@probe
def stopped(solution: Any, program: list[Any], base: Tensor, upstream: Tensor, attached: bool = True) -> Any:
    """Multiplies by a program's result, and reports what flows back to the factor and to the program's tensors."""
    calls = 0

    def g(value: Tensor) -> Tensor:
        nonlocal calls
        calls += 1
        for step, *arguments in program:
            if step != "same":
                value = getattr(torch, step)(value, *arguments)
        return value

    base.requires_grad_(attached)
    x = base * 1.0
    y = solution.stop_grad_mul(x, g)
    used = [value for step in program for value in step[1:] if isinstance(value, torch.Tensor) and value.requires_grad]
    found: list[Any] = [None] * (1 + len(used))
    if y.requires_grad:
        sources = [base, *used] if attached else used
        reached = torch.autograd.grad((y * upstream).sum(), sources, allow_unused=True)
        found = list(reached) if attached else [None, *reached]
    return {
        "y": y.detach(),
        "attached": y.requires_grad,
        "gradient": found[0],
        "gradients_of_g": found[1:],
        "calls": calls,
        "argument": (x.detach(), x.requires_grad),
    }


@probe
def chained(solution: Any, program: list[Any], x: Tensor) -> Any:
    """Differentiates a chain with one function for each step; tensors that require grad have a `.grad` of sevens."""

    def function_of(step: Any) -> Any:
        name, *arguments = step
        return (lambda value: value) if name == "same" else (lambda value: getattr(torch, name)(value, *arguments))

    used = [value for step in program for value in step[1:] if isinstance(value, torch.Tensor)]
    for tensor in (x, *used):
        if tensor.requires_grad:
            tensor.grad = torch.full_like(tensor, 7.0)
    required_grad = x.requires_grad
    answer = solution.chain_grads(x, [function_of(step) for step in program])
    return {
        "answer": answer,
        "grad": x.grad,
        "grads_of_functions": [tensor.grad for tensor in used],
        "same_requires_grad": x.requires_grad == required_grad,
        "x": x.detach(),
    }


@probe
def swished(solution: Any, x: Tensor, beta: float) -> Tensor:
    """Returns the operator's value."""
    return solution.SwishFn.apply(x, beta).detach()


@probe
def swish_gradient(solution: Any, x: Tensor, beta: float, upstream: Tensor) -> Any:
    """Returns the operator's value and its gradient for an upstream gradient."""
    leaf = x.detach().requires_grad_()
    y = solution.SwishFn.apply(leaf, beta)
    return {"y": y.detach(), "gradient": torch.autograd.grad((y * upstream).sum(), leaf)[0]}


@probe
def swish_twice(solution: Any, x: Tensor, beta: float, upstream: Tensor, second: Tensor) -> Any:
    """Returns the gradient, and what flows back from it to x and to the upstream gradient; None where nothing does."""
    leaf, upstream = x.detach().requires_grad_(), upstream.detach().requires_grad_()
    y = solution.SwishFn.apply(leaf, beta)
    (slope,) = torch.autograd.grad((y * upstream).sum(), leaf, create_graph=True)
    to_x, to_upstream = None, None
    if slope.requires_grad:
        to_x, to_upstream = torch.autograd.grad((slope * second).sum(), (leaf, upstream), allow_unused=True)
    return {"y": y.detach(), "gradient": slope.detach(), "to_x": to_x, "to_upstream": to_upstream}


@probe
def swish_after_change(solution: Any, base: Tensor, beta: float, upstream: Tensor) -> Any:
    """Changes the input between forward and backward: returns the gradient, or the kind of the refusal."""
    x = base.requires_grad_() * 1.0
    y = solution.SwishFn.apply(x, beta)
    x.add_(1.0)
    try:
        return torch.autograd.grad((y * upstream).sum(), base)[0]
    except RuntimeError as error:
        return "refused" if "modified by an inplace operation" in str(error) else "another error"


@probe
def swish_without_graph(solution: Any, x: Tensor, beta: float) -> Any:
    """Returns the value for an input that does not require grad, whether the result does, and the input afterwards."""
    y = solution.SwishFn.apply(x, beta)
    return {"y": y.detach(), "attached": y.requires_grad, "x": x}


@probe
def propagate(solution: Any, starts: list[float], instructions: list[Any], roots: list[int]) -> Any:
    """Builds a computation of nodes and runs backward from each root: all values, all gradients after each pass."""
    nodes = [solution.Node(value) for value in starts]
    binary = {
        "add": lambda a, b: a + b,
        "sub": lambda a, b: a - b,
        "mul": lambda a, b: a * b,
        "div": lambda a, b: a / b,
    }
    for name, left, operand in instructions:
        a = nodes[left]
        if name in binary:
            nodes.append(binary[name](a, nodes[operand]))
        elif name == "pow":
            nodes.append(a**operand)
        elif name == "neg":
            nodes.append(-a)
        else:
            nodes.append(getattr(a, name)())
    passes = []
    for root in roots:
        nodes[root].backward()
        passes.append([node.grad for node in nodes])
    return {"values": [node.value for node in nodes], "grads": passes}


@probe
def with_number(solution: Any, kind: str, value: float, number: float) -> Any:
    """Combines a node and a number, and returns the value and the gradient; or the kind of a TypeError."""
    nodes = [solution.Node(value) for _ in range(4)]
    try:
        if kind == "number on the right":
            results = [nodes[0] + number, nodes[1] - number, nodes[2] * number, nodes[3] / number]
        elif kind == "sum with a number on the left":
            results = [number + nodes[0]]
        elif kind == "difference with a number on the left":
            results = [number - nodes[0]]
        elif kind == "product with a number on the left":
            results = [number * nodes[0]]
        else:
            results = [number / nodes[0]]
    except TypeError:
        return "not supported"
    for result in results:
        result.backward()
    return {"values": [result.value for result in results], "grads": [node.grad for node in nodes[: len(results)]]}


@probe
def long_chain(solution: Any, start: float, number: float, length: int, doubled: int) -> Any:
    """Adds a number many times, then the node to itself a few times, and propagates back from the end."""
    first = solution.Node(start)
    node = first
    for _ in range(length):
        node = node + number
    for _ in range(doubled):
        node = node + node
    node.backward()
    return {"value": node.value, "grads": [first.grad, node.grad]}
