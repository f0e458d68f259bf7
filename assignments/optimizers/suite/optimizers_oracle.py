"""Slow readable specs of the eight update rules, the cases they are tried on, and the probes that drive a student.

A rule here moves one Python float; tensors are only its many independent copies. Nothing in this file imports the
student's code, and no probe is told what is expected.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from grader.suite import Rng, Student, assert_close, probe, require

Memory = dict[str, float]
Rule = Callable[..., float]

CHANGING_LR = (0.1, 0.1, 0.03, 0.2, 0.05, 0.1)
F32 = {"rtol": 1e-4, "atol": 1e-5}


@dataclass(frozen=True, kw_only=True)
class Case:
    """What a run consists of.

    Attributes:
        starts: the parameters before the first step.
        grads: for each parameter its gradients, (steps, *shape).
        settings: for each step its keyword arguments.
        missing: for each parameter the steps in which its gradient is `None`.
    """

    starts: list[Tensor]
    grads: list[Tensor]
    settings: list[dict[str, Any]]
    missing: list[list[int]]


def by_hand(**options: Any) -> Case:
    """One parameter that starts at 1 and sees the gradients 0.5 and -0.2."""
    start, grads = torch.tensor([1.0], dtype=torch.float64), torch.tensor([[0.5], [-0.2]], dtype=torch.float64)
    return Case(starts=[start], grads=[grads], settings=[options] * 2, missing=[[]])


def changing_case(rng: Rng, **options: Any) -> Case:
    """Six float64 steps with a changing learning rate: two shapes alike, one small gradient, one 0-d parameter."""
    shapes, scales = [(3, 2), (3, 2), (4,), ()], [1.0, 1.0, 0.05, 1.0]
    return Case(
        starts=[rng.normal(*shape, dtype=torch.float64) for shape in shapes],
        grads=[scale * rng.normal(6, *shape, dtype=torch.float64) for shape, scale in zip(shapes, scales, strict=True)],
        settings=[{"lr": lr, **options} for lr in CHANGING_LR],
        missing=[[], [], [], []],
    )


def default_case(rng: Rng) -> Case:
    """Three steps without any keyword argument, on gradients from 1 down to where a default eps shows."""
    scales = torch.tensor([1.0, 1e-4, 1e-8, 1e-10], dtype=torch.float64)
    return Case(
        starts=[rng.normal(4, dtype=torch.float64)],
        grads=[rng.uniform(3, 4, low=0.5, high=1.5, dtype=torch.float64) * scales],
        settings=[{}] * 3,
        missing=[[]],
    )


def memory_case(rng: Rng, **options: Any) -> Case:
    """Four float32 steps on parameters whose memory is laid out in unusual ways, and on one without dimensions."""
    return Case(
        starts=[rng.normal(2, 3).T, rng.normal(8)[::2], rng.normal(), rng.normal(1, 5)],
        grads=[rng.normal(4, 3, 2), rng.normal(4, 4), rng.normal(4), rng.normal(4, 1, 5)],
        settings=[options] * 4,
        missing=[[], [], [], []],
    )


def gaps_case(rng: Rng, **options: Any) -> Case:
    """Five float64 steps: gradients that come late, pause or never come, that are zero, and an empty parameter."""
    shapes = [(3, 2), (3, 2), (4,), (), (0, 3)]
    grads = [rng.normal(5, *shape, dtype=torch.float64) for shape in shapes]
    grads[2][[0, 3]] = 0.0
    return Case(
        starts=[rng.normal(*shape, dtype=torch.float64) for shape in shapes],
        grads=grads,
        settings=[options] * 5,
        missing=[[2], [0, 1], [], [0, 1, 2, 3, 4], []],
    )


def follow(rule: Rule, case: Case) -> list[Tensor]:
    """Returns for each parameter its values after every step, (steps, *shape), element by element."""
    paths = []
    for start, grads, missing in zip(case.starts, case.grads, case.missing, strict=True):
        columns = zip(start.flatten().tolist(), grads.reshape(len(grads), start.numel()).T.tolist(), strict=True)
        walked = [_walk(rule, value, column, missing, case.settings) for value, column in columns]
        table = torch.tensor(walked, dtype=torch.float64).reshape(start.numel(), len(grads))
        paths.append(table.T.reshape(grads.shape).to(start.dtype))
    return paths


def _walk(rule: Rule, value: float, grads: list[float], missing: list[int], settings: list[Any]) -> list[float]:
    memory: Memory = {}
    path = []
    for step, (grad, options) in enumerate(zip(grads, settings, strict=True)):
        if step not in missing:
            value = rule(value, grad, memory, **options)
        path.append(value)
    return path


# The rules: `memory` is {} before the first step and keeps what the rule puts there.


def sgd(theta: float, grad: float, memory: Memory, *, lr: float, weight_decay: float = 0.0) -> float:
    return theta - lr * (grad + weight_decay * theta)


def momentum(
    theta: float, grad: float, memory: Memory, *, lr: float, momentum: float = 0.9, weight_decay: float = 0.0
) -> float:
    memory["v"] = momentum * memory.get("v", 0.0) + grad + weight_decay * theta
    return theta - lr * memory["v"]


def nesterov(theta: float, grad: float, memory: Memory, *, lr: float, momentum: float = 0.9) -> float:
    memory["v"] = momentum * memory.get("v", 0.0) + grad
    return theta - lr * (grad + momentum * memory["v"])


def lookahead(theta: float, slope: float, memory: Memory, *, lr: float, momentum: float = 0.9) -> float:
    """The gradient at a point is `slope · cos(point) + point`, the one that the probes' `grad_fn` computes."""
    velocity = memory.get("v", 0.0)
    point = theta - lr * momentum * velocity
    memory["v"] = momentum * velocity + slope * math.cos(point) + point
    return theta - lr * memory["v"]


def adagrad(
    theta: float, grad: float, memory: Memory, *, lr: float = 0.01, eps: float = 1e-10, eps_inside: bool = False
) -> float:
    memory["s"] = memory.get("s", 0.0) + grad**2
    divisor = math.sqrt(memory["s"] + eps) if eps_inside else math.sqrt(memory["s"]) + eps
    return theta - lr * grad / divisor


def rmsprop(
    theta: float,
    grad: float,
    memory: Memory,
    *,
    lr: float = 0.01,
    alpha: float = 0.99,
    eps: float = 1e-8,
    eps_inside: bool = False,
) -> float:
    memory["s"] = alpha * memory.get("s", 0.0) + (1 - alpha) * grad**2
    divisor = math.sqrt(memory["s"] + eps) if eps_inside else math.sqrt(memory["s"]) + eps
    return theta - lr * grad / divisor


def adam(
    theta: float,
    grad: float,
    memory: Memory,
    *,
    lr: float = 1e-3,
    betas: tuple[float, float] = (0.9, 0.999),
    eps: float = 1e-8,
) -> float:
    t = memory["t"] = memory.get("t", 0.0) + 1
    memory["m"] = betas[0] * memory.get("m", 0.0) + (1 - betas[0]) * grad
    memory["v"] = betas[1] * memory.get("v", 0.0) + (1 - betas[1]) * grad**2
    mean, square = memory["m"] / (1 - betas[0] ** t), memory["v"] / (1 - betas[1] ** t)
    return theta - lr * mean / (math.sqrt(square) + eps)


def adamw(
    theta: float, grad: float, memory: Memory, *, lr: float = 1e-3, weight_decay: float = 1e-2, **others: Any
) -> float:
    return adam(theta * (1 - lr * weight_decay), grad, memory, lr=lr, **others)


# The probes.


@probe
def trajectory(solution, name, starts, grads, missing, settings, refill=False):
    """Takes every step and reports what became of parameters, their memory, the gradients and the graph.

    With `refill` one gradient tensor for each parameter is filled anew before every step.
    """
    step_ = getattr(solution, name)
    state = [] if name == "sgd_step_" else [{}]
    pulls = [history[-1].clone() for history in grads]
    buffers = [history[0].clone() for history in grads]
    params = [start.requires_grad_() for start in starts]
    storage = [param.detach() for param in params]
    path, used = [[] for _ in params], [[] for _ in params]
    for step, options in enumerate(settings):
        for buffer, history in zip(buffers, grads, strict=True):
            buffer.copy_(history[step])
        sources = buffers if refill else [history[step] for history in grads]
        handed = [None if step in gaps else source for source, gaps in zip(sources, missing, strict=True)]
        step_(list(params), handed, *state, **options)
        for index, param in enumerate(params):
            path[index].append(param.detach().clone())
            used[index].append(handed[index].clone() if handed[index] is not None else grads[index][step])
    if all(param.requires_grad for param in params):
        sum((param * pull).sum() for param, pull in zip(params, pulls, strict=True)).backward()
    return {
        "path": [torch.stack(values) for values in path],
        "storage": storage,
        "grads": [torch.stack(values) for values in used],
        "pulled": [param.grad for param in params],
    }


@probe
def lookahead_path(solution, starts, slopes, settings, refill=False, with_autograd=False):
    """Takes every look-ahead step; the gradient that `grad_fn` computes uses the slopes of that step.

    With `refill` it answers with the same tensors, filled anew, at every call. With `with_autograd` it uses autograd,
    and the slopes of its own n-th call, as on mini-batches.
    """
    params = [start.requires_grad_() for start in starts]
    storage = [param.detach() for param in params]
    answer = [torch.zeros_like(start.detach()) for start in starts]
    path, during, state, calls = [[] for _ in params], [[] for _ in params], {}, 0

    def grad_fn(points):
        nonlocal calls
        for index, (point, history) in enumerate(zip(points, slopes, strict=True)):
            slope = history[calls % len(history) if with_autograd else len(path[0])]
            if with_autograd:
                leaf = point.clone().requires_grad_()
                (slope * leaf.sin() + leaf * leaf / 2).sum().backward()
                answer[index].copy_(leaf.grad)
            else:
                answer[index].copy_(slope * point.detach().cos() + point.detach())
            during[index].append(params[index].detach().clone())
        calls += 1
        return answer if refill else [grad.clone() for grad in answer]

    for options in settings:
        solution.lookahead_step_(list(params), grad_fn, state, **options)
        for index, param in enumerate(params):
            path[index].append(param.detach().clone())
    pulls = [history[-1].clone() for history in slopes]
    if all(param.requires_grad for param in params):
        sum((param * pull).sum() for param, pull in zip(params, pulls, strict=True)).backward()
    return {
        "path": [torch.stack(values) for values in path],
        "during": [torch.stack(values[: len(settings)]) for values in during],
        "storage": storage,
        "pulled": [param.grad for param in params],
        "calls": calls,
    }


@probe
def complaint_on_meta(solution, name, options):
    """Takes two steps where tensors hold no data; returns the message of the exception that ended them, if any."""
    params = [torch.zeros(3, 2, device="meta").requires_grad_()]
    grads = [torch.zeros(3, 2, device="meta")]
    state = [] if name == "sgd_step_" else [{}]
    given = (lambda points: [torch.zeros_like(point) for point in points]) if name == "lookahead_step_" else grads
    try:
        for _ in range(2):
            getattr(solution, name)(params, given, *state, **options)
    except Exception as error:  # noqa: BLE001 - whatever it is, its message is the answer
        return str(error)
    return ""


# What several tasks check alike.


def run(student: Student, name: str, case: Case, *, refill: bool = False) -> dict[str, Any]:
    """Takes a case's steps with the student's function."""
    return student.run(trajectory, name, case.starts, case.grads, case.missing, case.settings, refill=refill)


def assert_follows(student: Student, name: str, rule: Rule, case: Case) -> None:
    """Fails unless every parameter has the rule's values after every step."""
    assert_close(run(student, name, case)["path"], follow(rule, case))


def assert_in_place(student: Student, name: str, rule: Rule, case: Case) -> None:
    """Fails unless steps on one refilled gradient buffer move the parameters' own memory and nothing else."""
    seen, path = run(student, name, case, refill=True), follow(rule, case)
    require(
        _agree(seen["grads"], case.grads, rtol=0, atol=0),
        "the gradients are as they were before the step",
        "梯度应当与这一步之前相同",
    )
    assert_close(seen["path"], path, **F32)
    assert_kept_memory(seen, path, case.grads)
    assert_any_device(student, name, case.settings[0])


def assert_kept_memory(seen: dict[str, Any], path: list[Tensor], pulls: list[Tensor]) -> None:
    """Fails unless the parameters' first memory holds their last values and they are still leaves of the graph."""
    final = [values[-1] for values in path]
    require(
        _agree(seen["storage"], final, **F32),
        "the parameters' own memory holds the new values",
        "新的值应当写在参数自己的内存里",
    )
    last = [values[-1] for values in pulls]
    require(
        _agree(seen["pulled"], last, **F32),
        "the parameters stay leaves that collect gradients of their own",
        "参数应当仍是叶子张量，并能积累自己的梯度",
    )


def assert_any_device(student: Student, name: str, options: dict[str, Any]) -> None:
    """Fails if a step mixes the parameters' device with another one."""
    complaint = student.run(complaint_on_meta, name, options)
    require(
        "expected device" not in complaint,
        "state and update live on the parameters' device",
        "状态和更新应当在参数所在的设备上",
    )


def _agree(actual: Any, expected: list[Tensor], *, rtol: float, atol: float) -> bool:
    return len(actual) == len(expected) and all(
        isinstance(got, Tensor) and got.shape == want.shape and torch.allclose(got, want, rtol=rtol, atol=atol)
        for got, want in zip(actual, expected, strict=True)
    )
