#!/usr/bin/env python3
# -*- coding: latin-1 -*-
# Devoir n°8, André Lefèvre
import math
import torch


def rnn_step(x, h, w_xh, w_hh, b):
    return torch.tanh(x @ w_xh + h @ w_hh + b)


def rnn_forward(xs, h0, w_xh, w_hh, b):
    hs, h = [], h0
    for t in range(xs.shape[0]):
        h = rnn_step(xs[t], h, w_xh, w_hh, b)
        hs.append(h)
    if len(hs) == 0:
        return h0.new_zeros((0,) + tuple(h0.shape)), h0
    return torch.stack(hs), h


def rnn_bptt(xs, h0, w_xh, w_hh, b, grad_hs):
    """Rétropropagation à travers le temps, où dz est l'entrée de tanh (½ page à la main)."""
    hs, _ = rnn_forward(xs, h0, w_xh, w_hh, b)
    T = xs.shape[0]
    dW_xh, dW_hh, db = torch.zeros_like(w_xh), torch.zeros_like(w_hh), torch.zeros_like(b)
    dxs = [None] * T
    dh_après = torch.zeros_like(h0)
    for t in range(T - 1, -1, -1):
        h_prev = hs[t - 1] if t > 0 else h0
        dz = (grad_hs[t] + dh_après) * (1 - hs[t] * hs[t])
        dxs[t] = dz @ w_xh.T
        dW_xh += xs[t].T @ dz
        dW_hh += h_prev.T @ dz
        db += dz.sum(0)
        dh_après = dz @ w_hh.T
    return torch.stack(dxs), dh_après, dW_xh, dW_hh, db


def detach_state(state):
    if isinstance(state, torch.Tensor):
        return state.detach()
    if isinstance(state, tuple) and hasattr(state, "_fields"):
        return type(state)(*[detach_state(s) for s in state])
    if isinstance(state, tuple):
        return tuple(detach_state(s) for s in state)
    if isinstance(state, list):
        return [detach_state(s) for s in state]
    if isinstance(state, dict):
        return {k: detach_state(s) for k, s in state.items()}
    return state


def tbptt_grads(xs, ys, h0, w_xh, w_hh, b, k):
    if k <= 0:
        raise ValueError("k must be positive")
    W = [w.detach().clone().requires_grad_(True) for w in (w_xh, w_hh, b)]
    # somme sur tous les morceaux : Ça marche !
    total = [torch.zeros_like(w) for w in (w_xh.detach(), w_hh.detach(), b.detach())]
    h = h0.detach()
    for s in range(0, xs.shape[0], k):
        hs, h = rnn_forward(xs[s:s + k].detach(), h.detach(), *W)
        loss = 0.5 * ((hs - ys[s:s + k].detach()) ** 2).sum()
        for acc, g in zip(total, torch.autograd.grad(loss, W)):
            acc += g
    return tuple(total)


def clip_grad_norm_(grads, max_norm, eps=1e-6):
    gs = [g for g in grads if g is not None]
    norm = math.sqrt(sum(float((g ** 2).sum()) for g in gs))
    if norm > max_norm - eps:
        for g in gs:
            g *= min(1.0, max_norm / (norm + eps))
    return norm


def train_epoch(model, batches, loss_fn, optimizer, max_norm, *, carry_state):
    model.train()
    losses = []
    state = None
    for x, target in batches:
        optimizer.zero_grad()
        y, new_state = model(x, state)
        loss = loss_fn(y, target)
        loss.backward()
        clip_grad_norm_([p.grad for p in model.parameters()], max_norm)
        optimizer.step()
        losses.append(loss.item())
        state = detach_state(new_state) if carry_state else None
    return losses

# vim: set ts=4 sw=4 et fileencoding=latin-1 :
