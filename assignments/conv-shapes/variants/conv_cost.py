"""Right solutions of `conv_cost` in other styles; each gets full marks."""

from __future__ import annotations

from grader.suite.mutants import variant


@variant
def per_output_channel(
    cin: int, cout: int, kh: int, kw: int, h_out: int, w_out: int, bias: bool = True
) -> tuple[int, int]:
    taps = kh * kw * cin
    return cout * (taps + int(bias)), h_out * w_out * taps * cout


@variant
def step_by_step(cin: int, cout: int, kh: int, kw: int, h_out: int, w_out: int, bias: bool = True) -> tuple[int, int]:
    parameters = 1
    for factor in (cout, cin, kh, kw):
        parameters *= factor
    products = parameters
    for factor in (w_out, h_out):
        products *= factor
    if bias:
        parameters += cout
    return (parameters, products)
