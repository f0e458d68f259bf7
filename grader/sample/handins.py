"""What a student of a sample class hands in for one assignment, and what it must get. Pure."""

from __future__ import annotations

import ast
import random
from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum

from grader.classroom.gradebook.gradebook import GradeStatus
from grader.models import Assignment
from grader.sample.notebooks import nbgrader_notebook, plain_notebook
from grader.sample.stock import Stock
from grader.submission.intake import MAX_SUBMISSION_BYTES
from grader.suite.mutants import with_definitions

__all__ = ["Answer", "HandIn", "HandInKind", "draw_answer", "hand_in"]

_DECIMALS = 4
_STUB_SHARE = 0.2
"""Of the tasks that a student does not get right, those that were never begun."""


class HandInKind(StrEnum):
    """What is special about a hand-in."""

    ORDINARY = "ordinary"
    MISSING = "missing"
    STUB = "stub"
    EMPTY = "empty"
    SYNTAX_ERROR = "syntax_error"
    HALF_WRITTEN = "half_written"
    MISSING_PACKAGE = "missing_package"
    EXIT_AT_IMPORT = "exit_at_import"
    MISSPELT = "misspelt"
    CRASH = "crash"
    LOOP = "loop"
    NOT_UTF8 = "not_utf8"
    NUL_BYTES = "nul_bytes"
    TOO_LARGE = "too_large"
    LINK = "link"
    BYTE_ORDER_MARK = "byte_order_mark"
    WINDOWS_LINES = "windows_lines"
    CAPITAL_NAME = "capital_name"
    COPY_NAME = "copy_name"
    HYPHEN_NAME = "hyphen_name"
    NOTEBOOK = "notebook"
    NBGRADER_NOTEBOOK = "nbgrader_notebook"
    TWO_ATTEMPTS = "two_attempts"


@dataclass(frozen=True, kw_only=True)
class Answer:
    """One file's text, and the points that each task must get."""

    assignment: Assignment
    text: str
    points: dict[str, float]

    def with_task(self, task: str, source: str) -> Answer:
        """Returns the answer with one definition replaced by one that gets no points."""
        text = with_definitions(self.text, {task: source})
        return Answer(assignment=self.assignment, text=text, points={**self.points, task: 0.0})


@dataclass(frozen=True, kw_only=True)
class HandIn:
    """One file of a student's folder, or none.

    Attributes:
        path: in the student's folder; None for what is missing.
        content: of the file; None for a link.
        earlier: of the attempt before this one, in an inbox.
        link: what a link points to.
        score: None unless it is graded.
    """

    kind: HandInKind
    assignment: str
    path: str | None
    content: bytes | None = None
    earlier: bytes | None = None
    link: str | None = None
    status: GradeStatus
    score: float | None
    max_score: float


def draw_answer(stock: Stock, skill: float, rng: random.Random) -> Answer:
    """Returns an answer in which each task is right with the probability `skill`, and else wrong or not begun."""
    sources, points = {}, {}
    for task in stock.assignment.tasks:
        wrong = stock.wrong[task.name]
        if rng.random() < skill:
            part = rng.choice(stock.right[task.name])
            sources[task.name], points[task.name] = part.source, part.points
        elif wrong and rng.random() > _STUB_SHARE:
            part = rng.choice(wrong)
            sources[task.name], points[task.name] = part.source, part.points
        else:
            sources[task.name], points[task.name] = stock.stubs[task.name], 0.0
    return Answer(assignment=stock.assignment, text=with_definitions(stock.reference, sources), points=points)


def hand_in(kind: HandInKind, answer: Answer, stock: Stock, task: str) -> HandIn:
    """Returns the file of a kind that is made of an answer.

    Args:
        task: that a kind which spoils one task is about.
    """
    if kind is HandInKind.MISSING:
        return _no_score(kind, answer, GradeStatus.MISSING)
    if kind is HandInKind.LINK:
        return _no_score(kind, answer, GradeStatus.REFUSED, link="/etc/hostname")
    if kind in _REFUSED:
        return _no_score(kind, answer, GradeStatus.REFUSED, content=_REFUSED[kind](answer.text))
    if kind in _POINTLESS:
        text = _POINTLESS[kind](answer, stock, task)
        return _graded(kind, Answer(assignment=answer.assignment, text=text, points={}))
    if kind is HandInKind.TWO_ATTEMPTS:
        return replace(_graded(kind, answer), earlier=with_definitions(stock.reference, stock.stubs).encode())
    if kind in _SPOILT:
        return _graded(kind, answer.with_task(task, _SPOILT[kind](task)))
    return _graded(kind, answer)


def _graded(kind: HandInKind, answer: Answer) -> HandIn:
    path, content = _FORMS.get(kind, _plain)(answer)
    return HandIn(
        kind=kind,
        assignment=answer.assignment.slug,
        path=path,
        content=content,
        status=GradeStatus.GRADED,
        score=round(sum(answer.points.values()), _DECIMALS),
        max_score=answer.assignment.max_score,
    )


def _no_score(
    kind: HandInKind, answer: Answer, status: GradeStatus, *, content: bytes | None = None, link: str | None = None
) -> HandIn:
    return HandIn(
        kind=kind,
        assignment=answer.assignment.slug,
        path=None if status is GradeStatus.MISSING else answer.assignment.file_name,
        content=content,
        link=link,
        status=status,
        score=None,
        max_score=answer.assignment.max_score,
    )


def _plain(answer: Answer) -> tuple[str, bytes]:
    return answer.assignment.file_name, answer.text.encode()


def _notebook(answer: Answer) -> tuple[str, bytes]:
    return f"{_stem(answer)}.ipynb", plain_notebook(answer.assignment, answer.text)


def _nbgrader_notebook(answer: Answer) -> tuple[str, bytes]:
    path = f"{answer.assignment.slug}/{_stem(answer)}.ipynb"
    return path, nbgrader_notebook(answer.assignment, answer.text)


def _stem(answer: Answer) -> str:
    return answer.assignment.file_name.removesuffix(".py")


_FORMS: dict[HandInKind, Callable[[Answer], tuple[str, bytes]]] = {
    HandInKind.BYTE_ORDER_MARK: lambda answer: (answer.assignment.file_name, answer.text.encode("utf-8-sig")),
    HandInKind.WINDOWS_LINES: lambda answer: (answer.assignment.file_name, answer.text.replace("\n", "\r\n").encode()),
    HandInKind.CAPITAL_NAME: lambda answer: (answer.assignment.file_name.capitalize(), answer.text.encode()),
    HandInKind.COPY_NAME: lambda answer: (f"{_stem(answer)} (1).py", answer.text.encode()),
    HandInKind.HYPHEN_NAME: lambda answer: (f"{answer.assignment.slug}.py", answer.text.encode()),
    HandInKind.TWO_ATTEMPTS: lambda answer: (
        f"{answer.assignment.slug}/attempt-0002/{answer.assignment.file_name}",
        answer.text.encode(),
    ),
    HandInKind.NOTEBOOK: _notebook,
    HandInKind.NBGRADER_NOTEBOOK: _nbgrader_notebook,
}
"""Other names and encodings of a whole answer, which cost nothing."""

_SPOILT: dict[HandInKind, Callable[[str], str]] = {
    HandInKind.MISSPELT: lambda task: f"def my_{task}(*args, **kwargs):\n    return args[0]",
    HandInKind.CRASH: lambda task: f"def {task}(*args, **kwargs):\n    import os\n\n    os._exit(0)",
    HandInKind.LOOP: lambda task: f"def {task}(*args, **kwargs):\n    while True:\n        pass",
}
"""Definitions that get nothing in their own task."""

_REFUSED: dict[HandInKind, Callable[[str], bytes]] = {
    HandInKind.NOT_UTF8: lambda text: "# 我的作业\n".encode("gbk") + text.encode(),
    HandInKind.NUL_BYTES: lambda text: text.encode("utf-16-le"),
    HandInKind.TOO_LARGE: lambda text: f"{text}# {'x' * MAX_SUBMISSION_BYTES}\n".encode(),
}


def _half(answer: Answer, task: str) -> str:
    """Returns the text up to the middle of a definition's first line, which no parser takes."""
    line = next(node.lineno for node in ast.parse(answer.text).body if getattr(node, "name", None) == task)
    return "".join(answer.text.splitlines(keepends=True)[: line - 1]) + f"def {task}("


_POINTLESS: dict[HandInKind, Callable[[Answer, Stock, str], str]] = {
    HandInKind.STUB: lambda answer, stock, task: with_definitions(stock.reference, stock.stubs),
    HandInKind.EMPTY: lambda answer, stock, task: "",
    HandInKind.SYNTAX_ERROR: lambda answer, stock, task: f"{answer.text}\n\ndef try_it_out():\nprint('works')\n",
    HandInKind.HALF_WRITTEN: lambda answer, stock, task: _half(answer, task),
    HandInKind.MISSING_PACKAGE: lambda answer, stock, task: f"{answer.text}\n\nimport my_own_helpers\n",
    HandInKind.EXIT_AT_IMPORT: lambda answer, stock, task: f"{answer.text}\n\nimport os\n\nos._exit(0)\n",
}
"""Texts that get nothing in any task."""
