"""Reads what an author types of a new task: its name, or its whole signature. Pure."""

from __future__ import annotations

import ast
import keyword
import re
from collections.abc import Iterator
from dataclasses import dataclass

from grader.course.imports import KNOWN_NAMES
from grader.errors import UserError

__all__ = ["WIDTH", "Parameter", "Signature", "folded", "read_signature"]

WIDTH = 120
"""How long a line of what is written may be."""

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]*")
_TAKEN_TASKS = KNOWN_NAMES | {"device", "run"}
_TAKEN_PARAMETERS = KNOWN_NAMES | {"student", "rng", "solution", "spec", "expected", "assert_close"}


@dataclass(frozen=True, kw_only=True)
class Parameter:
    """One parameter of a function.

    Attributes:
        star: `*` or `**` of one that takes several; empty otherwise.
        annotation: empty if it has none; likewise `default`.
        by_name: whether it is passed by its name only.
    """

    name: str
    star: str = ""
    annotation: str = ""
    default: str = ""
    by_name: bool = False

    @property
    def text(self) -> str:
        declared = f"{self.star}{self.name}{f': {self.annotation}' if self.annotation else ''}"
        equals = " = " if self.annotation else "="
        return f"{declared}{equals}{self.default}" if self.default else declared

    @property
    def argument(self) -> str:
        """How a call passes a variable of the same name."""
        return f"{self.name}={self.name}" if self.by_name else f"{self.star}{self.name}"


@dataclass(frozen=True, kw_only=True)
class Signature:
    """The header of a task, and what it says.

    Attributes:
        parts: what stands between the parentheses: parameters with the marks between them, or base classes.
        returns: the annotation of what a function returns; empty if it has none.
        names: that the header uses and does not bind.
    """

    name: str
    is_class: bool
    parts: tuple[str, ...]
    parameters: tuple[Parameter, ...] = ()
    returns: str = ""
    names: frozenset[str] = frozenset()

    @property
    def is_module(self) -> bool:
        return self.is_class and any(part in ("nn.Module", "torch.nn.Module", "Module") for part in self.parts)

    def header(self, name: str = "", returns: str = "", width: int = WIDTH) -> str:
        """Returns the `def` or `class` line without its colon, in several lines where it is too long.

        Args:
            name: instead of its own.
            returns: instead of what it returns.
            width: of a line.
        """
        arrow = f" -> {returns or self.returns}" if returns or self.returns else ""
        if self.is_class and not self.parts:
            return f"class {name or self.name}"
        return folded(
            f"{'class' if self.is_class else 'def'} {name or self.name}(", self.parts, f"){arrow}", width=width
        )


def folded(before: str, parts: tuple[str, ...], after: str, *, width: int = WIDTH) -> str:
    """Returns a text with parts between commas as formatters of Python fold it: one line, three, or one a part.

    Args:
        before: with the indentation of all.
    """
    indent = " " * (len(before) - len(before.lstrip()))
    joined = ", ".join(parts)
    if len(before) + len(joined) + len(after) < width:  # a colon comes behind it
        return f"{before}{joined}{after}"
    if len(indent) + 4 + len(joined) <= width:
        return f"{before}\n{indent}    {joined}\n{indent}{after}"
    return "\n".join([before, *(f"{indent}    {part}," for part in parts), f"{indent}{after}"])


def read_signature(text: str) -> Signature:
    """Reads a name or a signature; a leading `def` and a colon at the end are tolerated.

    A name with a capital, or behind `class`, is that of a class. A function that is only named takes and returns a
    Tensor; a class is a module then.

    Raises:
        UserError: if it is neither, has no parameter to be asked with, or uses a name that means something else.
    """
    bare = " ".join(text.split()).removesuffix(":").rstrip()
    word, _, rest = bare.partition(" ")
    name = rest.strip() if word in ("def", "class") else bare
    is_class = word == "class" or (word != "def" and name[:1].isupper())
    if "(" not in name:
        _check_name(name)
        name += "" if word == "class" else "(nn.Module)" if is_class else "(x: Tensor) -> Tensor"
    node = _parsed(f"{'class' if is_class else 'def'} {name}", text)
    _check_name(node.name)
    return _of_class(node) if isinstance(node, ast.ClassDef) else _of_function(node)


def _parsed(header: str, text: str) -> ast.FunctionDef | ast.ClassDef:
    source = f"{header}: ..."
    try:
        compile(source, "<signature>", "exec", dont_inherit=True)  # finds what `ast.parse` lets pass: `f(x, x)`
        (node,) = ast.parse(source).body
    except (SyntaxError, ValueError) as error:
        reason = error.msg if isinstance(error, SyntaxError) else "it is more than one"
        raise UserError(
            f"`{text}` is no signature of a task: {reason}. Write it as in `add(x: Tensor, y: Tensor) -> Tensor` or "
            "`class Adder(nn.Module)`; a name with a capital is a class unless `def` stands before it."
        ) from error
    assert isinstance(node, (ast.FunctionDef, ast.ClassDef))  # noqa: S101 - it begins with one of the two words
    return node


def _check_name(name: str) -> None:
    if not _NAME.fullmatch(name) or keyword.iskeyword(name):
        raise UserError(f"`{name}` cannot be the name of a task: it is a Python function or class, such as `add_`.")
    if name in _TAKEN_TASKS:
        raise UserError(f"`{name}` cannot be the name of a task: it means something else in a suite or a solution.")


def _of_class(node: ast.ClassDef) -> Signature:
    bases = [*node.bases, *node.keywords]
    parts = tuple(_text(base) for base in bases)
    return Signature(name=node.name, is_class=True, parts=parts, names=_names(bases))


def _of_function(node: ast.FunctionDef) -> Signature:
    pairs = list(_parts(node.args))
    parameters = tuple(parameter for _, parameter in pairs if parameter)
    if not [parameter for parameter in parameters if parameter.star != "**"]:
        raise UserError(
            f"`{node.name}` has no parameters: a test has nothing to ask it with. "
            f"Write them down, as in `{node.name}(x: Tensor) -> Tensor`."
        )
    for parameter in parameters:
        if parameter.name in _TAKEN_PARAMETERS:
            raise UserError(
                f"`{parameter.name}` cannot be a parameter of `{node.name}`: it means something else in a suite. "
                "Give it another name."
            )
    return Signature(
        name=node.name,
        is_class=False,
        parts=tuple(text for text, _ in pairs),
        parameters=parameters,
        returns=_text(node.returns),
        names=_names([node.args, *filter(None, [node.returns])]),
    )


def _parts(arguments: ast.arguments) -> Iterator[tuple[str, Parameter | None]]:
    """Yields each part between the commas, and the parameter that it is."""
    positional = [*arguments.posonlyargs, *arguments.args]
    lacking = len(positional) - len(arguments.defaults)
    for number, one in enumerate(positional):
        default = arguments.defaults[number - lacking] if number >= lacking else None
        yield _part(one, default=_text(default))
        if number + 1 == len(arguments.posonlyargs):
            yield "/", None
    if arguments.vararg:
        yield _part(arguments.vararg, star="*")
    elif arguments.kwonlyargs:
        yield "*", None
    for one, default in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True):
        yield _part(one, default=_text(default), by_name=True)
    if arguments.kwarg:
        yield _part(arguments.kwarg, star="**")


def _part(node: ast.arg, *, star: str = "", default: str = "", by_name: bool = False) -> tuple[str, Parameter]:
    annotation = _text(node.annotation)
    parameter = Parameter(name=node.arg, star=star, annotation=annotation, default=default, by_name=by_name)
    return parameter.text, parameter


def _text(node: ast.AST | None) -> str:
    """Writes a piece of code in one spelling, with the quotes that formatters prefer."""
    text = ast.unparse(node) if node else ""
    return text if '"' in text else text.replace("'", '"')


def _names(nodes: list[ast.AST] | list[ast.expr | ast.keyword]) -> frozenset[str]:
    return frozenset(found.id for node in nodes for found in ast.walk(node) if isinstance(found, ast.Name))
