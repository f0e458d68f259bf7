"""Slow readable specs of the eight update rules, the cases they are tried on, and the probes that drive a student.

A rule here moves one Python float; tensors are only its many independent copies. Nothing in this file imports the
student's code, and no probe is told what is expected.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import torch
from torch import Tensor

from grader.suite import Rng, Student, assert_close, in_case, probe, require

Memory = dict[str, float]
Rule = Callable[..., float]

CHANGING_LR = (0.1, 0.1, 0.03, 0.27, 0.0, 0.1)
F32 = {"rtol": 1e-4, "atol": 1e-5}


@dataclass(frozen=True, kw_only=True)
class Case:
    """What a run consists of.

    Attributes:
        starts: the parameters before the first step.
        grads: for each parameter its gradients, (steps, *shape). The same tensor twice: one gradient for both.
        settings: for each step its keyword arguments.
        missing: for each parameter the steps in which its gradient is `None`; empty where none ever is.
        as_tuples: whether parameters and gradients are handed over in tuples instead of lists.
    """

    starts: list[Tensor]
    grads: list[Tensor]
    settings: list[dict[str, Any]]
    missing: list[list[int]] = field(default_factory=list)
    as_tuples: bool = False


def by_hand(**options: Any) -> Case:
    """One parameter that starts at 1 and sees the gradients 0.5 and -0.2, with a call without gradient in between."""
    start, grads = torch.tensor([1.0], dtype=torch.float64), torch.tensor([[0.5], [0.0], [-0.2]], dtype=torch.float64)
    return Case(starts=[start], grads=[grads], settings=[options] * 3, missing=[[1]])


def changing_case(rng: Rng, *, steepness: float = 1e5, **schedules: Any) -> Case:
    """Six float64 steps on which every setting changes: shapes alike, sizes of 1, numbers from tiny to huge.

    Args:
        steepness: the largest gradient, and one over the smallest.
        schedules: of each keyword argument the values in the six steps.
    """
    shapes, small = [(3, 2), (3, 2), (4,), (), (3, 1), (2, 2)], 1 / steepness
    scales = [1.0, 1.0, 0.05, 1.0, torch.tensor([[small], [1.0], [steepness]], dtype=torch.float64), 1.0]
    starts = [rng.normal(*shape, dtype=torch.float64) for shape in shapes]
    starts[4] *= torch.tensor([[1e5], [0.0], [1e-5]], dtype=torch.float64)
    return Case(
        starts=starts,
        grads=[rng.normal(6, *shape, dtype=torch.float64) * scale for shape, scale in zip(shapes, scales, strict=True)],
        settings=_each_step({"lr": CHANGING_LR, **schedules}),
    )


def default_case(rng: Rng) -> Case:
    """Three steps without any keyword argument, on gradients from 1 down to where a default eps shows."""
    scales = torch.tensor([1.0, 1e-4, 1e-8, 1e-10], dtype=torch.float64)
    return Case(
        starts=[rng.normal(4, dtype=torch.float64)],
        grads=[rng.uniform(3, 4, low=0.5, high=1.5, dtype=torch.float64) * scales],
        settings=[{}] * 3,
    )


def memory_case(rng: Rng, *, first: dict[str, Any] | None = None, **options: Any) -> Case:
    """Four float32 steps: parameters and gradients laid out in unusual ways, and one without dimensions.

    Args:
        first: keyword arguments of the first step that differ.
    """
    return Case(
        starts=[rng.normal(2, 3).T, rng.normal(8)[::2], rng.normal(), rng.normal(1, 5)],
        grads=[rng.normal(4, 2, 3).transpose(1, 2), rng.normal(4, 8)[:, ::2], rng.normal(4), rng.normal(4, 1, 5)],
        settings=[options | (first or {}), *[options] * 3],
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
        as_tuples=True,
    )


def cases_in_turn(rng: Rng, *, lr: tuple[float, float] = (0.1, 0.37), **options: tuple[Any, Any]) -> list[Case]:
    """Three runs of three steps: two with other settings and dtypes on like shapes, and one without parameters.

    Args:
        lr: of the first run and of the second; the options likewise.
    """
    first, second = ({key: pair[number] for key, pair in {"lr": lr, **options}.items()} for number in (0, 1))
    shared = rng.normal(3, 2, 2, dtype=torch.float64)
    wide, narrow = {"dtype": torch.float64}, {"dtype": torch.float32}
    return [
        Case(
            starts=[rng.normal(2, 2, **wide), rng.normal(2, 2, **wide), rng.normal(3, **narrow)],
            grads=[shared, shared, rng.normal(3, 3, **narrow)],
            settings=[first] * 3,
        ),
        Case(
            starts=[rng.normal(2, 2, **narrow), rng.normal(2, 2, **wide), rng.normal(0, 2, **wide)],
            grads=[rng.normal(3, 2, 2, **narrow), rng.normal(3, 2, 2, **wide), rng.normal(3, 0, 2, **wide)],
            settings=[second] * 3,
        ),
        Case(starts=[], grads=[], settings=[first] * 3),
    ]


def _each_step(schedules: dict[str, Any]) -> list[dict[str, Any]]:
    return [dict(zip(schedules, values, strict=True)) for values in zip(*schedules.values(), strict=True)]


def follow(rule: Rule, case: Case) -> list[Tensor]:
    """Returns for each parameter its values after every step, (steps, *shape), element by element."""
    paths = []
    for start, grads, missing in zip(case.starts, case.grads, case.missing or [[]] * len(case.starts), strict=True):
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
def trajectory(  # noqa: C901 - a probe is one text
    solution, name, runs, rounds=1, refill=False, is_elsewhere=False
):
    """Takes the steps of all runs, as many of each, in turn; reports on parameters, their memory, gradients and graph.

    With `refill` one gradient tensor for each parameter is filled anew before every step. In a second round the same
    parameters start again with an empty state. `is_elsewhere` sets another default dtype and device around each step.
    """
    import contextlib

    step_ = getattr(solution, name)
    held = []
    for run in runs:
        params = [start.requires_grad_() for start in run["starts"]]
        for param, history in zip(params, run["grads"], strict=True):
            param.grad = history[-1].clone()
        held.append(
            {
                "params": params,
                "storage": [param.detach() for param in params],
                "first": [param.detach().clone() for param in params],
                "buffers": {id(history): history[0].clone() for history in run["grads"]},
                "path": [[] for _ in params],
                "used": [[] for _ in params],
                "returned": [],
            }
        )
    if is_elsewhere:
        torch.set_default_dtype(torch.float64)
    for _ in range(rounds):
        for own in held:
            own["state"] = [] if name == "sgd_step_" else [{}]
            with torch.no_grad():
                for param, first in zip(own["params"], own["first"], strict=True):
                    param.copy_(first)
        for step in range(len(runs[0]["settings"])):
            for run, own in zip(runs, held, strict=True):
                missing = run["missing"] or [[]] * len(own["params"])
                for history in run["grads"]:
                    own["buffers"][id(history)].copy_(history[step])
                rows = own["buffers"] if refill else {id(history): history[step] for history in run["grads"]}
                handed = [
                    None if step in gaps else rows[id(history)]
                    for history, gaps in zip(run["grads"], missing, strict=True)
                ]
                handed, given = (tuple(handed) if run["as_tuples"] else handed), list(own["params"])
                given = tuple(given) if run["as_tuples"] else given
                with torch.device("meta") if is_elsewhere else contextlib.nullcontext():
                    own["returned"].append(step_(given, handed, *own["state"], **run["settings"][step]) is None)
                for index, param in enumerate(own["params"]):
                    left = handed[index]
                    if step in missing[index]:
                        left = run["grads"][index][step] if left is None else left
                    own["path"][index].append(param.detach().clone())
                    own["used"][index].append(param.detach() * float("nan") if left is None else left.clone())
    seen = []
    for run, own in zip(runs, held, strict=True):
        pulls = zip(own["params"], run["grads"], strict=True)
        if own["params"] and all(param.requires_grad for param in own["params"]):
            sum((param * history[-1]).sum() for param, history in pulls).backward()
        seen.append(
            {
                "path": [torch.stack(values) for values in own["path"]],
                "storage": own["storage"],
                "grads": [torch.stack(values) for values in own["used"]],
                "histories": run["grads"],
                "pulled": [param.grad for param in own["params"]],
                "returned nothing": all(own["returned"]),
            }
        )
    return seen


@probe
def lookahead_path(  # noqa: C901 - a probe is one text
    solution, runs, rounds=1, refill=False, with_autograd=False, is_elsewhere=False
):
    """Takes the look-ahead steps of all runs, as many of each, in turn; the gradient uses the slopes of that step.

    With `refill` `grad_fn` answers with the same tensors, filled anew, at every call, and writes to the points that it
    was given. With `with_autograd` it uses autograd, and the slopes of its own n-th call, as on mini-batches. In a
    second round the same parameters start again with an empty state. `is_elsewhere` sets another default dtype and
    device around each step.
    """
    import contextlib

    held = []
    for run in runs:
        params = [start.requires_grad_() for start in run["starts"]]
        for param, history in zip(params, run["grads"], strict=True):
            param.grad = history[-1].clone()
        held.append(
            {
                "params": params,
                "storage": [param.detach() for param in params],
                "first": [param.detach().clone() for param in params],
                "answer": [torch.zeros_like(param.detach()) for param in params],
                "answers": [],
                "path": [[] for _ in params],
                "during": [[] for _ in params],
                "points": [[] for _ in params],
                "calls": 0,
                "returned": [],
            }
        )

    def make_grad_fn(run, own, step):
        def grad_fn(points):
            for index, (point, history) in enumerate(zip(points, run["grads"], strict=True)):
                slope = history[(own["calls"] if with_autograd else step) % len(history)]
                own["during"][index].append(own["params"][index].detach().clone())
                if with_autograd:
                    leaf = point.clone().requires_grad_()
                    (slope * leaf.sin() + leaf * leaf / 2).sum().backward()
                    own["answer"][index].copy_(leaf.grad)
                else:
                    own["answer"][index].copy_(slope * point.detach().cos() + point.detach())
                own["points"][index].append(point)
                if refill:
                    point.fill_(7.0)
            own["calls"] += 1
            result = own["answer"] if refill else [grad.clone() for grad in own["answer"]]
            own["answers"].append((result, [grad.clone() for grad in result]))
            return tuple(result) if run["as_tuples"] else list(result)

        return grad_fn

    if is_elsewhere:
        torch.set_default_dtype(torch.float64)
    for _ in range(rounds):
        for own in held:
            own["state"] = {}
            with torch.no_grad():
                for param, first in zip(own["params"], own["first"], strict=True):
                    param.copy_(first)
        for step in range(len(runs[0]["settings"])):
            for run, own in zip(runs, held, strict=True):
                given = tuple(own["params"]) if run["as_tuples"] else list(own["params"])
                grad_fn = make_grad_fn(run, own, step)
                with torch.device("meta") if is_elsewhere else contextlib.nullcontext():
                    result = solution.lookahead_step_(given, grad_fn, own["state"], **run["settings"][step])
                own["returned"].append(result is None)
                for index, param in enumerate(own["params"]):
                    own["path"][index].append(param.detach().clone())
    seen = []
    for run, own in zip(runs, held, strict=True):
        pulls = zip(own["params"], run["grads"], strict=True)
        if own["params"] and all(param.requires_grad for param in own["params"]):
            sum((param * history[-1]).sum() for param, history in pulls).backward()
        kept = own["answers"][-1:] if refill else own["answers"]
        seen.append(
            {
                "path": [torch.stack(values) for values in own["path"]],
                "during": [torch.stack(values[: len(run["settings"])]) for values in own["during"]],
                "points": [torch.stack([point.detach() for point in values]) for values in own["points"]],
                "answers stay": all(torch.equal(now, then) for pair in kept for now, then in zip(*pair, strict=True)),
                "storage": own["storage"],
                "pulled": [param.grad for param in own["params"]],
                "calls": own["calls"],
                "returned nothing": all(own["returned"]),
            }
        )
    return seen


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


def run(student: Student, name: str, *cases: Case, **how: Any) -> list[dict[str, Any]]:
    """Takes the steps of all cases in turn with the student's function; `how` is for the probe."""
    return student.run(trajectory, name, [vars(case) for case in cases], **how)


def assert_steps_by_hand(student: Student, name: str, values: list[float], **options: Any) -> None:
    """Fails unless the case that is worked out by hand has these values after its three calls."""
    [seen] = run(student, name, by_hand(**options))
    assert_close(seen["path"][0], torch.tensor(values, dtype=torch.float64)[:, None], rtol=0, atol=1e-6)


def assert_follows(student: Student, name: str, rule: Rule, *cases: Case) -> None:
    """Fails unless every parameter has the rule's values after every step."""
    for case, seen in zip(cases, run(student, name, *cases), strict=True):
        assert_paths(seen, follow(rule, case), case)


def assert_apart(student: Student, name: str, rule: Rule, cases: list[Case]) -> None:
    """Fails unless runs that take turns, and then start again with an empty state, follow the rule each for itself."""
    for case, seen in zip(cases, run(student, name, *cases, rounds=2), strict=True):
        assert_paths(seen, [torch.cat([path, path]) for path in follow(rule, case)], case)


def assert_in_place(student: Student, name: str, rule: Rule, case: Case) -> None:
    """Fails unless steps on one refilled gradient buffer move the parameters' own memory and nothing else.

    The defaults for new tensors are another dtype and another device then.
    """
    assert_any_device(student, name, case.settings[0])
    [seen] = run(student, name, case, refill=True, is_elsewhere=True)
    path = follow(rule, case)
    require(
        _agree(seen["grads"], case.grads, rtol=0, atol=0) and _agree(seen["histories"], case.grads, rtol=0, atol=0),
        "the gradients are as they were before the step",
        "梯度应当与这一步之前相同",
    )
    assert_paths(seen, path, case)
    assert_kept_memory(seen, path, case.grads)


def assert_paths(seen: dict[str, Any], path: list[Tensor], case: Case) -> None:
    """Fails unless the parameters, told apart as cases by their shapes, took these paths."""
    for number, (start, got, want) in enumerate(zip(case.starts, seen["path"], path, strict=True), 1):
        with in_case(number, len(path), start):
            assert_close(got, want, **(F32 if want.dtype == torch.float32 else {}))


def assert_kept_memory(seen: dict[str, Any], path: list[Tensor], pulls: list[Tensor]) -> None:
    """Fails unless the parameters' first memory holds their last values and they are still leaves of the graph."""
    require(seen["returned nothing"], "the function returns something", "函数返回了东西")
    final = [values[-1] for values in path]
    require(
        _agree(seen["storage"], final, **F32),
        "the parameters' own memory holds the new values",
        "新的值应当写在参数自己的内存里",
    )
    last = [2 * values[-1] for values in pulls]
    require(
        _agree(seen["pulled"], last, **F32),
        "the parameters stay leaves that collect gradients of their own, and their `.grad` is not touched",
        "参数应当仍是叶子张量，并能积累自己的梯度；`.grad` 不能动",
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
