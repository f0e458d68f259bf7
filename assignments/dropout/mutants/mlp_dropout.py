"""Plausible wrong versions of `mlp_dropout`, each with its misconception."""

from __future__ import annotations

import torch
from torch import Tensor

from grader.mutants import mutant


@mutant(
    en="Your network drops before the sigmoid: a dropped unit becomes sigmoid(0) = 0.5 instead of 0.",
    zh="你的网络在 sigmoid 之前丢弃：被丢弃的单元变成 sigmoid(0) = 0.5 而不是 0。",
)
def before_the_sigmoid(
    x: Tensor,
    w1: Tensor,
    b1: Tensor,
    w2: Tensor,
    b2: Tensor,
    p: float,
    training: bool,
    generator: torch.Generator | None = None,
) -> Tensor:
    hidden = x @ w1 + b1
    if training:
        keep = torch.rand(hidden.shape, generator=generator, device=hidden.device) >= p
        hidden = hidden * keep * (1 / (1 - p) if p < 1 else 0.0)
    return torch.sigmoid(hidden) @ w2 + b2


@mutant(
    en="Your network drops elements of the input instead of hidden units.",
    zh="你的网络丢弃的是输入的元素，而不是隐藏单元。",
)
def drops_the_input(
    x: Tensor,
    w1: Tensor,
    b1: Tensor,
    w2: Tensor,
    b2: Tensor,
    p: float,
    training: bool,
    generator: torch.Generator | None = None,
) -> Tensor:
    if training:
        keep = torch.rand(x.shape, generator=generator, device=x.device) >= p
        x = x * keep * (1 / (1 - p) if p < 1 else 0.0)
    hidden = torch.sigmoid(x @ w1 + b1)
    return hidden @ w2 + b2


@mutant(
    en="Your network drops outputs instead of hidden units.",
    zh="你的网络丢弃的是输出，而不是隐藏单元。",
)
def drops_the_output(
    x: Tensor,
    w1: Tensor,
    b1: Tensor,
    w2: Tensor,
    b2: Tensor,
    p: float,
    training: bool,
    generator: torch.Generator | None = None,
) -> Tensor:
    hidden = torch.sigmoid(x @ w1 + b1)
    output = hidden @ w2 + b2
    if training:
        keep = torch.rand(output.shape, generator=generator, device=output.device) >= p
        output = output * keep * (1 / (1 - p) if p < 1 else 0.0)
    return output


@mutant(
    en="Your network drops hidden units and the bias of the output layer, too.",
    zh="你的网络丢弃了隐藏单元，还丢弃了输出层的偏置。",
)
def drops_the_bias(
    x: Tensor,
    w1: Tensor,
    b1: Tensor,
    w2: Tensor,
    b2: Tensor,
    p: float,
    training: bool,
    generator: torch.Generator | None = None,
) -> Tensor:
    hidden = torch.sigmoid(x @ w1 + b1)
    if training:
        keep = torch.rand(hidden.shape, generator=generator, device=hidden.device) >= p
        hidden = hidden * keep * (1 / (1 - p) if p < 1 else 0.0)
    if training:
        kept = torch.rand(b2.shape, generator=generator, device=b2.device) >= p
        b2 = b2 * kept * (1 / (1 - p) if p < 1 else 0.0)
    return hidden @ w2 + b2


@mutant(
    en="Your network scales the output bias along with the hidden layer; the factor belongs to the hidden units alone.",
    zh="你的网络把输出层的偏置也一起缩放了；系数只作用于隐藏单元。",
)
def scales_the_bias(
    x: Tensor,
    w1: Tensor,
    b1: Tensor,
    w2: Tensor,
    b2: Tensor,
    p: float,
    training: bool,
    generator: torch.Generator | None = None,
) -> Tensor:
    hidden = torch.sigmoid(x @ w1 + b1)
    if not training:
        return hidden @ w2 + b2
    keep = torch.rand(hidden.shape, generator=generator, device=hidden.device) >= p
    return (hidden * keep @ w2 + b2) * (1 / (1 - p) if p < 1 else 1.0)


@mutant(
    en="Your network drops in evaluation, too.",
    zh="你的网络在评估时也会丢弃。",
)
def drops_in_evaluation(
    x: Tensor,
    w1: Tensor,
    b1: Tensor,
    w2: Tensor,
    b2: Tensor,
    p: float,
    training: bool,
    generator: torch.Generator | None = None,
) -> Tensor:
    hidden = torch.sigmoid(x @ w1 + b1)
    keep = torch.rand(hidden.shape, generator=generator, device=hidden.device) >= p
    hidden = hidden * keep * (1 / (1 - p) if p < 1 else 0.0)
    return hidden @ w2 + b2


@mutant(
    en="Your network drops the hidden layer twice, with two masks.",
    zh="你的网络用两个掩码对隐藏层丢弃了两次。",
)
def two_masks(
    x: Tensor,
    w1: Tensor,
    b1: Tensor,
    w2: Tensor,
    b2: Tensor,
    p: float,
    training: bool,
    generator: torch.Generator | None = None,
) -> Tensor:
    hidden = torch.sigmoid(x @ w1 + b1)
    if training:
        keep = torch.rand(hidden.shape, generator=generator, device=hidden.device) >= p
        hidden = hidden * keep * (1 / (1 - p) if p < 1 else 0.0)
    if training:
        kept = torch.rand(hidden.shape, generator=generator, device=hidden.device) >= p
        hidden = hidden * kept * (1 / (1 - p) if p < 1 else 0.0)
    return hidden @ w2 + b2


@mutant(
    en="Your network drops the input as well as the hidden layer.",
    zh="你的网络除了隐藏层，还丢弃了输入。",
)
def input_and_hidden(
    x: Tensor,
    w1: Tensor,
    b1: Tensor,
    w2: Tensor,
    b2: Tensor,
    p: float,
    training: bool,
    generator: torch.Generator | None = None,
) -> Tensor:
    if training:
        kept = torch.rand(x.shape, generator=generator, device=x.device) >= p
        x = x * kept * (1 / (1 - p) if p < 1 else 0.0)
    hidden = torch.sigmoid(x @ w1 + b1)
    if training:
        keep = torch.rand(hidden.shape, generator=generator, device=hidden.device) >= p
        hidden = hidden * keep * (1 / (1 - p) if p < 1 else 0.0)
    return hidden @ w2 + b2


@mutant(
    en="Your network does not scale the surviving hidden units by 1/(1 − p).",
    zh="你的网络没有把幸存的隐藏单元乘以 1/(1 − p)。",
)
def no_scaling(
    x: Tensor,
    w1: Tensor,
    b1: Tensor,
    w2: Tensor,
    b2: Tensor,
    p: float,
    training: bool,
    generator: torch.Generator | None = None,
) -> Tensor:
    hidden = torch.sigmoid(x @ w1 + b1)
    if training:
        keep = torch.rand(hidden.shape, generator=generator, device=hidden.device) >= p
        hidden = hidden * keep
    return hidden @ w2 + b2


@mutant(
    en="Your network multiplies the hidden layer by 1 − p in evaluation instead of dividing by it in training.",
    zh="你的网络在评估时把隐藏层乘以 1 − p，而不是在训练时除以它。",
)
def scales_in_evaluation_instead(
    x: Tensor,
    w1: Tensor,
    b1: Tensor,
    w2: Tensor,
    b2: Tensor,
    p: float,
    training: bool,
    generator: torch.Generator | None = None,
) -> Tensor:
    hidden = torch.sigmoid(x @ w1 + b1)
    if training:
        keep = torch.rand(hidden.shape, generator=generator, device=hidden.device) >= p
        hidden = hidden * keep
    else:
        hidden = hidden * (1 - p)
    return hidden @ w2 + b2


@mutant(
    en="Your network keeps a hidden unit with probability `p`; `p` is the probability of dropping it.",
    zh="你的网络以概率 `p` 保留隐藏单元；而 `p` 是丢弃的概率。",
)
def keeps_with_p(
    x: Tensor,
    w1: Tensor,
    b1: Tensor,
    w2: Tensor,
    b2: Tensor,
    p: float,
    training: bool,
    generator: torch.Generator | None = None,
) -> Tensor:
    hidden = torch.sigmoid(x @ w1 + b1)
    if training:
        keep = torch.rand(hidden.shape, generator=generator, device=hidden.device) < p
        hidden = hidden * keep * (1 / (1 - p) if p < 1 else 0.0)
    return hidden @ w2 + b2


@mutant(
    en="Your network drops the same hidden units in every sample.",
    zh="你的网络在每个样本中丢弃相同的隐藏单元。",
)
def samples_share_a_mask(
    x: Tensor,
    w1: Tensor,
    b1: Tensor,
    w2: Tensor,
    b2: Tensor,
    p: float,
    training: bool,
    generator: torch.Generator | None = None,
) -> Tensor:
    hidden = torch.sigmoid(x @ w1 + b1)
    if training:
        keep = torch.rand(hidden.shape[1:], generator=generator, device=hidden.device) >= p
        hidden = hidden * keep * (1 / (1 - p) if p < 1 else 0.0)
    return hidden @ w2 + b2


@mutant(
    en="Your network does not use the generator that is passed in.",
    zh="你的网络没有使用传入的 generator。",
)
def ignores_the_generator(
    x: Tensor,
    w1: Tensor,
    b1: Tensor,
    w2: Tensor,
    b2: Tensor,
    p: float,
    training: bool,
    generator: torch.Generator | None = None,
) -> Tensor:
    hidden = torch.sigmoid(x @ w1 + b1)
    if training:
        keep = torch.rand(hidden.shape, device=hidden.device) >= p
        hidden = hidden * keep * (1 / (1 - p) if p < 1 else 0.0)
    return hidden @ w2 + b2


@mutant(
    en="Your network uses the same mask in every call: it seeds the generator anew.",
    zh="你的网络每次调用都用同一个掩码：它重新设定了随机种子。",
)
def same_mask_in_every_call(
    x: Tensor,
    w1: Tensor,
    b1: Tensor,
    w2: Tensor,
    b2: Tensor,
    p: float,
    training: bool,
    generator: torch.Generator | None = None,
) -> Tensor:
    hidden = torch.sigmoid(x @ w1 + b1)
    if training and generator is not None:
        generator.manual_seed(0)
    elif training:
        torch.manual_seed(0)
    if training:
        keep = torch.rand(hidden.shape, generator=generator, device=hidden.device) >= p
        hidden = hidden * keep * (1 / (1 - p) if p < 1 else 0.0)
    return hidden @ w2 + b2


@mutant(
    en="Your network has ReLU instead of the sigmoid in the hidden layer.",
    zh="你的网络在隐藏层用了 ReLU 而不是 sigmoid。",
)
def rectified_hidden_layer(
    x: Tensor,
    w1: Tensor,
    b1: Tensor,
    w2: Tensor,
    b2: Tensor,
    p: float,
    training: bool,
    generator: torch.Generator | None = None,
) -> Tensor:
    hidden = torch.relu(x @ w1 + b1)
    if training:
        keep = torch.rand(hidden.shape, generator=generator, device=hidden.device) >= p
        hidden = hidden * keep * (1 / (1 - p) if p < 1 else 0.0)
    return hidden @ w2 + b2


@mutant(
    en="Your network applies a sigmoid to the output as well; the logits are asked for.",
    zh="你的网络对输出也用了 sigmoid；要的是 logits。",
)
def sigmoid_at_the_end(
    x: Tensor,
    w1: Tensor,
    b1: Tensor,
    w2: Tensor,
    b2: Tensor,
    p: float,
    training: bool,
    generator: torch.Generator | None = None,
) -> Tensor:
    hidden = torch.sigmoid(x @ w1 + b1)
    if training:
        keep = torch.rand(hidden.shape, generator=generator, device=hidden.device) >= p
        hidden = hidden * keep * (1 / (1 - p) if p < 1 else 0.0)
    return torch.sigmoid(hidden @ w2 + b2)


@mutant(
    en="Your network leaves out the bias of the hidden layer.",
    zh="你的网络漏掉了隐藏层的偏置。",
)
def no_hidden_bias(
    x: Tensor,
    w1: Tensor,
    b1: Tensor,
    w2: Tensor,
    b2: Tensor,
    p: float,
    training: bool,
    generator: torch.Generator | None = None,
) -> Tensor:
    hidden = torch.sigmoid(x @ w1)
    if training:
        keep = torch.rand(hidden.shape, generator=generator, device=hidden.device) >= p
        hidden = hidden * keep * (1 / (1 - p) if p < 1 else 0.0)
    return hidden @ w2 + b2


@mutant(
    en="Your network leaves out the bias of the output layer.",
    zh="你的网络漏掉了输出层的偏置。",
)
def no_output_bias(
    x: Tensor,
    w1: Tensor,
    b1: Tensor,
    w2: Tensor,
    b2: Tensor,
    p: float,
    training: bool,
    generator: torch.Generator | None = None,
) -> Tensor:
    hidden = torch.sigmoid(x @ w1 + b1)
    if training:
        keep = torch.rand(hidden.shape, generator=generator, device=hidden.device) >= p
        hidden = hidden * keep * (1 / (1 - p) if p < 1 else 0.0)
    return hidden @ w2


@mutant(
    en="Your network never drops anything.",
    zh="你的网络从不丢弃任何东西。",
)
def never_drops(
    x: Tensor,
    w1: Tensor,
    b1: Tensor,
    w2: Tensor,
    b2: Tensor,
    p: float,
    training: bool,
    generator: torch.Generator | None = None,
) -> Tensor:
    hidden = torch.sigmoid(x @ w1 + b1)
    return hidden @ w2 + b2


@mutant(
    en="Your network gives NaN for p = 1; the output should be the bias alone.",
    zh="p = 1 时你的网络得到 NaN；输出应当只剩偏置。",
)
def nan_at_one(
    x: Tensor,
    w1: Tensor,
    b1: Tensor,
    w2: Tensor,
    b2: Tensor,
    p: float,
    training: bool,
    generator: torch.Generator | None = None,
) -> Tensor:
    hidden = torch.sigmoid(x @ w1 + b1)
    if training:
        keep = torch.rand(hidden.shape, generator=generator, device=hidden.device) >= p
        hidden = hidden * keep / (1 - p)
    return hidden @ w2 + b2


@mutant(
    en="Your network divides by zero for p = 1; the output should be the bias alone.",
    zh="p = 1 时你的网络因除以零而报错；输出应当只剩偏置。",
)
def error_at_one(
    x: Tensor,
    w1: Tensor,
    b1: Tensor,
    w2: Tensor,
    b2: Tensor,
    p: float,
    training: bool,
    generator: torch.Generator | None = None,
) -> Tensor:
    hidden = torch.sigmoid(x @ w1 + b1)
    if training:
        keep = torch.rand(hidden.shape, generator=generator, device=hidden.device) >= p
        hidden = hidden * keep * (1 / (1 - p))
    return hidden @ w2 + b2


@mutant(
    en="For p = 1 your network cuts the hidden layer off: the gradients of `x`, `w1` and `b1` are None instead of 0.",
    zh="p = 1 时你的网络把隐藏层从计算图上断开：`x`、`w1` 和 `b1` 得不到梯度，而不是得到 0。",
)
def no_graph_at_one(
    x: Tensor,
    w1: Tensor,
    b1: Tensor,
    w2: Tensor,
    b2: Tensor,
    p: float,
    training: bool,
    generator: torch.Generator | None = None,
) -> Tensor:
    hidden = torch.sigmoid(x @ w1 + b1)
    if training and p == 1:
        hidden = torch.zeros_like(hidden)
    elif training:
        keep = torch.rand(hidden.shape, generator=generator, device=hidden.device) >= p
        hidden = hidden * keep / (1 - p)
    return hidden @ w2 + b2


@mutant(
    en="Your network multiplies the hidden layer by a factor rounded to float32, so that float64 logits are inexact.",
    zh="你的网络让隐藏层乘上了舍入到 float32 的系数，float64 的 logits 因此不精确。",
)
def factor_in_float32(
    x: Tensor,
    w1: Tensor,
    b1: Tensor,
    w2: Tensor,
    b2: Tensor,
    p: float,
    training: bool,
    generator: torch.Generator | None = None,
) -> Tensor:
    hidden = torch.sigmoid(x @ w1 + b1)
    if training:
        keep = torch.rand(hidden.shape, generator=generator, device=hidden.device) >= p
        hidden = hidden * (keep.float() * (1 / (1 - p) if p < 1 else 0.0))
    return hidden @ w2 + b2


@mutant(
    en="Your network drops weights of the second layer instead of hidden units: all samples share what is dropped.",
    zh="你的网络丢弃的是第二层的权重，而不是隐藏单元：所有样本丢弃的相同。",
)
def drops_weights(
    x: Tensor,
    w1: Tensor,
    b1: Tensor,
    w2: Tensor,
    b2: Tensor,
    p: float,
    training: bool,
    generator: torch.Generator | None = None,
) -> Tensor:
    hidden = torch.sigmoid(x @ w1 + b1)
    if training:
        keep = torch.rand(w2.shape, generator=generator, device=w2.device) >= p
        w2 = w2 * keep * (1 / (1 - p) if p < 1 else 0.0)
    return hidden @ w2 + b2
