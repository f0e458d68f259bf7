"""What is aimed at, and whether what was measured meets it. Pure."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from benchmarks.results import Comparison, Curve, Grader, Part, Results
from benchmarks.samples import median_ratio

__all__ = ["Row", "rows_of"]

_TIMES_OWN, _BESIDES_S = 2.0, 0.020
_OF_EACH_CORE = 0.925
_FASTER = {Grader.NBGRADER: 50, Grader.OTTER: 80, Grader.DOCKER_PYTEST: 40}
_CHECK_RATIO = 1.2
_WATCH_S = 0.2
_CLASS, _CLASS_S = 1000, 600.0
_FLAT = 1.25
_VERIFY_S = 120.0
_RAY_TIMES = 0.9
_NONE = Part(commit="", date="")


@dataclass(frozen=True, kw_only=True)
class Row:
    """One target. `is_met` is None if it was not measured."""

    what: str
    target: str
    measured: str = "not measured"
    is_met: bool | None = None


def rows_of(results: Results) -> list[Row]:
    """Returns every target but those of the server, which are not measured here."""
    parts = results.parts
    rows = [
        judge(slug, comparison, results.machine.cores)
        for judge in _OF_COMPARISONS
        for slug, comparison in parts.get("compare", _NONE).comparisons.items()
    ]
    rows.append(_class(parts.get("class", _NONE).curves.get("class"), results.machine.cores))
    rows.append(_memory(parts.get("submissions", _NONE).curves.get("memory")))
    rows.append(_ray(parts.get("ray", _NONE).comparisons.get("ray")))
    rows.append(_verify(parts.get("verify", _NONE).comparisons.get("verify"), results.machine.cores))
    return rows


def _in_a_row(slug: str, found: Comparison, _: int) -> Row:
    what = f"`{slug}`: submissions in a row, one core, Docker, clean-up included"
    target = f"at most {_TIMES_OWN:g} times the tests alone, plus {1e3 * _BESIDES_S:.0f} ms"
    if not _has(found, Grader.DOCKER, Grader.BARE):
        return Row(what=what, target=target)
    one_s, own_s = found.medians[Grader.DOCKER], found.medians[Grader.BARE]
    limit_s = _TIMES_OWN * own_s + _BESIDES_S
    measured = f"{1e3 * one_s:.0f} ms, of {1e3 * limit_s:.0f}; the tests alone {1e3 * own_s:.0f} ms"
    return Row(what=what, target=target, measured=measured, is_met=one_s <= limit_s)


def _all_cores(slug: str, found: Comparison, cores: int) -> Row:
    least = _OF_EACH_CORE * cores
    what, target = f"`{slug}`: as many jobs as cores ({cores})", f"at least {least:.2f} times one job"
    if not _has(found, Grader.DOCKER, Grader.ALL_CORES):
        return Row(what=what, target=target)
    times = median_ratio(found.seconds[Grader.DOCKER], found.seconds[Grader.ALL_CORES])
    return Row(what=what, target=target, measured=f"{times:.2f} times", is_met=times >= least)


def _against(grader: Grader) -> Callable[[str, Comparison, int], Row]:
    def judge(slug: str, found: Comparison, _: int) -> Row:
        what, target = f"`{slug}`: against {grader}, one core", f"at least {_FASTER[grader]} times faster"
        if not _has(found, Grader.DOCKER, grader):
            return Row(what=what, target=target)
        times = found.ratios[grader]
        return Row(what=what, target=target, measured=f"{times:.0f} times", is_met=times >= _FASTER[grader])

    return judge


def _check(slug: str, found: Comparison, _: int) -> Row:
    what, target = f"`{slug}`: `learn check`, cold", f"at most {_CHECK_RATIO:g} times {Grader.COLD}"
    if not _has(found, Grader.CHECK, Grader.COLD):
        return Row(what=what, target=target)
    ratio = median_ratio(found.seconds[Grader.CHECK], found.seconds[Grader.COLD])
    measured = f"{ratio:.2f} times ({found.medians[Grader.CHECK]:.2f} s)"
    return Row(what=what, target=target, measured=measured, is_met=ratio <= _CHECK_RATIO)


def _watch(slug: str, found: Comparison, _: int) -> Row:
    what, target = f"`{slug}`: save to verdict in `learn watch`", f"at most {_WATCH_S:g} s"
    if not _has(found, Grader.WATCH):
        return Row(what=what, target=target)
    seconds = found.medians[Grader.WATCH]
    return Row(what=what, target=target, measured=f"{seconds:.2f} s", is_met=seconds <= _WATCH_S)


def _class(curve: Curve | None, cores: int) -> Row:
    what, target = f"a class of {_CLASS:,} students, 8 assignments each", f"{_CLASS_S / 60:.0f} min on two cores"
    if curve is None:
        return Row(what=what, target=target)
    [(students, seconds)] = curve.line(curve.lines[0]).items()
    whole_s = seconds * _CLASS / students
    measured = f"{whole_s / 60:.1f} min on {cores} cores, in proportion to {students:.0f} students"
    return Row(what=what, target=target, measured=measured, is_met=whole_s <= _CLASS_S)


def _memory(curve: Curve | None) -> Row:
    what, target = "memory of the command and of a container", f"flat: {_FLAT:g} times at most"
    if curve is None:
        return Row(what=what, target=target)
    ends = {name: list(_ends(curve.line(name))) for name in curve.lines}
    parts = [f"{name} {first:.0f} to {last:.0f} MiB" for name, (first, last) in ends.items()]
    span = f"{curve.points[0].at:.0f} to {curve.points[-1].at:.0f} submissions"
    is_met = all(last <= _FLAT * first for first, last in ends.values())
    return Row(what=what, target=target, measured=f"{', '.join(parts)}, from {span}", is_met=is_met)


def _ends(line: dict[float, float]) -> Iterator[float]:
    yield line[min(line)]
    yield line[max(line)]


def _ray(found: Comparison | None) -> Row:
    what, target = "Ray on one machine: submissions a second", f"at least {_RAY_TIMES:g} times those without"
    if found is None:
        return Row(what=what, target=target)
    times = median_ratio(found.seconds[Grader.LOCAL], found.seconds[Grader.RAY])
    return Row(what=what, target=target, measured=f"{times:.2f} times", is_met=times >= _RAY_TIMES)


def _verify(found: Comparison | None, cores: int) -> Row:
    what, target = "`learn verify` of the eight, mechanical mutants apart", f"{_VERIFY_S / 60:.0f} min on two cores"
    if found is None:
        return Row(what=what, target=target)
    seconds = statistics.median(found.medians.values())
    measured = f"{seconds / 60:.1f} min on {cores} cores"
    return Row(what=what, target=target, measured=measured, is_met=seconds <= _VERIFY_S)


def _has(found: Comparison, *graders: Grader) -> bool:
    return all(grader in found.medians for grader in graders)


_OF_COMPARISONS = (_in_a_row, _all_cores, *map(_against, _FASTER), _check, _watch)
