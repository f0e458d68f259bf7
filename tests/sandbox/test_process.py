"""The process sandbox: what it starts it ends, and where processes cannot fork it still judges."""

from __future__ import annotations

import os
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from grader.course.course import Course
from grader.errors import SandboxDiedError
from grader.models import Job, Verdict
from grader.pipeline import Request, plan, score
from grader.runtime.wire.frames import FrameError
from grader.sandbox.process import ProcessSandbox
from grader.submission.intake import read_submission

_COURSE = Course(Path(__file__).parents[1] / "courses" / "vault")
_HONEST = "def first(x):\n    return 2 * x\n\n\ndef second(x):\n    return x\n\n\ndef third(x):\n    return x + 1\n"
_ENDLESS = "def first(x):\n    while True:\n        pass\n\n\nsecond = third = first\n"

linux = pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")


def _job(tmp_path: Path, source: str, course: Course = _COURSE, slug: str = "vault") -> Job:
    path = tmp_path / f"{slug}.py"
    path.write_text(source)
    assignment = course.assignment(slug)
    request = Request(course=course, assignment=assignment, tasks=assignment.tasks, seed=1)
    return plan(request, read_submission(path, assignment))


def _descendants(pid: int) -> set[int]:
    found: set[int] = set()
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            try:
                fields = (folder / "stat").read_text().rsplit(")", 1)[1].split()
            except OSError:
                continue
            if int(fields[1]) == pid and fields[0] != "Z":
                found |= {int(folder.name)} | _descendants(int(folder.name))
    return found


def _descendants_when(pid: int, count: int) -> set[int]:
    """Returns the descendants as soon as there are so many."""
    deadline = time.monotonic() + 30.0
    while len(found := _descendants(pid)) < count:
        assert time.monotonic() < deadline, f"no more than {len(found)} were started"
        time.sleep(0.02)
    return found


def _is_alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False


@pytest.fixture
def sandbox() -> Iterator[ProcessSandbox]:
    started = ProcessSandbox()
    started.start()
    yield started
    started.close()


def test_submission_all_of_which_waits_costs_seconds(tmp_path: Path, toy: Course, sandbox: ProcessSandbox) -> None:
    """The first test is waited for a second, those that time out after it for a quarter of one."""
    source = "import time\n\n\ndef double(x):\n    time.sleep(600)\n\n\ndef add_(x, y):\n    time.sleep(600)\n"
    job = _job(tmp_path, source, toy, "toy")
    started = time.monotonic()
    answer = sandbox.grade(job)
    taken_s = time.monotonic() - started
    assert [result.verdict for result in answer.results].count(Verdict.TIMEOUT) == 3
    assert taken_s < 2 * job.limits.test_s


@linux
def test_closing_in_the_middle_leaves_no_process(tmp_path: Path, sandbox: ProcessSandbox) -> None:
    assert sandbox.pid is not None
    failures: list[SandboxDiedError] = []

    def judge() -> None:
        try:
            sandbox.grade(_job(tmp_path, _ENDLESS))
        except SandboxDiedError as error:
            failures.append(error)

    thread = threading.Thread(target=judge)
    thread.start()
    started = {sandbox.pid} | _descendants_when(sandbox.pid, 4)  # nursery, template, examiner, candidate

    sandbox.close()
    thread.join(10.0)
    deadline = time.monotonic() + 5.0
    while any(map(_is_alive, started)) and time.monotonic() < deadline:
        time.sleep(0.05)

    assert not any(map(_is_alive, started))
    assert not thread.is_alive()
    assert len(failures) == 1


def test_sandbox_that_another_thread_closed_says_that_it_ended(sandbox: ProcessSandbox) -> None:
    sandbox.close()
    assert "ended: the other side is gone" in str(sandbox._death(FrameError("the other side is gone")))


@linux
def test_killed_supervisor_is_our_failure(tmp_path: Path, sandbox: ProcessSandbox) -> None:
    job = _job(tmp_path, _ENDLESS)
    supervisor = sandbox.pid
    assert supervisor is not None
    threading.Timer(0.5, os.kill, (supervisor, 9)).start()

    with pytest.raises(SandboxDiedError, match="ended"):
        sandbox.grade(job)
    assert not sandbox.is_reusable


@linux
def test_killed_nursery_is_our_failure_and_no_verdict(tmp_path: Path, sandbox: ProcessSandbox) -> None:
    """The first child of the supervisor is the nursery; without it no candidate can be had."""
    assert sandbox.pid is not None
    os.kill(min(_descendants(sandbox.pid)), 9)

    answer = sandbox.grade(_job(tmp_path, _HONEST))

    assert answer.problem is not None
    assert "nursery" in answer.problem
    assert not any(result.verdict is Verdict.PASSED for result in answer.results)


def test_sandbox_without_forks_judges_one_submission(tmp_path: Path) -> None:
    sandbox = ProcessSandbox(forks=False)
    sandbox.start()
    try:
        job = _job(tmp_path, _HONEST)
        points = {task.task: task.score for task in score(job, sandbox.grade(job))}
        assert points == {"first": 30.0, "second": 0.0, "third": 30.0}
        assert not sandbox.settle(), "it has served its one submission"
    finally:
        sandbox.close()


def test_sandbox_without_forks_replaces_a_candidate_that_ended(tmp_path: Path) -> None:
    sandbox = ProcessSandbox(forks=False)
    sandbox.start()
    try:
        job = _job(tmp_path, _HONEST.replace("return 2 * x", "import os; os._exit(0)"))
        answer = sandbox.grade(job)
    finally:
        sandbox.close()
    verdicts = {result.test.split("::")[1]: result.verdict for result in answer.results}
    assert verdicts["test_first_doubles"] is Verdict.CRASHED
    assert verdicts["test_third_adds_one_to_anything"] is Verdict.PASSED


def test_candidate_sees_little_of_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOME_TOKEN", "not for students")
    sandbox = ProcessSandbox()
    sandbox.start()
    try:
        answer = sandbox.grade(_job(tmp_path, "import os\n\nprint(sorted(os.environ))\n" + _HONEST))
    finally:
        sandbox.close()
    assert "OMP_NUM_THREADS" in answer.output
    assert "SOME_TOKEN" not in answer.output


def test_closing_leaves_no_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "temp"))
    (tmp_path / "temp").mkdir()
    sandbox = ProcessSandbox()
    sandbox.start()
    answer = sandbox.grade(_job(tmp_path, "open('left', 'w').close()\n" + _HONEST))
    assert list((tmp_path / "temp").iterdir())

    sandbox.close()

    assert answer.problem is None
    assert list((tmp_path / "temp").iterdir()) == []


@linux
def test_spares_that_died_waiting_cost_nobody_a_point(tmp_path: Path, sandbox: ProcessSandbox) -> None:
    job = _job(tmp_path, _HONEST)
    sandbox.grade(job)
    assert sandbox.settle()
    assert sandbox.pid is not None
    for pid in _descendants_when(min(_descendants(sandbox.pid)), 4):  # the spares of the nursery
        os.kill(pid, 9)

    points = {task.task: task.score for task in score(job, sandbox.grade(job))}

    assert points == {"first": 30.0, "second": 0.0, "third": 30.0}
