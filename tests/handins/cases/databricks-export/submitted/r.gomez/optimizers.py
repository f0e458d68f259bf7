# Databricks notebook source
# MAGIC %md
# MAGIC # HW 3: Optimizers
# MAGIC
# MAGIC Rodrigo Gómez

# COMMAND ----------

# MAGIC %pip install torch==2.4.0 mlflow

# COMMAND ----------

dbutils.library.restartPython()

# COMMAND ----------

dbutils.widgets.text("lr", "0.1", "learning rate")
lr_default = float(dbutils.widgets.get("lr"))

# COMMAND ----------

# DBTITLE 1,Imports
from collections.abc import Callable, Sequence
from typing import Any
import torch
from torch import Tensor

# COMMAND ----------

# DBTITLE 1,sgd_step_
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
    with torch.no_grad():
        for param, grad in zip(params, grads, strict=True):
            if grad is None:
                continue
            param.sub_(lr * (grad + weight_decay * param))

# COMMAND ----------

# DBTITLE 1,momentum_step_
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
    with torch.no_grad():
        for index, (param, grad) in enumerate(zip(params, grads, strict=True)):
            if grad is None:
                continue
            slot = state.setdefault(index, {})
            velocity = slot.setdefault("velocity", torch.zeros_like(param))
            velocity.mul_(momentum).add_(grad + weight_decay * param)
            param.sub_(lr * velocity)

# COMMAND ----------

# DBTITLE 1,nesterov_step_
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
    with torch.no_grad():
        for index, (param, grad) in enumerate(zip(params, grads, strict=True)):
            if grad is None:
                continue
            slot = state.setdefault(index, {})
            velocity = slot.setdefault("velocity", torch.zeros_like(param))
            velocity.mul_(momentum).add_(grad)
            param.sub_(lr * (grad + momentum * velocity))

# COMMAND ----------

# DBTITLE 1,lookahead_step_
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
    velocities = [
        state.setdefault(index, {}).setdefault("velocity", torch.zeros_like(param.detach()))
        for index, param in enumerate(params)
    ]
    points = [param.detach() - lr * momentum * velocity for param, velocity in zip(params, velocities, strict=True)]
    grads = grad_fn(points)
    with torch.no_grad():
        for param, grad, velocity in zip(params, grads, velocities, strict=True):
            velocity.mul_(momentum).add_(grad)
            param.sub_(lr * velocity)

# COMMAND ----------

# DBTITLE 1,adagrad_step_
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
    with torch.no_grad():
        for index, (param, grad) in enumerate(zip(params, grads, strict=True)):
            if grad is None:
                continue
            total = state.setdefault(index, {}).setdefault("sum", torch.zeros_like(param))
            total.add_(grad * grad)
            divisor = (total + eps).sqrt() if eps_inside else total.sqrt() + eps
            param.sub_(lr * grad / divisor)

# COMMAND ----------

# DBTITLE 1,rmsprop_step_
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
    with torch.no_grad():
        for index, (param, grad) in enumerate(zip(params, grads, strict=True)):
            if grad is None:
                continue
            average = state.setdefault(index, {}).setdefault("average", torch.zeros_like(param))
            average.mul_(alpha).add_((1 - alpha) * grad * grad)
            divisor = (average + eps).sqrt() if eps_inside else average.sqrt() + eps
            param.sub_(lr * grad / divisor)

# COMMAND ----------

# DBTITLE 1,adam_step_
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
    beta1, beta2 = betas
    with torch.no_grad():
        for index, (param, grad) in enumerate(zip(params, grads, strict=True)):
            if grad is None:
                continue
            if index not in state:
                state[index] = {"t": 0, "m": torch.zeros_like(param), "v": torch.zeros_like(param)}
            slot = state[index]
            slot["t"] += 1
            slot["m"].mul_(beta1).add_((1 - beta1) * grad)
            slot["v"].mul_(beta2).add_((1 - beta2) * grad * grad)
            mean = slot["m"] / (1 - beta1 ** slot["t"])
            square = slot["v"] / (1 - beta2 ** slot["t"])
            param.sub_(lr * mean / (square.sqrt() + eps))

# COMMAND ----------

# DBTITLE 1,adamw_step_
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
    beta1, beta2 = betas
    with torch.no_grad():
        for index, (param, grad) in enumerate(zip(params, grads, strict=True)):
            if grad is None:
                continue
            if index not in state:
                state[index] = {"t": 0, "m": torch.zeros_like(param), "v": torch.zeros_like(param)}
            slot = state[index]
            slot["t"] += 1
            slot["m"].mul_(beta1).add_((1 - beta1) * grad)
            slot["v"].mul_(beta2).add_((1 - beta2) * grad * grad)
            mean = slot["m"] / (1 - beta1 ** slot["t"])
            square = slot["v"] / (1 - beta2 ** slot["t"])
            param.mul_(1 - lr * weight_decay)
            param.sub_(lr * mean / (square.sqrt() + eps))

# COMMAND ----------

# MAGIC %sql
# MAGIC SELECT * FROM default.losses LIMIT 10

# COMMAND ----------

import mlflow
mlflow.autolog()
display(spark.range(10).toDF("step"))

# COMMAND ----------

