"""Slow, readable specifications of the seven tasks, which the suite trusts.

They use what the exercise withholds from the student (torch's own cell, autograd, pytree, clipping) or plain Python
numbers, and never import a submission. `SPEC` stands in the place of a student's module, so that the drivers of
`bptt_drivers` can be run on it too.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from types import SimpleNamespace
from typing import Any

import torch
from torch import Tensor, nn


def rnn_step(x: Tensor, h: Tensor, w_xh: Tensor, w_hh: Tensor, b: Tensor) -> Tensor:
    """Uses torch's cell, whose weights are transposed and whose bias comes in two parts."""
    return torch.rnn_tanh_cell(x, h, w_xh.T, w_hh.T, b, torch.zeros_like(b))


def rnn_forward(xs: Tensor, h0: Tensor, w_xh: Tensor, w_hh: Tensor, b: Tensor) -> tuple[Tensor, Tensor]:
    """Threads the state through the cell."""
    states = [h0]
    for x in xs:
        states.append(rnn_step(x, states[-1], w_xh, w_hh, b))
    hs = torch.stack(states[1:]) if states[1:] else h0.new_zeros(0, *h0.shape)
    return hs, states[-1]


def rnn_bptt(*tensors: Tensor) -> tuple[Tensor, ...]:
    """Asks autograd for the gradients of all five inputs; the last tensor is the cotangent of the states."""
    *inputs, grad_hs = tensors
    with torch.enable_grad():
        leaves = [value.detach().clone().requires_grad_() for value in inputs]
        loss = (rnn_forward(*leaves)[0] * grad_hs).sum()
        return torch.autograd.grad(loss, leaves)


def detach_state(state: Any) -> Any:
    """Maps over torch's own notion of a nested structure."""
    return torch.utils._pytree.tree_map_only(Tensor, Tensor.detach, state)


def tbptt_grads(
    xs: Tensor, ys: Tensor, h0: Tensor, w_xh: Tensor, w_hh: Tensor, b: Tensor, k: int
) -> tuple[Tensor, ...]:
    """Treats every chunk as a sequence of its own, whose first state is a copy of the last one's."""
    totals, state = [torch.zeros_like(weight) for weight in (w_xh, w_hh, b)], h0.detach().clone()
    for start in range(0, len(xs), k):
        leaves = [weight.detach().clone().requires_grad_() for weight in (w_xh, w_hh, b)]
        hs, last = rnn_forward(xs[start : start + k], state, *leaves)
        grads = torch.autograd.grad(((hs - ys[start : start + k]) ** 2).sum() / 2, leaves)
        totals = [total + grad for total, grad in zip(totals, grads, strict=True)]
        state = last.detach().clone()
    return tuple(totals)


def clip_grad_norm_(grads: Sequence[Tensor | None], max_norm: float, eps: float = 1e-6) -> float:
    """Sums the squares of Python floats."""
    present = [grad for grad in grads if grad is not None]
    norm = math.sqrt(math.fsum(value * value for grad in present for value in grad.flatten().tolist()))
    if norm > max_norm:
        for grad in present:
            grad.mul_(max_norm / (norm + eps))
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
    """Writes the loop out, with torch's own clipping."""
    model.train()
    losses: list[float] = []
    carried = None
    for x, target in batches:
        for parameter in model.parameters():
            parameter.grad = None
        y, state = model(x, carried)
        loss = loss_fn(y, target)
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), max_norm)
        optimizer.step()
        losses.append(loss.item())
        carried = detach_state(state) if carry_state else None
    return losses


SPEC = SimpleNamespace(
    rnn_step=rnn_step,
    rnn_forward=rnn_forward,
    rnn_bptt=rnn_bptt,
    detach_state=detach_state,
    tbptt_grads=tbptt_grads,
    clip_grad_norm_=clip_grad_norm_,
    train_epoch=train_epoch,
)
