"""Plausible wrong versions of `train_epoch`, each with its misconception."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from typing import Any

import torch
from torch import Tensor, nn

from grader.mutants import mutant


@mutant(
    en="Your carried state brings a graph along that is freed already: the second backward pass fails.",
    zh="你传下去的状态还带着计算图：第一个批已经释放了它，第二个批的反向传播因此出错。",
)
def forgets_to_detach(
    model: nn.Module,
    batches: Iterable[tuple[Tensor, Tensor]],
    loss_fn: Callable[[Tensor, Tensor], Tensor],
    optimizer: torch.optim.Optimizer,
    max_norm: float,
    *,
    carry_state: bool,
) -> list[float]:
    def detached(state: Any) -> Any:
        if isinstance(state, Tensor):
            return state.detach()
        if isinstance(state, (tuple, list)):
            return type(state)(detached(part) for part in state)
        return state

    def clip() -> None:
        grads = [parameter.grad for parameter in model.parameters() if parameter.grad is not None]
        norm = math.sqrt(sum(float(grad.square().sum()) for grad in grads))
        for grad in grads:
            grad.mul_(min(1.0, max_norm / (norm + 1e-6)))

    model.train()
    losses, state = [], None
    for x, target in batches:
        optimizer.zero_grad()
        y, state = model(x, state if carry_state else None)
        loss = loss_fn(y, target)
        loss.backward()
        clip()
        optimizer.step()
        losses.append(loss.item())
    return losses


@mutant(
    en="Your parameters never move, as if the gradients were zeroed between `backward` and `step`.",
    zh="你的参数从不移动，就像在 `backward` 和 `step` 之间清零了梯度一样。",
)
def zeroes_before_the_step(
    model: nn.Module,
    batches: Iterable[tuple[Tensor, Tensor]],
    loss_fn: Callable[[Tensor, Tensor], Tensor],
    optimizer: torch.optim.Optimizer,
    max_norm: float,
    *,
    carry_state: bool,
) -> list[float]:
    def detached(state: Any) -> Any:
        if isinstance(state, Tensor):
            return state.detach()
        if isinstance(state, (tuple, list)):
            return type(state)(detached(part) for part in state)
        return state

    def clip() -> None:
        grads = [parameter.grad for parameter in model.parameters() if parameter.grad is not None]
        norm = math.sqrt(sum(float(grad.square().sum()) for grad in grads))
        for grad in grads:
            grad.mul_(min(1.0, max_norm / (norm + 1e-6)))

    model.train()
    losses, state = [], None
    for x, target in batches:
        y, state = model(x, detached(state) if carry_state else None)
        loss = loss_fn(y, target)
        loss.backward()
        optimizer.zero_grad()
        clip()
        optimizer.step()
        losses.append(loss.item())
    return losses


@mutant(
    en="Your steps use unclipped gradients: clipping has an effect only between `backward` and `step`.",
    zh="你的更新用的是没有裁剪的梯度：只有在 `backward` 与 `step` 之间裁剪才有效。",
)
def does_not_clip_in_time(
    model: nn.Module,
    batches: Iterable[tuple[Tensor, Tensor]],
    loss_fn: Callable[[Tensor, Tensor], Tensor],
    optimizer: torch.optim.Optimizer,
    max_norm: float,
    *,
    carry_state: bool,
) -> list[float]:
    def detached(state: Any) -> Any:
        if isinstance(state, Tensor):
            return state.detach()
        if isinstance(state, (tuple, list)):
            return type(state)(detached(part) for part in state)
        return state

    def clip() -> None:
        grads = [parameter.grad for parameter in model.parameters() if parameter.grad is not None]
        norm = math.sqrt(sum(float(grad.square().sum()) for grad in grads))
        for grad in grads:
            grad.mul_(min(1.0, max_norm / (norm + 1e-6)))

    model.train()
    losses, state = [], None
    for x, target in batches:
        optimizer.zero_grad()
        y, state = model(x, detached(state) if carry_state else None)
        loss = loss_fn(y, target)
        loss.backward()
        optimizer.step()
        clip()
        losses.append(loss.item())
    return losses


@mutant(
    en="Your batches all start from None, also with `carry_state`.",
    zh="即使 `carry_state` 为真，你的每个批也都从 None 出发。",
)
def resets_the_state(
    model: nn.Module,
    batches: Iterable[tuple[Tensor, Tensor]],
    loss_fn: Callable[[Tensor, Tensor], Tensor],
    optimizer: torch.optim.Optimizer,
    max_norm: float,
    *,
    carry_state: bool,
) -> list[float]:
    def detached(state: Any) -> Any:
        if isinstance(state, Tensor):
            return state.detach()
        if isinstance(state, (tuple, list)):
            return type(state)(detached(part) for part in state)
        return state

    def clip() -> None:
        grads = [parameter.grad for parameter in model.parameters() if parameter.grad is not None]
        norm = math.sqrt(sum(float(grad.square().sum()) for grad in grads))
        for grad in grads:
            grad.mul_(min(1.0, max_norm / (norm + 1e-6)))

    model.train()
    losses, state = [], None
    for x, target in batches:
        optimizer.zero_grad()
        y, state = model(x, None)
        loss = loss_fn(y, target)
        loss.backward()
        clip()
        optimizer.step()
        losses.append(loss.item())
    return losses


@mutant(
    en="Your state is carried on also without `carry_state`.",
    zh="即使 `carry_state` 为假，你也把状态传了下去。",
)
def always_carries(
    model: nn.Module,
    batches: Iterable[tuple[Tensor, Tensor]],
    loss_fn: Callable[[Tensor, Tensor], Tensor],
    optimizer: torch.optim.Optimizer,
    max_norm: float,
    *,
    carry_state: bool,
) -> list[float]:
    def detached(state: Any) -> Any:
        if isinstance(state, Tensor):
            return state.detach()
        if isinstance(state, (tuple, list)):
            return type(state)(detached(part) for part in state)
        return state

    def clip() -> None:
        grads = [parameter.grad for parameter in model.parameters() if parameter.grad is not None]
        norm = math.sqrt(sum(float(grad.square().sum()) for grad in grads))
        for grad in grads:
            grad.mul_(min(1.0, max_norm / (norm + 1e-6)))

    model.train()
    losses, state = [], None
    for x, target in batches:
        optimizer.zero_grad()
        y, state = model(x, detached(state))
        loss = loss_fn(y, target)
        loss.backward()
        clip()
        optimizer.step()
        losses.append(loss.item())
    return losses


@mutant(
    en="Your `carry_state` works the wrong way round.",
    zh="你的 `carry_state` 起了相反的作用。",
)
def carry_state_reversed(
    model: nn.Module,
    batches: Iterable[tuple[Tensor, Tensor]],
    loss_fn: Callable[[Tensor, Tensor], Tensor],
    optimizer: torch.optim.Optimizer,
    max_norm: float,
    *,
    carry_state: bool,
) -> list[float]:
    def detached(state: Any) -> Any:
        if isinstance(state, Tensor):
            return state.detach()
        if isinstance(state, (tuple, list)):
            return type(state)(detached(part) for part in state)
        return state

    def clip() -> None:
        grads = [parameter.grad for parameter in model.parameters() if parameter.grad is not None]
        norm = math.sqrt(sum(float(grad.square().sum()) for grad in grads))
        for grad in grads:
            grad.mul_(min(1.0, max_norm / (norm + 1e-6)))

    model.train()
    losses, state = [], None
    for x, target in batches:
        optimizer.zero_grad()
        y, state = model(x, detached(state) if not carry_state else None)
        loss = loss_fn(y, target)
        loss.backward()
        clip()
        optimizer.step()
        losses.append(loss.item())
    return losses


@mutant(
    en="Your carried state is set to zero: its value is to be kept, only its history is not.",
    zh="你传下去的状态被置成了零：要保留它的值，不要的只是历史。",
)
def carries_zeros(
    model: nn.Module,
    batches: Iterable[tuple[Tensor, Tensor]],
    loss_fn: Callable[[Tensor, Tensor], Tensor],
    optimizer: torch.optim.Optimizer,
    max_norm: float,
    *,
    carry_state: bool,
) -> list[float]:
    def detached(state: Any) -> Any:
        if isinstance(state, Tensor):
            return torch.zeros_like(state)
        if isinstance(state, (tuple, list)):
            return type(state)(detached(part) for part in state)
        return state

    def clip() -> None:
        grads = [parameter.grad for parameter in model.parameters() if parameter.grad is not None]
        norm = math.sqrt(sum(float(grad.square().sum()) for grad in grads))
        for grad in grads:
            grad.mul_(min(1.0, max_norm / (norm + 1e-6)))

    model.train()
    losses, state = [], None
    for x, target in batches:
        optimizer.zero_grad()
        y, state = model(x, detached(state) if carry_state else None)
        loss = loss_fn(y, target)
        loss.backward()
        clip()
        optimizer.step()
        losses.append(loss.item())
    return losses


@mutant(
    en="Your gradients are never zeroed: they add up from batch to batch.",
    zh="你从不清零梯度：之前各批的梯度都加到了新的上面。",
)
def never_zeroes(
    model: nn.Module,
    batches: Iterable[tuple[Tensor, Tensor]],
    loss_fn: Callable[[Tensor, Tensor], Tensor],
    optimizer: torch.optim.Optimizer,
    max_norm: float,
    *,
    carry_state: bool,
) -> list[float]:
    def detached(state: Any) -> Any:
        if isinstance(state, Tensor):
            return state.detach()
        if isinstance(state, (tuple, list)):
            return type(state)(detached(part) for part in state)
        return state

    def clip() -> None:
        grads = [parameter.grad for parameter in model.parameters() if parameter.grad is not None]
        norm = math.sqrt(sum(float(grad.square().sum()) for grad in grads))
        for grad in grads:
            grad.mul_(min(1.0, max_norm / (norm + 1e-6)))

    model.train()
    losses, state = [], None
    for x, target in batches:
        y, state = model(x, detached(state) if carry_state else None)
        loss = loss_fn(y, target)
        loss.backward()
        clip()
        optimizer.step()
        losses.append(loss.item())
    return losses


@mutant(
    en="Your gradients are zeroed only once, before the first batch: later they add up from batch to batch.",
    zh="你只在第一个批之前清零了一次梯度：之前各批的梯度都加到了新的上面。",
)
def zeroes_once(
    model: nn.Module,
    batches: Iterable[tuple[Tensor, Tensor]],
    loss_fn: Callable[[Tensor, Tensor], Tensor],
    optimizer: torch.optim.Optimizer,
    max_norm: float,
    *,
    carry_state: bool,
) -> list[float]:
    def detached(state: Any) -> Any:
        if isinstance(state, Tensor):
            return state.detach()
        if isinstance(state, (tuple, list)):
            return type(state)(detached(part) for part in state)
        return state

    def clip() -> None:
        grads = [parameter.grad for parameter in model.parameters() if parameter.grad is not None]
        norm = math.sqrt(sum(float(grad.square().sum()) for grad in grads))
        for grad in grads:
            grad.mul_(min(1.0, max_norm / (norm + 1e-6)))

    model.train()
    optimizer.zero_grad()
    losses, state = [], None
    for x, target in batches:
        y, state = model(x, detached(state) if carry_state else None)
        loss = loss_fn(y, target)
        loss.backward()
        clip()
        optimizer.step()
        losses.append(loss.item())
    return losses


@mutant(
    en="Your gradients are zeroed after each step only: those from before the epoch count in the first batch.",
    zh="你只在每一步之后清零梯度：本轮开始之前留下的梯度算进了第一个批。",
)
def zeroes_after_the_step_only(
    model: nn.Module,
    batches: Iterable[tuple[Tensor, Tensor]],
    loss_fn: Callable[[Tensor, Tensor], Tensor],
    optimizer: torch.optim.Optimizer,
    max_norm: float,
    *,
    carry_state: bool,
) -> list[float]:
    def detached(state: Any) -> Any:
        if isinstance(state, Tensor):
            return state.detach()
        if isinstance(state, (tuple, list)):
            return type(state)(detached(part) for part in state)
        return state

    def clip() -> None:
        grads = [parameter.grad for parameter in model.parameters() if parameter.grad is not None]
        norm = math.sqrt(sum(float(grad.square().sum()) for grad in grads))
        for grad in grads:
            grad.mul_(min(1.0, max_norm / (norm + 1e-6)))

    model.train()
    losses, state = [], None
    for x, target in batches:
        y, state = model(x, detached(state) if carry_state else None)
        loss = loss_fn(y, target)
        loss.backward()
        clip()
        optimizer.step()
        optimizer.zero_grad()
        losses.append(loss.item())
    return losses


@mutant(
    en="Your losses are tensors; Python floats are asked for.",
    zh="你返回的损失是张量；要的是 Python 浮点数。",
)
def returns_tensors(
    model: nn.Module,
    batches: Iterable[tuple[Tensor, Tensor]],
    loss_fn: Callable[[Tensor, Tensor], Tensor],
    optimizer: torch.optim.Optimizer,
    max_norm: float,
    *,
    carry_state: bool,
) -> list[float]:
    def detached(state: Any) -> Any:
        if isinstance(state, Tensor):
            return state.detach()
        if isinstance(state, (tuple, list)):
            return type(state)(detached(part) for part in state)
        return state

    def clip() -> None:
        grads = [parameter.grad for parameter in model.parameters() if parameter.grad is not None]
        norm = math.sqrt(sum(float(grad.square().sum()) for grad in grads))
        for grad in grads:
            grad.mul_(min(1.0, max_norm / (norm + 1e-6)))

    model.train()
    losses, state = [], None
    for x, target in batches:
        optimizer.zero_grad()
        y, state = model(x, detached(state) if carry_state else None)
        loss = loss_fn(y, target)
        loss.backward()
        clip()
        optimizer.step()
        losses.append(loss.detach())
    return losses


@mutant(
    en="Your function returns one mean loss; the loss of every batch is asked for.",
    zh="你只返回了一个平均损失；要的是每个批的损失。",
)
def returns_the_mean(
    model: nn.Module,
    batches: Iterable[tuple[Tensor, Tensor]],
    loss_fn: Callable[[Tensor, Tensor], Tensor],
    optimizer: torch.optim.Optimizer,
    max_norm: float,
    *,
    carry_state: bool,
) -> list[float]:
    def detached(state: Any) -> Any:
        if isinstance(state, Tensor):
            return state.detach()
        if isinstance(state, (tuple, list)):
            return type(state)(detached(part) for part in state)
        return state

    def clip() -> None:
        grads = [parameter.grad for parameter in model.parameters() if parameter.grad is not None]
        norm = math.sqrt(sum(float(grad.square().sum()) for grad in grads))
        for grad in grads:
            grad.mul_(min(1.0, max_norm / (norm + 1e-6)))

    model.train()
    losses, state = [], None
    for x, target in batches:
        optimizer.zero_grad()
        y, state = model(x, detached(state) if carry_state else None)
        loss = loss_fn(y, target)
        loss.backward()
        clip()
        optimizer.step()
        losses.append(loss.item())
    return sum(losses) / len(losses)


@mutant(
    en="Your losses are running means; each entry is to be the loss of its own batch.",
    zh="你的损失是累计平均值；每一项应当只是该批的损失。",
)
def returns_running_means(
    model: nn.Module,
    batches: Iterable[tuple[Tensor, Tensor]],
    loss_fn: Callable[[Tensor, Tensor], Tensor],
    optimizer: torch.optim.Optimizer,
    max_norm: float,
    *,
    carry_state: bool,
) -> list[float]:
    def detached(state: Any) -> Any:
        if isinstance(state, Tensor):
            return state.detach()
        if isinstance(state, (tuple, list)):
            return type(state)(detached(part) for part in state)
        return state

    def clip() -> None:
        grads = [parameter.grad for parameter in model.parameters() if parameter.grad is not None]
        norm = math.sqrt(sum(float(grad.square().sum()) for grad in grads))
        for grad in grads:
            grad.mul_(min(1.0, max_norm / (norm + 1e-6)))

    model.train()
    losses, state = [], None
    for x, target in batches:
        optimizer.zero_grad()
        y, state = model(x, detached(state) if carry_state else None)
        loss = loss_fn(y, target)
        loss.backward()
        clip()
        optimizer.step()
        losses.append(loss.item())
    return [sum(losses[:count]) / count for count in range(1, len(losses) + 1)]


@mutant(
    en="Your losses are computed anew after the step; the loss that was differentiated is asked for.",
    zh="你的损失是更新之后重新算的；要的是用来求导的那个损失。",
)
def loss_after_the_step(
    model: nn.Module,
    batches: Iterable[tuple[Tensor, Tensor]],
    loss_fn: Callable[[Tensor, Tensor], Tensor],
    optimizer: torch.optim.Optimizer,
    max_norm: float,
    *,
    carry_state: bool,
) -> list[float]:
    def detached(state: Any) -> Any:
        if isinstance(state, Tensor):
            return state.detach()
        if isinstance(state, (tuple, list)):
            return type(state)(detached(part) for part in state)
        return state

    def clip() -> None:
        grads = [parameter.grad for parameter in model.parameters() if parameter.grad is not None]
        norm = math.sqrt(sum(float(grad.square().sum()) for grad in grads))
        for grad in grads:
            grad.mul_(min(1.0, max_norm / (norm + 1e-6)))

    model.train()
    losses, state = [], None
    for x, target in batches:
        optimizer.zero_grad()
        given = detached(state) if carry_state else None
        y, state = model(x, detached(state) if carry_state else None)
        loss = loss_fn(y, target)
        loss.backward()
        clip()
        optimizer.step()
        losses.append(loss_fn(model(x, given)[0], target).item())
    return losses


@mutant(
    en="Your clipping leaves out the last of the model's parameters.",
    zh="你的裁剪漏掉了模型的最后一个参数。",
)
def misses_the_last_parameter(
    model: nn.Module,
    batches: Iterable[tuple[Tensor, Tensor]],
    loss_fn: Callable[[Tensor, Tensor], Tensor],
    optimizer: torch.optim.Optimizer,
    max_norm: float,
    *,
    carry_state: bool,
) -> list[float]:
    def detached(state: Any) -> Any:
        if isinstance(state, Tensor):
            return state.detach()
        if isinstance(state, (tuple, list)):
            return type(state)(detached(part) for part in state)
        return state

    def clip() -> None:
        grads = [parameter.grad for parameter in list(model.parameters())[:-1] if parameter.grad is not None]
        norm = math.sqrt(sum(float(grad.square().sum()) for grad in grads))
        for grad in grads:
            grad.mul_(min(1.0, max_norm / (norm + 1e-6)))

    model.train()
    losses, state = [], None
    for x, target in batches:
        optimizer.zero_grad()
        y, state = model(x, detached(state) if carry_state else None)
        loss = loss_fn(y, target)
        loss.backward()
        clip()
        optimizer.step()
        losses.append(loss.item())
    return losses


@mutant(
    en="Your clipping leaves out the last layer of the model, its weight and its bias.",
    zh="你的裁剪漏掉了模型的最后一层，包括它的权重和偏置。",
)
def misses_the_last_layer(
    model: nn.Module,
    batches: Iterable[tuple[Tensor, Tensor]],
    loss_fn: Callable[[Tensor, Tensor], Tensor],
    optimizer: torch.optim.Optimizer,
    max_norm: float,
    *,
    carry_state: bool,
) -> list[float]:
    def detached(state: Any) -> Any:
        if isinstance(state, Tensor):
            return state.detach()
        if isinstance(state, (tuple, list)):
            return type(state)(detached(part) for part in state)
        return state

    def clip() -> None:
        grads = [parameter.grad for parameter in list(model.parameters())[:-2] if parameter.grad is not None]
        norm = math.sqrt(sum(float(grad.square().sum()) for grad in grads))
        for grad in grads:
            grad.mul_(min(1.0, max_norm / (norm + 1e-6)))

    model.train()
    losses, state = [], None
    for x, target in batches:
        optimizer.zero_grad()
        y, state = model(x, detached(state) if carry_state else None)
        loss = loss_fn(y, target)
        loss.backward()
        clip()
        optimizer.step()
        losses.append(loss.item())
    return losses


@mutant(
    en="Your parameters are clipped one by one; they share one norm and one factor.",
    zh="你对每个参数分别裁剪；它们应当共用一个范数和一个因子。",
)
def clips_each_parameter(
    model: nn.Module,
    batches: Iterable[tuple[Tensor, Tensor]],
    loss_fn: Callable[[Tensor, Tensor], Tensor],
    optimizer: torch.optim.Optimizer,
    max_norm: float,
    *,
    carry_state: bool,
) -> list[float]:
    def detached(state: Any) -> Any:
        if isinstance(state, Tensor):
            return state.detach()
        if isinstance(state, (tuple, list)):
            return type(state)(detached(part) for part in state)
        return state

    def clip() -> None:
        grads = [parameter.grad for parameter in model.parameters() if parameter.grad is not None]
        for grad in grads:
            grad.mul_(min(1.0, max_norm / (float(grad.norm()) + 1e-6)))

    model.train()
    losses, state = [], None
    for x, target in batches:
        optimizer.zero_grad()
        y, state = model(x, detached(state) if carry_state else None)
        loss = loss_fn(y, target)
        loss.backward()
        clip()
        optimizer.step()
        losses.append(loss.item())
    return losses


@mutant(
    en="Your gradients are clipped element by element; they are scaled by one factor.",
    zh="你的梯度是逐元素裁剪的；应当用同一个因子缩放。",
)
def clips_values(
    model: nn.Module,
    batches: Iterable[tuple[Tensor, Tensor]],
    loss_fn: Callable[[Tensor, Tensor], Tensor],
    optimizer: torch.optim.Optimizer,
    max_norm: float,
    *,
    carry_state: bool,
) -> list[float]:
    def detached(state: Any) -> Any:
        if isinstance(state, Tensor):
            return state.detach()
        if isinstance(state, (tuple, list)):
            return type(state)(detached(part) for part in state)
        return state

    def clip() -> None:
        grads = [parameter.grad for parameter in model.parameters() if parameter.grad is not None]
        for grad in grads:
            grad.clamp_(-max_norm, max_norm)

    model.train()
    losses, state = [], None
    for x, target in batches:
        optimizer.zero_grad()
        y, state = model(x, detached(state) if carry_state else None)
        loss = loss_fn(y, target)
        loss.backward()
        clip()
        optimizer.step()
        losses.append(loss.item())
    return losses


@mutant(
    en="Your gradients are scaled to `max_norm` also when their norm is smaller.",
    zh="范数小于 `max_norm` 时你也把梯度放大了。",
)
def always_scales(
    model: nn.Module,
    batches: Iterable[tuple[Tensor, Tensor]],
    loss_fn: Callable[[Tensor, Tensor], Tensor],
    optimizer: torch.optim.Optimizer,
    max_norm: float,
    *,
    carry_state: bool,
) -> list[float]:
    def detached(state: Any) -> Any:
        if isinstance(state, Tensor):
            return state.detach()
        if isinstance(state, (tuple, list)):
            return type(state)(detached(part) for part in state)
        return state

    def clip() -> None:
        grads = [parameter.grad for parameter in model.parameters() if parameter.grad is not None]
        norm = math.sqrt(sum(float(grad.square().sum()) for grad in grads))
        for grad in grads:
            grad.mul_(max_norm / (norm + 1e-6))

    model.train()
    losses, state = [], None
    for x, target in batches:
        optimizer.zero_grad()
        y, state = model(x, detached(state) if carry_state else None)
        loss = loss_fn(y, target)
        loss.backward()
        clip()
        optimizer.step()
        losses.append(loss.item())
    return losses


@mutant(
    en="Your gradients are clipped to the norm 1, whatever `max_norm` says.",
    zh="不论 `max_norm` 是多少，你都把梯度裁剪到范数 1。",
)
def clips_to_one(
    model: nn.Module,
    batches: Iterable[tuple[Tensor, Tensor]],
    loss_fn: Callable[[Tensor, Tensor], Tensor],
    optimizer: torch.optim.Optimizer,
    max_norm: float,
    *,
    carry_state: bool,
) -> list[float]:
    def detached(state: Any) -> Any:
        if isinstance(state, Tensor):
            return state.detach()
        if isinstance(state, (tuple, list)):
            return type(state)(detached(part) for part in state)
        return state

    def clip() -> None:
        grads = [parameter.grad for parameter in model.parameters() if parameter.grad is not None]
        norm = math.sqrt(sum(float(grad.square().sum()) for grad in grads))
        for grad in grads:
            grad.mul_(min(1.0, 1.0 / (norm + 1e-6)))

    model.train()
    losses, state = [], None
    for x, target in batches:
        optimizer.zero_grad()
        y, state = model(x, detached(state) if carry_state else None)
        loss = loss_fn(y, target)
        loss.backward()
        clip()
        optimizer.step()
        losses.append(loss.item())
    return losses


@mutant(
    en="Your clipping divides by the norm alone: eps = 1e-6 is missing.",
    zh="你裁剪时只除以范数：漏了 eps = 1e-6。",
)
def clips_without_eps(
    model: nn.Module,
    batches: Iterable[tuple[Tensor, Tensor]],
    loss_fn: Callable[[Tensor, Tensor], Tensor],
    optimizer: torch.optim.Optimizer,
    max_norm: float,
    *,
    carry_state: bool,
) -> list[float]:
    def detached(state: Any) -> Any:
        if isinstance(state, Tensor):
            return state.detach()
        if isinstance(state, (tuple, list)):
            return type(state)(detached(part) for part in state)
        return state

    def clip() -> None:
        grads = [parameter.grad for parameter in model.parameters() if parameter.grad is not None]
        norm = math.sqrt(sum(float(grad.square().sum()) for grad in grads))
        for grad in grads:
            grad.mul_(min(1.0, max_norm / (norm or 1.0)))

    model.train()
    losses, state = [], None
    for x, target in batches:
        optimizer.zero_grad()
        y, state = model(x, detached(state) if carry_state else None)
        loss = loss_fn(y, target)
        loss.backward()
        clip()
        optimizer.step()
        losses.append(loss.item())
    return losses


@mutant(
    en="Your clipping fails on a parameter that has no gradient.",
    zh="遇到没有梯度的参数时，你的裁剪会出错。",
)
def fails_on_missing_gradients(
    model: nn.Module,
    batches: Iterable[tuple[Tensor, Tensor]],
    loss_fn: Callable[[Tensor, Tensor], Tensor],
    optimizer: torch.optim.Optimizer,
    max_norm: float,
    *,
    carry_state: bool,
) -> list[float]:
    def detached(state: Any) -> Any:
        if isinstance(state, Tensor):
            return state.detach()
        if isinstance(state, (tuple, list)):
            return type(state)(detached(part) for part in state)
        return state

    def clip() -> None:
        grads = [parameter.grad for parameter in model.parameters()]
        norm = math.sqrt(sum(float(grad.square().sum()) for grad in grads))
        for grad in grads:
            grad.mul_(min(1.0, max_norm / (norm + 1e-6)))

    model.train()
    losses, state = [], None
    for x, target in batches:
        optimizer.zero_grad()
        y, state = model(x, detached(state) if carry_state else None)
        loss = loss_fn(y, target)
        loss.backward()
        clip()
        optimizer.step()
        losses.append(loss.item())
    return losses


@mutant(
    en="Your model stays in the mode that it was in: training mode is not set.",
    zh="你没有设置训练模式：模型停留在原来的模式。",
)
def stays_in_evaluation_mode(
    model: nn.Module,
    batches: Iterable[tuple[Tensor, Tensor]],
    loss_fn: Callable[[Tensor, Tensor], Tensor],
    optimizer: torch.optim.Optimizer,
    max_norm: float,
    *,
    carry_state: bool,
) -> list[float]:
    def detached(state: Any) -> Any:
        if isinstance(state, Tensor):
            return state.detach()
        if isinstance(state, (tuple, list)):
            return type(state)(detached(part) for part in state)
        return state

    def clip() -> None:
        grads = [parameter.grad for parameter in model.parameters() if parameter.grad is not None]
        norm = math.sqrt(sum(float(grad.square().sum()) for grad in grads))
        for grad in grads:
            grad.mul_(min(1.0, max_norm / (norm + 1e-6)))

    losses, state = [], None
    for x, target in batches:
        optimizer.zero_grad()
        y, state = model(x, detached(state) if carry_state else None)
        loss = loss_fn(y, target)
        loss.backward()
        clip()
        optimizer.step()
        losses.append(loss.item())
    return losses


@mutant(
    en="Your function fails on a state that is a tuple: it has no method `detach`.",
    zh="状态是元组时你的函数会出错：元组没有 `detach` 方法。",
)
def tensor_states_only(
    model: nn.Module,
    batches: Iterable[tuple[Tensor, Tensor]],
    loss_fn: Callable[[Tensor, Tensor], Tensor],
    optimizer: torch.optim.Optimizer,
    max_norm: float,
    *,
    carry_state: bool,
) -> list[float]:
    def detached(state: Any) -> Any:
        if isinstance(state, Tensor):
            return state.detach()
        if isinstance(state, (tuple, list)):
            return type(state)(detached(part) for part in state)
        return state

    def clip() -> None:
        grads = [parameter.grad for parameter in model.parameters() if parameter.grad is not None]
        norm = math.sqrt(sum(float(grad.square().sum()) for grad in grads))
        for grad in grads:
            grad.mul_(min(1.0, max_norm / (norm + 1e-6)))

    model.train()
    losses, state = [], None
    for x, target in batches:
        optimizer.zero_grad()
        y, state = model(x, (None if state is None else state.detach()) if carry_state else None)
        loss = loss_fn(y, target)
        loss.backward()
        clip()
        optimizer.step()
        losses.append(loss.item())
    return losses


@mutant(
    en="Your function detaches the first part of a tuple only; the second brings its graph along.",
    zh="你只 detach 了元组的第一部分；第二部分还带着计算图。",
)
def detaches_the_first_part(
    model: nn.Module,
    batches: Iterable[tuple[Tensor, Tensor]],
    loss_fn: Callable[[Tensor, Tensor], Tensor],
    optimizer: torch.optim.Optimizer,
    max_norm: float,
    *,
    carry_state: bool,
) -> list[float]:
    def detached(state: Any) -> Any:
        if isinstance(state, Tensor):
            return state.detach()
        if isinstance(state, (tuple, list)):
            return (detached(state[0]), *state[1:])
        return state

    def clip() -> None:
        grads = [parameter.grad for parameter in model.parameters() if parameter.grad is not None]
        norm = math.sqrt(sum(float(grad.square().sum()) for grad in grads))
        for grad in grads:
            grad.mul_(min(1.0, max_norm / (norm + 1e-6)))

    model.train()
    losses, state = [], None
    for x, target in batches:
        optimizer.zero_grad()
        y, state = model(x, detached(state) if carry_state else None)
        loss = loss_fn(y, target)
        loss.backward()
        clip()
        optimizer.step()
        losses.append(loss.item())
    return losses


@mutant(
    en="Your function needs the length of `batches`; any iterable may come, an iterator too.",
    zh="你的函数需要知道 `batches` 的长度；其实传入的可以是任意可迭代对象，包括迭代器。",
)
def needs_a_length(
    model: nn.Module,
    batches: Iterable[tuple[Tensor, Tensor]],
    loss_fn: Callable[[Tensor, Tensor], Tensor],
    optimizer: torch.optim.Optimizer,
    max_norm: float,
    *,
    carry_state: bool,
) -> list[float]:
    def detached(state: Any) -> Any:
        if isinstance(state, Tensor):
            return state.detach()
        if isinstance(state, (tuple, list)):
            return type(state)(detached(part) for part in state)
        return state

    def clip() -> None:
        grads = [parameter.grad for parameter in model.parameters() if parameter.grad is not None]
        norm = math.sqrt(sum(float(grad.square().sum()) for grad in grads))
        for grad in grads:
            grad.mul_(min(1.0, max_norm / (norm + 1e-6)))

    model.train()
    losses, state = [], None
    for x, target in [batches[index] for index in range(len(batches))]:
        optimizer.zero_grad()
        y, state = model(x, detached(state) if carry_state else None)
        loss = loss_fn(y, target)
        loss.backward()
        clip()
        optimizer.step()
        losses.append(loss.item())
    return losses
