"""Plausible wrong versions of `rnn_forward`, each with its misconception."""

from __future__ import annotations

import torch
from torch import Tensor

from grader.mutants import mutant


@mutant(
    en="Your loop walks over the batch instead of time; equal sizes hide it.",
    zh="你的循环沿批走，而不是沿时间走；尺寸相等时看不出来。",
)
def walks_over_the_batch(xs: Tensor, h0: Tensor, w_xh: Tensor, w_hh: Tensor, b: Tensor) -> tuple[Tensor, Tensor]:
    h, states = h0, []
    for x in xs.transpose(0, 1):
        h = torch.tanh(x @ w_xh + h @ w_hh + b)
        states.append(h)
    if not states:
        return h0.new_empty(0, *h0.shape), h0
    return torch.stack(states, dim=1), h


@mutant(
    en="Your states are stacked along dimension 1: their result is (B, T, H), not (T, B, H).",
    zh="你把状态沿第 1 维堆叠，得到 (B, T, H) 而不是 (T, B, H)。",
)
def stacks_behind_the_batch(xs: Tensor, h0: Tensor, w_xh: Tensor, w_hh: Tensor, b: Tensor) -> tuple[Tensor, Tensor]:
    h, states = h0, []
    for x in xs:
        h = torch.tanh(x @ w_xh + h @ w_hh + b)
        states.append(h)
    if not states:
        return h0.new_empty(0, *h0.shape), h0
    return torch.stack(states, dim=1), h


@mutant(
    en="Your steps all start from h0: the state is not carried from step to step.",
    zh="你的每一步都从 h0 出发：状态没有从一步传到下一步。",
)
def forgets_the_state(xs: Tensor, h0: Tensor, w_xh: Tensor, w_hh: Tensor, b: Tensor) -> tuple[Tensor, Tensor]:
    h, states = h0, []
    for x in xs:
        h = torch.tanh(x @ w_xh + h0 @ w_hh + b)
        states.append(h)
    if not states:
        return h0.new_empty(0, *h0.shape), h0
    return torch.stack(states), h


@mutant(
    en="Your sequence starts from zeros and not from h0.",
    zh="你的序列从零出发，而不是从 h0 出发。",
)
def starts_from_zeros(xs: Tensor, h0: Tensor, w_xh: Tensor, w_hh: Tensor, b: Tensor) -> tuple[Tensor, Tensor]:
    h, states = torch.zeros_like(h0), []
    for x in xs:
        h = torch.tanh(x @ w_xh + h @ w_hh + b)
        states.append(h)
    if not states:
        return h0.new_empty(0, *h0.shape), h0
    return torch.stack(states), h


@mutant(
    en="Your loop walks through time backwards.",
    zh="你的循环是倒着沿时间走的。",
)
def walks_backwards(xs: Tensor, h0: Tensor, w_xh: Tensor, w_hh: Tensor, b: Tensor) -> tuple[Tensor, Tensor]:
    h, states = h0, []
    for x in xs.flip(0):
        h = torch.tanh(x @ w_xh + h @ w_hh + b)
        states.append(h)
    if not states:
        return h0.new_empty(0, *h0.shape), h0
    return torch.stack(states), h


@mutant(
    en="Your loop walks through time backwards; the states are in the right order again, but each has seen the future.",
    zh="你的循环倒着沿时间走；状态的顺序虽然又排正了，但每个状态看到的都是未来。",
)
def walks_backwards_and_turns_round(
    xs: Tensor, h0: Tensor, w_xh: Tensor, w_hh: Tensor, b: Tensor
) -> tuple[Tensor, Tensor]:
    h, states = h0, []
    for x in xs.flip(0):
        h = torch.tanh(x @ w_xh + h @ w_hh + b)
        states.append(h)
    if not states:
        return h0.new_empty(0, *h0.shape), h0
    return torch.stack(states[::-1]), states[-1]


@mutant(
    en="Your state is detached between the steps: the values are right, but gradients go back one step only.",
    zh="你在步与步之间 detach 了状态：值是对的，但梯度只能往回走一步。",
)
def detaches_every_step(xs: Tensor, h0: Tensor, w_xh: Tensor, w_hh: Tensor, b: Tensor) -> tuple[Tensor, Tensor]:
    h, states = h0, []
    for x in xs:
        h = torch.tanh(x @ w_xh + h.detach() @ w_hh + b)
        states.append(h)
    if not states:
        return h0.new_empty(0, *h0.shape), h0
    return torch.stack(states), h


@mutant(
    en="Your first step uses h0 without its graph: no gradient reaches h0.",
    zh="你的第一步用的是脱离计算图的 h0：梯度到不了 h0。",
)
def detaches_the_start(xs: Tensor, h0: Tensor, w_xh: Tensor, w_hh: Tensor, b: Tensor) -> tuple[Tensor, Tensor]:
    h, states = h0.detach(), []
    for x in xs:
        h = torch.tanh(x @ w_xh + h @ w_hh + b)
        states.append(h)
    if not states:
        return h0.new_empty(0, *h0.shape), h0
    return torch.stack(states), h


@mutant(
    en="Your last state is detached: gradients that come in through it are lost.",
    zh="你返回的最后状态是 detach 过的：从它进来的梯度丢失了。",
)
def detaches_the_last(xs: Tensor, h0: Tensor, w_xh: Tensor, w_hh: Tensor, b: Tensor) -> tuple[Tensor, Tensor]:
    h, states = h0, []
    for x in xs:
        h = torch.tanh(x @ w_xh + h @ w_hh + b)
        states.append(h)
    if not states:
        return h0.new_empty(0, *h0.shape), h0
    return torch.stack(states), h.detach()


@mutant(
    en="Your stacked states are detached: gradients that come in through them are lost.",
    zh="你堆叠的状态是 detach 过的：从它们进来的梯度丢失了。",
)
def collects_detached_states(xs: Tensor, h0: Tensor, w_xh: Tensor, w_hh: Tensor, b: Tensor) -> tuple[Tensor, Tensor]:
    h, states = h0, []
    for x in xs:
        h = torch.tanh(x @ w_xh + h @ w_hh + b)
        states.append(h.detach())
    if not states:
        return h0.new_empty(0, *h0.shape), h0
    return torch.stack(states), h


@mutant(
    en="Your second result is h0 and not the last state.",
    zh="你返回的第二项是 h0，而不是最后的状态。",
)
def returns_the_first_state(xs: Tensor, h0: Tensor, w_xh: Tensor, w_hh: Tensor, b: Tensor) -> tuple[Tensor, Tensor]:
    h, states = h0, []
    for x in xs:
        h = torch.tanh(x @ w_xh + h @ w_hh + b)
        states.append(h)
    if not states:
        return h0.new_empty(0, *h0.shape), h0
    return torch.stack(states), h0


@mutant(
    en="Your stacked states are those before each step, h_0 to h_(T-1); those after it, h_1 to h_T, are asked for.",
    zh="你堆叠的是每一步之前的状态 h_0 到 h_(T-1)；要的是每一步之后的 h_1 到 h_T。",
)
def returns_state_before_each_step(
    xs: Tensor, h0: Tensor, w_xh: Tensor, w_hh: Tensor, b: Tensor
) -> tuple[Tensor, Tensor]:
    h, states = h0, []
    for x in xs:
        states.append(h)
        h = torch.tanh(x @ w_xh + h @ w_hh + b)
    if not states:
        return h0.new_empty(0, *h0.shape), h0
    return torch.stack(states), h


@mutant(
    en="Your stacked states begin with h0, which makes one too many.",
    zh="你堆叠的状态以 h0 开头，因而多了一个。",
)
def keeps_h0_in_front(xs: Tensor, h0: Tensor, w_xh: Tensor, w_hh: Tensor, b: Tensor) -> tuple[Tensor, Tensor]:
    h, states = h0, [h0]
    for x in xs:
        h = torch.tanh(x @ w_xh + h @ w_hh + b)
        states.append(h)
    if not states:
        return h0.new_empty(0, *h0.shape), h0
    return torch.stack(states), h


@mutant(
    en="Your function fails on a sequence without steps: nothing can be stacked from an empty list.",
    zh="序列没有任何一步时你的函数会出错：空列表不能堆叠。",
)
def refuses_an_empty_sequence(xs: Tensor, h0: Tensor, w_xh: Tensor, w_hh: Tensor, b: Tensor) -> tuple[Tensor, Tensor]:
    h, states = h0, []
    for x in xs:
        h = torch.tanh(x @ w_xh + h @ w_hh + b)
        states.append(h)
    return torch.stack(states), h


@mutant(
    en="Your steps leave the bias out.",
    zh="你的每一步都漏掉了偏置。",
)
def forgets_the_bias(xs: Tensor, h0: Tensor, w_xh: Tensor, w_hh: Tensor, b: Tensor) -> tuple[Tensor, Tensor]:
    h, states = h0, []
    for x in xs:
        h = torch.tanh(x @ w_xh + h @ w_hh)
        states.append(h)
    if not states:
        return h0.new_empty(0, *h0.shape), h0
    return torch.stack(states), h


@mutant(
    en="Your steps multiply the state by the transpose of W_hh.",
    zh="你的每一步都把状态乘了 W_hh 的转置。",
)
def transposes_w_hh(xs: Tensor, h0: Tensor, w_xh: Tensor, w_hh: Tensor, b: Tensor) -> tuple[Tensor, Tensor]:
    h, states = h0, []
    for x in xs:
        h = torch.tanh(x @ w_xh + h @ w_hh.T + b)
        states.append(h)
    if not states:
        return h0.new_empty(0, *h0.shape), h0
    return torch.stack(states), h


@mutant(
    en="Your function writes the last state into h0, which belongs to the caller.",
    zh="你把最后的状态写进了 h0，而它是调用者的。",
)
def writes_into_h0(xs: Tensor, h0: Tensor, w_xh: Tensor, w_hh: Tensor, b: Tensor) -> tuple[Tensor, Tensor]:
    h, states = h0, []
    for x in xs:
        h = torch.tanh(x @ w_xh + h @ w_hh + b)
        states.append(h)
    if not states:
        return h0.new_empty(0, *h0.shape), h0
    with torch.no_grad():
        h0.copy_(h)
    return torch.stack(states), h
