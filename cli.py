"""The command `learn`: parse, call one function of grader, render, exit.

Only this module knows exit codes. What is costly to import is imported inside the commands, so that `learn --help`
answers at once; nothing here or below imports torch.
"""

from __future__ import annotations

import contextlib
import logging
import os
import sys
import traceback
from collections.abc import Callable, Iterator
from enum import IntEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from grader import __version__
from grader.errors import SandboxError, UserError
from grader.interrupts import orderly_interrupts
from grader.language import Language
from grader.options import attempt_options, course_option, json_option, lang_option

if TYPE_CHECKING:
    from grader.course import Course
    from grader.models import Report

__all__ = ["ExitCode", "main"]

_REPORT_BUGS_TO = "the maintainers (CONTRIBUTING.md says what to send)"


class ExitCode(IntEnum):
    """What a command ends with; documented, and never changed."""

    OK = 0  # full marks, or done
    NOT_FULL = 1  # graded, not full marks; something to generate
    USAGE = 2  # a wrong name, option, TOML file or submission: the user mends it
    NOT_GRADED = 3  # ours, or the machine's: nothing was judged
    INTERRUPTED = 130


class _Learn(click.Group):
    """Maps every way in which a command may end to an exit code, click's own included."""

    def list_commands(self, _: click.Context) -> list[str]:
        return list(self.commands)  # in the order in which they are wanted, not of the alphabet

    def main(self, *args: Any, **kwargs: Any) -> Any:
        kwargs |= {"standalone_mode": False, "prog_name": "learn"}
        with _logging(), orderly_interrupts():
            code = _exit_code(lambda: super(_Learn, self).main(*args, **kwargs))
        sys.exit(code)


def _exit_code(run: Callable[[], Any]) -> int:
    try:
        return int(run() or ExitCode.OK)
    except click.ClickException as error:
        error.show(sys.stderr)
        return ExitCode.USAGE
    except UserError as error:
        _complain(str(error))
        return ExitCode.USAGE
    except SandboxError as error:
        _complain(str(error))
        return ExitCode.NOT_GRADED
    except (click.Abort, KeyboardInterrupt):
        click.echo("Interrupted.", err=True)
        return ExitCode.INTERRUPTED
    except Exception as error:
        if os.environ.get("GRADUS_DEBUG"):
            traceback.print_exc()
        _complain(
            f"This is a bug in Gradus: {type(error).__name__}: {error}\n"
            f"Please report it to {_REPORT_BUGS_TO}; run the command again with GRADUS_DEBUG=1 for the traceback."
        )
        return ExitCode.NOT_GRADED


def _complain(message: str) -> None:
    label = "Error:"
    if sys.stderr.isatty() and not os.environ.get("NO_COLOR"):
        label = click.style(label, fg="red", bold=True)
    click.echo(f"{label} {message}", err=True)


@contextlib.contextmanager
def _logging() -> Iterator[None]:
    """Sends the engine's log to stderr with GRADUS_DEBUG set, and nowhere otherwise: the report says what matters."""
    handler = logging.StreamHandler() if os.environ.get("GRADUS_DEBUG") else logging.NullHandler()
    logger = logging.getLogger("grader")
    logger.addHandler(handler)
    try:
        yield
    finally:
        logger.removeHandler(handler)


def _find_course(folder: Path | None) -> Course:
    from grader.course import find_course

    return find_course(folder)


@click.group(cls=_Learn, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, "--version", prog_name="learn", message="%(prog)s %(version)s")
def main() -> None:
    """Learn PyTorch by writing it: exercises that are graded at once.

    Example: learn start broadcasting
    """


# Commands of students.


@main.command("list")
@course_option
@lang_option
def list_(course_folder: Path | None, language: Language) -> ExitCode:
    """List the assignments of the course with your best scores.

    Example: learn list --lang zh
    """
    from grader.progress import load_progress
    from grader.rendering.console import open_console
    from grader.rendering.course import render_list

    course = _find_course(course_folder)
    render_list(open_console(), [course.assignment(slug) for slug in course.slugs], load_progress(course), language)
    return ExitCode.OK


@main.command()
@click.argument("slug")
@click.option("--task", "task_name", help="Show this task only.  [default: the whole statement]")
@course_option
@lang_option
def show(slug: str, task_name: str | None, course_folder: Path | None, language: Language) -> ExitCode:
    """Show what an assignment asks for.

    Example: learn show optimizers --task adam_step_
    """
    from grader.course import near_task
    from grader.rendering.console import open_console
    from grader.rendering.course import render_statement, render_task

    course = _find_course(course_folder)
    assignment = course.assignment(slug)
    if task_name is None:
        render_statement(open_console(), course, assignment, language)
    else:
        render_task(open_console(), course, assignment, near_task(assignment, task_name).name, language)
    return ExitCode.OK


@main.command()
@click.argument("slug")
@course_option
def start(slug: str, course_folder: Path | None) -> ExitCode:
    """Start an assignment: put its exercise in place.

    Example: learn start broadcasting
    """
    from grader.generate import start_exercise

    course = _find_course(course_folder)
    started = start_exercise(course, course.assignment(slug))
    exercise = started.exercise
    click.echo(f"Your exercise is `{exercise.path}`{'' if started.is_written else ', as you left it'}.")
    click.echo(f"Read `learn show {exercise.slug}`, edit the file, then run `learn check {exercise.slug}`.")
    return ExitCode.OK


@main.command()
@click.argument("slug")
@attempt_options
@course_option
@lang_option
@json_option
def check(slug: str, course_folder: Path | None, language: Language, as_json: bool, **options: Any) -> ExitCode:
    """Check your solution and say what is wrong.

    Example: learn check optimizers --task adam_step_
    """
    from grader.attempt import check_once, plan_attempt

    attempt = plan_attempt(_find_course(course_folder), slug, **options)
    with _waiting(f"Checking {attempt.assignment.slug} ..."):
        checked = check_once(attempt)
    if checked.warning is not None:
        click.echo(checked.warning, err=True)
    if as_json:
        _print_json(checked.report)
    else:
        from grader.rendering.console import open_console
        from grader.rendering.report import render_checked

        render_checked(open_console(), attempt, checked, language)
    return _code_of(checked.report)


@main.command()
@click.argument("slug")
@attempt_options
@course_option
@lang_option
def watch(slug: str, course_folder: Path | None, language: Language, **options: Any) -> ExitCode:
    """Watch your exercise and check it at every save.

    Example: learn watch broadcasting
    """
    from grader.attempt import open_pool, plan_attempt
    from grader.rendering.console import open_console
    from grader.rendering.watching import WatchScreen
    from grader.watch import open_keys
    from grader.watch import watch as watch_attempt

    attempt = plan_attempt(_find_course(course_folder), slug, **options)
    has_keys = sys.stdin.isatty()
    screen = WatchScreen(open_console(), open_console(is_stderr=True), attempt, language, has_keys=has_keys)
    with open_pool(attempt) as pool, open_keys(sys.stdin) as keys:
        watch_attempt(attempt, pool, screen, keys)
    return ExitCode.OK


@main.command()
@click.argument("slug")
@click.argument("task", required=False)
@course_option
@lang_option
def hint(slug: str, task: str | None, course_folder: Path | None, language: Language) -> ExitCode:
    """Reveal the next hint of a task.

    Without a TASK, of the first one without full marks.

    Example: learn hint optimizers adam_step_
    """
    from grader.hints import show_hint
    from grader.rendering.console import open_console
    from grader.rendering.course import render_hints

    course = _find_course(course_folder)
    render_hints(open_console(), show_hint(course, course.assignment(slug), task), language)
    return ExitCode.OK


@main.command()
@course_option
@lang_option
def status(course_folder: Path | None, language: Language) -> ExitCode:
    """Show your progress over the course.

    Example: learn status
    """
    from grader.progress import load_progress
    from grader.rendering.console import open_console
    from grader.rendering.course import render_status

    course = _find_course(course_folder)
    render_status(open_console(), [course.assignment(slug) for slug in course.slugs], load_progress(course), language)
    return ExitCode.OK


@main.command()
@click.argument("slug")
@click.option("--yes", is_flag=True, help="Do not ask first.  [default: ask]")
@course_option
def reset(slug: str, yes: bool, course_folder: Path | None) -> ExitCode:
    """Reset an exercise to its stub, keeping a backup of your work.

    Example: learn reset broadcasting
    """
    from grader.generate import reset_exercise

    course = _find_course(course_folder)
    assignment = course.assignment(slug)
    path = course.exercise(assignment)
    if not yes and not click.confirm(f"Put the stub back over `{path}`? A backup is kept.", err=True):
        click.echo("Nothing was changed.", err=True)
        return ExitCode.OK
    done = reset_exercise(course, assignment)
    click.echo(f"`{path}` is the stub again." + (f" Your work is in `{done.backup}`." if done.backup else ""))
    return ExitCode.OK


# Commands of instructors.


@main.command()
@click.argument("slugs", nargs=-1, metavar="[SLUG]...")
@click.option("--check", "is_check", is_flag=True, help="Write nothing; list what is not current.  [default: off]")
@click.option("--force", is_flag=True, help="Replace a student's work too, keeping a backup.  [default: off]")
@course_option
def generate(slugs: tuple[str, ...], is_check: bool, force: bool, course_folder: Path | None) -> ExitCode:
    """Generate exercises from their solutions.

    Without a SLUG, all of them. Nothing is ever written over a student's work without --force.

    Example: learn generate --check
    """
    from grader.generate import ExerciseState, inspect_exercise
    from grader.generate import generate as generate_exercise

    course = _find_course(course_folder)
    assignments = [course.assignment(slug) for slug in slugs or course.slugs]
    if is_check:
        exercises = [inspect_exercise(course, assignment) for assignment in assignments]
        behind = [exercise for exercise in exercises if exercise.state is not ExerciseState.CURRENT]
        for exercise in behind:
            click.echo(f"{exercise.state.value:8} {exercise.path}")
        return ExitCode.NOT_FULL if behind else ExitCode.OK
    code = ExitCode.OK
    for assignment in assignments:
        done = generate_exercise(course, assignment, force=force)
        if done.is_written:
            click.echo(f"{done.exercise.path}" + (f" (backup: {done.backup})" if done.backup else ""))
        elif done.exercise.state is ExerciseState.EDITED:
            advice = f"`learn generate {assignment.slug} --force` replaces it and keeps a backup."
            _complain(f"`{done.exercise.path}` was left alone: it is no stub but someone's work. {advice}")
            code = ExitCode.USAGE
    return code


# Commands about the machine.


@main.command()
@click.option(
    "--self-check",
    type=click.Choice(["process", "docker"]),
    help="Run the battery of self-checks in this sandbox too; takes a minute.  [default: none]",
)
@course_option
@json_option
def doctor(self_check: str | None, course_folder: Path | None, as_json: bool) -> ExitCode:
    """Diagnose this machine and the course.

    Each finding names the command that mends it.

    Example: learn doctor --self-check process
    """
    from grader.doctor import diagnose

    with _waiting("Looking around ..."):
        diagnosis = diagnose(course_folder, self_check)
    if as_json:
        _print_json(diagnosis)
    else:
        from grader.rendering.console import open_console
        from grader.rendering.machine import render_diagnosis

        render_diagnosis(open_console(), diagnosis)
    return ExitCode.NOT_GRADED if diagnosis.has_failed else ExitCode.OK


@main.group()
def image() -> None:
    """Build or inspect the image of the docker sandbox.

    Example: learn image build
    """


@image.command("build")
@click.option("--base", help="Image with Python and pip to start from.  [default: python:3.12-slim]")
@click.option("--cuda", is_flag=True, help="Build for containers with a GPU.  [default: off]")
@click.option(
    "--wheelhouse",
    type=click.Path(path_type=Path, file_okay=False, exists=True),
    help="Folder of wheels to install from, for sites without internet.  [default: the package index]",
)
@click.option(
    "--extra-index-url", help="Further package index for pip, such as one with CPU builds of torch.  [default: none]"
)
def image_build(base: str | None, **options: Any) -> ExitCode:
    """Build the sandbox image and print its tag.

    Example: learn image build --wheelhouse wheels/
    """
    from grader.sandbox.factory import needs_docker_package

    with needs_docker_package():
        from grader.sandbox.image import DEFAULT_BASE, build_image
    tag = build_image(base=base or DEFAULT_BASE, log=lambda line: click.echo(line, err=True), **options)
    click.echo(tag)
    return ExitCode.OK


@image.command("status")
@click.option("--cuda", is_flag=True, help="Look for the image for containers with a GPU.  [default: off]")
def image_status(cuda: bool) -> ExitCode:
    """Say whether the sandbox image is ready, missing or stale.

    Example: learn image status
    """
    from grader.sandbox.factory import needs_docker_package

    with needs_docker_package():
        from grader.sandbox.image import image_status as look
    found = look(cuda)
    click.echo(f"{found.state:8} {found.tag}")
    for other in found.others:
        click.echo(f"{'other':8} {other}")
    if found.state != "ready":
        click.echo("Run `learn image build`.", err=True)
    return ExitCode.OK if found.state == "ready" else ExitCode.NOT_GRADED


def _code_of(report: Report) -> ExitCode:
    if report.graded:
        return ExitCode.OK if report.is_full else ExitCode.NOT_FULL
    is_refused = report.problem is not None and report.problem.kind.value == "refused"
    return ExitCode.USAGE if is_refused else ExitCode.NOT_GRADED


def _print_json(document: object) -> None:
    import msgspec

    click.echo(msgspec.json.format(msgspec.json.encode(document), indent=2))


def _waiting(message: str) -> contextlib.AbstractContextManager[object]:
    """Says on a terminal that something takes seconds."""
    if not sys.stderr.isatty():
        return contextlib.nullcontext()
    from grader.rendering.console import open_console

    return open_console(is_stderr=True).status(message)


if __name__ == "__main__":
    main()
