"""Which engine works off what waits in a store: threads here, a cluster, or workers elsewhere, as this may be one.

Ray is an optional package, so it is imported only when wanted.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from grader.classroom.store.queue import Scope
from grader.classroom.store.store import Store, open_store_at
from grader.classroom.work import BatchOptions
from grader.course.course import near_names
from grader.engine.local import work_elsewhere, work_on
from grader.engine.ready import refuse_if_unfit
from grader.errors import EngineMissingError, UserError
from grader.models import Value
from grader.sandbox.fingerprint import judging_version

__all__ = ["Worked", "work_at", "work_through"]

_RAY_SETTINGS = {
    "RAY_USAGE_STATS_ENABLED": "0",
    "RAY_ENABLE_UV_RUN_RUNTIME_ENV": "0",  # under `uv run` it would send the course to every node, suites included
}


class Worked(Value, frozen=True, kw_only=True):
    """What `learn work --json` prints.

    Attributes:
        kept: how many results came of it.
    """

    format_version: int = 1
    kept: int


def work_through(
    store: Store,
    scope: Scope,
    options: BatchOptions,
    *,
    on_look: Callable[[int], None] = lambda waiting: None,
    on_notice: Callable[[str], None] = lambda text: None,
) -> None:
    """Has everything judged that waits in a store.

    Args:
        on_look: is told now and then how much is not done yet.
        on_notice: is told of machines that take no work, and of workers that were lost.

    Raises:
        EngineMissingError: if nobody can judge, or can any longer.
        UserError: if the store fails.
    """
    if options.engine == "ray":
        with _needs_ray():
            from grader.engine.cluster import work_on_cluster
        work_on_cluster(store, scope, options, on_look=on_look, on_notice=on_notice)
    elif options.jobs == 0:
        work_elsewhere(store, scope, on_look=on_look)
    else:
        work_on(store, scope, options, on_look=on_look)


def work_at(
    url: str,
    names: tuple[str, ...],
    options: BatchOptions,
    *,
    until_empty: bool,
    on_ready: Callable[[], None] = lambda: None,
) -> Worked:
    """Judges what waits in the store at a URL, as one of any number of workers.

    Args:
        names: of the assignments to judge; all by default.
        until_empty: end when nothing waits any more; else go on until interrupted.
        on_ready: is told once it is known that this machine can judge.

    Raises:
        EngineMissingError: if this machine cannot judge, or cannot any longer.
        UserError: if there is no such store or assignment, or the store fails.
    """
    with open_store_at(url) as store:
        scope = Scope(version=judging_version(), device=options.device, assignments=_slugs(store, names))
        refuse_if_unfit(options, scope.version, store.queue.versions())
        on_ready()
        return Worked(kept=work_on(store, scope, options, until_empty=until_empty))


@contextmanager
def _needs_ray() -> Iterator[None]:
    """Says what to install when the import of Ray fails, and keeps it from telling or taking what is not its own."""
    for name, value in _RAY_SETTINGS.items():
        os.environ.setdefault(name, value)
    try:
        yield
    except ModuleNotFoundError as error:
        if error.name != "ray":
            raise
        raise EngineMissingError(
            "The Python package `ray` is missing, which `--engine ray` needs. "
            "Run `pip install 'gradus-torch[cluster]'`."
        ) from error


def _slugs(store: Store, names: tuple[str, ...]) -> tuple[str, ...]:
    """Returns slugs, of which the store knows something if it knows anything."""
    known = store.journal.assignments()
    slugs = tuple(name.replace("_", "-") for name in names)
    for slug in slugs:
        if known and slug not in known:
            raise UserError(f"Nobody has handed in anything for `{slug}`.{near_names(slug, known)}")
    return slugs
