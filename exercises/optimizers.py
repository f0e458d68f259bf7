"""Optimizer updates: eight rules that move parameters in place, each with the state it needs.

Every function follows the convention of PyTorch's own optimizers. `state` belongs to the function: it is `{}` before
the first call and is handed back unchanged at every later call.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import torch
from torch import Tensor


def sgd_step_(
    params: Sequence[Tensor],
    grads: Sequence[Tensor | None],
    *,
    lr: float,
    weight_decay: float = 0.0,
) -> None:
    """Takes one step of gradient descent in place: θ ← θ − lr·(g + λθ), with λ = `weight_decay`.

    A parameter whose gradient is `None` is skipped; gradients stay as they are.
    """
    raise NotImplementedError("sgd_step_")


def momentum_step_(
    params: Sequence[Tensor],
    grads: Sequence[Tensor | None],
    state: dict[int, dict[str, Any]],
    *,
    lr: float,
    momentum: float = 0.9,
    weight_decay: float = 0.0,
) -> None:
    """Takes one step with heavy-ball momentum in place: v ← μv + (g + λθ), then θ ← θ − lr·v.

    The velocity v starts at zero for every parameter. A parameter whose gradient is `None` is skipped, its velocity
    too; gradients stay as they are.
    """
    raise NotImplementedError("momentum_step_")


def nesterov_step_(
    params: Sequence[Tensor],
    grads: Sequence[Tensor | None],
    state: dict[int, dict[str, Any]],
    *,
    lr: float,
    momentum: float = 0.9,
) -> None:
    """Takes one Nesterov step in PyTorch's form, in place: v ← μv + g, then θ ← θ − lr·(g + μv) with the new v.

    The velocity v starts at zero for every parameter. A parameter whose gradient is `None` is skipped, its velocity
    too; gradients stay as they are.
    """
    raise NotImplementedError("nesterov_step_")


def lookahead_step_(
    params: Sequence[Tensor],
    grad_fn: Callable[[Sequence[Tensor]], Sequence[Tensor]],
    state: dict[int, dict[str, Any]],
    *,
    lr: float,
    momentum: float = 0.9,
) -> None:
    """Takes one Nesterov step in the classic form: g = grad_fn(θ − lr·μ·v), v ← μv + g, θ ← θ − lr·v.

    `grad_fn` is called exactly once, with grad mode on, on detached tensors of the parameters' shapes; the parameters
    move only after it has returned. If it raises, parameters and state are as before the call.
    """
    raise NotImplementedError("lookahead_step_")


def adagrad_step_(
    params: Sequence[Tensor],
    grads: Sequence[Tensor | None],
    state: dict[int, dict[str, Any]],
    *,
    lr: float = 0.01,
    eps: float = 1e-10,
    eps_inside: bool = False,
) -> None:
    """Takes one Adagrad step in place: s ← s + g², then θ ← θ − lr·g / (√s + ε).

    With `eps_inside` the divisor is √(s + ε). The sum s starts at zero for every parameter. A parameter whose
    gradient is `None` is skipped; gradients stay as they are.
    """
    raise NotImplementedError("adagrad_step_")


def rmsprop_step_(
    params: Sequence[Tensor],
    grads: Sequence[Tensor | None],
    state: dict[int, dict[str, Any]],
    *,
    lr: float = 0.01,
    alpha: float = 0.99,
    eps: float = 1e-8,
    eps_inside: bool = False,
) -> None:
    """Takes one RMSprop step in place: s ← αs + (1−α)g², then θ ← θ − lr·g / (√s + ε).

    With `eps_inside` the divisor is √(s + ε). The average s starts at zero for every parameter and is not corrected
    for that. A parameter whose gradient is `None` is skipped; gradients stay as they are.
    """
    raise NotImplementedError("rmsprop_step_")


def adam_step_(
    params: Sequence[Tensor],
    grads: Sequence[Tensor | None],
    state: dict[int, dict[str, Any]],
    *,
    lr: float = 1e-3,
    betas: tuple[float, float] = (0.9, 0.999),
    eps: float = 1e-8,
) -> None:
    """Takes one Adam step in place.

    m ← β₁m + (1−β₁)g, v ← β₂v + (1−β₂)g², θ ← θ − lr·m̂ / (√v̂ + ε) with m̂ = m / (1−β₁ᵗ) and v̂ = v / (1−β₂ᵗ),
    where t counts the steps of this parameter, the present one included. m and v start at zero. A parameter whose
    gradient is `None` is skipped, its t too; gradients stay as they are.
    """
    raise NotImplementedError("adam_step_")


def adamw_step_(
    params: Sequence[Tensor],
    grads: Sequence[Tensor | None],
    state: dict[int, dict[str, Any]],
    *,
    lr: float = 1e-3,
    betas: tuple[float, float] = (0.9, 0.999),
    eps: float = 1e-8,
    weight_decay: float = 1e-2,
) -> None:
    """Takes one AdamW step in place: first θ ← θ·(1 − lr·λ), then the Adam step, whose moments never see λ.

    A zero gradient still decays the parameter; a parameter whose gradient is `None` is skipped completely.
    """
    raise NotImplementedError("adamw_step_")
