"""Breaks one promise in one task of a reference: a wrong solution of every task that no author has to think of.

This file is read as text and run behind a reference, in a namespace of its own; it runs in candidates only, and nothing
imports it there. Beside each breach stands its question: the same call, which fails if the reference does at all what
the breach leaves undone. A suite cannot miss a gradient where none flows.
"""

from __future__ import annotations

import copy
import functools
import inspect
from collections.abc import Callable, Iterator
from typing import Any

import torch
from torch import Tensor

_Given = dict[str, Any]
_Deed = Callable[["_Call", _Given, str], Any]
_NOT_VIEWABLE = "view size is not compatible with input tensor's size and stride. Use .reshape(...) instead."


def break_promise(module: dict[str, Any], task: str, name: str, subject: str, *, asks: bool) -> None:
    """Replaces a task in the module's namespace, or the methods of a class.

    Args:
        name: of the promise, as `grader.verify.promises` has it.
        subject: a parameter (`x`), a method's (`forward.x`), of a class the constructor's, `result` or `call`.
        asks: whether the reference does what is promised, instead of breaking it.
    """
    original, (method, _, parameter) = module[task], subject.rpartition(".")
    deed = (_QUESTIONS if asks else _BREACHES)[name]
    if not isinstance(original, type):
        module[task] = _around(original, deed, parameter, has_owner=False, in_place=task.endswith("_"))
    elif issubclass(original, torch.autograd.Function) and name in ("gradient", "detached result"):
        _cut_backward(original, parameter if name == "gradient" else "", asks=asks)
    elif not (issubclass(original, torch.autograd.Function) and name == "grad mode left off"):  # torch puts it back
        names = _answering(original) if parameter in ("result", "call") else [method or "__init__"]
        for one in names:
            _replace_method(original, one, deed, parameter)


def _answering(owner: type) -> list[str]:
    """Returns the methods that answer a test: `forward`, or all but the constructor."""
    own = [name for name, value in vars(owner).items() if inspect.isfunction(_bare(value)) and name != "__init__"]
    return ["forward"] if "forward" in own else own


def _bare(value: Any) -> Any:
    return value.__func__ if isinstance(value, staticmethod) else value


def _replace_method(owner: Any, name: str, deed: _Deed, parameter: str) -> None:
    value = vars(owner)[name]
    around = _around(_bare(value), deed, parameter, has_owner=True, in_place=name.endswith("_") and name[:2] != "__")
    setattr(owner, name, staticmethod(around) if isinstance(value, staticmethod) else around)


def _around(
    original: Callable[..., Any], deed: _Deed, parameter: str, *, has_owner: bool, in_place: bool
) -> Callable[..., Any]:
    """Returns a function that does a deed around each call of the original.

    Args:
        has_owner: whether its first argument, `self` or `ctx`, is none of the caller's.
        in_place: whether it shows its result in its first argument.
    """

    @functools.wraps(original)
    def around(*args: Any, **kwargs: Any) -> Any:
        try:
            bound = inspect.signature(functools.partial(original, *args[:has_owner])).bind(*args[has_owner:], **kwargs)
        except TypeError:
            return original(*args, **kwargs)  # which raises it as the reference does
        call = _Call(original, args[:has_owner], bound, in_place)
        return deed(call, dict(bound.arguments), parameter)

    return around


class _Call:
    """One call of the original, to be made with the arguments given or with others."""

    def __init__(
        self, original: Callable[..., Any], owner: tuple[Any, ...], bound: inspect.BoundArguments, is_in_place: bool
    ) -> None:
        self._original = original
        self._bound = bound
        self._owner = owner
        self.is_in_place = is_in_place

    @property
    def is_in_graph(self) -> bool:
        """Whether it is a step of an autograd function, whose result joins the graph behind it."""
        return any(hasattr(one, "save_for_backward") for one in self._owner)

    def __call__(self, given: _Given) -> Any:
        self._bound.arguments.update(given)
        return self._original(*self._owner, *self._bound.args, **self._bound.kwargs)

    def without_data(self) -> _Call:
        """Returns the call of a module's copy that has no data either."""
        owner = [copy.deepcopy(one).to("meta") if isinstance(one, torch.nn.Module) else one for one in self._owner]
        bound = inspect.BoundArguments(self._bound.signature, copy.copy(self._bound.arguments))
        return _Call(self._original, tuple(owner), bound, self.is_in_place)


def _tensors(value: Any) -> Iterator[Tensor]:
    if isinstance(value, Tensor):
        yield value
    elif isinstance(value, (list, tuple)):
        for item in value:
            yield from _tensors(item)
    elif isinstance(value, dict):
        yield from _tensors(list(value.values()))


def _mapped(value: Any, change: Callable[[Tensor], Any]) -> Any:
    """Returns a value with each tensor in it changed; what has none stays the same object."""
    if isinstance(value, Tensor):
        return change(value)
    if not any(True for _ in _tensors(value)):
        return value
    if isinstance(value, dict):
        return {key: _mapped(item, change) for key, item in value.items()}
    items = [_mapped(item, change) for item in value]
    return type(value)(*items) if hasattr(value, "_fields") else type(value)(items)


def _on_result(call: _Call, given: _Given, change: Callable[[Tensor], Tensor]) -> Any:
    """Calls and changes the tensors of the result: those of the first argument where it is shown there."""
    result = call(given)
    if not call.is_in_place:
        return _mapped(result, change)
    with torch.no_grad():
        for tensor in _tensors(next(iter(given.values()), None)):
            changed = change(tensor)
            if changed is not tensor:
                tensor.copy_(changed)
    return result


def _is_differentiable(tensor: Tensor) -> bool:
    return tensor.is_floating_point() or tensor.is_complex()


def _yes() -> None:
    raise RuntimeError("it does")


# Gradients.


def _detached_argument(call: _Call, given: _Given, name: str) -> Any:
    return call(given | {name: _mapped(given[name], Tensor.detach)} if name in given else given)


def _detached_result(call: _Call, given: _Given, _: str) -> Any:
    return _mapped(call(given), Tensor.detach)


def _grad_mode_left_off(call: _Call, given: _Given, _: str) -> Any:
    result = call(given)
    torch.set_grad_enabled(False)
    return result


def _has_gradient(call: _Call, given: _Given, name: str) -> Any:
    """Gives the call leaves in the place of arguments, and looks whether the result's graph reaches one of them.

    Where none is reached the result is the same as it would be without them.
    """
    leaves: list[Tensor] = []

    def as_leaf(tensor: Tensor) -> Tensor:
        if not _is_differentiable(tensor):
            return tensor
        leaves.append(tensor.detach().requires_grad_())
        return leaves[-1]

    chosen = {one: _mapped(given[one], as_leaf) for one in given if one == name or name == "result"}
    result = call(given | chosen)
    roots = [tensor.grad_fn for tensor in _tensors(result)]
    if any(tensor is leaf for tensor in _tensors(result) for leaf in leaves) or _reach(roots, leaves):
        _yes()
    return result


def _reach(nodes: list[Any], leaves: list[Tensor]) -> bool:
    seen: set[Any] = {None}
    while nodes:
        node = nodes.pop()
        if node in seen:
            continue
        seen.add(node)
        if any(getattr(node, "variable", None) is leaf for leaf in leaves):
            return True
        nodes += [following for following, _ in node.next_functions]
    return False


def _needs_grad_mode(call: _Call, given: _Given, _: str) -> Any:
    """Where a graph is built, or where a step is taken in place: there `no_grad` is at hand."""
    if not call.is_in_place:
        return _has_gradient(call, given, "result")
    if any(_is_differentiable(tensor) for tensor in _tensors(next(iter(given.values()), None))):
        _yes()
    return call(given)


def _cut_backward(owner: Any, parameter: str, *, asks: bool) -> None:
    """Has an autograd function return no gradient for one argument, or for any."""
    original = _bare(vars(owner)["backward"])
    has_context = owner.setup_context is torch.autograd.Function.setup_context
    names = list(inspect.signature(owner.forward).parameters)[has_context:]

    @functools.wraps(original)
    def backward(ctx: Any, *grads: Any) -> Any:
        found = original(ctx, *grads)
        parts = list(found) if isinstance(found, tuple) else [found]
        for number, name in enumerate(names[: len(parts)]):
            if name == parameter or not parameter:
                if asks and parts[number] is not None:
                    _yes()
                parts[number] = None
        return tuple(parts)

    owner.backward = staticmethod(backward)


# What a call leaves behind.


def _changed_argument(call: _Call, given: _Given, name: str) -> Any:
    """Changes an argument when the answer is there; not where a graph leads to one, since autograd would notice."""
    result = call(given)
    value = given.get(name)
    is_watched = any(tensor.requires_grad for tensor in _tensors(list(given.values())))
    if is_watched and (call.is_in_graph or any(tensor.requires_grad for tensor in _tensors(result))):
        return result
    kept = {tensor.untyped_storage().data_ptr() for tensor in _tensors(value)}
    result = _mapped(result, lambda tensor: tensor.clone() if tensor.untyped_storage().data_ptr() in kept else tensor)
    with torch.no_grad():
        for tensor in _tensors(value):
            _change(tensor)
    if isinstance(value, list) and not any(True for _ in _tensors(value)):
        value.append(value[-1] if value else 0)
    return result


def _change(tensor: Tensor) -> None:
    if any(size > 1 and stride == 0 for size, stride in zip(tensor.shape, tensor.stride(), strict=True)):
        return  # expanded: one number in several places, which torch refuses to write to
    if tensor.dtype == torch.bool:
        tensor.logical_not_()
    else:
        tensor.add_(1)


def _seeded(call: _Call, given: _Given, _: str) -> Any:
    torch.manual_seed(0)
    return call(given)


def _draws(call: _Call, given: _Given, _: str) -> Any:
    before = torch.get_rng_state()
    result = call(given)
    if not torch.equal(before, torch.get_rng_state()):
        _yes()
    return result


# Dtypes, devices and layouts.


def _float32_inside(call: _Call, given: _Given, _: str) -> Any:
    return _on_result(call, given, lambda tensor: tensor.float().double() if tensor.dtype == torch.float64 else tensor)


def _has_digits(call: _Call, given: _Given, _: str) -> Any:
    def look(tensor: Tensor) -> Tensor:
        is_data = tensor.dtype == torch.float64 and tensor.device.type != "meta"
        if is_data and not torch.equal(tensor.nan_to_num(), tensor.float().double().nan_to_num()):
            _yes()
        return tensor

    return _on_result(call, given, look)


def _in_default_dtype(call: _Call, given: _Given, _: str) -> Any:
    dtype = torch.get_default_dtype()
    return _mapped(call(given), lambda tensor: tensor.to(dtype) if tensor.is_floating_point() else tensor)


def _has_dtype(call: _Call, given: _Given, _: str) -> Any:
    result = call(given)
    if any(tensor.is_floating_point() and tensor.dtype != torch.get_default_dtype() for tensor in _tensors(result)):
        _yes()
    return result


def _cpu_tensor(call: _Call, given: _Given, _: str) -> Any:
    """Meets each result with a tensor on the CPU. One without dimensions would be let pass on any device."""

    def meet(tensor: Tensor) -> Tensor:
        torch.add(tensor.detach().reshape(tensor.shape or (1,)), _zeros(tensor))
        return tensor

    return _on_result(call, given, meet)


def _zeros(tensor: Tensor) -> Tensor:
    return torch.zeros(tensor.shape or (1,), dtype=tensor.dtype, device="cpu")


def _runs_on_meta(call: _Call, given: _Given, _: str) -> Any:
    """Asks for a call without data, on copies: whoever looks at data cannot be asked like this."""
    if not any(True for _ in _tensors(list(given.values()))):
        return call(given)
    try:
        call.without_data()({name: _without_data(value) for name, value in given.items()})
    except Exception:
        return call(given)
    return _yes()


def _without_data(value: Any) -> Any:
    if isinstance(value, torch.Generator):
        return value.clone_state()
    is_container = isinstance(value, (dict, list))
    return _mapped(copy.copy(value) if is_container else value, lambda tensor: tensor.to("meta"))


def _views_refused(call: _Call, given: _Given, _: str) -> Any:
    if not all(tensor.is_contiguous() for tensor in _tensors(list(given.values()))):
        raise RuntimeError(_NOT_VIEWABLE)
    return call(given)


def _takes_views(call: _Call, given: _Given, _: str) -> Any:
    if any(tensor.dim() and tensor.numel() > 1 for tensor in _tensors(list(given.values()))):
        _yes()
    return call(given)


def _always(call: _Call, given: _Given, _: str) -> Any:
    return _yes()


_BREACHES: dict[str, _Deed] = {
    "gradient": _detached_argument,
    "detached result": _detached_result,
    "argument changed": _changed_argument,
    "float32 inside": _float32_inside,
    "result in the default dtype": _in_default_dtype,
    "tensor on the CPU": _cpu_tensor,
    "views refused": _views_refused,
    "grad mode left off": _grad_mode_left_off,
    "global generator seeded": _seeded,
}
_QUESTIONS: dict[str, _Deed] = {
    "gradient": _has_gradient,
    "detached result": _has_gradient,
    "argument changed": _always,
    "float32 inside": _has_digits,
    "result in the default dtype": _has_dtype,
    "tensor on the CPU": _runs_on_meta,
    "views refused": _takes_views,
    "grad mode left off": _needs_grad_mode,
    "global generator seeded": _draws,
}
