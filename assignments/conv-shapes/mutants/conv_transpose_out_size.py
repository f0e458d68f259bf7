"""Plausible wrong versions of `conv_transpose_out_size`, each with its misconception."""

from __future__ import annotations

from grader.mutants import mutant


@mutant(
    en=(
        "Your `conv_transpose_out_size` computes the size of an ordinary convolution; a transposed one goes "
        "the other way."
    ),
    zh="你的 `conv_transpose_out_size` 算的是普通卷积的尺寸；转置卷积的方向正好相反。",
)
def goes_forward(
    n: int, kernel: int, stride: int = 1, padding: int = 0, output_padding: int = 0, dilation: int = 1
) -> int:
    if output_padding >= max(stride, dilation):
        raise ValueError("too much output padding")
    return (n + 2 * padding - dilation * (kernel - 1) - 1) // stride + 1 + output_padding


@mutant(
    en=(
        "Your `conv_transpose_out_size` multiplies all n cells by the stride; behind the last cell there is "
        "no step, so n - 1 steps are left."
    ),
    zh="你的 `conv_transpose_out_size` 让全部 n 个格都乘以步幅；最后一格后面没有步幅，应当只有 n - 1 步。",
)
def spreads_the_last_cell_too(
    n: int, kernel: int, stride: int = 1, padding: int = 0, output_padding: int = 0, dilation: int = 1
) -> int:
    if output_padding >= max(stride, dilation):
        raise ValueError("too much output padding")
    return n * stride - 2 * padding + dilation * (kernel - 1) + output_padding + 1


@mutant(
    en="Your `conv_transpose_out_size` adds the padding; in a transposed convolution it crops the output.",
    zh="你的 `conv_transpose_out_size` 加上了填充；在转置卷积里填充是裁剪输出。",
)
def adds_the_padding(
    n: int, kernel: int, stride: int = 1, padding: int = 0, output_padding: int = 0, dilation: int = 1
) -> int:
    if output_padding >= max(stride, dilation):
        raise ValueError("too much output padding")
    return (n - 1) * stride + 2 * padding + dilation * (kernel - 1) + output_padding + 1


@mutant(
    en="Your `conv_transpose_out_size` leaves out the output padding.",
    zh="你的 `conv_transpose_out_size` 漏掉了输出填充。",
)
def forgets_output_padding(
    n: int, kernel: int, stride: int = 1, padding: int = 0, output_padding: int = 0, dilation: int = 1
) -> int:
    if output_padding >= max(stride, dilation):
        raise ValueError("too much output padding")
    return (n - 1) * stride - 2 * padding + dilation * (kernel - 1) + 1


@mutant(en="Your `conv_transpose_out_size` ignores the dilation.", zh="你的 `conv_transpose_out_size` 忽略了空洞。")
def ignores_dilation(
    n: int, kernel: int, stride: int = 1, padding: int = 0, output_padding: int = 0, dilation: int = 1
) -> int:
    if output_padding >= max(stride, dilation):
        raise ValueError("too much output padding")
    return (n - 1) * stride - 2 * padding + (kernel - 1) + output_padding + 1


@mutant(
    en=(
        "Your `conv_transpose_out_size` accepts any output padding; one that is smaller neither than the "
        "stride nor than the dilation has to raise a ValueError."
    ),
    zh="你的 `conv_transpose_out_size` 接受任何输出填充；既不小于步幅也不小于空洞率时应当抛出 ValueError。",
)
def checks_no_limit(
    n: int, kernel: int, stride: int = 1, padding: int = 0, output_padding: int = 0, dilation: int = 1
) -> int:
    return (n - 1) * stride - 2 * padding + dilation * (kernel - 1) + output_padding + 1


@mutant(
    en=(
        "Your `conv_transpose_out_size` refuses an output padding that is smaller than the dilation, though "
        "not than the stride; one of the two suffices."
    ),
    zh="你的 `conv_transpose_out_size` 拒绝了小于空洞率但不小于步幅的输出填充；只要小于两者之一即可。",
)
def compares_with_the_stride_only(
    n: int, kernel: int, stride: int = 1, padding: int = 0, output_padding: int = 0, dilation: int = 1
) -> int:
    if output_padding >= stride:
        raise ValueError("too much output padding")
    return (n - 1) * stride - 2 * padding + dilation * (kernel - 1) + output_padding + 1


@mutant(
    en=(
        "Your `conv_transpose_out_size` refuses an output padding that is smaller than the stride, though "
        "not than the dilation; one of the two suffices."
    ),
    zh="你的 `conv_transpose_out_size` 拒绝了小于步幅但不小于空洞率的输出填充；只要小于两者之一即可。",
)
def compares_with_the_dilation_only(
    n: int, kernel: int, stride: int = 1, padding: int = 0, output_padding: int = 0, dilation: int = 1
) -> int:
    if output_padding >= dilation:
        raise ValueError("too much output padding")
    return (n - 1) * stride - 2 * padding + dilation * (kernel - 1) + output_padding + 1


@mutant(
    en=(
        "Your `conv_transpose_out_size` demands an output padding smaller than both stride and dilation; "
        "smaller than one of the two suffices."
    ),
    zh="你的 `conv_transpose_out_size` 要求输出填充同时小于步幅和空洞率；只要小于其中之一即可。",
)
def compares_with_the_smaller_one(
    n: int, kernel: int, stride: int = 1, padding: int = 0, output_padding: int = 0, dilation: int = 1
) -> int:
    if output_padding >= min(stride, dilation):
        raise ValueError("too much output padding")
    return (n - 1) * stride - 2 * padding + dilation * (kernel - 1) + output_padding + 1


@mutant(
    en=(
        "Your `conv_transpose_out_size` accepts an output padding equal to the larger of stride and "
        "dilation; it has to be smaller."
    ),
    zh="你的 `conv_transpose_out_size` 接受了与步幅、空洞率中较大者相等的输出填充；它必须更小。",
)
def accepts_the_limit_itself(
    n: int, kernel: int, stride: int = 1, padding: int = 0, output_padding: int = 0, dilation: int = 1
) -> int:
    if output_padding > max(stride, dilation):
        raise ValueError("too much output padding")
    return (n - 1) * stride - 2 * padding + dilation * (kernel - 1) + output_padding + 1


@mutant(
    en="Your `conv_transpose_out_size` crops the padding at one end only.",
    zh="你的 `conv_transpose_out_size` 只在一端裁掉了填充。",
)
def crops_one_end_only(
    n: int, kernel: int, stride: int = 1, padding: int = 0, output_padding: int = 0, dilation: int = 1
) -> int:
    if output_padding >= max(stride, dilation):
        raise ValueError("too much output padding")
    return (n - 1) * stride - padding + dilation * (kernel - 1) + output_padding + 1


@mutant(
    en="Your `conv_transpose_out_size` adds the output padding twice; it lengthens one end only.",
    zh="你的 `conv_transpose_out_size` 加了两次输出填充；它只加长一端。",
)
def lengthens_both_ends(
    n: int, kernel: int, stride: int = 1, padding: int = 0, output_padding: int = 0, dilation: int = 1
) -> int:
    if output_padding >= max(stride, dilation):
        raise ValueError("too much output padding")
    return (n - 1) * stride - 2 * padding + dilation * (kernel - 1) + 2 * output_padding + 1


@mutant(
    en="Your `conv_transpose_out_size` is one too small: the + 1 is missing.",
    zh="你的 `conv_transpose_out_size` 少了 1：漏掉了 + 1。",
)
def forgets_the_first_cell(
    n: int, kernel: int, stride: int = 1, padding: int = 0, output_padding: int = 0, dilation: int = 1
) -> int:
    if output_padding >= max(stride, dilation):
        raise ValueError("too much output padding")
    return (n - 1) * stride - 2 * padding + dilation * (kernel - 1) + output_padding


@mutant(
    en=(
        "Your `conv_transpose_out_size` lets a dilated kernel cover d·k cells; from the first tap to the "
        "last there are d(k-1)+1."
    ),
    zh="你的 `conv_transpose_out_size` 认为带空洞的卷积核覆盖 d·k 格；从第一个点到最后一个点其实是 d(k-1)+1 格。",
)
def covers_dilation_times_kernel(
    n: int, kernel: int, stride: int = 1, padding: int = 0, output_padding: int = 0, dilation: int = 1
) -> int:
    if output_padding >= max(stride, dilation):
        raise ValueError("too much output padding")
    return (n - 1) * stride - 2 * padding + dilation * kernel + output_padding


@mutant(
    en=(
        "Your `conv_transpose_out_size` multiplies the stride with the dilation; neighbouring cells are "
        "spread by `stride` only."
    ),
    zh="你的 `conv_transpose_out_size` 让步幅也乘以空洞率；相邻的格只按 `stride` 分开。",
)
def dilates_the_stride(
    n: int, kernel: int, stride: int = 1, padding: int = 0, output_padding: int = 0, dilation: int = 1
) -> int:
    if output_padding >= max(stride, dilation):
        raise ValueError("too much output padding")
    return (n - 1) * stride * dilation - 2 * padding + dilation * (kernel - 1) + output_padding + 1
