"""The shipped assignments against both sandboxes: right is full, unwritten is nothing, one mistake costs one task."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from grader.course import Course
from grader.models import Assignment, Report, Text, Verdict
from grader.mutants import StandIn, stand_in_submission, stand_ins
from grader.pipeline import Request, grade
from grader.sandbox.factory import make_pool
from grader.sandbox.pool import Pool
from grader.stubs import stub_source

_COURSE = Course(Path(__file__).parents[2])
_ASSIGNMENTS = {slug: _COURSE.assignment(slug) for slug in _COURSE.slugs}
_MUTANTS = [(slug, mutant) for slug, found in _ASSIGNMENTS.items() for mutant in stand_ins(_COURSE, found, "mutant")]
_VARIANTS = [
    (slug, variant) for slug, found in _ASSIGNMENTS.items() for variant in stand_ins(_COURSE, found, "variant")
]
_SEED = 20_260

both_sandboxes = pytest.mark.parametrize(
    "pool", ["process", pytest.param("docker", marks=pytest.mark.docker)], indirect=True
)
every_assignment = pytest.mark.parametrize("slug", _COURSE.slugs)


@pytest.fixture(scope="module")
def pool(request: pytest.FixtureRequest) -> Iterator[Pool]:
    with make_pool(request.param, _ASSIGNMENTS["broadcasting"].limits) as warm:
        yield warm


def _reference(assignment: Assignment) -> str:
    return _COURSE.solution(assignment).read_text(encoding="utf-8")


def _grade(pool: Pool, slug: str, source: str, folder: Path, seed: int = _SEED) -> Report:
    assignment = _ASSIGNMENTS[slug]
    path = folder / assignment.file_name
    path.write_text(source, encoding="utf-8")
    request = Request(course=_COURSE, assignment=assignment, path=path, tasks=assignment.tasks, seed=seed)
    report = grade(request, pool)
    assert report.problem is None
    return report


def _header(signature: str) -> str:
    """Returns a `def` or `class` line in one spelling, whatever its line breaks and quotes."""
    return ast.unparse(ast.parse(f"{signature.removesuffix(':')}: ...")).split("\n")[0]


def _headers_in(statement: str) -> set[str]:
    headers = set()
    for block in re.findall(r"```python\n(.*?)```", statement, re.DOTALL):
        code = re.sub(r"\s+#.*", "", block).strip()
        for text in (code, f"{code}: ..."):
            try:
                definitions = [
                    node for node in ast.parse(text).body if isinstance(node, (ast.FunctionDef, ast.ClassDef))
                ]
            except SyntaxError:
                continue
            headers |= {ast.unparse(node).split("\n")[0] for node in definitions}
    return headers


def _lost(report: Report) -> set[str]:
    return {task.task for task in report.tasks if task.score < task.max_score}


@both_sandboxes
@every_assignment
def test_reference_gets_every_point(pool: Pool, slug: str, tmp_path: Path) -> None:
    report = _grade(pool, slug, _reference(_ASSIGNMENTS[slug]), tmp_path)

    assert (report.score, report.max_score, report.is_full) == (100.0, 100.0, True)


@both_sandboxes
@every_assignment
def test_untouched_stub_gets_nothing(pool: Pool, slug: str, tmp_path: Path) -> None:
    report = _grade(pool, slug, stub_source(_reference(_ASSIGNMENTS[slug])), tmp_path)

    assert report.score == 0.0
    assert not any(test.verdict is Verdict.PASSED for task in report.tasks for test in task.tests)


@both_sandboxes
@every_assignment
def test_same_seed_gives_the_same_report_twice(pool: Pool, slug: str, tmp_path: Path) -> None:
    broken = _reference(_ASSIGNMENTS[slug]).replace("return", "return 2 *", 1)

    first, second = (_grade(pool, slug, broken, tmp_path, seed=5) for _ in range(2))

    assert msgspec.structs.replace(first, duration_s=0.0) == msgspec.structs.replace(second, duration_s=0.0)


@pytest.mark.parametrize("pool", ["process"], indirect=True)
def test_sample_submission_loses_points_where_its_two_mistakes_are(pool: Pool, tmp_path: Path) -> None:
    sample = (_COURSE.root / "docs" / "sample" / "optimizers.py").read_text(encoding="utf-8")

    report = _grade(pool, "optimizers", sample, tmp_path)

    assert _lost(report) == {"momentum_step_", "adam_step_"}
    assert report.score == 81.2


@every_assignment
@pytest.mark.parametrize("pool", ["process"], indirect=True)
def test_reference_gets_every_point_under_many_seeds(pool: Pool, slug: str, tmp_path: Path) -> None:
    reference = _reference(_ASSIGNMENTS[slug])

    assert {_grade(pool, slug, reference, tmp_path, seed=seed).score for seed in range(10)} == {100.0}


@both_sandboxes
@pytest.mark.parametrize(
    ("slug", "mutant"), [pytest.param(slug, found, id=f"{found.task}-{found.name}") for slug, found in _MUTANTS]
)
def test_mutant_loses_points_in_its_own_task_only(pool: Pool, slug: str, mutant: StandIn, tmp_path: Path) -> None:
    report = _grade(pool, slug, stand_in_submission(_reference(_ASSIGNMENTS[slug]), mutant), tmp_path)

    assert _lost(report) == {mutant.task}


@pytest.mark.parametrize("pool", ["process"], indirect=True)
@pytest.mark.parametrize(
    ("slug", "variant"), [pytest.param(slug, found, id=f"{found.task}-{found.name}") for slug, found in _VARIANTS]
)
def test_right_solution_of_another_style_gets_every_point(
    pool: Pool, slug: str, variant: StandIn, tmp_path: Path
) -> None:
    report = _grade(pool, slug, stand_in_submission(_reference(_ASSIGNMENTS[slug]), variant), tmp_path)

    assert _lost(report) == set()


@every_assignment
def test_every_task_has_its_texts_and_its_proofs(slug: str) -> None:
    assignment = _ASSIGNMENTS[slug]
    statements = {language: _COURSE.statement(assignment, language) for language in ("en", "zh")}
    for task in assignment.tasks:
        assert 3 <= len(task.hints) <= 4
        assert all(_header(task.signature) in _headers_in(text) for text in statements.values()), task.name
        assert sum(found.task == task.name for _, found in _VARIANTS) >= 2, task.name
        assert sum(found.task == task.name for _, found in _MUTANTS) >= 5, task.name
    assert assignment.max_score == 100.0


@pytest.mark.parametrize(("slug", "mutant"), _MUTANTS, ids=lambda value: getattr(value, "name", value))
def test_every_misconception_is_said_in_both_languages(slug: str, mutant: StandIn) -> None:
    assert isinstance(mutant.misconception, Text)
    assert mutant.misconception.en.endswith(".")
    assert mutant.misconception.zh.endswith("。")
