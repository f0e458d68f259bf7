"""Fixtures that several tests share: the toy course, a warm sandbox and the command line."""

from __future__ import annotations

import os
import shutil
import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import click.testing
import pytest

from benchmarks.postgresql import Server, server
from grader.course import source
from grader.course.course import Course
from grader.course.exercises import generate
from grader.course.practice import init_practice
from grader.sandbox import factory
from grader.sandbox.pool import Pool
from grader.sandbox.process import ProcessSandbox
from tests.support.needs import NEEDS, chromium_path

pytest_plugins = ["pytester"]

_TOY = Path(__file__).parent / "courses" / "toy"
_COLOURS = ("NO_COLOR", "FORCE_COLOR")
_LOCALE = ("LC_ALL", "LC_MESSAGES", "LANG")

Learn = Callable[..., click.testing.Result]


def pytest_configure(config: pytest.Config) -> None:
    """Refuses to start where tests that must run cannot.

    A shell's background job is started to ignore SIGINT, and so would be every command that a test interrupts.
    """
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    is_worker = hasattr(config, "workerinput")
    for need, look in NEEDS.items():
        if not is_worker and os.environ.get(f"GRADUS_REQUIRE_{need.upper()}") and (problem := look()):
            raise pytest.UsageError(f"the {need} tests must run: {problem}")


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> object:
    """Keeps tests that disturb each other, or share what is dear, in one worker."""
    from tests.support.rows import RowScheduling

    return RowScheduling(config, log)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skips the tests that cannot run here."""
    for need, look in NEEDS.items():
        marked = [item for item in items if item.get_closest_marker(need)]
        if marked and (problem := look()):
            for item in marked:
                item.add_marker(pytest.mark.skip(reason=problem))


@pytest.fixture(scope="session")
def chromium() -> str | None:
    """Where Chromium or Chrome is; tests marked `browser` run only if it is there."""
    return chromium_path()


@pytest.fixture
def toy(tmp_path: Path) -> Course:
    """A copy of the toy course: the assignments `toy` and `next-toy`, without exercises."""
    root = tmp_path / "course"
    shutil.copytree(_TOY, root)
    (root / "exercises").mkdir(exist_ok=True)
    return Course(root)


@pytest.fixture
def builtin(toy: Course, monkeypatch: pytest.MonkeyPatch) -> Course:
    """The toy course in the place of the built-in one."""
    for slug in toy.slugs:
        generate(toy, toy.assignment(slug))
    monkeypatch.setattr(source, "PACKAGED", toy.root)
    return toy


@pytest.fixture
def practice(builtin: Course, tmp_path: Path) -> Course:
    """A practice course with the stubs of the toy course."""
    return init_practice(tmp_path / "practice").course


@pytest.fixture(scope="session")
def warm_pool() -> Iterator[Pool]:
    """One pool of `process` sandboxes for the whole session: torch is imported once."""
    with Pool(ProcessSandbox) as pool:
        yield pool


@pytest.fixture
def learn(toy: Course, monkeypatch: pytest.MonkeyPatch) -> Learn:
    """Runs `learn ARGUMENTS...` in the toy course, with stdout and stderr kept apart."""
    from grader.commands import main as cli

    for name in [name for name in os.environ if name.startswith("GRADUS_")] + [*_COLOURS, *_LOCALE]:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(toy.root)

    def run(*arguments: str, **options: str) -> click.testing.Result:
        return click.testing.CliRunner().invoke(cli.main, arguments, **options)  # type: ignore[arg-type]

    return run


@pytest.fixture
def lent_pool(warm_pool: Pool, monkeypatch: pytest.MonkeyPatch) -> None:
    """Has whatever makes a pool take the session's warm one instead."""
    monkeypatch.setattr(factory, "make_pool", lambda *_, **__: _Lent(warm_pool))


@pytest.fixture
def warm_learn(learn: Learn, lent_pool: None) -> Learn:
    """As `learn`, with the session's warm pool behind every check."""
    return learn


class _Lent:
    """A pool that its user cannot close."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    def __enter__(self) -> Pool:
        return self._pool

    def __exit__(self, *_: object) -> None:
        pass


# A PostgreSQL server.


@pytest.fixture(scope="session")
def postgresql() -> Iterator[Server]:
    """Starts a server that writes nothing for good."""
    with server("fsync=off") as started:
        yield started


@pytest.fixture
def postgresql_url(postgresql: Server) -> str:
    """The URL of an empty database."""
    return postgresql.new_database()
