"""What a look at a submission's text finds, without running it, and who may hand in what and where to."""

from __future__ import annotations

import errno
import getpass
import json
import os
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest

from grader.course.course import Course
from grader.errors import RefusedError, UserError
from grader.student import handin
from grader.student.handin import FlawKind, hand_in, look_over, plan_handin
from grader.submission.inbox import read_receipt
from grader.submission.intake import MAX_SUBMISSION_BYTES
from tests.support.factories import make_assignment, make_task

_SUMS = make_assignment(make_task("add"), make_task("Adder", signature="class Adder"))
_WRITTEN = "def add(x, y):\n    return x + y\n\nclass Adder:\n    pass\n"
_NOON = datetime(2026, 10, 1, 12, tzinfo=UTC)
_CLASS = """
[class]
inbox = "inbox"
[[class.students]]
id = "ada"
extensions = { toy = 2026-10-03T12:00:00Z }
[[class.students]]
id = "ben"
[class.deadlines]
toy = 2026-10-01T12:00:00Z
[class.late]
grace_minutes = 10
"""


def _flaws(source: str) -> list[tuple[str, str | None, int | None]]:
    return [(flaw.kind.value, flaw.task, flaw.line) for flaw in look_over(source.encode(), _SUMS)]


# Looking over.


def test_look_over_finds_nothing_in_what_is_written() -> None:
    assert _flaws(_WRITTEN) == []


@pytest.mark.parametrize(
    "source",
    [
        "from operator import add\nclass Adder: pass\n",
        "add = lambda x, y: x + y\nclass Adder: pass\n",
        "if True:\n    def add(x, y): return x\nclass Adder: pass\n",
        "\ufeff" + _WRITTEN,
        _WRITTEN.replace("\n", "\r\n"),
        _WRITTEN + "raise SystemExit\n",
        _WRITTEN + "print('\\d')\n",
    ],
    ids=["import", "lambda", "nested", "byte order mark", "CRLF", "would exit", "would warn"],
)
def test_look_over_takes_any_way_to_define_a_task_and_runs_nothing(source: str) -> None:
    assert _flaws(source) == []


def test_look_over_lists_everything_that_is_missing() -> None:
    assert _flaws("def ad(x, y): pass\n") == [("missing", "add", None), ("missing", "Adder", None)]


@pytest.mark.parametrize(
    ("source", "line", "code"),
    [
        ("x = 1\ndef add(x:\n    pass\n", 2, "def add(x:"),
        ("x = 1\n  y = 2\n", 2, "y = 2"),
        ("def add():\n\treturn 1\n        return 2\n", 3, "return 2"),
        ("x = 1\r\nreturn x\r\n", 2, "return x"),
        ("# 中文\nprint('\n", 2, "print('"),
        ("\ufeffdef f(:\n", 1, "def f(:"),
        ("x = 1\rdef f(:\r", 2, "def f(:"),
    ],
    ids=["syntax", "indentation", "tabs", "return outside", "open string", "byte order mark", "CR"],
)
def test_look_over_tells_the_line_and_the_text_of_a_syntax_error(source: str, line: int, code: str) -> None:
    (flaw,) = look_over(source.encode(), _SUMS)

    assert (flaw.kind, flaw.line, flaw.code) == (FlawKind.SYNTAX, line, code)
    assert "Error: " in (flaw.message or "")


def test_look_over_survives_what_is_too_deep_to_be_parsed() -> None:
    (flaw,) = look_over(b"x = " + b"(" * 5000 + b")" * 5000, _SUMS)

    assert flaw.kind is FlawKind.SYNTAX


def test_look_over_knows_the_stub_by_what_it_raises() -> None:
    source = (
        'def add(x, y):\n    """Adds."""\n    raise NotImplementedError("add")\n\n'
        "class Adder:\n    def __init__(self):\n        self.x = 1\n"
        '    def forward(self, x):\n        raise NotImplementedError("Adder.forward")\n'
    )

    assert _flaws(source) == [("unwritten", "add", 3), ("unwritten", "Adder", 9)]


@pytest.mark.parametrize(
    "raised", ["NotImplementedError", "NotImplementedError()", 'NotImplementedError("no integers")', "error"]
)
def test_look_over_takes_a_students_own_exception_for_no_stub(raised: str) -> None:
    assert _flaws(_WRITTEN.replace("return x + y", f"raise {raised}")) == []


# Planning.


@pytest.fixture
def classroom(toy: Course) -> Course:
    """The toy course with a class of two, an inbox and an exercise that has all tasks."""
    with (toy.root / "course.toml").open("a", encoding="utf-8") as file:
        file.write(_CLASS)
    (toy.root / "inbox").mkdir()
    (toy.root / "exercises" / "toy.py").write_text("def double(x): ...\ndef add_(x, y): ...\n")
    return Course(toy.root)


def test_plan_takes_the_exercise_the_class_and_its_inbox(classroom: Course) -> None:
    draft = plan_handin(classroom, "toy", student="ada")

    assert draft.path == classroom.root / "exercises" / "toy.py"
    assert draft.inbox == classroom.root / "inbox"
    assert (draft.student, draft.file_name, draft.flaws) == ("ada", "toy.py", ())


def test_plan_gives_a_file_the_name_that_the_assignment_has(classroom: Course, tmp_path: Path) -> None:
    path = tmp_path / "conftest.PY"
    path.write_text("class Halver: pass\n")

    assert plan_handin(classroom, "next_toy", path=path, student="ada").file_name == "next_toy.py"


@pytest.mark.parametrize("name", ["toy.txt", "toy", "toy.pyc", "toy.py.bak-1"])
def test_plan_refuses_what_is_neither_python_nor_a_notebook(classroom: Course, tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text("x = 1\n")

    with pytest.raises(RefusedError, match="neither a `.py` nor an `.ipynb`"):
        plan_handin(classroom, "toy", path=tmp_path / name, student="ada")


def test_plan_refuses_what_would_never_be_graded(classroom: Course, tmp_path: Path) -> None:
    path = tmp_path / "toy.py"
    path.write_bytes(b"#" * (MAX_SUBMISSION_BYTES + 1))

    with pytest.raises(RefusedError, match="is larger than 1024 KiB"):
        plan_handin(classroom, "toy", path=path, student="ada")


def test_plan_needs_an_exercise_that_was_started(classroom: Course) -> None:
    with pytest.raises(UserError, match="There is no `.*next_toy.py` yet. `learn start next-toy` puts it there."):
        plan_handin(classroom, "next-toy", student="ada")


@pytest.mark.parametrize("login", ["ada", "root", None])
def test_plan_takes_the_login_name_only_if_the_class_has_it(
    classroom: Course, monkeypatch: pytest.MonkeyPatch, login: str | None
) -> None:
    def getuser() -> str:
        if login is None:
            raise KeyError("getpwuid(): uid not found: 1234")
        return login

    monkeypatch.setattr(getpass, "getuser", getuser)
    if login == "ada":
        assert plan_handin(classroom, "toy").student == "ada"
    else:
        with pytest.raises(UserError, match="Who hands in"):
            plan_handin(classroom, "toy")


def test_plan_takes_no_login_name_where_the_class_is_not_known(toy: Course, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(getpass, "getuser", lambda: "ada")

    with pytest.raises(UserError, match="Who hands in"):
        plan_handin(toy, "toy")


def test_plan_takes_any_id_where_the_class_is_not_known(toy: Course, tmp_path: Path) -> None:
    (toy.root / "exercises" / "toy.py").write_text("x = 1\n")

    assert plan_handin(toy, "toy", student="张伟", inbox=tmp_path).student == "张伟"


@pytest.mark.parametrize("student", ["..", "a/b", "", "ada\n", ".hidden", "x" * 200], ids=repr)
def test_plan_refuses_an_id_that_is_no_name_of_a_folder(toy: Course, tmp_path: Path, student: str) -> None:
    with pytest.raises(UserError, match="is no student's id"):
        plan_handin(toy, "toy", student=student, inbox=tmp_path)


def test_plan_offers_near_names_of_the_class(classroom: Course) -> None:
    with pytest.raises(UserError, match="The class has no student `adda`. Did you mean `ada`?"):
        plan_handin(classroom, "toy", student="adda")


def test_plan_needs_an_inbox(toy: Course) -> None:
    with pytest.raises(UserError, match="Where to?.*names no inbox.*GRADUS_INBOX"):
        plan_handin(toy, "toy", student="ada")


# Handing in.


@pytest.mark.parametrize(
    ("student", "after", "days"),
    [
        ("ben", timedelta(0), 0),
        ("ben", timedelta(minutes=10), 0),
        ("ben", timedelta(minutes=11), 1),
        ("ben", timedelta(days=1, seconds=1), 2),
        ("ada", timedelta(days=1, seconds=1), 0),
        ("ada", timedelta(days=2, minutes=11), 1),
    ],
    ids=str,
)
def test_hand_in_tells_lateness_with_grace_and_extension(
    classroom: Course, student: str, after: timedelta, days: int
) -> None:
    done = hand_in(plan_handin(classroom, "toy", student=student), _NOON + after)

    assert done.days_late == days
    assert done.receipt is not None and done.receipt.submitted_at == _NOON + after


def test_hand_in_sends_the_bytes_of_the_file_and_keeps_the_receipt(classroom: Course) -> None:
    path = classroom.root / "exercises" / "toy.py"
    content = "\ufeffdef double(x): ...\r\ndef add_(x, y): ...\r\n# 中文".encode()
    path.write_bytes(content)

    done = hand_in(plan_handin(classroom, "toy", student="ada"))

    folder = Path(done.folder or "")
    assert (folder / "toy.py").read_bytes() == content
    assert read_receipt(folder) == done.receipt
    assert json.loads(Path(done.copy or "").read_text()) == json.loads((folder / "receipt.json").read_text())


def test_hand_in_tells_the_time_in_utc_whatever_the_zone_of_the_clock(classroom: Course) -> None:
    now = datetime(2026, 10, 1, 14, 0, 5, 999_999, tzinfo=timezone(timedelta(hours=2)))

    receipt = hand_in(plan_handin(classroom, "toy", student="ben"), now).receipt

    assert receipt is not None
    assert receipt.submitted_at.isoformat() == "2026-10-01T12:00:05+00:00"


def test_hand_in_again_keeps_both_receipts(classroom: Course) -> None:
    copies = {hand_in(plan_handin(classroom, "toy", student=who), _NOON).copy for who in ("ada", "ada", "ben")}

    assert len({Path(copy or "").read_text() for copy in copies}) == 3


def test_hand_in_counts_although_the_copy_of_the_receipt_cannot_be_kept(
    classroom: Course, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: Any) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(handin, "write_atomically", fail)

    done = hand_in(plan_handin(classroom, "toy", student="ada"))

    assert done.copy is None and "No space left" in (done.warning or "")
    assert read_receipt(Path(done.folder or "")) == done.receipt


def _notebook(*cells: str) -> bytes:
    parts: list[dict[str, Any]] = [
        {
            "cell_type": "code",
            "id": f"cell-{number}",
            "metadata": {},
            "outputs": [],
            "execution_count": None,
            "source": it,
        }
        for number, it in enumerate(cells)
    ]
    document = {"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": parts}
    return json.dumps(document).encode()


def test_hand_in_sends_a_notebook_as_it_is_and_looks_at_its_code(classroom: Course, tmp_path: Path) -> None:
    path = tmp_path / "My homework.ipynb"
    path.write_bytes(_notebook("def double(x):\n    return 2 * x", "double(3)"))

    draft = plan_handin(classroom, "toy", path=path, student="ada")
    done = hand_in(draft)

    assert [(flaw.kind, flaw.task) for flaw in draft.flaws] == [(FlawKind.MISSING, "add_")]
    assert (Path(done.folder or "") / "toy.ipynb").read_bytes() == path.read_bytes()
    assert read_receipt(Path(done.folder or "")).file == "toy.ipynb"


def test_plan_refuses_a_notebook_that_does_not_read(classroom: Course, tmp_path: Path) -> None:
    path = tmp_path / "toy.ipynb"
    path.write_bytes(b"{")

    with pytest.raises(RefusedError, match="toy.ipynb"):
        plan_handin(classroom, "toy", path=path, student="ada")
