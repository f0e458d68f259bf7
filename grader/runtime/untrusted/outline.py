"""What a submission's text defines and uses, read from its syntax tree without running it.

Hostile source can crash a parser, so this runs in a candidate before anything of the student's was executed there;
the examiner decides what the facts mean.
"""

from __future__ import annotations

import ast
import marshal
from typing import Any

import msgspec

from grader.runtime.untrusted.definitions import Draft, drafts

__all__ = ["Definition", "Outline", "SyntaxProblem", "Use", "outline"]

_MAX_USES = 5_000


class Use(msgspec.Struct, frozen=True, array_like=True):
    """A use of a name.

    Attributes:
        name: a qualified name (`torch.cdist`), an attribute (`.nanmean`) or an assigned attribute (`.data=`).
        may_be_own: of an attribute, whether nothing is known of the value that it is taken of.
    """

    name: str
    line: int
    may_be_own: bool = False


class Definition(msgspec.Struct, frozen=True, kw_only=True):
    """What binds or changes a global name when the file is imported: a function, a class or another statement.

    Attributes:
        name: what it binds; empty for what only changes something.
        line: of itself.
        statement: the line of the top-level statement that it stands in.
        uses: what it uses, each name once.
        reaches: the definitions that its global names stand for, by their places in the outline.
        attributes: the names that its classes give to their instances or themselves.
    """

    name: str
    line: int
    statement: int
    parameters: list[str]
    uses: list[Use]
    reaches: list[int]
    attributes: list[str]


class SyntaxProblem(msgspec.Struct, frozen=True, kw_only=True):
    kind: str
    message: str
    line: int | None
    column: int | None


class Outline(msgspec.Struct, frozen=True, kw_only=True):
    """What a file defines.

    Attributes:
        last: by name the places of the definitions that hold when the file was imported: the last one, or several
            where it depends on a condition.
    """

    problem: SyntaxProblem | None = None
    definitions: list[Definition] = []
    last: dict[str, list[int]] = {}

    def definition(self, name: str) -> Definition | None:
        return next((found for found in reversed(self.definitions) if found.name == name), None)

    def reachable_from(self, name: str) -> list[Definition]:
        """Returns the definitions that a task consists of: its own, and the helpers it mentions, however deep.

        Of several definitions of a name those count that hold when the file was imported.
        """
        found: dict[int, Definition] = {}
        waiting = list(reversed(self.last.get(name, [])))
        while waiting:
            number = waiting.pop()
            if number not in found and 0 <= number < len(self.definitions):
                found[number] = self.definitions[number]
                waiting += reversed(found[number].reaches)
        return list(found.values())


def outline(source: bytes, file_name: str) -> dict[str, Any]:
    """Returns the outline of a file as plain values, and its compiled code.

    Args:
        source: of the submission.
        file_name: which tracebacks are to show; without its suffix the name of the module.
    """
    try:
        tree = ast.parse(source)
        code = compile(tree, file_name, "exec", dont_inherit=True)
        found = _outline(tree, file_name.removesuffix(".py"))
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        problem = SyntaxProblem(
            kind=type(error).__name__,
            message=str(getattr(error, "msg", None) or error)[:500],
            line=getattr(error, "lineno", None),
            column=getattr(error, "offset", None),
        )
        return {"outline": msgspec.to_builtins(Outline(problem=problem)), "code": b""}
    return {"outline": msgspec.to_builtins(found), "code": marshal.dumps(code)}


def _outline(tree: ast.Module, module: str) -> Outline:
    found, last = drafts(tree, module)
    return Outline(definitions=[_definition(draft) for draft in found], last=last)


def _definition(draft: Draft) -> Definition:
    uses = [Use(name, line, may_be_own) for (name, may_be_own), line in draft.uses.items()]
    return Definition(
        name=draft.name,
        line=draft.line,
        statement=draft.statement,
        parameters=_parameters(draft.node),
        uses=sorted(uses, key=lambda use: use.line)[:_MAX_USES],
        reaches=sorted(draft.reaches),
        attributes=sorted(draft.attributes),
    )


def _parameters(statement: ast.AST) -> list[str]:
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
