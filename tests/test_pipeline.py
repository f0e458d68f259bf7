"""Whatever goes wrong that is not the student's answer makes "not graded", never a zero."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from pathlib import Path
from typing import cast

import msgspec
import pytest

from grader import pipeline
from grader.course.course import Course
from grader.errors import CourseError, EngineFailedError, EngineMissingError, SandboxDiedError, SandboxError, UserError
from grader.models import Answer, Job, ProblemKind, Report, Verdict
from grader.pipeline import Request, grade, judge, new_seed, plan, with_reading
from grader.sandbox.pool import Pool
from grader.submission.intake import read_submission
from tests.support.factories import make_result, make_spec, write_course

_SPECS = (make_spec("a"), make_spec("b"))
_RIGHT = Answer(tests=_SPECS, results=(make_result("a"), make_result("b")), output="hello", device="cuda")


class _Pool:
    """Answers each job as it is told to, and keeps the jobs."""

    def __init__(self, answer: Answer | BaseException) -> None:
        self._answer = answer
        self.jobs: list[Job] = []

    def grade(self, job: Job) -> Answer:
        self.jobs.append(job)
        if isinstance(self._answer, BaseException):
            raise self._answer
        return self._answer


@pytest.fixture
def request_(tmp_path: Path) -> Request:
    course = Course(write_course(tmp_path / "course"))
    assignment = course.assignment("sums")
    request = Request(course=course, assignment=assignment, tasks=assignment.tasks, seed=7, image="img", student="ada")
    _file_of(request).write_text("def add(x, y):\n    return x + y\n")
    return request


def _file_of(request: Request) -> Path:
    """The student's file, beside the course."""
    return request.course.root.parent / "mine.py"


def _grade(request: Request, answer: Answer | BaseException) -> Report:
    return grade(request, _file_of(request), cast(Pool, _Pool(answer)))


def _assert_not_graded(report: Report, kind: ProblemKind) -> None:
    assert report.graded is False
    assert report.score is None
    assert report.max_score == 10.0
    assert report.tasks == ()
    assert report.problem is not None
    assert report.problem.kind is kind
    assert report.problem.message
    assert not report.is_full


# Graded.


def test_grade_of_right_answers_is_full_marks(request_: Request) -> None:
    report = _grade(request_, _RIGHT)
    assert (report.graded, report.score, report.max_score, report.problem) == (True, 10.0, 10.0, None)
    assert report.is_full


def test_grade_of_wrong_answers_is_a_zero(request_: Request) -> None:
    results = tuple(make_result(spec.test, Verdict.FAILED) for spec in _SPECS)
    report = _grade(request_, Answer(tests=_SPECS, results=results))
    assert (report.graded, report.score, report.max_score) == (True, 0.0, 10.0)


def test_grade_says_what_was_judged_and_how(request_: Request) -> None:
    report = _grade(request_, _RIGHT)
    submission = read_submission(_file_of(request_), request_.assignment)
    assert (report.assignment, report.student, report.seed, report.image) == ("sums", "ada", 7, "img")
    assert (report.submission_sha256, report.output, report.device) == (submission.sha256, "hello", "cuda")
    assert report.suite_sha256 == request_.course.suite(request_.assignment).sha256


def test_grade_says_which_file_was_read_and_what_its_code_did(request_: Request) -> None:
    noted = msgspec.structs.replace(_RIGHT, notes=({"en": "It printed much.", "zh": "输出很多。"},))
    in_chinese = dataclasses.replace(request_, language="zh")
    assert (_grade(request_, noted).file, _grade(request_, noted).notes) == ("mine.py", ("It printed much.",))
    assert _grade(in_chinese, noted).notes == ("输出很多。",)


def test_grade_tells_how_a_file_was_read_before_what_its_code_did(request_: Request) -> None:
    report = with_reading(
        msgspec.structs.replace(_grade(request_, _RIGHT), notes=("last",)), "x.py", ({"en": "first"},)
    )
    assert (report.file, report.notes) == ("x.py", ("first", "last"))


@pytest.mark.parametrize("file", ["ada's homework.ipynb", "sums (1).py", r"a\1.py"])
def test_report_speaks_of_the_file_that_was_handed_in(request_: Request, file: str) -> None:
    message = {"en": "`f` is not defined in sums.py, and not in my_sums.py or sums.pyc"}
    results = tuple(msgspec.structs.replace(result, message=message) for result in _RIGHT.results)
    submission = read_submission(_file_of(request_), request_.assignment)
    pool = _Pool(msgspec.structs.replace(_RIGHT, results=results))
    report = judge(request_.heading, plan(request_, submission), cast(Pool, pool))
    told = with_reading(report, file, ()).tasks[0].tests[0].message
    assert told == f"`f` is not defined in {file}, and not in my_sums.py or sums.pyc"


def test_report_keeps_no_more_of_a_name_or_a_note_than_a_person_reads(request_: Request) -> None:
    report = with_reading(_grade(request_, _RIGHT), f"{'x' * 10_000}/mine.py", ({"en": "y" * 10_000},))
    assert report.file is not None
    assert (len(report.file), report.file[-7:], len(report.notes[0])) == (300, "mine.py", 2_000)


def test_grade_hands_the_sandbox_the_bytes_the_suite_and_the_seed(request_: Request) -> None:
    pool = _Pool(_RIGHT)
    grade(request_, _file_of(request_), cast(Pool, pool))
    assert pool.jobs == [plan(request_, read_submission(_file_of(request_), request_.assignment))]
    assert pool.jobs[0].submission.source == _file_of(request_).read_bytes()
    assert pool.jobs[0].suite.files == {"test_add.py": b"def test_sum(): ...\n"}
    assert pool.jobs[0].seed == 7


def test_grade_of_a_notebook_that_could_not_be_read_by_our_fault_is_ours(
    request_: Request, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise EngineFailedError("the code of a notebook could not be sorted")

    monkeypatch.setattr(pipeline, "take_in", fail)
    _assert_not_graded(_grade(request_, _RIGHT), ProblemKind.ENGINE)


@pytest.mark.parametrize("language", ["en", "zh", "pt-BR"])
@pytest.mark.parametrize("answer", [_RIGHT, SandboxDiedError("gone")], ids=["graded", "not graded"])
def test_report_names_its_language(request_: Request, language: str, answer: Answer | BaseException) -> None:
    report = _grade(dataclasses.replace(request_, language=language), answer)
    assert report.language == language
    assert {test.title for task in report.tasks for test in task.tests} <= {"求和。" if language == "zh" else "Adds."}


def test_report_from_before_it_had_a_language_is_read_as_english(request_: Request) -> None:
    document = msgspec.to_builtins(_grade(request_, _RIGHT))
    del document["language"]
    assert msgspec.convert(document, Report).language == "en"


# Not graded.


@pytest.mark.parametrize(
    "spoil",
    [
        lambda path: path.write_bytes(b"\xff"),
        lambda path: path.write_bytes(b"#" * (2 << 20)),
        lambda path: path.write_bytes(b"\0"),
        lambda path: path.rename(path.with_name("real.py")).with_name("mine.py").symlink_to(path.with_name("real.py")),
        lambda path: path.unlink() or path.mkdir(),
    ],
    ids=["not UTF-8", "too large", "NUL", "link", "directory"],
)
def test_grade_of_a_refused_file_is_not_graded_and_needs_no_sandbox(
    spoil: Callable[[Path], object], request_: Request
) -> None:
    spoil(_file_of(request_))
    pool = _Pool(_RIGHT)
    report = grade(request_, _file_of(request_), cast(Pool, pool))
    _assert_not_graded(report, ProblemKind.REFUSED)
    assert (report.submission_sha256, report.file) == (None, "mine.py")
    assert pool.jobs == []


@pytest.mark.parametrize(
    "error",
    [SandboxDiedError("went away"), EngineMissingError("no Docker"), SandboxError("odd")],
    ids=lambda error: type(error).__name__,
)
def test_grade_without_a_sandbox_is_not_graded(error: SandboxError, request_: Request) -> None:
    report = _grade(request_, error)
    _assert_not_graded(report, ProblemKind.SANDBOX)
    assert report.problem is not None
    assert report.problem.message == str(error)
    assert report.submission_sha256 is not None


@pytest.mark.parametrize(
    "answer",
    [
        Answer(problem="the suite is broken"),
        Answer(tests=_SPECS, results=_RIGHT.results, problem="the suite is broken"),
        Answer(tests=_SPECS, results=_RIGHT.results, problem=""),
        Answer(),
        Answer(results=_RIGHT.results),
        Answer(tests=(make_spec("a", task="other"),), results=(make_result("a"),)),
        Answer(tests=_SPECS),
        Answer(tests=_SPECS, results=_RIGHT.results[:1]),
        Answer(tests=_SPECS, results=(*_RIGHT.results, make_result("b"))),
        Answer(tests=_SPECS, results=(*_RIGHT.results, make_result("c"))),
    ],
    ids=[
        "problem",
        "problem beside results",
        "problem without words",
        "empty",
        "results without tests",
        "tests of another task",
        "no results",
        "a missing result",
        "a result given twice",
        "a result of no test",
    ],
)
def test_grade_of_an_answer_that_cannot_be_scored_is_not_graded(answer: Answer, request_: Request) -> None:
    """An examiner gives one result for each test; if it does not, something of ours failed and no zero is due."""
    report = _grade(request_, answer)
    assert report.graded is False
    assert report.score is None
    assert report.max_score == 10.0
    assert report.problem is not None
    assert report.problem.kind is ProblemKind.ENGINE


def test_grade_of_some_tasks_is_out_of_their_points(request_: Request) -> None:
    assert _grade(request_, SandboxDiedError("gone")).max_score == sum(task.points for task in request_.tasks)


# Errors of the user.


def test_grade_of_a_missing_file_is_the_users_error(request_: Request) -> None:
    _file_of(request_).unlink()
    with pytest.raises(UserError, match="There is no file"):
        _grade(request_, _RIGHT)


def test_grade_without_a_suite_is_the_users_error(request_: Request) -> None:
    (request_.course.folder("sums") / "suite" / "test_add.py").unlink()
    with pytest.raises(CourseError):
        _grade(request_, _RIGHT)


def test_grade_lets_an_interrupt_through(request_: Request) -> None:
    with pytest.raises(KeyboardInterrupt):
        _grade(request_, KeyboardInterrupt())


def test_new_seeds_differ_and_can_be_typed() -> None:
    seeds = {new_seed() for _ in range(100)}
    assert len(seeds) == 100
    assert all(0 <= seed < 2**31 for seed in seeds)
