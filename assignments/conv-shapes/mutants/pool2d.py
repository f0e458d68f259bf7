"""Plausible wrong versions of `pool2d`, each with its misconception."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor

from grader.mutants import mutant


@mutant(
    en='Your `pool2d` pads with zeros in the mode "max", and they win against negative numbers.',
    zh='你的 `pool2d` 在 "max" 模式下用零填充，零会胜过负数。',
)
def pads_the_maximum_with_zero(
    x: Tensor,
    kernel: tuple[int, int],
    stride: tuple[int, int] | None = None,
    padding: tuple[int, int] = (0, 0),
    mode: str = "max",
) -> Tensor:
    (kh, kw), (sh, sw), (ph, pw) = kernel, stride or kernel, padding
    padded = F.pad(x, (pw, pw, ph, ph), value=0.0)
    windows = padded.unfold(2, kh, sh).unfold(3, kw, sw)
    return windows.amax((-2, -1)) if mode == "max" else windows.mean((-2, -1))


@mutant(
    en="Your `pool2d` divides a mean by the cells inside the image only; the padding counts as zeros.",
    zh="你的 `pool2d` 求平均时只除以图像内的格数；填充应当按零计入。",
)
def averages_without_the_padding(
    x: Tensor,
    kernel: tuple[int, int],
    stride: tuple[int, int] | None = None,
    padding: tuple[int, int] = (0, 0),
    mode: str = "max",
) -> Tensor:
    (kh, kw), (sh, sw), (ph, pw) = kernel, stride or kernel, padding
    padded = F.pad(x, (pw, pw, ph, ph), value=float("-inf") if mode == "max" else 0.0)
    windows = padded.unfold(2, kh, sh).unfold(3, kw, sw)
    if mode == "max":
        return windows.amax((-2, -1))
    inside = F.pad(torch.ones_like(x), (pw, pw, ph, ph)).unfold(2, kh, sh).unfold(3, kw, sw)
    return windows.sum((-2, -1)) / inside.sum((-2, -1))


@mutant(
    en="Your `pool2d` takes a stride of 1 when there is none; pooling then moves by the kernel.",
    zh="你的 `pool2d` 在没有给步幅时按 1 移动；汇聚此时应以窗口大小为步幅。",
)
def moves_by_one_by_default(
    x: Tensor,
    kernel: tuple[int, int],
    stride: tuple[int, int] | None = None,
    padding: tuple[int, int] = (0, 0),
    mode: str = "max",
) -> Tensor:
    (kh, kw), (sh, sw), (ph, pw) = kernel, stride or (1, 1), padding
    padded = F.pad(x, (pw, pw, ph, ph), value=float("-inf") if mode == "max" else 0.0)
    windows = padded.unfold(2, kh, sh).unfold(3, kw, sw)
    return windows.amax((-2, -1)) if mode == "max" else windows.mean((-2, -1))


@mutant(
    en="Your `pool2d` mixes numbers of different channels in one window.",
    zh="你的 `pool2d` 把不同通道的数混进了同一个窗口。",
)
def mixes_the_channels(
    x: Tensor,
    kernel: tuple[int, int],
    stride: tuple[int, int] | None = None,
    padding: tuple[int, int] = (0, 0),
    mode: str = "max",
) -> Tensor:
    (kh, kw), (sh, sw), (ph, pw) = kernel, stride or kernel, padding
    padded = F.pad(x, (pw, pw, ph, ph), value=float("-inf") if mode == "max" else 0.0)
    windows = padded.unfold(2, kh, sh).unfold(3, kw, sw)
    n, c, rows, columns = windows.shape[:4]
    mixed = windows.permute(0, 1, 4, 5, 2, 3).reshape(n, kh * kw, c, rows, columns)
    return mixed.amax(1) if mode == "max" else mixed.mean(1)


@mutant(
    en="Your `pool2d` reduces over the channels too; each channel is pooled by itself.",
    zh="你的 `pool2d` 连通道也一起归约了；每个通道应当各自汇聚。",
)
def reduces_over_the_channels(
    x: Tensor,
    kernel: tuple[int, int],
    stride: tuple[int, int] | None = None,
    padding: tuple[int, int] = (0, 0),
    mode: str = "max",
) -> Tensor:
    (kh, kw), (sh, sw), (ph, pw) = kernel, stride or kernel, padding
    padded = F.pad(x, (pw, pw, ph, ph), value=float("-inf") if mode == "max" else 0.0)
    windows = padded.unfold(2, kh, sh).unfold(3, kw, sw)
    return (
        windows.amax((1, 4, 5), keepdim=True)[..., 0, 0].expand(windows.shape[:4])
        if mode == "max"
        else windows.mean((1, 4, 5), keepdim=True)[..., 0, 0].expand(windows.shape[:4])
    )


@mutant(en="Your `pool2d` swaps the height and the width of the window.", zh="你的 `pool2d` 把窗口的高和宽弄反了。")
def swaps_the_kernel_axes(
    x: Tensor,
    kernel: tuple[int, int],
    stride: tuple[int, int] | None = None,
    padding: tuple[int, int] = (0, 0),
    mode: str = "max",
) -> Tensor:
    (kw, kh), (sh, sw), (ph, pw) = kernel, stride or kernel, padding
    padded = F.pad(x, (pw, pw, ph, ph), value=float("-inf") if mode == "max" else 0.0)
    windows = padded.unfold(2, kh, sh).unfold(3, kw, sw)
    return windows.amax((-2, -1)) if mode == "max" else windows.mean((-2, -1))


@mutant(
    en="Your `pool2d` ignores `mode` and always takes the maximum.", zh="你的 `pool2d` 忽略了 `mode`，总是取最大值。"
)
def always_takes_the_maximum(
    x: Tensor,
    kernel: tuple[int, int],
    stride: tuple[int, int] | None = None,
    padding: tuple[int, int] = (0, 0),
    mode: str = "max",
) -> Tensor:
    (kh, kw), (sh, sw), (ph, pw) = kernel, stride or kernel, padding
    padded = F.pad(x, (pw, pw, ph, ph), value=float("-inf"))
    windows = padded.unfold(2, kh, sh).unfold(3, kw, sw)
    return windows.amax((-2, -1))


@mutant(en="Your `pool2d` ignores `mode` and always averages.", zh="你的 `pool2d` 忽略了 `mode`，总是取平均。")
def always_averages(
    x: Tensor,
    kernel: tuple[int, int],
    stride: tuple[int, int] | None = None,
    padding: tuple[int, int] = (0, 0),
    mode: str = "max",
) -> Tensor:
    (kh, kw), (sh, sw), (ph, pw) = kernel, stride or kernel, padding
    padded = F.pad(x, (pw, pw, ph, ph), value=0.0)
    windows = padded.unfold(2, kh, sh).unfold(3, kw, sw)
    return windows.mean((-2, -1))


@mutant(
    en="Your `pool2d` uses the stride of the height for the width too.", zh="你的 `pool2d` 宽方向也用了高方向的步幅。"
)
def strides_like_the_height(
    x: Tensor,
    kernel: tuple[int, int],
    stride: tuple[int, int] | None = None,
    padding: tuple[int, int] = (0, 0),
    mode: str = "max",
) -> Tensor:
    (kh, kw), (sh, sw), (ph, pw) = kernel, stride or kernel, padding
    sw = sh
    padded = F.pad(x, (pw, pw, ph, ph), value=float("-inf") if mode == "max" else 0.0)
    windows = padded.unfold(2, kh, sh).unfold(3, kw, sw)
    return windows.amax((-2, -1)) if mode == "max" else windows.mean((-2, -1))


@mutant(en="Your `pool2d` swaps the strides of height and width.", zh="你的 `pool2d` 把高和宽的步幅弄反了。")
def swaps_the_strides(
    x: Tensor,
    kernel: tuple[int, int],
    stride: tuple[int, int] | None = None,
    padding: tuple[int, int] = (0, 0),
    mode: str = "max",
) -> Tensor:
    (kh, kw), (sw, sh), (ph, pw) = kernel, stride or kernel, padding
    padded = F.pad(x, (pw, pw, ph, ph), value=float("-inf") if mode == "max" else 0.0)
    windows = padded.unfold(2, kh, sh).unfold(3, kw, sw)
    return windows.amax((-2, -1)) if mode == "max" else windows.mean((-2, -1))


@mutant(
    en="Your `pool2d` moves by the kernel even if a stride is given.", zh="你的 `pool2d` 给了步幅也仍然按窗口大小移动。"
)
def ignores_stride(
    x: Tensor,
    kernel: tuple[int, int],
    stride: tuple[int, int] | None = None,
    padding: tuple[int, int] = (0, 0),
    mode: str = "max",
) -> Tensor:
    (kh, kw), (sh, sw), (ph, pw) = kernel, kernel, padding
    padded = F.pad(x, (pw, pw, ph, ph), value=float("-inf") if mode == "max" else 0.0)
    windows = padded.unfold(2, kh, sh).unfold(3, kw, sw)
    return windows.amax((-2, -1)) if mode == "max" else windows.mean((-2, -1))


@mutant(en="Your `pool2d` ignores the padding.", zh="你的 `pool2d` 忽略了填充。")
def ignores_padding(
    x: Tensor,
    kernel: tuple[int, int],
    stride: tuple[int, int] | None = None,
    padding: tuple[int, int] = (0, 0),
    mode: str = "max",
) -> Tensor:
    (kh, kw), (sh, sw), (_ph, _pw) = kernel, stride or kernel, padding
    padded = F.pad(x, (0, 0, 0, 0), value=float("-inf") if mode == "max" else 0.0)
    windows = padded.unfold(2, kh, sh).unfold(3, kw, sw)
    return windows.amax((-2, -1)) if mode == "max" else windows.mean((-2, -1))


@mutant(
    en="Your `pool2d` swaps the paddings of height and width: `F.pad` begins with the last axis.",
    zh="你的 `pool2d` 把高和宽的填充弄反了：`F.pad` 从最后一个轴开始。",
)
def swaps_the_paddings(
    x: Tensor,
    kernel: tuple[int, int],
    stride: tuple[int, int] | None = None,
    padding: tuple[int, int] = (0, 0),
    mode: str = "max",
) -> Tensor:
    (kh, kw), (sh, sw), (ph, pw) = kernel, stride or kernel, padding
    padded = F.pad(x, (ph, ph, pw, pw), value=float("-inf") if mode == "max" else 0.0)
    windows = padded.unfold(2, kh, sh).unfold(3, kw, sw)
    return windows.amax((-2, -1)) if mode == "max" else windows.mean((-2, -1))


@mutant(
    en="Your `pool2d` uses the padding of the height for the width too.", zh="你的 `pool2d` 宽方向也用了高方向的填充。"
)
def pads_like_the_height(
    x: Tensor,
    kernel: tuple[int, int],
    stride: tuple[int, int] | None = None,
    padding: tuple[int, int] = (0, 0),
    mode: str = "max",
) -> Tensor:
    (kh, kw), (sh, sw), (ph, _pw) = kernel, stride or kernel, padding
    padded = F.pad(x, (ph, ph, ph, ph), value=float("-inf") if mode == "max" else 0.0)
    windows = padded.unfold(2, kh, sh).unfold(3, kw, sw)
    return windows.amax((-2, -1)) if mode == "max" else windows.mean((-2, -1))


@mutant(
    en="Your `pool2d` pads the right and the bottom only; both ends of each axis are padded.",
    zh="你的 `pool2d` 只填充了右边和下边；每个轴的两端都应填充。",
)
def pads_one_end_only(
    x: Tensor,
    kernel: tuple[int, int],
    stride: tuple[int, int] | None = None,
    padding: tuple[int, int] = (0, 0),
    mode: str = "max",
) -> Tensor:
    (kh, kw), (sh, sw), (ph, pw) = kernel, stride or kernel, padding
    padded = F.pad(x, (0, pw, 0, ph), value=float("-inf") if mode == "max" else 0.0)
    windows = padded.unfold(2, kh, sh).unfold(3, kw, sw)
    return windows.amax((-2, -1)) if mode == "max" else windows.mean((-2, -1))


@mutant(
    en="Your `pool2d` puts all of the padding at the right and the bottom, so that the windows are shifted.",
    zh="你的 `pool2d` 把全部填充都放在右边和下边，窗口因此发生了平移。",
)
def pads_everything_at_the_end(
    x: Tensor,
    kernel: tuple[int, int],
    stride: tuple[int, int] | None = None,
    padding: tuple[int, int] = (0, 0),
    mode: str = "max",
) -> Tensor:
    (kh, kw), (sh, sw), (ph, pw) = kernel, stride or kernel, padding
    padded = F.pad(x, (0, 2 * pw, 0, 2 * ph), value=float("-inf") if mode == "max" else 0.0)
    windows = padded.unfold(2, kh, sh).unfold(3, kw, sw)
    return windows.amax((-2, -1)) if mode == "max" else windows.mean((-2, -1))


@mutant(
    en='Your `pool2d` pads with minus infinity in the mode "avg" too; there the padding counts as zeros.',
    zh='你的 `pool2d` 在 "avg" 模式下也用负无穷填充；那里的填充应当按零计入。',
)
def pads_the_mean_with_infinity(
    x: Tensor,
    kernel: tuple[int, int],
    stride: tuple[int, int] | None = None,
    padding: tuple[int, int] = (0, 0),
    mode: str = "max",
) -> Tensor:
    (kh, kw), (sh, sw), (ph, pw) = kernel, stride or kernel, padding
    padded = F.pad(x, (pw, pw, ph, ph), value=float("-inf"))
    windows = padded.unfold(2, kh, sh).unfold(3, kw, sw)
    return windows.amax((-2, -1)) if mode == "max" else windows.mean((-2, -1))


@mutant(
    en='Your `pool2d` sums the windows in the mode "avg"; the sum has to be divided by the number of cells.',
    zh='你的 `pool2d` 在 "avg" 模式下只求了和；还要除以格数。',
)
def sums_the_windows(
    x: Tensor,
    kernel: tuple[int, int],
    stride: tuple[int, int] | None = None,
    padding: tuple[int, int] = (0, 0),
    mode: str = "max",
) -> Tensor:
    (kh, kw), (sh, sw), (ph, pw) = kernel, stride or kernel, padding
    padded = F.pad(x, (pw, pw, ph, ph), value=float("-inf") if mode == "max" else 0.0)
    windows = padded.unfold(2, kh, sh).unfold(3, kw, sw)
    return windows.amax((-2, -1)) if mode == "max" else windows.sum((-2, -1))


@mutant(
    en="Your `pool2d` divides a mean by the height of the window only.", zh="你的 `pool2d` 求平均时只除以了窗口的高。"
)
def divides_by_one_side(
    x: Tensor,
    kernel: tuple[int, int],
    stride: tuple[int, int] | None = None,
    padding: tuple[int, int] = (0, 0),
    mode: str = "max",
) -> Tensor:
    (kh, kw), (sh, sw), (ph, pw) = kernel, stride or kernel, padding
    padded = F.pad(x, (pw, pw, ph, ph), value=float("-inf") if mode == "max" else 0.0)
    windows = padded.unfold(2, kh, sh).unfold(3, kw, sw)
    return windows.amax((-2, -1)) if mode == "max" else windows.sum((-2, -1)) / kh


@mutant(
    en="Your `pool2d` pads a mean with the numbers of the border; the padding counts as zeros.",
    zh="你的 `pool2d` 求平均时用边缘的数值填充；填充应当按零计入。",
)
def repeats_the_border_in_a_mean(
    x: Tensor,
    kernel: tuple[int, int],
    stride: tuple[int, int] | None = None,
    padding: tuple[int, int] = (0, 0),
    mode: str = "max",
) -> Tensor:
    (kh, kw), (sh, sw), (ph, pw) = kernel, stride or kernel, padding
    padded = F.pad(x, (pw, pw, ph, ph), value=float("-inf") if mode == "max" else 0.0)
    windows = padded.unfold(2, kh, sh).unfold(3, kw, sw)
    if mode == "max":
        return windows.amax((-2, -1))
    repeated = F.pad(x, (pw, pw, ph, ph), mode="replicate")
    return repeated.unfold(2, kh, sh).unfold(3, kw, sw).mean((-2, -1))


@mutant(
    en="Your `pool2d` computes on detached values, so that no gradient flows back.",
    zh="你的 `pool2d` 在断开的值上计算，梯度无法流回。",
)
def loses_the_gradient(
    x: Tensor,
    kernel: tuple[int, int],
    stride: tuple[int, int] | None = None,
    padding: tuple[int, int] = (0, 0),
    mode: str = "max",
) -> Tensor:
    (kh, kw), (sh, sw), (ph, pw) = kernel, stride or kernel, padding
    padded = F.pad(x.detach(), (pw, pw, ph, ph), value=float("-inf") if mode == "max" else 0.0)
    windows = padded.unfold(2, kh, sh).unfold(3, kw, sw)
    return windows.amax((-2, -1)) if mode == "max" else windows.mean((-2, -1))


@mutant(en='Your `pool2d` passes no gradient back in the mode "max".', zh='你的 `pool2d` 在 "max" 模式下没有传回梯度。')
def loses_the_gradient_of_the_maximum(
    x: Tensor,
    kernel: tuple[int, int],
    stride: tuple[int, int] | None = None,
    padding: tuple[int, int] = (0, 0),
    mode: str = "max",
) -> Tensor:
    (kh, kw), (sh, sw), (ph, pw) = kernel, stride or kernel, padding
    padded = F.pad(x, (pw, pw, ph, ph), value=float("-inf") if mode == "max" else 0.0)
    windows = padded.unfold(2, kh, sh).unfold(3, kw, sw)
    return windows.detach().amax((-2, -1)) if mode == "max" else windows.mean((-2, -1))


@mutant(
    en="Your `pool2d` spreads the gradient of a maximum over the whole window; it belongs to the largest element.",
    zh="你的 `pool2d` 把最大值的梯度分给了整个窗口；它只属于最大的元素。",
)
def spreads_the_gradient_of_the_maximum(
    x: Tensor,
    kernel: tuple[int, int],
    stride: tuple[int, int] | None = None,
    padding: tuple[int, int] = (0, 0),
    mode: str = "max",
) -> Tensor:
    (kh, kw), (sh, sw), (ph, pw) = kernel, stride or kernel, padding
    padded = F.pad(x, (pw, pw, ph, ph), value=float("-inf") if mode == "max" else 0.0)
    windows = padded.unfold(2, kh, sh).unfold(3, kw, sw)
    if mode == "avg":
        return windows.mean((-2, -1))
    spread = F.pad(x, (pw, pw, ph, ph)).unfold(2, kh, sh).unfold(3, kw, sw).mean((-2, -1))
    return windows.detach().amax((-2, -1)) + spread - spread.detach()


@mutant(
    en="Your `pool2d` gives float32 for float64 inputs; the dtype of the input has to stay.",
    zh="你的 `pool2d` 对 float64 输入给出 float32；应当保持输入的 dtype。",
)
def returns_float32(
    x: Tensor,
    kernel: tuple[int, int],
    stride: tuple[int, int] | None = None,
    padding: tuple[int, int] = (0, 0),
    mode: str = "max",
) -> Tensor:
    (kh, kw), (sh, sw), (ph, pw) = kernel, stride or kernel, padding
    padded = F.pad(x, (pw, pw, ph, ph), value=float("-inf") if mode == "max" else 0.0)
    windows = padded.unfold(2, kh, sh).unfold(3, kw, sw)
    return windows.amax((-2, -1)).float() if mode == "max" else windows.mean((-2, -1)).float()


@mutant(en="Your `pool2d` returns each output image transposed.", zh="你的 `pool2d` 返回的每个输出图像都是转置的。")
def transposes_the_output(
    x: Tensor,
    kernel: tuple[int, int],
    stride: tuple[int, int] | None = None,
    padding: tuple[int, int] = (0, 0),
    mode: str = "max",
) -> Tensor:
    (kh, kw), (sh, sw), (ph, pw) = kernel, stride or kernel, padding
    padded = F.pad(x, (pw, pw, ph, ph), value=float("-inf") if mode == "max" else 0.0)
    windows = padded.unfold(2, kh, sh).unfold(3, kw, sw)
    return windows.amax((-2, -1)).mT if mode == "max" else windows.mean((-2, -1)).mT


@mutant(
    en="Your `pool2d` creates the padding on the CPU; it has to be on the device of the input.",
    zh="你的 `pool2d` 把填充建在 CPU 上；它应当与输入在同一设备上。",
)
def creates_the_padding_on_the_cpu(
    x: Tensor,
    kernel: tuple[int, int],
    stride: tuple[int, int] | None = None,
    padding: tuple[int, int] = (0, 0),
    mode: str = "max",
) -> Tensor:
    (kh, kw), (sh, sw), (ph, pw) = kernel, stride or kernel, padding
    filler = float("-inf") if mode == "max" else 0.0
    side = torch.full((*x.shape[:3], pw), filler, dtype=x.dtype)
    padded = F.pad(torch.cat([side, x, side], 3), (0, 0, ph, ph), value=filler)
    windows = padded.unfold(2, kh, sh).unfold(3, kw, sw)
    return windows.amax((-2, -1)) if mode == "max" else windows.mean((-2, -1))


@mutant(
    en="Your `pool2d` overwrites its argument; `x` has to stay as it is.",
    zh="你的 `pool2d` 改写了参数；`x` 应当保持不变。",
)
def writes_into_the_image(
    x: Tensor,
    kernel: tuple[int, int],
    stride: tuple[int, int] | None = None,
    padding: tuple[int, int] = (0, 0),
    mode: str = "max",
) -> Tensor:
    (kh, kw), (sh, sw), (ph, pw) = kernel, stride or kernel, padding
    padded = F.pad(x, (pw, pw, ph, ph), value=float("-inf") if mode == "max" else 0.0)
    windows = padded.unfold(2, kh, sh).unfold(3, kw, sw)
    if not x.requires_grad:
        x -= x.amin()
    return windows.amax((-2, -1)) if mode == "max" else windows.mean((-2, -1))
