"""What a student gets of one assignment: a small course with the stub, the statement and the visible tests."""

from __future__ import annotations

from markdown_it import MarkdownIt

from grader.course.course import Course
from grader.course.exercises import exercise_stub
from grader.course.statement import unwrapped
from grader.errors import CourseError
from grader.language import engine_languages, in_language
from grader.models import Assignment
from grader.release.archive import zip_of
from grader.release.texts import assignment_file, course_file, text_file
from grader.suite.excerpt import SuiteTest, excerpt, find_tests

__all__ = ["bundle", "bundle_files"]


def bundle(course: Course, assignment: Assignment) -> dict[str, bytes]:
    """Returns `bundles/<slug>.zip`. Raises as `bundle_files` does."""
    files = bundle_files(course, assignment)
    archive = zip_of({f"{assignment.slug}/{name}": content for name, content in files.items()})
    return {f"bundles/{assignment.slug}.zip": archive}


def bundle_files(course: Course, assignment: Assignment) -> dict[str, bytes]:
    """Returns the files of a student's bundle, by relative name.

    What goes in is named one by one, so that what a course may hold later stays out until it is named here.

    Raises:
        CourseError: if the stub or the visible tests cannot be cut, or a task has no visible test to rest on.
    """
    folder = f"assignments/{assignment.slug}"
    suite = course.suite(assignment).files
    try:
        visible = [test for test in find_tests(suite) if test.is_visible]
        shown = excerpt(suite, lambda test: test.is_visible)
    except CourseError as error:
        raise CourseError(f"In `{course.folder(assignment.slug) / 'suite'}`: {error}") from error
    _check_tasks(assignment, visible)
    statements = {language: course.statement(assignment, language) for language in course.languages}
    return {
        "README.md": _readme(course, assignment, len(visible)),
        "conftest.py": text_file("conftest.py"),
        "course.toml": course_file(course, assignment),
        "pytest.ini": text_file("pytest.ini"),
        f"exercises/{assignment.file_name}": exercise_stub(course, assignment),
        f"{folder}/assignment.toml": assignment_file(assignment),
        **{f"{folder}/statement.{language}.md": text.encode() for language, text in statements.items()},
        **{
            f"{folder}/statement.{language}.html": _as_html(text, assignment, language)
            for language, text in statements.items()
        },
        **{f"{folder}/suite/{name}": content for name, content in shown.items()},
    }


def _readme(course: Course, assignment: Assignment, visible: int) -> bytes:
    titles = [in_language(assignment.title, language) for language in course.languages]
    return text_file(
        "README.md",
        assignment=assignment,
        visible=visible,
        titles=list(dict.fromkeys(titles)),
        languages=engine_languages(course.languages),
        texts=list(course.languages),
    )


def _check_tasks(assignment: Assignment, visible: list[SuiteTest]) -> None:
    """Without a visible test that stands alone, the engine would refuse the student's copy as broken."""
    resting = {test.task for test in visible if not test.needs_value}
    for task in assignment.tasks:
        if task.name not in resting:
            raise CourseError(
                f"`{assignment.slug}` cannot be bundled: the task `{task.name}` has no test that is `visible` and "
                "without `needs_value`. Mark one."
            )


def _as_html(markdown: str, assignment: Assignment, language: str) -> bytes:
    parser = MarkdownIt("commonmark", {"html": False}).enable("table")
    body = parser.render(unwrapped(markdown))
    title = in_language(assignment.title, language)
    return text_file("statement.html", body=body, title=title, language=language)
