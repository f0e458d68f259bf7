"""Where the time of one submission goes: `python -m benchmarks.run stages`.

A sandbox is started with clocks around the functions that make up its work. They write into memory that all of its
processes share, since those are forks of each other; the engine itself knows nothing of it. What runs inside another
stage is taken out of it, so that the stages of one side add up.
"""

from __future__ import annotations

import contextlib
import functools
import mmap
import os
import resource
import shutil
import signal
import struct
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from grader.classroom.store.records import JudgingKey
from grader.classroom.store.store import open_store
from grader.models import Job
from grader.pipeline import Request, judge, plan
from grader.sandbox import process
from grader.sandbox.pool import Pool
from grader.sandbox.process import ProcessSandbox

__all__ = ["print_stages", "serve", "stages_of", "system_calls_of"]

_ROOT = Path(__file__).parents[1]
_BOOT = "import sys; sys.path.insert(0, {root!r}); from benchmarks.stages import serve; serve({file!r})"
_STAGES = {
    "host: plan": "what a sandbox needs is put together",
    "host: answer": "all from the job's way out to the scored answer, but for what is below",
    "host: store": "the report is kept",
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
_STARTING = threading.Lock()


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


class _Clock:
    """Adds up costs in memory that is shared with forks, and with whoever opens the same file.

    Each process writes to a place of its own; which one, its number says.
    """

    def __init__(self, file: Path) -> None:
        self._row_bytes = _SLOT.size * len(_STAGES)
        with file.open("a+b") as opened:
            opened.truncate(self._row_bytes * _PROCESSES)
            self._memory = mmap.mmap(opened.fileno(), self._row_bytes * _PROCESSES)
        self._places = {name: number * _SLOT.size for number, name in enumerate(_STAGES)}
        self._inner = [Cost()]
        self._counts_nothing = False

    def clear(self) -> None:
        self._memory[:] = bytes(len(self._memory))

    def read(self) -> dict[str, Cost]:
        found = dict.fromkeys(_STAGES, Cost())
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


# In the sandbox.


def serve(file: str) -> None:
    """Runs a supervisor with clocks in it."""
    from grader.runtime.trusted import compare

    clock = _Clock(Path(file))
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


def _count_starts(clock: _Clock, template: Any) -> None:
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


# On the host.


class _Clocked(ProcessSandbox):
    """A sandbox with clocks in it."""

    def __init__(self, file: Path) -> None:
        super().__init__()
        self._file = file

    def start(self) -> None:
        with _STARTING:
            usual, process._BOOT = process._BOOT, _BOOT.format(root=str(_ROOT), file=str(self._file))
            try:
                super().start()
            finally:
                process._BOOT = usual


def stages_of(request: Request, job: Job, rounds: int, jobs: int) -> dict[str, Cost]:
    """Returns each stage's cost for one submission, the mean of many.

    Args:
        rounds: how many submissions each sandbox judges, one after the other.
        jobs: how many sandboxes there are at a time.
    """
    with ExitStack() as opened:
        folder = Path(opened.enter_context(tempfile.TemporaryDirectory()))
        clocks = [_Clock(folder / f"clock-{number}") for number in range(jobs)]
        sandboxes = [_Clocked(folder / f"clock-{number}") for number in range(jobs)]
        pools = [opened.enter_context(Pool(functools.partial(_itself, sandbox))) for sandbox in sandboxes]
        store = opened.enter_context(open_store(folder, must_exist=False))

        def run(number: int, count: int) -> None:
            for turn in range(count):
                _one(clocks[number], request, job, pools[number], store, f"{number}-{turn}-{count}")
                sandboxes[number].settle()

        with ThreadPoolExecutor(jobs) as executor:
            list(executor.map(lambda number: run(number, 4), range(jobs)))  # the first one collects the suite
            for clock in clocks:
                clock.clear()
            list(executor.map(lambda number: run(number, rounds), range(jobs)))
        sums = [clock.read() for clock in clocks]
    return {
        name: Cost(*(part / (rounds * jobs) for part in functools.reduce(Cost.plus, (found[name] for found in sums))))
        for name in _STAGES
    }


def _itself(sandbox: ProcessSandbox) -> ProcessSandbox:
    return sandbox


def _one(clock: _Clock, request: Request, job: Job, pool: Pool, store: Any, student: str) -> None:
    with clock.around("host: plan"):
        job = plan(request, job.submission)
    with clock.around("host: answer"):
        report = judge(request, job, pool)
    key = JudgingKey(
        student=student,
        assignment=request.assignment.slug,
        submission_sha256=job.submission.sha256,
        suite_sha256=job.suite.sha256,
        device="cpu",
    )
    with clock.around("host: store"):
        store.claims.take(key.text)
        store.journal.keep(key, job, report, store.claims)


def print_stages(columns: dict[str, dict[str, Cost]]) -> None:
    """Prints a table of stages; each column is a way to judge, in milliseconds of one submission."""
    names = [name for name in _STAGES if any(column[name].calls for column in columns.values())]
    heads = " ".join(f"{head + ': ms':>16} {'of a core':>9} {'faults':>7}" for head in columns)
    print(f"{'stage':26} {'calls':>6} {heads}")
    for name in names:
        calls = next(iter(columns.values()))[name].calls
        costs = " ".join(_cells(_own(column, name)) for column in columns.values())
        print(f"{name:26} {calls:6.1f} {costs}  {_STAGES[name]}")


def _own(column: dict[str, Cost], name: str) -> Cost:
    """Takes the examiner's time out of the host's, which waits for it; the processor works for one of them."""
    cost = column[name]
    if name != "host: answer":
        return cost
    return cost._replace(wall_s=cost.wall_s - sum(one.wall_s for of, one in column.items() if of[:8] == "examiner"))


def _cells(cost: Cost) -> str:
    return f"{1e3 * cost.wall_s:16.1f} {1e3 * cost.cpu_s:9.1f} {cost.faults:7.0f}"


def system_calls_of(request: Request, job: Job, rounds: int) -> int | None:
    """Returns how many system calls the processes of a sandbox make for one submission; None without `strace`."""
    if shutil.which("strace") is None:
        return None
    sandbox = ProcessSandbox()
    with tempfile.NamedTemporaryFile() as counts, Pool(lambda: sandbox) as pool:
        for _ in range(4):
            judge(request, job, pool)
            sandbox.settle()
        time.sleep(1.0)  # spares are made meanwhile
        traced = [f"--attach={pid}" for pid in _family(sandbox.pid or 0)]
        tracer = subprocess.Popen(["strace", "-f", "-c", "-o", counts.name, *traced], stderr=subprocess.DEVNULL)
        time.sleep(1.0)
        for _ in range(rounds):
            judge(request, job, pool)
            sandbox.settle()
        tracer.send_signal(signal.SIGINT)
        tracer.wait()
        total = next(line for line in reversed(counts.read().decode().splitlines()) if line.endswith("total"))
    return int(total.split()[3]) // rounds


def _family(pid: int) -> list[int]:
    """Returns a process and all that descend from it."""
    parents = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            parents[int(stat.parent.name)] = int(stat.read_text().rpartition(")")[2].split()[1])
    found = [pid]
    for one in found:
        found += [child for child, parent in parents.items() if parent == one]
    return found
