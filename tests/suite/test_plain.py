"""Plain pytest on a suite: the same answers, errors and seeds as across the boundary, in one process."""

from __future__ import annotations

import contextlib
import types
from collections.abc import Iterator
from pathlib import Path

import pytest
import torch

from grader.runtime.trusted.rng import Rng, derive_seed
from grader.runtime.wire.faults import CandidateFault, MissingFault, StudentError
from grader.runtime.wire.probes import Probe
from grader.runtime.wire.settings import _read
from grader.suite.plain import PlainCandidate, plain_rng

_SOURCE = """
import time

import torch


def written(x):
    x += 1
    return x


def drawn():
    return torch.rand(2)


def raising():
    raise KeyError("no")


def unwritten():
    raise NotImplementedError("unwritten")


def odd():
    return object()


def too_slow():
    time.sleep(0.5)
"""
_WRITTEN = Probe("p", "def p(solution, x):\n    solution.written(x)\n    return x\n")


@pytest.fixture
def candidate(tmp_path: Path) -> Iterator[PlainCandidate]:
    path = tmp_path / "exercise.py"
    path.write_text(_SOURCE, encoding="utf-8")
    with contextlib.closing(PlainCandidate(test_s=0.2)) as loaded:
        loaded.load(path)
        yield loaded


def test_call_sends_and_returns_copies(candidate: PlainCandidate) -> None:
    x = torch.zeros(2)
    assert candidate.student("t", 0).written(x).tolist() == [1.0, 1.0]
    assert x.tolist() == [0.0, 0.0]


def test_run_executes_the_probe_beside_the_module(candidate: PlainCandidate) -> None:
    assert candidate.student("t", 0).run(_WRITTEN, torch.zeros(1)).tolist() == [1.0]


def test_exception_arrives_as_in_the_examiner(candidate: PlainCandidate) -> None:
    with pytest.raises(KeyError) as caught:
        candidate.student("t", 0).raising()
    assert isinstance(caught.value, StudentError)
    assert (caught.value.type_name, caught.value.line) == ("KeyError", 17)


@pytest.mark.parametrize(
    ("name", "fault", "message"),
    [
        ("unwritten", CandidateFault, "not written yet"),
        ("odd", CandidateFault, "no plain value"),
        ("nothing", MissingFault, "not defined"),
        ("too_slow", CandidateFault, "endless loop"),
    ],
)
def test_fault_arrives_as_in_the_examiner(
    candidate: PlainCandidate, name: str, fault: type[CandidateFault], message: str
) -> None:
    with pytest.raises(fault, match=message):
        getattr(candidate.student("t", 0), name)()


def test_candidate_answers_again_after_an_endless_loop(candidate: PlainCandidate) -> None:
    with pytest.raises(CandidateFault):
        candidate.student("t", 0).too_slow()
    assert candidate.student("t", 0).written(1) == 2


def test_draws_depend_on_seed_and_test_as_in_the_examiner(candidate: PlainCandidate) -> None:
    generator = torch.Generator().manual_seed(derive_seed(5, "candidate:t"))
    assert candidate.student("t", 5).drawn().tolist() == torch.rand(2, generator=generator).tolist()
    assert candidate.student("u", 5).drawn().tolist() != candidate.student("t", 5).drawn().tolist()
    assert torch.equal(plain_rng("t", 5).normal(3), Rng(derive_seed(5, "t")).normal(3))


def test_two_calls_of_a_test_draw_different_numbers(candidate: PlainCandidate) -> None:
    student = candidate.student("t", 5)
    assert student.drawn().tolist() != student.drawn().tolist()


def test_module_that_is_there_already_can_be_asked() -> None:
    module = types.ModuleType("cells")
    exec("def f(x):\n    return 2 * x\n", module.__dict__)
    with contextlib.closing(PlainCandidate(module)) as candidate:
        assert candidate.student("t", 0).f(4) == 8


@pytest.mark.parametrize(
    "setting",
    ["torch.set_default_dtype(torch.float64)", "torch.set_default_device('meta')", "torch.set_grad_enabled(False)"],
)
def test_settings_of_a_file_reach_neither_a_test_nor_the_pytest_around_it(tmp_path: Path, setting: str) -> None:
    before = _read()
    path = tmp_path / "exercise.py"
    path.write_text(f"import torch\n{setting}\n\n\ndef f():\n    {setting}\n    return 1.0\n", encoding="utf-8")
    probe = Probe("p", "def p(solution):\n    return (torch.ones(1, requires_grad=True) * 2).requires_grad\n")
    with contextlib.closing(PlainCandidate()) as candidate:
        candidate.load(path)
        assert candidate.student("t", 0).f() == 1.0
        assert candidate.student("t", 0).run(probe) is True
        assert _read() == before


@pytest.mark.parametrize(("source", "line"), [("def f(:\n", 1), ("\nraise ValueError\n", 2)])
def test_load_raises_what_is_wrong_with_the_file(tmp_path: Path, source: str, line: int) -> None:
    path = tmp_path / "exercise.py"
    path.write_text(source, encoding="utf-8")
    with contextlib.closing(PlainCandidate()) as candidate, pytest.raises(StudentError) as caught:
        candidate.load(path)
    assert caught.value.line == line


# The plugin, in a pytest of its own.

_SUITE = '''
import torch

from grader.suite import assert_close, gpu, probe, task, visible

pytestmark = task("f")


@visible
def test_doubles(student, rng):
    """Doubles anything."""
    x = rng.normal(2)
    print("drew", x.tolist())
    assert_close(student.f(x), 2 * x)


@gpu
def test_on_a_gpu(student):
    """On a GPU."""


@task("g")
def test_state_of_a_task_is_its_own(student):
    """Loads the file anew."""
    assert student.count() == 1


@task("h")
def test_state_of_another_task(student):
    """Loads the file anew."""
    assert student.count() == 1
'''
_RIGHT = """
calls = 0


def f(x):
    return 2 * x


def count():
    global calls
    calls += 1
    return calls
"""


@pytest.fixture
def course(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> pytest.Pytester:
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parents[2]))
    pytester.makefile(".ini", pytest="[pytest]\naddopts = --strict-markers -p grader.suite.plain -p no:cacheprovider\n")
    for name, text in (("assignments/two-f/suite/test_f.py", _SUITE), ("exercises/two_f.py", _RIGHT)):
        path = pytester.path / name
        path.parent.mkdir(parents=True)
        path.write_text(text, encoding="utf-8")
    return pytester


def test_plugin_tests_the_exercise_of_the_suites_assignment(course: pytest.Pytester) -> None:
    result = course.runpytest_subprocess("--student-seed", "3", "-s")
    result.assert_outcomes(passed=3, skipped=1)
    expected = plain_rng("test_f.py::test_doubles", 3).normal(2).tolist()
    result.stdout.fnmatch_lines(["gradus: --student-seed 3; *"])
    assert f"drew {expected}" in result.stdout.str()


def test_plugin_tells_what_is_wrong_without_the_graders_frames(course: pytest.Pytester) -> None:
    wrong = course.path / "wrong.py"
    wrong.write_text("def f(x):\n    raise ValueError('bad')\n", encoding="utf-8")
    result = course.runpytest_subprocess("--student-file", "wrong.py")
    result.assert_outcomes(failed=3, skipped=1)
    result.stdout.fnmatch_lines(
        ["Doubles anything.", "ValueError: bad", f"{wrong}:2: raise ValueError('bad')", "*test_f.py:9: test_doubles"]
    )
    result.stdout.fnmatch_lines(["`count` is not defined"])
    result.stdout.no_fnmatch_line("*link.py*")


def test_plugin_tells_a_difference(course: pytest.Pytester) -> None:
    (course.path / "exercises" / "two_f.py").write_text("def f(x):\n    return x\n", encoding="utf-8")
    result = course.runpytest_subprocess("-k", "doubles")
    result.stdout.fnmatch_lines(["the result has the wrong values", "2 of 2 elements differ"])


def test_plugin_says_where_the_code_should_be(course: pytest.Pytester) -> None:
    (course.path / "exercises" / "two_f.py").unlink()
    result = course.runpytest_subprocess("-k", "doubles")
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["*two_f.py` is missing: the tests need your code there*"])


def test_plugin_needs_a_file_for_tests_outside_a_course(course: pytest.Pytester) -> None:
    (course.path / "test_alone.py").write_text(_SUITE, encoding="utf-8")
    result = course.runpytest_subprocess("test_alone.py", "-k", "doubles")
    result.stdout.fnmatch_lines(["*say with `--student-file FILE` what to test*"])
