"""A worker on a node of a Ray cluster: the one loop of all workers, as an actor.

Ray starts it where there is room; it looks whether its machine can judge, and works until nothing waits. Whatever may
be wrong with the machine it says by a value: an exception out of an actor is a bug.
"""

from __future__ import annotations

import os
import threading
from contextlib import ExitStack
from dataclasses import dataclass, field, replace

import msgspec
import ray

from grader.classroom.store.queue import Scope
from grader.classroom.store.store import Store, open_store_at
from grader.classroom.work import BatchOptions
from grader.engine.local import work_on
from grader.engine.ready import refuse_if_unfit
from grader.errors import SandboxError, UserError
from grader.models import Value
from grader.sandbox.fingerprint import judging_version

__all__ = ["Actor", "Duty", "Told"]


@dataclass(frozen=True, kw_only=True)
class Duty:
    """What an actor is to do.

    Attributes:
        store_url: with its password, so that it is in no text of this value.
    """

    store_url: str = field(repr=False)
    scope: Scope
    options: BatchOptions


class Told(Value, frozen=True, kw_only=True):
    """What an actor says of itself.

    Attributes:
        node: the id of the node that it is on.
        owner: of its claims; None if it never got as far.
        problem: why this machine cannot judge, or cannot any longer; None if all is well.
    """

    node: str
    owner: str | None = None
    problem: str | None = None


class Actor:
    """Judges one submission at a time; `stop` may be called while `work` runs."""

    def __init__(self, duty: Duty) -> None:
        self._duty = duty
        self._options = replace(duty.options, jobs=1, gpus=_gpus() if duty.options.device == "cuda" else ())
        self._store: Store | None = None
        self._open = ExitStack()
        self._stop = threading.Event()

    def get_ready(self) -> Told:
        """Looks whether this machine can judge: the store, the version, the disk, the GPU, the engine and its image."""
        try:
            self._store = self._open.enter_context(open_store_at(self._duty.store_url))
            refuse_if_unfit(self._options, judging_version(), {self._duty.scope.version: 1})
        except (SandboxError, UserError) as error:
            return Told(node=_node(), problem=str(error))
        return Told(node=_node(), owner=self._store.claims.owner)

    def work(self) -> Told:
        """Works until nothing waits, or it is told to stop; what it is at then is done first."""
        if self._store is None:
            raise RuntimeError("an actor works once it is ready")
        told = Told(node=_node(), owner=self._store.claims.owner)
        try:
            work_on(self._store, self._duty.scope, self._options, stop=self._stop)
        except (SandboxError, UserError) as error:
            return msgspec.structs.replace(told, problem=str(error))
        finally:
            self._open.close()
        return told

    def stop(self) -> None:
        self._stop.set()


def _node() -> str:
    return ray.get_runtime_context().get_node_id()


def _gpus() -> tuple[str, ...]:
    """Returns the ids of the GPUs that Ray gave to this process, as CUDA and Docker name them."""
    return tuple(filter(None, os.environ.get("CUDA_VISIBLE_DEVICES", "").split(",")))
