"""The weight and the bias that undo batch normalisation."""

from __future__ import annotations

import torch
from batchnorm_oracle import identity_spec
from batchnorm_probes import answers, careful_call, check_careful_call
from torch import Tensor
from torch.nn import functional

from grader.suite import Rng, Student, assert_close, needs_value, require, task, visible, weight

pytestmark = task("identity_affine")


@visible
@weight(1)
def test_example_from_the_statement(student: Student) -> None:
    """The example of the statement comes out right.

    题目中的例子结果正确。
    """
    found = student.identity_affine(torch.tensor([1.0, -2.0]), torch.tensor([3.0, 8.0]), eps=1.0)
    assert_close(found, (torch.tensor([2.0, 3.0]), torch.tensor([1.0, -2.0])))


@weight(4)
def test_weight_and_bias(student: Student, rng: Rng) -> None:
    """Weight and bias are right for any buffers and any eps, the default one included.

    对任意的缓冲区和任意的 `eps`（包括默认值），权重和偏置都正确。
    """
    cases = [(*_buffers(rng, channels), eps) for channels in (1, 2, 5) for eps in (1e-3, 0.5)]
    cases.append(_buffers(rng, 3))
    assert_close(student.run(answers, "identity_affine", cases), [identity_spec(*case) for case in cases])


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
def test_no_spread_and_float32(student: Student, rng: Rng) -> None:
    """A variance of zero and float32 come out right, and no argument changes.

    方差为零以及 float32 时，结果都正确，传入的张量都没有改变。
    """
    mean, var = _buffers(rng, 4)
    nothing = torch.zeros_like(var)
    cases = [(mean, nothing, 1e-3), (mean.float(), var.float(), 1e-3)]
    assert_close(student.run(answers, "identity_affine", cases), [identity_spec(*case) for case in cases])
    args = [mean, var, 1e-3]
    check_careful_call(student.run(careful_call, "identity_affine", args), args, identity_spec(*args))


def _buffers(rng: Rng, channels: int) -> tuple[Tensor, Tensor]:
    return rng.normal(channels, dtype=torch.float64), rng.uniform(channels, low=0.001, high=0.01, dtype=torch.float64)
