"""To what the names of a file are bound: by which statements, and to which imports or things of the student's own."""

from __future__ import annotations

import ast
import builtins
import importlib
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from types import ModuleType

from grader.runtime.untrusted.scopes import NOT_A_TENSOR, Bound, Scope, Source, Thing, Value

__all__ = ["Bindings"]

_MAX_LOOKED_AT = 64  # bindings of one name, the latest first
_MAX_VALUES = 16
_MAX_DEPTH = 30  # aliases of aliases
_MAX_NAME_CHARS = 300
_PLAIN = {
    f"builtins.{name}" for name in ("bool", "dict", "float", "int", "len", "list", "range", "set", "sorted", "str")
}
_PLAIN |= {f"builtins.{name}" for name in ("tuple", "zip", "enumerate", "open")}
_COMPREHENSIONS = (ast.DictComp, ast.GeneratorExp, ast.ListComp, ast.SetComp)
_DISPLAYS = (ast.Constant, ast.Dict, ast.JoinedStr, ast.Lambda, ast.List, ast.Set, ast.Tuple, *_COMPREHENSIONS)
_TENSORS = ("Tensor", "Parameter", "Buffer")


@dataclass(frozen=True, slots=True)
class _Event:
    """A binding of a global name.

    Attributes:
        block: where it stands: the branches around it. Empty for what runs in any case.
        definition: the statement that binds, by its number; None for an import of everything.
        rebinds: whether what was bound before in this block, or in one within it, is gone.
    """

    number: int
    block: tuple[int, ...]
    definition: int | None
    values: tuple[Value, ...]
    rebinds: bool = True


class Bindings:
    """The global names of a file, in the order of its statements.

    While it is filled, `find` tells what a statement sees that runs at this point; at the end, what functions see.
    """

    def __init__(self) -> None:
        self.top = Scope("module")
        self._events: dict[str, list[_Event]] = {}
        self._elsewhere: dict[str, list[_Event]] = {}
        self._stars: list[tuple[int, tuple[int, ...], str, ModuleType | None]] = []
        self._kept: dict[str, tuple[tuple[Value, ...], tuple[int, ...]]] | None = None
        self._count = 0
        self._depth = 0

    def bind(self, bound: Bound, block: tuple[int, ...], definition: int) -> None:
        """Takes down a binding by the statement that was read last.

        Args:
            block: where it stands.
            definition: the statement's number.
        """
        if bound.is_elsewhere:  # at any time, and with names of a function that are not known yet
            values: tuple[Value, ...] = (None if isinstance(bound.source, ast.expr) else bound.source,)
            self._elsewhere.setdefault(bound.name, []).append(_Event(0, block, definition, values))
            return
        values = () if bound.is_change else self.values(bound.source, self.top)
        event = _Event(self._next(), block, definition, values, rebinds=not bound.is_change)
        self._events.setdefault(bound.name, []).append(event)

    def bind_all(self, module: str, block: tuple[int, ...]) -> None:
        self._stars.append((self._next(), block, module, _loaded(module)))

    def close(self) -> None:
        """Says that every statement was seen: from now on a global name stands for what it is bound to at the end."""
        self._kept = {}

    def is_import(self, name: str) -> bool:
        return any(isinstance(value, str) for value in self._global(name)[0])

    def _next(self) -> int:
        self._count += 1
        return self._count

    # What a name stands for.

    def find(self, name: str, scope: Scope, line: int) -> tuple[tuple[Value, ...], tuple[int, ...]]:
        """Returns what a name may stand for, and the numbers of the statements that bind it if it is global."""
        here: Scope = scope
        while here.parent is not None and name not in here.globals:
            if name in here.binds and _is_seen(here, scope, name, line):
                return self._local(here, name), ()
            here = here.parent
        return self._global(name)

    def values(self, source: Source, scope: Scope) -> tuple[Value, ...]:
        """Returns what an expression may be: more than one value where a name is bound several times."""
        if source is None or isinstance(source, (str, Thing)):
            return (source,)
        if self._depth >= _MAX_DEPTH:
            return (None,)
        self._depth += 1
        try:
            return tuple(dict.fromkeys(self._of_expression(source, scope)))[:_MAX_VALUES]
        finally:
            self._depth -= 1

    def look_up_bases(self, thing: Thing) -> None:
        """Says of a class whether what it makes is a tensor."""
        if thing.scope is None or thing.made is None:
            return
        for base in (value for node in thing.bases for value in self.values(node, thing.scope)):
            if isinstance(base, Thing):
                thing.is_tensor |= base.is_tensor
            elif base is not None:
                thing.is_tensor |= base.startswith("torch.") and base.endswith(_TENSORS)
        thing.made.is_tensor = thing.is_tensor

    def _of_expression(self, node: ast.expr, scope: Scope) -> Iterable[Value]:
        if isinstance(node, _DISPLAYS):
            return (NOT_A_TENSOR,)
        if isinstance(node, ast.Name):
            return self.find(node.id, scope, node.lineno)[0]
        if isinstance(node, ast.Attribute):
            return self._of_attribute(node, scope)
        if isinstance(node, ast.Call):
            return (_made_by(value, scope) for value in self.values(node.func, scope))
        return (None,)

    def _of_attribute(self, node: ast.Attribute, scope: Scope) -> Iterable[Value]:
        names: list[str] = []
        base: ast.expr = node
        while isinstance(base, ast.Attribute):
            names.append(base.attr)
            base = base.value
        if not isinstance(base, ast.Name):
            return (None,)
        below = ".".join(reversed(names))
        return (_below(value, below) for value in self.values(base, scope))

    def _local(self, scope: Scope, name: str) -> tuple[Value, ...]:
        if name not in scope.values:
            scope.values[name] = ()  # what a name says of itself adds nothing
            found = [value for _, source in scope.binds[name] for value in self.values(source, scope)]
            scope.values[name] = tuple(dict.fromkeys(found))[:_MAX_VALUES]
        return scope.values[name]

    def _global(self, name: str) -> tuple[tuple[Value, ...], tuple[int, ...]]:
        if self._kept is not None and name in self._kept:
            return self._kept[name]
        live = [*self._live(name), *self._elsewhere.get(name, ())]
        values = tuple(dict.fromkeys(value for event in live for value in event.values))
        found = tuple(event.definition for event in live if event.definition is not None)
        result = (values[:_MAX_VALUES] if live else self._not_bound(name), found)
        if self._kept is not None:
            self._kept[name] = result
        return result

    def _live(self, name: str) -> list[_Event]:
        """Returns the bindings that may hold at this point, the latest first."""
        events = self._events.get(name, [])
        stars = [
            _Event(number, block, None, (whole,))
            for number, block, module, loaded in self._stars
            if loaded is not None and (whole := _exported(module, loaded, name)) is not None
        ]
        if stars:
            events = sorted([*events, *stars], key=lambda event: event.number)
        live: list[_Event] = []
        bound_in: set[tuple[int, ...]] = set()
        for event in reversed(events[-_MAX_LOOKED_AT:]):
            if not any(event.block[:depth] in bound_in for depth in range(len(event.block) + 1)):
                live.append(event)
                if event.rebinds:
                    bound_in.add(event.block)
        return live

    def _not_bound(self, name: str) -> tuple[Value, ...]:
        """Returns what a name is that nothing in the file binds: Python's own, or from where everything is imported."""
        if hasattr(builtins, name):
            return (f"builtins.{name}",)
        return tuple(f"{module}.{name}" for _, _, module, loaded in self._stars if loaded is None) or (None,)


def _is_seen(here: Scope, reader: Scope, name: str, line: int) -> bool:
    """Whether a binding in a scope is seen: one of a class only in its body, and there only once it was executed."""
    if here.kind != "class":
        return True
    return here is reader and any(bound < line for bound, _ in here.binds[name])


def _below(value: Value, names: str) -> Value:
    if not isinstance(value, str) or len(value) + len(names) > _MAX_NAME_CHARS:
        return None
    return f"{value}.{names}"


def _made_by(value: Value, scope: Scope) -> Value:
    if isinstance(value, Thing):
        return value.made
    if value == "builtins.super":
        thing = scope.enclosing_class()
        return thing and thing.made
    return NOT_A_TENSOR if value in _PLAIN else None


def _exported(module: str, loaded: ModuleType, name: str) -> str | None:
    """Returns the qualified name of what `from module import *` binds to a name; None if it does not bind it."""
    if not _is_public(loaded, name):
        return None
    value = vars(loaded).get(name)
    if isinstance(value, ModuleType):
        return value.__name__
    if isinstance(value, type) and not value.__module__.startswith(module):  # `Tensor` of `torch.nn.functional`
        return f"{value.__module__}.{value.__qualname__}"
    return f"{module}.{name}"


def _is_public(module: ModuleType, name: str) -> bool:
    listed = vars(module).get("__all__")
    return name in vars(module) and not name.startswith("_") if listed is None else name in listed


def _loaded(name: str) -> ModuleType | None:
    """Returns a module that is there already or is a part of torch, which may be imported; never the student's own."""
    module = sys.modules.get(name)
    if module is None and name.startswith("torch.") and "torch" in sys.modules:
        try:
            module = importlib.import_module(name)
        except Exception:  # there is none, or not on this machine: then the student's import says so
            return None
    return module
