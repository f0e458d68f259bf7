"""Plausible wrong versions of `receptive_field`, each with its misconception."""

from __future__ import annotations

from collections.abc import Sequence

from grader.mutants import mutant


@mutant(
    en="Your `receptive_field` adds the whole kernel for each layer; only kernel - 1 cells are new.",
    zh="你的 `receptive_field` 每层都加上整个卷积核；新增的只有 kernel - 1 格。",
)
def adds_the_whole_kernel(layers: Sequence[tuple[int, int, int]]) -> tuple[int, int]:
    size, jump = 1, 1
    for kernel, stride, dilation in layers:
        size += dilation * kernel * jump
        jump *= stride
    return size, jump


@mutant(
    en="Your `receptive_field` multiplies the jump by a layer's stride before it is used for that layer.",
    zh="你的 `receptive_field` 在本层用到间隔之前，就先乘上了本层的步幅。",
)
def updates_the_jump_first(layers: Sequence[tuple[int, int, int]]) -> tuple[int, int]:
    size, jump = 1, 1
    for kernel, stride, dilation in layers:
        jump *= stride
        size += dilation * (kernel - 1) * jump
    return size, jump


@mutant(
    en="Your `receptive_field` adds the kernels without regard to the strides of the layers below.",
    zh="你的 `receptive_field` 累加卷积核时没有考虑下面各层的步幅。",
)
def ignores_strides_below(layers: Sequence[tuple[int, int, int]]) -> tuple[int, int]:
    size, jump = 1, 1
    for kernel, stride, dilation in layers:
        size += dilation * (kernel - 1)
        jump *= stride
    return size, jump


@mutant(
    en="Your `receptive_field` ignores the strides; size and jump depend on them.",
    zh="你的 `receptive_field` 忽略了步幅；感受野和间隔都取决于它。",
)
def ignores_stride(layers: Sequence[tuple[int, int, int]]) -> tuple[int, int]:
    size, jump = 1, 1
    for kernel, _stride, dilation in layers:
        size += dilation * (kernel - 1) * jump
    return size, jump


@mutant(en="Your `receptive_field` ignores the dilation.", zh="你的 `receptive_field` 忽略了空洞。")
def ignores_dilation(layers: Sequence[tuple[int, int, int]]) -> tuple[int, int]:
    size, jump = 1, 1
    for kernel, stride, _dilation in layers:
        size += (kernel - 1) * jump
        jump *= stride
    return size, jump


@mutant(
    en="Your `receptive_field` multiplies the kernels; a layer adds to the size.",
    zh="你的 `receptive_field` 把卷积核相乘；每一层是往感受野上加。",
)
def multiplies_the_kernels(layers: Sequence[tuple[int, int, int]]) -> tuple[int, int]:
    size, jump = 1, 1
    for kernel, stride, dilation in layers:
        size *= dilation * (kernel - 1) + 1
        jump *= stride
    return size, jump


@mutant(
    en="Your `receptive_field` is 0 without layers; an output then is an input cell and sees one.",
    zh="你的 `receptive_field` 在没有任何层时得到 0；这时输出就是输入的一格，看到的是 1 格。",
)
def sees_nothing_without_layers(layers: Sequence[tuple[int, int, int]]) -> tuple[int, int]:
    if not layers:
        return 0, 1
    size, jump = 1, 1
    for kernel, stride, dilation in layers:
        size += dilation * (kernel - 1) * jump
        jump *= stride
    return size, jump


@mutant(
    en="Your `receptive_field` starts with a size of 0 and is always one too small.",
    zh="你的 `receptive_field` 感受野从 0 开始，结果总是少 1。",
)
def starts_at_zero(layers: Sequence[tuple[int, int, int]]) -> tuple[int, int]:
    size, jump = 0, 1
    for kernel, stride, dilation in layers:
        size += dilation * (kernel - 1) * jump
        jump *= stride
    return size, jump


@mutant(
    en=(
        "Your `receptive_field` lets a dilated kernel cover d·k cells; from the first tap to the last there "
        "are d(k-1)+1."
    ),
    zh="你的 `receptive_field` 认为带空洞的卷积核覆盖 d·k 格；从第一个点到最后一个点其实是 d(k-1)+1 格。",
)
def covers_dilation_times_kernel(layers: Sequence[tuple[int, int, int]]) -> tuple[int, int]:
    size, jump = 1, 1
    for kernel, stride, dilation in layers:
        size += (dilation * kernel - 1) * jump
        jump *= stride
    return size, jump


@mutant(
    en="Your `receptive_field` adds the strides to the jump; they multiply.",
    zh="你的 `receptive_field` 把步幅加到间隔上；它们应当相乘。",
)
def adds_the_strides(layers: Sequence[tuple[int, int, int]]) -> tuple[int, int]:
    size, jump = 1, 1
    for kernel, stride, dilation in layers:
        size += dilation * (kernel - 1) * jump
        jump += stride - 1
    return size, jump


@mutant(
    en="Your `receptive_field` returns (jump, size); the size comes first.",
    zh="你的 `receptive_field` 返回了 (jump, size)；size 应当在前。",
)
def returns_the_jump_first(layers: Sequence[tuple[int, int, int]]) -> tuple[int, int]:
    size, jump = 1, 1
    for kernel, stride, dilation in layers:
        size += dilation * (kernel - 1) * jump
        jump *= stride
    return jump, size


@mutant(
    en=("Your `receptive_field` treats the last layer as the first; the list begins with the layer next to the input."),
    zh="你的 `receptive_field` 把最后一层当成了第一层；列表从靠近输入的那一层开始。",
)
def walks_from_the_last_layer(layers: Sequence[tuple[int, int, int]]) -> tuple[int, int]:
    size, jump = 1, 1
    for kernel, stride, dilation in reversed(layers):
        size += dilation * (kernel - 1) * jump
        jump *= stride
    return size, jump


@mutant(
    en=(
        "Your `receptive_field` uses the stride of the layer just below only; the strides of all earlier "
        "layers multiply."
    ),
    zh="你的 `receptive_field` 只用了紧邻下面那一层的步幅；之前所有层的步幅应当相乘。",
)
def remembers_one_stride_only(layers: Sequence[tuple[int, int, int]]) -> tuple[int, int]:
    size, jump = 1, 1
    for kernel, stride, dilation in layers:
        size += dilation * (kernel - 1) * jump
        jump = stride
    return size, jump


@mutant(
    en="Your `receptive_field` multiplies the jump by the dilation; only strides spread the outputs.",
    zh="你的 `receptive_field` 让间隔乘上了空洞率；只有步幅才会拉开输出。",
)
def lets_the_dilation_into_the_jump(layers: Sequence[tuple[int, int, int]]) -> tuple[int, int]:
    size, jump = 1, 1
    for kernel, stride, dilation in layers:
        size += dilation * (kernel - 1) * jump
        jump *= stride * dilation
    return size, jump


@mutant(
    en="Your `receptive_field` returns a list; the answer is a tuple.",
    zh="你的 `receptive_field` 返回了列表；结果应当是元组。",
)
def returns_a_list(layers: Sequence[tuple[int, int, int]]) -> tuple[int, int]:
    size, jump = 1, 1
    for kernel, stride, dilation in layers:
        size += dilation * (kernel - 1) * jump
        jump *= stride
    return [size, jump]  # type: ignore[return-value]


@mutant(
    en="Your `receptive_field` takes the layers out of the caller's list; the argument has to stay as it is.",
    zh="你的 `receptive_field` 把各层从调用者的列表里取了出来；参数应当保持不变。",
)
def empties_the_list(layers: Sequence[tuple[int, int, int]]) -> tuple[int, int]:
    size, jump = 1, 1
    if isinstance(layers, list):
        layers.reverse()
        layers, taken = layers[::-1], layers
        taken.clear()
    for kernel, stride, dilation in layers:
        size += dilation * (kernel - 1) * jump
        jump *= stride
    return size, jump
