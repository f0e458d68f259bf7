"""`learn work` judges what `learn grade --jobs 0` says is to be judged, and nobody judges anything twice."""

from __future__ import annotations

import json
import os
import re
import signal
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import click.testing
import pytest

from grader.course.course import Course

Learn = Callable[..., click.testing.Result]

_ROOT = Path(__file__).parents[2]
_TRUSTED = ("--sandbox", "process", "--trust-submissions")
_RIGHT = """
def double(x):
    if not x.is_floating_point():
        raise ValueError("integers")
    return x * 2

def add_(x, y):
    x.add_(y)
"""
_HALF = _RIGHT.replace("x.add_(y)", "return x + y")


@pytest.fixture
def folder(toy: Course) -> Path:
    root = toy.root / "handed-in"
    for number in range(6):
        path = root / f"s{number}" / "toy.py"
        path.parent.mkdir(parents=True)
        path.write_text(f"{_HALF if number % 2 else _RIGHT}# {number}\n", encoding="utf-8")
    return root


def _start(*arguments: str, cwd: Path) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", "from grader.commands.main import main; main()", *arguments]
    environment = {**os.environ, "PYTHONPATH": str(_ROOT)}
    return subprocess.Popen(
        command, cwd=cwd, env=environment, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )


def _printed(running: subprocess.Popen[str], code: int = 0) -> str:
    printed, _ = running.communicate(timeout=180)
    assert running.returncode == code, printed
    return printed


def _until(condition: Callable[[], bool], what: str) -> None:
    deadline = time.monotonic() + 90
    while not condition():
        assert time.monotonic() < deadline, what
        time.sleep(0.05)


def _count(out: Path, what: str) -> int:
    if not (out / "gradus.db").exists():
        return 0
    with sqlite3.connect(out / "gradus.db", timeout=60) as store:
        try:
            return int(store.execute(f"SELECT count(*) FROM {what}").fetchone()[0])
        except sqlite3.OperationalError:  # its tables are just being made
            return 0


def _scores(out: Path) -> dict[str, str]:
    rows = (out / "grades.csv").read_text(encoding="utf-8").splitlines()[1:]
    return {row.split(",")[0]: row.split(",")[2] for row in rows}


@pytest.mark.slow
def test_workers_judge_what_a_command_without_jobs_waits_for(folder: Path, toy: Course) -> None:
    out = toy.root / "grades"
    url = f"sqlite:///{out / 'gradus.db'}"
    grading = _start("grade", str(folder), *_TRUSTED, "--jobs", "0", "--json", cwd=toy.root)
    _until(lambda: _count(out, "pending") == 6, "nothing waits")
    work = ("work", "--store", url, *_TRUSTED, "--until-empty", "--json")
    workers = [_start(*work, cwd=toy.root.parent) for _ in range(2)]
    kept = [json.loads(_printed(one).partition("\n")[2]) for one in workers]  # what is ready is said first
    assert sum(one["kept"] for one in kept) == 6
    result = json.loads(_printed(grading))
    assert (result["judged"], result["failures"]) == (6, [])
    assert _scores(out) == {f"s{number}": "60" if number % 2 else "100" for number in range(6)}


@pytest.mark.slow
def test_worker_that_is_killed_loses_nothing(folder: Path, toy: Course) -> None:
    out = toy.root / "grades"
    grading = _start("grade", str(folder), *_TRUSTED, "--jobs", "0", cwd=toy.root)
    _until(lambda: _count(out, "pending") == 6, "nothing waits")
    work = ("work", "--store", f"sqlite:///{out / 'gradus.db'}", *_TRUSTED, "--until-empty")
    killed = _start(*work, cwd=toy.root)
    _until(lambda: _count(out, "claims") == 1, "nothing was taken")
    killed.send_signal(signal.SIGKILL)
    killed.communicate()
    _printed(_start(*work, cwd=toy.root))
    assert "6 judged now" in _printed(grading)
    with sqlite3.connect(out / "gradus.db") as store:
        kept = store.execute("SELECT student FROM gradings").fetchall()
    assert Counter(kept) == Counter((f"s{number}",) for number in range(6))


@pytest.mark.slow
def test_worker_that_is_told_to_stop_is_done_with_what_it_is_at(folder: Path, toy: Course) -> None:
    out = toy.root / "grades"
    grading = _start("grade", str(folder), *_TRUSTED, "--jobs", "0", cwd=toy.root)
    _until(lambda: _count(out, "pending") == 6, "nothing waits")
    work = ("work", "--store", f"sqlite:///{out / 'gradus.db'}", *_TRUSTED)
    worker = _start(*work, cwd=toy.root)
    _until(lambda: _count(out, "claims") == 1, "nothing was taken")
    worker.terminate()
    assert "Interrupted." in _printed(worker, 130)
    assert _count(out, "claims") == 0
    assert _count(out, "pending") + _count(out, "gradings") == 6
    with sqlite3.connect(out / "gradus.db") as store:
        assert store.execute("SELECT max(tries) FROM pending").fetchone()[0] in (0, None)
    grading.terminate()
    assert "Interrupted." in _printed(grading, 130)


def test_worker_says_what_is_wrong_with_its_store(learn: Learn, toy: Course) -> None:
    missing = learn("work", "--store", "sqlite:///nowhere.db", *_TRUSTED)
    assert (missing.exit_code, "`learn grade` makes one" in missing.stderr) == (2, True)
    assert not Path("nowhere.db").exists()
    none = learn("work", *_TRUSTED)
    assert (none.exit_code, "--store" in none.stderr) == (2, True)
    odd = learn("work", "--store", "mysql://host/name", *_TRUSTED)
    assert (odd.exit_code, "cannot be kept in `mysql`" in odd.stderr) == (2, True)


def test_worker_names_an_assignment_that_nobody_handed_in(warm_learn: Learn, folder: Path, toy: Course) -> None:
    warm_learn("grade", str(folder), *_TRUSTED)
    where = ("--store", "sqlite:///grades/gradus.db", *_TRUSTED, "--until-empty")
    wrong = warm_learn("work", *where, "--assignment", "tyo")
    assert (wrong.exit_code, wrong.stderr) == (
        2,
        "Error: Nobody has handed in anything for `tyo`. Did you mean `toy`?\n",
    )
    assert "0 judged here." in warm_learn("work", *where, "--assignment", "toy").stdout


def test_worker_of_another_version_takes_nothing_and_says_why(
    warm_learn: Learn, folder: Path, toy: Course, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = toy.root / "grades"
    grading = _start("grade", str(folder), *_TRUSTED, "--jobs", "0", cwd=toy.root)
    _until(lambda: _count(out, "pending") == 6, "nothing waits")
    grading.kill()
    grading.communicate()
    with sqlite3.connect(out / "gradus.db") as store:
        store.execute("UPDATE pending SET version = '0.0.1+beef'")
    refused = warm_learn("work", "--store", f"sqlite:///{out}/gradus.db", *_TRUSTED, "--until-empty")
    assert refused.exit_code == 3
    assert re.search(r"by Gradus 0\.0\.1\+beef, and this is \d", refused.stderr)
    assert _count(out, "gradings") == 0


def test_untrusted_work_does_not_run_as_oneself(learn: Learn, toy: Course) -> None:
    result = learn("work", "--store", "sqlite:///x.db", "--sandbox", "process")
    assert (result.exit_code, "--trust-submissions" in result.stderr) == (2, True)


def test_dry_run_cannot_be_left_to_others(learn: Learn, toy: Course) -> None:
    result = learn("regrade", "--dry-run", "--jobs", "0")
    assert (result.exit_code, "--jobs must be 1 or more" in result.stderr) == (2, True)
