"""Writes a class's grades into nbgrader's own gradebook, so that `nbgrader export` and formgrader show them.

Values only: nothing is executed, and no notebook is opened. nbgrader knows scores of cells, penalties for lateness and
comments, so that is what a grade becomes; see docs/nbgrader.md for what it cannot say.
"""

from __future__ import annotations

import contextlib
import os
import sys
import warnings
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from grader.classroom.gradebook.gradebook import Grade, Gradebook, GradeStatus, Override
from grader.course.roster import Student, normal_id
from grader.errors import UserError
from grader.export.nbgrader_folders import place_submission, submitted_at_of
from grader.models import Assignment, Report, TaskReport, Verdict
from grader.release.notebooks.ids import notebook_name, points_id, solution_id

if TYPE_CHECKING:
    from nbgrader import api

__all__ = ["write_nbgrader"]

_OURS = "Gradus, by hand: "
_DECIMALS = 4
_MAX_COMMENT_CHARS = 4_000


def write_nbgrader(gradebook: Gradebook, path: Path) -> None:
    """Writes all grades into a `gradebook.db`, which is made if it is not there. Writing twice changes nothing.

    Scores by hand that graders gave in formgrader stay. A student who handed in nothing gets no row.

    Args:
        path: of the database, which is made with its folder if need be; `submitted/` beside it is looked up and
            `autograded/` filled.

    Raises:
        UserError: if nbgrader is not installed, the database is another program's or another version's, or it has
            other cells for an assignment than Gradus's notebooks.
    """
    with _opened(path) as book:
        spelt = {normal_id(known.id): known.id for known in book.students}
        for student in gradebook.students:
            _write_student(book, student, spelt.get(student.id, student.id))
        for assignment in gradebook.assignments:
            _write_assignment(book, assignment, path)
        assignments = {assignment.slug: assignment for assignment in gradebook.assignments}
        for grade in gradebook.grades:
            if grade.status is not GradeStatus.MISSING or grade.override is not None:
                student = spelt.get(grade.student, grade.student)
                _write_grade(book, assignments[grade.assignment], grade, student, path.parent)


@contextlib.contextmanager
def _opened(path: Path) -> Iterator[api.Gradebook]:
    try:
        from nbgrader import api
        from sqlalchemy.exc import DatabaseError, SAWarning
    except ImportError as error:
        raise UserError("This needs nbgrader: `python -m pip install 'gradus-torch[nbgrader]'`.") from error
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with _own_programs(), warnings.catch_warnings(), api.Gradebook(f"sqlite:///{path}") as book:
            warnings.simplefilter("ignore", SAWarning)  # nbgrader's own queries are older than this SQLAlchemy
            yield book
    except OSError as error:
        raise UserError(f"`{path}` cannot be written: {error.strerror}. Name another file with `--file`.") from error
    except DatabaseError as error:
        raise UserError(
            f"`{path}` is no gradebook that this nbgrader can write: {error.orig}. If an earlier nbgrader made it, "
            "`nbgrader db upgrade` mends that; if it is in use, try again."
        ) from error


@contextlib.contextmanager
def _own_programs() -> Iterator[None]:
    """Lets nbgrader find `alembic`, which is beside Python even where no environment is activated."""
    before = os.environ.get("PATH", "")
    os.environ["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), before])
    try:
        yield
    finally:
        os.environ["PATH"] = before


def _write_student(book: api.Gradebook, student: Student, spelt: str) -> None:
    """Tells what the roster knows, under the id as nbgrader spells it, and erases nothing that it knows besides."""
    last, _, first = student.name.partition(", ")
    facts = {
        "last_name": _plain(last),
        "first_name": _plain(first),
        "email": student.email,
        "lms_user_id": student.number,
    }
    book.update_or_create_student(spelt, **{name: value for name, value in facts.items() if value})


def _plain(name: str) -> str:
    """Returns a name that cannot shift the columns of nbgrader's CSV, which quotes nothing."""
    return " ".join(name.replace(",", " ").split())


def _write_assignment(book: api.Gradebook, assignment: Assignment, path: Path) -> None:
    slug, notebook = assignment.slug, notebook_name(assignment)
    book.update_or_create_assignment(slug)
    present = {found.name: {cell.name for cell in found.grade_cells} for found in book.find_assignment(slug).notebooks}
    expected = {notebook: {points_id(task.name) for task in assignment.tasks}}
    if present not in ({}, {notebook: set()}, expected):
        raise UserError(
            f"`{path}` has other graded cells for `{slug}` than Gradus's notebook. Release what "
            f"`learn generate {slug} --kind notebook` makes, or name another database."
        )
    book.update_or_create_notebook(notebook, slug)
    for task in assignment.tasks:
        facts = {"max_score": task.points, "cell_type": "code"}
        book.update_or_create_grade_cell(points_id(task.name), notebook, slug, **facts)
        book.update_or_create_solution_cell(solution_id(task.name), notebook, slug)


def _write_grade(book: api.Gradebook, assignment: Assignment, grade: Grade, student: str, folder: Path) -> None:
    submitted_at = submitted_at_of(folder, grade.student, assignment.slug, _in_utc(grade.submitted_at))
    submission = book.update_or_create_submission(assignment.slug, student)
    submission.timestamp = submitted_at
    notebook = submission.notebooks[0]
    grades = {found.cell.name: found for found in notebook.grades}
    comments = {found.cell.name: found for found in notebook.comments}
    reports = {report.task: report for report in grade.report.tasks} if grade.report is not None else {}
    by_hand = _by_hand(assignment, reports, grade.override)
    for task in assignment.tasks:
        report = reports.get(task.name)
        comment = comments[solution_id(task.name)]
        _set_score(grades[points_id(task.name)], comment, report, by_hand.get(task.name))
        comment.auto_comment = _comment_on(report, grade.report)
        if grade.override is not None:
            comment.manual_comment = f"{_OURS}{grade.override.comment} ({grade.override.by})"[:_MAX_COMMENT_CHARS]
    notebook.late_submission_penalty = _penalty(grade, reports)
    book.db.commit()
    place_submission(folder, grade.student, assignment.slug, notebook_name(assignment))


def _in_utc(moment: datetime | None) -> datetime | None:
    """nbgrader keeps UTC without saying so."""
    return moment.astimezone(UTC).replace(tzinfo=None) if moment is not None else None


def _set_score(found: Any, comment: Any, report: TaskReport | None, by_hand: float | None) -> None:
    """Sets the automatic score, and the one by hand where it is ours to set; a grader's own stays, marked for a look.

    Args:
        found: nbgrader's grade of a cell.
        comment: nbgrader's comment on the task; it tells whose a score by hand is.
    """
    auto = report.score if report is not None else None
    is_ours = (comment.manual_comment or "").startswith(_OURS)
    if by_hand is None and is_ours:  # an override that was taken back
        found.manual_score = found.extra_credit = comment.manual_comment = None
    if by_hand is not None:
        found.manual_score = min(by_hand, found.cell.max_score)
        found.extra_credit = round(by_hand - found.manual_score, _DECIMALS) or None
        found.needs_manual_grade = False
    elif found.manual_score is None:
        found.needs_manual_grade = auto is None
    elif auto != found.auto_score:
        found.needs_manual_grade = True
    found.auto_score = auto


def _by_hand(assignment: Assignment, reports: dict[str, TaskReport], override: Override | None) -> dict[str, float]:
    """Shares an override among the tasks, so that their sum is it: below what was earned by what each earned, above by
    what each lost."""
    if override is None:
        return {}
    earned = {task.name: reports[task.name].score if task.name in reports else 0.0 for task in assignment.tasks}
    lost = {task.name: task.points - earned[task.name] for task in assignment.tasks}
    total, room = sum(earned.values()), sum(lost.values())
    rise = override.score - total
    if rise <= 0:
        shares = {name: score * (override.score / total if total else 0.0) for name, score in earned.items()}
    else:
        shares = {name: score + lost[name] * (min(rise / room, 1.0) if room else 0.0) for name, score in earned.items()}
    shares = {name: round(share, _DECIMALS) for name, share in shares.items()}
    largest = max(shares, key=lambda name: shares[name])  # takes what rounding left, and what is above full marks
    shares[largest] = round(shares[largest] + override.score - sum(shares.values()), _DECIMALS)
    return shares


def _penalty(grade: Grade, reports: dict[str, TaskReport]) -> float | None:
    """Returns what lateness cost: what the tasks earned and the grade has not."""
    if grade.override is not None or grade.score is None:
        return None
    earned = sum(report.score for report in reports.values())
    return max(0.0, round(earned - grade.score, _DECIMALS)) or None


def _comment_on(task: TaskReport | None, report: Report | None) -> str | None:
    """Returns what a student reads of a task: what is wrong, or why nothing was judged."""
    if task is None:
        problem = report.problem if report is not None else None
        return f"Not graded: {problem.message if problem is not None else 'no result yet.'}"[:_MAX_COMMENT_CHARS]
    lines = [misconception.message for misconception in task.misconceptions]
    lines += [
        f"{test.title} {test.message}".strip()
        for test in task.tests
        if test.verdict not in (Verdict.PASSED, Verdict.SKIPPED, Verdict.NOT_RUN)
    ]
    return "\n".join(dict.fromkeys(lines))[:_MAX_COMMENT_CHARS] or None
