"""How a breach is judged: without bans, and asked whether it is one where it lost nothing."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from grader.course.course import Course
from grader.models import Answer, Job, TestResult, TestSpec, Verdict, Visibility
from grader.verify import gate
from grader.verify.batches import Batch
from grader.verify.trials import Trial, TrialKind

_PROVED = Path(__file__).parents[1] / "courses" / "proved"


class _Pools:
    """Answers a source that holds a word with one wrong test, others with full marks; keeps the jobs."""

    def __init__(self, word: str) -> None:
        self.jobs: list[Job] = []
        self._word = word

    def pool(self, _: object) -> _Pools:
        return self

    def grade(self, job: Job) -> Answer:
        self.jobs.append(job)
        is_wrong = self._word in job.submission.source.decode()
        spec = TestSpec(
            test="t",
            task="running_sum",
            title={"en": "T"},
            visibility=Visibility.HIDDEN,
            weight=1,
            needs_value=False,
            gpu=False,
            hint=None,
            depends=(),
        )
        result = TestResult(test="t", verdict=Verdict.FAILED if is_wrong else Verdict.PASSED)
        return Answer(tests=(spec,), results=(result,))


def _judged(word: str) -> tuple[Any, list[Job]]:
    course = Course(_PROVED)
    assignment, pools = course.assignment("sums"), _Pools(word)
    trial = Trial(
        kind=TrialKind.BREACH,
        name="gradient",
        subject="x",
        source="# broken",
        question="# question",
        seed=0,
        tasks=assignment.tasks[:1],
        task="running_sum",
    )
    (outcome,) = gate._judge(course, pools, lambda _: None, assignment, Batch.alone(trial))  # type: ignore[arg-type]
    return outcome, pools.jobs


@pytest.mark.parametrize(
    ("word", "is_lost", "is_moot", "count"),
    [("broken", True, False, 1), ("question", False, False, 2), ("-", False, True, 2)],
)
def test_breach_that_lost_nothing_is_asked_whether_it_is_one(
    word: str, is_lost: bool, is_moot: bool, count: int
) -> None:
    outcome, jobs = _judged(word)
    assert (bool(outcome.lost), outcome.is_moot, len(jobs)) == (is_lost, is_moot, count)


def test_what_is_forbidden_is_not_forbidden_to_a_breach() -> None:
    _, jobs = _judged("-")
    assert Course(_PROVED).assignment("sums").forbid
    assert [job.forbid for job in jobs] == [(), ()]
