"""The first process of a sandbox: imports torch once, forks the nursery, then passes jobs to examiner templates.

It owns the stream to the host (stdin and stdout). After each answer it has the nursery sweep, and says whether the
sandbox is as it was.

    host -> Job        supervisor -> Ready, then for each job Answer, Swept
"""

from __future__ import annotations

import gc
import os
import sys
import tempfile
from collections import OrderedDict
from pathlib import Path

import msgspec
import pytest  # noqa: F401 - imported here once, for every template
import torch

from grader.models import Answer, Job
from grader.runtime.processes.interpreters import FreshInterpreters
from grader.runtime.processes.memory import oom_kills
from grader.runtime.trusted.compare import assert_close
from grader.runtime.trusted.rng import Rng
from grader.runtime.trusted.template import Template, judge_once
from grader.runtime.wire import codec
from grader.runtime.wire.frames import DescriptorStream, FrameError, Stream
from grader.runtime.wire.protocol import PROTOCOL_VERSION, Ready, Swept

if os.name == "posix":
    from grader.runtime.processes.nursery import start_nursery
    from grader.runtime.processes.nursery_client import NurseryClient, NurseryError

__all__ = ["main"]

_MAX_TEMPLATES = 8


def main() -> None:
    """Serves jobs until the host hangs up. Arguments: `--isolate` (a container), `--fresh` (no forks)."""
    stream = _take_over_stream()
    torch.set_num_threads(1)
    if "--fresh" in sys.argv:
        _serve_without_forks(stream)
    else:
        _serve(stream, isolate="--isolate" in sys.argv)


def _take_over_stream() -> Stream:
    """Moves the stream away from fd 0 and 1, so that no stray print can get into it."""
    stream = DescriptorStream(os.dup(0), os.dup(1))
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.dup2(2, 1)
    os.close(nothing)
    return stream


def _ready() -> Ready:
    return Ready(protocol=PROTOCOL_VERSION, torch=str(torch.__version__), python=sys.version.split()[0])


def _serve(stream: Stream, *, isolate: bool) -> None:
    _warm_up()
    gc.freeze()  # as in a template: no later collection touches what the forks share
    nursery = start_nursery(isolate=isolate)
    templates = _Templates(nursery, stream)
    stream.send(_ready())
    while True:
        try:
            job = stream.receive(Job)
        except FrameError:
            templates.close()
            nursery.close()
            os._exit(0)  # there is nothing to finalize, and torch would take its time
        stream.send(templates.judge(job))
        try:
            stream.send(Swept(problem=nursery.sweep()))
        except NurseryError as error:
            stream.send(Swept(problem=str(error)))


def _serve_without_forks(stream: Stream) -> None:
    """Judges one job in this very process; the host starts another supervisor for the next."""
    stream.send(_ready())
    source = FreshInterpreters(str(Path(__file__).parents[3]))
    try:
        stream.send(judge_once(stream.receive(Job), source))
    finally:
        source.close()
    stream.send(Swept(problem="a sandbox without forks serves one submission"))


def _warm_up() -> None:
    """Runs once what the first submission would otherwise wait for.

    No backward pass: where there is a GPU, its threads would not survive a fork.
    """
    x = Rng(0).normal(2, 3)
    assert_close(codec.decode(codec.encode({"x": [x, x.t()]}), from_candidate=False)["x"][0], x)
    (x @ x.t()).sum().sqrt()
    on_meta = torch.empty(2, device="meta")
    on_meta + on_meta  # the first arithmetic on this device imports torch._dynamo, which takes a second
    tempfile.gettempdir()


class _Templates:
    """The collected suites, the most recently used last."""

    def __init__(self, nursery: NurseryClient, stream: Stream) -> None:
        self._nursery = nursery
        self._stream = stream
        self._by_suite: OrderedDict[str, Template] = OrderedDict()

    def judge(self, job: Job) -> Answer:
        killed_before = oom_kills()
        answer = self._judge(job)
        if answer.problem is not None and oom_kills() > killed_before:
            return msgspec.structs.replace(answer, is_out_of_memory=True)
        return answer

    def _judge(self, job: Job) -> Answer:
        sha256 = job.suite.sha256
        template = self._by_suite.pop(sha256, None) or self._start(job)
        try:
            answer = template.judge(job)
        except FrameError as error:
            template.close()
            return Answer(problem=f"the examiner gave no answer: {error}")
        self._by_suite[sha256] = template
        return answer

    def close(self) -> None:
        for template in self._by_suite.values():
            template.close()

    def _start(self, job: Job) -> Template:
        if len(self._by_suite) >= _MAX_TEMPLATES:
            self._by_suite.popitem(last=False)[1].close()
        return Template(job.suite, self._nursery, self._let_go)

    def _let_go(self) -> None:
        """Runs in a new template: it keeps no way to the host or to its siblings."""
        self._stream.close()
        for template in self._by_suite.values():
            template.forget()
