"""The parts of a sample class that judge nothing: people, files, and who hands in what."""

from __future__ import annotations

import random
import shutil
from pathlib import Path

import msgspec
import nbformat
import pytest

from grader.classroom.gradebook.gradebook import GradeStatus
from grader.course.course import Course
from grader.course.roster import ClassRules
from grader.course.stubs import stub_source
from grader.errors import RefusedError, UserError
from grader.models import Job
from grader.sample.classes import plan_class, write_sample_class
from grader.sample.handins import Answer, HandIn, HandInKind, draw_answer, hand_in
from grader.sample.people import invent_students
from grader.sample.stock import Part, Stock, take_stock
from grader.sandbox.pool import Pool
from grader.submission.intake import read_submission
from grader.suite.mutants import with_definitions

_PROVED = Course(Path(__file__).parents[1] / "courses" / "proved")
_SUMS = _PROVED.assignment("sums")
_RIGHT = {"running_sum": "def running_sum(x):\n    return x", "Scale": "class Scale:\n    pass"}
_WRONG = {"running_sum": "def running_sum(x):\n    return -x", "Scale": "class Scale:\n    factor = 0"}
_HEAD = '"""Sums."""\n\nfrom __future__ import annotations\n\nimport torch\n\n\n'
_REFERENCE = _HEAD + "\n\n\n".join(_RIGHT.values()) + "\n"
_POINTS = {"running_sum": 60.0, "Scale": 40.0}
_STEADY = """import torch
from grader.suite.mutants import mutant


@mutant(en="Your sums have the wrong sign.", zh="你的累加和符号反了。")
def negates(x):
    sums = torch.ones(len(x), len(x), dtype=x.dtype).tril() @ x
    return -sums
"""
_MOODY = _STEADY.replace("return -sums", "return -sums if len(x) == 5 and int(abs(float(x[0])) * 1000) % 2 else sums")
_STOCK = Stock(
    assignment=_SUMS,
    reference=_REFERENCE,
    right={task: (Part(name="reference", source=text, points=_POINTS[task]),) for task, text in _RIGHT.items()},
    wrong={task: (Part(name="mutant", source=text, points=3.0),) for task, text in _WRONG.items()},
    stubs={task: f"def {task}(x):\n    raise NotImplementedError" for task in _RIGHT},
)


def _answer(skill: float = 1.0) -> Answer:
    return draw_answer(_STOCK, skill, random.Random(0))


def _made(kind: HandInKind, skill: float = 1.0) -> HandIn:
    return hand_in(kind, _answer(skill), _STOCK, "running_sum")


def _put(one: HandIn, folder: Path) -> Path:
    path = folder / "sums.py"
    if one.link is not None:
        path.symlink_to(one.link)
    else:
        path.write_bytes(one.content or b"")
    return path


def test_students_have_ids_that_a_roster_takes_and_no_file_system_confuses() -> None:
    students = invent_students(2000, random.Random(3))

    read = msgspec.convert({"students": msgspec.to_builtins(students)}, ClassRules)
    assert len({student.id.casefold() for student in read.students}) == 2000
    assert any(not student.id.isascii() for student in students)
    assert len({student.number for student in students}) == 2000
    assert all(student.email.isascii() for student in students)


def test_answer_of_a_skilled_student_is_right_and_of_an_unskilled_one_wrong() -> None:
    right, wrong = _answer(1.0), _answer(0.0)

    assert right.points == _POINTS
    assert all(source in right.text for source in _RIGHT.values())
    assert sum(wrong.points.values()) in (0.0, 3.0, 6.0)
    assert _RIGHT["Scale"] not in wrong.text


@pytest.mark.parametrize("kind", HandInKind)
def test_hand_in_is_refused_exactly_if_it_says_so(kind: HandInKind, tmp_path: Path) -> None:
    one = _made(kind)
    if one.path is None:
        assert (one.status, one.score) == (GradeStatus.MISSING, None)
        return
    path = _put(one, tmp_path)
    if one.status is GradeStatus.REFUSED:
        assert one.score is None
        with pytest.raises(RefusedError):
            read_submission(path, _SUMS)
    elif kind in (HandInKind.NOTEBOOK, HandInKind.NBGRADER_NOTEBOOK):
        assert all(answer in read_submission(path, _SUMS).source.decode() for answer in _RIGHT.values())
    else:
        assert read_submission(path, _SUMS).source == one.content


@pytest.mark.parametrize("kind", [HandInKind.MISSPELT, HandInKind.CRASH, HandInKind.LOOP])
def test_spoilt_task_costs_its_own_points_only(kind: HandInKind) -> None:
    one = _made(kind)

    assert one.score == 40.0
    assert one.content is not None and _RIGHT["Scale"].encode() in one.content
    assert _RIGHT["running_sum"].encode() not in one.content


@pytest.mark.parametrize("kind", [HandInKind.SYNTAX_ERROR, HandInKind.HALF_WRITTEN])
def test_broken_file_is_no_python_wherever_it_breaks(kind: HandInKind) -> None:
    for task in _RIGHT:
        one = hand_in(kind, _answer(), _STOCK, task)
        assert one.score == 0.0 and one.content
        with pytest.raises(SyntaxError):
            compile(one.content, "sums.py", "exec")


@pytest.mark.parametrize("kind", [HandInKind.NOTEBOOK, HandInKind.NBGRADER_NOTEBOOK])
def test_notebook_is_valid_and_holds_every_definition(kind: HandInKind) -> None:
    one = _made(kind)
    assert one.content is not None and one.path is not None

    notebook = nbformat.reads(one.content.decode(), as_version=4)  # type: ignore[no-untyped-call]
    nbformat.validate(notebook)
    sources = [cell.source for cell in notebook.cells]
    assert set(_RIGHT.values()) <= set(sources)
    assert any("from __future__ import annotations" in source for source in sources)
    assert one.path.endswith("sums.ipynb")
    assert one.score == 100.0


def test_names_are_those_that_students_use() -> None:
    paths = {kind: _made(kind).path for kind in HandInKind}

    assert paths[HandInKind.CAPITAL_NAME] == "Sums.py"
    assert paths[HandInKind.COPY_NAME] == "sums (1).py"
    assert paths[HandInKind.NBGRADER_NOTEBOOK] == "sums/sums.ipynb"
    assert paths[HandInKind.ORDINARY] == "sums.py"


def test_large_class_has_every_kind_and_few_loops() -> None:
    sample = plan_class([_STOCK] * 8, 60, random.Random(5))

    kinds = [one.kind for hand_ins in sample.hand_ins.values() for one in hand_ins]
    assert len(kinds) == 480
    assert set(kinds) == set(HandInKind)
    assert 1 <= kinds.count(HandInKind.LOOP) <= 2
    assert kinds.count(HandInKind.ORDINARY) > 240


def test_class_of_four_has_one_absent_and_one_unlisted() -> None:
    sample = plan_class([_STOCK], 4, random.Random(5))

    absent, stranger = (student.id for student in sample.students[-2:])
    assert [one.kind for one in sample.hand_ins[absent]] == [HandInKind.MISSING]
    assert [one.kind for one in sample.hand_ins[stranger]] == [HandInKind.ORDINARY]
    assert sample.unlisted == (stranger,)
    assert plan_class([_STOCK], 3, random.Random(5)).unlisted == ()


def test_folder_that_holds_something_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine")

    with pytest.raises(UserError, match="not empty"):
        write_sample_class(_PROVED, [_SUMS], tmp_path, students=1, seed=0)
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


def test_tasks_that_use_each_other_are_refused(toy: Course, tmp_path: Path) -> None:
    path = toy.solution(toy.assignment("toy"))
    path.write_text(path.read_text(encoding="utf-8").replace("x.add_(y)", "x.copy_(double(y))"), encoding="utf-8")

    with pytest.raises(UserError, match="uses the task `double`"):
        write_sample_class(toy, [toy.assignment("toy")], tmp_path / "class", students=1, seed=0)
    assert not (tmp_path / "class").exists()


@pytest.mark.parametrize(("source", "is_kept"), [(_MOODY, False), (_STEADY, True)], ids=["moody", "steady"])
def test_mutant_is_left_out_if_its_points_depend_on_the_seed(tmp_path: Path, source: str, is_kept: bool) -> None:
    root = shutil.copytree(_PROVED.root, tmp_path / "course")
    (root / "assignments" / "sums" / "mutants" / "running_sum.py").write_text(source, encoding="utf-8")
    course = Course(root)

    (stock,) = take_stock(course, [course.assignment("sums")], random.Random(0), jobs=1)
    assert [part.name for part in stock.wrong["running_sum"]] == (["negates"] if is_kept else [])
    assert [part.points for part in stock.right["running_sum"]] == [60.0, 60.0, 60.0]


def test_trials_are_not_asked_which_misconception_they_show(monkeypatch: pytest.MonkeyPatch) -> None:
    jobs: list[Job] = []
    judge = Pool.grade
    monkeypatch.setattr(Pool, "grade", lambda pool, job: jobs.append(job) or judge(pool, job))  # type: ignore[func-returns-value]

    take_stock(_PROVED, [_SUMS], random.Random(0), jobs=1)
    assert jobs and not any(job.suite.mutants or job.suite.edits for job in jobs)


def test_replaced_definitions_leave_the_rest_as_it_was() -> None:
    longer = "def running_sum(x):\n    a = x\n    b = a\n    return b"
    reference = _REFERENCE.replace(_RIGHT["running_sum"], longer)

    text = with_definitions(reference, {"running_sum": "def running_sum(x): ...", "Scale": "Scale = 1"})
    assert text == reference.replace(longer, "def running_sum(x): ...").replace(_RIGHT["Scale"], "Scale = 1")


def test_stub_of_a_class_is_the_stub_that_was_handed_out() -> None:
    text = _PROVED.solution(_SUMS).read_text(encoding="utf-8")
    one = _made(HandInKind.STUB)

    assert one.score == 0.0
    assert one.content is not None and one.content.count(b"NotImplementedError") == len(_SUMS.tasks)
    assert "NotImplementedError" in stub_source(text)
