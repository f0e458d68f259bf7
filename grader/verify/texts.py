"""Whether an assignment's texts agree with each other: statements, signatures, points, hints, stubs, all languages."""

from __future__ import annotations

import ast
import fnmatch
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from grader.course.course import Course
from grader.course.exercises import ExerciseState, inspect_exercise
from grader.errors import CourseError
from grader.language import in_language
from grader.models import Assignment, Suite, Task, Text
from grader.runtime.wire.catalogue import title_of
from grader.suite.mutants import StandIn, stand_ins
from grader.verify.verdicts import Complaint

__all__ = ["complaints_about_texts", "sentences_of"]

_CHINESE = re.compile(r"[\u4e00-\u9fff]")
_NUMBER = re.compile(r"\d+\.\d+|\d+e-?\d+")
_MIN_HINTS = 3
_MIN_VARIANTS = 2
_SENTENCES = {"require": 1, "hint": 0}
"""What takes a sentence in each language, and which of its arguments is the first of these."""

_STOPS = {"en": (".",), "zh": ("。",)}
_ANY_STOP = tuple(".!?…。！？।؟")


def complaints_about_texts(course: Course, assignment: Assignment) -> list[Complaint]:
    """Returns what does not agree.

    Raises:
        CourseError: if one of the texts cannot be read.
    """
    reference = _headers(course.solution(assignment).read_text(encoding="utf-8"))
    languages = course.suite_languages
    statements = {language: course.statement(assignment, language) for language in languages}
    mutants, variants = stand_ins(course, assignment, "mutant"), stand_ins(course, assignment, "variant")
    found = [
        *_of_stub(course, assignment),
        *_of_title(assignment, languages),
        *_of_prerequisites(course, assignment),
    ]
    for language, statement in statements.items():
        found += _of_bans("forbid", language, statement, assignment.forbid)
        for task in assignment.tasks:
            found += _of_statement(task, language, statement)
            found += _of_bans(task.name, language, statement, task.forbid)
    for task in assignment.tasks:
        found += _of_signature(task, reference)
        found += _of_hints(task, languages)
        found += _of_proofs(task, mutants, variants)
    found += _of_suite(course.folder(assignment.slug) / "suite", languages)
    return found + [complaint for mutant in mutants for complaint in _of_misconception(mutant, languages)]


def sentences_of(suite: Suite) -> frozenset[str]:
    """Returns every text that the suite's source spells out."""
    trees = [ast.parse(content) for name, content in suite.files.items() if name.endswith(".py")]
    constants = [node.value for tree in trees for node in ast.walk(tree) if isinstance(node, ast.Constant)]
    return frozenset(value for value in constants if isinstance(value, str))


def _complaint(subject: str, message: str) -> Complaint:
    return Complaint(check="text", subject=subject, message=message)


def _of_stub(course: Course, assignment: Assignment) -> Iterator[Complaint]:
    if not course.is_authored:
        return  # the exercises are a student's own
    exercise = inspect_exercise(course, assignment)
    if exercise.state is not ExerciseState.CURRENT:
        message = f"is {exercise.state.value}: run `learn generate {assignment.slug}`"
        yield _complaint(f"exercises/{assignment.file_name}", message)


def _of_title(assignment: Assignment, languages: Sequence[str]) -> Iterator[Complaint]:
    if lacking := _lacking(assignment.title, languages):
        yield _complaint("title", f"is not in {lacking}")


def _of_prerequisites(course: Course, assignment: Assignment) -> Iterator[Complaint]:
    for slug in assignment.prerequisites:
        if slug not in course.slugs:
            yield _complaint("prerequisites", f"names `{slug}`, which the course does not have")


def _of_signature(task: Task, reference: dict[str, str]) -> Iterator[Complaint]:
    header = _header(task)
    if header != reference.get(task.name):
        message = f"the solution has `{reference.get(task.name)}`, assignment.toml has `{header}`"
        yield _complaint(task.name, message)


def _of_statement(task: Task, language: str, statement: str) -> Iterator[Complaint]:
    name = f"statement.{language}.md"
    if _header(task) not in _headers_in(statement):
        yield _complaint(task.name, f"`{name}` does not show the signature `{_header(task)}` in a Python block")
    heading = re.search(rf"^#+ .*`{re.escape(task.name)}`.*?[(（]\s*([\d.]+)", statement, re.MULTILINE)
    if heading is None or float(heading.group(1)) != task.points:
        yield _complaint(task.name, f"`{name}` has no heading that gives it {task.points:g} points")


def _of_bans(subject: str, language: str, statement: str, forbid: tuple[str, ...]) -> Iterator[Complaint]:
    """What is forbidden is named, or matched by a pattern such as `torch.*pool*` of the statement or of the bans."""
    patterns = [span for span in re.findall(r"`([^`\n]+)`", statement) if "*" in span]
    for entry in forbid:
        wider = patterns + [other for other in forbid if other != entry]
        last = [part for part in re.split(r"[.=*]+", entry) if part][-1:]
        is_said = bool(last) and last[0].strip("_") in statement
        if not is_said and not any(fnmatch.fnmatchcase(entry, pattern) for pattern in wider):
            yield _complaint(subject, f"`statement.{language}.md` does not say that `{entry}` is forbidden")


def _of_hints(task: Task, languages: Sequence[str]) -> Iterator[Complaint]:
    if len(task.hints) < _MIN_HINTS:
        yield _complaint(task.name, f"has {len(task.hints)} hints; at least {_MIN_HINTS} are wanted")
    for lacking in dict.fromkeys(filter(None, (_lacking(hint, languages) for hint in task.hints))):
        yield _complaint(task.name, f"has a hint that is not in {lacking}")


def _of_proofs(task: Task, mutants: list[StandIn], variants: list[StandIn]) -> Iterator[Complaint]:
    if not any(mutant.task == task.name for mutant in mutants):
        yield _complaint(task.name, "has no mutants: nothing shows that its tests find anything")
    count = sum(variant.task == task.name for variant in variants)
    if count < _MIN_VARIANTS:
        yield _complaint(task.name, f"has {count} variants; at least {_MIN_VARIANTS} are wanted")


def _of_misconception(mutant: StandIn, languages: Sequence[str]) -> Iterator[Complaint]:
    text = mutant.misconception or {}
    open_ended = [f"`{tag}`" for tag in languages if not text.get(tag, "").endswith(_STOPS.get(tag, _ANY_STOP))]
    if lacking := _lacking(text, languages) or ", ".join(open_ended):
        yield _complaint(f"{mutant.task}/{mutant.name}", f"its misconception is no sentence in {lacking}")


def _of_suite(folder: Path, languages: Sequence[str]) -> Iterator[Complaint]:
    for path in sorted(folder.rglob("*.py")):
        for node in ast.walk(_parsed(path)):
            if isinstance(node, ast.FunctionDef) and path.name.startswith("test_"):
                yield from _of_test(path.name, node, languages)
            elif isinstance(node, ast.Call):
                yield from _of_sentence(path.name, node, languages)


def _of_test(file_name: str, function: ast.FunctionDef, languages: Sequence[str]) -> Iterator[Complaint]:
    if not function.name.startswith("test_"):
        return
    subject = f"{file_name}::{function.name}"
    title = title_of(ast.get_docstring(function) or "", languages)
    if lacking := _lacking(title, languages):
        order = ", then ".join(f"`{tag}`" for tag in languages)
        message = f"has no title in {lacking}: its docstring needs a paragraph for each language, {order}"
        yield _complaint(subject, message)
    yield from _of_numbers(subject, title)


def _of_sentence(file_name: str, call: ast.Call, languages: Sequence[str]) -> Iterator[Complaint]:
    """Looks at what is written out in the call: a student reads it, so an author should see all of it side by side."""
    name = getattr(call.func, "id", None) or getattr(call.func, "attr", None)
    if name not in _SENTENCES:
        return
    text = {tag: _literal(value) for tag, value in zip(languages, call.args[_SENTENCES[name] :], strict=False)}
    text |= {word.arg: _literal(word.value) for word in call.keywords if word.arg}
    subject = f"{file_name}:{call.lineno}"
    if lacking := _lacking(text, languages):
        yield _complaint(subject, f"has a `{name}` whose sentence is not written out in {lacking}")
    yield from _of_numbers(subject, text)


def _of_numbers(subject: str, text: Text) -> Iterator[Complaint]:
    """The trials look for leaks in the language that they are told in; the others must tell no number more."""
    told = set(_NUMBER.findall(in_language(text, "en")))  # the language in which trials are scored
    for language in text:
        more = sorted(set(_NUMBER.findall(text[language])) - told)
        if more:
            yield _complaint(subject, f"tells {', '.join(more)} in `{language}` only")


def _literal(node: ast.expr | None) -> str:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""


def _parsed(path: Path) -> ast.Module:
    try:
        return ast.parse(path.read_text(encoding="utf-8"))
    except (SyntaxError, ValueError) as error:
        raise CourseError(f"`{path}` is no Python: {error}") from error


def _lacking(text: Text, languages: Sequence[str]) -> str:
    """Names the languages in which a text is not, or not in their writing; empty if it is in all of them."""
    return ", ".join(f"`{tag}`" for tag in languages if not _is_written_in(tag, text.get(tag, "")))


def _is_written_in(language: str, text: str) -> bool:
    is_chinese = _CHINESE.search(text) is not None
    return bool(text.strip()) and {"en": not is_chinese, "zh": is_chinese}.get(language.split("-")[0], True)


def _header(task: Task) -> str:
    """Returns a signature in one spelling, whatever its line breaks and quotes."""
    try:
        return next(iter(_headers(f"{task.signature.removesuffix(':')}: ...").values()))
    except (SyntaxError, StopIteration):
        raise CourseError(f"The signature of `{task.name}` is no `def` or `class` header: {task.signature}") from None


def _headers(code: str) -> dict[str, str]:
    definitions = [node for node in ast.parse(code).body if isinstance(node, (ast.FunctionDef, ast.ClassDef))]
    return {node.name: ast.unparse(node).split("\n")[len(node.decorator_list)] for node in definitions}


def _headers_in(statement: str) -> set[str]:
    headers: set[str] = set()
    for block in re.findall(r"```python\n(.*?)```", statement, re.DOTALL):
        code = re.sub(r"\s+#.*", "", block).strip()
        for text in (code, f"{code}: ..."):
            try:
                headers |= set(_headers(text).values())
            except SyntaxError:
                continue
    return headers
