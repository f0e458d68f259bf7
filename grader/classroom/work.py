"""Plans a batch: which submissions the present suites have not judged yet."""

from __future__ import annotations

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

import msgspec

from grader.classroom.store.journal import NO_SUBMISSION
from grader.classroom.store.records import Arrival, JudgingKey
from grader.classroom.store.store import Store
from grader.course.course import Course
from grader.errors import EngineFailedError, UserError
from grader.language import in_language
from grader.models import Assignment, Job, Submission, Text
from grader.pipeline import Request, new_seed, plan
from grader.sandbox import factory
from grader.submission.collect import Found
from grader.submission.intake import take_in
from grader.submission.naming import printable
from grader.submission.remarks import Remark

__all__ = ["BatchOptions", "Planner", "Reading", "Work", "plan_work", "read_all"]


@dataclass(frozen=True, kw_only=True)
class BatchOptions:
    """How a batch is judged.

    Attributes:
        sandbox: `docker` or `process`.
        jobs: how many submissions at a time.
        device: `cpu` or `cuda`.
        gpus: ids of the GPUs to share out; with `cuda` and none, every job sees all.
        gpus_per_job: a whole number of GPUs or a fraction of one.
    """

    sandbox: str = "docker"
    jobs: int = 1
    device: str = "cpu"
    gpus: tuple[str, ...] = ()
    gpus_per_job: float = 1.0
    language: str = "en"


@dataclass(frozen=True, kw_only=True)
class Work:
    """One submission to judge, with the suite as it is now."""

    key: JudgingKey
    request: Request
    job: Job


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


def read_all(course: Course, found: Iterable[Found], jobs: int) -> Reading:
    """Reads what was found; what is refused arrives too, with the reason.

    Raises:
        UserError: if an assignment does not read.
    """
    assignments = {slug: course.assignment(slug) for slug in course.slugs}
    with ThreadPoolExecutor(max_workers=jobs, thread_name_prefix="read") as executor:
        read = list(executor.map(lambda one: _read(one, assignments[one.assignment]), found))
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


def plan_work(course: Course, store: Store, arrived: Iterable[Arrival], options: BatchOptions) -> list[Work]:
    """Returns what the present suites have not judged, by assignment so that a warm suite is used again.

    What they judged already counts again, if another suite's grading counted meanwhile.
    """
    planner = Planner(course, options)
    wanted: dict[JudgingKey, Work] = {}
    for arrival in arrived:
        if arrival.submission is not None:
            work = planner.work(arrival.student, arrival.assignment, arrival.submission, new_seed())
            wanted.setdefault(work.key, work)
    graded = store.journal.graded_keys()
    store.journal.put_in_force([key for key in wanted if key in graded])
    return sorted((work for key, work in wanted.items() if key not in graded), key=lambda work: work.key.assignment)


class Planner:
    """Plans work under the suites as they are when each is first needed: one batch never sees a suite change."""

    def __init__(self, course: Course, options: BatchOptions) -> None:
        self._course = course
        self._options = options
        self._first: dict[str, tuple[Request, Job]] = {}

    def work(self, student: str, slug: str, submission: Submission, seed: int) -> Work:
        """Returns the work on a submission.

        Raises:
            UserError: if the assignment does not read.
        """
        request, job = self._plan(slug)
        key = JudgingKey(
            student=student,
            assignment=slug,
            submission_sha256=submission.sha256,
            suite_sha256=job.suite.sha256,
            device=job.device,
        )
        return Work(
            key=key,
            request=replace(request, student=student, seed=seed),
            job=msgspec.structs.replace(job, submission=submission, seed=seed),
        )

    def suite_sha256(self, slug: str) -> str:
        """Returns the hash of all that judges an assignment now. Raises as `work` does."""
        return self._plan(slug)[1].suite.sha256

    def _plan(self, slug: str) -> tuple[Request, Job]:
        if slug not in self._first:
            request = self._request(self._course.assignment(slug))
            self._first[slug] = request, plan(request, NO_SUBMISSION)
        return self._first[slug]

    def _request(self, assignment: Assignment) -> Request:
        options = self._options
        return Request(
            course=self._course,
            assignment=assignment,
            tasks=assignment.tasks,
            seed=0,
            device=options.device,
            sandbox=options.sandbox,
            image=factory.image_of(options.sandbox, assignment.limits, options.device),
            language=options.language,
        )


@dataclass(frozen=True, kw_only=True)
class _Read:
    arrival: Arrival
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
        submission=None,
        refusal=None,
    )
    try:
        taken = take_in(found.path, assignment, is_notebook=found.is_notebook)
    except UserError as error:  # refused, or gone since it was found
        return _Read(arrival=msgspec.structs.replace(arrival, refusal=printable(str(error))))
    except EngineFailedError as error:
        return _Read(arrival=arrival, failure=str(error))
    notes = (*found.notes, *taken.notes, *filter(None, (taken.places,)))
    arrival = msgspec.structs.replace(arrival, submission=taken.submission, notes=notes)
    return _Read(arrival=arrival, notes=taken.notes)
