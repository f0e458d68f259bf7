"""The weight and the bias that undo batch normalisation."""

from __future__ import annotations

import torch
from batchnorm_oracle import identity_spec, uneven_vector
from batchnorm_probes import answers
from torch import Tensor
from torch.nn import functional

from grader.suite import (
    Rng,
    Student,
    assert_close,
    assert_keeps_promises,
    needs_value,
    require,
    task,
    visible,
    weight,
)

pytestmark = task("identity_affine")


@visible
@weight(1)
def test_example_from_the_statement(student: Student) -> None:
    """The example of the statement comes out right.

    题目中的例子结果正确。
    """
    mean, var = torch.tensor([1.0, -2.0, 5.0]), torch.tensor([3.0, 8.0, 0.0])
    assert_close(student.identity_affine(mean, var, eps=1.0), (torch.tensor([2.0, 3.0, 1.0]), mean))


@weight(4)
def test_weight_and_bias(student: Student, rng: Rng) -> None:
    """Weight and bias are right for any buffers and any eps, the default one included.

    对任意的缓冲区和任意的 `eps`（包括默认值），权重和偏置都正确。
    """
    cases = [(*_buffers(rng, channels), eps) for channels in (1, 2, 5) for eps in (1e-3, 0.37)]
    cases.append(_buffers(rng, 3))
    found = student.run(answers, "identity_affine", cases)
    assert_close(found, [identity_spec(*case) for case in cases], cases=cases)


@weight(3)
def test_batch_norm_returns_its_input(student: Student, rng: Rng) -> None:
    """With them, batch norm in evaluation mode returns its input.

    用上这样的权重和偏置，评估模式的批量规范化原样返回输入。
    """
    mean, var = _buffers(rng, 3)
    x = rng.normal(2, 3, 3, dtype=torch.float64)
    found = student.identity_affine(mean, var, 1e-3)
    require(
        isinstance(found, tuple) and len(found) == 2,
        "the result is not a tuple of two tensors",
        "结果不是由两个张量组成的元组",
    )
    assert_close([part.shape for part in found], [mean.shape, mean.shape])
    assert_close(functional.batch_norm(x, mean, var, *found, False, 0.0, 1e-3), x)


@needs_value
@weight(2)
def test_no_spread_and_extreme_numbers(student: Student, rng: Rng) -> None:
    """A variance of zero, `eps=0`, tiny and huge numbers and both vectors in one tensor come out right.

    方差为零、`eps=0`、极小和极大的数，以及两个向量是同一个张量时，结果都正确。
    """
    mean, var = _buffers(rng, 4)
    both = uneven_vector(rng, 4).abs()
    cases = [(mean, torch.zeros_like(var), 1e-3), (mean, var, 0.0), (both, both, 0.013)]
    cases.append((uneven_vector(rng, 4), both.roll(1), 1e-3))
    found = student.run(answers, "identity_affine", cases)
    assert_close(found, [identity_spec(*case) for case in cases], cases=cases)


@needs_value
@weight(1)
def test_promises(student: Student, rng: Rng) -> None:
    """The rules hold: views, both precisions, the inputs' device, and no argument that changes.

    规则都满足：视图、两种精度、输入所在的设备，传入的张量都没有改变。
    """
    args = [*_buffers(rng, 3), 1e-3]
    assert_keeps_promises(student, "identity_affine", identity_spec, args, rng=rng, without=("gradients",))


def _buffers(rng: Rng, channels: int) -> tuple[Tensor, Tensor]:
    return rng.normal(channels, dtype=torch.float64), rng.uniform(channels, low=0.001, high=0.01, dtype=torch.float64)
