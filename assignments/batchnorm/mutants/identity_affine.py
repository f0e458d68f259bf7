"""Plausible wrong versions of `identity_affine`, each with its misconception."""

from __future__ import annotations

import torch
from torch import Tensor

from grader.mutants import mutant


@mutant(en="Your weight leaves out `eps`.", zh="你的权重漏掉了 `eps`。")
def eps_left_out(mean: Tensor, var: Tensor, eps: float = 1e-5) -> tuple[Tensor, Tensor]:
    return var.sqrt(), mean.clone()


@mutant(en="Your eps is added outside the root.", zh="你的 eps 加在了根号外面。")
def eps_outside_the_root(mean: Tensor, var: Tensor, eps: float = 1e-5) -> tuple[Tensor, Tensor]:
    return var.sqrt() + eps, mean.clone()


@mutant(en="Your function ignores `eps` and always uses 1e-5.", zh="你的函数忽略了 `eps`，总是使用 1e-5。")
def eps_is_fixed(mean: Tensor, var: Tensor, eps: float = 1e-5) -> tuple[Tensor, Tensor]:
    return (var + 1e-5).sqrt(), mean.clone()


@mutant(en="Your weight lacks the root.", zh="你的权重没有开平方。")
def weight_without_root(mean: Tensor, var: Tensor, eps: float = 1e-5) -> tuple[Tensor, Tensor]:
    return var + eps, mean.clone()


@mutant(en="Your bias has the wrong sign.", zh="你的偏置符号反了。")
def mean_negated(mean: Tensor, var: Tensor, eps: float = 1e-5) -> tuple[Tensor, Tensor]:
    return (var + eps).sqrt(), -mean


@mutant(en="Your bias is 0: the mean is not put back.", zh="你的偏置是 0：均值没有被加回去。")
def bias_is_zero(mean: Tensor, var: Tensor, eps: float = 1e-5) -> tuple[Tensor, Tensor]:
    return (var + eps).sqrt(), torch.zeros_like(mean)


@mutant(en="Your weight is 1: the division is not undone.", zh="你的权重是 1：除法没有被撤销。")
def weight_is_one(mean: Tensor, var: Tensor, eps: float = 1e-5) -> tuple[Tensor, Tensor]:
    return torch.ones_like(var), mean.clone()


@mutant(en="Your function adds eps into the caller's `var`.", zh="你的函数把 eps 加进了调用者的 `var`。")
def changes_var(mean: Tensor, var: Tensor, eps: float = 1e-5) -> tuple[Tensor, Tensor]:
    return var.add_(eps).sqrt(), mean.clone()
