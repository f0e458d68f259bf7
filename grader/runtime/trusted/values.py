"""Arguments and results as nestings of values, and the tensors in them. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import torch
from torch import Tensor

__all__ = ["as_dtype", "as_view", "floats_in", "mapped", "tensors_in"]


def tensors_in(value: Any) -> Iterator[Tensor]:
    """Yields the tensors in lists, tuples and dicts, in their order."""
    if isinstance(value, Tensor):
        yield value
    elif isinstance(value, (list, tuple, dict)):
        for item in value.values() if isinstance(value, dict) else value:
            yield from tensors_in(item)


def floats_in(value: Any) -> list[Tensor]:
    return [tensor for tensor in tensors_in(value) if tensor.is_floating_point()]


def mapped(value: Any, change: Callable[[Tensor], Tensor]) -> Any:
    """Returns a copy of a value with each tensor changed; lists, tuples and dicts are new ones."""
    if isinstance(value, Tensor):
        return change(value)
    if isinstance(value, dict):
        return {key: mapped(item, change) for key, item in value.items()}
    if isinstance(value, (list, tuple)) and not isinstance(value, torch.Size):
        return type(value)(mapped(item, change) for item in value)
    return value


def as_dtype(value: Any, dtype: torch.dtype) -> Any:
    """Returns a copy of a value whose floating-point tensors have a dtype."""
    return mapped(value, lambda tensor: tensor.to(dtype) if tensor.is_floating_point() else tensor)


def as_view(tensor: Tensor) -> Tensor:
    """Returns an equal tensor in another memory layout: its dimensions the other way round, and with gaps.

    No two of its dimensions can be taken together, so that `view` refuses to flatten it.
    """
    if tensor.dim() == 0:
        return tensor
    sizes = list(tensor.shape)[::-1]
    wide = tensor.new_zeros(*sizes[:-1], 2 * sizes[-1] + 1)
    view = wide[..., : 2 * sizes[-1] : 2].permute(*reversed(range(tensor.dim())))
    view.copy_(tensor)
    return view
