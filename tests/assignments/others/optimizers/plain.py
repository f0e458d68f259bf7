import torch


@torch.no_grad()
def sgd_step_(params, grads, *, lr, weight_decay=0.0):
    for p, g in zip(params, grads):
        if g is not None:
            p -= lr * (g + weight_decay * p)


@torch.no_grad()
def momentum_step_(params, grads, state, *, lr, momentum=0.9, weight_decay=0.0):
    for i, (p, g) in enumerate(zip(params, grads)):
        if g is None:
            continue
        st = state.setdefault(i, {})
        if "v" not in st:
            st["v"] = torch.zeros_like(p)
        v = st["v"]
        v *= momentum
        v += g + weight_decay * p
        p -= lr * v


@torch.no_grad()
def nesterov_step_(params, grads, state, *, lr, momentum=0.9):
    for i, (p, g) in enumerate(zip(params, grads)):
        if g is None:
            continue
        if i not in state:
            state[i] = {"v": torch.zeros_like(p)}
        v = state[i]["v"]
        v.mul_(momentum).add_(g)
        p -= lr * (g + momentum * v)


def lookahead_step_(params, grad_fn, state, *, lr, momentum=0.9):
    vs = []
    for i, p in enumerate(params):
        vs.append(state[i]["v"] if i in state else torch.zeros_like(p).detach())
    points = [(p - lr * momentum * v).detach() for p, v in zip(params, vs)]
    grads = grad_fn(points)
    with torch.no_grad():
        for i, (p, g) in enumerate(zip(params, grads)):
            v = momentum * vs[i] + g
            state[i] = {"v": v}
            p -= lr * v


@torch.no_grad()
def adagrad_step_(params, grads, state, *, lr=0.01, eps=1e-10, eps_inside=False):
    for i, (p, g) in enumerate(zip(params, grads)):
        if g is None:
            continue
        if i not in state:
            state[i] = {"s": torch.zeros_like(p)}
        s = state[i]["s"]
        s += g * g
        d = torch.sqrt(s + eps) if eps_inside else torch.sqrt(s) + eps
        p -= lr * g / d


@torch.no_grad()
def rmsprop_step_(params, grads, state, *, lr=0.01, alpha=0.99, eps=1e-8, eps_inside=False):
    for i, (p, g) in enumerate(zip(params, grads)):
        if g is None:
            continue
        if i not in state:
            state[i] = {"s": torch.zeros_like(p)}
        s = state[i]["s"]
        s *= alpha
        s += (1 - alpha) * g * g
        d = torch.sqrt(s + eps) if eps_inside else torch.sqrt(s) + eps
        p -= lr * g / d


@torch.no_grad()
def adam_step_(params, grads, state, *, lr=1e-3, betas=(0.9, 0.999), eps=1e-8):
    b1, b2 = betas
    for i, (p, g) in enumerate(zip(params, grads)):
        if g is None:
            continue
        st = state.setdefault(i, {"t": 0, "m": torch.zeros_like(p), "v": torch.zeros_like(p)})
        st["t"] += 1
        st["m"] = b1 * st["m"] + (1 - b1) * g
        st["v"] = b2 * st["v"] + (1 - b2) * g ** 2
        mh = st["m"] / (1 - b1 ** st["t"])
        vh = st["v"] / (1 - b2 ** st["t"])
        p -= lr * mh / (vh.sqrt() + eps)


def adamw_step_(params, grads, state, *, lr=1e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=1e-2):
    with torch.no_grad():
        for p, g in zip(params, grads):
            if g is not None:
                p *= 1 - lr * weight_decay
    adam_step_(params, grads, state, lr=lr, betas=betas, eps=eps)
