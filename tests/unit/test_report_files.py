"""The files of the pages: names that are safe and nobody else's."""

from __future__ import annotations

from pathlib import Path

import pytest

from grader.errors import UserError
from grader.report.files import page_names, write_class_page, write_student_pages

from .gradebooks import HOSTILE, make_gradebook


def test_an_ordinary_id_is_the_name_of_its_page() -> None:
    ids = ["ada", "li.lei", "李雷", "s-1_2@x"]

    assert page_names(ids) == {student: f"{student}.html" for student in ids}


@pytest.mark.parametrize(
    "student",
    ["../up", "a/b", ".hidden", "con", "NUL.txt", "a b", f"=cmd {HOSTILE}", "a\nb", "\udc80", "e\u0301", "x" * 300, ""],
    ids=repr,
)
def test_an_odd_id_gets_a_safe_name_with_a_hash(student: str, tmp_path: Path) -> None:
    name = page_names([student])[student]

    (tmp_path / name).write_text("a page")
    assert [path.name for path in tmp_path.iterdir()] == [name]
    assert len(name.encode()) < 160 and not name.startswith(".")
    assert not set(name) & set("/\\:*?\"<>|' \n")
    assert name.casefold().partition(".")[0] not in ("con", "nul")
    assert page_names([student, "other"])[student] == name


def test_ids_that_differ_in_case_or_in_what_is_replaced_get_pages_of_their_own() -> None:
    names = page_names(["ada", "Ada", "a/b", "a:b", "a_b", "straße", "strasse"])

    assert len({name.casefold() for name in names.values()}) == len(names)


def test_nobody_can_take_the_name_that_another_gets() -> None:
    taken = page_names(["a b"])["a b"].removesuffix(".html")
    names = page_names(["a b", taken])

    assert names[taken] != names["a b"]


def test_every_student_gets_a_page(tmp_path: Path) -> None:
    gradebook = make_gradebook()
    paths = write_student_pages(gradebook, tmp_path)

    assert len(paths) == len(gradebook.students)
    assert sorted(paths) == sorted(tmp_path.iterdir())
    assert "Feedback for Dan" in (tmp_path / "dan.html").read_text(encoding="utf-8")


def test_a_page_that_cannot_be_written_is_the_users_to_mend(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")

    with pytest.raises(UserError, match="cannot be written: .*--html"):
        write_class_page(make_gradebook(), tmp_path / "file" / "report.html")
