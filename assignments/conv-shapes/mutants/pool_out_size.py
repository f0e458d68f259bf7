"""Plausible wrong versions of `pool_out_size`, each with its misconception."""

from __future__ import annotations

from grader.mutants import mutant


@mutant(
    en="Your `pool_out_size` takes a stride of 1 when there is none; pooling then moves by the kernel.",
    zh="你的 `pool_out_size` 在没有给步幅时按 1 计算；汇聚此时应以窗口大小为步幅。",
)
def moves_by_one_by_default(
    n: int, kernel: int, stride: int | None = None, padding: int = 0, ceil_mode: bool = False
) -> int:
    if 2 * padding > kernel:
        raise ValueError("too much padding")
    step = 1 if stride is None else stride
    room = n + 2 * padding - kernel
    if not ceil_mode:
        return room // step + 1
    size = -(-room // step) + 1
    return size - 1 if (size - 1) * step >= n + padding else size


@mutant(
    en="Your `pool_out_size` counts windows in ceil mode that start behind the input.",
    zh="你的 `pool_out_size` 在 ceil 模式下把起点已经越过输入的窗口也数了进去。",
)
def keeps_windows_behind_the_input(
    n: int, kernel: int, stride: int | None = None, padding: int = 0, ceil_mode: bool = False
) -> int:
    if 2 * padding > kernel:
        raise ValueError("too much padding")
    step = kernel if stride is None else stride
    room = n + 2 * padding - kernel
    if not ceil_mode:
        return room // step + 1
    size = -(-room // step) + 1
    return size


@mutant(
    en="Your `pool_out_size` ignores `ceil_mode` and always rounds down.",
    zh="你的 `pool_out_size` 忽略了 `ceil_mode`，总是向下取整。",
)
def always_rounds_down(
    n: int, kernel: int, stride: int | None = None, padding: int = 0, ceil_mode: bool = False
) -> int:
    if 2 * padding > kernel:
        raise ValueError("too much padding")
    step = kernel if stride is None else stride
    return (n + 2 * padding - kernel) // step + 1


@mutant(
    en="Your `pool_out_size` accepts a padding of more than half the kernel; it has to raise a ValueError.",
    zh="你的 `pool_out_size` 接受了超过窗口一半的填充；应当抛出 ValueError。",
)
def checks_no_limit(n: int, kernel: int, stride: int | None = None, padding: int = 0, ceil_mode: bool = False) -> int:
    step = kernel if stride is None else stride
    room = n + 2 * padding - kernel
    if not ceil_mode:
        return room // step + 1
    size = -(-room // step) + 1
    return size - 1 if (size - 1) * step >= n + padding else size


@mutant(
    en=(
        "Your `pool_out_size` counts a last window in ceil mode that starts in the right padding; it has to "
        "start in the input or left of it."
    ),
    zh="你的 `pool_out_size` 在 ceil 模式下把起点落在右侧填充里的最后一个窗口也算上；它必须从输入或左侧填充开始。",
)
def lets_windows_start_in_the_right_padding(
    n: int, kernel: int, stride: int | None = None, padding: int = 0, ceil_mode: bool = False
) -> int:
    if 2 * padding > kernel:
        raise ValueError("too much padding")
    step = kernel if stride is None else stride
    room = n + 2 * padding - kernel
    if not ceil_mode:
        return room // step + 1
    size = -(-room // step) + 1
    return size - 1 if (size - 1) * step >= n + 2 * padding else size


@mutant(
    en="Your `pool_out_size` divides by zero when no stride is given; then the kernel is the stride.",
    zh="你的 `pool_out_size` 在没有给步幅时除以了零；此时应以窗口大小为步幅。",
)
def divides_by_no_stride(
    n: int, kernel: int, stride: int | None = None, padding: int = 0, ceil_mode: bool = False
) -> int:
    if 2 * padding > kernel:
        raise ValueError("too much padding")
    step = stride or 0
    room = n + 2 * padding - kernel
    if not ceil_mode:
        return room // step + 1
    size = -(-room // step) + 1
    return size - 1 if (size - 1) * step >= n + padding else size


@mutant(
    en="Your `pool_out_size` counts a last window in ceil mode that starts exactly where the input has ended.",
    zh="你的 `pool_out_size` 在 ceil 模式下把恰好从输入结束处开始的最后一个窗口也算上。",
)
def keeps_a_window_at_the_end_of_the_input(
    n: int, kernel: int, stride: int | None = None, padding: int = 0, ceil_mode: bool = False
) -> int:
    if 2 * padding > kernel:
        raise ValueError("too much padding")
    step = kernel if stride is None else stride
    room = n + 2 * padding - kernel
    if not ceil_mode:
        return room // step + 1
    size = -(-room // step) + 1
    return size - 1 if (size - 1) * step > n + padding else size


@mutant(
    en=(
        "Your `pool_out_size` drops last windows in ceil mode that still start in the input: the left "
        "padding is missing in the comparison."
    ),
    zh="你的 `pool_out_size` 在 ceil 模式下丢掉了起点仍在输入里的最后一个窗口：比较时漏掉了左侧填充。",
)
def drops_a_window_on_the_input(
    n: int, kernel: int, stride: int | None = None, padding: int = 0, ceil_mode: bool = False
) -> int:
    if 2 * padding > kernel:
        raise ValueError("too much padding")
    step = kernel if stride is None else stride
    room = n + 2 * padding - kernel
    if not ceil_mode:
        return room // step + 1
    size = -(-room // step) + 1
    return size - 1 if (size - 1) * step >= n else size


@mutant(
    en="Your `pool_out_size` rounds up without `ceil_mode` too.",
    zh="你的 `pool_out_size` 没有 `ceil_mode` 时也向上取整。",
)
def always_rounds_up(n: int, kernel: int, stride: int | None = None, padding: int = 0, ceil_mode: bool = False) -> int:
    if 2 * padding > kernel:
        raise ValueError("too much padding")
    step = kernel if stride is None else stride
    room = n + 2 * padding - kernel
    if not ceil_mode:
        return -(-room // step) + 1
    size = -(-room // step) + 1
    return size - 1 if (size - 1) * step >= n + padding else size


@mutant(
    en="Your `pool_out_size` counts the padding once; it lies at both ends.",
    zh="你的 `pool_out_size` 只算了一次填充；填充在两端都有。",
)
def pads_one_end_only(n: int, kernel: int, stride: int | None = None, padding: int = 0, ceil_mode: bool = False) -> int:
    if 2 * padding > kernel:
        raise ValueError("too much padding")
    step = kernel if stride is None else stride
    room = n + padding - kernel
    if not ceil_mode:
        return room // step + 1
    size = -(-room // step) + 1
    return size - 1 if (size - 1) * step >= n + padding else size


@mutant(
    en="Your `pool_out_size` refuses a padding of exactly half the kernel; only more than half is too much.",
    zh="你的 `pool_out_size` 拒绝了恰好等于窗口一半的填充；超过一半才算过多。",
)
def refuses_half_the_kernel(
    n: int, kernel: int, stride: int | None = None, padding: int = 0, ceil_mode: bool = False
) -> int:
    if 2 * padding >= kernel:
        raise ValueError("too much padding")
    step = kernel if stride is None else stride
    room = n + 2 * padding - kernel
    if not ceil_mode:
        return room // step + 1
    size = -(-room // step) + 1
    return size - 1 if (size - 1) * step >= n + padding else size


@mutant(
    en="Your `pool_out_size` compares the padding with the whole kernel; the limit is half of it.",
    zh="你的 `pool_out_size` 拿填充与整个窗口比较；上限应当是它的一半。",
)
def allows_padding_up_to_the_kernel(
    n: int, kernel: int, stride: int | None = None, padding: int = 0, ceil_mode: bool = False
) -> int:
    if padding > kernel:
        raise ValueError("too much padding")
    step = kernel if stride is None else stride
    room = n + 2 * padding - kernel
    if not ceil_mode:
        return room // step + 1
    size = -(-room // step) + 1
    return size - 1 if (size - 1) * step >= n + padding else size


@mutant(
    en="Your `pool_out_size` refuses a kernel longer than the padded line in ceil mode; its first window counts.",
    zh="你的 `pool_out_size` 在 ceil 模式下拒绝了比填充后的长度还长的窗口；它的第一个窗口应当算数。",
)
def refuses_a_long_kernel_in_ceil_mode(
    n: int, kernel: int, stride: int | None = None, padding: int = 0, ceil_mode: bool = False
) -> int:
    if 2 * padding > kernel:
        raise ValueError("too much padding")
    step = kernel if stride is None else stride
    room = n + 2 * padding - kernel
    if room < 0:
        raise ValueError("the window does not fit")
    if not ceil_mode:
        return room // step + 1
    size = -(-room // step) + 1
    return size - 1 if (size - 1) * step >= n + padding else size


@mutant(
    en="Your `pool_out_size` adds a window in ceil mode even where the division leaves no remainder.",
    zh="你的 `pool_out_size` 在 ceil 模式下即使整除也多加了一个窗口。",
)
def adds_a_window_to_an_even_division(
    n: int, kernel: int, stride: int | None = None, padding: int = 0, ceil_mode: bool = False
) -> int:
    if 2 * padding > kernel:
        raise ValueError("too much padding")
    step = kernel if stride is None else stride
    room = n + 2 * padding - kernel
    if not ceil_mode:
        return room // step + 1
    size = room // step + 2
    return size - 1 if (size - 1) * step >= n + padding else size


@mutant(
    en="Your `pool_out_size` counts the steps only; the first window is missing (+ 1).",
    zh="你的 `pool_out_size` 只数了移动的步数，漏掉了第一个窗口（+ 1）。",
)
def forgets_the_first_window(
    n: int, kernel: int, stride: int | None = None, padding: int = 0, ceil_mode: bool = False
) -> int:
    if 2 * padding > kernel:
        raise ValueError("too much padding")
    step = kernel if stride is None else stride
    room = n + 2 * padding - kernel
    if not ceil_mode:
        return room // step
    size = -(-room // step)
    return size - 1 if size * step >= n + padding else size


@mutant(
    en="Your `pool_out_size` returns a float; a size is an int.",
    zh="你的 `pool_out_size` 返回了浮点数；尺寸应当是 int。",
)
def returns_a_float(n: int, kernel: int, stride: int | None = None, padding: int = 0, ceil_mode: bool = False) -> int:
    if 2 * padding > kernel:
        raise ValueError("too much padding")
    step = kernel if stride is None else stride
    room = n + 2 * padding - kernel
    if not ceil_mode:
        return room / step // 1 + 1
    size = -(-room / step // 1) + 1
    return size - 1 if (size - 1) * step >= n + padding else size
