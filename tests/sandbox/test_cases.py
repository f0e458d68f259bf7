"""What students hand in, and what they are told: one file a case, named after its verdict.

The head of a file says which verdicts its functions must get, and for one of them the line and the message.
"""

from __future__ import annotations

import re
from pathlib import Path

import msgspec
import pytest

from grader.course.course import Course
from grader.models import Report, TestReport
from grader.pipeline import Request, grade
from grader.sandbox.pool import Pool

_CASES = sorted((Path(__file__).parents[1] / "cases").glob("*.py"))
_COURSE = Course(Path(__file__).parents[1] / "courses" / "vault")
_VALUE_TESTS = {
    "first": "test_first_doubles",
    "second": "test_second_multiplies",
    "third": "test_third_adds_one_to_anything",
}


def _head(text: str, word: str) -> str | None:
    found = re.search(rf"^# {word}: (.*?)\r?$", text, re.MULTILINE)
    return found.group(1) if found else None


def _grade(path: Path, text: str, pool: Pool) -> Report:
    assignment = _COURSE.assignment("vault")
    own_limits = {name: float(value) for name, value in re.findall(r"(\w+_s)=([\d.]+)", _head(text, "limits") or "")}
    limits = msgspec.structs.replace(assignment.limits, **own_limits)
    assignment = msgspec.structs.replace(assignment, limits=limits)
    request = Request(course=_COURSE, assignment=assignment, tasks=assignment.tasks, seed=3)
    return grade(request, path, pool)


@pytest.mark.parametrize("path", _CASES, ids=lambda path: path.stem)
def test_case_gets_its_verdicts_and_its_message(path: Path, warm_pool: Pool) -> None:
    text = path.read_text(encoding="utf-8-sig")
    wanted = dict(re.findall(r"(\w+)=(\w+)", _head(text, "verdicts") or ""))

    report = _grade(path, text, warm_pool)

    tests = {test.test.split("::")[1]: test for task in report.tasks for test in task.tests}
    assert report.graded
    assert {task: tests[_VALUE_TESTS[task]].verdict.value for task in wanted} == wanted
    if note := _head(text, "notes"):
        assert note in report.notes
    if says := _head(text, "says"):
        named = _head(text, "test")
        _assert_tells(tests[named] if named else tests[_VALUE_TESTS["first"]], says, _head(text, "line"))


def _assert_tells(test: TestReport, says: str, line: str | None) -> None:
    assert re.search(says, test.message, re.DOTALL), test.message
    if line is not None:
        assert str(test.line).lower() == line
        assert (test.code is None) == (line == "none")


def test_every_verdict_has_a_case() -> None:
    ends = {path.stem.rsplit("_", 1)[1] for path in _CASES}

    assert ends == {"passed", "failed", "error", "timeout", "memory", "crashed", "forbidden"}


def test_hidden_message_holds_no_input_of_the_test(warm_pool: Pool) -> None:
    path = next(path for path in _CASES if path.stem == "hidden_exception_error")
    report = _grade(path, path.read_text(), warm_pool)
    first = next(task for task in report.tasks if task.task == "first")

    assert all("I saw" not in test.message for test in first.tests)
    assert "I saw [" not in msgspec.json.encode(report).decode()


def test_printed_text_of_hidden_tests_is_kept_from_the_report(warm_pool: Pool, tmp_path: Path) -> None:
    path = tmp_path / "vault.py"
    path.write_text(
        "print('at import')\n\n\ndef first(x):\n    print('hidden', x)\n\n\ndef third(x):\n    print('third', x)\n"
    )

    output = _grade(path, path.read_text(), warm_pool).output

    assert "at import" in output
    assert "third tensor([1., 2.])" in output
    assert "hidden" not in output


def test_report_quotes_no_more_than_the_beginning_of_a_long_line(warm_pool: Pool, tmp_path: Path) -> None:
    path = tmp_path / "vault.py"
    long = "x" * 200_000
    path.write_text(
        f"def first(x): return lost({long!r})\n\n\ndef second(x): raise ValueError({long!r})\n\n\n{long} = 1\n\n\n"
        f"class {long}(Exception): pass\n\n\ndef third({long}, *, {long}2): return 1\n"
    )

    report = _grade(path, path.read_text(), warm_pool)

    assert {test.verdict.value for task in report.tasks for test in task.tests} <= {"error", "not_run"}
    assert len(msgspec.json.encode(report)) < 50_000


def test_import_is_told_what_it_printed_once(warm_pool: Pool, tmp_path: Path) -> None:
    path = tmp_path / "vault.py"
    path.write_text("print('\\x1b[2Jonce')\n")

    assert _grade(path, path.read_text(), warm_pool).output == "\\x1b[2Jonce\n"
