"""Plausible wrong versions of `sgd_step_`, each with its misconception."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

from grader.mutants import mutant


@mutant(
    en="Your step goes up the gradient: the update is added instead of subtracted.",
    zh="你的更新沿梯度上升：更新量被加上而不是减去。",
)
def uphill(
    params: Sequence[Tensor],
    grads: Sequence[Tensor | None],
    *,
    lr: float,
    weight_decay: float = 0.0,
) -> None:
    with torch.no_grad():
        for param, grad in zip(params, grads, strict=True):
            if grad is None:
                continue
            param.add_(lr * (grad + weight_decay * param))


@mutant(
    en="Your step puts new tensors into the list `params` and leaves the caller's parameters as they were.",
    zh="你的代码把新张量放进列表 `params`，调用者手里的参数没有变化。",
)
def rebinds_the_list(
    params: Sequence[Tensor],
    grads: Sequence[Tensor | None],
    *,
    lr: float,
    weight_decay: float = 0.0,
) -> None:
    with torch.no_grad():
        for index, (param, grad) in enumerate(zip(params, grads, strict=True)):
            if grad is None:
                continue
            params[index] = (param - lr * (grad + weight_decay * param)).detach().requires_grad_()


@mutant(
    en="Your step assigns to `.data`, which gives the parameter new memory: other views keep the old values.",
    zh="你的代码给 `.data` 赋值，参数换了一块内存：其他视图和引用仍是旧值。",
)
def replaces_the_storage(
    params: Sequence[Tensor],
    grads: Sequence[Tensor | None],
    *,
    lr: float,
    weight_decay: float = 0.0,
) -> None:
    with torch.no_grad():
        for param, grad in zip(params, grads, strict=True):
            if grad is None:
                continue
            param.data = param.data - lr * (grad + weight_decay * param.data)


@mutant(
    en="Your step changes a leaf in place while autograd is recording, which raises an error.",
    zh="你的代码在自动求导仍在记录时原地修改叶子张量，因而报错。",
)
def records_the_step(
    params: Sequence[Tensor],
    grads: Sequence[Tensor | None],
    *,
    lr: float,
    weight_decay: float = 0.0,
) -> None:
    for param, grad in zip(params, grads, strict=True):
        if grad is not None:
            param.sub_(lr * (grad + weight_decay * param))


@mutant(
    en="Your step adds the weight decay to the caller's gradient in place.",
    zh="你的代码把权重衰减项原地加进了调用者的梯度。",
)
def decays_into_the_gradient(
    params: Sequence[Tensor],
    grads: Sequence[Tensor | None],
    *,
    lr: float,
    weight_decay: float = 0.0,
) -> None:
    with torch.no_grad():
        for param, grad in zip(params, grads, strict=True):
            if grad is None:
                continue
            grad.add_(param, alpha=weight_decay)
            param.sub_(lr * grad)


@mutant(en="Your weight decay is not multiplied by the learning rate.", zh="你的权重衰减没有乘学习率。")
def decay_without_lr(
    params: Sequence[Tensor],
    grads: Sequence[Tensor | None],
    *,
    lr: float,
    weight_decay: float = 0.0,
) -> None:
    with torch.no_grad():
        for param, grad in zip(params, grads, strict=True):
            if grad is None:
                continue
            param.sub_(lr * grad + weight_decay * param)


@mutant(en="Your step sets the gradients to zero after using them.", zh="你的代码用完梯度后把它们清零了。")
def zeroes_the_gradients(
    params: Sequence[Tensor],
    grads: Sequence[Tensor | None],
    *,
    lr: float,
    weight_decay: float = 0.0,
) -> None:
    with torch.no_grad():
        for param, grad in zip(params, grads, strict=True):
            if grad is None:
                continue
            param.sub_(lr * (grad + weight_decay * param))
            grad.zero_()


@mutant(
    en="Your weight decay acts on the parameter after the gradient step instead of on the one before it.",
    zh="你的权重衰减作用在梯度步之后的参数上，而不是更新前的参数。",
)
def decays_after_the_step(
    params: Sequence[Tensor],
    grads: Sequence[Tensor | None],
    *,
    lr: float,
    weight_decay: float = 0.0,
) -> None:
    with torch.no_grad():
        for param, grad in zip(params, grads, strict=True):
            if grad is None:
                continue
            param.sub_(lr * grad)
            param.mul_(1 - lr * weight_decay)


@mutant(
    en="Your step treats a missing gradient as zero, so that the parameter still decays.",
    zh="你的代码把缺失的梯度当作零，参数仍会衰减。",
)
def missing_counts_as_zero(
    params: Sequence[Tensor],
    grads: Sequence[Tensor | None],
    *,
    lr: float,
    weight_decay: float = 0.0,
) -> None:
    with torch.no_grad():
        for param, grad in zip(params, grads, strict=True):
            grad = torch.zeros_like(param) if grad is None else grad
            param.sub_(lr * (grad + weight_decay * param))


@mutant(en="Your step ignores `weight_decay`.", zh="你的代码忽略了 `weight_decay`。")
def no_decay(
    params: Sequence[Tensor],
    grads: Sequence[Tensor | None],
    *,
    lr: float,
    weight_decay: float = 0.0,
) -> None:
    with torch.no_grad():
        for param, grad in zip(params, grads, strict=True):
            if grad is None:
                continue
            param.sub_(lr * grad)
