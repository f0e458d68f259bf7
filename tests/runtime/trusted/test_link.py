"""The examiner's end of a candidate: the right number at the right time or a fault, and no word of it is believed."""

from __future__ import annotations

import contextlib
import re
import socket
import struct
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import torch

from grader.models import Limits, Verdict
from grader.runtime.trusted.link import _TOLD_PHRASES, CandidateLink
from grader.runtime.trusted.patience import Patience
from grader.runtime.wire import codec
from grader.runtime.wire.faults import CandidateFault, EngineError, StudentError
from grader.runtime.wire.frames import pack
from tests.support.candidates import Reply, ThreadSource, saying

_LIMITS = Limits(output_mib=1)
_SOON_S = 0.05


@contextmanager
def _linked(reply: Reply, exit_code: int | None = None, limits: Limits = _LIMITS) -> Iterator[CandidateLink]:
    source = ThreadSource(lambda: reply, exit_code)
    link = CandidateLink(source, limits, "cpu")
    try:
        yield link
    finally:
        link.drop()
        source.close()


def _ask(link: CandidateLink, timeout_s: float = 5.0) -> Any:
    return link.ask({"do": "call"}, Patience(timeout_s))


def _fault(reply: Reply, exit_code: int | None = None, timeout_s: float = 5.0) -> CandidateFault:
    with _linked(reply, exit_code) as link, pytest.raises(CandidateFault) as caught:
        _ask(link, timeout_s)
    return caught.value


# Answers.


def test_link_returns_the_decoded_value() -> None:
    with _linked(saying({"ok": torch.ones(2)})) as link:
        assert _ask(link).tolist() == [1.0, 1.0]
        assert _ask(link).tolist() == [1.0, 1.0]
        assert link.is_usable


@pytest.mark.parametrize("chunk_bytes", [1, 7])
def test_link_puts_an_answer_together_that_comes_in_pieces(chunk_bytes: int) -> None:
    source = ThreadSource(lambda: saying({"ok": list(range(20))}), chunk_bytes=chunk_bytes)
    link = CandidateLink(source, _LIMITS, "cpu")
    assert _ask(link) == list(range(20))
    link.drop()
    source.close()


def test_link_carries_a_request_larger_than_a_socket_holds() -> None:
    with _linked(lambda request, output: pack(codec.encode({"id": request["id"], "ok": len(request["x"])}))) as link:
        assert link.ask({"x": "y" * 3_000_000}, Patience(5.0)) == 3_000_000


def test_link_takes_no_strided_tensor_however_little_was_sent_for_it() -> None:
    """Its logical size has no bound: 4 bytes could stand for 2**40 elements."""
    fault = _fault(saying({"ok": torch.zeros(1).expand(10**6)}))
    assert (fault.verdict, fault.kind) == (Verdict.CRASHED, "protocol")


# No proper answer.


@pytest.mark.parametrize(
    "reply",
    [
        lambda request, output: pack(codec.encode({"id": request["id"] + 1, "ok": 1})),
        lambda request, output: pack(codec.encode({"id": None, "ok": 1})),
        lambda request, output: pack(codec.encode({"ok": 1})),
        lambda request, output: pack(codec.encode([request["id"], 1])),
        lambda request, output: pack(codec.encode(True)),
        lambda request, output: pack(b""),
        lambda request, output: pack(b"passed"),
        lambda request, output: struct.pack(">I", codec.MAX_MESSAGE_BYTES + 1),
        saying({}),
        saying({"error": None}),
        saying({"error": "ValueError"}),
        saying({"unsupported": 5}),
    ],
    ids=[
        "another number",
        "no number",
        "number missing",
        "list",
        "bool",
        "empty frame",
        "text",
        "frame over the cap",
        "neither value nor error",
        "no error",
        "error of no dict",
        "phrase of no text",
    ],
)
def test_link_takes_a_strange_reply_for_a_broken_protocol(reply: Reply) -> None:
    fault = _fault(reply)
    assert (fault.verdict, fault.kind) == (Verdict.CRASHED, "protocol")


def _lost(**changes: Any) -> dict[str, Any]:
    types = ["TypeError", "Exception", "BaseException", "object"]
    return {"lost": {"types": types, "message": "secret", "lines": [], "kind": "exception", **changes}}


@pytest.mark.parametrize(
    ("lost", "name"),
    [
        (_lost(), "TypeError"),
        (_lost(types=["x = tensor([1.])", "KeyError", "LookupError"]), "KeyError"),
        (_lost(types=["NotImplementedError", "RuntimeError"]), "NotImplementedError"),
        (_lost(types=5), "Exception"),
        ({"lost": {}}, "Exception"),
        ({"lost": "secret"}, "Exception"),
    ],
    ids=["built-in", "own class", "not implemented", "no types", "nothing", "a text"],
)
@pytest.mark.parametrize("number", [True, False], ids=["with number", "without"])
def test_link_says_what_kept_values_from_being_carried_over(lost: dict[str, Any], name: str, number: bool) -> None:
    def reply(request: dict[str, Any], output: socket.socket) -> bytes:
        return pack(codec.encode({"id": request["id"] if number else None, **lost}))

    fault = _fault(reply)
    told = f"values could not be carried over (`{name}`): does the code change torch or Python itself?"
    assert (fault.verdict, fault.kind, str(fault)) == (Verdict.CRASHED, "carry", told)
    assert set(fault.message) == {"en", "zh"}


def test_link_goes_on_after_values_that_could_not_be_carried_over() -> None:
    replies = iter([_lost(), {"ok": 5}])
    with _linked(lambda request, output: pack(codec.encode({"id": request["id"], **next(replies)}))) as link:
        with pytest.raises(CandidateFault):
            _ask(link)
        assert _ask(link) == 5


def test_link_takes_what_the_code_raised_on_the_way_for_the_codes() -> None:
    with _linked(saying(_lost(lines=[3]))) as link, pytest.raises(StudentError) as caught:
        _ask(link)
    assert (caught.value.type_name, caught.value.line) == ("TypeError", 3)


def test_link_takes_memory_that_was_refused_on_the_way_for_the_limit() -> None:
    fault = _fault(saying(_lost(types=["MemoryError"], kind="memory")))
    assert fault.verdict is Verdict.MEMORY


def test_link_refuses_an_answer_that_was_sent_before_it_was_asked_for() -> None:
    """A forged answer to the next request must not be taken for it."""

    def twice(request: dict[str, Any], output: socket.socket) -> bytes:
        return b"".join(pack(codec.encode({"id": request["id"] + step, "ok": step})) for step in (0, 1))

    with _linked(twice) as link:
        assert _ask(link) == 0
        with pytest.raises(CandidateFault) as caught:
            _ask(link)
        assert (caught.value.verdict, caught.value.kind) == (Verdict.CRASHED, "protocol")
        assert not link.is_usable


def test_link_gives_up_at_the_time_limit_and_ends_the_candidate() -> None:
    source = ThreadSource(lambda: lambda request, output: b"")
    link = CandidateLink(source, _LIMITS, "cpu")
    started = time.monotonic()
    with pytest.raises(CandidateFault) as caught:
        _ask(link, _SOON_S)
    assert time.monotonic() - started < 2.0
    assert caught.value.verdict is Verdict.TIMEOUT
    assert not link.is_usable
    assert source.ended == [1]
    source.close()


def test_link_is_not_kept_waiting_by_a_dribble() -> None:
    def trickle(request: dict[str, Any], output: socket.socket) -> bytes:
        return struct.pack(">I", 1_000)

    assert _fault(trickle, timeout_s=_SOON_S).verdict is Verdict.TIMEOUT


@pytest.mark.parametrize(
    ("exit_code", "verdict", "kind", "phrase"),
    [
        (0, Verdict.CRASHED, "exit", "exit code 0"),
        (3, Verdict.CRASHED, "exit", "exit code 3"),
        (-9, Verdict.MEMORY, "memory", "too much memory"),
        (-11, Verdict.CRASHED, "crash", "a segmentation fault"),
        (-6, Verdict.CRASHED, "crash", "an abort"),
        (-15, Verdict.CRASHED, "crash", "SIGTERM"),
        (-63, Verdict.CRASHED, "crash", "signal 63"),
        (None, Verdict.CRASHED, "protocol", "closed the connection"),
    ],
    ids=["exit 0", "exit 3", "killed", "segfault", "abort", "terminated", "other signal", "only hung up"],
)
def test_link_says_how_a_candidate_ended(exit_code: int | None, verdict: Verdict, kind: str, phrase: str) -> None:
    fault = _fault(lambda request, output: None, exit_code)
    assert (fault.verdict, fault.kind) == (verdict, kind)
    assert phrase in fault.message["en"]


# What the student's code raised.


def _error(**changes: Any) -> Reply:
    standard = {"types": ["ValueError", "Exception", "object"], "message": "no", "lines": [3, 5], "kind": "exception"}
    return saying({"error": {**standard, **changes}})


def test_link_rebuilds_the_students_exception() -> None:
    with _linked(_error()) as link:
        with pytest.raises(ValueError) as caught:
            _ask(link)
        assert isinstance(caught.value, StudentError)
        assert (caught.value.type_name, caught.value.message, caught.value.line) == ("ValueError", "no", 5)
        assert link.is_usable, "an exception does not end a candidate"


@pytest.mark.parametrize(
    ("changes", "verdict", "kind"),
    [
        ({"kind": "missing"}, Verdict.ERROR, "missing"),
        ({"kind": "forbidden"}, Verdict.FORBIDDEN, "forbidden"),
        ({"kind": "memory"}, Verdict.MEMORY, "memory"),
        ({"kind": "processes"}, Verdict.CRASHED, "processes"),
        ({"types": ["NotImplementedError"]}, Verdict.ERROR, "not_implemented"),
    ],
    ids=["missing", "forbidden", "memory", "processes", "not written yet"],
)
def test_link_tells_what_is_more_than_an_exception(changes: dict[str, Any], verdict: Verdict, kind: str) -> None:
    fault = _fault(_error(**changes))
    assert (fault.verdict, fault.kind, fault.line) == (verdict, kind, 5)


@pytest.mark.parametrize(
    "message",
    [
        "\"bernoulli_tensor_cpu_self_\" not implemented for 'Long'",
        "Could not run 'aten::nonzero' with arguments from the 'Meta' backend.",
        "The operator 'aten::_foo' is not currently implemented for the MPS device.",
    ],
)
def test_what_torch_has_not_implemented_is_no_unwritten_task(message: str) -> None:
    error = _error(types=["NotImplementedError", "RuntimeError"], message=message)
    with _linked(error) as link, pytest.raises(StudentError, match=re.escape(message[:20])):
        _ask(link)


@pytest.mark.parametrize(
    "changes",
    [
        {"types": None},
        {"types": [1, None, {"a": 1}]},
        {"types": ["x" * 1_000] * 100},
        {"types": ["StopIteration"]},
        {"types": ["KeyboardInterrupt", "BaseException"]},
        {"message": 5},
        {"message": "m" * 100_000},
        {"lines": "here"},
        {"lines": [True, 2.5, "7", None]},
        {"kind": ["memory"]},
        {"kind": "passed"},
        {"verdict": "passed", "score": 100},
    ],
    ids=lambda changes: str(changes)[:40],
)
def test_link_makes_an_exception_of_any_description(changes: dict[str, Any]) -> None:
    with _linked(_error(**changes)) as link, pytest.raises(StudentError) as caught:
        _ask(link)
    error = caught.value
    assert len(error.type_name) <= 200
    assert len(error.message) <= 2_000
    assert error.line is None or type(error.line) is int


def test_link_says_of_which_type_an_unsupported_result_is() -> None:
    fault = _fault(saying({"unsupported": "a `numpy.ndarray`"}))
    assert (fault.verdict, fault.kind) == (Verdict.FAILED, "type")
    assert "a `numpy.ndarray`" in fault.message["en"]


@pytest.mark.parametrize("phrase", ["a `numpy.ndarray`" + "x" * 1_000, "a `smuggled1234`", "smuggled"])
def test_link_repeats_no_name_that_could_spell_inputs(phrase: str) -> None:
    message = _fault(saying({"unsupported": phrase})).message
    assert "an object of another type" in message["en"]
    assert phrase not in message["zh"]


@pytest.mark.parametrize("phrase", _TOLD_PHRASES)
def test_link_repeats_known_phrases_as_they_are(phrase: str) -> None:
    assert _TOLD_PHRASES[phrase]["en"] == phrase


@pytest.mark.parametrize(
    ("reply", "exit_code", "chinese"),
    [
        (saying({"unsupported": "a `set`"}), None, "结果是或包含 `set`，这既不是普通的值，也不是张量"),
        (saying({"unsupported": "a `x`"}), None, "结果是或包含其他类型的对象，这既不是普通的值，也不是张量"),
        (saying({}), None, "代码干扰了评分程序的连接"),
        (lambda request, output: None, 3, "代码结束了自己的进程（退出码 3）"),
        (lambda request, output: None, -11, "进程异常终止：段错误"),
        (lambda request, output: None, -15, "进程异常终止：SIGTERM"),
        (lambda request, output: None, -63, "进程异常终止：信号 63"),
        (_error(types=["NotImplementedError"]), None, "还没有写"),
        (_error(kind="missing", message="x_is_7_25"), None, "测试要用的某个名称没有定义"),
    ],
    ids=["type", "other type", "protocol", "exit", "segfault", "terminated", "signal", "not written", "missing"],
)
def test_link_says_the_same_in_chinese(reply: Reply, exit_code: int | None, chinese: str) -> None:
    assert _fault(reply, exit_code).message["zh"] == chinese


# What it prints.


def _printing(data: bytes, times: int = 1) -> Reply:
    def reply(request: dict[str, Any], output: socket.socket) -> bytes:
        for _ in range(times):
            output.sendall(data)
        return pack(codec.encode({"id": request["id"], "ok": None}))

    return reply


def test_link_keeps_what_is_printed_once() -> None:
    with _linked(_printing("hello 中文\n".encode())) as link:
        _ask(link)
        assert link.take_output() == "hello 中文\n"
        assert link.take_output() == ""


def test_link_makes_control_characters_visible() -> None:
    with _linked(_printing(b"\x1b[2J\x07\xff\ttab")) as link:
        _ask(link)
        assert link.take_output() == "\\x1b[2J\\x07\ufffd\ttab"


def test_link_keeps_the_first_part_of_much_output_and_lets_nobody_wait() -> None:
    with _linked(_printing(b"x" * 1_000, 500)) as link:
        _ask(link)
        assert len(link.take_output()) == 1 << 16
        assert link.is_usable


def test_link_throws_a_flood_away_and_goes_on() -> None:
    with _linked(_printing(b"x" * 100_000, 500)) as link:
        _ask(link)
        assert len(link.take_output()) == 1 << 16
        assert link.is_usable
        assert link.has_overflowed


def test_link_adds_up_what_is_printed_over_several_requests() -> None:
    with _linked(_printing(b"x" * 100_000, 6)) as link:
        _ask(link)
        link.take_output()
        assert not link.has_overflowed
        _ask(link)
        link.take_output()
        assert link.has_overflowed


def test_link_stops_reading_a_flood_once_in_a_while() -> None:
    class Endless:
        reads = 0

        def recv(self, count: int) -> bytes:
            self.reads += 1
            assert self.reads < 1_000, "nobody looks at the clock"
            return b"x" * count

        def close(self) -> None:
            return None

    with _linked(_printing(b"")) as link:
        link._output.close()
        link._output = Endless()  # type: ignore[assignment]
        link.take_output()


def test_link_looks_at_the_clock_while_a_flood_goes_on() -> None:
    def flood(request: dict[str, Any], output: socket.socket) -> bytes:
        with contextlib.suppress(OSError):
            while True:
                output.sendall(b"x" * (1 << 20))
        return b""

    source = ThreadSource(lambda: flood)
    link = CandidateLink(source, _LIMITS, "cpu")
    started = time.monotonic()
    with pytest.raises(CandidateFault) as caught:
        _ask(link, _SOON_S)
    assert time.monotonic() - started < 2.0
    assert caught.value.verdict is Verdict.TIMEOUT
    source.close()


def test_link_goes_on_when_the_candidate_closes_its_output() -> None:
    def closing(request: dict[str, Any], output: socket.socket) -> bytes:
        output.shutdown(socket.SHUT_WR)
        return pack(codec.encode({"id": request["id"], "ok": 1}))

    with _linked(closing) as link:
        assert [_ask(link), link.take_output()] == [1, ""]


# The end.


def test_link_can_be_closed_and_dropped_more_than_once() -> None:
    source = ThreadSource(lambda: saying({"ok": 1}), exit_code=0)
    link = CandidateLink(source, _LIMITS, "cpu")
    assert link.close() == 0
    assert link.close() is None
    link.drop()
    assert (source.ended, source.dropped) == ([1], [])
    source.close()


def test_link_drops_a_candidate_without_waiting() -> None:
    source = ThreadSource(lambda: saying({"ok": 1}))
    link = CandidateLink(source, _LIMITS, "cpu")
    link.drop()
    assert (source.ended, source.dropped) == ([], [1])
    source.close()


def test_link_makes_it_the_suites_fault_to_send_what_does_not_cross() -> None:
    with _linked(saying({"ok": None})) as link:
        with pytest.raises(EngineError, match="the suite sends a `set`"):
            link.ask({"x": {1, 2}}, Patience(5.0))
        assert link.is_usable
