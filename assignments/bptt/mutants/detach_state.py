"""Plausible wrong versions of `detach_state`, each with its misconception."""

from __future__ import annotations

from typing import Any

from torch import Tensor

from grader.mutants import mutant


@mutant(
    en="Your function looks one level deep: tensors in a container within a container keep their graph.",
    zh="你的函数只看一层：容器里的容器中的张量还带着计算图。",
)
def one_level_only(state: Any) -> Any:
    def cut(part: Any) -> Any:
        return part.detach() if isinstance(part, Tensor) else part

    if isinstance(state, dict):
        return {key: cut(value) for key, value in state.items()}
    if isinstance(state, (tuple, list)):
        parts = [cut(part) for part in state]
        return type(state)(*parts) if hasattr(state, "_fields") else type(state)(parts)
    return cut(state)
