"""`learn verify`: runs the trials of assignments on the engine that grades, and says what is not proved."""

from __future__ import annotations

import hashlib
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path

import msgspec

from grader.course import Course
from grader.errors import EngineFailedError, SandboxError
from grader.models import Assignment, Limits, Submission
from grader.pipeline import Request, plan, score
from grader.sandbox.factory import make_pool
from grader.sandbox.pool import Pool
from grader.verify.limits import DEFAULT_SEEDS
from grader.verify.texts import complaints_about_texts
from grader.verify.trials import Trial, plan_trials
from grader.verify.verdicts import Complaint, Outcome, Tally, complaints_about, tally

__all__ = ["Proof", "Verification", "verify"]


class Proof(msgspec.Struct, frozen=True, kw_only=True):
    """What was tried of one assignment, and what it does not prove.

    Attributes:
        duration_s: the engine's time for it, summed over the jobs.
    """

    assignment: str
    tally: Tally
    complaints: tuple[Complaint, ...]
    duration_s: float

    @property
    def is_proved(self) -> bool:
        return not self.complaints


class Verification(msgspec.Struct, frozen=True, kw_only=True):
    """What `learn verify --json` prints; see docs/verify.md for every key."""

    format_version: int = 1
    is_proved: bool
    seeds: int
    duration_s: float
    assignments: tuple[Proof, ...]


def verify(
    course: Course,
    assignments: list[Assignment],
    *,
    seeds: int = DEFAULT_SEEDS,
    jobs: int = 1,
    sandbox: str = "process",
    on_start: Callable[[int], None] = lambda trials: None,
    on_trial: Callable[[str], None] = lambda slug: None,
    on_proof: Callable[[Proof], None] = lambda proof: None,
) -> Verification:
    """Tries everything that the assignments' suites must be right about.

    Args:
        seeds: under how many seeds the reference is tried.
        jobs: how many submissions are judged at the same time.
        sandbox: `process` or `docker`.
        on_start: is told how many trials there are.
        on_trial: is told the assignment of each trial that is done.
        on_proof: is told of each assignment that is done.

    Raises:
        CourseError: if an assignment's files do not read.
        EngineMissingError: if there is no such sandbox on this machine.
    """
    started = time.monotonic()
    planned = [(assignment, plan_trials(course, assignment, seeds)) for assignment in assignments]
    on_start(sum(len(trials) for _, trials in planned))
    proofs = []
    with _running(jobs) as run, _Pools(sandbox) as pools:
        waiting = [
            (assignment, [run(_judge, course, assignment, trial, pools, on_trial) for trial in trials])
            for assignment, trials in planned
        ]
        for assignment, futures in waiting:
            proof = _prove(course, assignment, [future.result() for future in futures])
            proofs.append(proof)
            on_proof(proof)
    return Verification(
        is_proved=all(proof.is_proved for proof in proofs),
        seeds=seeds,
        duration_s=round(time.monotonic() - started, 3),
        assignments=tuple(proofs),
    )


_Run = Callable[..., "Future[Outcome]"]


@contextmanager
def _running(jobs: int) -> Iterator[_Run]:
    """Runs calls in threads: the work is done by other processes. On an exception the rest is called off."""
    executor = ThreadPoolExecutor(max_workers=jobs, thread_name_prefix="trial")
    try:
        yield executor.submit
    finally:
        executor.shutdown(wait=True, cancel_futures=True)


class _Pools:
    """One pool of sandboxes for each set of limits, which a container is made for."""

    def __init__(self, sandbox: str) -> None:
        self._sandbox = sandbox
        self._by_limits: dict[Limits, Pool] = {}
        self._lock = threading.Lock()
        self._open = ExitStack()

    def pool(self, limits: Limits) -> Pool:
        with self._lock:
            if limits not in self._by_limits:
                self._by_limits[limits] = self._open.enter_context(make_pool(self._sandbox, limits))
            return self._by_limits[limits]

    def __enter__(self) -> _Pools:
        return self

    def __exit__(self, *_: object) -> None:
        self._open.close()


def _judge(
    course: Course, assignment: Assignment, trial: Trial, pools: _Pools, on_trial: Callable[[str], None]
) -> Outcome:
    source = trial.source.encode()
    submission = Submission(file_name=assignment.file_name, source=source, sha256=hashlib.sha256(source).hexdigest())
    request = Request(
        course=course, assignment=assignment, path=Path(assignment.file_name), tasks=trial.tasks, seed=trial.seed
    )
    job = plan(request, submission)
    try:
        answer = pools.pool(assignment.limits).grade(job)
        return Outcome(trial=trial, answer=answer, tasks=score(job, answer, {}))
    except (SandboxError, EngineFailedError) as error:
        return Outcome(trial=trial, problem=str(error))
    finally:
        on_trial(assignment.slug)


def _prove(course: Course, assignment: Assignment, outcomes: list[Outcome]) -> Proof:
    duration_s = sum(outcome.answer.duration_s for outcome in outcomes)
    return Proof(
        assignment=assignment.slug,
        tally=tally(outcomes),
        complaints=(*complaints_about_texts(course, assignment), *complaints_about(outcomes)),
        duration_s=round(duration_s, 3),
    )
