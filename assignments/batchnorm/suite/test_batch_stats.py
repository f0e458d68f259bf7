"""Mean and biased variance of each channel."""

from __future__ import annotations

import torch
from batchnorm_oracle import SHAPES, SINGLES, batch_stats_gradient, batch_stats_spec, tight, uneven
from batchnorm_probes import answers, are_close, stats_gradients

from grader.suite import (
    Rng,
    Student,
    assert_close,
    assert_keeps_promises,
    in_case,
    needs_value,
    require,
    task,
    visible,
    weight,
)

pytestmark = task("batch_stats")


@visible
@weight(1)
def test_example_from_the_statement(student: Student) -> None:
    """The examples of the statement come out right.

    题目中的各个例子结果正确。
    """
    table = torch.tensor([[1.0, 2.0], [3.0, 6.0]])
    images = torch.tensor([[[1.0, 3.0], [0.0, 0.0]], [[5.0, 7.0], [4.0, 4.0]]])
    single = torch.tensor([[5.0, -7.0]])
    cases = [(table,), (images,), (single,)]
    found = student.run(answers, "batch_stats", cases)
    expected = [([2.0, 4.0], [1.0, 4.0]), ([4.0, 2.0], [5.0, 4.0]), ([5.0, -7.0], [0.0, 0.0])]
    assert_close(found, [(torch.tensor(mean), torch.tensor(var)) for mean, var in expected], cases=cases)


@weight(4)
def test_each_channel_has_its_own_statistics(student: Student, rng: Rng) -> None:
    """Each channel has its own mean and biased variance, for any number of further dimensions and for views.

    每个通道都有自己的均值和有偏方差，不论其余维度有多少个，输入是视图时也一样。
    """
    cases = [(tight(rng, *shape),) for shape in (*SHAPES, (2, 3, 2, 4, 3), *SINGLES)]
    cases += [(tight(rng, 3, 4, 5).transpose(1, 2),), (tight(rng, 6, 4, 2, 3)[::2],)]
    cases += [(rng.normal(3, 4, 3),), (rng.normal(7, 2),)]
    found = student.run(answers, "batch_stats", cases)
    assert_close(found, [batch_stats_spec(*case) for case in cases], cases=cases)


@needs_value
@weight(3)
def test_gradients_reach_the_input(student: Student, rng: Rng) -> None:
    """Random upstream gradients flow back from the mean and from the variance.

    随机的上游梯度从均值和方差都能流回。
    """
    cases = [
        (tight(rng, *shape), rng.normal(shape[1], dtype=torch.float64), rng.normal(shape[1], dtype=torch.float64))
        for shape in (*SHAPES, *SINGLES)
    ]
    for number, (got, case) in enumerate(zip(student.run(stats_gradients, cases), cases, strict=True), 1):
        with in_case(number, len(cases), case[0]):
            require(got is not None, "no gradient flows from the results back to the input", "没有梯度从结果流回输入")
            want = batch_stats_gradient(*case)
            require(are_close(got, want), "the gradient of the input is wrong", "输入的梯度不对")


@needs_value
@weight(2)
def test_far_from_zero_and_single_values(student: Student, rng: Rng) -> None:
    """Far from zero the variance stays right, single values have none, and tiny and huge numbers are right.

    数据远离零时方差仍然正确；只有一个值时方差为零；极小和极大的数结果也正确。
    """
    far = 1e4 + 0.1 * rng.normal(6, 2, 3, 4)
    cases = [(rng.normal(1, 4, dtype=torch.float64),), (rng.normal(1, 3, 2, dtype=torch.float64),)]
    cases += [(uneven(rng, 6, 4),), (uneven(rng, 3, 5, 2),)]
    *found, (mean, var) = student.run(answers, "batch_stats", [*cases, (far,)])
    assert_close(found, [batch_stats_spec(*case) for case in cases], atol=1e-18, cases=cases)
    expected_mean, expected_var = batch_stats_spec(far)
    assert_close(mean, expected_mean, rtol=1e-5)
    assert_close(var, expected_var, rtol=0.05)


@needs_value
@weight(1)
def test_promises(student: Student, rng: Rng) -> None:
    """The rules hold: views, both precisions, the input's device, and an input that stays as it was.

    规则都满足：视图、两种精度、输入所在的设备，输入保持原样。
    """
    assert_keeps_promises(
        student, "batch_stats", batch_stats_spec, [rng.normal(2, 3, 2, 1, 2, dtype=torch.float64)], rng=rng
    )
