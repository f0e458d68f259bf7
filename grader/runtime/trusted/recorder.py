"""Records what the tests of a task ask its reference with, probes included. On the trusted side, in a proof only.

The requests of a job are replayed on the reference, one task of which is wrapped. What is recorded of values stands in
`uses.py`; here is who was called: how often, in which order, with what set and with what shared.
"""

from __future__ import annotations

import functools
import inspect
import types
from collections.abc import Callable, Iterable
from typing import Any

import torch
from torch import Tensor

from grader.models import ArgumentUse, Job
from grader.runtime.trusted.modules import reference_module
from grader.runtime.trusted.transcripts import Transcript
from grader.runtime.trusted.uses import Subject, fingerprint, items_of
from grader.runtime.wire import codec
from grader.runtime.wire.answering import Answerer

__all__ = ["Recorder", "recorded_uses"]

_CALL, _RESULT = "call", "result"
_MAIN_METHODS = ("__init__", "forward", "__call__")
_MAX_STATES = 1_000
_SETTINGS = (bool, int, float, str, tuple, types.NoneType)


def recorded_uses(job: Job, transcripts: Iterable[Transcript]) -> dict[str, tuple[ArgumentUse, ...]]:
    """Returns, for each task of a job, what its tests asked the reference with."""
    kept = list(transcripts)
    return {task.name: _of_task(job, kept, task.name) for task in job.tasks}


def _of_task(job: Job, transcripts: list[Transcript], task: str) -> tuple[ArgumentUse, ...]:
    recorder = Recorder(module := reference_module(job.suite.reference), task)
    answerer = Answerer(module)
    for found in transcripts:
        for exchange in found.exchanges if found.task == task else ():
            answerer.answer(codec.decode(exchange.message, from_candidate=False, device=job.device))
    return recorder.uses()


class Recorder:
    """Wraps one task in a module, and tells afterwards what it was called with.

    Args:
        module: of the reference; the task in it is replaced.
    """

    def __init__(self, module: types.ModuleType, task: str) -> None:
        self._subjects: dict[str, Subject] = {}
        self._is_busy = False
        self._asked: dict[str, set[object]] = {}
        self._states: dict[int, tuple[object, object]] = {}  # the object is kept, or another could get its address
        self._turns: list[int] = []
        self._generators: dict[int, tuple[torch.Generator, Tensor]] = {}
        for name in (_CALL, _RESULT):
            self._subject(name)
        original = getattr(module, task)
        if isinstance(original, type):
            self._wrap_methods(original)
        else:
            setattr(module, task, self._recorded(original, "", has_owner=False))

    def uses(self) -> tuple[ArgumentUse, ...]:
        return tuple(subject.as_use() for subject in self._subjects.values())

    def _subject(self, name: str, annotation: str = "", *, has_default: bool = False) -> Subject:
        found = self._subjects.setdefault(name, Subject(name=name))
        found.annotation, found.has_default = found.annotation or annotation, found.has_default or has_default
        return found

    # Wrapping.

    def _wrap_methods(self, owner: Any) -> None:
        for name, value in list(vars(owner).items()):
            is_static = isinstance(value, staticmethod)
            function = value.__func__ if is_static else value
            if inspect.isfunction(function) and _is_asked(name):
                recorded = self._recorded(function, name, has_owner=True)
                setattr(owner, name, staticmethod(recorded) if is_static else recorded)

    def _recorded(self, original: Callable[..., Any], method: str, *, has_owner: bool) -> Callable[..., Any]:
        signature = inspect.signature(original)
        declared = list(signature.parameters.values())[has_owner:]
        prefix = "" if method in ("", "__init__") else f"{method}."
        for parameter in declared:
            self._declare(prefix, parameter)

        @functools.wraps(original)
        def record(*args: Any, **kwargs: Any) -> Any:
            if self._is_busy:  # a call of its own making is nobody's question
                return original(*args, **kwargs)
            self._is_busy = True
            try:
                self._note(signature, prefix, method, has_owner, args, kwargs)
                result = original(*args, **kwargs)
                if method != "__init__":
                    self._note_value(_RESULT, result)
                self._note_generators((*args, *kwargs.values()), is_over=True)
                return result
            finally:
                self._is_busy = False

        return record

    def _declare(self, prefix: str, parameter: inspect.Parameter) -> None:
        has_default = parameter.default is not parameter.empty
        annotation = "" if parameter.annotation is parameter.empty else str(parameter.annotation)
        if parameter.kind is parameter.VAR_POSITIONAL:
            annotation = f"*{annotation}"
        self._subject(prefix + parameter.name, annotation, has_default=has_default)

    # One call.

    def _note(
        self,
        signature: inspect.Signature,
        prefix: str,
        method: str,
        has_owner: bool,
        args: tuple[Any, ...],
        kwargs: dict[str, Any],
    ) -> None:
        given = signature.bind(*args, **kwargs).arguments
        owner = next(iter(given.values()), None) if has_owner else None
        values = dict(list(given.items())[has_owner:])
        for name in list(signature.parameters)[has_owner:]:
            if name in values:
                self._subject(prefix + name).classes.add("given")
                self._note_value(prefix + name, values[name])
            elif signature.parameters[name].default is not inspect.Parameter.empty:
                self._subject(prefix + name).classes.add("left out")
        self._note_call(method, values)
        self._note_state(method, owner, values)
        self._note_generators(tuple(values.values()), is_over=False)

    def _note_value(self, name: str, value: object) -> None:
        self._subject(name).note(value)
        for item in items_of(value):
            self._subject(f"{name}[]").note(item)

    def _note_call(self, method: str, values: dict[str, Any]) -> None:
        call = self._subject(_CALL)
        call.kinds.add("method" if method else "function")
        asked = self._asked.setdefault(method, set())
        alike = fingerprint(list(values.values()), with_values=False), "sizes"
        equal = fingerprint(list(values.values())), "values"
        if equal in asked:
            call.classes.add("same arguments again")
        elif alike in asked:
            call.classes.add("same sizes again, other values")
        asked |= {alike, equal}
        tensors = [value for value in values.values() if isinstance(value, Tensor)]
        facts = {
            "gradients off": not torch.is_grad_enabled(),
            "another default dtype": torch.get_default_dtype() != torch.float32,
            "another default device": torch.get_default_device().type != "cpu",
            "several tensors": len({tensor.dtype for tensor in tensors}) < len(tensors),
            "same tensor twice": len({id(tensor) for tensor in tensors}) < len(tensors),
        }
        call.classes |= {name for name, is_so in facts.items() if is_so}

    def _note_state(self, method: str, owner: object, values: dict[str, Any]) -> None:
        """Tells apart what keeps something between calls: an instance, or a dictionary that is handed in."""
        states = [owner] if owner is not None else [value for value in values.values() if isinstance(value, dict)]
        if not states or len(self._states) > _MAX_STATES:
            return
        call, (state, *_) = self._subject(_CALL), states
        call.kinds.add("state")
        settings = [value for value in values.values() if isinstance(value, _SETTINGS)]
        if settings and id(state) not in self._states:
            call.classes.add("settings")
        kept = self._states.setdefault(id(state), (state, fingerprint(settings)))
        if any(other != kept[1] for _, other in self._states.values()):
            call.classes.add("states with other settings")
        if method != "__init__":
            self._note_turn(id(state))

    def _note_turn(self, state: int) -> None:
        """A state comes again at once, or after another one came in between."""
        if state in self._turns:
            name = "state again" if self._turns[-1] == state else "states in turn"
            self._subject(_CALL).classes.add(name)
        self._turns.append(state)

    def _note_generators(self, values: tuple[Any, ...], *, is_over: bool) -> None:
        for generator in (value for value in values if isinstance(value, torch.Generator)):
            call = self._subject(_CALL)
            call.kinds.add("generator")
            before = self._generators.get(id(generator))
            if not is_over and before is not None and not torch.equal(before[1], generator.get_state()):
                call.classes.add("generator moved in between")
            self._generators[id(generator)] = (generator, generator.get_state())


def _is_asked(name: str) -> bool:
    return name in _MAIN_METHODS or not name.startswith("_") or (name.startswith("__") and name.endswith("__"))
