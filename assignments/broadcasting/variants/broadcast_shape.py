"""Right solutions of `broadcast_shape` in other styles; each gets full marks."""

from __future__ import annotations

from collections.abc import Sequence

from grader.suite.mutants import variant


@variant
def from_the_right(a: Sequence[int], b: Sequence[int]) -> tuple[int, ...]:
    sizes: list[int] = []
    for back in range(1, max(len(a), len(b)) + 1):
        m = a[-back] if back <= len(a) else 1
        n = b[-back] if back <= len(b) else 1
        if m == n or n == 1:
            sizes.append(m)
        elif m == 1:
            sizes.append(n)
        else:
            raise ValueError("these shapes do not broadcast")
    return tuple(sizes[::-1])


@variant
def recursive(a: Sequence[int], b: Sequence[int]) -> tuple[int, ...]:
    def meet(a: tuple[int, ...], b: tuple[int, ...]) -> tuple[int, ...]:
        if not a or not b:
            return a or b
        sizes = {a[-1], b[-1]} - {1}
        if len(sizes) > 1:
            raise ValueError("these shapes do not broadcast")
        return meet(a[:-1], b[:-1]) + (sizes.pop() if sizes else 1,)

    return meet(tuple(a), tuple(b))


@variant
def into_the_longer_one(a: Sequence[int], b: Sequence[int]) -> tuple[int, ...]:
    longer, shorter = (list(a), list(b)) if len(a) >= len(b) else (list(b), list(a))
    start = len(longer) - len(shorter)
    for index, size in enumerate(shorter, start):
        if longer[index] == 1:
            longer[index] = size
        elif size not in (1, longer[index]):
            raise ValueError("these shapes do not broadcast")
    return tuple(longer)
