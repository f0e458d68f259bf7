"""Warm sandboxes are used again while they are clean, replaced when they are not, and none outlives the pool."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field

import msgspec
import pytest

from grader.errors import EngineMissingError, SandboxDiedError, SandboxError, SandboxMemoryError
from grader.models import Answer, Job, Verdict
from grader.sandbox.gate import Gate
from grader.sandbox.pool import Pool
from tests.support.factories import make_job, make_result, make_spec, make_task

_JOB = make_job()
_PATIENCE_S = 5.0


@dataclass(eq=False)
class _Sandbox:
    """Answers as its factory says; the factory knows every sandbox that was ever made."""

    number: int
    factory: _Factory
    image: str | None = None
    is_reusable: bool = True
    name: str = "fake"
    started: int = 0
    graded: int = 0
    closed: int = 0

    def start(self) -> None:
        self.started += 1
        self.factory.on_start(self)

    def grade(self, job: Job) -> Answer:
        assert self.started
        assert not self.closed, "a closed sandbox is used"
        self.graded += 1
        return self.factory.on_grade(self)

    def settle(self) -> bool:
        return self.factory.on_settle(self)

    def close(self) -> None:
        self.closed += 1
        self.factory.on_close(self)


def _nothing(sandbox: _Sandbox) -> None:
    return None


@dataclass
class _Factory:
    on_start: Callable[[_Sandbox], None] = _nothing
    on_grade: Callable[[_Sandbox], Answer] = lambda sandbox: Answer(output=str(sandbox.number))
    on_settle: Callable[[_Sandbox], bool] = lambda sandbox: True
    on_close: Callable[[_Sandbox], None] = _nothing
    made: list[_Sandbox] = field(default_factory=list)

    def __call__(self) -> _Sandbox:
        sandbox = _Sandbox(len(self.made), self)
        self.made.append(sandbox)
        return sandbox

    @property
    def alive(self) -> list[int]:
        return [sandbox.number for sandbox in self.made if not sandbox.closed]


def _raiser(error: BaseException, *numbers: int) -> Callable[[_Sandbox], Answer]:
    """Answers, except from the sandboxes with these numbers."""

    def grade(sandbox: _Sandbox) -> Answer:
        if sandbox.number in numbers:
            raise error
        return Answer(output=str(sandbox.number))

    return grade


# Reuse.


def test_pool_makes_no_sandbox_before_it_needs_one() -> None:
    factory = _Factory()
    with Pool(factory):
        assert factory.made == []


def test_pool_uses_a_clean_sandbox_again() -> None:
    factory = _Factory()
    with Pool(factory) as pool:
        assert [pool.grade(_JOB).output for _ in range(3)] == ["0", "0", "0"]
    assert factory.made[0].started == 1


def test_pool_replaces_a_sandbox_that_is_not_clean() -> None:
    factory = _Factory(on_settle=lambda sandbox: sandbox.number > 0)
    with Pool(factory) as pool:
        assert [pool.grade(_JOB).output for _ in range(3)] == ["0", "1", "1"]
        assert factory.alive == [1]


def test_pool_throws_a_sandbox_away_whose_answer_has_a_problem() -> None:
    factory = _Factory(on_grade=lambda sandbox: Answer(problem="the suite is broken"))
    with Pool(factory) as pool:
        assert pool.grade(_JOB).problem == "the suite is broken"
        assert factory.alive == []
        pool.grade(_JOB)
    assert [sandbox.graded for sandbox in factory.made] == [1, 1], "a problem is not tried again"


def test_pool_warms_one_sandbox_for_the_next_submission() -> None:
    factory = _Factory()
    with Pool(factory) as pool:
        pool.warm()
        assert [sandbox.started for sandbox in factory.made] == [1]
        assert pool.grade(_JOB).output == "0"


def test_pool_gives_two_threads_two_sandboxes() -> None:
    both = threading.Barrier(2, timeout=_PATIENCE_S)

    def grade(sandbox: _Sandbox) -> Answer:
        both.wait()
        return Answer(output=str(sandbox.number))

    factory = _Factory(on_grade=grade)
    outputs: list[str] = []
    with Pool(factory) as pool:
        threads = [threading.Thread(target=lambda: outputs.append(pool.grade(_JOB).output)) for _ in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(_PATIENCE_S)
    assert sorted(outputs) == ["0", "1"]
    assert factory.alive == []


# What goes wrong.


def test_pool_tries_once_more_when_a_sandbox_dies() -> None:
    factory = _Factory(on_grade=_raiser(SandboxDiedError("gone"), 0))
    with Pool(factory) as pool:
        assert pool.grade(_JOB).output == "1"
        assert factory.alive == [1]


def test_pool_gives_up_when_the_second_sandbox_dies_as_well() -> None:
    factory = _Factory(on_grade=_raiser(SandboxDiedError("gone"), 0, 1, 2))
    with Pool(factory) as pool:
        with pytest.raises(SandboxDiedError, match="gone"):
            pool.grade(_JOB)
        assert len(factory.made) == 2
        assert factory.alive == []


@pytest.mark.parametrize(
    "error",
    [EngineMissingError("no Docker"), SandboxError("odd"), RuntimeError("a bug"), KeyboardInterrupt(), SystemExit()],
    ids=lambda error: type(error).__name__,
)
def test_pool_does_not_try_again_after_anything_else(error: BaseException) -> None:
    factory = _Factory(on_grade=_raiser(error, 0))
    with Pool(factory) as pool:
        with pytest.raises(type(error)):
            pool.grade(_JOB)
        assert len(factory.made) == 1
        assert factory.alive == [], "it may still be judging"


@pytest.mark.parametrize(
    "error", [EngineMissingError("no Docker"), KeyboardInterrupt()], ids=lambda error: type(error).__name__
)
def test_pool_throws_a_sandbox_away_that_does_not_start(error: BaseException) -> None:
    def fail(sandbox: _Sandbox) -> None:
        raise error

    factory = _Factory(on_start=fail)
    with Pool(factory) as pool:
        with pytest.raises(type(error)):
            pool.grade(_JOB)
        assert len(factory.made) == 1
        assert factory.alive == []


def test_pool_gives_the_answer_of_a_retry_although_the_dead_one_does_not_close() -> None:
    def refuse(sandbox: _Sandbox) -> None:
        if sandbox.number == 0:
            raise OSError("Docker is gone")

    factory = _Factory(on_grade=_raiser(SandboxDiedError("gone"), 0), on_close=refuse)
    with Pool(factory) as pool:
        assert pool.grade(_JOB).output == "1"


# What runs out of memory.


def test_pool_tries_alone_what_left_a_sandbox_without_memory() -> None:
    factory = _Factory(on_grade=_raiser(SandboxMemoryError("no memory"), 0))
    with Pool(factory) as pool:
        assert pool.grade(_JOB).output == "1"
        assert factory.alive == [1]


def test_pool_waits_for_the_neighbours_before_it_tries_alone() -> None:
    first_is_within, neighbour_may_end = threading.Event(), threading.Event()
    order: list[str] = []

    def grade(sandbox: _Sandbox) -> Answer:
        if sandbox.number == 0:  # the neighbour
            first_is_within.set()
            neighbour_may_end.wait(_PATIENCE_S)
            order.append("neighbour")
        elif sandbox.number == 1:
            threading.Timer(0.2, neighbour_may_end.set).start()
            raise SandboxMemoryError("no memory")
        else:
            order.append("alone")
        return Answer()

    gate = Gate()
    factory = _Factory(on_grade=grade)
    with Pool(factory, gate=gate) as pool, Pool(factory, gate=gate) as other:
        neighbour = threading.Thread(target=lambda: pool.grade(_JOB))
        neighbour.start()
        first_is_within.wait(_PATIENCE_S)
        other.grade(_JOB)
        neighbour.join(_PATIENCE_S)
    assert order == ["neighbour", "alone"]


def test_pool_judges_the_tasks_apart_if_it_happens_again_alone() -> None:
    asked: list[tuple[tuple[str, ...], bool]] = []

    class Forgetful(_Sandbox):
        def grade(self, job: Job) -> Answer:
            asked.append((tuple(task.name for task in job.tasks), job.is_out_of_memory))
            if "bad" in asked[-1][0] and not job.is_out_of_memory:
                raise SandboxMemoryError("no memory")
            specs = tuple(make_spec(f"test_{task.name}", task.name) for task in job.tasks)
            verdict = Verdict.MEMORY if job.is_out_of_memory else Verdict.PASSED
            return Answer(tests=specs, results=tuple(make_result(spec.test, verdict) for spec in specs), output="hello")

    class Factory(_Factory):
        def __call__(self) -> _Sandbox:
            self.made.append(Forgetful(len(self.made), self))
            return self.made[-1]

    factory = Factory()
    with Pool(factory) as pool:
        answer = pool.grade(
            msgspec.structs.replace(_JOB, tasks=(make_task("good"), make_task("bad"), make_task("fine")))
        )
    whole = ("good", "bad", "fine")
    assert asked == [(whole, False)] * 2 + [(("good",), False), (("bad",), False), (("bad",), True), (("fine",), False)]
    assert [(result.test, result.verdict) for result in answer.results] == [
        ("test_good", Verdict.PASSED),
        ("test_bad", Verdict.MEMORY),
        ("test_fine", Verdict.PASSED),
    ]
    assert [spec.task for spec in answer.tests] == ["good", "bad", "fine"]
    assert (answer.output, answer.problem) == ("hello", None)
    assert factory.alive == []


def test_pool_gives_up_when_a_task_apart_dies_of_anything_else() -> None:
    def grade(sandbox: _Sandbox) -> Answer:
        raise SandboxMemoryError("no memory") if sandbox.number < 2 else SandboxDiedError("gone")

    factory = _Factory(on_grade=grade)
    with Pool(factory) as pool, pytest.raises(SandboxDiedError, match="gone"):
        pool.grade(_JOB)


# Spares.


def test_pool_keeps_spares_ready_and_orders_new_ones() -> None:
    factory = _Factory(on_settle=lambda sandbox: False)
    with Pool(factory, spares=2) as pool:
        outputs = [pool.grade(_JOB).output for _ in range(3)]
    assert outputs == ["0", "1", "2"]
    assert len(factory.made) <= 5
    assert factory.alive == []


def test_pool_prefers_a_clean_sandbox_to_a_spare() -> None:
    factory = _Factory()
    with Pool(factory, spares=1) as pool:
        first = pool.grade(_JOB).output
        assert pool.grade(_JOB).output == first


def test_pool_reports_a_spare_that_did_not_start() -> None:
    def fail(sandbox: _Sandbox) -> None:
        raise EngineMissingError("no Docker")

    with Pool(_Factory(on_start=fail), spares=1) as pool, pytest.raises(EngineMissingError, match="no Docker"):
        pool.grade(_JOB)


# The end.


def test_pool_closes_every_sandbox_once() -> None:
    factory = _Factory()
    with Pool(factory) as pool:
        pool.warm()
        pool.grade(_JOB)
    assert [sandbox.closed for sandbox in factory.made] == [1]


def test_pool_closes_its_sandboxes_when_its_block_is_left_by_an_exception() -> None:
    factory = _Factory()
    with pytest.raises(KeyboardInterrupt), Pool(factory, spares=1) as pool:
        pool.grade(_JOB)
        raise KeyboardInterrupt
    assert factory.alive == []


def test_pool_closes_a_spare_that_is_being_started() -> None:
    may_go_on = threading.Event()

    def slow(sandbox: _Sandbox) -> None:
        may_go_on.wait(_PATIENCE_S)

    factory = _Factory(on_start=slow)
    pool = Pool(factory, spares=1)
    threading.Timer(0.02, may_go_on.set).start()
    pool.close()
    assert factory.alive == []


def test_pool_closes_a_sandbox_that_is_in_use() -> None:
    is_judging, is_closed = threading.Event(), threading.Event()

    def grade(sandbox: _Sandbox) -> Answer:
        is_judging.set()
        assert is_closed.wait(_PATIENCE_S)
        raise SandboxDiedError("it was closed")

    factory = _Factory(on_grade=grade, on_close=lambda sandbox: is_closed.set())
    pool = Pool(factory)
    errors: list[BaseException] = []
    thread = threading.Thread(target=_grade_into, args=(pool, errors))
    thread.start()
    assert is_judging.wait(_PATIENCE_S)
    pool.close()
    thread.join(_PATIENCE_S)
    assert not thread.is_alive()
    assert isinstance(errors[0], SandboxError)
    assert factory.alive == []
    assert len(factory.made) == 1, "a closed pool brought up a new sandbox, which nobody will close"


def _grade_into(pool: Pool, errors: list[BaseException]) -> None:
    try:
        pool.grade(_JOB)
    except BaseException as error:
        errors.append(error)


@pytest.mark.parametrize("spares", [0, 1])
def test_closed_pool_takes_no_submission(spares: int) -> None:
    factory = _Factory()
    pool = Pool(factory, spares)
    pool.close()
    with pytest.raises(SandboxError):
        pool.grade(_JOB)
    assert factory.alive == []


def test_pool_may_be_closed_twice() -> None:
    factory = _Factory()
    pool = Pool(factory, spares=1)
    pool.grade(_JOB)
    pool.close()
    pool.close()
    assert all(sandbox.closed == 1 for sandbox in factory.made)
