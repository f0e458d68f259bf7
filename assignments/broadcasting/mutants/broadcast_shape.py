"""Plausible wrong versions of `broadcast_shape`, each with its misconception."""

from __future__ import annotations

from collections.abc import Sequence

from grader.mutants import mutant


@mutant(
    en="Your `broadcast_shape` lines the shapes up at the left; the last dimensions belong together.",
    zh="你的 `broadcast_shape` 从左边对齐形状；应当让最后的维度彼此对应。",
)
def aligns_at_the_left(a: Sequence[int], b: Sequence[int]) -> tuple[int, ...]:
    rank = max(len(a), len(b))
    sizes = []
    for m, n in zip([*a, *[1] * (rank - len(a))], [*b, *[1] * (rank - len(b))], strict=True):
        if m != n and 1 not in (m, n):
            raise ValueError("shapes do not broadcast")
        sizes.append(n if m == 1 else m)
    return tuple(sizes)


@mutant(
    en="Your `broadcast_shape` takes the larger of two sizes, so that 0 with 1 gives 1; a 1 gives way to any size.",
    zh="你的 `broadcast_shape` 取两个大小中较大的一个，于是 0 与 1 得到 1；而 1 应当让位给任何大小。",
)
def takes_the_maximum(a: Sequence[int], b: Sequence[int]) -> tuple[int, ...]:
    rank = max(len(a), len(b))
    sizes = []
    for m, n in zip([*[1] * (rank - len(a)), *a], [*[1] * (rank - len(b)), *b], strict=True):
        if m != n and 1 not in (m, n):
            raise ValueError("shapes do not broadcast")
        sizes.append(max(m, n))
    return tuple(sizes)


@mutant(
    en="Your `broadcast_shape` stops at the end of the shorter shape and loses the leading sizes of the longer one.",
    zh="你的 `broadcast_shape` 在较短的形状结束时就停下，丢掉了较长形状前面的维度。",
)
def cuts_the_longer_shape(a: Sequence[int], b: Sequence[int]) -> tuple[int, ...]:
    sizes = []
    for m, n in zip(reversed(a), reversed(b), strict=False):
        if m != n and 1 not in (m, n):
            raise ValueError("shapes do not broadcast")
        sizes.append(n if m == 1 else m)
    return tuple(reversed(sizes))


@mutant(
    en="Your `broadcast_shape` accepts two different sizes of which neither is 1, such as 2 and 3.",
    zh="你的 `broadcast_shape` 接受两个都不是 1 的不同大小，例如 2 和 3。",
)
def never_refuses(a: Sequence[int], b: Sequence[int]) -> tuple[int, ...]:
    rank = max(len(a), len(b))
    pairs = zip([*[1] * (rank - len(a)), *a], [*[1] * (rank - len(b)), *b], strict=True)
    return tuple(n if m == 1 else m for m, n in pairs)


@mutant(
    en="Your `broadcast_shape` lets 0 match any size; only a 1 can be stretched.",
    zh="你的 `broadcast_shape` 让 0 与任何大小匹配；只有 1 可以被拉伸。",
)
def zero_matches_everything(a: Sequence[int], b: Sequence[int]) -> tuple[int, ...]:
    rank = max(len(a), len(b))
    sizes = []
    for m, n in zip([*[1] * (rank - len(a)), *a], [*[1] * (rank - len(b)), *b], strict=True):
        if m != n and m > 1 and n > 1:
            raise ValueError("shapes do not broadcast")
        sizes.append(max(m, n))
    return tuple(sizes)


@mutant(
    en="Your `broadcast_shape` accepts 0 beside a size such as 3 and answers 0; only a 1 can be stretched.",
    zh="你的 `broadcast_shape` 接受 0 与 3 这样的组合并得到 0；只有 1 可以被拉伸。",
)
def zero_absorbs_everything(a: Sequence[int], b: Sequence[int]) -> tuple[int, ...]:
    rank = max(len(a), len(b))
    sizes = []
    for m, n in zip([*[1] * (rank - len(a)), *a], [*[1] * (rank - len(b)), *b], strict=True):
        if m != n and m > 1 and n > 1:
            raise ValueError("shapes do not broadcast")
        sizes.append(0 if 0 in (m, n) else max(m, n))
    return tuple(sizes)


@mutant(
    en="Your `broadcast_shape` refuses shapes of different length; a missing dimension counts as 1.",
    zh="你的 `broadcast_shape` 拒绝长度不同的形状；缺少的维度应当视为 1。",
)
def requires_equal_rank(a: Sequence[int], b: Sequence[int]) -> tuple[int, ...]:
    if len(a) != len(b):
        raise ValueError("shapes do not broadcast")
    sizes = []
    for m, n in zip(a, b, strict=True):
        if m != n and 1 not in (m, n):
            raise ValueError("shapes do not broadcast")
        sizes.append(n if m == 1 else m)
    return tuple(sizes)


@mutant(
    en="Your `broadcast_shape` stretches only the first shape; a 1 of the second gives way as well.",
    zh="你的 `broadcast_shape` 只拉伸第一个形状；第二个形状里的 1 同样应当让位。",
)
def stretches_one_side_only(a: Sequence[int], b: Sequence[int]) -> tuple[int, ...]:
    if len(a) > len(b):
        raise ValueError("shapes do not broadcast")
    padded = [*[1] * (len(b) - len(a)), *a]
    if any(m not in (1, n) for m, n in zip(padded, b, strict=True)):
        raise ValueError("shapes do not broadcast")
    return tuple(b)


@mutant(
    en="Your `broadcast_shape` returns a list; the answer is a tuple.",
    zh="你的 `broadcast_shape` 返回列表；结果应当是元组。",
)
def returns_a_list(a: Sequence[int], b: Sequence[int]) -> tuple[int, ...]:
    rank = max(len(a), len(b))
    sizes = []
    for m, n in zip([*[1] * (rank - len(a)), *a], [*[1] * (rank - len(b)), *b], strict=True):
        if m != n and 1 not in (m, n):
            raise ValueError("shapes do not broadcast")
        sizes.append(n if m == 1 else m)
    return sizes  # type: ignore[return-value]


@mutant(
    en="Your `broadcast_shape` pads lists in place; the arguments have to stay as they are.",
    zh="你的 `broadcast_shape` 就地给列表补 1；参数应当保持不变。",
)
def pads_lists_in_place(a: Sequence[int], b: Sequence[int]) -> tuple[int, ...]:
    for shape, other in ((a, b), (b, a)):
        if isinstance(shape, list):
            shape[:0] = [1] * (len(other) - len(shape))
    rank = max(len(a), len(b))
    sizes = []
    for m, n in zip([*[1] * (rank - len(a)), *a], [*[1] * (rank - len(b)), *b], strict=True):
        if m != n and 1 not in (m, n):
            raise ValueError("shapes do not broadcast")
        sizes.append(n if m == 1 else m)
    return tuple(sizes)


@mutant(
    en="Your `broadcast_shape` works with tuples only; lists are sequences too.",
    zh="你的 `broadcast_shape` 只能处理元组；列表同样是序列。",
)
def works_for_tuples_only(a: Sequence[int], b: Sequence[int]) -> tuple[int, ...]:
    rank = max(len(a), len(b))
    padded_a = (1,) * (rank - len(a)) + a  # type: ignore[operator]
    padded_b = (1,) * (rank - len(b)) + b  # type: ignore[operator]
    sizes = []
    for m, n in zip(padded_a, padded_b, strict=True):
        if m != n and 1 not in (m, n):
            raise ValueError("shapes do not broadcast")
        sizes.append(n if m == 1 else m)
    return tuple(sizes)
