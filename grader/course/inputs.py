"""What tests ask a new task with, by what its header says of each parameter. Pure: a parameter in, code out."""

from __future__ import annotations

from grader.course.signature import WIDTH, Parameter

__all__ = [
    "SIZES",
    "TODO",
    "assigned",
    "each_value",
    "input_at_sizes",
    "is_tensor",
    "of_one",
    "random_input",
    "written_input",
]

TODO = "TODO(author)"
"""Marks what is left to the author of an assignment."""

SIZES = (("4", "4"), ("3", "4"), ("1", "4"), ("3", "1"), ("0", "4"))
"""Of matrices: sizes that are alike and that are not, of 1 in each dimension, and of 0."""

_EACH = {
    "bool": ("True", "False", "True", "False", "True"),
    "float": ("0.5", "0.37", "0.0", "-1.7", "2.0"),
    "int": ("3", "1", "2", "0", "-2"),
    "list[bool]": ("[True, False]", "[False]", "[]", "[True, True]", "[False, True, True]"),
    "list[float]": ("[0.5, 2.0]", "[0.37]", "[]", "[0.0, -1.7]", "[1.0, 1.0, 2.0]"),
    "list[int]": ("[2, 3]", "[1]", "[]", "[0, -2]", "[1, 1, 2]"),
}
"""The values of a number or of several, one for each of these sizes."""

_EACH_DIMENSION = ("0", "1", "-1", "-2", "1")
_EACH_COUNT = ("2", "1", "3", "0", "2")
"""How many tensors a sequence has."""

_INDICES = {"index", "indices", "ids", "label", "labels", "target", "targets"}
_DIMENSIONS = {"axis", "dim"}
_LISTS = {"Sequence[Tensor]", "list[Tensor]", "Iterable[Tensor]", "tuple[Tensor, ...]"}


def is_tensor(parameter: Parameter) -> bool:
    """Whether its argument is a tensor, or a sequence of them."""
    return _kind(parameter) in _LISTS | {"Tensor"}


def random_input(parameter: Parameter) -> str:
    """Returns the line that draws an argument."""
    if _kind(parameter) in _LISTS:
        drawn = _drawn(parameter, "normal", "4", "4")
        return assigned(parameter.name, f"[{drawn}, {drawn}]", "tensors that fit the task")
    if is_tensor(parameter):
        return assigned(parameter.name, _drawn(parameter, "normal", "4", "4"), "")
    value = _plain(parameter)
    return assigned(parameter.name, value, "a value" if value == "None" else "")


def each_value(parameter: Parameter) -> dict[str, tuple[str, ...]]:
    """Returns what is different in each of several cases, by the name of its variable; nothing if nothing is."""
    kind = _kind(parameter)
    if kind in _LISTS:
        return {f"{parameter.name}_count": _EACH_COUNT}
    if kind == "int" and parameter.name in _DIMENSIONS:
        return {parameter.name: _EACH_DIMENSION}
    is_fixed = kind not in _EACH or _is_number_of_classes(parameter)
    return {} if is_fixed else {parameter.name: _EACH[kind]}


def input_at_sizes(parameter: Parameter, rows: str = "4", columns: str = "4") -> list[str]:
    """Returns the line, within a loop, that draws or writes out an argument of which `each_value` is not the value."""
    if _kind(parameter) in _LISTS:
        several = f"{_drawn(parameter, 'spread', rows, columns)} for _ in range({parameter.name}_count)"
        value = f"[{several}]" if _kind(parameter) == "list[Tensor]" and not parameter.star else f"tuple({several})"
    elif is_tensor(parameter):
        value = _drawn(parameter, "spread", rows, columns)
    elif each_value(parameter):
        return []
    else:
        value = columns if _is_number_of_classes(parameter) else _plain(parameter)
    line = assigned(parameter.name, value, "a value" if value == "None" else "")
    return [f"    {part}" for part in line.split("\n")]


def of_one(parameter: Parameter, first: Parameter) -> str:
    """Returns an argument in which one tensor stands for all: the first parameter's, wherever it can."""
    if _kind(parameter) in _LISTS:
        return f"{parameter.star}[{parameter.name}[0], {parameter.name}[0]]"
    is_like_first = _drawn(parameter, "normal", "4", "4") == _drawn(first, "normal", "4", "4")
    if not is_like_first or _kind(first) in _LISTS:
        return parameter.argument
    return f"{parameter.name}={first.name}" if parameter.by_name else first.name


def written_input(parameter: Parameter) -> str:
    """Returns a small argument that is written out."""
    if _kind(parameter) in _LISTS:
        return "[torch.tensor([1.0, 2.0]), torch.tensor([3.0, 4.0])]"
    if not is_tensor(parameter):
        return _plain(parameter)
    if parameter.name in _INDICES:
        return "torch.tensor([0, 1])"
    if "mask" in parameter.name:
        return "torch.tensor([[True, False], [True, True]])"
    return "torch.tensor([[1.0, 2.0], [3.0, 4.0]])"


def assigned(name: str, value: str, left: str) -> str:
    """Returns the line that assigns a value, with a mark above or behind it if something is left to do."""
    line, mark = f"    {name} = {value}", f"# {TODO}: {left}"
    if not left:
        return line
    return f"{line}  {mark}" if len(line) + 2 + len(mark) <= WIDTH else f"    {mark}\n{line}"


def _kind(parameter: Parameter) -> str:
    """Returns the type that is declared, or else shown by the default, or else usual."""
    declared = parameter.annotation.replace("torch.Tensor", "Tensor").removesuffix(" | None")
    if not declared and not parameter.default:
        declared = "int" if parameter.name in _DIMENSIONS else "Tensor"
    return f"list[{declared}]" if parameter.star else declared


def _drawn(parameter: Parameter, how: str, rows: str, columns: str) -> str:
    """Returns a tensor that is drawn; floating-point numbers by a method of `rng`."""
    if parameter.name in _INDICES:
        return f"rng.integers(0, {columns}, {rows})"
    if "mask" in parameter.name:
        return f"rng.bools({rows}, {columns})"
    return f"rng.{how}({rows}, {columns}, dtype=torch.float64)"


def _is_number_of_classes(parameter: Parameter) -> bool:
    return _kind(parameter) == "int" and "class" in parameter.name


def _plain(parameter: Parameter) -> str:
    """Returns a value that is written out; None where no plausible one is known, for the author to see to."""
    kind = _kind(parameter)
    if kind == "int" and parameter.name in _DIMENSIONS:
        return _EACH_DIMENSION[0]
    if _is_number_of_classes(parameter):
        return "4"  # as many as drawn labels and targets have
    return _EACH[kind][0] if kind in _EACH else parameter.default or "None"
