"""When submissions are handed in: all at once, or as people do before a deadline."""

from __future__ import annotations

import random

__all__ = ["RUSH_AN_HOUR", "WEEK_S", "at_once", "before_deadline"]

WEEK_S = 7 * 24 * 3600.0
RUSH_AN_HOUR = 10.0
_HOUR_S = 3600.0


def at_once(count: int) -> list[float]:
    return [0.0] * count


def before_deadline(count: int, rng: random.Random, rush_an_hour: float = RUSH_AN_HOUR) -> list[float]:
    """Returns sorted seconds from the beginning of a week at whose end the deadline is.

    The rate is proportional to 1 / (1 + k t), t hours before the deadline: the hyperbolic deadline rush of C. J. König
    and M. Kleinmann, The Journal of Psychology 139 (2005). With k = 10 an hour, half come in the last four hours.

    Args:
        rush_an_hour: k.
    """
    k = rush_an_hour / _HOUR_S
    whole = 1.0 + k * WEEK_S
    return sorted(WEEK_S - (whole ** rng.random() - 1.0) / k for _ in range(count))
