"""What one student may get of a graded class holds nothing hidden, and nothing of anybody else."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import click.testing
import pytest

from grader.course.course import Course

Learn = Callable[..., click.testing.Result]

_HIDDEN = """
@task("double")
def test_secret(student):
    \"\"\"Doubles a special number.

    把一个特别的数加倍。
    \"\"\"
    # CANARY-comment-of-test
    x = torch.tensor([90210.0])
    print("CANARY-print-of-test")
    try:
        found = student.double(x)
    except Exception as error:
        raise AssertionError("CANARY-message-of-test") from error
    assert_close(found, torch.tensor([180420.0]))
"""
_MUTANTS = """
@mutant(en="You square the input instead of doubling it.", zh="你把输入平方了，而不是加倍。")
def squares(x):
    return x * x  # CANARY-mutant
"""
_SECRETS = ("CANARY-comment", "CANARY-print-of-test", "CANARY-mutant", "CANARY-reference", "90210", "180420")
_OF_STUDENT = "CANARY-{student}"
_STUDENTS = ("ada", "bob")
_SOURCE = """
print("CANARY-{student} prints")

def double(x):
    note = "CANARY-{student} writes"
    return x * x

def add_(x, y):
    raise RuntimeError("CANARY-{student} raises")
"""


@pytest.fixture
def out(toy: Course, warm_learn: Learn) -> Path:
    """The results of two students whose work is alike but for their names."""
    suite = toy.folder("toy") / "suite" / "test_toy.py"
    suite.write_text(suite.read_text(encoding="utf-8") + _HIDDEN, encoding="utf-8")
    mutants = toy.folder("toy") / "mutants" / "double.py"
    mutants.parent.mkdir()
    mutants.write_text("from grader.suite.mutants import mutant\n" + _MUTANTS, encoding="utf-8")
    solution = toy.root / "solutions" / "toy.py"
    solution.write_text(solution.read_text(encoding="utf-8") + "# CANARY-reference\n", encoding="utf-8")
    with (toy.root / "course.toml").open("a", encoding="utf-8") as file:
        for student in _STUDENTS:
            file.write(f'[[class.students]]\nid = "{student}"\nname = "CANARY-{student} name"\nnumber = "1{student}"\n')
    for student in _STUDENTS:
        path = toy.root / "handed-in" / student / "toy.py"
        path.parent.mkdir(parents=True)
        path.write_text(_SOURCE.format(student=student), encoding="utf-8")
    done = warm_learn("grade", "handed-in", "--sandbox", "process", "--trust-submissions")
    assert done.exit_code == 0, done.output
    comment = ("--score", "50", "--comment", "CANARY-bob comment")
    for command in (("override", "bob", "toy", *comment), ("report", "--students"), ("export", "--to", "gradescope")):
        done = warm_learn(*command)
        assert done.exit_code == 0, done.output
    return toy.root / "grades"


def _files_of(out: Path, student: str) -> Iterator[tuple[str, str]]:
    """Yields what is a student's own among the results, by its path."""
    for path in sorted(out.rglob("*")):
        if path.suffix == ".zip":
            with zipfile.ZipFile(io.BytesIO(path.read_bytes())) as archive:
                names = [name for name in archive.namelist() if student in name]
                yield from ((f"{path.name}/{name}", archive.read(name).decode()) for name in names)
        elif path.is_file() and student in path.relative_to(out).as_posix():
            yield path.relative_to(out).as_posix(), path.read_text(encoding="utf-8")


@pytest.mark.parametrize("student", _STUDENTS)
def test_files_of_a_student_hold_nothing_hidden_and_nobody_else(out: Path, student: str) -> None:
    other = next(one for one in _STUDENTS if one != student)
    files = dict(_files_of(out, student))
    assert {name.split("/")[0].split(".")[0] for name in files} >= {"feedback", "reports", "gradescope"}
    words = (*_SECRETS, _OF_STUDENT.format(student=other), f"1{other}")
    assert [(name, word) for name, text in files.items() for word in words if word in text] == []
    assert all(_OF_STUDENT.format(student=student) in text for text in files.values())


def test_instructors_report_holds_no_hidden_test_either(out: Path) -> None:
    page = (out / "report.html").read_text(encoding="utf-8")
    assert [word for word in _SECRETS if word in page] == []
    assert all(_OF_STUDENT.format(student=student) in page for student in _STUDENTS)
