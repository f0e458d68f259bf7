"""One battery of checks that every back end must pass before it is trusted with a class.

Each check sends a small submission for a built-in toy suite and compares the verdicts with those it must get. The same
sandbox is used throughout, so each check also shows that the one before left nothing behind.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Callable
from dataclasses import dataclass

import msgspec

from grader.errors import SandboxError
from grader.models import Answer, Feedback, Job, Limits, Submission, Suite, Task, Verdict
from grader.sandbox.factory import make_sandbox
from grader.sandbox.protocol import Sandbox

__all__ = ["CHECKS", "Check", "CheckResult", "LIMITS", "perform", "run_battery"]

LIMITS = Limits(memory_mib=512, pids=24, tmpfs_mib=16, output_mib=4, import_s=20.0, test_s=2.0, total_s=60.0)

_SUITE = b'''
import pytest, torch
from grader.suite import assert_close, needs_value, task, visible


@visible
@task("good")
def test_good_example(student):
    """Doubles two numbers."""
    assert_close(student.good(torch.tensor([1.0, 2.0])), torch.tensor([2.0, 4.0]))


@task("good")
def test_good(student, rng):
    """Doubles every element."""
    x = rng.normal(3, 4)
    assert_close(student.good(x), 2 * x)


@task("bad")
def test_bad(student, rng):
    """Triples every element."""
    x = rng.normal(3, 4)
    assert_close(student.bad(x), 3 * x)


@needs_value
@task("bad")
def test_bad_edge(student):
    """Refuses integers with a ValueError."""
    with pytest.raises(ValueError):
        student.bad(torch.tensor([1]))
'''
_GOOD = "import ctypes, os, sys\nimport torch\n\n\ndef good(x):\n    return 2 * x\n\n\n"
_REFERENCE = "def bad(x):\n    if not x.is_floating_point():\n        raise ValueError('integers')\n    return 3 * x\n"
_TASKS = (
    Task(name="good", points=60.0, signature="def good(x: Tensor) -> Tensor"),
    Task(name="bad", points=40.0, signature="def bad(x: Tensor) -> Tensor"),
)


@dataclass(frozen=True, kw_only=True)
class Check:
    """One submission and the verdicts that the value test of its function `bad` may get.

    Attributes:
        source: what stands behind the right function `good`; None for a file that is no Python.
        needs_isolation: only a container can be asked for this.
    """

    name: str
    source: str
    verdicts: frozenset[Verdict]
    needs_isolation: bool = False


@dataclass(frozen=True, kw_only=True)
class CheckResult:
    name: str
    ok: bool
    message: str


def _function(body: str) -> str:
    return f"def bad(x):\n    {body}\n"


def _check(name: str, body: str, *verdicts: Verdict, needs_isolation: bool = False) -> Check:
    return Check(name=name, source=_function(body), verdicts=frozenset(verdicts), needs_isolation=needs_isolation)


CHECKS: tuple[Check, ...] = (
    Check(name="a right submission gets full marks", source=_REFERENCE, verdicts=frozenset({Verdict.PASSED})),
    _check("a wrong value fails", "return 2 * x", Verdict.FAILED),
    _check("an exception is an error", "raise RuntimeError('no')", Verdict.ERROR),
    _check("an unwritten function is an error", "raise NotImplementedError", Verdict.ERROR),
    _check("an endless loop runs out of time", "while True: pass", Verdict.TIMEOUT),
    _check("os._exit(0) is a crash", "os._exit(0)", Verdict.CRASHED),
    _check("sys.exit(0) is an error", "sys.exit(0)", Verdict.ERROR),
    _check("a segmentation fault is a crash", "return ctypes.string_at(0)", Verdict.CRASHED),
    _check("10 GB are too much memory", "return torch.empty(10 * 2**30, dtype=torch.uint8)", Verdict.MEMORY),
    _check(
        "100 MB of output are harmless", "[os.write(1, b'x' * 2**20) for _ in range(100)]; return 3 * x", Verdict.PASSED
    ),
    _check(
        "a fork bomb stays in its cage", "while True: os.fork()", Verdict.CRASHED, Verdict.TIMEOUT, needs_isolation=True
    ),
    _check("the trusted processes cannot be signalled", "os.kill(1, 9)", Verdict.ERROR, needs_isolation=True),
    _check(
        "the network is not there",
        "import socket; socket.create_connection(('192.0.2.1', 80), 1)",
        Verdict.ERROR,
        needs_isolation=True,
    ),
    _check("the file system cannot be written", "open('/written', 'w')", Verdict.ERROR, needs_isolation=True),
    Check(name="a right submission still gets full marks", source=_REFERENCE, verdicts=frozenset({Verdict.PASSED})),
)


def run_battery(sandbox_name: str, report: Callable[[CheckResult], None] = lambda result: None) -> list[CheckResult]:
    """Runs every check that fits a back end, in one sandbox.

    Args:
        sandbox_name: `process` or `docker`.
        report: is told each result as it comes.

    Raises:
        SandboxError: if the sandbox does not start at all.
    """
    sandbox = make_sandbox(sandbox_name, LIMITS)
    sandbox.start()
    results = []
    try:
        for check in CHECKS:
            if check.needs_isolation and sandbox_name != "docker":
                continue
            result = perform(check, sandbox)
            report(result)
            results.append(result)
    finally:
        sandbox.close()
    return results


def perform(check: Check, sandbox: Sandbox) -> CheckResult:
    """Runs one check in a started sandbox."""
    try:
        if not sandbox.settle():
            return CheckResult(name=check.name, ok=False, message="the submission before left something behind")
        answer = sandbox.grade(_job(check))
    except SandboxError as error:
        return CheckResult(name=check.name, ok=False, message=str(error))
    problem = _judge(check, answer)
    return CheckResult(name=check.name, ok=problem is None, message=problem or "as it must be")


def _judge(check: Check, answer: Answer) -> str | None:
    """Returns what is wrong with an answer, or None."""
    if answer.problem is not None:
        return answer.problem
    verdicts = {result.test.split("::")[1]: result.verdict for result in answer.results}
    if len(verdicts) != len(answer.tests):
        return f"{len(answer.tests)} tests were collected, {len(verdicts)} have a result"
    if {verdicts["test_good_example"], verdicts["test_good"]} != {Verdict.PASSED}:
        return f"the right function `good` lost points: {json.dumps(msgspec.to_builtins(verdicts))}"
    if verdicts["test_bad"] not in check.verdicts:
        return f"the verdict was `{verdicts['test_bad'].value}`"
    is_right = verdicts["test_bad"] is Verdict.PASSED
    if not is_right and verdicts["test_bad_edge"] is Verdict.PASSED:
        return "a test that needs a right value counted without one"
    return None


def _job(check: Check) -> Job:
    source = (_GOOD + check.source).encode()
    return Job(
        suite=Suite(files={"test_toy.py": _SUITE}, sha256=hashlib.sha256(_SUITE).hexdigest()),
        submission=Submission.of("toy.py", source),
        tasks=_TASKS,
        all_tasks=tuple(task.name for task in _TASKS),
        forbid=(),
        limits=LIMITS,
        feedback=Feedback.TERSE,
        seed=secrets.randbelow(2**31),
    )
