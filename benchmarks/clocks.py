"""Clocks around the functions that make up the work of a sandbox. Imported in it: nothing here needs the host's side.

They write into memory that all processes of a sandbox share, since those are forks of each other; the engine itself
knows nothing of it. What runs inside another stage is taken out of it, so that the stages of one side add up.
"""

from __future__ import annotations

import functools
import mmap
import os
import resource
import struct
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

__all__ = ["STAGES", "Clock", "Cost", "serve"]

STAGES = {
    "host: answer": "all from the job's way out to the scored answer, but for what is below",
    "host: store": "the submission is taken from the queue, the report kept",
    "examiner: start": "its fork, and its first steps",
    "examiner: candidates": "asking for candidates, and their start",
    "examiner: outline": "the text is read, in a candidate",
    "examiner: load": "the file is run, in each candidate",
    "examiner: requests": "values are carried there and back, and waited for",
    "examiner: comparison": "answers are compared",
    "examiner: tests": "pytest's protocol, and the tests' own bodies",
    "examiner: drops": "candidates are given up",
    "examiner: misconceptions": "mutants are asked the same",
    "examiner: the rest": "what is left of its time",
    "candidate: load": "the student's file, within `examiner: load`",
    "candidate: code": "the student's code, within `examiner: requests`",
    "nursery: forks": "candidates are forked, spares too",
    "nursery: rehearsals": "a spare does once what it will do",
    "supervisor: sweep": "behind the answer: what ran is ended and removed",
}
_ASKED = {"outline": "examiner: outline", "load": "examiner: load"}
_ANSWERED = {"load": "candidate: load", "call": "candidate: code", "run": "candidate: code"}
_ALONE = "nursery: rehearsals"  # what it does is no submission's
_SLOT = struct.Struct("dddd")
_PROCESSES = 4096


class Cost(NamedTuple):
    """What a stage cost.

    Attributes:
        faults: pages that a process touched for the first time; most of them are then copied.
    """

    calls: float = 0.0
    wall_s: float = 0.0
    cpu_s: float = 0.0
    faults: float = 0.0

    def plus(self, other: Cost, sign: int = 1) -> Cost:
        return Cost(*(one + sign * another for one, another in zip(self, other, strict=True)))


class Clock:
    """Adds up costs in memory that is shared with forks, and with whoever opens the same file.

    Each process writes to a place of its own; which one, its number says.
    """

    def __init__(self, file: Path) -> None:
        self._row_bytes = _SLOT.size * len(STAGES)
        with file.open("a+b") as opened:
            opened.truncate(self._row_bytes * _PROCESSES)
            self._memory = mmap.mmap(opened.fileno(), self._row_bytes * _PROCESSES)
        self._places = {name: number * _SLOT.size for number, name in enumerate(STAGES)}
        self._inner = [Cost()]
        self._counts_nothing = False

    def clear(self) -> None:
        self._memory[:] = bytes(len(self._memory))

    def read(self) -> dict[str, Cost]:
        found = dict.fromkeys(STAGES, Cost())
        for row in range(0, len(self._memory), self._row_bytes):
            for name, place in self._places.items():
                found[name] = found[name].plus(Cost(*_SLOT.unpack_from(self._memory, row + place)))
        return found

    def add(self, stage: str, cost: Cost) -> None:
        place = os.getpid() % _PROCESSES * self._row_bytes + self._places[stage]
        _SLOT.pack_into(self._memory, place, *Cost(*_SLOT.unpack_from(self._memory, place)).plus(cost))

    @contextmanager
    def around(self, stage: str) -> Iterator[None]:
        self._inner.append(Cost())
        before, self._counts_nothing = _now(), stage == _ALONE
        try:
            yield
        finally:
            self._counts_nothing = False
            whole, inner = _now().plus(before, -1), self._inner.pop()
            self._inner[-1] = self._inner[-1].plus(whole)
            self.add(stage, whole.plus(inner, -1)._replace(calls=1.0))

    def put_around(self, owner: Any, name: str, stage_of: Callable[..., str]) -> None:
        """Has each call of a function counted in the stage that its arguments say."""
        function = getattr(owner, name)

        @functools.wraps(function)
        def timed(*args: Any, **kwargs: Any) -> Any:
            if self._counts_nothing:
                return function(*args, **kwargs)
            with self.around(stage_of(*args, **kwargs)):
                return function(*args, **kwargs)

        setattr(owner, name, timed)


def _now() -> Cost:
    return Cost(0.0, time.perf_counter(), time.thread_time(), resource.getrusage(resource.RUSAGE_THREAD).ru_minflt)


def serve(file: str) -> None:
    """Runs a supervisor with clocks in it."""
    from grader.runtime.trusted import compare

    clock = Clock(Path(file))
    clock.put_around(compare, "assert_close", lambda *_, **__: "examiner: comparison")  # before a suite imports it

    from grader.runtime.processes import nursery, supervisor
    from grader.runtime.processes.nursery_client import NurseryClient
    from grader.runtime.trusted import link, template
    from grader.runtime.trusted.examiner import Examiner
    from grader.runtime.trusted.plugin import SuitePlugin
    from grader.runtime.untrusted import candidate

    clock.put_around(link.CandidateLink, "__init__", lambda *_: "examiner: candidates")
    clock.put_around(link.CandidateLink, "ask", lambda _, request, __: _ASKED.get(request["do"], "examiner: requests"))
    clock.put_around(link.CandidateLink, "drop", lambda *_: "examiner: drops")
    clock.put_around(SuitePlugin, "_run", lambda *_: "examiner: tests")
    clock.put_around(SuitePlugin, "judge", lambda *_: "examiner: the rest")
    clock.put_around(Examiner, "misconceptions", lambda *_: "examiner: misconceptions")
    clock.put_around(candidate.Candidate, "answer", lambda _, request: _ANSWERED.get(request["do"], "candidate: code"))
    clock.put_around(candidate, "rehearse", lambda: _ALONE)
    clock.put_around(nursery._Nursery, "_fork", lambda *_, **__: "nursery: forks")
    clock.put_around(NurseryClient, "sweep", lambda *_: "supervisor: sweep")
    _count_starts(clock, template)
    supervisor.main()


def _count_starts(clock: Clock, template: Any) -> None:
    """Counts from a template's receiving a job to the examiner's first step: the one is forked in between."""
    receive, judge_in_fork = template.DescriptorStream.receive, template._judge
    received = [0.0]

    def noted(*args: Any) -> Any:
        message = receive(*args)
        received[0] = time.perf_counter()
        return message

    def started(*args: Any, **kwargs: Any) -> Any:
        used = resource.getrusage(resource.RUSAGE_SELF)  # a fork's own counts begin at zero
        clock.add("examiner: start", Cost(1.0, time.perf_counter() - received[0], time.process_time(), used.ru_minflt))
        return judge_in_fork(*args, **kwargs)

    template.DescriptorStream.receive, template._judge = noted, started
