"""Grades one submission inside Gradescope's container: `python -m grader.release.autograder FOLDER SLUG`.

A submission runs under a user id of its own and can read neither the suite nor the results. Whatever is not graded
leaves a file of results without any score and ends with another code than 0, so that it never counts as a zero.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import msgspec

from grader.course.course import Course
from grader.errors import EngineMissingError, GradusError, RefusedError
from grader.files.writing import write_atomically
from grader.language import choose_language
from grader.models import Assignment, Problem, ProblemKind, Report
from grader.pipeline import Request, grade, new_seed, with_reading
from grader.rendering.gradescope import no_answer, results_of, without_score
from grader.runtime.processes.leftovers import CANDIDATE_UIDS
from grader.sandbox.pool import Pool
from grader.sandbox.process import ProcessSandbox
from grader.submission.candidates import files_in, search
from grader.submission.choosing import Answer, choose
from grader.submission.remarks import capped

__all__ = ["main"]

_REFUSED, _NOT_GRADED = 2, 3
_PRIVATE = 0o700
_SHARED_FOLDERS = (Path("/tmp"), Path("/dev/shm"))  # noqa: S108 - looked at, never written to


def main(arguments: list[str]) -> int:
    """Grades the submission in a folder laid out as Gradescope's `/autograder`, and writes `results/results.json`.

    Args:
        arguments: the folder and the assignment's slug.

    Returns:
        0 graded, 2 refused (the student mends it), 3 not graded (ours); what the latter is about is printed, which
        Gradescope shows to instructors only.
    """
    folder, slug = Path(arguments[0]), arguments[1]
    language = "en"
    problem: Problem | None
    _write(folder, without_score(None, language))  # what is read if this process is killed
    try:
        _lock(folder)
        course = Course(folder / "source" / "course")
        language = choose_language(None, {"GRADUS_LANG": os.environ.get("GRADUS_LANG", "")}, course.languages)
        assignment = course.assignment(slug)
        report = _graded(course, assignment, folder / "submission", language)
    except GradusError as error:
        kind = ProblemKind.REFUSED if isinstance(error, RefusedError) else ProblemKind.ENGINE
        problem = Problem(kind=kind, message=str(error))
        results = without_score(problem, language)
    else:
        problem, results = report.problem, results_of(report)
    _write(folder, results)
    if problem is None:
        return 0
    print(problem.message)
    return _REFUSED if problem.kind is ProblemKind.REFUSED else _NOT_GRADED


def _lock(folder: Path) -> None:
    """Makes sure that no candidate can read anything of this folder, and that isolating them harms nobody.

    Raises:
        EngineMissingError: if this is no container of its own, or not run by root.
    """
    if sys.platform != "linux" or os.geteuid() != 0:
        raise EngineMissingError("The autograder must run as root in a Linux container, as it does on Gradescope.")
    if strangers := set(_users()) & set(CANDIDATE_UIDS):
        raise EngineMissingError(
            f"The user id {min(strangers)} is in use on this machine. The autograder isolates submissions by such ids, "
            "so it runs only in a container of its own."
        )
    for path in (folder, *folder.iterdir()):
        if path.is_dir() and not path.is_symlink():
            path.chmod(_PRIVATE)


def _users() -> Iterator[int]:
    """Yields the user ids that run processes here, or own files in folders that all can write to."""
    for folder in _SHARED_FOLDERS:
        if folder.is_dir():
            yield from (path.lstat().st_uid for path in folder.iterdir())
    for path in Path("/proc").glob("[0-9]*/status"):
        try:
            lines = path.read_text().splitlines()
        except OSError:  # it ended
            continue
        yield from (int(uid) for line in lines if line.startswith("Uid:") for uid in line.split()[1:])


def _graded(course: Course, assignment: Assignment, submission: Path, language: str) -> Report:
    request = Request(
        course=course,
        assignment=assignment,
        tasks=assignment.tasks,
        seed=new_seed(),
        sandbox="gradescope",
        language=language,
    )
    answer = _answer(submission, assignment, language)
    candidate = answer.candidate
    with Pool(lambda: ProcessSandbox(isolates=True)) as pool:
        report = grade(request, candidate.path, pool, is_notebook=candidate.is_notebook)
    return with_reading(report, candidate.name, answer.notes)


def _answer(folder: Path, assignment: Assignment, language: str) -> Answer:
    """Returns the file that was handed in, chosen as `learn grade` chooses it; of several folders what counts there."""
    found = search(folder, "", [assignment.slug])
    tasks = {assignment.slug: [task.name for task in assignment.tasks]}
    choice = choose([found], tasks)
    for remark in capped(
        (*choice.remarks, *found.remarks)
    ):  # for instructors, whom alone Gradescope shows what is printed
        print(f"{remark.path.lstrip('/')}: {remark.message}")
    if choice.answers:
        return choice.answers[-1]
    raise RefusedError(no_answer(assignment.file_name, list(files_in(folder)), language))


def _write(folder: Path, results: dict[str, object]) -> None:
    write_atomically(folder / "results" / "results.json", msgspec.json.format(msgspec.json.encode(results), indent=2))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
