"""What a hidden suite imports: markers, probes, comparisons and the exception of a student's code.

A suite is ordinary pytest. Two fixtures come with it: `student` (the candidate, whose functions are called across
the trust boundary) and `rng` (random inputs, seeded from the attempt's seed). See docs/suites.md.
"""

from __future__ import annotations

import pytest

from grader.runtime.trusted.compare import assert_close, in_case, require
from grader.runtime.trusted.promises import assert_keeps_promises
from grader.runtime.trusted.rng import Rng
from grader.runtime.trusted.student import Student
from grader.runtime.wire.faults import StudentError
from grader.runtime.wire.probes import Probe, probe

__all__ = [
    "Probe",
    "Rng",
    "Student",
    "StudentError",
    "assert_close",
    "assert_keeps_promises",
    "depends",
    "gpu",
    "hint",
    "in_case",
    "needs_value",
    "probe",
    "require",
    "task",
    "visible",
    "weight",
]

task = pytest.mark.task
"""`task("standardize")`: whose points a test is. Every test has exactly one."""

visible = pytest.mark.visible
"""Students get this test and read everything about its failure. All others are hidden."""

weight = pytest.mark.weight
"""`weight(2)`: the share of a test within its task; 1 without it."""

needs_value = pytest.mark.needs_value
"""Counts only once a test without this mark passed in the same task: for edge cases, properties and observations."""

gpu = pytest.mark.gpu
"""Runs on a CUDA device only; elsewhere it is `skipped` and leaves the total."""

hint = pytest.mark.hint
"""`hint("Which argument keeps a reduced dimension?", "哪个参数会保留归约的维度？")`: shown beside the failure."""

depends = pytest.mark.depends
"""`depends("batch_stats")`: not run until the value tests of that task pass."""
