"""What is done to a whole class: each function is one command, from the course and a folder to results on disk."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from grader.classroom.gradebook.gradebook import Grade, GradeStatus
from grader.classroom.overrides import override, remove_override
from grader.classroom.regrade import Regrading, find_stale, regrade
from grader.classroom.results import read_gradebook, write_results
from grader.classroom.store.records import Pending
from grader.classroom.store.store import Store, open_store
from grader.classroom.work import BatchOptions, plan_work, read_all
from grader.course.course import Course
from grader.engine.engine import work_through
from grader.errors import UserError
from grader.models import Value
from grader.submission.collect import collect
from grader.submission.remarks import Remark, capped

__all__ = ["ClassResult", "Failure", "grade_folder", "override_score", "regrade_class"]


class Failure(Value, frozen=True, kw_only=True):
    """A submission that could not be judged, which is ours or the machine's."""

    student: str
    assignment: str
    message: str


class ClassResult(Value, frozen=True, kw_only=True):
    """What `learn grade --json` prints.

    Attributes:
        submissions: how many files were found, all attempts counted.
        judged: how many of them were judged now, here or by other workers; the others were judged before and have not
            changed, or were refused.
        grades: how many grades there are of each status, one for each student and assignment.
        failures: what was to be judged now and could not be.
        out: the folder of the results.
    """

    format_version: int = 1
    submissions: int
    judged: int
    grades: dict[GradeStatus, int]
    failures: tuple[Failure, ...]
    remarks: tuple[Remark, ...]
    duration_s: float
    out: str


def grade_folder(
    course: Course,
    folder: Path,
    out: Path,
    store_url: str | None,
    names: tuple[str, ...],
    options: BatchOptions,
    *,
    on_start: Callable[[int], None] = lambda submissions: None,
    on_look: Callable[[int], None] = lambda waiting: None,
    on_notice: Callable[[str], None] = lambda text: None,
) -> ClassResult:
    """Grades every submission in a folder that the present suites have not judged, and writes the results.

    Args:
        names: of the assignments to grade; all by default.
        on_start: is told how many submissions will be judged.
        on_look: is told now and then how many are not done yet.
        on_notice: is told of machines that take no work, and of workers that were lost.

    Raises:
        UserError: if a name is wrong, nothing is found, or something cannot be read or written.
        EngineMissingError: if there is no such sandbox on this machine; what was kept before stays.
    """
    started = time.monotonic()
    slugs = _slugs(course, names)
    tasks = {slug: [task.name for task in course.assignment(slug).tasks] for slug in course.slugs}
    collection = collect(folder, tasks, course.rules, set(slugs))
    if not collection.found:
        raise UserError(f"There is no submission in `{folder}`. {_LAYOUT}")
    _make_private(out)
    with open_store(out, store_url, must_exist=False) as store:
        read = read_all(course, collection.found, options.jobs, on_read=store.journal.keep_sources)
        remarks = capped((*collection.remarks, *read.remarks, *store.journal.register(read.arrivals)))
        store.changes.keep_remarks(remarks, str(folder))
        planned, scope = plan_work(course, store, read.arrivals, slugs, options)
        on_start(waiting := store.queue.waiting(scope))
        try:
            if waiting:
                work_through(store, scope, options, on_look=on_look, on_notice=on_notice)
        finally:  # whatever stopped it: what was kept by then is in the files too
            gradebook = read_gradebook(course, store)
            write_results(gradebook, out)
        judged, failures = _outcome(store, planned)
    failures += [Failure(student=key[0], assignment=key[1], message=text) for key, text in read.failures.items()]
    counts = Counter(grade.status for grade in gradebook.grades if grade.assignment in slugs)
    return ClassResult(
        submissions=len(collection.found),
        judged=judged,
        grades={status: counts[status] for status in GradeStatus},
        failures=tuple(sorted(failures, key=lambda one: (one.student, one.assignment))),
        remarks=gradebook.remarks,
        duration_s=round(time.monotonic() - started, 3),
        out=str(out),
    )


_LAYOUT = "Expected is a folder for each student, with files such as `ada/optimizers.py` or `ada/optimizers/ps1.ipynb`."


def _make_private(out: Path) -> None:
    """Makes the folder of the results, which hold everybody's work, for the grader's eyes; one that is there stays."""
    try:
        out.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise UserError(f"`{out}` cannot be made: {error.strerror}. Name another folder by `--out`.") from error


def _outcome(store: Store, planned: list[Pending]) -> tuple[int, list[Failure]]:
    """Returns how much was judged of what was planned, and what could not be."""
    graded = store.journal.graded_keys()
    failures = []
    for key in (one.key for one in planned if one.key not in graded):
        report = store.journal.failure(key)
        message = "It is not judged yet." if report is None or report.problem is None else report.problem.message
        failures.append(Failure(student=key.student, assignment=key.assignment, message=message))
    return len(planned) - len(failures), failures


def regrade_class(
    course: Course,
    out: Path,
    store_url: str | None,
    names: tuple[str, ...],
    options: BatchOptions,
    *,
    is_dry_run: bool,
    on_start: Callable[[int], None] = lambda submissions: None,
    on_look: Callable[[int], None] = lambda waiting: None,
    on_notice: Callable[[str], None] = lambda text: None,
) -> Regrading:
    """Judges what was judged by suites that have changed since; see `grader.classroom.regrade`.

    Raises:
        UserError: if a name is wrong, there are no results, or something cannot be read or written.
        EngineMissingError: if there is no such sandbox on this machine.
    """
    slugs = _slugs(course, names)
    with open_store(out, store_url) as store:
        stale = find_stale(course, store, slugs, options)
        on_start(len({one.pending.key for one in stale.attempts}))
        found = regrade(store, stale, options, is_dry_run=is_dry_run, on_look=on_look, on_notice=on_notice)
        if not is_dry_run:
            write_results(read_gradebook(course, store), out)
    return found


def override_score(
    course: Course, out: Path, store_url: str | None, student: str, slug: str, score: float | None, comment: str
) -> Grade:
    """Sets a score by hand, or with None takes back what was set; see `grader.classroom.overrides`.

    Raises:
        UserError: as there, and if there are no results or they cannot be written.
    """
    with open_store(out, store_url) as store:
        if score is None:
            grade = remove_override(course, store, student, slug, comment)
        else:
            grade = override(course, store, student, slug, score, comment)
        write_results(read_gradebook(course, store), out)
    return grade


def _slugs(course: Course, names: tuple[str, ...]) -> list[str]:
    return [course.assignment(name).slug for name in names] or course.slugs
