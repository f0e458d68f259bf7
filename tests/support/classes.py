"""Makes gradebooks of any size with the real tasks, titles and misconceptions of the course; nothing is judged."""

from __future__ import annotations

import ast
import random
from collections.abc import Iterable, Iterator
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import NamedTuple

from grader.classroom.gradebook.gradebook import Grade, Gradebook, GradeStatus, Override
from grader.course.course import Course
from grader.course.roster import Student
from grader.models import Assignment, Misconception, ProblemKind, TaskReport, TestReport, Verdict, Visibility
from grader.runtime.wire.catalogue import title_of
from grader.submission.remarks import Remark
from grader.suite.mutants import StandIn, stand_ins
from tests.support.gradebooks import NOON, make_refusal, make_report

_ROOT = Path(__file__).parents[2]
_GIVEN = """
    Ada Amara Anika Beatriz Bo Chiara Dae Daniel Elif Emeka Farah Felix Grace Hana Hugo Imani Ines Jakub Jin
    Jonas Kaito Lena Liam Luca Mei Mila Nadia Noah Noor Olga Omar Priya Quentin Ravi Rosa Samir Sofia Tariq Uma
    Wei Yusuf Zoë
"""
_FAMILY = """
    Abebe Andersson Bauer Bianchi Chen Costa Diallo Dubois Eriksen Fischer García Haddad Hughes Ivanova Jansen
    Kaya Kim Kowalski Lindqvist Müller Nakamura Nguyen Novák Okafor O'Brien Patel Rossi Sato Schmidt Silva Singh
    Tanaka Torres Wang Weber Yılmaz Zhang
"""
_WRONG = (
    ("values", "the result has the wrong values"),
    ("shape", "the result has the wrong shape: got (4,), expected (4, 1)"),
    ("dtype", "the result has the wrong dtype: got float64, expected float32"),
    ("exception", "`RuntimeError` was raised"),
    ("mutated", "the argument `x` was changed"),
)
_REMARKS = (
    ("optimizers (1).py", "is a second file for `optimizers`; `optimizers.py` counts"),
    ("notes.docx", "is no submission"),
)


class _TaskSource(NamedTuple):
    """What the course has on one task: its tests and the known mistakes with a line of their code."""

    tests: tuple[tuple[str, str, bool], ...]
    mutants: tuple[tuple[Misconception, str], ...]


def make_class(students: int = 60, seed: int = 7) -> Gradebook:
    """Returns a class over all assignments of the course, the same one for the same arguments."""
    course = Course(_ROOT)
    assignments = tuple(course.assignment(slug) for slug in course.slugs)
    chance = random.Random(seed)
    members = tuple(_students(students, chance))
    grades = tuple(
        grade
        for student in members
        for ability in [chance.betavariate(2.4, 1.3)]
        for number, assignment in enumerate(assignments)
        for grade in [_grade(student.id, assignment, ability - 0.025 * number, chance)]
    )
    remarks = tuple(
        Remark(path=f"{student.id}/{name}", message=message, student=student.id)
        for student, (name, message) in zip(members[1:], _REMARKS, strict=False)
    )
    return Gradebook(
        title=course.title,
        assignments=assignments,
        students=members,
        grades=tuple(sorted(grades, key=lambda grade: (grade.student, grade.assignment))),
        remarks=remarks,
        made_at=NOON,
    )


def _students(count: int, chance: random.Random) -> Iterator[Student]:
    pairs = [(family, given) for family in _FAMILY.split() for given in _GIVEN.split()]
    chance.shuffle(pairs)
    for number, (family, given) in enumerate(sorted(pairs[:count]), 1):
        yield Student(
            id=f"s{number:04}",
            name=f"{family}, {given}",
            email=f"s{number:04}@example.org",
            number=str(40000 + number),
            section="AB"[number % 2],
        )


def _grade(student: str, assignment: Assignment, ability: float, chance: random.Random) -> Grade:
    drawn = chance.random()
    if drawn < 0.05 * (1.6 - ability):
        return Grade(
            student=student,
            assignment=assignment.slug,
            status=GradeStatus.MISSING,
            score=None,
            max_score=assignment.max_score,
        )
    if drawn > 0.98:
        return _stopped(student, assignment, is_refused=drawn > 0.988)
    return _judged(student, assignment, ability, chance)


def _stopped(student: str, assignment: Assignment, *, is_refused: bool) -> Grade:
    if is_refused:
        status, kind, message = GradeStatus.REFUSED, ProblemKind.REFUSED, f"`{assignment.file_name}` is not UTF-8."
    else:
        status, kind, message = GradeStatus.NOT_GRADED, ProblemKind.SANDBOX, "The container went away."
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


def _judged(student: str, assignment: Assignment, ability: float, chance: random.Random) -> Grade:
    tasks = tuple(_task(assignment, task.name, task.points, ability, chance) for task in assignment.tasks)
    output = "tensor([1., 2., 3.])\nshape: torch.Size([2, 3])\n" if chance.random() < 0.15 else ""
    report = make_report(student, assignment, tasks, output)
    raw = report.score or 0.0
    days_late = chance.choice((1, 1, 2, 3)) if chance.random() < 0.08 else 0
    is_overridden = chance.random() < 0.015
    score = min(assignment.max_score, raw + 8) if is_overridden else raw * (1 - 0.1 * days_late)
    attempts = chance.choice((1, 1, 1, 2, 3))
    comment = "Shown to work in the lab; the points of the last test are given back."
    return Grade(
        student=student,
        assignment=assignment.slug,
        status=GradeStatus.GRADED,
        score=score,
        raw_score=raw,
        max_score=assignment.max_score,
        days_late=days_late,
        attempt=attempts,
        attempts=attempts,
        submitted_at=NOON - timedelta(minutes=chance.randrange(9000)),
        override=Override(score=score, comment=comment, by="instructor", at=NOON) if is_overridden else None,
        report=report,
    )


def _task(assignment: Assignment, task: str, points: float, ability: float, chance: random.Random) -> TaskReport:
    source = _sources(assignment.slug)[task]
    failing: dict[str, tuple[Verdict, str, str]] = {}
    misconception, code = None, "raise NotImplementedError"
    if chance.random() > ability + 0.08:
        misconception, code = _mistake(source, chance)
        failing = _failures(source, is_written=misconception is not None, chance=chance)
    share, line = points / len(source.tests), chance.randrange(12, 160)
    tests = tuple(
        TestReport(
            test=name,
            title=title,
            visibility=Visibility.VISIBLE if is_visible else Visibility.HIDDEN,
            verdict=failing[name][0] if name in failing else Verdict.PASSED,
            score=0.0 if name in failing else share,
            max_score=share,
            kind=failing[name][1] if name in failing else None,
            message=failing[name][2] if name in failing else "",
            line=line if name in failing else None,
            code=code if name in failing else None,
            hint=None,
        )
        for name, title, is_visible in source.tests
    )
    told = misconception is not None and chance.random() < 0.7
    return TaskReport(
        task=task,
        score=points if not failing else sum(test.score for test in tests),
        max_score=points,
        misconceptions=(misconception,) if told and misconception is not None else (),
        tests=tests,
    )


def _mistake(source: _TaskSource, chance: random.Random) -> tuple[Misconception | None, str]:
    """A few mistakes are much more common than the rest; some leave the task as the stub has it."""
    if chance.random() < 0.12:
        return None, "raise NotImplementedError"
    return source.mutants[min(int(chance.expovariate(0.6)), len(source.mutants) - 1)]


def _failures(source: _TaskSource, *, is_written: bool, chance: random.Random) -> dict[str, tuple[Verdict, str, str]]:
    names = [name for name, _, _ in source.tests]
    if not is_written:
        return {name: (Verdict.ERROR, "not_implemented", "is not written yet") for name in names}
    if chance.random() < 0.03:
        return {name: (Verdict.TIMEOUT, "timeout", "took longer than 5 s") for name in names}
    kind, message = _WRONG[min(int(chance.expovariate(1.1)), len(_WRONG) - 1)]
    verdict = Verdict.ERROR if kind == "exception" else Verdict.FAILED
    hit = [name for name in names[1:] if chance.random() < 0.55] or [names[-1]]
    return dict.fromkeys(hit, (verdict, kind, message))


@cache
def _sources(slug: str) -> dict[str, _TaskSource]:
    course = Course(_ROOT)
    assignment = course.assignment(slug)
    tests: dict[str, list[tuple[str, str, bool]]] = {task.name: [] for task in assignment.tasks}
    for path in sorted((course.folder(slug) / "suite").glob("test_*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        name = next(
            ast.literal_eval(call.args[0])
            for call in ast.walk(tree)
            if isinstance(call, ast.Call) and ast.unparse(call.func) == "task"
        )
        tests[name] += [
            (
                f"{path.name}::{node.name}",
                title_of(ast.get_docstring(node) or node.name, ["en"])["en"],
                "visible" in decorators,
            )
            for node in tree.body
            if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")
            for decorators in [{ast.unparse(decorator) for decorator in node.decorator_list}]
        ]
    mutants = stand_ins(course, assignment, "mutant")
    return {
        task.name: _TaskSource(
            tuple(tests[task.name]), tuple(_mutants(mutant for mutant in mutants if mutant.task == task.name))
        )
        for task in assignment.tasks
    }


def _mutants(found: Iterable[StandIn]) -> Iterator[tuple[Misconception, str]]:
    for mutant in found:
        last = [
            inner
            for inner in ast.walk(ast.parse(mutant.source))
            if isinstance(inner, ast.Return | ast.Assign | ast.Expr | ast.AugAssign)
        ][-1]
        message = mutant.misconception["en"] if mutant.misconception else ""
        yield Misconception(mutant=mutant.name, message=message), ast.unparse(last).splitlines()[0]
