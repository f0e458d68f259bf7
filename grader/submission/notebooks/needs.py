"""Which statements of a notebook the tasks need: what defines them, what that looks up, what changes any of it. Pure.

A call that stands alone may set up what a task needs (`REGISTRY.update(...)`, `@register`, `init()`), or only show it
(`print(f(x))`, a plot, a training loop). It is taken if it can be seen to change a needed object of the notebook's own;
calls of the tasks themselves are never taken for what they change.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from grader.submission.notebooks.changes import Change, How
from grader.submission.notebooks.chunks import Chunk

__all__ = ["needed"]

_LOOKS_UP_BY_TEXT = {"eval", "exec", "globals", "locals", "vars"}
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
_OWN_CHANGES = (How.STORE, How.MUTATES, How.METHOD)


@dataclass(kw_only=True)
class _Effects:
    """What becomes of it when something is called, or a method of it.

    Attributes:
        sets: the names of the module to which it gives a value or whose objects it changes.
        alters: it may change what is passed to it.
        marks: it sets an attribute or item of just what is passed to it.
    """

    sets: set[str] = field(default_factory=set)
    alters: bool = False
    marks: bool = False


class _Needs:
    """Follows needs through the statements, which are in the order of the notebook."""

    def __init__(self, chunks: Sequence[Chunk], tasks: frozenset[str]) -> None:
        self._tasks = tasks
        self._packages = _packages(chunks)
        own = set().union(*(chunk.binds for chunk in chunks if not chunk.is_import))
        self._imported = self._packages.keys() - own
        self._functions = set().union(*(chunk.binds for chunk in chunks if chunk.is_function))
        self._objects = own - self._functions
        self._has_subclasses_looked_up = any(_looks_up_subclasses(chunk) for chunk in chunks)
        self._effects: dict[str, _Effects] = {}
        self._find_effects(chunks)
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
        return any(self._is_setup(change) for change in chunk.facts.changes)

    def _is_setup(self, change: Change) -> bool:
        """Whether it changes what is wanted, as far as can be seen."""
        root, is_wanted = change.root, change.root in self.wanted
        if change.how is How.STORE:
            return is_wanted
        if root in self._imported:
            return self._is_altered_by_import(change)
        effects = self._effects.get(root, _Effects())  # tasks have none
        if not effects.sets.isdisjoint(self.wanted):
            return True
        if change.how is How.CALL:
            return self._is_altered(change, effects)
        if change.how is How.BASE:
            return is_wanted and self._has_subclasses_looked_up
        if change.how is How.MADE:
            return is_wanted and root in self._functions - self._tasks
        return is_wanted and change.how in _OWN_CHANGES

    def _is_altered(self, change: Change, effects: _Effects) -> bool:
        arguments = change.arguments & self.wanted
        return (effects.marks and bool(arguments)) or (effects.alters and not arguments.isdisjoint(self._objects))

    def _is_altered_by_import(self, change: Change) -> bool:
        """Whether a function that is not the notebook's own is given something wanted, and does not only show it."""
        if change.how in (How.MUTATES, How.BASE) or self._packages[change.root] in _ONLY_SHOWS:
            return False
        arguments = change.arguments & self.wanted
        if not arguments.isdisjoint(self._objects):
            return True
        return bool(arguments & self._functions) and _REGISTERS.search(change.last or change.root) is not None

    # What calls do.

    def _find_effects(self, chunks: Sequence[Chunk]) -> None:
        for chunk in chunks:
            for name in chunk.binds - self._tasks - self._imported:
                self._add_effects(self._effects.setdefault(name, _Effects()), chunk)
        users: dict[str, list[Chunk]] = {}
        for chunk in chunks:
            for name in chunk.facts.uses & self._effects.keys():
                users.setdefault(name, []).append(chunk)
        changed = set(self._effects)
        while changed:
            for chunk in users.get(changed.pop(), []):
                names = chunk.binds & self._effects.keys()
                changed |= {name for name in names if self._pass_on(self._effects[name], chunk)}

    def _add_effects(self, effects: _Effects, chunk: Chunk) -> None:
        facts = chunk.facts
        effects.sets |= facts.sets
        inside = [change for change in facts.inside if change.how in _OWN_CHANGES]
        effects.sets |= {change.root for change in inside if not change.is_of_parameter} & facts.uses - self._imported
        effects.sets |= {change.root for change in facts.changes if change.how in (How.STORE, How.MUTATES)}
        effects.alters |= any(change.is_of_parameter for change in inside)
        effects.alters |= any(change.passes_on and change.last.endswith("_") for change in facts.inside)
        effects.marks |= any(change.is_parameter and change.how is How.STORE for change in inside)
        if _makes_subclasses_known(chunk.node):
            effects.sets |= chunk.binds

    def _pass_on(self, effects: _Effects, chunk: Chunk) -> bool:
        """Adds the effects of what a statement uses; returns whether that was new."""
        before = len(effects.sets), effects.alters
        for used in chunk.facts.uses & self._effects.keys():
            effects.sets |= self._effects[used].sets
            if self._effects[used].alters and not chunk.is_definition:
                effects.sets |= chunk.facts.uses & self._objects
        called = {change.root for change in chunk.facts.inside if change.how is How.CALL and change.passes_on}
        effects.alters |= any(self._effects[name].alters for name in called & self._effects.keys())
        return before != (len(effects.sets), effects.alters)


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


def _makes_subclasses_known(node: ast.stmt) -> bool:
    """Whether the classes that are made of a class change it."""
    if not isinstance(node, ast.ClassDef):
        return False
    if any(keyword.arg == "metaclass" for keyword in node.keywords):
        return True
    return any(isinstance(part, ast.FunctionDef) and part.name == "__init_subclass__" for part in node.body)


def _packages(chunks: Iterable[Chunk]) -> dict[str, str]:
    """Returns from which package each imported name comes."""
    packages = {}
    for node in (node for chunk in chunks for node in ast.walk(chunk.node)):
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            for alias in node.names:
                whence = node.module or "" if isinstance(node, ast.ImportFrom) else alias.name
                packages[alias.asname or alias.name.partition(".")[0]] = whence.partition(".")[0]
    return packages
