"""Right solutions of `conv_out_size` in other styles; each gets full marks."""

from __future__ import annotations

from grader.suite.mutants import variant


@variant
def counts_the_places(n: int, kernel: int, stride: int = 1, padding: int = 0, dilation: int = 1) -> int:
    if n <= 0 or kernel <= 0 or stride <= 0 or dilation <= 0 or padding < 0:
        raise ValueError("an argument is out of range")
    last_tap = dilation * (kernel - 1)
    places = [first for first in range(-padding, n + padding, stride) if first + last_tap < n + padding]
    if not places:
        raise ValueError("the kernel does not fit")
    return len(places)


@variant
def by_one_quotient(n: int, kernel: int, stride: int = 1, padding: int = 0, dilation: int = 1) -> int:
    for value, least in ((n, 1), (kernel, 1), (stride, 1), (padding, 0), (dilation, 1)):
        if value < least:
            raise ValueError(f"{value} is below {least}")
    effective = kernel + (kernel - 1) * (dilation - 1)
    if effective > n + 2 * padding:
        raise ValueError("the kernel does not fit")
    return (n + 2 * padding - effective + stride) // stride
