"""Plausible wrong versions of `conv2d`, each with its misconception."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor

from grader.mutants import mutant


@mutant(
    en="Your `conv2d` flips the kernels; they are used as they stand.",
    zh="你的 `conv2d` 翻转了卷积核；应当按原样使用。",
)
def flips_the_kernel(
    x: Tensor,
    weight: Tensor,
    bias: Tensor | None = None,
    stride: tuple[int, int] = (1, 1),
    padding: tuple[int, int] = (0, 0),
    dilation: tuple[int, int] = (1, 1),
) -> Tensor:
    kh, kw = weight.shape[2:]
    (sh, sw), (ph, pw), (dh, dw) = stride, padding, dilation
    padded = F.pad(x, (pw, pw, ph, ph))
    windows = padded.unfold(2, dh * (kh - 1) + 1, sh).unfold(3, dw * (kw - 1) + 1, sw)[..., ::dh, ::dw]
    out = torch.einsum("nchwij,ocij->nohw", windows, weight.flip(2, 3))
    return out if bias is None else out + bias[:, None, None]


@mutant(
    en="Your `conv2d` keeps the last input channel only; the channels are summed.",
    zh="你的 `conv2d` 只保留了最后一个输入通道；各通道应当相加。",
)
def keeps_the_last_channel(
    x: Tensor,
    weight: Tensor,
    bias: Tensor | None = None,
    stride: tuple[int, int] = (1, 1),
    padding: tuple[int, int] = (0, 0),
    dilation: tuple[int, int] = (1, 1),
) -> Tensor:
    kh, kw = weight.shape[2:]
    (sh, sw), (ph, pw), (dh, dw) = stride, padding, dilation
    padded = F.pad(x, (pw, pw, ph, ph))
    windows = padded.unfold(2, dh * (kh - 1) + 1, sh).unfold(3, dw * (kw - 1) + 1, sw)[..., ::dh, ::dw]
    out = torch.einsum("nhwij,oij->nohw", windows[:, -1], weight[:, -1])
    return out if bias is None else out + bias[:, None, None]


@mutant(
    en="Your `conv2d` uses the first input channel only; the channels are summed.",
    zh="你的 `conv2d` 只用了第一个输入通道；各通道应当相加。",
)
def uses_the_first_channel(
    x: Tensor,
    weight: Tensor,
    bias: Tensor | None = None,
    stride: tuple[int, int] = (1, 1),
    padding: tuple[int, int] = (0, 0),
    dilation: tuple[int, int] = (1, 1),
) -> Tensor:
    kh, kw = weight.shape[2:]
    (sh, sw), (ph, pw), (dh, dw) = stride, padding, dilation
    padded = F.pad(x, (pw, pw, ph, ph))
    windows = padded.unfold(2, dh * (kh - 1) + 1, sh).unfold(3, dw * (kw - 1) + 1, sw)[..., ::dh, ::dw]
    out = torch.einsum("nhwij,oij->nohw", windows[:, 0], weight[:, 0])
    return out if bias is None else out + bias[:, None, None]


@mutant(
    en="Your `conv2d` averages over the input channels; they are summed.",
    zh="你的 `conv2d` 对输入通道求了平均；应当求和。",
)
def averages_the_channels(
    x: Tensor,
    weight: Tensor,
    bias: Tensor | None = None,
    stride: tuple[int, int] = (1, 1),
    padding: tuple[int, int] = (0, 0),
    dilation: tuple[int, int] = (1, 1),
) -> Tensor:
    kh, kw = weight.shape[2:]
    (sh, sw), (ph, pw), (dh, dw) = stride, padding, dilation
    padded = F.pad(x, (pw, pw, ph, ph))
    windows = padded.unfold(2, dh * (kh - 1) + 1, sh).unfold(3, dw * (kw - 1) + 1, sw)[..., ::dh, ::dw]
    out = torch.einsum("nchwij,ocij->nohw", windows, weight)
    out = out / x.shape[1]
    return out if bias is None else out + bias[:, None, None]


@mutant(
    en="Your `conv2d` sums the input channels and the kernels separately; each channel has its own kernel.",
    zh="你的 `conv2d` 把输入通道与卷积核各自求和再相乘；每个通道有自己的卷积核。",
)
def sums_channels_before_weighting(
    x: Tensor,
    weight: Tensor,
    bias: Tensor | None = None,
    stride: tuple[int, int] = (1, 1),
    padding: tuple[int, int] = (0, 0),
    dilation: tuple[int, int] = (1, 1),
) -> Tensor:
    kh, kw = weight.shape[2:]
    (sh, sw), (ph, pw), (dh, dw) = stride, padding, dilation
    padded = F.pad(x, (pw, pw, ph, ph))
    windows = padded.unfold(2, dh * (kh - 1) + 1, sh).unfold(3, dw * (kw - 1) + 1, sw)[..., ::dh, ::dw]
    out = torch.einsum("nchwij,odij->nohw", windows, weight)
    return out if bias is None else out + bias[:, None, None]


@mutant(
    en="Your `conv2d` reads the first axis of `weight` as the input channels; it holds the output channels.",
    zh="你的 `conv2d` 把 `weight` 的第一个轴当成输入通道；它其实是输出通道。",
)
def reads_weight_as_in_by_out(
    x: Tensor,
    weight: Tensor,
    bias: Tensor | None = None,
    stride: tuple[int, int] = (1, 1),
    padding: tuple[int, int] = (0, 0),
    dilation: tuple[int, int] = (1, 1),
) -> Tensor:
    kh, kw = weight.shape[2:]
    (sh, sw), (ph, pw), (dh, dw) = stride, padding, dilation
    padded = F.pad(x, (pw, pw, ph, ph))
    windows = padded.unfold(2, dh * (kh - 1) + 1, sh).unfold(3, dw * (kw - 1) + 1, sw)[..., ::dh, ::dw]
    out = torch.einsum("nchwij,coij->nohw", windows, weight)
    return out if bias is None else out + bias[:, None, None]


@mutant(
    en="Your `conv2d` adds the bias along the width; it belongs to the output channels.",
    zh="你的 `conv2d` 沿宽方向加上了偏置；它属于输出通道。",
)
def adds_the_bias_along_the_width(
    x: Tensor,
    weight: Tensor,
    bias: Tensor | None = None,
    stride: tuple[int, int] = (1, 1),
    padding: tuple[int, int] = (0, 0),
    dilation: tuple[int, int] = (1, 1),
) -> Tensor:
    kh, kw = weight.shape[2:]
    (sh, sw), (ph, pw), (dh, dw) = stride, padding, dilation
    padded = F.pad(x, (pw, pw, ph, ph))
    windows = padded.unfold(2, dh * (kh - 1) + 1, sh).unfold(3, dw * (kw - 1) + 1, sw)[..., ::dh, ::dw]
    out = torch.einsum("nchwij,ocij->nohw", windows, weight)
    return out if bias is None else out + bias


@mutant(
    en="Your `conv2d` adds the bias along the height; it belongs to the output channels.",
    zh="你的 `conv2d` 沿高方向加上了偏置；它属于输出通道。",
)
def adds_the_bias_along_the_height(
    x: Tensor,
    weight: Tensor,
    bias: Tensor | None = None,
    stride: tuple[int, int] = (1, 1),
    padding: tuple[int, int] = (0, 0),
    dilation: tuple[int, int] = (1, 1),
) -> Tensor:
    kh, kw = weight.shape[2:]
    (sh, sw), (ph, pw), (dh, dw) = stride, padding, dilation
    padded = F.pad(x, (pw, pw, ph, ph))
    windows = padded.unfold(2, dh * (kh - 1) + 1, sh).unfold(3, dw * (kw - 1) + 1, sw)[..., ::dh, ::dw]
    out = torch.einsum("nchwij,ocij->nohw", windows, weight)
    return out if bias is None else out + bias[:, None]


@mutant(en="Your `conv2d` leaves out the bias.", zh="你的 `conv2d` 漏掉了偏置。")
def forgets_the_bias(
    x: Tensor,
    weight: Tensor,
    bias: Tensor | None = None,
    stride: tuple[int, int] = (1, 1),
    padding: tuple[int, int] = (0, 0),
    dilation: tuple[int, int] = (1, 1),
) -> Tensor:
    kh, kw = weight.shape[2:]
    (sh, sw), (ph, pw), (dh, dw) = stride, padding, dilation
    padded = F.pad(x, (pw, pw, ph, ph))
    windows = padded.unfold(2, dh * (kh - 1) + 1, sh).unfold(3, dw * (kw - 1) + 1, sw)[..., ::dh, ::dw]
    out = torch.einsum("nchwij,ocij->nohw", windows, weight)
    return out


@mutant(
    en="Your `conv2d` adds the bias once for every input channel; it is added once.",
    zh="你的 `conv2d` 为每个输入通道都加了一次偏置；它只应加一次。",
)
def adds_the_bias_for_every_channel(
    x: Tensor,
    weight: Tensor,
    bias: Tensor | None = None,
    stride: tuple[int, int] = (1, 1),
    padding: tuple[int, int] = (0, 0),
    dilation: tuple[int, int] = (1, 1),
) -> Tensor:
    kh, kw = weight.shape[2:]
    (sh, sw), (ph, pw), (dh, dw) = stride, padding, dilation
    padded = F.pad(x, (pw, pw, ph, ph))
    windows = padded.unfold(2, dh * (kh - 1) + 1, sh).unfold(3, dw * (kw - 1) + 1, sw)[..., ::dh, ::dw]
    out = torch.einsum("nchwij,ocij->nohw", windows, weight)
    return out if bias is None else out + bias[:, None, None] * x.shape[1]


@mutant(
    en="Your `conv2d` uses the stride of the height for the width too.", zh="你的 `conv2d` 宽方向也用了高方向的步幅。"
)
def strides_like_the_height(
    x: Tensor,
    weight: Tensor,
    bias: Tensor | None = None,
    stride: tuple[int, int] = (1, 1),
    padding: tuple[int, int] = (0, 0),
    dilation: tuple[int, int] = (1, 1),
) -> Tensor:
    kh, kw = weight.shape[2:]
    (sh, _), (ph, pw), (dh, dw) = stride, padding, dilation
    sw = sh
    padded = F.pad(x, (pw, pw, ph, ph))
    windows = padded.unfold(2, dh * (kh - 1) + 1, sh).unfold(3, dw * (kw - 1) + 1, sw)[..., ::dh, ::dw]
    out = torch.einsum("nchwij,ocij->nohw", windows, weight)
    return out if bias is None else out + bias[:, None, None]


@mutant(
    en="Your `conv2d` has a stride for the height only; along the width it visits every place.",
    zh="你的 `conv2d` 只有高方向用了步幅；宽方向逐格移动。",
)
def strides_along_the_height_only(
    x: Tensor,
    weight: Tensor,
    bias: Tensor | None = None,
    stride: tuple[int, int] = (1, 1),
    padding: tuple[int, int] = (0, 0),
    dilation: tuple[int, int] = (1, 1),
) -> Tensor:
    kh, kw = weight.shape[2:]
    (sh, _), (ph, pw), (dh, dw) = stride, padding, dilation
    sw = 1
    padded = F.pad(x, (pw, pw, ph, ph))
    windows = padded.unfold(2, dh * (kh - 1) + 1, sh).unfold(3, dw * (kw - 1) + 1, sw)[..., ::dh, ::dw]
    out = torch.einsum("nchwij,ocij->nohw", windows, weight)
    return out if bias is None else out + bias[:, None, None]


@mutant(en="Your `conv2d` swaps the strides of height and width.", zh="你的 `conv2d` 把高和宽的步幅弄反了。")
def swaps_the_strides(
    x: Tensor,
    weight: Tensor,
    bias: Tensor | None = None,
    stride: tuple[int, int] = (1, 1),
    padding: tuple[int, int] = (0, 0),
    dilation: tuple[int, int] = (1, 1),
) -> Tensor:
    kh, kw = weight.shape[2:]
    (sw, sh), (ph, pw), (dh, dw) = stride, padding, dilation
    padded = F.pad(x, (pw, pw, ph, ph))
    windows = padded.unfold(2, dh * (kh - 1) + 1, sh).unfold(3, dw * (kw - 1) + 1, sw)[..., ::dh, ::dw]
    out = torch.einsum("nchwij,ocij->nohw", windows, weight)
    return out if bias is None else out + bias[:, None, None]


@mutant(en="Your `conv2d` ignores the stride.", zh="你的 `conv2d` 忽略了步幅。")
def ignores_stride(
    x: Tensor,
    weight: Tensor,
    bias: Tensor | None = None,
    stride: tuple[int, int] = (1, 1),
    padding: tuple[int, int] = (0, 0),
    dilation: tuple[int, int] = (1, 1),
) -> Tensor:
    kh, kw = weight.shape[2:]
    (sh, sw), (ph, pw), (dh, dw) = stride, padding, dilation
    sh = sw = 1
    padded = F.pad(x, (pw, pw, ph, ph))
    windows = padded.unfold(2, dh * (kh - 1) + 1, sh).unfold(3, dw * (kw - 1) + 1, sw)[..., ::dh, ::dw]
    out = torch.einsum("nchwij,ocij->nohw", windows, weight)
    return out if bias is None else out + bias[:, None, None]


@mutant(
    en="Your `conv2d` uses the padding of the height for the width too.", zh="你的 `conv2d` 宽方向也用了高方向的填充。"
)
def pads_like_the_height(
    x: Tensor,
    weight: Tensor,
    bias: Tensor | None = None,
    stride: tuple[int, int] = (1, 1),
    padding: tuple[int, int] = (0, 0),
    dilation: tuple[int, int] = (1, 1),
) -> Tensor:
    kh, kw = weight.shape[2:]
    (sh, sw), (ph, _pw), (dh, dw) = stride, padding, dilation
    padded = F.pad(x, (ph, ph, ph, ph))
    windows = padded.unfold(2, dh * (kh - 1) + 1, sh).unfold(3, dw * (kw - 1) + 1, sw)[..., ::dh, ::dw]
    out = torch.einsum("nchwij,ocij->nohw", windows, weight)
    return out if bias is None else out + bias[:, None, None]


@mutant(
    en="Your `conv2d` swaps the paddings of height and width: `F.pad` begins with the last axis.",
    zh="你的 `conv2d` 把高和宽的填充弄反了：`F.pad` 从最后一个轴开始。",
)
def swaps_the_paddings(
    x: Tensor,
    weight: Tensor,
    bias: Tensor | None = None,
    stride: tuple[int, int] = (1, 1),
    padding: tuple[int, int] = (0, 0),
    dilation: tuple[int, int] = (1, 1),
) -> Tensor:
    kh, kw = weight.shape[2:]
    (sh, sw), (ph, pw), (dh, dw) = stride, padding, dilation
    padded = F.pad(x, (ph, ph, pw, pw))
    windows = padded.unfold(2, dh * (kh - 1) + 1, sh).unfold(3, dw * (kw - 1) + 1, sw)[..., ::dh, ::dw]
    out = torch.einsum("nchwij,ocij->nohw", windows, weight)
    return out if bias is None else out + bias[:, None, None]


@mutant(en="Your `conv2d` ignores the padding.", zh="你的 `conv2d` 忽略了填充。")
def ignores_padding(
    x: Tensor,
    weight: Tensor,
    bias: Tensor | None = None,
    stride: tuple[int, int] = (1, 1),
    padding: tuple[int, int] = (0, 0),
    dilation: tuple[int, int] = (1, 1),
) -> Tensor:
    kh, kw = weight.shape[2:]
    (sh, sw), (_ph, _pw), (dh, dw) = stride, padding, dilation
    padded = F.pad(x, (0, 0, 0, 0))
    windows = padded.unfold(2, dh * (kh - 1) + 1, sh).unfold(3, dw * (kw - 1) + 1, sw)[..., ::dh, ::dw]
    out = torch.einsum("nchwij,ocij->nohw", windows, weight)
    return out if bias is None else out + bias[:, None, None]


@mutant(
    en="Your `conv2d` pads the right and the bottom only; both ends of each axis are padded.",
    zh="你的 `conv2d` 只填充了右边和下边；每个轴的两端都应填充。",
)
def pads_one_end_only(
    x: Tensor,
    weight: Tensor,
    bias: Tensor | None = None,
    stride: tuple[int, int] = (1, 1),
    padding: tuple[int, int] = (0, 0),
    dilation: tuple[int, int] = (1, 1),
) -> Tensor:
    kh, kw = weight.shape[2:]
    (sh, sw), (ph, pw), (dh, dw) = stride, padding, dilation
    padded = F.pad(x, (0, pw, 0, ph))
    windows = padded.unfold(2, dh * (kh - 1) + 1, sh).unfold(3, dw * (kw - 1) + 1, sw)[..., ::dh, ::dw]
    out = torch.einsum("nchwij,ocij->nohw", windows, weight)
    return out if bias is None else out + bias[:, None, None]


@mutant(
    en="Your `conv2d` puts all of the padding at the right and the bottom, so that the output is shifted.",
    zh="你的 `conv2d` 把全部填充都放在右边和下边，输出因此发生了平移。",
)
def pads_everything_at_the_end(
    x: Tensor,
    weight: Tensor,
    bias: Tensor | None = None,
    stride: tuple[int, int] = (1, 1),
    padding: tuple[int, int] = (0, 0),
    dilation: tuple[int, int] = (1, 1),
) -> Tensor:
    kh, kw = weight.shape[2:]
    (sh, sw), (ph, pw), (dh, dw) = stride, padding, dilation
    padded = F.pad(x, (0, 2 * pw, 0, 2 * ph))
    windows = padded.unfold(2, dh * (kh - 1) + 1, sh).unfold(3, dw * (kw - 1) + 1, sw)[..., ::dh, ::dw]
    out = torch.einsum("nchwij,ocij->nohw", windows, weight)
    return out if bias is None else out + bias[:, None, None]


@mutant(
    en="Your `conv2d` pads with the numbers of the border; the padding is zero.",
    zh="你的 `conv2d` 用边缘的数值填充；填充应当是零。",
)
def repeats_the_border(
    x: Tensor,
    weight: Tensor,
    bias: Tensor | None = None,
    stride: tuple[int, int] = (1, 1),
    padding: tuple[int, int] = (0, 0),
    dilation: tuple[int, int] = (1, 1),
) -> Tensor:
    kh, kw = weight.shape[2:]
    (sh, sw), (ph, pw), (dh, dw) = stride, padding, dilation
    padded = F.pad(x, (pw, pw, ph, ph), mode="replicate")
    windows = padded.unfold(2, dh * (kh - 1) + 1, sh).unfold(3, dw * (kw - 1) + 1, sw)[..., ::dh, ::dw]
    out = torch.einsum("nchwij,ocij->nohw", windows, weight)
    return out if bias is None else out + bias[:, None, None]


@mutant(
    en="Your `conv2d` uses the dilation of the height for the width too.",
    zh="你的 `conv2d` 宽方向也用了高方向的空洞率。",
)
def dilates_like_the_height(
    x: Tensor,
    weight: Tensor,
    bias: Tensor | None = None,
    stride: tuple[int, int] = (1, 1),
    padding: tuple[int, int] = (0, 0),
    dilation: tuple[int, int] = (1, 1),
) -> Tensor:
    kh, kw = weight.shape[2:]
    (sh, sw), (ph, pw), (dh, dw) = stride, padding, dilation
    dw = dh
    padded = F.pad(x, (pw, pw, ph, ph))
    windows = padded.unfold(2, dh * (kh - 1) + 1, sh).unfold(3, dw * (kw - 1) + 1, sw)[..., ::dh, ::dw]
    out = torch.einsum("nchwij,ocij->nohw", windows, weight)
    return out if bias is None else out + bias[:, None, None]


@mutant(en="Your `conv2d` swaps the dilations of height and width.", zh="你的 `conv2d` 把高和宽的空洞率弄反了。")
def swaps_the_dilations(
    x: Tensor,
    weight: Tensor,
    bias: Tensor | None = None,
    stride: tuple[int, int] = (1, 1),
    padding: tuple[int, int] = (0, 0),
    dilation: tuple[int, int] = (1, 1),
) -> Tensor:
    kh, kw = weight.shape[2:]
    (sh, sw), (ph, pw), (dw, dh) = stride, padding, dilation
    padded = F.pad(x, (pw, pw, ph, ph))
    windows = padded.unfold(2, dh * (kh - 1) + 1, sh).unfold(3, dw * (kw - 1) + 1, sw)[..., ::dh, ::dw]
    out = torch.einsum("nchwij,ocij->nohw", windows, weight)
    return out if bias is None else out + bias[:, None, None]


@mutant(en="Your `conv2d` ignores the dilation.", zh="你的 `conv2d` 忽略了空洞。")
def ignores_dilation(
    x: Tensor,
    weight: Tensor,
    bias: Tensor | None = None,
    stride: tuple[int, int] = (1, 1),
    padding: tuple[int, int] = (0, 0),
    dilation: tuple[int, int] = (1, 1),
) -> Tensor:
    kh, kw = weight.shape[2:]
    (sh, sw), (ph, pw), (dh, dw) = stride, padding, dilation
    dh = dw = 1
    padded = F.pad(x, (pw, pw, ph, ph))
    windows = padded.unfold(2, dh * (kh - 1) + 1, sh).unfold(3, dw * (kw - 1) + 1, sw)[..., ::dh, ::dw]
    out = torch.einsum("nchwij,ocij->nohw", windows, weight)
    return out if bias is None else out + bias[:, None, None]


@mutant(
    en="Your `conv2d` lets a dilated kernel cover d·k cells and so loses places at the end.",
    zh="你的 `conv2d` 认为带空洞的卷积核覆盖 d·k 格，因此丢掉了末尾的位置。",
)
def covers_dilation_times_kernel(
    x: Tensor,
    weight: Tensor,
    bias: Tensor | None = None,
    stride: tuple[int, int] = (1, 1),
    padding: tuple[int, int] = (0, 0),
    dilation: tuple[int, int] = (1, 1),
) -> Tensor:
    kh, kw = weight.shape[2:]
    (sh, sw), (ph, pw), (dh, dw) = stride, padding, dilation
    padded = F.pad(x, (pw, pw, ph, ph))
    windows = padded.unfold(2, dh * kh, sh).unfold(3, dw * kw, sw)[..., ::dh, ::dw]
    out = torch.einsum("nchwij,ocij->nohw", windows, weight)
    return out if bias is None else out + bias[:, None, None]


@mutant(
    en="Your `conv2d` reads the weight as taps before channels, while the windows have the channels first.",
    zh="你的 `conv2d` 按先点后通道的顺序读取权重，而窗口是通道在前。",
)
def mixes_up_the_order_of_columns(
    x: Tensor,
    weight: Tensor,
    bias: Tensor | None = None,
    stride: tuple[int, int] = (1, 1),
    padding: tuple[int, int] = (0, 0),
    dilation: tuple[int, int] = (1, 1),
) -> Tensor:
    kh, kw = weight.shape[2:]
    (sh, sw), (ph, pw), (dh, dw) = stride, padding, dilation
    padded = F.pad(x, (pw, pw, ph, ph))
    windows = padded.unfold(2, dh * (kh - 1) + 1, sh).unfold(3, dw * (kw - 1) + 1, sw)[..., ::dh, ::dw]
    out = torch.einsum("nchwij,ocij->nohw", windows, weight.permute(0, 2, 3, 1).reshape(weight.shape))
    return out if bias is None else out + bias[:, None, None]


@mutant(en="Your `conv2d` swaps the rows and the columns of the kernels.", zh="你的 `conv2d` 把卷积核的行和列弄反了。")
def swaps_the_kernel_axes(
    x: Tensor,
    weight: Tensor,
    bias: Tensor | None = None,
    stride: tuple[int, int] = (1, 1),
    padding: tuple[int, int] = (0, 0),
    dilation: tuple[int, int] = (1, 1),
) -> Tensor:
    weight = weight.mT
    kh, kw = weight.shape[2:]
    (sh, sw), (ph, pw), (dh, dw) = stride, padding, dilation
    padded = F.pad(x, (pw, pw, ph, ph))
    windows = padded.unfold(2, dh * (kh - 1) + 1, sh).unfold(3, dw * (kw - 1) + 1, sw)[..., ::dh, ::dw]
    out = torch.einsum("nchwij,ocij->nohw", windows, weight)
    return out if bias is None else out + bias[:, None, None]


@mutant(
    en="Your `conv2d` gives float32 for float64 inputs; the dtype of the inputs has to stay.",
    zh="你的 `conv2d` 对 float64 输入给出 float32；应当保持输入的 dtype。",
)
def returns_float32(
    x: Tensor,
    weight: Tensor,
    bias: Tensor | None = None,
    stride: tuple[int, int] = (1, 1),
    padding: tuple[int, int] = (0, 0),
    dilation: tuple[int, int] = (1, 1),
) -> Tensor:
    kh, kw = weight.shape[2:]
    (sh, sw), (ph, pw), (dh, dw) = stride, padding, dilation
    padded = F.pad(x, (pw, pw, ph, ph))
    windows = padded.unfold(2, dh * (kh - 1) + 1, sh).unfold(3, dw * (kw - 1) + 1, sw)[..., ::dh, ::dw]
    out = torch.einsum("nchwij,ocij->nohw", windows, weight)
    out = out.float()
    return out if bias is None else out + bias.float()[:, None, None]


@mutant(
    en="Your `conv2d` computes on detached values, so that no gradient flows back.",
    zh="你的 `conv2d` 在断开的值上计算，梯度无法流回。",
)
def loses_the_gradient(
    x: Tensor,
    weight: Tensor,
    bias: Tensor | None = None,
    stride: tuple[int, int] = (1, 1),
    padding: tuple[int, int] = (0, 0),
    dilation: tuple[int, int] = (1, 1),
) -> Tensor:
    kh, kw = weight.shape[2:]
    (sh, sw), (ph, pw), (dh, dw) = stride, padding, dilation
    padded = F.pad(x, (pw, pw, ph, ph))
    windows = padded.unfold(2, dh * (kh - 1) + 1, sh).unfold(3, dw * (kw - 1) + 1, sw)[..., ::dh, ::dw]
    out = torch.einsum("nchwij,ocij->nohw", windows, weight)
    return out.detach() if bias is None else (out + bias[:, None, None]).detach()


@mutant(en="Your `conv2d` passes no gradient to the weight.", zh="你的 `conv2d` 没有把梯度传给权重。")
def loses_the_gradient_of_the_weight(
    x: Tensor,
    weight: Tensor,
    bias: Tensor | None = None,
    stride: tuple[int, int] = (1, 1),
    padding: tuple[int, int] = (0, 0),
    dilation: tuple[int, int] = (1, 1),
) -> Tensor:
    kh, kw = weight.shape[2:]
    (sh, sw), (ph, pw), (dh, dw) = stride, padding, dilation
    padded = F.pad(x, (pw, pw, ph, ph))
    windows = padded.unfold(2, dh * (kh - 1) + 1, sh).unfold(3, dw * (kw - 1) + 1, sw)[..., ::dh, ::dw]
    out = torch.einsum("nchwij,ocij->nohw", windows, weight.detach())
    return out if bias is None else out + bias[:, None, None]


@mutant(en="Your `conv2d` passes no gradient to the images.", zh="你的 `conv2d` 没有把梯度传给图像。")
def loses_the_gradient_of_the_image(
    x: Tensor,
    weight: Tensor,
    bias: Tensor | None = None,
    stride: tuple[int, int] = (1, 1),
    padding: tuple[int, int] = (0, 0),
    dilation: tuple[int, int] = (1, 1),
) -> Tensor:
    kh, kw = weight.shape[2:]
    (sh, sw), (ph, pw), (dh, dw) = stride, padding, dilation
    padded = F.pad(x.detach(), (pw, pw, ph, ph))
    windows = padded.unfold(2, dh * (kh - 1) + 1, sh).unfold(3, dw * (kw - 1) + 1, sw)[..., ::dh, ::dw]
    out = torch.einsum("nchwij,ocij->nohw", windows, weight)
    return out if bias is None else out + bias[:, None, None]


@mutant(en="Your `conv2d` passes no gradient to the bias.", zh="你的 `conv2d` 没有把梯度传给偏置。")
def loses_the_gradient_of_the_bias(
    x: Tensor,
    weight: Tensor,
    bias: Tensor | None = None,
    stride: tuple[int, int] = (1, 1),
    padding: tuple[int, int] = (0, 0),
    dilation: tuple[int, int] = (1, 1),
) -> Tensor:
    kh, kw = weight.shape[2:]
    (sh, sw), (ph, pw), (dh, dw) = stride, padding, dilation
    padded = F.pad(x, (pw, pw, ph, ph))
    windows = padded.unfold(2, dh * (kh - 1) + 1, sh).unfold(3, dw * (kw - 1) + 1, sw)[..., ::dh, ::dw]
    out = torch.einsum("nchwij,ocij->nohw", windows, weight)
    return out if bias is None else out + bias.detach()[:, None, None]


@mutant(
    en="Your `conv2d` gives the output the shape (width, height), in which the rows are torn apart.",
    zh="你的 `conv2d` 把输出排成 (宽, 高) 的形状，行被拆散了。",
)
def reads_the_output_as_width_by_height(
    x: Tensor,
    weight: Tensor,
    bias: Tensor | None = None,
    stride: tuple[int, int] = (1, 1),
    padding: tuple[int, int] = (0, 0),
    dilation: tuple[int, int] = (1, 1),
) -> Tensor:
    kh, kw = weight.shape[2:]
    (sh, sw), (ph, pw), (dh, dw) = stride, padding, dilation
    padded = F.pad(x, (pw, pw, ph, ph))
    windows = padded.unfold(2, dh * (kh - 1) + 1, sh).unfold(3, dw * (kw - 1) + 1, sw)[..., ::dh, ::dw]
    out = torch.einsum("nchwij,ocij->nohw", windows, weight)
    out = out.reshape(*out.shape[:2], out.shape[3], out.shape[2])
    return out if bias is None else out + bias[:, None, None]


@mutant(en="Your `conv2d` returns each output image transposed.", zh="你的 `conv2d` 返回的每个输出图像都是转置的。")
def transposes_the_output(
    x: Tensor,
    weight: Tensor,
    bias: Tensor | None = None,
    stride: tuple[int, int] = (1, 1),
    padding: tuple[int, int] = (0, 0),
    dilation: tuple[int, int] = (1, 1),
) -> Tensor:
    kh, kw = weight.shape[2:]
    (sh, sw), (ph, pw), (dh, dw) = stride, padding, dilation
    padded = F.pad(x, (pw, pw, ph, ph))
    windows = padded.unfold(2, dh * (kh - 1) + 1, sh).unfold(3, dw * (kw - 1) + 1, sw)[..., ::dh, ::dw]
    out = torch.einsum("nchwij,ocij->nohw", windows, weight)
    out = out.mT
    return out if bias is None else out + bias[:, None, None]


@mutant(
    en="Your `conv2d` creates the zeros of the padding on the CPU; they have to be on the device of the inputs.",
    zh="你的 `conv2d` 把填充的零建在 CPU 上；它们应当与输入在同一设备上。",
)
def creates_the_padding_on_the_cpu(
    x: Tensor,
    weight: Tensor,
    bias: Tensor | None = None,
    stride: tuple[int, int] = (1, 1),
    padding: tuple[int, int] = (0, 0),
    dilation: tuple[int, int] = (1, 1),
) -> Tensor:
    side = torch.zeros(*x.shape[:3], padding[1], dtype=x.dtype)
    x = torch.cat([side, x, side], 3)
    kh, kw = weight.shape[2:]
    (sh, sw), (ph, _), (dh, dw) = stride, padding, dilation
    padded = F.pad(x, (0, 0, ph, ph))
    windows = padded.unfold(2, dh * (kh - 1) + 1, sh).unfold(3, dw * (kw - 1) + 1, sw)[..., ::dh, ::dw]
    out = torch.einsum("nchwij,ocij->nohw", windows, weight)
    return out if bias is None else out + bias[:, None, None]


@mutant(
    en="Your `conv2d` takes the height of the kernel for its width too.",
    zh="你的 `conv2d` 把卷积核的高也当成了它的宽。",
)
def squares_the_kernel(
    x: Tensor,
    weight: Tensor,
    bias: Tensor | None = None,
    stride: tuple[int, int] = (1, 1),
    padding: tuple[int, int] = (0, 0),
    dilation: tuple[int, int] = (1, 1),
) -> Tensor:
    kh, kw = weight.shape[2:]
    (sh, sw), (ph, pw), (dh, dw) = stride, padding, dilation
    padded = F.pad(x, (pw, pw, ph, ph))
    windows = padded.unfold(2, dh * (kh - 1) + 1, sh).unfold(3, dw * (kh - 1) + 1, sw)[..., ::dh, ::dw]
    out = torch.einsum("nchwij,ocij->nohw", windows[..., : min(kh, kw)], weight[..., : min(kh, kw)])
    return out if bias is None else out + bias[:, None, None]
