"""What a suite has to reach."""

from __future__ import annotations

__all__ = [
    "DEFAULT_SEEDS",
    "MAX_TEST_S",
    "MAX_TRIVIAL_SHARE",
    "MECHANICAL_A_TASK",
    "MECHANICAL_TEST_S",
    "MECHANICAL_TOTAL_S",
    "MIN_NAMED_SHARE",
    "MIN_SEEDS",
]

DEFAULT_SEEDS = 20
MIN_SEEDS = 5
MAX_TRIVIAL_SHARE = 0.05
"""Of an assignment's points, for an answer that knows nothing."""

MIN_NAMED_SHARE = 0.9
"""Of an assignment's mutants, told exactly their misconception."""

MAX_TEST_S = 0.25
"""Of one test with the reference, in seconds."""

MECHANICAL_A_TASK = 4
"""Mechanical mutants that the gate draws of each task, unless it tries all of them."""

MECHANICAL_TEST_S = 2.0
"""How long one test waits for a mechanical mutant, in seconds: some hang, and many are tried."""

MECHANICAL_TOTAL_S = 20.0
"""The same for all tests of one."""
