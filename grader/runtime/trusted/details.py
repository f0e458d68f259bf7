"""What an instructor reads of a failing test when a grading is replayed: requests, answers, and where it failed.

All of it is hidden from students. It is told only when a job asks for it: to write tensors out takes time.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from grader.models import Suite
from grader.runtime.trusted.link import Exchange
from grader.runtime.wire import codec

__all__ = ["details_of"]

_MAX_EXCHANGES = 20
_MAX_CHARS = 2_000
_ASKED = ("call", "run")


def details_of(suite: Suite, exchanges: Sequence[Exchange], error: BaseException | None, printed: str) -> str:
    """Returns what was asked and answered in a test, what it ended with, and what was printed meanwhile.

    Args:
        suite: whose lines are quoted.
        exchanges: in the order in which they were made.
        error: what the test's body raised.
        printed: by the candidate.
    """
    parts = [part for exchange in exchanges[:_MAX_EXCHANGES] for part in _told(exchange)]
    if len(exchanges) > _MAX_EXCHANGES:
        parts.append(f"... and {len(exchanges) - _MAX_EXCHANGES} more requests")
    if error is not None:
        parts += _places(suite, error)
        parts.append(f"{type(error).__name__}: {error}")
    if printed:
        parts.append(f"printed:\n{printed}")
    return "\n".join(parts)


def _told(exchange: Exchange) -> Iterator[str]:
    request = codec.decode(exchange.message, from_candidate=False)
    if request["do"] not in _ASKED:
        return
    arguments = [_shown(value) for value in request["args"]]
    arguments += [f"{name}={_shown(value)}" for name, value in request["kwargs"].items()]
    yield f"asked     {request['name']}({', '.join(arguments)})"
    yield f"answered  {_answer(exchange.reply)}"


def _answer(reply: bytes | None) -> str:
    if reply is None:
        return "nothing that was kept"
    try:
        content = codec.decode(reply, from_candidate=True)
    except codec.WireError as error:
        return f"what does not read: {error}"
    if isinstance(content, dict) and "ok" in content:
        return _shown(content["ok"])
    return f"no value: {_shown(content.get('error', content) if isinstance(content, dict) else content)}"


def _places(suite: Suite, error: BaseException) -> Iterator[str]:
    """Yields the suite's lines on the way to where it failed; of nothing else, and from the suite's own text."""
    trace = error.__traceback__
    while trace is not None:
        name = Path(trace.tb_frame.f_code.co_filename).name
        content = next((text for path, text in suite.files.items() if Path(path).name == name), None)
        if content is not None:
            lines = content.decode("utf-8", "replace").splitlines()
            line = lines[trace.tb_lineno - 1].strip() if trace.tb_lineno <= len(lines) else ""
            yield f"{name}:{trace.tb_lineno}  {line}"
        trace = trace.tb_next


def _shown(value: Any) -> str:
    """Returns a value of the wire's exact types as Python writes it, and not more of it than can be read."""
    text = repr(value)
    return text if len(text) <= _MAX_CHARS else f"{text[:_MAX_CHARS]} ... ({len(text)} characters)"
