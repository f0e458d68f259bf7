"""A student's files have names that are safe and nobody else's."""

from __future__ import annotations

from pathlib import Path

import pytest

from grader.files.names import file_names
from tests.support.gradebooks import HOSTILE


def test_an_ordinary_id_is_its_own_name() -> None:
    ids = ["ada", "li.lei", "李雷", "s-1_2@x"]

    assert file_names(ids) == {student: student for student in ids}


@pytest.mark.parametrize(
    "student",
    ["../up", "a/b", ".hidden", "con", "NUL.txt", "a b", f"=cmd {HOSTILE}", "a\nb", "\udc80", "e\u0301", "x" * 300, ""],
    ids=repr,
)
def test_an_odd_id_gets_a_safe_name_with_a_hash(student: str, tmp_path: Path) -> None:
    name = file_names([student])[student]

    (tmp_path / name).write_text("a page")
    assert [path.name for path in tmp_path.iterdir()] == [name]
    assert len(name.encode()) < 160 and not name.startswith(".")
    assert not set(name) & set("/\\:*?\"<>|' \n")
    assert name.casefold().partition(".")[0] not in ("con", "nul")
    assert file_names([student, "other"])[student] == name


def test_ids_that_differ_in_case_or_in_what_is_replaced_get_names_of_their_own() -> None:
    names = file_names(["ada", "Ada", "a/b", "a:b", "a_b", "straße", "strasse"])

    assert len({name.casefold() for name in names.values()}) == len(names)


def test_nobody_can_take_the_name_that_another_gets() -> None:
    taken = file_names(["a b"])["a b"]
    names = file_names(["a b", taken])

    assert names[taken] != names["a b"]
