"""An autograder for Gradescope: the engine, one assignment with its suite and proofs, and the two scripts it runs."""

from __future__ import annotations

from pathlib import Path

from grader.course.course import Course
from grader.course.source import PACKAGED
from grader.errors import CourseError
from grader.models import Assignment
from grader.release.archive import zip_of
from grader.release.texts import assignment_file, course_file, text_file

__all__ = ["gradescope", "gradescope_files"]

_GRADER = Path(__file__).parents[1]
_ENGINE_SUFFIXES = {".j2", ".py"}
_PROGRAMS = ("run_autograder", "setup.sh")


def gradescope(course: Course, assignment: Assignment) -> dict[str, bytes]:
    """Returns `gradescope/<slug>.zip`. Raises as `gradescope_files` does."""
    archive = zip_of(gradescope_files(course, assignment), _PROGRAMS)
    return {f"gradescope/{assignment.slug}.zip": archive}


def gradescope_files(course: Course, assignment: Assignment) -> dict[str, bytes]:
    """Returns the files of the autograder, by relative name: for the instructor's eyes and Gradescope's only.

    Raises:
        CourseError: if the suite or the solution is not there.
    """
    return {
        "setup.sh": text_file("setup.sh"),
        "run_autograder": text_file("run_autograder", assignment=assignment),
        "requirements.txt": text_file("requirements.txt"),
        **_engine(),
        **{f"course/{name}": content for name, content in _course(course, assignment).items()},
    }


def _engine() -> dict[str, bytes]:
    """Returns the engine alone: the built-in course in an installed package would give solutions away."""
    found = (path for path in _GRADER.rglob("*") if path.suffix in _ENGINE_SUFFIXES)
    paths = [path for path in found if PACKAGED not in path.parents]
    return {f"package/grader/{path.relative_to(_GRADER).as_posix()}": path.read_bytes() for path in paths}


def _course(course: Course, assignment: Assignment) -> dict[str, bytes]:
    """Returns a course of this assignment alone. Nothing of the class comes along: Gradescope has its own."""
    suite = course.suite(assignment)
    if not suite.reference:
        raise CourseError(f"`{course.solution(assignment)}` is missing: the mutants of the autograder build on it.")
    folder = course.folder(assignment.slug)
    mutants = [course.stand_ins(assignment, task, "mutant") for task in suite.mutants]
    mutants += [course.edits(assignment, task) for task in suite.edits]
    return {
        "course.toml": course_file(course, assignment),
        f"solutions/{assignment.file_name}": suite.reference.encode(),
        f"assignments/{assignment.slug}/assignment.toml": assignment_file(assignment),
        **{f"assignments/{assignment.slug}/suite/{name}": content for name, content in suite.files.items()},
        **{
            f"assignments/{assignment.slug}/{path.relative_to(folder).as_posix()}": path.read_bytes()
            for path in mutants
        },
    }
