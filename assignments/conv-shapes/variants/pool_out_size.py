"""Right solutions of `pool_out_size` in other styles; each gets full marks."""

from __future__ import annotations

from grader.suite.mutants import variant


@variant
def one_window_after_the_other(
    n: int, kernel: int, stride: int | None = None, padding: int = 0, ceil_mode: bool = False
) -> int:
    if padding > kernel / 2:
        raise ValueError("too much padding")
    stride = stride or kernel
    size, start = 0, 0  # counted from the left end of the padding
    while start + kernel <= n + 2 * padding:
        size, start = size + 1, start + stride
    is_covered = start - stride + kernel == n + 2 * padding
    if ceil_mode and not is_covered and start < n + padding:
        size += 1
    return size


@variant
def by_a_rounded_quotient(
    n: int, kernel: int, stride: int | None = None, padding: int = 0, ceil_mode: bool = False
) -> int:
    if padding > kernel // 2:
        raise ValueError("too much padding")
    if stride is None:
        stride = kernel
    span = n + 2 * padding - kernel
    if ceil_mode:
        span += stride - 1
    size = span // stride + 1
    while ceil_mode and (size - 1) * stride - padding >= n:
        size -= 1
    return size
