"""What is left to the author of an unfinished assignment: a line a file, in the order in which to write them."""

from __future__ import annotations

import itertools
from pathlib import Path

from grader.course.course import Course
from grader.course.exercises import ExerciseState, inspect_exercise
from grader.course.scaffold import TODO
from grader.errors import CourseError
from grader.models import Assignment
from grader.verify.verdicts import Complaint

__all__ = ["complaints_about_marks"]

_TEXTS = {".md", ".py", ".toml"}
_FOLDERS = ("suite", "mutants", "variants")


def complaints_about_marks(course: Course, assignment: Assignment) -> list[Complaint]:
    """Returns what is marked `TODO(author)`, and what becomes of the exercise; nothing if there is no mark.

    The files are read as text alone: while an assignment is being written they need not fit each other.
    """
    found = [complaint for path in _files(course, assignment) for complaint in _of_file(course, path)]
    return [*found, *_of_exercise(course, assignment)] if found else []


def _files(course: Course, assignment: Assignment) -> list[Path]:
    folder = course.folder(assignment.slug)
    stems = [course.stand_ins(assignment, task.name, "mutant").stem for task in assignment.tasks]

    def place(path: Path) -> tuple[int, int, str]:
        """Puts the files of a folder in the order of their tasks, behind what serves all of them."""
        within = path.relative_to(folder).parts
        stem = path.stem.removeprefix("test_")
        number = stems.index(stem) if stem in stems else -1
        return (_FOLDERS.index(within[0]) if within[0] in _FOLDERS else -1), number, path.as_posix()

    statements = [folder / f"statement.{language}.md" for language in course.languages]
    first = [folder / "assignment.toml", *statements, course.solution(assignment)]
    rest = {path for path in folder.rglob("*") if path.suffix in _TEXTS} - set(first)
    return [*first, *sorted(rest, key=place)]


def _of_file(course: Course, path: Path) -> list[Complaint]:
    """Names the lines that are marked; a file that is not there has none, and is told of once the rest is done."""
    if not path.is_file():
        return []
    lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
    marked = [number for number, line in enumerate(lines, 1) if TODO in line]
    if not marked:
        return []
    message = f"has `{TODO}` in line{'s' * (len(marked) > 1)} {_spans(marked)}"
    return [Complaint(check="todo", subject=path.relative_to(course.source).as_posix(), message=message)]


def _spans(numbers: list[int]) -> str:
    """Writes numbers with those that follow each other as one: `2-4, 7`."""
    groups = itertools.groupby(enumerate(numbers), key=lambda pair: pair[1] - pair[0])
    spans = [[number for _, number in group] for _, group in groups]
    return ", ".join(f"{span[0]}-{span[-1]}" if len(span) > 1 else f"{span[0]}" for span in spans)


def _of_exercise(course: Course, assignment: Assignment) -> list[Complaint]:
    subject = f"exercises/{assignment.file_name}"
    try:
        state = inspect_exercise(course, assignment).state
    except CourseError as error:
        return [Complaint(check="todo", subject=subject, message=f"cannot be cut yet: {error}")]
    if state is ExerciseState.CURRENT:
        return []
    message = f"is {state.value}: run `learn generate {assignment.slug}`"
    return [Complaint(check="todo", subject=subject, message=message)]
