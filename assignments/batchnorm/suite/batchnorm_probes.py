"""What the suite runs inside the candidate, and how it reads the answers.

A probe takes a batch of cases and returns all tensors of each step together, so that one crossing tells wrong versions
apart.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor

from grader.suite import assert_close, in_case, probe, require


@probe
def answers(solution: Any, name: str, cases: list[tuple[Any, ...]]) -> list[Any]:
    """Calls the function once per case."""
    return [getattr(solution, name)(*case) for case in cases]


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
def norm_defaults(solution: Any, x: Tensor, buffers: Tensor) -> list[Any]:
    """Returns output and buffers where all that can be is left out: evaluated, trained, trained without gradients."""
    found: list[Any] = []
    for options, has_gradients in (({}, True), ({"training": True}, True), ({"training": True}, False)):
        kept = buffers.clone()
        with torch.set_grad_enabled(has_gradients):
            output = solution.batch_norm(x, kept[:, 0], kept[:, 1], **options)
        found.append([(output, kept)])
    return found


@probe
def norm_gradients(solution: Any, cases: list[dict[str, Any]]) -> list[Any]:
    """Returns the gradients of each step, and what flows back to its batch from a later evaluation of another batch.

    All cases go forward before the first goes back.
    """
    runs: list[Any] = []
    for case in cases:
        given = [case["x"], case["weight"], case["bias"]]
        leaves = [None if part is None else part.clone().requires_grad_() for part in given]
        mean, var = case["buffers"][:, 0].clone(), case["buffers"][:, 1].clone()
        output = solution.batch_norm(
            leaves[0], mean, var, leaves[1], leaves[2], training=case["training"], momentum=0.3, eps=case["eps"]
        )
        later = solution.batch_norm(case["later"], mean, var, None, None, training=False, eps=case["eps"])
        runs.append(([leaf for leaf in leaves if leaf is not None], output, later))
    found: list[Any] = []
    for case, (leaves, output, later) in zip(cases, runs, strict=True):
        total = (output * case["cotangent"]).sum()
        parts = [None] * len(leaves)
        if total.requires_grad:
            parts = list(torch.autograd.grad(total, leaves, retain_graph=True, allow_unused=True))
        leak = None
        if later.requires_grad:
            leak = torch.autograd.grad((later * case["cotangent"]).sum(), leaves[0], allow_unused=True)[0]
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
    """Returns the output and the whole state of a module after each step, in float64.

    A module that gets a state has been used before it is loaded; another runs without gradients. The next module may
    lie where the last one lay.
    """
    found: list[Any] = []
    for case in cases:
        module = solution.BatchNorm(case["features"], *case["args"], **case["options"]).double()
        if case["start"] is not None:
            module(case["steps"][0][1])
            module.load_state_dict(case["start"])
        trail = []
        for training, x in case["steps"]:
            with torch.set_grad_enabled(case["start"] is not None):
                output = module.train(training)(x)
            state = {name: value.detach().clone() for name, value in module.state_dict().items()}
            trail.append({"output": output.detach(), **state})
        found.append(trail)
        del module
    return found


@probe
def module_outputs(solution: Any, cases: list[dict[str, Any]]) -> list[Any]:
    """Returns the output of each step of modules that live side by side, in float64."""
    modules = [solution.BatchNorm(case["features"], *case["args"], **case["options"]).double() for case in cases]
    found: list[Any] = [[] for _ in cases]
    for step in range(len(cases[0]["steps"])):
        for module, case, trail in zip(modules, cases, found, strict=True):
            training, x = case["steps"][step]
            trail.append(module.train(training)(x).detach())
    return found


@probe
def module_gradients(solution: Any, cases: list[dict[str, Any]]) -> list[Any]:
    """Returns the gradients of a training step and of an evaluation after it, and what leaks from that to the step.

    All modules go forward, in training and then in evaluation, before the first goes back.
    """
    runs: list[Any] = []
    for case in cases:
        module = solution.BatchNorm(case["x"].shape[1], **case["options"]).double()
        module.load_state_dict(case["start"])
        first, second = case["x"].clone().requires_grad_(), case["later"].clone().requires_grad_()
        outputs = [module.train()(first), module.eval()(second)]
        runs.append((outputs, [first, second], [part for part in (module.weight, module.bias) if part is not None]))
    found: list[Any] = []
    for case, (outputs, leaves, parameters) in zip(cases, runs, strict=True):
        totals = [(output * case["cotangent"]).sum() for output in outputs]
        parts = [
            torch.autograd.grad(total, [leaf, *parameters], retain_graph=True, allow_unused=True)
            for total, leaf in zip(totals, leaves, strict=True)
        ]
        leak = torch.autograd.grad(totals[1], leaves[0], allow_unused=True)[0]
        found.append((parts, torch.zeros_like(case["x"]) if leak is None else leak))
    return found


@probe
def module_step(solution: Any, x: Tensor, training: bool, weight: Tensor, bias: Tensor) -> Tensor:
    """Returns the output of a new module with other parameters, with the dtype and on the device of x."""
    with torch.device(x.device):
        module = solution.BatchNorm(x.shape[1], eps=1e-3, momentum=0.3).to(x.dtype).train(training)
    state = {**module.state_dict(), "weight": weight, "bias": bias}
    return torch.func.functional_call(module, state, (x,))


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


def are_close(found: Any, expected: Any, rtol: float = 1e-9, atol: float = 1e-11) -> bool:
    """Says whether a tensor, or each one of a sequence, has the shape, dtype and values expected."""
    if not isinstance(expected, Tensor):
        return len(found) == len(expected) and all(
            are_close(one, other, rtol, atol) for one, other in zip(found, expected, strict=True)
        )
    if not isinstance(found, Tensor) or found.shape != expected.shape or found.dtype != expected.dtype:
        return False
    return torch.allclose(found, expected, rtol, atol)


def check_steps(
    found: Any, cases: Sequence[Any], expected: Sequence[Any], rtol: float = 1e-9, atol: float = 1e-11
) -> None:
    """Compares output and buffers after each step of each case."""
    for number, (trail, wanted, case) in enumerate(zip(found, expected, cases, strict=True), 1):
        with in_case(number, len(cases), case["steps"][0]):
            for (output, buffers), (right, kept) in zip(trail, wanted, strict=True):
                assert_close(output, right, rtol=rtol, atol=atol)
                require(
                    are_close(buffers, kept, rtol, atol),
                    "after the call, the running mean or the running variance is wrong",
                    "调用之后，滑动均值或滑动方差不对",
                )


def check_gradients(parts: Sequence[Any] | None, expected: Sequence[Tensor]) -> None:
    """Compares the gradients of the input, and of weight and bias as far as given."""
    require(
        parts is not None and all(part is not None for part in parts),
        "the gradient does not flow from the result back to every input that it depends on",
        "梯度没有从结果流回它所依赖的每个输入",
    )
    assert parts is not None
    require(are_close(parts[:1], expected[:1]), "the gradient of the input is wrong", "输入的梯度不对")
    require(are_close(parts[1:], expected[1:]), "the gradient of weight or bias is wrong", "权重或偏置的梯度不对")


def check_leak(leak: Tensor) -> None:
    require(
        are_close(leak, torch.zeros_like(leak)),
        "a gradient flows from a later output through the buffers back to an earlier batch",
        "后来的输出有梯度经由缓冲区流回之前的批量",
    )


def check_refusals(found: Sequence[Any], expected: Sequence[str], calls: Sequence[tuple[Tensor, bool]]) -> None:
    """Looks only at whether a call was refused; what the others give is the matter of other tests."""
    for number, (answer, want, call) in enumerate(zip(found, expected, calls, strict=True), 1):
        with in_case(number, len(calls), call):
            is_refused = isinstance(answer, str)
            require(is_refused or want == "accepted", "a batch that is too small is accepted", "过小的批量没有被拒绝")
            require(not is_refused or want == "refused", "a batch that is allowed is refused", "允许的批量被拒绝了")


def check_ending(ending: str) -> None:
    require(
        "expected device meta" not in ending and "on the expected device" not in ending and "cpu" not in ending.split(),
        "a tensor was created on a fixed device instead of the device of the inputs",
        "有张量创建在固定的设备上，而不是输入所在的设备",
    )
