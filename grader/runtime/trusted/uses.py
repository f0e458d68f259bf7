"""What values are, as far as a wrong solution could treat some of them apart: their kinds and their input classes.

A class is a kind of value that plausible wrong solutions fail at and no other shows: a size of 1, a view, a negative
number. Which of them a task has to be asked with, `grader.verify.classes` decides; here it is only written down.
"""

from __future__ import annotations

import itertools
import math
import types
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import torch
from torch import Tensor

from grader.models import ArgumentUse

__all__ = ["Subject", "fingerprint"]

_TINY = 1e-4
_HUGE = 1e4
_ENOUGH_VALUES = 3
_MAX_NUMBERS = 64
_MAX_ITEMS = 64
_MAX_NESTING = 2


@dataclass(kw_only=True)
class Subject:
    """All that came as one argument, or as one kind of call.

    Attributes:
        numbers: the different ones that came.
    """

    name: str
    annotation: str = ""
    has_default: bool = False
    kinds: set[str] = field(default_factory=set)
    classes: set[str] = field(default_factory=set)
    numbers: set[float] = field(default_factory=set)

    def as_use(self) -> ArgumentUse:
        return ArgumentUse(
            subject=self.name,
            kinds=tuple(sorted(self.kinds)),
            classes=tuple(sorted(self.classes)),
            annotation=self.annotation,
            has_default=self.has_default,
        )

    def note(self, value: object) -> None:
        """Writes down what a value is. Of a sequence's items nothing: they are a subject of their own."""
        if value is None or isinstance(value, (bool, str, torch.dtype, torch.device)):
            self._note_constant(value)
        elif isinstance(value, Tensor):
            self._note_tensor(value.detach())
        elif isinstance(value, (int, float)):
            self._note_number(value)
        elif isinstance(value, (list, tuple)):
            self._note_sequence(value)
        else:
            self.kinds.add(_kind_of(value))

    def _note_constant(self, value: object) -> None:
        self.kinds.add("None" if value is None else type(value).__name__)
        self.classes.add(str(value))

    def _note_number(self, value: float) -> None:
        self.kinds.add(type(value).__name__)
        if len(self.numbers) < _MAX_NUMBERS:
            self.numbers.add(value)
        found = {
            "zero": value == 0,
            "one": value == 1,
            "negative": value < 0,
            "not round": isinstance(value, float) and not _is_round(value),
            "three values": len(self.numbers) >= _ENOUGH_VALUES,
        }
        self.classes |= {name for name, is_so in found.items() if is_so}

    def _note_sequence(self, value: list[Any] | tuple[Any, ...]) -> None:
        self.kinds.add("sequence")
        size = "empty" if not value else "one item" if len(value) == 1 else "several items"
        self.classes |= {size, type(value).__name__ if type(value) in (list, tuple) else "tuple"}
        objects = [id(item) for item in value if not isinstance(item, (bool, int, float, str, types.NoneType))]
        if objects:
            self.classes.add("objects")
        if len(set(objects)) < len(objects):
            self.classes.add("same object twice")

    def _note_tensor(self, value: Tensor) -> None:
        self.kinds.add(f"{_family(value)} tensor")
        self.classes |= {_name_of(value.dtype), *_shape_classes(value)}
        if value.device.type == "meta":
            self.classes.add("meta")
        elif value.dtype == torch.bool:
            self.classes |= {str(item) for item in (True, False) if bool((value == item).any())}
        elif not value.is_complex():
            self.classes |= set(_value_classes(value))


def items_of(value: object, depth: int = 0) -> Iterator[object]:
    """Yields what is in a sequence, without the sequences in it."""
    if isinstance(value, (list, tuple)) and depth < _MAX_NESTING:
        for item in value[:_MAX_ITEMS]:
            if isinstance(item, (list, tuple)):
                yield from items_of(item, depth + 1)
            else:
                yield item


def fingerprint(value: object, *, with_values: bool = True) -> object:
    """Returns what is equal for equal arguments; without values what is equal for those of the same shapes."""
    if isinstance(value, Tensor):
        facts = (tuple(value.shape), value.dtype, value.device.type)
        has_values = with_values and value.device.type != "meta"
        return (*facts, repr(value.detach().tolist())) if has_values else facts
    if isinstance(value, (list, tuple)):
        return tuple(fingerprint(item, with_values=with_values) for item in value)
    if isinstance(value, Mapping):
        return "a mapping"  # a state, which is another at every call
    if isinstance(value, torch.Generator):
        return "a generator"
    return repr(value) if isinstance(value, (bool, int, float, str, types.NoneType, torch.dtype)) else id(value)


def _family(value: Tensor) -> str:
    if value.dtype == torch.bool:
        return "bool"
    return "float" if value.is_floating_point() or value.is_complex() else "int"


def _name_of(dtype: torch.dtype) -> str:
    return str(dtype).removeprefix("torch.")


def _shape_classes(value: Tensor) -> Iterator[str]:
    sizes = list(value.shape)
    yield f"{len(sizes)} dimensions"
    yield from (f"size 1 in dimension {number}" for number, size in enumerate(sizes) if size == 1)
    if 0 in sizes:
        yield "size 0"
    wide = [size for size in sizes if size > 1]
    if len(wide) > 1:
        yield "equal sizes" if len(set(wide)) < len(wide) else "unequal sizes"
    if not value.is_contiguous():
        yield "view"
        yield from [f"view of {len(sizes)} dimensions"] if _is_torn(value) else []


def _is_torn(value: Tensor) -> bool:
    """Whether `view` can take no two neighbouring dimensions together, whatever it flattens."""
    wide = [(size, stride) for size, stride in zip(value.shape, value.stride(), strict=True) if size > 1]
    return all(stride != size * inner for (_, stride), (size, inner) in itertools.pairwise(wide))


def _value_classes(value: Tensor) -> Iterator[str]:
    tests: dict[str, Callable[[Tensor], Tensor]] = {
        "negative": lambda x: x < 0,
        "positive": lambda x: x > 0,
        "zeros": lambda x: x == 0,
        "tiny": lambda x: (x != 0) & (x.abs() <= _TINY),
        "huge": lambda x: x.abs() >= _HUGE,
    }
    yield from (name for name, test in tests.items() if bool(test(value).any()))


def _is_round(value: float) -> bool:
    """Whether somebody would write the number down as it stands when asked for any: 0.1, 0.25, 0.9, 0.99, 1e-3."""
    if value == 0 or not math.isfinite(value):
        return True
    mantissa = abs(value) / 10 ** math.floor(math.log10(abs(value)))
    has_one_digit = math.isclose(mantissa * 2, round(mantissa * 2), rel_tol=1e-9)  # or ends with a five
    is_near_one = set(f"{abs(value):.12g}".partition(".")[2]) == {"9"}
    return has_one_digit or is_near_one or float(value * 8).is_integer()


def _kind_of(value: object) -> str:
    if isinstance(value, torch.Generator):
        return "generator"
    if isinstance(value, Mapping):
        return "mapping"
    return "callable" if callable(value) else type(value).__name__
