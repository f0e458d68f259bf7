"""Starts a new assignment: every file that it needs, with what its author has to fill in marked `TODO(author)`."""

from __future__ import annotations

import contextlib
import keyword
import re
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from grader.course.course import Course
from grader.errors import UserError
from grader.files.templates import rendered
from grader.models import Assignment, Difficulty, Task, Text

__all__ = ["TODO", "scaffold"]

TODO = "TODO(author)"
"""Marks what is left to the author of an assignment."""

_TEMPLATES = Path(__file__).with_name("templates")
_MAX_SLUG = 50
_SLUG = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
_TASK = re.compile(r"[A-Za-z][A-Za-z0-9_]*")
_TAKEN_MODULES = {"cli", "conftest", "con", "prn", "aux", "nul", "grader", "numpy", "pytest", "solution", "torch"}
_TAKEN_TASKS = {"device", "run", "torch", "Tensor", "nn"}
_TOTAL_POINTS = 100


@dataclass(frozen=True, kw_only=True)
class _NewTask:
    """What the templates know of a task.

    Attributes:
        stem: of the names of its files.
    """

    name: str
    stem: str
    points: int
    signature: str
    is_class: bool


def scaffold(course: Course, slug: str, *, title: Text | None = None, task_names: tuple[str, ...] = ()) -> list[Path]:
    """Writes the files of a new assignment and returns where they are.

    Args:
        slug: lower-case letters, digits and single hyphens.
        title: in both languages; by default made from the slug, with the Chinese one still to do.
        task_names: of functions, and of classes if they begin with a capital; by default one named as the slug.

    Raises:
        UserError: for a name that cannot be taken, or if one of the files is there already. Nothing is written then.
    """
    _check_slug(course, slug)
    names = task_names or (slug.replace("-", "_"),)
    _check_tasks(names)
    title = title or {}
    title = {language: _title(slug, language, title) for language in course.languages}
    _check_title(title)
    assignment = Assignment(
        slug=slug, title=title, difficulty=Difficulty.MEDIUM, minutes=60, tasks=tuple(map(_task, names, _shares(names)))
    )
    return _write(course, assignment, _rendered(course, assignment))


def _check_slug(course: Course, slug: str) -> None:
    if not _SLUG.fullmatch(slug) or len(slug) > _MAX_SLUG:
        advice = (
            f"It has lower-case letters, digits and single hyphens, begins with a letter and is at most {_MAX_SLUG}"
        )
        raise UserError(f"`{slug}` cannot be the name of an assignment. {advice} long, such as `conv-shapes`.")
    module = slug.replace("-", "_")
    if keyword.iskeyword(module) or module in sys.stdlib_module_names | _TAKEN_MODULES or module.startswith("test_"):
        raise UserError(f"`{slug}` cannot be the name of an assignment: `{module}.py` means something else in Python.")
    if slug in course.slugs:
        raise UserError(f"There is an assignment `{slug}` already. `learn show {slug}` shows it.")


def _check_tasks(names: tuple[str, ...]) -> None:
    for name in names:
        if not _TASK.fullmatch(name) or keyword.iskeyword(name):
            raise UserError(f"`{name}` cannot be the name of a task: it is a Python function or class, such as `add_`.")
        if name in _TAKEN_TASKS:
            raise UserError(f"`{name}` cannot be the name of a task: it means something else in a suite.")
        if names.count(name) > 1:
            raise UserError(f"The task `{name}` is named twice.")
    if len(names) > _TOTAL_POINTS:
        raise UserError(f"An assignment has at most {_TOTAL_POINTS} tasks.")


def _check_title(title: Text) -> None:
    for text in title.values():
        if not text.isprintable():
            raise UserError(f"{text!r} is no title: it has a line break or another character that cannot be printed.")


def _title(slug: str, language: str, named: Text) -> str:
    if named.get(language):
        return named[language]
    return slug.replace("-", " ").capitalize() if language == "en" else f"{TODO}: title in `{language}`"


def _shares(names: tuple[str, ...]) -> list[int]:
    """Shares out the points in whole numbers; the first tasks get what is left over."""
    share, left = divmod(_TOTAL_POINTS, len(names))
    return [share + (number < left) for number in range(len(names))]


def _task(name: str, points: int) -> Task:
    is_class = name[0].isupper()
    signature = f"class {name}(nn.Module)" if is_class else f"def {name}(x: Tensor) -> Tensor"
    return Task(name=name, points=points, signature=signature)


def _rendered(course: Course, assignment: Assignment) -> dict[Path, str]:
    """Returns the files, `assignment.toml` last: with it the course has the assignment."""
    folder = course.folder(assignment.slug)
    tasks = [_new_task(course, assignment, task) for task in assignment.tasks]
    values: dict[str, Any] = {"title": assignment.title, "file_name": assignment.file_name, "tasks": tasks}
    values["has_classes"] = any(task.is_class for task in tasks)

    def render(template: str, **more: _NewTask) -> str:
        return rendered(_TEMPLATES, template, **values, **more)

    files = {course.solution(assignment): render("solution.py")}
    for name in ("statement.en.md", "statement.zh.md"):
        files[folder / name] = render(name)
    for task in tasks:
        files[folder / "suite" / f"test_{task.stem}.py"] = render("test.py", task=task)
        files[course.edits(assignment, task.name)] = render("mutants.toml", task=task)
        files[course.stand_ins(assignment, task.name, "variant")] = render("variants.py", task=task)
    return files | {folder / "assignment.toml": render("assignment.toml")}


def _new_task(course: Course, assignment: Assignment, task: Task) -> _NewTask:
    return _NewTask(
        name=task.name,
        stem=course.stand_ins(assignment, task.name, "mutant").stem,
        points=int(task.points),
        signature=task.signature,
        is_class=task.signature.startswith("class "),
    )


def _write(course: Course, assignment: Assignment, files: dict[Path, str]) -> list[Path]:
    folder = course.folder(assignment.slug)
    for path in (folder, course.solution(assignment)):
        if path.exists() or path.is_symlink():
            raise UserError(f"`{path}` is there already, and is not written over. Move it away or take another name.")
    written: list[Path] = []
    try:
        for path, text in files.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            with path.open("x", encoding="utf-8", newline="\n") as file:
                written.append(path)
                file.write(text)
    except BaseException as error:
        _take_away(folder, written)
        if isinstance(error, OSError):
            raise UserError(f"`{folder}` cannot be written: {error.strerror}.") from error
        raise
    return written


def _take_away(folder: Path, written: list[Path]) -> None:
    for path in written:
        with contextlib.suppress(OSError):
            path.unlink()
    shutil.rmtree(folder, ignore_errors=True)
