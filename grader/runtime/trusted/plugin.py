"""The pytest plugin of an examiner template: collects a suite once, then judges one submission in each fork.

Forking behind the collection is what makes a warm submission cheap: pytest's start and collection cost more than the
tests of a typical suite.
"""

from __future__ import annotations

import inspect
import math
import time
import traceback
from collections.abc import Callable, Sequence

import pytest

from grader.models import Answer, Job, Suite, TestResult, TestSpec, Verdict, Visibility
from grader.runtime.trusted.examiner import Examiner
from grader.runtime.trusted.misconceptions import Mutants
from grader.runtime.trusted.rng import Rng
from grader.runtime.trusted.student import Student
from grader.runtime.wire.catalogue import title_of
from grader.runtime.wire.faults import EngineError

__all__ = ["PYTEST_ARGUMENTS", "SuitePlugin"]

_UNUSED_PLUGINS = (
    "warnings",
    "unittest",
    "cacheprovider",
    "doctest",
    "faulthandler",
    "junitxml",
    "logging",
    "terminal",
)
PYTEST_ARGUMENTS = [
    *(argument for name in _UNUSED_PLUGINS for argument in ("-p", f"no:{name}")),
    "--assert=plain",  # rewritten asserts put values into messages
    "--capture=no",
]
"""Without what a suite has no use for; `logging` alone costs 0.2 ms a test, more than the rest of pytest's protocol."""

_MARKERS = ("task(slug)", "visible", "weight(n)", "needs_value", "gpu", "hint(...)", "depends(task)")


_Item = tuple[TestSpec, pytest.Item]


class SuitePlugin:
    """Hands the collected suite to `serve`, which decides where and how often it is judged.

    Args:
        suite: that is collected.
        serve: called once after collection with this plugin; calls `judge` for each submission.
    """

    def __init__(self, suite: Suite, serve: Callable[[SuitePlugin], None]) -> None:
        self.mutants = Mutants(suite)
        self._languages = suite.languages
        self._serve = serve
        self._examiner: Examiner | None = None
        self._items: list[_Item] = []
        self._errors: list[str] = []
        self._broken: str | None = None

    @property
    def problem(self) -> str | None:
        """Why the suite cannot judge anybody, if so."""
        if self._errors:
            return "the suite cannot be collected:\n" + "\n".join(self._errors)
        return None if self._items else "the suite has no tests"

    def judge(self, job: Job, examiner: Examiner) -> Answer:
        """Runs every test of the job's tasks against one submission."""
        started = time.monotonic()
        self._examiner, self._broken = examiner, None
        if problem := self._problem_with(job.all_tasks):
            return Answer(problem=problem)
        tasks = [task.name for task in job.tasks]
        chosen = [(spec, item) for spec, item in self._items if spec.task in tasks]
        chosen.sort(key=lambda pair: _turn(tasks, pair[0]))
        results: list[TestResult] = []
        for task in tasks:
            results += self._judge_task(examiner, task, [pair for pair in chosen if pair[0].task == task])
            if self._broken:
                return Answer(problem=f"the suite is broken: {self._broken}")
        examiner.close()
        return Answer(
            tests=tuple(spec for spec, _ in chosen),
            results=tuple(results),
            misconceptions=examiner.misconceptions(self.mutants),
            notes=examiner.notes,
            uses=examiner.uses(),
            output=examiner.output,
            device=examiner.device,
            duration_s=round(time.monotonic() - started, 6),
        )

    def _judge_task(self, examiner: Examiner, task: str, items: list[_Item]) -> list[TestResult]:
        """Returns the results of a task: of a second judgement if a first one, among other tasks, left it in doubt."""
        examiner.turn_to(task)
        results = self._run_until_in_doubt(examiner, task, items)
        if examiner.is_in_doubt(task) and not self._broken:
            examiner.turn_to(task, afresh=True)
            results = self._run_until_in_doubt(examiner, task, items)
        return results

    def _run_until_in_doubt(self, examiner: Examiner, task: str, items: list[_Item]) -> list[TestResult]:
        results: list[TestResult] = []
        for spec, item in items:
            results.append(examiner.begin(spec) or self._run(item))
            if self._broken or examiner.is_in_doubt(task):
                break
        return results

    def _problem_with(self, tasks: tuple[str, ...]) -> str | None:
        """Says which test names a task that there is not, or one that comes after its own."""
        for spec, _ in self._items:
            unknown = [name for name in (spec.task, *spec.depends) if name not in tasks]
            if unknown:
                return f"the suite is broken: {spec.test} names the task `{unknown[0]}`, which the assignment has not"
            late = [name for name in spec.depends if tasks.index(name) >= tasks.index(spec.task)]
            if late:
                return (
                    f"the suite is broken: {spec.test} depends on `{late[0]}`, which is not judged before its own task"
                )
        valued = {spec.task for spec, _ in self._items if not spec.needs_value}
        for spec, _ in self._items:
            if spec.task not in valued:
                return f"the suite is broken: every test of `{spec.task}` needs a value, and none is one"
        return None

    def _run(self, item: pytest.Item) -> TestResult:
        self._result: TestResult | None = None
        item.config.hook.pytest_runtest_protocol(item=item, nextitem=None)
        return self._result or self._break(item, "it came to no result")

    def _break(self, item: pytest.Item, reason: str) -> TestResult:
        self._broken = self._broken or f"{item.nodeid}: {reason}"
        return TestResult(test=item.nodeid, verdict=Verdict.NOT_RUN)

    # Fixtures of a suite.

    @pytest.fixture
    def student(self) -> Student:
        """The candidate: calls go across the trust boundary."""
        return self._required_examiner.student()

    @pytest.fixture
    def rng(self) -> Rng:
        """Random inputs, seeded from the attempt's seed and the test's name."""
        return self._required_examiner.rng()

    @property
    def _required_examiner(self) -> Examiner:
        if self._examiner is None:
            raise RuntimeError("no submission is being judged")
        return self._examiner

    # Hooks of pytest.

    def pytest_configure(self, config: pytest.Config) -> None:
        for marker in _MARKERS:
            config.addinivalue_line("markers", f"{marker}: see grader.suite")

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        if report.failed:
            self._errors.append(str(report.longrepr))

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        for item in items:
            try:
                self._items.append((_spec_of(item, self._languages), item))
            except ValueError as error:
                self._errors.append(f"{item.nodeid}: {error}")

    def pytest_runtestloop(self) -> bool:
        self._serve(self)
        return True

    def pytest_runtest_makereport(self, item: pytest.Item, call: pytest.CallInfo[None]) -> pytest.TestReport:
        """Judges the test by what its body raised, and reports to pytest no more than whether it may go on.

        pytest's own report would write the traceback out with the suite's source, which takes longer than the test.
        """
        error = call.excinfo.value if call.excinfo else None
        if call.when == "call" or (call.when == "setup" and error is not None):
            self._judge_call(item, error)
        elif error is not None:
            self._break(item, f"{call.when}: {type(error).__name__}: {error}")
        return pytest.TestReport(
            nodeid=item.nodeid,
            location=item.location,
            keywords={},
            outcome="passed" if error is None else "failed",
            longrepr=None,
            when=call.when,  # type: ignore[arg-type]  # nothing is collected here
        )

    def _judge_call(self, item: pytest.Item, error: BaseException | None) -> None:
        try:
            self._result = self._required_examiner.end(error)
        except EngineError:
            self._break(item, "".join(traceback.format_exception(error)) if error else "")


def _turn(tasks: list[str], spec: TestSpec) -> tuple[int, bool, bool]:
    """Values come before what needs them, and visible tests, whose prints are shown, before inputs that are hidden."""
    return tasks.index(spec.task), spec.needs_value, spec.visibility is Visibility.HIDDEN


def _spec_of(item: pytest.Item, languages: Sequence[str]) -> TestSpec:
    task = item.get_closest_marker("task")
    if task is None or not task.args:
        raise ValueError("it has no task: mark it with `task(...)`")
    docstring = inspect.getdoc(getattr(item, "function", None)) or ""
    if not docstring:
        raise ValueError("it has no docstring, which is the title that students read")
    weight = float(marker.args[0]) if (marker := item.get_closest_marker("weight")) else 1.0
    if not 0 < weight < math.inf:
        raise ValueError(f"its weight is {weight:g}, which must be above 0")
    hint = item.get_closest_marker("hint")
    return TestSpec(
        test=item.nodeid,
        task=task.args[0],
        title=title_of(docstring, languages),
        visibility=Visibility.VISIBLE if item.get_closest_marker("visible") else Visibility.HIDDEN,
        weight=weight,
        needs_value=item.get_closest_marker("needs_value") is not None,
        gpu=item.get_closest_marker("gpu") is not None,
        hint={**dict(zip(languages, hint.args, strict=False)), **hint.kwargs} if hint else None,
        depends=tuple(name for marker in item.iter_markers("depends") for name in marker.args),
    )
