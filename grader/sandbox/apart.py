"""What becomes of a submission that left a sandbox without memory, and did so again alone: each task is judged apart.

The kernel ends whom it likes when there is none left, so that no answer comes and nobody knows how far the tests were.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from itertools import chain
from typing import TypeVar

import msgspec

from grader.errors import SandboxMemoryError
from grader.models import Answer, Job, TestResult, TestSpec, Verdict
from grader.runtime.wire.phrases import say

__all__ = ["judge_apart"]

_KEPT_OUTPUT_CHARS = 20_000
_SHORTEST_S = 0.1  # of a job whose time is used up: its tests say so
_T = TypeVar("_T")


def judge_apart(job: Job, judge: Callable[[Job], Answer]) -> Answer:
    """Returns the answers on all tasks as one. The tests of a task that does it once more get `memory`.

    All tasks together have the time of one submission, as if they were judged in one sandbox, and what waits for a task
    to be right waits for it here too.

    Args:
        judge: judges a job in a fresh sandbox.

    Raises:
        SandboxError: as `judge` does, but for the lack of memory.
    """
    left_s = job.limits.total_s
    answers: list[Answer] = []
    for task in job.tasks:
        started = time.monotonic()
        limits = msgspec.structs.replace(job.limits, total_s=max(left_s, _SHORTEST_S))
        answers.append(_judge_task(msgspec.structs.replace(job, tasks=(task,), limits=limits), judge))
        left_s -= time.monotonic() - started
    tests = tuple(chain.from_iterable(answer.tests for answer in answers))
    results = tuple(chain.from_iterable(answer.results for answer in answers))
    return Answer(
        tests=tests,
        results=tuple(_held_back(tests, results)),
        misconceptions={task: mutants for answer in answers for task, mutants in answer.misconceptions.items()},
        notes=_unique(note for answer in answers for note in answer.notes),
        output="".join(_unique(answer.output for answer in answers))[:_KEPT_OUTPUT_CHARS],
        device=job.device,
        duration_s=sum(answer.duration_s for answer in answers),
        problem=next((answer.problem for answer in answers if answer.problem is not None), None),
    )


def _judge_task(job: Job, judge: Callable[[Job], Answer]) -> Answer:
    try:
        return judge(job)
    except SandboxMemoryError:
        return judge(msgspec.structs.replace(job, is_out_of_memory=True))


def _held_back(tests: tuple[TestSpec, ...], results: tuple[TestResult, ...]) -> Iterator[TestResult]:
    """Yields the results in their order, but none of a test that should have waited for a task which is not right."""
    specs = {spec.test: spec for spec in tests}
    verdicts: dict[str, list[Verdict]] = {spec.task: [] for spec in tests}
    for result in results:
        spec = specs[result.test]
        open_task = next((task for task in spec.depends if task in verdicts and not _is_right(verdicts[task])), None)
        if open_task is not None and result.verdict is not Verdict.SKIPPED:
            told = say("not run until `{task}` is right", task=open_task)
            result = TestResult(test=result.test, verdict=Verdict.NOT_RUN, kind="not_run", message=told)
        if not spec.needs_value:
            verdicts[spec.task].append(result.verdict)
        yield result


def _is_right(verdicts: list[Verdict]) -> bool:
    """Says what the examiner says of a task whose values were judged by then."""
    judged = [verdict for verdict in verdicts if verdict is not Verdict.SKIPPED]
    return Verdict.PASSED in judged and all(verdict is Verdict.PASSED for verdict in judged)


def _unique(found: Iterable[_T]) -> tuple[_T, ...]:
    """Every task imports the same file, which prints the same each time."""
    kept: list[_T] = []
    for one in found:
        if one not in kept:
            kept.append(one)
    return tuple(kept)
