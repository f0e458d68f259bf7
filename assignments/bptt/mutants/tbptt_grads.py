"""Plausible wrong versions of `tbptt_grads`, each with its misconception."""

from __future__ import annotations

import torch
from torch import Tensor

from grader.mutants import mutant


@mutant(
    en="Your state brings a graph into the next chunk that is freed already: the backward pass there fails.",
    zh="你的状态把计算图带进了下一段，那里的反向传播因此出错：那张图已被上一段释放。",
)
def forgets_to_detach(
    xs: Tensor, ys: Tensor, h0: Tensor, w_xh: Tensor, w_hh: Tensor, b: Tensor, k: int
) -> tuple[Tensor, Tensor, Tensor]:
    if k <= 0:
        raise ValueError("a chunk has at least one step")
    weights = [weight.detach().requires_grad_() for weight in (w_xh, w_hh, b)]
    dw_xh, dw_hh, db = (torch.zeros_like(weight) for weight in weights)
    h = h0.detach()
    for start in range(0, len(xs), k):
        h, loss = h, xs.new_zeros(())
        for x, y in zip(xs[start : start + k], ys[start : start + k], strict=True):
            h = torch.tanh(x @ weights[0] + h @ weights[1] + weights[2])
            loss = loss + 0.5 * (h - y).square().sum()
        grads = torch.autograd.grad(loss, weights)
        dw_xh, dw_hh, db = dw_xh + grads[0], dw_hh + grads[1], db + grads[2]
    return dw_xh, dw_hh, db


@mutant(
    en="Your gradient is that of the whole sequence, whatever k is: it does not stop at the borders of the chunks.",
    zh="不论 k 是多少，你的梯度都是整个序列的：它没有在段的边界停下。",
)
def full_gradient(
    xs: Tensor, ys: Tensor, h0: Tensor, w_xh: Tensor, w_hh: Tensor, b: Tensor, k: int
) -> tuple[Tensor, Tensor, Tensor]:
    if k <= 0:
        raise ValueError("a chunk has at least one step")
    weights = [weight.detach().requires_grad_() for weight in (w_xh, w_hh, b)]
    dw_xh, dw_hh, db = (torch.zeros_like(weight) for weight in weights)
    h = h0.detach()
    for start in range(0, len(xs), k):
        h, loss = h, xs.new_zeros(())
        for x, y in zip(xs[start : start + k], ys[start : start + k], strict=True):
            h = torch.tanh(x @ weights[0] + h @ weights[1] + weights[2])
            loss = loss + 0.5 * (h - y).square().sum()
        grads = torch.autograd.grad(loss, weights, retain_graph=True)
        dw_xh, dw_hh, db = dw_xh + grads[0], dw_hh + grads[1], db + grads[2]
    return dw_xh, dw_hh, db


@mutant(
    en="Your chunks start from zeros: the value of the state is lost at the borders, only its gradient should be.",
    zh="你的每一段都从零出发：边界上连状态的值也丢了，其实只该丢掉梯度。",
)
def starts_every_chunk_from_zeros(
    xs: Tensor, ys: Tensor, h0: Tensor, w_xh: Tensor, w_hh: Tensor, b: Tensor, k: int
) -> tuple[Tensor, Tensor, Tensor]:
    if k <= 0:
        raise ValueError("a chunk has at least one step")
    weights = [weight.detach().requires_grad_() for weight in (w_xh, w_hh, b)]
    dw_xh, dw_hh, db = (torch.zeros_like(weight) for weight in weights)
    h = h0.detach()
    for start in range(0, len(xs), k):
        h, loss = (h if start == 0 else torch.zeros_like(h0)), xs.new_zeros(())
        for x, y in zip(xs[start : start + k], ys[start : start + k], strict=True):
            h = torch.tanh(x @ weights[0] + h @ weights[1] + weights[2])
            loss = loss + 0.5 * (h - y).square().sum()
        grads = torch.autograd.grad(loss, weights)
        dw_xh, dw_hh, db = dw_xh + grads[0], dw_hh + grads[1], db + grads[2]
    return dw_xh, dw_hh, db


@mutant(
    en="Your chunks all start from h0: the value of the state is to pass the borders.",
    zh="你的每一段都从 h0 出发；状态的值应当越过边界。",
)
def starts_every_chunk_from_h0(
    xs: Tensor, ys: Tensor, h0: Tensor, w_xh: Tensor, w_hh: Tensor, b: Tensor, k: int
) -> tuple[Tensor, Tensor, Tensor]:
    if k <= 0:
        raise ValueError("a chunk has at least one step")
    weights = [weight.detach().requires_grad_() for weight in (w_xh, w_hh, b)]
    dw_xh, dw_hh, db = (torch.zeros_like(weight) for weight in weights)
    h = h0.detach()
    for start in range(0, len(xs), k):
        h, loss = h0.detach(), xs.new_zeros(())
        for x, y in zip(xs[start : start + k], ys[start : start + k], strict=True):
            h = torch.tanh(x @ weights[0] + h @ weights[1] + weights[2])
            loss = loss + 0.5 * (h - y).square().sum()
        grads = torch.autograd.grad(loss, weights)
        dw_xh, dw_hh, db = dw_xh + grads[0], dw_hh + grads[1], db + grads[2]
    return dw_xh, dw_hh, db


@mutant(
    en="Your first chunk starts from zeros and not from h0.",
    zh="你的第一段从零出发，而不是从 h0 出发。",
)
def ignores_h0(
    xs: Tensor, ys: Tensor, h0: Tensor, w_xh: Tensor, w_hh: Tensor, b: Tensor, k: int
) -> tuple[Tensor, Tensor, Tensor]:
    if k <= 0:
        raise ValueError("a chunk has at least one step")
    weights = [weight.detach().requires_grad_() for weight in (w_xh, w_hh, b)]
    dw_xh, dw_hh, db = (torch.zeros_like(weight) for weight in weights)
    h = torch.zeros_like(h0)
    for start in range(0, len(xs), k):
        h, loss = h.detach(), xs.new_zeros(())
        for x, y in zip(xs[start : start + k], ys[start : start + k], strict=True):
            h = torch.tanh(x @ weights[0] + h @ weights[1] + weights[2])
            loss = loss + 0.5 * (h - y).square().sum()
        grads = torch.autograd.grad(loss, weights)
        dw_xh, dw_hh, db = dw_xh + grads[0], dw_hh + grads[1], db + grads[2]
    return dw_xh, dw_hh, db


@mutant(
    en="Your state is detached at every step, whatever k is: gradients never go back further than one step.",
    zh="不论 k 是多少，你在每一步都 detach 了状态：梯度最多往回走一步。",
)
def detaches_every_step(
    xs: Tensor, ys: Tensor, h0: Tensor, w_xh: Tensor, w_hh: Tensor, b: Tensor, k: int
) -> tuple[Tensor, Tensor, Tensor]:
    if k <= 0:
        raise ValueError("a chunk has at least one step")
    weights = [weight.detach().requires_grad_() for weight in (w_xh, w_hh, b)]
    dw_xh, dw_hh, db = (torch.zeros_like(weight) for weight in weights)
    h = h0.detach()
    for start in range(0, len(xs), k):
        h, loss = h.detach(), xs.new_zeros(())
        for x, y in zip(xs[start : start + k], ys[start : start + k], strict=True):
            h = torch.tanh(x @ weights[0] + h.detach() @ weights[1] + weights[2])
            loss = loss + 0.5 * (h - y).square().sum()
        grads = torch.autograd.grad(loss, weights)
        dw_xh, dw_hh, db = dw_xh + grads[0], dw_hh + grads[1], db + grads[2]
    return dw_xh, dw_hh, db


@mutant(
    en="Your last chunk is left out when it is shorter than k.",
    zh="最后一段比 k 短时，你把它丢掉了。",
)
def drops_the_short_chunk(
    xs: Tensor, ys: Tensor, h0: Tensor, w_xh: Tensor, w_hh: Tensor, b: Tensor, k: int
) -> tuple[Tensor, Tensor, Tensor]:
    if k <= 0:
        raise ValueError("a chunk has at least one step")
    weights = [weight.detach().requires_grad_() for weight in (w_xh, w_hh, b)]
    dw_xh, dw_hh, db = (torch.zeros_like(weight) for weight in weights)
    h = h0.detach()
    for start in range(0, len(xs) - k + 1, k):
        h, loss = h.detach(), xs.new_zeros(())
        for x, y in zip(xs[start : start + k], ys[start : start + k], strict=True):
            h = torch.tanh(x @ weights[0] + h @ weights[1] + weights[2])
            loss = loss + 0.5 * (h - y).square().sum()
        grads = torch.autograd.grad(loss, weights)
        dw_xh, dw_hh, db = dw_xh + grads[0], dw_hh + grads[1], db + grads[2]
    return dw_xh, dw_hh, db


@mutant(
    en="Your chunks are aligned at the end: the short one comes first instead of last.",
    zh="你的分段是从末尾对齐的：较短的一段在最前面，而不是在最后。",
)
def short_chunk_first(
    xs: Tensor, ys: Tensor, h0: Tensor, w_xh: Tensor, w_hh: Tensor, b: Tensor, k: int
) -> tuple[Tensor, Tensor, Tensor]:
    if k <= 0:
        raise ValueError("a chunk has at least one step")
    weights = [weight.detach().requires_grad_() for weight in (w_xh, w_hh, b)]
    h, loss = h0.detach(), xs.new_zeros(())
    for t in range(len(xs)):
        if (len(xs) - t) % k == 0:
            h = h.detach()
        h = torch.tanh(xs[t] @ weights[0] + h @ weights[1] + weights[2])
        loss = loss + 0.5 * (h - ys[t]).square().sum()
    dw_xh, dw_hh, db = torch.autograd.grad(loss, weights)
    return dw_xh, dw_hh, db


@mutant(
    en="Your borders lie one step early: the first chunk has k − 1 steps.",
    zh="你的边界早了一步：第一段只有 k − 1 步。",
)
def border_one_step_early(
    xs: Tensor, ys: Tensor, h0: Tensor, w_xh: Tensor, w_hh: Tensor, b: Tensor, k: int
) -> tuple[Tensor, Tensor, Tensor]:
    if k <= 0:
        raise ValueError("a chunk has at least one step")
    weights = [weight.detach().requires_grad_() for weight in (w_xh, w_hh, b)]
    h, loss = h0.detach(), xs.new_zeros(())
    for t in range(len(xs)):
        if (t + 1) % k == 0:
            h = h.detach()
        h = torch.tanh(xs[t] @ weights[0] + h @ weights[1] + weights[2])
        loss = loss + 0.5 * (h - ys[t]).square().sum()
    dw_xh, dw_hh, db = torch.autograd.grad(loss, weights)
    return dw_xh, dw_hh, db


@mutant(
    en="Your borders lie one step late: the first chunk has k + 1 steps.",
    zh="你的边界晚了一步：第一段有 k + 1 步。",
)
def border_one_step_late(
    xs: Tensor, ys: Tensor, h0: Tensor, w_xh: Tensor, w_hh: Tensor, b: Tensor, k: int
) -> tuple[Tensor, Tensor, Tensor]:
    if k <= 0:
        raise ValueError("a chunk has at least one step")
    weights = [weight.detach().requires_grad_() for weight in (w_xh, w_hh, b)]
    h, loss = h0.detach(), xs.new_zeros(())
    for t in range(len(xs)):
        if t > 1 and (t - 1) % k == 0:
            h = h.detach()
        h = torch.tanh(xs[t] @ weights[0] + h @ weights[1] + weights[2])
        loss = loss + 0.5 * (h - ys[t]).square().sum()
    dw_xh, dw_hh, db = torch.autograd.grad(loss, weights)
    return dw_xh, dw_hh, db


@mutant(
    en="Your chunks have k + 1 steps.",
    zh="你的每一段有 k + 1 步。",
)
def chunks_of_k_plus_one(
    xs: Tensor, ys: Tensor, h0: Tensor, w_xh: Tensor, w_hh: Tensor, b: Tensor, k: int
) -> tuple[Tensor, Tensor, Tensor]:
    if k <= 0:
        raise ValueError("a chunk has at least one step")
    weights = [weight.detach().requires_grad_() for weight in (w_xh, w_hh, b)]
    h, loss = h0.detach(), xs.new_zeros(())
    for t in range(len(xs)):
        if t % (k + 1) == 0:
            h = h.detach()
        h = torch.tanh(xs[t] @ weights[0] + h @ weights[1] + weights[2])
        loss = loss + 0.5 * (h - ys[t]).square().sum()
    dw_xh, dw_hh, db = torch.autograd.grad(loss, weights)
    return dw_xh, dw_hh, db


@mutant(
    en="Your gradients are those of the last chunk only: they are overwritten where they should be added.",
    zh="你的梯度只是最后一段的：应当相加，却被覆盖了。",
)
def last_chunk_only(
    xs: Tensor, ys: Tensor, h0: Tensor, w_xh: Tensor, w_hh: Tensor, b: Tensor, k: int
) -> tuple[Tensor, Tensor, Tensor]:
    if k <= 0:
        raise ValueError("a chunk has at least one step")
    weights = [weight.detach().requires_grad_() for weight in (w_xh, w_hh, b)]
    dw_xh, dw_hh, db = (torch.zeros_like(weight) for weight in weights)
    h = h0.detach()
    for start in range(0, len(xs), k):
        h, loss = h.detach(), xs.new_zeros(())
        for x, y in zip(xs[start : start + k], ys[start : start + k], strict=True):
            h = torch.tanh(x @ weights[0] + h @ weights[1] + weights[2])
            loss = loss + 0.5 * (h - y).square().sum()
        grads = torch.autograd.grad(loss, weights)
        dw_xh, dw_hh, db = grads
    return dw_xh, dw_hh, db


@mutant(
    en="Your gradients are averaged over the chunks; they are summed.",
    zh="你的梯度对各段取了平均；应当求和。",
)
def averages_over_chunks(
    xs: Tensor, ys: Tensor, h0: Tensor, w_xh: Tensor, w_hh: Tensor, b: Tensor, k: int
) -> tuple[Tensor, Tensor, Tensor]:
    if k <= 0:
        raise ValueError("a chunk has at least one step")
    weights = [weight.detach().requires_grad_() for weight in (w_xh, w_hh, b)]
    dw_xh, dw_hh, db = (torch.zeros_like(weight) for weight in weights)
    h = h0.detach()
    for start in range(0, len(xs), k):
        h, loss = h.detach(), xs.new_zeros(())
        for x, y in zip(xs[start : start + k], ys[start : start + k], strict=True):
            h = torch.tanh(x @ weights[0] + h @ weights[1] + weights[2])
            loss = loss + 0.5 * (h - y).square().sum()
        grads = torch.autograd.grad(loss, weights)
        dw_xh, dw_hh, db = dw_xh + grads[0], dw_hh + grads[1], db + grads[2]
    chunks = len(range(0, len(xs), k))
    return dw_xh / chunks, dw_hh / chunks, db / chunks


@mutant(
    en="Your loss lacks the factor ½: all gradients are twice as large.",
    zh="你的损失漏了系数 ½：所有梯度都大了一倍。",
)
def forgets_the_half(
    xs: Tensor, ys: Tensor, h0: Tensor, w_xh: Tensor, w_hh: Tensor, b: Tensor, k: int
) -> tuple[Tensor, Tensor, Tensor]:
    if k <= 0:
        raise ValueError("a chunk has at least one step")
    weights = [weight.detach().requires_grad_() for weight in (w_xh, w_hh, b)]
    dw_xh, dw_hh, db = (torch.zeros_like(weight) for weight in weights)
    h = h0.detach()
    for start in range(0, len(xs), k):
        h, loss = h.detach(), xs.new_zeros(())
        for x, y in zip(xs[start : start + k], ys[start : start + k], strict=True):
            h = torch.tanh(x @ weights[0] + h @ weights[1] + weights[2])
            loss = loss + (h - y).square().sum()
        grads = torch.autograd.grad(loss, weights)
        dw_xh, dw_hh, db = dw_xh + grads[0], dw_hh + grads[1], db + grads[2]
    return dw_xh, dw_hh, db


@mutant(
    en="Your loss of a step is a mean over its elements; it is half the sum of their squares.",
    zh="你每一步的损失是对元素取平均；应当是平方和的一半。",
)
def means_over_elements(
    xs: Tensor, ys: Tensor, h0: Tensor, w_xh: Tensor, w_hh: Tensor, b: Tensor, k: int
) -> tuple[Tensor, Tensor, Tensor]:
    if k <= 0:
        raise ValueError("a chunk has at least one step")
    weights = [weight.detach().requires_grad_() for weight in (w_xh, w_hh, b)]
    dw_xh, dw_hh, db = (torch.zeros_like(weight) for weight in weights)
    h = h0.detach()
    for start in range(0, len(xs), k):
        h, loss = h.detach(), xs.new_zeros(())
        for x, y in zip(xs[start : start + k], ys[start : start + k], strict=True):
            h = torch.tanh(x @ weights[0] + h @ weights[1] + weights[2])
            loss = loss + 0.5 * (h - y).square().mean()
        grads = torch.autograd.grad(loss, weights)
        dw_xh, dw_hh, db = dw_xh + grads[0], dw_hh + grads[1], db + grads[2]
    return dw_xh, dw_hh, db


@mutant(
    en="Your loss is averaged over the batch; it is a sum.",
    zh="你的损失对批取了平均；应当求和。",
)
def means_over_the_batch(
    xs: Tensor, ys: Tensor, h0: Tensor, w_xh: Tensor, w_hh: Tensor, b: Tensor, k: int
) -> tuple[Tensor, Tensor, Tensor]:
    if k <= 0:
        raise ValueError("a chunk has at least one step")
    weights = [weight.detach().requires_grad_() for weight in (w_xh, w_hh, b)]
    dw_xh, dw_hh, db = (torch.zeros_like(weight) for weight in weights)
    h = h0.detach()
    for start in range(0, len(xs), k):
        h, loss = h.detach(), xs.new_zeros(())
        for x, y in zip(xs[start : start + k], ys[start : start + k], strict=True):
            h = torch.tanh(x @ weights[0] + h @ weights[1] + weights[2])
            loss = loss + 0.5 * (h - y).square().sum() / len(x)
        grads = torch.autograd.grad(loss, weights)
        dw_xh, dw_hh, db = dw_xh + grads[0], dw_hh + grads[1], db + grads[2]
    return dw_xh, dw_hh, db


@mutant(
    en="Your loss looks only at the last step of every chunk; every step has one.",
    zh="你的损失只看每一段的最后一步；其实每一步都有损失。",
)
def loss_at_the_end_of_a_chunk(
    xs: Tensor, ys: Tensor, h0: Tensor, w_xh: Tensor, w_hh: Tensor, b: Tensor, k: int
) -> tuple[Tensor, Tensor, Tensor]:
    if k <= 0:
        raise ValueError("a chunk has at least one step")
    weights = [weight.detach().requires_grad_() for weight in (w_xh, w_hh, b)]
    dw_xh, dw_hh, db = (torch.zeros_like(weight) for weight in weights)
    h = h0.detach()
    for start in range(0, len(xs), k):
        h, loss = h.detach(), xs.new_zeros(())
        for x, y in zip(xs[start : start + k], ys[start : start + k], strict=True):
            h = torch.tanh(x @ weights[0] + h @ weights[1] + weights[2])
            loss = 0.5 * (h - y).square().sum()
        grads = torch.autograd.grad(loss, weights)
        dw_xh, dw_hh, db = dw_xh + grads[0], dw_hh + grads[1], db + grads[2]
    return dw_xh, dw_hh, db


@mutant(
    en="Your function accepts a k that is not positive instead of raising ValueError.",
    zh="k 不是正数时，你的函数没有抛出 ValueError。",
)
def accepts_any_k(
    xs: Tensor, ys: Tensor, h0: Tensor, w_xh: Tensor, w_hh: Tensor, b: Tensor, k: int
) -> tuple[Tensor, Tensor, Tensor]:
    k = abs(k) or 1
    weights = [weight.detach().requires_grad_() for weight in (w_xh, w_hh, b)]
    dw_xh, dw_hh, db = (torch.zeros_like(weight) for weight in weights)
    h = h0.detach()
    for start in range(0, len(xs), k):
        h, loss = h.detach(), xs.new_zeros(())
        for x, y in zip(xs[start : start + k], ys[start : start + k], strict=True):
            h = torch.tanh(x @ weights[0] + h @ weights[1] + weights[2])
            loss = loss + 0.5 * (h - y).square().sum()
        grads = torch.autograd.grad(loss, weights)
        dw_xh, dw_hh, db = dw_xh + grads[0], dw_hh + grads[1], db + grads[2]
    return dw_xh, dw_hh, db


@mutant(
    en="Your function leaves its gradients in `.grad` of the caller's weights, and makes them require grad.",
    zh="你的函数在调用者权重的 `.grad` 里留下了梯度，还让它们变成需要梯度的。",
)
def fills_grad_of_the_arguments(
    xs: Tensor, ys: Tensor, h0: Tensor, w_xh: Tensor, w_hh: Tensor, b: Tensor, k: int
) -> tuple[Tensor, Tensor, Tensor]:
    if k <= 0:
        raise ValueError("a chunk has at least one step")
    weights = [w_xh, w_hh, b]
    for weight in weights:
        weight.requires_grad_()
        weight.grad = None
    h = h0.detach()
    for start in range(0, len(xs), k):
        h, loss = h.detach(), xs.new_zeros(())
        for x, y in zip(xs[start : start + k], ys[start : start + k], strict=True):
            h = torch.tanh(x @ w_xh + h @ w_hh + b)
            loss = loss + 0.5 * (h - y).square().sum()
        loss.backward()
    return w_xh.grad, w_hh.grad, b.grad


@mutant(
    en="Your first chunk keeps the graph of h0: a backward pass writes into its `.grad`.",
    zh="你的第一段保留了 h0 的计算图：反向传播写进了它的 `.grad`。",
)
def reaches_into_h0(
    xs: Tensor, ys: Tensor, h0: Tensor, w_xh: Tensor, w_hh: Tensor, b: Tensor, k: int
) -> tuple[Tensor, Tensor, Tensor]:
    if k <= 0:
        raise ValueError("a chunk has at least one step")
    weights = [weight.detach().clone().requires_grad_() for weight in (w_xh, w_hh, b)]
    h = h0
    for start in range(0, len(xs), k):
        h, loss = (h.detach() if start else h), xs.new_zeros(())
        for x, y in zip(xs[start : start + k], ys[start : start + k], strict=True):
            h = torch.tanh(x @ weights[0] + h @ weights[1] + weights[2])
            loss = loss + 0.5 * (h - y).square().sum()
        loss.backward()
    return weights[0].grad, weights[1].grad, weights[2].grad
