"""What a statement binds and reads, and in which of its scopes, as the compiler sees it.

`symtable` says which names are local but not to what they are bound, and parses the text again. So the syntax tree is
walked once; tests hold what it finds against `symtable`. The walk is a loop: no depth of a tree overwhelms it.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterable

from grader.runtime.untrusted.guards import live_values, truth
from grader.runtime.untrusted.scopes import NOT_A_TENSOR, Bound, Read, Scope, Source, Thing

__all__ = ["Walk"]

_MAKERS_OF_FIELDS = {"namedtuple", "NamedTuple", "SimpleNamespace", "make_dataclass"}
_NO_CHILDREN = {"annotation", "returns", "ctx", "op", "ops", "type_params"}  # an annotation is no part of what runs
_Comprehension = ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp


class Walk:
    """One statement, or the head of one.

    Attributes:
        reads: of names and attributes.
        bound: the global names that it binds or changes, in order.
        stars: the modules of which it imports everything.
        classes: that it defines, however deep.
        fields: the attributes that it gives to what is no class of its own: those of a named tuple.
    """

    def __init__(self, nodes: Iterable[ast.AST], top: Scope, module: str) -> None:
        self.reads: list[Read] = []
        self.bound: list[Bound] = []
        self.stars: list[str] = []
        self.classes: list[Thing] = []
        self.fields: set[str] = set()
        self._module = module
        self._found: list[tuple[Scope, str, int, Source]] = []
        self._waiting: list[tuple[ast.AST, Scope]] = [(node, top) for node in nodes]
        while self._waiting:
            node, scope = self._waiting.pop()
            handle = _HANDLERS.get(type(node))
            if handle is not None:
                handle(self, node, scope)
            else:
                self._children(node, scope)
        self._place()

    def _place(self) -> None:
        """Gives each binding to its scope, now that all that is declared `global` or `nonlocal` is known."""
        for scope, name, line, source in self._found:
            owner = scope.owner(name)
            if owner is None:
                self.bound.append(Bound(name, line, source, is_elsewhere=scope.is_deferred))
            else:
                owner.binds.setdefault(name, []).append((line, source))
                if owner.thing is not None:
                    owner.thing.attributes.add(name)
        self.bound.sort(key=lambda bound: bound.line)

    def _push(self, nodes: Iterable[ast.AST | None], scope: Scope) -> None:
        self._waiting += [(node, scope) for node in nodes if node is not None]

    def _children(self, node: ast.AST, scope: Scope) -> None:
        for name in _fields_of(type(node)):
            value = getattr(node, name, None)
            if isinstance(value, ast.AST):
                self._waiting.append((value, scope))
            elif isinstance(value, list):
                self._waiting += [(part, scope) for part in value if isinstance(part, ast.AST)]

    def _bind(self, scope: Scope, name: str | None, line: int, source: Source = None) -> None:
        if name is not None:
            self._found.append((scope, name, line, source))

    # Names and attributes.

    def _name(self, node: ast.Name, scope: Scope) -> None:
        if isinstance(node.ctx, ast.Load):
            self.reads.append(Read(scope, node, (), False, node.lineno))
        else:
            self._bind(scope, node.id, node.lineno)

    def _attribute(self, node: ast.Attribute, scope: Scope, *, is_store: bool | None = None) -> None:
        is_store = isinstance(node.ctx, ast.Store) if is_store is None else is_store
        names, base = [node.attr], node.value
        while isinstance(base, ast.Attribute):
            names.append(base.attr)
            base = base.value
        self.reads.append(Read(scope, base, tuple(reversed(names)), is_store, node.lineno))
        if not isinstance(base, ast.Name):
            self._waiting.append((base, scope))
        elif is_store and len(names) == 1 and (thing := scope.enclosing_class(base.id)) is not None:
            thing.given.add(node.attr)
        if is_store:
            self._change(node, scope)

    def _subscript(self, node: ast.Subscript, scope: Scope) -> None:
        if isinstance(node.ctx, ast.Store):
            self._change(node, scope)
        self._children(node, scope)

    def _change(self, node: ast.expr, scope: Scope) -> None:
        base: ast.expr = node
        while isinstance(base, (ast.Attribute, ast.Subscript)):
            base = base.value
        if isinstance(base, ast.Name) and scope.kind == "module":
            self.bound.append(Bound(base.id, node.lineno, None, is_change=True))

    def _call(self, node: ast.Call, scope: Scope) -> None:
        name = getattr(node.func, "attr", None) or getattr(node.func, "id", None)
        if name in _MAKERS_OF_FIELDS:
            self.fields |= {keyword.arg for keyword in node.keywords if keyword.arg}
            for argument in node.args[:2]:
                texts = [part.value for part in ast.walk(argument) if isinstance(part, ast.Constant)]
                self.fields |= {word for text in texts if isinstance(text, str) for word in re.findall(r"\w+", text)}
        self._children(node, scope)

    # Statements that bind.

    def _assign(self, node: ast.Assign, scope: Scope) -> None:
        for target in node.targets:
            self._target(target, scope, node.value)
        self._waiting.append((node.value, scope))

    def _annotated(self, node: ast.AnnAssign, scope: Scope) -> None:
        if node.value is not None or scope.kind != "module":  # `x: int` alone binds nothing there
            self._target(node.target, scope, node.value)
        self._push([node.value], scope)

    def _target(self, target: ast.expr, scope: Scope, value: ast.expr | None) -> None:
        if isinstance(target, ast.Name):
            self._bind(scope, target.id, target.lineno, value)
        else:
            self._waiting.append((target, scope))

    def _augmented(self, node: ast.AugAssign, scope: Scope) -> None:
        if isinstance(node.target, ast.Attribute):  # `x.data -= y` changes what is there
            self._attribute(node.target, scope, is_store=False)
            self._change(node.target, scope)
        else:
            self._waiting.append((node.target, scope))
        if isinstance(node.target, ast.Name):
            self.reads.append(Read(scope, node.target, (), False, node.lineno))
        self._waiting.append((node.value, scope))

    def _walrus(self, node: ast.NamedExpr, scope: Scope) -> None:
        owner = scope
        while owner.kind == "comprehension" and owner.parent is not None:
            owner = owner.parent
        self._bind(owner, node.target.id, node.lineno, node.value)
        self._waiting.append((node.value, scope))

    def _import(self, node: ast.Import, scope: Scope) -> None:
        for alias in node.names:
            first = alias.name.partition(".")[0]
            self._bind(scope, alias.asname or first, node.lineno, alias.name if alias.asname else first)

    def _import_from(self, node: ast.ImportFrom, scope: Scope) -> None:
        for alias in node.names:
            known = node.module is not None and not node.level
            if alias.name != "*":
                source = f"{node.module}.{alias.name}" if known else None
                self._bind(scope, alias.asname or alias.name, node.lineno, source)
            elif node.module is not None and known:
                self.stars.append(node.module)

    def _named(self, node: ast.ExceptHandler | ast.MatchAs | ast.MatchStar, scope: Scope) -> None:
        self._bind(scope, node.name, node.lineno)
        self._children(node, scope)

    def _capture_rest(self, node: ast.MatchMapping, scope: Scope) -> None:
        self._bind(scope, node.rest, node.lineno)
        self._children(node, scope)

    def _type_alias(self, node: ast.AST, scope: Scope) -> None:
        self._push([getattr(node, "name", None)], scope)  # `type A = ...` is evaluated by nobody who runs the task

    def _global(self, node: ast.Global, scope: Scope) -> None:
        scope.globals.update(node.names)

    def _nonlocal(self, node: ast.Nonlocal, scope: Scope) -> None:
        scope.nonlocals.update(node.names)

    # What has a scope of its own.

    def _function(self, node: ast.FunctionDef | ast.AsyncFunctionDef, scope: Scope) -> None:
        self._bind(scope, node.name, node.lineno, NOT_A_TENSOR)
        self._push(node.decorator_list, scope)
        inner = self._parameters(node, node.args, scope)
        is_static = any(isinstance(part, ast.Name) and part.id == "staticmethod" for part in node.decorator_list)
        first = [*node.args.posonlyargs, *node.args.args][:1]
        if scope.thing is not None and first and not is_static:
            inner.receiver = first[0].arg
        self._push(node.body, inner)

    def _lambda(self, node: ast.Lambda, scope: Scope) -> None:
        self._waiting.append((node.body, self._parameters(node, node.args, scope)))

    def _parameters(self, node: ast.AST, args: ast.arguments, scope: Scope) -> Scope:
        self._push([*args.defaults, *args.kw_defaults], scope)
        inner = self._with_type_parameters(node, scope).child("function")
        given = [*args.posonlyargs, *args.args, *args.kwonlyargs, *filter(None, (args.vararg, args.kwarg))]
        for index, argument in enumerate(given):
            source = _receiver(argument.arg, scope.thing) if index == 0 else None
            self._bind(inner, argument.arg, argument.lineno, source)
        return inner

    def _class(self, node: ast.ClassDef, scope: Scope) -> None:
        outer = self._with_type_parameters(node, scope)
        thing = Thing.of_class(node, outer)
        self.classes.append(thing)
        self._bind(scope, node.name, node.lineno, thing)
        self._push(node.decorator_list, scope)
        self._push([*node.bases, *node.keywords], outer)
        inner = outer.child("class")
        inner.thing = thing
        self._push(node.body, inner)

    def _with_type_parameters(self, node: ast.AST, scope: Scope) -> Scope:
        parameters = getattr(node, "type_params", [])
        if not parameters:
            return scope
        inner = scope.child("comprehension")
        for parameter in parameters:
            self._bind(inner, parameter.name, parameter.lineno)
        return inner

    def _comprehension(self, node: _Comprehension, scope: Scope) -> None:
        inner = scope.child("comprehension")
        first, *others = node.generators
        self._waiting.append((first.iter, scope))
        self._push([first.target, *first.ifs, *others], inner)
        made = [node.key, node.value] if isinstance(node, ast.DictComp) else [node.elt]
        self._push(made, inner)

    # What does not run.

    def _branches(self, node: ast.If | ast.While | ast.IfExp, scope: Scope) -> None:
        holds = truth(node.test, self._module)
        self._waiting.append((node.test, scope))
        ends = holds is True and not isinstance(node, ast.While)  # a loop comes to its `else` in the end
        for branch, is_dead in ((node.body, holds is False), (node.orelse, ends)):
            if not is_dead:
                self._push(branch if isinstance(branch, list) else [branch], scope)

    def _bool(self, node: ast.BoolOp, scope: Scope) -> None:
        self._push(live_values(node, self._module), scope)


def _receiver(name: str, thing: Thing | None) -> Thing | None:
    """Returns what the first parameter of a method is, by its name."""
    if thing is None or name not in ("self", "cls"):
        return None
    return thing.made if name == "self" else thing


_FIELDS: dict[type[ast.AST], tuple[str, ...]] = {}


def _fields_of(kind: type[ast.AST]) -> tuple[str, ...]:
    if kind not in _FIELDS:
        _FIELDS[kind] = tuple(name for name in kind._fields if name not in _NO_CHILDREN)
    return _FIELDS[kind]


_HANDLERS: dict[type[ast.AST], Callable[..., None]] = {
    ast.Name: Walk._name,
    ast.Attribute: Walk._attribute,
    ast.Subscript: Walk._subscript,
    ast.Call: Walk._call,
    ast.Assign: Walk._assign,
    ast.AnnAssign: Walk._annotated,
    ast.AugAssign: Walk._augmented,
    ast.NamedExpr: Walk._walrus,
    ast.Import: Walk._import,
    ast.ImportFrom: Walk._import_from,
    ast.ExceptHandler: Walk._named,
    ast.MatchAs: Walk._named,
    ast.MatchStar: Walk._named,
    ast.MatchMapping: Walk._capture_rest,
    ast.Global: Walk._global,
    ast.Nonlocal: Walk._nonlocal,
    ast.FunctionDef: Walk._function,
    ast.AsyncFunctionDef: Walk._function,
    ast.Lambda: Walk._lambda,
    ast.ClassDef: Walk._class,
    ast.ListComp: Walk._comprehension,
    ast.SetComp: Walk._comprehension,
    ast.DictComp: Walk._comprehension,
    ast.GeneratorExp: Walk._comprehension,
    ast.If: Walk._branches,
    ast.While: Walk._branches,
    ast.IfExp: Walk._branches,
    ast.BoolOp: Walk._bool,
}
if hasattr(ast, "TypeAlias"):
    _HANDLERS[ast.TypeAlias] = Walk._type_alias
