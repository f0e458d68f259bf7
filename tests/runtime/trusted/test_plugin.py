"""The plugin collects a suite once, checks its markers, and judges with it as often as it is asked to."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import cast

import pytest

from grader.models import Answer, ArgumentUse, Job, Mutant, Suite, TestResult, TestSpec, Text, Verdict, Visibility
from grader.runtime.trusted.examiner import Examiner
from grader.runtime.trusted.misconceptions import Mutants
from grader.runtime.trusted.plugin import PYTEST_ARGUMENTS, SuitePlugin
from grader.runtime.trusted.rng import Rng
from grader.runtime.wire.faults import EngineError
from tests.support.factories import make_job, make_result, make_task

_HEAD = "import pytest\nfrom grader.suite import *\n"


@pytest.fixture(autouse=True)
def _without_the_suite(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(sys, "path", [*sys.path])
    yield
    sys.modules.pop("test_add", None)


class _Examiner:
    """Passes whatever ends without an exception."""

    output, device = "printed", "cpu"
    notes = (Text(en="It printed much."),)

    def __init__(self, refused: str = "", doubted: str = "") -> None:
        self._refused = refused
        self._doubted = doubted
        self._is_afresh = False
        self._test = ""
        self.begun: list[str] = []
        self.is_closed = False

    def turn_to(self, task: str, *, afresh: bool = False) -> None:
        self._is_afresh = afresh

    def is_in_doubt(self, task: str) -> bool:
        return not self._is_afresh and self.begun[-1] == self._doubted

    def begin(self, spec: TestSpec) -> TestResult | None:
        self._test = spec.test
        self.begun.append(spec.test.split("::")[1])
        return make_result(spec.test, Verdict.FORBIDDEN) if spec.test.endswith(self._refused or "\0") else None

    def end(self, error: BaseException | None) -> TestResult:
        if isinstance(error, EngineError):
            raise error
        return make_result(self._test, Verdict.FAILED if error else Verdict.PASSED)

    def student(self) -> object:
        return object()

    def rng(self) -> Rng:
        return Rng(1)

    def uses(self) -> dict[str, tuple[ArgumentUse, ...]]:
        return {"add": (ArgumentUse(subject="x"),)}

    def close(self) -> None:
        self.is_closed = True

    def misconceptions(self, mutants: Mutants) -> dict[str, tuple[Mutant, ...]]:
        return {"add": (Mutant(name="adds_one", misconception=Text(en="One too many.", zh="多了一。")),)}


def _collected(tmp_path: Path, suite: str, then: Callable[[SuitePlugin], None] = lambda plugin: None) -> SuitePlugin:
    (tmp_path / "test_add.py").write_text(_HEAD + suite, encoding="utf-8")
    plugin = SuitePlugin(Suite(files={}, sha256=""), then)
    pytest.main([*PYTEST_ARGUMENTS, "--rootdir", str(tmp_path), "-c", "/dev/null", str(tmp_path)], plugins=[plugin])
    return plugin


def _judged(tmp_path: Path, suite: str, examiner: _Examiner | None = None, job: Job | None = None) -> Answer:
    answers: list[Answer] = []

    def judge(plugin: SuitePlugin) -> None:
        answers.append(plugin.judge(job or make_job(), cast(Examiner, examiner or _Examiner())))

    plugin = _collected(tmp_path, suite, judge)
    assert plugin.problem is None
    return answers[0]


_SUITE = '''
pytestmark = task("add")

@needs_value
def test_late(student):
    """Late."""

@visible
@weight(3)
@hint("Look at dim.", "看看 dim。")
@depends("sub", "mul")
@gpu
@pytest.mark.parametrize("n", [1, 2])
def test_first(student, rng, n):
    """Adds
    two numbers.

    把两个数
    相加。

    More of it.
    """
    assert n == 1

@task("sub")
def test_other(student):
    """Other."""
'''


def test_plugin_reads_the_markers_of_every_test(tmp_path: Path) -> None:
    answer = _judged(tmp_path, _SUITE)
    first = next(spec for spec in answer.tests if spec.test.endswith("test_first[1]"))
    assert first == TestSpec(
        test="test_add.py::test_first[1]",
        task="add",
        title=Text(en="Adds two numbers.", zh="把两个数相加。"),
        visibility=Visibility.VISIBLE,
        weight=3.0,
        needs_value=False,
        gpu=True,
        hint=Text(en="Look at dim.", zh="看看 dim。"),
        depends=("sub", "mul"),
    )
    late = next(spec for spec in answer.tests if spec.test.endswith("test_late"))
    assert (late.visibility, late.weight, late.needs_value, late.gpu) == (Visibility.HIDDEN, 1.0, True, False)


@pytest.mark.parametrize(
    ("marks", "reason"),
    [
        ('@task("ad")', "names the task `ad`"),
        ('@depends("twim")\n@task("add")', "names the task `twim`"),
        ('@depends("twin")\n@task("add")', "depends on `twin`, which is not judged before"),
        ('@depends("add")\n@task("add")', "depends on `add`, which is not judged before"),
    ],
)
def test_plugin_judges_nobody_by_a_suite_that_names_tasks_wrongly(tmp_path: Path, marks: str, reason: str) -> None:
    answer = _judged(tmp_path, f'{marks}\ndef test_a():\n    """A."""\n')
    assert answer.problem is not None
    assert reason in answer.problem
    assert answer.results == ()


def test_plugin_judges_the_tests_of_the_jobs_tasks_values_first(tmp_path: Path) -> None:
    examiner = _Examiner()
    answer = _judged(tmp_path, _SUITE, examiner)
    assert examiner.begun == ["test_first[1]", "test_first[2]", "test_late"]
    assert [spec.test for spec in answer.tests] == [result.test for result in answer.results]
    assert [result.verdict for result in answer.results] == [Verdict.PASSED, Verdict.FAILED, Verdict.PASSED]
    assert answer.uses == {"add": (ArgumentUse(subject="x"),)}
    assert (answer.output, answer.notes, answer.problem) == ("printed", ({"en": "It printed much."},), None)
    assert {task: [one.name for one in found] for task, found in answer.misconceptions.items()} == {"add": ["adds_one"]}
    assert examiner.is_closed


def test_plugin_judges_in_the_order_of_the_jobs_tasks(tmp_path: Path) -> None:
    examiner = _Examiner()
    _judged(tmp_path, _SUITE, examiner, make_job(tasks=(make_task("sub"), make_task("add"))))
    assert examiner.begun[0] == "test_other"


def test_plugin_does_not_run_what_the_examiner_answers_at_once(tmp_path: Path) -> None:
    answer = _judged(tmp_path, _SUITE, _Examiner("test_first[1]"))
    assert answer.results[0].verdict is Verdict.FORBIDDEN


def test_plugin_judges_a_task_again_from_its_first_test_as_soon_as_it_is_in_doubt(tmp_path: Path) -> None:
    alone, doubting = _Examiner(), _Examiner(doubted="test_first[1]")
    once, again = _judged(tmp_path, _SUITE, alone), _judged(tmp_path, _SUITE, doubting)
    at = alone.begun.index("test_first[1]") + 1
    assert doubting.begun == alone.begun[:at] + alone.begun
    assert again.results == once.results


def test_plugin_judges_several_submissions_with_one_collection(tmp_path: Path) -> None:
    answers: list[Answer] = []

    def judge(plugin: SuitePlugin) -> None:
        answers.extend(plugin.judge(make_job(), cast(Examiner, _Examiner())) for _ in range(2))

    _collected(tmp_path, _SUITE, judge)
    verdicts = [[result.verdict for result in answer.results] for answer in answers]
    assert verdicts[0] == verdicts[1]
    assert len(verdicts[0]) == 3


@pytest.mark.parametrize(
    ("suite", "phrase"),
    [
        ("def test_a():\n    'A title.'\n", "has no task"),
        ("@task\ndef test_a():\n    'A title.'\n", "has no task"),
        ("@task('add')\ndef test_a():\n    pass\n", "no docstring"),
        ("import nowhere\n", "cannot be collected"),
        ("def test_a(:\n", "cannot be collected"),
        ("", "no tests"),
    ],
    ids=["no task", "task without name", "no title", "import", "syntax", "empty"],
)
def test_plugin_says_why_a_suite_cannot_judge(suite: str, phrase: str, tmp_path: Path) -> None:
    problem = _collected(tmp_path, suite).problem
    assert problem is not None
    assert phrase in problem


@pytest.mark.parametrize(
    ("suite", "phrase"),
    [
        ("@task('add')\ndef test_a(nothing):\n    'A.'\n", "nothing"),
        (
            "from grader.runtime.wire.faults import EngineError\n"
            "@task('add')\ndef test_a():\n    'A.'\n    raise EngineError('gone')\n",
            "gone",
        ),
        (
            "@pytest.fixture\ndef late():\n    yield\n    raise OSError('after')\n\n"
            "@task('add')\ndef test_a(late):\n    'A.'\n",
            "teardown: OSError: after",
        ),
    ],
    ids=["unknown fixture", "engine error", "teardown"],
)
def test_plugin_answers_a_broken_suite_with_a_problem_and_no_results(suite: str, phrase: str, tmp_path: Path) -> None:
    answer = _judged(tmp_path, suite, _Suspicious())
    assert answer.problem is not None
    assert phrase in answer.problem
    assert (answer.tests, answer.results) == ((), ())


class _Suspicious(_Examiner):
    """Takes every exception for ours, as the examiner does before a candidate has answered."""

    def end(self, error: BaseException | None) -> TestResult:
        if error is not None:
            raise EngineError(str(error)) from error
        return super().end(error)


def test_traceback_of_a_failing_test_is_not_written_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It takes pytest ten milliseconds, and nobody reads it."""
    written: list[object] = []
    monkeypatch.setattr(pytest.Function, "repr_failure", lambda _, excinfo: written.append(excinfo))
    answer = _judged(tmp_path, _SUITE)
    assert [result.verdict for result in answer.results] == [Verdict.PASSED, Verdict.FAILED, Verdict.PASSED]
    assert written == []


def test_fixtures_need_a_submission_to_judge(tmp_path: Path) -> None:
    plugin = _collected(tmp_path, _SUITE)
    with pytest.raises(RuntimeError, match="no submission"):
        _ = plugin._required_examiner


@pytest.mark.parametrize("weight", ["0", "-1", "float('inf')", "float('nan')"])
def test_plugin_refuses_a_weight_that_is_none(tmp_path: Path, weight: str) -> None:
    plugin = _collected(tmp_path, f'@weight({weight})\n@task("add")\ndef test_a():\n    """A."""\n')
    assert plugin.problem is not None
    assert "must be above 0" in plugin.problem


def test_plugin_judges_nobody_by_a_task_that_could_earn_nothing(tmp_path: Path) -> None:
    answer = _judged(tmp_path, '@needs_value\n@task("add")\ndef test_a():\n    """A."""\n')
    assert answer.problem is not None
    assert "every test of `add` needs a value" in answer.problem
