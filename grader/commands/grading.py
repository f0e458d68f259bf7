"""The commands of who grades a class. What is costly to import is imported inside them; nothing here imports torch."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from grader.commands.common import ExitCode, find_course, language_for, print_json
from grader.commands.options import (
    assignments_option,
    batch_options,
    course_option,
    json_option,
    lang_option,
    out_option,
    store_option,
)

if TYPE_CHECKING:
    from grader.classroom.work import BatchOptions

__all__ = ["COMMANDS", "batch_of"]


@click.command()
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path, exists=True, file_okay=False))
@out_option
@store_option
@assignments_option
@batch_options
@course_option
@lang_option
@json_option
def grade(
    folder: Path,
    out: Path | None,
    store_url: str | None,
    slugs: tuple[str, ...],
    course_folder: Path | None,
    named_language: str | None,
    as_json: bool,
    **options: Any,
) -> ExitCode:
    """Grade a class: every submission in a folder.

    DIR has a folder for each student. What was graded before and has not changed is not run again: after an
    interruption, the same command goes on where it stopped.

    Example: learn grade submissions --out grades --jobs 2
    """
    from grader.classroom.classroom import grade_folder
    from grader.classroom.results import results_folder
    from grader.rendering.batches import BatchBar, render_batch
    from grader.rendering.console import open_console

    course = find_course(course_folder)
    with BatchBar(open_console(is_stderr=True)) as bar:
        graded = grade_folder(
            course,
            folder,
            results_folder(course, out),
            store_url,
            slugs,
            batch_of(language_for(course, named_language), **options),
            on_start=bar.start,
            on_look=bar.look,
            on_notice=bar.tell,
        )
    if as_json:
        print_json(graded)
    else:
        render_batch(open_console(), graded)
    return ExitCode.NOT_GRADED if graded.failures else ExitCode.OK


@click.command()
@out_option
@store_option
@assignments_option
@click.option("--dry-run", "is_dry_run", is_flag=True, help="Change nothing; show what would change.  [default: off]")
@batch_options
@course_option
@lang_option
@json_option
def regrade(
    out: Path | None,
    store_url: str | None,
    slugs: tuple[str, ...],
    is_dry_run: bool,
    course_folder: Path | None,
    named_language: str | None,
    as_json: bool,
    **options: Any,
) -> ExitCode:
    """Regrade what was graded by a suite that has changed since.

    Every submission is taken from the store and judged under the seed that it had, so that only the suite makes a
    difference.

    Example: learn regrade --dry-run
    """
    from grader.classroom.classroom import regrade_class
    from grader.classroom.results import results_folder
    from grader.rendering.batches import BatchBar, render_regrading
    from grader.rendering.console import open_console

    course = find_course(course_folder)
    if is_dry_run and (options["jobs"] == 0 or options["engine"] != "local"):
        raise click.UsageError("A dry run is judged here: --jobs must be 1 or more, --engine local.")
    with BatchBar(open_console(is_stderr=True)) as bar:
        regrading = regrade_class(
            course,
            results_folder(course, out),
            store_url,
            slugs,
            batch_of(language_for(course, named_language), **options),
            is_dry_run=is_dry_run,
            on_start=bar.start,
            on_look=bar.look,
            on_notice=bar.tell,
        )
    if as_json:
        print_json(regrading)
    else:
        render_regrading(open_console(), regrading)
    return ExitCode.NOT_GRADED if regrading.failed else ExitCode.OK


@click.command()
@click.argument("student")
@click.argument("slug")
@click.option("--attempt", "number", type=click.IntRange(1), help="Which attempt.  [default: the last one graded]")
@click.option(
    "--sandbox",
    type=click.Choice(["process", "docker"]),
    default="docker",
    show_default=True,
    envvar="GRADUS_SANDBOX",
    show_envvar=True,
    help="Where the code runs: `process` only for code that you trust.",
)
@out_option
@store_option
@course_option
@json_option
def replay(
    student: str,
    slug: str,
    out: Path | None,
    store_url: str | None,
    course_folder: Path | None,
    as_json: bool,
    **options: Any,
) -> ExitCode:
    """Replay a grading, and show what the hidden tests saw.

    The suite, the submission and the seed are those of the grading, from the store. What it shows is for
    instructors: inputs, expected values, tracebacks, what was printed in hidden tests.

    Example: learn replay ada optimizers
    """
    from grader.classroom.replay import replay as replay_attempt
    from grader.classroom.results import results_folder
    from grader.classroom.store.store import open_store
    from grader.rendering.batches import render_replay
    from grader.rendering.console import open_console

    course = find_course(course_folder)
    with open_store(results_folder(course, out), store_url) as store:
        replayed = replay_attempt(course, store, student, slug, **options)
    if as_json:
        print_json(replayed)
    else:
        render_replay(open_console(), replayed)
    return ExitCode.NOT_FULL if replayed.differences else ExitCode.OK


@click.command()
@click.argument("student")
@click.argument("slug")
@click.option(
    "--score", type=float, help="The score that counts from now on.  [default: none; needed without --remove]"
)
@click.option("--comment", default="", help="Why; the student may read it.  [default: none; needed with --score]")
@click.option("--remove", is_flag=True, help="Let the judged score count again.  [default: off]")
@out_option
@store_option
@course_option
def override(
    student: str, slug: str, score: float | None, comment: str, remove: bool, course_folder: Path | None, **where: Any
) -> ExitCode:
    """Override a score by hand, with a reason.

    Example: learn override ada optimizers --score 80 --comment "Right but for a typing error."
    """
    from grader.classroom.classroom import override_score
    from grader.classroom.results import results_folder
    from grader.rendering.scores import points

    if (score is None) != remove:
        raise click.UsageError("Pass either --score with --comment, or --remove.")
    course = find_course(course_folder)
    grade = override_score(
        course, results_folder(course, where["out"]), where["store_url"], student, slug, score, comment
    )
    shown = "none" if grade.score is None else f"{points(grade.score)} / {points(grade.max_score)}"
    click.echo(f"{grade.student} {grade.assignment}: {shown} ({grade.status.value})")
    return ExitCode.OK


@click.command()
@click.option(
    "--expect", "expected", metavar="HASH", help="Hash that an entry must have, noted earlier.  [default: none]"
)
@out_option
@store_option
@course_option
@json_option
def audit(
    expected: str | None, out: Path | None, store_url: str | None, course_folder: Path | None, as_json: bool
) -> ExitCode:
    """Audit who changed which grades, and when.

    Checks that the log still holds and that the grades are those that it names.

    Example: learn audit
    """
    from grader.classroom.audit import audit_store
    from grader.classroom.results import results_folder
    from grader.classroom.store.store import open_store
    from grader.rendering.batches import render_audit
    from grader.rendering.console import open_console

    with open_store(results_folder(find_course(course_folder), out), store_url) as store:
        found = audit_store(store, expected)
    if as_json:
        print_json(found)
    else:
        render_audit(open_console(), found)
    return ExitCode.NOT_FULL if found.problems else ExitCode.OK


def batch_of(language: str, sandbox: str, trust_submissions: bool, gpus: str | None, **options: Any) -> BatchOptions:
    """Returns the options of a batch as the engine takes them.

    Raises:
        click.UsageError: if they do not go together.
    """
    from grader.classroom.work import BatchOptions

    if sandbox == "process" and not trust_submissions:
        raise click.UsageError(
            "The `process` sandbox does not keep submissions from this machine. Use `--sandbox docker`, or pass "
            "--trust-submissions if all of them are your own."
        )
    if gpus and options["device"] == "cpu":
        raise click.UsageError("--gpus needs --device cuda.")
    _refuse_engine(gpus, **options)
    ids = tuple(part.strip() for part in (gpus or "").split(",") if part.strip())
    return BatchOptions(sandbox=sandbox, language=language, gpus=ids, **options)


def _refuse_engine(gpus: str | None, jobs: int, engine: str = "local", address: str | None = None, **_: object) -> None:
    if engine == "ray" and jobs == 0:
        raise click.UsageError("--engine ray needs --jobs 1 or more: so many workers are wanted of the cluster.")
    if engine == "ray" and gpus:
        raise click.UsageError("With --engine ray the cluster gives the GPUs: say --gpus-per-job instead of --gpus.")
    if engine == "local" and address:
        raise click.UsageError("--address needs --engine ray.")


COMMANDS = (grade, regrade, replay, override, audit)
