"""`learn submit`: what is said before and after, in which language, and how it ends."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import click.testing
import pytest

from grader.course.course import Course
from grader.submission.inbox import read_receipt

Learn = Callable[..., click.testing.Result]

_CLASS = '\n[class]\ninbox = "inbox"\n[[class.students]]\nid = "ada"\n[class.deadlines]\ntoy = %s\n'
_LATE = "[class.late]\nfraction_a_day = 0.25\nfloor = 0.5\n"
_NEVER = "9999-12-31T23:59:00-05:00"
_LONG_AGO = "2020-01-01T12:00:00+01:00"
_WRITTEN = "def double(x):\n    return 2 * x\n\n\ndef add_(x, y):\n    x += y\n"


@pytest.fixture
def work(toy: Course) -> Path:
    """The exercise of the toy course, written, in a class with an inbox."""
    _hold_class(toy, _NEVER)
    (toy.root / "inbox").mkdir()
    path = toy.root / "exercises" / "toy.py"
    path.write_text(_WRITTEN)
    return path


def _hold_class(toy: Course, deadline: str, more: str = "") -> None:
    text = (Path(__file__).parents[1] / "courses" / "toy" / "course.toml").read_text(encoding="utf-8")
    (toy.root / "course.toml").write_text(text + _CLASS % deadline + more, encoding="utf-8")


def _shelf(toy: Course) -> Path:
    return toy.root / "inbox" / "ada" / "toy"


def test_submit_says_what_was_handed_in_and_where_the_receipt_is(learn: Learn, toy: Course, work: Path) -> None:
    result = learn("submit", "toy", "--student", "ada")

    receipt = read_receipt(_shelf(toy) / "attempt-0001")
    lines = result.stdout.splitlines()
    assert (result.exit_code, result.stderr) == (0, "")
    assert lines[0] == "Handed in `exercises/toy.py` as attempt 1 of `toy`, for ada."
    assert datetime.fromisoformat(lines[1].removeprefix("Time: ")) == receipt.submitted_at
    assert abs((datetime.now(UTC) - receipt.submitted_at).total_seconds()) < 60
    assert lines[2] == "Due: 9999-12-31 23:59-05:00. In time."
    assert lines[3] == f"Receipt: {receipt.receipt}"
    assert f"`{toy.root / '.gradus' / 'receipts'}" in lines[4]


def test_submit_comes_in_chinese(learn: Learn, work: Path) -> None:
    result = learn("submit", "toy", "--student", "ada", "--lang", "zh")

    assert "已为 ada 提交 `exercises/toy.py`，这是 `toy` 的第 1 次提交。" in result.stdout
    assert "按时提交" in result.stdout and "回执：" in result.stdout


def test_submit_after_the_deadline_is_taken_and_told(learn: Learn, toy: Course, work: Path) -> None:
    _hold_class(toy, _LONG_AGO, _LATE)

    result = learn("submit", "toy", "--student", "ada")

    days = (datetime.now(UTC) - datetime.fromisoformat(_LONG_AGO)).days + 1
    due = datetime.fromisoformat(_LONG_AGO).astimezone().isoformat(" ", "minutes")
    assert result.exit_code == 0
    assert f"Due: {due}. Late: {days} days have begun since.\n" in result.stdout
    assert "50 % of its score counts." in result.stdout
    assert read_receipt(_shelf(toy) / "attempt-0001").size > 0


def test_submit_without_a_deadline_says_nothing_of_one(learn: Learn, toy: Course, work: Path) -> None:
    toml = toy.root / "course.toml"
    toml.write_text(toml.read_text(encoding="utf-8").replace("toy = 9999", "next-toy = 9999"), encoding="utf-8")

    assert "Due" not in learn("submit", "toy", "--student", "ada").stdout


def test_submit_prints_one_document(learn: Learn, toy: Course, work: Path) -> None:
    result = learn("submit", "toy", "--student", "ada", "--json")

    document = json.loads(result.stdout)
    assert (document["flaws"], document["days_late"], document["deadline"]) == ([], 0, "9999-12-31T23:59:00-05:00")
    assert document["folder"] == str(_shelf(toy) / "attempt-0001")
    assert document["receipt"] == json.loads((_shelf(toy) / "attempt-0001" / "receipt.json").read_text())


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("def double(x:\n", "`exercises/toy.py` is no valid Python (line 1): SyntaxError"),
        ("def double(x): ...\n", "`add_` is missing: `def add_(x: Tensor, y: Tensor) -> None` is asked for."),
    ],
    ids=["syntax error", "missing task"],
)
def test_submit_says_what_is_wrong_and_sends_it_only_by_force(
    learn: Learn, toy: Course, work: Path, source: str, said: str
) -> None:
    work.write_text(source)

    result = learn("submit", "toy", "--student", "ada")
    assert (result.exit_code, result.stdout) == (2, "")
    assert said in result.stderr and "Nothing was handed in." in result.stderr
    assert list((toy.root / "inbox").iterdir()) == []

    result = learn("submit", "toy", "--student", "ada", "--force")
    assert result.exit_code == 0
    assert said in result.stderr and "Nothing was handed in." not in result.stderr
    assert (_shelf(toy) / "attempt-0001" / "toy.py").read_text() == source


def test_submit_that_sends_nothing_prints_a_document_without_receipt(learn: Learn, work: Path) -> None:
    work.write_text("def double(x): ...\n")

    result = learn("submit", "toy", "--student", "ada", "--json")

    assert result.exit_code == 2
    document = json.loads(result.stdout)
    assert document["receipt"] is None
    assert [(flaw["kind"], flaw["task"]) for flaw in document["flaws"]] == [("missing", "add_")]


def test_submit_of_a_stub_is_taken_with_a_warning(learn: Learn, toy: Course, work: Path) -> None:
    work.unlink()
    learn("start", "toy")

    result = learn("submit", "toy", "--student", "ada")

    assert result.exit_code == 0
    assert "`double` is not written yet (line " in result.stderr
    assert read_receipt(_shelf(toy) / "attempt-0001").size > 0


def test_submit_shows_hostile_text_as_text(learn: Learn, work: Path) -> None:
    work.write_text("x = '\x1b[2Jbold'; def\n")

    result = learn("submit", "toy", "--student", "ada")

    assert "\\x1b[2J" in result.stderr
    assert "\x1b" not in result.stderr


@pytest.mark.parametrize("option", ["file", "link", "huge"])
def test_submit_never_sends_what_is_refused(learn: Learn, toy: Course, work: Path, option: str) -> None:
    if option == "link":
        work.symlink_to(work.rename(work.with_name("other.py")))
    elif option == "huge":
        work.write_bytes(b"#" * (1 << 21))
    arguments = ["--file", str(toy.root / "course.toml")] if option == "file" else []

    result = learn("submit", "toy", "--student", "ada", "--force", *arguments)

    assert result.exit_code == 2
    assert "Error:" in result.stderr
    assert list((toy.root / "inbox").iterdir()) == []


def test_submit_takes_student_and_inbox_from_the_environment(
    learn: Learn, toy: Course, work: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = tmp_path / "other inbox"
    other.mkdir()
    monkeypatch.setenv("GRADUS_STUDENT", "ada")
    monkeypatch.setenv("GRADUS_INBOX", str(other))

    assert learn("submit", "toy").exit_code == 0
    assert (other / "ada" / "toy" / "attempt-0001").is_dir()


def test_submit_into_an_inbox_that_is_not_there_exits_2(learn: Learn, work: Path, tmp_path: Path) -> None:
    result = learn("submit", "toy", "--student", "ada", "--inbox", str(tmp_path / "nowhere"))

    assert result.exit_code == 2
    assert "There is no inbox" in result.stderr


def test_submit_needs_no_hidden_suite(learn: Learn, toy: Course, work: Path) -> None:
    for folder in ("assignments/toy/suite", "solutions"):
        for path in (toy.root / folder).iterdir():
            path.unlink()

    assert learn("submit", "toy", "--student", "ada").exit_code == 0
