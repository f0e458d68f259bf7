"""The same submissions of one assignment on this machine's threads and on a Ray cluster of it, in turn."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec

from benchmarks.batch import Graded
from benchmarks.checks import Checks
from benchmarks.classes import hand_in
from benchmarks.commands import run
from benchmarks.gradus import LEARN
from benchmarks.machine import core_count
from benchmarks.results import Comparison, Curve, Grader, Point
from benchmarks.samples import Tell

__all__ = ["ray_comparison"]


def ray_comparison(checks: Checks, count: int, rounds: int, tell: Tell) -> tuple[Comparison, Curve]:
    """Returns the seconds of a submission by both engines, and what the command on the cluster took of memory.

    The start of the cluster does not count, nor do the first submissions, which bring up workers and sandboxes.

    Raises:
        NotMeasuredError: if one fails, or one does not get full marks.
    """
    found: dict[str, list[Graded]] = {Grader.LOCAL: [], Grader.RAY: []}
    for number in range(rounds):
        tell(f"{count} submissions by either engine, round {number + 1}")
        found[Grader.LOCAL].append(_graded(checks, count))
        with _cluster() as address:
            found[Grader.RAY].append(_graded(checks, count, address))
    comparison = Comparison.of({name: tuple(one.steady_s for one in graded) for name, graded in found.items()})
    first, last = (tuple(one.looks_mib[at] for one in found[Grader.RAY]) for at in (0, -1))
    looks = len(found[Grader.RAY][-1].looks_mib)
    points = (Point(at=1, values={"the command": first}), Point(at=looks, values={"the command": last}))
    return comparison, Curve(title="The command on a cluster", x="looks at what is left", y="MiB", points=points)


def _graded(checks: Checks, count: int, *address: str) -> Graded:
    with tempfile.TemporaryDirectory() as folder:
        hand_in(checks, Path(folder) / "class", count)
        what = [f"{folder}/class", f"{folder}/grades", checks.assignment.slug, str(core_count()), *address]
        return msgspec.json.decode(run([LEARN[0], "-m", "benchmarks.batch", *what]), type=Graded)


@contextmanager
def _cluster() -> Iterator[str]:
    """A cluster of one node with all cores; yields its address."""
    from ray.cluster_utils import Cluster

    node = {"num_cpus": core_count(), "include_dashboard": False, "object_store_memory": 80 << 20}
    cluster = Cluster(initialize_head=True, head_node_args=node)
    try:
        yield cluster.address
    finally:
        cluster.shutdown()  # type: ignore[no-untyped-call]
