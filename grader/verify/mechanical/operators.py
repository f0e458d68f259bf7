"""What one expression can be changed into by the usual operators of mutation testing. Pure: nodes in, nodes out.

The changes are of the first order: one place, one slip. Nodes that are given are left as they are; what is returned may
share parts with them.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

__all__ = ["changed_bound", "changed_expressions", "changed_operators", "has_other_word", "is_number"]

_ARITHMETIC: dict[type[ast.operator], tuple[type[ast.operator], ...]] = {
    ast.Add: (ast.Sub,),
    ast.Sub: (ast.Add,),
    ast.Mult: (ast.Div,),
    ast.Div: (ast.Mult, ast.FloorDiv),
    ast.FloorDiv: (ast.Div,),
    ast.Mod: (ast.FloorDiv,),
    ast.Pow: (ast.Mult,),
    ast.MatMult: (ast.Mult,),
    ast.BitAnd: (ast.BitOr,),
    ast.BitOr: (ast.BitAnd,),
    ast.BitXor: (ast.BitOr,),
}
_COMPARISONS: dict[type[ast.cmpop], tuple[type[ast.cmpop], ...]] = {
    ast.Lt: (ast.LtE, ast.GtE),
    ast.LtE: (ast.Lt, ast.Gt),
    ast.Gt: (ast.GtE, ast.LtE),
    ast.GtE: (ast.Gt, ast.Lt),
    ast.Eq: (ast.NotEq, ast.LtE, ast.GtE),
    ast.NotEq: (ast.Eq, ast.Lt, ast.Gt),
    ast.In: (ast.NotIn,),
    ast.NotIn: (ast.In,),
    ast.Is: (ast.IsNot,),
    ast.IsNot: (ast.Is,),
}
_PAIRS = (
    ("min", "max"),
    ("minimum", "maximum"),
    ("amin", "amax"),
    ("argmin", "argmax"),
    ("floor", "ceil"),
    ("zeros", "ones"),
    ("zeros_like", "ones_like"),
    ("new_zeros", "new_ones"),
    ("any", "all"),
)
_OF_EITHER = {one: other for pair in _PAIRS for one, other in (pair, pair[::-1])}
_OF_METHODS = {"sum": "mean", "mean": "sum", "reshape": "view"}
_TRANSPOSED = {"T", "mT", "H"}
_NO_WRAPPERS = {"enumerate", "getattr", "hasattr", "isinstance", "len", "range", "super", "zip"}
"""Without one of these the argument is of no use in its place: such a change would show nothing."""


def changed_expressions(node: ast.expr, modules: frozenset[str]) -> Iterator[ast.expr]:
    """Yields what can stand in an expression's place; not what changes further inside.

    Args:
        modules: the names that are modules in this text: `torch.tanh(x)` has its argument in the brackets, `x.tanh()`
            before the dot.
    """
    match node:
        case ast.Constant() | ast.UnaryOp():
            yield from _of_sign(node)
        case ast.BinOp() | ast.BoolOp() | ast.Compare():
            yield from _of_operator(node)
        case ast.IfExp():
            yield from (node.body, node.orelse)
        case ast.Attribute(attr=name) if name in _TRANSPOSED:
            yield node.value
        case ast.Call():
            yield from _of_call(node, modules)


def is_number(node: ast.AST) -> bool:
    """Whether an expression is a number with a minus: its parts are not changed for themselves."""
    match node:
        case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=int() | float())):
            return True
    return False


def changed_operators(operator: ast.operator) -> list[ast.operator]:
    """Returns the operators that may be mistaken for one."""
    return [kind() for kind in _ARITHMETIC.get(type(operator), ())]


def changed_bound(bound: ast.expr) -> list[ast.expr]:
    """Returns the neighbours of a bound that is computed; those of a number are among its own changes."""
    if isinstance(bound, ast.Constant) or (isinstance(bound, ast.UnaryOp) and isinstance(bound.operand, ast.Constant)):
        return []
    return [ast.BinOp(bound, op, ast.Constant(1)) for op in (ast.Sub(), ast.Add())]


def has_other_word(keyword: ast.keyword) -> bool:
    """Whether a keyword says yes or no: without it, its default says the other."""
    return isinstance(keyword.value, ast.Constant) and isinstance(keyword.value.value, bool)


def _changed_number(value: object) -> list[bool | int | float]:
    """Returns what a number or a truth value may be mistaken for; nothing for what is neither."""
    found: list[bool | int | float]
    match value:
        case bool():
            found = [not value]
        case int():
            found = [value + 1, value - 1, 0, 1]
        case float():
            found = [0.0, 1.0, 2 * value, float(f"{value / 10:.12g}")]  # 1e-5 is mistaken for 1e-6
        case _:
            found = []
    return [other for other in dict.fromkeys(found) if other != value]


def _number(value: float) -> ast.expr:
    return ast.Constant(value) if value >= 0 else ast.UnaryOp(ast.USub(), ast.Constant(-value))


def _of_sign(node: ast.Constant | ast.UnaryOp) -> Iterator[ast.expr]:
    match node:
        case ast.Constant(value=value):
            yield from map(ast.Constant, _changed_number(value))
        case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=int() | float() as value)):
            yield node.operand
            yield from (_number(number) for number in _changed_number(-value) if number != value)
        case ast.UnaryOp(op=ast.USub() | ast.Not() | ast.Invert()):
            yield node.operand


def _of_operator(node: ast.BinOp | ast.BoolOp | ast.Compare) -> Iterator[ast.expr]:
    match node:
        case ast.BinOp():
            yield from (ast.BinOp(node.left, op, node.right) for op in changed_operators(node.op))
            yield from (node.left, node.right)
        case ast.Compare():
            yield from _of_comparison(node)
        case ast.BoolOp():
            yield from _of_condition(node)


def _of_comparison(node: ast.Compare) -> Iterator[ast.expr]:
    for index, op in enumerate(node.ops):
        for kind in _COMPARISONS[type(op)]:
            yield ast.Compare(node.left, [*node.ops[:index], kind(), *node.ops[index + 1 :]], node.comparators)


def _of_condition(node: ast.BoolOp) -> Iterator[ast.expr]:
    yield ast.BoolOp(ast.Or() if isinstance(node.op, ast.And) else ast.And(), node.values)
    for index in range(len(node.values)):
        rest = node.values[:index] + node.values[index + 1 :]
        yield rest[0] if len(rest) == 1 else ast.BoolOp(node.op, rest)


def _of_call(node: ast.Call, modules: frozenset[str]) -> Iterator[ast.expr]:
    method = node.func if isinstance(node.func, ast.Attribute) and not _is_of_module(node.func, modules) else None
    yield from _wrapped(node, method)
    yield from _renamed(node, is_method=method is not None)
    for index in range(len(node.keywords)):
        if node.keywords[index].arg is not None:
            yield ast.Call(node.func, node.args, node.keywords[:index] + node.keywords[index + 1 :])
    if len(node.args) > (0 if method else 1):
        yield ast.Call(node.func, node.args[:-1], node.keywords)
    if isinstance(node.func, ast.Name) and node.func.id == "range" and node.args:
        last = 1 if len(node.args) > 1 else 0
        for bound in changed_bound(node.args[last]):
            yield ast.Call(node.func, [*node.args[:last], bound, *node.args[last + 1 :]], [])


def _wrapped(node: ast.Call, method: ast.Attribute | None) -> Iterator[ast.expr]:
    """Yields what the call is made on: `x` of `x.detach()` and of `torch.tanh(x)`."""
    if method is not None:
        is_of_super = isinstance(method.value, ast.Call) and getattr(method.value.func, "id", "") == "super"
        yield from () if is_of_super else (method.value,)
    elif node.args and getattr(node.func, "id", "") not in _NO_WRAPPERS and not isinstance(node.args[0], ast.Starred):
        yield node.args[0]


def _renamed(node: ast.Call, *, is_method: bool) -> Iterator[ast.expr]:
    match node.func:
        case ast.Name(id=name) if name in _OF_EITHER:
            yield ast.Call(ast.Name(_OF_EITHER[name], ast.Load()), node.args, node.keywords)
        case ast.Attribute(value=value, attr=name):
            other = _OF_EITHER.get(name) or _OF_METHODS.get(name)
            is_in_place = is_method and name.endswith("_") and not name.endswith(("__", "requires_grad_"))
            if other is not None or is_in_place:
                yield ast.Call(ast.Attribute(value, other or name[:-1], ast.Load()), node.args, node.keywords)


def _is_of_module(node: ast.Attribute, modules: frozenset[str]) -> bool:
    root: ast.expr = node
    while isinstance(root, ast.Attribute):
        root = root.value
    return isinstance(root, ast.Name) and root.id in modules
