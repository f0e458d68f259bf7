"""Where the time of one submission goes: `python -m benchmarks.run stages`.

A sandbox is started with clocks in it (`clocks.py` beside this file).
"""

from __future__ import annotations

import contextlib
import functools
import shutil
import signal
import subprocess
import tempfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path

import msgspec

from benchmarks.clocks import STAGES, Clock, Cost
from grader.classroom.store.queue import Scope
from grader.classroom.store.records import JudgingKey, Pending
from grader.classroom.store.store import Store, open_store
from grader.models import Job
from grader.pipeline import Request, judge
from grader.sandbox import process
from grader.sandbox.pool import Pool
from grader.sandbox.process import ProcessSandbox

__all__ = ["print_stages", "stages_of", "system_calls_of"]

_ROOT = Path(__file__).parents[1]
_BOOT = "import sys; sys.path.insert(0, {root!r}); from benchmarks.clocks import serve; serve({file!r})"
_STARTING = threading.Lock()
_BEFORE = 4
_SCOPE = Scope(version="stages")


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
        clocks = [Clock(folder / f"clock-{number}") for number in range(jobs)]
        sandboxes = [_Clocked(folder / f"clock-{number}") for number in range(jobs)]
        pools = [opened.enter_context(Pool(functools.partial(_itself, sandbox))) for sandbox in sandboxes]
        store = opened.enter_context(open_store(folder, must_exist=False))

        def run(number: int, count: int) -> None:
            for _ in range(count):
                _one(clocks[number], request, pools[number], store)
                sandboxes[number].settle()

        _put(store, request, job, jobs * (_BEFORE + rounds))
        with ThreadPoolExecutor(jobs) as executor:
            list(executor.map(lambda number: run(number, _BEFORE), range(jobs)))  # the first one collects the suite
            for clock in clocks:
                clock.clear()
            list(executor.map(lambda number: run(number, rounds), range(jobs)))
        sums = [clock.read() for clock in clocks]
    return {
        name: Cost(*(part / (rounds * jobs) for part in functools.reduce(Cost.plus, (found[name] for found in sums))))
        for name in STAGES
    }


def _itself(sandbox: ProcessSandbox) -> ProcessSandbox:
    return sandbox


def _put(store: Store, request: Request, job: Job, count: int) -> None:
    store.journal.keep_sources([job.submission])
    key = JudgingKey(
        student="",
        assignment=request.assignment.slug,
        submission_sha256=job.submission.sha256,
        suite_sha256=job.suite.sha256,
        device=job.device,
    )
    keys = (msgspec.structs.replace(key, student=str(number)) for number in range(count))
    store.queue.put([Pending(key=one, seed=job.seed) for one in keys], {job.suite.sha256: job}, _SCOPE)


def _one(clock: Clock, request: Request, pool: Pool, store: Store) -> None:
    with clock.around("host: store"):
        taken = store.queue.take(_SCOPE)
    assert taken is not None
    with clock.around("host: answer"):
        report = judge(request.heading, taken.job, pool)
    with clock.around("host: store"):
        store.queue.keep(taken, report)


def print_stages(columns: dict[str, dict[str, Cost]]) -> None:
    """Prints a table of stages; each column is a way to judge, in milliseconds of one submission."""
    names = [name for name in STAGES if any(column[name].calls for column in columns.values())]
    heads = " ".join(f"{head + ': ms':>16} {'of a core':>9} {'faults':>7}" for head in columns)
    print(f"{'stage':26} {'calls':>6} {heads}")
    for name in names:
        calls = next(iter(columns.values()))[name].calls
        costs = " ".join(_cells(_own(column, name)) for column in columns.values())
        print(f"{name:26} {calls:6.1f} {costs}  {STAGES[name]}")


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
            judge(request.heading, job, pool)
            sandbox.settle()
        time.sleep(1.0)  # spares are made meanwhile
        traced = [f"--attach={pid}" for pid in _family(sandbox.pid or 0)]
        tracer = subprocess.Popen(["strace", "-f", "-c", "-o", counts.name, *traced], stderr=subprocess.DEVNULL)
        time.sleep(1.0)
        for _ in range(rounds):
            judge(request.heading, job, pool)
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
