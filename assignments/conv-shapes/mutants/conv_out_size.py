"""Plausible wrong versions of `conv_out_size`, each with its misconception."""

from __future__ import annotations

from grader.mutants import mutant


@mutant(
    en="Your `conv_out_size` ignores the dilation: a dilated kernel covers more cells than it has taps.",
    zh="你的 `conv_out_size` 忽略了空洞：带空洞的卷积核覆盖的格数多于它的点数。",
)
def ignores_dilation(n: int, kernel: int, stride: int = 1, padding: int = 0, dilation: int = 1) -> int:
    if min(n, kernel, stride, dilation) < 1 or padding < 0:
        raise ValueError("an argument is out of range")
    span, line = kernel, n + 2 * padding
    if span > line:
        raise ValueError("the kernel does not fit")
    return (line - span) // stride + 1


@mutant(
    en="Your `conv_out_size` counts the padding once; it lies at both ends of the line.",
    zh="你的 `conv_out_size` 只算了一次填充；填充在两端都有。",
)
def pads_one_end_only(n: int, kernel: int, stride: int = 1, padding: int = 0, dilation: int = 1) -> int:
    if min(n, kernel, stride, dilation) < 1 or padding < 0:
        raise ValueError("an argument is out of range")
    span, line = dilation * (kernel - 1) + 1, n + padding
    if span > line:
        raise ValueError("the kernel does not fit")
    return (line - span) // stride + 1


@mutant(
    en="Your `conv_out_size` rounds the division up and counts a step that the kernel can no longer take.",
    zh="你的 `conv_out_size` 把除法向上取整，多数了卷积核已经迈不出的一步。",
)
def rounds_up(n: int, kernel: int, stride: int = 1, padding: int = 0, dilation: int = 1) -> int:
    if min(n, kernel, stride, dilation) < 1 or padding < 0:
        raise ValueError("an argument is out of range")
    span, line = dilation * (kernel - 1) + 1, n + 2 * padding
    if span > line:
        raise ValueError("the kernel does not fit")
    return -(-(line - span) // stride) + 1


@mutant(
    en="Your `conv_out_size` counts the steps only; the place where the kernel starts is missing (+ 1).",
    zh="你的 `conv_out_size` 只数了移动的步数，漏掉了卷积核的起始位置（+ 1）。",
)
def forgets_the_first_place(n: int, kernel: int, stride: int = 1, padding: int = 0, dilation: int = 1) -> int:
    if min(n, kernel, stride, dilation) < 1 or padding < 0:
        raise ValueError("an argument is out of range")
    span, line = dilation * (kernel - 1) + 1, n + 2 * padding
    if span > line:
        raise ValueError("the kernel does not fit")
    return (line - span) // stride


@mutant(
    en=(
        "Your `conv_out_size` lets a dilated kernel cover d·k cells; from the first tap to the last there are d(k-1)+1."
    ),
    zh="你的 `conv_out_size` 认为带空洞的卷积核覆盖 d·k 格；从第一个点到最后一个点其实是 d(k-1)+1 格。",
)
def covers_dilation_times_kernel(n: int, kernel: int, stride: int = 1, padding: int = 0, dilation: int = 1) -> int:
    if min(n, kernel, stride, dilation) < 1 or padding < 0:
        raise ValueError("an argument is out of range")
    span, line = dilation * kernel, n + 2 * padding
    if span > line:
        raise ValueError("the kernel does not fit")
    return (line - span) // stride + 1


@mutant(
    en=(
        "Your `conv_out_size` returns a number where the kernel is longer than the padded line; that has to "
        "be a ValueError."
    ),
    zh="你的 `conv_out_size` 在卷积核比填充后的长度还长时仍返回一个数；此时应当抛出 ValueError。",
)
def never_refuses_a_long_kernel(n: int, kernel: int, stride: int = 1, padding: int = 0, dilation: int = 1) -> int:
    if min(n, kernel, stride, dilation) < 1 or padding < 0:
        raise ValueError("an argument is out of range")
    span, line = dilation * (kernel - 1) + 1, n + 2 * padding
    return (line - span) // stride + 1


@mutant(en="Your `conv_out_size` ignores the stride.", zh="你的 `conv_out_size` 忽略了步幅。")
def ignores_stride(n: int, kernel: int, stride: int = 1, padding: int = 0, dilation: int = 1) -> int:
    if min(n, kernel, stride, dilation) < 1 or padding < 0:
        raise ValueError("an argument is out of range")
    span, line = dilation * (kernel - 1) + 1, n + 2 * padding
    if span > line:
        raise ValueError("the kernel does not fit")
    return line - span + 1


@mutant(
    en="Your `conv_out_size` returns a float; a size is an int.",
    zh="你的 `conv_out_size` 返回了浮点数；尺寸应当是 int。",
)
def returns_a_float(n: int, kernel: int, stride: int = 1, padding: int = 0, dilation: int = 1) -> int:
    if min(n, kernel, stride, dilation) < 1 or padding < 0:
        raise ValueError("an argument is out of range")
    span, line = dilation * (kernel - 1) + 1, n + 2 * padding
    if span > line:
        raise ValueError("the kernel does not fit")
    return (line - span) / stride // 1 + 1


@mutant(
    en="Your `conv_out_size` adds 1 before it divides by the stride; the 1 comes after the division.",
    zh="你的 `conv_out_size` 在除以步幅之前就加了 1；这个 1 应当在除法之后再加。",
)
def adds_one_before_dividing(n: int, kernel: int, stride: int = 1, padding: int = 0, dilation: int = 1) -> int:
    if min(n, kernel, stride, dilation) < 1 or padding < 0:
        raise ValueError("an argument is out of range")
    span, line = dilation * (kernel - 1) + 1, n + 2 * padding
    if span > line:
        raise ValueError("the kernel does not fit")
    return (line - span + 1) // stride


@mutant(
    en="Your `conv_out_size` refuses a kernel that fills the padded line exactly; it has one place.",
    zh="你的 `conv_out_size` 拒绝了恰好占满整行的卷积核；它有一个位置。",
)
def refuses_an_exact_fit(n: int, kernel: int, stride: int = 1, padding: int = 0, dilation: int = 1) -> int:
    if min(n, kernel, stride, dilation) < 1 or padding < 0:
        raise ValueError("an argument is out of range")
    span, line = dilation * (kernel - 1) + 1, n + 2 * padding
    if span >= line:
        raise ValueError("the kernel does not fit")
    return (line - span) // stride + 1


@mutant(
    en="Your `conv_out_size` refuses kernels that fit only thanks to the padding.",
    zh="你的 `conv_out_size` 拒绝了靠填充才放得下的卷积核。",
)
def compares_with_the_unpadded_line(n: int, kernel: int, stride: int = 1, padding: int = 0, dilation: int = 1) -> int:
    if min(n, kernel, stride, dilation) < 1 or padding < 0:
        raise ValueError("an argument is out of range")
    span, line = dilation * (kernel - 1) + 1, n + 2 * padding
    if span > n:
        raise ValueError("the kernel does not fit")
    return (line - span) // stride + 1


@mutant(
    en=(
        "Your `conv_out_size` compares the number of taps with the line, so that a dilated kernel that is "
        "too long is not refused."
    ),
    zh="你的 `conv_out_size` 拿点数与长度比较，因此没有拒绝加上空洞后过长的卷积核。",
)
def checks_the_taps_only(n: int, kernel: int, stride: int = 1, padding: int = 0, dilation: int = 1) -> int:
    if min(n, kernel, stride, dilation) < 1 or padding < 0:
        raise ValueError("an argument is out of range")
    span, line = dilation * (kernel - 1) + 1, n + 2 * padding
    if kernel > line:
        raise ValueError("the kernel does not fit")
    return (line - span) // stride + 1


@mutant(
    en=(
        "Your `conv_out_size` accepts arguments out of range, such as a kernel of 0 or a negative padding; "
        "they have to raise a ValueError."
    ),
    zh="你的 `conv_out_size` 接受了超出范围的参数，例如大小为 0 的卷积核或负的填充；这些都应当抛出 ValueError。",
)
def checks_no_ranges(n: int, kernel: int, stride: int = 1, padding: int = 0, dilation: int = 1) -> int:
    span, line = dilation * (kernel - 1) + 1, n + 2 * padding
    if span > line:
        raise ValueError("the kernel does not fit")
    return (line - span) // stride + 1


@mutant(
    en="Your `conv_out_size` accepts a negative padding; it has to raise a ValueError.",
    zh="你的 `conv_out_size` 接受了负的填充；应当抛出 ValueError。",
)
def accepts_negative_padding(n: int, kernel: int, stride: int = 1, padding: int = 0, dilation: int = 1) -> int:
    if min(n, kernel, stride, dilation) < 1:
        raise ValueError("an argument is out of range")
    span, line = dilation * (kernel - 1) + 1, n + 2 * padding
    if span > line:
        raise ValueError("the kernel does not fit")
    return (line - span) // stride + 1


@mutant(
    en=("Your `conv_out_size` multiplies the padding with the dilation; the padding is counted in cells of the line."),
    zh="你的 `conv_out_size` 让填充也乘以空洞率；填充是按这一行的格数计算的。",
)
def pads_every_tap(n: int, kernel: int, stride: int = 1, padding: int = 0, dilation: int = 1) -> int:
    if min(n, kernel, stride, dilation) < 1 or padding < 0:
        raise ValueError("an argument is out of range")
    span, line = dilation * (kernel - 1) + 1, n + 2 * padding * dilation
    if span > line:
        raise ValueError("the kernel does not fit")
    return (line - span) // stride + 1


@mutant(
    en="Your `conv_out_size` multiplies the stride with the dilation; the kernel moves by `stride` cells.",
    zh="你的 `conv_out_size` 让步幅也乘以空洞率；卷积核每次移动 `stride` 格。",
)
def dilates_the_stride(n: int, kernel: int, stride: int = 1, padding: int = 0, dilation: int = 1) -> int:
    if min(n, kernel, stride, dilation) < 1 or padding < 0:
        raise ValueError("an argument is out of range")
    span, line = dilation * (kernel - 1) + 1, n + 2 * padding
    if span > line:
        raise ValueError("the kernel does not fit")
    return (line - span) // (stride * dilation) + 1
