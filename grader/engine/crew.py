"""The actors of one command on a Ray cluster: one a slot, each replaced when it is gone, wherever there is room.

An actor lives once. Ray could restart it, but would not say whether the one that is not reached for a moment is gone;
what it holds is freed at once here, and a new one, with claims of its own, takes its place.
"""

from __future__ import annotations

import contextlib
import math
import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import ray
from ray.exceptions import RayActorError, RayError

from grader import __version__
from grader.classroom.store.claims import Claims
from grader.engine.actor import Actor, Duty, Told
from grader.engine.nodes import Node, present_nodes
from grader.errors import EngineMissingError, UserError

__all__ = ["Crew"]

_MOST_STILLBORN = 3
_GRACE_S = 30.0
_PATIENCE_S = 60.0
_ADDRESS = re.compile(r"\bip=([^,\s)]+)")  # of the node on which the beginning of an actor failed, as Ray words it


@dataclass(kw_only=True)
class _Hired:
    """One actor.

    Attributes:
        stillborn: how many before it in its slot were gone before they were ready.
        owner: of its claims; None until it is ready.
        place: the name of its node, once it is known.
    """

    actor: Any
    stillborn: int
    owner: str | None = None
    place: str = ""


class Crew:
    """Used as a context, at whose end nobody works any more.

    Args:
        wanted: what Ray is asked for each actor: `CPU`, and `GPU` if it needs any.
        claims: of the store, to free what is held by who is gone.
        on_notice: is told what whoever runs the command should know.
    """

    def __init__(
        self, duty: Duty, wanted: Mapping[str, float], claims: Claims, on_notice: Callable[[str], None]
    ) -> None:
        self._duty = duty
        self._wanted = wanted
        self._claims = claims
        self._on_notice = on_notice
        self._remote = ray.remote(Actor)
        self._calls: dict[Any, _Hired] = {}
        self._unfit: set[str] = set()
        self._problems: list[str] = []
        self._is_over = False
        self._patient_until = time.monotonic() + _PATIENCE_S

    def hire(self, slots: int) -> None:
        """Asks Ray for so many actors; those for which there is no room yet come when there is.

        Raises:
            EngineMissingError: if no node is large enough for one.
        """
        if not self._fit():
            wishes = " and ".join(f"{amount:g} {name}" for name, amount in self._wanted.items())
            raise EngineMissingError(
                f"No node of the cluster has {wishes}, which each worker needs. `ray status` shows what there is."
            )
        for _ in range(slots):
            self._hire()

    def follow(self, timeout_s: float) -> bool:
        """Waits until an actor says something, and does what follows from it.

        Returns:
            False once an actor has found that nothing waits any more.

        Raises:
            EngineMissingError: if no node can judge, or can any longer.
        """
        done, _ = ray.wait(list(self._calls), timeout=timeout_s)
        for call in done:
            self._take(self._calls.pop(call), call)
        if not self._is_over and not any(hired.owner for hired in self._calls.values()):
            self._look_for_room()
        return not self._is_over

    def __enter__(self) -> Crew:
        return self

    def __exit__(self, *_: object) -> None:
        """Lets everybody be done with what they are at, for a while, and ends them."""
        with contextlib.suppress(RayError):
            for hired in self._calls.values():
                hired.actor.stop.remote()
            working = [call for call, hired in self._calls.items() if hired.owner]
            if working:
                ray.wait(working, num_returns=len(working), timeout=_GRACE_S)
        for hired in self._calls.values():
            self._end(hired)

    def _look_for_room(self) -> None:
        """Tells whether it is worth waiting while nobody works."""
        if not self._calls or not self._fit():
            raise EngineMissingError("\n".join(["No node of the cluster can judge.", *self._problems]))
        if time.monotonic() > self._patient_until:
            self._patient_until = math.inf
            self._on_notice("No worker has a place on the cluster yet, which `ray status` shows. Waiting for one.")

    def _hire(self, stillborn: int = 0) -> None:
        where = {"label_selector": {"ray.io/node-id": f"!in({','.join(self._unfit)})"}} if self._unfit else {}
        actor: Any = self._remote.options(
            num_cpus=self._wanted["CPU"],
            num_gpus=self._wanted.get("GPU", 0),
            max_restarts=0,
            max_task_retries=0,  # the store says what is judged again, not Ray
            max_concurrency=2,  # `stop` beside `work`
            scheduling_strategy="SPREAD",
            **where,
        ).remote(self._duty)
        self._calls[actor.get_ready.remote()] = _Hired(actor=actor, stillborn=stillborn)

    def _take(self, hired: _Hired, call: Any) -> None:
        try:
            told: Told = ray.get(call)
        except RayActorError as error:
            self._replace(hired, error)
        else:
            self._hear(hired, told)

    def _hear(self, hired: _Hired, told: Told) -> None:
        if told.problem is not None:
            self._end(hired)
            self._shun({told.node: told.problem})
        elif hired.owner is None:
            hired.owner, hired.place = told.owner, _name(told.node)
            self._calls[hired.actor.work.remote()] = hired
        else:
            self._is_over = True
            self._end(hired)

    def _replace(self, hired: _Hired, error: RayActorError) -> None:
        """Frees at once what an actor held that is gone, and lets another take its place."""
        self._end(hired)
        if error.actor_init_failed and (found := _ADDRESS.search(error.error_msg)):
            self._shun_address(found[1], _last_line(error))
        elif hired.owner:
            self._on_notice(f"A worker on {hired.place} is gone; what it was at is judged by another.")
            self._hire()
        elif hired.stillborn + 1 < _MOST_STILLBORN:
            self._hire(hired.stillborn + 1)
        else:
            self._complain(f"{_MOST_STILLBORN} workers in turn were gone before they were ready. {_last_line(error)}")

    def _shun_address(self, address: str, reason: str) -> None:
        """Gives up a machine on which an actor does not even begin: Gradus is not there, or another version of it."""
        advice = f"{reason}. Install Gradus {__version__} with the extra `cluster` there."
        self._shun({node.id: advice for node in present_nodes().values() if node.address == address})

    def _shun(self, problems: Mapping[str, str]) -> None:
        """Gives nodes no work any more, and says why; the slot moves to another one."""
        for node, problem in problems.items():
            if node not in self._unfit:
                self._unfit.add(node)
                self._complain(f"{_name(node)} takes no work. {problem}")
        if self._fit():
            self._hire()

    def _complain(self, problem: str) -> None:
        self._problems.append(problem)
        self._on_notice(problem)

    def _end(self, hired: _Hired) -> None:
        with contextlib.suppress(RayError):
            ray.kill(hired.actor)
        if hired.owner:
            with contextlib.suppress(UserError):
                self._claims.free(hired.owner)

    def _fit(self) -> list[Node]:
        """Returns the nodes that are large enough for an actor, and of which nothing bad is known."""
        nodes = present_nodes().values()
        return [node for node in nodes if node.has_room(self._wanted) and node.id not in self._unfit]


def _last_line(error: RayActorError) -> str:
    return str(error).strip().splitlines()[-1]


def _name(node_id: str) -> str:
    node = present_nodes().get(node_id)
    return node.name if node is not None else node_id[:8]
