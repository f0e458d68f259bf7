"""A class on a Ray cluster is judged as on one machine, whatever goes away on the way: actors, nodes, the command."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from typing import Any

import click.testing
import msgspec
import psycopg
import pytest
import ray
from ray._private import state
from ray.cluster_utils import Cluster
from sqlalchemy import Connection, create_engine, text

from grader.classroom.store.store import Store, open_store, open_store_at
from grader.course.course import Course
from grader.engine import cluster, crew
from grader.engine.actor import Actor
from grader.engine.engine import work_through
from grader.errors import EngineMissingError, UserError
from grader.models import ProblemKind
from tests.support.actors import KILLER, SCOPE, PatientActor, fill, key_of, options_for

Learn = Callable[..., click.testing.Result]

pytestmark = pytest.mark.slow

_ROOT = Path(__file__).parents[2]
_NODE: dict[str, Any] = {"num_cpus": 1, "object_store_memory": 80 << 20}
_LEASE_S = 60.0
_RIGHT = """
def double(x):
    if not x.is_floating_point():
        raise ValueError("integers")
    return x * 2

def add_(x, y):
    x.add_(y)
"""
_SUBMISSIONS = {
    "ada": _RIGHT,
    "bob": _RIGHT.replace("x.add_(y)", "return x + y"),
    "dan": _RIGHT.replace("x * 2", "x"),
    "eve": _RIGHT.replace("def add_", "def other"),
    "fay": "def broken(",
    "gus": _RIGHT.replace("return x * 2", "exit(1)"),
}


@pytest.fixture(scope="module")
def nodes() -> Iterator[Cluster]:
    """A cluster of three nodes, each with room for one worker; the first one says that it has a GPU."""
    made = Cluster(initialize_head=True, head_node_args={**_NODE, "num_gpus": 1, "include_dashboard": False})
    try:
        for _ in range(2):
            made.add_node(**_NODE)
        yield made
    finally:
        made.shutdown()  # type: ignore[no-untyped-call]


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_store(tmp_path / "out", must_exist=False) as opened:
        yield opened


@pytest.fixture
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(crew, "Actor", PatientActor)


def _texts(count: int) -> list[str]:
    return [f"x = {number}" for number in range(count)]


@contextmanager
def _database(store: Store) -> Iterator[Connection]:
    engine = create_engine(store.url)
    try:
        with engine.begin() as connection:
            yield connection
    finally:
        engine.dispose()


def _graded(store: Store) -> int:
    """Returns how many are graded, each of them once."""
    with _database(store) as connection:
        kept = connection.execute(text("SELECT count(*) FROM gradings")).scalar_one()
        logged = connection.execute(text("SELECT count(*) FROM audit WHERE action = 'grade'")).scalar_one()
    assert kept == logged == len(store.journal.graded_keys())
    return int(kept)


def _claims(store: Store) -> list[tuple[str, int]]:
    """Returns the machine and the process of whoever is judging something."""
    with _database(store) as connection:
        return [(row.host, row.pid) for row in connection.execute(text("SELECT host, pid FROM claims"))]


def _until(is_true: Callable[[], object], seconds: float = 30.0) -> None:
    deadline = time.monotonic() + seconds
    while not is_true():
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.1)


# As on one machine.


def test_class_on_three_nodes_gets_what_it_gets_on_one_machine(nodes: Cluster, learn: Learn, toy: Course) -> None:
    for student, source in _SUBMISSIONS.items():
        (toy.root / "class" / student).mkdir(parents=True)
        (toy.root / "class" / student / "toy.py").write_text(source, encoding="utf-8")
    command = ("grade", "class", "--sandbox", "process", "--trust-submissions")
    judged = {}
    for out, engine in {"here": ["--jobs", "2"], "there": ["--engine", "ray", "--address", nodes.address]}.items():
        result = learn(*command, "--out", out, *engine, "--jobs", "3")
        assert result.exit_code == 0, result.output
        with open_store(toy.root / out) as store:
            reports = [attempt.report for attempt in store.journal.attempts()]
            assert _graded(store) == len(_SUBMISSIONS)
        judged[out] = {
            report.student: [(test.test, test.verdict, test.score) for task in report.tasks for test in task.tests]
            for report in reports
            if report is not None
        }
    assert judged["there"] == judged["here"]
    assert set(judged["there"]) == set(_SUBMISSIONS)


def test_containers_get_the_gpu_that_ray_gave_to_their_worker(nodes: Cluster, store: Store, patient: None) -> None:
    scope = msgspec.structs.replace(SCOPE, device="cuda")
    fill(store, *_texts(2), scope=scope)
    options = options_for(nodes.address, sandbox="docker", device="cuda", gpus_per_job=0.25, jobs=1)
    work_through(store, scope, options)
    reports = [store.journal.report(key_of(number, one, scope)) for number, one in enumerate(_texts(2))]
    assert [report.output for report in reports if report is not None] == ["0", "0"]


# What goes away.


def test_node_that_is_lost_costs_what_it_was_at_a_retry_at_once(nodes: Cluster, store: Store, patient: None) -> None:
    lost: list[str] = []
    held: list[float] = []
    notices: list[str] = []

    def look(waiting: int) -> None:
        if not lost and waiting < 10 and (here := _claims(store)):
            node = next((one for one in nodes.worker_nodes if one.node_id in dict(here)), None)
            if node is not None:
                lost.append(node.node_id)
                nodes.remove_node(node, allow_graceful=False)
        if lost and lost[0] in dict(_claims(store)):
            held.append(time.monotonic())

    fill(store, *_texts(14))
    started = time.monotonic()
    work_through(store, SCOPE, options_for(nodes.address, jobs=3), on_look=look, on_notice=notices.append)
    assert lost, "no node was at anything"
    assert _graded(store) == 14
    assert [one for one in notices if "is gone; what it was at is judged by another." in one] == notices != []
    assert len(held) < 20 and time.monotonic() - started < _LEASE_S, "the claims were left to end by themselves"


def test_submission_that_kills_each_worker_is_given_up(
    nodes: Cluster, store: Store, patient: None, capsys: pytest.CaptureFixture[str]
) -> None:
    fill(store, KILLER, *_texts(3))
    notices: list[str] = []
    work_through(store, SCOPE, options_for(nodes.address), on_notice=notices.append)
    report = store.journal.failure(key_of(0, KILLER))
    assert report is not None and report.problem is not None
    assert report.problem.kind is ProblemKind.SANDBOX
    assert report.problem.message.startswith("Each of the 3 workers that began to judge it was gone")
    assert (_graded(store), len(notices)) == (3, 3)
    assert capsys.readouterr().out == "", "results go there, and not what Ray says of workers"


@contextmanager
def _driver(store: Store, address: str) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-m", "tests.support.actors", store.url, address]
    running = subprocess.Popen(command, cwd=_ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    try:
        yield running
    finally:
        running.kill()
        running.communicate()


def _is_there(pid: int) -> bool:
    return Path(f"/proc/{pid}/cmdline").is_file() and b"ray::" in Path(f"/proc/{pid}/cmdline").read_bytes()


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM], ids=["killed", "told to end"])
def test_command_that_ends_takes_its_workers_with_it_and_goes_on_when_started_again(
    nodes: Cluster, store: Store, number: signal.Signals
) -> None:
    fill(store, *_texts(12))
    with _driver(store, nodes.address) as running:
        _until(lambda: store.journal.graded_keys() and len(_claims(store)) == 2)
        workers = [pid for _, pid in _claims(store)]
        assert all(map(_is_there, workers))
        running.send_signal(number)
        running.wait(20)
        _until(lambda: not any(map(_is_there, workers)))
    assert 0 < _graded(store) < 12
    if number is signal.SIGTERM:
        assert running.returncode == -signal.SIGINT  # as Python ends when it is interrupted, and not as Ray ends it
        assert _claims(store) == []  # what they were at is done
    with _database(store) as connection:  # as after a minute
        connection.execute(text("UPDATE claims SET expires_at = '2000-01-01T00:00:00.000000+00:00'"))
    with _driver(store, nodes.address) as again:
        printed, _ = again.communicate(timeout=60)
    assert (again.returncode, printed) == (0, "")
    assert _graded(store) == 12


# Nodes that take no work.


@pytest.mark.docker
def test_node_without_a_docker_engine_takes_nothing_and_is_named(
    nodes: Cluster, learn: Learn, toy: Course, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as there:
        there.setenv("DOCKER_HOST", "unix:///nowhere/docker.sock")
        bare = nodes.add_node(**_NODE)
    (toy.root / "class" / "ada").mkdir(parents=True)
    (toy.root / "class" / "ada" / "toy.py").write_text(_RIGHT, encoding="utf-8")
    slots = str(1 + len(nodes.worker_nodes))
    try:
        result = learn("grade", "class", "--engine", "ray", "--address", nodes.address, "--jobs", slots)
    finally:
        nodes.remove_node(bare)
    assert result.exit_code == 0, result.output
    assert f"{bare.node_id[:8]}) takes no work. " in " ".join(result.stderr.split())
    assert "1 graded" in result.stdout


def test_cluster_of_which_no_node_has_gradus_is_a_missing_engine(
    nodes: Cluster, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    module = ModuleType("only_on_this_machine")
    made = type("Stranger", (Actor,), {"__module__": module.__name__})
    module.Stranger = made  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, module.__name__, module)
    monkeypatch.setattr(crew, "Actor", made)
    fill(store, *_texts(2))
    with pytest.raises(EngineMissingError, match="No module named 'only_on_this_machine'. Install Gradus"):
        work_through(store, SCOPE, options_for(nodes.address))
    assert store.queue.waiting(SCOPE) == 2


def test_cluster_without_the_gpus_that_are_wanted_is_a_missing_engine(nodes: Cluster, store: Store) -> None:
    fill(store, *_texts(1))
    with pytest.raises(EngineMissingError, match="^No node of the cluster has 1 CPU and 2 GPU, "):
        work_through(store, SCOPE, options_for(nodes.address, device="cuda", gpus_per_job=2))


def test_no_cluster_is_a_missing_engine(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    fill(store, *_texts(1))
    with pytest.raises(EngineMissingError, match="^No Ray cluster is joined at `127.0.0.1:1`: "):
        work_through(store, SCOPE, options_for("127.0.0.1:1"))


# The store.


def test_machines_do_not_share_a_file(monkeypatch: pytest.MonkeyPatch) -> None:
    listed = [_listed("a", "here"), _listed("b", "there")]
    monkeypatch.setattr(socket, "gethostname", lambda: "here")
    monkeypatch.setattr(ray, "nodes", lambda: listed)
    with pytest.raises(UserError, match=r"other machines than this one \(there\), and a store in SQLite is for one"):
        cluster._refuse_far_nodes("sqlite:////out/gradus.db")
    cluster._refuse_far_nodes("postgresql://host/name")
    monkeypatch.setattr(ray, "nodes", lambda: [*listed[:1], {**listed[1], "Alive": False}])
    cluster._refuse_far_nodes("sqlite:////out/gradus.db")


def _listed(node: str, host: str) -> dict[str, Any]:
    return {"NodeID": node, "Alive": True, "NodeManagerAddress": "", "NodeManagerHostname": host, "Resources": {}}


@pytest.mark.postgresql
def test_password_of_the_store_is_told_nowhere(nodes: Cluster, postgresql_url: str, patient: None) -> None:
    password = f"secret{os.urandom(8).hex()}"
    name, _, query = postgresql_url.removeprefix("postgresql:///").partition("?")
    query = query.replace("&user=gradus", "")
    url = f"postgresql://gradus:{password}@/{name}?{query}"
    with psycopg.connect(url):
        pass
    with open_store(Path("unused"), url, must_exist=False):
        pass
    shown: list[object] = []
    with open_store_at(url) as store:
        fill(store, KILLER, *_texts(2))

        def look(_: int) -> None:
            if ray.is_initialized():
                shown.append(state.actors())

        work_through(store, SCOPE, options_for(nodes.address), on_look=look, on_notice=shown.append)
        assert _graded(store) == 2
    assert nodes.head_node is not None
    logs = [path for path in Path(nodes.head_node.get_logs_dir_path()).rglob("*") if path.is_file()]
    assert len(logs) > 5 and "PatientActor" in str(shown)
    assert [path for path in logs if password.encode() in path.read_bytes()] == []
    assert password not in str(shown)
