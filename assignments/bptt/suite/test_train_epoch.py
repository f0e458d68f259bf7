"""The training loop of a recurrent model."""

from __future__ import annotations

from typing import Any

import torch
from bptt_drivers import F32, F64, LOOSE, cell, check, driver
from torch import Tensor

from grader.suite import Rng, Student, assert_close, needs_value, task, visible, weight

pytestmark = task("train_epoch")


@driver
def train(  # noqa: C901 - a probe is one text
    solution: Any, weights: list[Tensor], epochs: list[tuple[Any, float]], options: dict[str, Any]
) -> dict[str, Any]:
    """Trains a small recurrent model and reports what it saw: states, and its parameters before each batch and at last.

    An epoch is its batches and the largest norm. Options are the state's kind, `carry_state`, `odd` for an iterator of
    batches, stale gradients, a model left in evaluation mode and a parameter without gradient, and `elsewhere` for
    other defaults of torch.
    """
    import contextlib

    paired, odd = options["paired"], options["odd"]

    class Net(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.spare = torch.nn.Parameter(torch.ones_like(weights[2]))
            self.w_xh, self.w_hh, self.b, self.w_out = (torch.nn.Parameter(value.clone()) for value in weights)
            self.path: list[list[Tensor]] = []
            self.given: list[Any] = []
            self.kinds: list[str] = []
            self.with_history: list[bool] = []

        def note(self, state: Any) -> None:
            self.path.append([parameter.detach().clone() for parameter in self.parameters()])
            parts = [] if state is None else list(state) if isinstance(state, (tuple, list)) else [state]
            self.kinds.append(type(state).__name__)
            self.given.append([part.detach().clone() for part in parts] or None)
            self.with_history.append(any(part.requires_grad for part in parts))

        def forward(self, x: Tensor, state: Any) -> Any:
            self.note(state)
            start = torch.zeros_like(x[0] @ self.w_xh.detach())
            h, c = (start, start) if state is None else state if paired else (state, start)
            outputs = []
            for step in x:
                h = torch.tanh(step @ self.w_xh + h @ self.w_hh + self.b)
                if paired:
                    c = 0.5 * c + h * self.b
                    h = torch.tanh(c + h)
                outputs.append(h @ self.w_out)
            scale = 2.0 if self.training else 1.0
            return scale * torch.stack(outputs), (h, c) if paired else h

    class Momentum(torch.optim.Optimizer):
        def __init__(self, parameters: Any) -> None:  # torch's own constructor takes a second to import what it needs
            self.param_groups = [{"params": list(parameters), "lr": 0.1, "momentum": 0.9}]
            self.defaults: dict[str, Any] = {}
            self.state: Any = {}

        def zero_grad(self, set_to_none: bool = True) -> None:
            for parameter in self.param_groups[0]["params"]:
                if set_to_none:
                    parameter.grad = None
                elif parameter.grad is not None:
                    parameter.grad.zero_()

        def step(self, closure: Any = None) -> None:
            with torch.no_grad():
                for parameter in self.param_groups[0]["params"]:
                    if parameter.grad is not None:
                        moving = self.state.setdefault(parameter, torch.zeros_like(parameter))
                        moving.mul_(0.9).add_(parameter.grad)
                        parameter.sub_(0.1 * moving)

    net = Net()
    if odd:
        net.eval()
        for parameter in [net.w_hh, net.w_out]:
            parameter.grad = torch.ones_like(parameter)
    losses, modes, optimizer = [], [], Momentum(net.parameters())

    def loss_fn(y: Tensor, target: Tensor) -> Tensor:
        return ((y - target) ** 2).sum() / 10

    torch.set_default_dtype(torch.float64 if options["elsewhere"] else torch.float32)
    try:
        for batches, max_norm in epochs:
            given = iter(batches) if odd else batches
            with torch.device("meta") if options["elsewhere"] else contextlib.nullcontext():
                losses.append(
                    solution.train_epoch(net, given, loss_fn, optimizer, max_norm, carry_state=options["carry_state"])
                )
            modes.append(net.training)
    finally:
        torch.set_default_dtype(torch.float32)
    net.note(None)
    return {
        "parameters": [torch.stack(list(values)) for values in zip(*net.path, strict=True)],
        "states": net.given[:-1],
        "kinds of states": net.kinds[:-1],
        "states with history": net.with_history[:-1],
        "losses": losses,
        "training mode": modes,
    }


@driver
def train_one_weight(solution: Any, carry_state: bool) -> dict[str, Any]:
    """Trains y = w·x + state on two batches by plain gradient descent; the new state is y."""

    class Line(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.w = torch.nn.Parameter(torch.tensor(1.0))

        def forward(self, x: Tensor, state: Any) -> Any:
            y = self.w * x + (0.0 if state is None else state)
            return y, y

    class Descent(torch.optim.Optimizer):
        def __init__(self, parameter: Tensor) -> None:
            self.param_groups = [{"params": [parameter], "lr": 0.1}]
            self.defaults: dict[str, Any] = {}
            self.state: Any = {}

        def zero_grad(self, set_to_none: bool = True) -> None:
            self.param_groups[0]["params"][0].grad = None

        def step(self, closure: Any = None) -> None:
            with torch.no_grad():
                for parameter in self.param_groups[0]["params"]:
                    if parameter.grad is not None:
                        parameter.sub_(0.1 * parameter.grad)

    line = Line()
    batches = [(torch.tensor(1.0), torch.tensor(0.0))] * 2
    losses = solution.train_epoch(
        line, batches, lambda y, target: (y - target) ** 2 / 2, Descent(line.w), 0.5, carry_state=carry_state
    )
    nothing = solution.train_epoch(line, [], None, Descent(line.w), 0.5, carry_state=carry_state)
    return {"losses": losses, "w": line.w.detach(), "losses without batches": nothing}


def problem(rng: Rng, dtype: torch.dtype = F64) -> tuple[list[Tensor], list[tuple[Tensor, Tensor]]]:
    """Returns the weights of a model, and four batches of three steps each."""
    weights = [*cell(rng, 2, 3, dtype), rng.normal(3, 2, dtype=dtype)]
    batches = [(rng.normal(3, 4, 2, dtype=dtype), rng.normal(3, 4, 2, dtype=dtype)) for _ in range(4)]
    return weights, batches


def options(**changes: Any) -> dict[str, Any]:
    """Returns the settings of a run."""
    return {"paired": False, "odd": False, "elsewhere": False, "carry_state": True, **changes}


def unusual_batches(rng: Rng) -> list[tuple[Tensor, Tensor]]:
    """Returns batches without sequences, with sizes of 1, in another memory layout, and with huge and tiny numbers."""
    scales = torch.tensor([1e5, 1e-5], dtype=F64, device=rng.device)
    empty = rng.normal(3, 0, 2, dtype=F64), rng.normal(3, 0, 2, dtype=F64)
    single = rng.normal(1, 1, 2, dtype=F64), rng.normal(1, 1, 1, dtype=F64)
    spread = rng.normal(2, 2, 2, dtype=F64).transpose(0, 1) * scales, rng.normal(2, 2, 2, dtype=F64) * scales
    return [empty, single, spread]


@visible
def test_example_from_the_statement(student: Student) -> None:
    """The example of the statement comes out right, with and without a carried state, and so does an epoch without any.

    无论是否传递状态，题目中的例子结果都正确；没有批的一轮也一样。
    """
    for carry_state, second in ((True, 1.90125), (False, 0.45125)):
        found = student.run(train_one_weight.probe, carry_state)
        assert_close(found["losses"], [0.5, second], rtol=0, atol=1e-4)
        assert_close(found["w"], torch.tensor(0.9), rtol=0, atol=1e-4)
        assert_close(found["losses without batches"], [])


@weight(3)
def test_carried_state_and_clipping(student: Student, rng: Rng) -> None:
    """With a carried state and clipped gradients, parameters, states and losses are right after every batch.

    传递状态并裁剪梯度时，每个批之后的参数、状态和损失都正确。
    """
    weights, batches = problem(rng)
    check(student, train, weights, [(batches, 0.05)], options())


@weight(2)
def test_fresh_state_without_clipping(student: Student, rng: Rng) -> None:
    """Without a carried state every batch starts afresh, and gradients within the norm are not changed, in one epoch or
    several.

    不传递状态时，每个批都重新开始；范数没有超出上限的梯度不变。训练一轮或多轮都如此。
    """
    weights, batches = problem(rng)
    epochs = [(batches[:2], 100.0), (batches[:2], 100.0), (batches[2:], 100.0), ([], 1.0), (unusual_batches(rng), 0.37)]
    check(student, train, weights, [*epochs, (tuple(batches[:1]), 0.0)], options(carry_state=False))
    weights, batches = problem(rng, F32)
    check(student, train, weights, [(batches, 1.0)], options(carry_state=False, elsewhere=True), **LOOSE)


@weight(2.5)
@needs_value
def test_state_of_two_parts(student: Student, rng: Rng) -> None:
    """A state that is a tuple of tensors is carried on whole, none of its parts brings a graph along, and the next
    epoch begins without one.

    由张量组成的元组作为状态时会完整地传下去，任何部分都不带计算图；下一轮训练从没有状态开始。
    """
    weights, batches = problem(rng)
    check(student, train, weights, [(batches[:2], 0.5), (batches, 0.5)], options(paired=True))


@weight(2)
@needs_value
def test_iterator_stale_gradients_and_evaluation_mode(student: Student, rng: Rng) -> None:
    """The epoch runs in training mode on any iterable, ignoring gradients from before and parameters without one.

    一轮训练在训练模式下进行，适用于任意可迭代对象；以前留下的梯度不算在内，没有梯度的参数被跳过。
    """
    weights, batches = problem(rng)
    check(student, train, weights, [(batches, 0.3)], options(odd=True))
