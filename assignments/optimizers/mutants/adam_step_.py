"""Plausible wrong versions of `adam_step_`, each with its misconception."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor

from grader.mutants import mutant


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
            param.sub_(lr * mean / (square.sqrt() + eps))


@mutant(en="Your bias correction covers m only and leaves out v.", zh="你的偏差修正只作用于 m，漏了 v。")
def only_the_mean_corrected(
    params: Sequence[Tensor],
    grads: Sequence[Tensor | None],
    state: dict[int, dict[str, Any]],
    *,
    lr: float = 1e-3,
    betas: tuple[float, float] = (0.9, 0.999),
    eps: float = 1e-8,
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
            square = slot["v"]
            param.sub_(lr * mean / (square.sqrt() + eps))


@mutant(en="Your step count is already 2 in the first step.", zh="你的步数在第一步就已经是 2。")
def count_starts_at_two(
    params: Sequence[Tensor],
    grads: Sequence[Tensor | None],
    state: dict[int, dict[str, Any]],
    *,
    lr: float = 1e-3,
    betas: tuple[float, float] = (0.9, 0.999),
    eps: float = 1e-8,
) -> None:
    beta1, beta2 = betas
    with torch.no_grad():
        for index, (param, grad) in enumerate(zip(params, grads, strict=True)):
            if grad is None:
                continue
            slot = state.setdefault(index, {"t": 1, "m": torch.zeros_like(param), "v": torch.zeros_like(param)})
            slot["t"] += 1
            slot["m"].mul_(beta1).add_((1 - beta1) * grad)
            slot["v"].mul_(beta2).add_((1 - beta2) * grad * grad)
            mean = slot["m"] / (1 - beta1 ** slot["t"])
            square = slot["v"] / (1 - beta2 ** slot["t"])
            param.sub_(lr * mean / (square.sqrt() + eps))


@mutant(
    en="Your step count is still 0 in the first step, so that the correction divides by zero.",
    zh="你的步数在第一步还是 0，偏差修正会除以零。",
)
def count_starts_at_zero(
    params: Sequence[Tensor],
    grads: Sequence[Tensor | None],
    state: dict[int, dict[str, Any]],
    *,
    lr: float = 1e-3,
    betas: tuple[float, float] = (0.9, 0.999),
    eps: float = 1e-8,
) -> None:
    beta1, beta2 = betas
    with torch.no_grad():
        for index, (param, grad) in enumerate(zip(params, grads, strict=True)):
            if grad is None:
                continue
            slot = state.setdefault(index, {"t": 0, "m": torch.zeros_like(param), "v": torch.zeros_like(param)})
            slot["m"].mul_(beta1).add_((1 - beta1) * grad)
            slot["v"].mul_(beta2).add_((1 - beta2) * grad * grad)
            mean = slot["m"] / (1 - beta1 ** slot["t"])
            square = slot["v"] / (1 - beta2 ** slot["t"])
            param.sub_(lr * mean / (square.sqrt() + eps))
            slot["t"] += 1


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
            param.sub_(lr * mean / (square.sqrt() + eps))


@mutant(
    en="Your step count is shared and grows with every parameter of a step.",
    zh="你的步数为所有参数共用，每处理一个参数就加一。",
)
def counts_parameters(
    params: Sequence[Tensor],
    grads: Sequence[Tensor | None],
    state: dict[int, dict[str, Any]],
    *,
    lr: float = 1e-3,
    betas: tuple[float, float] = (0.9, 0.999),
    eps: float = 1e-8,
) -> None:
    beta1, beta2 = betas
    clock = state.setdefault(-1, {})
    with torch.no_grad():
        for index, (param, grad) in enumerate(zip(params, grads, strict=True)):
            if grad is None:
                continue
            slot = state.setdefault(index, {"m": torch.zeros_like(param), "v": torch.zeros_like(param)})
            clock["t"] = clock.get("t", 0) + 1
            slot["m"].mul_(beta1).add_((1 - beta1) * grad)
            slot["v"].mul_(beta2).add_((1 - beta2) * grad * grad)
            mean = slot["m"] / (1 - beta1 ** clock["t"])
            square = slot["v"] / (1 - beta2 ** clock["t"])
            param.sub_(lr * mean / (square.sqrt() + eps))


@mutant(en="Your two betas are swapped.", zh="你把两个 beta 弄反了。")
def betas_swapped(
    params: Sequence[Tensor],
    grads: Sequence[Tensor | None],
    state: dict[int, dict[str, Any]],
    *,
    lr: float = 1e-3,
    betas: tuple[float, float] = (0.9, 0.999),
    eps: float = 1e-8,
) -> None:
    beta2, beta1 = betas
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


@mutant(en="Your ε stands inside the root.", zh="你的 ε 写在了根号里面。")
def eps_inside_the_root(
    params: Sequence[Tensor],
    grads: Sequence[Tensor | None],
    state: dict[int, dict[str, Any]],
    *,
    lr: float = 1e-3,
    betas: tuple[float, float] = (0.9, 0.999),
    eps: float = 1e-8,
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
            param.sub_(lr * mean / (square + eps).sqrt())


@mutant(
    en="Your ε is added before the correction of v, which scales it too.",
    zh="你在修正 v 之前就加上了 ε，于是 ε 也被缩放。",
)
def eps_before_the_correction(
    params: Sequence[Tensor],
    grads: Sequence[Tensor | None],
    state: dict[int, dict[str, Any]],
    *,
    lr: float = 1e-3,
    betas: tuple[float, float] = (0.9, 0.999),
    eps: float = 1e-8,
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
            divisor = (slot["v"].sqrt() + eps) / (1 - beta2 ** slot["t"]) ** 0.5
            param.sub_(lr * mean / divisor)


@mutant(en="Your step divides by v̂ and not by its root.", zh="你的更新除以 v̂，而没有开方。")
def no_root(
    params: Sequence[Tensor],
    grads: Sequence[Tensor | None],
    state: dict[int, dict[str, Any]],
    *,
    lr: float = 1e-3,
    betas: tuple[float, float] = (0.9, 0.999),
    eps: float = 1e-8,
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
            param.sub_(lr * mean / (square + eps))


@mutant(
    en="Your corrected moments are stored back, so that the correction is applied again and again.",
    zh="你把修正后的矩存了回去，修正被一次次重复。",
)
def corrected_moments_kept(
    params: Sequence[Tensor],
    grads: Sequence[Tensor | None],
    state: dict[int, dict[str, Any]],
    *,
    lr: float = 1e-3,
    betas: tuple[float, float] = (0.9, 0.999),
    eps: float = 1e-8,
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
            slot["m"], slot["v"] = mean, square
            param.sub_(lr * mean / (square.sqrt() + eps))


@mutant(
    en="Your step treats a missing gradient as zero: the moments shrink and the parameter keeps moving.",
    zh="你的代码把缺失的梯度当作零：矩继续衰减，参数继续移动。",
)
def missing_counts_as_zero(
    params: Sequence[Tensor],
    grads: Sequence[Tensor | None],
    state: dict[int, dict[str, Any]],
    *,
    lr: float = 1e-3,
    betas: tuple[float, float] = (0.9, 0.999),
    eps: float = 1e-8,
) -> None:
    beta1, beta2 = betas
    with torch.no_grad():
        for index, (param, grad) in enumerate(zip(params, grads, strict=True)):
            grad = torch.zeros_like(param) if grad is None else grad
            slot = state.setdefault(index, {"t": 0, "m": torch.zeros_like(param), "v": torch.zeros_like(param)})
            slot["t"] += 1
            slot["m"].mul_(beta1).add_((1 - beta1) * grad)
            slot["v"].mul_(beta2).add_((1 - beta2) * grad * grad)
            mean = slot["m"] / (1 - beta1 ** slot["t"])
            square = slot["v"] / (1 - beta2 ** slot["t"])
            param.sub_(lr * mean / (square.sqrt() + eps))


@mutant(en="Your step squares the caller's gradient in place.", zh="你的代码把调用者的梯度原地平方了。")
def squares_the_gradient(
    params: Sequence[Tensor],
    grads: Sequence[Tensor | None],
    state: dict[int, dict[str, Any]],
    *,
    lr: float = 1e-3,
    betas: tuple[float, float] = (0.9, 0.999),
    eps: float = 1e-8,
) -> None:
    beta1, beta2 = betas
    with torch.no_grad():
        for index, (param, grad) in enumerate(zip(params, grads, strict=True)):
            if grad is None:
                continue
            slot = state.setdefault(index, {"t": 0, "m": torch.zeros_like(param), "v": torch.zeros_like(param)})
            slot["t"] += 1
            slot["m"].mul_(beta1).add_((1 - beta1) * grad)
            slot["v"].mul_(beta2).add_(grad.mul_(grad), alpha=1 - beta2)
            mean = slot["m"] / (1 - beta1 ** slot["t"])
            square = slot["v"] / (1 - beta2 ** slot["t"])
            param.sub_(lr * mean / (square.sqrt() + eps))


@mutant(
    en="Your moments are looked up by shape, so that parameters of equal shape share them.",
    zh="你的矩按形状查找，形状相同的参数共用一组矩。",
)
def moments_by_shape(
    params: Sequence[Tensor],
    grads: Sequence[Tensor | None],
    state: dict[int, dict[str, Any]],
    *,
    lr: float = 1e-3,
    betas: tuple[float, float] = (0.9, 0.999),
    eps: float = 1e-8,
) -> None:
    beta1, beta2 = betas
    with torch.no_grad():
        for param, grad in zip(params, grads, strict=True):
            if grad is None:
                continue
            slot = state.setdefault(
                tuple(param.shape), {"t": 0, "m": torch.zeros_like(param), "v": torch.zeros_like(param)}
            )
            slot["t"] += 1
            slot["m"].mul_(beta1).add_((1 - beta1) * grad)
            slot["v"].mul_(beta2).add_((1 - beta2) * grad * grad)
            mean = slot["m"] / (1 - beta1 ** slot["t"])
            square = slot["v"] / (1 - beta2 ** slot["t"])
            param.sub_(lr * mean / (square.sqrt() + eps))
