"""One pool of sandboxes for each kind that a batch needs: a container is made for limits and GPUs."""

from __future__ import annotations

import threading
from contextlib import ExitStack

from grader.models import Limits
from grader.sandbox import factory
from grader.sandbox.gate import Gate
from grader.sandbox.pool import Pool

__all__ = ["Pools"]


class Pools:
    """Makes pools when they are first wanted, and closes them all.

    Args:
        sandbox: `process` or `docker`.
        device: `cpu` or `cuda`.
    """

    def __init__(self, sandbox: str, device: str = "cpu") -> None:
        self._sandbox = sandbox
        self._device = device
        self._by_kind: dict[tuple[Limits, tuple[str, ...]], Pool] = {}
        self._lock = threading.Lock()
        self._gate = Gate()
        self._open = ExitStack()

    def pool(self, limits: Limits, gpus: tuple[str, ...] = ()) -> Pool:
        """Returns the pool for these limits and GPUs, in which a first sandbox is ready.

        Raises:
            SandboxError: if none starts: what the machine lacks is said now, and not of each submission.
            UserError: if there is no back end of that name.
        """
        with self._lock:
            kind = (limits, gpus)
            if kind not in self._by_kind:
                made = factory.make_pool(self._sandbox, limits, self._device, gpus=gpus, gate=self._gate)
                pool = self._open.enter_context(made)
                pool.warm()
                self._by_kind[kind] = pool
            return self._by_kind[kind]

    def __enter__(self) -> Pools:
        return self

    def __exit__(self, *_: object) -> None:
        self._open.close()
