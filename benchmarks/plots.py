"""Plots of what was measured: black on white, told apart by marks and lines, so that any printer does."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import matplotlib
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from benchmarks.results import Comparison, Curve, Grader, Results

__all__ = ["STYLES", "draw", "empty", "saved"]

STYLES = (("o", "-"), ("s", "--"), ("^", ":"), ("D", "-."))
_HATCHES = ("", "////", "....", "xx")
_PEERS = (
    Grader.OTTER,
    Grader.NBGRADER,
    Grader.DOCKER_PYTEST,
    Grader.PYTEST,
    Grader.PROCESS,
    Grader.DOCKER,
    Grader.ALL_CORES,
    Grader.BARE,
)
_SETTINGS: dict[Any, Any] = {"svg.hashsalt": "gradus", "svg.fonttype": "none", "font.size": 9}
_WIDE = 10.0


def draw(results: Results, folder: Path) -> list[Path]:
    """Writes an SVG for each curve of more than one point and one for the graders; returns where they are."""
    folder.mkdir(exist_ok=True)
    return [saved(figure, folder / f"{name}.svg") for name, figure in _figures(results)]


def _figures(results: Results) -> Iterator[tuple[str, Figure]]:
    for name, part in results.parts.items():
        judged = {slug: one for slug, one in part.comparisons.items() if Grader.DOCKER in one.medians}
        if judged:
            yield name, _bars(judged)
        for kind, curve in part.curves.items():
            if len(curve.points) > 1:
                yield (name if kind == name else f"{name}-{kind}"), _lines(curve)


def _lines(curve: Curve) -> Figure:
    figure, (axes,) = empty(4.0)
    for name, (mark, line) in zip(curve.lines, STYLES, strict=False):
        places = curve.line(name)
        axes.plot(list(places), list(places.values()), color="black", marker=mark, linestyle=line, label=name)
    for point in curve.points:
        if not point.values:
            axes.axvline(point.at, color="0.6", linestyle=":")
            axes.annotate(
                "no sample: see latest.md", (point.at, 0.5), xycoords=("data", "axes fraction"), rotation=90, ha="right"
            )
    axes.set(title=curve.title, xlabel=curve.x, ylabel=curve.y)
    if _is_wide([point.at for point in curve.points]):
        axes.set_xscale("log")
    if _is_wide([value for name in curve.lines for value in curve.line(name).values()]):
        axes.set_yscale("log")
    else:
        axes.set_ylim(bottom=0.0)
    axes.legend(frameon=False)
    return figure


def _is_wide(numbers: list[float]) -> bool:
    return max(numbers) >= _WIDE * min(numbers)


def _bars(comparisons: dict[str, Comparison]) -> Figure:
    graders = [grader for grader in _PEERS if any(grader in one.medians for one in comparisons.values())]
    figure, (axes,) = empty(0.7 + 0.45 * len(graders))
    height = 0.8 / len(comparisons)
    for number, (slug, found) in enumerate(comparisons.items()):
        places = [place - number * height for place in range(len(graders), 0, -1)]
        values = [found.medians.get(grader, 0.0) for grader in graders]
        bars = axes.barh(places, values, height, color="white", edgecolor="black", label=slug)
        for bar in bars:
            bar.set_hatch(_HATCHES[number % len(_HATCHES)])
        axes.bar_label(bars, [f"{value:.3g}" if value else "" for value in values], padding=2)
    middle = (len(comparisons) - 1) * height / 2
    axes.set_yticks(
        [place - middle for place in range(len(graders), 0, -1)], [grader.replace("`", "") for grader in graders]
    )
    axes.set(title="One submission, the same checks", xlabel="seconds (logarithmic)", xscale="log")
    axes.margins(x=0.15)
    axes.legend(frameon=False, loc="lower right")
    return figure


def empty(height: float, rows: int = 1) -> tuple[Figure, list[Axes]]:
    """Returns a figure of so many inches with axes below each other."""
    with matplotlib.rc_context(_SETTINGS):
        figure = Figure(figsize=(7.0, height), layout="constrained")
        found = [figure.add_subplot(rows, 1, number) for number in range(1, rows + 1)]
    for axes in found:
        axes.spines[["top", "right"]].set_visible(False)
    return figure, found


def saved(figure: Figure, path: Path) -> Path:
    """Writes a figure, the same bytes for the same content; returns where it is."""
    with matplotlib.rc_context(_SETTINGS):
        figure.savefig(path, metadata={"Date": None})
    return path
