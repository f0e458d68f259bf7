"""The cell over a whole sequence."""

from __future__ import annotations

import torch
from bptt_drivers import F32, F64, LOOSE, answers, check, check_gradients, sequence, uneven
from bptt_oracle import rnn_forward

from grader.suite import Rng, Student, assert_close, assert_keeps_promises, needs_value, task, visible, weight

pytestmark = task("rnn_forward")


@visible
def test_example_from_the_statement(student: Student) -> None:
    """The example of the statement comes out right, and without steps the last state is the first one.

    题目中的例子结果正确；没有时间步时，最后的状态就是初始状态。
    """
    xs, h0 = torch.tensor([[[1.0]], [[0.0]]]), torch.tensor([[0.5]])
    found = student.rnn_forward(xs, h0, torch.tensor([[1.0]]), torch.tensor([[0.5]]), torch.tensor([0.0]))
    expected = torch.tensor([[[0.848284]], [[0.400414]]]), torch.tensor([[0.400414]])
    assert_close(found, expected, rtol=0, atol=1e-5)
    found = student.rnn_forward(xs[:0], h0, torch.tensor([[1.0]]), torch.tensor([[0.5]]), torch.tensor([0.0]))
    assert_close(found, (torch.zeros(0, 1, 1), torch.tensor([[0.5]])))


@weight(4)
def test_states_follow_the_recurrence(student: Student, rng: Rng) -> None:
    """All states and the last one have the recurrence's values, whatever the sizes, also for huge and tiny numbers.

    无论各尺寸如何，全部状态和最后的状态都符合递推公式，数很大或很小时也一样。
    """
    cases = [sequence(rng, *sizes) for sizes in ((3, 3, 3, 3), (5, 2, 3, 4), (1, 2, 2, 3))]
    xs, h0, w, _, b = sequence(rng, 3, 2, 3, 3)
    check(student, answers, "rnn_forward", [*cases, [xs, h0, w, w, b], uneven(rng, 3)])
    check(student, answers, "rnn_forward", [sequence(rng, 4, 1, 1, 2, F32)], **LOOSE)


@weight(3)
@needs_value
def test_gradients_flow_through_every_step(student: Student, rng: Rng) -> None:
    """Gradients of all states and of the last one flow back through time to all five inputs.

    全部状态的梯度和最后状态的梯度都沿时间往回流到全部五个输入。
    """
    cases = [sequence(rng, 3, 3, 3, 3), sequence(rng, 4, 2, 3, 5), uneven(rng, 3), sequence(rng, 0, 2, 3, 4)]
    upstream = [[rng.normal(len(xs), *h0.shape, dtype=F64), rng.normal(*h0.shape, dtype=F64)] for xs, h0, *_ in cases]
    check_gradients(student, "rnn_forward", list(zip(cases, upstream, strict=True)))


@weight(2)
@needs_value
def test_rules_and_an_empty_sequence(student: Student, rng: Rng) -> None:
    """No steps, any memory layout, any device and any default setting of torch will do, and no argument changes.

    没有时间步的序列、任何内存布局、设备和 torch 的默认设置都行，参数没有改变。
    """
    check(student, answers, "rnn_forward", [sequence(rng, 0, 2, 3, 4)])
    assert_keeps_promises(
        student, "rnn_forward", rnn_forward, sequence(rng, 2, 3, 2, 3), rng=rng, without=("float32", "gradients")
    )
