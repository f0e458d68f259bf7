"""What becomes of it when something of a notebook is called: what it changes, in the module or of what it is given."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import dataclass, field

from grader.submission.notebooks.changes import How, changes_inside
from grader.submission.notebooks.chunks import Chunk
from grader.submission.notebooks.objects import Objects

__all__ = ["Effects", "altering_methods", "effects_of"]

_OWN_CHANGES = (How.STORE, How.MUTATES, How.METHOD)


@dataclass(kw_only=True)
class Effects:
    """What becomes of it when something is called, or a method of it.

    Attributes:
        sets: the names of the module to which it gives a value or whose objects it changes.
        alters: it may change what is passed to it.
        marks: it sets an attribute or item of just what is passed to it.
    """

    sets: set[str] = field(default_factory=set)
    alters: bool = False
    marks: bool = False


def effects_of(chunks: Sequence[Chunk], objects: Objects, tasks: frozenset[str]) -> dict[str, Effects]:
    """Returns what becomes of it when a name is called, or a method of it; the tasks have no effects."""
    effects: dict[str, Effects] = {}
    for chunk in chunks:
        for name in chunk.binds - tasks - objects.imported:
            _add(effects.setdefault(name, Effects()), chunk, objects)
    users: dict[str, list[Chunk]] = {}
    for chunk in chunks:
        for name in chunk.facts.uses & effects.keys():
            users.setdefault(name, []).append(chunk)
    changed = set(effects)
    while changed:
        for chunk in users.get(changed.pop(), []):
            names = chunk.binds & effects.keys()
            changed |= {name for name in names if _pass_on(effects, effects[name], chunk, objects)}
    for one in effects.values():
        one.sets |= objects.ever(one.sets)
    return effects


def _add(effects: Effects, chunk: Chunk, objects: Objects) -> None:
    facts = chunk.facts
    effects.sets |= facts.sets
    inside = [change for change in facts.inside if change.how in _OWN_CHANGES]
    touched = [change.names for change in inside if not change.is_of_parameter]
    effects.sets |= set[str]().union(*touched) & facts.uses - objects.imported
    effects.sets |= {change.root for change in facts.changes if change.how in (How.STORE, How.MUTATES)}
    effects.alters |= any(change.is_of_parameter for change in inside)
    effects.alters |= any(change.passes_on and change.last.endswith("_") for change in facts.inside)
    effects.marks |= any(change.is_parameter and change.how is How.STORE for change in inside)
    if _makes_subclasses_known(chunk.node):
        effects.sets |= chunk.binds


def _pass_on(known: dict[str, Effects], effects: Effects, chunk: Chunk, objects: Objects) -> bool:
    """Adds the effects of what a statement uses; returns whether that was new."""
    before = len(effects.sets), effects.alters
    for used in chunk.facts.uses & known.keys():
        effects.sets |= known[used].sets
        if known[used].alters and not chunk.is_definition:
            effects.sets |= chunk.facts.uses & objects.values
    called = {change.root for change in chunk.facts.inside if change.how is How.CALL and change.passes_on}
    effects.alters |= any(known[name].alters for name in called & known.keys())
    return before != (len(effects.sets), effects.alters)


def _makes_subclasses_known(node: ast.stmt) -> bool:
    """Whether the classes that are made of a class change it."""
    if not isinstance(node, ast.ClassDef):
        return False
    if any(keyword.arg == "metaclass" for keyword in node.keywords):
        return True
    return any(isinstance(part, ast.FunctionDef) and part.name == "__init_subclass__" for part in node.body)


def altering_methods(chunks: Sequence[Chunk]) -> set[str]:
    """Returns the names of the notebook's own methods that change their object, or what is passed to them."""
    methods = [
        part
        for chunk in chunks
        for top in ast.walk(chunk.node)
        if isinstance(top, ast.ClassDef)
        for part in top.body
        if isinstance(part, (ast.FunctionDef, ast.AsyncFunctionDef))
    ]
    stores = (How.STORE, How.MUTATES)
    return {
        method.name
        for method in methods
        if any(change.is_of_parameter and change.how in stores for change in changes_inside(method))
    }
