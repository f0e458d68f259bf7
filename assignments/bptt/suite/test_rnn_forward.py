"""The cell over a whole sequence."""

from __future__ import annotations

import torch
from bptt_drivers import F32, F64, LOOSE, answers, careful_calls, check, check_any_device, gradients, sequence

from grader.suite import Rng, Student, assert_close, needs_value, task, visible, weight

pytestmark = task("rnn_forward")


@visible
def test_example_from_the_statement(student: Student) -> None:
    """The example of the statement comes out right.

    题目中的例子结果正确。
    """
    xs, h0 = torch.tensor([[[1.0]], [[0.0]]]), torch.tensor([[0.5]])
    found = student.rnn_forward(xs, h0, torch.tensor([[1.0]]), torch.tensor([[0.5]]), torch.tensor([0.0]))
    expected = torch.tensor([[[0.848284]], [[0.400414]]]), torch.tensor([[0.400414]])
    assert_close(found, expected, rtol=0, atol=1e-5)


@weight(4)
def test_states_follow_the_recurrence(student: Student, rng: Rng) -> None:
    """All states and the last one have the recurrence's values, whether the sizes are different or equal.

    无论各尺寸相等与否，全部状态和最后的状态都符合递推公式。
    """
    sizes = [(3, 3, 3, 3), (5, 2, 3, 4), (1, 2, 2, 3)]
    check(student, answers, "rnn_forward", [sequence(rng, *size) for size in sizes])
    check(student, answers, "rnn_forward", [sequence(rng, 4, 1, 1, 2, F32)], **LOOSE)


@weight(3)
@needs_value
def test_gradients_flow_through_every_step(student: Student, rng: Rng) -> None:
    """Gradients of all states and of the last one flow back through time to all five inputs.

    全部状态的梯度和最后状态的梯度都沿时间往回流到全部五个输入。
    """
    cases = []
    for steps, batch, inputs, hidden in ((3, 3, 3, 3), (4, 2, 3, 5)):
        cotangents = [rng.normal(steps, batch, hidden, dtype=F64), rng.normal(batch, hidden, dtype=F64)]
        cases.append((sequence(rng, steps, batch, inputs, hidden), cotangents))
    check(student, gradients, "rnn_forward", cases)


@weight(2)
@needs_value
def test_empty_sequence_and_unusual_layout(student: Student, rng: Rng) -> None:
    """No steps and unusual layouts work, on any device, and no argument changes.

    没有时间步的序列和特殊的内存布局都能处理，在任何设备上也一样，参数没有改变。
    """
    cases = [sequence(rng, 0, 2, 3, 4), sequence(rng, 3, 2, 3, 4, transposed=True)]
    check(student, careful_calls, "rnn_forward", cases)
    check_any_device(student, "rnn_forward", cases[1])
