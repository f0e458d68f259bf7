"""Tests of the layer `Dropout`: it follows the mode of the model around it, and remembers nothing but `p`."""

from __future__ import annotations

from typing import Any

import torch
from dropout_oracle import (
    SINGLES,
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

pytestmark = task("Dropout")


@probe
def modes(solution: Any, x: Tensor, p: float) -> dict[str, Any]:
    """Calls a layer of its own, then one deep inside a model whose mode is switched back and forth."""
    layer = solution.Dropout(p)
    alone = {"training": layer(x.clone()), "evaluation": layer.eval()(x.clone()), "back": layer.train()(x.clone())}
    inner = solution.Dropout(p)
    model = torch.nn.Sequential(torch.nn.Sequential(inner))
    model.eval()
    evaluation = model(x.clone())
    model.train()
    training = model(x.clone())
    model.train(False)
    return {**alone, "inside": {"evaluation": evaluation, "training": training, "again": inner(x.clone())}}


@probe
def several_layers(solution: Any, cases: list[tuple[Tensor, float]]) -> list[Any]:
    """Makes one new layer per case, then calls them in turn, in the mode in which they start."""
    layers = [solution.Dropout(p) for _, p in cases]
    return [layer(x.clone()) for layer, (x, _) in zip(layers, cases, strict=True)]


@probe
def default_layer(solution: Any, x: Tensor) -> Any:
    return solution.Dropout()(x)


@probe
def upstream_to_x(solution: Any, cases: list[tuple[Tensor, float, bool, Tensor]]) -> list[Any]:
    """Returns for each case the result and what flows back to `x`, or None where nothing can.

    All layers go forward before the first goes back.
    """
    leaves = [x.detach().clone().requires_grad_() for x, _, _, _ in cases]
    results = []
    for leaf, (_, p, training, _) in zip(leaves, cases, strict=True):
        results.append(solution.Dropout(p).train(training)(leaf))
    found = []
    for leaf, result, (_, _, _, cotangent) in zip(leaves, results, cases, strict=True):
        gradient = None
        if result.requires_grad and result.shape == cotangent.shape:
            (gradient,) = torch.autograd.grad((result * cotangent).sum(), leaf, allow_unused=True)
        found.append((result.detach(), gradient))
    return found


@probe
def draws(solution: Any, x: Tensor, small: Tensor, p: float, seed: int) -> dict[str, Any]:
    """Draws again and again, with a layer that is kept and with a new one."""
    torch.manual_seed(seed)
    layer = solution.Dropout(p)
    torch.manual_seed(seed)
    first, second = layer(x), layer(x)
    torch.manual_seed(seed)
    repeated = layer(x)
    return {
        "first": first,
        "second": second,
        "repeated": repeated,
        "new_layer": solution.Dropout(p)(x),
        "small": torch.stack([layer(small) for _ in range(100)]),
    }


@probe
def holdings(solution: Any, x: Tensor, p: float) -> dict[str, Any]:
    """Shows what a used layer holds."""
    layer = solution.Dropout(p)
    used = layer(x.clone())
    held = {
        "p": layer.p,
        "default": solution.Dropout().p,
        "state": list(layer.state_dict()),
        "parameters": [name for name, _ in layer.named_parameters()],
        "buffers": [name for name, _ in layer.named_buffers()],
    }
    return {"used": used, "held": held}


@probe
def changes(solution: Any, x: Tensor, p: float, later: list[float]) -> list[Any]:
    """Changes `p` of a used layer again and again and calls it in both modes."""
    layer = solution.Dropout(p)
    layer(x.clone())
    changed = []
    for value in later:
        layer.p = value
        changed.append((layer.train()(x.clone()), layer.eval()(x.clone())))
    return changed


@probe
def refusals(solution: Any, probabilities: list[float]) -> list[str]:
    """Says of each probability whether a layer could be built, or was refused with a ValueError."""
    answers = []
    for p in probabilities:
        try:
            solution.Dropout(p)
            answers.append("built")
        except ValueError:
            answers.append("refused")
    return answers


@probe
def careful_calls(solution: Any, cases: list[tuple[Tensor, float, bool]]) -> tuple[list[Any], list[Any], str]:
    """Returns the results, the arguments as they are afterwards, and how a call on the meta device ended."""
    results = [solution.Dropout(p=p).train(training)(x).clone() for x, p, training in cases]
    try:
        ending = solution.Dropout(0.5)(cases[0][0].to("meta")).device.type
    except Exception as error:  # noqa: BLE001 - whatever it is, only its message matters
        ending = str(error)
    return results, [x for x, _, _ in cases], ending


@visible
@weight(1)
def test_layer_of_three_quarters(student: Student) -> None:
    """With p = 0.75 elements become 0, where your mask says so, or four times themselves; with p = 1 all become 0.

    训练时 p = 0.75 的层把每个元素变为 0（位置以你的掩码为准）或原来的四倍；p = 1 的层把它们全部变为 0。
    """
    x = torch.arange(1.0, 401.0, device=student.device).reshape(20, 20)
    found = student.run(modes, x, 0.75)
    kept = survivors(found["training"], 4 * x)
    check_keep_rate(kept, 0.75)
    assert_close(found["evaluation"], x)
    (dropped,) = student.run(several_layers, [(x, 1)])
    assert_close(dropped, torch.zeros_like(x))


@weight(5)
@hint(
    "Try p = 0.75: which share of the elements is 0, and what became of the others?",
    "试试 p = 0.75：有多大比例的元素是 0？其余的元素变成了什么？",
)
def test_new_layer_drops_or_scales_up(student: Student, rng: Rng) -> None:
    """A new layer is in training mode: an element becomes 0 with probability `p`, and otherwise keeps its mean.

    新建的层处于训练模式：元素以概率 `p` 变为 0，其余元素的取值使均值保持不变。
    """
    cases = [(without_zeros(rng, 80, 100), 0.37), (without_zeros(rng, 200, 150), 0.0009)]
    found = student.run(several_layers, cases)
    require(isinstance(found, list) and len(found) == len(cases), "a result is missing", "缺少某个结果")
    for number, (result, (x, p)) in enumerate(zip(found, cases, strict=True), 1):
        with in_case(number, len(cases), x):
            check_keep_rate(survivors(result, x / (1 - p)), p)


@needs_value
@weight(4)
@hint(
    "Which attribute do `model.train()` and `model.eval()` set in every layer inside?",
    "`model.train()` 和 `model.eval()` 会设置内部每一层的哪个属性？",
)
def test_layer_follows_the_model_around_it(student: Student, rng: Rng) -> None:
    """The mode is that of the model around the layer; the gradient is right in both modes, also where all is dropped.

    层的模式就是外层模型的模式；两种模式下梯度都正确，全部丢弃时也一样。
    """
    x, p = without_zeros(rng, 20, 30), 0.3
    found = student.run(modes, x, p)
    for name in ("training", "back"):
        check_keep_rate(survivors(found[name], x / (1 - p)), p)
    assert_close(found["evaluation"], x)
    inside = found["inside"]
    assert_close(inside["evaluation"], x)
    check_keep_rate(survivors(inside["training"], x / (1 - p)), p)
    assert_close(inside["again"], x)
    sent = [(x, q, training, without_zeros(rng, 20, 30)) for q, training in ((p, True), (p, False), (1.0, True))]
    back = student.run(upstream_to_x, sent)
    for number, ((result, gradient), (_, q, training, cotangent)) in enumerate(zip(back, sent, strict=True), 1):
        with in_case(number, len(sent), x):
            if not training:
                mask = torch.ones_like(x)
            else:
                mask = torch.zeros_like(x) if q == 1 else survivors(result, x / (1 - q)) / (1 - q)
            check_gradient(gradient, cotangent * mask)


@needs_value
@weight(3)
def test_every_call_draws_independent_elements(student: Student, rng: Rng) -> None:
    """Elements share their fate with no neighbour; each call draws anew, from torch's global generator.

    元素的去留与相邻元素无关；每次调用都从 torch 的全局随机数生成器重新抽取。
    """
    x, small, p = without_zeros(rng, 6, 6, 8, 10), without_zeros(rng, 40), 0.3
    found = student.run(draws, x, small, p, int(rng.integers(0, 2**31)))
    small_kept = survivors(found.pop("small"), small.expand(100, 40) / (1 - p))
    kept = {name: survivors(result, x / (1 - p)) for name, result in found.items()}
    check_neighbours_unrelated(kept["first"], p)
    check_counts_vary(small_kept, p)
    unrelated = are_unrelated(kept["first"], kept["second"], p)
    require(unrelated, "two calls in a row drop related elements", "先后两次调用丢弃的元素彼此相关")
    unrelated = are_unrelated(kept["first"], kept["new_layer"], p)
    require(unrelated, "two layers drop related elements", "两个层丢弃的元素彼此相关")
    same = torch.equal(found["first"], found["repeated"])
    require(
        same,
        "`torch.manual_seed` does not make the same elements drop again",
        "`torch.manual_seed` 没有使同样的元素再次被丢弃",
    )


@needs_value
@weight(4)
@hint("What does your layer keep of `p` between construction and call?", "从构造到调用，你的层保存了 `p` 的什么？")
def test_layer_holds_only_a_changeable_p(student: Student, rng: Rng) -> None:
    """The layer has no parameters, buffers or saved state; `p` can be read, and a changed `p` holds from then on.

    该层没有参数和缓冲区，也不保存状态；`p` 可以读取，改动之后就按新的 `p` 计算。
    """
    x, p, later = without_zeros(rng, 40, 50), 0.3, [0.8, 0.0, 1.0, 0.4]
    found = student.run(holdings, x, p)
    is_number = isinstance(found["held"]["p"], (int, float)) and found["held"]["p"] == p
    require(is_number, "the attribute `p` is not the number that was passed", "属性 `p` 不是传入的那个数")
    is_half = found["held"]["default"] == 0.5
    require(
        is_half, "the attribute `p` of a layer made without one is not the default", "不给 `p` 时，属性 `p` 不是默认值"
    )
    empty = all(found["held"][name] == [] for name in ("state", "parameters", "buffers"))
    require(
        empty,
        "the layer has a parameter, a buffer or an entry in its state_dict",
        "该层有参数或缓冲区，或者它的 state_dict 不为空",
    )
    check_keep_rate(survivors(found["used"], x / (1 - p)), p)
    changed = student.run(changes, x, p, later)
    for number, ((training, evaluation), value) in enumerate(zip(changed, later, strict=True), 1):
        with in_case(number, len(later)):
            if value in (0, 1):
                assert_close(training, x * (1 - value))
            else:
                check_keep_rate(survivors(training, x / (1 - value)), value)
            assert_close(evaluation, x)


@needs_value
@weight(3)
def test_ends_of_the_range_dtypes_shapes_and_purity(student: Student, rng: Rng) -> None:
    """The ends of the range of `p`, every dtype and shape and views are right, `x` stays; a bad `p` is refused.

    `p` 取范围的两端、各种 dtype 和形状以及视图都正确，`x` 保持原样；不合法的 `p` 会被拒绝。
    """
    double = torch.float64
    cases = [
        (without_zeros(rng, 3, 4), 0.0, True),
        (without_zeros(rng, 3, 4), 1.0, True),
        (without_zeros(rng, 2, dtype=double), 0, True),
        (without_zeros(rng, 2, dtype=double), 1, True),
        (turned(rng, 5, 8, 1, 2), 0.3, True),
        (without_zeros(rng, 40)[::2], 0.3, True),
        (without_zeros(rng, 40, dtype=torch.float16), 0.3, True),
        (without_zeros(rng, dtype=double), 0.3, True),
        (without_zeros(rng, 0, 3), 0.3, True),
        (without_zeros(rng, 4, 2, dtype=double), 0.3, False),
        *[(without_zeros(rng, *shape, dtype=double), 0.37, True) for shape in SINGLES],
        (uneven(rng, 40, 3), 0.37, True),
        (uneven(rng, 4, 3), 0.37, False),
    ]
    answers = student.run(refusals, [-0.1, 1.5, -1, 2, -1e-9, 1 + 1e-9, 0.0, 1.0])
    require(
        answers == ["refused"] * 6 + ["built"] * 2,
        "only a `p` outside [0, 1] is to be refused with a ValueError",
        "只有 `p` 在 [0, 1] 之外时才应当以 ValueError 拒绝",
    )
    results, afterwards, ending = student.run(careful_calls, cases)
    for number, (result, after, (x, p, training)) in enumerate(zip(results, afterwards, cases, strict=True), 1):
        with in_case(number, len(cases), x):
            if not training or p in (0, 1):
                assert_close(result, x if not training or p == 0 else torch.zeros_like(x))
            else:
                survivors(result, x / (1 - p))
            check_unchanged(after, x)
    check_no_fixed_device(ending)


@needs_value
@weight(1)
def test_defaults_settings_and_other_draws(student: Student, rng: Rng) -> None:
    """The default `p` holds; torch's own settings do not matter and stay, and others may draw numbers, too.

    默认的 `p` 正确；结果不受 torch 各项设置的影响，也不改变它们；别处也可以抽取随机数。
    """
    x = without_zeros(rng, 40, 50)
    check_keep_rate(survivors(student.run(default_layer, x), 2 * x), 0.5)
    for p in (0.37, 0.5):
        check_settings(student.run(under_settings, "Dropout", [x], p, int(rng.integers(0, 2**31))), x / (1 - p), p)
