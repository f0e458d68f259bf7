"""The commands about a graded class. What is costly to import is imported inside them; nothing imports torch."""

from __future__ import annotations

from pathlib import Path

import click

from grader.commands.common import ExitCode, find_course, waiting
from grader.options import course_option, out_option, store_option

__all__ = ["COMMANDS"]


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
    """Report what a graded class did, on the terminal and as a page.

    The page is one file that opens offline. It holds every student's work: it is for instructors only.

    Example: learn report --students
    """
    from grader.rendering.console import open_console, shown_path
    from grader.rendering.results import render_summary
    from grader.report.files import write_class_page, write_student_pages
    from grader.results import open_results, results_folder

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


COMMANDS = (report,)
