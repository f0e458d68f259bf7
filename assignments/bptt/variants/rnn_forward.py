"""Right versions of `rnn_forward` in other styles than the reference."""

from __future__ import annotations

import torch
from torch import Tensor

from grader.suite.mutants import variant


@variant
def all_inputs_at_once(xs: Tensor, h0: Tensor, w_xh: Tensor, w_hh: Tensor, b: Tensor) -> tuple[Tensor, Tensor]:
    drives = xs @ w_xh + b
    states = [h0]
    for drive in drives.unbind(0):
        states.append(torch.tanh(torch.addmm(drive, states[-1], w_hh)))
    return torch.stack(states)[1:], states[-1]


@variant
def filled_by_index(xs: Tensor, h0: Tensor, w_xh: Tensor, w_hh: Tensor, b: Tensor) -> tuple[Tensor, Tensor]:
    steps = xs.size(0)
    hs = torch.empty(steps, *h0.shape, dtype=h0.dtype, device=h0.device)
    last = h0
    for t in range(steps):
        last = torch.tanh(torch.einsum("bi,ih->bh", xs[t], w_xh) + torch.einsum("bk,kh->bh", last, w_hh) + b)
        hs[t] = last
    return hs, last.clone()


@variant
def by_recursion(xs: Tensor, h0: Tensor, w_xh: Tensor, w_hh: Tensor, b: Tensor) -> tuple[Tensor, Tensor]:
    if len(xs) == 0:
        return h0[None][:0], h0
    before, h = by_recursion(xs[:-1], h0, w_xh, w_hh, b)
    h = rnn_step(xs[-1], h, w_xh, w_hh, b)  # noqa: F821 - the student's own
    return torch.cat([before, h.unsqueeze(0)]), h
