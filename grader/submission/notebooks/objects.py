"""What the names of a notebook stand for: packages, functions, plain values, or objects and their aliases. Pure."""

from __future__ import annotations

import ast
from collections import ChainMap
from collections.abc import Iterable, Iterator, Mapping, Sequence

from grader.submission.notebooks.aliases import Source, bindings_of, is_plain, resolved, sources_of, stored_in
from grader.submission.notebooks.changes import MUTATORS, Change, How, local_aliases
from grader.submission.notebooks.chunks import Chunk

__all__ = ["Objects", "packages_of"]

_Place = tuple[int, int]
_MAX_NAMES = 30  # of one object: beyond, what is put into it is known by the name alone that it was put in by
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


class Objects:
    """Knows what names stand for. The aliases of a name are those that it has where a statement stands.

    Args:
        chunks: in the order of the notebook.
        tasks: whose results are nobody's alias.
    """

    def __init__(self, chunks: Sequence[Chunk], tasks: frozenset[str]) -> None:
        self._tasks = tasks
        self.packages = packages_of(chunks)
        self.own = frozenset[str]().union(*(chunk.binds for chunk in chunks if not chunk.is_import))
        self.imported = self.packages.keys() - self.own
        self.functions = frozenset[str]().union(*(chunk.binds for chunk in chunks if chunk.is_function))
        classes = frozenset[str]().union(*(chunk.binds for chunk in chunks if isinstance(chunk.node, ast.ClassDef)))
        self.values = self.own - self.functions
        self.instances = self.values - classes - tasks
        self.mutable = self.values - self._plain(chunks)
        self._returned = self._find_returned(chunks)
        self._ever: dict[str, frozenset[str]] = {}
        self._changed: dict[_Place, tuple[frozenset[str], ...]] = {}
        self._passed: dict[_Place, tuple[frozenset[str], ...]] = {}
        for chunk in chunks:
            self._read(chunk)

    def changes(self, chunk: Chunk) -> Iterator[tuple[Change, frozenset[str], frozenset[str]]]:
        """Yields what a statement may change, with the names of all that it touches and of all that is passed."""
        return zip(chunk.facts.changes, self._changed[chunk.place], self._passed[chunk.place], strict=True)

    def ever(self, names: Iterable[str]) -> set[str]:
        """Returns the names, and of which objects they are aliases anywhere."""
        names = set(names)
        return names.union(*(self._ever.get(name, frozenset()) & self.mutable for name in names))

    def _plain(self, chunks: Sequence[Chunk]) -> set[str]:
        """Returns the names that have plain values wherever they get one."""
        plain, others = set(self.imported), set[str]()
        for chunk in chunks:
            node = chunk.node
            if isinstance(node, (ast.Assign, ast.AnnAssign, ast.AugAssign)) and is_plain(node.value, plain - others):
                plain |= chunk.binds
            elif not chunk.is_import:
                others |= chunk.binds
        return plain - others

    def _find_returned(self, chunks: Sequence[Chunk]) -> dict[str, tuple[set[str], bool]]:
        """Returns which objects of the module a function may return, and whether it may be what it was passed."""
        returned = {}
        for chunk in chunks:
            if isinstance(chunk.node, _FUNCTIONS):
                own = {argument.arg for argument in ast.walk(chunk.node.args) if isinstance(argument, ast.arg)}
                names = _returned_by(chunk.node)
                returned[chunk.node.name] = names & chunk.facts.uses & self.mutable, not own.isdisjoint(names)
        return returned

    def _read(self, chunk: Chunk) -> None:
        """Notes what the changes of a statement reach, and what its names stand for after it."""
        self._ever.update(self._bound(chunk))
        found = chunk.facts.changes
        self._changed[chunk.place] = tuple(self._resolved(change.touches, self._ever) for change in found)
        self._passed[chunk.place] = tuple(self._resolved(change.arguments, self._ever) for change in found)
        for change, touched, passed in self.changes(chunk):
            if change.last in MUTATORS and change.how is not How.MADE:  # what is put into a list hangs on it from now
                for name in (touched if len(touched) <= _MAX_NAMES else change.names) & self.instances:
                    self._ever[name] = (self._ever.get(name, frozenset()) | passed) & self.mutable

    def _bound(self, chunk: Chunk) -> dict[str, frozenset[str]]:
        if chunk.is_definition or chunk.is_import:
            return {}
        bound: dict[str, frozenset[str]] = {}
        parts = list(ast.walk(chunk.node))
        found = [*bindings_of(parts), *((names, sources, True) for names, sources in stored_in(parts))]
        for names, sources, is_more in (*found, *found):
            hangs_on = self._resolved(sources, ChainMap(bound, self._ever)) & self.mutable
            for name in names:
                old = self._ever.get(name, frozenset()) if is_more or not isinstance(chunk.node, ast.Assign) else ()
                bound[name] = bound.get(name, frozenset()).union(old, hangs_on)
        return bound

    def _resolved(self, sources: Iterable[Source], aliases: Mapping[str, frozenset[str]]) -> frozenset[str]:
        """Returns the names of what an expression hangs on; a function stands for what it returns."""
        names = set(resolved(sources, aliases))
        for source in sources:
            if source.is_called:
                names |= self._returned.get(source.name, (set(), False))[0]
                if source.name in self.instances:
                    names |= {source.name, *aliases.get(source.name, ())}
            elif source.through and self._gives_back(source.through):
                names |= {source.name, *aliases.get(source.name, ())}
        return frozenset(names)

    def _gives_back(self, function: str) -> bool:
        return function not in self._tasks and self._returned.get(function, (set(), False))[1]


def _returned_by(function: ast.FunctionDef | ast.AsyncFunctionDef) -> set[str]:
    parts = [part for node in function.body for part in ast.walk(node)]
    values = [part.value for part in parts if isinstance(part, (ast.Return, ast.Yield, ast.YieldFrom))]
    return set(resolved([source for value in values for source in sources_of(value)], local_aliases(parts)))


def packages_of(chunks: Iterable[Chunk]) -> dict[str, str]:
    """Returns from which package each imported name comes."""
    packages = {}
    for node in (node for chunk in chunks for node in ast.walk(chunk.node)):
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            for alias in node.names:
                whence = node.module or "" if isinstance(node, ast.ImportFrom) else alias.name
                packages[alias.asname or alias.name.partition(".")[0]] = whence.partition(".")[0]
    return packages
