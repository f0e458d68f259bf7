"""The options that several commands share: each names its default and its environment variable, once."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from grader.language import Language, choose_language

__all__ = ["attempt_options", "course_option", "json_option", "lang_option"]

_Command = TypeVar("_Command", bound=Callable[..., Any])


def course_option(command: _Command) -> _Command:
    return click.option(
        "--course",
        "course_folder",
        type=click.Path(path_type=Path),
        envvar="GRADUS_COURSE",
        show_envvar=True,
        help="Folder of the course.  [default: the current folder or the nearest one above it]",
    )(command)


def lang_option(command: _Command) -> _Command:
    return click.option(
        "--lang",
        "language",
        type=click.Choice([language.value for language in Language]),
        callback=lambda _context, _option, value: choose_language(value, os.environ),
        envvar="GRADUS_LANG",
        show_envvar=True,
        help="Language of texts and results.  [default: zh in a Chinese locale, else en]",
    )(command)


def attempt_options(command: _Command) -> _Command:
    """The options of a check: file, task, sandbox, seed and device."""
    for option in reversed(_ATTEMPT_OPTIONS):
        command = option(command)
    return command


def json_option(command: _Command) -> _Command:
    return click.option(
        "--json", "as_json", is_flag=True, help="Print one JSON document and nothing else.  [default: off]"
    )(command)


_ATTEMPT_OPTIONS = (
    click.option(
        "--file",
        "path",
        type=click.Path(path_type=Path),
        help="File to check; it does not count for your progress.  [default: exercises/<slug>.py]",
    ),
    click.option(
        "--task",
        "task_names",
        multiple=True,
        help="Check this task only; may be given several times.  [default: all tasks]",
    ),
    click.option(
        "--sandbox",
        type=click.Choice(["process", "docker"]),
        default="process",
        show_default=True,
        envvar="GRADUS_SANDBOX",
        show_envvar=True,
        help="Where the code runs: `process` is for your own code, `docker` isolates.",
    ),
    click.option(
        "--seed",
        type=click.IntRange(0, 2**63 - 1),
        help="Seed of the random inputs, as a report gives it.  [default: a new one]",
    ),
    click.option(
        "--device",
        type=click.Choice(["cpu", "cuda"]),
        default="cpu",
        show_default=True,
        help="Device the tests use.",
    ),
)
