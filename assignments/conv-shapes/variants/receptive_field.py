"""Right solutions of `receptive_field` in other styles; each gets full marks."""

from __future__ import annotations

from collections.abc import Sequence

from grader.suite.mutants import variant


@variant
def from_the_last_layer(layers: Sequence[tuple[int, int, int]]) -> tuple[int, int]:
    size, jump = 1, 1
    for kernel, stride, dilation in reversed(layers):
        size = (size - 1) * stride + dilation * (kernel - 1) + 1
        jump = stride * jump
    return (size, jump)


@variant
def recursive(layers: Sequence[tuple[int, int, int]]) -> tuple[int, int]:
    if len(layers) == 0:
        return 1, 1

    def walk(index: int, size: int, jump: int) -> tuple[int, int]:
        if index == len(layers):
            return size, jump
        layer = layers[index]
        return walk(index + 1, size + (layer[0] - 1) * layer[2] * jump, jump * layer[1])

    return walk(0, 1, 1)
