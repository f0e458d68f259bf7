"""What is made of Ray's own list of nodes."""

from __future__ import annotations

from typing import Any

import pytest

from grader.engine.nodes import nodes_of

_LISTED: dict[str, Any] = {
    "NodeID": "5f8cf07b686f988e5ede",
    "Alive": True,
    "NodeManagerAddress": "10.0.0.7",
    "NodeManagerHostname": "gpu-3",
    "Resources": {"CPU": 16.0, "GPU": 1.0, "node:10.0.0.7": 1.0},
}  # as Ray 2.60 lists a node, shortened


def test_node_has_a_name_that_tells_it_from_others_on_its_machine() -> None:
    [node] = nodes_of([_LISTED]).values()
    assert (node.name, node.address) == ("gpu-3 (10.0.0.7, 5f8cf07b)", "10.0.0.7")


def test_node_that_is_gone_is_none() -> None:
    assert nodes_of([{**_LISTED, "Alive": False}]) == {}


@pytest.mark.parametrize(
    ("wanted", "has_room"),
    [
        ({"CPU": 1.0}, True),
        ({"CPU": 1.0, "GPU": 0.25}, True),
        ({"CPU": 17.0}, False),
        ({"CPU": 1.0, "GPU": 2.0}, False),
    ],
    ids=str,
)
def test_node_has_room_for_what_it_has_all_of(wanted: dict[str, float], has_room: bool) -> None:
    assert nodes_of([_LISTED])[_LISTED["NodeID"]].has_room(wanted) is has_room


def test_head_without_processors_has_no_room() -> None:
    node = nodes_of([{**_LISTED, "Resources": {"memory": 1.0}}])[_LISTED["NodeID"]]
    assert not node.has_room({"CPU": 1.0})
