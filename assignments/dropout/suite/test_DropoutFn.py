"""Tests of `DropoutFn`: the mask of a forward decides what flows back, and nothing is drawn again."""

from __future__ import annotations

from typing import Any

import torch
from dropout_oracle import (
    SINGLES,
    are_close,
    are_unrelated,
    check_counts_vary,
    check_gradient,
    check_keep_rate,
    check_neighbours_unrelated,
    check_no_fixed_device,
    check_settings,
    check_unchanged,
    survivors,
    turned,
    uneven,
    without_zeros,
)
from dropout_probes import under_settings
from torch import Tensor

from grader.suite import Rng, Student, assert_close, hint, in_case, needs_value, probe, require, task, visible, weight

pytestmark = task("DropoutFn")


@probe
def there_and_back(solution: Any, cases: list[tuple[Tensor, float, Tensor]], seed: int, device: str) -> dict[str, Any]:
    """Runs all cases forward, draws other numbers, then runs them backward, each twice.

    Cases with the same tensor are applied to the same leaf. The next numbers come from the generator as backward left
    it, and as it was before.
    """
    generator = torch.Generator(device).manual_seed(seed)
    made = {id(x): x.detach().clone().requires_grad_() for x, _, _ in cases}
    leaves = [made[id(x)] for x, _, _ in cases]
    results = []
    for leaf, (_, p, _) in zip(leaves, cases, strict=True):
        results.append(solution.DropoutFn.apply(leaf, p, generator))
    torch.rand(7, generator=generator, device=device)
    untouched = torch.Generator(device)
    untouched.set_state(generator.get_state())
    gradients, again = [], []
    for leaf, result, (_, _, cotangent) in zip(leaves, results, cases, strict=True):
        gradients.append(torch.autograd.grad(result, leaf, cotangent, retain_graph=True)[0])
        again.append(torch.autograd.grad(result, leaf, -cotangent)[0])
    return {
        "results": [result.detach() for result in results],
        "gradients": gradients,
        "again": again,
        "cotangents": [cotangent for _, _, cotangent in cases],
        "leaves": [leaf.detach() for leaf in leaves],
        "next_numbers": [torch.rand(4, generator=source, device=device) for source in (generator, untouched)],
    }


@probe
def draws(solution: Any, x: Tensor, small: Tensor, p: float, seed: int) -> dict[str, Any]:
    """Draws again and again, with and without a generator, and shows what backward leaves of the generators."""

    def fresh(number):
        return torch.Generator(x.device).manual_seed(number)

    def run(generator, value=x, with_backward=False):
        leaf = value.detach().clone().requires_grad_()
        result = solution.DropoutFn.apply(leaf, p, generator)
        if with_backward:
            result.sum().backward()
        return result.detach()

    generator = fresh(seed)
    first, second = run(generator), run(generator, with_backward=True)
    after_backward = torch.rand(4, generator=generator, device=x.device)
    torch.manual_seed(seed + 2)
    generator = fresh(seed)
    repeated, _ = run(generator), run(generator)
    without_backward = torch.rand(4, generator=generator, device=x.device)
    torch.manual_seed(seed)
    globals_first, globals_second = run(None), run(None, with_backward=True)
    globals_after_backward = torch.rand(4, device=x.device)
    torch.manual_seed(seed)
    globals_repeated, _ = run(None), run(None)
    globals_without_backward = torch.rand(4, device=x.device)
    return {
        "masks": {
            "first": first,
            "second": second,
            "repeated": repeated,
            "other": run(fresh(seed + 1)),
            "globals_first": globals_first,
            "globals_second": globals_second,
            "globals_repeated": globals_repeated,
        },
        "next_numbers": [after_backward, without_backward, globals_after_backward, globals_without_backward],
        "small": torch.stack([run(generator, small) for _ in range(100)]),
    }


@probe
def ending_on_meta(solution: Any) -> str:
    """Says how a call on the meta device ends: the result's device, or the exception's message."""
    try:
        return solution.DropoutFn.apply(torch.zeros(2, 3, device="meta"), 0.5, None).device.type
    except Exception as error:  # noqa: BLE001 - whatever it is, only its message matters
        return str(error)


@visible
@weight(1)
def test_result_and_gradient_of_three_quarters(student: Student) -> None:
    """With p = 0.75 the gradient is 0 where your result is, and both grow fourfold elsewhere; with p = 1 both are 0.

    p = 0.75 时，你的结果为 0 的地方梯度也为 0；在其余位置，两者都放大为四倍；p = 1 时，两者全为 0。
    """
    x = torch.arange(1.0, 401.0, device=student.device).reshape(20, 20)
    cotangent = torch.arange(400.0, 0.0, -1.0, device=student.device).reshape(20, 20)
    found = student.run(there_and_back, [(x, 0.75, cotangent), (x, 1, cotangent)], 0, student.device)
    kept = survivors(found["results"][0], 4 * x)
    check_keep_rate(kept, 0.75)
    check_gradient(found["gradients"][0], 4 * cotangent * kept)
    assert_close(found["results"][1], torch.zeros_like(x))
    check_gradient(found["gradients"][1], torch.zeros_like(x))


@weight(6)
@hint(
    "Are the same elements kept as in forward? And do kept ones get the factor 1/(1 − p) once, and only once?",
    "保留的是 forward 保留的那些元素吗？它们是否恰好乘了一次系数 1/(1 − p)？",
)
def test_gradient_passes_where_the_result_did(student: Student, rng: Rng) -> None:
    """The gradient is the upstream one times the mask of the same forward, whatever is drawn in between.

    无论中间又抽取了什么，梯度都等于上游梯度乘同一次 forward 的掩码。
    """
    block = without_zeros(rng, 50, 60)
    inputs = [(block, 0.37), (without_zeros(rng, 200, 150), 0.0009), (block, 0.37)]
    cases = [(x, p, without_zeros(rng, *x.shape)) for x, p in inputs]
    found = student.run(there_and_back, cases, int(rng.integers(0, 2**31)), student.device)
    together = zip(found["results"], found["gradients"], found["again"], cases, strict=True)
    for number, (result, gradient, again, (x, p, cotangent)) in enumerate(together, 1):
        with in_case(number, len(cases), x):
            kept = survivors(result, x / (1 - p))
            check_keep_rate(kept, p)
            check_gradient(gradient, kept * cotangent / (1 - p))
            require(
                are_close(again, kept * -cotangent / (1 - p)),
                "going back a second time through the same result gives a wrong gradient",
                "经由同一个结果第二次反向传播时，梯度不对",
            )
    check_backward_draws_nothing(found["next_numbers"])


def check_backward_draws_nothing(next_numbers: list[Tensor]) -> None:
    """Compares what comes next from a generator with what came without backward."""
    require(
        torch.equal(*next_numbers), "backward leaves the generator in another state", "backward 改变了 generator 的状态"
    )


@needs_value
@weight(3)
@hint(
    "An element of `x` that is 0 may be kept, too. Does your backward know?",
    "`x` 中为 0 的元素也可能被保留。你的 backward 知道这一点吗？",
)
def test_gradient_of_zeros(student: Student, rng: Rng) -> None:
    """The gradient also flows to kept elements that are 0; neither `x` nor the upstream gradient is changed.

    梯度也流到值为 0 而被保留的元素；`x` 和上游梯度都没有被修改。
    """
    x, p = without_zeros(rng, 40, 50), 0.3
    x[:, ::2] = 0.0
    cotangent = without_zeros(rng, 40, 50)
    found = student.run(there_and_back, [(x, p, cotangent)], int(rng.integers(0, 2**31)), student.device)
    (gradient,) = found["gradients"]
    kept = gradient != 0
    check_gradient(gradient, kept * cotangent / (1 - p))
    check_keep_rate(kept[:, ::2], p)
    check_keep_rate(kept[:, 1::2], p)
    assert_close(found["results"][0], x * kept / (1 - p))
    check_unchanged(found["cotangents"][0], cotangent)
    check_unchanged(found["leaves"][0], x)


@needs_value
@weight(2)
def test_drawing_is_done_by_forward_alone(student: Student, rng: Rng) -> None:
    """Forward draws independent elements, anew in each call, from the generator given; backward draws nothing.

    forward 每次调用都从传入的 generator 重新抽取，各元素相互独立；backward 不抽取随机数。
    """
    x, small, p = without_zeros(rng, 6, 8, 40), without_zeros(rng, 40), 0.3
    found = student.run(draws, x, small, p, int(rng.integers(0, 2**31)))
    masks = found["masks"]
    kept = {name: survivors(result, x / (1 - p)) for name, result in masks.items()}
    check_neighbours_unrelated(kept["first"], p)
    check_counts_vary(survivors(found["small"], small.expand(100, 40) / (1 - p)), p)
    unrelated = are_unrelated(kept["first"], kept["second"], p) and are_unrelated(
        kept["globals_first"], kept["globals_second"], p
    )
    require(unrelated, "two calls in a row drop related elements", "先后两次调用丢弃的元素彼此相关")
    unrelated = are_unrelated(kept["first"], kept["other"], p)
    require(unrelated, "generators of different seeds drop related elements", "种子不同的 generator 丢弃的元素彼此相关")
    same = torch.equal(masks["first"], masks["repeated"])
    require(
        same,
        "a generator in the same state does not drop the same elements again",
        "处于同一状态的 generator 没有再次丢弃同样的元素",
    )
    same = torch.equal(masks["globals_first"], masks["globals_repeated"])
    require(
        same,
        "without a generator, `torch.manual_seed` does not make the same elements drop again",
        "没有 generator 时，`torch.manual_seed` 没有使同样的元素再次被丢弃",
    )
    check_backward_draws_nothing(found["next_numbers"][:2])
    check_backward_draws_nothing(found["next_numbers"][2:])


@needs_value
@weight(3)
def test_ends_of_the_range_dtypes_and_views(student: Student, rng: Rng) -> None:
    """The ends of the range of `p`, every dtype, views, empty and 0-d inputs are right, forward and backward.

    `p` 取范围的两端、各种 dtype、视图、没有元素的和 0 维的输入，forward 和 backward 都正确。
    """
    double = torch.float64
    inputs = [
        (without_zeros(rng, 3, 4), 0.0),
        (without_zeros(rng, 3, 4), 1.0),
        (without_zeros(rng, 2, dtype=double), 0),
        (without_zeros(rng, 2, dtype=double), 1),
        (without_zeros(rng, 40, dtype=torch.float16), 0.3),
        (without_zeros(rng, dtype=double), 0.3),
        (without_zeros(rng, 0, 3), 0.3),
        *[(without_zeros(rng, *shape, dtype=double), 0.37) for shape in SINGLES],
    ]
    cases = [(x, p, without_zeros(rng, *x.shape, dtype=x.dtype)) for x, p in inputs]
    cases += [(turned(rng, 5, 2, 1, 4), 0.3, turned(rng, 5, 2, 1, 4))]
    cases += [(uneven(rng, 8, 3), 0.37, uneven(rng, 8, 3).flip(0)), (uneven(rng, 3, 8).T, 1, uneven(rng, 8, 3))]
    found = student.run(there_and_back, cases, int(rng.integers(0, 2**31)), student.device)
    together = zip(found["results"], found["gradients"], cases, strict=True)
    for number, (result, gradient, (x, p, cotangent)) in enumerate(together, 1):
        with in_case(number, len(cases), x):
            if p in (0, 1):
                assert_close(result, x * (1 - p))
                check_gradient(gradient, cotangent * (1 - p))
            else:
                kept = survivors(result, x / (1 - p))
                kept = torch.where(x == 0, gradient != 0, kept)
                check_gradient(gradient, kept * cotangent / (1 - p))
    check_no_fixed_device(student.run(ending_on_meta))


@needs_value
@weight(1)
def test_settings_and_other_draws(student: Student, rng: Rng) -> None:
    """Torch's own settings do not matter and stay as they are, and others may draw from the generator, too.

    结果不受 torch 各项设置的影响，也不改变它们；别处也可以从同一个 generator 抽取。
    """
    x = without_zeros(rng, 40, 50)
    for p in (0.37, 0.5):
        check_settings(student.run(under_settings, "DropoutFn", [x], p, int(rng.integers(0, 2**31))), x / (1 - p), p)
