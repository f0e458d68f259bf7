"""`--engine ray`: which options go with it, and what is said where Ray is not installed."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import click.testing
import pytest

from grader.course.course import Course

Learn = Callable[..., click.testing.Result]

_TRUSTED = ("--sandbox", "process", "--trust-submissions")


@pytest.fixture
def folder(toy: Course) -> Path:
    path = toy.root / "class" / "ada" / "toy.py"
    path.parent.mkdir(parents=True)
    path.write_text("def double(x):\n    return x + x\n", encoding="utf-8")
    return toy.root / "class"


@pytest.mark.parametrize(
    ("options", "complaint"),
    [
        (("--engine", "ray", "--jobs", "0"), "--engine ray needs --jobs 1 or more"),
        (("--engine", "ray", "--device", "cuda", "--gpus", "0"), "say --gpus-per-job instead of --gpus"),
        (("--address", "auto"), "--address needs --engine ray"),
    ],
    ids=["no jobs", "gpus", "address"],
)
def test_options_that_do_not_go_together_are_refused(
    learn: Learn, folder: Path, options: tuple[str, ...], complaint: str
) -> None:
    result = learn("grade", str(folder), *_TRUSTED, *options)
    assert (result.exit_code, complaint in result.stderr) == (2, True), result.stderr


def test_dry_run_is_judged_on_this_machine(learn: Learn, folder: Path) -> None:
    result = learn("regrade", "--dry-run", "--engine", "ray", *_TRUSTED)
    assert (result.exit_code, "A dry run is judged here" in result.stderr) == (2, True), result.stderr


def test_share_of_a_gpu_that_no_worker_can_have_is_refused(learn: Learn, folder: Path) -> None:
    result = learn("grade", str(folder), *_TRUSTED, "--engine", "ray", "--device", "cuda", "--gpus-per-job", "1.5")
    assert (result.exit_code, "a fraction up to 1 or a whole number, not 1.5" in result.stderr) == (2, True)


def test_machine_without_ray_is_told_what_to_install(
    learn: Learn, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "ray", None)
    for module in [name for name in sys.modules if name in ("grader.engine.cluster", "grader.engine.crew")]:
        monkeypatch.delitem(sys.modules, module)
    result = learn("grade", str(folder), *_TRUSTED, "--engine", "ray")
    assert result.exit_code == 3
    assert "Run `pip install 'gradus-torch[cluster]'`." in result.stderr
