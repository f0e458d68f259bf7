"""What can be written of a new task before its author has thought of anything: calls, inputs and imports. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from grader.course.imports import import_lines, unknown_names, used_names
from grader.course.signature import WIDTH, Parameter, Signature, folded

__all__ = ["TODO", "Draft", "import_block"]

TODO = "TODO(author)"
"""Marks what is left to the author of an assignment."""

_MODULE = Parameter(name="x", annotation="Tensor")
_VALUES = {
    "bool": "True",
    "float": "0.5",
    "int": "3",
    "list[bool]": "[True, False]",
    "list[float]": "[0.5, 2.0]",
    "list[int]": "[2, 3]",
}
_INDICES = {"index", "indices", "ids", "label", "labels", "target", "targets"}
_DIMENSIONS = {"axis", "dim"}
_LISTS = {"Sequence[Tensor]", "list[Tensor]", "Iterable[Tensor]", "tuple[Tensor, ...]"}


@dataclass(frozen=True, kw_only=True)
class Draft:
    """What the templates know of a task.

    Attributes:
        stem: of the names of its files.
    """

    signature: Signature
    stem: str
    points: int

    @property
    def name(self) -> str:
        return self.signature.name

    @property
    def header(self) -> str:
        """The header without its colon, in lines that are not too long."""
        return self.signature.header()

    @property
    def parameters(self) -> tuple[Parameter, ...]:
        """What a test varies: of a class, what its instance is applied to."""
        if self.signature.is_class:
            return (_MODULE,)
        return tuple(parameter for parameter in self.signature.parameters if parameter.star != "**")

    @property
    def is_in_place(self) -> bool:
        """Whether it returns nothing, and so shows what it did by its first argument alone."""
        return self.signature.returns == "None"

    @property
    def probe(self) -> str:
        """The name of the probe that its tests need; empty if they call it."""
        return "applied" if self.signature.is_class else "changed" if self.is_in_place else ""

    @property
    def spec(self) -> str:
        """The header of its specification."""
        if self.signature.is_class:
            return "def spec(x: Tensor) -> Tensor"
        return self.signature.header("spec", (self.parameters[0].annotation or "Tensor") if self.is_in_place else "")

    @property
    def probe_header(self) -> str:
        """The header of its probe, which takes what the function takes."""
        parts = self.signature.parts if self.is_in_place else (_MODULE.text,)
        return folded(f"def {self.probe}(", ("solution: Any", *parts), ") -> Any")

    @property
    def call(self) -> str:
        """The call of the task itself, within its probe."""
        return f"{self.name}({', '.join(parameter.argument for parameter in self.parameters)})"

    @property
    def asked(self) -> str:
        """What a test asks the student's code."""
        arguments = [parameter.argument for parameter in self.parameters]
        if self.probe:
            return f"student.run({', '.join([self.probe, *arguments])})"
        return f"student.{self.name}({', '.join(arguments)})"

    def compared(self, expected: str) -> str:
        """Returns the comparison of what was asked for with an expression."""
        return folded("    assert_close(", (self.asked, expected), ")", width=WIDTH + 1)

    @property
    def specified(self) -> str:
        return self.compared(f"spec({', '.join(parameter.argument for parameter in self.parameters)})")

    @property
    def promised(self) -> str:
        """The question whether it keeps the rules of the statement."""
        positional = [parameter.argument for parameter in self.parameters if not parameter.by_name]
        named = [f'"{parameter.name}": {parameter.name}' for parameter in self.parameters if parameter.by_name]
        parts = ["student", self.probe or f'"{self.name}"', "spec", f"({', '.join(positional)})"]
        if len(positional) == 1:
            parts[-1] = f"({positional[0]},)"
        if named:
            parts.append(f"{{{', '.join(named)}}}")
        parts.append("rng=rng")
        if self.is_in_place:
            parts += [f'changes=("{self.parameters[0].name}",)', 'without=("gradients",)']
        return folded("    assert_keeps_promises(", tuple(parts), ")", width=WIDTH + 1)

    @property
    def rules_title(self) -> tuple[str, str]:
        """The title of the test that asks this, in English and Chinese."""
        if self.is_in_place:
            return (
                "The rules hold: memory layouts, dtypes, devices, and nothing else is changed.",
                "遵守规则：内存布局、dtype、设备，并且不改动别的东西。",
            )
        return (
            "The rules hold: memory layouts, dtypes, devices, gradients, and nothing is changed.",
            "遵守规则：内存布局、dtype、设备、梯度，并且什么都不改动。",
        )

    @property
    def random_inputs(self) -> list[str]:
        """The lines that draw its arguments."""
        return [_assigned(one.name, _drawn(one), _doubt(one)) for one in self.parameters]

    @property
    def example_inputs(self) -> list[str]:
        """The lines that write out small arguments; the first is the author's, and what nobody can guess."""
        values = [(parameter.name, _written(parameter)) for parameter in self.parameters]
        return [
            _assigned(name, value, "" if number and value != "None" else "the example of the statement")
            for number, (name, value) in enumerate(values)
        ]

    @property
    def example_result(self) -> str:
        """The line that writes out a value of the kind that is returned."""
        returned = Parameter(name="expected", annotation=self.signature.returns)
        value = _written(self.parameters[0] if self.probe else returned)
        return _assigned("expected", value, "what comes out")

    @property
    def unknown(self) -> list[str]:
        """The names in its header of which nobody can tell where they come from."""
        return unknown_names(self.signature.names)

    @property
    def alternatives(self) -> dict[str, str]:
        """The headers of its variants, by name."""
        names = ("AnotherStyle", "StepByStep") if self.signature.is_class else ("another_style", "step_by_step")
        return {name: self.signature.header(name) for name in names}


def import_block(code: str) -> str:
    """Returns the imports that a piece of code needs, and that of torch, which every file will use."""
    return import_lines(used_names(code) | {"torch"})


def _assigned(name: str, value: str, left: str) -> str:
    """Returns the line that assigns a value, with a mark above or behind it if something is left to do."""
    line, mark = f"    {name} = {value}", f"# {TODO}: {left}"
    if not left:
        return line
    return f"{line}  {mark}" if len(line) + 2 + len(mark) <= WIDTH else f"    {mark}\n{line}"


def _doubt(parameter: Parameter) -> str:
    """Says what is left to do for a drawn value: nothing, unless none is plausible or several have to fit together."""
    if _kind(parameter) in _LISTS:
        return "tensors that fit the task"
    return "a value" if _drawn(parameter) == "None" else ""


def _kind(parameter: Parameter) -> str:
    """Returns the type that is declared, or else shown by the default, or else usual."""
    declared = parameter.annotation.replace("torch.Tensor", "Tensor").removesuffix(" | None")
    if not declared and not parameter.default:
        declared = "int" if parameter.name in _DIMENSIONS else "Tensor"
    return f"list[{declared}]" if parameter.star else declared


def _drawn(parameter: Parameter) -> str:
    if _kind(parameter) in _LISTS:
        return "[rng.normal(4, 4, dtype=torch.float64), rng.normal(4, 4, dtype=torch.float64)]"
    if _kind(parameter) != "Tensor":
        return _plain(parameter)
    if parameter.name in _INDICES:
        return "rng.integers(0, 4, 4)"
    return "rng.bools(4, 4)" if "mask" in parameter.name else "rng.normal(4, 4, dtype=torch.float64)"


def _written(parameter: Parameter) -> str:
    if _kind(parameter) in _LISTS:
        return "[torch.tensor([1.0, 2.0]), torch.tensor([3.0, 4.0])]"
    if _kind(parameter) != "Tensor":
        return _plain(parameter)
    if parameter.name in _INDICES:
        return "torch.tensor([0, 1])"
    if "mask" in parameter.name:
        return "torch.tensor([[True, False], [True, True]])"
    return "torch.tensor([[1.0, 2.0], [3.0, 4.0]])"


def _plain(parameter: Parameter) -> str:
    """Returns a value that is written out; None where no plausible one is known, for the author to see to."""
    kind = _kind(parameter)
    if kind == "int" and parameter.name in _DIMENSIONS:
        return "0"
    if kind == "int" and "class" in parameter.name:
        return "4"  # as many as drawn labels and targets have
    return _VALUES.get(kind) or parameter.default or "None"
