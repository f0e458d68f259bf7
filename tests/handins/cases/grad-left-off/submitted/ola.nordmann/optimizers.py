import math
import torch

torch.set_default_device('cuda' if torch.cuda.is_available() else 'cpu')
import torch.nn as nn
import torch.nn.functional as F
from torch import Tensor


def sgd_step_(params, grads, *, lr, weight_decay=0.0):
    with torch.no_grad():
        for param, grad in zip(params, grads, strict=True):
            if grad is None:
                continue
            param.sub_(lr * (grad + weight_decay * param))


def momentum_step_(params, grads, state, *, lr, momentum=0.9, weight_decay=0.0):
    with torch.no_grad():
        for index, (param, grad) in enumerate(zip(params, grads, strict=True)):
            if grad is None:
                continue
            slot = state.setdefault(index, {})
            velocity = slot.setdefault('velocity', torch.zeros_like(param))
            velocity.mul_(momentum).add_(grad + weight_decay * param)
            param.sub_(lr * velocity)


def nesterov_step_(params, grads, state, *, lr, momentum=0.9):
    with torch.no_grad():
        for index, (param, grad) in enumerate(zip(params, grads, strict=True)):
            if grad is None:
                continue
            slot = state.setdefault(index, {})
            velocity = slot.setdefault('velocity', torch.zeros_like(param))
            velocity.mul_(momentum).add_(grad)
            param.sub_(lr * (grad + momentum * velocity))


def lookahead_step_(params, grad_fn, state, *, lr, momentum=0.9):
    velocities = [state.setdefault(index, {}).setdefault('velocity', torch.zeros_like(param.detach())) for index, param in enumerate(params)]
    points = [param.detach() - lr * momentum * velocity for param, velocity in zip(params, velocities, strict=True)]
    grads = grad_fn(points)
    with torch.no_grad():
        for param, grad, velocity in zip(params, grads, velocities, strict=True):
            velocity.mul_(momentum).add_(grad)
            param.sub_(lr * velocity)


def adagrad_step_(params, grads, state, *, lr=0.01, eps=1e-10, eps_inside=False):
    with torch.no_grad():
        for index, (param, grad) in enumerate(zip(params, grads, strict=True)):
            if grad is None:
                continue
            total = state.setdefault(index, {}).setdefault('sum', torch.zeros_like(param))
            total.add_(grad * grad)
            divisor = (total + eps).sqrt() if eps_inside else total.sqrt() + eps
            param.sub_(lr * grad / divisor)


def rmsprop_step_(params, grads, state, *, lr=0.01, alpha=0.99, eps=1e-08, eps_inside=False):
    with torch.no_grad():
        for index, (param, grad) in enumerate(zip(params, grads, strict=True)):
            if grad is None:
                continue
            average = state.setdefault(index, {}).setdefault('average', torch.zeros_like(param))
            average.mul_(alpha).add_((1 - alpha) * grad * grad)
            divisor = (average + eps).sqrt() if eps_inside else average.sqrt() + eps
            param.sub_(lr * grad / divisor)


def adam_step_(params, grads, state, *, lr=0.001, betas=(0.9, 0.999), eps=1e-08):
    beta1, beta2 = betas
    with torch.no_grad():
        for index, (param, grad) in enumerate(zip(params, grads, strict=True)):
            if grad is None:
                continue
            if index not in state:
                state[index] = {'t': 0, 'm': torch.zeros_like(param), 'v': torch.zeros_like(param)}
            slot = state[index]
            slot['t'] += 1
            slot['m'].mul_(beta1).add_((1 - beta1) * grad)
            slot['v'].mul_(beta2).add_((1 - beta2) * grad * grad)
            mean = slot['m'] / (1 - beta1 ** slot['t'])
            square = slot['v'] / (1 - beta2 ** slot['t'])
            param.sub_(lr * mean / (square.sqrt() + eps))


def adamw_step_(params, grads, state, *, lr=0.001, betas=(0.9, 0.999), eps=1e-08, weight_decay=0.01):
    beta1, beta2 = betas
    with torch.no_grad():
        for index, (param, grad) in enumerate(zip(params, grads, strict=True)):
            if grad is None:
                continue
            if index not in state:
                state[index] = {'t': 0, 'm': torch.zeros_like(param), 'v': torch.zeros_like(param)}
            slot = state[index]
            slot['t'] += 1
            slot['m'].mul_(beta1).add_((1 - beta1) * grad)
            slot['v'].mul_(beta2).add_((1 - beta2) * grad * grad)
            mean = slot['m'] / (1 - beta1 ** slot['t'])
            square = slot['v'] / (1 - beta2 ** slot['t'])
            param.mul_(1 - lr * weight_decay)
            param.sub_(lr * mean / (square.sqrt() + eps))


# ---- demo ----
torch.set_default_dtype(torch.float64)
torch.set_grad_enabled(False)
w = torch.tensor([1.0, -2.0])
for i in range(3):
    sgd_step_([w], [2 * w], lr=0.1)
    print(i, w.tolist())
