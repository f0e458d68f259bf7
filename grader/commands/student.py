"""The commands of students. What is costly to import is imported inside them; nothing here imports torch."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from grader.commands.common import ExitCode, dues_for, find_course, language_for, print_json, waiting
from grader.commands.options import attempt_options, course_option, json_option, lang_option, student_option

if TYPE_CHECKING:
    from grader.course.course import Course
    from grader.models import Assignment, Report

__all__ = ["COMMANDS"]


@click.command()
@click.argument("folder", type=click.Path(path_type=Path), required=False, metavar="[DIR]")
@lang_option
def init(folder: Path | None, named_language: str | None) -> ExitCode:
    """Make a course to practise in, or bring it up to date.

    Without a DIR, the course around the current folder is brought up to date; where there is none, one is made in the
    current folder if that is empty, else in `gradus` in it. Your own files are never written over.

    Example: learn init torch-practice
    """
    from grader.course.practice import init_practice
    from grader.rendering.console import open_console
    from grader.rendering.practice import render_practice

    practice = init_practice(folder, named_language)
    render_practice(open_console(), practice, language_for(practice.course, named_language))
    return ExitCode.OK


@click.command("list")
@student_option
@course_option
@lang_option
def list_(student: str | None, course_folder: Path | None, named_language: str | None) -> ExitCode:
    """List the assignments of the course with your best scores.

    Example: learn list --lang zh
    """
    from grader.rendering.console import open_console
    from grader.rendering.course import render_list
    from grader.rendering.deadlines import render_deadlines
    from grader.student.progress import load_progress

    course = find_course(course_folder)
    language = language_for(course, named_language)
    assignments, progress = [course.assignment(slug) for slug in course.slugs], load_progress(course)
    console = open_console()
    render_list(console, assignments, progress, language)
    render_deadlines(console, course.rules, dues_for(course, student, language), progress, language)
    return ExitCode.OK


@click.command()
@click.argument("slug")
@click.option("--task", "task_name", help="Show this task only.  [default: all of the assignment]")
@click.option(
    "--solutions",
    "shows_solutions",
    is_flag=True,
    help="In a practice course, show the solutions of tasks with full marks.  [default: off]",
)
@student_option
@course_option
@lang_option
def show(
    slug: str,
    task_name: str | None,
    shows_solutions: bool,
    student: str | None,
    course_folder: Path | None,
    named_language: str | None,
) -> ExitCode:
    """Show what an assignment asks for, or how it is solved.

    Example: learn show optimizers --task adam_step_
    """
    from grader.course.course import near_task
    from grader.rendering.console import open_console
    from grader.rendering.course import render_statement, render_task

    course = find_course(course_folder)
    language = language_for(course, named_language)
    assignment = course.assignment(slug)
    if shows_solutions:
        return _show_solutions(course, assignment, task_name, language)
    if task_name is None:
        due = dues_for(course, student, language).get(assignment.slug)
        render_statement(open_console(), course, assignment, language, due)
    else:
        render_task(open_console(), course, assignment, near_task(assignment, task_name).name, language)
    return ExitCode.OK


@click.command()
@click.argument("slug")
@student_option
@course_option
@lang_option
def start(slug: str, student: str | None, course_folder: Path | None, named_language: str | None) -> ExitCode:
    """Start an assignment: put its exercise in place.

    Example: learn start broadcasting
    """
    from grader.course.exercises import start_exercise
    from grader.rendering.console import open_console
    from grader.rendering.exercises import render_started

    course = find_course(course_folder)
    language = language_for(course, named_language)
    assignment = course.assignment(slug)
    started = start_exercise(course, assignment)
    due = dues_for(course, student, language).get(assignment.slug)
    render_started(open_console(), started, due, language)
    return ExitCode.OK


@click.command()
@click.argument("slug")
@attempt_options
@course_option
@lang_option
@json_option
def check(slug: str, course_folder: Path | None, named_language: str | None, as_json: bool, **options: Any) -> ExitCode:
    """Check your solution and say what is wrong.

    Example: learn check optimizers --task adam_step_
    """
    from grader.rendering.console import open_console
    from grader.rendering.phrases import say_in
    from grader.student.attempt import check_once, plan_attempt

    course = find_course(course_folder)
    language = language_for(course, named_language)
    attempt = plan_attempt(course, slug, language=language, **options)
    say = say_in(language)
    with waiting(say("Checking {slug} ...", slug=attempt.assignment.slug)):
        checked = check_once(attempt)
    if checked.warning is not None:
        click.echo(checked.warning, err=True)
    if as_json:
        from grader.rendering.report import render_notes

        render_notes(open_console(is_stderr=True), checked.report)
        print_json(checked.report)
    else:
        from grader.rendering.report import render_checked

        render_checked(open_console(), attempt, checked, language)
    return _code_of(checked.report)


@click.command()
@click.argument("slug")
@attempt_options
@course_option
@lang_option
def watch(slug: str, course_folder: Path | None, named_language: str | None, **options: Any) -> ExitCode:
    """Watch your exercise and check it at every save.

    Example: learn watch broadcasting
    """
    from grader.rendering.console import open_console
    from grader.rendering.watching import WatchScreen
    from grader.student.attempt import open_pool, plan_attempt
    from grader.student.watch import open_keys
    from grader.student.watch import watch as watch_attempt

    course = find_course(course_folder)
    language = language_for(course, named_language)
    attempt = plan_attempt(course, slug, language=language, **options)
    has_keys = sys.stdin.isatty()
    screen = WatchScreen(open_console(), open_console(is_stderr=True), attempt, language, has_keys=has_keys)
    with open_pool(attempt) as pool, open_keys(sys.stdin) as keys:
        watch_attempt(attempt, pool, screen, keys)
    return ExitCode.OK


@click.command()
@click.argument("slug")
@click.argument("task", required=False)
@click.option(
    "--task", "task_name", help="Task whose hint to reveal, as TASK.  [default: the first without full marks]"
)
@course_option
@lang_option
def hint(
    slug: str, task: str | None, task_name: str | None, course_folder: Path | None, named_language: str | None
) -> ExitCode:
    """Reveal the next hint of a task.

    Without a TASK, of the first one without full marks.

    Example: learn hint optimizers --task adam_step_
    """
    from grader.errors import UserError
    from grader.rendering.console import open_console
    from grader.rendering.course import render_hints
    from grader.student.hints import show_hint

    if task is not None and task_name is not None and task != task_name:
        raise UserError(f"Two tasks are named, `{task}` and `{task_name}` by `--task`. Name the one that you mean.")
    course = find_course(course_folder)
    language = language_for(course, named_language)
    render_hints(open_console(), show_hint(course, course.assignment(slug), task_name or task), language)
    return ExitCode.OK


@click.command()
@student_option
@course_option
@lang_option
def status(student: str | None, course_folder: Path | None, named_language: str | None) -> ExitCode:
    """Show your progress over the course.

    Example: learn status
    """
    from grader.rendering.console import open_console
    from grader.rendering.course import render_status
    from grader.rendering.deadlines import render_deadlines
    from grader.student.progress import load_progress

    course = find_course(course_folder)
    language = language_for(course, named_language)
    assignments, progress = [course.assignment(slug) for slug in course.slugs], load_progress(course)
    console = open_console()
    render_status(console, assignments, progress, language)
    render_deadlines(console, course.rules, dues_for(course, student, language), progress, language)
    return ExitCode.OK


@click.command()
@click.argument("slug")
@click.option("--yes", is_flag=True, help="Do not ask first.  [default: ask]")
@course_option
@lang_option
def reset(slug: str, yes: bool, course_folder: Path | None, named_language: str | None) -> ExitCode:
    """Reset an exercise to its stub, with a backup of your work.

    Example: learn reset broadcasting
    """
    from grader.course.exercises import reset_exercise
    from grader.rendering.console import open_console
    from grader.rendering.exercises import render_reset
    from grader.rendering.phrases import say_in

    course = find_course(course_folder)
    language = language_for(course, named_language)
    assignment = course.assignment(slug)
    say, path = say_in(language), course.exercise(assignment)
    if not yes and not click.confirm(say("Put the stub back over `{path}`? A backup is kept.", path=path), err=True):
        click.echo(say("Nothing was changed."), err=True)
        return ExitCode.OK
    render_reset(open_console(), reset_exercise(course, assignment), language)
    return ExitCode.OK


@click.command()
@click.argument("slug")
@click.option(
    "--file",
    "path",
    type=click.Path(path_type=Path),
    help="File to hand in, `.py` or `.ipynb`.  [default: exercises/<slug>.py]",
)
@student_option
@click.option(
    "--inbox",
    type=click.Path(path_type=Path),
    envvar="GRADUS_INBOX",
    show_envvar=True,
    help="Folder that takes submissions.  [default: the one of course.toml]",
)
@click.option("--force", is_flag=True, help="Hand in also what is no valid Python or incomplete.  [default: off]")
@course_option
@lang_option
@json_option
def submit(
    slug: str, force: bool, course_folder: Path | None, named_language: str | None, as_json: bool, **options: Any
) -> ExitCode:
    """Submit your solution to the class's inbox.

    A file with a syntax error or without one of the tasks is handed in only with --force.

    Example: learn submit broadcasting --student ada
    """
    from grader.rendering.console import open_console
    from grader.rendering.handin import render_flaws, render_handin
    from grader.student.handin import HandIn, hand_in, plan_handin

    course = find_course(course_folder)
    language = language_for(course, named_language)
    draft = plan_handin(course, slug, **options)
    is_handed_in = draft.is_sound or force
    render_flaws(open_console(is_stderr=True), draft, language, is_handed_in=is_handed_in)
    done = hand_in(draft) if is_handed_in else HandIn(flaws=draft.flaws)
    if done.warning is not None:
        click.echo(done.warning, err=True)
    if as_json:
        print_json(done)
    else:
        render_handin(open_console(), draft, done, language)
    return ExitCode.OK if is_handed_in else ExitCode.USAGE


def _show_solutions(course: Course, assignment: Assignment, task_name: str | None, language: str) -> ExitCode:
    from grader.rendering.console import open_console
    from grader.rendering.solutions import render_solutions
    from grader.student.solutions import show_solutions

    view = show_solutions(course, assignment, task_name)
    render_solutions(open_console(), view, language)
    return ExitCode.OK if view.solutions else ExitCode.NOT_FULL


def _code_of(report: Report) -> ExitCode:
    if report.graded:
        return ExitCode.OK if report.is_full else ExitCode.NOT_FULL
    is_refused = report.problem is not None and report.problem.kind.value == "refused"
    return ExitCode.USAGE if is_refused else ExitCode.NOT_GRADED


COMMANDS = (init, list_, show, start, check, watch, hint, status, reset, submit)
