"""Scopes, and what a walk over a statement finds in them: bindings, and reads of names and attributes."""

from __future__ import annotations

import ast
from dataclasses import dataclass, field

__all__ = ["NOT_A_TENSOR", "Bound", "Read", "Scope", "Source", "Thing", "Value"]


@dataclass(eq=False, slots=True)
class Thing:
    """What is known to be the student's own: a class, or a value that is surely no tensor unless `is_tensor`.

    Attributes:
        attributes: of a class, the names that its body defines.
        given: of a class, the names that its methods assign to their first parameter.
        bases: of a class, until they are looked up.
        is_class: whether calling it makes one; `made` is what it makes.
    """

    attributes: set[str] = field(default_factory=set)
    given: set[str] = field(default_factory=set)
    bases: list[ast.expr] = field(default_factory=list)
    scope: Scope | None = None
    is_tensor: bool = False
    made: Thing | None = None

    @classmethod
    def of_class(cls, node: ast.ClassDef, scope: Scope) -> Thing:
        attributes: set[str] = set()
        made = cls(attributes=attributes)
        return cls(attributes=attributes, bases=node.bases, scope=scope, made=made)


NOT_A_TENSOR = Thing()  # a function, a list, a text

Value = str | Thing | None
"""What a name stands for: an imported name (`torch.nn.functional`), something of the student's own, or unknown."""

Source = ast.expr | Value
"""What a name is bound to: an expression, or what it stands for."""


@dataclass(eq=False, slots=True)
class Scope:
    """A module, class, function or comprehension.

    Attributes:
        binds: the line and the source of each binding of a name.
        values: what names were found to stand for.
        is_deferred: whether it runs later than the statement it stands in.
        thing: of a class, what is known of it.
        receiver: of a method, its first parameter.
    """

    kind: str
    parent: Scope | None = None
    binds: dict[str, list[tuple[int, Source]]] = field(default_factory=dict)
    values: dict[str, tuple[Value, ...]] = field(default_factory=dict)
    globals: set[str] = field(default_factory=set)
    nonlocals: set[str] = field(default_factory=set)
    is_deferred: bool = False
    thing: Thing | None = None
    receiver: str | None = None

    def child(self, kind: str) -> Scope:
        return Scope(kind, self, is_deferred=self.is_deferred or kind == "function")

    def owner(self, name: str) -> Scope | None:
        """Returns the scope in which a binding of a name that is written here takes place; None for the module's."""
        scope: Scope = self
        while scope.parent is not None and name not in scope.globals:
            if name not in scope.nonlocals:
                return scope
            scope = scope.parent
        return None

    def enclosing_class(self, receiver: str | None = None) -> Thing | None:
        """Returns the class around this scope, whose method has a certain first parameter if one is given."""
        scope: Scope | None = self
        is_received = receiver is None
        while scope is not None and (scope.thing is None or not is_received):
            is_received = is_received or scope.receiver == receiver
            scope = scope.parent
        return None if scope is None else scope.thing


@dataclass(frozen=True, slots=True)
class Read:
    """A name or an expression that is read, with the attributes that are taken of it."""

    scope: Scope
    base: ast.expr
    attributes: tuple[str, ...]
    is_store: bool
    line: int


@dataclass(frozen=True, slots=True)
class Bound:
    """A binding of a global name. An unbinding (`del`) and a change of its items or attributes are told apart."""

    name: str
    line: int
    source: Source
    is_change: bool = False
    is_elsewhere: bool = False  # in a function that declares it global: at any time
