"""One generic driver, pure rules (theta, g, memory) -> (theta, memory); memory holds tuples; copy_ at the end."""
from __future__ import annotations

import math
from functools import partial

import torch


def _drive(params, grads, state, rule):
    for index, (param, grad) in enumerate(zip(params, grads, strict=True)):
        if grad is None:
            continue
        theta, g = param.detach().clone(), grad.detach()
        memory = state.get(f"param{index}")
        new_theta, memory = rule(theta, g, memory)
        state[f"param{index}"] = memory
        param.detach().copy_(new_theta)


def sgd_step_(params, grads, *, lr, weight_decay=0.0):
    def rule(th, g, _):
        return (1 - lr * weight_decay) * th - lr * g, None

    _drive(params, grads, {}, rule)


def momentum_step_(params, grads, state, *, lr, momentum=0.9, weight_decay=0.0):
    def rule(th, g, v):
        g = torch.add(g, th, alpha=weight_decay)
        v = g if v is None else torch.add(g, v, alpha=momentum)
        return torch.sub(th, v, alpha=lr), v

    _drive(params, grads, state, rule)


def nesterov_step_(params, grads, state, *, lr, momentum=0.9):
    def rule(th, g, v):
        v = g.clone() if v is None else g + v * momentum
        return th - (g + v * momentum) * lr, v

    _drive(params, grads, state, rule)


def lookahead_step_(params, grad_fn, state, *, lr, momentum=0.9):
    old = state.get("velocity") or [0.0 * p.detach() for p in params]
    ahead = tuple(torch.add(p.detach(), v, alpha=-lr * momentum) for p, v in zip(params, old))
    with torch.enable_grad():
        got = grad_fn(ahead)
    new = [torch.add(g.detach(), v, alpha=momentum) for g, v in zip(got, old)]
    for p, v in zip(params, new):
        p.detach().copy_(p.detach() - lr * v)
    state["velocity"] = new


def _divisor(s, eps, inside):
    return (s + eps).sqrt() if inside else s.sqrt() + eps


def adagrad_step_(params, grads, state, *, lr=0.01, eps=1e-10, eps_inside=False):
    def rule(th, g, s):
        s = g.square() if s is None else s + g.square()
        return th - lr * (g / _divisor(s, eps, eps_inside)), s

    _drive(params, grads, state, rule)


def rmsprop_step_(params, grads, state, *, lr=0.01, alpha=0.99, eps=1e-8, eps_inside=False):
    def rule(th, g, s):
        s = (1 - alpha) * g.square() + (0 if s is None else alpha * s)
        return th - lr * (g / _divisor(s, eps, eps_inside)), s

    _drive(params, grads, state, rule)


def _adam(th, g, memory, *, lr, betas, eps, decay):
    b1, b2 = betas
    t, m, v = memory or (0, torch.zeros_like(th), torch.zeros_like(th))
    t, m, v = t + 1, m + (1 - b1) * (g - m), v + (1 - b2) * (g * g - v)
    c1, c2 = -math.expm1(t * math.log(b1)) if b1 else 1.0, -math.expm1(t * math.log(b2)) if b2 else 1.0
    step = (m / c1) / ((v / c2).sqrt() + eps)
    return th * (1 - lr * decay) - lr * step, (t, m, v)


def adam_step_(params, grads, state, *, lr=1e-3, betas=(0.9, 0.999), eps=1e-8):
    _drive(params, grads, state, partial(_adam, lr=lr, betas=betas, eps=eps, decay=0.0))


def adamw_step_(params, grads, state, *, lr=1e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=1e-2):
    _drive(params, grads, state, partial(_adam, lr=lr, betas=betas, eps=eps, decay=weight_decay))
