"""Plausible wrong versions of `pool_out_size`, each with its misconception."""

from __future__ import annotations

from grader.mutants import mutant


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
