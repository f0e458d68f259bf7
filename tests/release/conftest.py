"""A small class for workers that a scheduler runs, and what they must make of it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.workers import Outcome, Waiting, graded_here, make_class


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_class(tmp_path_factory.mktemp("sample") / "class", students=6)


@pytest.fixture(scope="module")
def graded(sample: Path, tmp_path_factory: pytest.TempPathFactory) -> Outcome:
    """What one machine alone makes of the class."""
    return graded_here(sample, tmp_path_factory.mktemp("here") / "out")


@pytest.fixture
def waiting(sample: Path, tmp_path: Path, postgresql_url: str) -> Iterator[Waiting]:
    """The class in a store, and a command that waits for workers elsewhere."""
    begun = Waiting.begin(sample, tmp_path / "out", postgresql_url)
    yield begun
    begun.command.kill()
    begun.command.communicate()
