"""A class's results as JUnit XML, which build servers show. Pure.

The elements and attributes are those of the schema of Jenkins's xUnit plugin (`junit-10.xsd`), which pytest too writes
by. It has no points: those are properties of a suite.
"""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET

from grader.classroom.gradebook.gradebook import Grade, Gradebook, GradeStatus
from grader.export.exported import Exported
from grader.files.spreadsheet import number
from grader.language import in_language
from grader.models import TestReport, Verdict

__all__ = ["junit_xml"]

_NOT_IN_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_WITHOUT_POINTS = {GradeStatus.REFUSED: "failure", GradeStatus.NOT_GRADED: "error", GradeStatus.MISSING: "skipped"}


def junit_xml(gradebook: Gradebook) -> Exported:
    """Returns a suite for each student and assignment, with a case for each test.

    A test that did not pass is a failure. What has no score is one case: a failure if it was refused, an error if it
    was not graded, and skipped if it is missing.
    """
    root = ET.Element("testsuites", name=_text(in_language(gradebook.title, "en")))
    for grade in gradebook.grades:
        root.append(_suite(grade))
    for attribute in ("tests", "failures", "errors"):
        root.set(attribute, str(sum(int(suite.get(attribute, "0")) for suite in root)))
    ET.indent(root)
    return Exported(content=ET.tostring(root, encoding="utf-8", xml_declaration=True) + b"\n")


def _suite(grade: Grade) -> ET.Element:
    name = _text(f"{grade.assignment}.{grade.student}")
    suite = ET.Element("testsuite", name=name)
    properties = ET.SubElement(suite, "properties")
    for key, value in _facts(grade).items():
        ET.SubElement(properties, "property", name=key, value=_text(value))
    suite.extend(_cases(grade, name))
    for attribute, tag in (("tests", "testcase"), ("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
        suite.set(attribute, str(sum(1 for _ in suite.iter(tag))))
    if grade.submitted_at is not None:
        suite.set("timestamp", grade.submitted_at.isoformat(timespec="seconds"))
    return suite


def _facts(grade: Grade) -> dict[str, str]:
    facts = {"student": grade.student, "assignment": grade.assignment, "status": grade.status.value}
    facts |= {"score": number(grade.score), "max_score": number(grade.max_score), "raw_score": number(grade.raw_score)}
    return facts | {"days_late": str(grade.days_late), "attempts": str(grade.attempts)}


def _cases(grade: Grade, name: str) -> list[ET.Element]:
    tests = [(task.task, test) for task in grade.report.tasks for test in task.tests] if grade.report else []
    if grade.status is GradeStatus.GRADED:
        return [_case(name, task, test) for task, test in tests]
    problem = grade.report.problem if grade.report is not None else None
    message = problem.message if problem is not None else grade.status.value.replace("_", " ")
    case = ET.Element("testcase", classname=name, name=grade.status.value)
    ET.SubElement(case, _WITHOUT_POINTS[grade.status], type=grade.status.value, message=_text(message))
    return [case]


def _case(suite: str, task: str, test: TestReport) -> ET.Element:
    case = ET.Element("testcase", classname=f"{suite}.{task}", name=_text(test.test))
    if test.verdict is Verdict.SKIPPED:
        ET.SubElement(case, "skipped", type=test.verdict.value, message=_text(test.message))
    elif test.verdict is not Verdict.PASSED:
        failure = ET.SubElement(case, "failure", type=test.verdict.value, message=_text(test.message))
        failure.text = _text(
            f"{test.title}\n{test.message}" + (f"\nline {test.line}: {test.code}" if test.line else "")
        )
    return case


def _text(text: str) -> str:
    """Returns a text with the characters spelt out that XML cannot hold, not even escaped."""
    return _NOT_IN_XML.sub(lambda match: f"\\x{ord(match.group()):02x}", text)
