"""The shipped assignments in the container, and that each of their checks is needed.

`learn verify` proves the suites themselves; continuous integration runs it for the whole course.
"""

from __future__ import annotations

import ast
import shutil
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from grader.course.course import Course
from grader.course.stubs import stub_source
from grader.models import Assignment, Report, Verdict
from grader.pipeline import Request, grade
from grader.sandbox.factory import make_pool
from grader.sandbox.pool import Pool
from grader.suite.mutants import StandIn, stand_in_submission, stand_ins
from grader.verify.gate import verify

_COURSE = Course(Path(__file__).parents[2])
_ASSIGNMENTS = {slug: _COURSE.assignment(slug) for slug in _COURSE.slugs}
_SEED = 20_260
_OTHERS = sorted((Path(__file__).parent / "others").glob("*/*.py"))

every_assignment = pytest.mark.parametrize("slug", _COURSE.slugs)
in_process = pytest.mark.parametrize("pool", ["process"], indirect=True)
in_docker = pytest.mark.parametrize("pool", [pytest.param("docker", marks=pytest.mark.docker)], indirect=True)


@pytest.fixture(scope="module")
def pool(request: pytest.FixtureRequest, warm_pool: Pool) -> Iterator[Pool]:
    if request.param == "process":
        yield warm_pool
        return
    with make_pool(request.param, _ASSIGNMENTS["broadcasting"].limits) as warm:
        yield warm


def _first_mutants() -> list[tuple[str, StandIn]]:
    """Returns one mutant of each task."""
    found: dict[tuple[str, str], tuple[str, StandIn]] = {}
    for slug, assignment in _ASSIGNMENTS.items():
        for mutant in stand_ins(_COURSE, assignment, "mutant"):
            found.setdefault((slug, mutant.task), (slug, mutant))
    return list(found.values())


def _reference(assignment: Assignment) -> str:
    return _COURSE.solution(assignment).read_text(encoding="utf-8")


def _grade(pool: Pool, slug: str, source: str, folder: Path, seed: int = _SEED) -> Report:
    assignment = _ASSIGNMENTS[slug]
    path = folder / assignment.file_name
    path.write_text(source, encoding="utf-8")
    request = Request(course=_COURSE, assignment=assignment, tasks=assignment.tasks, seed=seed)
    report = grade(request, path, pool)
    assert report.problem is None
    return report


def _lost(report: Report) -> set[str]:
    return {task.task for task in report.tasks if task.score < task.max_score}


def test_course_has_its_eight_assignments_and_every_task_is_worth_something() -> None:
    slugs = ["broadcasting", "autograd", "optimizers", "dropout", "batchnorm", "conv-shapes", "anchors", "bptt"]
    assert slugs == _COURSE.slugs
    assert [assignment.max_score for assignment in _ASSIGNMENTS.values()] == [100.0] * 8
    assert sum(len(assignment.tasks) for assignment in _ASSIGNMENTS.values()) == 56


@in_docker
@every_assignment
def test_reference_gets_every_point(pool: Pool, slug: str, tmp_path: Path) -> None:
    report = _grade(pool, slug, _reference(_ASSIGNMENTS[slug]), tmp_path)

    assert (report.score, report.max_score, report.is_full) == (100.0, 100.0, True)


@in_docker
@every_assignment
def test_untouched_stub_gets_nothing(pool: Pool, slug: str, tmp_path: Path) -> None:
    report = _grade(pool, slug, stub_source(_reference(_ASSIGNMENTS[slug])), tmp_path)

    assert report.score == 0.0
    assert not any(test.verdict is Verdict.PASSED for task in report.tasks for test in task.tests)


@in_docker
@every_assignment
def test_same_seed_gives_the_same_report_twice(pool: Pool, slug: str, tmp_path: Path) -> None:
    broken = _reference(_ASSIGNMENTS[slug]).replace("return", "return 2 *", 1)

    first, second = (_grade(pool, slug, broken, tmp_path, seed=5) for _ in range(2))

    assert msgspec.structs.replace(first, duration_s=0.0) == msgspec.structs.replace(second, duration_s=0.0)


@in_docker
@pytest.mark.parametrize(
    ("slug", "mutant"), [pytest.param(slug, found, id=f"{slug}-{found.task}") for slug, found in _first_mutants()]
)
def test_mutant_is_caught_and_told_its_misconception(pool: Pool, slug: str, mutant: StandIn, tmp_path: Path) -> None:
    report = _grade(pool, slug, stand_in_submission(_reference(_ASSIGNMENTS[slug]), mutant), tmp_path)

    assert _lost(report) == {mutant.task}
    told = {task.task: [found.mutant for found in task.misconceptions] for task in report.tasks if task.misconceptions}
    assert told == {mutant.task: [mutant.name]}


@in_process
def test_sample_submission_loses_points_where_its_two_mistakes_are(pool: Pool, tmp_path: Path) -> None:
    sample = (_COURSE.root / "docs" / "sample" / "optimizers.py").read_text(encoding="utf-8")

    report = _grade(pool, "optimizers", sample, tmp_path)

    assert _lost(report) == {"momentum_step_", "adam_step_"}
    assert report.score == 81.2


@in_process
@pytest.mark.parametrize("path", _OTHERS, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_solution_of_another_hand_gets_every_point(pool: Pool, path: Path, tmp_path: Path) -> None:
    """They were written from the statements alone, by who had not seen a suite or a reference."""
    report = _grade(pool, path.parent.name.replace("_", "-"), path.read_text(encoding="utf-8"), tmp_path)

    assert _lost(report) == set()


def test_every_assignment_was_solved_by_three_other_hands() -> None:
    solved = [path.parent.name.replace("_", "-") for path in _OTHERS]

    assert {slug: solved.count(slug) for slug in _COURSE.slugs} == dict.fromkeys(_COURSE.slugs, 3)


def _without_test(text: str, name: str) -> str:
    """Returns a suite's text without one of its tests."""
    lines = text.splitlines(keepends=True)
    node = next(node for node in ast.parse(text).body if isinstance(node, ast.FunctionDef) and node.name == name)
    first = min([node.lineno, *(mark.lineno for mark in node.decorator_list)])
    return "".join([*lines[: first - 1], *lines[node.end_lineno :]])


@pytest.mark.usefixtures("lent_pool")
@pytest.mark.parametrize(
    ("slug", "task", "test", "survivor"),
    [
        ("anchors", "encode_offsets", "test_gradients_flow_to_both_boxes", "cut_off_from_the_graph"),
        ("autograd", "jacobian", "test_one_call_without_traces", "f_called_for_each_row"),
        ("batchnorm", "batch_stats", "test_far_from_zero_and_single_values", "difference_of_squares"),
        ("bptt", "clip_grad_norm_", "test_small_gradients_stay", "always_scales"),
        ("conv-shapes", "conv_transpose_out_size", "test_output_padding_and_dilation", "compares_with_the_stride_only"),
    ],
)
def test_mutant_survives_without_the_check_that_it_needs(
    slug: str, task: str, test: str, survivor: str, tmp_path: Path
) -> None:
    for name in ("assignments", "solutions", "exercises"):
        shutil.copytree(_COURSE.root / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(_COURSE.root / "course.toml", tmp_path)
    course = Course(tmp_path)
    path = course.folder(slug) / "suite" / f"test_{task.rstrip('_')}.py"
    path.write_text(_without_test(path.read_text(encoding="utf-8"), test), encoding="utf-8")

    found = verify(course, [course.assignment(slug)], seeds=5, task_names=(task,))

    subjects = {complaint.subject for complaint in found.assignments[0].complaints if complaint.check == "survivor"}
    assert f"{task}/{survivor}" in subjects
    assert not found.is_proved
