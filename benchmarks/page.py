"""What was measured as one Markdown page, `latest.md`, which is also what the terminal shows. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from benchmarks.results import Comparison, Curve, Part, Point, Results
from benchmarks.targets import Row, rows_of

__all__ = ["page", "table"]

_JUDGED = {True: "met", False: "missed", None: "-"}
_ELSEWHERE = (
    "Not measured here: the server, and what becomes of a grading that is killed, which `tests/endurance` shows."
)


def page(results: Results) -> str:
    """Returns the page; each part says of which commit it is."""
    sections = ["# Measured", _machine(results), "## Targets", _targets(rows_of(results)), _ELSEWHERE]
    for name, part in results.parts.items():
        sections += _part(name, part)
    return "\n\n".join(sections) + "\n"


def _machine(results: Results) -> str:
    machine = results.machine
    versions = ", ".join(f"{name} {version}" for name, version in machine.versions.items())
    return f"{machine.cores} cores of {machine.cpu}; {machine.system}; {versions}."


def _targets(rows: Sequence[Row]) -> str:
    cells = [(row.what, row.target, row.measured, _JUDGED[row.is_met]) for row in rows]
    return table(("", "target", "measured", ""), cells)


def _part(name: str, part: Part) -> Iterator[str]:
    yield f"## `{name}`\n\n{part.date}, commit {part.commit or 'unknown'}."
    for of, comparison in part.comparisons.items():
        yield f"### `{of}`\n\n{_comparison(comparison)}"
        for grader, reason in comparison.missing.items():
            yield f"{grader} was not measured: {' '.join(reason.split())}"
    for curve in part.curves.values():
        yield f"### {curve.title}\n\n{_curve(curve)}"


def _comparison(found: Comparison) -> str:
    """Lists the quickest first; times are medians, ratios medians of the rounds' own."""
    names = sorted(found.medians, key=lambda name: found.medians[name])
    rows = []
    for name in names:
        samples = found.seconds[name]
        ratio = f"{found.ratios[name]:.3g}" if name in found.ratios else "-"
        rows.append((name, _short(found.medians[name]), f"{_short(min(samples))} to {_short(max(samples))}", ratio))
    return table(("", "seconds", f"of {_rounds(found)}", "times as long as in Docker"), rows)


def _rounds(found: Comparison) -> str:
    count = max(len(samples) for samples in found.seconds.values())
    return f"{count} round{'s' if count > 1 else ''}"


def _curve(curve: Curve) -> str:
    rows = []
    for point in curve.points:
        medians = (curve.line(name).get(point.at) for name in curve.lines)
        rows.append((_place(point), *("-" if one is None else _short(one) for one in medians)))
    notes = [f"{_place(point)} {curve.x}: {point.note}" for point in curve.points if point.note]
    return "\n\n".join([table((curve.x, *(f"{name}: {curve.y}" for name in curve.lines)), rows), *notes])


def _place(point: Point) -> str:
    return f"{point.at:,.10g}"


def _short(number: float) -> str:
    return f"{number:.4g}" if number < 1 else f"{number:.2f}"


def table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Returns a table whose columns stand below each other in the text, too."""
    widths = [max(len(row[column]) for row in (heads, *rows)) for column in range(len(heads))]
    lines = [heads, ["-" * max(width, 3) for width in widths], *rows]
    return "\n".join("| " + " | ".join(f"{c:{w}}" for c, w in zip(line, widths, strict=True)) + " |" for line in lines)
