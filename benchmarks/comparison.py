"""The same checks by every grader, in turn: `python -m benchmarks.run compare`."""

from __future__ import annotations

import functools
import sys
import tempfile
from collections.abc import Callable
from contextlib import ExitStack, closing
from pathlib import Path

from benchmarks.bare import cold_time, own_time
from benchmarks.checks import Checks
from benchmarks.commands import NotMeasuredError, seconds_of
from benchmarks.gradus import Warm, Watch, check_cold
from benchmarks.machine import core_count, first_core, on_one_core, one_core
from benchmarks.peers.environments import environment
from benchmarks.peers.nbgrader import Nbgrader
from benchmarks.peers.otter import Otter
from benchmarks.peers.peer import Peer
from benchmarks.peers.pytests import DockerPytest, Pytest
from benchmarks.results import Comparison, Grader
from benchmarks.samples import Tell, Way, alternate
from grader.sandbox.docker import DockerSandbox
from grader.sandbox.process import ProcessSandbox

__all__ = ["compare"]

_BARE_RUNS = 20


def compare(checks: Checks, rounds: int, tell: Tell) -> Comparison:
    """Measures every grader that this machine can run, and says of the others why it cannot.

    Raises:
        NotMeasuredError: if one fails in the midst of it.
    """
    with ExitStack() as opened:
        ways: dict[str, Way] = {}
        missing: dict[str, str] = {}
        for grader, prepare in _PREPARE.items():
            tell(f"preparing {grader}")
            try:
                ways[grader] = prepare(checks, opened, tell)
            except NotMeasuredError as error:
                missing[grader] = str(error)
                tell(f"{grader} is not measured: {error}")
        return Comparison.of(alternate(ways, rounds, tell), missing)


def _docker(checks: Checks, opened: ExitStack, _: Tell) -> Way:
    make = functools.partial(DockerSandbox, checks.assignment.limits, cpuset=str(first_core()))
    return on_one_core(opened.enter_context(closing(Warm(checks, make))).seconds)


def _all_cores(checks: Checks, opened: ExitStack, _: Tell) -> Way:
    make = functools.partial(DockerSandbox, checks.assignment.limits)
    return opened.enter_context(closing(Warm(checks, make, core_count()))).seconds


def _process(checks: Checks, opened: ExitStack, _: Tell) -> Way:
    with one_core():
        return on_one_core(opened.enter_context(closing(Warm(checks, ProcessSandbox))).seconds)


def _check(checks: Checks, *_: object) -> Way:
    return functools.partial(check_cold, checks)


def _watch(checks: Checks, opened: ExitStack, _: Tell) -> Way:
    return opened.enter_context(closing(Watch(checks, _folder(opened)))).seconds


def _bare(checks: Checks, *_: object) -> Way:
    return on_one_core(functools.partial(own_time, checks, _BARE_RUNS))


def _cold(checks: Checks, *_: object) -> Way:
    return functools.partial(cold_time, checks)


def _import(*_: object) -> Way:
    return functools.partial(seconds_of, [sys.executable, "-c", "import torch"])


def _nbgrader(checks: Checks, opened: ExitStack, tell: Tell) -> Way:
    return _proved(Nbgrader(environment("nbgrader", tell), checks, _folder(opened)), checks)


def _otter(checks: Checks, opened: ExitStack, tell: Tell) -> Way:
    return _proved(Otter(environment("otter", tell), checks, _folder(opened)), checks)


def _docker_pytest(checks: Checks, opened: ExitStack, _: Tell) -> Way:
    return _proved(DockerPytest(checks, _folder(opened)), checks)


def _pytest(checks: Checks, opened: ExitStack, _: Tell) -> Way:
    return _proved(Pytest(checks, _folder(opened)), checks)


def _proved(peer: Peer, checks: Checks) -> Way:
    """Makes sure that the checks can fail before anything is measured.

    Raises:
        NotMeasuredError: if an answer that is wrong in every task loses nothing.
    """
    if peer.score(checks.wrong) >= 1.0:
        raise NotMeasuredError("A wrong answer gets full marks.")
    return on_one_core(peer.seconds)


def _folder(opened: ExitStack) -> Path:
    return Path(opened.enter_context(tempfile.TemporaryDirectory()))


_PREPARE: dict[Grader, Callable[[Checks, ExitStack, Tell], Way]] = {
    Grader.DOCKER: _docker,
    Grader.ALL_CORES: _all_cores,
    Grader.PROCESS: _process,
    Grader.CHECK: _check,
    Grader.WATCH: _watch,
    Grader.NBGRADER: _nbgrader,
    Grader.OTTER: _otter,
    Grader.DOCKER_PYTEST: _docker_pytest,
    Grader.PYTEST: _pytest,
    Grader.BARE: _bare,
    Grader.COLD: _cold,
    Grader.IMPORT: _import,
}
