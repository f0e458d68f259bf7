"""Nesterov momentum in the classic form, with the gradient at the look-ahead point."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import torch
from optimizers_oracle import (
    F32,
    Case,
    assert_any_device,
    assert_kept_memory,
    assert_paths,
    cases_in_turn,
    changing_case,
    follow,
    lookahead,
    lookahead_path,
    memory_case,
)
from torch import Tensor

from grader.suite import Student, assert_close, needs_value, probe, require, task, visible, weight

pytestmark = task("lookahead_step_")


@probe
def on_a_parabola(solution, start, lr):
    """Takes two steps down half the square, whose gradient is the point itself; between them `grad_fn` fails once."""
    param, state, path = start.requires_grad_(), {}, []

    def grad_fn(points):
        return [points[0].detach().clone()]

    def fail(points):
        raise ArithmeticError("no gradient here")

    for called in (grad_fn, fail, grad_fn):
        try:
            solution.lookahead_step_([param], called, state, lr=lr)
            path.append(param.detach().clone())
        except ArithmeticError:
            path.append(param.detach().clone())
    return torch.stack(path)


@probe
def path_with_failures(solution, starts, slopes, options):
    """Takes every step twice: `grad_fn` raises at the first attempt."""
    params, path, state, escaped = [start.requires_grad_() for start in starts], [[] for _ in starts], {}, []

    def refuse(points):
        raise ArithmeticError("no gradient here")

    for step in range(len(slopes[0])):

        def grad_fn(points, step=step):
            return [slope[step] * point.cos() + point for slope, point in zip(slopes, points, strict=True)]

        try:
            solution.lookahead_step_(list(params), refuse, state, **options)
        except ArithmeticError:
            escaped.append(step)
        solution.lookahead_step_(list(params), grad_fn, state, **options)
        for index, param in enumerate(params):
            path[index].append(param.detach().clone())
    return {"path": [torch.stack(values) for values in path], "escaped": escaped}


def run(student: Student, *cases: Case, **how: Any) -> list[dict[str, Any]]:
    """Takes the steps of all cases in turn; `how` is for the probe."""
    return student.run(lookahead_path, [vars(case) for case in cases], **how)


def before_each_step(case: Case) -> list[Tensor]:
    """Returns what the parameters are when `grad_fn` is called, (steps, *shape) each."""
    paths = zip(case.starts, follow(lookahead, case), strict=True)
    return [torch.cat([start[None], values[:-1]]) for start, values in paths]


def points_of(case: Case) -> list[Tensor]:
    """Returns the points that `grad_fn` is called with, where lr and momentum are the same in all steps.

    The step before went from θ' to θ by −lr·v: the point lies at θ + μ(θ − θ').
    """
    points = []
    for values in before_each_step(case):
        moves = torch.cat([torch.zeros_like(values[:1]), values[1:] - values[:-1]])
        points.append(values + case.settings[0]["momentum"] * moves)
    return points


@visible
def test_two_steps_by_hand(student):
    """Two steps from 1, where the gradient is the point itself, give the numbers worked out by hand; a `grad_fn` that
    fails in between changes nothing.

    从 1 出发走两步，梯度就是该点自身，得到手算的结果；中间一次失败的 `grad_fn` 什么也不改变。
    """
    path = student.run(on_a_parabola, torch.tensor([1.0], dtype=torch.float64), lr=0.1)
    assert_close(path, torch.tensor([[0.9], [0.9], [0.729]], dtype=torch.float64), rtol=0, atol=1e-6)


@weight(4)
def test_six_steps_follow_the_rule(student, rng):
    """Six steps with changing settings follow the rule for every parameter.

    设置不断变化的六步中，每个参数都符合规则。
    """
    case = changing_case(rng, steepness=2.0, momentum=(0.8, 0.8, 0.63, 0.0, 0.9, 0.8))
    [seen] = run(student, case)
    assert_paths(seen, follow(lookahead, case), case)


@weight(1.5)
@needs_value
def test_grad_fn_sees_detached_points_once_a_step(student, rng):
    """In each step `grad_fn` may use autograd, is called once, and sees the parameters not yet moved; what it keeps or
    returns stays as it was.

    每一步中 `grad_fn` 可以使用自动求导，只被调用一次，并且看到的参数还没有移动；它保存下来的和返回的张量都不再改变。
    """
    case = replace(memory_case(rng, lr=0.1, momentum=0.7), as_tuples=True)
    [seen] = run(student, case, with_autograd=True)
    require(
        seen["calls"] == len(case.settings),
        "`grad_fn` is called exactly once in a step",
        "每一步恰好调用一次 `grad_fn`",
    )
    path = follow(lookahead, case)
    assert_paths(seen, path, case)
    assert_close(seen["during"], before_each_step(case), **F32, cases=case.starts)
    assert_close(seen["points"], points_of(case), **F32, cases=case.starts)
    require(
        seen["answers stay"],
        "the tensors that `grad_fn` returned are not changed",
        "不能修改 `grad_fn` 返回的张量",
    )


@needs_value
def test_step_is_in_place(student, rng):
    """The step writes into the parameters' own memory, on their device, and stays right when `grad_fn` writes to the
    points and refills the tensors that it returned before.

    这一步写入参数自己的内存，留在参数所在的设备上；`grad_fn` 改写前瞻点、重新填写它先前返回的张量后，结果仍然正确。
    """
    case = memory_case(rng, first={"momentum": 0.0}, lr=0.1)
    assert_any_device(student, "lookahead_step_", case.settings[0])
    [seen] = run(student, case, refill=True, is_elsewhere=True)
    path = follow(lookahead, case)
    assert_paths(seen, path, case)
    assert_kept_memory(seen, path, case.grads)


@weight(1.5)
@needs_value
def test_failing_grad_fn_changes_nothing(student, rng):
    """An exception of `grad_fn` reaches the caller, and parameters and state are as before that call.

    `grad_fn` 抛出的异常会传给调用者，参数和状态与那次调用之前相同。
    """
    case = memory_case(rng, lr=0.1)
    seen = student.run(path_with_failures, case.starts, case.grads, case.settings[0])
    require(
        seen["escaped"] == [0, 1, 2, 3],
        "the exception of `grad_fn` reaches the caller",
        "`grad_fn` 抛出的异常要传给调用者",
    )
    assert_paths(seen, follow(lookahead, case), case)


@needs_value
def test_runs_know_nothing_of_each_other(student, rng):
    """Runs that take turns, and the same parameters with an empty state again, know nothing of each other.

    轮流进行的几次训练互不影响；同样的参数换上空状态后，一切重新开始。
    """
    cases = cases_in_turn(rng, momentum=(0.9, 0.37))
    for case, seen in zip(cases, run(student, *cases, rounds=2), strict=True):
        assert_paths(seen, [torch.cat([path, path]) for path in follow(lookahead, case)], case)
