"""What judges: what a hidden suite imports is here (`from grader.suite import ...`); the rest reads suites as text.

The names come from `interface.py` when they are asked for: who only reads suites, as `learn generate` does, waits for
neither torch nor pytest.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from grader.suite.interface import (
        Probe,
        Rng,
        Student,
        StudentError,
        assert_close,
        assert_keeps_promises,
        depends,
        gpu,
        hint,
        in_case,
        needs_value,
        probe,
        require,
        task,
        visible,
        weight,
    )

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


def __getattr__(name: str) -> object:
    if name not in __all__:
        raise AttributeError(f"`grader.suite` has no `{name}`")
    from grader.suite import interface

    return getattr(interface, name)
