"""Cuts chosen tests out of a suite, with the definitions that they use and nothing else. Pure.

What students get of a suite, and what one task of a notebook needs, is cut here. Whatever cannot be resolved from the
text is an error, so that no oracle goes out by mistake.
"""

from __future__ import annotations

import ast
import builtins
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from grader.suite.file import Function, Statement, SuiteFile, read_suite_file, unclear
from grader.suite.marks import Marks, SuiteTest, fixture_arguments, is_autouse, read_marks, tests_of

__all__ = ["SuiteTest", "excerpt", "excerpt_names", "find_tests"]

_PLUGIN_FIXTURES = frozenset({"student", "rng"})
_PYTEST_FIXTURES = frozenset({"capsys", "monkeypatch", "recwarn", "request", "tmp_path"})
_KNOWN_NAMES = frozenset(dir(builtins)) | {"__name__"}
_LINE_LENGTH = 120


def find_tests(files: dict[str, bytes]) -> tuple[SuiteTest, ...]:
    """Returns the tests of a suite in the order of its files.

    Raises:
        CourseError: for what cannot be resolved from the text, with file and line.
    """
    read = _read(files)
    return tuple(test for name in sorted(read) for test in tests_of(read[name]))


def excerpt(files: dict[str, bytes], is_wanted: Callable[[SuiteTest], bool]) -> dict[str, bytes]:
    """Returns the wanted tests with the definitions that they use, as files of the same names.

    The text of what is kept stays as it stands. Imports are trimmed to the names that are used. Docstrings of files,
    and comments outside the kept definitions, are left out.

    Args:
        files: the suite, by relative name.
        is_wanted: which tests to keep.

    Raises:
        CourseError: for what cannot be resolved from the text, with file and line.
    """
    cut = _cut(_read(files), is_wanted)
    return {name: _render(cut.files[name], cut.kept[name]).encode() for name in sorted(cut.kept)}


def excerpt_names(files: dict[str, bytes], is_wanted: Callable[[SuiteTest], bool]) -> dict[str, list[str]]:
    """Returns what `excerpt` keeps, imports left out: the names of its definitions, sorted, by file.

    Raises:
        CourseError: as `excerpt` does.
    """
    cut = _cut(_read(files), is_wanted)
    return {
        name: sorted(
            bound
            for index in cut.kept[name]
            if not cut.files[name].statements[index].is_import
            for bound in cut.files[name].statements[index].binds
        )
        for name in sorted(cut.kept)
    }


def _read(files: dict[str, bytes]) -> dict[str, SuiteFile]:
    return {name: read_suite_file(name, content) for name, content in files.items() if name.endswith(".py")}


def _cut(files: dict[str, SuiteFile], is_wanted: Callable[[SuiteTest], bool]) -> _Cut:
    cut = _Cut(files=files)
    for name in sorted(files):
        for test in tests_of(files[name]):
            if is_wanted(test):
                cut.keep_test(test)
    return cut


@dataclass(kw_only=True)
class _Cut:
    """What is kept so far.

    Attributes:
        kept: for each file the statements that stay, by index; of an import the names that are used.
    """

    files: dict[str, SuiteFile]
    kept: dict[str, dict[int, set[str]]] = field(default_factory=dict)

    def keep_test(self, test: SuiteTest) -> None:
        file = self.files[test.file]
        self.keep(file, test.name)
        if file.binding("pytestmark"):
            self.keep(file, "pytestmark")
        for place in (file, *self._conftests(file)):
            for statement in place.statements:
                if isinstance(statement.node, Function) and is_autouse(place, statement.node):
                    self.keep(place, statement.node.name)

    def keep(self, file: SuiteFile, name: str) -> None:
        """Keeps what binds a name in a file, and what that uses."""
        for index in file.binding(name):
            names = self.kept.setdefault(file.name, {}).setdefault(index, set())
            if name not in names:
                names.add(name)
                self._follow(file, file.statements[index], name)

    def _follow(self, file: SuiteFile, statement: Statement, name: str) -> None:
        if statement.is_import:
            self._follow_imports(file, statement, name)
            return
        self._follow_imports(file, statement, None)
        for used in sorted(statement.uses):
            if file.binding(used):
                self.keep(file, used)
            elif used not in _KNOWN_NAMES:
                raise unclear(file.name, _line_of(statement, used), f"`{used}` is defined nowhere in this file")
        if isinstance(statement.node, Function):
            self._follow_fixtures(file, statement.node)

    def _follow_imports(self, file: SuiteFile, statement: Statement, name: str | None) -> None:
        for alias in statement.aliases:
            source = self._suite_file(alias.module)
            if source is None or name not in (None, alias.name):
                continue
            if alias.original is None:
                problem = f"import names from `{alias.module}`, not the whole of it: what is used must be told"
                raise unclear(file.name, statement.first, problem)
            if not source.binding(alias.original):
                raise unclear(file.name, statement.first, f"`{source.name}` does not define `{alias.original}`")
            self.keep(source, alias.original)

    def _follow_fixtures(self, file: SuiteFile, function: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
        marks = read_marks(file, function) if _is_test(file, function) else Marks()
        for name in fixture_arguments(file, function, marks):
            own = [file] if name != function.name else []  # a fixture that goes over another of its name asks for that
            places = [place for place in (*own, *self._conftests(file)) if place.binding(name)]
            if places:
                self.keep(places[0], name)
            elif name not in _PLUGIN_FIXTURES | _PYTEST_FIXTURES:
                raise unclear(file.name, function.lineno, f"the fixture `{name}` is defined nowhere in the suite")

    def _suite_file(self, module: str) -> SuiteFile | None:
        """Returns the file of a suite's own module; pytest puts every folder of the suite on the path."""
        found = [name for name in self.files if PurePosixPath(name).stem == module.split(".")[0]]
        return self.files[found[0]] if found else None

    def _conftests(self, file: SuiteFile) -> list[SuiteFile]:
        folders = PurePosixPath(file.name).parents
        names = [(folder / "conftest.py").as_posix() for folder in folders]
        return [self.files[name] for name in names if name in self.files and name != file.name]


def _is_test(file: SuiteFile, function: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    return file.is_test_file and function.name.startswith("test")


def _line_of(statement: Statement, name: str) -> int:
    lines = [node.lineno for node in ast.walk(statement.node) if isinstance(node, ast.Name) and node.id == name]
    return min(lines, default=statement.first)


def _render(file: SuiteFile, kept: dict[int, set[str]]) -> str:
    indices = [index for index, statement in enumerate(file.statements) if index in kept or statement.is_future]
    parts: list[str] = []
    for position, index in enumerate(indices):
        statement = file.statements[index]
        if position:
            parts.append("\n" * _gap(file, file.statements[indices[position - 1]], statement))
        is_trimmed = statement.is_import and not statement.is_future and kept[index] != statement.binds
        parts.append(_trimmed(statement, kept[index]) if is_trimmed else statement.text)
    return "".join(parts)


def _gap(file: SuiteFile, before: Statement, after: Statement) -> int:
    """Returns how many empty lines stand between two kept statements."""
    definitions = (*Function, ast.ClassDef)
    if isinstance(before.node, definitions) or isinstance(after.node, definitions):
        return 2
    if before.is_import != after.is_import:
        return 1
    return int(any(not line.strip() for line in file.lines[before.last : after.first - 1]))


def _trimmed(statement: Statement, names: set[str]) -> str:
    node = statement.node
    assert isinstance(node, (ast.Import, ast.ImportFrom))  # noqa: S101 - for mypy; the caller asked
    written = [ast.unparse(alias) for alias in node.names if _bound(alias) in names]
    if isinstance(node, ast.Import):
        return "".join(f"import {name}\n" for name in written)
    line = f"from {node.module} import {', '.join(written)}\n"
    return line if len(line) <= _LINE_LENGTH else "".join(_wrapped(f"from {node.module} import", written))


def _bound(alias: ast.alias) -> str:
    return alias.asname or alias.name.split(".")[0]


def _wrapped(head: str, names: list[str]) -> Iterator[str]:
    yield f"{head} (\n"
    yield from (f"    {name},\n" for name in names)
    yield ")\n"
