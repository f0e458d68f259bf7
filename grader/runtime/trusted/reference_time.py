"""How long the reference takes for what a test asks: what a test's limit follows from."""

from __future__ import annotations

import time
from collections.abc import Iterable

from grader.models import Suite
from grader.runtime.trusted.modules import reference_module
from grader.runtime.trusted.time_box import time_box
from grader.runtime.wire import codec
from grader.runtime.wire.answering import Answerer
from grader.runtime.wire.generators import kept_generators
from grader.runtime.wire.settings import Settings

__all__ = ["reference_time"]


def reference_time(suite: Suite, messages: Iterable[bytes], at_most_s: float) -> float:
    """Returns the seconds of a processor that the reference takes to answer requests; `at_most_s` if it takes longer.

    Args:
        suite: whose reference it is; one without a reference could take any time.
        messages: the requests, encoded, as a candidate on the CPU was asked.
    """
    if suite.reference:
        with kept_generators(), time_box(at_most_s) as box:
            reference = Answerer(reference_module(suite.reference), Settings())
            started = time.process_time()
            for message in messages:
                reference.answer(codec.decode(message, from_candidate=False))
                box.check()  # an answer may be that its time was up
            return time.process_time() - started
    return at_most_s
