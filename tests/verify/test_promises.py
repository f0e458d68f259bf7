"""Promises: which a task has, how each is broken, when its breach is none, and what the gate says of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import torch
from torch import Tensor, nn

from grader.models import ArgumentUse, Assignment, Difficulty, Task, TaskReport, Waiver
from grader.verify.breach import break_promise
from grader.verify.promises import (
    Breach,
    breaches_of,
    complaints_about_promises,
    plan_breaches,
    waived_promises,
)
from grader.verify.trials import Trial, TrialKind
from grader.verify.verdicts import Outcome

Function = Callable[..., Any]

_OF_STEPS = ("float32 inside", "result in the default dtype", "tensor on the CPU")
_FLOATS = torch.arange(6, dtype=torch.float64).reshape(2, 3) / 7


def _broken(task: Any, name: str, subject: str, *, asks: bool = False) -> Any:
    module = {task.__name__: task}
    break_promise(module, task.__name__, name, subject, asks=asks)
    return module[task.__name__]


def scaled(x: Tensor, weights: list[Tensor], mask: Tensor | None = None, *, sizes: list[int] | None = None) -> Tensor:
    """Stands for a task that keeps all its promises."""
    found = x * weights[0] + weights[1]
    return found if mask is None else found * mask


def step_(params: list[Tensor], grads: list[Tensor]) -> None:
    with torch.no_grad():
        for param, grad in zip(params, grads, strict=True):
            param -= grad


def rounded(x: Tensor) -> Tensor:
    return (x.detach() > 0.5).double()


def drawn(x: Tensor) -> Tensor:
    return torch.rand(x.shape).to(x) * x


class Scaled(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.ones(3, dtype=torch.float64))

    def forward(self, x: Tensor) -> Tensor:
        return self.weight * x


def _double_class() -> Any:
    class Double(torch.autograd.Function):
        @staticmethod
        def forward(ctx: Any, x: Tensor, factor: float) -> Tensor:
            return x * factor

        @staticmethod
        def backward(ctx: Any, grad: Tensor) -> tuple[Tensor, None]:
            return 2 * grad, None

    return Double


def _weights() -> list[Tensor]:
    return [torch.full((3,), 1 / 3, dtype=torch.float64), torch.ones(3, dtype=torch.float64)]


# How promises are broken.


def test_gradient_of_one_argument_is_cut_and_that_of_others_flows() -> None:
    x, weights = _FLOATS.clone().requires_grad_(), [one.requires_grad_() for one in _weights()]

    found = _broken(scaled, "gradient", "weights")(x, weights)

    assert torch.equal(found, scaled(x, weights))
    grads = torch.autograd.grad(found.sum(), [x, *weights], allow_unused=True)
    assert [grad is None for grad in grads] == [False, True, True]


def test_result_is_detached_and_grad_mode_left_off() -> None:
    x = _FLOATS.clone().requires_grad_()
    assert not _broken(scaled, "detached result", "result")(x, _weights()).requires_grad
    try:
        assert _broken(scaled, "grad mode left off", "call")(x, _weights()).requires_grad
        assert not torch.is_grad_enabled()
    finally:
        torch.set_grad_enabled(True)


def test_gradient_of_an_autograd_function_is_none() -> None:
    x = _FLOATS.clone().requires_grad_()
    found = _broken(_double_class(), "gradient", "forward.x").apply(x, 2.0)

    assert torch.equal(found, 2 * x)
    assert torch.autograd.grad(found.sum(), x, allow_unused=True)[0] is None


@pytest.mark.parametrize(
    ("name", "before", "after"),
    [
        ("x", _FLOATS, _FLOATS + 1),
        ("weights", _weights(), [one + 1 for one in _weights()]),
        ("mask", torch.tensor([True, False, True]), torch.tensor([False, True, False])),
        ("sizes", [2, 3], [2, 3, 3]),
    ],
)
def test_argument_is_changed_behind_the_answer(name: str, before: Any, after: Any) -> None:
    given: dict[str, Any] = {"x": _FLOATS.clone(), "weights": _weights(), "mask": None, "sizes": [1]}
    given[name] = before.clone() if isinstance(before, Tensor) else list(before)

    found = _broken(scaled, "argument changed", name)(**given)

    want = given | {name: before if isinstance(before, Tensor) or name == "sizes" else _weights()}
    assert torch.equal(found, scaled(**want))
    assert str(given[name]) == str(after)


def test_argument_that_autograd_watches_or_that_is_expanded_stays() -> None:
    x, weights = _FLOATS.clone().requires_grad_(), _weights()
    found = _broken(scaled, "argument changed", "weights")(x, weights)
    found.sum().backward()
    assert torch.equal(weights[1], torch.ones(3, dtype=torch.float64))

    wide = torch.ones(1, dtype=torch.float64).expand(3)
    _broken(scaled, "argument changed", "weights")(_FLOATS, [wide, wide])
    assert wide[0] == 1


def test_result_that_is_the_argument_does_not_change_with_it() -> None:
    def same(x: Tensor) -> Tensor:
        return x

    x = torch.ones(2)
    assert torch.equal(_broken(same, "argument changed", "x")(x), torch.ones(2))
    assert torch.equal(x, torch.full((2,), 2.0))


def test_digits_are_those_of_float32_and_gradients_flow() -> None:
    x = _FLOATS.clone().requires_grad_()
    found = _broken(scaled, "float32 inside", "result")(x, _weights())

    assert found.dtype == torch.float64 and found.requires_grad
    assert torch.equal(found, scaled(x, _weights()).float().double())
    assert not torch.equal(found, scaled(x, _weights()))


def test_step_in_place_shows_its_digits_in_the_first_argument() -> None:
    (param,), grads = params, _ = [_FLOATS.clone()], [_FLOATS / 3]
    _broken(step_, "float32 inside", "result")(params, grads)

    assert torch.equal(param, (_FLOATS - _FLOATS / 3).float().double())
    assert torch.equal(grads[0], _FLOATS / 3)


def test_result_has_the_default_dtype() -> None:
    assert _broken(scaled, "result in the default dtype", "result")(_FLOATS, _weights()).dtype == torch.float32


@pytest.mark.parametrize("shape", [(2, 3), ()], ids=str)
def test_tensor_on_the_cpu_is_refused_on_another_device_and_changes_nothing_on_the_cpu(shape: tuple[int, ...]) -> None:
    def doubled(x: Tensor) -> Tensor:
        return 2 * x

    broken = _broken(doubled, "tensor on the CPU", "result")
    x = torch.ones(shape).requires_grad_()
    assert torch.autograd.grad(broken(x).sum(), x)[0].eq(2).all()
    with pytest.raises(RuntimeError, match="device"):
        broken(torch.ones(shape, device="meta"))


def test_view_is_refused_and_a_wrong_call_is_refused_as_the_reference_does() -> None:
    broken = _broken(scaled, "views refused", "call")
    assert torch.equal(broken(_FLOATS, _weights()), scaled(_FLOATS, _weights()))
    with pytest.raises(RuntimeError, match="view"):
        broken(_FLOATS.mT.contiguous().mT, _weights())
    with pytest.raises(TypeError, match=r"scaled\(\) missing"):
        broken(_FLOATS)


def test_generator_is_seeded() -> None:
    broken = _broken(drawn, "global generator seeded", "call")
    with torch.random.fork_rng():
        assert torch.equal(broken(_FLOATS), broken(_FLOATS))


def test_methods_of_a_module_are_broken() -> None:
    owner = _broken(type("Scaled", (Scaled,), {"forward": Scaled.forward}), "gradient", "forward.x")
    x = _FLOATS.clone().requires_grad_()
    module = owner()
    module(x).sum().backward()
    assert x.grad is None and module.weight.grad is not None


# Whether a breach is one.

_QUESTIONS = [
    (scaled, "gradient", "x", True),
    (rounded, "gradient", "x", False),
    (scaled, "detached result", "result", True),
    (rounded, "detached result", "result", False),
    (scaled, "grad mode left off", "call", True),
    (rounded, "grad mode left off", "call", False),
    (scaled, "float32 inside", "result", True),
    (rounded, "float32 inside", "result", False),
    (scaled, "result in the default dtype", "result", True),
    (scaled, "tensor on the CPU", "result", True),
    (lambda x, _: torch.tensor(x.tolist()), "tensor on the CPU", "result", False),
    (scaled, "global generator seeded", "call", False),
    (lambda x, _: drawn(x), "global generator seeded", "call", True),
]


@pytest.mark.parametrize(("task", "name", "subject", "is_one"), _QUESTIONS)
def test_question_fails_where_the_reference_does_what_the_breach_leaves_undone(
    task: Function, name: str, subject: str, is_one: bool
) -> None:
    asked = _broken(task, name, subject, asks=True)
    given = (_FLOATS,) if task is rounded else (_FLOATS, _weights())
    if is_one:
        with pytest.raises(RuntimeError, match="it does"):
            asked(*given)
    else:
        assert torch.equal(asked(*given), task(*given))


def test_question_asks_modules_functions_and_steps() -> None:
    module_class = _broken(
        type("Scaled", (Scaled,), {"forward": Scaled.forward}), "tensor on the CPU", "result", asks=True
    )
    with pytest.raises(RuntimeError, match="it does"):
        module_class()(_FLOATS)
    function = _broken(_double_class(), "gradient", "forward.x", asks=True)
    with pytest.raises(RuntimeError, match="it does"):
        function.apply(_FLOATS.clone().requires_grad_(), 2.0).sum().backward()
    with pytest.raises(RuntimeError, match="it does"):
        _broken(step_, "grad mode left off", "call", asks=True)([_FLOATS.clone()], [_FLOATS])


# Which promises a task has.


def _use(subject: str, *kinds: str, classes: tuple[str, ...] = ()) -> ArgumentUse:
    return ArgumentUse(subject=subject, kinds=kinds, classes=classes)


def test_promises_follow_from_what_the_task_was_asked_with() -> None:
    uses = [_use("x", "float tensor"), _use("labels", "int tensor"), _use("p", "float"), _use("result"), _use("call")]
    named = {(one.name, one.subject) for one in breaches_of("f", uses)}

    assert {found for found in named if found[1] not in ("result", "call")} == {
        ("gradient", "x"),
        ("argument changed", "x"),
        ("argument changed", "labels"),
    }
    assert {name for name, subject in named if subject == "call"} == {
        "views refused", "grad mode left off", "global generator seeded",
    }  # fmt: skip


def test_items_of_a_sequence_are_promised_something_of_as_the_sequence() -> None:
    uses = [
        _use("xs", "sequence", classes=("list",)),
        _use("xs[]", "float tensor"),
        _use("s", "sequence", classes=("tuple",)),
    ]
    assert {one for one in breaches_of("f", uses) if one.subject in ("xs", "s")} == {
        Breach(name="gradient", subject="xs"),
        Breach(name="argument changed", subject="xs"),
    }


def test_step_in_place_is_promised_no_gradient_and_may_change_its_first_argument() -> None:
    uses = [_use("params[]", "float tensor"), _use("grads[]", "float tensor")]
    found = breaches_of("step_", uses)
    assert [one for one in found if one.subject != "call"] == [
        Breach(name="argument changed", subject="grads"),
        *(Breach(name=name, subject="result") for name in _OF_STEPS),
    ]


def test_gradient_that_is_taken_otherwise_does_not_hide_a_change_of_the_argument() -> None:
    params, grads = [_FLOATS.clone().requires_grad_()], [_FLOATS.clone()]
    _broken(step_, "argument changed", "grads")(params, grads)
    assert torch.equal(grads[0], _FLOATS + 1)


_ASSIGNMENT = Assignment(
    slug="s",
    title={"en": "S"},
    difficulty=Difficulty.EASY,
    minutes=1,
    tasks=(Task(name="f", points=1, signature="def f(x)", forbid=(".detach",)),),
    waivers=(Waiver(classes=("argument changed",), of=("x",), reason="It may."),),
)
_USES: dict[str, tuple[ArgumentUse, ...]] = {"f": (_use("x", "int tensor"),)}


def _planned(assignment: Assignment = _ASSIGNMENT) -> list[Trial]:
    source = "def f(x):\n    return x\n"
    reference = Trial(kind=TrialKind.REFERENCE, name="reference", source=source, seed=0, tasks=assignment.tasks)
    return plan_breaches(assignment, reference, _USES)


def test_what_is_waived_is_not_tried_and_counts_as_used() -> None:
    assert ("x", "argument changed") not in {(trial.subject, trial.name) for trial in _planned()}
    assert list(waived_promises(_ASSIGNMENT, _USES)) == [("f", "x", "argument changed")]


def test_breach_is_free_of_bans_and_leaves_the_names_of_the_reference_alone() -> None:
    trial = next(trial for trial in _planned() if trial.name == "views refused")
    scope: dict[str, Any] = {}
    exec(trial.source, scope)
    assert set(scope) - {"__builtins__"} == {"f", "_breach"}
    assert [task.forbid for task in trial.tasks] == [()]


def _outcome(score: float, *, is_moot: bool = False) -> Outcome:
    trial = next(trial for trial in _planned() if trial.name == "views refused")
    report = TaskReport(task="f", score=score, max_score=1, misconceptions=(), tests=())
    return Outcome(trial=trial, tasks=(report,), is_moot=is_moot)


def test_survivor_is_a_complaint_that_says_what_to_write() -> None:
    (found,) = complaints_about_promises([_outcome(1), _outcome(0), _outcome(1, is_moot=True)])
    assert (found.check, found.subject) == ("promise", "f/call: views refused")
    assert "it is promised that arguments may be views" in found.message
    assert 'tasks = ["f"]`, `of = ["call"]`, `classes = ["views refused"]' in found.message


def test_autograd_function_is_left_alone_where_torch_looks_after_it() -> None:
    x = _FLOATS.clone().requires_grad_()
    _broken(_double_class(), "argument changed", "forward.x").apply(x, 2.0)
    assert torch.equal(x, _FLOATS)
    _broken(_double_class(), "grad mode left off", "call", asks=True).apply(x, 2.0)
