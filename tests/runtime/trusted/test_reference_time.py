"""How long the reference takes is measured on what the test asked, and never waited for without end."""

from __future__ import annotations

import time

import torch

from grader.models import Suite
from grader.runtime.trusted.reference_time import reference_time
from grader.runtime.wire import codec

_SLOW = """
import time
def add(x, y):
    end = time.process_time() + 0.05
    while time.process_time() < end:
        pass
    return x + y
"""


def _messages(count: int, name: str = "add") -> list[bytes]:
    request = {"id": 1, "do": "call", "name": name, "args": (1, 2), "kwargs": {}, "seed": 3}
    return [codec.encode(request)] * count


def _suite(reference: str) -> Suite:
    return Suite(files={}, sha256="", reference=reference)


def test_time_of_the_reference_is_that_of_all_requests() -> None:
    assert 0.1 <= reference_time(_suite(_SLOW), _messages(2), 5.0) < 0.4
    assert reference_time(_suite("def add(x, y):\n    return x + y\n"), _messages(2), 5.0) < 0.05


def test_reference_that_does_not_end_takes_all_there_is() -> None:
    started = time.process_time()
    assert reference_time(_suite("def add(x, y):\n    while True: pass\n"), _messages(1), 0.2) == 0.2
    assert time.process_time() - started < 2.0


def test_suite_without_a_reference_could_take_any_time() -> None:
    assert reference_time(_suite(""), _messages(1), 5.0) == 5.0


def test_generators_of_the_examiner_go_on_from_where_they_were() -> None:
    state = torch.default_generator.get_state()
    reference_time(_suite("import torch\ndef add(x, y):\n    return torch.rand(x)\n"), _messages(1), 5.0)
    assert torch.equal(torch.default_generator.get_state(), state)
