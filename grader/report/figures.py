"""The charts of the class's page, as plotly's JSON: distribution, spread, and students by task. Pure.

Plotly reads `<b>`, `<a href>` and entities in every label, so each text is escaped here. Colours of text and lines are
not set: the page's script takes them from its style sheet, in light and in dark.
"""

from __future__ import annotations

import html
import math
from collections.abc import Sequence
from typing import Any

import plotly.graph_objects as go

from grader.classroom.gradebook.gradebook import Grade, Gradebook, GradeStatus
from grader.models import Assignment
from grader.rendering.console import plain
from grader.rendering.scores import percent, points
from grader.report.summary import AssignmentSummary, ClassSummary, Scores, grades_by_student, share_of

__all__ = ["figures", "label"]

_TEAL = "#2f8f89"
_SCALE = ((0.0, "#b4533c"), (0.35, "#dc9a62"), (0.65, "#efdcab"), (0.85, "#8fc0a9"), (1.0, "#22776f"))
_GREY = "rgba(128, 136, 150, 0.32)"
_BAR_PLACE = {"lenmode": "pixels", "len": 200, "y": 1, "yanchor": "top", "ypad": 0}
_LINES = 5
_ROW_PX = 17
_MAX_HEIGHT_PX = 1500
_MAX_NAMED_ROWS = 80
_MAX_LABEL = 22
_TENTHS = tuple(f"{10 * number}–{10 * number + 10}" for number in range(10))

_Figure = dict[str, Any]


def figures(gradebook: Gradebook, summary: ClassSummary, anchors: dict[str, str]) -> dict[str, Any]:
    """Returns the page's charts, ready for JSON.

    Args:
        anchors: of each student's part of the page, by id; a click on a cell goes there.

    Returns:
        `distribution`, `spread` and `tasks`, each with `data` and `layout`, and `ranges`: the columns of `tasks` for
        all assignments and for each.
    """
    columns = [(assignment, task.name) for assignment in gradebook.assignments for task in assignment.tasks]
    return {
        "distribution": _distribution(summary),
        "spread": _spread(summary),
        "tasks": _tasks(gradebook, columns, anchors),
        "ranges": [_range(range(len(columns))), *(_range(_numbers(columns, of)) for of in gradebook.assignments)],
    }


def label(text: str, limit: int | None = None) -> str:
    """Returns a text as plotly shows it literally: control characters visible, no markup, no entities."""
    shown = plain(text).replace("\n", " ")
    if limit is not None and len(shown) > limit:
        shown = shown[: limit - 1] + "…"
    return html.escape(shown, quote=False)


def _distribution(summary: ClassSummary) -> _Figure:
    """One trace of bars for the class and one for each assignment; the page shows one at a time."""
    choices = [summary.totals, *(of.scores for of in summary.assignments)]
    figure = go.Figure([_bars(scores, is_shown=number == 0) for number, scores in enumerate(choices)])
    figure.update_layout(
        height=260,
        margin={"l": 44, "r": 8, "t": 8, "b": 20},
        bargap=0.12,
        xaxis={"title": {"text": "Share of the points, %", "standoff": 8}, "fixedrange": True, "automargin": True},
        yaxis={"title": {"text": "Students"}, "fixedrange": True, "rangemode": "tozero", "dtick": _tick(choices)},
    )
    return _ready(figure)


def _tick(choices: list[Scores]) -> int:
    """Whole students between two lines, also where there are few."""
    return max(1, math.ceil(max(max(scores.bins) for scores in choices) / _LINES))


def _bars(scores: Scores, *, is_shown: bool) -> go.Bar:
    return go.Bar(
        x=list(_TENTHS),
        y=list(scores.bins),
        visible=is_shown,
        marker={"color": _TEAL},
        hovertemplate="%{y} students<br>%{x} %<extra></extra>",
    )


def _spread(summary: ClassSummary) -> _Figure:
    figure = go.Figure([_box(of) for of in summary.assignments])
    figure.update_layout(
        height=260,
        margin={"l": 44, "r": 8, "t": 8, "b": 20},
        xaxis={"fixedrange": True, "automargin": True, "showgrid": False},
        yaxis={
            "title": {"text": "Share of the points, %"},
            "fixedrange": True,
            "range": [-4, 104],
            "hoverformat": ".1f",
        },
    )
    return _ready(figure)


def _box(of: AssignmentSummary) -> go.Box:
    return go.Box(
        name=label(of.assignment.slug),
        y=[100 * share for share in of.scores.shares],
        boxpoints="outliers",
        marker={"color": _TEAL, "size": 4},
        line={"width": 1.5},
        hoverinfo="y",
    )


def _tasks(gradebook: Gradebook, columns: list[tuple[Assignment, str]], anchors: dict[str, str]) -> _Figure:
    by_student = grades_by_student(gradebook)
    cells = [[_cell(by_student.get(student.id, {}), *column) for column in columns] for student in gradebook.students]
    shares = [[share for share, _ in row] for row in cells]
    common = {
        "x": [[label(assignment.slug) for assignment, _ in columns], [label(task) for _, task in columns]],
        "text": [[text for _, text in row] for row in cells],
        "customdata": [[anchors[student.id]] * len(columns) for student in gradebook.students],
        "hovertemplate": "<b>%{y}</b><br>%{x}<br>%{text}<extra></extra>",
        "hoverongaps": False,
        "xgap": 1,
        "ygap": 1,
    }
    none = [[None if share is not None else 0 for share in row] for row in shares]
    grey = go.Heatmap(z=none, colorscale=[[0, _GREY], [1, _GREY]], showscale=False, **common)
    bar = {"thickness": 10, "tickformat": ".0%", "outlinewidth": 0, "tickvals": [0, 0.5, 1]} | _BAR_PLACE
    scored = go.Heatmap(z=shares, zmin=0, zmax=1, colorscale=[list(stop) for stop in _SCALE], colorbar=bar, **common)
    figure = go.Figure([grey, scored])
    count = len(gradebook.students)
    figure.update_layout(
        height=150 + max(120, min(_ROW_PX * count, _MAX_HEIGHT_PX)),
        margin={"l": 24, "r": 8, "t": 8, "b": 40},
        xaxis={
            "fixedrange": True,
            "automargin": True,
            "tickangle": 90,
            "range": _range(range(len(columns))),
            "showgrid": False,
        },
        yaxis=_rows(gradebook),
    )
    return _ready(figure)


def _rows(gradebook: Gradebook) -> dict[str, Any]:
    count = len(gradebook.students)
    return {
        "fixedrange": True,
        "showgrid": False,
        "zeroline": False,
        "automargin": True,
        "range": [count - 0.5, -0.5],
        "tickvals": list(range(count)),
        "ticktext": [label(student.name or student.id, _MAX_LABEL) for student in gradebook.students],
        "showticklabels": count <= _MAX_NAMED_ROWS,
        "ticks": "",
    }


def _cell(grades: dict[str, Grade], assignment: Assignment, task: str) -> tuple[float | None, str]:
    """Returns the share that gives a cell its colour, and what its label says."""
    grade = grades.get(assignment.slug)
    if grade is None or grade.status is GradeStatus.MISSING:
        return None, "missing"
    report = grade.report
    if report is None or not report.graded:
        return None, "refused" if grade.status is GradeStatus.REFUSED else "not graded"
    found = next((found for found in report.tasks if found.task == task), None)
    if found is None:
        return None, "not judged"
    share = share_of(found.score, found.max_score)
    if share is None:
        return None, "nothing to earn: its tests were skipped"
    return share, f"{points(found.score)} of {points(found.max_score)} points ({percent(share)} %)"


def _numbers(columns: list[tuple[Assignment, str]], assignment: Assignment) -> list[int]:
    return [number for number, column in enumerate(columns) if column[0] is assignment]


def _range(columns: Sequence[int]) -> list[float]:
    return [columns[0] - 0.5, columns[-1] + 0.5] if columns else [-0.5, 0.5]


def _ready(figure: go.Figure) -> _Figure:
    figure.update_layout(
        template="none",
        paper_bgcolor="rgba(0,0,0,0)",
        plot_bgcolor="rgba(0,0,0,0)",
        showlegend=False,
        dragmode=False,
        hoverlabel={"align": "left"},
    )
    ready: _Figure = figure.to_plotly_json()
    return ready
