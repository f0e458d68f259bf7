"""A class that several machines share is graded right whatever is killed: a node of a cluster, its command, workers.

GRADUS_ENDURANCE=1 grades 300 students on three nodes, and as many by three workers of which ten are killed; without
it, a small class is graded by workers of which two are killed.
"""

from __future__ import annotations

import os
import random
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.support.sampled import ROOT, check, command, graded, make_sample

_IS_FULL = bool(os.environ.get("GRADUS_ENDURANCE"))
_STUDENTS, _KILLS = (300, 10) if _IS_FULL else (12, 2)
_WORKERS = 3
_SLUG = "broadcasting"
_LIMIT_S = 1800.0
_NODE: dict[str, Any] = {"num_cpus": 1, "object_store_memory": 80 << 20}

pytestmark = [pytest.mark.slow, pytest.mark.docker]


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_sample(tmp_path_factory.mktemp("sample") / "class", _STUDENTS, _SLUG)


@contextmanager
def _running(*arguments: str) -> Iterator[subprocess.Popen[str]]:
    running = subprocess.Popen(
        command(*arguments), cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    try:
        yield running
    finally:
        running.kill()
        running.wait()
        if running.stdout is not None:
            running.stdout.close()


def _until(is_true: Callable[[], bool]) -> None:
    deadline = time.monotonic() + _LIMIT_S
    while not is_true():
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.2)


@pytest.mark.skipif(not _IS_FULL, reason="takes minutes: set GRADUS_ENDURANCE=1")
def test_class_outlives_a_node_and_its_command(sample: Path, tmp_path: Path) -> None:
    from ray.cluster_utils import Cluster

    out = tmp_path / "out"
    nodes = Cluster(initialize_head=True, head_node_args={**_NODE, "include_dashboard": False})
    grading = ("grade", str(sample), "--out", str(out), "--engine", "ray", "--address", nodes.address, "--jobs", "3")
    try:
        lost, _ = nodes.add_node(**_NODE), nodes.add_node(**_NODE)
        with _running(*grading) as killed:
            _until(lambda: graded(out) >= _STUDENTS // 5)
            nodes.remove_node(lost, allow_graceful=False)
            _until(lambda: graded(out) >= _STUDENTS // 2)
            killed.kill()
        assert _STUDENTS * 0.5 <= graded(out) < _STUDENTS * 0.9, "the command was nearly done"
        with _running(*grading) as again:
            printed, _ = again.communicate(timeout=_LIMIT_S)
    finally:
        nodes.shutdown()  # type: ignore[no-untyped-call]
    assert again.returncode == 0, printed
    check(sample, out)


@pytest.mark.postgresql
def test_class_outlives_its_workers(sample: Path, tmp_path: Path, postgresql_url: str) -> None:
    out, chance = tmp_path / "out", random.Random(3)
    work = ("work", "--store", postgresql_url, "--until-empty")
    with ExitStack() as opened:
        where = ("--out", str(out), "--store", postgresql_url)
        grading = opened.enter_context(_running("grade", str(sample), *where, "--jobs", "0"))
        _until(lambda: _is_waiting(postgresql_url))
        workers = [opened.enter_context(_running(*work)) for _ in range(_WORKERS)]
        for kill in range(1, _KILLS + 1):
            done = _STUDENTS * kill // (2 * _KILLS)
            _until(lambda done=done: graded(out, postgresql_url) >= done)  # type: ignore[misc]
            number = chance.randrange(_WORKERS)
            workers[number].kill()
            workers[number] = opened.enter_context(_running(*work))
        printed, _ = grading.communicate(timeout=_LIMIT_S)
        assert grading.returncode == 0, printed
        ended = [worker.wait(60) for worker in workers]
    assert ended == [0] * _WORKERS
    check(sample, out, postgresql_url)


def _is_waiting(url: str) -> bool:
    import psycopg

    with psycopg.connect(url) as connection:
        found = connection.execute("SELECT to_regclass('pending')").fetchone()
        if found is None or found[0] is None:
            return False
        return connection.execute("SELECT 1 FROM pending").fetchone() is not None
