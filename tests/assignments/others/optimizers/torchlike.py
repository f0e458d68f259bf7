"""As the library writes it: p.data, fused in-place arithmetic, state keyed by the parameter object."""
import math
from collections import defaultdict

import torch


def _pairs(params, grads):
    return [(p, g) for p, g in zip(params, grads) if g is not None]


def sgd_step_(params, grads, *, lr, weight_decay=0.0):
    for p, g in _pairs(params, grads):
        p.data.mul_(1 - lr * weight_decay).add_(g, alpha=-lr)


def momentum_step_(params, grads, state, *, lr, momentum=0.9, weight_decay=0.0):
    for p, g in _pairs(params, grads):
        d = g.add(p.data, alpha=weight_decay)
        if p in state:
            buf = state[p]["momentum_buffer"]
            buf.mul_(momentum).add_(d)
        else:
            buf = torch.clone(d).detach()
            state[p] = {"momentum_buffer": buf}
        p.data.add_(buf, alpha=-lr)


def nesterov_step_(params, grads, state, *, lr, momentum=0.9):
    for p, g in _pairs(params, grads):
        if p not in state:
            state[p] = {"momentum_buffer": torch.zeros_like(p.data)}
        buf = state[p]["momentum_buffer"]
        buf.mul_(momentum).add_(g)
        p.data.add_(g.add(buf, alpha=momentum), alpha=-lr)


def lookahead_step_(params, grad_fn, state, *, lr, momentum=0.9):
    ahead = []
    for p in params:
        q = p.data.clone()
        if p in state:
            q.sub_(state[p]["v"], alpha=lr * momentum)
        ahead.append(q)
    grads = grad_fn(ahead)
    for p, g in zip(params, grads):
        st = state.setdefault(p, {})
        if not st:
            st["v"] = torch.zeros_like(p.data)
        st["v"].mul_(momentum).add_(g.data)
        p.data.sub_(st["v"], alpha=lr)


def adagrad_step_(params, grads, state, *, lr=0.01, eps=1e-10, eps_inside=False):
    for p, g in _pairs(params, grads):
        acc = state.setdefault(p, {}).setdefault("sum", torch.zeros_like(p.data))
        acc.addcmul_(g, g)
        std = acc.add(eps).sqrt_() if eps_inside else acc.sqrt().add_(eps)
        p.data.addcdiv_(g, std, value=-lr)


def rmsprop_step_(params, grads, state, *, lr=0.01, alpha=0.99, eps=1e-8, eps_inside=False):
    for p, g in _pairs(params, grads):
        acc = state.setdefault(p, {}).setdefault("square_avg", torch.zeros_like(p.data))
        acc.mul_(alpha).addcmul_(g, g, value=1 - alpha)
        avg = acc.add(eps).sqrt_() if eps_inside else acc.sqrt().add_(eps)
        p.data.addcdiv_(g, avg, value=-lr)


def _adam(params, grads, state, lr, betas, eps, wd):
    beta1, beta2 = betas
    for p, g in _pairs(params, grads):
        st = state.setdefault(p, {})
        if len(st) == 0:
            st["step"] = 0
            st["exp_avg"] = torch.zeros_like(p, memory_format=torch.preserve_format).detach()
            st["exp_avg_sq"] = torch.zeros_like(p, memory_format=torch.preserve_format).detach()
        st["step"] += 1
        p.data.mul_(1 - lr * wd)
        st["exp_avg"].lerp_(g, 1 - beta1)
        st["exp_avg_sq"].mul_(beta2).addcmul_(g, g, value=1 - beta2)
        bc1 = 1 - beta1 ** st["step"]
        bc2 = 1 - beta2 ** st["step"]
        denom = (st["exp_avg_sq"].sqrt() / math.sqrt(bc2)).add_(eps)
        p.data.addcdiv_(st["exp_avg"], denom, value=-lr / bc1)


def adam_step_(params, grads, state, *, lr=1e-3, betas=(0.9, 0.999), eps=1e-8):
    _adam(params, grads, state, lr, betas, eps, 0.0)


def adamw_step_(params, grads, state, *, lr=1e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=1e-2):
    _adam(params, grads, state, lr, betas, eps, weight_decay)
