"""The one battery that both back ends pass, and proof that it notices a sandbox that does not hold."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec
import pytest

from grader.errors import SandboxDiedError
from grader.models import Answer, Job, TestResult, TestSpec, Text, Verdict, Visibility
from grader.sandbox.factory import make_sandbox
from grader.sandbox.protocol import Sandbox
from grader.sandbox.selfcheck import CHECKS, LIMITS, Check, perform

_EVERYWHERE = [check for check in CHECKS if not check.needs_isolation]


@pytest.fixture(scope="module")
def process() -> Iterator[Sandbox]:
    yield from _started("process")


@pytest.fixture(scope="module")
def docker() -> Iterator[Sandbox]:
    yield from _started("docker")


def _started(name: str) -> Iterator[Sandbox]:
    sandbox = make_sandbox(name, LIMITS)
    sandbox.start()
    yield sandbox
    sandbox.close()


@pytest.mark.parametrize("check", _EVERYWHERE, ids=lambda check: check.name)
def test_process_sandbox_passes(check: Check, process: Sandbox) -> None:
    result = perform(check, process)

    assert result.ok, result.message


@pytest.mark.docker
@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.name)
def test_docker_sandbox_passes(check: Check, docker: Sandbox) -> None:
    result = perform(check, docker)

    assert result.ok, result.message


class _Forger:
    """A sandbox that answers whatever it was made to answer."""

    image: str | None = None
    is_reusable = True
    name = "forger"

    def __init__(self, verdicts: dict[str, Verdict], *, is_clean: bool = True) -> None:
        self._verdicts = verdicts
        self._is_clean = is_clean

    def start(self) -> None:
        pass

    def close(self) -> None:
        pass

    def settle(self) -> bool:
        return self._is_clean

    def grade(self, job: Job) -> Answer:
        if not self._verdicts:
            raise SandboxDiedError("gone")
        tests = tuple(_spec(name) for name in ("test_good_example", "test_good", "test_bad", "test_bad_edge"))
        results = tuple(TestResult(test=f"t.py::{name}", verdict=verdict) for name, verdict in self._verdicts.items())
        return Answer(tests=tests, results=results)


def _spec(name: str) -> TestSpec:
    return TestSpec(
        test=f"t.py::{name}",
        task="good",
        title=Text(en="", zh=""),
        visibility=Visibility.HIDDEN,
        weight=1.0,
        needs_value=False,
        gpu=False,
        hint=None,
        depends=(),
    )


_RIGHT = {
    "test_good_example": Verdict.PASSED,
    "test_good": Verdict.PASSED,
    "test_bad": Verdict.FAILED,
    "test_bad_edge": Verdict.NOT_RUN,
}
_WRONG_VALUE = next(check for check in CHECKS if check.name == "a wrong value fails")


def test_battery_accepts_the_verdicts_that_must_be() -> None:
    assert perform(_WRONG_VALUE, _Forger(_RIGHT)).ok


@pytest.mark.parametrize(
    "verdicts",
    [
        pytest.param({**_RIGHT, "test_bad": Verdict.PASSED}, id="a wrong answer passes"),
        pytest.param({**_RIGHT, "test_bad_edge": Verdict.PASSED}, id="an edge case counts without a value"),
        pytest.param({**_RIGHT, "test_good": Verdict.TIMEOUT}, id="a right answer is hurt"),
        pytest.param({name: _RIGHT[name] for name in list(_RIGHT)[:3]}, id="a result is missing"),
        pytest.param({}, id="no answer at all"),
    ],
)
def test_battery_notices(verdicts: dict[str, Verdict]) -> None:
    assert not perform(_WRONG_VALUE, _Forger(verdicts)).ok


def test_battery_notices_what_was_left_behind() -> None:
    assert not perform(_WRONG_VALUE, _Forger(_RIGHT, is_clean=False)).ok


def test_every_verdict_that_a_submission_can_cause_is_in_the_battery() -> None:
    caused = set().union(*(check.verdicts for check in CHECKS))

    assert caused >= set(Verdict) - {Verdict.SKIPPED, Verdict.NOT_RUN, Verdict.FORBIDDEN}


def test_checks_are_told_apart_by_name() -> None:
    assert len({check.name for check in CHECKS}) == len(CHECKS)
    assert msgspec.structs.asdict(LIMITS)["pids"] < 64
