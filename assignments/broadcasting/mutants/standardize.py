"""Plausible wrong versions of `standardize`, each with its misconception."""

from __future__ import annotations

from torch import Tensor

from grader.mutants import mutant


@mutant(
    en="Your `standardize` drops the reduced dimension, so that the mean lines up with the wrong axis.",
    zh="你的 `standardize` 归约后丢掉了那个维度，均值于是与错误的轴对齐。",
)
def loses_the_dimension(x: Tensor, dim: int, eps: float = 1e-5) -> Tensor:
    return (x - x.mean(dim)) / (x.var(dim, unbiased=False) + eps).sqrt()


@mutant(
    en="Your `standardize` divides the squared deviations by n-1; the biased variance divides by n.",
    zh="你的 `standardize` 把离差平方和除以了 n-1；有偏方差应除以 n。",
)
def uses_the_unbiased_variance(x: Tensor, dim: int, eps: float = 1e-5) -> Tensor:
    return (x - x.mean(dim, keepdim=True)) / (x.var(dim, keepdim=True) + eps).sqrt()


@mutant(
    en="Your `standardize` adds eps outside the square root; it belongs inside, beside the variance.",
    zh="你的 `standardize` 把 eps 加在根号外面；它应当在根号里面，与方差相加。",
)
def adds_eps_outside_the_root(x: Tensor, dim: int, eps: float = 1e-5) -> Tensor:
    centered = x - x.mean(dim, keepdim=True)
    return centered / (centered.square().mean(dim, keepdim=True).sqrt() + eps)


@mutant(
    en="Your `standardize` always works along dimension 0, whatever `dim` says.",
    zh="不论 `dim` 是什么，你的 `standardize` 总是沿第 0 维计算。",
)
def always_takes_the_first_dim(x: Tensor, dim: int, eps: float = 1e-5) -> Tensor:
    centered = x - x.mean(0, keepdim=True)
    return centered / (centered.square().mean(0, keepdim=True) + eps).sqrt()


@mutant(
    en="Your `standardize` always works along the last dimension, whatever `dim` says.",
    zh="不论 `dim` 是什么，你的 `standardize` 总是沿最后一维计算。",
)
def always_takes_the_last_dim(x: Tensor, dim: int, eps: float = 1e-5) -> Tensor:
    centered = x - x.mean(-1, keepdim=True)
    return centered / (centered.square().mean(-1, keepdim=True) + eps).sqrt()


@mutant(
    en="Your `standardize` uses one mean and variance of all elements instead of one for each slice along `dim`.",
    zh="你的 `standardize` 对所有元素用同一个均值和方差，而不是沿 `dim` 的每个切片各用一个。",
)
def uses_global_statistics(x: Tensor, dim: int, eps: float = 1e-5) -> Tensor:
    centered = x - x.mean()
    return centered / (centered.square().mean() + eps).sqrt()


@mutant(
    en="Your `standardize` takes the mean over all elements; only the variance is computed along `dim`.",
    zh="你的 `standardize` 的均值取自所有元素，只有方差是沿 `dim` 计算的。",
)
def uses_the_global_mean(x: Tensor, dim: int, eps: float = 1e-5) -> Tensor:
    return (x - x.mean()) / (x.var(dim, unbiased=False, keepdim=True) + eps).sqrt()


@mutant(
    en="Your `standardize` changes `x` in place; the argument has to stay as it is.",
    zh="你的 `standardize` 就地修改了 `x`；参数应当保持不变。",
)
def changes_x(x: Tensor, dim: int, eps: float = 1e-5) -> Tensor:
    centered = x - x.mean(dim, keepdim=True)
    scale = (centered.square().mean(dim, keepdim=True) + eps).sqrt()
    if x.requires_grad or 0 in x.stride():
        return centered / scale
    x -= x.mean(dim, keepdim=True)
    return x / scale


@mutant(
    en="Your `standardize` computes the variance as E[x^2] - E[x]^2, which cancels when the mean is large.",
    zh="你的 `standardize` 用 E[x^2] - E[x]^2 计算方差，均值很大时会严重相消。",
)
def subtracts_squared_means(x: Tensor, dim: int, eps: float = 1e-5) -> Tensor:
    mean = x.mean(dim, keepdim=True)
    variance = x.square().mean(dim, keepdim=True) - mean.square()
    return (x - mean) / (variance + eps).sqrt()


@mutant(
    en="Your `standardize` adds the square of eps to the variance; eps itself is added.",
    zh="你的 `standardize` 在方差上加的是 eps 的平方；应当加 eps 本身。",
)
def squares_eps(x: Tensor, dim: int, eps: float = 1e-5) -> Tensor:
    centered = x - x.mean(dim, keepdim=True)
    return centered / (centered.square().mean(dim, keepdim=True) + eps**2).sqrt()


@mutant(
    en="Your `standardize` divides by the variance; it has to be divided by its square root.",
    zh="你的 `standardize` 除以了方差；应当除以方差的平方根。",
)
def forgets_the_root(x: Tensor, dim: int, eps: float = 1e-5) -> Tensor:
    centered = x - x.mean(dim, keepdim=True)
    return centered / (centered.square().mean(dim, keepdim=True) + eps)


@mutant(
    en="Your `standardize` ignores the argument `eps` and always uses the default.",
    zh="你的 `standardize` 忽略了参数 `eps`，总是使用默认值。",
)
def ignores_eps(x: Tensor, dim: int, eps: float = 1e-5) -> Tensor:
    centered = x - x.mean(dim, keepdim=True)
    return centered / (centered.square().mean(dim, keepdim=True) + 1e-5).sqrt()


@mutant(
    en="Your `standardize` has another default for `eps` than the signature says.",
    zh="你的 `standardize` 中 `eps` 的默认值与函数签名不同。",
)
def has_another_default(x: Tensor, dim: int, eps: float = 1e-8) -> Tensor:
    centered = x - x.mean(dim, keepdim=True)
    return centered / (centered.square().mean(dim, keepdim=True) + eps).sqrt()


@mutant(
    en="Your `standardize` detaches the mean and the variance, so that the gradient is that of a mere scaling.",
    zh="你的 `standardize` 断开了均值和方差，梯度于是只是单纯缩放的梯度。",
)
def detaches_the_statistics(x: Tensor, dim: int, eps: float = 1e-5) -> Tensor:
    mean = x.mean(dim, keepdim=True).detach()
    variance = (x - mean).square().mean(dim, keepdim=True).detach()
    return (x - mean) / (variance + eps).sqrt()
