"""The engine of a Ray cluster: joins it, has a crew of actors work off what waits in the store, and looks on.

Ray places workers, the store decides who judges what: nothing of a class goes through this process, which only counts
what is left.
"""

from __future__ import annotations

import contextlib
import io
import logging
import os
import signal
import socket
import threading
from collections.abc import Callable, Iterator
from typing import Any

import ray
from ray.exceptions import RayError

from grader.classroom.store.database import sqlite_file, sqlite_url
from grader.classroom.store.queue import Scope
from grader.classroom.store.store import Store
from grader.classroom.work import BatchOptions
from grader.engine.actor import Duty
from grader.engine.crew import Crew
from grader.engine.local import Tidier
from grader.engine.nodes import present_nodes
from grader.errors import EngineMissingError, UserError
from grader.sandbox.gpu import gpu_share

__all__ = ["work_on_cluster"]

_log = logging.getLogger(__name__)
_LOOK_S = 0.5
_ANSWER_S = 10.0
_OWN_CLUSTER: dict[str, Any] = {"include_dashboard": False, "object_store_memory": 80 * 2**20}  # nothing large is sent


def work_on_cluster(
    store: Store,
    scope: Scope,
    options: BatchOptions,
    *,
    on_look: Callable[[int], None],
    on_notice: Callable[[str], None],
) -> None:
    """Has everything judged that waits in a store, by `options.jobs` actors.

    It may be killed at any moment and started again: its actors end with it, and what was kept is not judged again.

    Args:
        on_look: is told now and then how much is not done yet.
        on_notice: is told which nodes take no work, and which workers were lost.

    Raises:
        EngineMissingError: if there is no such cluster, or no node of it can judge, or can any longer.
        UserError: if the nodes cannot share the store, or it fails.
    """
    wanted = {"CPU": 1.0}
    if options.device == "cuda":
        wanted["GPU"] = float(gpu_share(options.gpus_per_job))

    tidier = Tidier(store)

    def look() -> int:
        _refuse_far_nodes(store.url)
        tidier.look()
        on_look(waiting := store.queue.waiting(scope))
        return waiting

    duty = Duty(store_url=_anywhere(store.url), scope=scope, options=options)
    with _joined(options.address):
        waiting = look()
        with Crew(duty, wanted, store.claims, on_notice) as crew:
            crew.hire(options.jobs)
            while waiting and crew.follow(_LOOK_S):
                waiting = look()
    on_look(store.queue.waiting(scope))


def _anywhere(url: str) -> str:
    """Returns a URL that means the same in every folder of this machine."""
    file = sqlite_file(url)
    return url if file is None else sqlite_url(file.resolve())


def _refuse_far_nodes(url: str) -> None:
    """SQLite is for the processes of one machine, whose locks it uses."""
    here = socket.gethostname()
    far = sorted({node.host for node in present_nodes().values()} - {here})
    if far and sqlite_file(url) is not None:
        raise UserError(
            f"The cluster has other machines than this one ({', '.join(far)}), and a store in SQLite is for one. "
            "Name a database by `--store postgresql://USER@HOST/NAME`."
        )


@contextlib.contextmanager
def _joined(address: str | None) -> Iterator[None]:
    """Joins a cluster, or starts one on this machine that ends with the context; what Ray prints goes to the log."""
    where = address or os.environ.get("RAY_ADDRESS") or "local"
    with contextlib.redirect_stdout(_ToLog()):
        with _own_signals():
            _init(where)
        try:
            yield
        finally:
            ray.shutdown()


def _init(where: str) -> None:
    own = _OWN_CLUSTER if where == "local" else {}
    try:
        _knock(where)
        ray.init(address=where, logging_level=logging.ERROR, log_to_driver=False, **own)
    except (OSError, RuntimeError, ValueError, RayError) as error:
        reason = str(error).strip().splitlines()[0].rstrip(".")
        raise EngineMissingError(
            f"No Ray cluster is joined at `{where}`: {reason}. This machine has to be a node of it: "
            "`ray start --address=HOST:PORT`; `ray status` shows whether it is."
        ) from error


def _knock(where: str) -> None:
    """Connects to an address and leaves again: where nobody answers, Ray takes minutes to say so."""
    if where not in ("auto", "local"):
        host, _, port = where.rpartition(":")
        if not port.isdecimal():
            raise ValueError("an address reads HOST:PORT")
        socket.create_connection((host, int(port)), _ANSWER_S).close()


@contextlib.contextmanager
def _own_signals() -> Iterator[None]:
    """Ray exits at once on SIGTERM; the actors shall be done with what they are at first."""
    before = signal.getsignal(signal.SIGTERM)
    try:
        yield
    finally:
        if threading.current_thread() is threading.main_thread() and before is not None:
            signal.signal(signal.SIGTERM, before)


class _ToLog(io.TextIOBase):
    """Where Ray tells of each worker and node that is gone, a screen at a time."""

    def write(self, text: str) -> int:
        if text.strip():
            _log.info("%s", text.rstrip())
        return len(text)
