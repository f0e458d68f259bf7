"""Precomputed inputs, preallocated buffers, einsum, own backward pass for TBPTT, foreach functions."""
from __future__ import annotations

import copy
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn


def rnn_step(x: Tensor, h: Tensor, w_xh: Tensor, w_hh: Tensor, b: Tensor) -> Tensor:
    return torch.cat((x, h), 1).matmul(torch.cat((w_xh, w_hh), 0)).add(b).tanh()


def rnn_forward(xs: Tensor, h0: Tensor, w_xh: Tensor, w_hh: Tensor, b: Tensor) -> tuple[Tensor, Tensor]:
    T = xs.size(0)
    pre = torch.einsum("tbi,ih->tbh", xs, w_xh) + b
    out = torch.empty(T, *h0.shape, dtype=h0.dtype, device=h0.device)
    h = h0
    for t in range(T):
        h = F.linear(h, w_hh.t()).add(pre[t]).tanh()
        out[t] = h
    return out, h


@torch.no_grad()
def rnn_bptt(
    xs: Tensor, h0: Tensor, w_xh: Tensor, w_hh: Tensor, b: Tensor, grad_hs: Tensor
) -> tuple[Tensor, Tensor, Tensor, Tensor, Tensor]:
    hs, _ = rnn_forward(xs, h0, w_xh, w_hh, b)
    before = torch.cat([h0[None], hs[:-1]])
    slope = 1 - hs.square()
    delta = grad_hs.clone()
    for t in range(len(xs) - 1, -1, -1):
        delta[t] *= slope[t]
        if t:
            delta[t - 1].addmm_(delta[t], w_hh.mT)
    return (
        torch.einsum("tbh,ih->tbi", delta, w_xh),
        delta[0] @ w_hh.mT,
        torch.einsum("tbi,tbh->ih", xs, delta),
        torch.einsum("tbg,tbh->gh", before, delta),
        torch.einsum("tbh->h", delta),
    )


def detach_state(state: Any) -> Any:
    if torch.is_tensor(state):
        return state.data
    if isinstance(state, tuple):
        make = getattr(state, "_make", type(state))
        return make(map(detach_state, state))
    if isinstance(state, (list, dict)):
        twin = copy.copy(state)
        for key in state if isinstance(state, dict) else range(len(state)):
            twin[key] = detach_state(state[key])
        return twin
    return state


def tbptt_grads(
    xs: Tensor, ys: Tensor, h0: Tensor, w_xh: Tensor, w_hh: Tensor, b: Tensor, k: int
) -> tuple[Tensor, Tensor, Tensor]:
    if k < 1:
        raise ValueError(f"k = {k}")
    total = [torch.zeros_like(w_xh), torch.zeros_like(w_hh), torch.zeros_like(b)]
    total = [t.detach() for t in total]
    with torch.no_grad():
        h = h0
        for x, y in zip(xs.split(k), ys.split(k)):
            hs, last = rnn_forward(x, h, w_xh, w_hh, b)
            for acc, g in zip(total, rnn_bptt(x, h, w_xh, w_hh, b, hs - y)[2:]):
                acc += g
            h = last
    return tuple(total)


def clip_grad_norm_(grads: Sequence[Tensor | None], max_norm: float, eps: float = 1e-6) -> float:
    some = list(filter(torch.is_tensor, grads))
    if not some:
        return 0.0
    norm = torch.linalg.vector_norm(torch.stack([torch.linalg.vector_norm(g) for g in some])).item()
    if norm > max_norm:
        torch._foreach_mul_(some, max_norm / (norm + eps))
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
    model.train(True)
    params = [p for group in optimizer.param_groups for p in group["params"]]
    history: list[Tensor] = []
    state = None
    for pair in batches:
        x, target = pair
        for p in params:
            p.grad = None
        y, state = model(x, detach_state(state) if carry_state else None)
        loss = loss_fn(y, target)
        torch.autograd.backward(loss)
        clip_grad_norm_([p.grad for p in params], max_norm)
        optimizer.step()
        history.append(loss.detach().clone())
    return torch.stack(history).tolist() if history else []
