"""A batch judges each piece of work once: what others hold is waited for, what others did is not done again."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec
import pytest

from grader.classroom import batch
from grader.classroom.batch import Done, judge_and_keep, judge_only
from grader.classroom.store.claims import Claims
from grader.classroom.store.database import Database, sqlite_url
from grader.classroom.store.records import JudgingKey
from grader.classroom.store.store import Store, open_store
from grader.classroom.work import BatchOptions, Work
from grader.course.course import Course
from grader.models import Answer, Job, Report
from grader.pipeline import Request
from grader.sandbox import factory
from tests.support.factories import make_job, make_result, make_spec, write_course

_ANSWER = Answer(tests=(make_spec("a"),), results=(make_result("a"),))


@dataclass
class _Pool:
    """Answers, and counts; a context and a maker at once."""

    judged: list[str] = field(default_factory=list)
    on_grade: Callable[[Job], Answer] = lambda job: _ANSWER

    def __enter__(self) -> _Pool:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def warm(self) -> None:
        pass

    def grade(self, job: Job) -> Answer:
        self.judged.append(job.submission.sha256)
        return self.on_grade(job)


@pytest.fixture
def pool(monkeypatch: pytest.MonkeyPatch) -> _Pool:
    made = _Pool()
    monkeypatch.setattr(factory, "make_pool", lambda *_, **__: made)
    monkeypatch.setattr(batch, "_POLL_S", 0.02)
    return made


@pytest.fixture
def work(tmp_path: Path) -> list[Work]:
    course = Course(write_course(tmp_path / "course"))
    assignment = course.assignment("sums")
    request = Request(course=course, assignment=assignment, tasks=assignment.tasks, seed=7)
    return [_work(request, student) for student in ("ada", "bob", "dan")]


def _work(request: Request, student: str) -> Work:
    job = make_job()
    job = msgspec.structs.replace(job, submission=msgspec.structs.replace(job.submission, sha256=student))
    key = JudgingKey(
        student=student, assignment="sums", submission_sha256=student, suite_sha256=job.suite.sha256, device="cpu"
    )
    return Work(key=key, request=request, job=job)


def _options(**changes: Any) -> BatchOptions:
    return BatchOptions(**{"sandbox": "process", "jobs": 2, **changes})


def _run(store: Store, work: list[Work]) -> dict[str, Report | None]:
    done: dict[str, Report | None] = {}

    def note(one: Done) -> None:
        assert one.work.key.student not in done, "told twice"
        done[one.work.key.student] = one.report

    judge_and_keep(store, work, _options(), on_done=note)
    return done


def test_batch_judges_everything_once_and_keeps_it(tmp_path: Path, pool: _Pool, work: list[Work]) -> None:
    with open_store(tmp_path / "out", must_exist=False) as store:
        done = _run(store, work)
        assert sorted(pool.judged) == ["ada", "bob", "dan"]
        assert {one.key for one in work} == store.journal.graded_keys()
        assert {student: report and report.score for student, report in done.items()} == dict.fromkeys(
            pool.judged, 10.0
        )


def test_batch_does_not_judge_what_another_command_judged_meanwhile(
    tmp_path: Path, pool: _Pool, work: list[Work]
) -> None:
    with open_store(tmp_path / "out", must_exist=False) as store:
        _run(store, work[:2])
    with open_store(tmp_path / "out") as store:
        assert _run(store, work)["ada"] is None
        assert sorted(pool.judged) == ["ada", "bob", "dan"]


def test_batch_waits_for_what_another_command_is_judging(tmp_path: Path, pool: _Pool, work: list[Work]) -> None:
    with (
        open_store(tmp_path / "out", must_exist=False) as store,
        Database(sqlite_url(tmp_path / "out/gradus.db")) as own,
    ):
        other = Claims(own)
        assert other.take(work[0].key.text)

        def let_go(job: Job) -> Answer:
            if job.submission.sha256 == "dan":
                other.give_up(work[0].key.text)
            return _ANSWER

        pool.on_grade = let_go
        assert sorted(_run(store, work)) == ["ada", "bob", "dan"]
        assert pool.judged[-1] == "ada"


def test_failure_of_ours_is_tried_once_more_after_everything_else(
    tmp_path: Path, pool: _Pool, work: list[Work]
) -> None:
    pool.on_grade = lambda job: Answer(problem="killed") if job.submission.sha256 == "bob" else _ANSWER
    with open_store(tmp_path / "out", must_exist=False) as store:
        done = _run(store, work)
    assert pool.judged.count("bob") == 2 and pool.judged[-1] == "bob"
    assert done["bob"] is not None and done["bob"].score is None


def test_exception_calls_the_rest_off_and_keeps_what_was_judged(tmp_path: Path, pool: _Pool, work: list[Work]) -> None:
    def stop(job: Job) -> Answer:
        if job.submission.sha256 == "bob":
            raise ZeroDivisionError
        time.sleep(0.1)
        return _ANSWER

    pool.on_grade = stop
    work += [_work(work[0].request, name) for name in ("next", "after", "late")]
    with open_store(tmp_path / "out", must_exist=False) as store:
        with pytest.raises(ZeroDivisionError):
            judge_and_keep(store, work, _options(jobs=1))
        assert "ada" in {key.student for key in store.journal.graded_keys()}
        assert "late" not in pool.judged


def test_dry_run_keeps_nothing(pool: _Pool, work: list[Work]) -> None:
    done: list[Done] = []
    judge_only(work, _options(), on_done=done.append)
    assert sorted(one.work.key.student for one in done) == ["ada", "bob", "dan"]


def test_gpus_are_shared_out(monkeypatch: pytest.MonkeyPatch, work: list[Work]) -> None:
    made: list[tuple[str, ...]] = []
    pool = _Pool()

    def make(*_: object, gpus: tuple[str, ...] = (), gate: object = None) -> _Pool:
        made.append(gpus)
        return pool

    monkeypatch.setattr(factory, "make_pool", make)
    options = _options(device="cuda", gpus=("0", "1"), jobs=2)
    judge_only(work, options, on_done=lambda done: None)
    assert set(made) - {()} <= {("0",), ("1",)}
    assert len(pool.judged) == 3


def test_nothing_to_judge_needs_no_sandbox(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(factory, "make_pool", lambda *_, **__: pytest.fail("a sandbox was made"))
    judge_only([], _options(), on_done=lambda done: None)
