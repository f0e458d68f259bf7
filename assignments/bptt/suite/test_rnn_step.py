"""One step of the tanh cell."""

from __future__ import annotations

import torch
from bptt_drivers import F32, F64, LOOSE, answers, cell, check, check_gradients, uneven
from bptt_oracle import rnn_step
from torch import Tensor

from grader.suite import Rng, Student, assert_close, assert_keeps_promises, needs_value, task, visible, weight

pytestmark = task("rnn_step")


def inputs_of(rng: Rng, batch: int, inputs: int, hidden: int, dtype: torch.dtype = F64) -> list[Tensor]:
    """Returns x, h, w_xh, w_hh and b."""
    x, h = rng.normal(batch, inputs, dtype=dtype), rng.normal(batch, hidden, dtype=dtype)
    return [x, h, *cell(rng, inputs, hidden, dtype)]


def uneven_step(rng: Rng) -> list[Tensor]:
    """Returns such inputs with huge, tiny and zero numbers."""
    xs, *rest = uneven(rng, 1)
    return [xs[0], *rest]


@visible
def test_example_from_the_statement(student: Student) -> None:
    """The example of the statement comes out right, and an empty batch stays empty.

    题目中的例子结果正确，空的批仍是空的。
    """
    x, h = torch.tensor([[1.0, 2.0]]), torch.tensor([[0.5, -1.0]])
    w_xh, w_hh = torch.tensor([[0.1, 0.3], [0.2, -0.1]]), torch.tensor([[0.4, 0.2], [0.1, -0.3]])
    found = student.rnn_step(x, h, w_xh, w_hh, torch.tensor([-0.1, 0.2]))
    assert_close(found, torch.tensor([[0.462117, 0.604368]]), rtol=0, atol=1e-5)
    assert_close(student.rnn_step(x[:0], h[:0], w_xh, w_hh, torch.tensor([-0.1, 0.2])), torch.zeros(0, 2))


@weight(4)
def test_next_state_follows_the_formula(student: Student, rng: Rng) -> None:
    """The next state has the formula's values, whatever the sizes, also for huge and tiny numbers.

    无论各尺寸如何，下一个状态都符合公式，数很大或很小时也一样。
    """
    cases = [inputs_of(rng, *sizes) for sizes in ((4, 4, 4), (2, 3, 5), (1, 2, 1), (2, 1, 3), (2, 1, 3))]
    x, _, w, _, b = inputs_of(rng, 3, 3, 3)
    check(student, answers, "rnn_step", [*cases, [x, x, w, w, b], uneven_step(rng)])
    check(student, answers, "rnn_step", [inputs_of(rng, 3, 5, 2, F32)], **LOOSE)


@weight(3)
@needs_value
def test_gradients_reach_all_five_inputs(student: Student, rng: Rng) -> None:
    """Gradients flow back to the input, the state, both weights and the bias.

    梯度流回输入、状态、两个权重和偏置。
    """
    cases = [inputs_of(rng, 3, 3, 3), inputs_of(rng, 2, 4, 3), uneven_step(rng)]
    check_gradients(student, "rnn_step", [(case, [rng.normal(*case[1].shape, dtype=F64)]) for case in cases])


@weight(2)
@needs_value
def test_rules(student: Student, rng: Rng) -> None:
    """The rules hold: any memory layout, device and default setting of torch will do, and no argument changes.

    遵守题目的规则：任何内存布局、设备和 torch 的默认设置都行，参数没有改变。
    """
    assert_keeps_promises(
        student, "rnn_step", rnn_step, inputs_of(rng, 4, 3, 3), rng=rng, without=("float32", "gradients")
    )
