"""What is shown of a graded class: `class_page` for the instructor, `student_page` to hand out, `summarize`."""

from __future__ import annotations

from grader.report.pages import class_page, language_of, student_page
from grader.report.summary import summarize

__all__ = ["class_page", "language_of", "student_page", "summarize"]
