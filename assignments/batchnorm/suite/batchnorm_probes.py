"""What the suite runs inside the candidate, and how it reads the answers.

A probe takes a batch of cases and returns all tensors of each step together, so that one crossing tells wrong versions
apart.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor

from grader.suite import assert_close, probe, require


@probe
def answers(solution: Any, name: str, cases: list[tuple[Any, ...]]) -> list[Any]:
    """Calls the function once per case."""
    return [getattr(solution, name)(*case) for case in cases]


@probe
def careful_call(solution: Any, name: str, args: list[Any]) -> tuple[Any, list[Any], str]:
    """Returns the answer, the arguments after the call, and how a call on the meta device ended."""
    function = getattr(solution, name)
    on_meta = [value.to("meta") if isinstance(value, torch.Tensor) else value for value in args]
    answer = function(*args)
    try:
        result = function(*on_meta)
        ending = " ".join(part.device.type for part in (result if isinstance(result, tuple) else (result,)))
    except Exception as error:  # noqa: BLE001 - whatever it is, only its message matters
        ending = str(error)
    return answer, args, ending


@probe
def stats_gradients(solution: Any, cases: list[tuple[Tensor, Tensor, Tensor]]) -> list[Any]:
    """Returns what flows back to x from random cotangents of mean and variance."""
    found: list[Any] = []
    for x, to_mean, to_var in cases:
        leaf = x.clone().requires_grad_()
        mean, var = solution.batch_stats(leaf)
        total = (mean * to_mean).sum() + (var * to_var).sum()
        found.append(torch.autograd.grad(total, leaf)[0] if total.requires_grad else None)
    return found


@probe
def norm_steps(solution: Any, cases: list[dict[str, Any]]) -> list[Any]:
    """Returns output and buffers after each step; the buffers are the two columns of one tensor."""
    found: list[Any] = []
    for case in cases:
        buffers = case["buffers"].clone()
        trail = []
        for training, x in case["steps"]:
            output = solution.batch_norm(
                x,
                buffers[:, 0],
                buffers[:, 1],
                case["weight"],
                case["bias"],
                training=training,
                momentum=case["momentum"],
                eps=case["eps"],
            )
            trail.append((output, buffers.detach().clone()))
        found.append(trail)
    return found


@probe
def norm_gradients(solution: Any, cases: list[dict[str, Any]]) -> list[Any]:
    """Returns the gradients of a step, and what flows back to its batch from a later evaluation of another batch."""
    found: list[Any] = []
    for case in cases:
        given = [case["x"], case["weight"], case["bias"]]
        x, weight, bias = (None if part is None else part.clone().requires_grad_() for part in given)
        mean, var = case["buffers"][:, 0].clone(), case["buffers"][:, 1].clone()
        output = solution.batch_norm(
            x, mean, var, weight, bias, training=case["training"], momentum=0.3, eps=case["eps"]
        )
        leaves = [leaf for leaf in (x, weight, bias) if leaf is not None]
        total = (output * case["cotangent"]).sum()
        parts = [None] * len(leaves)
        if total.requires_grad:
            parts = list(torch.autograd.grad(total, leaves, retain_graph=True, allow_unused=True))
        later = solution.batch_norm(case["later"], mean, var, None, None, training=False, eps=case["eps"])
        leak = None
        if later.requires_grad:
            leak = torch.autograd.grad((later * case["cotangent"]).sum(), x, allow_unused=True)[0]
        found.append((parts, torch.zeros_like(case["x"]) if leak is None else leak))
    return found


@probe
def small_batches(solution: Any, cases: list[tuple[Tensor, bool]]) -> list[Any]:
    """Returns output and buffers of each call, or says that it was refused with a ValueError."""
    found: list[Any] = []
    for x, training in cases:
        mean, var = x.new_zeros(x.shape[1]), x.new_ones(x.shape[1])
        try:
            output = solution.batch_norm(x, mean, var, training=training, momentum=0.3, eps=1e-3)
            found.append((output, mean.detach(), var.detach()))
        except ValueError:
            found.append("refused")
    return found


@probe
def module_lives(solution: Any, cases: list[dict[str, Any]]) -> list[Any]:
    """Returns the output and the whole state of a module after each step, in float64."""
    found: list[Any] = []
    for case in cases:
        module = solution.BatchNorm(case["features"], **case["options"]).double()
        if case["start"] is not None:
            module.load_state_dict(case["start"])
        trail = []
        for training, x in case["steps"]:
            output = module.train(training)(x)
            state = {name: value.detach().clone() for name, value in module.state_dict().items()}
            trail.append({"output": output.detach(), **state})
        found.append(trail)
    return found


@probe
def module_outputs(solution: Any, cases: list[dict[str, Any]]) -> list[Any]:
    """Returns the output of each step of modules that live side by side, in float64."""
    modules = [solution.BatchNorm(case["features"], **case["options"]).double() for case in cases]
    found: list[Any] = [[] for _ in cases]
    for step in range(len(cases[0]["steps"])):
        for module, case, trail in zip(modules, cases, found, strict=True):
            training, x = case["steps"][step]
            trail.append(module.train(training)(x).detach())
    return found


@probe
def module_gradients(solution: Any, start: dict[str, Tensor], x: Tensor, later: Tensor, cotangent: Tensor) -> Any:
    """Returns the gradients of a training step and of an evaluation after it, and what leaks from that to the step."""
    module = solution.BatchNorm(x.shape[1], eps=1e-3, momentum=0.3).double()
    module.load_state_dict(start)
    names = ["weight", "bias"]
    parameters = [getattr(module, name) for name in names]
    first, second = x.clone().requires_grad_(), later.clone().requires_grad_()
    found: list[Any] = []
    total = (module.train()(first) * cotangent).sum()
    found.append(torch.autograd.grad(total, [first, *parameters], retain_graph=True, allow_unused=True))
    total = (module.eval()(second) * cotangent).sum()
    found.append(torch.autograd.grad(total, [second, *parameters], retain_graph=True, allow_unused=True))
    leak = torch.autograd.grad(total, first, allow_unused=True)[0]
    return found, torch.zeros_like(x) if leak is None else leak


@probe
def inventory(solution: Any, features: int, options: dict[str, Any]) -> dict[str, Any]:
    """Returns what a new module holds: parameters, buffers, state, and which attributes are None."""
    module = solution.BatchNorm(features, **options)
    return {
        "parameters": {name: value.detach() for name, value in module.named_parameters()},
        "trainable": {name: value.requires_grad for name, value in module.named_parameters()},
        "buffers": dict(module.named_buffers()),
        "state": dict(module.state_dict()),
        "is None": {name: getattr(module, name, "missing") is None for name in ("weight", "bias")},
    }


@probe
def moved_module(solution: Any, x: Tensor) -> tuple[Any, str]:
    """Moves a module to the meta device; returns where its parts are, and how a training step there ended."""
    module = solution.BatchNorm(x.shape[1]).to("meta")
    places = {name: value.device.type for name, value in module.state_dict().items()}
    try:
        ending = module.train()(x.to("meta")).device.type
    except Exception as error:  # noqa: BLE001 - whatever it is, only its message matters
        ending = str(error)
    return places, ending


@probe
def small_module_batches(solution: Any, cases: list[tuple[Tensor, bool]]) -> list[Any]:
    """Returns output and running statistics of a new module's call, or says that it was refused with a ValueError."""
    found: list[Any] = []
    for x, training in cases:
        module = solution.BatchNorm(x.shape[1], momentum=0.3).double().train(training)
        try:
            output = module(x).detach()
            found.append((output, module.running_mean.detach(), module.running_var.detach()))
        except ValueError:
            found.append("refused")
    return found


@probe
def folded_convolution(solution: Any, x: Tensor, args: list[Any], stride: int, padding: int) -> Tensor:
    """Convolves with the folded kernel and bias."""
    kernel, shift = solution.fold_bn(*args)
    return torch.nn.functional.conv2d(x, kernel, shift, stride=stride, padding=padding)


def check_gradients(found: Any, expected: Sequence[Any]) -> None:
    """Compares gradients and says so when a result is cut off from the graph."""
    for got, want in zip(found, expected, strict=True):
        require(
            got is not None,
            "the gradient does not flow from the result back to every input that it depends on",
            "梯度没有从结果流回它所依赖的每个输入",
        )
        assert_close(got, want)


def check_refusals(found: Sequence[Any], expected: Sequence[str]) -> None:
    """Looks only at whether a call was refused; what the others give is the matter of other tests."""
    for answer, want in zip(found, expected, strict=True):
        is_refused = isinstance(answer, str)
        require(is_refused or want == "accepted", "a batch that is too small is accepted", "过小的批量没有被拒绝")
        require(not is_refused or want == "refused", "a batch that is allowed is refused", "允许的批量被拒绝了")


def check_careful_call(
    outcome: tuple[Any, list[Any], str], args: Sequence[Any], expected: Any, changing: Sequence[int] = ()
) -> None:
    """Compares the answer, then looks whether an argument changed and whether a device was assumed."""
    answer, afterwards, ending = outcome
    assert_close(answer, expected)
    for index, (got, sent) in enumerate(zip(afterwards, args, strict=True)):
        is_same = got.shape == sent.shape and torch.equal(got, sent) if isinstance(sent, Tensor) else got == sent
        require(is_same or index in changing, "the function changed one of its arguments", "函数修改了某个传入的张量")
    check_ending(ending)


def check_ending(ending: str) -> None:
    require(
        "expected device meta" not in ending and "on the expected device" not in ending and "cpu" not in ending.split(),
        "a tensor was created on a fixed device instead of the device of the inputs",
        "有张量创建在固定的设备上，而不是输入所在的设备",
    )
