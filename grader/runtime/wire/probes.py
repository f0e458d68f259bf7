"""Probes: functions of a suite that run inside the candidate, sent there by their source text.

A probe drives whatever needs the autograd graph, modules, in-place effects or several calls, and returns plain
values. It sees inputs and the student's module; expected values stay with the examiner.
"""

from __future__ import annotations

import ast
import builtins
import inspect
import textwrap
from collections.abc import Callable
from typing import Any

import msgspec

__all__ = ["Probe", "probe"]

_ALLOWED_GLOBALS = frozenset({"torch"})


class Probe(msgspec.Struct, frozen=True):
    """A probe, ready to be sent: its name and the text of its function, without docstring and annotations."""

    name: str
    source: str


def probe(function: Callable[..., Any]) -> Probe:
    """Turns a function `f(solution, ...)` of a suite into a probe.

    Args:
        function: its first parameter receives the student's module. It may use its arguments, `torch`, built-ins
            and what it defines itself, and nothing else of the suite.

    Raises:
        ValueError: if it uses another global or a variable of an enclosing function.
    """
    return Probe(function.__name__, _bare_source(function))


def _bare_source(function: Callable[..., Any]) -> str:
    tree = ast.parse(textwrap.dedent(inspect.getsource(function)))
    definition = tree.body[0]
    if not isinstance(definition, ast.FunctionDef):
        raise ValueError(f"the probe `{function.__name__}` must be a plain function")
    definition.decorator_list = []
    for node in ast.walk(tree):
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
            _strip(node)
        elif isinstance(node, ast.AnnAssign):
            node.annotation = ast.Constant(None)
    _refuse_unknown_names(definition)
    return ast.unparse(tree)


def _strip(function: ast.FunctionDef | ast.ClassDef) -> None:
    """Drops what a candidate has no use for: a docstring would tell it what the test is about."""
    if ast.get_docstring(function, clean=False) is not None:
        function.body = function.body[1:] or [ast.Pass()]
    if isinstance(function, ast.ClassDef):
        return
    function.returns = None
    arguments = function.args
    collecting = [argument for argument in (arguments.vararg, arguments.kwarg) if argument]
    for argument in [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs, *collecting]:
        argument.annotation = None


def _refuse_unknown_names(definition: ast.FunctionDef) -> None:
    """Looks into nested functions too, which `inspect.getclosurevars` does not."""
    names = [node for node in ast.walk(definition) if isinstance(node, ast.Name)]
    bound = set(_ALLOWED_GLOBALS) | set(dir(builtins))
    bound |= {name for node in ast.walk(definition) for name in _names_bound_by(node)}
    unknown = sorted({node.id for node in names} - bound)
    if unknown:
        phrase = ", ".join(f"`{name}`" for name in unknown)
        raise ValueError(f"the probe `{definition.name}` uses {phrase}; pass it as an argument instead")


def _names_bound_by(node: ast.AST) -> list[str]:
    if isinstance(node, ast.arg):
        return [node.arg]
    if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
        return [node.name]
    if isinstance(node, (ast.Import, ast.ImportFrom)):
        return [(alias.asname or alias.name).split(".")[0] for alias in node.names]
    if isinstance(node, (ast.ExceptHandler, ast.MatchAs, ast.MatchStar)):
        return [node.name] if node.name else []
    if isinstance(node, ast.MatchMapping):
        return [node.rest] if node.rest else []
    return [node.id] if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load) else []
