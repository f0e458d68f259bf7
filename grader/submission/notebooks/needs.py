"""Which statements of a notebook the tasks need: what defines them, what that looks up, what changes any of it. Pure.

Needed is a statement that gives a needed name its value, or that changes a needed object of the notebook's own. What
changes one is seen through every name that the object may have (`aliases.py`) and through calls (`effects.py`):

- an item or attribute is set or deleted, or a method called that is there for it: `append`, `fill_`, one of its own;
- a call stands alone in a line: of a method of it, or of a function that changes it or of a package that is given it;
- anything is called, wherever in the statement, that sets names of the module or changes their objects.

Left out is what only shows: `print`, `assert`, plots, comparisons, values that are kept (`y = net(x)`), and calls of
the tasks, which are never taken for what they change. So a training loop is taken only if what it trains is needed.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Sequence

from grader.submission.notebooks.changes import MUTATORS, Change, How
from grader.submission.notebooks.chunks import Chunk
from grader.submission.notebooks.effects import Effects, altering_methods, effects_of
from grader.submission.notebooks.objects import Objects

__all__ = ["needed"]

_LOOKS_UP_BY_TEXT = {"eval", "exec", "globals", "locals", "vars", "__name__", "__main__"}
_ONLY_SHOWS = {
    *(
        "IPython",
        "altair",
        "bokeh",
        "doctest",
        "graphviz",
        "importlib",
        "logging",
        "matplotlib",
        "pprint",
        "plotly",
        "pytest",
    ),
    *("seaborn", "tabulate", "time", "timeit", "torchinfo", "torchsummary", "torchviz", "tqdm", "unittest", "warnings"),
}
_REGISTERS = re.compile(r"wrap|register")
_SAVES = re.compile(r"save|dump")
_CHANGES = re.compile(  # methods that change their object, as far as a name tells, though they give something back
    r"register|load|set|add|init|reset|update|fill|apply|fit|step|put|push|zero_|next|move|train$|eval$|to$|__next__"
)
_CHANGE_ARGUMENTS = {
    *("heapify", "heappop", "heappush", "heappushpop", "heapreplace", "insort", "insort_left", "insort_right"),
    *("shuffle", "copyto", "put", "putmask", "fill_diagonal", "load_state_dict"),
}
_RUN_BY_CALL = {"__call__", "forward"}


class _Needs:
    """Follows needs through the statements, which are in the order of the notebook."""

    def __init__(self, chunks: Sequence[Chunk], tasks: frozenset[str]) -> None:
        self._tasks = tasks
        self._objects = Objects(chunks, tasks)
        self._has_subclasses_looked_up = any(_looks_up_subclasses(chunk) for chunk in chunks)
        self._effects = effects_of(chunks, self._objects, tasks)
        self._altering = altering_methods(chunks)
        self.wanted = {"*", *tasks}

    def follow(self, chunks: Iterable[Chunk]) -> set[tuple[int, int]]:
        """Returns where the statements are that are needed, and wants what they look up, however deep."""
        waiting = {chunk.place: chunk for chunk in chunks}
        by_name: dict[str, list[Chunk]] = {}
        for chunk in waiting.values():
            for name in chunk.binds:
                by_name.setdefault(name, []).append(chunk)
        kept: set[tuple[int, int]] = set()
        found = [chunk for name in self.wanted for chunk in by_name.get(name, [])]
        while found:
            for chunk in found:
                kept.add(chunk.place)
                waiting.pop(chunk.place, None)
            new = set().union(*(chunk.facts.uses for chunk in found)) - self.wanted
            self.wanted |= new
            found = [chunk for name in new for chunk in by_name.get(name, []) if chunk.place in waiting]
            found = found or [chunk for chunk in waiting.values() if self.sets_up(chunk)]
        return kept

    def sets_up(self, chunk: Chunk) -> bool:
        """Whether a statement changes what is wanted, or defines what may be wanted by a text."""
        if chunk.is_definition and not self.wanted.isdisjoint(_LOOKS_UP_BY_TEXT):
            return True
        return any(self._is_setup(*change) for change in self._objects.changes(chunk))

    def _is_setup(self, change: Change, touched: frozenset[str], passed: frozenset[str]) -> bool:
        """Whether it changes what is wanted, as far as can be seen.

        Args:
            touched: the names of all that the changed object may be.
            passed: of all that is passed.
        """
        is_wanted = change.root in self.wanted or self._has_wanted(touched)
        if change.how is How.STORE:
            return is_wanted
        if change.how is How.BASE:
            return self._sets_wanted(change) or (is_wanted and self._has_subclasses_looked_up)
        if self._runs_what_sets(change, passed):
            return True
        if change.root in self._objects.imported:
            return self._is_altered_by_import(change, passed)
        if self._sets_wanted(change) or self._is_altered(change, passed):
            return True
        return is_wanted and self._is_by_itself(change, touched)

    def _has_wanted(self, names: frozenset[str]) -> bool:
        return not self.wanted.isdisjoint(names & self._objects.mutable)

    def _sets_wanted(self, change: Change) -> bool:
        """Whether what is called changes what is wanted; the methods of a value do if nothing else is done with it."""
        sets = self._effects.get(change.root, Effects()).sets  # tasks have none
        if change.how is How.METHOD and not change.is_alone and change.root in self._objects.instances:
            return False
        return not self.wanted.isdisjoint(sets)

    def _runs_what_sets(self, change: Change, passed: frozenset[str]) -> bool:
        """Whether a function is passed, which somebody calls then, that changes what is wanted."""
        if self._objects.packages.get(change.root, "") in _ONLY_SHOWS:
            return False
        functions = passed & self._objects.functions & self._effects.keys()
        return any(not self.wanted.isdisjoint(self._effects[name].sets) for name in functions)

    def _is_altered(self, change: Change, passed: frozenset[str]) -> bool:
        """Whether a function or method is given something wanted that it changes."""
        has_wanted = self._has_wanted(passed - self._tasks)
        if change.how is How.CALL:
            effects = self._effects.get(change.root, Effects())
            return (effects.marks and bool(passed & self.wanted)) or (effects.alters and has_wanted)
        is_of_type = change.root not in self._objects.own and change.last in MUTATORS  # `list.append(a, b)`
        is_own = change.how is How.METHOD and change.last in self._altering
        return has_wanted and (is_of_type or is_own)

    def _is_by_itself(self, change: Change, touched: frozenset[str]) -> bool:
        """Whether something wanted is used in a way that changes it, or that has no other use."""
        if change.how is How.MADE:
            is_function = change.root in self._objects.functions - self._tasks
            return change.is_alone and (is_function or self._has_wanted(touched))
        if change.how is How.CALL:
            is_value = change.root in self._objects.instances
            return is_value and (change.is_alone or not self._altering.isdisjoint(_RUN_BY_CALL))
        is_named_so = change.last in self._altering or _CHANGES.match(change.last) is not None
        return change.how is How.MUTATES or change.is_alone or is_named_so

    def _is_altered_by_import(self, change: Change, passed: frozenset[str]) -> bool:
        """Whether a function that is not the notebook's own is given something wanted, and does not only show it."""
        package = self._objects.packages[change.root]
        if package in _ONLY_SHOWS or change.how is How.BASE:
            return False
        if change.how is How.MUTATES:  # `os.environ.update(...)`, not `torch.add`
            return change.is_alone and change.last in MUTATORS and change.root in self.wanted
        name = change.last or change.root
        if self._has_wanted(passed) and not _SAVES.match(name):
            return change.is_alone or name.endswith("_") or name in _CHANGE_ARGUMENTS
        is_wanted = not (passed & self.wanted & self._objects.functions).isdisjoint(passed)
        return is_wanted and change.is_alone and _REGISTERS.search(name) is not None


def needed(chunks: Sequence[Chunk], tasks: Iterable[str]) -> set[tuple[int, int]]:
    """Returns where the statements are that the tasks need.

    What was left to be written never replaces what was written, and reserves give only what nothing else does.

    Args:
        tasks: what the assignment asks for; if it is nothing, every definition is asked for.
    """
    usable = [chunk for chunk in chunks if not chunk.is_never_taken]
    asked = frozenset(tasks) or frozenset().union(*(chunk.binds for chunk in usable if chunk.is_definition))
    written = [chunk for chunk in usable if not (chunk.is_stub and chunk.binds & asked)]
    ordinary = [chunk for chunk in written if not chunk.is_reserve]
    reserve = [chunk for chunk in written if chunk.is_reserve]
    needs = _Needs(written, asked)
    kept = needs.follow(ordinary)
    while more := _from_reserve(needs, ordinary, reserve, kept):
        needs.wanted.update(*(chunk.facts.uses for chunk in more))
        kept |= {chunk.place for chunk in more}
        kept |= needs.follow(chunk for chunk in ordinary if chunk.place not in kept)
    found = set().union(*(chunk.binds for chunk in written if chunk.place in kept))
    unwritten = asked - found
    stubs = [chunk for chunk in usable if chunk.is_stub and not chunk.is_reserve and chunk.binds & unwritten]
    needs.wanted.update(*(chunk.facts.uses for chunk in stubs))
    return kept | {chunk.place for chunk in stubs} | needs.follow(ordinary)


def _from_reserve(
    needs: _Needs, ordinary: Sequence[Chunk], reserve: Sequence[Chunk], kept: set[tuple[int, int]]
) -> list[Chunk]:
    """Returns what defines names that nothing else does, and what sets those up in the cells that gave some."""
    bound = set().union(*(chunk.binds for chunk in ordinary))
    missing = needs.wanted - bound - {"*", "judge"}
    giving = {cell for cell, _ in kept}
    return [
        chunk
        for chunk in reserve
        if chunk.place not in kept
        and (
            (_defines(chunk) and chunk.binds & missing)
            or (chunk.cell in giving and chunk.binds.isdisjoint(bound) and needs.sets_up(chunk))
        )
    ]


def _defines(chunk: Chunk) -> bool:
    return (
        isinstance(chunk.node, (ast.Assign, ast.AnnAssign, ast.If, ast.Try)) or chunk.is_definition or chunk.is_import
    )


def _looks_up_subclasses(chunk: Chunk) -> bool:
    return any(isinstance(part, ast.Attribute) and part.attr == "__subclasses__" for part in ast.walk(chunk.node))
