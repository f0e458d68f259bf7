"""Times that were taken in turn, and what is made of them: medians, and ratios of what was measured side by side."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Hashable, Mapping
from typing import TypeVar

__all__ = ["Tell", "Way", "alternate", "median_ratio", "timed"]

_Name = TypeVar("_Name", bound=Hashable)
Way = Callable[[], float]
"""Does something once and returns how long that took, in seconds."""

Tell = Callable[[str], None]
"""Is told what is done next."""


def timed(action: Callable[[], object]) -> float:
    started = time.perf_counter()
    action()
    return time.perf_counter() - started


def alternate(ways: Mapping[_Name, Way], rounds: int, tell: Tell = lambda line: None) -> dict[_Name, tuple[float, ...]]:
    """Measures A B C A B C, so that a machine whose speed drifts drifts for all; returns one sample a round of each."""
    taken: dict[_Name, list[float]] = {name: [] for name in ways}
    for number in range(1, rounds + 1):
        for name, way in ways.items():
            tell(f"round {number} of {rounds}: {name}")
            taken[name].append(way())
    return {name: tuple(samples) for name, samples in taken.items()}


def median_ratio(first: tuple[float, ...], second: tuple[float, ...]) -> float:
    """Returns the median of the ratios of samples that were taken in the same round."""
    return statistics.median(one / other for one, other in zip(first, second, strict=True))
