"""What can be written of a new task before its author has thought of anything: calls, inputs and imports. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from grader.course.imports import import_lines, unknown_names, used_names
from grader.course.inputs import (
    SIZES,
    TODO,
    assigned,
    each_value,
    input_at_sizes,
    is_tensor,
    of_one,
    random_input,
    written_input,
)
from grader.course.signature import WIDTH, Parameter, Signature, folded

__all__ = ["TODO", "Draft", "import_block"]

_MODULE = Parameter(name="x", annotation="Tensor")


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

    def _asked(self, arguments: list[str]) -> str:
        """What a test asks the student's code."""
        if self.probe:
            return f"student.run({', '.join([self.probe, *arguments])})"
        return f"student.{self.name}({', '.join(arguments)})"

    def _specified(self, arguments: list[str], indent: str = "    ") -> str:
        return _compared(self._asked(arguments), f"spec({', '.join(arguments)})", indent)

    @property
    def specified(self) -> list[str]:
        """The comparison with the specification; also with one tensor wherever the task takes several."""
        found = [self._specified([parameter.argument for parameter in self.parameters])]
        drawn = [one for one in self.parameters if is_tensor(one)]
        of_several = [of_one(one, drawn[0]) if one in drawn else one.argument for one in self.parameters]
        if drawn and not self.probe:
            found.append(self._specified(of_several))
        return list(dict.fromkeys(found))

    @property
    def cases(self) -> list[str]:
        """The lines that compare at every size and with every value; none if there is nothing to vary."""
        sizes = [self._free(name) for name in ("rows", "columns")] if any(map(is_tensor, self.parameters)) else []
        each = {name: values for one in self.parameters for name, values in each_value(one).items()}
        names = [*sizes, *each]
        if not names:
            return []
        cases = zip(*(zip(*SIZES, strict=True) if sizes else ()), *each.values(), strict=True)
        number, count = self._free("number"), self._free("cases")
        shown = [one.name for one in self.parameters if is_tensor(one)][:3]  # as many shapes as are told
        asked = [number, f"len({count})", *([_tuple(shown)] if shown else [])]
        return [
            f"    # {TODO}: the cases that have a meaning, and those that are missing",
            folded(f"    {count} = [", tuple(map(_tuple, cases)), "]", width=WIDTH + 1),
            f"    for {number}, {_tuple(names)} in enumerate({count}, 1):",
            *(line for one in self.parameters for line in input_at_sizes(one, *sizes)),
            folded("        with in_case(", tuple(asked), "):", width=WIDTH + 1),
            self._specified([parameter.argument for parameter in self.parameters], " " * 12),
        ]

    def _free(self, name: str) -> str:
        """Returns a name that no parameter has."""
        return f"{name}_" if name in {parameter.name for parameter in self.parameters} else name

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
        return [random_input(parameter) for parameter in self.parameters]

    @property
    def _example_parameters(self) -> list[Parameter]:
        """Those that the example gives: what has a default is left to the task, where a test calls it."""
        first, *others = self.parameters
        return [first, *(parameter for parameter in others if self.probe or not parameter.default)]

    @property
    def example_inputs(self) -> list[str]:
        """The lines that write out small arguments; the first is the author's, and what nobody can guess."""
        values = [(parameter.name, written_input(parameter)) for parameter in self._example_parameters]
        return [
            assigned(name, value, "" if number and value != "None" else "the example of the statement")
            for number, (name, value) in enumerate(values)
        ]

    @property
    def example_result(self) -> list[str]:
        """The lines that write out a value of the kind that is returned, and compare it."""
        returned = Parameter(name="expected", annotation=self.signature.returns)
        value = written_input(self.parameters[0] if self.probe else returned)
        asked = self._asked([parameter.argument for parameter in self._example_parameters])
        return [assigned("expected", value, "what comes out"), _compared(asked, "expected", "    ")]

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


def _tuple(parts: Sequence[str]) -> str:
    """Writes several parts as a tuple, and one as it is."""
    return f"({', '.join(parts)})" if len(parts) > 1 else parts[0]


def _compared(asked: str, expected: str, indent: str) -> str:
    parts = (_alone(asked, f"{indent}    "), _alone(expected, f"{indent}    "))
    return folded(f"{indent}assert_close(", parts, ")", width=WIDTH + 1)


def _alone(call: str, indent: str) -> str:
    """Folds a call that is too long for lines of its own, with a comma behind it."""
    if len(indent) + len(call) < WIDTH:
        return call
    before, _, arguments = call.removesuffix(")").partition("(")
    return folded(f"{indent}{before}(", tuple(arguments.split(", ")), ")").lstrip()
