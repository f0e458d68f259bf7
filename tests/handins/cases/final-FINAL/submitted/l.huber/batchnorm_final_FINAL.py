import torch
from torch import nn


def _dims(x):
    return [d for d in range(x.dim()) if d != 1]


def _c(t, x):
    return t.reshape([1, -1] + [1] * (x.dim() - 2))


def batch_stats(x):
    m = x.mean(dim=_dims(x))
    v = ((x - _c(m, x)) ** 2).mean(dim=_dims(x))
    return m, v


def batch_norm(x, running_mean, running_var, weight=None, bias=None, training=False, momentum=0.1, eps=1e-5):
    if training:
        n = x.numel() / x.shape[1]
        if n < 2:
            raise ValueError("need more than one value per channel")
        m, v = batch_stats(x)
        with torch.no_grad():
            running_mean.copy_((1 - momentum) * running_mean + momentum * m)
            running_var.copy_((1 - momentum) * running_var + momentum * v * n / (n - 1))
    else:
        m, v = running_mean, running_var
    y = (x - _c(m, x)) / torch.sqrt(_c(v, x) + eps)
    if weight is not None:
        y = y * _c(weight, x)
    if bias is not None:
        y = y + _c(bias, x)
    return y


class BatchNorm(nn.Module):
    def __init__(self, num_features, eps=1e-5, momentum=0.1, affine=True):
        super().__init__()
        self.eps, self.momentum = eps, momentum
        if affine:
            self.weight = nn.Parameter(torch.ones(num_features))
            self.bias = nn.Parameter(torch.zeros(num_features))
        else:
            self.register_parameter("weight", None)
            self.register_parameter("bias", None)
        self.register_buffer("running_mean", torch.zeros(num_features))
        self.register_buffer("running_var", torch.ones(num_features))
        self.register_buffer("num_batches_tracked", torch.tensor(0, dtype=torch.long))

    def forward(self, x):
        mom = self.momentum
        if self.training:
            self.num_batches_tracked += 1
            if mom is None:
                mom = 1.0 / self.num_batches_tracked.item()
        return batch_norm(x, self.running_mean, self.running_var, self.weight, self.bias,
                          self.training, 0.0 if mom is None else mom, self.eps)


def batch_norm_backward(grad_out, x, weight, eps=1e-5):
    n = x.numel() / x.shape[1]
    m, v = batch_stats(x)
    inv = 1 / torch.sqrt(_c(v, x) + eps)
    xhat = (x - _c(m, x)) * inv
    dw = (grad_out * xhat).sum(dim=_dims(x))
    db = grad_out.sum(dim=_dims(x))
    dx = _c(weight, x) * inv / n * (n * grad_out - _c(db, x) - xhat * _c(dw, x))
    return dx, dw, db


def fold_bn(conv_w, conv_b, mean, var, weight, bias, eps=1e-5):
    s = weight / torch.sqrt(var + eps)
    b = 0 if conv_b is None else conv_b
    return conv_w * s[:, None, None, None], (b - mean) * s + bias


def identity_affine(mean, var, eps=1e-5):
    return torch.sqrt(var + eps), mean
