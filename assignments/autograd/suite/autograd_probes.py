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

    own = {"quadratic": lambda value, matrix: value @ matrix @ value, "own": lambda value, tensor: tensor}

    def f(value: Tensor) -> Tensor:
        for step, *arguments in program:
            value = (own.get(step) or getattr(torch, step))(value, *arguments)
        return value

    return getattr(solution, name)(f, x, *vectors)


@probe
def differentiate(solution: Any, name: str, cases: list[Any]) -> list[Any]:
    """Differentiates the program of each case twice with one of the student's functions; all results stay alive.

    A case is a program, the tensors in it, the point x, whether it is to be the result of an operation on the tensor
    that was sent, and further vectors. A tensor that requires grad has a `.grad` of sevens before the call.
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
        "own": lambda value, tensor: tensor,
        "signed_square": SignedSquare.apply,
        "quadratic": lambda value, matrix: value @ matrix @ value,
    }

    def answer(program: Any, used: list[Tensor], x: Tensor, inner: bool, *vectors: Tensor) -> Any:
        calls = 0

        def f(value: Tensor) -> Tensor:
            nonlocal calls
            calls += 1
            for step, *arguments in program:
                value = (own.get(step) or getattr(torch, step))(value, *arguments)
            return value

        watched = [x, *used]
        before = list(map(torch.clone, watched))
        for tensor in filter(lambda tensor: tensor.requires_grad, watched):
            tensor.grad = torch.full_like(tensor, 7.0)
        argument = x * 1.0 if inner else x
        result = getattr(solution, name)(f, argument, *vectors)
        return {
            "result": result,
            "calls": calls,
            "again": getattr(solution, name)(f, argument, *vectors),
            "attached": getattr(result, "requires_grad", None),
            "still_requires_grad": [tensor.requires_grad for tensor in watched],
            "grads": [tensor.grad for tensor in watched],
            "same_values": list(map(torch.equal, watched, before)),
            "arguments": [argument.detach(), *vectors],
        }

    return [answer(*case) for case in cases]


@probe
def vjps(solution: Any, weights: Tensor, x: Tensor, v: Tensor) -> Any:
    """Differentiates three functions: one that uses x, and two that do not."""
    fixed = weights.detach().clone().requires_grad_()
    programs = (lambda value: torch.tanh(value @ weights), lambda value: 2 * v, lambda value: 2 * fixed[0])
    return torch.stack([solution.vjp(f, x, v) for f in programs])


@probe
def jacobians(solution: Any, weights: Tensor, x: Tensor) -> Any:
    """Differentiates three functions: one that uses x, and two that do not."""
    fixed = weights.detach().clone().requires_grad_()
    programs = (lambda value: torch.tanh(value @ weights), lambda value: weights[0], lambda value: 2 * fixed[0])
    return torch.stack([solution.jacobian(f, x) for f in programs])


@probe
def hvps(solution: Any, weights: Tensor, x: Tensor, v: Tensor) -> Any:
    """Differentiates three functions: a curved one, a linear one, and one that does not use x."""
    fixed = weights.detach().clone().requires_grad_()
    programs = (
        lambda value: torch.tanh(value @ weights).sum(),
        lambda value: (value @ fixed).sum(),
        lambda value: weights.sum(),
    )
    return torch.stack([solution.hvp(f, x, v) for f in programs])


@probe
def stopped(solution: Any, cases: list[Any]) -> list[Any]:
    """Multiplies by the results of programs, and reports what flows back to the factors and to the programs' tensors.

    A case is a program, a tensor, the upstream gradient, and what x is: "inner", the result of an operation on the
    tensor, "leaf", the tensor itself, which requires grad, or "plain", which does not. All products are made before the
    first gradient is asked for. A tensor that requires grad has a `.grad` of sevens.
    """
    own = {"same": lambda value: value, "own": lambda value, tensor: tensor}
    made = []
    for program, base, _, kind in cases:
        calls: list[int] = []

        def g(value: Tensor, program: Any = program, calls: list[int] = calls) -> Tensor:
            calls.append(1)
            for step, *arguments in program:
                value = (own.get(step) or getattr(torch, step))(value, *arguments)
            return value

        base.requires_grad_(kind != "plain")
        x = base * 1.0 if kind == "inner" else base
        used = [value for step in program for value in step[1:] if isinstance(value, torch.Tensor)]
        before = [tensor.detach().clone() for tensor in used]
        watched = [tensor for tensor in (base, *used) if tensor.requires_grad]
        for tensor in watched:
            tensor.grad = torch.full_like(tensor, 7.0)
        y = solution.stop_grad_mul(x, g)
        made.append((y, x, calls, used, before, watched))
    answers = []
    for (_, base, upstream, kind), (y, x, calls, used, before, watched) in zip(cases, made, strict=True):
        sources = [tensor for tensor in used if tensor.requires_grad]
        found: list[Any] = [None] * (1 + len(sources))
        if y.requires_grad:
            attached = kind != "plain"
            reached = torch.autograd.grad(y, [base, *sources] if attached else sources, upstream, allow_unused=True)
            found = list(reached) if attached else [None, *reached]
        answers.append(
            {
                "y": y.detach(),
                "attached": y.requires_grad,
                "gradient": found[0],
                "gradients_of_g": found[1:],
                "calls": len(calls),
                "argument": x.detach(),
                "x_requires_grad": x.requires_grad,
                "watched": [tensor.requires_grad for tensor in watched],
                "grads": [tensor.grad for tensor in watched],
                "same_values": all(torch.equal(*pair) for pair in zip(used, before, strict=True)),
            }
        )
    return answers


@probe
def stopped_product(solution: Any, weights: Tensor, x: Tensor) -> Tensor:
    """Multiplies x by what it makes of other tensors and itself."""
    return solution.stop_grad_mul(x, lambda value: torch.tanh(value * weights))


@probe
def stopped_twice(solution: Any, x: Tensor) -> Any:
    """Asks twice with the same arguments."""

    def g(value: Tensor) -> Tensor:
        return value * value

    return [solution.stop_grad_mul(x, g), solution.stop_grad_mul(x, g)]


@probe
def chained(solution: Any, cases: list[Any]) -> list[Any]:
    """Differentiates chains twice, with one function for each step; all results stay alive.

    A case is a program, x, and whether the functions come in a tuple; then they are asked at 0.5·x, too. Equal steps
    without further arguments are one function. Tensors that require grad have a `.grad` of sevens.
    """
    own = {"same": lambda value: value, "exp": torch.exp, "sin": torch.sin}

    def function_of(step: Any) -> Any:
        name, *arguments = step
        return own.get(name) or (lambda value: getattr(torch, name)(value, *arguments))

    def answer(program: Any, x: Tensor, in_tuple: bool = False) -> Any:
        used = [value for step in program for value in step[1:] if isinstance(value, torch.Tensor)]
        for tensor in (x, *used):
            if tensor.requires_grad:
                tensor.grad = torch.full_like(tensor, 7.0)
        required_grad, before = x.requires_grad, [tensor.detach().clone() for tensor in used]
        functions = [function_of(step) for step in program]
        given = tuple(functions) if in_tuple else list(functions)
        return {
            "answer": solution.chain_grads(x, given),
            "again": solution.chain_grads(x, given),
            "halved": solution.chain_grads(0.5 * x.detach(), given) if in_tuple else None,
            "grad": x.grad,
            "grads_of_functions": [tensor.grad for tensor in used],
            "same_requires_grad": x.requires_grad == required_grad,
            "same_functions": list(given) == functions
            and all(torch.equal(*pair) for pair in zip(used, before, strict=True)),
            "x": x.detach(),
        }

    return [answer(*case) for case in cases]


@probe
def chain_of_three(solution: Any, weights: Tensor, x: Tensor) -> Any:
    """Differentiates a chain of three functions."""
    return solution.chain_grads(x, [torch.tanh, lambda value: value @ weights, lambda value: value.sum()])


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
def swish_in_turn(solution: Any, cases: list[tuple[Tensor, float, Tensor]]) -> list[Any]:
    """Applies the operator to all cases, and only then asks for their gradients in turn: twice each."""
    made = []
    for x, beta, _ in cases:
        leaf = x.detach().requires_grad_()
        made.append((leaf, solution.SwishFn.apply(leaf, beta)))
    answers = [{"y": y.detach(), "gradients": []} for _, y in made]
    for _ in range(2):
        for answer, (leaf, y), (_, _, upstream) in zip(answers, made, cases, strict=True):
            answer["gradients"] += torch.autograd.grad(y, leaf, upstream, retain_graph=True)
    return answers


@probe
def swish(solution: Any, x: Tensor, beta: float) -> Tensor:
    """Applies the operator."""
    return solution.SwishFn.apply(x, beta)


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
def with_numbers(solution: Any, kind: str, value: float, numbers: list[float]) -> Any:
    """Combines a node with each of the numbers, and returns values and gradients; or the kind of a TypeError.

    Nothing is divided by 0.
    """
    operators = {
        "number on the right": [
            lambda a, n: a + n,
            lambda a, n: a - n,
            lambda a, n: a * n,
            lambda a, n: a / (n or 1),
        ],
        "sum with a number on the left": [lambda a, n: n + a],
        "difference with a number on the left": [lambda a, n: n - a],
        "product with a number on the left": [lambda a, n: n * a],
        "quotient with a number on the left": [lambda a, n: n / a],
    }
    found: dict[str, list[float]] = {"values": [], "grads": []}
    for number in numbers:
        for operator in operators[kind]:
            node = solution.Node(value)
            try:
                result = operator(node, number)
            except TypeError:
                return "not supported"
            result.backward()
            found["values"].append(result.value)
            found["grads"].append(node.grad)
    return found


@probe
def built_in_stages(solution: Any, starts: list[float], stages: list[Any], rounds: int) -> list[Any]:
    """Builds a computation in stages, with backward passes after each; makes it, forgets it and makes it again.

    A stage has instructions and the indices of the nodes to start from.
    """
    answers = []
    for _ in range(rounds):
        nodes = [solution.Node(value) for value in starts]
        passes = []
        for instructions, roots in stages:
            for name, left, operand in instructions:
                nodes.append(nodes[left] + nodes[operand] if name == "add" else nodes[left] * nodes[operand])
            for root in roots:
                nodes[root].backward()
                passes.append([node.grad for node in nodes])
        answers.append({"values": [node.value for node in nodes], "grads": passes})
        del nodes
    return answers


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
