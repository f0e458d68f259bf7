"""Every file in a folder of submissions is somebody's for something, or is said to be left out."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from grader.course.roster import ClassRules, Student
from grader.errors import UserError
from grader.submission.collect import Collection, collect
from grader.submission.inbox import Parcel, deliver
from grader.submission.naming import shown

_TASKS = {"sums": ["add", "total"], "conv-shapes": ["conv"], "conv2d": ["conv2d"], "shapes": ["shape"]}
_NOON = datetime(2026, 10, 1, 12, 0, tzinfo=UTC)


def _write(root: Path, *names: str) -> None:
    for number, name in enumerate(names):
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("x = 1\n", encoding="utf-8")
        seconds = (_NOON + timedelta(minutes=number)).timestamp()
        os.utime(path, (seconds, seconds))


def _collect(root: Path, rules: ClassRules | None = None, wanted: set[str] | None = None) -> Collection:
    return collect(root, _TASKS, rules or ClassRules(), wanted)


def _found(collection: Collection, root: Path) -> list[tuple[str, str, str]]:
    return [(one.student, one.assignment, one.path.relative_to(root).as_posix()) for one in collection.found]


def test_plain_folders_are_read(tmp_path: Path) -> None:
    _write(tmp_path, "ada/sums.py", "ada/conv_shapes.py", "bob/Sums.PY", "bob/sub/dir/conv-shapes.ipynb")
    collection = _collect(tmp_path)
    assert _found(collection, tmp_path) == [
        ("ada", "conv-shapes", "ada/conv_shapes.py"),
        ("ada", "sums", "ada/sums.py"),
        ("bob", "conv-shapes", "bob/sub/dir/conv-shapes.ipynb"),
        ("bob", "sums", "bob/Sums.PY"),
    ]


def test_nbgraders_folders_are_read_with_their_timestamps(tmp_path: Path) -> None:
    _write(tmp_path, "ada/sums/problem1.ipynb", "ada/sums/.ipynb_checkpoints/problem1.ipynb")
    (tmp_path / "ada/sums/timestamp.txt").write_text("2026-09-01 21:58:23.948203 UTC\n", encoding="ascii")
    (tmp_path / "ada/sums/submission_secret.txt").write_text("l0j3ekhdUUcf")
    collection = _collect(tmp_path)
    (found,) = collection.found
    assert collection.remarks == ()
    assert (found.assignment, found.path.name) == ("sums", "problem1.ipynb")
    assert found.submitted_at == datetime(2026, 9, 1, 21, 58, 23, 948203, tzinfo=UTC)


def test_inbox_gives_attempts_their_numbers_and_times(tmp_path: Path) -> None:
    for number in range(2):
        at = _NOON + timedelta(hours=number)
        parcel = Parcel(student="ada", assignment="sums", file="sums.py", content=b"x = 1\n", submitted_at=at)
        deliver(tmp_path, parcel)
    assert [(one.number, one.submitted_at) for one in _collect(tmp_path).found] == [
        (1, _NOON),
        (2, _NOON + timedelta(hours=1)),
    ]


def test_damaged_attempt_is_said_and_graded_all_the_same(tmp_path: Path) -> None:
    parcel = Parcel(student="ada", assignment="sums", file="sums.py", content=b"x = 1\n", submitted_at=_NOON)
    path = deliver(tmp_path, parcel).folder / "sums.py"
    path.write_text("x = 2\n", encoding="utf-8")
    collection = _collect(tmp_path)
    assert [one.number for one in collection.found] == [None]
    assert "is not the file that its receipt was given for" in collection.remarks[0].message


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("ada/notes.txt", "is no submission"),
        ("ada/sums.zip", "Unpack it first"),
        ("ada/other.py", "belongs to no assignment"),
        ("sums.py", "not in a student's folder"),
        ("/".join(["ada", *"abcdefgh", "sums.py"]), "nested too deeply"),
    ],
)
def test_what_is_left_out_is_said(tmp_path: Path, name: str, message: str) -> None:
    _write(tmp_path, name)
    collection = _collect(tmp_path)
    assert collection.found == ()
    assert [message in remark.message for remark in collection.remarks] == [True]


def test_no_link_is_followed(tmp_path: Path) -> None:
    _write(tmp_path / "elsewhere", "sums.py", "bob/sums.py")
    folder = tmp_path / "class"
    (folder / "ada").mkdir(parents=True)
    (folder / "ada" / "deep").symlink_to(tmp_path / "elsewhere")
    (folder / "eve").symlink_to(tmp_path / "elsewhere")
    collection = _collect(folder)
    assert collection.found == ()
    assert [remark.path for remark in collection.remarks] == ["ada/deep", "eve"]


def test_link_named_as_a_submission_is_found_so_that_it_can_be_refused(tmp_path: Path) -> None:
    _write(tmp_path, "ada/real.txt")
    (tmp_path / "ada" / "sums.py").symlink_to(tmp_path / "ada" / "real.txt")
    assert [one.path.name for one in _collect(tmp_path).found] == ["sums.py"]


def test_timestamp_that_is_a_pipe_stops_nobody(tmp_path: Path) -> None:
    _write(tmp_path, "ada/sums/sums.ipynb")
    os.mkfifo(tmp_path / "ada/sums/timestamp.txt")
    assert _collect(tmp_path).found[0].submitted_at == _NOON


def test_names_in_any_bytes_and_composition_become_printable_ids(tmp_path: Path) -> None:
    for name in (b"caf\xff", "Zoe\u0308".encode(), b"new\nline"):
        _write(tmp_path, f"{os.fsdecode(name)}/sums.py")
    assert sorted(one.student for one in _collect(tmp_path).found) == ["Zo\u00eb", "caf\\xff", "new\\x0aline"]
    assert shown("李雷") == "李雷"


def test_strangers_are_said_with_near_names_and_graded(tmp_path: Path) -> None:
    _write(tmp_path, "ada/sums.py", "adaa/sums.py")
    collection = _collect(tmp_path, ClassRules(students=(Student(id="ada"),)))
    assert [one.student for one in collection.found] == ["ada", "adaa"]
    (remark, _) = collection.remarks
    assert remark.message == "not in the roster; graded all the same. Did you mean `ada`?"


def test_only_wanted_assignments_are_found(tmp_path: Path) -> None:
    _write(tmp_path, "ada/sums.py", "ada/conv_shapes.py")
    assert [one.assignment for one in _collect(tmp_path, wanted={"sums"}).found] == ["sums"]


def test_flood_of_files_of_one_student_leaves_the_others_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("grader.submission.candidates._MAX_ENTRIES", 5)
    _write(tmp_path, *(f"ada/{number}.txt" for number in range(9)), "bob/sums.py")
    collection = _collect(tmp_path)
    assert [one.student for one in collection.found] == ["bob"]
    of_ada = [remark.message for remark in collection.remarks if remark.student == "ada"]
    assert len(of_ada) == 6
    assert "the rest is left out" in of_ada[-1]


def test_folder_that_is_not_there_is_a_users_error(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="cannot be read"):
        _collect(tmp_path / "none")
