"""What a student may be called: a name that is one folder on any system and never leads elsewhere."""

from __future__ import annotations

import msgspec
import pytest

from grader.course.roster import Student


@pytest.mark.parametrize("name", ["ada", "s1234567", "ada.lovelace", "O'Neil, Ann", "张伟", "a" * 100], ids=str)
def test_id_of_a_student_may_be_any_name_of_a_folder(name: str) -> None:
    assert msgspec.convert({"id": name}, Student).id == name


@pytest.mark.parametrize(
    "name",
    ["", " ", "ada\n", "..", ".ada", "a/b", "a\\b", "C:", "a*", "a\0", "a\x1bb", "a" * 101],
    ids=repr,
)
def test_id_of_a_student_that_could_lead_elsewhere_is_refused(name: str) -> None:
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert({"id": name}, Student)
