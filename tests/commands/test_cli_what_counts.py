"""Which file and which time count, through `learn grade` with a real sandbox and a real store."""

from __future__ import annotations

import csv
import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click.testing
import pytest

from grader.course.course import Course
from tests.support.handins import hand_in

Learn = Callable[..., click.testing.Result]

_RIGHT = """
def double(x):
    if not x.is_floating_point():
        raise ValueError("integers")
    return x * 2

def add_(x, y):
    x.add_(y)
"""
_HALF = _RIGHT.replace("x.add_(y)", "return x + y")
_STUB = 'def double(x):\n    raise NotImplementedError("double")\n\ndef add_(x, y):\n    raise NotImplementedError\n'
_CLASS = """
[class.late]
fraction_a_day = 0.5
[class.deadlines]
toy = 2026-10-02T12:00:00+00:00
[[class.students]]
id = "ada"
[[class.students]]
id = "Zo\u00eb"
"""
_TRUSTED = ("--sandbox", "process", "--trust-submissions")


@pytest.fixture
def root(toy: Course) -> Path:
    with (toy.root / "course.toml").open("a", encoding="utf-8") as file:
        file.write(_CLASS)
    return toy.root / "handed-in"


def _graded(learn: Learn, root: Path, *more: str) -> tuple[dict[str, Any], dict[str, dict[str, str]]]:
    """Grades the folder, and returns what was printed and the rows of the table by student."""
    result = learn("grade", str(root), *_TRUSTED, "--json", *more)
    assert result.exit_code == 0, result.output
    with (root.parent / "grades" / "grades.csv").open(encoding="utf-8", newline="") as file:
        return json.loads(result.stdout), {row["student"]: row for row in csv.DictReader(file)}


def _report(root: Path, student: str) -> dict[str, Any]:
    path = root.parent / "grades" / "reports" / student / "toy.json"
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return found


@pytest.mark.parametrize("beside", ["test_toy.py", "toy_scratch.py", "toy (1) (1).py"])
def test_right_file_gets_its_points_whatever_was_saved_beside_it(warm_learn: Learn, root: Path, beside: str) -> None:
    hand_in(root, {"ada/toy.py": _RIGHT, f"ada/{beside}": _HALF})
    document, rows = _graded(warm_learn, root)
    assert (rows["ada"]["score"], rows["ada"]["attempts"]) == ("100", "1")
    assert any(beside in f"{remark['path']} {remark['message']}" for remark in document["remarks"])
    report = _report(root, "ada")
    assert report["file"] == "toy.py"
    assert any(beside in note for note in report["notes"])


def test_report_in_chinese_has_its_notes_in_chinese(warm_learn: Learn, root: Path) -> None:
    hand_in(root, {"ada/toy.py.txt": _RIGHT})
    _graded(warm_learn, root, "--lang", "zh")
    (note,) = _report(root, "ada")["notes"]
    assert "按 Python 源代码读取" in note


def test_notes_are_those_of_the_file_although_its_code_was_judged_before(warm_learn: Learn, root: Path) -> None:
    hand_in(root, {"ada/toy (1).py": _RIGHT})
    assert _graded(warm_learn, root)[1]["ada"]["score"] == "100"
    hand_in(root, {"ada/toy.py": _RIGHT})
    document, rows = _graded(warm_learn, root)
    assert (document["judged"], rows["ada"]["attempts"]) == (0, "1")
    assert _report(root, "ada")["file"] == "toy.py"


def test_file_that_writes_nothing_does_not_take_the_place_of_an_earlier_attempt(warm_learn: Learn, root: Path) -> None:
    hand_in(root, {"ada/toy.py": _RIGHT})
    _graded(warm_learn, root)
    hand_in(root, {"ada/toy.py": _STUB})
    document, rows = _graded(warm_learn, root)
    assert (rows["ada"]["score"], rows["ada"]["attempt"], rows["ada"]["attempts"]) == ("100", "1", "2")
    assert any("attempt 2 at `toy` writes no task" in remark["message"] for remark in document["remarks"])


# Times.


def test_timestamp_put_beside_it_later_makes_work_in_time_of_what_was_late(warm_learn: Learn, root: Path) -> None:
    hand_in(root, {"ada/toy/ps1.py": _RIGHT})
    os.utime(root / "ada/toy/ps1.py", (1_795_000_000, 1_795_000_000))  # copied in November
    assert _graded(warm_learn, root)[1]["ada"]["score"] == "0"
    (root / "ada/toy/timestamp.txt").write_bytes("2026-10-02 04:00:00 PDT\r\n".encode("utf-16"))
    document, rows = _graded(warm_learn, root)
    assert (rows["ada"]["score"], rows["ada"]["days_late"]) == ("100", "0")
    assert rows["ada"]["submitted_at"] == "2026-10-02T11:00:00+00:00"
    assert any("was handed in at 2026-10-02 11:00:00 UTC" in remark["message"] for remark in document["remarks"])
    log = warm_learn("audit")
    assert log.exit_code == 0 and "correct_time" in log.stdout


def test_timestamp_that_was_put_right_counts_in_both_directions(warm_learn: Learn, root: Path) -> None:
    hand_in(root, {"ada/toy/ps1.py": _RIGHT})
    scores = []
    for written in ("2026-10-02 18:00:00 UTC", "2026-10-02 11:00:00 UTC", "2026-10-03 11:00:00 +0000"):
        (root / "ada/toy/timestamp.txt").write_text(written)
        scores.append(_graded(warm_learn, root)[1]["ada"]["score"])
    assert scores == ["50", "100", "50"]


def test_last_attempt_follows_the_times_that_were_put_right(warm_learn: Learn, root: Path) -> None:
    hand_in(root, {"ada/a/toy.py": _HALF, "ada/b/toy.py": _RIGHT})
    assert _graded(warm_learn, root)[1]["ada"]["score"] == "100"
    (root / "ada/b/timestamp.txt").write_text("2026-09-01 12:00 UTC")
    assert _graded(warm_learn, root)[1]["ada"]["score"] == "60"


def test_timestamp_that_does_not_read_is_said(warm_learn: Learn, root: Path) -> None:
    hand_in(root, {"ada/toy/ps1.py": _RIGHT, "ada/toy/timestamp.txt": "02/10/2026 12:00"})
    document, _ = _graded(warm_learn, root)
    assert any("may begin with the day or the month" in remark["message"] for remark in document["remarks"])
    assert any("this was taken: the file's own time" in note for note in _report(root, "ada")["notes"])


# Ids.


@pytest.mark.parametrize("folder", ["Zo\u00eb", "Zoe\u0308", " Zo\u00eb "], ids=repr)
def test_student_of_the_roster_is_known_however_the_folder_spells_the_id(
    warm_learn: Learn, root: Path, folder: str
) -> None:
    hand_in(root, {f"{folder}/toy.py": _HALF})
    document, rows = _graded(warm_learn, root)
    assert sorted(rows) == ["Zo\u00eb", "ada"] and rows["Zo\u00eb"]["score"] == "60"
    assert not any("not in the roster" in remark["message"] for remark in document["remarks"])


@pytest.mark.parametrize("typed", ["Zo\u00eb", "Zoe\u0308", "Zoe\u0308 "], ids=repr)
def test_every_command_knows_a_student_however_the_id_is_typed(warm_learn: Learn, root: Path, typed: str) -> None:
    hand_in(root, {"Zoe\u0308/toy.py": _HALF})
    _graded(warm_learn, root)
    done = warm_learn("override", typed, "toy", "--score", "88", "--comment", "A second look.")
    assert done.stdout == "Zo\u00eb toy: 88 / 100 (graded)\n"
    assert warm_learn("override", typed, "toy", "--remove").exit_code == 0
    assert warm_learn("replay", typed, "toy", "--sandbox", "process").exit_code == 0


def test_submission_is_put_into_the_folder_that_the_roster_names(warm_learn: Learn, root: Path, toy: Course) -> None:
    hand_in(root, {"Zo\u00eb/empty.txt": ""})
    hand_in(toy.root, {"mine.py": _RIGHT})
    done = warm_learn("submit", "toy", "--file", "mine.py", "--student", "Zoe\u0308 ", "--inbox", str(root))
    assert done.exit_code == 0, done.output
    assert (root / "Zo\u00eb" / "toy" / "attempt-0001" / "toy.py").is_file()


def test_folder_that_was_renamed_leaves_no_row_and_no_report_behind(warm_learn: Learn, root: Path) -> None:
    hand_in(root, {"ada_/toy.py": _RIGHT})
    assert "ada_" in _graded(warm_learn, root)[1]
    (root / "ada_").rename(root / "ada")
    document, rows = _graded(warm_learn, root)
    assert (sorted(rows), rows["ada"]["score"]) == (["Zo\u00eb", "ada"], "100")
    assert any(
        remark["student"] == "ada_" and "stay in the store" in remark["message"] for remark in document["remarks"]
    )
    assert not (root.parent / "grades" / "reports" / "ada_").exists()
