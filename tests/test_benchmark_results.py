"""What is made of samples: their order, their statistics, the page that judges them, and the plots."""

from __future__ import annotations

import re
from pathlib import Path
from xml.etree import ElementTree

import pytest

from benchmarks.machine import Machine
from benchmarks.page import page
from benchmarks.plots import draw
from benchmarks.results import Comparison, Curve, Grader, Part, Point, Results, read, write
from benchmarks.samples import alternate, median_ratio
from benchmarks.targets import Row, rows_of

_MACHINE = Machine(cores=2, cpu="a processor", system="a system", versions={"python": "3.11.7"})
_SECONDS = {
    Grader.DOCKER: 0.1,
    Grader.ALL_CORES: 0.054,
    Grader.BARE: 0.04,
    Grader.NBGRADER: 5.0,
    Grader.OTTER: 8.0,
    Grader.DOCKER_PYTEST: 4.0,
    Grader.COLD: 2.5,
    Grader.CHECK: 3.0,
    Grader.WATCH: 0.2,
}
"""Each of these just meets its target."""


def _compared(**changes: float) -> Part:
    seconds = {grader.value: changes.get(grader.name, value) for grader, value in _SECONDS.items()}
    found: dict[str, tuple[float, ...]] = {name: (value, value, value) for name, value in seconds.items()}
    return Part(commit="abc", date="2026-01-01", comparisons={"sums": Comparison.of(found, {"a peer": "no\nnetwork"})})


def _curve(**lines: tuple[float, ...]) -> Curve:
    points = tuple(
        Point(at=10.0 ** (1 + number), values={name: (values[number],) for name, values in lines.items()})
        for number in range(len(next(iter(lines.values()))))
    )
    return Curve(title="Growth", x="submissions", y="MiB", points=points)


def _results(**parts: Part) -> Results:
    return Results(machine=_MACHINE, parts=parts)


def _row(results: Results, part_of_name: str) -> Row:
    [row] = [row for row in rows_of(results) if part_of_name in row.what]
    return row


def test_ways_are_measured_in_turn() -> None:
    order: list[str] = []

    def way(name: str, seconds: float) -> float:
        order.append(name)
        return seconds

    taken = alternate({"A": lambda: way("A", 1.0), "B": lambda: way("B", 2.0), "C": lambda: way("C", 3.0)}, 2)

    assert order == ["A", "B", "C", "A", "B", "C"]
    assert taken == {"A": (1.0, 1.0), "B": (2.0, 2.0), "C": (3.0, 3.0)}


def test_ratio_is_the_median_over_rounds_and_not_that_of_medians() -> None:
    assert median_ratio((10.0, 2.0, 9.0), (1.0, 2.0, 3.0)) == 3.0


def test_comparison_has_medians_and_ratios_to_docker() -> None:
    found = Comparison.of({Grader.DOCKER: (1.0, 2.0, 10.0), Grader.OTTER: (8.0, 18.0, 70.0)})

    assert found.medians == {Grader.DOCKER: 2.0, Grader.OTTER: 18.0}
    assert found.ratios == {Grader.DOCKER: 1.0, Grader.OTTER: 8.0}
    assert Comparison.of({Grader.BARE: (1.0,)}).ratios == {}


@pytest.mark.parametrize(
    ("what", "changed", "seconds"),
    [
        ("in a row", Grader.DOCKER, 0.101),
        ("as many jobs as cores", Grader.ALL_CORES, 0.055),
        ("nbgrader", Grader.NBGRADER, 4.9),
        ("otter", Grader.OTTER, 7.9),
        ("docker run", Grader.DOCKER_PYTEST, 3.9),
        ("learn check", Grader.CHECK, 3.1),
        ("learn watch", Grader.WATCH, 0.21),
    ],
    ids=["in_a_row", "all_cores", "nbgrader", "otter", "docker_run", "cold_check", "watch"],
)
def test_target_is_met_up_to_its_bound_and_missed_beyond(what: str, changed: Grader, seconds: float) -> None:
    assert _row(_results(compare=_compared()), what).is_met is True
    assert _row(_results(compare=_compared(**{changed.name: seconds})), what).is_met is False


@pytest.mark.parametrize(("seconds", "is_met"), [(24.0, True), (24.1, False)], ids=["met", "missed"])
def test_class_is_judged_in_proportion(seconds: float, is_met: bool) -> None:
    curve = Curve(title="", x="", y="", points=(Point(at=40, values={"`learn grade`": (seconds,)}),))
    row = _row(_results(**{"class": Part(commit="", date="", curves={"class": curve})}), "a class of 1,000")

    assert row.is_met is is_met
    assert "10.0 min" in row.measured
    assert "in proportion to 40 students" in row.measured


@pytest.mark.parametrize(("last", "is_met"), [(125.0, True), (126.0, False)], ids=["met", "missed"])
def test_memory_is_flat_only_if_every_line_is(last: float, is_met: bool) -> None:
    curve = _curve(command=(100.0, 100.0), container=(100.0, last))

    assert _row(_results(submissions=Part(commit="", date="", curves={"memory": curve})), "memory").is_met is is_met


@pytest.mark.parametrize(("seconds", "is_met"), [(10.0, True), (10.1, False)], ids=["met", "missed"])
def test_ray_is_held_against_the_same_machine_without(seconds: float, is_met: bool) -> None:
    found = Comparison.of({Grader.LOCAL: (9.0,), Grader.RAY: (seconds,)})
    row = _row(_results(ray=Part(commit="", date="", comparisons={"ray": found})), "Ray")

    assert (row.is_met, row.measured[-5:]) == (is_met, "times")


def test_what_was_not_measured_is_neither_met_nor_missed() -> None:
    bare = Part(commit="", date="", comparisons={"sums": Comparison.of({Grader.BARE: (1.0,)})})
    rows = rows_of(_results(compare=bare))

    assert len(rows) == 11
    assert {(row.measured, row.is_met) for row in rows} == {("not measured", None)}


def test_page_tells_targets_medians_and_what_is_missing() -> None:
    growth = Part(commit="abc", date="2026-01-01", curves={"memory": _curve(command=(60.0, 61.0))})
    text = page(_results(compare=_compared(WATCH=0.3), submissions=growth))

    assert "| met " in text
    assert "| missed |" in text
    assert "a peer was not measured: no network" in text
    assert re.search(r"^\| 100 +\| 61\.00 +\|$", text, re.M)


def test_columns_of_the_page_stand_below_each_other() -> None:
    for table in re.findall(r"(?:^\|.*\n)+", page(_results(compare=_compared())), re.M):
        assert len({len(line) for line in table.splitlines()}) == 1


def test_plots_are_written_with_their_units_and_without_colour(tmp_path: Path) -> None:
    over = Point(at=1000.0, values={}, note="too large")
    curve = _curve(command=(60.0, 61.0), container=(400.0, 410.0))
    curve = Curve(title=curve.title, x=curve.x, y=curve.y, points=(*curve.points, over))
    growth = Part(commit="", date="", curves={"memory": curve})

    drawn = draw(_results(compare=_compared(), submissions=growth), tmp_path / "plots")
    texts = {path.name: path.read_text(encoding="utf-8") for path in drawn}
    assert sorted(texts) == ["compare.svg", "submissions-memory.svg"]
    assert "submissions" in texts["submissions-memory.svg"] and "MiB" in texts["submissions-memory.svg"]
    assert "seconds" in texts["compare.svg"] and "nbgrader autograde" in texts["compare.svg"]
    for text in texts.values():
        ElementTree.fromstring(text)
        assert all(len({code[1:3], code[3:5], code[5:7]}) == 1 for code in re.findall(r"#[0-9a-f]{6}\b", text))


def test_results_come_back_and_other_machines_do_not(tmp_path: Path) -> None:
    path = tmp_path / "results" / "latest.json"
    assert read(path, _MACHINE) == _results()
    results = _results(compare=_compared()).with_part("memory", _compared(WATCH=0.1))
    write(results, path)

    assert read(path, _MACHINE) == results
    other = Machine(cores=64, cpu="another", system="", versions={})
    assert read(path, other) == Results(machine=other)
    path.write_text("{")
    assert read(path, _MACHINE) == _results()
