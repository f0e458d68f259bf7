"""What is certain of a condition before anything runs: what stands under a main guard does not run in an import."""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable, Sequence
from typing import Any

__all__ = ["live_values", "truth"]

_MAX_DEPTH = 20
_UNKNOWN = object()
_COMPARISONS: dict[type[ast.cmpop], Callable[[Any, Any], bool]] = {
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Is: operator.eq,  # of a name with a text: whoever writes `is` there means `==`
    ast.IsNot: operator.ne,
    ast.In: lambda value, values: value in values,
    ast.NotIn: lambda value, values: value not in values,
}


def truth(test: ast.expr, module: str) -> bool | None:
    """Returns whether a condition holds when the file is imported; None where only running it tells.

    Args:
        module: the name under which the file is imported, which is what `__name__` is then.
    """
    value = _value(test, module, _MAX_DEPTH)
    return None if value is _UNKNOWN else bool(value)


def live_values(node: ast.BoolOp, module: str) -> list[ast.expr]:
    """Returns the operands of an `and` or `or` that are looked at: none after the one that decides."""
    decisive = isinstance(node.op, ast.Or)
    for count, value in enumerate(node.values, start=1):
        if truth(value, module) is decisive:
            return node.values[:count]
    return node.values


def _value(node: ast.expr, module: str, depth: int) -> Any:
    """Returns what an expression is worth, if constants and `__name__` are all that it is made of."""
    match node:
        case ast.Constant():
            return node.value
        case ast.Name(id="__name__"):
            return module
        case ast.Name(id="TYPE_CHECKING") | ast.Attribute(attr="TYPE_CHECKING"):
            return False
    return _UNKNOWN if depth == 0 else _composed(node, [_value(part, module, depth - 1) for part in _parts(node)])


def _parts(node: ast.expr) -> list[ast.expr]:
    match node:
        case ast.List() | ast.Tuple() | ast.Set():
            return node.elts
        case ast.UnaryOp():
            return [node.operand]
        case ast.BoolOp():
            return node.values
        case ast.Compare():
            return [node.left, *node.comparators]
    return []


def _composed(node: ast.expr, parts: list[Any]) -> Any:
    match node:
        case ast.BoolOp():
            return _joined(node, parts)
        case ast.Compare():
            return _compared(node.ops, parts)
        case ast.UnaryOp(op=ast.Not()) if parts[0] is not _UNKNOWN:
            return not parts[0]
        case ast.List() | ast.Tuple() | ast.Set() if _UNKNOWN not in parts:
            return parts
    return _UNKNOWN


def _joined(node: ast.BoolOp, values: list[Any]) -> Any:
    decisive = isinstance(node.op, ast.Or)
    known = [bool(value) for value in values if value is not _UNKNOWN]
    if decisive in known:
        return decisive
    return _UNKNOWN if _UNKNOWN in values else not decisive


def _compared(ops: Sequence[ast.cmpop], sides: list[Any]) -> Any:
    results = [_compare(op, left, right) for op, left, right in zip(ops, sides, sides[1:], strict=False)]
    if False in results:
        return False
    return _UNKNOWN if None in results else True


def _compare(op: ast.cmpop, left: Any, right: Any) -> bool | None:
    if left is _UNKNOWN or right is _UNKNOWN or type(op) not in _COMPARISONS:
        return None
    try:
        return bool(_COMPARISONS[type(op)](left, right))
    except TypeError:  # `in` a number
        return None
