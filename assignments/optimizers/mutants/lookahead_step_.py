"""Plausible wrong versions of `lookahead_step_`, each with its misconception."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import torch
from torch import Tensor

from grader.mutants import mutant


@mutant(
    en="Your gradient is taken at the parameters themselves and not at the look-ahead point.",
    zh="你的梯度取在参数本身处，而不是前瞻点处。",
)
def gradient_at_the_parameters(
    params: Sequence[Tensor],
    grad_fn: Callable[[Sequence[Tensor]], Sequence[Tensor]],
    state: dict[int, dict[str, Any]],
    *,
    lr: float,
    momentum: float = 0.9,
) -> None:
    velocities = [
        state.setdefault(index, {}).setdefault("velocity", torch.zeros_like(param.detach()))
        for index, param in enumerate(params)
    ]
    points = [param.detach().clone() for param in params]
    grads = grad_fn(points)
    with torch.no_grad():
        for param, grad, velocity in zip(params, grads, velocities, strict=True):
            velocity.mul_(momentum).add_(grad)
            param.sub_(lr * velocity)


@mutant(
    en="Your look-ahead point is θ − μv: the learning rate is missing in it.", zh="你的前瞻点是 θ − μv，漏乘了学习率。"
)
def look_without_lr(
    params: Sequence[Tensor],
    grad_fn: Callable[[Sequence[Tensor]], Sequence[Tensor]],
    state: dict[int, dict[str, Any]],
    *,
    lr: float,
    momentum: float = 0.9,
) -> None:
    velocities = [
        state.setdefault(index, {}).setdefault("velocity", torch.zeros_like(param.detach()))
        for index, param in enumerate(params)
    ]
    points = [param.detach() - momentum * velocity for param, velocity in zip(params, velocities, strict=True)]
    grads = grad_fn(points)
    with torch.no_grad():
        for param, grad, velocity in zip(params, grads, velocities, strict=True):
            velocity.mul_(momentum).add_(grad)
            param.sub_(lr * velocity)


@mutant(
    en="Your look-ahead point is θ + lr·μ·v: it looks back instead of ahead.",
    zh="你的前瞻点是 θ + lr·μ·v：在向后看而不是向前看。",
)
def looks_back(
    params: Sequence[Tensor],
    grad_fn: Callable[[Sequence[Tensor]], Sequence[Tensor]],
    state: dict[int, dict[str, Any]],
    *,
    lr: float,
    momentum: float = 0.9,
) -> None:
    velocities = [
        state.setdefault(index, {}).setdefault("velocity", torch.zeros_like(param.detach()))
        for index, param in enumerate(params)
    ]
    points = [param.detach() + lr * momentum * velocity for param, velocity in zip(params, velocities, strict=True)]
    grads = grad_fn(points)
    with torch.no_grad():
        for param, grad, velocity in zip(params, grads, velocities, strict=True):
            velocity.mul_(momentum).add_(grad)
            param.sub_(lr * velocity)


@mutant(
    en="Your update starts from the look-ahead point instead of from θ.", zh="你的更新从前瞻点出发，而不是从 θ 出发。"
)
def stays_at_the_point(
    params: Sequence[Tensor],
    grad_fn: Callable[[Sequence[Tensor]], Sequence[Tensor]],
    state: dict[int, dict[str, Any]],
    *,
    lr: float,
    momentum: float = 0.9,
) -> None:
    velocities = [
        state.setdefault(index, {}).setdefault("velocity", torch.zeros_like(param.detach()))
        for index, param in enumerate(params)
    ]
    points = [param.detach() - lr * momentum * velocity for param, velocity in zip(params, velocities, strict=True)]
    grads = grad_fn(points)
    with torch.no_grad():
        for param, grad, velocity in zip(params, grads, velocities, strict=True):
            param.sub_(lr * momentum * velocity)
            velocity.mul_(momentum).add_(grad)
            param.sub_(lr * velocity)


@mutant(en="Your step calls `grad_fn` twice.", zh="你的一步调用了两次 `grad_fn`。")
def calls_twice(
    params: Sequence[Tensor],
    grad_fn: Callable[[Sequence[Tensor]], Sequence[Tensor]],
    state: dict[int, dict[str, Any]],
    *,
    lr: float,
    momentum: float = 0.9,
) -> None:
    velocities = [
        state.setdefault(index, {}).setdefault("velocity", torch.zeros_like(param.detach()))
        for index, param in enumerate(params)
    ]
    points = [param.detach() - lr * momentum * velocity for param, velocity in zip(params, velocities, strict=True)]
    grad_fn(points)
    grads = grad_fn(points)
    with torch.no_grad():
        for param, grad, velocity in zip(params, grads, velocities, strict=True):
            velocity.mul_(momentum).add_(grad)
            param.sub_(lr * velocity)


@mutant(
    en="Your learning rate stands in the velocity and once more in the update.",
    zh="你的学习率在速度里出现一次，在更新里又出现一次。",
)
def lr_twice(
    params: Sequence[Tensor],
    grad_fn: Callable[[Sequence[Tensor]], Sequence[Tensor]],
    state: dict[int, dict[str, Any]],
    *,
    lr: float,
    momentum: float = 0.9,
) -> None:
    velocities = [
        state.setdefault(index, {}).setdefault("velocity", torch.zeros_like(param.detach()))
        for index, param in enumerate(params)
    ]
    points = [param.detach() - lr * momentum * velocity for param, velocity in zip(params, velocities, strict=True)]
    grads = grad_fn(points)
    with torch.no_grad():
        for param, grad, velocity in zip(params, grads, velocities, strict=True):
            velocity.mul_(momentum).add_(lr * grad)
            param.sub_(lr * velocity)


@mutant(
    en="Your velocity holds the learning rate of earlier steps, so that a new learning rate does not act at once.",
    zh="你的速度里含有以前各步的学习率，学习率改变后不能立即生效。",
)
def lr_inside_the_velocity(
    params: Sequence[Tensor],
    grad_fn: Callable[[Sequence[Tensor]], Sequence[Tensor]],
    state: dict[int, dict[str, Any]],
    *,
    lr: float,
    momentum: float = 0.9,
) -> None:
    velocities = [
        state.setdefault(index, {}).setdefault("velocity", torch.zeros_like(param.detach()))
        for index, param in enumerate(params)
    ]
    points = [param.detach() - momentum * velocity for param, velocity in zip(params, velocities, strict=True)]
    grads = grad_fn(points)
    with torch.no_grad():
        for param, grad, velocity in zip(params, grads, velocities, strict=True):
            velocity.mul_(momentum).add_(lr * grad)
            param.sub_(velocity)


@mutant(
    en="Your step moves the parameters to the look-ahead point, hands them to `grad_fn` and moves them back.",
    zh="你的代码把参数移到前瞻点，把参数本身交给 `grad_fn`，之后再移回来。",
)
def moves_the_live_parameters(
    params: Sequence[Tensor],
    grad_fn: Callable[[Sequence[Tensor]], Sequence[Tensor]],
    state: dict[int, dict[str, Any]],
    *,
    lr: float,
    momentum: float = 0.9,
) -> None:
    velocities = [
        state.setdefault(index, {}).setdefault("velocity", torch.zeros_like(param.detach()))
        for index, param in enumerate(params)
    ]
    with torch.no_grad():
        for param, velocity in zip(params, velocities, strict=True):
            param.sub_(lr * momentum * velocity)
    grads = grad_fn(params)
    with torch.no_grad():
        for param, grad, velocity in zip(params, grads, velocities, strict=True):
            param.add_(lr * momentum * velocity)
            velocity.mul_(momentum).add_(grad)
            param.sub_(lr * velocity)


@mutant(
    en="Your step calls `grad_fn` inside `no_grad`, so that it cannot use autograd.",
    zh="你的代码在 `no_grad` 里调用 `grad_fn`，它无法使用自动求导。",
)
def grad_fn_without_grad_mode(
    params: Sequence[Tensor],
    grad_fn: Callable[[Sequence[Tensor]], Sequence[Tensor]],
    state: dict[int, dict[str, Any]],
    *,
    lr: float,
    momentum: float = 0.9,
) -> None:
    with torch.no_grad():
        velocities = [
            state.setdefault(index, {}).setdefault("velocity", torch.zeros_like(param.detach()))
            for index, param in enumerate(params)
        ]
        points = [param - lr * momentum * velocity for param, velocity in zip(params, velocities, strict=True)]
        for param, grad, velocity in zip(params, grad_fn(points), velocities, strict=True):
            velocity.mul_(momentum).add_(grad)
            param.sub_(lr * velocity)


@mutant(
    en="Your look-ahead points are still attached to the graph of the parameters.",
    zh="你的前瞻点仍连在参数的计算图上。",
)
def attached_points(
    params: Sequence[Tensor],
    grad_fn: Callable[[Sequence[Tensor]], Sequence[Tensor]],
    state: dict[int, dict[str, Any]],
    *,
    lr: float,
    momentum: float = 0.9,
) -> None:
    velocities = [
        state.setdefault(index, {}).setdefault("velocity", torch.zeros_like(param.detach()))
        for index, param in enumerate(params)
    ]
    points = [param - lr * momentum * velocity for param, velocity in zip(params, velocities, strict=True)]
    grads = [grad.detach() for grad in grad_fn(points)]
    with torch.no_grad():
        for param, grad, velocity in zip(params, grads, velocities, strict=True):
            velocity.mul_(momentum).add_(grad)
            param.sub_(lr * velocity)


@mutant(
    en="Your velocity is multiplied by μ before `grad_fn` is called, so that an exception leaves a changed state.",
    zh="你的速度在调用 `grad_fn` 之前就已乘上 μ，`grad_fn` 抛出异常时状态已被改动。",
)
def decays_velocity_first(
    params: Sequence[Tensor],
    grad_fn: Callable[[Sequence[Tensor]], Sequence[Tensor]],
    state: dict[int, dict[str, Any]],
    *,
    lr: float,
    momentum: float = 0.9,
) -> None:
    velocities = [
        state.setdefault(index, {}).setdefault("velocity", torch.zeros_like(param.detach()))
        for index, param in enumerate(params)
    ]
    for velocity in velocities:
        velocity.mul_(momentum)
    points = [param.detach() - lr * velocity for param, velocity in zip(params, velocities, strict=True)]
    grads = grad_fn(points)
    with torch.no_grad():
        for param, grad, velocity in zip(params, grads, velocities, strict=True):
            velocity.add_(grad)
            param.sub_(lr * velocity)


@mutant(en="Your step swallows an exception of `grad_fn`.", zh="你的代码吞掉了 `grad_fn` 抛出的异常。")
def swallows_the_exception(
    params: Sequence[Tensor],
    grad_fn: Callable[[Sequence[Tensor]], Sequence[Tensor]],
    state: dict[int, dict[str, Any]],
    *,
    lr: float,
    momentum: float = 0.9,
) -> None:
    velocities = [
        state.setdefault(index, {}).setdefault("velocity", torch.zeros_like(param.detach()))
        for index, param in enumerate(params)
    ]
    points = [param.detach() - lr * momentum * velocity for param, velocity in zip(params, velocities, strict=True)]
    try:
        grads = grad_fn(points)
    except Exception:  # noqa: BLE001
        return
    with torch.no_grad():
        for param, grad, velocity in zip(params, grads, velocities, strict=True):
            velocity.mul_(momentum).add_(grad)
            param.sub_(lr * velocity)


@mutant(
    en="Your velocity starts as the very tensor that `grad_fn` returned, so each overwrites the other.",
    zh="你的速度一开始就是 `grad_fn` 返回的那个张量本身，两者会互相覆盖。",
)
def buffer_is_the_gradient(
    params: Sequence[Tensor],
    grad_fn: Callable[[Sequence[Tensor]], Sequence[Tensor]],
    state: dict[int, dict[str, Any]],
    *,
    lr: float,
    momentum: float = 0.9,
) -> None:
    points = []
    for index, param in enumerate(params):
        velocity = state[index]["velocity"] if index in state else 0.0
        points.append(param.detach() - lr * momentum * velocity)
    with torch.enable_grad():
        grads = grad_fn(points)
    with torch.no_grad():
        for index, (param, grad) in enumerate(zip(params, grads, strict=True)):
            if index in state:
                state[index]["velocity"].mul_(momentum).add_(grad)
            else:
                state[index] = {"velocity": grad}
            param.sub_(lr * state[index]["velocity"])


@mutant(
    en="Your step takes PyTorch's form, g + μv with the gradient at θ, instead of the classic one.",
    zh="你的更新用了 PyTorch 的形式（在 θ 处求梯度，沿 g + μv 移动），而不是经典形式。",
)
def torch_form(
    params: Sequence[Tensor],
    grad_fn: Callable[[Sequence[Tensor]], Sequence[Tensor]],
    state: dict[int, dict[str, Any]],
    *,
    lr: float,
    momentum: float = 0.9,
) -> None:
    velocities = [
        state.setdefault(index, {}).setdefault("velocity", torch.zeros_like(param.detach()))
        for index, param in enumerate(params)
    ]
    points = [param.detach().clone() for param in params]
    grads = grad_fn(points)
    with torch.no_grad():
        for param, grad, velocity in zip(params, grads, velocities, strict=True):
            velocity.mul_(momentum).add_(grad)
            param.sub_(lr * (grad + momentum * velocity))


@mutant(
    en="Your velocity after the first step is the tensor that `grad_fn` returned: refilling that changes the velocity.",
    zh="第一步之后，你的速度就是 `grad_fn` 返回的那个张量本身：重新填写它，速度也跟着变。",
)
def keeps_the_gradient_tensor(
    params: Sequence[Tensor],
    grad_fn: Callable[[Sequence[Tensor]], Sequence[Tensor]],
    state: dict[int, dict[str, Any]],
    *,
    lr: float,
    momentum: float = 0.9,
) -> None:
    points = []
    for index, param in enumerate(params):
        velocity = state[index]["velocity"] if index in state else 0.0
        points.append(param.detach() - lr * momentum * velocity)
    grads = grad_fn(points)
    with torch.no_grad():
        for index, (param, grad) in enumerate(zip(params, grads, strict=True)):
            velocity = momentum * state[index]["velocity"] + grad if index in state else grad
            state[index] = {"velocity": velocity}
            param.sub_(lr * velocity)
