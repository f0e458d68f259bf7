"""Plausible wrong versions of `tbptt_grads`, each with its misconception."""

from __future__ import annotations

import torch
from torch import Tensor

from grader.mutants import mutant


@mutant(
    en="Your chunks are aligned at the end: the short one comes first instead of last.",
    zh="你的分段是从末尾对齐的：较短的一段在最前面，而不是在最后。",
)
def short_chunk_first(
    xs: Tensor, ys: Tensor, h0: Tensor, w_xh: Tensor, w_hh: Tensor, b: Tensor, k: int
) -> tuple[Tensor, Tensor, Tensor]:
    if k <= 0:
        raise ValueError("a chunk has at least one step")
    weights = [weight.detach().requires_grad_() for weight in (w_xh, w_hh, b)]
    h, loss = h0.detach(), xs.new_zeros(())
    for t in range(len(xs)):
        if (len(xs) - t) % k == 0:
            h = h.detach()
        h = torch.tanh(xs[t] @ weights[0] + h @ weights[1] + weights[2])
        loss = loss + 0.5 * (h - ys[t]).square().sum()
    dw_xh, dw_hh, db = torch.autograd.grad(loss, weights)
    return dw_xh, dw_hh, db


@mutant(
    en="Your borders lie one step early: the first chunk has k − 1 steps.",
    zh="你的边界早了一步：第一段只有 k − 1 步。",
)
def border_one_step_early(
    xs: Tensor, ys: Tensor, h0: Tensor, w_xh: Tensor, w_hh: Tensor, b: Tensor, k: int
) -> tuple[Tensor, Tensor, Tensor]:
    if k <= 0:
        raise ValueError("a chunk has at least one step")
    weights = [weight.detach().requires_grad_() for weight in (w_xh, w_hh, b)]
    h, loss = h0.detach(), xs.new_zeros(())
    for t in range(len(xs)):
        if (t + 1) % k == 0:
            h = h.detach()
        h = torch.tanh(xs[t] @ weights[0] + h @ weights[1] + weights[2])
        loss = loss + 0.5 * (h - ys[t]).square().sum()
    dw_xh, dw_hh, db = torch.autograd.grad(loss, weights)
    return dw_xh, dw_hh, db


@mutant(
    en="Your borders lie one step late: the first chunk has k + 1 steps.",
    zh="你的边界晚了一步：第一段有 k + 1 步。",
)
def border_one_step_late(
    xs: Tensor, ys: Tensor, h0: Tensor, w_xh: Tensor, w_hh: Tensor, b: Tensor, k: int
) -> tuple[Tensor, Tensor, Tensor]:
    if k <= 0:
        raise ValueError("a chunk has at least one step")
    weights = [weight.detach().requires_grad_() for weight in (w_xh, w_hh, b)]
    h, loss = h0.detach(), xs.new_zeros(())
    for t in range(len(xs)):
        if t > 1 and (t - 1) % k == 0:
            h = h.detach()
        h = torch.tanh(xs[t] @ weights[0] + h @ weights[1] + weights[2])
        loss = loss + 0.5 * (h - ys[t]).square().sum()
    dw_xh, dw_hh, db = torch.autograd.grad(loss, weights)
    return dw_xh, dw_hh, db


@mutant(
    en="Your chunks have k + 1 steps.",
    zh="你的每一段有 k + 1 步。",
)
def chunks_of_k_plus_one(
    xs: Tensor, ys: Tensor, h0: Tensor, w_xh: Tensor, w_hh: Tensor, b: Tensor, k: int
) -> tuple[Tensor, Tensor, Tensor]:
    if k <= 0:
        raise ValueError("a chunk has at least one step")
    weights = [weight.detach().requires_grad_() for weight in (w_xh, w_hh, b)]
    h, loss = h0.detach(), xs.new_zeros(())
    for t in range(len(xs)):
        if t % (k + 1) == 0:
            h = h.detach()
        h = torch.tanh(xs[t] @ weights[0] + h @ weights[1] + weights[2])
        loss = loss + 0.5 * (h - ys[t]).square().sum()
    dw_xh, dw_hh, db = torch.autograd.grad(loss, weights)
    return dw_xh, dw_hh, db


@mutant(
    en="Your function leaves its gradients in `.grad` of the caller's weights, and makes them require grad.",
    zh="你的函数在调用者权重的 `.grad` 里留下了梯度，还让它们变成需要梯度的。",
)
def fills_grad_of_the_arguments(
    xs: Tensor, ys: Tensor, h0: Tensor, w_xh: Tensor, w_hh: Tensor, b: Tensor, k: int
) -> tuple[Tensor, Tensor, Tensor]:
    if k <= 0:
        raise ValueError("a chunk has at least one step")
    weights = [w_xh, w_hh, b]
    for weight in weights:
        weight.requires_grad_()
        weight.grad = None
    h = h0.detach()
    for start in range(0, len(xs), k):
        h, loss = h.detach(), xs.new_zeros(())
        for x, y in zip(xs[start : start + k], ys[start : start + k], strict=True):
            h = torch.tanh(x @ w_xh + h @ w_hh + b)
            loss = loss + 0.5 * (h - y).square().sum()
        loss.backward()
    return w_xh.grad, w_hh.grad, b.grad
