"""Cuts a stub from a solution: what students get is generated, never kept by hand beside it. Pure."""

from __future__ import annotations

import ast
import io
import re
import tokenize
from collections.abc import Iterator
from dataclasses import dataclass

from grader.errors import CourseError

__all__ = ["Region", "has_regions", "regions_of", "stub_source", "without_markers"]

_BEGIN = "### BEGIN SOLUTION"
_END = "### END SOLUTION"
_NEARLY_A_MARKER = re.compile(r"#+\s*(begin|end)\s*_?solution", re.IGNORECASE)


@dataclass(frozen=True, kw_only=True)
class Region:
    """The lines from one marker to the other, both included, counted from 1."""

    first: int
    last: int
    indent: str


@dataclass(frozen=True, kw_only=True)
class _Definition:
    name: str
    line: int
    column: int
    is_class: bool


def stub_source(solution_text: str) -> str:
    """Returns the stub of a solution.

    Each region from `### BEGIN SOLUTION` to `### END SOLUTION` becomes `raise NotImplementedError("<name>")` with the
    region's indentation and the name of the function, or `Class.method`, around it. Straight in a class body, where a
    raise would keep the whole file from being imported, it becomes an `__init__` that raises. At module level a
    region is dropped. Everything else stays as it is.

    Raises:
        CourseError: for markers that are not balanced, not spelt exactly or not on a line of their own, and for a
            solution or a stub that is not valid Python; with the line.
    """
    definitions = _definitions(_parsed(solution_text, "the solution"))
    lines = io.StringIO(solution_text).readlines()  # unlike `splitlines`, at the line ends that Python counts
    kept: list[str] = []
    done = 0
    for region in regions_of(solution_text):
        kept += lines[done : region.first - 1]
        ending = "\r\n" if lines[region.first - 1].endswith("\r\n") else "\n"
        kept += [f"{line}{ending}" for line in _replacement(region, definitions)]
        done = region.last
    stub = "".join(kept + lines[done:])
    _parsed(stub, "the stub")
    return stub


def has_regions(solution_text: str) -> bool:
    """Whether anything would be cut; what is handed out as a stub is the solution otherwise.

    Raises:
        CourseError: as `stub_source` does.
    """
    return any(True for _ in regions_of(solution_text))


def without_markers(solution_text: str) -> str:
    """Returns a solution without the lines that mark its regions. Raises as `regions_of` does."""
    lines = io.StringIO(solution_text).readlines()
    markers = {line for region in regions_of(solution_text) for line in (region.first, region.last)}
    return "".join(line for number, line in enumerate(lines, 1) if number not in markers)


def _parsed(text: str, what: str) -> ast.Module:
    try:
        return ast.parse(text)
    except SyntaxError as error:
        raise CourseError(f"line {error.lineno}: {what} is not valid Python: {error.msg}") from error


def regions_of(text: str) -> Iterator[Region]:
    """Yields the regions in their order. Raises as `stub_source` does."""
    begin: tokenize.TokenInfo | None = None
    for comment in _marker_comments(text):
        line = comment.start[0]
        if comment.string.rstrip() == _BEGIN:
            if begin is not None:
                raise CourseError(f"line {line}: `{_BEGIN}` inside the region that began in line {begin.start[0]}")
            begin = comment
        elif begin is None:
            raise CourseError(f"line {line}: `{_END}` without `{_BEGIN}` before it")
        else:
            yield Region(first=begin.start[0], last=line, indent=begin.line[: begin.start[1]])
            begin = None
    if begin is not None:
        raise CourseError(f"line {begin.start[0]}: `{_BEGIN}` without `{_END}` after it")


def _marker_comments(text: str) -> Iterator[tokenize.TokenInfo]:
    """Yields the markers; a text in a string is none, and a misspelt one must not hand out the solution."""
    try:
        tokens = list(tokenize.generate_tokens(io.StringIO(text).readline))
    except (tokenize.TokenError, SyntaxError) as error:
        raise CourseError(f"the solution is not valid Python: {error}") from error
    for token in tokens:
        if token.type != tokenize.COMMENT or not _NEARLY_A_MARKER.match(token.string):
            continue
        line = token.start[0]
        if token.string.rstrip() not in (_BEGIN, _END):
            raise CourseError(f"line {line}: `{token.string.strip()}` is nearly a marker; write `{_BEGIN}` or `{_END}`")
        if token.line[: token.start[1]].strip():
            raise CourseError(f"line {line}: a marker stands on a line of its own")
        yield token


def _definitions(tree: ast.Module) -> list[_Definition]:
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
    found = [
        _Definition(name=node.name, line=node.lineno, column=node.col_offset, is_class=isinstance(node, ast.ClassDef))
        for node in ast.walk(tree)
        if isinstance(node, kinds)
    ]
    return sorted(found, key=lambda definition: definition.line)


def _replacement(region: Region, definitions: list[_Definition]) -> list[str]:
    around = _enclosing(region, definitions)
    if not around:
        return []
    statement = f'raise NotImplementedError("{".".join(definition.name for definition in around)}")'
    if not around[-1].is_class:
        return [f"{region.indent}{statement}"]
    return [
        f"{region.indent}def __init__(self, *args: object, **kwargs: object) -> None:",
        f"{region.indent}    {statement}",
    ]


def _enclosing(region: Region, definitions: list[_Definition]) -> list[_Definition]:
    """Returns the definitions around a region, outermost first, by indentation: that holds for comments too."""
    around: list[_Definition] = []
    for definition in definitions:
        if definition.line >= region.first:
            break
        around = [*_wider_than(around, definition.column), definition]
    return _wider_than(around, len(region.indent))


def _wider_than(definitions: list[_Definition], column: int) -> list[_Definition]:
    return [definition for definition in definitions if definition.column < column]
