"""Trials that are judged together: which, how their submission reads, and that none costs another its points."""

from __future__ import annotations

import functools
from dataclasses import replace
from pathlib import Path

import pytest

from grader.course.course import Course
from grader.models import Answer, Job
from grader.sandbox.pool import Pool
from grader.verify import gate
from grader.verify.batches import Batch, batches_of
from grader.verify.trials import Trial, TrialKind, plan_trials
from grader.verify.verdicts import Outcome

_COURSE = Course(Path(__file__).parents[1] / "courses" / "proved")
_SUMS = _COURSE.assignment("sums")
_TASKS = {task.name: task for task in _SUMS.tasks}
_REFERENCE = _COURSE.solution(_SUMS).read_text(encoding="utf-8")
_NEGATIVE = "def running_sum(x):\n    return -x\n"
_UNLOADABLE = "def running_sum(x, y=1 / 0):\n    return x\n"
_DEADLY = "def running_sum(x):\n    import os\n    os._exit(1)\n"
_RIGHT = """class Scale(nn.Module):
    def __init__(self, f):
        super().__init__()
        self.f = f

    def forward(self, x):
        return x * self.f
"""
_WRONG = _RIGHT.replace("return x * self.f", "return x / self.f")


def _trial(task: str, definition: str = "", postscript: str = "", *, seed: int = 1, kind: str = "mutant") -> Trial:
    return Trial(
        kind=TrialKind(kind),
        name=f"{task} of {seed}",
        source=f"# {task} alone",
        seed=seed,
        tasks=(_TASKS[task],),
        task=task,
        definition=definition,
        postscript=postscript,
    )


def _names(batches: list[Batch]) -> list[list[str]]:
    return [[trial.name for trial in batch.trials] for batch in batches]


def test_trials_of_one_kind_and_seed_are_judged_together_if_their_tasks_differ() -> None:
    trials = [
        _trial("running_sum", _NEGATIVE),
        _trial("running_sum", _DEADLY),
        _trial("running_sum", _NEGATIVE, seed=2),
        _trial("Scale", _RIGHT),
        _trial("Scale", _RIGHT, kind="variant"),
        _trial("Scale", _RIGHT, seed=2),
        _trial("Scale", _RIGHT),
    ]

    batches = batches_of(_REFERENCE, trials)
    assert _names(batches) == [
        ["running_sum of 1", "Scale of 1"],
        ["running_sum of 1", "Scale of 1"],
        ["running_sum of 2", "Scale of 2"],
        ["Scale of 1"],
    ]
    assert [trial for batch in batches for trial in batch.trials if batch.seed != trial.seed] == []
    assert [task.name for task in batches[0].tasks] == ["running_sum", "Scale"]


def test_trials_of_several_tasks_and_those_that_are_whole_files_stay_alone() -> None:
    first = plan_trials(_COURSE, _SUMS, _SUMS.tasks, 1)
    alone = [trial for trial in first if len(trial.tasks) > 1] + [_trial("Scale"), _trial("running_sum")]

    batches = batches_of(_REFERENCE, alone)
    assert len(batches) == len(alone) > 8
    assert [batch.source for batch in batches] == [trial.source for trial in alone]


def test_submission_of_a_batch_has_every_definition_and_what_stands_behind() -> None:
    trials = [_trial("Scale", _RIGHT), _trial("running_sum", _NEGATIVE)]
    behind = [_trial("Scale", postscript="a = 1\n"), _trial("running_sum", postscript="b = 2\n")]

    (replaced,), (extended,) = batches_of(_REFERENCE, trials), batches_of(_REFERENCE, behind)
    assert _NEGATIVE in replaced.source and _RIGHT in replaced.source
    assert "total + value" not in replaced.source and "self.factor" not in replaced.source
    assert extended.source == f"{_REFERENCE}a = 1\nb = 2\n"
    assert [single.source for single in replaced.apart()] == [trial.source for trial in trials]


class _Counting:
    """Lends a pool and counts its jobs."""

    def __init__(self, pool: Pool) -> None:
        self.jobs: list[Job] = []
        self.duration_s = 0.0
        self._pool = pool

    def pool(self, _: object) -> _Counting:
        return self

    def grade(self, job: Job) -> Answer:
        self.jobs.append(job)
        answer = self._pool.grade(job)
        self.duration_s += answer.duration_s
        return answer


def _judged(pool: Pool, *definitions: str) -> tuple[list[Outcome], _Counting, list[str]]:
    """Judges definitions of both tasks together; returns the outcomes, the pool that was asked, and what was told."""
    counting, told = _Counting(pool), list[str]()
    trials = [_trial(task, definition) for task, definition in zip(("running_sum", "Scale"), definitions, strict=True)]
    whole = [replace(trial, source=batches_of(_REFERENCE, [trial, _as_reference(trial)])[0].source) for trial in trials]
    (batch,) = batches_of(_REFERENCE, whole)
    judge = functools.partial(gate._judge, _COURSE, counting, told.append)  # type: ignore[arg-type]
    return judge(_SUMS, batch), counting, told


def _as_reference(trial: Trial) -> Trial:
    """Returns a trial that leaves the other task as it is."""
    return _trial("Scale" if trial.task == "running_sum" else "running_sum", postscript="\n")


def test_batch_shows_of_each_trial_what_is_its_own(warm_pool: Pool) -> None:
    (sums, scale), asked, told = _judged(warm_pool, _NEGATIVE, _WRONG)
    assert (len(asked.jobs), told) == (1, ["sums", "sums"])
    assert [list(outcome.lost) for outcome in (sums, scale)] == [["running_sum"], ["Scale"]]
    assert {spec.task for spec in scale.answer.tests} == {"Scale"}
    assert [result.test for result in scale.answer.results] == [spec.test for spec in scale.answer.tests]
    assert (list(sums.answer.misconceptions), list(scale.answer.misconceptions)) == ([], ["Scale"])
    assert sums.answer.duration_s + scale.answer.duration_s == pytest.approx(asked.duration_s)


@pytest.mark.parametrize("definition", [_UNLOADABLE, _DEADLY], ids=["does-not-load", "ends-its-process"])
def test_what_may_have_cost_another_its_points_is_judged_alone(warm_pool: Pool, definition: str) -> None:
    (sums, scale), asked, told = _judged(warm_pool, definition, _RIGHT)
    assert (len(asked.jobs), told) == (3, ["sums", "sums"])
    assert list(sums.lost) == ["running_sum"] and sums.lost["running_sum"].score == 0.0
    assert not scale.lost and scale.problem is None


def test_where_no_process_can_be_forked_every_trial_is_judged_alone(
    warm_pool: Pool, monkeypatch: pytest.MonkeyPatch
) -> None:
    counts = []
    for forks in (True, False):
        counting = _Counting(warm_pool)
        monkeypatch.setattr(gate, "can_fork", lambda forks=forks: forks)
        monkeypatch.setattr(gate, "Pools", lambda _, counting=counting: _Entered(counting))
        found = gate.verify(_COURSE, [_SUMS], seeds=2)
        assert found.is_proved
        counts.append(len(counting.jobs))
    together, alone = counts
    assert together < alone


class _Entered:
    def __init__(self, pools: _Counting) -> None:
        self._pools = pools

    def __enter__(self) -> _Counting:
        return self._pools

    def __exit__(self, *_: object) -> None:
        pass
