"""What runs next to the student's code while its promises are looked at.

Each probe calls another one, `asked`, which stands in the same scope and calls the student's code. It sees inputs, and
random upstream gradients, but nothing that is expected.
"""

from __future__ import annotations

from typing import Any

import torch

from grader.runtime.wire.probes import probe

__all__ = ["watched_call", "watched_gradients", "watched_under", "watched_without_data"]


@probe
def watched_call(solution: Any, asked: str, args: list[Any], kwargs: dict[str, Any]) -> Any:
    """Returns what the arguments are after the call, and what became of torch's own state."""
    seed = torch.initial_seed() // 2 + 1  # another one: an earlier call may have set what this call sets
    torch.manual_seed(seed)
    globals()[asked](solution, *args, **kwargs)
    return args, kwargs, torch.is_grad_enabled(), torch.initial_seed() == seed


@probe
def watched_under(solution: Any, asked: str, ways: list[tuple[list[Any], dict[str, Any], bool, Any, Any]]) -> list[Any]:
    """Asks in several ways: with other arguments, and under other settings of torch."""
    from contextlib import nullcontext

    usual, found = torch.get_default_dtype(), []
    for args, kwargs, grad, dtype, device in ways:
        torch.set_default_dtype(dtype or usual)
        try:
            with torch.set_grad_enabled(grad), torch.device(device) if device else nullcontext():
                found.append(globals()[asked](solution, *args, **kwargs))
        finally:
            torch.set_default_dtype(usual)
    return found


@probe
def watched_without_data(solution: Any, asked: str, args: list[Any], kwargs: dict[str, Any]) -> Any:
    """Returns the devices of the answer's tensors, or what an exception says."""

    def devices(value: Any) -> list[str]:
        if isinstance(value, torch.Tensor):
            return [value.device.type]
        items = value.values() if isinstance(value, dict) else value if isinstance(value, (list, tuple)) else []
        return [device for item in items for device in devices(item)]

    try:
        return devices(globals()[asked](solution, *args, **kwargs))
    except Exception as error:  # whatever it is, only its message matters
        return str(error)


@probe
def watched_gradients(
    solution: Any,
    asked: str,
    args: list[Any],
    kwargs: dict[str, Any],
    exempt: list[str],
    names: list[str],
    cotangents: list[Any],
) -> Any:
    """Returns what flows back to each floating-point tensor, or None where the result leads to none of them."""
    leaves: list[Any] = []

    def as_leaf(value: Any) -> Any:
        if isinstance(value, torch.Tensor) and value.is_floating_point():
            leaves.append(value.detach().clone().requires_grad_())
            return leaves[-1]
        if isinstance(value, dict):
            return {key: as_leaf(item) for key, item in value.items()}
        return type(value)(as_leaf(item) for item in value) if type(value) in (list, tuple) else value

    def floats(value: Any) -> list[Any]:
        if isinstance(value, torch.Tensor):
            return [value] if value.is_floating_point() else []
        items = value.values() if isinstance(value, dict) else value if isinstance(value, (list, tuple)) else []
        return [found for item in items for found in floats(item)]

    args = [value if name in exempt else as_leaf(value) for name, value in zip(names, args, strict=True)]
    kwargs = {name: value if name in exempt else as_leaf(value) for name, value in kwargs.items()}
    found = floats(globals()[asked](solution, *args, **kwargs))
    parts = [(part * cotangent).sum() for part, cotangent in zip(found, cotangents, strict=False) if part.requires_grad]
    return torch.autograd.grad(sum(parts), leaves, allow_unused=True) if parts else None
