"""An actor that judges by waiting, as if each node were a machine of its own; and a command that has such ones work.

Imported on the nodes of a cluster that tests start: nothing here may need pytest.
"""

from __future__ import annotations

import os
import signal
import sys
import time
from typing import Any

import msgspec
import ray

from grader.classroom.store import claims
from grader.classroom.store.queue import Scope
from grader.classroom.store.records import JudgingKey, Pending
from grader.classroom.store.store import Store, open_store_at
from grader.classroom.work import BatchOptions
from grader.commands.interrupts import orderly_interrupts
from grader.engine import crew
from grader.engine.actor import Actor, Duty
from grader.engine.engine import work_through
from grader.models import Answer, Job
from grader.sandbox import factory
from grader.sandbox.fingerprint import judging_version
from tests.support.factories import make_result, make_spec
from tests.support.store import make_job_for, make_key, make_source

__all__ = ["KILLER", "SCOPE", "PatientActor", "fill", "key_of", "main", "options_for"]

SCOPE = Scope(version=judging_version())
KILLER = "kill"
_JUDGING_S = 0.5


class _Pool:
    """Takes a while for each submission, and the process with it if the submission says so; prints its GPUs."""

    def __init__(self, gpus: tuple[str, ...]) -> None:
        self._gpus = gpus

    def __enter__(self) -> _Pool:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def warm(self) -> None:
        pass

    def grade(self, job: Job) -> Answer:
        if KILLER.encode() in job.submission.source:
            os.kill(os.getpid(), signal.SIGKILL)
        time.sleep(_JUDGING_S)
        return Answer(tests=(make_spec("a"),), results=(make_result("a"),), output=" ".join(self._gpus))


class PatientActor(Actor):
    """Its claims name its node as their machine, so that nobody can tell by its process that it is gone."""

    def __init__(self, duty: Duty) -> None:
        node = ray.get_runtime_context().get_node_id()
        claims._host = lambda: node  # in the process of this actor alone
        factory.make_pool = lambda *_, gpus=(), **__: _Pool(gpus)  # type: ignore[assignment]
        factory.image_of = lambda *_: None
        super().__init__(duty)


def fill(store: Store, *texts: str, scope: Scope = SCOPE) -> None:
    """Lets submissions wait in a store, each of a student of its own."""
    keys = [key_of(number, text, scope) for number, text in enumerate(texts)]
    store.journal.keep_sources(make_source(text) for text in texts)
    store.queue.put([Pending(key=key, seed=7) for key in keys], {keys[0].suite_sha256: make_job_for(keys[0])}, scope)


def key_of(number: int, text: str, scope: Scope = SCOPE) -> JudgingKey:
    return msgspec.structs.replace(make_key(text, f"s{number:03}"), device=scope.device)


def options_for(address: str, **changes: Any) -> BatchOptions:
    return BatchOptions(**{"sandbox": "process", "engine": "ray", "address": address, "jobs": 2, **changes})


def main(url: str, address: str) -> None:
    """Works off a store as the command `learn grade` does."""
    setattr(crew, "Actor", PatientActor)  # noqa: B010 - mypy lets nobody assign a class
    with orderly_interrupts(), open_store_at(url) as store:
        work_through(store, SCOPE, options_for(address))


if __name__ == "__main__":
    from tests.support import actors  # not `__main__`, which no node could import

    actors.main(*sys.argv[1:])
