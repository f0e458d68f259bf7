"""Plausible wrong versions of `corr2d`, each with its misconception."""

from __future__ import annotations

import torch
from torch import Tensor

from grader.mutants import mutant


@mutant(
    en="Your `corr2d` flips the kernel; a cross-correlation uses it as it stands.",
    zh="你的 `corr2d` 翻转了卷积核；互相关按原样使用它。",
)
def flips_the_kernel(x: Tensor, k: Tensor) -> Tensor:
    windows = x.unfold(0, k.shape[0], 1).unfold(1, k.shape[1], 1)
    return torch.einsum("ijab,ab->ij", windows, k.flip(0, 1))


@mutant(
    en="Your `corr2d` flips the rows of the kernel; a cross-correlation uses it as it stands.",
    zh="你的 `corr2d` 把卷积核的行颠倒了；互相关按原样使用它。",
)
def flips_the_rows_only(x: Tensor, k: Tensor) -> Tensor:
    windows = x.unfold(0, k.shape[0], 1).unfold(1, k.shape[1], 1)
    return torch.einsum("ijab,ab->ij", windows, k.flip(0))


@mutant(
    en="Your `corr2d` flips the columns of the kernel; a cross-correlation uses it as it stands.",
    zh="你的 `corr2d` 把卷积核的列颠倒了；互相关按原样使用它。",
)
def flips_the_columns_only(x: Tensor, k: Tensor) -> Tensor:
    windows = x.unfold(0, k.shape[0], 1).unfold(1, k.shape[1], 1)
    return torch.einsum("ijab,ab->ij", windows, k.flip(1))


@mutant(
    en="Your `corr2d` gives float32 for float64 inputs; the dtype of the inputs has to stay.",
    zh="你的 `corr2d` 对 float64 输入给出 float32；应当保持输入的 dtype。",
)
def returns_float32(x: Tensor, k: Tensor) -> Tensor:
    out = torch.zeros(x.shape[0] - k.shape[0] + 1, x.shape[1] - k.shape[1] + 1, device=x.device)
    for i in range(out.shape[0]):
        for j in range(out.shape[1]):
            out[i, j] = (x[i : i + k.shape[0], j : j + k.shape[1]] * k).sum()
    return out


@mutant(
    en="Your `corr2d` computes in float32, so that float64 inputs lose half of their digits.",
    zh="你的 `corr2d` 用 float32 计算，float64 输入丢掉了一半的有效数字。",
)
def computes_in_float32(x: Tensor, k: Tensor) -> Tensor:
    dtype = x.dtype
    x, k = x.float(), k.float()
    windows = x.unfold(0, k.shape[0], 1).unfold(1, k.shape[1], 1)
    out = torch.einsum("ijab,ab->ij", windows, k)
    return out.to(dtype)


@mutant(en="Your `corr2d` uses the transposed kernel.", zh="你的 `corr2d` 使用了转置的卷积核。")
def transposes_the_kernel(x: Tensor, k: Tensor) -> Tensor:
    k = k.T
    windows = x.unfold(0, k.shape[0], 1).unfold(1, k.shape[1], 1)
    return torch.einsum("ijab,ab->ij", windows, k)


@mutant(
    en="Your `corr2d` takes the numbers out of the tensors, so that no gradient flows back.",
    zh="你的 `corr2d` 把数值从张量里取了出来，梯度无法流回。",
)
def builds_from_python_numbers(x: Tensor, k: Tensor) -> Tensor:
    kh, kw = k.shape
    rows = range(x.shape[0] - kh + 1)
    columns = range(x.shape[1] - kw + 1)
    out = x.new_zeros(len(rows), len(columns))
    for i in rows:
        for j in columns:
            out[i, j] = (x.detach()[i : i + kh, j : j + kw] * k.detach()).sum()
    return out


@mutant(
    en="Your `corr2d` passes a gradient to the image only; the kernel gets none.",
    zh="你的 `corr2d` 只把梯度传给图像；卷积核没有得到梯度。",
)
def loses_the_gradient_of_the_kernel(x: Tensor, k: Tensor) -> Tensor:
    windows = x.unfold(0, k.shape[0], 1).unfold(1, k.shape[1], 1)
    return torch.einsum("ijab,ab->ij", windows, k.detach())


@mutant(en="Your `corr2d` returns the output transposed.", zh="你的 `corr2d` 返回的输出是转置的。")
def returns_width_by_height(x: Tensor, k: Tensor) -> Tensor:
    windows = x.unfold(0, k.shape[0], 1).unfold(1, k.shape[1], 1)
    return torch.einsum("ijab,ab->ji", windows, k)


@mutant(
    en="Your `corr2d` stops one place too early in each direction; there are H - kh + 1 times W - kw + 1 places.",
    zh="你的 `corr2d` 在每个方向上都早停了一格；位置共有 (H - kh + 1) 乘 (W - kw + 1) 个。",
)
def drops_the_last_place(x: Tensor, k: Tensor) -> Tensor:
    windows = x.unfold(0, k.shape[0], 1).unfold(1, k.shape[1], 1)
    return torch.einsum("ijab,ab->ij", windows[:-1, :-1], k)


@mutant(
    en="Your `corr2d` divides by the number of taps; the products are summed.",
    zh="你的 `corr2d` 除以了点数；这里应当把乘积求和。",
)
def averages_the_window(x: Tensor, k: Tensor) -> Tensor:
    windows = x.unfold(0, k.shape[0], 1).unfold(1, k.shape[1], 1)
    return torch.einsum("ijab,ab->ij", windows, k) / k.numel()


@mutant(
    en=("Your `corr2d` multiplies the kernel into the image itself, so that overlapping windows see spoilt numbers."),
    zh="你的 `corr2d` 把卷积核原地乘进了图像，重叠的窗口因此看到被改坏的数。",
)
def multiplies_in_place(x: Tensor, k: Tensor) -> Tensor:
    kh, kw = k.shape
    rows = []
    for i in range(x.shape[0] - kh + 1):
        row = []
        for j in range(x.shape[1] - kw + 1):
            window = x[i : i + kh, j : j + kw]
            window *= k
            row.append(window.sum())
        rows.append(torch.stack(row))
    return torch.stack(rows)


@mutant(
    en="Your `corr2d` gives the window the height and width of the kernel in the wrong order.",
    zh="你的 `corr2d` 把窗口的高和宽弄反了。",
)
def swaps_kernel_axes(x: Tensor, k: Tensor) -> Tensor:
    windows = (
        x.unfold(0, k.shape[1], 1)
        .unfold(1, k.shape[0], 1)
        .reshape(x.shape[0] - k.shape[1] + 1, x.shape[1] - k.shape[0] + 1, *k.shape)
    )
    return torch.einsum("ijab,ab->ij", windows, k)


@mutant(
    en="Your `corr2d` creates its output on the CPU; it has to be on the device of the inputs.",
    zh="你的 `corr2d` 把输出建在 CPU 上；它应当与输入在同一设备上。",
)
def creates_on_the_cpu(x: Tensor, k: Tensor) -> Tensor:
    kh, kw = k.shape
    out = torch.zeros(x.shape[0] - kh + 1, x.shape[1] - kw + 1, dtype=x.dtype)
    for a in range(kh):
        for b in range(kw):
            out = out + k[a, b] * x[a : a + out.shape[0], b : b + out.shape[1]]
    return out
