"""The markers of a suite's tests, read from the text: whose points a test is and who may see it. Pure."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from grader.suite.file import Function, SuiteFile, unclear

__all__ = ["Marks", "SuiteTest", "fixture_arguments", "is_autouse", "read_marks", "tests_of"]

_OWN = frozenset({"task", "visible", "weight", "needs_value", "gpu", "hint", "depends"})
_ONCE = ("task", "visible")
_AnyFunction = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True, kw_only=True)
class SuiteTest:
    """One test function.

    Attributes:
        line: of its `def`.
    """

    file: str
    name: str
    line: int
    task: str
    is_visible: bool
    needs_value: bool


@dataclass(frozen=True, kw_only=True)
class Marks:
    """What the markers of one test say.

    Attributes:
        parameters: names that a `parametrize` fills in.
        fixtures: names that a `usefixtures` asks for.
    """

    task: str | None = None
    is_visible: bool = False
    needs_value: bool = False
    parameters: tuple[str, ...] = ()
    fixtures: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class _Mark:
    name: str
    arguments: tuple[ast.expr, ...]
    line: int


def tests_of(file: SuiteFile) -> Iterator[SuiteTest]:
    """Yields the tests that pytest would collect from a file.

    Raises:
        CourseError: for a test whose marks cannot be read, and for what collects or marks tests in another way.
    """
    _refuse_hooks(file)
    if not file.is_test_file:
        return
    for statement in file.statements:
        for name in sorted(statement.binds):
            if not name.lower().startswith("test"):
                continue
            node = statement.node
            if not isinstance(node, Function) or not name.startswith("test"):
                raise unclear(file.name, statement.first, f"`{name}` is no plain test function: write one")
            yield _test(file, node)


def read_marks(file: SuiteFile, function: _AnyFunction) -> Marks:
    """Returns what the markers of a test and of its file say.

    Raises:
        CourseError: for a decorator that is no marker, or an argument that is not written out.
    """
    own = [_mark(file, decorator) for decorator in function.decorator_list]
    for name in _ONCE:
        if sum(mark.name == name for mark in own) > 1:
            raise unclear(file.name, function.lineno, f"`{function.name}` is marked `{name}` twice")
    marks = own + _file_marks(file)  # nearest first, as pytest looks for them
    tasks = [_text(file, mark.arguments[:1], mark.line) for mark in marks if mark.name == "task"]
    named = [_names(file, mark) for mark in marks if mark.name == "parametrize"]
    wanted = [
        _text(file, (argument,), mark.line)
        for mark in marks
        if mark.name == "usefixtures"
        for argument in mark.arguments
    ]
    return Marks(
        task=tasks[0] if tasks else None,
        is_visible=any(mark.name == "visible" for mark in marks),
        needs_value=any(mark.name == "needs_value" for mark in marks),
        parameters=tuple(name for names in named for name in names),
        fixtures=tuple(wanted),
    )


def fixture_arguments(file: SuiteFile, function: _AnyFunction, marks: Marks) -> list[str]:
    """Returns the names of the fixtures that a test or a fixture asks for; of another function none."""
    is_test = file.is_test_file and function.name.startswith("test")
    if not is_test and not _is_fixture(file, function):
        return []
    arguments = [*function.args.posonlyargs, *function.args.args, *function.args.kwonlyargs]
    names = [argument.arg for argument in arguments if argument.arg not in marks.parameters]
    return [*names, *marks.fixtures]


def is_autouse(file: SuiteFile, function: _AnyFunction) -> bool:
    """Whether a function is a fixture that every test around it gets unasked."""
    return any(
        word.arg == "autouse" and not (isinstance(word.value, ast.Constant) and not word.value.value)
        for decorator in _fixture_decorators(file, function)
        if isinstance(decorator, ast.Call)
        for word in decorator.keywords
    )


def _test(file: SuiteFile, function: _AnyFunction) -> SuiteTest:
    marks = read_marks(file, function)
    if marks.task is None:
        raise unclear(file.name, function.lineno, f"`{function.name}` has no task: mark it with `task(...)`")
    return SuiteTest(
        file=file.name,
        name=function.name,
        line=function.lineno,
        task=marks.task,
        is_visible=marks.is_visible,
        needs_value=marks.needs_value,
    )


def _refuse_hooks(file: SuiteFile) -> None:
    """A hook of pytest may mark, add or drop tests, which the text of a test does not tell."""
    for statement in file.statements:
        for name in sorted(statement.binds):
            if name.startswith("pytest_"):
                raise unclear(file.name, statement.first, f"`{name}` may change the tests, which no text tells")


def _file_marks(file: SuiteFile) -> list[_Mark]:
    found = file.binding("pytestmark")
    if not found:
        return []
    node = file.statements[found[0]].node
    if len(found) > 1 or not isinstance(node, ast.Assign) or len(node.targets) != 1:
        raise unclear(file.name, node.lineno, "`pytestmark` is assigned once, on a line of its own")
    values = node.value.elts if isinstance(node.value, (ast.List, ast.Tuple)) else [node.value]
    return [_mark(file, value) for value in values]


def _mark(file: SuiteFile, expression: ast.expr) -> _Mark:
    target = expression.func if isinstance(expression, ast.Call) else expression
    arguments = tuple(expression.args) if isinstance(expression, ast.Call) else ()
    owner, _, name = (file.qualified(target) or "").rpartition(".")
    if owner != "pytest.mark" and not (owner == "grader.suite" and name in _OWN):
        problem = f"`{ast.unparse(target)}` is no marker of `grader.suite` or `pytest.mark`, and could be anything"
        raise unclear(file.name, expression.lineno, problem)
    for part in ast.walk(expression):
        if isinstance(part, ast.keyword) and part.arg in (None, "marks"):
            raise unclear(file.name, expression.lineno, "marks of single cases cannot be read; write a test for each")
    return _Mark(name=name, arguments=arguments, line=expression.lineno)


def _names(file: SuiteFile, mark: _Mark) -> list[str]:
    """Returns the parameters that a `parametrize` names, in one text or in several."""
    first = mark.arguments[0] if mark.arguments else None
    if isinstance(first, (ast.List, ast.Tuple)):
        return [_text(file, (part,), mark.line) for part in first.elts]
    return [name.strip() for name in _text(file, mark.arguments[:1], mark.line).split(",")]


def _text(file: SuiteFile, arguments: tuple[ast.expr, ...], line: int) -> str:
    if len(arguments) == 1 and isinstance(arguments[0], ast.Constant) and isinstance(arguments[0].value, str):
        return arguments[0].value
    raise unclear(file.name, line, "the name in a marker must be written out as a text")


def _is_fixture(file: SuiteFile, function: _AnyFunction) -> bool:
    return any(True for _ in _fixture_decorators(file, function))


def _fixture_decorators(file: SuiteFile, function: _AnyFunction) -> Iterator[ast.expr]:
    for decorator in function.decorator_list:
        target = decorator.func if isinstance(decorator, ast.Call) else decorator
        if file.qualified(target) == "pytest.fixture":
            if isinstance(decorator, ast.Call) and any(word.arg in ("name", None) for word in decorator.keywords):
                raise unclear(file.name, decorator.lineno, "a fixture goes by the name of its function")
            yield decorator
