"""One step of the tanh cell."""

from __future__ import annotations

import torch
from bptt_drivers import F32, F64, LOOSE, answers, careful_calls, cell, check, check_any_device, gradients

from grader.suite import Rng, Student, assert_close, needs_value, task, visible, weight

pytestmark = task("rnn_step")


@visible
def test_example_from_the_statement(student: Student) -> None:
    """The example of the statement comes out right.

    题目中的例子结果正确。
    """
    x, h = torch.tensor([[1.0, 2.0]]), torch.tensor([[0.5, -1.0]])
    w_xh, w_hh = torch.tensor([[0.1, 0.3], [0.2, -0.1]]), torch.tensor([[0.4, 0.2], [0.1, -0.3]])
    found = student.rnn_step(x, h, w_xh, w_hh, torch.tensor([-0.1, 0.2]))
    assert_close(found, torch.tensor([[0.462117, 0.604368]]), rtol=0, atol=1e-5)


@weight(4)
def test_next_state_follows_the_formula(student: Student, rng: Rng) -> None:
    """The next state has the formula's values, whether the sizes are all different or all equal.

    无论各尺寸全都不等还是全都相等，下一个状态都符合公式。
    """
    cases = [
        [
            rng.normal(batch, inputs, dtype=dtype),
            rng.normal(batch, hidden, dtype=dtype),
            *cell(rng, inputs, hidden, dtype),
        ]
        for batch, inputs, hidden, dtype in ((4, 4, 4, F64), (2, 3, 5, F64), (1, 2, 1, F64), (3, 5, 2, F32))
    ]
    check(student, answers, "rnn_step", cases[:3])
    check(student, answers, "rnn_step", cases[3:], **LOOSE)


@weight(3)
@needs_value
def test_gradients_reach_all_five_inputs(student: Student, rng: Rng) -> None:
    """Gradients flow back to the input, the state, both weights and the bias.

    梯度流回输入、状态、两个权重和偏置。
    """
    cases = []
    for batch, inputs, hidden in ((3, 3, 3), (2, 4, 3)):
        x, h = rng.normal(batch, inputs, dtype=F64), rng.normal(batch, hidden, dtype=F64)
        cases.append(([x, h, *cell(rng, inputs, hidden)], [rng.normal(batch, hidden, dtype=F64)]))
    check(student, gradients, "rnn_step", cases)


@weight(2)
@needs_value
def test_arguments_stay_and_layout_does_not_matter(student: Student, rng: Rng) -> None:
    """Views and an empty batch work, on any device, and no argument changes.

    视图和空的批都能处理，在任何设备上也一样，参数没有改变。
    """
    views = [rng.normal(3, 4, dtype=F64).T, rng.normal(8, 3, dtype=F64)[::2]]
    weights = [rng.normal(3, 3, dtype=F64).T, rng.normal(3, 3, dtype=F64).T, rng.normal(6, dtype=F64)[::2]]
    empty = [rng.normal(0, 2), rng.normal(0, 3), *cell(rng, 2, 3, F32)]
    check(student, careful_calls, "rnn_step", [[*views, *weights], empty])
    check_any_device(student, "rnn_step", [*views, *weights])
