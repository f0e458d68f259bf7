"""Nesterov momentum in the classic form, with the gradient at the look-ahead point."""

from __future__ import annotations

import torch
from optimizers_oracle import (
    F32,
    assert_any_device,
    assert_kept_memory,
    changing_case,
    follow,
    lookahead,
    lookahead_path,
    memory_case,
)

from grader.suite import assert_close, needs_value, probe, require, task, visible, weight

pytestmark = task("lookahead_step_")


@probe
def on_a_parabola(solution, start, lr):
    """Takes two steps down half the square, whose gradient is the point itself."""
    param, state, path = start.requires_grad_(), {}, []
    for _ in range(2):
        solution.lookahead_step_([param], lambda points: [points[0].detach().clone()], state, lr=lr)
        path.append(param.detach().clone())
    return torch.stack(path)


@probe
def path_with_a_failure(solution, starts, slopes, options):
    """Takes every step twice from the second on: `grad_fn` raises at the first attempt."""
    params, path, state, escaped = [start.requires_grad_() for start in starts], [[] for _ in starts], {}, []

    def grad_fn(points):
        return [slope[step] * point.cos() + point for slope, point in zip(slopes, points, strict=True)]

    def refuse(points):
        raise ArithmeticError("no gradient here")

    for step in range(len(slopes[0])):
        try:
            solution.lookahead_step_(list(params), refuse if step else grad_fn, state, **options)
        except ArithmeticError:
            escaped.append(step)
            solution.lookahead_step_(list(params), grad_fn, state, **options)
        for index, param in enumerate(params):
            path[index].append(param.detach().clone())
    return {"path": [torch.stack(values) for values in path], "escaped": escaped}


@visible
def test_two_steps_by_hand(student):
    """Two steps from 1, where the gradient is the point itself, give the numbers worked out by hand.

    从 1 出发走两步，梯度就是该点自身，得到手算的结果。
    """
    path = student.run(on_a_parabola, torch.tensor([1.0], dtype=torch.float64), lr=0.1)
    assert_close(path, torch.tensor([[0.9], [0.729]], dtype=torch.float64), rtol=0, atol=1e-6)


@weight(4)
def test_six_steps_follow_the_rule(student, rng):
    """Six steps with a changing learning rate follow the rule for every parameter.

    学习率不断变化的六步中，每个参数都符合规则。
    """
    case = changing_case(rng, momentum=0.8)
    seen = student.run(lookahead_path, case.starts, case.grads, case.settings)
    assert_close(seen["path"], follow(lookahead, case))


@weight(1.5)
@needs_value
def test_grad_fn_sees_detached_points_once_a_step(student, rng):
    """In each step `grad_fn` may use autograd, is called once, and sees the parameters not yet moved.

    每一步中 `grad_fn` 可以使用自动求导，只被调用一次，并且看到的参数还没有移动。
    """
    case = memory_case(rng, lr=0.1, momentum=0.7)
    seen = student.run(lookahead_path, case.starts, case.grads, case.settings, with_autograd=True)
    path = follow(lookahead, case)
    require(
        seen["calls"] == len(case.settings),
        "`grad_fn` is called exactly once in a step",
        "每一步恰好调用一次 `grad_fn`",
    )
    assert_close(seen["path"], path, **F32)
    before = [torch.cat([start[None], values[:-1]]) for start, values in zip(case.starts, path, strict=True)]
    assert_close(seen["during"], before, **F32)


@weight(1.5)
@needs_value
def test_step_is_in_place(student, rng):
    """The step writes into the parameters' own memory, on their device, and stays right when `grad_fn` refills the
    tensors that it returned before.

    这一步写入参数自己的内存，留在参数所在的设备上；`grad_fn` 重新填写它先前返回的张量后，结果仍然正确。
    """
    case = memory_case(rng, lr=0.1)
    seen = student.run(lookahead_path, case.starts, case.grads, case.settings, refill=True)
    path = follow(lookahead, case)
    assert_close(seen["path"], path, **F32)
    assert_kept_memory(seen, path, case.grads)
    assert_any_device(student, "lookahead_step_", case.settings[0])


@weight(2)
@needs_value
def test_failing_grad_fn_changes_nothing(student, rng):
    """An exception of `grad_fn` reaches the caller, and parameters and state are as before that call.

    `grad_fn` 抛出的异常会传给调用者，参数和状态与那次调用之前相同。
    """
    case = memory_case(rng, lr=0.1)
    seen = student.run(path_with_a_failure, case.starts, case.grads, case.settings[0])
    require(
        seen["escaped"] == [1, 2, 3],
        "the exception of `grad_fn` reaches the caller",
        "`grad_fn` 抛出的异常要传给调用者",
    )
    assert_close(seen["path"], follow(lookahead, case), **F32)
