"""What a file's statements define, what each uses and which others it reaches, by names as Python resolves them.

The rule for attributes: a ban of `.softmax` means the method of a tensor. So an attribute is no use of it

- of a module of Python's own (`math.exp`), of a list or a text, of a function of the file;
- of `self`, `cls` and `super()` in a class of the file, of such a class, of what it makes when it is called, and of a
  variable that is bound to nothing else; if the class derives from a tensor, only for names that it defines itself.

Of anything else that torch does not name (a parameter, an item, a result) it cannot be said whose method it is: it
`may_be_own`, and is left to the stubs at run time where a class that the task reaches has an attribute of this name.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from grader.runtime.untrusted.bindings import Bindings
from grader.runtime.untrusted.guards import truth
from grader.runtime.untrusted.scopes import Bound, Read, Thing, Value
from grader.runtime.untrusted.walk import Walk

__all__ = ["Draft", "drafts"]

_Block = tuple[int, ...]


@dataclass(slots=True)
class Draft:
    """A definition in the making; `grader.runtime.untrusted.outline.Definition` says what its parts mean."""

    name: str
    line: int
    statement: int
    node: ast.AST
    uses: dict[tuple[str, bool], int] = field(default_factory=dict)
    reaches: set[int] = field(default_factory=set)
    attributes: set[str] = field(default_factory=set)

    def use(self, name: str, line: int, *, may_be_own: bool = False) -> None:
        key = (name, may_be_own)
        self.uses[key] = min(line, self.uses.get(key, line))


def drafts(tree: ast.Module, module: str) -> tuple[list[Draft], dict[str, list[int]]]:
    """Returns the definitions of a file, and for each name those that hold when the file was imported.

    Args:
        module: the name under which the file is imported.
    """
    reader = _Reader(module)
    reader.read(tree)
    names = dict.fromkeys(draft.name for draft in reader.drafts if draft.name)
    top = reader.bindings.top
    return reader.drafts, {name: list(reader.bindings.find(name, top, 0)[1]) for name in names}


@dataclass(frozen=True, slots=True)
class _Part:
    """A statement, or the head of one that has blocks, and where it stands."""

    nodes: Sequence[ast.AST]
    node: ast.stmt
    statement: int
    block: _Block


class _Reader:
    def __init__(self, module: str) -> None:
        self.drafts: list[Draft] = []
        self.bindings = Bindings()
        self._module = module
        self._blocks = 0
        self._later: list[tuple[Draft, Read]] = []
        self._classes: list[tuple[Draft, Thing]] = []

    def read(self, tree: ast.Module) -> None:
        waiting: list[tuple[ast.stmt, int, _Block]] = [(node, node.lineno, ()) for node in reversed(tree.body)]
        while waiting:
            node, statement, block = waiting.pop()
            head, bodies = self._parts(node, block)
            self._take(_Part(head, node, statement, block if head == [node] else self._inner(block)))
            for body, within in reversed(bodies):
                waiting += [(part, statement, within) for part in reversed(body)]
        self.bindings.close()
        for draft, thing in self._classes:
            if thing.scope is not None and thing.scope.is_deferred:
                self.bindings.look_up_bases(thing)
            draft.attributes |= thing.attributes if thing.is_tensor else thing.attributes | thing.given
        for draft, read in self._later:
            self._note(draft, read)

    def _inner(self, block: _Block) -> _Block:
        self._blocks += 1
        return (*block, self._blocks)

    def _parts(self, node: ast.stmt, block: _Block) -> tuple[list[ast.AST], list[tuple[list[ast.stmt], _Block]]]:
        """Returns what of a statement runs in any case, and its bodies, each with the block that it is."""
        match node:
            case ast.If() | ast.While():
                return [node.test], self._branches(node, block)
            case ast.For() | ast.AsyncFor():
                bodies = [(body, self._inner(block)) for body in (node.body, node.orelse)]
                return [node.target, node.iter], bodies
            case ast.With() | ast.AsyncWith():
                return [*node.items], [(node.body, block)]
            case ast.Try() | ast.TryStar():
                heads = [_without_body(handler) for handler in node.handlers]
                tried = [node.body, *(handler.body for handler in node.handlers), node.orelse]
                return [*heads], [*((body, self._inner(block)) for body in tried), (node.finalbody, block)]
            case ast.Match():
                cases = [ast.match_case(case.pattern, case.guard, []) for case in node.cases]
                return [node.subject, *cases], [(case.body, self._inner(block)) for case in node.cases]
        return [node], []

    def _branches(self, node: ast.If | ast.While, block: _Block) -> list[tuple[list[ast.stmt], _Block]]:
        """Returns the branches that may run; one that runs in any case is a part of the block around it."""
        holds = truth(node.test, self._module)
        if holds is None or isinstance(node, ast.While):
            bodies = [] if holds is False else [(node.body, self._inner(block))]
            return [*bodies, (node.orelse, self._inner(block))]
        return [(node.body if holds else node.orelse, block)]

    # One statement.

    def _take(self, part: _Part) -> None:
        walk = Walk(part.nodes, self.bindings.top, self._module)
        for module in walk.stars:
            self.bindings.bind_all(module, part.block)
        for thing in walk.classes:
            if thing.scope is not None and not thing.scope.is_deferred:  # its bases are those that are bound by now
                self.bindings.look_up_bases(thing)
        bound = [found for found in walk.bound if not found.is_change or not self.bindings.is_import(found.name)]
        if bound:
            self._define(part, walk, bound)

    def _define(self, part: _Part, walk: Walk, bound: list[Bound]) -> None:
        first = len(self.drafts)
        names = list(dict.fromkeys("" if found.is_change else found.name for found in bound))
        self.drafts += [Draft(name, part.node.lineno, part.statement, part.node) for name in names]
        draft = self.drafts[first]
        for other in self.drafts[first + 1 :]:
            other.reaches.add(first)
        draft.attributes = walk.fields
        self._classes += [(draft, thing) for thing in walk.classes]
        self._read(draft, walk)
        for found in bound:
            number = first + names.index("" if found.is_change else found.name)
            self.bindings.bind(found, part.block, number)

    def _read(self, draft: Draft, walk: Walk) -> None:
        for read in walk.reads:
            if read.scope.is_deferred:
                self._later.append((draft, read))
            else:
                self._note(draft, read)

    def _note(self, draft: Draft, read: Read) -> None:
        values: Iterable[Value] = ()
        if isinstance(read.base, ast.Name):
            values, reached = self.bindings.find(read.base.id, read.scope, read.line)
            draft.reaches.update(reached)
        else:
            values = self.bindings.values(read.base, read.scope)
        below = "".join(f".{name}" for name in read.attributes)
        for value in values:
            if isinstance(value, str) and not value.startswith("builtins."):
                draft.use(f"{value}{below}", read.line)
        if read.attributes:
            self._note_attributes(draft, read, list(values))

    def _note_attributes(self, draft: Draft, read: Read, values: list[Value]) -> None:
        if values and all(isinstance(value, str) and _is_pythons_own(value) for value in values):
            return
        is_named = any(isinstance(value, str) and not _is_pythons_own(value) for value in values)
        names = list(read.attributes)
        last = names[-1]
        if values and all(isinstance(value, Thing) and _has(value, names[0]) for value in values):
            names = names[1:]
        for name in names:
            draft.use(f".{name}", read.line, may_be_own=not is_named)
        if names and read.is_store:
            draft.use(f".{last}=", read.line, may_be_own=not is_named)


def _has(thing: Thing, name: str) -> bool:
    """Whether an attribute of something of the student's own is surely not a tensor's."""
    return not thing.is_tensor or name in thing.attributes


def _is_pythons_own(name: str) -> bool:
    return name.partition(".")[0] in sys.stdlib_module_names


def _without_body(handler: ast.ExceptHandler) -> ast.ExceptHandler:
    return ast.copy_location(ast.ExceptHandler(handler.type, handler.name, []), handler)
