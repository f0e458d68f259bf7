"""Right versions of `tbptt_grads` in other styles than the reference."""

from __future__ import annotations

import torch
from torch import Tensor

from grader.suite.mutants import variant


@variant
def backward_on_copies(
    xs: Tensor, ys: Tensor, h0: Tensor, w_xh: Tensor, w_hh: Tensor, b: Tensor, k: int
) -> tuple[Tensor, Tensor, Tensor]:
    if k < 1:
        raise ValueError(f"k is {k}")
    leaves = [w.clone().detach().requires_grad_(True) for w in (w_xh, w_hh, b)]
    h = h0.detach().clone()
    for chunk, goals in zip(xs.split(k), ys.split(k), strict=True):
        h = h.detach()
        states = []
        for x in chunk:
            h = torch.tanh(torch.addmm(leaves[2], x, leaves[0]) + h @ leaves[1])
            states.append(h)
        (0.5 * (torch.stack(states) - goals) ** 2).sum().backward()
    return leaves[0].grad, leaves[1].grad, leaves[2].grad


@variant
def detached_inside_one_graph(
    xs: Tensor, ys: Tensor, h0: Tensor, w_xh: Tensor, w_hh: Tensor, b: Tensor, k: int
) -> tuple[Tensor, Tensor, Tensor]:
    if not k > 0:
        raise ValueError
    with torch.enable_grad():
        u, v, c = (w.detach().requires_grad_() for w in (w_xh, w_hh, b))
        h, losses = h0, []
        for t in range(xs.shape[0]):
            if t % k == 0:
                h = h.detach()
            h = (xs[t] @ u + h @ v + c).tanh()
            losses.append((h - ys[t]).pow(2).sum())
        grads = torch.autograd.grad(torch.stack(losses).sum() / 2, (u, v, c))
    return grads[0], grads[1], grads[2]


@variant
def by_hand(
    xs: Tensor, ys: Tensor, h0: Tensor, w_xh: Tensor, w_hh: Tensor, b: Tensor, k: int
) -> tuple[Tensor, Tensor, Tensor]:
    if k <= 0:
        raise ValueError("k > 0, please")
    states = [h0]
    for x in xs:
        states.append(torch.tanh(x @ w_xh + states[-1] @ w_hh + b))
    dw_xh, dw_hh, db = 0 * w_xh, 0 * w_hh, 0 * b
    dh = 0 * h0
    for t in range(len(xs) - 1, -1, -1):
        if (t + 1) % k == 0:
            dh = 0 * h0
        da = (dh + states[t + 1] - ys[t]) * (1 - states[t + 1] ** 2)
        dw_xh, dw_hh, db = dw_xh + xs[t].T @ da, dw_hh + states[t].T @ da, db + da.sum(0)
        dh = da @ w_hh.T
    return dw_xh, dw_hh, db
