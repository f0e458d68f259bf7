"""Right versions of `BatchNorm` in other styles than the reference."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from grader.suite.mutants import variant


@variant
class BuffersReplaced(nn.Module):
    def __init__(self, num_features: int, eps: float = 1e-5, momentum: float | None = 0.1, affine: bool = True) -> None:
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
        self.register_buffer("num_batches_tracked", torch.zeros((), dtype=torch.long))

    def forward(self, x: Tensor) -> Tensor:
        last = x.transpose(1, -1)
        mean, var = self.running_mean, self.running_var
        if self.training:
            rows = last.reshape(-1, last.shape[-1])
            if len(rows) < 2:
                raise ValueError("too few values")
            mean, var = rows.mean(0), rows.var(0, unbiased=False)
            self.num_batches_tracked += 1
            weight = 1.0 / float(self.num_batches_tracked) if self.momentum is None else self.momentum
            self.running_mean = self.running_mean.lerp(mean.detach(), weight)
            self.running_var = self.running_var.lerp(rows.detach().var(0), weight)
        normed = (last - mean) * (var + self.eps).rsqrt()
        if self.weight is not None:
            normed = normed * self.weight + self.bias
        return normed.transpose(1, -1)


@variant
class SumsAndTensorFactor(nn.Module):
    running_mean: Tensor
    running_var: Tensor
    num_batches_tracked: Tensor

    def __init__(self, num_features: int, eps: float = 1e-5, momentum: float | None = 0.1, affine: bool = True) -> None:
        super().__init__()
        self.settings = {"eps": eps, "momentum": momentum}
        for name, value in (("weight", 1.0), ("bias", 0.0)):
            parameter = nn.Parameter(torch.full((num_features,), value)) if affine else None
            self.register_parameter(name, parameter)
        for name, start in (("running_mean", 0.0), ("running_var", 1.0)):
            self.register_buffer(name, torch.full((num_features,), start))
        self.register_buffer("num_batches_tracked", torch.tensor(0))

    @torch.no_grad()
    def _track(self, mean: Tensor, var: Tensor) -> None:
        self.num_batches_tracked.add_(1)
        momentum = self.settings["momentum"]
        if momentum is None:
            momentum = self.num_batches_tracked.to(mean.dtype).reciprocal()
        for buffer, new in ((self.running_mean, mean), (self.running_var, var)):
            buffer.copy_(buffer + momentum * (new - buffer))

    def forward(self, x: Tensor) -> Tensor:
        dims = tuple(d for d in range(x.dim()) if d != 1)
        shape = [x.size(d) if d == 1 else 1 for d in range(x.dim())]
        if not self.training:
            centred = x - self.running_mean.view(shape)
            var = self.running_var.view(shape)
        else:
            n = x.numel() / x.size(1)
            if n <= 1:
                raise ValueError("training needs more than one value per channel")
            mean = x.sum(dims, keepdim=True) / n
            centred = x - mean
            var = centred.square().sum(dims, keepdim=True) / n
            self._track(mean.flatten(), var.flatten() * (n / (n - 1)))
        out = centred / torch.sqrt(var + self.settings["eps"])
        return out if self.weight is None else torch.addcmul(self.bias.view(shape), out, self.weight.view(shape))
