"""Judges a task inside a running notebook: what a generated test cell calls, in Jupyter and in nbgrader's autograde.

The tests, their order, seeds and weights, and the words about them are those of `learn check`. But the student's code
runs beside them in the kernel's own process, so it can read and change everything here. What it is told is feedback; a
grade that must hold against hostile code comes from `learn grade`.
"""

from __future__ import annotations

import contextlib
import hashlib
import io
import os
import sys
import types
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from grader.language import choose_language, in_language
from grader.models import Answer, Feedback, Job, Limits, Report, Submission, Suite, Task, TaskReport
from grader.rendering.cells import cell_text, hidden_text
from grader.runtime.trusted.template import judge_once
from grader.runtime.untrusted.candidate import Candidate
from grader.runtime.wire import codec
from grader.runtime.wire.generators import kept_generators
from grader.runtime.wire.settings import torchs_own
from grader.scores import score_tasks
from grader.submission.notebooks.sifting import sift
from grader.suite.plain import ThreadSource

__all__ = ["judge"]

_SEED = 0  # the same for every student and every run: a grade must not change when autograde runs again
_NOTEBOOK = "notebook"


def judge(
    task: str,
    tests: Mapping[str, str],
    *,
    points: float,
    signature: str,
    all_tasks: Sequence[str],
    forbid: Sequence[str] = (),
    feedback: str = Feedback.TERSE.value,
    limits: Mapping[str, Any] | None = None,
    languages: Sequence[str] = ("en", "zh"),
) -> float:
    """Judges a task of the running notebook, prints what is wrong, and returns its points.

    nbgrader takes the number that a test cell ends with as the cell's points.

    Args:
        tests: the text of each file of the suite; none where students get none.
        points: what the task is worth.
        signature: as the statement gives it.
        all_tasks: what the assignment asks for.
        forbid: names that the code may not use.
        limits: of time; what is left out is as in any assignment.
        languages: that the tests speak, in their order.

    Raises:
        RuntimeError: if the tests themselves failed, which is not the student's fault.
    """
    language = choose_language(None, os.environ, languages)
    if not tests:
        print(hidden_text(language))
        return 0.0
    asked = Task(name=task, points=float(points), signature=signature, forbid=tuple(forbid))
    files = {name: text.encode() for name, text in tests.items()}
    source = _source_so_far(tuple(all_tasks)).encode()
    job = Job(
        suite=Suite(files=files, languages=tuple(languages), sha256=_sha256(*files.values())),
        submission=Submission(file_name=_NOTEBOOK, source=source, sha256=_sha256(source)),
        tasks=(asked,),
        all_tasks=tuple(all_tasks),
        forbid=(),
        limits=Limits(**(limits or {})),
        feedback=Feedback(feedback),
        seed=_SEED,
    )
    with _quiet(), _own_modules(files), kept_generators(), torchs_own() as changed:
        answer = judge_once(job, ThreadSource(_KernelCandidate(sys.modules["__main__"], changed)))
    if answer.problem is not None:
        raise RuntimeError(f"The tests of `{task}` could not be run. This is not your fault.\n{answer.problem}")
    scored = score_tasks(job.tasks, answer, job.submission, language)
    print(cell_text(_report(job, answer, scored, language)))
    return scored[0].score


class _KernelCandidate(Candidate):
    """Answers for the namespace of the notebook, where the code was loaded when its cells ran.

    Args:
        changed: the settings of torch that the cells changed.
    """

    def __init__(self, module: types.ModuleType, changed: list[str]) -> None:
        super().__init__(module)
        self._changed = changed

    def answer(self, request: dict[str, Any]) -> bytes:
        if request["do"] == "load":
            return codec.encode({"id": request["id"], "ok": self._changed})
        return super().answer(request)


def _source_so_far(names: tuple[str, ...]) -> str:
    """Returns the text of what the tasks consist of, as far as its cells were run: forbidden names are found in it."""
    shell = sys.modules["__main__"].__dict__.get("get_ipython", lambda: None)()
    history = shell.history_manager.input_hist_parsed if shell is not None else []
    cells = [
        {"number": number, "source": text, "kind": "code", "is_answer": False} for number, text in enumerate(history)
    ]
    sifted = sift(cells, list(names))
    futures = [f"from __future__ import {', '.join(sifted['futures'])}"] if sifted["futures"] else []
    return "\n".join([*futures, *(part["source"] for part in sifted["parts"])]) + "\n"


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """Lets nothing out that is printed meanwhile: nbgrader takes any output on stderr for a failure.

    That holds for what torch's own libraries write past Python, too.
    """
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        kept = os.dup(2)
        null = os.open(os.devnull, os.O_WRONLY)
        try:
            os.dup2(null, 2)
            yield
        finally:
            os.dup2(kept, 2)
            os.close(kept)
            os.close(null)


@contextlib.contextmanager
def _own_modules(files: Mapping[str, bytes]) -> Iterator[None]:
    """Lets the modules of a suite come and go: another task brings files of the same names."""
    names = {name.removesuffix(".py").rpartition("/")[2] for name in files}
    kept = {name: sys.modules.pop(name) for name in names if name in sys.modules}
    path, writes_no_bytecode = list(sys.path), sys.dont_write_bytecode
    autoload = os.environ.get("PYTEST_DISABLE_PLUGIN_AUTOLOAD")
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    try:
        yield
    finally:
        for name in names:
            sys.modules.pop(name, None)
        sys.modules.update(kept)
        sys.path[:], sys.dont_write_bytecode = path, writes_no_bytecode
        if autoload is None:
            del os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"]


def _report(job: Job, answer: Answer, tasks: tuple[TaskReport, ...], language: str) -> Report:
    return Report(
        language=language,
        assignment=_NOTEBOOK,
        student=None,
        notes=tuple(in_language(note, language) for note in answer.notes),
        graded=True,
        score=tasks[0].score,
        max_score=tasks[0].max_score,
        seed=job.seed,
        sandbox=_NOTEBOOK,
        device=answer.device,
        submission_sha256=job.submission.sha256,
        suite_sha256=job.suite.sha256,
        image=None,
        duration_s=answer.duration_s,
        tasks=tasks,
        output="",
        problem=None,
    )


def _sha256(*contents: bytes) -> str:
    return hashlib.sha256(b"".join(contents)).hexdigest()
