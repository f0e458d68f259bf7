"""What a suite has to reach."""

from __future__ import annotations

__all__ = ["DEFAULT_SEEDS", "MAX_TEST_S", "MAX_TRIVIAL_SHARE", "MIN_NAMED_SHARE", "MIN_SEEDS"]

DEFAULT_SEEDS = 20
MIN_SEEDS = 5
MAX_TRIVIAL_SHARE = 0.05
"""Of an assignment's points, for an answer that knows nothing."""

MIN_NAMED_SHARE = 0.9
"""Of an assignment's mutants, told exactly their misconception."""

MAX_TEST_S = 0.25
"""Of one test with the reference, in seconds."""
