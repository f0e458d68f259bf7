"""The commands about a graded class. What is costly to import is imported inside them; nothing imports torch."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from grader.commands.common import ExitCode, find_course, waiting
from grader.commands.options import course_option, out_option, store_option

if TYPE_CHECKING:
    from grader.classroom.gradebook.gradebook import Gradebook

__all__ = ["COMMANDS"]

_BINARY = {"gradescope": "gradescope.zip", "nbgrader": "gradebook.db"}
"""What no terminal takes, and the file that it goes to."""


@click.command()
@click.option(
    "--html",
    "html_path",
    type=click.Path(path_type=Path, dir_okay=False),
    help="File of the class's page.  [default: report.html in the folder of the results]",
)
@click.option(
    "--students",
    "for_students",
    is_flag=True,
    help="Write a page for each student too, into feedback/ of the folder of the results.  [default: off]",
)
@out_option
@store_option
@course_option
def report(
    html_path: Path | None,
    for_students: bool,
    out: Path | None,
    store_url: str | None,
    course_folder: Path | None,
) -> ExitCode:
    """Report on a graded class, as a summary and a page.

    The page is one file that opens offline. It holds every student's work: it is for instructors only.

    Example: learn report --students
    """
    from grader.classroom.results import open_results, results_folder
    from grader.rendering.console import open_console, shown_path
    from grader.rendering.results import render_summary
    from grader.report.files import write_class_page, write_student_pages

    course = find_course(course_folder)
    folder = results_folder(course, out)
    gradebook = open_results(course, out, store_url)
    with waiting("Writing the pages ..."):
        page = write_class_page(gradebook, html_path or folder / "report.html")
        pages = write_student_pages(gradebook, folder / "feedback") if for_students else ()
    render_summary(open_console(), gradebook)
    click.echo(f"\nThe class, for instructors only: {shown_path(page)}")
    if pages:
        count = f"{len(pages)} student{'' if len(pages) == 1 else 's'}"
        click.echo(f"Feedback for {count}, one page each: {shown_path(folder / 'feedback')}")
    return ExitCode.OK


@click.command()
@click.option(
    "--to",
    "name",
    type=click.Choice(["csv", "canvas", "moodle", "gradescope", "junit", "json", "nbgrader"]),
    default="csv",
    show_default=True,
    help="Format to write.",
)
@click.option(
    "--file",
    "path",
    type=click.Path(path_type=Path, dir_okay=False),
    help="File to write.  [default: stdout; export/ in the folder of the results for gradescope and nbgrader]",
)
@out_option
@store_option
@course_option
def export(
    name: str, path: Path | None, out: Path | None, store_url: str | None, course_folder: Path | None
) -> ExitCode:
    """Export the grades of a class to another program.

    A score that there is not stays empty; only in lists of nbgrader itself such a score reads as 0.

    Example: learn export --to canvas --file canvas.csv
    """
    from grader.classroom.results import open_results, results_folder

    course = find_course(course_folder)
    gradebook = open_results(course, out, store_url)
    if path is None and name in _BINARY:
        path = results_folder(course, out) / "export" / _BINARY[name]
    if name == "nbgrader":
        _write_database(gradebook, path or Path(_BINARY[name]))
    else:
        _write_file(gradebook, name, path)
    if path is not None:
        click.echo(path)
    return ExitCode.OK


def _write_file(gradebook: Gradebook, name: str, path: Path | None) -> None:
    from grader.export.formats import FORMATS

    exported = FORMATS[name](gradebook)
    for note in exported.notes:
        click.echo(note, err=True)
    if path is None:
        click.echo(exported.content, nl=False)
    else:
        _write(path, exported.content)


def _write(path: Path, content: bytes) -> None:
    from grader.errors import UserError
    from grader.files.writing import write_atomically

    try:
        write_atomically(path, content)
    except OSError as error:
        raise UserError(f"`{path}` cannot be written: {error.strerror}. Name another file with `--file`.") from error


def _write_database(gradebook: Gradebook, path: Path) -> None:
    from grader.export.nbgrader import write_nbgrader

    write_nbgrader(gradebook, path)


COMMANDS = (report, export)
