"""Hostile submissions against the real container: none earns more than its honest code earns.

Each file in `cases/` replaces the function `second`, whose right answer stands in the suite alone, and names in its
head the verdicts that it may get. The honest rest of the file must keep its points, and so must the next submission
in the same container.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from grader.course.course import Course
from grader.models import Answer, Job, Suite, Verdict
from grader.pipeline import Request, plan, score
from grader.submission.intake import read_submission

pytest.importorskip("docker", reason="needs `pip install 'gradus-torch[docker]'`")
from grader.runtime.processes.leftovers import CANDIDATE_UIDS  # noqa: E402
from grader.sandbox.docker import DockerSandbox  # noqa: E402
from grader.sandbox.image import connect  # noqa: E402

pytestmark = pytest.mark.docker

_HERE = Path(__file__).parent
_CASES = sorted(path for path in (_HERE / "cases").glob("*.py") if not path.name.startswith("_"))
_COURSE = Course(_HERE.parent / "courses" / "vault")
_VAULT = _COURSE.assignment("vault")


@pytest.fixture(scope="module")
def sandbox() -> Iterator[DockerSandbox]:
    container = DockerSandbox(_VAULT.limits)
    container.start()
    yield container
    container.close()


@pytest.fixture
def living_sandbox(sandbox: DockerSandbox) -> DockerSandbox:
    if not sandbox.settle():
        sandbox.close()
        sandbox.start()
    return sandbox


def _submission(tmp_path: Path, case: str) -> Path:
    parts = [(_HERE / "cases" / name).read_text() for name in ("_honest.py", "_hunter.py")]
    path = tmp_path / "vault.py"
    path.write_text("\n".join([*parts, case]))
    return path


def _job(path: Path, case: str = "") -> Job:
    request = Request(course=_COURSE, assignment=_VAULT, tasks=_VAULT.tasks, seed=11)
    job = plan(request, read_submission(path, _VAULT))
    head = re.search(r"^# limits: (.*)$", case, re.MULTILINE)
    own = {name: float(value) for name, value in re.findall(r"(\w+)=([\d.]+)", head.group(1))} if head else {}
    limits = msgspec.convert({**msgspec.to_builtins(job.limits), **own}, type(job.limits), strict=False)
    return msgspec.structs.replace(job, limits=limits)


def _points(job: Job, answer: Answer) -> dict[str, float]:
    return {task.task: task.score for task in score(job, answer)}


def _verdicts_of_second(answer: Answer) -> set[Verdict]:
    values = {"test_second_multiplies", "test_second_multiplies_large_numbers"}
    return {result.verdict for result in answer.results if result.test.split("::")[1] in values}


def _processes_of_candidates(sandbox: DockerSandbox) -> list[str]:
    """Returns the lines of `ps` about candidates, a zombie that has other threads among them."""
    assert sandbox.container_id is not None
    with contextlib.closing(connect()) as client:
        listed = client.containers.get(sandbox.container_id).top(ps_args="-eo uid,nlwp,stat,pid")["Processes"]
    return [
        " ".join(line) for line in listed if int(line[0]) in CANDIDATE_UIDS and (line[2][0] != "Z" or line[1] != "1")
    ]


@pytest.mark.parametrize("path", _CASES, ids=lambda path: path.stem)
def test_attack_earns_nothing_and_harms_nobody(path: Path, living_sandbox: DockerSandbox, tmp_path: Path) -> None:
    case = path.read_text()
    allowed = {Verdict(word) for word in re.findall(r"\w+", case.split("# verdict:")[1].split("\n")[0])}
    job = _job(_submission(tmp_path, case), case)

    answer = living_sandbox.grade(job)

    assert answer.problem is None
    assert _points(job, answer) == {"first": 30.0, "second": 0.0, "third": 30.0}
    assert _verdicts_of_second(answer) <= allowed | {Verdict.NOT_RUN}
    messages = [text for result in answer.results for text in result.message.values()]
    assert "smuggled" not in answer.output + "".join(messages)
    assert living_sandbox.settle(), "something was left behind in the container"
    assert len(_processes_of_candidates(living_sandbox)) <= 8, "more run on than the spares"
    honest = _job(_submission(tmp_path, "def second(x):\n    return 3.718281828 * x\n"))
    assert _points(honest, living_sandbox.grade(honest)) == {
        "first": 30.0,
        "second": pytest.approx(80 / 3, abs=1e-3),
        "third": 30.0,
    }


def test_hunters_find_the_factor_where_it_is_within_reach(living_sandbox: DockerSandbox, tmp_path: Path) -> None:
    """Without this, the hunting cases would pass with a hunter that is blind."""
    for name in ("memory_own", "gc_objects"):
        hunter = (_HERE / "cases" / f"{name}.py").read_text()
        planted = f'{hunter}\n_PLANTED = ["VAULT_" + "FACTOR = 3.718281828"]\nPLANTED = _PLANTED[0]\n'
        job = _job(_submission(tmp_path, planted))
        assert _points(job, living_sandbox.grade(job))["second"] > 0, name


def test_hunters_find_nothing_of_earlier_jobs(living_sandbox: DockerSandbox, tmp_path: Path) -> None:
    """An earlier suite, an earlier submission: neither ever entered the process that candidates are copies of."""
    honest = _job(_submission(tmp_path, "EARLIER = 'VAULT_' + 'FACTOR = 2.71828'\n\n\ndef second(x):\n    return x\n"))
    files = {name: content.replace(b"3.718281828", b"2.718280000") for name, content in honest.suite.files.items()}
    living_sandbox.grade(msgspec.structs.replace(honest, suite=Suite(files=files, sha256="earlier")))
    hunter = (_HERE / "cases" / "memory_own.py").read_text()
    exposing = hunter.replace("or 1.0)", "or 0.0)")
    job = _job(
        _submission(tmp_path, exposing + "\n\ndef third(x):\n    return x + 1 + (_search(_in_memory('self')) or 0)\n")
    )

    points = _points(job, living_sandbox.grade(job))

    assert points["second"] == 0.0
    assert points["third"] == 30.0, "the hunter found a factor of an earlier job"
