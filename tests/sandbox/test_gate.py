"""Whoever is to be alone is so, and nobody waits for ever."""

from __future__ import annotations

import threading

from grader.sandbox.gate import Gate

_PATIENCE_S = 5.0


def test_several_are_within_together() -> None:
    gate = Gate()
    both = threading.Barrier(2, timeout=_PATIENCE_S)

    def enter() -> None:
        with gate.together():
            both.wait()

    threads = [threading.Thread(target=enter) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(_PATIENCE_S)
    assert not both.broken


def test_nobody_enters_while_one_is_alone() -> None:
    gate, entered = Gate(), threading.Event()

    def enter() -> None:
        with gate.together():
            entered.set()

    with gate.alone():
        thread = threading.Thread(target=enter)
        thread.start()
        assert not entered.wait(0.1)
    assert entered.wait(_PATIENCE_S)


def test_two_who_want_to_be_alone_come_one_after_the_other() -> None:
    gate, inside, most = Gate(), [0], [0]

    def enter() -> None:
        with gate.alone():
            inside[0] += 1
            most[0] = max(most[0], inside[0])
            threading.Event().wait(0.05)
            inside[0] -= 1

    threads = [threading.Thread(target=enter) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(_PATIENCE_S)
    assert most == [1]


def test_gate_opens_again_after_an_exception() -> None:
    gate = Gate()
    for enter in (gate.together, gate.alone, gate.alone):
        try:
            with enter():
                raise RuntimeError
        except RuntimeError:
            continue
