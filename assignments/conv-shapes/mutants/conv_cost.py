"""Plausible wrong versions of `conv_cost`, each with its misconception."""

from __future__ import annotations

from grader.mutants import mutant


@mutant(
    en="Your `conv_cost` counts a single bias for the whole layer; every output channel has one.",
    zh="你的 `conv_cost` 整层只数了一个偏置；每个输出通道都有一个。",
)
def has_one_bias(cin: int, cout: int, kh: int, kw: int, h_out: int, w_out: int, bias: bool = True) -> tuple[int, int]:
    weights = cout * cin * kh * kw
    parameters = weights + 1 if bias else weights
    multiply_adds = weights * h_out * w_out
    return parameters, multiply_adds


@mutant(en="Your `conv_cost` counts a bias where there is none.", zh="你的 `conv_cost` 在没有偏置时也数了偏置。")
def always_counts_a_bias(
    cin: int, cout: int, kh: int, kw: int, h_out: int, w_out: int, bias: bool = True
) -> tuple[int, int]:
    weights = cout * cin * kh * kw
    parameters = weights + cout
    multiply_adds = weights * h_out * w_out
    return parameters, multiply_adds


@mutant(en="Your `conv_cost` leaves out the bias.", zh="你的 `conv_cost` 漏掉了偏置。")
def never_counts_a_bias(
    cin: int, cout: int, kh: int, kw: int, h_out: int, w_out: int, bias: bool = True
) -> tuple[int, int]:
    weights = cout * cin * kh * kw
    parameters = weights
    multiply_adds = weights * h_out * w_out
    return parameters, multiply_adds
