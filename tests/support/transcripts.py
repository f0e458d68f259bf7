"""Transcripts as an examiner keeps them, of submissions that add two tensors."""

from __future__ import annotations

import types
from typing import Any

from grader.models import Verdict
from grader.runtime.trusted.link import Exchange
from grader.runtime.trusted.transcripts import Transcript
from grader.runtime.untrusted.candidate import Candidate
from grader.runtime.wire import codec

__all__ = ["REFERENCE", "asked"]

REFERENCE = """\
from __future__ import annotations
import torch
from torch import Tensor

_STEP = 1.0

def add(x: Tensor, y: Tensor) -> Tensor:
    return x + y
"""


def asked(source: str, *inputs: tuple[Any, ...], verdict: Verdict = Verdict.FAILED, **facts: Any) -> Transcript:
    """Asks a submission to add, as one test would."""
    submission = _submission(source)
    exchanges = []
    for number, args in enumerate(inputs):
        seed = 5 if number == 0 else None
        request: dict[str, Any] = {"id": number, "seed": seed, "do": "call", "name": "add", "args": args, "kwargs": {}}
        message = codec.encode(request)
        exchanges.append(Exchange(message, submission.answer(codec.decode(message, from_candidate=False))))
    return Transcript(task="add", exchanges=exchanges, verdict=verdict, **facts)


def _submission(source: str) -> Candidate:
    module = types.ModuleType("sums")
    module.__file__ = "sums.py"
    exec(REFERENCE + "\n" + source, module.__dict__)
    return Candidate(module)
