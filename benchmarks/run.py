"""Measures what the project promises: `python -m benchmarks.run [warm] [cold] [watch] [help] [stages]`.

Everything that is compared is run alternately, A B A B, so that a machine whose speed drifts drifts for both. Medians
of the pairwise ratios are what to quote; single times are of this machine on this day.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import msgspec

from benchmarks.stages import print_stages, stages_of, system_calls_of
from grader.course.course import Course
from grader.models import Assignment, Job, Submission
from grader.pipeline import Request, plan
from grader.sandbox.docker import DockerSandbox
from grader.sandbox.image import image_tag
from grader.submission.intake import read_submission
from grader.suite.mutants import stand_ins, with_definitions

_ROOT = Path(__file__).parents[1]
_COURSE = Course(_ROOT)
_LEARN = [sys.executable, "-c", f"import sys; sys.path.insert(0, {str(_ROOT)!r}); import cli; cli.main()"]
_OWN_TIME = """
import os, sys, time
import pytest, torch
torch.set_num_threads(1)
class Sum:
    def __init__(self): self.seconds = 0.0
    def pytest_runtest_logreport(self, report):
        assert report.passed, report.longrepr
        self.seconds += report.duration if report.when == "call" else 0.0
    def pytest_runtestloop(self, session):
        def once():
            self.seconds = 0.0
            for item in session.items: item.config.hook.pytest_runtest_protocol(item=item, nextitem=None)
        once()
        times = []
        for _ in range(int(sys.argv[2])):
            once()
            times.append(self.seconds)
        print(sorted(times)[len(times) // 2] if times else self.seconds)
        os._exit(0)
pytest.main(["-p", "benchmarks.inprocess", "-p", "no:cacheprovider", "-p", "no:terminal", "-s", "-W", "ignore",
             "-c", os.devnull, "--rootdir", sys.argv[1], sys.argv[1]], [Sum()])
"""


def _timed(action: Callable[[], object]) -> float:
    started = time.perf_counter()
    action()
    return time.perf_counter() - started


def _median_ratio(first: list[float], second: list[float]) -> float:
    return statistics.median(a / b for a, b in zip(first, second, strict=True))


def _job(assignment: Assignment) -> Job:
    path = _COURSE.solution(assignment)
    request = Request(course=_COURSE, assignment=assignment, tasks=assignment.tasks, seed=1)
    return plan(request, read_submission(path, assignment))


def _own_time(assignment: Assignment, runs: int) -> float:
    """Returns the median time of the tests' bodies in one warm process, without any boundary."""
    suite = _COURSE.folder(assignment.slug) / "suite"
    environment = {**os.environ, "SUBMISSION": str(_COURSE.solution(assignment)), "PYTHONPATH": str(_ROOT)}
    command = [sys.executable, "-c", _OWN_TIME, str(suite), str(runs)]
    output = subprocess.run(command, env=environment, check=True, capture_output=True, text=True).stdout
    return float(output.split()[-1])


def _docker_run_pytest(assignment: Assignment, folder: Path) -> list[str]:
    """Returns the command that most container graders amount to: one `docker run … pytest` a submission."""
    paths = "['/work', '/opt/gradus/runtime', '/opt/gradus/packages']"
    arguments = "['-p', 'benchmarks.inprocess', '-p', 'no:cacheprovider', '-q', '-W', 'ignore', '/work/suite']"
    boot = f"import sys; sys.path[:0] = {paths}; import pytest; sys.exit(pytest.main({arguments}))"
    (folder / "benchmarks").mkdir(parents=True)
    (folder / "suite").mkdir()
    for name in ("__init__.py", "inprocess.py"):
        (folder / "benchmarks" / name).write_bytes((_ROOT / "benchmarks" / name).read_bytes())
    for name, content in _COURSE.suite(assignment).files.items():
        (folder / "suite" / name).write_bytes(content)
    (folder / "submission.py").write_bytes(_COURSE.solution(assignment).read_bytes())
    options = ["--rm", "--network", "none", "--cpuset-cpus", "0", "-v", f"{folder}:/work:ro"]
    environment = ["-e", "SUBMISSION=/work/submission.py"]
    return ["docker", "run", *options, *environment, "--entrypoint", "python3", image_tag(), "-c", boot]


def warm(pairs: int = 5) -> None:
    """One warm container on one core, against the tests' own time and against `docker run … pytest`."""
    for slug in _COURSE.slugs:
        assignment = _COURSE.assignment(slug)
        own_s = _own_time(assignment, 20)
        sandbox = DockerSandbox(assignment.limits, cpuset="0")
        sandbox.start()
        try:
            with tempfile.TemporaryDirectory() as folder:
                ours, busy, theirs = _warm_pairs(sandbox, assignment, Path(folder), pairs)
        finally:
            sandbox.close()
        one_s = statistics.median(ours)
        print(f"{slug}: warm submission {one_s:.3f} s; its tests alone {own_s:.3f} s; {one_s - own_s:.3f} s above")
        print(f"{slug}: one after the other, clean-up included, {statistics.median(busy):.3f} s a submission")
        ratio, busy_ratio = _median_ratio(theirs, ours), _median_ratio(theirs, busy)
        print(
            f"{slug}: `docker run ... pytest` {statistics.median(theirs):.2f} s: {ratio:.0f} times ({busy_ratio:.0f})"
        )


def _warm_pairs(
    sandbox: DockerSandbox, assignment: Assignment, folder: Path, pairs: int
) -> tuple[list[float], list[float], list[float]]:
    """Returns seconds: of a submission that finds the sandbox idle, of one in a row of them, of `docker run`."""
    job = _job(assignment)
    command = _docker_run_pytest(assignment, folder)
    ours, busy, theirs = [], [], []
    sandbox.grade(job)
    for _ in range(pairs):
        ours.append(statistics.median(_idle_time(sandbox, job) for _ in range(5)))
        busy.append(_timed(lambda: [(sandbox.grade(job), sandbox.settle()) for _ in range(6)]) / 6)
        theirs.append(_timed(lambda: subprocess.run(command, check=True, stdout=subprocess.DEVNULL)))
    return ours, busy, theirs


def _idle_time(sandbox: DockerSandbox, job: Job) -> float:
    sandbox.settle()
    time.sleep(0.3)
    return _timed(lambda: sandbox.grade(job))


def cold(pairs: int = 7) -> None:
    """A cold `learn check` against `import torch`, alone and with the tests in the same process."""
    for slug in _COURSE.slugs:
        ours, theirs, torch_only = _cold_pairs(_COURSE.assignment(slug), pairs)
        alone, both = statistics.median(torch_only), statistics.median(theirs)
        print(f"{slug}: cold `learn check` {statistics.median(ours):.2f} s")
        print(f"{slug}: `import torch` {alone:.2f} s, ratio {_median_ratio(ours, torch_only):.2f}")
        print(f"{slug}: `import torch` and the tests {both:.2f} s, ratio {_median_ratio(ours, theirs):.2f}")


def _cold_pairs(assignment: Assignment, pairs: int) -> tuple[list[float], list[float], list[float]]:
    solution = str(_COURSE.solution(assignment))
    check = [*_LEARN, "check", assignment.slug, "--course", str(_ROOT), "--file", solution]
    bare = [sys.executable, "-c", _OWN_TIME, str(_COURSE.folder(assignment.slug) / "suite"), "0"]
    environment = {**os.environ, "SUBMISSION": solution, "PYTHONPATH": str(_ROOT)}
    commands: list[tuple[list[str], dict[str, str]]] = [
        (check, dict(os.environ)),
        (bare, environment),
        ([sys.executable, "-c", "import torch"], dict(os.environ)),
    ]
    times: list[list[float]] = [[], [], []]
    for _ in range(pairs):
        for (command, variables), taken in zip(commands, times, strict=True):
            started = time.perf_counter()
            subprocess.run(command, env=variables, check=True, stdout=subprocess.DEVNULL)
            taken.append(time.perf_counter() - started)
    return times[0], times[1], times[2]


def watch(saves: int = 8) -> None:
    """From a save to the verdict in `learn watch`, as its output shows it."""
    with tempfile.TemporaryDirectory() as name:
        path = Path(name) / "broadcasting.py"
        source = _COURSE.solution(_COURSE.assignment("broadcasting")).read_text()
        path.write_text(source)
        command = [*_LEARN, "watch", "broadcasting", "--course", str(_ROOT), "--file", str(path)]
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True)
        times = []
        try:
            _read_until_score(process)
            for number in range(saves):
                time.sleep(0.5)
                started = time.perf_counter()
                path.write_text(f"{source}\n# save {number}\n")
                _read_until_score(process)
                times.append(time.perf_counter() - started)
        finally:
            process.terminate()
            process.wait()
    print(f"watch: from save to verdict {statistics.median(times):.3f} s (median), {max(times):.3f} s at most")


def _read_until_score(process: subprocess.Popen[str]) -> None:
    for line in process.stdout or ():
        if line.startswith("Score"):
            return
    raise SystemExit("`learn watch` ended")


def help_text(runs: int = 9) -> None:
    """`learn --help`."""
    command = [*_LEARN, "--help"]
    times = [_timed(lambda: subprocess.run(command, check=True, stdout=subprocess.DEVNULL)) for _ in range(runs)]
    print(f"help: {statistics.median(times):.3f} s")


def stages(rounds: int = 20) -> None:
    """Where the time of a submission goes, of one right and one wrong, one after the other and on all cores."""
    cores = os.cpu_count() or 1
    for slug in ("broadcasting", "optimizers"):
        assignment = _COURSE.assignment(slug)
        right = _job(assignment)
        wrong = msgspec.structs.replace(right, submission=_with_mutants(assignment))
        for kind, job in (("right", right), ("wrong in every task", wrong)):
            request = Request(course=_COURSE, assignment=assignment, tasks=assignment.tasks, seed=1)
            in_a_row, all_cores = (stages_of(request, job, rounds, jobs) for jobs in (1, cores))
            calls = system_calls_of(request, job, 5)
            print(f"\n{slug}, a submission that is {kind}; {calls or 'unknown (no strace)'} system calls")
            print_stages({"in a row": in_a_row, f"{cores} at a time": all_cores})


def _with_mutants(assignment: Assignment) -> Submission:
    """Returns a submission with one mutant in the place of each task."""
    first = {one.task: one.source for one in reversed(stand_ins(_COURSE, assignment, "mutant"))}
    source = with_definitions(_COURSE.solution(assignment).read_text(encoding="utf-8"), first)
    return Submission.of(assignment.file_name, source.encode())


_BENCHMARKS: dict[str, Callable[[], None]] = {
    "warm": warm,
    "cold": cold,
    "watch": watch,
    "help": help_text,
    "stages": stages,
}


if __name__ == "__main__":
    for chosen in sys.argv[1:] or _BENCHMARKS:
        _BENCHMARKS[chosen]()
