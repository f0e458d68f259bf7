"""The pages: one for the class, one for each student. Pure: a gradebook goes in, a document comes out.

Each is one file that asks for nothing from anywhere. Every text is hostile until the template has escaped it.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections import Counter
from functools import cache
from pathlib import Path
from typing import Any

import jinja2
from markupsafe import Markup, escape

from grader.classroom.gradebook.gradebook import Gradebook
from grader.language import in_language
from grader.rendering.console import plain
from grader.rendering.phrases import say_in
from grader.rendering.scores import percent, points, tenths
from grader.report.feedback import moment, page_words
from grader.report.members import member_of, members_of
from grader.report.summary import summarize

__all__ = ["class_page", "language_of", "student_page"]

_CODE = re.compile(r"`([^`\n]+)`")
_NOTHING_ELSE = ("default-src 'none'", "base-uri 'none'", "form-action 'none'")


def class_page(gradebook: Gradebook) -> str:
    """Returns the class's page as one HTML document, in English, with every student's feedback in it.

    Raises:
        ModuleNotFoundError: if plotly is not installed.
    """
    from plotly.offline import get_plotlyjs

    from grader.report.figures import figures

    summary = summarize(gradebook)
    members = members_of(gradebook, "en")
    anchors = {member.student.id: member.anchor for member in members}
    scripts = [get_plotlyjs().replace("\r\n", "\n"), _source("class.js")]
    policy = (
        f"script-src {' '.join(_hash(script) for script in scripts)}",
        "style-src 'unsafe-inline'",  # plotly sets style attributes; no text of a student ever stands in one
        "img-src data:",  # a heat map's cells
    )
    return _render(
        "class.html.j2",
        gradebook=gradebook,
        summary=summary,
        members=members,
        anchors=anchors,
        names={member.student.id: member.name for member in members},
        figures=figures(gradebook, summary, anchors),
        words=page_words(say_in("en")),
        said=lambda text: in_language(text, "en"),
        policy=policy,
        scripts=[_trusted(script) for script in scripts],
    )


def student_page(gradebook: Gradebook, student_id: str, language: str) -> str:
    """Returns the page for one student as one HTML document without scripts; it holds nothing of anybody else.

    Args:
        language: of headings and labels, as far as the engine speaks it; the rest comes as the reports have it.
    """
    say = say_in(language)
    member = member_of(gradebook, student_id, language)
    return _render(
        "student.html.j2",
        language=language,
        title=in_language(gradebook.title, language),
        heading=say("Feedback for {name}", name=member.name),
        made=say("Made {moment}", moment=moment(gradebook.made_at)),
        member=member,
        words=page_words(say),
        policy=(f"style-src {_hash(_source('report.css'))}",),
    )


def language_of(gradebook: Gradebook, student_id: str) -> str:
    """Returns the language of most of a student's reports, or of most of the class's if there are none."""
    reports = [grade.report for grade in gradebook.grades if grade.report is not None]
    own = Counter(report.language for report in reports if report.student == student_id)
    most = (own or Counter(report.language for report in reports)).most_common(1)
    return most[0][0] if most else "en"


def _render(template: str, *, policy: tuple[str, ...], **values: Any) -> str:
    style = _trusted(_source("report.css"))
    policy_text = "; ".join((*_NOTHING_ELSE, *policy))
    return _environment().get_template(template).render(policy=policy_text, style=style, **values)


@cache
def _environment() -> jinja2.Environment:
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("grader.report"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        finalize=_shown,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"prose": _prose, "points": points, "percent": percent, "tenths": tenths, "moment": moment}
    return environment


def _shown(value: object) -> object:
    """Makes control characters of every text visible, before the environment escapes it."""
    return value if isinstance(value, Markup | jinja2.Undefined) else plain(str(value))


def _prose(text: str) -> Markup:
    """Returns a sentence with what stands in backticks set as code."""
    parts = _CODE.split(plain(text))
    return Markup().join(
        Markup("<code>{}</code>").format(part) if number % 2 else escape(part) for number, part in enumerate(parts)
    )


def _trusted(text: str) -> Markup:
    """Marks a script or style of this package or of plotly as one that need not be escaped.

    Raises:
        ValueError: if it would end its element.
    """
    if re.search(r"</(script|style)|<!--", text, re.IGNORECASE):
        raise ValueError("a script or style that would end its own element")
    return Markup(text)  # noqa: S704


def _hash(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


@cache
def _source(name: str) -> str:
    return (Path(__file__).parent / "templates" / name).read_text(encoding="utf-8")
