"""A batch is judged once each: what others hold is waited for, what others did is not done again."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from grader.classroom.store.claims import Claims
from grader.classroom.store.database import Database, sqlite_url
from grader.classroom.store.queue import Queue
from grader.classroom.store.records import Pending
from grader.classroom.store.store import Store, open_store
from grader.classroom.store.tables import pending
from grader.classroom.work import BatchOptions
from grader.engine import worker
from grader.engine.dry import DryRun
from grader.engine.local import work_off, work_on
from grader.errors import EngineMissingError, SandboxDiedError
from grader.models import Answer, Job, Report
from grader.sandbox import factory
from tests.support.factories import make_result, make_spec
from tests.support.store import SCOPE, make_job_for, make_key, make_source

_ANSWER = Answer(tests=(make_spec("a"),), results=(make_result("a"),))
_TEXTS = {"ada": "x = 1", "bob": "x = 2", "dan": "x = 3"}
_KEYS = {student: make_key(text, student) for student, text in _TEXTS.items()}
_PLANS = {make_key().suite_sha256: make_job_for(make_key())}
_PENDING = [Pending(key=key, seed=7) for key in _KEYS.values()]


def _student(job: Job) -> str:
    return next(name for name, text in _TEXTS.items() if job.submission.source == text.encode())


@dataclass
class _Pool:
    """Answers, and counts; a context and a maker at once."""

    judged: list[str] = field(default_factory=list)
    on_grade: Callable[[Job], Answer] = lambda job: _ANSWER
    on_warm: Callable[[], None] = lambda: None

    def __enter__(self) -> _Pool:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def warm(self) -> None:
        self.on_warm()

    def grade(self, job: Job) -> Answer:
        self.judged.append(_student(job))
        return self.on_grade(job)


@pytest.fixture
def pool(monkeypatch: pytest.MonkeyPatch) -> _Pool:
    made = _Pool()
    monkeypatch.setattr(factory, "make_pool", lambda *_, **__: made)
    monkeypatch.setattr(worker, "_POLL_S", 0.02)
    monkeypatch.setattr(worker, "_RECOVERY_S", 0.02)
    return made


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_store(tmp_path / "out", must_exist=False) as opened:
        opened.journal.keep_sources(make_source(text) for text in _TEXTS.values())
        opened.queue.put(_PENDING, _PLANS, SCOPE)
        yield opened


def _options(**changes: Any) -> BatchOptions:
    return BatchOptions(**{"sandbox": "process", "jobs": 2, **changes})


def _graded(store: Store) -> list[str]:
    return sorted(key.student for key in store.journal.graded_keys())


def _tries(store: Store) -> dict[str, int]:
    with Database(store.url) as database, database.transaction() as connection:
        return {row.student: row.tries for row in connection.execute(select(pending))}


def test_batch_judges_everything_once_and_keeps_it(store: Store, pool: _Pool) -> None:
    looks: list[int] = []
    assert work_on(store, SCOPE, _options(), on_look=looks.append) == 3
    assert sorted(pool.judged) == _graded(store) == ["ada", "bob", "dan"]
    assert (looks[0], looks[-1]) == (3, 0)


def test_report_says_what_it_is_of_and_how_it_came_about(store: Store, pool: _Pool) -> None:
    work_on(store, SCOPE, _options())
    report = store.journal.report(_KEYS["bob"])
    assert report is not None
    assert (report.assignment, report.student, report.score, report.max_score) == ("sums", "bob", 10.0, 10.0)
    assert (report.seed, report.sandbox, report.device) == (7, "process", "cpu")


def test_batch_does_not_judge_what_another_command_judged_meanwhile(store: Store, pool: _Pool) -> None:
    work_on(store, SCOPE, _options())
    store.queue.put(_PENDING, _PLANS, SCOPE)
    with open_store(Path(store.url.removeprefix("sqlite:///")).parent) as again:
        assert work_on(again, SCOPE, _options()) == 0
    assert sorted(pool.judged) == ["ada", "bob", "dan"]


def test_batch_waits_for_what_another_command_is_judging(store: Store, pool: _Pool) -> None:
    with Database(store.url) as database, Claims(database) as claims:
        other = Queue(database, claims)
        held = other.take(SCOPE)
        assert held is not None

        def let_go(job: Job) -> Answer:
            if _student(job) == "dan":
                other.give_back(held)
            return _ANSWER

        pool.on_grade = let_go
        assert work_on(store, SCOPE, _options(jobs=1)) == 3
    assert pool.judged == ["bob", "dan", held.pending.key.student]


def test_worker_stays_while_another_command_is_at_the_last_one(store: Store, pool: _Pool) -> None:
    with Database(store.url) as database, Claims(database) as claims:
        other = Queue(database, claims)
        held = [other.take(SCOPE)]

        def let_go(waiting: int) -> None:
            if waiting == 1 and held and (taken := held.pop()) is not None:
                other.give_back(taken)

        assert work_on(store, SCOPE, _options(), on_look=let_go) == 3


def test_failure_of_ours_is_tried_once_more_after_everything_else(store: Store, pool: _Pool) -> None:
    pool.on_grade = lambda job: Answer(problem="killed") if _student(job) == "bob" else _ANSWER
    work_on(store, SCOPE, _options(jobs=1))
    assert pool.judged.count("bob") == 2 and pool.judged[-1] == "bob"
    assert _graded(store) == ["ada", "dan"]
    failure = store.journal.failure(_KEYS["bob"])
    assert failure is not None and failure.problem is not None and failure.problem.message == "killed"


def test_submission_that_breaks_each_sandbox_costs_the_others_nothing(store: Store, pool: _Pool) -> None:
    def die(job: Job) -> Answer:
        if _student(job) == "bob":
            raise SandboxDiedError("It went away.")
        return _ANSWER

    pool.on_grade = die
    work_on(store, SCOPE, _options(jobs=1))
    assert (_graded(store), pool.judged.count("bob")) == (["ada", "dan"], 2)


def test_machine_on_which_no_sandbox_starts_any_longer_leaves_the_rest_to_others(store: Store, pool: _Pool) -> None:
    def gone() -> None:
        if pool.judged:
            raise EngineMissingError("No Docker engine answers.")

    def die(job: Job) -> Answer:
        raise SandboxDiedError("It went away.")

    pool.on_grade, pool.on_warm = die, gone
    with pytest.raises(EngineMissingError, match="can judge no longer. No Docker engine answers."):
        work_on(store, SCOPE, _options(jobs=1))
    assert (len(pool.judged), store.queue.waiting(SCOPE)) == (1, 3)
    assert store.journal.failure(_KEYS["ada"]) is None
    assert _tries(store) == {"ada": 1, "bob": 0, "dan": 0}, "it may be what the machine broke down under"
    pool.on_grade, pool.on_warm = lambda job: _ANSWER, lambda: None
    with open_store(Path(store.url.removeprefix("sqlite:///")).parent) as again:
        work_on(again, SCOPE, _options())
    assert _graded(store) == ["ada", "bob", "dan"]


def test_machine_on_which_a_sandbox_starts_again_goes_on(store: Store, pool: _Pool) -> None:
    starts = iter([None, SandboxDiedError("Not yet."), None, None])

    def start() -> None:
        if error := next(starts):
            raise error

    def die_first(job: Job) -> Answer:
        if len(pool.judged) == 1:
            raise SandboxDiedError("It went away.")
        return _ANSWER

    pool.on_grade, pool.on_warm = die_first, start
    work_on(store, SCOPE, _options(jobs=1))
    assert _graded(store) == ["ada", "bob", "dan"]


def test_machine_on_which_no_sandbox_starts_at_all_takes_nothing(store: Store, pool: _Pool) -> None:
    def missing() -> None:
        raise EngineMissingError("No Docker engine answers.")

    pool.on_warm = missing
    with pytest.raises(EngineMissingError, match="^No Docker engine answers.$"):
        work_on(store, SCOPE, _options())
    assert (pool.judged, store.queue.waiting(SCOPE)) == ([], 3)
    assert _tries(store) == {"ada": 0, "bob": 0, "dan": 0}


def test_exception_calls_the_rest_off_and_keeps_what_was_judged(store: Store, pool: _Pool) -> None:
    def stop(job: Job) -> Answer:
        if _student(job) == "bob":
            raise ZeroDivisionError
        time.sleep(0.1)
        return _ANSWER

    pool.on_grade = stop
    with pytest.raises(ZeroDivisionError):
        work_on(store, SCOPE, _options(jobs=1))
    assert (_graded(store), "dan" in pool.judged, store.queue.waiting(SCOPE)) == (["ada"], False, 2)


def test_dry_run_keeps_nothing(store: Store, pool: _Pool) -> None:
    dry = DryRun(store.journal, _PENDING, _PLANS)
    looks: list[int] = []
    work_off(dry, SCOPE, _options(), on_look=looks.append)
    assert {key.student: report.score for key, report in dry.reports.items()} == dict.fromkeys(_TEXTS, 10.0)
    assert (_graded(store), looks[-1]) == ([], 0)


def test_dry_run_tries_what_failed_once_more(store: Store, pool: _Pool) -> None:
    pool.on_grade = lambda job: Answer(problem="killed") if _student(job) == "bob" else _ANSWER
    dry = DryRun(store.journal, _PENDING, _PLANS)
    work_off(dry, SCOPE, _options(jobs=1), on_look=lambda waiting: None)
    reports: dict[str, Report] = {key.student: report for key, report in dry.reports.items()}
    assert (reports["bob"].graded, Counter(pool.judged)) == (False, Counter(ada=1, bob=2, dan=1))


def test_gpus_are_shared_out(monkeypatch: pytest.MonkeyPatch, store: Store) -> None:
    made: list[tuple[str, ...]] = []
    pool = _Pool()

    def make(*_: object, gpus: tuple[str, ...] = (), gate: object = None) -> _Pool:
        made.append(gpus)
        return pool

    monkeypatch.setattr(factory, "make_pool", make)
    options = _options(device="cuda", gpus=("0", "1"), jobs=2)
    work_off(DryRun(store.journal, _PENDING, _PLANS), SCOPE, options, on_look=lambda waiting: None)
    assert set(made) <= {("0",), ("1",)}
    assert len(pool.judged) == 3


def test_nothing_to_judge_needs_no_sandbox(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(factory, "make_pool", lambda *_, **__: pytest.fail("a sandbox was made"))
    with open_store(tmp_path, must_exist=False) as empty:
        assert work_on(empty, SCOPE, _options()) == 0


def test_url_of_a_store_opens_it_again(tmp_path: Path) -> None:
    with open_store(tmp_path, must_exist=False) as store:
        assert store.url == sqlite_url(tmp_path / "gradus.db")
        assert store.url not in repr(store), "it may hold a password"
