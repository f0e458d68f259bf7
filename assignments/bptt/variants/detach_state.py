"""Right versions of `detach_state` in other styles than the reference."""

from __future__ import annotations

from typing import Any

from torch import Tensor

from grader.suite.mutants import variant


@variant
def by_pattern(state: Any) -> Any:
    match state:
        case Tensor():
            return state.detach()
        case dict():
            return type(state)((key, by_pattern(value)) for key, value in state.items())
        case tuple() if hasattr(state, "_make"):
            return state._make(map(by_pattern, state))
        case list() | tuple():
            return type(state)(map(by_pattern, state))
        case _:
            return state


@variant
def through_data(state: Any) -> Any:
    def visit(part: Any) -> Any:
        if hasattr(part, "_replace"):
            return part._replace(**{name: visit(getattr(part, name)) for name in part._fields})
        if isinstance(part, list):
            return [visit(value) for value in part]
        if isinstance(part, tuple):
            return tuple(visit(value) for value in part)
        if isinstance(part, dict):
            return dict(zip(part.keys(), [visit(value) for value in part.values()], strict=True))
        return part.data if isinstance(part, Tensor) else part

    return visit(state)


@variant
def through_pytree(state: Any) -> Any:
    from torch.utils import _pytree

    return _pytree.tree_map(lambda part: part.detach() if isinstance(part, Tensor) else part, state)
