"""The `student` fixture forwards what a suite calls, and nothing that pytest looks for."""

from __future__ import annotations

from typing import Any

import pytest

from grader.runtime.trusted.student import Student
from grader.runtime.wire.probes import Probe


class _Performer:
    def call(self, name: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        return ("call", name, args, kwargs)

    def run(self, probe: Probe, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        return ("run", probe.name, args, kwargs)


_STUDENT = Student(_Performer(), "cuda")


def test_student_forwards_a_call_by_its_name() -> None:
    assert _STUDENT.standardize(1, dim=2) == ("call", "standardize", (1,), {"dim": 2})


def test_student_forwards_a_call_with_a_leading_underscore() -> None:
    assert _STUDENT._helper()[1] == "_helper"


def test_student_forwards_a_probe() -> None:
    assert _STUDENT.run(Probe("trajectory", "..."), 1, lr=2) == ("run", "trajectory", (1,), {"lr": 2})


def test_student_names_its_device() -> None:
    assert _STUDENT.device == "cuda"


@pytest.mark.parametrize("name", ["__len__", "__iter__", "__fspath__", "__wrapped__"])
def test_student_has_no_special_methods(name: str) -> None:
    assert not hasattr(_STUDENT, name)
