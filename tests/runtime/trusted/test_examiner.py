"""The examiner's logic, with the real candidate's code in a thread: verdicts, reasons not to run, whose fault it is."""

from __future__ import annotations

import functools
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
import torch

from grader.models import Feedback, Job, Limits, Suite, Task, TestResult, TestSpec, Text, Verdict, Visibility
from grader.runtime.trusted.compare import assert_close, require
from grader.runtime.trusted.examiner import Examiner
from grader.runtime.trusted.student import Student
from grader.runtime.wire import codec
from grader.runtime.wire.faults import CandidateFault, EngineError
from grader.runtime.wire.frames import pack
from grader.runtime.wire.probes import Probe
from tests.support.candidates import Reply, ThreadSource, honest, saying
from tests.support.factories import make_job, make_spec, make_task

_ADD = "def add(x, y):\n    return x + y\n"
_PROBE = Probe("p", "def p(solution, x):\n    return solution.add(x, x)\n")
Body = Callable[[Student], object]


@pytest.fixture(autouse=True)
def _without_the_submission() -> Iterator[None]:
    yield
    sys.modules.pop("sums", None)


class _Trial:
    """An examiner and where its candidates come from."""

    def __init__(self, job: Job, make: Callable[[], Reply], only_one_candidate: bool, greets: bool) -> None:
        self.source = ThreadSource(make, exit_code=None, greets=greets)
        self.examiner = Examiner(job, self.source, only_one_candidate=only_one_candidate)
        self._task = ""

    def judge(self, spec: TestSpec, body: Body) -> TestResult:
        """As the plugin does where a task has one test; of several, those before it are not judged again."""
        if spec.task != self._task:
            self._task = spec.task
            self.examiner.turn_to(spec.task)
        result = self._judge(spec, body)
        if self.examiner.is_in_doubt(spec.task):
            self.examiner.turn_to(spec.task, afresh=True)
            result = self._judge(spec, body)
        return result

    def _judge(self, spec: TestSpec, body: Body) -> TestResult:
        result = self.examiner.begin(spec)
        if result is not None:
            return result
        error: BaseException | None = None
        try:
            body(self.examiner.student())
        except BaseException as caught:
            error = caught
        return self.examiner.end(error)

    def asked(self, do: str) -> int:
        return sum(request["do"] == do for request in self.source.requests)


@pytest.fixture
def trial() -> Iterator[Callable[..., _Trial]]:
    trials: list[_Trial] = []

    def make(
        source: str = _ADD,
        reply: Callable[[], Reply] = honest,
        *,
        only_one_candidate: bool = False,
        greets: bool = True,
        **changes: Any,
    ) -> _Trial:
        trials.append(_Trial(make_job(source, **changes), reply, only_one_candidate, greets))
        return trials[-1]

    yield make
    for made in trials:
        made.examiner.close()
        made.source.close()


Trials = Callable[..., _Trial]


def _adds(student: Student) -> None:
    assert_close(student.add(1, 2), 3)


def _adds_ones(right: int, student: Student) -> None:
    assert_close(student.add(1, 1), right)


def _asks_twice(student: Student) -> None:
    student.add(1, 2)
    student.add(3, 4)


# Verdicts.


def test_right_answer_passes(trial: Trials) -> None:
    result = trial().judge(make_spec("t"), _adds)
    assert (result.test, result.verdict, result.kind, result.message) == ("t", Verdict.PASSED, None, {})


def test_wrong_answer_fails(trial: Trials) -> None:
    result = trial("def add(x, y):\n    return x\n").judge(make_spec(), _adds)
    assert (result.verdict, result.kind) == (Verdict.FAILED, "values")


def test_probe_runs_beside_the_students_module(trial: Trials) -> None:
    def body(student: Student) -> None:
        assert_close(student.run(_PROBE, torch.ones(2)), torch.full((2,), 2.0))

    assert trial().judge(make_spec(), body).verdict is Verdict.PASSED


def test_exception_of_the_student_is_an_error_with_its_line(trial: Trials) -> None:
    result = trial("def add(x, y):\n    raise ValueError(x)\n").judge(make_spec(), _adds)
    assert (result.verdict, result.message["en"], result.line) == (Verdict.ERROR, "`ValueError` was raised", 2)


def test_expected_exception_passes(trial: Trials) -> None:
    def body(student: Student) -> None:
        with pytest.raises(ValueError):
            student.add(1, 2)

    assert trial("def add(x, y):\n    raise ValueError\n").judge(make_spec(), body).verdict is Verdict.PASSED
    assert trial().judge(make_spec(), body).verdict is Verdict.FAILED


@pytest.mark.parametrize(
    "check",
    [
        lambda student: _expect(student, match="negative"),
        lambda student: require("negative" in _expect(student), "it says what is wrong"),
        lambda student: {"negative": 1}[_expect(student)],
    ],
    ids=["match", "require", "a test that stumbles"],
)
def test_exception_is_an_answer_so_what_it_lacks_is_the_students(check: Body, trial: Trials) -> None:
    """Or one student's unexpected text would leave a whole submission not graded."""
    result = trial("def add(x, y):\n    raise ValueError('no')\n").judge(make_spec(), check)
    assert result.verdict is Verdict.FAILED


def _expect(student: Student, match: str | None = None) -> str:
    with pytest.raises(ValueError, match=match) as caught:
        student.add(1, 2)
    return str(caught.value)


def test_fault_that_a_test_swallows_still_counts(trial: Trials) -> None:
    def body(student: Student) -> None:
        try:
            student.sub(1, 2)
        except BaseException:
            return

    assert trial().judge(make_spec(), body).verdict is Verdict.ERROR


def test_failure_of_the_test_itself_is_ours(trial: Trials) -> None:
    with pytest.raises(EngineError):
        trial().judge(make_spec(), lambda student: 1 / 0)


def test_failure_over_the_students_answer_is_the_students(trial: Trials) -> None:
    result = trial("def add(x, y):\n    return None\n").judge(make_spec(), lambda student: student.add(1, 2).shape)
    assert (result.verdict, result.kind) == (Verdict.FAILED, "unusable")


def test_result_that_does_not_cross_says_its_type(trial: Trials) -> None:
    result = trial("def add(x, y):\n    return {x}\n").judge(make_spec(), _adds)
    assert (result.verdict, result.kind) == (Verdict.FAILED, "type")
    assert "a `set`" in result.message["en"]


def test_stub_is_not_written_yet(trial: Trials) -> None:
    result = trial("def add(x, y):\n    raise NotImplementedError\n").judge(make_spec(), _adds)
    assert (result.verdict, result.kind, result.message["en"]) == (Verdict.ERROR, "not_implemented", "not written yet")


# What the text of the file explains.


@pytest.mark.parametrize(
    "source",
    [
        "from contextlib import suppress\nwith suppress(Exception):\n    @missing\n    def add(x, y):\n        ...\n",
        "import contextlib\nwith contextlib.suppress(Exception):\n    add = 1 / 0\n",
        "import sys\nif len(sys.argv) > 99:\n    def add(x, y):\n        return x + y\n",
    ],
)
def test_function_whose_definition_failed_is_not_offered_its_own_name(source: str, trial: Trials) -> None:
    message = trial(source).judge(make_spec(), _adds).message["en"]
    assert message == "`add` is not defined: its statement in sums.py failed or did not run; see the output"


def test_missing_function_is_named_with_a_near_one(trial: Trials) -> None:
    result = trial("def ad(x, y):\n    return x + y\n").judge(make_spec(), _adds)
    assert (result.verdict, result.kind) == (Verdict.ERROR, "missing")
    assert result.message["en"] == "`add` is not defined in sums.py; did you mean `ad`?"


def test_missing_function_is_named_without_a_near_one(trial: Trials) -> None:
    assert trial("x = 1\n").judge(make_spec(), _adds).message["en"] == "`add` is not defined in sums.py"


def test_signature_that_does_not_fit_is_shown_beside_the_expected_one(trial: Trials) -> None:
    result = trial("\ndef add(x, *, dim):\n    return x\n").judge(make_spec(), _adds)
    assert (result.verdict, result.kind, result.line) == (Verdict.ERROR, "signature", 2)
    assert "yours is `add(x, *, dim)`, expected `def add(x, y)`" in result.message["en"]


def test_probe_that_stumbles_over_a_result_is_no_signature(trial: Trials) -> None:
    unpacking = Probe("p", "def p(solution, x):\n    first, second = solution.add(x, x)\n    return first\n")
    attempt = trial("def add(x, y):\n    return None\n")
    result = attempt.judge(make_spec(), lambda student: student.run(unpacking, torch.ones(1)))
    assert (result.verdict, result.kind, result.message["en"]) == (Verdict.ERROR, "exception", "`TypeError` was raised")


def test_type_error_within_the_function_is_no_signature(trial: Trials) -> None:
    result = trial("def add(x, y):\n    return x + None\n").judge(make_spec(), _adds)
    assert (result.kind, result.line) == ("exception", 2)


def test_syntax_error_is_every_tests_and_nothing_runs(trial: Trials) -> None:
    attempt = trial("def add(x, y:\n")
    results = [attempt.judge(make_spec(name), _adds) for name in ("a", "b")]
    assert {(result.verdict, result.kind, result.line) for result in results} == {(Verdict.ERROR, "syntax", 1)}
    assert "not valid Python" in results[0].message["en"]
    assert attempt.asked("load") == 0


def test_exception_on_import_is_every_tests_with_its_line_and_text(trial: Trials) -> None:
    attempt = trial("x = 1\nraise RuntimeError('on import')\n")
    results = [attempt.judge(make_spec(name), _adds) for name in ("a", "b")]
    assert {(result.verdict, result.kind, result.line) for result in results} == {(Verdict.ERROR, "import", 2)}
    assert results[0].message["en"] == "importing the file raised `RuntimeError`: on import"
    assert attempt.asked("load") == 1, "a file that does not import is not imported for every test"


def test_exit_on_import_does_not_end_the_examiner(trial: Trials) -> None:
    result = trial("raise SystemExit(0)\n").judge(make_spec(), _adds)
    assert (result.verdict, result.kind) == (Verdict.ERROR, "import")


def test_forbidden_name_is_found_before_anything_runs(trial: Trials) -> None:
    attempt = trial("def add(x, y):\n    x.data = y\n    return x\n", forbid=(".data=",))
    result = attempt.judge(make_spec(), _adds)
    assert (result.verdict, result.kind, result.line) == (Verdict.FORBIDDEN, "forbidden", 2)
    assert "`.data=`" in result.message["en"]
    assert attempt.asked("load") == 0


def test_message_says_whether_the_exercise_or_the_task_forbids_a_name(trial: Trials) -> None:
    source = "def add(x, y):\n    x.data = y\n    return x\n"
    own = trial(source, tasks=(make_task("add", forbid=(".data=",)),)).judge(make_spec(), _adds)
    general = trial(source, forbid=(".data=",)).judge(make_spec(), _adds)
    assert own.message["en"] == "`.data=` is forbidden in this task"
    assert general.message["en"] == "`.data=` is forbidden in this exercise"


def test_forbidden_name_of_one_task_is_allowed_in_another(trial: Trials) -> None:
    source = "def add(x, y):\n    x.data = y\n    return x\ndef sub(x, y):\n    return x.data\n"
    attempt = trial(source, tasks=(make_task("add", forbid=(".data=",)), make_task("sub")))
    assert attempt.judge(make_spec("a"), _adds).verdict is Verdict.FORBIDDEN
    assert attempt.judge(make_spec("s", task="sub"), lambda student: None).verdict is Verdict.PASSED


@pytest.mark.parametrize(
    ("source", "chinese"),
    [
        ("def ad(x, y):\n    return x\n", "sums.py 中没有定义 `add`；你是不是想写 `ad`？"),
        ("x = 1\n", "sums.py 中没有定义 `add`"),
        ("def add(x):\n    return x\n", "无法按题目规定的方式调用：你写的是 `add(x)`，应为 `def add(x, y)`"),
        ("def add(x, y:\n", "文件不是合法的 Python 代码：'(' was never closed（SyntaxError，第 8 列）"),
        ("raise ValueError('no')\n", "导入文件时抛出了 `ValueError`：no"),
        ("raise ValueError\n", "导入文件时抛出了 `ValueError`"),
        ("def add(x, y):\n    x.data = y\n", "本练习禁止使用 `.data=`"),
    ],
    ids=["near name", "missing", "signature", "syntax", "import", "import without text", "forbidden"],
)
def test_message_says_the_same_in_chinese(source: str, chinese: str, trial: Trials) -> None:
    assert trial(source, forbid=(".data=",)).judge(make_spec(), _adds).message["zh"] == chinese


def test_missing_name_is_told_only_if_the_test_asked_for_it(trial: Trials) -> None:
    """A candidate could name anything, the inputs of a hidden test included."""
    source = (
        "import sys\n"
        "def add(x, y):\n"
        "    missing = sys.modules['grader.runtime.wire.answering']._MissingError\n"
        "    raise missing('x_is_7_25')\n"
    )
    result = trial(source).judge(make_spec(), _adds)
    assert result.kind == "missing"
    assert result.message == Text(en="something that the test needs is not defined", zh="测试要用的某个名称没有定义")


# Reasons not to run.


def test_gpu_test_is_skipped_without_a_gpu(trial: Trials) -> None:
    attempt = trial()
    assert attempt.judge(make_spec(gpu=True), _adds).verdict is Verdict.SKIPPED
    assert attempt.source.spawned == 0


def test_test_that_needs_a_value_waits_for_one_of_its_own_task(trial: Trials) -> None:
    attempt = trial(tasks=(make_task("add"), make_task("sub")))
    late = make_spec("late", task="add", needs_value=True)
    assert attempt.judge(make_spec("s", task="sub"), lambda student: None).verdict is Verdict.PASSED
    assert attempt.judge(late, _adds).verdict is Verdict.NOT_RUN
    assert attempt.judge(make_spec("a"), _adds).verdict is Verdict.PASSED
    assert attempt.judge(late, _adds).verdict is Verdict.PASSED


def test_test_that_needs_a_value_does_not_vouch_for_others(trial: Trials) -> None:
    attempt = trial("def add(x, y):\n    return x\n")
    assert attempt.judge(make_spec("a"), _adds).verdict is Verdict.FAILED
    for name in ("b", "c"):
        assert attempt.judge(make_spec(name, needs_value=True), lambda student: None).verdict is Verdict.NOT_RUN


def test_failing_property_does_not_hold_up_another_task(trial: Trials) -> None:
    attempt = trial(tasks=(make_task("add"), make_task("sub")))
    attempt.judge(make_spec("a"), _adds)
    broken = make_spec("b", needs_value=True)
    assert attempt.judge(broken, lambda student: assert_close(student.add(1, 1), 3)).verdict is Verdict.FAILED
    assert attempt.judge(make_spec("s", task="sub", depends=("add",)), _adds).verdict is Verdict.PASSED


def test_skipped_test_vouches_for_nothing(trial: Trials) -> None:
    attempt = trial()
    attempt.judge(make_spec("a"), lambda student: pytest.skip("no such dtype"))
    assert attempt.judge(make_spec("b", needs_value=True), _adds).verdict is Verdict.NOT_RUN


@pytest.mark.parametrize(
    ("sums", "verdict"), [([], Verdict.NOT_RUN), ([2], Verdict.PASSED), ([2, 3], Verdict.NOT_RUN)], ids=str
)
def test_dependent_test_waits_until_the_other_task_is_wholly_right(
    sums: list[int], verdict: Verdict, trial: Trials
) -> None:
    attempt = trial(tasks=(make_task("add"), make_task("sub")))
    for right in sums:
        attempt.judge(make_spec(f"1 + 1 = {right}"), functools.partial(_adds_ones, right))
    result = attempt.judge(make_spec("s", task="sub", depends=("add",)), _adds)
    assert result.verdict is verdict
    assert result.message.get("en", "not run until `add` is right") == "not run until `add` is right"


def test_dependency_on_a_task_that_is_not_judged_does_not_wait(trial: Trials) -> None:
    assert trial().judge(make_spec(depends=("other",)), _adds).verdict is Verdict.PASSED


def test_reasons_not_to_run_go_on_from_a_count_in_chinese(trial: Trials) -> None:
    specs = (make_spec(gpu=True), make_spec(needs_value=True), make_spec(task="sub", depends=("add",)))
    attempt = trial(tasks=(make_task("add"), make_task("sub")))
    assert [attempt.judge(spec, _adds).message["zh"] for spec in specs] == [
        "需要 GPU",
        "要等 `add` 返回正确的值之后才运行",
        "要等 `add` 正确之后才运行",
    ]


# Time.


def _never() -> Reply:
    inside = honest()
    return lambda request, output: b"" if request["do"] == "call" else inside(request, output)


def test_endless_loop_is_a_timeout_and_the_next_test_gets_a_fresh_candidate(trial: Trials) -> None:
    behaviours = iter([_never(), honest()])
    attempt = trial(reply=lambda: next(behaviours), limits=Limits(test_s=0.5))
    assert attempt.judge(make_spec("a"), _adds).verdict is Verdict.TIMEOUT
    assert attempt.judge(make_spec("b"), _adds).verdict is Verdict.PASSED
    assert attempt.source.ended == [1]


def test_time_limit_is_for_all_requests_of_a_test_together(trial: Trials) -> None:
    def slow() -> Reply:
        inside = honest()

        def reply(request: dict[str, Any], output: Any) -> bytes | None:
            if request["do"] == "call":
                time.sleep(0.5)
            return inside(request, output)

        return reply

    attempt = trial(reply=slow, limits=Limits(test_s=0.9))
    assert attempt.judge(make_spec("a"), _adds).verdict is Verdict.PASSED
    assert attempt.judge(make_spec("b"), _asks_twice).verdict is Verdict.TIMEOUT


def test_third_test_of_a_task_is_not_run_after_two_timeouts_and_another_task_is(trial: Trials) -> None:
    attempt = trial(reply=_never, limits=Limits(test_s=0.02), tasks=(make_task("add"), make_task("sub")))
    verdicts = [attempt.judge(make_spec(name), _adds).verdict for name in ("a", "b", "c")]
    assert verdicts == [Verdict.TIMEOUT, Verdict.TIMEOUT, Verdict.NOT_RUN]
    assert attempt.judge(make_spec("d", task="sub"), _adds).verdict is Verdict.TIMEOUT


def test_tests_are_not_run_after_the_time_of_the_submission(trial: Trials) -> None:
    attempt = trial(limits=Limits(total_s=0.0))
    result = attempt.judge(make_spec(), _adds)
    assert (result.verdict, result.kind) == (Verdict.NOT_RUN, "not_run")
    assert "0 s" in result.message["en"]


def _sleeping(seconds: float, names: tuple[str, ...] = ("add", "sub")) -> Callable[[], Reply]:
    def make() -> Reply:
        inside = honest()

        def reply(request: dict[str, Any], output: Any) -> bytes | None:
            if request.get("name") in names:
                time.sleep(seconds)
            return inside(request, output)

        return reply

    return make


_WORKING_REFERENCE = """
import time
def add(x, y):
    end = time.process_time() + SECONDS
    while time.process_time() < end:
        pass
    return x + y
"""


@pytest.mark.parametrize(("seconds", "verdict"), [("0.0", Verdict.TIMEOUT), ("0.05", Verdict.PASSED)])
def test_limit_of_a_test_follows_from_what_the_reference_needs(seconds: str, verdict: Verdict, trial: Trials) -> None:
    """A student may need many times as much, and a fifth of a second here at least."""
    suite = Suite(files={}, sha256="", reference=_WORKING_REFERENCE.replace("SECONDS", seconds))
    attempt = trial(reply=_sleeping(0.5), suite=suite, limits=Limits(least_test_s=0.2))
    assert attempt.judge(make_spec("a"), _adds).verdict is verdict


def test_only_candidate_may_take_what_the_assignment_allows(trial: Trials) -> None:
    """Its first use of much of torch takes seconds, which the reference's does not."""
    suite = Suite(files={}, sha256="", reference=_ADD)
    limits = Limits(least_test_s=0.1)
    attempt = trial(reply=_sleeping(0.4), suite=suite, limits=limits, only_one_candidate=True)
    assert attempt.judge(make_spec("a"), _adds).verdict is Verdict.PASSED


def test_limit_of_a_test_is_never_over_the_assignments(trial: Trials) -> None:
    suite = Suite(files={}, sha256="", reference=_WORKING_REFERENCE.replace("SECONDS", "1.0"))
    attempt = trial(reply=_sleeping(0.6), suite=suite, limits=Limits(least_test_s=0.1, test_s=0.3))
    assert attempt.judge(make_spec("a"), _adds).verdict is Verdict.TIMEOUT


def test_after_a_timeout_the_next_one_is_not_waited_for_as_long(trial: Trials) -> None:
    suite = Suite(files={}, sha256="", reference=_ADD)
    attempt = trial(
        reply=_never, suite=suite, limits=Limits(least_test_s=0.8), tasks=(make_task("add"), make_task("sub"))
    )
    taken = []
    for name, task in (("a", "add"), ("b", "add"), ("c", "sub")):
        started = time.monotonic()
        assert attempt.judge(make_spec(name, task=task), _adds).verdict is Verdict.TIMEOUT
        taken.append(time.monotonic() - started)
    assert taken[0] >= 0.8
    assert all(0.2 <= seconds < taken[0] for seconds in taken[1:])


# Candidates.


def test_one_candidate_serves_all_tasks_as_long_as_all_passes(trial: Trials) -> None:
    attempt = trial(tasks=(make_task("add"), make_task("sub")))
    for name, task in (("a", "add"), ("b", "add"), ("c", "sub")):
        assert attempt.judge(make_spec(name, task=task), _adds).verdict is Verdict.PASSED
    assert (attempt.asked("load"), attempt.asked("outline"), attempt.source.spawned) == (1, 1, 1)


_SPOILT_BY_ADD = """
import time
calls = []
def add(x, y):
    calls.append(x)
    return x + y
def sub(x, y):
    if calls:
        REACTION
    return x + y
"""


@pytest.mark.parametrize(
    "reaction", ["return 0", "raise ValueError", "raise SystemExit", "__import__('time').sleep(1)"]
)
def test_task_that_another_one_spoils_is_judged_again_in_a_fresh_candidate(reaction: str, trial: Trials) -> None:
    source = _SPOILT_BY_ADD.replace("REACTION", reaction)
    attempt = trial(source, tasks=(make_task("add"), make_task("sub")))
    assert attempt.judge(make_spec("a"), _adds).verdict is Verdict.PASSED
    result = attempt.judge(make_spec("b", task="sub"), lambda student: assert_close(student.sub(1, 2), 3))
    assert result.verdict is Verdict.PASSED
    assert (attempt.asked("load"), attempt.source.spawned) == (2, 2)
    assert attempt.source.dropped + attempt.source.ended == [1]


def test_second_judgement_is_what_is_told(trial: Trials) -> None:
    """What an answer to other tasks' requests changed would be told of in a first one, with its inputs."""
    source = "seen = []\ndef add(x, y):\n    seen.append(x)\n    return x + y\n"
    source += "def sub(x, y):\n    print(seen)\n    raise ValueError(f'saw {seen}')\n"
    attempt = trial(source, tasks=(make_task("add"), make_task("sub")), feedback=Feedback.TERSE)
    attempt.judge(make_spec("a"), lambda student: assert_close(student.add(4321, 1), 4322))
    spec = make_spec("b", task="sub", visibility=Visibility.VISIBLE)
    result = attempt.judge(spec, lambda student: assert_close(student.sub(1, 2), 3))
    assert (result.verdict, result.message["en"]) == (Verdict.ERROR, "`ValueError` was raised: saw []")


def test_visible_test_that_prints_among_other_tasks_is_judged_again(trial: Trials) -> None:
    """What it prints may be what a hidden test of another task asked; from a fresh candidate it cannot be."""
    attempt = trial(reply=_talking, tasks=(make_task("add"), make_task("sub")))
    attempt.judge(make_spec("a"), _adds)
    assert attempt.source.spawned == 1
    result = attempt.judge(make_spec("b", task="sub", visibility=Visibility.VISIBLE), _adds)
    assert (result.verdict, attempt.source.spawned) == (Verdict.PASSED, 2)
    assert attempt.examiner.output.count("call") == 1


def test_hidden_test_that_prints_among_other_tasks_is_not_judged_again(trial: Trials) -> None:
    attempt = trial(reply=_talking, tasks=(make_task("add"), make_task("sub")))
    for task in ("add", "sub"):
        attempt.judge(make_spec(task, task=task), _adds)
    assert attempt.source.spawned == 1


def test_task_behind_a_wrong_one_is_judged_once(trial: Trials) -> None:
    source = "def add(x, y):\n    return 0\nsub = add\nmul = add\n"
    attempt = trial(source, tasks=tuple(make_task(name) for name in ("add", "sub", "mul")))
    for task in ("add", "sub", "mul"):
        assert attempt.judge(make_spec(task, task=task), _adds).verdict is Verdict.FAILED
    assert attempt.source.spawned == 3
    assert attempt.asked("call") == 3


def test_only_candidate_serves_all_tasks_whatever_happens(trial: Trials) -> None:
    source = "def add(x, y):\n    return 0\nsub = add\n"
    attempt = trial(source, tasks=(make_task("add"), make_task("sub")), only_one_candidate=True)
    for task in ("add", "sub"):
        assert attempt.judge(make_spec(task, task=task), _adds).verdict is Verdict.FAILED
    assert (attempt.asked("load"), attempt.asked("call"), attempt.source.spawned) == (1, 2, 1)


def _with_bans(*bans: str) -> tuple[Task, ...]:
    tasks = (make_task("add"), make_task("sub"))
    return tuple(msgspec.structs.replace(task, forbid=(ban,)) for task, ban in zip(tasks, bans, strict=True))


def test_each_task_has_its_own_bans_in_the_candidate_that_serves_all(trial: Trials) -> None:
    attempt = trial(tasks=_with_bans("library.cumsum", "library.cumprod"), forbid=("library.sort",))
    for task in ("add", "sub"):
        for name in ("a", "b"):
            attempt.judge(make_spec(f"{task} {name}", task=task), _adds)
    (load,) = (request for request in attempt.source.requests if request["do"] == "load")
    assert load["stubs"] == ["library.sort", "library.cumsum", "library.cumprod"]
    calls = [request.get("forbid") for request in attempt.source.requests if request["do"] == "call"]
    assert calls == [["library.sort", "library.cumsum"], None, ["library.sort", "library.cumprod"], None]


def _deaf_once() -> Reply:
    """Cannot read its first call, as where code has changed what reads."""
    inside, heard = honest(), [False]

    def reply(request: dict[str, Any], output: Any) -> bytes | None:
        if request["do"] == "call" and not heard[0]:
            heard[0] = True
            return pack(codec.encode({"id": None, "lost": {}}))
        return inside(request, output)

    return reply


def test_bans_are_told_again_where_the_request_that_told_them_was_lost(trial: Trials) -> None:
    attempt = trial(reply=_deaf_once, forbid=("library.sort",))
    for name in ("a", "b"):
        attempt.judge(make_spec(name), _adds)
    calls = [request.get("forbid") for request in attempt.source.requests if request["do"] == "call"]
    assert calls == [["library.sort"], ["library.sort"]]


def test_fresh_candidate_of_a_task_knows_nothing_of_the_bans_of_others(trial: Trials) -> None:
    """A stub that only stands there is not quite what it stands for, and a wrong verdict could come of it."""
    wrong = "def add(x, y):\n    return 0\nsub = add\n"
    attempt = trial(wrong, tasks=_with_bans("library.cumsum", "library.cumprod"))
    for task in ("add", "sub"):
        assert attempt.judge(make_spec(task, task=task), _adds).verdict is Verdict.FAILED
    loads = [request["stubs"] for request in attempt.source.requests if request["do"] == "load"]
    assert loads == [["library.cumsum", "library.cumprod"], ["library.cumsum"], ["library.cumprod"]]


def _upset_by_stubs() -> Reply:
    inside = honest()

    def reply(request: dict[str, Any], output: Any) -> bytes | None:
        if request["do"] == "load" and len(request["stubs"]) > 1:
            return saying({"error": {"types": ["TypeError"], "message": "not a built-in"}})(request, output)
        return inside(request, output)

    return reply


def test_file_that_cannot_be_imported_among_all_bans_is_imported_among_a_tasks_own(trial: Trials) -> None:
    attempt = trial(reply=_upset_by_stubs, tasks=_with_bans("library.cumsum", "library.cumprod"))
    assert attempt.judge(make_spec("a"), _adds).verdict is Verdict.PASSED
    assert attempt.asked("load") == 2


def test_candidate_never_hears_a_tests_name_title_or_expected_value(trial: Trials) -> None:
    attempt = trial()
    attempt.judge(make_spec("test_secret.py::test_name", title="A secret title"), _adds)
    assert "secret" not in repr(attempt.source.requests)


def test_candidate_is_seeded_once_a_test_and_otherwise_in_every_test(trial: Trials) -> None:
    attempt = trial()
    for name in ("a", "b"):
        attempt.judge(make_spec(name), _asks_twice)
    seeds = [request["seed"] for request in attempt.source.requests if request["do"] == "call"]
    assert [seed is None for seed in seeds] == [False, True, False, True]
    assert seeds[0] != seeds[2]


def test_inputs_are_the_same_for_the_same_seed_and_test(trial: Trials) -> None:
    def drawn(seed: int, test: str) -> float:
        examiner = trial(seed=seed).examiner
        examiner.turn_to("add")
        assert examiner.begin(make_spec(test)) is None
        return float(examiner.rng().normal())

    assert drawn(1, "a") == drawn(1, "a")
    assert len({drawn(1, "a"), drawn(2, "a"), drawn(1, "b")}) == 3


def _talking() -> Reply:
    """Prints what it is asked to do."""
    inside = honest()

    def reply(request: dict[str, Any], output: Any) -> bytes | None:
        output.sendall(f"{request['do']} ".encode())
        return inside(request, output)

    return reply


def test_hidden_output_goes_to_the_instructor_and_visible_output_to_the_student(trial: Trials) -> None:
    attempt = trial(reply=_talking, explains=True)
    hidden = attempt.judge(make_spec("a"), _adds)
    assert "call" in hidden.details
    assert "call" not in attempt.examiner.output
    visible = attempt.judge(make_spec("b", visibility=Visibility.VISIBLE), _adds)
    assert "call" not in visible.details
    assert attempt.examiner.output.count("call") == 1


def test_hidden_output_goes_to_the_student_with_full_feedback(trial: Trials) -> None:
    attempt = trial(reply=_talking, explains=True, feedback=Feedback.FULL)
    assert "call" not in attempt.judge(make_spec("a"), _adds).details
    assert attempt.examiner.output.count("call") == 1


def test_settings_that_the_file_changes_are_noted_once(trial: Trials) -> None:
    source = "import torch\ntorch.set_grad_enabled(False)\ndef add(x, y):\n    return 0\n"
    attempt = trial(source, tasks=(make_task("add"), make_task("mul")))
    for task in ("add", "mul"):
        attempt.judge(make_spec(task, task=task), _adds)
    assert attempt.asked("load") == 2
    (note,) = attempt.examiner.notes
    assert "(grad mode)" in note["en"]


def test_own_words_of_a_candidate_are_not_noted(trial: Trials) -> None:
    def talking() -> Reply:
        inside = honest()

        def reply(request: dict[str, Any], output: Any) -> bytes | None:
            if request["do"] == "load":
                return pack(codec.encode({"id": request["id"], "ok": ["hidden input", {"grad mode": 1}]}))
            return inside(request, output)

        return reply

    attempt = trial(reply=talking)
    attempt.judge(make_spec(), _adds)
    assert attempt.examiner.notes == ()


def test_details_tell_what_was_asked_answered_and_expected(trial: Trials) -> None:
    files = {Path(__file__).name: Path(__file__).read_bytes()}
    suite = Suite(files=files, sha256="1" * 64)
    wrong = "import torch\ndef add(x, y):\n    return torch.tensor([1.5, 2.5])\n"

    def body(student: Student) -> None:
        assert_close(student.add(torch.ones(2), y=2), torch.tensor([3.0, 3.0]))

    details = trial(wrong, suite=suite, explains=True).judge(make_spec(), body).details.splitlines()
    assert details[:2] == ["asked     add(tensor([1., 1.]), y=2)", "answered  tensor([1.5000, 2.5000])"]
    line = "assert_close(student.add(torch.ones(2), y=2), torch.tensor([3.0, 3.0]))"
    assert [part for part in details if part.startswith("test_examiner.py:")][-1].endswith(line)
    assert "Mismatch: the result has the wrong values" in details
    assert "expected [3, 3]" in details


def test_details_tell_an_exception_with_its_message(trial: Trials) -> None:
    wrong = "def add(x, y):\n    raise ValueError('seen only by instructors')\n"
    result = trial(wrong, explains=True).judge(make_spec(), _adds)
    assert "seen only by instructors" in result.details
    assert "seen only" not in result.message["en"]


def test_details_are_not_made_unless_the_job_asks_for_them(trial: Trials) -> None:
    result = trial("def add(x, y):\n    print('printed')\n").judge(make_spec(), _adds)
    assert (result.verdict, result.details) == (Verdict.FAILED, "")


def test_candidate_that_dies_before_anything_ran_in_it_is_nobodys_fault(trial: Trials) -> None:
    attempt = trial(reply=lambda: lambda request, output: None, greets=False)
    with pytest.raises(EngineError, match="before anything ran in it"):
        attempt.judge(make_spec(), _adds)


def test_candidate_that_hangs_before_anything_ran_in_it_is_nobodys_fault(trial: Trials) -> None:
    attempt = trial(reply=lambda: lambda request, output: b"", greets=False, limits=Limits(import_s=0.2))
    with pytest.raises(EngineError, match="hung before anything ran in it"):
        attempt.judge(make_spec(), _adds)


def test_parser_that_dies_is_a_fault_of_the_file(trial: Trials) -> None:
    result = trial(reply=lambda: lambda request, output: None).judge(make_spec(), _adds)
    assert (result.verdict, result.kind) == (Verdict.CRASHED, "import")


def test_student_fixture_needs_a_test(trial: Trials) -> None:
    with pytest.raises((RuntimeError, CandidateFault)):
        trial().examiner.student().add(1, 2)
