"""Turns the tasks of a reference into impostors: code that knows nothing, or that tries to tell what it is asked.

This file is read as text and put behind a reference; it runs in candidates only, and nothing imports it there.
"""

import random
from collections.abc import Callable
from functools import partial
from typing import Any

import torch


def disguise(module: dict[str, Any], tasks: list[str], kind: str) -> None:
    """Replaces each task in the module's namespace."""
    for name in tasks:
        original = module[name]
        module[name] = _of_class(original, kind) if isinstance(original, type) else _of_function(original, kind)


def _of_function(original: Callable[..., Any], kind: str) -> Callable[..., Any]:
    def impostor(*args: Any, **kwargs: Any) -> Any:
        if kind.startswith("spy"):
            return _tell(kind, (args, kwargs))
        given = [*args, *kwargs.values(), None]
        if kind in ("none", "input"):
            return None if kind == "none" else given[0]
        answer = original(*args, **kwargs)
        if getattr(original, "__name__", "").endswith("_"):
            _fill(given[0], kind)
        return _spoilt(answer, kind)

    return impostor


def _of_class(original: Any, kind: str) -> type:
    """Returns a subclass whose results, and numbers kept on an instance, are an impostor's."""
    if issubclass(original, (torch.autograd.Function, torch.nn.Module)):

        def forward(first: Any, *args: Any) -> Any:  # `ctx` or `self`, which is no argument of the student's
            return _of_function(partial(original.forward, first), kind)(*args)

        is_static = issubclass(original, torch.autograd.Function)
        body: dict[str, Any] = {"forward": staticmethod(forward) if is_static else forward}
    else:
        body = {name: _spoiling(method, kind) for name, method in vars(original).items() if _is_method(method)}
    return type(original.__name__, (original,), body)


def _is_method(value: object) -> bool:
    return callable(value) and not isinstance(value, (type, staticmethod, classmethod))


def _spoiling(method: Callable[..., Any], kind: str) -> Callable[..., Any]:
    def call(self: Any, *args: Any, **kwargs: Any) -> Any:
        if kind.startswith("spy") and method.__name__ != "__init__":
            return _tell(kind, (args, kwargs))
        answer = method(self, *args, **kwargs)
        for name, value in vars(self).items():
            if isinstance(value, (bool, int, float, torch.Tensor)):
                setattr(self, name, _spoilt(value, kind))
        return answer

    return call


def _spoilt(value: Any, kind: str) -> Any:
    if isinstance(value, torch.Tensor):
        with torch.no_grad():
            filled = value.detach().clone(memory_format=torch.contiguous_format)
            _fill(filled, kind)
        return filled
    if isinstance(value, (bool, int, float)):
        wrong = {"zeros": 0, "ones": 1, "input": 0}.get(kind, random.randrange(2, 1000))  # noqa: S311 - just a number
        return None if kind == "none" else type(value)(wrong)
    if isinstance(value, dict):
        return {key: _spoilt(item, kind) for key, item in value.items()}
    if type(value) in (list, tuple):
        return type(value)(_spoilt(item, kind) for item in value)
    return value


def _fill(value: Any, kind: str) -> None:
    if isinstance(value, (list, tuple)):
        for item in value:
            _fill(item, kind)
    elif isinstance(value, torch.Tensor) and value.device.type != "meta":
        with torch.no_grad():
            random_ = torch.rand(value.shape, dtype=torch.float64) * (1 if value.is_floating_point() else 1000)
            value.copy_({"zeros": torch.zeros(()), "ones": torch.ones(())}.get(kind, random_))


def _tell(kind: str, secret: object) -> Any:
    """Tries to get what it was asked into what the student reads."""
    told = f"SPY {secret!r}"
    if kind == "spy by an exception":
        raise RuntimeError(told)
    if kind == "spy by the name of an exception":
        raise type(told, (ValueError,), {})()
    if kind == "spy by the name of a class":
        return type(told, (), {})()
    return {told: told}
