"""One file of a suite as text: its top-level statements, and the names that each binds and uses. Pure.

It reads the plain Python that suites are written in, and refuses what it cannot attribute to a name.
"""

from __future__ import annotations

import ast
import io
import symtable
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath

from grader.errors import CourseError

__all__ = ["Alias", "Function", "Statement", "SuiteFile", "read_suite_file", "unclear"]

Function = (ast.FunctionDef, ast.AsyncFunctionDef)
_UNSEEN_NAMES = frozenset({"__import__", "eval", "exec", "globals", "importlib"})


@dataclass(frozen=True, kw_only=True)
class Alias:
    """One name that an import binds.

    Attributes:
        original: the name in the module; None where the module itself is imported.
    """

    name: str
    module: str
    original: str | None


@dataclass(frozen=True, kw_only=True)
class Statement:
    """One top-level statement.

    Attributes:
        text: its lines as they stand, with decorators and what is written behind it.
        first: the line of its first decorator, or its own.
        binds: the names that it defines.
        uses: the global names that it mentions, its own parts' parameters and variables left out.
        aliases: of an import, what it binds; of another statement, what is imported inside it.
    """

    node: ast.stmt
    text: str
    first: int
    last: int
    binds: frozenset[str]
    uses: frozenset[str]
    aliases: tuple[Alias, ...]

    @property
    def is_import(self) -> bool:
        return isinstance(self.node, (ast.Import, ast.ImportFrom))

    @property
    def is_future(self) -> bool:
        return isinstance(self.node, ast.ImportFrom) and self.node.module == "__future__"


@dataclass(frozen=True, kw_only=True)
class SuiteFile:
    name: str
    lines: tuple[str, ...]
    statements: tuple[Statement, ...]

    @property
    def is_test_file(self) -> bool:
        stem = PurePosixPath(self.name).stem
        return stem.startswith("test_") or stem.endswith("_test")

    def binding(self, name: str) -> list[int]:
        """Returns the indices of the statements that bind a name."""
        return [index for index, statement in enumerate(self.statements) if name in statement.binds]

    def qualified(self, expression: ast.expr) -> str | None:
        """Returns the dotted name that an expression has by the imports of this file; None if it has none."""
        parts: list[str] = []
        while isinstance(expression, ast.Attribute):
            parts.insert(0, expression.attr)
            expression = expression.value
        if not isinstance(expression, ast.Name):
            return None
        aliases = [alias for statement in self.statements if statement.is_import for alias in statement.aliases]
        found = [alias for alias in aliases if alias.name == expression.id]
        if len(found) != 1 or len(self.binding(expression.id)) != 1:
            return None
        root = found[0].module if found[0].original is None else f"{found[0].module}.{found[0].original}"
        return ".".join([root, *parts])


def unclear(file_name: str, line: int, problem: str) -> CourseError:
    """Returns the error for what cannot be resolved from the text."""
    return CourseError(f"`{file_name}`, line {line}: {problem}.")


def read_suite_file(name: str, content: bytes) -> SuiteFile:
    """Returns a file of a suite.

    Raises:
        CourseError: if it is no Python, or holds a top-level statement that is no import, definition or assignment
            of names; with the line.
    """
    try:
        text = content.decode("utf-8-sig")
        tree = ast.parse(text)
    except (UnicodeDecodeError, ValueError) as error:
        raise CourseError(f"`{name}` is no text in UTF-8: {error}.") from error
    except SyntaxError as error:
        raise unclear(name, error.lineno or 1, f"no valid Python: {error.msg}") from error
    lines = tuple(io.StringIO(text))
    statements = [_statement(name, node, lines) for node in tree.body if not _is_docstring(node)]
    for before, after in zip(statements, statements[1:], strict=False):
        if after.first <= before.last:
            raise unclear(name, after.first, "two statements share a line; write one on each")
    return SuiteFile(name=name, lines=lines, statements=tuple(statements))


def _is_docstring(node: ast.stmt) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)


def _statement(file_name: str, node: ast.stmt, lines: tuple[str, ...]) -> Statement:
    decorators = getattr(node, "decorator_list", [])
    first, last = min([node.lineno, *(mark.lineno for mark in decorators)]), node.end_lineno or node.lineno
    text = "".join(lines[first - 1 : last])
    binds = frozenset(_bound_names(file_name, node))
    uses = frozenset() if isinstance(node, (ast.Import, ast.ImportFrom)) else _used_names(text)
    if unseen := sorted(uses & _UNSEEN_NAMES):
        raise unclear(file_name, first, f"`{unseen[0]}` hides which definitions are used; name them instead")
    return Statement(
        node=node,
        text=text if text.endswith("\n") else f"{text}\n",
        first=first,
        last=last,
        binds=binds,
        uses=uses,
        aliases=tuple(_aliases(file_name, node)),
    )


def _bound_names(file_name: str, node: ast.stmt) -> Iterator[str]:
    if isinstance(node, (*Function, ast.ClassDef)):
        yield node.name
    elif isinstance(node, (ast.Import, ast.ImportFrom)):
        yield from (alias.name for alias in _aliases(file_name, node))
    elif isinstance(node, ast.Assign):
        for target in node.targets:
            yield from _target_names(file_name, target)
    elif isinstance(node, (ast.AnnAssign, ast.AugAssign)):
        yield from _target_names(file_name, node.target)
    else:
        problem = "only imports, functions, classes and assignments to names can stand at the top of a suite's file"
        raise unclear(file_name, node.lineno, problem)


def _target_names(file_name: str, target: ast.expr) -> Iterator[str]:
    if isinstance(target, ast.Name):
        yield target.id
    elif isinstance(target, (ast.Tuple, ast.List)):
        for part in target.elts:
            yield from _target_names(file_name, part.value if isinstance(part, ast.Starred) else part)
    else:
        raise unclear(file_name, target.lineno, "an assignment at the top of a suite's file is to names only")


def _aliases(file_name: str, node: ast.stmt) -> Iterator[Alias]:
    for part in ast.walk(node):
        if isinstance(part, ast.Import):
            for alias in part.names:
                name, module = alias.asname or alias.name.split(".")[0], alias.name
                yield Alias(name=name, module=module if alias.asname else name, original=None)
        elif isinstance(part, ast.ImportFrom):
            if part.level or part.names[0].name == "*":
                raise unclear(file_name, part.lineno, "import names, by the bare name of the file that has them")
            for alias in part.names:
                yield Alias(name=alias.asname or alias.name, module=part.module or "", original=alias.name)


def _used_names(text: str) -> frozenset[str]:
    """Reads the statement as if it were a module of its own, so that Python's own scoping says what is global."""
    table = symtable.symtable(text, "<suite>", "exec")
    return frozenset(_global_names(table, is_top=True))


def _global_names(table: symtable.SymbolTable, *, is_top: bool = False) -> Iterator[str]:
    is_open = is_top or table.get_type() == "class"  # where a name that is bound may still be read from outside
    for symbol in table.get_symbols():
        if symbol.is_referenced() and (is_open or symbol.is_global()):
            yield symbol.get_name()
    for child in table.get_children():
        yield from _global_names(child)
