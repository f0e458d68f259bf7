"""Plausible wrong versions of `dropout`, each with its misconception."""

from __future__ import annotations

import torch
from torch import Tensor

from grader.mutants import mutant


@mutant(
    en="Your `dropout` does not scale the survivors by 1/(1 − p) in training, so the mean shrinks.",
    zh="你的 `dropout` 在训练时没有把幸存者乘以 1/(1 − p)，均值变小了。",
)
def no_scaling(x: Tensor, p: float = 0.5, training: bool = True, generator: torch.Generator | None = None) -> Tensor:
    if not training:
        return x
    keep = torch.rand(x.shape, generator=generator, device=x.device) >= p
    return x * keep


@mutant(
    en="Your `dropout` multiplies by 1 − p in evaluation instead of dividing by it in training.",
    zh="你的 `dropout` 在评估时乘以 1 − p，而不是在训练时除以它。",
)
def scales_in_evaluation_instead(
    x: Tensor, p: float = 0.5, training: bool = True, generator: torch.Generator | None = None
) -> Tensor:
    if not training:
        return x * (1 - p)
    keep = torch.rand(x.shape, generator=generator, device=x.device) >= p
    return x * keep


@mutant(
    en="Your `dropout` scales in training and once more in evaluation; evaluation leaves `x` alone.",
    zh="你的 `dropout` 训练时缩放，评估时又缩放一次；评估时 `x` 应保持不变。",
)
def scales_in_evaluation_too(
    x: Tensor, p: float = 0.5, training: bool = True, generator: torch.Generator | None = None
) -> Tensor:
    if not training:
        return x * (1 - p)
    keep = torch.rand(x.shape, generator=generator, device=x.device) >= p
    scale = 1 / (1 - p) if p < 1 else 0.0
    return x * keep * scale


@mutant(
    en="Your `dropout` drops in evaluation, too.",
    zh="你的 `dropout` 在评估时也会丢弃。",
)
def drops_in_evaluation(
    x: Tensor, p: float = 0.5, training: bool = True, generator: torch.Generator | None = None
) -> Tensor:
    keep = torch.rand(x.shape, generator=generator, device=x.device) >= p
    scale = 1 / (1 - p) if p < 1 else 0.0
    return x * keep * scale


@mutant(
    en="Your `dropout` reads `training` the wrong way round: it drops in evaluation and does nothing in training.",
    zh="你的 `dropout` 把 `training` 弄反了：评估时丢弃，训练时什么也不做。",
)
def modes_swapped(x: Tensor, p: float = 0.5, training: bool = True, generator: torch.Generator | None = None) -> Tensor:
    if training:
        return x
    keep = torch.rand(x.shape, generator=generator, device=x.device) >= p
    scale = 1 / (1 - p) if p < 1 else 0.0
    return x * keep * scale


@mutant(
    en="Your `dropout` keeps an element with probability `p`; `p` is the probability of dropping it.",
    zh="你的 `dropout` 以概率 `p` 保留元素；而 `p` 是丢弃的概率。",
)
def keeps_with_p(x: Tensor, p: float = 0.5, training: bool = True, generator: torch.Generator | None = None) -> Tensor:
    if not training:
        return x
    keep = torch.rand(x.shape, generator=generator, device=x.device) < p
    scale = 1 / (1 - p) if p < 1 else 0.0
    return x * keep * scale


@mutant(
    en="Your `dropout` takes `p` for the probability of keeping, both in the draw and in the factor.",
    zh="你的 `dropout` 把 `p` 当成保留概率，抽取和系数都是如此。",
)
def p_is_the_keep_probability(
    x: Tensor, p: float = 0.5, training: bool = True, generator: torch.Generator | None = None
) -> Tensor:
    if not training:
        return x
    keep = torch.rand(x.shape, generator=generator, device=x.device) < p
    return x * keep * (1 / p if p > 0 else 0.0)


@mutant(
    en="Your `dropout` scales by 1/p; the factor that keeps the mean is 1/(1 − p).",
    zh="你的 `dropout` 用 1/p 缩放；使均值不变的系数是 1/(1 − p)。",
)
def one_over_p(x: Tensor, p: float = 0.5, training: bool = True, generator: torch.Generator | None = None) -> Tensor:
    if not training:
        return x
    keep = torch.rand(x.shape, generator=generator, device=x.device) >= p
    return x * keep * (1 / p if p > 0 else 1.0)


@mutant(
    en="Your `dropout` draws one mask for the last dimension and uses it for every row.",
    zh="你的 `dropout` 只为最后一维抽取一个掩码，并用于每一行。",
)
def rows_share_a_mask(
    x: Tensor, p: float = 0.5, training: bool = True, generator: torch.Generator | None = None
) -> Tensor:
    if not training:
        return x
    keep = torch.rand(x.shape[-1:], generator=generator, device=x.device) >= p
    scale = 1 / (1 - p) if p < 1 else 0.0
    return x * keep * scale


@mutant(
    en="Your `dropout` drops whole samples of the batch instead of single elements.",
    zh="你的 `dropout` 丢弃的是批量中的整个样本，而不是单个元素。",
)
def drops_samples(x: Tensor, p: float = 0.5, training: bool = True, generator: torch.Generator | None = None) -> Tensor:
    if not training:
        return x
    keep = torch.rand(x.shape[:1], generator=generator, device=x.device) >= p
    keep = keep.reshape(*keep.shape, *[1] * (x.ndim - 1)) if x.ndim else keep
    scale = 1 / (1 - p) if p < 1 else 0.0
    return x * keep * scale


@mutant(
    en="Your `dropout` uses the same mask in every call: it seeds the generator anew.",
    zh="你的 `dropout` 每次调用都用同一个掩码：它重新设定了随机种子。",
)
def same_mask_in_every_call(
    x: Tensor, p: float = 0.5, training: bool = True, generator: torch.Generator | None = None
) -> Tensor:
    if not training:
        return x
    if generator is not None:
        generator.manual_seed(0)
    else:
        torch.manual_seed(0)
    keep = torch.rand(x.shape, generator=generator, device=x.device) >= p
    scale = 1 / (1 - p) if p < 1 else 0.0
    return x * keep * scale


@mutant(
    en="Your `dropout` changes `x` itself.",
    zh="你的 `dropout` 改动了 `x` 本身。",
)
def in_place(x: Tensor, p: float = 0.5, training: bool = True, generator: torch.Generator | None = None) -> Tensor:
    if not training:
        return x
    keep = torch.rand(x.shape, generator=generator, device=x.device) >= p
    scale = 1 / (1 - p) if p < 1 else 0.0
    x = x if not x.requires_grad else x.clone()
    return x.mul_(keep).mul_(scale)


@mutant(
    en="Your `dropout` has a gradient without the factor 1/(1 − p), because the scaling is cut out of the graph.",
    zh="你的 `dropout` 的梯度没有系数 1/(1 − p)，因为缩放被移出了计算图。",
)
def gradient_not_scaled(
    x: Tensor, p: float = 0.5, training: bool = True, generator: torch.Generator | None = None
) -> Tensor:
    if not training:
        return x
    keep = torch.rand(x.shape, generator=generator, device=x.device) >= p
    scale = 1 / (1 - p) if p < 1 else 0.0
    dropped = x * keep
    return dropped + (dropped * (scale - 1)).detach()


@mutant(
    en="Your `dropout` is cut off from the graph in training: no gradient flows back to `x`.",
    zh="你的 `dropout` 在训练时与计算图断开：梯度流不回 `x`。",
)
def cut_off(x: Tensor, p: float = 0.5, training: bool = True, generator: torch.Generator | None = None) -> Tensor:
    if not training:
        return x
    keep = torch.rand(x.shape, generator=generator, device=x.device) >= p
    scale = 1 / (1 - p) if p < 1 else 0.0
    return x.detach() * keep * scale


@mutant(
    en="Your `dropout` lets the gradient of dropped elements through, as if nothing had been dropped.",
    zh="你的 `dropout` 让被丢弃元素的梯度也通过了，好像什么都没有丢弃。",
)
def gradient_without_mask(
    x: Tensor, p: float = 0.5, training: bool = True, generator: torch.Generator | None = None
) -> Tensor:
    if not training:
        return x
    keep = torch.rand(x.shape, generator=generator, device=x.device) >= p
    scale = 1 / (1 - p) if p < 1 else 0.0
    return x + (x * keep * scale - x).detach()


@mutant(
    en="Your `dropout` does not use the generator that is passed in.",
    zh="你的 `dropout` 没有使用传入的 generator。",
)
def ignores_the_generator(
    x: Tensor, p: float = 0.5, training: bool = True, generator: torch.Generator | None = None
) -> Tensor:
    if not training:
        return x
    keep = torch.rand(x.shape, device=x.device) >= p
    scale = 1 / (1 - p) if p < 1 else 0.0
    return x * keep * scale


@mutant(
    en="Your `dropout` returns float32 whatever the dtype of `x` is.",
    zh="无论 `x` 是什么 dtype，你的 `dropout` 都返回 float32。",
)
def always_float32(
    x: Tensor, p: float = 0.5, training: bool = True, generator: torch.Generator | None = None
) -> Tensor:
    if not training:
        return x
    keep = torch.rand(x.shape, generator=generator, device=x.device) >= p
    scale = 1 / (1 - p) if p < 1 else 0.0
    return x.float() * keep * scale


@mutant(
    en="Your `dropout` multiplies by a float32 factor: float64 results are inexact and float16 becomes float32.",
    zh="你的 `dropout` 乘上了 float32 的系数：float64 的结果不精确，float16 变成了 float32。",
)
def factor_in_float32(
    x: Tensor, p: float = 0.5, training: bool = True, generator: torch.Generator | None = None
) -> Tensor:
    if not training:
        return x
    keep = torch.rand(x.shape, generator=generator, device=x.device) >= p
    scale = 1 / (1 - p) if p < 1 else 0.0
    return x * (keep.float() * scale)


@mutant(
    en="Your `dropout` gives NaN for p = 1, where 0 meets a division by zero; the result should be zeros.",
    zh="p = 1 时你的 `dropout` 因 0 遇到除以零而得到 NaN；结果应当全为零。",
)
def nan_at_one(x: Tensor, p: float = 0.5, training: bool = True, generator: torch.Generator | None = None) -> Tensor:
    if not training:
        return x
    keep = torch.rand(x.shape, generator=generator, device=x.device) >= p
    return x * keep / (1 - p)


@mutant(
    en="Your `dropout` divides by zero for p = 1 instead of returning zeros.",
    zh="p = 1 时你的 `dropout` 因除以零而报错，而不是返回全零。",
)
def error_at_one(x: Tensor, p: float = 0.5, training: bool = True, generator: torch.Generator | None = None) -> Tensor:
    if not training:
        return x
    keep = torch.rand(x.shape, generator=generator, device=x.device) >= p
    return x * keep * (1 / (1 - p))


@mutant(
    en="Your `dropout` gives zeros for p = 1 but a gradient of NaN: `where` hides infinity in forward only.",
    zh="p = 1 时你的 `dropout` 结果为零，梯度却是 NaN：`where` 只在前向遮住了无穷，反向没有。",
)
def nan_gradient_at_one(
    x: Tensor, p: float = 0.5, training: bool = True, generator: torch.Generator | None = None
) -> Tensor:
    if not training:
        return x
    keep = torch.rand(x.shape, generator=generator, device=x.device) >= p
    return torch.where(keep, x / (1 - p), torch.zeros_like(x))


@mutant(
    en="Your `dropout` drops the same number of elements in every call; they should be drawn independently.",
    zh="你的 `dropout` 每次丢弃同样多的元素；各元素应当独立抽取。",
)
def fixed_count(x: Tensor, p: float = 0.5, training: bool = True, generator: torch.Generator | None = None) -> Tensor:
    if not training:
        return x
    numbers = torch.rand(x.shape, generator=generator, device=x.device)
    keep = torch.ones(x.numel(), dtype=torch.bool, device=x.device)
    keep[numbers.flatten().argsort()[: round(p * x.numel())]] = False
    scale = 1 / (1 - p) if p < 1 else 0.0
    return x * keep.reshape(x.shape) * scale


@mutant(
    en="Your `dropout` returns zeros without a graph for p = 1: no gradient flows back, where it should be 0.",
    zh="p = 1 时你的 `dropout` 返回的零与 `x` 断开了：没有梯度流回，而梯度应当是 0。",
)
def no_graph_at_one(
    x: Tensor, p: float = 0.5, training: bool = True, generator: torch.Generator | None = None
) -> Tensor:
    if not training:
        return x
    if p == 1:
        return torch.zeros_like(x)
    keep = torch.rand(x.shape, generator=generator, device=x.device) >= p
    return x * keep / (1 - p)


@mutant(
    en="Your `dropout` creates its mask on the CPU instead of the device of `x`.",
    zh="你的 `dropout` 把掩码建在 CPU 上，而不是 `x` 所在的设备。",
)
def mask_on_the_cpu(
    x: Tensor, p: float = 0.5, training: bool = True, generator: torch.Generator | None = None
) -> Tensor:
    if not training:
        return x
    keep = torch.rand(x.shape, generator=generator) >= p
    scale = 1 / (1 - p) if p < 1 else 0.0
    return x * keep * scale


@mutant(
    en="Your `dropout` divides by the share of elements that this draw happened to keep, not by 1 − p.",
    zh="你的 `dropout` 除以了本次碰巧保留的比例，而不是 1 − p。",
)
def divides_by_the_share(
    x: Tensor, p: float = 0.5, training: bool = True, generator: torch.Generator | None = None
) -> Tensor:
    if not training:
        return x
    keep = torch.rand(x.shape, generator=generator, device=x.device) >= p
    share = keep.double().mean().item() if keep.any() else 1.0
    return x * keep / share
