"""The engine of one machine: workers in threads of this process, since the work is done by other processes."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from concurrent.futures import FIRST_EXCEPTION, Future, ThreadPoolExecutor, wait

from grader.classroom.store.queue import Scope
from grader.classroom.store.store import Store
from grader.classroom.work import BatchOptions
from grader.engine.worker import Source, Worker
from grader.sandbox.pools import Pools

__all__ = ["Tidier", "work_elsewhere", "work_off", "work_on"]

_LOOK_S = 0.5
_TIDY_S = 5.0


class Tidier:
    """Frees now and then what is claimed by nobody who is there, at first at once: hundreds of workers do so."""

    def __init__(self, store: Store) -> None:
        self._claims = store.claims
        self._next_s = 0.0

    def look(self) -> None:
        if time.monotonic() >= self._next_s:
            self._claims.free_what_is_over()
            self._next_s = time.monotonic() + _TIDY_S


def work_on(
    store: Store,
    scope: Scope,
    options: BatchOptions,
    *,
    until_empty: bool = True,
    stop: threading.Event | None = None,
    on_look: Callable[[int], None] | None = None,
) -> int:
    """Judges what waits in a store, and returns how many results came of it here.

    It may be killed at any moment and started again: what was kept is not judged again, and what was not is.

    Args:
        until_empty: end when nothing waits any more; else go on until interrupted.
        stop: tells it to end, once it is done with what it is at.
        on_look: is told now and then how much is not done yet, wherever it is judged; nobody counts if it is None.

    Raises:
        EngineMissingError: if this machine cannot judge, or cannot any longer.
        UserError: if the store fails.
    """

    tidier = Tidier(store)

    def look() -> None:
        tidier.look()
        if on_look is not None:
            on_look(store.queue.waiting(scope))

    with store.claims:
        look()
        stop = stop or threading.Event()
        return _run(store.queue, scope, options, until_empty=until_empty, stop=stop, look=look)


def work_off(source: Source, scope: Scope, options: BatchOptions, *, on_look: Callable[[int], None]) -> None:
    """Judges all of a source that nobody else takes from. Arguments and errors as in `work_on`."""
    stop = threading.Event()
    _run(source, scope, options, until_empty=True, stop=stop, look=lambda: on_look(source.waiting(scope)))


def work_elsewhere(store: Store, scope: Scope, *, on_look: Callable[[int], None]) -> None:
    """Waits until workers elsewhere have judged what waits in a store. Arguments and errors as in `work_on`."""
    tidier = Tidier(store)
    while waiting := store.queue.waiting(scope):
        on_look(waiting)
        tidier.look()
        time.sleep(_LOOK_S)
    on_look(0)


def _run(
    source: Source,
    scope: Scope,
    options: BatchOptions,
    *,
    until_empty: bool,
    stop: threading.Event,
    look: Callable[[], None],
) -> int:
    with Pools(options.sandbox, options.device) as pools, ThreadPoolExecutor(options.jobs, "worker") as threads:
        worker = Worker(source, scope, pools, options, until_empty=until_empty, stop=stop)
        running = [threads.submit(worker.run) for _ in range(options.jobs)]
        try:
            _follow(running, look)
        finally:
            stop.set()
    return sum(one.result() for one in running)


def _follow(running: list[Future[int]], look: Callable[[], None]) -> None:
    """Looks now and then until all are done, or one has failed."""
    while (ended := wait(running, _LOOK_S, FIRST_EXCEPTION)).not_done:
        if any(one.exception() for one in ended.done):
            return
        look()
    look()
