"""A small class with everything that a gradebook may hold, for the tests of reports and exports."""

from __future__ import annotations

from datetime import UTC, datetime

from grader.classroom.gradebook.gradebook import Grade, Gradebook, GradeStatus, Override
from grader.course.roster import Student
from grader.models import (
    Assignment,
    Difficulty,
    Misconception,
    Problem,
    ProblemKind,
    Report,
    Task,
    TaskReport,
    TestReport,
    Text,
    Verdict,
    Visibility,
)
from grader.submission.remarks import Remark

NOON = datetime(2026, 10, 1, 12, 0, tzinfo=UTC)
HOSTILE = "<script>document.title='owned'</script>\"'&`"

SUMS = Assignment(
    slug="sums",
    title=Text(en="Sums", zh="求和"),
    difficulty=Difficulty.EASY,
    minutes=5,
    tasks=(
        Task(name="add", points=60.0, signature="def add(x, y)"),
        Task(name="total", points=40.0, signature="def total(x)"),
    ),
)
LONG_SUMS = Assignment(
    slug="long-sums",
    title=Text(en="Long sums", zh="长求和"),
    difficulty=Difficulty.HARD,
    minutes=50,
    tasks=(Task(name="cumulate", points=100.0, signature="def cumulate(x)"),),
)


def make_test_report(test: str, verdict: Verdict, score: float, max_score: float, message: str = "") -> TestReport:
    return TestReport(
        test=test,
        title=f"The title of {test.partition('::')[2]}.",
        visibility=Visibility.VISIBLE if test.endswith("by_hand") else Visibility.HIDDEN,
        verdict=verdict,
        score=score,
        max_score=max_score,
        kind=None if verdict is Verdict.PASSED else "values",
        message=message,
        line=None if verdict is Verdict.PASSED else 2,
        code=None if verdict is Verdict.PASSED else f"return x - y  # {HOSTILE}",
        hint=None,
    )


def make_report(student: str, assignment: Assignment, tasks: tuple[TaskReport, ...], output: str = "") -> Report:
    return Report(
        assignment=assignment.slug,
        student=student,
        graded=True,
        score=sum(task.score for task in tasks),
        max_score=assignment.max_score,
        seed=7,
        sandbox="docker",
        device="cpu",
        submission_sha256="a" * 64,
        suite_sha256="b" * 64,
        image="gradus:test",
        duration_s=0.12,
        tasks=tasks,
        output=output,
        problem=None,
    )


def make_refusal(student: str, assignment: Assignment, kind: ProblemKind, message: str) -> Report:
    return Report(
        assignment=assignment.slug,
        student=student,
        graded=False,
        score=None,
        max_score=assignment.max_score,
        seed=7,
        sandbox="docker",
        device="cpu",
        submission_sha256=None,
        suite_sha256=None,
        image="gradus:test",
        duration_s=0.0,
        tasks=(),
        output="",
        problem=Problem(kind=kind, message=message),
    )


def make_gradebook() -> Gradebook:
    """Returns a class of five: full marks, part marks and a late one, refused and not graded, missing, a stranger.

    The stranger's id, a name, a comment, printed text and a line of code hold markup; an id begins like a formula.
    """
    students = (
        Student(id="ada", name="Lovelace, Ada", email="ada@example.org", number="1001", section="A"),
        Student(id="bob", name=f"Bob {HOSTILE}", email="bob@example.org", number="1002", section="A"),
        Student(id="李雷", name="李雷", number="1003", section="B"),
        Student(id="dan", name="Dan", number="1004", section="B"),
        Student(id=f"=cmd {HOSTILE}"),
    )
    by_student = {
        "ada": (_graded("ada", SUMS, _full(SUMS)), _graded("ada", LONG_SUMS, _full(LONG_SUMS))),
        "bob": (_late("bob"), _missing("bob", LONG_SUMS)),
        "李雷": (
            _stopped("李雷", SUMS, GradeStatus.REFUSED, ProblemKind.REFUSED, "`sums.py` is not UTF-8 (line 3)."),
            _stopped("李雷", LONG_SUMS, GradeStatus.NOT_GRADED, ProblemKind.SANDBOX, "The container went away."),
        ),
        "dan": (_missing("dan", SUMS), _missing("dan", LONG_SUMS)),
        students[-1].id: (_overridden(students[-1].id), _missing(students[-1].id, LONG_SUMS)),
    }
    return Gradebook(
        title=Text(en="A class", zh="一个班"),
        assignments=(SUMS, LONG_SUMS),
        students=students,
        grades=tuple(grade for student in sorted(by_student) for grade in reversed(by_student[student])),
        remarks=(Remark(path="ada/notes.txt", message="is no submission", student="ada"),),
        made_at=NOON,
    )


def _full(assignment: Assignment) -> tuple[TaskReport, ...]:
    return tuple(
        TaskReport(
            task=task.name,
            score=task.points,
            max_score=task.points,
            misconceptions=(),
            tests=tuple(
                make_test_report(f"test_{task.name}.py::{test}", Verdict.PASSED, task.points / 2, task.points / 2)
                for test in ("test_by_hand", "test_random")
            ),
        )
        for task in assignment.tasks
    )


def _part(message: str) -> tuple[TaskReport, ...]:
    """The first task full, the second without points and with a misconception."""
    wrong = TaskReport(
        task="total",
        score=0.0,
        max_score=40.0,
        misconceptions=(Misconception(mutant="sums_rows", message="Your total adds the rows only."),),
        tests=(
            make_test_report("test_total.py::test_by_hand", Verdict.FAILED, 0.0, 20.0, message),
            make_test_report("test_total.py::test_random", Verdict.TIMEOUT, 0.0, 20.0, "took longer than 5 s"),
        ),
    )
    return (*_full(SUMS)[:1], wrong)


def _graded(student: str, assignment: Assignment, tasks: tuple[TaskReport, ...], output: str = "") -> Grade:
    report = make_report(student, assignment, tasks, output)
    return Grade(
        student=student,
        assignment=assignment.slug,
        status=GradeStatus.GRADED,
        score=report.score,
        raw_score=report.score,
        max_score=assignment.max_score,
        attempt=1,
        attempts=1,
        submitted_at=NOON,
        report=report,
    )


def _late(student: str) -> Grade:
    report = make_report(student, SUMS, _part(f"the result has the wrong values {HOSTILE}"), output=HOSTILE)
    return Grade(
        student=student,
        assignment="sums",
        status=GradeStatus.GRADED,
        score=48.0,
        raw_score=60.0,
        max_score=100.0,
        days_late=2,
        attempt=3,
        attempts=3,
        submitted_at=NOON,
        report=report,
    )


def _overridden(student: str) -> Grade:
    report = make_report(student, SUMS, _part("the result has the wrong values"))
    return Grade(
        student=student,
        assignment="sums",
        status=GradeStatus.GRADED,
        score=75.5,
        raw_score=60.0,
        max_score=100.0,
        attempt=1,
        attempts=1,
        submitted_at=NOON,
        override=Override(score=75.5, comment=f"A second look {HOSTILE}", by="instructor", at=NOON),
        report=report,
    )


def _stopped(student: str, assignment: Assignment, status: GradeStatus, kind: ProblemKind, message: str) -> Grade:
    return Grade(
        student=student,
        assignment=assignment.slug,
        status=status,
        score=None,
        max_score=assignment.max_score,
        attempt=1,
        attempts=1,
        submitted_at=NOON,
        report=make_refusal(student, assignment, kind, message),
    )


def _missing(student: str, assignment: Assignment) -> Grade:
    return Grade(
        student=student,
        assignment=assignment.slug,
        status=GradeStatus.MISSING,
        score=None,
        max_score=assignment.max_score,
    )
