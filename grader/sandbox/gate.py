"""Lets submissions be judged side by side, and one alone where its neighbours must not matter."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

__all__ = ["Gate"]


class Gate:
    """Shared by all pools of a machine's batch. Whoever is to be alone waits until nobody else is within."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._within = 0
        self._is_alone = False

    @contextmanager
    def together(self) -> Iterator[None]:
        """Holds a place among others; nobody may be alone meanwhile."""
        with self._changed:
            self._changed.wait_for(lambda: not self._is_alone)
            self._within += 1
        try:
            yield
        finally:
            with self._changed:
                self._within -= 1
                self._changed.notify_all()

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Holds all places. Whoever has one of them must give it back first."""
        with self._changed:
            self._changed.wait_for(lambda: not self._is_alone)
            self._is_alone = True
        try:
            with self._changed:
                self._changed.wait_for(lambda: self._within == 0)
            yield
        finally:
            with self._changed:
                self._is_alone = False
                self._changed.notify_all()
