"""`learn verify`: runs the trials of assignments on the engine that grades, and says what is not proved."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from functools import partial

import msgspec

from grader.course.course import Course, tasks_named
from grader.errors import EngineFailedError, EngineMissingError, SandboxError
from grader.models import Assignment, Feedback, Job, Submission
from grader.pipeline import Request, plan, score, without_mutants
from grader.sandbox.pools import Pools
from grader.sandbox.process import can_fork
from grader.verify.batches import Batch, batches_of, is_spoilt, share_of
from grader.verify.classes import Coverage, complaints_about_classes, complaints_about_waivers, coverage_of
from grader.verify.leaks import complaints_about_leaks
from grader.verify.limits import DEFAULT_SEEDS, MECHANICAL_TEST_S, MECHANICAL_TOTAL_S
from grader.verify.marks import complaints_about_marks
from grader.verify.mechanical.survivors import complaints_about_mechanical
from grader.verify.parts import complaints_about_parts
from grader.verify.promises import complaints_about_promises, plan_breaches, waived_promises
from grader.verify.texts import complaints_about_texts, sentences_of
from grader.verify.trials import Trial, TrialKind, plan_trials
from grader.verify.verdicts import Complaint, Outcome, Tally, complaints_about, tally

__all__ = ["Proof", "Verification", "verify"]


class Proof(msgspec.Struct, frozen=True, kw_only=True):
    """What was tried of one assignment, and what it does not prove.

    Attributes:
        is_finished: whether nothing is left to its author; otherwise nothing was tried.
        coverage: what the tests asked each task with.
        duration_s: the engine's time for it, summed over the jobs.
    """

    assignment: str
    is_finished: bool = True
    tally: Tally
    coverage: tuple[Coverage, ...] = ()
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
    task_names: tuple[str, ...] = (),
    mechanical: bool = False,
    on_start: Callable[[int], None] = lambda trials: None,
    on_trial: Callable[[str], None] = lambda slug: None,
    on_proof: Callable[[Proof], None] = lambda proof: None,
) -> Verification:
    """Tries everything that the assignments' suites must be right about.

    Of an assignment that its author has not finished nothing is tried; what is left to do is told first.

    Args:
        seeds: under how many seeds the reference is tried.
        jobs: how many submissions are judged at the same time.
        sandbox: `process` or `docker`.
        task_names: the tasks to try; all by default.
        mechanical: whether to try every mechanical mutant, and not only a few of each task.
        on_start: is told how many trials there are, and again when there are more.
        on_trial: is told the assignment of each trial that is done.
        on_proof: is told of each assignment that is done.

    Raises:
        UserError: if an assignment has no task of that name, or its files do not read.
        EngineMissingError: if there is no such sandbox on this machine.
    """
    started = time.monotonic()
    wanted = [(assignment, tasks_named(assignment, task_names)) for assignment in assignments]
    proofs = list(filter(None, (_of_unfinished(course, assignment) for assignment in assignments)))
    unfinished = {proof.assignment for proof in proofs}
    planned = [
        (assignment, plan_trials(course, assignment, tasks, seeds, is_mechanical=mechanical))
        for assignment, tasks in wanted
        if assignment.slug not in unfinished
    ]
    on_start(sum(len(trials) for _, trials in planned))
    for proof in proofs:
        on_proof(proof)
    joins = sandbox != "process" or can_fork()  # otherwise all tasks of a submission share a process
    with _running(jobs) as run, Pools(sandbox) as pools:
        judge = partial(run, _judge, course, pools, on_trial)
        for assignment, waiting in _submit(planned, judge, on_start, joins=joins):
            outcomes = [outcome for future in waiting for outcome in future.result()]
            proofs.append(_prove(course, assignment, outcomes))
            on_proof(proofs[-1])
    return Verification(
        is_proved=all(proof.is_proved for proof in proofs),
        seeds=seeds,
        duration_s=round(time.monotonic() - started, 3),
        assignments=tuple(proofs),
    )


_Run = Callable[..., "Future[list[Outcome]]"]


def _submit(
    planned: list[tuple[Assignment, list[Trial]]], judge: _Run, on_start: Callable[[int], None], *, joins: bool
) -> list[tuple[Assignment, list[Future[list[Outcome]]]]]:
    """Has all trials judged, each assignment's first before the rest; what it was asked says what may be broken.

    A suite that cannot judge its own reference fails at everything else too, and slowly: then the rest is left out.
    """
    firsts = [judge(assignment, Batch.alone(trials[0])) for assignment, trials in planned]
    waiting, count = [], sum(len(trials) for _, trials in planned)
    for first, (assignment, (reference, *trials)) in zip(firsts, planned, strict=True):
        (outcome,) = first.result()
        breaches = plan_breaches(assignment, reference, outcome.answer.uses)
        on_start(count := count + len(breaches))
        rest = [*trials, *breaches] if outcome.problem is None else []
        batches = batches_of(reference.source, rest) if joins else [Batch.alone(trial) for trial in rest]
        waiting.append((assignment, [first, *(judge(assignment, batch) for batch in batches)]))
    return waiting


@contextmanager
def _running(jobs: int) -> Iterator[_Run]:
    """Runs calls in threads: the work is done by other processes. On an exception the rest is called off."""
    executor = ThreadPoolExecutor(max_workers=jobs, thread_name_prefix="trial")
    try:
        yield executor.submit
    finally:
        executor.shutdown(wait=True, cancel_futures=True)


def _judge(
    course: Course, pools: Pools, on_trial: Callable[[str], None], assignment: Assignment, batch: Batch
) -> list[Outcome]:
    """Judges trials together, and where one may have cost another its points, each alone."""
    judge = partial(_outcomes, course, pools, assignment)
    try:
        outcomes = judge(batch)
        if len(outcomes) > 1 and any(outcome.problem or is_spoilt(outcome.tasks) for outcome in outcomes):
            outcomes = [outcome for single in batch.apart() for outcome in judge(single)]
        return [_asked(judge, outcome) for outcome in outcomes]
    finally:
        for _ in batch.trials:
            on_trial(assignment.slug)


def _asked(judge: Callable[[Batch], list[Outcome]], outcome: Outcome) -> Outcome:
    """Asks a breach that lost nothing whether it is one."""
    question = outcome.trial.question
    if question is None or not outcome.tasks or outcome.lost:
        return outcome
    (asked,) = judge(Batch.alone(replace(outcome.trial, source=question)))
    return replace(outcome, is_moot=bool(asked.tasks) and not asked.lost)


def _outcomes(course: Course, pools: Pools, assignment: Assignment, batch: Batch) -> list[Outcome]:
    submission = Submission.of(assignment.file_name, batch.source.encode())
    request = Request(course=course, assignment=assignment, tasks=batch.tasks, seed=batch.seed)
    job = _as_is_tried(plan(request, submission), batch)
    try:
        answer = pools.pool(assignment.limits).grade(job)
        tasks = {task.task: task for task in score(job, answer)}
    except EngineMissingError:
        raise
    except (SandboxError, EngineFailedError) as error:
        return [Outcome(trial=trial, problem=str(error)) for trial in batch.trials]
    return [
        Outcome(
            trial=trial,
            answer=share_of(answer, batch, trial),
            tasks=tuple(tasks[task.name] for task in trial.tasks),
        )
        for trial in batch.trials
    ]


def _as_is_tried(job: Job, batch: Batch) -> Job:
    """Returns the job with what its kind of trial needs, and without what would only take time."""
    job = msgspec.structs.replace(job, records_uses=batch.records_uses)
    if batch.kind is not TrialKind.MUTANT:
        job = without_mutants(job)
    if batch.kind is TrialKind.MECHANICAL:
        job = _in_short(job)
    if batch.kind is TrialKind.BREACH:  # what breaks a promise may be forbidden, and must not be found by that
        job = msgspec.structs.replace(job, forbid=())
    return job


def _in_short(job: Job) -> Job:
    """Returns a job that waits less for code that hangs."""
    limits = msgspec.structs.replace(
        job.limits,
        test_s=min(job.limits.test_s, MECHANICAL_TEST_S),
        total_s=min(job.limits.total_s, MECHANICAL_TOTAL_S),
    )
    return msgspec.structs.replace(job, limits=limits)


def _of_unfinished(course: Course, assignment: Assignment) -> Proof | None:
    """Returns what is left to do, if there is anything; then trials would fail for no other reason."""
    marks = complaints_about_marks(course, assignment)
    if not marks:
        return None
    return Proof(
        assignment=assignment.slug, is_finished=False, tally=tally([]), complaints=tuple(marks), duration_s=0.0
    )


def _prove(course: Course, assignment: Assignment, outcomes: list[Outcome]) -> Proof:
    coverage = [row for outcome in outcomes for row in _coverage(assignment, outcome)]
    complaints = (
        *complaints_about_texts(course, assignment),
        *complaints_about_classes(coverage),
        *_of_waivers(assignment, coverage, outcomes),
        *complaints_about(outcomes),
        *_of_leaks(course, assignment, outcomes),
        *complaints_about_parts(outcomes, {task: uses for one in outcomes for task, uses in one.answer.uses.items()}),
        *complaints_about_mechanical(course, assignment, outcomes),
        *complaints_about_promises(outcomes),
    )
    return Proof(
        assignment=assignment.slug,
        tally=tally(outcomes),
        coverage=tuple(coverage),
        complaints=tuple(dict.fromkeys(complaints)),  # the same may be found under every seed, and of every form
        duration_s=round(sum(outcome.answer.duration_s for outcome in outcomes), 3),
    )


def _of_leaks(course: Course, assignment: Assignment, outcomes: list[Outcome]) -> Iterator[Complaint]:
    """With full feedback an author keeps nothing back that could leak."""
    if assignment.feedback is Feedback.TERSE:
        yield from complaints_about_leaks(outcomes, sentences_of(course.suite(assignment)))


def _coverage(assignment: Assignment, outcome: Outcome) -> Iterator[Coverage]:
    for task, uses in outcome.answer.uses.items():
        yield from coverage_of(assignment, task, uses)


def _of_waivers(assignment: Assignment, coverage: list[Coverage], outcomes: list[Outcome]) -> Iterator[Complaint]:
    """A waiver is of no use only if everything was tried that it could be of use to."""
    if {row.task for row in coverage} == {task.name for task in assignment.tasks}:
        used = [(row.task, row.subject, name) for row in coverage for name in row.waived]
        promises = [found for outcome in outcomes for found in waived_promises(assignment, outcome.answer.uses)]
        yield from complaints_about_waivers(assignment, [*used, *promises])
