"""The options that several commands share: each names its default and its environment variable, once."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

__all__ = [
    "assignments_option",
    "attempt_options",
    "batch_options",
    "course_option",
    "json_option",
    "lang_option",
    "out_option",
    "store_option",
    "student_option",
    "worker_options",
]

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
        "named_language",
        metavar="LANGUAGE",
        help="Language of texts and results, one that the course has, such as `en`.  [env var: GRADUS_LANG, which is a "
        "wish; default: the locale's, or the course's first]",
    )(command)


def student_option(command: _Command) -> _Command:
    return click.option(
        "--student",
        envvar="GRADUS_STUDENT",
        show_envvar=True,
        help="Your id in the class.  [default: your login name, if the class has it]",
    )(command)


def attempt_options(command: _Command) -> _Command:
    """The options of a check: file, task, sandbox, seed and device."""
    for option in reversed(_ATTEMPT_OPTIONS):
        command = option(command)
    return command


def assignments_option(command: _Command) -> _Command:
    return click.option(
        "--assignment",
        "slugs",
        multiple=True,
        help="Take this assignment only; may be given several times.  [default: all]",
    )(command)


def json_option(command: _Command) -> _Command:
    return click.option(
        "--json", "as_json", is_flag=True, help="Print one JSON document and nothing else.  [default: off]"
    )(command)


def out_option(command: _Command) -> _Command:
    return click.option(
        "--out",
        type=click.Path(path_type=Path),
        envvar="GRADUS_OUT",
        show_envvar=True,
        help="Folder of the results.  [default: grades/ in the course]",
    )(command)


def store_option(command: _Command) -> _Command:
    return click.option(
        "--store",
        "store_url",
        envvar="GRADUS_STORE",
        show_envvar=True,
        help="Database URL of the store, such as postgresql://host/name.  "
        "[default: a SQLite file in the folder of the results]",
    )(command)


def batch_options(command: _Command) -> _Command:
    """The options of what has many submissions graded: jobs, sandbox, device, GPUs and engine."""
    jobs = _jobs_option(0, "; 0 leaves all of it to `learn work` elsewhere")
    for option in reversed((jobs, *_SANDBOX_OPTIONS, *_ENGINE_OPTIONS)):
        command = option(command)
    return command


def worker_options(command: _Command) -> _Command:
    """The options of what judges on this machine: as `batch_options`, without the engine."""
    for option in reversed((_jobs_option(1, ""), *_SANDBOX_OPTIONS)):
        command = option(command)
    return command


def _jobs_option(least: int, what_else: str) -> Callable[[_Command], _Command]:
    return click.option(
        "--jobs",
        type=click.IntRange(least, 256),
        default=1,
        show_default=True,
        help=f"How many submissions to judge at a time{what_else}.",
    )


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

_SANDBOX_OPTIONS = (
    click.option(
        "--sandbox",
        type=click.Choice(["process", "docker"]),
        default="docker",
        show_default=True,
        help="Where the code runs: `docker` isolates; `process` needs --trust-submissions.",
    ),
    click.option(
        "--trust-submissions",
        is_flag=True,
        help="Let the submissions run as you, without isolation.  [default: off]",
    ),
    click.option(
        "--device",
        type=click.Choice(["cpu", "cuda"]),
        default="cpu",
        show_default=True,
        help="Device the tests use.",
    ),
    click.option(
        "--gpus",
        metavar="IDS",
        help="GPUs to share out among the jobs, as in `0,1`.  [default: every job sees all]",
    ),
    click.option(
        "--gpus-per-job",
        type=float,
        default=1.0,
        show_default=True,
        help="A whole number of GPUs, or a fraction: with 0.25 four jobs share one.",
    ),
)

_ENGINE_OPTIONS = (
    click.option(
        "--engine",
        type=click.Choice(["local", "ray"]),
        default="local",
        show_default=True,
        help="Where to judge: on this machine, or on a `ray` cluster, where --jobs says how many workers.",
    ),
    click.option(
        "--address",
        metavar="HOST:PORT",
        help="Ray cluster that this machine is a node of; `auto` finds it.  [env var: RAY_ADDRESS; default: one that "
        "is started on this machine]",
    ),
)
