"""Right solutions of `conv_transpose_out_size` in other styles; each gets full marks."""

from __future__ import annotations

from grader.suite.mutants import variant


@variant
def from_the_last_cell(
    n: int, kernel: int, stride: int = 1, padding: int = 0, output_padding: int = 0, dilation: int = 1
) -> int:
    if not (output_padding < stride or output_padding < dilation):
        raise ValueError("too much output padding")
    last_written = (n - 1) * stride + (kernel - 1) * dilation
    cropped = last_written + 1 - padding - padding
    return cropped + output_padding


@variant
def as_the_way_back(
    n: int, kernel: int, stride: int = 1, padding: int = 0, output_padding: int = 0, dilation: int = 1
) -> int:
    if output_padding >= stride and output_padding >= dilation:
        raise ValueError("too much output padding")
    effective = dilation * (kernel - 1) + 1
    shortest = stride * (n - 1) + effective - 2 * padding  # the shortest line on which the kernel has n places
    return shortest + output_padding
