"""`learn grade`, `regrade`, `replay`, `override` and `audit`, with a real sandbox and a real store behind them."""

from __future__ import annotations

import csv
import json
import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click.testing
import msgspec
import pytest

from grader.course.course import Course
from grader.errors import SandboxDiedError
from grader.models import Answer, Job, Report
from grader.sandbox.pool import Pool

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
_ROSTER = """
[class]
attempts = "last"
[class.deadlines]
toy = 2100-01-01T00:00:00+00:00
next-toy = 2100-01-01T00:00:00+00:00
[[class.students]]
id = "ada"
[[class.students]]
id = "bob"
[[class.students]]
id = "dan"
"""
_TRUSTED = ("--sandbox", "process", "--trust-submissions")


@pytest.fixture
def folder(toy: Course) -> Path:
    """A class of three in the roster, one of whom handed nothing in, and a stranger."""
    with (toy.root / "course.toml").open("a", encoding="utf-8") as file:
        file.write(_ROSTER)
    root = toy.root / "handed-in"
    _hand_in(root / "ada" / "toy.py", _RIGHT)
    _hand_in(root / "bob" / "toy.py", _HALF)
    _hand_in(root / "eve" / "Toy (2).py", b"x = '\xff'")
    return root


def _hand_in(path: Path, source: str | bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(source.encode() if isinstance(source, str) else source)


def _grades(toy: Course) -> dict[tuple[str, str], tuple[str, str]]:
    with (toy.root / "grades" / "grades.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return {(row["student"], row["assignment"]): (row["score"], row["status"]) for row in rows}


@pytest.fixture
def judged(monkeypatch: pytest.MonkeyPatch) -> list[Job]:
    """Every job that gets to a sandbox."""
    jobs: list[Job] = []
    real = Pool.grade

    def grade(self: Pool, job: Job) -> Answer:
        jobs.append(job)
        return real(self, job)

    monkeypatch.setattr(Pool, "grade", grade)
    return jobs


def test_class_is_graded_and_every_status_told_apart(warm_learn: Learn, folder: Path, toy: Course) -> None:
    result = warm_learn("grade", str(folder), *_TRUSTED)
    assert result.exit_code == 0, result.output
    assert _grades(toy) == {
        ("ada", "toy"): ("100", "graded"),
        ("bob", "toy"): ("60", "graded"),
        ("dan", "toy"): ("", "missing"),
        ("eve", "toy"): ("", "refused"),
    }
    assert "`eve`: not in the roster; graded all the same." in result.stdout
    assert "2 graded, 1 refused, 0 not_graded, 1 missing" in result.stdout


def test_reports_are_files_that_read_as_reports(warm_learn: Learn, folder: Path, toy: Course) -> None:
    warm_learn("grade", str(folder), *_TRUSTED)
    path = toy.root / "grades" / "reports" / "bob" / "toy.json"
    report = msgspec.json.decode(path.read_bytes(), type=Report)
    assert (report.student, report.score, report.sandbox) == ("bob", 60.0, "process")
    refused = json.loads((path.parents[1] / "eve" / "toy.json").read_text(encoding="utf-8"))
    assert refused["problem"]["kind"] == "refused"
    assert not (path.parents[1] / "dan").exists()


def test_results_are_for_the_graders_eyes(warm_learn: Learn, folder: Path, toy: Course) -> None:
    warm_learn("grade", str(folder), *_TRUSTED)
    assert (toy.root / "grades").stat().st_mode & 0o077 == 0


def test_results_that_cannot_be_written_name_another_way(learn: Learn, folder: Path, toy: Course) -> None:
    (toy.root / "file").write_text("")
    assert learn_fails(learn, "grade", str(folder), *_TRUSTED, "--out", "file/out").endswith(
        "Name another folder by `--out`."
    )


def test_unchanged_submissions_are_not_judged_again(
    warm_learn: Learn, folder: Path, toy: Course, judged: list[Job]
) -> None:
    warm_learn("grade", str(folder), *_TRUSTED)
    assert len(judged) == 2
    _hand_in(folder / "bob" / "toy.py", _RIGHT)
    result = warm_learn("grade", str(folder), *_TRUSTED, "--json")
    assert len(judged) == 3
    assert json.loads(result.stdout)["judged"] == 1
    assert _grades(toy)["bob", "toy"] == ("100", "graded")


def test_submissions_of_an_untrusted_class_do_not_run_as_oneself(learn: Learn, folder: Path, judged: list[Job]) -> None:
    result = learn("grade", str(folder), "--sandbox", "process")
    assert result.exit_code == 2
    assert "--trust-submissions" in result.stderr
    assert judged == []


def test_gpus_are_refused_for_the_cpu(learn: Learn, folder: Path) -> None:
    result = learn("grade", str(folder), "--gpus", "0,1")
    assert result.exit_code == 2
    assert "--gpus needs --device cuda." in result.stderr


def test_folder_without_submissions_says_what_one_looks_like(learn: Learn, toy: Course) -> None:
    (toy.root / "empty").mkdir()
    result = learn("grade", "empty", *_TRUSTED)
    assert result.exit_code == 2
    assert "`ada/optimizers.py`" in result.stderr
    assert not (toy.root / "grades").exists()


def test_what_fails_on_our_side_is_tried_again_and_never_a_zero(
    warm_learn: Learn, folder: Path, toy: Course, monkeypatch: pytest.MonkeyPatch
) -> None:
    tries: list[Job] = []

    def die(self: Pool, job: Job) -> Answer:
        tries.append(job)
        raise SandboxDiedError("It went away.")

    with monkeypatch.context() as patched:
        patched.setattr(Pool, "grade", die)
        result = warm_learn("grade", str(folder), *_TRUSTED)
    assert result.exit_code == 3
    assert len(tries) == 4
    assert _grades(toy)["ada", "toy"] == ("", "not_graded")
    assert "Run the same command again" in result.stdout
    assert warm_learn("grade", str(folder), *_TRUSTED).exit_code == 0
    assert _grades(toy)["ada", "toy"] == ("100", "graded")


def test_failure_that_passes_leaves_no_trace(
    warm_learn: Learn, folder: Path, toy: Course, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, failing = Pool.grade, [True]

    def die_once(self: Pool, job: Job) -> Answer:
        if failing.pop() if failing else False:
            return Answer(problem="the examiner was killed")
        return real(self, job)

    monkeypatch.setattr(Pool, "grade", die_once)
    assert warm_learn("grade", str(folder), *_TRUSTED).exit_code == 0
    assert _grades(toy)["ada", "toy"] == ("100", "graded")


def test_what_was_judged_before_an_interrupt_is_in_the_files(
    warm_learn: Learn, folder: Path, toy: Course, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, jobs = Pool.grade, []

    def interrupt_the_second(self: Pool, job: Job) -> Answer:
        jobs.append(job)
        if len(jobs) == 2:
            raise KeyboardInterrupt
        return real(self, job)

    with monkeypatch.context() as patched:
        patched.setattr(Pool, "grade", interrupt_the_second)
        assert warm_learn("grade", str(folder), *_TRUSTED).exit_code == 130
    statuses = sorted(status for _, status in _grades(toy).values())
    assert statuses == ["graded", "missing", "not_graded", "refused"]
    assert warm_learn("grade", str(folder), *_TRUSTED).exit_code == 0
    assert len(jobs) == 2
    assert sorted(status for _, status in _grades(toy).values()) == ["graded", "graded", "missing", "refused"]


def test_assignment_that_is_due_is_missing_and_one_that_is_not_is_left_out(
    warm_learn: Learn, folder: Path, toy: Course
) -> None:
    path = toy.root / "course.toml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("next-toy = 2100", "next-toy = 2020"), encoding="utf-8")
    warm_learn("grade", str(folder), *_TRUSTED)
    assert _grades(toy)["ada", "next-toy"] == ("", "missing")
    path.write_text(text, encoding="utf-8")
    warm_learn("grade", str(folder), *_TRUSTED)
    assert ("ada", "next-toy") not in _grades(toy)


def test_one_submission_is_told_as_one(warm_learn: Learn, folder: Path) -> None:
    for student in ("bob", "eve"):
        shutil.rmtree(folder / student)
    assert "1 submission: 1 judged now" in warm_learn("grade", str(folder), *_TRUSTED).stdout


def test_one_assignment_can_be_graded_alone(warm_learn: Learn, folder: Path, toy: Course, judged: list[Job]) -> None:
    _hand_in(folder / "ada" / "next_toy.py", "x = 1\n")
    warm_learn("grade", str(folder), *_TRUSTED, "--assignment", "next_toy")
    assert [job.submission.file_name for job in judged] == ["next_toy.py"]
    assert learn_fails(warm_learn, "grade", str(folder), *_TRUSTED, "--assignment", "nex-toy") == (
        "There is no assignment `nex-toy`. Did you mean `next-toy` or `toy`?"
    )


@pytest.mark.postgresql
def test_store_in_postgresql_gives_what_one_in_sqlite_gives(
    warm_learn: Learn, folder: Path, toy: Course, postgresql_url: str, judged: list[Job]
) -> None:
    def flow(out: str, *store: str) -> Any:
        where = ("--out", out, *store)
        for command in (
            ("grade", str(folder), *_TRUSTED),
            ("override", "bob", "toy", "--score", "7", "--comment", "é"),
        ):
            assert warm_learn(*command, *where).exit_code == 0
        assert warm_learn("replay", "ada", "toy", "--sandbox", "process", *where).exit_code == 0
        assert warm_learn("audit", *where).exit_code == 0
        document = json.loads(warm_learn("export", "--to", "json", *where).stdout)
        assert warm_learn("grade", str(folder), *_TRUSTED, *where).exit_code == 0
        return _without(document, {"made_at", "at", "seed", "duration_s"})

    assert flow("one") == flow("two", "--store", postgresql_url)
    assert len(judged) == 2 * 3  # two submissions and a replay in each
    assert not (toy.root / "two" / "gradus.db").exists()


def _without(value: Any, names: set[str]) -> Any:
    if isinstance(value, dict):
        return {name: _without(part, names) for name, part in value.items() if name not in names}
    return [_without(part, names) for part in value] if isinstance(value, list) else value


def learn_fails(learn: Learn, *arguments: str) -> str:
    result = learn(*arguments)
    assert result.exit_code == 2, result.output
    return result.stderr.removeprefix("Error: ").split(" `learn")[0].strip()


# Afterwards.


@pytest.fixture
def graded(warm_learn: Learn, folder: Path) -> Learn:
    assert warm_learn("grade", str(folder), *_TRUSTED).exit_code == 0
    return warm_learn


_STRICT = "assert_close(student.run(added, x, y), x + y)"


def _mend(toy: Course, old: str, new: str) -> None:
    path = toy.folder("toy") / "suite" / "test_toy.py"
    path.write_text(path.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")


def test_dry_run_of_a_regrade_changes_nothing(graded: Learn, toy: Course) -> None:
    before = _grades(toy)
    _mend(toy, "assert_close(student.run(added, x, y), x + y)", "assert student.run(added, x, y) is not None")
    result = graded("regrade", "--dry-run", *_TRUSTED)
    assert result.exit_code == 0, result.output
    assert "2 judged by the present suites: 1 up, 0 down, 1 the same" in result.stdout
    assert "bob" in result.stdout and "ada" not in result.stdout
    assert _grades(toy) == before
    assert "Nothing was changed." in result.stdout


def test_regrade_puts_the_mended_suite_in_force(judged: list[Job], graded: Learn, toy: Course) -> None:
    seeds = {job.submission.sha256: job.seed for job in judged}
    _mend(toy, "assert_close(student.run(added, x, y), x + y)", "assert student.run(added, x, y) is not None")
    result = graded("regrade", *_TRUSTED, "--json")
    changes = {
        change["student"]: (change["before"], change["after"]) for change in json.loads(result.stdout)["changes"]
    }
    assert changes == {"ada": (100.0, 100.0), "bob": (60.0, 100.0)}
    assert len(seeds) == 2
    assert {job.submission.sha256: job.seed for job in judged[2:]} == seeds
    assert _grades(toy)["bob", "toy"] == ("100", "graded")
    assert "Nothing to regrade" in graded("regrade", *_TRUSTED).stdout


def test_regrade_notices_points_that_changed(graded: Learn, toy: Course) -> None:
    path = toy.folder("toy") / "assignment.toml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("points = 60", "points = 50").replace("points = 40", "points = 50"), encoding="utf-8")
    assert "0 up, 1 down, 1 the same" in graded("regrade", *_TRUSTED).stdout
    assert _grades(toy)["bob", "toy"] == ("50", "graded")


def test_suite_that_was_put_back_is_in_force_again_without_a_run(graded: Learn, toy: Course, judged: list[Job]) -> None:
    loose = "assert student.run(added, x, y) is not None"
    _mend(toy, "assert_close(student.run(added, x, y), x + y)", loose)
    graded("regrade", *_TRUSTED)
    _mend(toy, loose, "assert_close(student.run(added, x, y), x + y)")
    runs = len(judged)
    assert "0 up, 1 down" in graded("regrade", *_TRUSTED).stdout
    assert len(judged) == runs
    assert _grades(toy)["bob", "toy"] == ("60", "graded")


def test_suite_that_was_put_back_is_in_force_for_grade_too(graded: Learn, folder: Path, toy: Course) -> None:
    loose = "assert student.run(added, x, y) is not None"
    for suite in ((_STRICT, loose), (loose, _STRICT)):
        _mend(toy, *suite)
        graded("grade", str(folder), *_TRUSTED)
    assert _grades(toy)["bob", "toy"] == ("60", "graded")


def test_replay_repeats_a_grading_and_shows_what_is_hidden(graded: Learn, toy: Course) -> None:
    _mend(toy, "def test_adds_in_place", "def test_never_seen")  # the suite of the grading is what counts
    result = graded("replay", "bob", "toy", "--sandbox", "process")
    assert result.exit_code == 0, result.output
    assert "Repeated: every result is as it was." in result.stdout
    assert "test_toy.py::test_adds_in_place  failed" in result.stdout
    assert "tensor(" in result.stdout or "expected" in result.stdout


def test_replay_tells_what_is_not_as_it_was(graded: Learn, toy: Course) -> None:
    with sqlite3.connect(toy.root / "grades" / "gradus.db") as connection:
        old, new = b'"score":60.0', b'"score":61.0'
        rows = connection.execute("SELECT id, report FROM gradings").fetchall()
        for number, report in rows:
            connection.execute("UPDATE gradings SET report = ? WHERE id = ?", (report.replace(old, new), number))
    result = graded("replay", "bob", "toy", "--sandbox", "process")
    assert result.exit_code == 1
    assert "Not repeated" in result.stdout and "double" in result.stdout


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("bob", "next-toy"), "`bob` has no graded attempt at `next-toy`."),
        (("bob", "toy", "--attempt", "7"), "`bob` has no graded attempt 7 at `toy`. Graded are the attempts 1."),
        (("eve", "toy"), "`eve` has no graded attempt at `toy`."),
    ],
)
def test_replay_says_what_there_is(graded: Learn, arguments: tuple[str, ...], message: str) -> None:
    assert learn_fails(graded, "replay", *arguments, "--sandbox", "process") == message


def test_override_counts_and_is_taken_back(graded: Learn, toy: Course) -> None:
    result = graded("override", "bob", "toy", "--score", "88.5", "--comment", "Right but for a name.")
    assert result.stdout == "bob toy: 88.5 / 100 (graded)\n"
    assert _grades(toy)["bob", "toy"] == ("88.5", "graded")
    assert graded("override", "dan", "toy", "--score", "0", "--comment", "Copied.").exit_code == 0
    assert _grades(toy)["dan", "toy"] == ("0", "graded")
    graded("override", "bob", "toy", "--remove")
    assert _grades(toy)["bob", "toy"] == ("60", "graded")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("bbo", "toy", "--score", "1", "--comment", "x"), "There is no student `bbo`"),
        (("bob", "toy", "--score", "101", "--comment", "x"), "is from 0 to 100, not 101"),
        (("bob", "toy", "--score", "nan", "--comment", "x"), "is from 0 to 100, not nan"),
        (("bob", "toy", "--score", "50", "--comment", " "), "needs a reason"),
        (("bob", "toy"), "Pass either --score with --comment, or --remove."),
        (("bob", "toy", "--remove"), "No score of `bob` for `toy` was set by hand."),
    ],
)
def test_override_refuses_what_makes_no_sense(graded: Learn, arguments: tuple[str, ...], message: str) -> None:
    result = graded("override", *arguments)
    assert result.exit_code == 2
    assert message in result.stderr


def test_audit_lists_who_did_what_and_holds(graded: Learn, toy: Course) -> None:
    graded("override", "bob", "toy", "--score", "88", "--comment", "A second look.")
    result = graded("audit")
    assert result.exit_code == 0, result.output
    assert "A second look." in result.stdout and "The log holds: 4 entries." in result.stdout
    head = json.loads(graded("audit", "--json").stdout)["head"]
    assert graded("audit", "--expect", head).exit_code == 0
    assert graded("audit", "--expect", "0" * 64).exit_code == 1


def test_audit_finds_a_score_that_was_changed_in_the_store(graded: Learn, toy: Course) -> None:
    with sqlite3.connect(toy.root / "grades" / "gradus.db") as connection:
        changed = """CAST(replace(report, '"score":60.0', '"score":99.0') AS BLOB)"""
        connection.execute(f"UPDATE gradings SET report = {changed}")
    result = graded("audit")
    assert result.exit_code == 1
    assert "The grading of `bob` for `toy` is not the one in the log." in result.stdout


@pytest.mark.parametrize("command", [("regrade", *_TRUSTED), ("replay", "ada", "toy"), ("audit",)])
def test_commands_without_results_name_the_command_that_makes_them(learn: Learn, command: tuple[str, ...]) -> None:
    result = learn(*command)
    assert result.exit_code == 2
    assert "Run `learn grade DIR --out" in result.stderr
