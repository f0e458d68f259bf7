"""What a student may be called: a name that is one folder on any system and never leads elsewhere."""

from __future__ import annotations

import msgspec
import pytest

from grader.course.roster import ClassRules, Student, normal_id


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


@pytest.mark.parametrize("written", ["Zo\u00eb", "Zoe\u0308", " Zo\u00eb", "Zoe\u0308\u00a0"], ids=repr)
def test_id_is_kept_composed_and_without_spaces_around_it(written: str) -> None:
    student = msgspec.convert({"id": written}, Student)
    assert student.id == "Zo\u00eb" == normal_id(written)
    assert ClassRules(students=(student,)).student(written) == student


def test_case_tells_two_students_apart() -> None:
    assert normal_id("Ada") != normal_id("ada")
