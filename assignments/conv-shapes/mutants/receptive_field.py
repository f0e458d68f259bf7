"""Plausible wrong versions of `receptive_field`, each with its misconception."""

from __future__ import annotations

from collections.abc import Sequence

from grader.mutants import mutant


@mutant(en="Your `receptive_field` ignores the dilation.", zh="你的 `receptive_field` 忽略了空洞。")
def ignores_dilation(layers: Sequence[tuple[int, int, int]]) -> tuple[int, int]:
    size, jump = 1, 1
    for kernel, stride, _dilation in layers:
        size += (kernel - 1) * jump
        jump *= stride
    return size, jump
