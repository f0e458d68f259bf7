"""A course and its assignments, as its files say; everything else takes them as values."""

from __future__ import annotations

import difflib
import hashlib
import math
import tomllib
from pathlib import Path
from typing import Annotated, Any

import msgspec

from grader.course.roster import ClassRules
from grader.course.source import Source, source_folder
from grader.errors import CourseError, UserError
from grader.language import is_language_tag
from grader.models import Assignment, Difficulty, Feedback, Limits, Suite, Task, Text, Waiver

__all__ = ["Course", "near_names", "near_task", "tasks_named"]

_FORMAT_VERSION = 1
_IGNORED_PARTS = {"__pycache__", ".pytest_cache", ".ruff_cache"}


class _AssignmentFile(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """The shape of `assignment.toml`; the slug is the folder's name."""

    format_version: int
    title: Text
    difficulty: Difficulty
    minutes: int
    tasks: tuple[Task, ...]
    prerequisites: tuple[str, ...] = ()
    forbid: tuple[str, ...] = ()
    feedback: Feedback = Feedback.TERSE
    limits: Limits = Limits()
    waivers: tuple[Waiver, ...] = ()


class _CourseFile(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """The shape of `course.toml`. `order` lists the slugs as they are to be taken, `class` is the class's part.

    With a `source` the assignments are those of another course, and so are title and order where they are not given.
    """

    format_version: int
    source: Source | None = None
    title: Text = {}
    languages: Annotated[tuple[str, ...], msgspec.Meta(min_length=1)] = ("en",)
    order: tuple[str, ...] = ()
    rules: ClassRules = msgspec.field(name="class", default=ClassRules())


class Course:
    """A folder with `course.toml`, `assignments/`, `solutions/` and `exercises/`.

    Attributes:
        root: the folder; what is a student's or a class's is there.
        source: the folder with `assignments/` and `solutions/`; the root, unless the course takes them from another.
        languages: those that it offers, its default first.
        suite_languages: those in which its suites say each sentence, in this order.

    Raises:
        CourseError: if `course.toml` does not read.
    """

    def __init__(self, root: Path) -> None:
        self.root = root
        file = _read_toml(root / "course.toml", _CourseFile)
        self.source = source_folder(root, file.source)
        source_file = file if file.source is None else _read_toml(self.source / "course.toml", _CourseFile)
        file = _completed(root / "course.toml", file, source_file)
        self.title = file.title
        self.languages = file.languages
        self.suite_languages: tuple[str, ...] = source_file.languages
        self.rules: ClassRules = file.rules
        ids = [student.id for student in self.rules.students]
        if len(set(ids)) < len(ids):
            twice = next(one for one in ids if ids.count(one) > 1)
            advice = "Spaces around an id, and how its accents are encoded, make no difference."
            raise CourseError(f"`{root / 'course.toml'}` has the student `{twice}` twice. {advice}")
        found = {path.parent.name for path in self.source.glob("assignments/*/assignment.toml")}
        _check_languages(root / "course.toml", self.languages)
        _check_text(root / "course.toml", "title", self.title, self.languages)
        self.slugs = [slug for slug in dict.fromkeys(file.order) if slug in found] + sorted(found - set(file.order))

    def assignment(self, name: str) -> Assignment:
        """Returns an assignment by its slug, with hyphens or underscores.

        Raises:
            UserError: if there is none, with near names.
            CourseError: if its `assignment.toml` does not read.
        """
        slug = name.replace("_", "-")
        if slug not in self.slugs:
            raise UserError(f"There is no assignment `{name}`.{near_names(slug, self.slugs)} `learn list` shows all.")
        path = self.folder(slug) / "assignment.toml"
        file = _read_toml(path, _AssignmentFile)
        if not file.tasks or not all(0 < task.points < math.inf for task in file.tasks):
            raise CourseError(f"`{path}` needs `[[tasks]]`, each with points above 0.")
        _check_text(path, "title", file.title, self.languages)
        for task in file.tasks:
            for number, hint in enumerate(task.hints, 1):
                _check_text(path, f"hint {number} of `{task.name}`", hint, self.languages)
        names = [task.name for task in file.tasks]
        if len(set(names)) < len(names):
            raise CourseError(f"`{path}` names a task twice.")
        for name in (name for waiver in file.waivers for name in waiver.tasks if name not in names):
            raise CourseError(
                f"`{path}` has a waiver for `{name}`, which is none of its tasks.{near_names(name, names)}"
            )
        fields = {name: getattr(file, name) for name in _AssignmentFile.__struct_fields__ if name != "format_version"}
        return Assignment(slug=slug, **fields)

    @property
    def is_authored(self) -> bool:
        """Whether the assignments are the course's own, and may be written."""
        return self.source == self.root

    def folder(self, slug: str) -> Path:
        return self.source / "assignments" / slug

    def statement(self, assignment: Assignment, language: str) -> str:
        """Returns the statement as Markdown, in one of the course's languages."""
        path = self.folder(assignment.slug) / f"statement.{language}.md"
        try:
            return path.read_text(encoding="utf-8")
        except FileNotFoundError:
            raise CourseError(f"`{path}` is missing.") from None

    def suite(self, assignment: Assignment) -> Suite:
        """Returns the hidden suite with a hash of all that a score depends on, points and limits included.

        Raises:
            CourseError: if the suite is not there, as in a student's copy of the course.
        """
        folder = self.folder(assignment.slug) / "suite"
        paths = [
            path
            for path in sorted(folder.rglob("*"))
            if path.is_file() and not _IGNORED_PARTS & set(path.relative_to(folder).parts)
        ]
        files = {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths}
        if not any(Path(name).name.startswith("test_") for name in files):
            raise CourseError(f"`{folder}` has no `test_*.py`: nothing could judge `{assignment.slug}`.")
        reference, mutants, edits = self._proofs(assignment)
        proofs = {f"mutants/{task}.py": text for task, text in mutants.items()} | {"reference": reference}
        proofs |= {f"mutants/{task}.toml": text for task, text in edits.items()}
        digest = hashlib.sha256(_judging(assignment))
        digest.update(msgspec.json.encode(self.suite_languages))
        for name, content in (files | {name: text.encode() for name, text in proofs.items()}).items():
            digest.update(f"{name}\0{len(content)}\0".encode() + content)
        return Suite(
            files=files,
            languages=self.suite_languages,
            reference=reference,
            mutants=mutants,
            edits=edits,
            sha256=digest.hexdigest(),
        )

    def stand_ins(self, assignment: Assignment, task: str, kind: str) -> Path:
        """Returns where a task's mutants or variants are that are whole definitions.

        That is `<task>.py`; where the names of two tasks differ only in case, which many file systems do not tell
        apart, the class has `<Task>_class.py`.
        """
        has_twin = sum(other.name.lower() == task.lower() for other in assignment.tasks) > 1
        is_class = assignment.task(task).signature.startswith("class ")
        return self.folder(assignment.slug) / f"{kind}s" / f"{task}{'_class' if has_twin and is_class else ''}.py"

    def edits(self, assignment: Assignment, task: str) -> Path:
        """Returns where a task's mutants are that are edits of the reference."""
        return self.stand_ins(assignment, task, "mutant").with_suffix(".toml")

    def _proofs(self, assignment: Assignment) -> tuple[str, dict[str, str], dict[str, str]]:
        """Returns the reference and, by task, the texts of both files of mutants, as far as they are there."""
        solution = self.solution(assignment)
        if not solution.is_file():
            return "", {}, {}
        mutants = _texts({task.name: self.stand_ins(assignment, task.name, "mutant") for task in assignment.tasks})
        edits = _texts({task.name: self.edits(assignment, task.name) for task in assignment.tasks})
        return solution.read_text(encoding="utf-8"), mutants, edits

    def exercise(self, assignment: Assignment) -> Path:
        """Returns where the student's own file is."""
        return self.root / "exercises" / assignment.file_name

    def started_exercise(self, assignment: Assignment) -> Path:
        """Returns the student's own file.

        Raises:
            UserError: if it is not there yet.
        """
        path = self.exercise(assignment)
        if not path.exists():
            raise UserError(f"There is no `{path}` yet. `learn start {assignment.slug}` puts it there.")
        return path

    def solution(self, assignment: Assignment) -> Path:
        return self.source / "solutions" / assignment.file_name


def tasks_named(assignment: Assignment, names: tuple[str, ...]) -> tuple[Task, ...]:
    """Returns the tasks of these names in the order of the assignment; all of them if there are no names.

    Raises:
        UserError: if there is none of a name, with near names.
    """
    wanted = {near_task(assignment, name).name for name in names}
    return tuple(task for task in assignment.tasks if task.name in wanted or not names)


def near_task(assignment: Assignment, name: str) -> Task:
    """Returns a task by name.

    Raises:
        UserError: if there is none, with near names.
    """
    names = [task.name for task in assignment.tasks]
    if name not in names:
        advice = near_names(name, names)
        raise UserError(f"`{assignment.slug}` has no task `{name}`.{advice} `learn show {assignment.slug}` lists them.")
    return assignment.task(name)


def _judging(assignment: Assignment) -> bytes:
    """Returns what `assignment.toml` says about judging, without what is only read, such as titles and hints."""
    tasks = tuple(msgspec.structs.replace(task, hints=()) for task in assignment.tasks)
    return msgspec.json.encode((tasks, assignment.forbid, assignment.feedback, assignment.limits), order="sorted")


def _texts(paths: dict[str, Path]) -> dict[str, str]:
    return {name: path.read_text(encoding="utf-8") for name, path in paths.items() if path.is_file()}


def _completed(path: Path, file: _CourseFile, source: _CourseFile) -> _CourseFile:
    """Returns what a course says of itself, and of its source what it does not say."""
    for language in file.languages:
        if language not in source.languages:
            names = ", ".join(f"`{name}`" for name in source.languages)
            raise CourseError(f"`{path}`: `languages` has `{language}`; the built-in course has {names}.")
    return msgspec.structs.replace(file, title=file.title or source.title, order=file.order or source.order)


def _check_languages(path: Path, languages: tuple[str, ...]) -> None:
    for language in languages:
        if not is_language_tag(language):
            raise CourseError(f"`{path}`: `languages` has `{language}`, which is no language such as `en` or `pt-BR`.")
        if languages.count(language) > 1:
            raise CourseError(f"`{path}`: `languages` names `{language}` twice.")


def _check_text(path: Path, name: str, text: Text, languages: tuple[str, ...]) -> None:
    """A text is owed in every language of the course; what it has besides is not used."""
    for language in text:
        if not is_language_tag(language):
            raise CourseError(f"`{path}`: {name} has the key `{language}`, which is no language.")
    lacking = [language for language in languages if language not in text]
    if lacking:
        raise CourseError(f"`{path}`: {name} is not there in `{lacking[0]}`, a language of the course.")


def near_names(name: str, names: list[str]) -> str:
    """Returns the question which of the names was meant, after a space; nothing if none is near."""
    close = difflib.get_close_matches(name, names, 3, 0.5)
    return f" Did you mean {' or '.join(f'`{match}`' for match in close)}?" if close else ""


def _read_toml(path: Path, kind: type[Any]) -> Any:
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
        _check_format(path, data)
        value = msgspec.convert(data, kind)
    except FileNotFoundError:
        raise CourseError(f"`{path}` is missing.") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise CourseError(f"`{path}` is no valid TOML: {error}.") from error
    except msgspec.ValidationError as error:
        raise CourseError(f"`{path}`: {error}.") from error
    return value


def _check_format(path: Path, data: dict[str, Any]) -> None:
    """Comes before the keys: those of a later format would only be called unknown."""
    version = data.get("format_version", _FORMAT_VERSION)  # a missing one is told like any missing key
    if version != _FORMAT_VERSION:
        raise CourseError(f"`{path}` has format_version {version}; this Gradus reads {_FORMAT_VERSION}.")
