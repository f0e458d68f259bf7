"""Mean and biased variance of each channel."""

from __future__ import annotations

import torch
from batchnorm_oracle import SHAPES, batch_stats_gradient, batch_stats_spec, tight
from batchnorm_probes import answers, careful_call, check_careful_call, check_gradients, stats_gradients

from grader.suite import Rng, Student, assert_close, needs_value, require, task, visible, weight

pytestmark = task("batch_stats")


@visible
@weight(1)
def test_example_from_the_statement(student: Student) -> None:
    """The examples of the statement come out right.

    题目中的各个例子结果正确。
    """
    table = torch.tensor([[1.0, 2.0], [3.0, 6.0]])
    images = torch.tensor([[[1.0, 3.0], [0.0, 0.0]], [[5.0, 7.0], [4.0, 4.0]]])
    found = student.run(answers, "batch_stats", [(table,), (images,)])
    expected = [([2.0, 4.0], [1.0, 4.0]), ([4.0, 2.0], [5.0, 4.0])]
    assert_close(found, [(torch.tensor(mean), torch.tensor(var)) for mean, var in expected])


@weight(4)
def test_each_channel_has_its_own_statistics(student: Student, rng: Rng) -> None:
    """Each channel has its own mean and biased variance, for any number of further dimensions and for views.

    每个通道都有自己的均值和有偏方差，不论其余维度有多少个，输入是视图时也一样。
    """
    cases = [(tight(rng, *shape),) for shape in (*SHAPES, (2, 3, 2, 4, 3))]
    cases += [(tight(rng, 3, 4, 5).transpose(1, 2),), (tight(rng, 6, 4, 2, 3)[::2],)]
    cases += [(rng.normal(3, 4, 3),), (rng.normal(7, 2),)]
    found = student.run(answers, "batch_stats", cases)
    assert_close(found, [batch_stats_spec(*case) for case in cases])


@needs_value
@weight(3)
def test_gradients_reach_the_input(student: Student, rng: Rng) -> None:
    """Random upstream gradients flow back from the mean and from the variance.

    随机的上游梯度从均值和方差都能流回。
    """
    cases = [
        (tight(rng, *shape), rng.normal(shape[1], dtype=torch.float64), rng.normal(shape[1], dtype=torch.float64))
        for shape in SHAPES
    ]
    check_gradients(student.run(stats_gradients, cases), [batch_stats_gradient(*case) for case in cases])


@needs_value
@weight(2)
def test_far_from_zero_and_single_values(student: Student, rng: Rng) -> None:
    """Far from zero the variance stays right, single values have none, and the argument stays as it was.

    数据远离零时方差仍然正确；只有一个值时方差为零；传入的张量保持原样。
    """
    far = 1e4 + 0.1 * rng.normal(6, 2, 3, 4)
    single, few = rng.normal(1, 4, dtype=torch.float64), rng.normal(1, 3, 2, dtype=torch.float64)
    found = student.run(answers, "batch_stats", [(far,), (single,), (few,)])
    assert_close(found[1:], [batch_stats_spec(single), batch_stats_spec(few)])
    mean, var = batch_stats_spec(far)
    require(
        isinstance(found[0], tuple) and len(found[0]) == 2,
        "the result is not a tuple of two tensors",
        "结果不是由两个张量组成的元组",
    )
    assert_close(found[0][0], mean, rtol=1e-5)
    assert_close(found[0][1], var, rtol=0.05)
    x = tight(rng, 2, 3, 4)
    check_careful_call(student.run(careful_call, "batch_stats", [x]), [x], batch_stats_spec(x))
