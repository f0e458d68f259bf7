"""Hands x itself where it can, scalarises, row-by-row Hessian product, step-wise chain, op-code Node."""
from __future__ import annotations

import math
from collections import deque

import torch
import torch.nn.functional as F


def _arg(x):
    return x if x.requires_grad else x.detach().requires_grad_(True)


def _g(scalar, a, **kw):
    if not scalar.requires_grad:
        return None
    return torch.autograd.grad(scalar, a, allow_unused=True, **kw)[0]


def _or0(g, x):
    return x.detach().new_zeros(x.shape) if g is None else g.detach()


def vjp(f, x, v):
    a = _arg(x)
    return _or0(_g(torch.sum(f(a) * v), a), x)


def jacobian(f, x):
    a = _arg(x)
    y = f(a)
    rows = [_or0(_g(c, a, retain_graph=True), x) for c in y.flatten().unbind()]
    if not rows:
        return x.detach().new_empty(y.shape + x.shape)
    return torch.cat([r.reshape(-1) for r in rows]).view(y.shape + x.shape)


def hvp(f, x, v):
    a = _arg(x)
    g = _g(f(a), a, create_graph=True)
    if g is None:
        return _or0(None, x)
    out = torch.zeros(x.numel(), dtype=x.dtype, device=x.device)
    vf = v.reshape(-1)
    for i, gi in enumerate(g.reshape(-1)):
        out[i] = _or0(_g(gi, a, retain_graph=True), x).reshape(-1) @ vf
    return out.reshape(x.shape)


class SwishFn(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, beta):
        y = x * torch.special.expit(x * beta)
        ctx.beta = beta
        ctx.save_for_backward(x, y)
        return y

    @staticmethod
    def backward(ctx, grad):
        x, y = ctx.saved_tensors
        z = ctx.beta * x
        ls, lm = F.logsigmoid(z), F.logsigmoid(-z)
        return grad * (ls.exp() + z * (ls + lm).exp()), None


def stop_grad_mul(x, g):
    with torch.no_grad():
        c = g(x)
        c = c.detach() if c.requires_grad else c
    return torch.mul(x, c)


def chain_grads(x, fns):
    args, outs = [], []
    cur = x
    for fn in fns:
        a = cur.detach().requires_grad_()
        cur = fn(a)
        args.append(a)
        outs.append(cur)
    g = torch.ones_like(cur.detach())
    res = []
    for a, y in zip(reversed(args), reversed(outs)):
        res.insert(0, g)
        (g,) = torch.autograd.grad(y, a, g)
    return g, res


class Node:
    def __init__(self, value, parents=()):
        self.value = float(value)
        self.grad = 0.0
        self.parents = parents
        self.op = "leaf"
        self.const = None

    @classmethod
    def make(cls, op, value, *parents, const=None):
        n = cls(value, parents)
        n.op, n.const = op, const
        return n

    def slopes(self):
        p = self.parents
        match self.op:
            case "+":
                return 1.0, 1.0
            case "-":
                return 1.0, -1.0
            case "*":
                return p[1].value, p[0].value
            case "/":
                return 1 / p[1].value, -p[0].value / (p[1].value * p[1].value)
            case "neg":
                return (-1.0,)
            case "pow":
                return (self.const * math.pow(p[0].value, self.const - 1),)
            case "tanh":
                return (1 / math.cosh(p[0].value) ** 2 if abs(p[0].value) < 300 else 0.0,)
            case "exp":
                return (self.value,)
            case "relu":
                return (float(p[0].value > 0),)

    def backward(self):
        uses, nodes, q = {self: 0}, [], [self]
        while q:
            n = q.pop()
            nodes.append(n)
            for p in n.parents:
                if p not in uses:
                    uses[p] = 0
                    q.append(p)
                uses[p] += 1
        d = dict.fromkeys(nodes, 0.0)
        d[self] = 1.0
        ready = deque([self])
        while ready:
            n = ready.popleft()
            if n.op == "leaf":
                n.grad = n.grad + d[n]
                continue
            n.grad = d[n]
            for p, s in zip(n.parents, n.slopes()):
                d[p] += s * d[n]
                uses[p] -= 1
                if uses[p] == 0:
                    ready.append(p)

    def __neg__(self):
        return Node.make("neg", -self.value, self)

    def tanh(self):
        return Node.make("tanh", math.tanh(self.value), self)

    def exp(self):
        return Node.make("exp", math.exp(self.value), self)

    def relu(self):
        return Node.make("relu", self.value if self.value > 0 else 0.0, self)

    def __pow__(self, c):
        return Node.make("pow", math.pow(self.value, c), self, const=c)


def _binary(sym, fn):
    def fwd(a, b):
        b = b if isinstance(b, Node) else Node(b)
        return Node.make(sym, fn(a.value, b.value), a, b)

    def rev(a, b):
        return fwd(Node(b), a)

    return fwd, rev


Node.__add__, Node.__radd__ = _binary("+", lambda a, b: a + b)
Node.__sub__, Node.__rsub__ = _binary("-", lambda a, b: a - b)
Node.__mul__, Node.__rmul__ = _binary("*", lambda a, b: a * b)
Node.__truediv__, Node.__rtruediv__ = _binary("/", lambda a, b: a / b)
