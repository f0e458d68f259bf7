"""Plausible wrong versions of `identity_affine`, each with its misconception."""

from __future__ import annotations

import torch
from torch import Tensor

from grader.mutants import mutant


@mutant(
    en="Your weight is 1 and your bias 0: that is the plain normalisation, not its removal.",
    zh="你的权重是 1、偏置是 0：那只是普通的规范化，并没有撤销它。",
)
def one_and_zero(mean: Tensor, var: Tensor, eps: float = 1e-5) -> tuple[Tensor, Tensor]:
    return torch.ones_like(var), torch.zeros_like(mean)


@mutant(en="Your weight leaves out `eps`.", zh="你的权重漏掉了 `eps`。")
def eps_left_out(mean: Tensor, var: Tensor, eps: float = 1e-5) -> tuple[Tensor, Tensor]:
    return var.sqrt(), mean.clone()


@mutant(en="Your eps is added outside the root.", zh="你的 eps 加在了根号外面。")
def eps_outside_the_root(mean: Tensor, var: Tensor, eps: float = 1e-5) -> tuple[Tensor, Tensor]:
    return var.sqrt() + eps, mean.clone()


@mutant(en="Your function ignores `eps` and always uses 1e-5.", zh="你的函数忽略了 `eps`，总是使用 1e-5。")
def eps_is_fixed(mean: Tensor, var: Tensor, eps: float = 1e-5) -> tuple[Tensor, Tensor]:
    return (var + 1e-5).sqrt(), mean.clone()


@mutant(
    en="Your weight is the reciprocal of what it should be: it normalises once more.",
    zh="你的权重是正确值的倒数：它又做了一次规范化。",
)
def normalises_once_more(mean: Tensor, var: Tensor, eps: float = 1e-5) -> tuple[Tensor, Tensor]:
    return 1 / (var + eps).sqrt(), mean.clone()


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


@mutant(
    en="Your bias is the mean divided by the weight; weight and bias act after the normalisation.",
    zh="你的偏置是均值除以权重；权重和偏置作用在规范化之后。",
)
def bias_divided(mean: Tensor, var: Tensor, eps: float = 1e-5) -> tuple[Tensor, Tensor]:
    return (var + eps).sqrt(), mean / (var + eps).sqrt()


@mutant(
    en="Your bias is the mean multiplied by the weight; it should be the mean itself.",
    zh="你的偏置是均值乘以权重；应当就是均值本身。",
)
def bias_multiplied(mean: Tensor, var: Tensor, eps: float = 1e-5) -> tuple[Tensor, Tensor]:
    return (var + eps).sqrt(), mean * (var + eps).sqrt()


@mutant(
    en="Your results come in the wrong order: the bias stands before the weight.",
    zh="你的结果顺序反了：偏置排在了权重前面。",
)
def wrong_order(mean: Tensor, var: Tensor, eps: float = 1e-5) -> tuple[Tensor, Tensor]:
    return mean.clone(), (var + eps).sqrt()


@mutant(en="Your function adds eps into the caller's `var`.", zh="你的函数把 eps 加进了调用者的 `var`。")
def changes_var(mean: Tensor, var: Tensor, eps: float = 1e-5) -> tuple[Tensor, Tensor]:
    return var.add_(eps).sqrt(), mean.clone()


@mutant(
    en="Your results are float64 whatever the dtype of the inputs.", zh="不论输入是什么 dtype，你的结果总是 float64。"
)
def always_float64(mean: Tensor, var: Tensor, eps: float = 1e-5) -> tuple[Tensor, Tensor]:
    return (var.double() + eps).sqrt(), mean.double()
