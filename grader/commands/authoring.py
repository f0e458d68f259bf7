"""The commands of authors of assignments. What is costly to import is imported inside them; nothing imports torch."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from grader.commands.common import ExitCode, find_authored_course, find_course, print_json
from grader.commands.options import assignments_option, course_option, json_option
from grader.verify.limits import DEFAULT_SEEDS, MIN_SEEDS

if TYPE_CHECKING:
    from grader.verify.gate import Proof

__all__ = ["COMMANDS"]


@click.command()
@click.argument("slug")
@click.option(
    "--title",
    "titles",
    metavar="[LANGUAGE=]TEXT",
    multiple=True,
    help="Title, in the course's first language or in the named one; may be given several times.  [default: in English "
    "made from the name, else left to do]",
)
@click.option(
    "--task",
    "tasks",
    metavar="SIGNATURE",
    multiple=True,
    help="Header of a function, or with a capital of a class; a name is enough; may be given several times.  [default: "
    "a function named as the assignment]",
)
@click.option(
    "--forbid",
    metavar="NAME",
    multiple=True,
    help="Name that no task may use, such as `torch.cdist` or `.nanmean`; may be given several times.  [default: none]",
)
@course_option
def new(slug: str, course_folder: Path | None, **options: Any) -> ExitCode:
    """Start a new assignment of the course.

    Every file that it needs is written, in the course's languages; what you fill in is marked `TODO(author)`, and
    `learn verify` lists it.

    Example: learn new running-mean --task "running_mean(x: Tensor, size: int) -> Tensor" --forbid .unfold
    """
    from grader.course.scaffold import scaffold

    course = find_authored_course(course_folder)
    for path in scaffold(course, slug, **options):
        click.echo(path)
    click.echo(f"Fill in what is marked `TODO(author)`; `learn verify {slug}` lists what is left.", err=True)
    click.echo(f'It comes last. Add "{slug}" to `order` in `course.toml` to have it elsewhere.', err=True)
    return ExitCode.OK


@click.command()
@click.argument("slugs", nargs=-1, metavar="[SLUG]...")
@click.option(
    "--task", "task_names", multiple=True, help="Try this task only; may be given several times.  [default: all]"
)
@click.option(
    "--seeds",
    type=click.IntRange(MIN_SEEDS, 1000),
    default=DEFAULT_SEEDS,
    show_default=True,
    help="How many seeds to try the reference under.",
)
@click.option(
    "--mechanical",
    is_flag=True,
    help="Try every mechanical mutant: the reference with one thing changed.  [default: a few of each task]",
)
@click.option(
    "--jobs", type=click.IntRange(1, 64), default=1, show_default=True, help="How many submissions to judge at a time."
)
@click.option(
    "--sandbox",
    type=click.Choice(["process", "docker"]),
    default="process",
    show_default=True,
    envvar="GRADUS_SANDBOX",
    show_envvar=True,
    help="Where the trials run.",
)
@click.option(
    "--classes",
    "shows_classes",
    is_flag=True,
    help="Show what each task was asked with.  [default: with `--task` only]",
)
@course_option
@json_option
def verify(
    slugs: tuple[str, ...], course_folder: Path | None, as_json: bool, shows_classes: bool, **options: Any
) -> ExitCode:
    """Verify that suites catch wrong answers and pass right ones.

    Without a SLUG, all of them. The reference and every variant must get full marks, the stub, trivial answers and
    spies nothing, and every mutant must lose points in its own task and only there. Each task must have been asked
    with every class of input that tells wrong solutions, and notice where a promise of all statements is broken. Of an
    assignment with `TODO(author)` marks it tries nothing, and lists them.

    Example: learn verify optimizers --jobs 2
    """
    from grader.rendering.console import open_console
    from grader.rendering.proofs import TrialBar, render_coverage, render_proof, render_verification
    from grader.verify.gate import verify as verify_assignments

    course = find_course(course_folder)
    assignments = [course.assignment(slug) for slug in slugs or course.slugs]
    console = open_console()
    with TrialBar(open_console(is_stderr=True)) as bar:

        def show(proof: Proof) -> None:
            if not as_json:
                bar.above(lambda: render_proof(console, proof))
                if options["task_names"] or shows_classes:
                    bar.above(lambda: render_coverage(console, proof))

        found = verify_assignments(
            course, assignments, on_start=bar.start, on_trial=bar.advance, on_proof=show, **options
        )
    if as_json:
        print_json(found)
    else:
        render_verification(console, found)
    return ExitCode.OK if found.is_proved else ExitCode.NOT_FULL


@click.command("sample-class")
@click.option(
    "--students", type=click.IntRange(1, 10_000), default=30, show_default=True, help="How many students hand in."
)
@click.option(
    "--seed",
    type=click.IntRange(0, 2**31 - 1),
    default=0,
    show_default=True,
    help="Seed of the class: the same one gives the same files.",
)
@click.option(
    "--into",
    "folder",
    type=click.Path(path_type=Path),
    default="sample-class",
    show_default=True,
    help="Folder to write, which must not hold anything yet.",
)
@assignments_option
@click.option(
    "--jobs", type=click.IntRange(1, 64), default=2, show_default=True, help="How many files to judge at a time."
)
@course_option
def sample_class(slugs: tuple[str, ...], folder: Path, course_folder: Path | None, **options: Any) -> ExitCode:
    """Write a class of submissions, and what each must get.

    For trying out `learn grade`, reports and exports. The files are made of the course's own variants and mutants,
    which are judged beforehand. Nothing in them is of a real student.

    Example: learn sample-class --students 60 --seed 1 --into submissions
    """
    from grader.rendering.console import open_console
    from grader.rendering.proofs import TrialBar
    from grader.sample.classes import write_sample_class

    course = find_course(course_folder)
    assignments = [course.assignment(slug) for slug in dict.fromkeys(slugs or course.slugs)]
    with TrialBar(open_console(is_stderr=True), "sample-class") as bar:
        written = write_sample_class(course, assignments, folder, on_start=bar.start, on_trial=bar.advance, **options)
    for path in (written.submissions, written.expected, written.roster):
        click.echo(path)
    return ExitCode.OK


COMMANDS = (new, verify, sample_class)
