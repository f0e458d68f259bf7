"""A pytest plugin that runs a suite the way most graders do: student and tests in one process, no boundary.

It stands for "the same checks without Gradus" in the comparisons, and gives the tests' own time. It isolates nothing.
"""

from __future__ import annotations

import copy
import importlib.util
import os
import sys
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest
import torch

from grader.runtime.trusted.rng import Rng, derive_seed
from grader.runtime.trusted.student import Student
from grader.runtime.wire.probes import Probe

_MARKERS = ("task", "visible", "weight", "needs_value", "gpu", "hint", "depends")


class InProcess:
    """Calls the student's functions directly, on copies of the arguments."""

    def __init__(self, module: ModuleType | SimpleNamespace) -> None:
        self._module = module

    def call(self, name: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        args, kwargs = copy.deepcopy((args, kwargs))  # with views and shared memory as they are
        return getattr(self._module, name)(*args, **kwargs)

    def run(self, probe: Probe, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        scope: dict[str, Any] = {"torch": torch}
        exec(compile(probe.source, "<probe>", "exec"), scope)
        args, kwargs = copy.deepcopy((args, kwargs))
        return scope[probe.name](self._module, *args, **kwargs)


def _load(path: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location("submission", path)
    if spec is None or spec.loader is None:
        raise ValueError(f"{path} is no Python file")
    module = importlib.util.module_from_spec(spec)
    sys.modules["submission"] = module
    spec.loader.exec_module(module)
    return module


def pytest_configure(config: pytest.Config) -> None:
    for marker in _MARKERS:
        config.addinivalue_line("markers", marker)


@pytest.fixture(scope="session")
def module() -> ModuleType:
    return _load(os.environ["SUBMISSION"])


@pytest.fixture
def student(module: ModuleType) -> Student:
    return Student(InProcess(module), "cpu")


@pytest.fixture
def rng(request: pytest.FixtureRequest) -> Rng:
    return Rng(derive_seed(0, request.node.nodeid))
