"""`learn sample-class`: the same files for the same seed, and the scores that it promises."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import click.testing
import msgspec
import pytest

from grader.classroom.gradebook.gradebook import GradeStatus
from grader.course.course import Course
from grader.course.roster import ClassRules
from grader.pipeline import Request, grade
from grader.sample.classes import Expected, ExpectedGrade
from grader.sandbox.pool import Pool
from grader.submission.collect import collect

Learn = Callable[..., click.testing.Result]

_PROVED = Path(__file__).parents[1] / "courses" / "proved"


def _write(learn: Learn, folder: Path, *arguments: str) -> Expected:
    result = learn("sample-class", "--into", str(folder), "--course", str(_PROVED), *arguments)
    assert result.exit_code == 0, result.output
    assert result.stdout.split() == [str(folder), f"{folder}.expected.json", f"{folder}.class.toml"]
    return msgspec.json.decode(Path(f"{folder}.expected.json").read_bytes(), type=Expected)


def _contents(folder: Path) -> dict[str, bytes]:
    written = [*folder.rglob("*"), *folder.parent.glob(f"{folder.name}.*")]
    return {
        path.relative_to(folder.parent).as_posix().replace(folder.name, "class"): path.read_bytes()
        for path in written
        if path.is_file() and not path.is_symlink()
    }


def test_same_seed_gives_the_same_bytes_and_another_seed_others(warm_learn: Learn, tmp_path: Path) -> None:
    for name, seed in (("one", "4"), ("two", "4"), ("other", "5")):
        _write(warm_learn, tmp_path / name, "--students", "12", "--seed", seed)

    assert len(_contents(tmp_path / "one")) > 8
    assert _contents(tmp_path / "one") == _contents(tmp_path / "two")
    assert _contents(tmp_path / "one") != _contents(tmp_path / "other")


def test_class_gets_what_is_expected_under_another_seed(warm_learn: Learn, warm_pool: Pool, tmp_path: Path) -> None:
    folder = tmp_path / "class"
    expected = _write(warm_learn, folder, "--students", "24", "--seed", "2")
    assert len(expected.grades) == 24

    judged = [one for one in expected.grades if one.path is not None and one.path.endswith(".py")]
    assert {one.status for one in judged} == {"graded", "refused"}
    assert len({one.score for one in judged if one.score is not None}) > 3
    for one in judged:
        assert _outcome(one, folder, warm_pool) == (one.status, one.score, one.max_score), one


def _outcome(one: ExpectedGrade, folder: Path, pool: Pool) -> tuple[str, float | None, float]:
    course = Course(_PROVED)
    assignment = course.assignment(one.assignment)
    path = folder / str(one.path)
    report = grade(Request(course=course, assignment=assignment, tasks=assignment.tasks, seed=99), path, pool)
    status = GradeStatus.GRADED.value if report.problem is None else report.problem.kind.value
    return status, report.score, report.max_score


def test_two_attempts_are_an_inbox_of_which_the_last_counts(warm_learn: Learn, tmp_path: Path) -> None:
    folder = tmp_path / "class"
    expected = _write(warm_learn, folder, "--students", "100")

    twice = [one for one in expected.grades if one.kind == "two_attempts"]
    assert twice
    found = collect(folder, {"sums": ["add", "total"]}, ClassRules()).found
    for one in twice:
        attempts = [other for other in found if other.student == one.student]
        assert [attempt.number for attempt in attempts] == [1, 2]
        assert attempts[-1].path == folder / str(one.path)
        assert attempts[0].path.read_bytes() != attempts[1].path.read_bytes()


def test_every_file_of_a_class_is_found_where_it_is_expected(warm_learn: Learn, tmp_path: Path) -> None:
    folder = tmp_path / "class"
    expected = _write(warm_learn, folder, "--students", "100", "--seed", "8")

    found = {
        one.path.relative_to(folder).as_posix()
        for one in collect(folder, {"sums": ["add", "total"]}, ClassRules()).found
    }
    wanted = {one.path for one in expected.grades if one.path is not None}
    assert wanted <= found
    assert {path.replace("attempt-0001", "attempt-0002") for path in found} == wanted


def test_roster_can_be_put_at_the_end_of_a_course(warm_learn: Learn, toy: Course, tmp_path: Path) -> None:
    expected = _write(warm_learn, tmp_path / "class", "--students", "9")
    path = toy.root / "course.toml"
    path.write_text(path.read_text(encoding="utf-8") + Path(f"{tmp_path}/class.class.toml").read_text("utf-8"), "utf-8")

    roster = {student.id for student in Course(toy.root).rules.students}
    assert roster | set(expected.unlisted) == {one.student for one in expected.grades}
    assert len(roster) == 8


@pytest.mark.parametrize(
    ("arguments", "phrase"),
    [
        (("--assignment", "sms"), "Did you mean `sums`"),
        (("--students", "0"), "0 is not in the range"),
        (("--into", str(_PROVED)), "not empty"),
    ],
)
def test_wrong_usage_exits_2_and_writes_nothing(warm_learn: Learn, arguments: tuple[str, ...], phrase: str) -> None:
    before = sorted(Path.cwd().rglob("*"))
    result = warm_learn("sample-class", "--course", str(_PROVED), *arguments)
    assert result.exit_code == 2
    assert phrase in result.stderr
    assert sorted(Path.cwd().rglob("*")) == before


def test_suite_that_judges_nothing_is_told(warm_learn: Learn, toy: Course, tmp_path: Path) -> None:
    (toy.folder("toy") / "suite" / "test_toy.py").write_text("import no_such_module\n", "utf-8")
    arguments = ("--assignment", "toy", "--into", str(tmp_path / "class"))
    result = warm_learn("sample-class", *arguments)
    assert result.exit_code == 2
    assert "Run `learn verify toy`" in result.stderr
    assert not (tmp_path / "class").exists()
