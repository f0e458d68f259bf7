"""The examiner's end of one candidate: asks, waits with a clock, and believes nothing but decoded values."""

from __future__ import annotations

import re
import select
import signal
import socket
from typing import Any, NamedTuple, Protocol

from grader.models import Limits, Text, Verdict
from grader.runtime.trusted.patience import Patience, RunQueue
from grader.runtime.wire import codec
from grader.runtime.wire.faults import CandidateFault, EngineError, MissingFault, StudentError, student_error_class
from grader.runtime.wire.frames import FrameBuffer, FrameError, pack
from grader.runtime.wire.phrases import say, verbatim

__all__ = ["CandidateLink", "CandidateSource", "Exchange"]

_CHUNK_BYTES = 1 << 16
_CHUNKS_AT_ONCE = 64  # whoever prints without end must not keep the clock from being looked at
_KEPT_OUTPUT_BYTES = 1 << 16
_LAST_BREATH_S = 0.5  # a process closes its sockets a moment before it can be waited for
_SIGKILL = 9
_OF_TORCH = re.compile("not implemented for|not currently implemented|aten::")
_TOLD_TYPES = (
    "builtin_function_or_method complex dict_items dict_keys dict_values filter frozenset function generator map method"
    " module object range reversed set slice type zip numpy.ndarray numpy.bool numpy.bool_ numpy.float32 numpy.float64"
    " numpy.int32 numpy.int64 torch.Tensor torch.nn.modules.linear.Linear torch.nn.modules.container.Sequential"
)
_TOLD_PHRASES = {f"a `{name}`": say("a `{name}`", name=name) for name in _TOLD_TYPES.split()} | {
    codec.TOO_LARGE: say("a value of more than {mib} MiB", mib=codec.MAX_MESSAGE_BYTES // 2**20),
    codec.TOO_DEEP: say("a value nested deeper than {levels} levels", levels=codec.MAX_DEPTH),
    codec.TOO_MANY_PARTS: say("a value of more than {count} parts", count=codec.MAX_NODES),
    codec.TOO_LONG_INT: say("an `int` of too many digits"),
}
_ENDINGS = {
    "SIGSEGV": say("a segmentation fault"),
    "SIGBUS": say("a bus error"),
    "SIGABRT": say("an abort (SIGABRT)"),
    "SIGFPE": say("an arithmetic fault (SIGFPE)"),
    "SIGILL": say("an illegal instruction"),
    "SIGXCPU": say("too much processor time"),
    "SIGXFSZ": say("writing a file over the size limit"),
}


class Exchange(NamedTuple):
    """One request as it was sent and the reply as it came, both encoded."""

    message: bytes
    reply: bytes | None


class CandidateSource(Protocol):
    """Where candidates come from: the nursery, or fresh interpreters where processes cannot fork."""

    def spawn(self, limits: Limits, device: str) -> tuple[int, socket.socket, socket.socket]:
        """Returns a candidate's pid, the socket that it answers on, and the one that carries what it prints."""
        ...

    def end(self, pid: int, patience_s: float = 0.0) -> int | None:
        """Kills a candidate unless it ends within `patience_s`.

        Returns:
            Its own exit code, or minus the signal that ended it; None if it had to be killed.
        """
        ...

    def drop(self, pid: int) -> None:
        """Takes a candidate back that is not needed any more."""
        ...


class CandidateLink:
    """One living candidate.

    Attributes:
        is_usable: whether it can be asked again; false once it failed to answer properly.
        exchange: the last request, and the reply if one came.
    """

    def __init__(self, source: CandidateSource, limits: Limits, device: str) -> None:
        self._source = source
        self._limits = limits
        self._device = device
        self._pid, self._socket, self._output = source.spawn(limits, device)
        self._queue = RunQueue(self._pid)
        self._socket.setblocking(False)
        self._output.setblocking(False)
        self._frames = FrameBuffer(codec.MAX_MESSAGE_BYTES)
        self._number = 0
        self._printed_bytes = 0
        self._printed = bytearray()
        self._watched: list[Any] = [self._socket, self._output]
        self._has_greeted = False
        self.is_usable = True
        self.exchange: Exchange | None = None

    def ask(self, request: dict[str, Any], patience: Patience) -> Any:
        """Sends one request and returns the decoded value.

        Raises:
            StudentError: the student's code raised.
            EngineError: the suite wants to send what does not cross, or the candidate was lost before it ran anything.
            CandidateFault: it has nothing to call, used what is forbidden or went over a limit (the candidate goes
                on), or no proper answer came (it is ended).
        """
        self._number += 1
        try:
            message = codec.encode({"id": self._number, **request})
        except codec.UnsupportedValueError as error:
            raise EngineError(f"the suite sends {error}, which does not cross") from error
        self.exchange = Exchange(message, None)
        patience.begin(self._queue)
        try:
            self._refuse_unasked()
            self._send(pack(message), patience)
            payload = self._receive(patience)
            reply = self._decode(payload)
        except CandidateFault:
            self.close()
            raise
        finally:
            patience.end()
        self.exchange = Exchange(message, payload)
        return self._value_of(reply)

    @property
    def has_overflowed(self) -> bool:
        """Whether it printed more than is looked at."""
        return self._printed_bytes > self._limits.output_mib * 2**20

    def take_output(self) -> str:
        """Returns what was printed since the last call, with control characters made visible."""
        if self.is_usable:
            self._drain_output()
        text = bytes(self._printed).decode("utf-8", "replace")
        self._printed.clear()
        return "".join(char if char.isprintable() or char in "\n\t" else f"\\x{ord(char):02x}" for char in text)

    def close(self, patience_s: float = 0.0) -> int | None:
        """Ends the candidate; returns its own exit code, negative for a signal, or None if it had to be killed."""
        if not self.is_usable:
            return None
        self.is_usable = False
        self._hang_up()
        return self._source.end(self._pid, patience_s)

    def drop(self) -> None:
        """Gives up a candidate that is no longer needed.

        It is taken back before its sockets close: a candidate that sees them close ends at once, and would take the
        time for it from the tests that follow.
        """
        if self.is_usable:
            self.is_usable = False
            self._source.drop(self._pid)
            self._hang_up()

    def _hang_up(self) -> None:
        for end in (self._socket, self._output, self._queue):
            end.close()

    def _refuse_unasked(self) -> None:
        self._pump(0.0)
        if len(self._frames):
            raise CandidateFault(Verdict.CRASHED, "protocol", say("the code wrote to the connection of the grader"))

    def _send(self, data: bytes, patience: Patience) -> None:
        view = memoryview(data)
        while view:
            left_s = patience.left_s()
            is_writable = bool(select.select([], [self._socket], [], left_s)[1])
            if not is_writable and left_s == 0:
                raise self._too_late()
            try:
                view = view[self._socket.send(view) :]
            except BlockingIOError:
                continue
            except OSError:
                raise self._ended() from None

    def _receive(self, patience: Patience) -> bytes:
        while True:
            try:
                payload = self._frames.pop()
            except FrameError:
                raise CandidateFault(Verdict.CRASHED, "protocol", say("the answer was too large")) from None
            if payload is not None:
                return payload
            left_s = patience.left_s()
            if left_s == 0:
                raise self._too_late()
            self._pump(left_s)

    def _pump(self, timeout_s: float) -> None:
        """Takes in what the candidate has sent and printed; waits for either."""
        ready, _, _ = select.select(self._watched, [], [], timeout_s)
        if self._output in ready:
            self._drain_output()
        if self._socket not in ready:
            return
        try:
            data = self._socket.recv(_CHUNK_BYTES)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        if not data:
            raise self._ended()
        self._frames.feed(data)
        self._has_greeted = self._has_greeted or self._frames.pop() is not None

    def _drain_output(self) -> None:
        """Empties the pipe so that printing never blocks, and keeps the first part; a flood costs its own time."""
        for _ in range(_CHUNKS_AT_ONCE):
            try:
                data = self._output.recv(_CHUNK_BYTES)
            except BlockingIOError:
                return
            except OSError:
                data = b""
            if not data:  # it closed its own stdout and stderr
                self._watched = [self._socket]
                return
            self._printed_bytes += len(data)
            self._printed += data[: max(0, _KEPT_OUTPUT_BYTES - len(self._printed))]

    def _decode(self, payload: bytes) -> dict[str, Any]:
        try:
            reply = codec.decode(payload, from_candidate=True, device=self._device)
        except codec.WireError:
            reply = None
        if type(reply) is not dict or (reply.get("id") != self._number and not _is_without_number(reply)):
            raise _disturbance()
        return reply

    def _value_of(self, reply: dict[str, Any]) -> Any:
        if "ok" in reply:
            return reply["ok"]
        if isinstance(phrase := reply.get("unsupported"), str):
            # Only known phrases are repeated: the name of a class made at run time could spell the inputs.
            told = _TOLD_PHRASES.get(phrase) or say("an object of another type")
            message = say("the result is or contains {told}, which is no plain value or tensor", told=told)
            raise CandidateFault(Verdict.FAILED, "type", message)
        if "lost" in reply:
            raise _loss(reply["lost"])
        raise _student_error(reply.get("error"))

    def _too_late(self) -> CandidateFault:
        self._check_greeted()
        return CandidateFault(Verdict.TIMEOUT, "timeout", say("no answer within the time limit: an endless loop?"))

    def _ended(self) -> CandidateFault:
        self._drain_output()
        code = self.close(_LAST_BREATH_S)
        self._check_greeted()
        if code is None:
            return CandidateFault(Verdict.CRASHED, "protocol", say("the code closed the connection of the grader"))
        if code == -_SIGKILL:
            return CandidateFault(Verdict.MEMORY, "memory", say("the process was killed: it used too much memory"))
        if code < 0:
            return CandidateFault(
                Verdict.CRASHED, "crash", say("the process died of {ending}", ending=_signal_phrase(-code))
            )
        message = say("the code ended its own process (exit code {code})", code=code)
        return CandidateFault(Verdict.CRASHED, "exit", message)

    def _check_greeted(self) -> None:
        """Raises an EngineError if the candidate never got as far as to run anything of the student's."""
        if not self._has_greeted:
            self.close()
            raise EngineError("a candidate ended or hung before anything ran in it")


def _signal_phrase(number: int) -> Text:
    if number not in set(signal.Signals):
        return say("signal {number}", number=number)
    name = signal.Signals(number).name
    return _ENDINGS.get(name) or verbatim(name)


def _disturbance() -> CandidateFault:
    return CandidateFault(Verdict.CRASHED, "protocol", say("the code disturbed the connection of the grader"))


def _is_without_number(reply: dict[Any, Any]) -> bool:
    """Whether it says that the request could not be read, nor so its number."""
    return "lost" in reply and reply.get("id") is None


def _loss(error: Any) -> StudentError | CandidateFault:
    """Tells what kept values from being carried over: the code itself, where it was at work on the way, or a limit."""
    described = error if type(error) is dict else {}
    if described.get("kind", "exception") != "exception" or described.get("lines"):
        return _student_error(described)
    name = _rebuilt(described, None).builtin_name
    told = say("values could not be carried over (`{name}`): does the code change torch or Python itself?", name=name)
    return CandidateFault(Verdict.CRASHED, "carry", told)


def _student_error(error: Any) -> StudentError | CandidateFault:
    """Rebuilds an exception from the candidate's description of it, every part of which may be a lie."""
    if type(error) is not dict:
        return _disturbance()
    lines = _items(error.get("lines"), int)
    line = lines[-1] if lines else None
    if error.get("kind") == "missing":
        return MissingFault(_message(error)[:200], line)
    if error.get("kind") == "forbidden":
        told = say("it called what is forbidden in this exercise")
        return CandidateFault(Verdict.FORBIDDEN, "forbidden", told, line)
    if error.get("kind") == "memory":
        return CandidateFault(Verdict.MEMORY, "memory", say("it asked for more memory than it may use"), line)
    if error.get("kind") == "processes":
        told = say("it started more processes or threads than it may")
        return CandidateFault(Verdict.CRASHED, "processes", told, line)
    if "NotImplementedError" in _types(error) and not _OF_TORCH.search(_message(error)):
        return CandidateFault(Verdict.ERROR, "not_implemented", say("not written yet"), line)
    return _rebuilt(error, line)


def _rebuilt(error: dict[Any, Any], line: int | None) -> StudentError:
    types = _types(error)
    return student_error_class(tuple(types))(types[0], _message(error), line)


def _types(error: dict[Any, Any]) -> list[str]:
    return [name[:200] for name in _items(error.get("types"), str)][:16] or ["Exception"]


def _message(error: dict[Any, Any]) -> str:
    message = error.get("message")
    return message[:2_000] if isinstance(message, str) else ""


def _items(value: Any, kind: type) -> list[Any]:
    return [item for item in value if type(item) is kind] if isinstance(value, list) else []
