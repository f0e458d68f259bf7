"""Tasks that are judged apart earn what they would together: nobody gains by running a sandbox out of memory."""

from __future__ import annotations

import time
from collections.abc import Callable

import msgspec
import pytest

from grader.errors import SandboxMemoryError
from grader.models import Answer, Job, TestSpec, Verdict
from grader.sandbox.apart import judge_apart
from tests.support.factories import make_job, make_result, make_spec, make_task


def _job(*names: str, **changes: object) -> Job:
    return msgspec.structs.replace(make_job(), tasks=tuple(make_task(name) for name in names), **changes)


def _answering(
    verdicts: dict[str, Verdict], specs: dict[str, TestSpec], hogs: tuple[str, ...] = ()
) -> Callable[[Job], Answer]:
    def judge(job: Job) -> Answer:
        name = job.tasks[0].name
        if name in hogs and not job.is_out_of_memory:
            raise SandboxMemoryError("no memory")
        verdict = Verdict.MEMORY if job.is_out_of_memory else verdicts[name]
        return Answer(tests=(specs[name],), results=(make_result(specs[name].test, verdict),))

    return judge


@pytest.mark.parametrize("first", [Verdict.FAILED, Verdict.MEMORY, Verdict.NOT_RUN, Verdict.CRASHED])
def test_what_waits_for_a_task_that_is_not_right_is_not_run(first: Verdict) -> None:
    specs = {"first": make_spec("a", "first"), "third": make_spec("c", "third", depends=("first",))}
    judge = _answering({"first": first, "third": Verdict.PASSED}, specs)
    answer = judge_apart(_job("first", "third"), judge)
    assert [result.verdict for result in answer.results] == [first, Verdict.NOT_RUN]
    assert answer.results[1].message["en"] == "not run until `first` is right"
    assert answer.results[1].kind == "not_run"


def test_what_waits_for_a_task_that_ran_out_of_memory_is_not_run_and_what_waits_for_that_neither() -> None:
    specs = {
        "first": make_spec("a", "first"),
        "second": make_spec("b", "second", depends=("first",)),
        "third": make_spec("c", "third", depends=("second",)),
        "free": make_spec("d", "free"),
    }
    judge = _answering(dict.fromkeys(specs, Verdict.PASSED), specs, hogs=("first",))
    verdicts = [result.verdict for result in judge_apart(_job(*specs), judge).results]
    assert verdicts == [Verdict.MEMORY, Verdict.NOT_RUN, Verdict.NOT_RUN, Verdict.PASSED]


def test_what_waits_for_a_task_that_is_right_keeps_its_verdict() -> None:
    specs = {"first": make_spec("a", "first"), "third": make_spec("c", "third", depends=("first", "elsewhere"))}
    judge = _answering({"first": Verdict.PASSED, "third": Verdict.PASSED}, specs)
    verdicts = [result.verdict for result in judge_apart(_job("first", "third"), judge).results]
    assert verdicts == [Verdict.PASSED, Verdict.PASSED]


def test_tasks_apart_share_the_time_of_one_submission() -> None:
    given: list[float] = []

    def judge(job: Job) -> Answer:
        given.append(job.limits.total_s)
        time.sleep(0.2)
        return Answer()

    judge_apart(_job("a", "b", "c", limits=msgspec.structs.replace(make_job().limits, total_s=0.3)), judge)
    assert given[0] == 0.3
    assert 0 < given[1] < 0.15
    assert given[2] == 0.1
