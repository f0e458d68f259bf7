from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from grader.course.course import Course
from grader.sandbox.pool import Pool
from grader.student.at_hand import AtHand
from grader.student.attempt import Checked, plan_attempt
from grader.student.progress import AssignmentProgress, Mark, Progress, TaskProgress, save_progress
from grader.student.watch import Keys, NoKeys, SaveDetector, open_keys, watch

_RIGHT = "def double(x):\n    if not x.is_floating_point(): raise ValueError\n    return x * 2\n"
_WRONG = "def double(x):\n    return x\n"


# Saves.


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "toy.py"
    path.write_text("one")
    return path


def polls(detector: SaveDetector, count: int) -> list[bool]:
    return [detector.poll() for _ in range(count)]


def test_untouched_file_is_no_save(path: Path) -> None:
    assert polls(SaveDetector(path), 10) == [False] * 10


def test_save_is_told_once_and_only_when_the_file_stands_still(path: Path) -> None:
    detector = SaveDetector(path)
    path.write_text("two and more")
    assert polls(detector, 4) == [False, True, False, False]


def test_save_in_two_steps_is_one_save(path: Path) -> None:
    detector = SaveDetector(path)
    path.write_text("")
    assert polls(detector, 3) == [False] * 3
    path.write_text("the new text")
    assert polls(detector, 3) == [False, True, False]


def test_file_left_empty_is_a_save_in_the_end(path: Path) -> None:
    detector = SaveDetector(path)
    path.write_text("")
    assert polls(detector, 33).count(True) == 1


def test_file_replaced_by_one_of_same_size_and_time_is_a_save(path: Path) -> None:
    detector = SaveDetector(path)
    status = path.stat()
    other = path.with_name("other")
    other.write_text("two")
    os.utime(other, ns=(status.st_atime_ns, status.st_mtime_ns))
    other.replace(path)
    assert polls(detector, 2) == [False, True]


def test_file_that_is_gone_for_a_moment_is_one_save(path: Path) -> None:
    detector = SaveDetector(path)
    path.unlink()
    assert polls(detector, 3) == [False] * 3
    path.write_text("two")
    assert polls(detector, 3) == [False, True, False]


# Keys.


@pytest.fixture
def terminal() -> Iterator[tuple[int, int]]:
    """The two ends of a pseudo-terminal: a keyboard's, a program's."""
    pty = pytest.importorskip("pty")
    master, slave = pty.openpty()
    yield master, slave
    os.close(master)
    os.close(slave)


@contextmanager
def keys_of(slave: int) -> Iterator[Keys]:
    with os.fdopen(os.dup(slave), "r") as stream, open_keys(stream) as keys:
        yield keys


def test_single_keys_arrive_without_enter(terminal: tuple[int, int]) -> None:
    master, slave = terminal
    with keys_of(slave) as keys:
        os.write(master, b"h")
        assert keys.read(1.0) == "h"
        assert keys.read(0.0) == ""


def test_arrow_key_is_no_letter(terminal: tuple[int, int]) -> None:
    master, slave = terminal
    with keys_of(slave) as keys:
        os.write(master, b"\x1b[A")
        assert keys.read(1.0) == ""


def test_terminal_is_put_back_after_an_error(terminal: tuple[int, int]) -> None:
    termios = pytest.importorskip("termios")
    _, slave = terminal
    before = termios.tcgetattr(slave)
    with pytest.raises(KeyboardInterrupt), keys_of(slave):
        assert termios.tcgetattr(slave) != before
        raise KeyboardInterrupt
    assert termios.tcgetattr(slave) == before


def test_stdin_that_is_no_terminal_has_no_keys(tmp_path: Path) -> None:
    (tmp_path / "input").write_text("qqq")
    with (tmp_path / "input").open() as stream, open_keys(stream) as keys:
        assert isinstance(keys, NoKeys)


# The loop.


class Script:
    """A keyboard that does the next step whenever it is read; a step is a key or something to call."""

    def __init__(self, *steps: str | Callable[[], object]) -> None:
        self._steps = list(steps)

    def read(self, timeout_s: float) -> str:
        step = self._steps[0]
        if isinstance(step, str):
            self._steps.pop(0)
            return step
        if step() is not False:
            self._steps.pop(0)
        time.sleep(timeout_s)
        return ""


class Record:
    """A screen that remembers what it was shown, and when."""

    def __init__(self) -> None:
        self.scores: list[float | None] = []
        self.times: list[float] = []
        self.events: list[str] = []

    def show_checked(self, checked: Checked, here: AtHand) -> None:
        self.scores.append(checked.report.score)
        self.times.append(time.monotonic())

    def show_hint(self, here: AtHand) -> None:
        self.events.append(f"hint {here.task}")

    def show_task(self, here: AtHand) -> None:
        self.events.append(f"statement {here.task}")

    def show_problem(self, message: str) -> None:
        self.events.append(message)

    def has_checks(self, count: int) -> Callable[[], bool]:
        return lambda: len(self.scores) >= count


def run_watch(
    toy: Course, pool: Pool, record: Record, *steps: str | Callable[[], object], tasks: tuple[str, ...] = ("double",)
) -> None:
    attempt = plan_attempt(toy, "toy", task_names=tasks)
    watch(attempt, pool, record, Script(*steps))


def test_save_is_checked_within_0_3_s(toy: Course, warm_pool: Pool) -> None:
    """The best of five counts: whatever else runs here may hold up some of them."""
    exercise = toy.exercise(toy.assignment("toy"))
    exercise.write_text(_WRONG)
    record = Record()
    saved: list[float] = []

    def save() -> None:
        exercise.write_text(_WRONG if len(saved) % 2 else _RIGHT)
        saved.append(time.monotonic())

    saves = [step for count in range(2, 7) for step in (save, record.has_checks(count))]
    run_watch(toy, warm_pool, record, *saves, "q")
    assert record.scores == [0.0, 60.0, 0.0, 60.0, 0.0, 60.0]
    waited = [shown - at for at, shown in zip(saved, record.times[1:], strict=True)]
    assert min(waited) < (0.3 if "CI" not in os.environ else 1.0)


def test_enter_checks_again_and_a_key_without_meaning_does_nothing(toy: Course, warm_pool: Pool) -> None:
    toy.exercise(toy.assignment("toy")).write_text(_RIGHT)
    record = Record()
    run_watch(toy, warm_pool, record, "\n", "x", "q")
    assert record.scores == [60.0, 60.0]
    assert record.events == []


def test_hint_and_statement_are_of_the_task_that_was_saved(toy: Course, warm_pool: Pool) -> None:
    exercise = toy.exercise(toy.assignment("toy"))
    exercise.write_text(_WRONG)
    record = Record()

    def save() -> None:
        exercise.write_text(_WRONG + "def add_(x, y):\n    pass\n")

    run_watch(toy, warm_pool, record, "h", save, record.has_checks(2), "h", "n", "q", tasks=())
    assert record.events == ["hint double", "hint add_", "statement add_"]


def test_statement_asked_for_twice_goes_on_and_the_hints_follow(toy: Course, warm_pool: Pool) -> None:
    toy.exercise(toy.assignment("toy")).write_text(_WRONG)
    record = Record()
    run_watch(toy, warm_pool, record, "n", "n", "h", "q", tasks=())
    assert record.events == ["statement double", "statement add_", "hint add_"]


def test_only_the_tasks_named_are_ever_at_hand(toy: Course, warm_pool: Pool) -> None:
    toy.exercise(toy.assignment("toy")).write_text(_WRONG)
    record = Record()
    run_watch(toy, warm_pool, record, "n", "n", "q")
    assert record.events == ["statement double", "statement double"]


def test_watch_of_a_file_that_does_not_read_begins_at_the_first_task_open_so_far(toy: Course, warm_pool: Pool) -> None:
    done = TaskProgress(best=Mark(score=60.0, max_score=60.0))
    save_progress(toy, Progress(assignments={"toy": AssignmentProgress(tasks={"double": done})}))
    toy.exercise(toy.assignment("toy")).write_text("def double(x:\n")
    record = Record()
    run_watch(toy, warm_pool, record, "h", "q", tasks=())
    assert record.events == ["hint add_"]


@pytest.mark.skipif(sys.platform == "win32", reason="an open file cannot be removed on Windows")
def test_file_that_went_away_is_told_and_does_not_end_the_watch(toy: Course, warm_pool: Pool) -> None:
    exercise = toy.exercise(toy.assignment("toy"))
    exercise.write_text(_RIGHT)
    record = Record()
    run_watch(
        toy, warm_pool, record, exercise.unlink, "\n", lambda: exercise.write_text(_RIGHT), record.has_checks(2), "q"
    )
    assert record.scores == [60.0, 60.0]
    assert "There is no file" in record.events[0]
