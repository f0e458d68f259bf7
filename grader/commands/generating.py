"""`learn generate`: exercises, and what goes out of a course. What is costly to import is imported inside."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from grader.commands.common import ExitCode, complain, find_authored_course
from grader.commands.options import course_option

if TYPE_CHECKING:
    from grader.course.course import Course
    from grader.models import Assignment

__all__ = ["COMMANDS"]

_EXERCISE, _ALL = "exercise", "all"
_PRODUCTS = ("bundle", "notebook", "gradescope")
_COURSE_PRODUCTS = ("slurm", "kubernetes")


@click.command()
@click.argument("slugs", nargs=-1, metavar="[SLUG]...")
@click.option(
    "--kind",
    "kinds",
    type=click.Choice([_EXERCISE, *_PRODUCTS, *_COURSE_PRODUCTS, _ALL]),
    multiple=True,
    help="What to generate; may be given several times.  [default: exercise]",
)
@click.option(
    "--into",
    type=click.Path(path_type=Path, file_okay=False),
    help="Folder of everything but exercises.  [default: release/ of the course]",
)
@click.option("--check", "is_check", is_flag=True, help="Write nothing; list what is not current.  [default: off]")
@click.option("--force", is_flag=True, help="Replace a student's work too, keeping a backup.  [default: off]")
@course_option
def generate(
    slugs: tuple[str, ...],
    kinds: tuple[str, ...],
    into: Path | None,
    is_check: bool,
    force: bool,
    course_folder: Path | None,
) -> ExitCode:
    """Generate exercises, releases of all kinds, and batch jobs.

    Without a SLUG, of all assignments; what schedulers take is always for the whole course. Nothing is ever written
    over a student's work without --force. With --check, what is there of the other kinds is looked at too.

    Example: learn generate --kind bundle --check
    """
    course = find_authored_course(course_folder)
    assignments = [course.assignment(slug) for slug in slugs or course.slugs]
    release = into or course.root / "release"
    wanted = {_EXERCISE, *_PRODUCTS, *_COURSE_PRODUCTS} if _ALL in kinds else set(kinds) or {_EXERCISE}
    if is_check:
        behind = [*_exercises_behind(course, assignments), *_products_behind(course, assignments, wanted, release)]
        for state, path in behind:
            click.echo(f"{state:8} {path}")
        return ExitCode.NOT_FULL if behind else ExitCode.OK
    code = _write_exercises(course, assignments, force) if _EXERCISE in wanted else ExitCode.OK
    for kind, assignment in _products(assignments):
        if kind in wanted:
            _write_products(kind, course, assignment, release)
    return code


def _products(assignments: list[Assignment]) -> Iterator[tuple[str, Assignment | None]]:
    """Yields every kind with what it is made for: each assignment, or None for the course."""
    yield from ((kind, assignment) for kind in _PRODUCTS for assignment in assignments)
    yield from ((kind, None) for kind in _COURSE_PRODUCTS)


def _exercises_behind(course: Course, assignments: list[Assignment]) -> Iterator[tuple[str, Path]]:
    from grader.course.exercises import ExerciseState, inspect_exercise

    for assignment in assignments:
        exercise = inspect_exercise(course, assignment)
        if exercise.state is not ExerciseState.CURRENT:
            yield exercise.state.value, exercise.path


def _products_behind(
    course: Course, assignments: list[Assignment], wanted: set[str], release: Path
) -> Iterator[tuple[str, Path]]:
    """Yields what is missing or stale of the wanted kinds, and of what was made of the others."""
    from grader.release.kinds import ProductState, inspect_products, is_there

    for kind, assignment in _products(assignments):
        if kind not in wanted and not is_there(kind, assignment, release):
            continue
        for product in inspect_products(kind, course, assignment, release):
            if product.state is not ProductState.CURRENT:
                yield product.state.value, product.path


def _write_exercises(course: Course, assignments: list[Assignment], force: bool) -> ExitCode:
    from grader.course.exercises import ExerciseState
    from grader.course.exercises import generate as generate_exercise

    code = ExitCode.OK
    for assignment in assignments:
        done = generate_exercise(course, assignment, force=force)
        if done.is_written:
            click.echo(f"{done.exercise.path}" + (f" (backup: {done.backup})" if done.backup else ""))
        elif done.exercise.state is ExerciseState.EDITED:
            advice = f"`learn generate {assignment.slug} --force` replaces it and keeps a backup."
            complain(f"`{done.exercise.path}` was left alone: it is no stub but someone's work. {advice}")
            code = ExitCode.USAGE
    return code


def _write_products(kind: str, course: Course, assignment: Assignment | None, release: Path) -> None:
    from grader.release.kinds import inspect_products, write_products

    for path in write_products(inspect_products(kind, course, assignment, release)):
        click.echo(path)


COMMANDS = (generate,)
