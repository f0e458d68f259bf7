"""What is measured has to be the work: the same checks everywhere, each able to fail, and stages that add up."""

from __future__ import annotations

import functools
import json
import os
import re
import sys
from pathlib import Path

import pytest

from benchmarks.bare import cold_time, own_time
from benchmarks.batch import Graded
from benchmarks.checks import Checks
from benchmarks.commands import ROOT, NotMeasuredError, run
from benchmarks.crossings import DoesNotCrossError, crossing
from benchmarks.generated import course_with_answer, course_with_argument, course_with_tests
from benchmarks.gradus import Warm
from benchmarks.growth import _padded
from benchmarks.machine import one_core
from benchmarks.peers import environments
from benchmarks.stages import stages_of
from grader.course.course import Course
from grader.models import Submission
from grader.pipeline import Request, plan
from grader.runtime.wire.codec import MAX_MESSAGE_BYTES
from grader.sandbox.pool import Pool
from grader.sandbox.process import ProcessSandbox

_COURSE = Course(ROOT)
_IN_KERNEL = """
import json, sys
from pathlib import Path
from benchmarks.peers.in_kernel import check, tests_of
suite, answers, *tasks = sys.argv[1:]
def passes(answer, task):
    names = {"__name__": "answer"}
    exec((Path(answers) / answer).read_text(), names)
    try:
        check(suite, task, names)
    except Exception:
        return False
    return True
found = {task: [len(dict(tests_of(Path(suite), task))), passes("right", task), passes("wrong", task)] for task in tasks}
print(json.dumps(found))
"""


@pytest.mark.parametrize("slug", ["broadcasting", "optimizers"])
def test_cells_of_a_notebook_run_every_test_and_each_task_can_fail(slug: str, tmp_path: Path) -> None:
    checks = Checks.of(_COURSE, slug)
    (tmp_path / "right").write_text(checks.right, encoding="utf-8")
    (tmp_path / "wrong").write_text(checks.wrong, encoding="utf-8")
    tasks = [task.name for task in checks.assignment.tasks]
    texts = [path.read_text(encoding="utf-8") for path in checks.suite.glob("test_*.py")]

    found = json.loads(run([sys.executable, "-c", _IN_KERNEL, checks.suite, tmp_path, *tasks]))
    assert sum(count for count, _, _ in found.values()) == len(re.findall(r"^def test_", "".join(texts), re.M))
    assert {task: marks[1:] for task, marks in found.items()} == dict.fromkeys(tasks, [True, False])


_NOTED = """
from grader.suite import Rng, Student, task
pytestmark = task("note")

def test_first(student: Student) -> None:
    student.note("first")
    raise AssertionError

def test_second(student: Student, rng: Rng) -> None:
    student.note(f"second {rng.permutation(3).numel()}")

@task("other")
def test_third(student: Student) -> None:
    student.note("third")
"""


_NOTING = """
import sys
from benchmarks.peers.in_kernel import check
for task in ("note", "another"):
    try:
        check(sys.argv[1], task, {"note": print})
    except Exception as error:
        print(type(error).__name__)
"""


def test_cell_runs_all_tests_of_its_task_and_then_fails(tmp_path: Path) -> None:
    (tmp_path / "test_noted.py").write_text(_NOTED)

    printed = run([sys.executable, "-c", _NOTING, tmp_path])
    assert printed.split("\n") == ["first", "second 3", "AssertionError", "LookupError", ""]


@pytest.mark.parametrize("slug", ["broadcasting", "bptt"])
def test_suite_passes_without_a_boundary(slug: str) -> None:
    checks = Checks.of(_COURSE, slug)

    assert 0.0 < own_time(checks, 1) < cold_time(checks)


def test_wrong_answer_is_not_measured(tmp_path: Path) -> None:
    checks = course_with_tests(tmp_path, 2)
    wrong = checks.right.replace("x * factor", "x + factor")

    with pytest.raises(NotMeasuredError, match=r"0\.0 of 10\.0 points"):
        Warm(checks, ProcessSandbox, source=wrong)
    checks.solution.write_text(wrong, encoding="utf-8")
    with pytest.raises(NotMeasuredError, match="ended with code 1"):
        own_time(checks, 1)


def test_submissions_in_a_row_are_judged_and_timed(tmp_path: Path) -> None:
    warm = Warm(course_with_tests(tmp_path, 3), functools.partial(ProcessSandbox), jobs=2)
    try:
        assert 0.0 < warm.seconds() < 5.0
    finally:
        warm.close()


def test_tensors_cross_up_to_the_cap_and_what_is_over_it_says_so(tmp_path: Path) -> None:
    with Pool(ProcessSandbox) as pool:
        for number, write in enumerate((course_with_argument, course_with_answer)):
            assert 0.0 < crossing(write(tmp_path / f"{number}-small", 1000), pool) < 5.0
            with pytest.raises(DoesNotCrossError, match="more than 64 MiB"):
                crossing(write(tmp_path / f"{number}-large", MAX_MESSAGE_BYTES + 1), pool)


def test_file_is_padded_with_code_to_its_size() -> None:
    padded = _padded(Checks.of(_COURSE, "broadcasting").right, 50_000)

    assert 50_000 <= len(padded.encode()) < 50_500
    compile(padded, "<padded>", "exec")


def test_one_core_is_given_back() -> None:
    before = os.sched_getaffinity(0)
    with one_core():
        assert len(os.sched_getaffinity(0)) == 1
    assert os.sched_getaffinity(0) == before


@pytest.mark.parametrize(
    ("command", "message"),
    [
        (["no-such-program"], "`no-such-program` could not be started: No such file"),
        ([sys.executable, "-c", "import sys; sys.exit('no network')"], "ended with code 1: no network"),
    ],
    ids=["missing", "failing"],
)
def test_program_that_does_not_run_is_told_in_a_sentence(command: list[str], message: str) -> None:
    with pytest.raises(NotMeasuredError, match=message):
        run(command)


@pytest.mark.parametrize("name", environments.NAMES)
def test_versions_of_a_peer_are_pinned(name: str) -> None:
    assert all(re.fullmatch(r"[\d.]+", version) for version in environments.pins_of(name).values())


def test_stages_account_for_a_submission() -> None:
    course = Course(Path(__file__).parent / "courses" / "proved")
    sums = course.assignment("sums")
    source = course.solution(sums).read_bytes().replace(b"total + value", b"total - value")
    request = Request(course=course, assignment=sums, tasks=sums.tasks, seed=1)

    costs = stages_of(request, plan(request, Submission.of(sums.file_name, source)), rounds=2, jobs=2)
    assert {name for name, cost in costs.items() if not cost.calls} <= {"nursery: rehearsals", "nursery: forks"}
    assert (costs["examiner: load"].calls, costs["candidate: load"].calls, costs["examiner: outline"].calls) == (
        2,
        2,
        1,
    )
    examiner = sum(cost.wall_s for name, cost in costs.items() if name.startswith("examiner"))
    assert 0.0 < examiner < costs["host: answer"].wall_s


def test_first_submissions_of_a_grading_do_not_count() -> None:
    graded = Graded(done_s=(5.0, 6.0, 7.0, 8.0, 8.5, 9.0), command_mib=1.0, looks_mib=(), jobs=2)
    assert graded.steady_s == pytest.approx((9.0 - 7.0) / 3)
    assert Graded(done_s=(1.0, 2.0, 3.0), command_mib=1.0, looks_mib=(), jobs=1).steady_s == pytest.approx(1.0)
