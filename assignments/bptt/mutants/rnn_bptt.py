"""Plausible wrong versions of `rnn_bptt`, each with its misconception."""

from __future__ import annotations

import torch
from torch import Tensor

from grader.mutants import mutant


@mutant(
    en="Your gradient of h_t is only the one from outside: what comes back from step t + 1 is missing.",
    zh="你的 h_t 的梯度只有外来的那一份：缺了从第 t + 1 步传回来的部分。",
)
def has_no_recurrent_term(
    xs: Tensor, h0: Tensor, w_xh: Tensor, w_hh: Tensor, b: Tensor, grad_hs: Tensor
) -> tuple[Tensor, Tensor, Tensor, Tensor, Tensor]:
    states = [h0]
    for x in xs:
        states.append(torch.tanh(x @ w_xh + states[-1] @ w_hh + b))
    dxs, dh = torch.empty_like(xs), torch.zeros_like(h0)
    dw_xh, dw_hh, db = torch.zeros_like(w_xh), torch.zeros_like(w_hh), torch.zeros_like(b)
    for t in reversed(range(len(xs))):
        da = grad_hs[t] * (1 - states[t + 1] ** 2)
        dxs[t] = da @ w_xh.T
        dw_xh += xs[t].T @ da
        dw_hh += states[t].T @ da
        db += da.sum(dim=0)
        dh = da @ w_hh.T
    return dxs, dh, dw_xh, dw_hh, db


@mutant(
    en="Your gradients of the weights and the bias are those of one step only; they are sums over time.",
    zh="你的权重和偏置的梯度只是某一步的：应当沿时间累加，却写成了赋值。",
)
def overwrites_the_weight_gradients(
    xs: Tensor, h0: Tensor, w_xh: Tensor, w_hh: Tensor, b: Tensor, grad_hs: Tensor
) -> tuple[Tensor, Tensor, Tensor, Tensor, Tensor]:
    states = [h0]
    for x in xs:
        states.append(torch.tanh(x @ w_xh + states[-1] @ w_hh + b))
    dxs, dh = torch.empty_like(xs), torch.zeros_like(h0)
    dw_xh, dw_hh, db = torch.zeros_like(w_xh), torch.zeros_like(w_hh), torch.zeros_like(b)
    for t in reversed(range(len(xs))):
        da = (dh + grad_hs[t]) * (1 - states[t + 1] ** 2)
        dxs[t] = da @ w_xh.T
        dw_xh = xs[t].T @ da
        dw_hh = states[t].T @ da
        db = da.sum(dim=0)
        dh = da @ w_hh.T
    return dxs, dh, dw_xh, dw_hh, db


@mutant(
    en="Your dW_hh is that of one step only; W_hh is used in every step, so its gradient is a sum over time.",
    zh="你的 dW_hh 只是某一步的；W_hh 每一步都用到，梯度应当沿时间求和。",
)
def overwrites_dw_hh(
    xs: Tensor, h0: Tensor, w_xh: Tensor, w_hh: Tensor, b: Tensor, grad_hs: Tensor
) -> tuple[Tensor, Tensor, Tensor, Tensor, Tensor]:
    states = [h0]
    for x in xs:
        states.append(torch.tanh(x @ w_xh + states[-1] @ w_hh + b))
    dxs, dh = torch.empty_like(xs), torch.zeros_like(h0)
    dw_xh, dw_hh, db = torch.zeros_like(w_xh), torch.zeros_like(w_hh), torch.zeros_like(b)
    for t in reversed(range(len(xs))):
        da = (dh + grad_hs[t]) * (1 - states[t + 1] ** 2)
        dxs[t] = da @ w_xh.T
        dw_xh += xs[t].T @ da
        dw_hh = states[t].T @ da
        db += da.sum(dim=0)
        dh = da @ w_hh.T
    return dxs, dh, dw_xh, dw_hh, db


@mutant(
    en="Your slope 1 − h² uses the state before the step; it is the state that comes out of the step.",
    zh="你的斜率 1 − h² 用的是这一步之前的状态；应当用这一步输出的状态。",
)
def slope_of_the_step_before(
    xs: Tensor, h0: Tensor, w_xh: Tensor, w_hh: Tensor, b: Tensor, grad_hs: Tensor
) -> tuple[Tensor, Tensor, Tensor, Tensor, Tensor]:
    states = [h0]
    for x in xs:
        states.append(torch.tanh(x @ w_xh + states[-1] @ w_hh + b))
    dxs, dh = torch.empty_like(xs), torch.zeros_like(h0)
    dw_xh, dw_hh, db = torch.zeros_like(w_xh), torch.zeros_like(w_hh), torch.zeros_like(b)
    for t in reversed(range(len(xs))):
        da = (dh + grad_hs[t]) * (1 - states[t] ** 2)
        dxs[t] = da @ w_xh.T
        dw_xh += xs[t].T @ da
        dw_hh += states[t].T @ da
        db += da.sum(dim=0)
        dh = da @ w_hh.T
    return dxs, dh, dw_xh, dw_hh, db


@mutant(
    en="Your gradient passes the tanh unchanged: its slope 1 − h² is missing.",
    zh="你的梯度原样穿过了 tanh：缺了斜率 1 − h²。",
)
def has_no_slope(
    xs: Tensor, h0: Tensor, w_xh: Tensor, w_hh: Tensor, b: Tensor, grad_hs: Tensor
) -> tuple[Tensor, Tensor, Tensor, Tensor, Tensor]:
    states = [h0]
    for x in xs:
        states.append(torch.tanh(x @ w_xh + states[-1] @ w_hh + b))
    dxs, dh = torch.empty_like(xs), torch.zeros_like(h0)
    dw_xh, dw_hh, db = torch.zeros_like(w_xh), torch.zeros_like(w_hh), torch.zeros_like(b)
    for t in reversed(range(len(xs))):
        da = dh + grad_hs[t]
        dxs[t] = da @ w_xh.T
        dw_xh += xs[t].T @ da
        dw_hh += states[t].T @ da
        db += da.sum(dim=0)
        dh = da @ w_hh.T
    return dxs, dh, dw_xh, dw_hh, db


@mutant(
    en="Your slope is h(1 − h), that of a sigmoid; that of tanh is 1 − h².",
    zh="你的斜率是 h(1 − h)，那是 sigmoid 的；tanh 的斜率是 1 − h²。",
)
def slope_of_a_sigmoid(
    xs: Tensor, h0: Tensor, w_xh: Tensor, w_hh: Tensor, b: Tensor, grad_hs: Tensor
) -> tuple[Tensor, Tensor, Tensor, Tensor, Tensor]:
    states = [h0]
    for x in xs:
        states.append(torch.tanh(x @ w_xh + states[-1] @ w_hh + b))
    dxs, dh = torch.empty_like(xs), torch.zeros_like(h0)
    dw_xh, dw_hh, db = torch.zeros_like(w_xh), torch.zeros_like(w_hh), torch.zeros_like(b)
    for t in reversed(range(len(xs))):
        da = (dh + grad_hs[t]) * states[t + 1] * (1 - states[t + 1])
        dxs[t] = da @ w_xh.T
        dw_xh += xs[t].T @ da
        dw_hh += states[t].T @ da
        db += da.sum(dim=0)
        dh = da @ w_hh.T
    return dxs, dh, dw_xh, dw_hh, db


@mutant(
    en="Your slope of tanh is 1 − h: the square is missing.",
    zh="你的 tanh 斜率是 1 − h：漏了平方。",
)
def slope_without_square(
    xs: Tensor, h0: Tensor, w_xh: Tensor, w_hh: Tensor, b: Tensor, grad_hs: Tensor
) -> tuple[Tensor, Tensor, Tensor, Tensor, Tensor]:
    states = [h0]
    for x in xs:
        states.append(torch.tanh(x @ w_xh + states[-1] @ w_hh + b))
    dxs, dh = torch.empty_like(xs), torch.zeros_like(h0)
    dw_xh, dw_hh, db = torch.zeros_like(w_xh), torch.zeros_like(w_hh), torch.zeros_like(b)
    for t in reversed(range(len(xs))):
        da = (dh + grad_hs[t]) * (1 - states[t + 1])
        dxs[t] = da @ w_xh.T
        dw_xh += xs[t].T @ da
        dw_hh += states[t].T @ da
        db += da.sum(dim=0)
        dh = da @ w_hh.T
    return dxs, dh, dw_xh, dw_hh, db


@mutant(
    en="Your dW_hh uses the state that comes out of each step; it is the state that goes in.",
    zh="你的 dW_hh 用的是每一步输出的状态；应当用进入这一步的状态。",
)
def output_state_in_dw_hh(
    xs: Tensor, h0: Tensor, w_xh: Tensor, w_hh: Tensor, b: Tensor, grad_hs: Tensor
) -> tuple[Tensor, Tensor, Tensor, Tensor, Tensor]:
    states = [h0]
    for x in xs:
        states.append(torch.tanh(x @ w_xh + states[-1] @ w_hh + b))
    dxs, dh = torch.empty_like(xs), torch.zeros_like(h0)
    dw_xh, dw_hh, db = torch.zeros_like(w_xh), torch.zeros_like(w_hh), torch.zeros_like(b)
    for t in reversed(range(len(xs))):
        da = (dh + grad_hs[t]) * (1 - states[t + 1] ** 2)
        dxs[t] = da @ w_xh.T
        dw_xh += xs[t].T @ da
        dw_hh += states[t + 1].T @ da
        db += da.sum(dim=0)
        dh = da @ w_hh.T
    return dxs, dh, dw_xh, dw_hh, db


@mutant(
    en="Your dW_hh leaves out the first step, as if h0 were zero.",
    zh="你的 dW_hh 漏了第一步，好像 h0 是零一样。",
)
def h0_counts_as_zero(
    xs: Tensor, h0: Tensor, w_xh: Tensor, w_hh: Tensor, b: Tensor, grad_hs: Tensor
) -> tuple[Tensor, Tensor, Tensor, Tensor, Tensor]:
    states = [h0]
    for x in xs:
        states.append(torch.tanh(x @ w_xh + states[-1] @ w_hh + b))
    dxs, dh = torch.empty_like(xs), torch.zeros_like(h0)
    dw_xh, dw_hh, db = torch.zeros_like(w_xh), torch.zeros_like(w_hh), torch.zeros_like(b)
    for t in reversed(range(len(xs))):
        da = (dh + grad_hs[t]) * (1 - states[t + 1] ** 2)
        dxs[t] = da @ w_xh.T
        dw_xh += xs[t].T @ da
        if t > 0:
            dw_hh += states[t].T @ da
        db += da.sum(dim=0)
        dh = da @ w_hh.T
    return dxs, dh, dw_xh, dw_hh, db


@mutant(
    en="Your forward pass starts from zeros and not from h0.",
    zh="你的前向过程从零出发，而不是从 h0 出发。",
)
def forward_starts_from_zeros(
    xs: Tensor, h0: Tensor, w_xh: Tensor, w_hh: Tensor, b: Tensor, grad_hs: Tensor
) -> tuple[Tensor, Tensor, Tensor, Tensor, Tensor]:
    states = [torch.zeros_like(h0)]
    for x in xs:
        states.append(torch.tanh(x @ w_xh + states[-1] @ w_hh + b))
    dxs, dh = torch.empty_like(xs), torch.zeros_like(h0)
    dw_xh, dw_hh, db = torch.zeros_like(w_xh), torch.zeros_like(w_hh), torch.zeros_like(b)
    for t in reversed(range(len(xs))):
        da = (dh + grad_hs[t]) * (1 - states[t + 1] ** 2)
        dxs[t] = da @ w_xh.T
        dw_xh += xs[t].T @ da
        dw_hh += states[t].T @ da
        db += da.sum(dim=0)
        dh = da @ w_hh.T
    return dxs, dh, dw_xh, dw_hh, db


@mutant(
    en="Your gradient goes back to the state before through W_hh; it has to be the transpose of W_hh.",
    zh="你把梯度传回前一个状态时乘的是 W_hh；应当乘 W_hh 的转置。",
)
def does_not_transpose_w_hh(
    xs: Tensor, h0: Tensor, w_xh: Tensor, w_hh: Tensor, b: Tensor, grad_hs: Tensor
) -> tuple[Tensor, Tensor, Tensor, Tensor, Tensor]:
    states = [h0]
    for x in xs:
        states.append(torch.tanh(x @ w_xh + states[-1] @ w_hh + b))
    dxs, dh = torch.empty_like(xs), torch.zeros_like(h0)
    dw_xh, dw_hh, db = torch.zeros_like(w_xh), torch.zeros_like(w_hh), torch.zeros_like(b)
    for t in reversed(range(len(xs))):
        da = (dh + grad_hs[t]) * (1 - states[t + 1] ** 2)
        dxs[t] = da @ w_xh.T
        dw_xh += xs[t].T @ da
        dw_hh += states[t].T @ da
        db += da.sum(dim=0)
        dh = da @ w_hh
    return dxs, dh, dw_xh, dw_hh, db


@mutant(
    en="Your dW_hh is the transpose of the right one.",
    zh="你的 dW_hh 是正确结果的转置。",
)
def transposed_dw_hh(
    xs: Tensor, h0: Tensor, w_xh: Tensor, w_hh: Tensor, b: Tensor, grad_hs: Tensor
) -> tuple[Tensor, Tensor, Tensor, Tensor, Tensor]:
    states = [h0]
    for x in xs:
        states.append(torch.tanh(x @ w_xh + states[-1] @ w_hh + b))
    dxs, dh = torch.empty_like(xs), torch.zeros_like(h0)
    dw_xh, dw_hh, db = torch.zeros_like(w_xh), torch.zeros_like(w_hh), torch.zeros_like(b)
    for t in reversed(range(len(xs))):
        da = (dh + grad_hs[t]) * (1 - states[t + 1] ** 2)
        dxs[t] = da @ w_xh.T
        dw_xh += xs[t].T @ da
        dw_hh += da.T @ states[t]
        db += da.sum(dim=0)
        dh = da @ w_hh.T
    return dxs, dh, dw_xh, dw_hh, db


@mutant(
    en="Your dh0 lacks the last factor: the gradient has not yet been multiplied by the transpose of W_hh.",
    zh="你的 dh0 少了最后一个因子：梯度还没有乘 W_hh 的转置。",
)
def dh0_before_the_first_step(
    xs: Tensor, h0: Tensor, w_xh: Tensor, w_hh: Tensor, b: Tensor, grad_hs: Tensor
) -> tuple[Tensor, Tensor, Tensor, Tensor, Tensor]:
    states = [h0]
    for x in xs:
        states.append(torch.tanh(x @ w_xh + states[-1] @ w_hh + b))
    dxs, dh = torch.empty_like(xs), torch.zeros_like(h0)
    dw_xh, dw_hh, db = torch.zeros_like(w_xh), torch.zeros_like(w_hh), torch.zeros_like(b)
    for t in reversed(range(len(xs))):
        da = (dh + grad_hs[t]) * (1 - states[t + 1] ** 2)
        dxs[t] = da @ w_xh.T
        dw_xh += xs[t].T @ da
        dw_hh += states[t].T @ da
        db += da.sum(dim=0)
        last, dh = da, da @ w_hh.T
    return dxs, last, dw_xh, dw_hh, db


@mutant(
    en="Your dh0 contains the outer gradient of the first state as well.",
    zh="你的 dh0 里多加了第一个状态的外来梯度。",
)
def dh0_with_the_gradient_of_h1(
    xs: Tensor, h0: Tensor, w_xh: Tensor, w_hh: Tensor, b: Tensor, grad_hs: Tensor
) -> tuple[Tensor, Tensor, Tensor, Tensor, Tensor]:
    states = [h0]
    for x in xs:
        states.append(torch.tanh(x @ w_xh + states[-1] @ w_hh + b))
    dxs, dh = torch.empty_like(xs), torch.zeros_like(h0)
    dw_xh, dw_hh, db = torch.zeros_like(w_xh), torch.zeros_like(w_hh), torch.zeros_like(b)
    for t in reversed(range(len(xs))):
        da = (dh + grad_hs[t]) * (1 - states[t + 1] ** 2)
        dxs[t] = da @ w_xh.T
        dw_xh += xs[t].T @ da
        dw_hh += states[t].T @ da
        db += da.sum(dim=0)
        dh = da @ w_hh.T
    return dxs, dh + grad_hs[0], dw_xh, dw_hh, db


@mutant(
    en="Your dh0 is zero: gradients do reach the first state.",
    zh="你的 dh0 是零；其实梯度能传到初始状态。",
)
def dh0_is_zero(
    xs: Tensor, h0: Tensor, w_xh: Tensor, w_hh: Tensor, b: Tensor, grad_hs: Tensor
) -> tuple[Tensor, Tensor, Tensor, Tensor, Tensor]:
    states = [h0]
    for x in xs:
        states.append(torch.tanh(x @ w_xh + states[-1] @ w_hh + b))
    dxs, dh = torch.empty_like(xs), torch.zeros_like(h0)
    dw_xh, dw_hh, db = torch.zeros_like(w_xh), torch.zeros_like(w_hh), torch.zeros_like(b)
    for t in reversed(range(len(xs))):
        da = (dh + grad_hs[t]) * (1 - states[t + 1] ** 2)
        dxs[t] = da @ w_xh.T
        dw_xh += xs[t].T @ da
        dw_hh += states[t].T @ da
        db += da.sum(dim=0)
        dh = da @ w_hh.T
    return dxs, torch.zeros_like(h0), dw_xh, dw_hh, db


@mutant(
    en="Your backward pass uses the outer gradient of the last step only; every step may have one.",
    zh="你的反向过程只用了最后一步的外来梯度；其实每一步都可能有。",
)
def last_gradient_only(
    xs: Tensor, h0: Tensor, w_xh: Tensor, w_hh: Tensor, b: Tensor, grad_hs: Tensor
) -> tuple[Tensor, Tensor, Tensor, Tensor, Tensor]:
    states = [h0]
    for x in xs:
        states.append(torch.tanh(x @ w_xh + states[-1] @ w_hh + b))
    dxs, dh = torch.empty_like(xs), torch.zeros_like(h0)
    dw_xh, dw_hh, db = torch.zeros_like(w_xh), torch.zeros_like(w_hh), torch.zeros_like(b)
    for t in reversed(range(len(xs))):
        da = (dh + (grad_hs[t] if t == len(xs) - 1 else 0)) * (1 - states[t + 1] ** 2)
        dxs[t] = da @ w_xh.T
        dw_xh += xs[t].T @ da
        dw_hh += states[t].T @ da
        db += da.sum(dim=0)
        dh = da @ w_hh.T
    return dxs, dh, dw_xh, dw_hh, db


@mutant(
    en="Your outer gradient does not pass the slope of tanh: it is added after the product instead of before.",
    zh="你的外来梯度没有乘 tanh 的斜率：应当先相加再相乘。",
)
def outer_gradient_behind_the_slope(
    xs: Tensor, h0: Tensor, w_xh: Tensor, w_hh: Tensor, b: Tensor, grad_hs: Tensor
) -> tuple[Tensor, Tensor, Tensor, Tensor, Tensor]:
    states = [h0]
    for x in xs:
        states.append(torch.tanh(x @ w_xh + states[-1] @ w_hh + b))
    dxs, dh = torch.empty_like(xs), torch.zeros_like(h0)
    dw_xh, dw_hh, db = torch.zeros_like(w_xh), torch.zeros_like(w_hh), torch.zeros_like(b)
    for t in reversed(range(len(xs))):
        da = dh * (1 - states[t + 1] ** 2) + grad_hs[t]
        dxs[t] = da @ w_xh.T
        dw_xh += xs[t].T @ da
        dw_hh += states[t].T @ da
        db += da.sum(dim=0)
        dh = da @ w_hh.T
    return dxs, dh, dw_xh, dw_hh, db


@mutant(
    en="Your outer gradients are used in the reverse order of time.",
    zh="你把外来梯度按时间的相反顺序使用了。",
)
def gradients_in_reverse(
    xs: Tensor, h0: Tensor, w_xh: Tensor, w_hh: Tensor, b: Tensor, grad_hs: Tensor
) -> tuple[Tensor, Tensor, Tensor, Tensor, Tensor]:
    states = [h0]
    for x in xs:
        states.append(torch.tanh(x @ w_xh + states[-1] @ w_hh + b))
    dxs, dh = torch.empty_like(xs), torch.zeros_like(h0)
    dw_xh, dw_hh, db = torch.zeros_like(w_xh), torch.zeros_like(w_hh), torch.zeros_like(b)
    for t in reversed(range(len(xs))):
        da = (dh + grad_hs[len(xs) - 1 - t]) * (1 - states[t + 1] ** 2)
        dxs[t] = da @ w_xh.T
        dw_xh += xs[t].T @ da
        dw_hh += states[t].T @ da
        db += da.sum(dim=0)
        dh = da @ w_hh.T
    return dxs, dh, dw_xh, dw_hh, db


@mutant(
    en="Your dxs has its steps in the reverse order.",
    zh="你的 dxs 的各步顺序颠倒了。",
)
def dxs_in_reverse(
    xs: Tensor, h0: Tensor, w_xh: Tensor, w_hh: Tensor, b: Tensor, grad_hs: Tensor
) -> tuple[Tensor, Tensor, Tensor, Tensor, Tensor]:
    states = [h0]
    for x in xs:
        states.append(torch.tanh(x @ w_xh + states[-1] @ w_hh + b))
    dxs, dh = torch.empty_like(xs), torch.zeros_like(h0)
    dw_xh, dw_hh, db = torch.zeros_like(w_xh), torch.zeros_like(w_hh), torch.zeros_like(b)
    for t in reversed(range(len(xs))):
        da = (dh + grad_hs[t]) * (1 - states[t + 1] ** 2)
        dxs[t] = da @ w_xh.T
        dw_xh += xs[t].T @ da
        dw_hh += states[t].T @ da
        db += da.sum(dim=0)
        dh = da @ w_hh.T
    return dxs.flip(0), dh, dw_xh, dw_hh, db


@mutant(
    en="Your db is averaged over the batch; it is a sum.",
    zh="你的 db 对批取了平均；应当求和。",
)
def averages_db(
    xs: Tensor, h0: Tensor, w_xh: Tensor, w_hh: Tensor, b: Tensor, grad_hs: Tensor
) -> tuple[Tensor, Tensor, Tensor, Tensor, Tensor]:
    states = [h0]
    for x in xs:
        states.append(torch.tanh(x @ w_xh + states[-1] @ w_hh + b))
    dxs, dh = torch.empty_like(xs), torch.zeros_like(h0)
    dw_xh, dw_hh, db = torch.zeros_like(w_xh), torch.zeros_like(w_hh), torch.zeros_like(b)
    for t in reversed(range(len(xs))):
        da = (dh + grad_hs[t]) * (1 - states[t + 1] ** 2)
        dxs[t] = da @ w_xh.T
        dw_xh += xs[t].T @ da
        dw_hh += states[t].T @ da
        db += da.mean(dim=0)
        dh = da @ w_hh.T
    return dxs, dh, dw_xh, dw_hh, db


@mutant(
    en="Your gradients of the weights and the bias are averaged over the batch; they are sums.",
    zh="你的权重和偏置的梯度对批取了平均；应当求和。",
)
def averages_the_weights(
    xs: Tensor, h0: Tensor, w_xh: Tensor, w_hh: Tensor, b: Tensor, grad_hs: Tensor
) -> tuple[Tensor, Tensor, Tensor, Tensor, Tensor]:
    states = [h0]
    for x in xs:
        states.append(torch.tanh(x @ w_xh + states[-1] @ w_hh + b))
    dxs, dh = torch.empty_like(xs), torch.zeros_like(h0)
    dw_xh, dw_hh, db = torch.zeros_like(w_xh), torch.zeros_like(w_hh), torch.zeros_like(b)
    for t in reversed(range(len(xs))):
        da = (dh + grad_hs[t]) * (1 - states[t + 1] ** 2)
        dxs[t] = da @ w_xh.T
        dw_xh += xs[t].T @ da
        dw_hh += states[t].T @ da
        db += da.sum(dim=0)
        dh = da @ w_hh.T
    return dxs, dh, dw_xh / h0.shape[0], dw_hh / h0.shape[0], db / h0.shape[0]


@mutant(
    en="Your gradients of the weights and the bias are averaged over time; they are sums.",
    zh="你的权重和偏置的梯度沿时间取了平均；应当求和。",
)
def averages_over_time(
    xs: Tensor, h0: Tensor, w_xh: Tensor, w_hh: Tensor, b: Tensor, grad_hs: Tensor
) -> tuple[Tensor, Tensor, Tensor, Tensor, Tensor]:
    states = [h0]
    for x in xs:
        states.append(torch.tanh(x @ w_xh + states[-1] @ w_hh + b))
    dxs, dh = torch.empty_like(xs), torch.zeros_like(h0)
    dw_xh, dw_hh, db = torch.zeros_like(w_xh), torch.zeros_like(w_hh), torch.zeros_like(b)
    for t in reversed(range(len(xs))):
        da = (dh + grad_hs[t]) * (1 - states[t + 1] ** 2)
        dxs[t] = da @ w_xh.T
        dw_xh += xs[t].T @ da
        dw_hh += states[t].T @ da
        db += da.sum(dim=0)
        dh = da @ w_hh.T
    return dxs, dh, dw_xh / len(xs), dw_hh / len(xs), db / len(xs)


@mutant(
    en="Your db has a row for every sequence of the batch; it is summed over them.",
    zh="你的 db 对批里每个序列各有一行；应当对它们求和。",
)
def db_keeps_the_batch(
    xs: Tensor, h0: Tensor, w_xh: Tensor, w_hh: Tensor, b: Tensor, grad_hs: Tensor
) -> tuple[Tensor, Tensor, Tensor, Tensor, Tensor]:
    states = [h0]
    for x in xs:
        states.append(torch.tanh(x @ w_xh + states[-1] @ w_hh + b))
    dxs, dh = torch.empty_like(xs), torch.zeros_like(h0)
    dw_xh, dw_hh, db = torch.zeros_like(w_xh), torch.zeros_like(w_hh), torch.zeros_like(h0)
    for t in reversed(range(len(xs))):
        da = (dh + grad_hs[t]) * (1 - states[t + 1] ** 2)
        dxs[t] = da @ w_xh.T
        dw_xh += xs[t].T @ da
        dw_hh += states[t].T @ da
        db += da
        dh = da @ w_hh.T
    return dxs, dh, dw_xh, dw_hh, db


@mutant(
    en="Your backward pass adds into `grad_hs`, which belongs to the caller.",
    zh="你的反向过程往 `grad_hs` 里做了累加，而它是调用者的。",
)
def adds_into_grad_hs(
    xs: Tensor, h0: Tensor, w_xh: Tensor, w_hh: Tensor, b: Tensor, grad_hs: Tensor
) -> tuple[Tensor, Tensor, Tensor, Tensor, Tensor]:
    states = [h0]
    for x in xs:
        states.append(torch.tanh(x @ w_xh + states[-1] @ w_hh + b))
    dxs, dh = torch.empty_like(xs), torch.zeros_like(h0)
    dw_xh, dw_hh, db = torch.zeros_like(w_xh), torch.zeros_like(w_hh), torch.zeros_like(b)
    for t in reversed(range(len(xs))):
        dh = grad_hs[t].add_(dh)
        da = dh * (1 - states[t + 1] ** 2)
        dxs[t] = da @ w_xh.T
        dw_xh += xs[t].T @ da
        dw_hh += states[t].T @ da
        db += da.sum(dim=0)
        dh = da @ w_hh.T
    return dxs, dh, dw_xh, dw_hh, db
