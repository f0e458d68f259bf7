"""What the rules of statements promise, asked of tasks that keep it and of tasks that break one promise each."""

from __future__ import annotations

import contextlib
import math
import textwrap
import types
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import pytest
import torch
from torch import Tensor

from grader.runtime.trusted.compare import Mismatch
from grader.runtime.trusted.derivatives import derivative_along
from grader.runtime.trusted.promises import PROMISES, assert_keeps_promises
from grader.runtime.trusted.student import Student
from grader.runtime.trusted.values import as_view
from grader.runtime.wire.faults import StudentError
from grader.runtime.wire.probes import Probe
from grader.suite.plain import PlainCandidate, plain_rng
from grader.verify.breach import break_promise

_KEPT = """
import torch
from torch import Tensor, nn


def mixed(x, parts, mask, power=2.0, *, sizes=None):
    found = x**power * parts[0] + parts[1].sum()
    return torch.where(mask, found, torch.zeros_like(found)), len(parts)


def shifted(x):
    return x + 0.25


def step_(x, y):
    with torch.no_grad():
        x.sub_(y)


class Scale(nn.Module):
    def __init__(self):
        super().__init__()
        self.weight = nn.Parameter(torch.full((3,), 2.0))

    def forward(self, x):
        return self.weight * x
"""
_APPLIED = Probe(
    "applied",
    "def applied(solution, x):\n    with torch.device(x.device):\n        module = solution.Scale().to(x.dtype)\n"
    "    return module(x)",
)
_CHANGED = Probe("changed", "def changed(solution, x, y):\n    solution.step_(x, y)\n    return x")
_RNG = plain_rng("promises", 1)
_X = _RNG.normal(2, 3, dtype=torch.float64).abs() + 0.1
_PARTS = [_RNG.normal(3, dtype=torch.float64), _RNG.normal(2)]
_MASK = torch.tensor([[True, False, True], [True, True, False]])

Ask = Callable[..., None]
Change = Callable[[dict[str, Any]], object]


def _mixed(x: Tensor, parts: Sequence[Tensor], mask: Tensor, power: float = 2.0, *, sizes: Any = None) -> Any:
    """A specification in Python's own numbers, through which no graph leads."""
    total = sum(parts[1].tolist())
    rows = [
        [entry**power * factor + total if keep else 0.0 for entry, factor, keep in zip(*row, strict=True)]
        for row in zip(x.tolist(), [parts[0].tolist()] * len(x), mask.tolist(), strict=True)
    ]
    return torch.tensor(rows, dtype=x.dtype), len(parts)


def _shifted(x: Tensor) -> Tensor:
    return x + 0.25


def _step(x: Tensor, y: Tensor) -> Tensor:
    return x - y


def _scaled(x: Tensor) -> Tensor:
    return 2 * x


@pytest.fixture
def ask() -> Iterator[Ask]:
    """Asks a module, of the source that keeps its promises or of another, that `change` may have changed."""
    with contextlib.ExitStack() as stack:

        def run(*args: Any, source: str = _KEPT, change: Change = dict, **options: Any) -> None:
            module = types.ModuleType("exercise")
            exec(textwrap.dedent(source), module.__dict__)
            change(module.__dict__)
            candidate = stack.enter_context(contextlib.closing(PlainCandidate(module)))
            student: Student = candidate.student("test", 1)
            assert_keeps_promises(student, *args, rng=plain_rng("test", 1), **options)

        yield run


def test_function_of_many_kinds_of_arguments_keeps_its_promises(ask: Ask) -> None:
    ask("mixed", _mixed, (_X, _PARTS, _MASK), {"power": 3.0, "sizes": [1, 2]})


def test_module_and_step_in_place_keep_their_promises_when_probes_ask(ask: Ask) -> None:
    ask(_APPLIED, _scaled, (_X,))
    ask(_CHANGED, _step, (_X, _X + 1), changes=("x",), without=("gradients",))


@pytest.mark.parametrize(
    ("name", "subject", "told"),
    [
        ("gradient", "x", "no gradient flows from the result back to `x`"),
        ("gradient", "parts", "no gradient flows from the result back to `parts`"),
        ("detached result", "result", "no gradient flows from the result back to `x`"),
        ("argument changed", "x", "the argument `x` is changed by the call"),
        ("argument changed", "parts", "the argument `parts` is changed by the call"),
        ("argument changed", "mask", "the argument `mask` is changed by the call"),
        ("argument changed", "sizes", "the argument `sizes` is changed by the call"),
        ("float32 inside", "result", "`result[0]` has the wrong values"),
        ("result in the default dtype", "result", "dtype torch.float32, expected torch.float64"),
        ("tensor on the CPU", "result", "a tensor was created on a fixed device"),
        ("grad mode left off", "call", "grad mode is left switched off"),
        ("global generator seeded", "call", "the call seeds the global generator"),
    ],
)
def test_broken_promise_is_told(ask: Ask, name: str, subject: str, told: str) -> None:
    def change(module: dict[str, Any]) -> None:
        break_promise(module, "mixed", name, subject, asks=False)

    with pytest.raises(Mismatch) as caught:
        ask("mixed", _mixed, (_X, _PARTS, _MASK), {"sizes": [1]}, change=change)
    assert told in str(caught.value)


def test_views_that_are_refused_are_an_exception_of_the_student(ask: Ask) -> None:
    with pytest.raises(StudentError, match="view"):
        ask("shifted", _shifted, (_X,), source="def shifted(x):\n    return x.view(-1).view(x.shape) + 0.25\n")


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ("count.append(1)\n    return x + 0.25 * len(count)", "asked again with the same arguments: the result has"),
        ("return x.as_strided(x.shape, (3, 1)) + 0.25", "views of another memory layout: the result has the wrong"),
        ("return (x + 0.25).double()", "with float32 arguments: the result has dtype torch.float64"),
        ("return x + 0.25 * torch.is_grad_enabled()", "where gradients are switched off: the result has the wrong"),
        (
            "return x + torch.full(x.shape, 0.25, dtype=x.dtype)",
            "on the default device instead of the device of the arguments",
        ),
        ("return x + torch.tensor([0.25], device=x.device).repeat(3)", "where the default dtype is float64: "),
        ("return x + 0.25 + (x - x.detach())", "the gradient that flows back to `x` is wrong"),
    ],
)
def test_broken_promise_that_is_told_with_its_circumstances(ask: Ask, body: str, told: str) -> None:
    source = f"import torch\ncount = []\n\n\ndef shifted(x):\n    {body}\n"
    without = ("float32",) if "default dtype" in told else ()
    with pytest.raises((Mismatch, StudentError)) as caught:
        ask("shifted", _shifted, (_X,), source=source, without=without)
    assert told in str(caught.value)


def test_result_off_the_default_device_is_told_as_such(ask: Ask) -> None:
    source = "import torch\n\n\ndef shifted(x):\n    return torch.zeros(x.shape)\n"
    only = [name for name in PROMISES if name != "another default device"]
    with pytest.raises(Mismatch, match="where the default device is another one: the result has"):
        ask("shifted", _shifted, (_X,), source=source, without=only)


@pytest.mark.parametrize("name", PROMISES)
def test_promise_that_is_not_made_is_not_asked_for(ask: Ask, name: str) -> None:
    """A task that raises in every call fails whatever is asked of it, and passes where nothing is."""
    source = "def shifted(x):\n    raise ValueError\n"
    ask("shifted", _shifted, (_X,), source=source, without=tuple(PROMISES))
    others = tuple(other for other in PROMISES if other != name)
    if name != "no fixed device":  # where an exception is no proof of one
        with pytest.raises(StudentError):
            ask("shifted", _shifted, (_X,), source=source, without=others)


def test_looking_at_data_is_no_fixed_device(ask: Ask) -> None:
    source = "def shifted(x):\n    return x + 0.25 if x.sum() > -99 else x\n"
    ask("shifted", _shifted, (_X,), source=source)


def test_argument_without_a_gradient_is_none_of_the_promise(ask: Ask) -> None:
    source = "def scaled(x, eps):\n    return x * eps.detach()\n"

    def spec(x: Tensor, eps: Tensor) -> Tensor:
        return x * eps

    ask("scaled", spec, (_X, _X), source=source, no_gradient=("eps",))
    with pytest.raises(Mismatch, match="back to `eps`"):
        ask("scaled", spec, (_X, _X), source=source)


def test_numbers_without_any_tensor_are_asked_too(ask: Ask) -> None:
    source = "def total(*sizes):\n    return sum(sizes)\n"
    ask("total", lambda *sizes: sum(sizes), (1, 2, 3), source=source)
    with pytest.raises(Mismatch, match="wrong value"):
        ask("total", lambda *sizes: sum(sizes) + 1, (1, 2, 3), source=source)


def test_unknown_promise_is_the_author_s_mistake(ask: Ask) -> None:
    with pytest.raises(ValueError, match="no promise `vews`; there are `same arguments again`"):
        ask("shifted", _shifted, (_X,), without=("vews",))


def test_view_cannot_be_flattened_and_is_equal() -> None:
    for shape in ((3,), (2, 3), (2, 1, 3), (0, 2), ()):
        tensor = torch.randn(shape)
        view = as_view(tensor)
        assert torch.equal(view, tensor)
        assert tensor.numel() < 2 or not view.is_contiguous()
    with pytest.raises(RuntimeError):
        as_view(torch.ones(2, 3)).view(-1)


def test_derivative_by_differences_is_that_of_autograd() -> None:
    leaves, directions = [_X, _PARTS[0]], [_X.cos(), _PARTS[0].sin()]
    cotangent = torch.linspace(-1, 1, 6, dtype=torch.float64).reshape(2, 3)

    def by_torch(given: list[Tensor]) -> Tensor:
        return given[0].exp() * given[1]

    def by_numbers(given: list[Tensor]) -> Tensor:
        rows = [[math.exp(a) * b for a, b in zip(row, given[1].tolist(), strict=True)] for row in given[0].tolist()]
        return torch.tensor(rows, dtype=torch.float64)

    watched = [leaf.clone().requires_grad_() for leaf in leaves]
    grads = torch.autograd.grad((by_torch(watched) * cotangent).sum(), watched)
    expected = sum(float((grad * way).sum()) for grad, way in zip(grads, directions, strict=True))
    assert math.isclose(derivative_along(by_numbers, leaves, directions, [cotangent]), expected, rel_tol=1e-7)


def test_specification_with_half_a_graph_is_not_trusted_with_a_gradient(ask: Ask) -> None:
    """Its own gradient lacks what flows through the mean."""

    def spec(x: Tensor) -> Tensor:
        mean: float = sum(x.flatten().tolist()) / x.numel()
        return x - mean

    ask("centered", spec, (_X,), source="def centered(x):\n    return x - x.mean()\n")
    with pytest.raises(Mismatch, match="the gradient that flows back to `x` is wrong"):
        ask("centered", spec, (_X,), source="def centered(x):\n    return x - x.mean().detach()\n")
