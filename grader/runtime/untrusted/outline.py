"""What a submission's text defines and uses, read from its syntax tree without running it.

Hostile source can crash a parser, so this runs in a candidate before anything of the student's was executed there;
the examiner decides what the facts mean.
"""

from __future__ import annotations

import ast
import marshal
from collections.abc import Iterator
from typing import Any

import msgspec

__all__ = ["Definition", "Outline", "SyntaxProblem", "Use", "outline"]

_MAX_USES = 5_000


class Use(msgspec.Struct, frozen=True, array_like=True):
    name: str
    line: int


class Definition(msgspec.Struct, frozen=True, kw_only=True):
    """A top-level function, class or other statement.

    Attributes:
        name: what it defines; empty for other statements.
        uses: qualified names (`torch.cdist`), attributes (`.nanmean`) and assigned attributes (`.data=`).
        mentions: the names it refers to, some of which are other definitions.
    """

    name: str
    line: int
    parameters: list[str]
    uses: list[Use]
    mentions: list[str]


class SyntaxProblem(msgspec.Struct, frozen=True, kw_only=True):
    kind: str
    message: str
    line: int | None
    column: int | None


class Outline(msgspec.Struct, frozen=True, kw_only=True):
    problem: SyntaxProblem | None = None
    definitions: list[Definition] = []

    def definition(self, name: str) -> Definition | None:
        return next((found for found in reversed(self.definitions) if found.name == name), None)

    def reachable_from(self, name: str) -> list[Definition]:
        """Returns the definitions that a task consists of: its own, and the helpers it mentions, however deep."""
        found: list[Definition] = []
        waiting = [name]
        while waiting:
            current = waiting.pop()
            for definition in self.definitions:
                if definition.name == current and definition not in found:
                    found.append(definition)
                    waiting += definition.mentions
        return found


def outline(source: bytes, file_name: str) -> dict[str, Any]:
    """Returns the outline of a file as plain values, and its compiled code.

    Args:
        source: of the submission.
        file_name: which tracebacks are to show.
    """
    try:
        tree = ast.parse(source)
        code = compile(tree, file_name, "exec", dont_inherit=True)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        problem = SyntaxProblem(
            kind=type(error).__name__,
            message=str(getattr(error, "msg", None) or error)[:500],
            line=getattr(error, "lineno", None),
            column=getattr(error, "offset", None),
        )
        return {"outline": msgspec.to_builtins(Outline(problem=problem)), "code": b""}
    found = Outline(definitions=list(_definitions(tree)))
    return {"outline": msgspec.to_builtins(found), "code": marshal.dumps(code)}


def _definitions(tree: ast.Module) -> Iterator[Definition]:
    aliases = _aliases(tree)
    methods = {node.name for node in ast.walk(tree) if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))}
    for statement in tree.body:
        is_import = isinstance(statement, (ast.Import, ast.ImportFrom))
        uses = [use for use in _uses(statement, aliases) if use.name.removeprefix(".") not in methods]
        mentions = {node.id for node in ast.walk(statement) if isinstance(node, ast.Name)}
        for name in _defined_names(statement) or [""]:
            yield Definition(
                name=name,
                line=statement.lineno,
                parameters=_parameters(statement),
                uses=[use for use in uses if not is_import or use.name == aliases.get(name)][:_MAX_USES],
                mentions=sorted(mentions),
            )


def _defined_names(statement: ast.stmt) -> list[str]:
    if isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
        return [statement.name]
    if isinstance(statement, (ast.Import, ast.ImportFrom)):
        return [alias.asname or alias.name.split(".")[0] for alias in statement.names]
    nested = [node.name for node in ast.walk(statement) if isinstance(node, (ast.FunctionDef, ast.ClassDef))]
    stored = [node for node in ast.walk(statement) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)]
    return nested + [node.id for node in stored]


def _parameters(statement: ast.stmt) -> list[str]:
    """Returns parameter names in order, with `*` and `**` before the collecting ones and a bare `*` where it stands."""
    if isinstance(statement, ast.ClassDef):
        made = [node for node in statement.body if isinstance(node, ast.FunctionDef) and node.name == "__init__"]
        return _parameters(made[0])[1:] if made else []
    if not isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef)):
        return []
    arguments = statement.args
    names = [argument.arg for argument in [*arguments.posonlyargs, *arguments.args]]
    if arguments.vararg or arguments.kwonlyargs:
        names.append(f"*{arguments.vararg.arg if arguments.vararg else ''}")
    names += [argument.arg for argument in arguments.kwonlyargs]
    return names + ([f"**{arguments.kwarg.arg}"] if arguments.kwarg else [])


def _aliases(tree: ast.Module) -> dict[str, str]:
    """Maps each imported name to what it stands for: `F` to `torch.nn.functional`."""
    aliases: dict[str, str] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                bound = alias.asname or alias.name.split(".")[0]
                aliases[bound] = alias.name if alias.asname else bound
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            aliases.update(
                {alias.asname or _star(alias.name, node.module): f"{node.module}.{alias.name}" for alias in node.names}
            )
    return aliases


def _star(name: str, module: str) -> str:
    return f"{module}.*" if name == "*" else name


def _uses(statement: ast.stmt, aliases: dict[str, str]) -> Iterator[Use]:
    for node in ast.walk(statement):
        if isinstance(node, (ast.Name, ast.Attribute)):
            qualified = _qualified(node, aliases)
            if qualified is None and isinstance(node, ast.Name):
                yield from (Use(f"{star[:-1]}{node.id}", node.lineno) for star in aliases if star.endswith(".*"))
            if qualified:
                yield Use(qualified, node.lineno)
        if isinstance(node, ast.Attribute):
            yield Use(f".{node.attr}", node.lineno)
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            yield from (Use(aliases[name], node.lineno) for name in _bound(node) if name in aliases)
        if isinstance(node, (ast.Assign, ast.AnnAssign)):
            yield from _assigned_attributes(node)


def _bound(node: ast.Import | ast.ImportFrom) -> list[str]:
    return [alias.asname or alias.name.split(".")[0] for alias in node.names]


def _assigned_attributes(node: ast.Assign | ast.AnnAssign) -> Iterator[Use]:
    for target in node.targets if isinstance(node, ast.Assign) else [node.target]:
        for part in ast.walk(target):
            if isinstance(part, ast.Attribute) and isinstance(part.ctx, ast.Store):
                yield Use(f".{part.attr}=", part.lineno)


def _qualified(node: ast.expr, aliases: dict[str, str]) -> str | None:
    """Returns `torch.nn.functional.normalize` for `F.normalize`; None where the root is not an imported name."""
    names: list[str] = []
    while isinstance(node, ast.Attribute):
        names.append(node.attr)
        node = node.value
    if not isinstance(node, ast.Name) or node.id not in aliases:
        return None
    return ".".join([aliases[node.id], *reversed(names)])
