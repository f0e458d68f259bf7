"""A student's submission with two typical mistakes in it; `make demo` grades it.

`momentum_step_` keeps the learning rate inside the velocity, which goes wrong as soon as the rate changes, and
`adam_step_` forgets the bias correction. The rest is right.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import torch
from torch import Tensor


@torch.no_grad()
def sgd_step_(
    params: Sequence[Tensor], grads: Sequence[Tensor | None], *, lr: float, weight_decay: float = 0.0
) -> None:
    for p, g in zip(params, grads):
        if g is not None:
            p -= lr * (g + weight_decay * p)


@torch.no_grad()
def momentum_step_(
    params: Sequence[Tensor],
    grads: Sequence[Tensor | None],
    state: dict[int, dict[str, Any]],
    *,
    lr: float,
    momentum: float = 0.9,
    weight_decay: float = 0.0,
) -> None:
    for i, (p, g) in enumerate(zip(params, grads)):
        if g is None:
            continue
        own = state.setdefault(i, {"v": torch.zeros_like(p)})
        own["v"] = momentum * own["v"] + lr * (g + weight_decay * p)
        p -= own["v"]


@torch.no_grad()
def nesterov_step_(
    params: Sequence[Tensor],
    grads: Sequence[Tensor | None],
    state: dict[int, dict[str, Any]],
    *,
    lr: float,
    momentum: float = 0.9,
) -> None:
    for i, (p, g) in enumerate(zip(params, grads)):
        if g is None:
            continue
        own = state.setdefault(i, {"v": torch.zeros_like(p)})
        own["v"] = momentum * own["v"] + g
        p -= lr * (g + momentum * own["v"])


def lookahead_step_(
    params: Sequence[Tensor],
    grad_fn: Callable[[Sequence[Tensor]], Sequence[Tensor]],
    state: dict[int, dict[str, Any]],
    *,
    lr: float,
    momentum: float = 0.9,
) -> None:
    velocities = [state.setdefault(i, {"v": torch.zeros_like(p)})["v"] for i, p in enumerate(params)]
    ahead = [p.detach() - lr * momentum * v for p, v in zip(params, velocities)]
    grads = grad_fn(ahead)
    with torch.no_grad():
        for i, (p, g, v) in enumerate(zip(params, grads, velocities)):
            state[i]["v"] = momentum * v + g
            p -= lr * state[i]["v"]


@torch.no_grad()
def adagrad_step_(
    params: Sequence[Tensor],
    grads: Sequence[Tensor | None],
    state: dict[int, dict[str, Any]],
    *,
    lr: float = 0.01,
    eps: float = 1e-10,
    eps_inside: bool = False,
) -> None:
    for i, (p, g) in enumerate(zip(params, grads)):
        if g is None:
            continue
        own = state.setdefault(i, {"s": torch.zeros_like(p)})
        own["s"] = own["s"] + g**2
        p -= lr * g / ((own["s"] + eps).sqrt() if eps_inside else own["s"].sqrt() + eps)


@torch.no_grad()
def rmsprop_step_(
    params: Sequence[Tensor],
    grads: Sequence[Tensor | None],
    state: dict[int, dict[str, Any]],
    *,
    lr: float = 0.01,
    alpha: float = 0.99,
    eps: float = 1e-8,
    eps_inside: bool = False,
) -> None:
    for i, (p, g) in enumerate(zip(params, grads)):
        if g is None:
            continue
        own = state.setdefault(i, {"s": torch.zeros_like(p)})
        own["s"] = alpha * own["s"] + (1 - alpha) * g**2
        p -= lr * g / ((own["s"] + eps).sqrt() if eps_inside else own["s"].sqrt() + eps)


@torch.no_grad()
def adam_step_(
    params: Sequence[Tensor],
    grads: Sequence[Tensor | None],
    state: dict[int, dict[str, Any]],
    *,
    lr: float = 1e-3,
    betas: tuple[float, float] = (0.9, 0.999),
    eps: float = 1e-8,
) -> None:
    for i, (p, g) in enumerate(zip(params, grads)):
        if g is None:
            continue
        own = state.setdefault(i, {"m": torch.zeros_like(p), "v": torch.zeros_like(p)})
        own["m"] = betas[0] * own["m"] + (1 - betas[0]) * g
        own["v"] = betas[1] * own["v"] + (1 - betas[1]) * g**2
        p -= lr * own["m"] / (own["v"].sqrt() + eps)


@torch.no_grad()
def adamw_step_(
    params: Sequence[Tensor],
    grads: Sequence[Tensor | None],
    state: dict[int, dict[str, Any]],
    *,
    lr: float = 1e-3,
    betas: tuple[float, float] = (0.9, 0.999),
    eps: float = 1e-8,
    weight_decay: float = 1e-2,
) -> None:
    for i, (p, g) in enumerate(zip(params, grads)):
        if g is None:
            continue
        own = state.setdefault(i, {"m": torch.zeros_like(p), "v": torch.zeros_like(p), "t": 0})
        own["t"] += 1
        own["m"] = betas[0] * own["m"] + (1 - betas[0]) * g
        own["v"] = betas[1] * own["v"] + (1 - betas[1]) * g**2
        m_hat = own["m"] / (1 - betas[0] ** own["t"])
        v_hat = own["v"] / (1 - betas[1] ** own["t"])
        p *= 1 - lr * weight_decay
        p -= lr * m_hat / (v_hat.sqrt() + eps)
