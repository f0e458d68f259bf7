"""The files of the pages."""

from __future__ import annotations

from pathlib import Path

import pytest

from grader.errors import UserError
from grader.report.files import write_class_page, write_student_pages
from tests.support.gradebooks import make_gradebook


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
