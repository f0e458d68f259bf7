"""Step by step, lists, .backward() per chunk."""
from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import torch
from torch import Tensor, nn


def rnn_step(x: Tensor, h: Tensor, w_xh: Tensor, w_hh: Tensor, b: Tensor) -> Tensor:
    return torch.tanh(x @ w_xh + h @ w_hh + b)


def rnn_forward(xs: Tensor, h0: Tensor, w_xh: Tensor, w_hh: Tensor, b: Tensor) -> tuple[Tensor, Tensor]:
    hs = []
    h = h0
    for x in xs:
        h = rnn_step(x, h, w_xh, w_hh, b)
        hs.append(h)
    if not hs:
        return h0.new_zeros((0, *h0.shape)), h0
    return torch.stack(hs), h


def rnn_bptt(
    xs: Tensor, h0: Tensor, w_xh: Tensor, w_hh: Tensor, b: Tensor, grad_hs: Tensor
) -> tuple[Tensor, Tensor, Tensor, Tensor, Tensor]:
    hs, _ = rnn_forward(xs, h0, w_xh, w_hh, b)
    dw_xh = torch.zeros_like(w_xh)
    dw_hh = torch.zeros_like(w_hh)
    db = torch.zeros_like(b)
    dxs = [None] * len(xs)
    back = torch.zeros_like(h0)
    for t in reversed(range(len(xs))):
        prev = hs[t - 1] if t > 0 else h0
        da = (grad_hs[t] + back) * (1 - hs[t] ** 2)
        dw_xh += xs[t].T @ da
        dw_hh += prev.T @ da
        db += da.sum(0)
        dxs[t] = da @ w_xh.T
        back = da @ w_hh.T
    return torch.stack(dxs), back, dw_xh, dw_hh, db


def detach_state(state: Any) -> Any:
    if isinstance(state, Tensor):
        return state.detach()
    if isinstance(state, tuple):
        items = [detach_state(s) for s in state]
        return type(state)(*items) if hasattr(state, "_fields") else tuple(items)
    if isinstance(state, list):
        return [detach_state(s) for s in state]
    if isinstance(state, dict):
        return {k: detach_state(v) for k, v in state.items()}
    return state


def tbptt_grads(
    xs: Tensor, ys: Tensor, h0: Tensor, w_xh: Tensor, w_hh: Tensor, b: Tensor, k: int
) -> tuple[Tensor, Tensor, Tensor]:
    if k <= 0:
        raise ValueError("k must be positive")
    w_xh, w_hh, b = (p.detach().clone().requires_grad_() for p in (w_xh, w_hh, b))
    xs, ys, h = xs.detach(), ys.detach(), h0.detach()
    for start in range(0, xs.shape[0], k):
        h = h.detach()
        hs, h = rnn_forward(xs[start : start + k], h, w_xh, w_hh, b)
        loss = 0.5 * ((hs - ys[start : start + k]) ** 2).sum()
        loss.backward()
    return w_xh.grad, w_hh.grad, b.grad


def clip_grad_norm_(grads: Sequence[Tensor | None], max_norm: float, eps: float = 1e-6) -> float:
    present = [g for g in grads if g is not None]
    norm = math.sqrt(sum((g.double() ** 2).sum().item() for g in present))
    factor = min(1.0, max_norm / (norm + eps))
    for g in present:
        g.mul_(factor)
    return norm


def train_epoch(
    model: nn.Module,
    batches: Iterable[tuple[Tensor, Tensor]],
    loss_fn: Callable[[Tensor, Tensor], Tensor],
    optimizer: torch.optim.Optimizer,
    max_norm: float,
    *,
    carry_state: bool,
) -> list[float]:
    model.train()
    losses = []
    state = None
    for x, target in batches:
        optimizer.zero_grad()
        y, new_state = model(x, state)
        loss = loss_fn(y, target)
        loss.backward()
        clip_grad_norm_([p.grad for p in model.parameters()], max_norm)
        optimizer.step()
        losses.append(loss.item())
        state = detach_state(new_state) if carry_state else None
    return losses
