"""Which names may stand for one object: `layer = net[0]`, `for p in net.parameters()`, `tables = [T]`. Pure.

The rule: a name is an alias of whatever its value hangs on. `b.c`, `b[c]` and `b.c()` hang on `b`, a loop's variable on
what is looped over, a list and an object that is made of others (`SGD([w])`, `zip(a, b)`, `partial(f, b)`) on these,
a call of a function on what it returns. What is computed is new: `a + b`, `a == b`, `len(a)`, `torch.relu(a)`.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

__all__ = ["Source", "arguments_of", "bindings_of", "is_plain", "resolved", "sources_of", "stored_in"]

_FRESH = {
    *("abs", "all", "any", "bool", "bytes", "chr", "complex", "float", "format", "hash", "hex", "id", "input", "int"),
    *("isinstance", "issubclass", "len", "ord", "pow", "print", "range", "repr", "round", "str", "sum", "type"),
}
_MADE_OF_THEIRS = {
    *("dict", "enumerate", "filter", "frozenset", "getattr", "iter", "list", "map", "max", "min", "next", "reversed"),
    *("set", "sorted", "tuple", "vars", "zip", "partial", "chain", "cycle", "product", "zip_longest", "tqdm", "trange"),
    *("as_tensor", "asarray", "from_numpy", "from_dlpack", "deque", "proxy", "ref", "nullcontext", "attrgetter"),
}
_PLAIN_OF_PACKAGES = {"device", "get_default_dtype", "is_available", "time", "perf_counter"}


@dataclass(frozen=True, kw_only=True)
class Source:
    """What a value hangs on.

    Attributes:
        is_called: it is what a call of the name gives.
        through: the function that it is passed to, which may give it back.
    """

    name: str
    is_called: bool = False
    through: str = ""


def sources_of(node: ast.expr | None) -> Iterator[Source]:
    """Yields what the value of an expression may hang on."""
    match node:
        case ast.Name(id=name):
            yield Source(name=name)
        case ast.Call():
            yield from _of_call(node)
        case ast.Lambda(body=part) | ast.NamedExpr(value=part):
            yield from sources_of(part)
        case ast.Attribute(value=part) | ast.Subscript(value=part) | ast.Starred(value=part) | ast.Await(value=part):
            yield from sources_of(part)
        case ast.expr():
            for part in _parts_of(node):
                yield from sources_of(part)


def _parts_of(node: ast.expr) -> list[ast.expr]:
    """Returns the parts of a value that is made of others; of what is computed there are none."""
    match node:
        case ast.Tuple(elts=parts) | ast.List(elts=parts) | ast.Set(elts=parts) | ast.Dict(values=parts):
            return parts
        case ast.BoolOp(values=parts):
            return parts
        case ast.IfExp(body=part, orelse=other):
            return [part, other]
        case ast.ListComp(elt=part) | ast.SetComp(elt=part) | ast.GeneratorExp(elt=part) | ast.DictComp(value=part):
            return [part, *(generator.iter for generator in node.generators)]
    return []


def _of_call(node: ast.Call) -> Iterator[Source]:
    passed = [source for value in arguments_of(node) for source in sources_of(value)]
    match node.func:
        case ast.Name(id=name):
            if name in _FRESH:
                return
            yield Source(name=name, is_called=True)
            is_kept = name in _MADE_OF_THEIRS or name[:1].isupper()
            yield from passed if is_kept else [Source(name=one.name, through=name) for one in passed]
        case ast.Attribute(value=part, attr=name):
            yield from sources_of(part)
            yield from passed if name in _MADE_OF_THEIRS or name[:1].isupper() else ()
        case part:
            yield from sources_of(part)


def arguments_of(node: ast.Call) -> list[ast.expr]:
    """Returns what is passed in a call, by place or by keyword."""
    return [*node.args, *(keyword.value for keyword in node.keywords)]


def bindings_of(parts: Iterable[ast.AST]) -> Iterator[tuple[set[str], list[Source], bool]]:
    """Yields names, what their new value hangs on, and whether they may still have their old one too."""
    for part in parts:
        for target, value in _pairs(part):
            sources = list(sources_of(value))
            given = [node for node in ast.walk(target) if isinstance(node, ast.Name)]
            names = {node.id for node in given if isinstance(node.ctx, ast.Store)}  # in `a[b] = c` there is none
            if len(names) > 1 and isinstance(value, ast.Call):  # two functions that share a variable, and such
                sources += [Source(name=name) for name in names]
            yield names, sources, not isinstance(part, ast.Assign)


def stored_in(parts: Iterable[ast.AST]) -> Iterator[tuple[set[str], list[Source]]]:
    """Yields names whose object is given an item or an attribute, and what that hangs on."""
    for part in parts:
        for target, value in _pairs(part):
            if isinstance(target, (ast.Attribute, ast.Subscript)):
                yield {source.name for source in sources_of(target)}, list(sources_of(value))


def _pairs(part: ast.AST) -> Iterator[tuple[ast.expr, ast.expr]]:
    match part:
        case ast.Assign(targets=targets, value=value):
            yield from ((target, value) for target in targets)
        case ast.For(target=target, iter=value) | ast.AsyncFor(target=target, iter=value):
            yield target, value
        case ast.comprehension(target=target, iter=value) | ast.NamedExpr(target=target, value=value):
            yield target, value
        case ast.AnnAssign(target=target, value=ast.expr() as value):
            yield target, value
        case ast.withitem(context_expr=value, optional_vars=ast.expr() as target):
            yield target, value


def resolved(sources: Iterable[Source], aliases: Mapping[str, frozenset[str]]) -> frozenset[str]:
    """Returns the names of the sources, which are taken for what they are aliases of too."""
    names = {source.name for source in sources if not source.is_called and not source.through}
    return frozenset(names.union(*(aliases.get(name, ()) for name in names)))


def is_plain(node: ast.expr | None, plain: set[str]) -> bool:
    """Whether a value is a number, a text or another thing that nothing can change.

    Args:
        plain: the names of packages, whose constants are such, and of what is plain.
    """
    match node:
        case ast.Constant() | ast.Compare() | ast.JoinedStr():
            return True
        case ast.Name(id=name):
            return name in plain
        case ast.Attribute(value=part) | ast.UnaryOp(operand=part):
            return is_plain(part, plain)
        case ast.BinOp(left=part, right=other) | ast.IfExp(body=part, orelse=other):
            return is_plain(part, plain) and is_plain(other, plain)
        case ast.Tuple(elts=parts) | ast.BoolOp(values=parts):
            return all(is_plain(part, plain) for part in parts)
        case ast.Call(func=ast.Name(id=name)):
            return name in _FRESH
        case ast.Call(func=ast.Attribute(attr=name)):
            return name in _PLAIN_OF_PACKAGES
    return False
