"""`learn doctor` and `learn image`, with Docker's side replaced."""

from __future__ import annotations

import json
import sys
import types
from collections.abc import Callable
from dataclasses import dataclass
from importlib import metadata

import click.testing
import pytest

from grader.course.course import Course
from grader.errors import EngineMissingError

Learn = Callable[..., click.testing.Result]


@dataclass(frozen=True)
class Image:
    tag: str = "gradus-sandbox:cpu-0123"
    state: str = "ready"
    others: tuple[str, ...] = ()


@pytest.fixture
def image_module(monkeypatch: pytest.MonkeyPatch) -> types.ModuleType:
    """Stands for `grader.sandbox.image`: an engine that answers, with the image ready."""
    module = types.ModuleType("grader.sandbox.image")
    module.image_status = lambda cuda=False: Image()  # type: ignore[attr-defined]
    module.build_image = lambda **options: options["log"]("Step 1") or "the-tag"  # type: ignore[attr-defined]
    module.DEFAULT_BASE = "python:3.12-slim"  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "grader.sandbox.image", module)
    return module


def statuses(result: click.testing.Result) -> dict[str, str]:
    return {check["name"]: check["status"] for check in json.loads(result.stdout)["checks"]}


def test_healthy_machine_exits_0(learn: Learn, image_module: types.ModuleType) -> None:
    learn("generate")
    result = learn("doctor", "--json")
    assert result.exit_code == 0
    found = statuses(result)
    assert found["torch"] == found["course"] == found["suites"] == found["exercises"] == "ok"
    assert found["image"] == "ok"
    assert "torch" in learn("doctor").stdout


def test_stale_exercise_is_a_warning_with_its_command(learn: Learn, image_module: types.ModuleType) -> None:
    result = learn("doctor", "--json")
    assert result.exit_code == 0
    check = next(check for check in json.loads(result.stdout)["checks"] if check["name"] == "exercises")
    assert (check["status"], check["next_command"]) == ("warn", "learn generate")


def test_broken_assignment_and_missing_suite_fail(learn: Learn, toy: Course, image_module: types.ModuleType) -> None:
    (toy.folder("toy") / "assignment.toml").write_text("nonsense")
    (toy.folder("next-toy") / "suite" / "test_next_toy.py").unlink()
    result = learn("doctor", "--json")
    assert result.exit_code == 3
    found = statuses(result)
    assert (found["assignments"], found["suites"]) == ("fail", "fail")


def test_missing_package_fails_with_the_command_that_installs_it(
    learn: Learn, image_module: types.ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    version = metadata.version

    def without_torch(name: str) -> str:
        if name == "torch":
            raise metadata.PackageNotFoundError(name)
        return version(name)

    monkeypatch.setattr(metadata, "version", without_torch)
    result = learn("doctor")
    assert result.exit_code == 3
    assert "-m pip install torch" in result.stdout


def test_silent_engine_is_a_warning(learn: Learn, image_module: types.ModuleType) -> None:
    def refuse(cuda: bool = False) -> Image:
        raise EngineMissingError("No engine answers. Start Docker.")

    image_module.image_status = refuse  # type: ignore[attr-defined]
    result = learn("doctor", "--json")
    assert result.exit_code == 0
    assert statuses(result)["docker engine"] == "warn"


@pytest.mark.parametrize(("oks", "code"), [([True, True], 0), ([True, False], 3), ([], 3)], ids=["ok", "bad", "none"])
def test_self_check_fails_when_any_fails_or_none_ran(
    learn: Learn, image_module: types.ModuleType, monkeypatch: pytest.MonkeyPatch, oks: list[bool], code: int
) -> None:
    @dataclass(frozen=True)
    class Outcome:
        name: str
        ok: bool
        message: str = ""

    module = types.ModuleType("grader.sandbox.selfcheck")
    module.run_battery = lambda name: [Outcome(f"{name} {ok}", ok) for ok in oks]  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "grader.sandbox.selfcheck", module)
    assert learn("doctor", "--self-check", "process").exit_code == code


def test_outside_a_course_fails_and_still_looks_at_the_machine(
    learn: Learn, image_module: types.ModuleType, monkeypatch: pytest.MonkeyPatch, toy: Course
) -> None:
    monkeypatch.chdir(toy.root.parent)
    result = learn("doctor", "--json")
    assert statuses(result)["course"] == "fail"
    assert statuses(result)["python"] == "ok"


def test_image_build_prints_the_tag_on_stdout_and_the_log_on_stderr(
    learn: Learn, image_module: types.ModuleType
) -> None:
    result = learn("image", "build")
    assert (result.stdout, result.stderr) == ("the-tag\n", "Step 1\n")


@pytest.mark.parametrize(("state", "code"), [("ready", 0), ("stale", 3), ("missing", 3)])
def test_image_status_exits_3_unless_ready(learn: Learn, image_module: types.ModuleType, state: str, code: int) -> None:
    image_module.image_status = lambda cuda: Image(state=state)  # type: ignore[attr-defined]
    result = learn("image", "status")
    assert result.exit_code == code
    assert result.stdout.startswith(state)


def test_missing_docker_package_says_what_to_install(learn: Learn, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "grader.sandbox.image", raising=False)
    monkeypatch.setitem(sys.modules, "docker", None)
    result = learn("image", "status")
    assert result.exit_code == 3
    assert "pip install 'gradus-torch[docker]'" in result.stderr


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ("deadlines = { ty = 2026-10-01T12:00:00Z }", "A deadline is for `ty`, which the course does not have."),
        (
            'students = [{ id = "ada", extensions = { next-to = 2026-10-01T12:00:00Z } }]',
            "for `next-to`, which the course does not have. Did you mean `next-toy`?",
        ),
        ('inbox = "nowhere"', "There is no inbox"),
    ],
    ids=["deadline", "extension", "inbox"],
)
def test_rule_of_the_class_that_could_never_apply_fails(
    learn: Learn, toy: Course, image_module: types.ModuleType, lines: str, said: str
) -> None:
    with (toy.root / "course.toml").open("a", encoding="utf-8") as file:
        file.write(f"\n[class]\n{lines}\n")
    result = learn("doctor", "--json")
    assert result.exit_code == 3
    check = next(check for check in json.loads(result.stdout)["checks"] if check["name"] == "class")
    assert check["status"] == "fail"
    assert said in check["message"]


def test_class_whose_rules_apply_is_counted(learn: Learn, toy: Course, image_module: types.ModuleType) -> None:
    with (toy.root / "course.toml").open("a", encoding="utf-8") as file:
        file.write('\n[class]\ninbox = "."\nstudents = [{ id = "ada" }]\ndeadlines = { toy = 2026-10-01T12:00:00Z }\n')
    checks = json.loads(learn("doctor", "--json").stdout)["checks"]
    assert "1 students and 1 deadlines" in next(check for check in checks if check["name"] == "class")["message"]
