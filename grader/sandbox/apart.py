"""What becomes of a submission that left a sandbox without memory, and did so again alone: each task is judged apart.

The kernel ends whom it likes when there is none left, so that no answer comes and nobody knows how far the tests were.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import chain
from typing import TypeVar

import msgspec

from grader.errors import SandboxMemoryError
from grader.models import Answer, Job, Task

__all__ = ["judge_apart"]

_KEPT_OUTPUT_CHARS = 20_000
_T = TypeVar("_T")


def judge_apart(job: Job, judge: Callable[[Job], Answer]) -> Answer:
    """Returns the answers on all tasks as one. The tests of a task that does it once more get `memory`.

    A test that waits for another task to be right does not wait here, since that one is judged elsewhere.

    Args:
        judge: judges a job in a fresh sandbox.

    Raises:
        SandboxError: as `judge` does, but for the lack of memory.
    """
    answers = [_judge_task(job, task, judge) for task in job.tasks]
    return Answer(
        tests=tuple(chain.from_iterable(answer.tests for answer in answers)),
        results=tuple(chain.from_iterable(answer.results for answer in answers)),
        misconceptions={task: mutant for answer in answers for task, mutant in answer.misconceptions.items()},
        notes=_unique(note for answer in answers for note in answer.notes),
        output="".join(_unique(answer.output for answer in answers))[:_KEPT_OUTPUT_CHARS],
        device=job.device,
        duration_s=sum(answer.duration_s for answer in answers),
        problem=next((answer.problem for answer in answers if answer.problem is not None), None),
    )


def _judge_task(job: Job, task: Task, judge: Callable[[Job], Answer]) -> Answer:
    alone = msgspec.structs.replace(job, tasks=(task,))
    try:
        return judge(alone)
    except SandboxMemoryError:
        return judge(msgspec.structs.replace(alone, is_out_of_memory=True))


def _unique(found: Iterable[_T]) -> tuple[_T, ...]:
    """Every task imports the same file, which prints the same each time."""
    kept: list[_T] = []
    for one in found:
        if one not in kept:
            kept.append(one)
    return tuple(kept)
