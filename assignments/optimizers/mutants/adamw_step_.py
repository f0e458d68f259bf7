"""Plausible wrong versions of `adamw_step_`, each with its misconception."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor

from grader.mutants import mutant


@mutant(
    en="Your weight decay is added to the gradient, so that it is divided by √v̂ too: that is Adam with L2.",
    zh="你的权重衰减加进了梯度，于是也会除以 √v̂：那是带 L2 的 Adam。",
)
def decay_through_the_gradient(
    params: Sequence[Tensor],
    grads: Sequence[Tensor | None],
    state: dict[int, dict[str, Any]],
    *,
    lr: float = 1e-3,
    betas: tuple[float, float] = (0.9, 0.999),
    eps: float = 1e-8,
    weight_decay: float = 1e-2,
) -> None:
    beta1, beta2 = betas
    with torch.no_grad():
        for index, (param, grad) in enumerate(zip(params, grads, strict=True)):
            if grad is None:
                continue
            grad = grad + weight_decay * param
            slot = state.setdefault(index, {"t": 0, "m": torch.zeros_like(param), "v": torch.zeros_like(param)})
            slot["t"] += 1
            slot["m"].mul_(beta1).add_((1 - beta1) * grad)
            slot["v"].mul_(beta2).add_((1 - beta2) * grad * grad)
            mean = slot["m"] / (1 - beta1 ** slot["t"])
            square = slot["v"] / (1 - beta2 ** slot["t"])
            param.sub_(lr * mean / (square.sqrt() + eps))


@mutant(en="Your weight decay is not multiplied by the learning rate.", zh="你的权重衰减没有乘学习率。")
def decay_without_lr(
    params: Sequence[Tensor],
    grads: Sequence[Tensor | None],
    state: dict[int, dict[str, Any]],
    *,
    lr: float = 1e-3,
    betas: tuple[float, float] = (0.9, 0.999),
    eps: float = 1e-8,
    weight_decay: float = 1e-2,
) -> None:
    beta1, beta2 = betas
    with torch.no_grad():
        for index, (param, grad) in enumerate(zip(params, grads, strict=True)):
            if grad is None:
                continue
            slot = state.setdefault(index, {"t": 0, "m": torch.zeros_like(param), "v": torch.zeros_like(param)})
            slot["t"] += 1
            slot["m"].mul_(beta1).add_((1 - beta1) * grad)
            slot["v"].mul_(beta2).add_((1 - beta2) * grad * grad)
            mean = slot["m"] / (1 - beta1 ** slot["t"])
            square = slot["v"] / (1 - beta2 ** slot["t"])
            param.mul_(1 - weight_decay)
            param.sub_(lr * mean / (square.sqrt() + eps))


@mutant(
    en="Your decay is applied after the Adam step, so that it shrinks that step as well.",
    zh="你的衰减在 Adam 步之后才做，连这一步本身也被缩小。",
)
def decays_after_the_step(
    params: Sequence[Tensor],
    grads: Sequence[Tensor | None],
    state: dict[int, dict[str, Any]],
    *,
    lr: float = 1e-3,
    betas: tuple[float, float] = (0.9, 0.999),
    eps: float = 1e-8,
    weight_decay: float = 1e-2,
) -> None:
    beta1, beta2 = betas
    with torch.no_grad():
        for index, (param, grad) in enumerate(zip(params, grads, strict=True)):
            if grad is None:
                continue
            slot = state.setdefault(index, {"t": 0, "m": torch.zeros_like(param), "v": torch.zeros_like(param)})
            slot["t"] += 1
            slot["m"].mul_(beta1).add_((1 - beta1) * grad)
            slot["v"].mul_(beta2).add_((1 - beta2) * grad * grad)
            mean = slot["m"] / (1 - beta1 ** slot["t"])
            square = slot["v"] / (1 - beta2 ** slot["t"])
            param.sub_(lr * mean / (square.sqrt() + eps))
            param.mul_(1 - lr * weight_decay)


@mutant(en="Your decay is divided by √v̂ + ε together with the mean.", zh="你的衰减项和均值一起除以了 √v̂ + ε。")
def decay_divided_by_the_root(
    params: Sequence[Tensor],
    grads: Sequence[Tensor | None],
    state: dict[int, dict[str, Any]],
    *,
    lr: float = 1e-3,
    betas: tuple[float, float] = (0.9, 0.999),
    eps: float = 1e-8,
    weight_decay: float = 1e-2,
) -> None:
    beta1, beta2 = betas
    with torch.no_grad():
        for index, (param, grad) in enumerate(zip(params, grads, strict=True)):
            if grad is None:
                continue
            slot = state.setdefault(index, {"t": 0, "m": torch.zeros_like(param), "v": torch.zeros_like(param)})
            slot["t"] += 1
            slot["m"].mul_(beta1).add_((1 - beta1) * grad)
            slot["v"].mul_(beta2).add_((1 - beta2) * grad * grad)
            mean = slot["m"] / (1 - beta1 ** slot["t"])
            square = slot["v"] / (1 - beta2 ** slot["t"])
            param.sub_(lr * (mean + weight_decay * param) / (square.sqrt() + eps))


@mutant(en="Your step decays parameters whose gradient is `None`.", zh="梯度为 `None` 的参数也被你衰减了。")
def decays_without_a_gradient(
    params: Sequence[Tensor],
    grads: Sequence[Tensor | None],
    state: dict[int, dict[str, Any]],
    *,
    lr: float = 1e-3,
    betas: tuple[float, float] = (0.9, 0.999),
    eps: float = 1e-8,
    weight_decay: float = 1e-2,
) -> None:
    beta1, beta2 = betas
    with torch.no_grad():
        for index, (param, grad) in enumerate(zip(params, grads, strict=True)):
            param.mul_(1 - lr * weight_decay)
            if grad is None:
                continue
            slot = state.setdefault(index, {"t": 0, "m": torch.zeros_like(param), "v": torch.zeros_like(param)})
            slot["t"] += 1
            slot["m"].mul_(beta1).add_((1 - beta1) * grad)
            slot["v"].mul_(beta2).add_((1 - beta2) * grad * grad)
            mean = slot["m"] / (1 - beta1 ** slot["t"])
            square = slot["v"] / (1 - beta2 ** slot["t"])
            param.sub_(lr * mean / (square.sqrt() + eps))


@mutant(en="Your default `weight_decay` is 0 instead of 0.01.", zh="你的 `weight_decay` 默认值是 0，而不是 0.01。")
def default_decay_is_zero(
    params: Sequence[Tensor],
    grads: Sequence[Tensor | None],
    state: dict[int, dict[str, Any]],
    *,
    lr: float = 1e-3,
    betas: tuple[float, float] = (0.9, 0.999),
    eps: float = 1e-8,
    weight_decay: float = 0.0,
) -> None:
    beta1, beta2 = betas
    with torch.no_grad():
        for index, (param, grad) in enumerate(zip(params, grads, strict=True)):
            if grad is None:
                continue
            slot = state.setdefault(index, {"t": 0, "m": torch.zeros_like(param), "v": torch.zeros_like(param)})
            slot["t"] += 1
            slot["m"].mul_(beta1).add_((1 - beta1) * grad)
            slot["v"].mul_(beta2).add_((1 - beta2) * grad * grad)
            mean = slot["m"] / (1 - beta1 ** slot["t"])
            square = slot["v"] / (1 - beta2 ** slot["t"])
            param.mul_(1 - lr * weight_decay)
            param.sub_(lr * mean / (square.sqrt() + eps))


@mutant(
    en="Your moments are not corrected for their start at zero: the early steps have the wrong size.",
    zh="你的矩没有做偏差修正：最初几步的步长不对。",
)
def no_bias_correction(
    params: Sequence[Tensor],
    grads: Sequence[Tensor | None],
    state: dict[int, dict[str, Any]],
    *,
    lr: float = 1e-3,
    betas: tuple[float, float] = (0.9, 0.999),
    eps: float = 1e-8,
    weight_decay: float = 1e-2,
) -> None:
    beta1, beta2 = betas
    with torch.no_grad():
        for index, (param, grad) in enumerate(zip(params, grads, strict=True)):
            if grad is None:
                continue
            slot = state.setdefault(index, {"t": 0, "m": torch.zeros_like(param), "v": torch.zeros_like(param)})
            slot["t"] += 1
            slot["m"].mul_(beta1).add_((1 - beta1) * grad)
            slot["v"].mul_(beta2).add_((1 - beta2) * grad * grad)
            mean, square = slot["m"], slot["v"]
            param.mul_(1 - lr * weight_decay)
            param.sub_(lr * mean / (square.sqrt() + eps))


@mutant(en="Your step ignores `weight_decay`.", zh="你的代码忽略了 `weight_decay`。")
def no_decay(
    params: Sequence[Tensor],
    grads: Sequence[Tensor | None],
    state: dict[int, dict[str, Any]],
    *,
    lr: float = 1e-3,
    betas: tuple[float, float] = (0.9, 0.999),
    eps: float = 1e-8,
    weight_decay: float = 1e-2,
) -> None:
    beta1, beta2 = betas
    with torch.no_grad():
        for index, (param, grad) in enumerate(zip(params, grads, strict=True)):
            if grad is None:
                continue
            slot = state.setdefault(index, {"t": 0, "m": torch.zeros_like(param), "v": torch.zeros_like(param)})
            slot["t"] += 1
            slot["m"].mul_(beta1).add_((1 - beta1) * grad)
            slot["v"].mul_(beta2).add_((1 - beta2) * grad * grad)
            mean = slot["m"] / (1 - beta1 ** slot["t"])
            square = slot["v"] / (1 - beta2 ** slot["t"])
            param.sub_(lr * mean / (square.sqrt() + eps))


@mutant(
    en="Your step treats a zero gradient as a missing one and does not decay.",
    zh="你把零梯度当作缺失的梯度，没有做衰减。",
)
def zero_gradient_skipped(
    params: Sequence[Tensor],
    grads: Sequence[Tensor | None],
    state: dict[int, dict[str, Any]],
    *,
    lr: float = 1e-3,
    betas: tuple[float, float] = (0.9, 0.999),
    eps: float = 1e-8,
    weight_decay: float = 1e-2,
) -> None:
    beta1, beta2 = betas
    with torch.no_grad():
        for index, (param, grad) in enumerate(zip(params, grads, strict=True)):
            if grad is None:
                continue
            if not grad.any():
                continue
            slot = state.setdefault(index, {"t": 0, "m": torch.zeros_like(param), "v": torch.zeros_like(param)})
            slot["t"] += 1
            slot["m"].mul_(beta1).add_((1 - beta1) * grad)
            slot["v"].mul_(beta2).add_((1 - beta2) * grad * grad)
            mean = slot["m"] / (1 - beta1 ** slot["t"])
            square = slot["v"] / (1 - beta2 ** slot["t"])
            param.mul_(1 - lr * weight_decay)
            param.sub_(lr * mean / (square.sqrt() + eps))


@mutant(en="Your ε stands inside the root.", zh="你的 ε 写在了根号里面。")
def eps_inside_the_root(
    params: Sequence[Tensor],
    grads: Sequence[Tensor | None],
    state: dict[int, dict[str, Any]],
    *,
    lr: float = 1e-3,
    betas: tuple[float, float] = (0.9, 0.999),
    eps: float = 1e-8,
    weight_decay: float = 1e-2,
) -> None:
    beta1, beta2 = betas
    with torch.no_grad():
        for index, (param, grad) in enumerate(zip(params, grads, strict=True)):
            if grad is None:
                continue
            slot = state.setdefault(index, {"t": 0, "m": torch.zeros_like(param), "v": torch.zeros_like(param)})
            slot["t"] += 1
            slot["m"].mul_(beta1).add_((1 - beta1) * grad)
            slot["v"].mul_(beta2).add_((1 - beta2) * grad * grad)
            mean = slot["m"] / (1 - beta1 ** slot["t"])
            square = slot["v"] / (1 - beta2 ** slot["t"])
            param.mul_(1 - lr * weight_decay)
            param.sub_(lr * mean / (square + eps).sqrt())


@mutant(
    en="Your step count counts calls, so that a parameter whose gradient came late is corrected wrongly.",
    zh="你的步数数的是调用次数，梯度来得晚的参数修正错误。",
)
def counts_calls(
    params: Sequence[Tensor],
    grads: Sequence[Tensor | None],
    state: dict[int, dict[str, Any]],
    *,
    lr: float = 1e-3,
    betas: tuple[float, float] = (0.9, 0.999),
    eps: float = 1e-8,
    weight_decay: float = 1e-2,
) -> None:
    beta1, beta2 = betas
    with torch.no_grad():
        for index, (param, grad) in enumerate(zip(params, grads, strict=True)):
            slot = state.setdefault(index, {"t": 0, "m": torch.zeros_like(param), "v": torch.zeros_like(param)})
            slot["t"] += 1
            if grad is None:
                continue
            slot["m"].mul_(beta1).add_((1 - beta1) * grad)
            slot["v"].mul_(beta2).add_((1 - beta2) * grad * grad)
            mean = slot["m"] / (1 - beta1 ** slot["t"])
            square = slot["v"] / (1 - beta2 ** slot["t"])
            param.mul_(1 - lr * weight_decay)
            param.sub_(lr * mean / (square.sqrt() + eps))


@mutant(en="Your decay makes the parameter larger: its sign is wrong.", zh="你的衰减让参数变大：符号错了。")
def decays_upwards(
    params: Sequence[Tensor],
    grads: Sequence[Tensor | None],
    state: dict[int, dict[str, Any]],
    *,
    lr: float = 1e-3,
    betas: tuple[float, float] = (0.9, 0.999),
    eps: float = 1e-8,
    weight_decay: float = 1e-2,
) -> None:
    beta1, beta2 = betas
    with torch.no_grad():
        for index, (param, grad) in enumerate(zip(params, grads, strict=True)):
            if grad is None:
                continue
            slot = state.setdefault(index, {"t": 0, "m": torch.zeros_like(param), "v": torch.zeros_like(param)})
            slot["t"] += 1
            slot["m"].mul_(beta1).add_((1 - beta1) * grad)
            slot["v"].mul_(beta2).add_((1 - beta2) * grad * grad)
            mean = slot["m"] / (1 - beta1 ** slot["t"])
            square = slot["v"] / (1 - beta2 ** slot["t"])
            param.mul_(1 + lr * weight_decay)
            param.sub_(lr * mean / (square.sqrt() + eps))


@mutant(
    en="Your step scales the caller's gradients in place.",
    zh="你的代码原地缩放了调用者的梯度。",
)
def scales_the_gradients(
    params: Sequence[Tensor],
    grads: Sequence[Tensor | None],
    state: dict[int, dict[str, Any]],
    *,
    lr: float = 1e-3,
    betas: tuple[float, float] = (0.9, 0.999),
    eps: float = 1e-8,
    weight_decay: float = 1e-2,
) -> None:
    beta1, beta2 = betas
    with torch.no_grad():
        for index, (param, grad) in enumerate(zip(params, grads, strict=True)):
            if grad is None:
                continue
            slot = state.setdefault(index, {"t": 0, "m": torch.zeros_like(param), "v": torch.zeros_like(param)})
            slot["t"] += 1
            slot["v"].mul_(beta2).add_((1 - beta2) * grad * grad)
            slot["m"].mul_(beta1).add_(grad.mul_(1 - beta1))
            mean = slot["m"] / (1 - beta1 ** slot["t"])
            square = slot["v"] / (1 - beta2 ** slot["t"])
            param.mul_(1 - lr * weight_decay)
            param.sub_(lr * mean / (square.sqrt() + eps))
