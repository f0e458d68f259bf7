"""Plans a batch: reads what came in, and says which submissions the present suites have not judged yet."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from itertools import islice

import msgspec

from grader.classroom.store.judgings import NO_SUBMISSION
from grader.classroom.store.queue import Scope
from grader.classroom.store.records import Arrival, JudgingKey, Pending
from grader.classroom.store.store import Store
from grader.course.course import Course
from grader.errors import EngineFailedError, UserError
from grader.language import in_language
from grader.models import Assignment, Job, Submission, Text
from grader.pipeline import Request, new_seed, plan
from grader.sandbox.fingerprint import judging_version
from grader.submission.collect import Found
from grader.submission.intake import take_in
from grader.submission.naming import printable
from grader.submission.remarks import Remark

__all__ = ["BatchOptions", "Planner", "Reading", "let_wait", "plan_work", "read_all"]

_FILES_AT_ONCE = 100


@dataclass(frozen=True, kw_only=True)
class BatchOptions:
    """How a batch is judged.

    Attributes:
        sandbox: `docker` or `process`.
        jobs: how many submissions at a time; none to leave it all to workers elsewhere.
        device: `cpu` or `cuda`.
        gpus: ids of the GPUs to share out; with `cuda` and none, every job sees all.
        gpus_per_job: a whole number of GPUs or a fraction of one.
        engine: `local`, or `ray`, whose actors the jobs are then.
        address: of the Ray cluster; by default what `RAY_ADDRESS` says, or one that is started on this machine.
    """

    sandbox: str = "docker"
    jobs: int = 1
    device: str = "cpu"
    gpus: tuple[str, ...] = ()
    gpus_per_job: float = 1.0
    engine: str = "local"
    address: str | None = None
    language: str = "en"


@dataclass(frozen=True, kw_only=True)
class Reading:
    """What the files of a class hold.

    Attributes:
        remarks: on how notebooks were read.
        failures: what could not be read on our side, by student and assignment.
    """

    arrivals: tuple[Arrival, ...]
    remarks: tuple[Remark, ...]
    failures: dict[tuple[str, str], str]


def read_all(
    course: Course, found: Iterable[Found], jobs: int, *, on_read: Callable[[list[Submission]], None]
) -> Reading:
    """Reads what was found; what is refused arrives too, with the reason.

    Args:
        on_read: is given the submissions, some at a time: nobody else holds their texts.

    Raises:
        UserError: if an assignment does not read.
    """
    assignments = {slug: course.assignment(slug) for slug in course.slugs}
    read: list[_Read] = []
    left = iter(found)
    with ThreadPoolExecutor(max_workers=max(1, jobs), thread_name_prefix="read") as executor:
        while some := list(islice(left, _FILES_AT_ONCE)):
            ones = list(executor.map(lambda one: _read(one, assignments[one.assignment]), some))
            on_read([one.submission for one in ones if one.submission is not None])
            read += [replace(one, submission=None) for one in ones]
    failed = {(one.arrival.student, one.arrival.assignment): one.failure for one in read if one.failure is not None}
    return Reading(
        arrivals=tuple(one.arrival for one in read),
        remarks=tuple(
            Remark(path=one.arrival.path, message=in_language(note, "en"), student=one.arrival.student)
            for one in read
            for note in one.notes
        ),
        failures=failed,
    )


def plan_work(
    course: Course, store: Store, arrived: Iterable[Arrival], slugs: list[str], options: BatchOptions
) -> tuple[list[Pending], Scope]:
    """Lets what the present suites have not judged wait in the store, and returns it, with what is to be worked on.

    What they judged already counts again, if another suite's grading counted meanwhile.
    """
    planner = Planner(course, options)
    wanted: dict[JudgingKey, Pending] = {}
    for arrival in arrived:
        if arrival.submission_sha256 is not None:
            one = planner.pending(arrival.student, arrival.assignment, arrival.submission_sha256, new_seed())
            wanted.setdefault(one.key, one)
    scope = planner.scope(slugs)
    return let_wait(store, wanted, planner.plans(slugs), scope), scope


def let_wait(
    store: Store, wanted: Mapping[JudgingKey, Pending], plans: Mapping[str, Job], scope: Scope
) -> list[Pending]:
    """Lets what was not judged yet wait in the store, and returns it; what was judged already counts again."""
    graded = store.journal.graded_keys()
    store.journal.put_in_force([key for key in wanted if key in graded])
    return store.queue.put(wanted.values(), plans, scope)


class Planner:
    """Plans work under the suites as they are when each is first needed: one batch never sees a suite change."""

    def __init__(self, course: Course, options: BatchOptions) -> None:
        self._course = course
        self._options = options
        self._plans: dict[str, Job] = {}

    def pending(
        self, student: str, slug: str, submission_sha256: str, seed: int, *, action: str = "grade", priority: int = 0
    ) -> Pending:
        """Returns the work on a submission.

        Raises:
            UserError: if the assignment does not read.
        """
        job = self.plan(slug)
        key = JudgingKey(
            student=student,
            assignment=slug,
            submission_sha256=submission_sha256,
            suite_sha256=job.suite.sha256,
            device=job.device,
        )
        return Pending(key=key, seed=seed, language=self._options.language, action=action, priority=priority)

    def plan(self, slug: str) -> Job:
        """Returns all that judges an assignment now: a job without a submission. Raises as `pending` does."""
        if slug not in self._plans:
            self._plans[slug] = self._plan(self._course.assignment(slug))
        return self._plans[slug]

    def plans(self, slugs: Iterable[str]) -> dict[str, Job]:
        """Returns the plans of assignments by the hash of their suites. Raises as `pending` does."""
        return {job.suite.sha256: job for job in map(self.plan, slugs)}

    def scope(self, slugs: Iterable[str]) -> Scope:
        """Returns what is worked on where these assignments are."""
        return Scope(version=judging_version(), device=self._options.device, assignments=tuple(slugs))

    def _plan(self, assignment: Assignment) -> Job:
        device = self._options.device
        request = Request(course=self._course, assignment=assignment, tasks=assignment.tasks, seed=0, device=device)
        return plan(request, NO_SUBMISSION)


@dataclass(frozen=True, kw_only=True)
class _Read:
    arrival: Arrival
    submission: Submission | None = None
    notes: tuple[Text, ...] = ()
    failure: str | None = None


def _read(found: Found, assignment: Assignment) -> _Read:
    arrival = Arrival(
        student=found.student,
        assignment=found.assignment,
        number=found.number,
        submitted_at=found.submitted_at,
        evidence=found.evidence,
        path=found.name,
        file=found.file,
        notes=found.notes,
        submission_sha256=None,
        refusal=None,
    )
    try:
        taken = take_in(found.path, assignment, is_notebook=found.is_notebook)
    except UserError as error:  # refused, or gone since it was found
        return _Read(arrival=msgspec.structs.replace(arrival, refusal=printable(str(error))))
    except EngineFailedError as error:
        return _Read(arrival=arrival, failure=str(error))
    notes = (*found.notes, *taken.notes, *filter(None, (taken.places,)))
    arrival = msgspec.structs.replace(arrival, submission_sha256=taken.submission.sha256, notes=notes)
    return _Read(arrival=arrival, submission=taken.submission, notes=taken.notes)
