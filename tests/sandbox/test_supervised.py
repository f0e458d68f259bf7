"""The host's side: an answer counts when it came whole, and a sandbox that was not swept is not used again."""

from __future__ import annotations

from collections import deque

import msgspec
import pytest

from grader.errors import SandboxDiedError, SandboxMemoryError
from grader.models import Answer
from grader.runtime.wire.frames import FrameError, Stream, pack
from grader.runtime.wire.protocol import PROTOCOL_VERSION, Ready, Swept
from grader.sandbox.supervised import Supervised
from tests.support.factories import make_job

_JOB = make_job()
_READY = Ready(protocol=PROTOCOL_VERSION, torch="2.13", python="3.12")


class _Script(Stream):
    """Says what it is told to, and keeps what it hears."""

    def __init__(self, *messages: object) -> None:
        super().__init__()
        self._said = deque(messages)
        self.heard = 0

    def _write(self, data: bytes) -> None:
        self.heard += 1

    def _read(self, timeout_s: float | None) -> bytes:
        if not self._said:
            raise FrameError("the other side is gone")
        message = self._said.popleft()
        if isinstance(message, BaseException):
            raise message
        return pack(msgspec.msgpack.encode(message))


class _Sandbox(Supervised):
    @property
    def name(self) -> str:
        return "fake"

    def _death(self, error: FrameError) -> SandboxDiedError:
        return SandboxDiedError(f"it died: {error}")


def _greeted(*messages: object) -> tuple[_Sandbox, _Script]:
    sandbox, script = _Sandbox(), _Script(_READY, *messages)
    sandbox._greet(script)
    return sandbox, script


def test_sandbox_is_reusable_once_it_was_greeted() -> None:
    assert not _Sandbox().is_reusable
    assert _greeted()[0].is_reusable


def test_sandbox_of_another_protocol_is_refused_with_what_to_do() -> None:
    sandbox = _Sandbox()
    with pytest.raises(SandboxDiedError, match="learn image build"):
        sandbox._greet(_Script(Ready(protocol=PROTOCOL_VERSION + 1, torch="", python="")))
    assert not sandbox.is_reusable


@pytest.mark.parametrize("message", [{"odd": 1}, FrameError("no answer in time")], ids=["another message", "silence"])
def test_sandbox_that_does_not_greet_is_dead(message: object) -> None:
    with pytest.raises(SandboxDiedError):
        _Sandbox()._greet(_Script(message))


def test_sandbox_answers_before_it_was_swept_and_is_used_again_after() -> None:
    sandbox, _ = _greeted(Answer(output="a"), Swept(), Answer(output="b"), Swept())
    assert sandbox.grade(_JOB).output == "a"
    assert not sandbox.is_reusable
    assert sandbox.settle()
    assert sandbox.grade(_JOB).output == "b"


@pytest.mark.parametrize(
    "message",
    [Swept(problem="a process is left"), FrameError("the other side is gone"), Answer()],
    ids=["something left", "gone", "another message"],
)
def test_sandbox_that_was_not_swept_clean_is_not_used_again(message: object) -> None:
    sandbox, script = _greeted(Answer(), message, Answer())
    sandbox.grade(_JOB)
    assert not sandbox.settle()
    heard = script.heard
    with pytest.raises(SandboxDiedError, match="cannot take another"):
        sandbox.grade(_JOB)
    assert script.heard == heard, "the submission went to a sandbox that is not clean"


@pytest.mark.parametrize(
    "message", [FrameError("the other side is gone"), Swept(), {"odd": 1}], ids=["gone", "swept instead", "odd"]
)
def test_sandbox_that_does_not_answer_is_dead_and_not_used_again(message: object) -> None:
    sandbox, _ = _greeted(message)
    with pytest.raises(SandboxDiedError, match="it died"):
        sandbox.grade(_JOB)
    assert not sandbox.settle()


def test_sandbox_without_memory_says_so_and_is_not_used_again() -> None:
    sandbox, _ = _greeted(Answer(problem="the examiner ended with -9", is_out_of_memory=True))
    with pytest.raises(SandboxMemoryError, match="ended with -9"):
        sandbox.grade(_JOB)
    assert not sandbox.settle()


def test_sandbox_is_not_used_again_after_an_interrupt() -> None:
    sandbox, _ = _greeted(KeyboardInterrupt())
    with pytest.raises(KeyboardInterrupt):
        sandbox.grade(_JOB)
    assert not sandbox.settle()


def test_sandbox_that_was_never_started_takes_no_submission() -> None:
    with pytest.raises(SandboxDiedError):
        _Sandbox().grade(_JOB)
