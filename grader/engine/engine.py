"""Which engine works off what waits in a store: threads here, or workers elsewhere, of which this may be one."""

from __future__ import annotations

from collections.abc import Callable

from grader.classroom.store.queue import Scope
from grader.classroom.store.store import Store, open_store_at
from grader.classroom.work import BatchOptions
from grader.course.course import near_names
from grader.engine.local import work_elsewhere, work_on
from grader.engine.ready import refuse_if_unfit
from grader.errors import UserError
from grader.models import Value
from grader.sandbox.fingerprint import judging_version

__all__ = ["Worked", "work_at", "work_through"]


class Worked(Value, frozen=True, kw_only=True):
    """What `learn work --json` prints.

    Attributes:
        kept: how many results came of it.
    """

    format_version: int = 1
    kept: int


def work_through(
    store: Store, scope: Scope, options: BatchOptions, *, on_look: Callable[[int], None] = lambda waiting: None
) -> None:
    """Has everything judged that waits in a store.

    Args:
        on_look: is told now and then how much is not done yet.

    Raises:
        EngineMissingError: if nobody can judge, or can any longer.
        UserError: if the store fails.
    """
    if options.jobs == 0:
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


def _slugs(store: Store, names: tuple[str, ...]) -> tuple[str, ...]:
    """Returns slugs, of which the store knows something if it knows anything."""
    known = store.journal.assignments()
    slugs = tuple(name.replace("_", "-") for name in names)
    for slug in slugs:
        if known and slug not in known:
            raise UserError(f"Nobody has handed in anything for `{slug}`.{near_names(slug, known)}")
    return slugs
