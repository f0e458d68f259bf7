"""Plausible wrong versions of `sgd_step_`, each with its misconception."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

from grader.mutants import mutant


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
