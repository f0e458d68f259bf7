"""Trials that are judged together: one submission that is wrong, or right in another way, in several tasks. Pure.

Each task has a process of its own, and so a batch shows of every trial what it shows alone, for the price of one
submission. What ends a process or keeps the file from loading may be another trial's doing: then all are judged anew,
each alone.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

import msgspec

from grader.models import Answer, Task, TaskReport, Verdict
from grader.suite.mutants import with_definitions
from grader.verify.trials import Trial, TrialKind

__all__ = ["Batch", "batches_of", "is_spoilt", "share_of"]

_ENDS = {Verdict.TIMEOUT, Verdict.MEMORY, Verdict.CRASHED}
_DOES_NOT_LOAD = {"import", "missing", "syntax"}


@dataclass(frozen=True)
class Batch:
    """Trials of one kind and seed, no two of which stand in for the same task.

    Attributes:
        source: the submission that is judged.
    """

    trials: tuple[Trial, ...]
    source: str

    @property
    def kind(self) -> TrialKind:
        return self.trials[0].kind

    @property
    def seed(self) -> int:
        return self.trials[0].seed

    @property
    def tasks(self) -> tuple[Task, ...]:
        return tuple(task for trial in self.trials for task in trial.tasks)

    @property
    def records_uses(self) -> bool:
        return self.trials[0].records_uses

    @classmethod
    def alone(cls, trial: Trial) -> Batch:
        return cls((trial,), trial.source)

    def apart(self) -> list[Batch]:
        """Returns its trials, each alone."""
        return [Batch.alone(trial) for trial in self.trials]


def batches_of(reference: str, trials: Iterable[Trial]) -> list[Batch]:
    """Puts trials together that can be judged so; the others stay alone. The order is that of each one's first."""
    found: dict[object, list[Trial]] = {}
    met: Counter[object] = Counter()
    for number, trial in enumerate(trials):
        if not _can_be_joined(trial):
            found[number] = [trial]
            continue
        kind = (trial.kind, trial.seed)
        found.setdefault((*kind, met[*kind, trial.task]), []).append(trial)
        met[*kind, trial.task] += 1
    return [_joined(reference, together) for together in found.values()]


def _can_be_joined(trial: Trial) -> bool:
    return len(trial.tasks) == 1 and bool(trial.definition or trial.postscript)


def _joined(reference: str, trials: list[Trial]) -> Batch:
    if len(trials) == 1:
        return Batch.alone(trials[0])
    definitions = {trial.task: trial.definition for trial in trials if trial.task and trial.definition}
    text = with_definitions(reference, definitions)
    return Batch(tuple(trials), text + "".join(trial.postscript for trial in trials))


def is_spoilt(tasks: Iterable[TaskReport]) -> bool:
    """Whether a process ended, or the file did not load, so that one trial may have cost another one its points."""
    return any(test.verdict in _ENDS or test.kind in _DOES_NOT_LOAD for task in tasks for test in task.tests)


def share_of(answer: Answer, batch: Batch, trial: Trial) -> Answer:
    """Returns the part of an answer to a batch that is about one of its trials."""
    if len(batch.trials) == 1:
        return answer
    own = {task.name for task in trial.tasks}
    tests = tuple(spec for spec in answer.tests if spec.task in own)
    names = {spec.test for spec in tests}
    return msgspec.structs.replace(
        answer,
        tests=tests,
        results=tuple(result for result in answer.results if result.test in names),
        misconceptions={task: told for task, told in answer.misconceptions.items() if task in own},
        duration_s=answer.duration_s / len(batch.trials),
    )
