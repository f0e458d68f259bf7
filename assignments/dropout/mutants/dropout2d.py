"""Plausible wrong versions of `dropout2d`, each with its misconception."""

from __future__ import annotations

import torch
from torch import Tensor

from grader.mutants import mutant


@mutant(
    en="Your `dropout2d` drops single elements instead of whole channels.",
    zh="你的 `dropout2d` 丢弃的是单个元素，而不是整个通道。",
)
def single_elements(
    x: Tensor, p: float = 0.5, training: bool = True, generator: torch.Generator | None = None
) -> Tensor:
    if not training:
        return x
    keep = torch.rand(x.shape, generator=generator, device=x.device) >= p
    scale = 1 / (1 - p) if p < 1 else 0.0
    return x * keep * scale


@mutant(
    en="Your `dropout2d` drops the same channels in every sample of the batch.",
    zh="你的 `dropout2d` 在批量的每个样本中丢弃相同的通道。",
)
def samples_share_a_mask(
    x: Tensor, p: float = 0.5, training: bool = True, generator: torch.Generator | None = None
) -> Tensor:
    if not training:
        return x
    keep = torch.rand((1, x.shape[1], 1, 1), generator=generator, device=x.device) >= p
    scale = 1 / (1 - p) if p < 1 else 0.0
    return x * keep * scale


@mutant(
    en="Your `dropout2d` drops whole samples: all channels of a sample share their fate.",
    zh="你的 `dropout2d` 丢弃整个样本：同一样本的所有通道命运相同。",
)
def drops_samples(x: Tensor, p: float = 0.5, training: bool = True, generator: torch.Generator | None = None) -> Tensor:
    if not training:
        return x
    keep = torch.rand((x.shape[0], 1, 1, 1), generator=generator, device=x.device) >= p
    scale = 1 / (1 - p) if p < 1 else 0.0
    return x * keep * scale


@mutant(
    en="Your `dropout2d` drops places of the plane, the same in all channels, instead of whole channels.",
    zh="你的 `dropout2d` 丢弃的是平面上的位置（各通道相同），而不是整个通道。",
)
def channels_share_a_spatial_mask(
    x: Tensor, p: float = 0.5, training: bool = True, generator: torch.Generator | None = None
) -> Tensor:
    if not training:
        return x
    keep = torch.rand((x.shape[0], 1, *x.shape[2:]), generator=generator, device=x.device) >= p
    scale = 1 / (1 - p) if p < 1 else 0.0
    return x * keep * scale


@mutant(
    en="Your `dropout2d` drops single rows of a plane instead of the whole plane.",
    zh="你的 `dropout2d` 丢弃的是平面中的单独的行，而不是整个平面。",
)
def drops_rows(x: Tensor, p: float = 0.5, training: bool = True, generator: torch.Generator | None = None) -> Tensor:
    if not training:
        return x
    keep = torch.rand((*x.shape[:3], 1), generator=generator, device=x.device) >= p
    scale = 1 / (1 - p) if p < 1 else 0.0
    return x * keep * scale


@mutant(
    en="Your `dropout2d` lines the (N, C) mask up with the last two dimensions instead of the first two.",
    zh="你的 `dropout2d` 让 (N, C) 的掩码对齐到了最后两维，而不是前两维。",
)
def mask_lines_up_at_the_right(
    x: Tensor, p: float = 0.5, training: bool = True, generator: torch.Generator | None = None
) -> Tensor:
    if not training:
        return x
    keep = torch.rand(x.shape[:2], generator=generator, device=x.device) >= p
    scale = 1 / (1 - p) if p < 1 else 0.0
    return x * keep * scale


@mutant(
    en="Your `dropout2d` takes the last dimension for the channels; the layout is (N, C, H, W).",
    zh="你的 `dropout2d` 把最后一维当成通道；布局是 (N, C, H, W)。",
)
def channels_last(x: Tensor, p: float = 0.5, training: bool = True, generator: torch.Generator | None = None) -> Tensor:
    if not training:
        return x
    keep = torch.rand((x.shape[0], 1, 1, x.shape[3]), generator=generator, device=x.device) >= p
    scale = 1 / (1 - p) if p < 1 else 0.0
    return x * keep * scale


@mutant(
    en="Your `dropout2d` does not scale the surviving channels by 1/(1 − p).",
    zh="你的 `dropout2d` 没有把幸存的通道乘以 1/(1 − p)。",
)
def no_scaling(x: Tensor, p: float = 0.5, training: bool = True, generator: torch.Generator | None = None) -> Tensor:
    if not training:
        return x
    keep = torch.rand(x.shape[:2], generator=generator, device=x.device) >= p
    return x * keep[:, :, None, None]


@mutant(
    en="Your `dropout2d` multiplies by 1 − p in evaluation instead of dividing by it in training.",
    zh="你的 `dropout2d` 在评估时乘以 1 − p，而不是在训练时除以它。",
)
def scales_in_evaluation_instead(
    x: Tensor, p: float = 0.5, training: bool = True, generator: torch.Generator | None = None
) -> Tensor:
    if not training:
        return x * (1 - p)
    keep = torch.rand(x.shape[:2], generator=generator, device=x.device) >= p
    return x * keep[:, :, None, None]


@mutant(
    en="Your `dropout2d` drops in evaluation, too.",
    zh="你的 `dropout2d` 在评估时也会丢弃。",
)
def drops_in_evaluation(
    x: Tensor, p: float = 0.5, training: bool = True, generator: torch.Generator | None = None
) -> Tensor:
    keep = torch.rand(x.shape[:2], generator=generator, device=x.device) >= p
    scale = 1 / (1 - p) if p < 1 else 0.0
    return x * keep[:, :, None, None] * scale


@mutant(
    en="Your `dropout2d` keeps a channel with probability `p`; `p` is the probability of dropping it.",
    zh="你的 `dropout2d` 以概率 `p` 保留通道；而 `p` 是丢弃的概率。",
)
def keeps_with_p(x: Tensor, p: float = 0.5, training: bool = True, generator: torch.Generator | None = None) -> Tensor:
    if not training:
        return x
    keep = torch.rand(x.shape[:2], generator=generator, device=x.device) < p
    scale = 1 / (1 - p) if p < 1 else 0.0
    return x * keep[:, :, None, None] * scale


@mutant(
    en="Your `dropout2d` scales by 1/p; the factor that keeps the mean is 1/(1 − p).",
    zh="你的 `dropout2d` 用 1/p 缩放；使均值不变的系数是 1/(1 − p)。",
)
def one_over_p(x: Tensor, p: float = 0.5, training: bool = True, generator: torch.Generator | None = None) -> Tensor:
    if not training:
        return x
    keep = torch.rand(x.shape[:2], generator=generator, device=x.device) >= p
    return x * keep[:, :, None, None] * (1 / p if p > 0 else 1.0)


@mutant(
    en="Your `dropout2d` uses the same mask in every call: it seeds the generator anew.",
    zh="你的 `dropout2d` 每次调用都用同一个掩码：它重新设定了随机种子。",
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
    keep = torch.rand(x.shape[:2], generator=generator, device=x.device) >= p
    scale = 1 / (1 - p) if p < 1 else 0.0
    return x * keep[:, :, None, None] * scale


@mutant(
    en="Your `dropout2d` does not use the generator that is passed in.",
    zh="你的 `dropout2d` 没有使用传入的 generator。",
)
def ignores_the_generator(
    x: Tensor, p: float = 0.5, training: bool = True, generator: torch.Generator | None = None
) -> Tensor:
    if not training:
        return x
    keep = torch.rand(x.shape[:2], device=x.device) >= p
    scale = 1 / (1 - p) if p < 1 else 0.0
    return x * keep[:, :, None, None] * scale


@mutant(
    en="Your `dropout2d` changes `x` itself.",
    zh="你的 `dropout2d` 改动了 `x` 本身。",
)
def in_place(x: Tensor, p: float = 0.5, training: bool = True, generator: torch.Generator | None = None) -> Tensor:
    if not training:
        return x
    keep = torch.rand(x.shape[:2], generator=generator, device=x.device) >= p
    scale = 1 / (1 - p) if p < 1 else 0.0
    x = x if not x.requires_grad else x.clone()
    return x.mul_(keep[:, :, None, None]).mul_(scale)


@mutant(
    en="Your `dropout2d` gives NaN for p = 1; the result should be zeros.",
    zh="p = 1 时你的 `dropout2d` 得到 NaN；结果应当全为零。",
)
def nan_at_one(x: Tensor, p: float = 0.5, training: bool = True, generator: torch.Generator | None = None) -> Tensor:
    if not training:
        return x
    keep = torch.rand(x.shape[:2], generator=generator, device=x.device) >= p
    return x * keep[:, :, None, None] / (1 - p)


@mutant(
    en="Your `dropout2d` divides by zero for p = 1 instead of returning zeros.",
    zh="p = 1 时你的 `dropout2d` 因除以零而报错，而不是返回全零。",
)
def error_at_one(x: Tensor, p: float = 0.5, training: bool = True, generator: torch.Generator | None = None) -> Tensor:
    if not training:
        return x
    keep = torch.rand(x.shape[:2], generator=generator, device=x.device) >= p
    return x * keep[:, :, None, None] * (1 / (1 - p))


@mutant(
    en="Your `dropout2d` multiplies by a float32 factor: float64 results are inexact and float16 becomes float32.",
    zh="你的 `dropout2d` 乘上了 float32 的系数：float64 的结果不精确，float16 变成了 float32。",
)
def factor_in_float32(
    x: Tensor, p: float = 0.5, training: bool = True, generator: torch.Generator | None = None
) -> Tensor:
    if not training:
        return x
    keep = torch.rand(x.shape[:2], generator=generator, device=x.device) >= p
    scale = 1 / (1 - p) if p < 1 else 0.0
    return x * (keep.float() * scale)[:, :, None, None]


@mutant(
    en="Your `dropout2d` is cut off from the graph in training: no gradient flows back to `x`.",
    zh="你的 `dropout2d` 在训练时与计算图断开：梯度流不回 `x`。",
)
def cut_off(x: Tensor, p: float = 0.5, training: bool = True, generator: torch.Generator | None = None) -> Tensor:
    if not training:
        return x
    keep = torch.rand(x.shape[:2], generator=generator, device=x.device) >= p
    scale = 1 / (1 - p) if p < 1 else 0.0
    return x.detach() * keep[:, :, None, None] * scale


@mutant(
    en="Your `dropout2d` drops the same number of channels in every sample; they should be drawn independently.",
    zh="你的 `dropout2d` 在每个样本中丢弃同样多的通道；各通道应当独立抽取。",
)
def fixed_count(x: Tensor, p: float = 0.5, training: bool = True, generator: torch.Generator | None = None) -> Tensor:
    if not training:
        return x
    order = torch.rand(x.shape[:2], generator=generator, device=x.device).argsort(1).argsort(1)
    keep = order >= round(p * x.shape[1])
    scale = 1 / (1 - p) if p < 1 else 0.0
    return x * keep[:, :, None, None] * scale


@mutant(
    en="Your `dropout2d` returns zeros without a graph for p = 1: no gradient flows back, where it should be 0.",
    zh="p = 1 时你的 `dropout2d` 返回的零与 `x` 断开了：没有梯度流回，而梯度应当是 0。",
)
def no_graph_at_one(
    x: Tensor, p: float = 0.5, training: bool = True, generator: torch.Generator | None = None
) -> Tensor:
    if not training:
        return x
    if p == 1:
        return torch.zeros_like(x)
    keep = torch.rand(x.shape[:2], generator=generator, device=x.device) >= p
    return x * keep[:, :, None, None] / (1 - p)


@mutant(
    en="Your `dropout2d` creates its mask on the CPU instead of the device of `x`.",
    zh="你的 `dropout2d` 把掩码建在 CPU 上，而不是 `x` 所在的设备。",
)
def mask_on_the_cpu(
    x: Tensor, p: float = 0.5, training: bool = True, generator: torch.Generator | None = None
) -> Tensor:
    if not training:
        return x
    keep = torch.rand(x.shape[:2], generator=generator) >= p
    scale = 1 / (1 - p) if p < 1 else 0.0
    return x * keep[:, :, None, None] * scale
