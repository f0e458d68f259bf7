"""Lets a statement that fails cost only what needs it, as in a notebook, where the other cells still run.

A statement that may fail stands in `with _NotebookCell(3, 5): ...`, which says where and why it failed. Functions and
classes that cannot fail stand bare, and so does what is surely there.
"""

from __future__ import annotations

import ast
import builtins

from grader.submission.notebooks.chunks import Chunk
from grader.submission.notebooks.packages import NAMES_OF_TORCH, is_sure_import

__all__ = ["GUARD", "Guards", "guard_line", "indented"]

GUARD = '''\
class _NotebookCell:
    """Lets a statement of a notebook fail alone, and says where."""
    def __init__(self, cell, line, *, say=print, kinds=(Exception, SystemExit), is_kind=issubclass):
        self.place, self.say, self.kinds, self.is_kind = (cell, line), say, kinds, is_kind
    def __enter__(self):
        return self
    def __exit__(self, kind, error, _):
        if kind is None or not self.is_kind(kind, self.kinds):
            return False
        where = "Cell {0}, line {1} (第 {0} 个单元格第 {1} 行)".format(*self.place)
        self.say(f"{where}: {kind.__name__}: {error}")
        return True
'''
_ATTRIBUTES = {"bool", "float16", "float32", "float64", "int32", "int64", "long"} | NAMES_OF_TORCH
_GENERIC = {"dict", "frozenset", "list", "set", "tuple", "type", "Callable", "Dict", "Iterable", "Iterator", "List"}
_GENERIC |= {"Literal", "Mapping", "Optional", "Sequence", "Set", "Tuple", "Type", "Union"}
_DECORATORS = {"abstractmethod", "classmethod", "property", "staticmethod"}
_MODES = {"torch.no_grad()", "torch.inference_mode()", "no_grad()"}
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


class Guards:
    """Knows which names are surely there by now; asked for every statement that is taken, in their order."""

    def __init__(self) -> None:
        self._there = set(dir(builtins))
        self.count = 0

    def needs_guard(self, chunk: Chunk) -> bool:
        """Whether a statement may fail when it runs; what it binds may then be missing."""
        if self._is_safe(chunk.node):
            self._there |= chunk.binds
            return False
        self._there -= chunk.binds
        self.count += 1
        return True

    def _is_safe(self, node: ast.stmt) -> bool:
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            return is_sure_import(node)
        if isinstance(node, _FUNCTIONS):
            return self._is_safe_function(node)
        if isinstance(node, ast.ClassDef):
            return self._is_safe_class(node)
        if isinstance(node, (ast.Assign, ast.AnnAssign)):
            return self._is_safe_value(node)
        return isinstance(node, ast.Pass) or (isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant))

    def _is_safe_function(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
        arguments = [part for part in ast.walk(node.args) if isinstance(part, ast.arg)]
        evaluated = [
            *node.args.defaults,
            *node.args.kw_defaults,
            node.returns,
            *(part.annotation for part in arguments),
        ]
        return all(map(self._is_sure, evaluated)) and all(map(self._is_safe_decorator, node.decorator_list))

    def _is_safe_class(self, node: ast.ClassDef) -> bool:
        """Whether its bases are there and its body cannot fail; a class may fail that one is made of which minds."""
        has_say = node.keywords or node.decorator_list
        if has_say or not all(self._is_sure(base) for base in node.bases):
            return False
        if any(isinstance(part, _FUNCTIONS) and part.name == "__init_subclass__" for part in node.body):
            return False
        return all(not isinstance(part, (ast.Import, ast.ImportFrom)) and self._is_safe(part) for part in node.body)

    def _is_safe_decorator(self, node: ast.expr) -> bool:
        if isinstance(node, ast.Name):
            return node.id in _DECORATORS and node.id in self._there
        return isinstance(node, ast.Call) and ast.unparse(node) in _MODES and self._is_sure(node.func)

    def _is_safe_value(self, node: ast.Assign | ast.AnnAssign) -> bool:
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        if not all(isinstance(target, ast.Name) for target in targets):
            return False
        annotation = node.annotation if isinstance(node, ast.AnnAssign) else None
        return self._is_sure(node.value) and self._is_sure(annotation)

    def _is_sure(self, node: ast.expr | None) -> bool:
        """Whether an expression is made of constants, and of names and attributes that are surely there."""
        match node:
            case None | ast.Constant() | ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=int() | float())):
                return True
            case ast.Name(id=name):
                return name in self._there
            case ast.Attribute(value=value, attr=name):
                return name in _ATTRIBUTES and self._is_sure(value)
            case ast.Tuple(elts=parts) | ast.List(elts=parts) | ast.Dict(keys=[], values=parts):
                return all(map(self._is_sure, parts))
            case ast.Subscript(value=ast.Name(id=name), slice=part):
                return name in _GENERIC and name in self._there and self._is_sure(part)
            case ast.BinOp(left=left, op=ast.BitOr(), right=right):
                return self._is_sure(left) and self._is_sure(right) and not (_is_text(left) or _is_text(right))
        return False


def guard_line(chunk: Chunk) -> str:
    """Returns what a guarded statement stands behind, or below."""
    return f"with _NotebookCell({chunk.cell}, {chunk.first}):"


def indented(lines: list[str], chunk: Chunk) -> list[str]:
    """Returns a statement's lines moved to the right, but for those that begin within a text."""
    texts = [part for part in ast.walk(chunk.node) if isinstance(part, (ast.Constant, ast.JoinedStr))]
    within = {line for text in texts for line in range(text.lineno + 1, (text.end_lineno or text.lineno) + 1)}
    numbered = enumerate(lines[chunk.first - 1 : chunk.last], chunk.first)
    return [line if number in within or not line.strip() else f"    {line}" for number, line in numbered]


def _is_text(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str)
