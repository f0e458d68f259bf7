"""A file for Moodle's gradebook. Pure.

The page "Grade import" of Moodle's documentation says how columns are mapped; that `-` is no grade, that a student who
is not found ends the import, and that an empty key repeats the student above is from Moodle's own
`grade/import/csv/classes/load_data.php`.
"""

from __future__ import annotations

from collections.abc import Iterator

from grader.classroom.gradebook.gradebook import Gradebook
from grader.course.roster import Student
from grader.export.exported import Exported, column_names
from grader.files.spreadsheet import is_formula, number, table

__all__ = ["moodle_csv"]

_NO_GRADE = "-"
_KEYS = {"ID number": "number", "Email address": "email"}


def moodle_csv(gradebook: Gradebook) -> Exported:
    """Returns the scores in a column for each assignment, after the columns by which Moodle can find a student.

    The username is the student's id; the number and the e-mail address are there if everybody in the file has one.
    """
    names = column_names(gradebook.assignments, lambda title: not is_formula(title))
    unfit = dict(_unfit(gradebook.students))
    students = [student for student in gradebook.students if student.id not in unfit]
    keys = {title: field for title, field in _KEYS.items() if all(getattr(student, field) for student in students)}
    scores = {(grade.student, grade.assignment): grade.score for grade in gradebook.grades}
    rows = [["Username", *keys, *names.values()]]
    for student in students:
        cells = [student.id, *(getattr(student, field) for field in keys.values())]
        rows.append([*cells, *(number(scores[student.id, slug]) or _NO_GRADE for slug in names)])
    notes = [f"`{one}` is left out: {why}." for one, why in unfit.items()]
    notes += [f"The column `{title}` is left out: somebody has none." for title in _KEYS if title not in keys]
    return Exported(content=table(rows), notes=tuple(notes))


def _unfit(students: tuple[Student, ...]) -> Iterator[tuple[str, str]]:
    is_roster = any(student.number or student.email for student in students)
    for student in students:
        if any(is_formula(key) for key in (student.id, student.number, student.email)):
            yield (
                student.id,
                "a spreadsheet would take the id, number or e-mail for a formula, and Moodle needs it as is",
            )
        elif is_roster and not (student.number or student.email):
            yield (
                student.id,
                "without number and e-mail in the roster, Moodle may not find them and would import nothing",
            )
