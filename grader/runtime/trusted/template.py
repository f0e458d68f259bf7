"""An examiner template: a process that has collected one suite and forks an examiner for each submission."""

from __future__ import annotations

import gc
import os
import shutil
import signal
import socket
import sys
import tempfile
import traceback
from collections.abc import Callable
from pathlib import Path

import pytest
import torch

from grader.models import Answer, Job, Suite
from grader.runtime.trusted.examiner import Examiner
from grader.runtime.trusted.link import CandidateSource
from grader.runtime.trusted.plugin import PYTEST_ARGUMENTS, SuitePlugin
from grader.runtime.wire.faults import EngineError
from grader.runtime.wire.frames import DescriptorStream, FrameError, Stream

__all__ = ["Template", "judge_once"]

_GRACE_S = 60.0


class Template:
    """The supervisor's handle on one template process.

    Args:
        suite: whose files it collects.
        source: where the examiners get their candidates.
        close_in_child: called in the forked process first, to let go of what a template must not hold.
    """

    def __init__(self, suite: Suite, source: CandidateSource, close_in_child: Callable[[], None]) -> None:
        ours, theirs = socket.socketpair()
        self._pid = os.fork()
        if self._pid == 0:
            try:
                ours.close()
                close_in_child()
                _run(suite, source, DescriptorStream(theirs.fileno(), theirs.fileno()))
            finally:
                os._exit(1)
        theirs.close()
        self._socket = ours
        self._stream = DescriptorStream(ours.fileno(), ours.fileno())

    def judge(self, job: Job) -> Answer:
        """Returns an examiner's answer. A template that failed to give one is of no further use.

        Raises:
            FrameError: if the template died or the examiner overran every clock.
        """
        self._stream.send(job)
        return self._stream.receive(Answer, job.limits.import_s * 2 + job.limits.total_s + _GRACE_S)

    def forget(self) -> None:
        """Lets go of a template that another process owns."""
        self._socket.close()

    def close(self) -> None:
        self._socket.close()
        os.kill(self._pid, signal.SIGKILL)
        os.waitpid(self._pid, 0)


def judge_once(job: Job, source: CandidateSource) -> Answer:
    """Collects the suite in this process and judges one submission, where processes cannot fork."""
    answers: list[Answer] = []
    _collect(job.suite, lambda plugin: answers.append(_judge(plugin, job, source, only_one_candidate=True)))
    return answers[0] if answers else Answer(problem="pytest ended without collecting the suite")


def _run(suite: Suite, source: CandidateSource, stream: Stream) -> None:
    served: list[bool] = []

    def serve(plugin: SuitePlugin) -> None:
        served.append(True)
        _serve(plugin, source, stream)

    problem = _collect(suite, serve)
    if not served:
        stream.receive(Job)
        stream.send(Answer(problem=problem))


def _collect(suite: Suite, serve: Callable[[SuitePlugin], None]) -> str:
    """Runs pytest over the suite's files, which are gone from the disk again before anybody is judged."""
    folder = Path(tempfile.mkdtemp(prefix="gradus-suite-"))  # mode 700

    def serve_without_files(plugin: SuitePlugin) -> None:
        shutil.rmtree(folder, ignore_errors=True)
        serve(plugin)

    plugin = SuitePlugin(suite, serve_without_files)
    try:
        for name, content in suite.files.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        sys.dont_write_bytecode = True
        code = pytest.main([*PYTEST_ARGUMENTS, "--rootdir", str(folder), "-c", os.devnull, str(folder)], [plugin])
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return plugin.problem or f"pytest ended with {code!r}"


def _serve(plugin: SuitePlugin, source: CandidateSource, stream: Stream) -> None:
    gc.freeze()  # a later collection would touch, and so copy, every page that is shared with the forks
    while True:
        try:
            job = stream.receive(Job)
        except FrameError:
            os._exit(0)
        pid = os.fork()
        if pid == 0:
            gc.disable()  # a process of a fraction of a second has no time for collections
            try:
                stream.send(_judge(plugin, job, source, only_one_candidate=job.device != "cpu"))
                os._exit(0)
            finally:
                os._exit(1)
        _, status = os.waitpid(pid, 0)
        if status:
            stream.send(Answer(problem=f"the examiner ended with {os.waitstatus_to_exitcode(status)}"))
        plugin.mutants.prepare()  # after an answer, when nobody waits


def _judge(plugin: SuitePlugin, job: Job, source: CandidateSource, *, only_one_candidate: bool) -> Answer:
    if plugin.problem:
        return Answer(problem=plugin.problem)
    if job.device != "cpu" and not torch.cuda.is_available():
        return Answer(problem=f"The sandbox sees no `{job.device}` device. Run `learn doctor`, or use `--device cpu`.")
    try:
        return plugin.judge(job, Examiner(job, source, only_one_candidate=only_one_candidate))
    except (Exception, EngineError):  # a bug of ours must reach the host as one, and never as a zero
        return Answer(problem=f"the examiner failed:\n{traceback.format_exc()}")
