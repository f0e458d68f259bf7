"""`learn generate` with kinds: what is written where, and what `--check` lists."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import click.testing
import pytest

from grader.commands import generating
from grader.course.course import Course
from grader.release.kinds import COURSE_KINDS, KINDS

Learn = Callable[..., click.testing.Result]


@pytest.fixture(autouse=True)
def visible_tests(toy: Course) -> None:
    """Gives every task of the course a visible test, without which nothing can be bundled."""
    for path in toy.root.glob("assignments/*/suite/test_*.py"):
        text = path.read_text().replace("@visible\n", "").replace("@task(", "@visible\n@task(")
        path.write_text(text if "import visible" in text or ", visible" in text else _with_import(text))


def _with_import(text: str) -> str:
    return text.replace("from grader.suite import ", "from grader.suite import visible, ")


def test_command_knows_the_kinds_that_there_are() -> None:
    assert set(generating._PRODUCTS) == set(KINDS)
    assert set(generating._COURSE_PRODUCTS) == set(COURSE_KINDS)


def test_without_kind_only_exercises_are_written(learn: Learn, toy: Course) -> None:
    assert learn("generate").exit_code == 0
    assert not (toy.root / "release").exists()


def test_kind_writes_into_release_and_leaves_exercises_alone(learn: Learn, toy: Course) -> None:
    result = learn("generate", "toy", "--kind", "bundle", "--kind", "gradescope")
    release = toy.root / "release"
    assert result.stdout.splitlines() == [str(release / "bundles/toy.zip"), str(release / "gradescope/toy.zip")]
    assert not toy.exercise(toy.assignment("toy")).exists()
    assert learn("generate", "toy", "--kind", "bundle").stdout == ""


def test_all_writes_every_kind_of_every_assignment(learn: Learn, toy: Course, tmp_path: Path) -> None:
    assert learn("generate", "--kind", "all", "--into", str(tmp_path / "out")).exit_code == 0
    found = {path.relative_to(tmp_path / "out").as_posix() for path in (tmp_path / "out").rglob("*.*")}
    made = [kind.make(toy, toy.assignment(slug)) for kind in KINDS.values() for slug in toy.slugs]
    assert found == {name for files in made for name in files} | {kind.file for kind in COURSE_KINDS.values()}
    assert toy.exercise(toy.assignment("toy")).exists()
    assert learn("generate", "--kind", "all", "--check", "--into", str(tmp_path / "out")).exit_code == 0


def test_check_writes_nothing_and_lists_what_was_asked_for(learn: Learn, toy: Course) -> None:
    learn("generate")
    result = learn("generate", "--check", "--kind", "bundle")
    assert result.exit_code == 1
    bundles = toy.root / "release" / "bundles"
    assert result.stdout.splitlines() == [f"missing  {bundles / 'toy.zip'}", f"missing  {bundles / 'next-toy.zip'}"]
    assert not bundles.exists()


def test_check_looks_at_what_is_there_of_other_kinds(learn: Learn, toy: Course) -> None:
    learn("generate")
    learn("generate", "toy", "--kind", "bundle")
    assert learn("generate", "--check").exit_code == 0
    path = toy.folder("toy") / "statement.en.md"
    path.write_text(path.read_text() + "More.\n")
    result = learn("generate", "--check")
    assert (result.exit_code, result.stdout) == (1, f"stale    {toy.root / 'release/bundles/toy.zip'}\n")
    assert learn("generate", "--kind", "bundle", "toy").exit_code == 0
    assert learn("generate", "--check").exit_code == 0


def test_what_schedulers_take_is_written_once_whatever_the_slugs(learn: Learn, toy: Course) -> None:
    both = ("--kind", "slurm", "--kind", "kubernetes")
    result = learn("generate", "next-toy", *both)
    release = toy.root / "release"
    assert result.stdout.splitlines() == [str(release / "gradus-slurm.sh"), str(release / "gradus-kubernetes.yaml")]
    assert learn("generate", *both).stdout == ""


def test_check_looks_at_what_schedulers_take_where_it_was_made(learn: Learn, toy: Course) -> None:
    learn("generate")
    learn("generate", "--kind", "slurm")
    assert learn("generate", "--check").exit_code == 0
    path = toy.folder("toy") / "assignment.toml"
    path.write_text(path.read_text().replace("[limits]", "[limits]\nmemory_mib = 9000"))
    result = learn("generate", "--check")
    assert (result.exit_code, result.stdout) == (1, f"stale    {toy.root / 'release/gradus-slurm.sh'}\n")


def test_check_of_what_is_there_does_not_ask_for_the_rest(learn: Learn, toy: Course) -> None:
    learn("generate")
    learn("generate", "toy", "--kind", "bundle")
    (toy.folder("next-toy") / "statement.en.md").unlink()  # it cannot be bundled now, and nobody wants that
    assert learn("generate", "--check").exit_code == 0


def test_what_cannot_be_made_is_told_without_a_traceback(learn: Learn, toy: Course) -> None:
    (toy.folder("toy") / "statement.zh.md").unlink()
    result = learn("generate", "toy", "--kind", "bundle")
    assert result.exit_code == 2
    assert "statement.zh.md` is missing" in result.stderr
