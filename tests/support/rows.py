"""Which tests follow each other in one worker, when several workers run them.

Tests with containers count those that there are and measure what they take: they make one row. So do the tests of a
file that share what is dear to set up. Every other test goes to the worker that is free first.
"""

from __future__ import annotations

from xdist.scheduler import LoadScopeScheduling

__all__ = ["DOCKER", "SHARING", "RowScheduling", "row_of"]

DOCKER = "docker"
_WITH_CONTAINERS = (
    DOCKER,
    "tests/attacks/",
    "tests/endurance/",
    "tests/engine/test_cluster.py",
    "tests/release/test_autograder.py",
)
SHARING = (
    "tests/browser/test_class_page.py",
    "tests/export/test_nbgrader.py",
    "tests/release/test_slurm_cluster.py",
    "tests/test_package.py",
)


def row_of(nodeid: str) -> str:
    """Returns the name of a test's row; a test alone is one."""
    if any(part in nodeid for part in _WITH_CONTAINERS):
        return DOCKER
    file = nodeid.partition("::")[0]
    return file if file in SHARING else nodeid


class RowScheduling(LoadScopeScheduling):  # type: ignore[misc]
    """Hands out row after row, the longest first.

    The mark `xdist_group` would do, but pytest-xdist 3.8 writes it into a field of the node id that pytest 9.2 does not
    read: marked tests are dealt out like all others, and nothing is said.
    """

    def _split_scope(self, nodeid: str) -> str:
        return row_of(nodeid)
