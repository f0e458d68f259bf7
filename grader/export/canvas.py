"""A file for Canvas's gradebook. Pure.

The columns are those of "How do I import grades in the Gradebook?" in the Canvas instructor guide; how a row is matched
and what a title must not look like is from Canvas's own `gradebook_importer.rb`.
"""

from __future__ import annotations

import re

from grader.classroom.gradebook.gradebook import Gradebook
from grader.course.roster import Student
from grader.export.exported import Exported, column_names
from grader.files.spreadsheet import guarded, is_formula, number, table

__all__ = ["canvas_csv"]

_COLUMNS = ("Student", "ID", "SIS User ID", "SIS Login ID", "Section")
_POINTS = "Points Possible"
_MISREAD = re.compile(
    r"\(\d+\)$|^(Student|LastName|FirstName|ID|SIS User ID|SIS Login ID|Section|Integration ID|Root Account)$"
    r"|(Current|Final|Override) (Score|Points|Grade|Status)"
)


def canvas_csv(gradebook: Gradebook) -> Exported:
    """Returns the scores in a column for each assignment.

    Canvas finds a student by `SIS User ID`, the number of the roster, or `SIS Login ID`, the student's id. These are
    written as they are or not at all: whoever has one that a spreadsheet would take for a formula is left out.
    """
    names = column_names(gradebook.assignments, lambda title: not (_MISREAD.search(title) or is_formula(title)))
    slugs = list(names)
    unfit = {student.id: reason for student in gradebook.students if (reason := _unfit(student))}
    rows = [
        [*_COLUMNS, *names.values()],
        [f"    {_POINTS}", "", "", "", "", *(number(one.max_score) for one in gradebook.assignments)],
    ]
    scores = {(grade.student, grade.assignment): grade.score for grade in gradebook.grades}
    for student in gradebook.students:
        if student.id not in unfit:
            cells = [guarded(student.name or student.id), "", student.number, student.id, guarded(student.section)]
            rows.append([*cells, *(number(scores[student.id, slug]) for slug in slugs)])
    return Exported(content=table(rows), notes=tuple(f"`{one}` is left out: {why}." for one, why in unfit.items()))


def _unfit(student: Student) -> str:
    if _POINTS in student.name or _POINTS in student.id:
        return f"Canvas would read a name with `{_POINTS}` as the row of points"
    if is_formula(student.id) or is_formula(student.number):
        return "a spreadsheet would take the id or number for a formula, and Canvas needs it unchanged"
    return ""
