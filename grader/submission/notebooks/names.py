"""Which names statements bind, look up and change in their module, as the compiler resolves them. Pure."""

from __future__ import annotations

import ast
import symtable
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from grader.submission.notebooks.changes import Change, How, changes_inside, changes_of

__all__ = ["Facts", "facts_of", "names_in"]

_DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
_PARSER_ERRORS = (SyntaxError, ValueError, RecursionError, MemoryError)


@dataclass(frozen=True, kw_only=True)
class Facts:
    """What is known of statements.

    Attributes:
        binds: the names that they give a value; `*` for those that nobody can tell.
        uses: the names that they look up in the module, in their functions too.
        changes: what they may change when they run.
        sets: the names of the module that their functions give a value when these are called.
        inside: what their functions may change when these are called.
    """

    binds: frozenset[str]
    uses: frozenset[str]
    changes: tuple[Change, ...]
    sets: frozenset[str]
    inside: tuple[Change, ...]


def names_in(text: str, nodes: list[ast.stmt]) -> tuple[frozenset[str], frozenset[str]]:
    """Returns what the statements bind in the module or store into, and what they look up there."""
    facts = facts_of(text, nodes)
    return facts.binds | {change.root for change in facts.changes if change.how is How.STORE} - {""}, facts.uses


def facts_of(text: str, nodes: list[ast.stmt]) -> Facts:
    """Returns what the statements, whose text this is, bind, look up and change.

    Raises:
        SyntaxError: if the text is none that the compiler takes.
    """
    module = symtable.symtable(text, "<cell>", "exec")
    symbols = [symbol for table in _tables(module) for symbol in table.get_symbols()]
    binds = {symbol.get_name() for symbol in module.get_symbols() if symbol.is_assigned() or symbol.is_imported()}
    uses = {symbol.get_name() for symbol in module.get_symbols() if symbol.is_referenced()}
    uses |= {node.target.id for node in nodes if isinstance(node, ast.AugAssign) and isinstance(node.target, ast.Name)}
    return Facts(
        binds=frozenset(binds.union(_bound_unseen(nodes))),
        uses=frozenset(
            uses.union(_in_annotations(nodes), (found.get_name() for found in symbols if found.is_global()))
        ),
        changes=tuple(change for node in nodes for change in changes_of(node)),
        sets=frozenset(found.get_name() for found in symbols if found.is_declared_global() and found.is_assigned()),
        inside=tuple(change for node in nodes for change in changes_inside(node)),
    )


def _tables(module: symtable.SymbolTable) -> Iterator[symtable.SymbolTable]:
    waiting = list(module.get_children())
    while waiting:
        table = waiting.pop()
        yield table
        waiting += table.get_children()


def _in_annotations(nodes: Iterable[ast.AST]) -> Iterator[str]:
    """Yields the names in annotations that are written as text."""
    for node in (part for top in nodes for part in ast.walk(top)):
        for annotation in (getattr(node, "annotation", None), getattr(node, "returns", None)):
            if isinstance(annotation, ast.expr):
                texts = [part.value for part in ast.walk(annotation) if isinstance(part, ast.Constant)]
                yield from (name for text in texts if isinstance(text, str) for name in _names_of_text(text))


def _names_of_text(text: str) -> set[str]:
    try:
        return {node.id for node in ast.walk(ast.parse(text.strip())) if isinstance(node, ast.Name)}
    except _PARSER_ERRORS:
        return set()


def _bound_unseen(nodes: list[ast.stmt]) -> Iterator[str]:
    """Yields what no table shows: the names of `exec` and `globals()`, and `*` where nobody can tell."""
    for node in nodes:
        if isinstance(node, ast.ImportFrom) and node.names[0].name == "*":
            yield "*"
        if not isinstance(node, _DEFINITIONS):
            for part in ast.walk(node):
                yield from _bound_by_text(part)


def _bound_by_text(part: ast.AST) -> Iterator[str]:
    match part:
        case ast.Subscript(value=table, slice=key, ctx=ast.Store()) if _is_namespace(table):
            yield _text_of(key) or "*"
        case ast.Attribute(value=table, attr="update" | "setdefault" | "__setitem__") if _is_namespace(table):
            yield "*"
        case ast.Attribute(value=module, attr=name, ctx=ast.Store()) if _is_module(module):
            yield name
        case ast.Call(func=ast.Name(id="setattr"), args=[module, name, *_]) if _is_module(module):
            yield _text_of(name) or "*"
        case ast.Call(func=ast.Name(id="exec"), args=[text, *_]):
            yield from _bound_in(_text_of(text))
        case ast.NamedExpr(target=ast.Name(id=name)):
            yield name  # in a comprehension too


def _is_namespace(node: ast.expr) -> bool:
    """Whether it is the dictionary of the module's names, or of those of all modules."""
    match node:
        case ast.Call(func=ast.Name(id="globals" | "locals" | "vars"), args=[]):
            return True
        case ast.Call(func=ast.Name(id="vars"), args=[module]) | ast.Attribute(value=module, attr="__dict__"):
            return _is_module(module)
    return False


def _is_module(node: ast.expr) -> bool:
    """Whether it is the module itself, or the one whose names every module has."""
    match node:
        case ast.Name(id="builtins" | "__builtins__" | "__main__"):
            return True
        case ast.Subscript(value=ast.Attribute(attr="modules") | ast.Name(id="modules")):
            return True
        case ast.Call(func=ast.Attribute(attr="import_module") | ast.Name(id="import_module" | "__import__")):
            return ast.unparse(node).endswith(("(__name__)", "('__main__')", "('builtins')"))
    return False


def _text_of(node: ast.expr) -> str | None:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


def _bound_in(text: str | None) -> Iterable[str]:
    """Returns what a text binds that is run, `*` if it is not known."""
    if text is None:
        return ("*",)
    try:
        return facts_of(text, ast.parse(text).body).binds
    except _PARSER_ERRORS:
        return ()
