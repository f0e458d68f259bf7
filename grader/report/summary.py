"""What a class did, in numbers: counts, scores, misconceptions, failing tests. Pure.

Only a score counts as one: what was refused, not graded or not handed in is counted apart and is no zero.
"""

from __future__ import annotations

import statistics
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from grader.classroom.gradebook.gradebook import Grade, Gradebook, GradeStatus
from grader.models import Assignment, Misconception, Report, TaskReport, TestReport, Verdict, Visibility
from grader.rendering.findings import NOT_WRITTEN, OF_THE_FILE, is_failing

__all__ = [
    "AssignmentSummary",
    "ClassSummary",
    "CommonMisconception",
    "FailingTest",
    "Scores",
    "grades_by_student",
    "share_of",
    "summarize",
    "total_share",
]

_BINS = 10


@dataclass(frozen=True, kw_only=True)
class Scores:
    """Shares of the points, from 0 to 1, of whoever has a score.

    Attributes:
        bins: how many are in each tenth; full marks are in the last.
    """

    shares: tuple[float, ...]

    @property
    def mean(self) -> float | None:
        return statistics.fmean(self.shares) if self.shares else None

    @property
    def median(self) -> float | None:
        return statistics.median(self.shares) if self.shares else None

    @property
    def bins(self) -> tuple[int, ...]:
        counts = Counter(max(0, min(_BINS - 1, int(share * _BINS + 1e-9))) for share in self.shares)
        return tuple(counts[number] for number in range(_BINS))


@dataclass(frozen=True, kw_only=True)
class AssignmentSummary:
    """One assignment: how many students are in each status, and their scores."""

    assignment: Assignment
    counts: Mapping[GradeStatus, int]
    late: int
    overridden: int
    scores: Scores


@dataclass(frozen=True, kw_only=True)
class CommonMisconception:
    """A misconception and whose code shows it, in the order of the gradebook's students."""

    assignment: str
    task: str
    message: str
    students: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class FailingTest:
    """A test, with all its parameters, that some students fail.

    Attributes:
        failing: students who fail it, with any parameters.
        judged: students on whose code it ran.
        kinds: what is wrong, in how many students' work.
    """

    assignment: str
    task: str
    title: str
    visibility: Visibility
    failing: int
    judged: int
    kinds: tuple[tuple[str, int], ...]

    @property
    def share(self) -> float:
        return self.failing / self.judged


@dataclass(frozen=True, kw_only=True)
class ClassSummary:
    """What a class did.

    Attributes:
        counts: of all grades, by status.
        totals: of the students: each one's share of the points of what is graded.
        misconceptions: the most common first.
        failing_tests: the largest share first; without tasks that are not written and files that do not read.
        not_written: tasks that a student left as the stub has them.
        unreadable: submissions that have a syntax error or cannot be imported.
    """

    counts: Mapping[GradeStatus, int]
    late: int
    overridden: int
    totals: Scores
    assignments: tuple[AssignmentSummary, ...]
    misconceptions: tuple[CommonMisconception, ...]
    failing_tests: tuple[FailingTest, ...]
    not_written: int
    unreadable: int


def summarize(gradebook: Gradebook) -> ClassSummary:
    """Returns the numbers of a class; none of them needs a grade to be there."""
    grades = gradebook.grades
    reports = [report for report in _reports_in_order(gradebook) if report.graded]
    failing_tests, not_written, unreadable = _failing_tests(reports)
    by_student = grades_by_student(gradebook)
    totals = (total_share(by_student.get(student.id, {}).values()) for student in gradebook.students)
    return ClassSummary(
        counts=_counts(grades),
        late=sum(grade.days_late > 0 for grade in grades),
        overridden=sum(grade.override is not None for grade in grades),
        totals=Scores(shares=tuple(share for share in totals if share is not None)),
        assignments=_assignments(gradebook),
        misconceptions=_misconceptions(gradebook),
        failing_tests=failing_tests,
        not_written=not_written,
        unreadable=unreadable,
    )


def grades_by_student(gradebook: Gradebook) -> dict[str, dict[str, Grade]]:
    """Returns the grades by student and slug, for whoever looks up more than one."""
    found: dict[str, dict[str, Grade]] = {}
    for grade in gradebook.grades:
        found.setdefault(grade.student, {})[grade.assignment] = grade
    return found


def share_of(score: float | None, max_score: float) -> float | None:
    """Returns the share of the points; None if there is no score, or there were no points to earn."""
    return None if score is None or max_score <= 0 else score / max_score


def total_share(grades: Iterable[Grade]) -> float | None:
    """Returns the share of all points of what has a score; None if nothing has."""
    scored = [grade for grade in grades if grade.score is not None]
    return share_of(sum(grade.score or 0.0 for grade in scored), sum(grade.max_score for grade in scored))


def _assignments(gradebook: Gradebook) -> tuple[AssignmentSummary, ...]:
    by_slug: dict[str, list[Grade]] = {}
    for grade in gradebook.grades:
        by_slug.setdefault(grade.assignment, []).append(grade)
    return tuple(_assignment(assignment, by_slug.get(assignment.slug, [])) for assignment in gradebook.assignments)


def _assignment(assignment: Assignment, grades: list[Grade]) -> AssignmentSummary:
    shares = (share_of(grade.score, grade.max_score) for grade in grades)
    return AssignmentSummary(
        assignment=assignment,
        counts=_counts(grades),
        late=sum(grade.days_late > 0 for grade in grades),
        overridden=sum(grade.override is not None for grade in grades),
        scores=Scores(shares=tuple(share for share in shares if share is not None)),
    )


def _counts(grades: Iterable[Grade]) -> dict[GradeStatus, int]:
    counts = Counter(grade.status for grade in grades)
    return {status: counts[status] for status in GradeStatus}


def _reports_in_order(gradebook: Gradebook) -> Iterator[Report]:
    """The reports that were judged, assignment by assignment in the order of the course."""
    order = {assignment.slug: number for number, assignment in enumerate(gradebook.assignments)}
    for grade in sorted(gradebook.grades, key=lambda grade: order.get(grade.assignment, len(order))):
        if grade.report is not None:
            yield grade.report


def _misconceptions(gradebook: Gradebook) -> tuple[CommonMisconception, ...]:
    messages: dict[tuple[str, str, str], dict[str, str]] = {}
    students: dict[tuple[str, str, str], list[str]] = {}
    for student, report, task, found in _found_misconceptions(gradebook):
        key = (report.assignment, task.task, found.mutant)
        messages.setdefault(key, {})[report.language] = found.message
        students.setdefault(key, []).append(student)
    found_by_count = sorted(students, key=lambda key: (-len(students[key]), key))
    return tuple(
        CommonMisconception(
            assignment=key[0], task=key[1], message=_in_english(messages[key]), students=tuple(students[key])
        )
        for key in found_by_count
    )


def _found_misconceptions(gradebook: Gradebook) -> Iterator[tuple[str, Report, TaskReport, Misconception]]:
    """Each one that was found, student by student in the order of the gradebook, with whose it is."""
    by_student = grades_by_student(gradebook)
    for student in gradebook.students:
        reports = [grade.report for grade in by_student.get(student.id, {}).values() if grade.report is not None]
        for report, task in ((of, task) for of in reports for task in of.tasks):
            yield from ((student.id, report, task, found) for found in task.misconceptions)


def _failing_tests(reports: list[Report]) -> tuple[tuple[FailingTest, ...], int, int]:
    """Returns the tests that students fail, how many tasks are not written and how many files do not read."""
    cases: dict[tuple[str, str, str], list[tuple[Report, list[TestReport]]]] = {}
    not_written = unreadable = 0
    for report in reports:
        if any(test.kind in OF_THE_FILE for task in report.tasks for test in task.tests):
            unreadable += 1
            continue
        for task in report.tasks:
            if _is_not_written(task):
                not_written += 1
                continue
            for name, tests in _by_function(task).items():
                cases.setdefault((report.assignment, task.task, name), []).append((report, tests))
    found = (_failing_test(key[0], key[1], runs) for key, runs in cases.items())
    failing = sorted((test for test in found if test.failing), key=lambda test: (-test.share, -test.failing))
    return tuple(failing), not_written, unreadable


def _is_not_written(task: TaskReport) -> bool:
    failing = [test for test in task.tests if is_failing(test)]
    return bool(failing) and all(test.kind == NOT_WRITTEN for test in failing)


def _by_function(task: TaskReport) -> dict[str, list[TestReport]]:
    """Returns the tests that ran, those of one function with all its parameters together."""
    found: dict[str, list[TestReport]] = {}
    for test in task.tests:
        if test.verdict not in (Verdict.SKIPPED, Verdict.NOT_RUN):
            found.setdefault(test.test.partition("[")[0], []).append(test)
    return found


def _failing_test(assignment: str, task: str, runs: list[tuple[Report, list[TestReport]]]) -> FailingTest:
    titles = {report.language: tests[0].title for report, tests in runs}
    failing = [[test for test in tests if is_failing(test)] for _, tests in runs]
    kinds = Counter(kind for tests in failing for kind in {test.kind or test.verdict.value for test in tests})
    return FailingTest(
        assignment=assignment,
        task=task,
        title=_in_english(titles),
        visibility=runs[0][1][0].visibility,
        failing=sum(bool(tests) for tests in failing),
        judged=len(runs),
        kinds=tuple(kinds.most_common()),
    )


def _in_english(texts: dict[str, str]) -> str:
    """Reports come in the language in which they were asked for; an instructor reads English where there is some."""
    return texts.get("en") or next(iter(texts.values()))
