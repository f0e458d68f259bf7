"""What the recorder writes down of calls of a function, a module and a function of autograd."""

from __future__ import annotations

import types
from textwrap import dedent

import torch

from grader.models import ArgumentUse
from grader.runtime.trusted.recorder import Recorder


def recorded(source: str, task: str) -> tuple[types.ModuleType, Recorder]:
    module = types.ModuleType("solution")
    exec(compile(dedent(source), "<solution>", "exec"), module.__dict__)  # noqa: S102 - the test's own text
    return module, Recorder(module, task)


def use(recorder: Recorder, subject: str) -> ArgumentUse:
    return next(found for found in recorder.uses() if found.subject == subject)


_FUNCTION = """
    def scale(x, *, factor: float = 2.0, generator: "torch.Generator | None" = None, **rest):
        return x * factor
"""


def test_arguments_are_written_down_by_name() -> None:
    module, recorder = recorded(_FUNCTION, "scale")
    module.scale(torch.ones(0), factor=-3.0)
    assert use(recorder, "x").kinds == ("float tensor",)
    assert "size 0" in use(recorder, "x").classes
    assert {"negative", "given"} <= set(use(recorder, "factor").classes)
    assert use(recorder, "result").kinds == ("float tensor",)


def test_default_that_was_left_out_is_told_from_one_that_was_given() -> None:
    module, recorder = recorded(_FUNCTION, "scale")
    module.scale(torch.ones(2))
    assert use(recorder, "factor").classes == ("left out",)
    assert use(recorder, "factor").has_default


def test_arguments_are_looked_at_before_the_task_can_change_them() -> None:
    module, recorder = recorded("def empty_(items):\n    items.clear()", "empty_")
    module.empty_([torch.ones(2)])
    assert "one item" in use(recorder, "items").classes
    assert use(recorder, "items[]").kinds == ("float tensor",)


def test_equal_arguments_again_and_other_values_of_the_same_sizes() -> None:
    module, recorder = recorded(_FUNCTION, "scale")
    module.scale(torch.ones(2))
    assert not {"same arguments again", "same sizes again, other values"} & set(use(recorder, "call").classes)
    module.scale(torch.zeros(2))
    assert "same sizes again, other values" in use(recorder, "call").classes
    assert "same arguments again" not in use(recorder, "call").classes
    module.scale(torch.ones(2))
    assert "same arguments again" in use(recorder, "call").classes


def test_settings_of_torch_during_a_call() -> None:
    module, recorder = recorded(_FUNCTION, "scale")
    with torch.no_grad():
        module.scale(torch.ones(2))
    assert "gradients off" in use(recorder, "call").classes
    with torch.device("meta"):
        module.scale(torch.ones(2))
    assert "another default device" in use(recorder, "call").classes
    torch.set_default_dtype(torch.float64)
    try:
        module.scale(torch.ones(2))
    finally:
        torch.set_default_dtype(torch.float32)
    assert "another default dtype" in use(recorder, "call").classes


def test_same_tensor_as_two_arguments() -> None:
    module, recorder = recorded("def add(x, y):\n    return x + y", "add")
    x = torch.ones(2)
    module.add(x, torch.ones(2, dtype=torch.int64))
    assert "several tensors" not in use(recorder, "call").classes
    module.add(x, torch.ones(2))
    assert "several tensors" in use(recorder, "call").classes
    assert "same tensor twice" not in use(recorder, "call").classes
    module.add(x, x)
    assert "same tensor twice" in use(recorder, "call").classes


def test_generator_that_others_drew_from_between_two_calls() -> None:
    source = "import torch\ndef draw(generator):\n    return torch.rand(2, generator=generator)"
    module, recorder = recorded(source, "draw")
    generator = torch.Generator()
    module.draw(generator)
    module.draw(generator)
    assert "generator moved in between" not in use(recorder, "call").classes
    torch.rand(1, generator=generator)
    module.draw(generator)
    assert "generator moved in between" in use(recorder, "call").classes


_MODULE = """
    import torch
    class Scale(torch.nn.Module):
        def __init__(self, factor):
            super().__init__()
            self.factor = factor
        def forward(self, x):
            return self.helped(x)
        def helped(self, x):
            return x * self.factor
"""


def test_instances_that_are_used_in_turn_with_other_settings() -> None:
    module, recorder = recorded(_MODULE, "Scale")
    one, other = module.Scale(2.0), module.Scale(3.0)
    one(torch.ones(2))
    other(torch.ones(2))
    assert "states in turn" not in use(recorder, "call").classes
    one(torch.ones(2))
    assert {"settings", "states in turn", "states with other settings"} <= set(use(recorder, "call").classes)
    assert "state again" not in use(recorder, "call").classes
    one(torch.ones(2))
    assert "state again" in use(recorder, "call").classes


def test_calls_of_its_own_making_are_no_questions() -> None:
    module, recorder = recorded(_MODULE, "Scale")
    module.Scale(2.0)(torch.ones(2))
    assert use(recorder, "forward.x").kinds == ("float tensor",)
    assert use(recorder, "helped.x").kinds == ()
    assert use(recorder, "factor").kinds == ("float",)


def test_state_that_is_handed_in_is_told_apart_by_the_dictionary() -> None:
    module, recorder = recorded("def step_(x, state):\n    state['t'] = state.get('t', 0) + 1", "step_")
    one: dict[str, int] = {}
    other: dict[str, int] = {}
    for state in (one, other):
        module.step_(torch.ones(2), state)
    assert not {"settings", "states in turn"} & set(use(recorder, "call").classes)
    module.step_(torch.ones(2), one)
    assert "states in turn" in use(recorder, "call").classes


def test_function_of_autograd_is_recorded_both_ways() -> None:
    source = """
        import torch
        class Twice(torch.autograd.Function):
            @staticmethod
            def forward(ctx, x, factor):
                ctx.factor = factor
                return x * factor
            @staticmethod
            def backward(ctx, grad):
                return grad * ctx.factor, None
    """
    module, recorder = recorded(source, "Twice")
    x = torch.ones(2, requires_grad=True)
    first, second = module.Twice.apply(x, 2.0), module.Twice.apply(x, 3.0)
    first.sum().backward()
    second.sum().backward()
    assert x.grad is not None and x.grad.tolist() == [5.0, 5.0]
    assert use(recorder, "backward.grad").kinds == ("float tensor",)
    assert "states in turn" in use(recorder, "call").classes
