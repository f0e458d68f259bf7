"""The nodes of a Ray cluster, as Ray lists them: which are there, which have room for a worker, which is which."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import ray

__all__ = ["Node", "nodes_of", "present_nodes"]


@dataclass(frozen=True, kw_only=True)
class Node:
    """A node that is there.

    Attributes:
        id: Ray's own.
        address: by which the other nodes reach it.
        host: the name of its machine.
        resources: all that it has, in use or not.
    """

    id: str
    address: str
    host: str
    resources: Mapping[str, float]

    @property
    def name(self) -> str:
        """What people call it: several nodes may be on one machine."""
        return f"{self.host} ({self.address}, {self.id[:8]})"

    def has_room(self, wanted: Mapping[str, float]) -> bool:
        """Returns whether a worker fits on it while nobody else is there."""
        return all(self.resources.get(name, 0.0) >= amount for name, amount in wanted.items())


def present_nodes() -> dict[str, Node]:
    """Returns the nodes of the cluster that this process has joined, by their ids."""
    return nodes_of(ray.nodes())  # type: ignore[no-untyped-call]


def nodes_of(listed: Iterable[Mapping[str, Any]]) -> dict[str, Node]:
    """Returns the nodes that are there by their ids, from what `ray.nodes()` lists."""
    return {
        one["NodeID"]: Node(
            id=one["NodeID"],
            address=one["NodeManagerAddress"],
            host=one["NodeManagerHostname"],
            resources=one["Resources"],
        )
        for one in listed
        if one["Alive"]
    }
