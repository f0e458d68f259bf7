"""Backpropagation through time for a tanh RNN, by hand and by autograd, whole and truncated.

Shapes: T time steps, B batch, I inputs, H hidden units. The cell is h_t = tanh(x_t W_xh + h_{t-1} W_hh + b).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import torch
from torch import Tensor, nn


def rnn_step(
    x: Tensor,  # (B, I)
    h: Tensor,  # (B, H)
    w_xh: Tensor,  # (I, H)
    w_hh: Tensor,  # (H, H)
    b: Tensor,  # (H,)
) -> Tensor:  # (B, H)
    """Returns the next hidden state tanh(x W_xh + h W_hh + b); the arguments stay as they are."""
    return torch.tanh(x @ w_xh + h @ w_hh + b)


def rnn_forward(
    xs: Tensor,  # (T, B, I)
    h0: Tensor,  # (B, H)
    w_xh: Tensor,  # (I, H)
    w_hh: Tensor,  # (H, H)
    b: Tensor,  # (H,)
) -> tuple[Tensor, Tensor]:  # (T, B, H), (B, H)
    """Runs the cell over a sequence and returns all hidden states h_1 ... h_T, stacked, and the last one.

    For T = 0 these are an empty (0, B, H) tensor and h0. Gradients flow through every step.
    """
    h, states = h0, []
    for x in xs:
        h = torch.tanh(x @ w_xh + h @ w_hh + b)
        states.append(h)
    if not states:
        return h0.new_empty(0, *h0.shape), h0
    return torch.stack(states), h


def rnn_bptt(
    xs: Tensor,  # (T, B, I)
    h0: Tensor,  # (B, H)
    w_xh: Tensor,  # (I, H)
    w_hh: Tensor,  # (H, H)
    b: Tensor,  # (H,)
    grad_hs: Tensor,  # (T, B, H)
) -> tuple[Tensor, Tensor, Tensor, Tensor, Tensor]:  # shaped like xs, h0, w_xh, w_hh, b
    """Returns (dxs, dh0, dw_xh, dw_hh, db) by hand, without autograd.

    `grad_hs[t]` is the gradient that reaches the hidden state of step t from the outside, besides what comes back from
    step t + 1. The gradients of the weights are sums over time and batch.
    """
    states = [h0]  # states[t] is the state before step t
    for x in xs:
        states.append(torch.tanh(x @ w_xh + states[-1] @ w_hh + b))
    dxs, dh = torch.empty_like(xs), torch.zeros_like(h0)
    dw_xh, dw_hh, db = torch.zeros_like(w_xh), torch.zeros_like(w_hh), torch.zeros_like(b)
    for t in reversed(range(len(xs))):
        da = (dh + grad_hs[t]) * (1 - states[t + 1] ** 2)  # tanh' from its own output
        dxs[t] = da @ w_xh.T
        dw_xh += xs[t].T @ da
        dw_hh += states[t].T @ da
        db += da.sum(dim=0)
        dh = da @ w_hh.T
    return dxs, dh, dw_xh, dw_hh, db


def detach_state(state: Any) -> Any:
    """Returns the same structure with every tensor detached from the graph, in the same memory.

    `state` is a tensor, a tuple (also a named one), a list, a dict, anything else such as None, or a nesting of these.
    Tuples stay tuples, lists stay lists, dicts stay dicts with the same keys, and a named tuple keeps its own type.
    What is neither a tensor nor a container comes back as the same object. The state that was given stays as it was.
    """
    if isinstance(state, Tensor):
        return state.detach()
    if isinstance(state, dict):
        return {key: detach_state(value) for key, value in state.items()}
    if isinstance(state, (tuple, list)):
        parts = [detach_state(part) for part in state]
        return type(state)(*parts) if hasattr(state, "_fields") else type(state)(parts)
    return state


def tbptt_grads(
    xs: Tensor,  # (T, B, I)
    ys: Tensor,  # (T, B, H)
    h0: Tensor,  # (B, H)
    w_xh: Tensor,  # (I, H)
    w_hh: Tensor,  # (H, H)
    b: Tensor,  # (H,)
    k: int,
) -> tuple[Tensor, Tensor, Tensor]:  # (I, H), (H, H), (H,)
    """Returns (dw_xh, dw_hh, db) of the loss Σ ½(h_t − y_t)², truncated to chunks of k steps.

    Chunks start at step 0; the last may be shorter. The value of the state passes a border between chunks, its
    gradient does not. The gradients of all chunks are summed. No argument changes, nor its `.grad`.

    Raises:
        ValueError: if k is not positive.
    """
    if k <= 0:
        raise ValueError("a chunk has at least one step")
    weights = [weight.detach().requires_grad_() for weight in (w_xh, w_hh, b)]  # leaves beside the caller's
    dw_xh, dw_hh, db = (torch.zeros_like(weight) for weight in weights)
    h = h0
    for start in range(0, len(xs), k):
        chunk = slice(start, start + k)
        h, loss = h.detach(), xs.new_zeros(())
        for x, y in zip(xs[chunk], ys[chunk], strict=True):
            h = torch.tanh(x @ weights[0] + h @ weights[1] + weights[2])
            loss = loss + 0.5 * (h - y).square().sum()
        grads = torch.autograd.grad(loss, weights)
        dw_xh, dw_hh, db = dw_xh + grads[0], dw_hh + grads[1], db + grads[2]
    return dw_xh, dw_hh, db


def clip_grad_norm_(grads: Sequence[Tensor | None], max_norm: float, eps: float = 1e-6) -> float:
    """Scales all gradients in place by one factor, min(1, max_norm / (norm + eps)), and returns the norm before that.

    The norm is the Euclidean norm of all elements of all gradients together, as a Python float. `None` is skipped;
    without any gradient the norm is 0.0.
    """
    present = [grad for grad in grads if grad is not None]
    squares = [float(grad.square().sum()) for grad in present]
    norm = math.sqrt(sum(squares))
    factor = min(1.0, max_norm / (norm + eps))
    for grad in present:
        grad.mul_(factor)
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
    """Trains for one epoch in training mode and returns the loss of every batch as a Python float.

    `model(x, state)` returns (y, new state); the loss is `loss_fn(y, target)`. The first state is None. With
    `carry_state` the later ones are the model's own last state, detached; without it they are None too. Before every
    step of the optimizer the gradients of all the model's parameters are clipped together to `max_norm`, with
    eps = 1e-6.
    """

    def detached(state: Any) -> Any:
        if isinstance(state, Tensor):
            return state.detach()
        if isinstance(state, dict):
            return {key: detached(value) for key, value in state.items()}
        if isinstance(state, (tuple, list)):
            parts = [detached(part) for part in state]
            return type(state)(*parts) if hasattr(state, "_fields") else type(state)(parts)
        return state

    model.train()
    losses, state = [], None
    for x, target in batches:
        optimizer.zero_grad()
        given = detached(state) if carry_state else None
        y, state = model(x, given)
        loss = loss_fn(y, target)
        loss.backward()  # type: ignore[no-untyped-call]
        grads = [parameter.grad for parameter in model.parameters() if parameter.grad is not None]
        norm = math.sqrt(sum(float(grad.square().sum()) for grad in grads))
        for grad in grads:
            grad.mul_(min(1.0, max_norm / (norm + 1e-6)))
        optimizer.step()
        losses.append(loss.item())
    return losses
