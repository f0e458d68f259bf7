"""Finds the submissions in a folder: whose each file is, for which assignment, and what is no submission at all.

A student has a folder; in it, at any depth, a file is known by its own name (`optimizers.py`, `Optimizers (2).ipynb`)
or by the folder it is in (nbgrader's `submitted/ada/optimizers/ps1.ipynb`, the inbox's `attempt-0001`). No link is
followed, and what is left out, chosen or dated is said.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from grader.course.course import near_names
from grader.course.roster import ClassRules
from grader.models import Text
from grader.submission.candidates import Search, entries_of, is_work, search
from grader.submission.choosing import Answer, choose
from grader.submission.naming import shown
from grader.submission.remarks import Remark, dated_by_files
from grader.submission.times import Evidence

__all__ = ["Collection", "Found", "collect"]


@dataclass(frozen=True, kw_only=True)
class Found:
    """One file that is a submission.

    Attributes:
        name: the path within the folder, to be shown.
        file: the name as its student knows it.
        is_notebook: whether it is one, whatever the end of its name.
        number: of the attempt, from the inbox; None elsewhere.
        submitted_at: when it was handed in, as far as is known.
        evidence: from what that is known.
        notes: what its student is to be told of how it was chosen and dated.
    """

    student: str
    assignment: str
    path: Path
    name: str
    file: str
    is_notebook: bool
    number: int | None
    submitted_at: datetime
    evidence: Evidence
    notes: tuple[Text, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Collection:
    """What a folder holds: submissions, sorted by student, assignment and time, and what is odd about it."""

    found: tuple[Found, ...]
    remarks: tuple[Remark, ...]


def collect(
    folder: Path, tasks: Mapping[str, Sequence[str]], rules: ClassRules, wanted: set[str] | None = None
) -> Collection:
    """Returns what a folder of submissions holds.

    Args:
        folder: with a folder for each student.
        tasks: the names of the tasks of every assignment of the course, by slug.
        rules: with the roster, if there is one.
        wanted: the assignments to look for; all by default.

    Raises:
        UserError: if the folder cannot be read.
        EngineFailedError: if files that compete could not be looked at.
    """
    searches: list[Search] = []
    remarks: list[Remark] = []
    for entry in filter(lambda entry: is_work(entry.name), entries_of(folder)):
        name = shown(entry.name)
        if entry.is_symlink() or not entry.is_dir():
            what = "a link" if entry.is_symlink() else "not in a student's folder"
            remarks.append(Remark(path=name, message=f"{what}; left out"))
            continue
        if any(one.student == name for one in searches):
            remarks.append(Remark(path=name, message=f"has several folders, all of `{name}`", student=name))
        else:
            remarks += _stranger(name, rules)
        searches.append(search(Path(entry.path), name, list(tasks)))
        remarks += searches[-1].remarks
    asked = {slug: names for slug, names in tasks.items() if wanted is None or slug in wanted}
    choice = choose(searches, asked, rules.attempts)
    found = tuple(_found(answer) for answer in choice.answers)
    by_file = [
        one.candidate.shown
        for one in choice.answers
        if one.moment.evidence is Evidence.FILE and one.moment.problem is None  # what has one is said already
    ]
    dated = [dated_by_files(by_file)] if by_file else []
    return Collection(found=found, remarks=(*choice.remarks, *remarks, *dated))


def _stranger(student: str, rules: ClassRules) -> list[Remark]:
    if not rules.students or rules.student(student) is not None:
        return []
    advice = near_names(student, [one.id for one in rules.students])
    return [Remark(path=student, message=f"not in the roster; graded all the same.{advice}", student=student)]


def _found(answer: Answer) -> Found:
    candidate = answer.candidate
    return Found(
        student=candidate.student,
        assignment=candidate.slug,
        path=candidate.path,
        name=candidate.shown,
        file=candidate.name if answer.number is None else candidate.path.name,
        is_notebook=candidate.is_notebook,
        number=answer.number,
        submitted_at=answer.moment.at,
        evidence=answer.moment.evidence,
        notes=answer.notes,
    )
