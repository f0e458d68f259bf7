"""Right versions of `rnn_bptt` in other styles than the reference."""

from __future__ import annotations

import torch
from torch import Tensor

from grader.suite.mutants import variant


@variant
def products_after_the_loop(
    xs: Tensor, h0: Tensor, w_xh: Tensor, w_hh: Tensor, b: Tensor, grad_hs: Tensor
) -> tuple[Tensor, Tensor, Tensor, Tensor, Tensor]:
    with torch.no_grad():
        hs, h = [], h0
        for drive in xs @ w_xh + b:
            h = (drive + h @ w_hh).tanh()
            hs.append(h)
        states = torch.stack([h0, *hs])
        das: list[Tensor] = []
        dh = h0 * 0
        for t in range(len(xs) - 1, -1, -1):
            da = (grad_hs[t] + dh) * (1 - states[t + 1].square())
            das.insert(0, da)
            dh = torch.einsum("bj,kj->bk", da, w_hh)
        slopes = torch.stack(das)
        dw_xh = torch.einsum("tbi,tbh->ih", xs, slopes)
        dw_hh = torch.einsum("tbk,tbh->kh", states[:-1], slopes)
        return slopes @ w_xh.T, dh, dw_xh, dw_hh, slopes.sum((0, 1))


@variant
def element_after_element(
    xs: Tensor, h0: Tensor, w_xh: Tensor, w_hh: Tensor, b: Tensor, grad_hs: Tensor
) -> tuple[Tensor, Tensor, Tensor, Tensor, Tensor]:
    def outer(rows: Tensor, columns: Tensor) -> Tensor:
        return sum((torch.outer(row, column) for row, column in zip(rows, columns, strict=True)), rows.new_zeros(()))

    def forth(t: int, h: Tensor) -> tuple[list[Tensor], Tensor, Tensor, Tensor, Tensor]:
        if t == len(xs):
            return [], torch.zeros_like(h0), w_xh.new_zeros(w_xh.shape), torch.zeros_like(w_hh), torch.zeros_like(b)
        new = torch.tanh(torch.matmul(xs[t], w_xh) + torch.matmul(h, w_hh) + b)
        dxs, dh, dw_xh, dw_hh, db = forth(t + 1, new)
        total = dh + grad_hs[t]
        da = total - total * new * new
        dx = torch.matmul(w_xh, da.mT).mT
        back = torch.matmul(w_hh, da.mT).mT
        return [dx, *dxs], back, dw_xh + outer(xs[t], da), dw_hh + outer(h, da), db + da.sum(0)

    dxs, dh0, *rest = forth(0, h0)
    return (torch.stack(dxs), dh0, rest[0], rest[1], rest[2])
