"""Driven by accumulate, autograd.grad on one loss, pytree, classes; addmm / baddbmm."""
from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from itertools import accumulate, chain
from typing import Any

import torch
from torch import Tensor, nn
from torch.utils._pytree import tree_map


class Cell:
    def __init__(self, w_xh, w_hh, b):
        self.w = w_xh, w_hh
        self.b = b

    def __call__(self, h, x):
        return torch.addmm(torch.addmm(self.b, x, self.w[0]), h, self.w[1]).tanh()

    def scan(self, xs, h0):
        return list(accumulate(xs.unbind(0), self, initial=h0))


def rnn_step(x: Tensor, h: Tensor, w_xh: Tensor, w_hh: Tensor, b: Tensor) -> Tensor:
    return Cell(w_xh, w_hh, b)(h, x)


def rnn_forward(xs: Tensor, h0: Tensor, w_xh: Tensor, w_hh: Tensor, b: Tensor) -> tuple[Tensor, Tensor]:
    states = torch.stack(Cell(w_xh, w_hh, b).scan(xs, h0))
    return states[1:], states[-1]


def rnn_bptt(
    xs: Tensor, h0: Tensor, w_xh: Tensor, w_hh: Tensor, b: Tensor, grad_hs: Tensor
) -> tuple[Tensor, Tensor, Tensor, Tensor, Tensor]:
    """Solves the linear system of all deltas at once: delta_t - J_t^T delta_{t+1} = s_t * g_t, per sequence."""
    hs, _ = rnn_forward(xs, h0, w_xh, w_hh, b)
    T, B, H = hs.shape
    s = 1 - hs * hs
    system = torch.eye(T * H, dtype=xs.dtype, device=xs.device).repeat(B, 1, 1).view(B, T, H, T, H)
    for t in range(T - 1):
        system[:, t, :, t + 1, :] -= s[t].unsqueeze(-1) * w_hh
    rhs = (s * grad_hs).permute(1, 0, 2).reshape(B, T * H, 1)
    delta = torch.linalg.solve(system.view(B, T * H, T * H), rhs).view(B, T, H).permute(1, 0, 2)
    flat = delta.reshape(T * B, H)
    prev = torch.vstack([h0, *hs[:-1]])
    return (
        delta @ w_xh.t(),
        delta[0] @ w_hh.t(),
        xs.reshape(T * B, -1).t() @ flat,
        prev.t() @ flat,
        flat.sum(0),
    )


def detach_state(state: Any) -> Any:
    return tree_map(lambda leaf: leaf.detach() if isinstance(leaf, Tensor) else leaf, state)


def tbptt_grads(
    xs: Tensor, ys: Tensor, h0: Tensor, w_xh: Tensor, w_hh: Tensor, b: Tensor, k: int
) -> tuple[Tensor, Tensor, Tensor]:
    if not k > 0:
        raise ValueError("k")
    params = [p.detach().requires_grad_(True) for p in (w_xh, w_hh, b)]
    cell = Cell(*params)
    h = h0.detach()
    loss = 0
    for t, (x, y) in enumerate(zip(xs.detach(), ys.detach())):
        if t % k == 0:
            h = h.detach()
        h = cell(h, x)
        loss = loss + nn.functional.mse_loss(h, y, reduction="sum") / 2
    return torch.autograd.grad(loss, params)


def clip_grad_norm_(grads: Sequence[Tensor | None], max_norm: float, eps: float = 1e-6) -> float:
    norm = math.hypot(*chain.from_iterable(g.reshape(-1).tolist() for g in grads if g is not None))
    if norm + eps > max_norm:
        for g in grads:
            if g is not None:
                g.copy_(g * (max_norm / (norm + eps)))
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
    def one(state, x, target):
        model.zero_grad()
        y, state = model(x, state)
        loss = loss_fn(y, target)
        loss.backward()
        clip_grad_norm_([p.grad for p in model.parameters() if p.grad is not None], max_norm, eps=1e-6)
        optimizer.step()
        return float(loss.detach()), state

    model.train()
    losses, state = [], None
    for batch in iter(batches):
        value, new = one(state, *batch)
        losses.append(value)
        if carry_state:
            state = tree_map(lambda t: t.detach().clone(), new)
    return losses
