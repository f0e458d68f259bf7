"""The outside of the command line: help texts, exit codes of usage errors, and what it costs to import."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import click
import click.testing
import pytest

from grader.commands import main as cli

Learn = Callable[..., click.testing.Result]

_ROOT = Path(__file__).parents[2]
_MODULES_THAT_COST = ("torch", "rich", "docker", "jinja2", "pytest", "msgspec", "numpy")


def commands(group: click.Group, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    for name, command in group.commands.items():
        yield (*path, name)
        if isinstance(command, click.Group):
            yield from commands(command, (*path, name))


_COMMANDS = list(commands(cli.main))


def find(path: tuple[str, ...]) -> click.Command:
    command: click.Command = cli.main
    for name in path:
        assert isinstance(command, click.Group)
        command = command.commands[name]
    return command


@pytest.mark.parametrize("path", _COMMANDS, ids=" ".join)
def test_help_is_one_line_with_an_example_that_runs_this_command(learn: Learn, path: tuple[str, ...]) -> None:
    command = find(path)
    first = (command.help or "").splitlines()[0]
    assert re.match(r"[A-Z][a-z]+ .*\.$", first)
    assert f"Example: learn {' '.join(path)}" in (command.help or "")
    result = learn(*path, "--help")
    assert result.exit_code == 0
    assert result.stdout.startswith(f"Usage: learn {' '.join(path)} ")


@pytest.mark.parametrize("path", _COMMANDS, ids=" ".join)
def test_every_option_names_its_default(path: tuple[str, ...]) -> None:
    command = find(path)
    context = click.Context(command)
    for option in command.params:
        if isinstance(option, click.Option):
            record = option.get_help_record(context)
            assert record is not None and "default: " in record[1], f"{option.name}: {record}"


def test_every_environment_variable_is_named_in_help() -> None:
    context = click.Context(cli.main.commands["check"])
    text = cli.main.commands["check"].get_help(context)
    for name in ("GRADUS_COURSE", "GRADUS_LANG", "GRADUS_SANDBOX"):
        assert name in text


@pytest.mark.parametrize(
    "arguments",
    [["chek"], ["check"], ["check", "toy", "--no-such"], ["check", "toy", "--seed", "x"], ["list", "--lang", "fr"]],
    ids=["command", "argument", "option", "value", "choice"],
)
def test_usage_errors_exit_2_on_stderr(learn: Learn, arguments: list[str]) -> None:
    result = learn(*arguments)
    assert result.exit_code == 2
    assert "Error:" in result.stderr
    assert result.stdout == ""


def test_wrong_environment_variable_exits_2_and_names_it(learn: Learn, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GRADUS_SANDBOX", "vm")
    result = learn("check", "toy")
    assert result.exit_code == 2
    assert "GRADUS_SANDBOX" in result.stderr or "--sandbox" in result.stderr


def test_help_imports_nothing_that_costs() -> None:
    run = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "cli", "--help"],
        cwd=_ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    imported = {line.rpartition("|")[2].strip().split(".")[0] for line in run.stderr.splitlines()}
    assert "click" in imported
    assert not imported & set(_MODULES_THAT_COST)


def test_help_answers_at_once() -> None:
    """In time of the processor, since others may be waiting for it too."""

    def seconds() -> float:
        before = os.times()
        subprocess.run([sys.executable, "-m", "cli", "--help"], cwd=_ROOT, capture_output=True, check=True)
        after = os.times()
        return after.children_user + after.children_system - before.children_user - before.children_system

    assert min(seconds() for _ in range(3)) < 0.15
