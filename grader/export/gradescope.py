"""One `results.json` for each student and assignment, as Gradescope's autograders write it, in a zip file. Pure.

What a student reads is that of `grader.rendering.gradescope`; here the score is the one that counts.
"""

from __future__ import annotations

import io
import zipfile
from typing import Any

import msgspec

from grader.classroom.gradebook.gradebook import Grade, Gradebook, GradeStatus
from grader.export.exported import Exported
from grader.files.names import file_names
from grader.files.spreadsheet import number
from grader.rendering.gradescope import results_of, without_score
from grader.rendering.phrases import say_in

__all__ = ["gradescope_zip", "results_json"]

_LONG_AGO = (1980, 1, 1, 0, 0, 0)  # the same gradebook gives the same bytes


def gradescope_zip(gradebook: Gradebook) -> Exported:
    """Returns `<assignment>/<student>/results.json` of whoever handed in; what is missing has no file."""
    content = io.BytesIO()
    folders = file_names([student.id for student in gradebook.students])
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as file:
        for grade in gradebook.grades:
            if grade.status is not GradeStatus.MISSING:
                info = zipfile.ZipInfo(f"{grade.assignment}/{folders[grade.student]}/results.json", _LONG_AGO)
                info.compress_type = zipfile.ZIP_DEFLATED
                file.writestr(info, msgspec.json.format(msgspec.json.encode(results_json(grade)), indent=2))
    return Exported(content=content.getvalue())


def results_json(grade: Grade) -> dict[str, Any]:
    """Returns one grade's results: nothing of anybody else, and nothing hidden."""
    language = grade.report.language if grade.report is not None else "en"
    if grade.status is not GradeStatus.GRADED or grade.score is None:
        return without_score(grade.report.problem if grade.report is not None else None, language)
    results = _judged(grade, language)
    remark = _remark(grade, language)
    output = "\n\n".join(text for text in (remark, results["output"]) if text)
    return {**results, "score": grade.score, "output": output}


def _judged(grade: Grade, language: str) -> dict[str, Any]:
    if grade.report is not None and grade.report.graded:
        return results_of(grade.report)
    return without_score(None, language) | {"output": ""}


def _remark(grade: Grade, language: str) -> str:
    """Says why the score is not the sum over the tests."""
    say = say_in(language)
    remarks = []
    if grade.days_late:
        remarks.append(say("1 day late") if grade.days_late == 1 else say("{days} days late", days=grade.days_late))
    if grade.raw_score is not None and grade.raw_score != grade.score:
        raw, max_score = number(grade.raw_score), number(grade.max_score)
        remarks.append(say("The tests gave {raw} of {max_score}.", raw=raw, max_score=max_score))
    if grade.override is not None:
        remarks.append(say("The score was set by hand: {comment}", comment=grade.override.comment))
    return "\n".join(remarks)
