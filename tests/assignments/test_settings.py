"""A right file that sets what it likes for the whole process gets all points, in real assignments."""

from __future__ import annotations

from pathlib import Path

import pytest

from grader.course.course import Course
from grader.models import Report
from grader.pipeline import Request, grade
from grader.sandbox.pool import Pool
from tests.support.settings import IN_A_PROCESS_ONLY, OF_PYTHON, OF_TORCH

_COURSE = Course(Path(__file__).parents[2])
_SLUGS = ("autograd", "dropout", "optimizers")  # probes go backward, draw, and look at dtypes
_ALONE = [*(statement for statement, _ in OF_TORCH.values()), *OF_PYTHON.values(), *IN_A_PROCESS_ONLY.values()]


def _grade(slug: str, statements: str, folder: Path, pool: Pool, language: str = "en") -> Report:
    assignment = _COURSE.assignment(slug)
    right = _COURSE.suite(assignment).reference
    path = folder / assignment.file_name
    path.write_text(f"{right}\nimport torch\n{statements}\n", encoding="utf-8")
    request = Request(
        course=_COURSE, assignment=assignment, tasks=assignment.tasks, seed=5, language=language, sandbox="process"
    )
    return grade(request, path, pool)


@pytest.mark.slow
@pytest.mark.parametrize(("number", "statement"), list(enumerate(_ALONE)))
def test_right_file_with_a_setting_gets_all_points(
    number: int, statement: str, tmp_path: Path, warm_pool: Pool
) -> None:
    report = _grade(_SLUGS[number % len(_SLUGS)], statement, tmp_path, warm_pool)
    assert (report.problem, report.score) == (None, report.max_score)


@pytest.mark.slow
@pytest.mark.parametrize("slug", _SLUGS)
def test_right_file_with_all_settings_gets_all_points(slug: str, tmp_path: Path, warm_pool: Pool) -> None:
    of_torch = [statement for statement, _ in OF_TORCH.values() if "_Mode" not in statement]  # which end in the first
    statements = "\n".join([*of_torch, *OF_PYTHON.values()])
    report = _grade(slug, statements, tmp_path, warm_pool)
    assert (report.problem, report.score) == (None, report.max_score)


@pytest.mark.parametrize("name", ["float64", "meta", "no gradients", "threads"])
def test_report_notes_once_what_the_file_changes(name: str, tmp_path: Path, warm_pool: Pool) -> None:
    statement, words = OF_TORCH[name]
    report = _grade("dropout", statement, tmp_path, warm_pool)
    assert [words in note for note in report.notes] == ([True] if words else [])


def test_report_notes_it_in_the_students_language(tmp_path: Path, warm_pool: Pool) -> None:
    (note,) = _grade("dropout", "torch.set_default_device('meta')", tmp_path, warm_pool, "zh").notes
    assert note == "你的文件更改了 torch 的全局设置（默认设备）：测试按 torch 自身的设置运行。"


@pytest.mark.parametrize(
    "statement",
    ["torch.Tensor.requires_grad_ = None", "torch.Tensor.detach = None", "torch.Tensor.numpy = None"],
    ids=["reading", "writing", "packing"],
)
def test_file_that_changes_torch_itself_is_told_so(statement: str, tmp_path: Path, warm_pool: Pool) -> None:
    report = _grade("dropout", statement, tmp_path, warm_pool)
    told = {test.message for task in report.tasks for test in task.tests if test.verdict == "crashed"}
    assert report.graded
    assert told == {"values could not be carried over (`TypeError`): does the code change torch or Python itself?"}
    assert {test.kind for task in report.tasks for test in task.tests if test.verdict == "crashed"} == {"carry"}
