"""How the tests are dealt out to several workers."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support import rows
from tests.support.rows import row_of

_ROOT = Path(__file__).parents[1]


def test_tests_with_containers_follow_each_other(request: pytest.FixtureRequest) -> None:
    with_containers = [item.nodeid for item in request.session.items if item.get_closest_marker("docker")]
    assert {nodeid for nodeid in with_containers if row_of(nodeid) != rows.DOCKER} == set()


def test_tests_of_a_file_follow_each_other_where_they_share_what_is_dear() -> None:
    assert [file for file in rows.SHARING if not (_ROOT / file).is_file()] == []
    assert {row_of(f"{file}::{test}") for file in rows.SHARING for test in ("test_a", "test_b[x]")} == set(rows.SHARING)


def test_any_other_test_goes_wherever_a_worker_is_free() -> None:
    assert row_of("tests/test_rows.py::test_a[1]") != row_of("tests/test_rows.py::test_a[2]")
