"""Scores as people read them, rounded down: what is not full marks must not look so. Pure."""

from __future__ import annotations

import math

__all__ = ["percent", "points", "tenths"]


def points(score: float) -> str:
    """Returns a score with two decimals at most."""
    return f"{math.floor(score * 100 + 1e-6) / 100:g}"


def tenths(score: float) -> str:
    """Returns a score with one decimal, for a column of them."""
    return f"{math.floor(score * 10 + 1e-6) / 10:.1f}"


def percent(share: float) -> str:
    """Returns a share of 1 as a number of per cents with one decimal."""
    return tenths(100 * share)
