"""Small values for the tests: an assignment, a job, a test's specification and result, a course on disk."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from grader.models import (
    Assignment,
    Difficulty,
    Feedback,
    Job,
    Limits,
    Submission,
    Suite,
    Task,
    TestResult,
    TestSpec,
    Text,
    Verdict,
    Visibility,
)

COURSE_TOML = """\
format_version = 1
languages = ["en", "zh"]
[title]
en = "Toy"
zh = "玩具"
"""

ASSIGNMENT_TOML = """\
format_version = 1
difficulty = "easy"
minutes = 5
[title]
en = "Sums"
zh = "求和"
[[tasks]]
name = "add"
points = 10
signature = "def add(x, y)"
"""


def make_task(name: str = "add", points: float = 10.0, **changes: Any) -> Task:
    return Task(name=name, points=points, **{"signature": f"def {name}(x, y)", **changes})


def make_assignment(*tasks: Task, slug: str = "sums") -> Assignment:
    return Assignment(
        slug=slug,
        title=Text(en="Sums", zh="求和"),
        difficulty=Difficulty.EASY,
        minutes=5,
        tasks=tasks or (make_task(),),
    )


def make_submission(source: str = "def add(x, y):\n    return x + y\n") -> Submission:
    return Submission(file_name="sums.py", source=source.encode(), sha256="0" * 64)


def make_job(source: str = "def add(x, y):\n    return x + y\n", **changes: Any) -> Job:
    standard: dict[str, Any] = {
        "suite": Suite(files={}, sha256="1" * 64),
        "submission": make_submission(source),
        "tasks": (make_task(),),
        "all_tasks": ("mul", "sub", "add", "twin"),
        "forbid": (),
        "limits": Limits(import_s=5.0, test_s=5.0, total_s=20.0),
        "feedback": Feedback.TERSE,
        "seed": 7,
    }
    return Job(**{**standard, **changes})


def make_spec(test: str = "test_add.py::test_sum", task: str = "add", **changes: Any) -> TestSpec:
    standard: dict[str, Any] = {
        "title": Text(en="Adds.", zh="求和。"),
        "visibility": Visibility.HIDDEN,
        "weight": 1.0,
        "needs_value": False,
        "gpu": False,
        "hint": None,
        "depends": (),
    }
    return TestSpec(test=test, task=task, **{**standard, **changes})


def make_result(test: str = "test_add.py::test_sum", verdict: Verdict = Verdict.PASSED, **changes: Any) -> TestResult:
    return TestResult(test=test, verdict=verdict, **changes)


def write_course(
    root: Path, *, course: str = COURSE_TOML, assignment: str = ASSIGNMENT_TOML, slug: str = "sums"
) -> Path:
    """Writes a course with one assignment and its suite, and returns its root."""
    suite = root / "assignments" / slug / "suite"
    suite.mkdir(parents=True, exist_ok=True)
    (suite / "test_add.py").write_text("def test_sum(): ...\n", encoding="utf-8")
    (root / "course.toml").write_text(course, encoding="utf-8")
    (root / "assignments" / slug / "assignment.toml").write_text(assignment, encoding="utf-8")
    return root
