"""Every format that is one file, by the name that `learn export --to` knows it by."""

from __future__ import annotations

from collections.abc import Callable

from grader.classroom.gradebook.gradebook import Gradebook
from grader.classroom.gradebook.table import grades_csv
from grader.export.canvas import canvas_csv
from grader.export.document import class_json
from grader.export.exported import Exported
from grader.export.gradescope import gradescope_zip
from grader.export.junit import junit_xml
from grader.export.moodle import moodle_csv

__all__ = ["FORMATS"]

FORMATS: dict[str, Callable[[Gradebook], Exported]] = {
    "csv": lambda gradebook: Exported(content=grades_csv(gradebook)),
    "canvas": canvas_csv,
    "moodle": moodle_csv,
    "gradescope": gradescope_zip,
    "junit": junit_xml,
    "json": class_json,
}
