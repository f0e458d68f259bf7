"""Plausible wrong versions of `BatchNorm`, each with its misconception."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from grader.mutants import mutant


@mutant(
    en="Your running statistics are parameters: an optimizer would train them.",
    zh="你的滑动统计量是参数：优化器会去训练它们。",
)
class BuffersAreParameters(nn.Module):
    def __init__(self, num_features: int, eps: float = 1e-5, momentum: float | None = 0.1, affine: bool = True) -> None:
        super().__init__()
        self.eps = eps
        self.momentum = momentum
        self.weight = nn.Parameter(torch.ones(num_features)) if affine else None
        self.bias = nn.Parameter(torch.zeros(num_features)) if affine else None
        self.num_batches_tracked: Tensor
        self.running_mean = nn.Parameter(torch.zeros(num_features))
        self.running_var = nn.Parameter(torch.ones(num_features))
        self.register_buffer("num_batches_tracked", torch.tensor(0, dtype=torch.int64))

    def forward(self, x: Tensor) -> Tensor:
        if self.training:
            dims = [0, *range(2, x.ndim)]
            count = x.numel() // x.shape[1]
            if count < 2:
                raise ValueError("training needs at least 2 values per channel")
            mean, var = x.mean(dims), x.var(dims, correction=0)
            with torch.no_grad():
                self.num_batches_tracked.add_(1)
                factor = 1 / self.num_batches_tracked.item() if self.momentum is None else self.momentum
                self.running_mean.mul_(1 - factor).add_(factor * mean)
                self.running_var.mul_(1 - factor).add_(factor * var * count / (count - 1))
        else:
            mean, var = self.running_mean, self.running_var
        per_channel = [1, -1] + [1] * (x.ndim - 2)
        result = (x - mean.reshape(per_channel)) / (var + self.eps).sqrt().reshape(per_channel)
        if self.weight is not None and self.bias is not None:
            result = result * self.weight.reshape(per_channel) + self.bias.reshape(per_channel)
        return result


@mutant(
    en="Your running statistics are plain attributes: they are not part of the state and do not move with the module.",
    zh="你的滑动统计量只是普通属性：它们不在 state_dict 里，也不随模块移动。",
)
class PlainAttributes(nn.Module):
    def __init__(self, num_features: int, eps: float = 1e-5, momentum: float | None = 0.1, affine: bool = True) -> None:
        super().__init__()
        self.eps = eps
        self.momentum = momentum
        self.weight = nn.Parameter(torch.ones(num_features)) if affine else None
        self.bias = nn.Parameter(torch.zeros(num_features)) if affine else None
        self.running_mean = torch.zeros(num_features)
        self.running_var = torch.ones(num_features)
        self.num_batches_tracked = torch.tensor(0)

    def forward(self, x: Tensor) -> Tensor:
        if self.training:
            dims = [0, *range(2, x.ndim)]
            count = x.numel() // x.shape[1]
            if count < 2:
                raise ValueError("training needs at least 2 values per channel")
            mean, var = x.mean(dims), x.var(dims, correction=0)
            with torch.no_grad():
                self.num_batches_tracked.add_(1)
                factor = 1 / self.num_batches_tracked.item() if self.momentum is None else self.momentum
                self.running_mean.mul_(1 - factor).add_(factor * mean)
                self.running_var.mul_(1 - factor).add_(factor * var * count / (count - 1))
        else:
            mean, var = self.running_mean, self.running_var
        per_channel = [1, -1] + [1] * (x.ndim - 2)
        result = (x - mean.reshape(per_channel)) / (var + self.eps).sqrt().reshape(per_channel)
        if self.weight is not None and self.bias is not None:
            result = result * self.weight.reshape(per_channel) + self.bias.reshape(per_channel)
        return result


@mutant(
    en="Your buffers move with the module, but they are left out of its state.",
    zh="你的缓冲区会随模块移动，但没有进入 state_dict。",
)
class BuffersNotPersistent(nn.Module):
    def __init__(self, num_features: int, eps: float = 1e-5, momentum: float | None = 0.1, affine: bool = True) -> None:
        super().__init__()
        self.eps = eps
        self.momentum = momentum
        self.weight = nn.Parameter(torch.ones(num_features)) if affine else None
        self.bias = nn.Parameter(torch.zeros(num_features)) if affine else None
        self.running_mean: Tensor
        self.running_var: Tensor
        self.num_batches_tracked: Tensor
        self.register_buffer("running_mean", torch.zeros(num_features), persistent=False)
        self.register_buffer("running_var", torch.ones(num_features), persistent=False)
        self.register_buffer("num_batches_tracked", torch.tensor(0, dtype=torch.int64), persistent=False)

    def forward(self, x: Tensor) -> Tensor:
        if self.training:
            dims = [0, *range(2, x.ndim)]
            count = x.numel() // x.shape[1]
            if count < 2:
                raise ValueError("training needs at least 2 values per channel")
            mean, var = x.mean(dims), x.var(dims, correction=0)
            with torch.no_grad():
                self.num_batches_tracked.add_(1)
                factor = 1 / self.num_batches_tracked.item() if self.momentum is None else self.momentum
                self.running_mean.mul_(1 - factor).add_(factor * mean)
                self.running_var.mul_(1 - factor).add_(factor * var * count / (count - 1))
        else:
            mean, var = self.running_mean, self.running_var
        per_channel = [1, -1] + [1] * (x.ndim - 2)
        result = (x - mean.reshape(per_channel)) / (var + self.eps).sqrt().reshape(per_channel)
        if self.weight is not None and self.bias is not None:
            result = result * self.weight.reshape(per_channel) + self.bias.reshape(per_channel)
        return result


@mutant(
    en="Your counter is not part of the state: it has to be a buffer.",
    zh="你的计数器不在 state_dict 里：它必须是缓冲区。",
)
class CounterIsAPlainNumber(nn.Module):
    def __init__(self, num_features: int, eps: float = 1e-5, momentum: float | None = 0.1, affine: bool = True) -> None:
        super().__init__()
        self.eps = eps
        self.momentum = momentum
        self.weight = nn.Parameter(torch.ones(num_features)) if affine else None
        self.bias = nn.Parameter(torch.zeros(num_features)) if affine else None
        self.running_mean: Tensor
        self.running_var: Tensor
        self.register_buffer("running_mean", torch.zeros(num_features))
        self.register_buffer("running_var", torch.ones(num_features))
        self.num_batches_tracked = 0

    def forward(self, x: Tensor) -> Tensor:
        if self.training:
            dims = [0, *range(2, x.ndim)]
            count = x.numel() // x.shape[1]
            if count < 2:
                raise ValueError("training needs at least 2 values per channel")
            mean, var = x.mean(dims), x.var(dims, correction=0)
            with torch.no_grad():
                self.num_batches_tracked += 1
                factor = 1 / self.num_batches_tracked if self.momentum is None else self.momentum
                self.running_mean.mul_(1 - factor).add_(factor * mean)
                self.running_var.mul_(1 - factor).add_(factor * var * count / (count - 1))
        else:
            mean, var = self.running_mean, self.running_var
        per_channel = [1, -1] + [1] * (x.ndim - 2)
        result = (x - mean.reshape(per_channel)) / (var + self.eps).sqrt().reshape(per_channel)
        if self.weight is not None and self.bias is not None:
            result = result * self.weight.reshape(per_channel) + self.bias.reshape(per_channel)
        return result


@mutant(en="Your counter is a floating-point tensor; it should be int64.", zh="你的计数器是浮点张量；它应当是 int64。")
class CounterIsAFloat(nn.Module):
    def __init__(self, num_features: int, eps: float = 1e-5, momentum: float | None = 0.1, affine: bool = True) -> None:
        super().__init__()
        self.eps = eps
        self.momentum = momentum
        self.weight = nn.Parameter(torch.ones(num_features)) if affine else None
        self.bias = nn.Parameter(torch.zeros(num_features)) if affine else None
        self.running_mean: Tensor
        self.running_var: Tensor
        self.num_batches_tracked: Tensor
        self.register_buffer("running_mean", torch.zeros(num_features))
        self.register_buffer("running_var", torch.ones(num_features))
        self.register_buffer("num_batches_tracked", torch.tensor(0.0))

    def forward(self, x: Tensor) -> Tensor:
        if self.training:
            dims = [0, *range(2, x.ndim)]
            count = x.numel() // x.shape[1]
            if count < 2:
                raise ValueError("training needs at least 2 values per channel")
            mean, var = x.mean(dims), x.var(dims, correction=0)
            with torch.no_grad():
                self.num_batches_tracked.add_(1)
                factor = 1 / self.num_batches_tracked.item() if self.momentum is None else self.momentum
                self.running_mean.mul_(1 - factor).add_(factor * mean)
                self.running_var.mul_(1 - factor).add_(factor * var * count / (count - 1))
        else:
            mean, var = self.running_mean, self.running_var
        per_channel = [1, -1] + [1] * (x.ndim - 2)
        result = (x - mean.reshape(per_channel)) / (var + self.eps).sqrt().reshape(per_channel)
        if self.weight is not None and self.bias is not None:
            result = result * self.weight.reshape(per_channel) + self.bias.reshape(per_channel)
        return result


@mutant(en="Your counter has shape (1,); it should have shape ().", zh="你的计数器形状是 (1,)；应当是 ()。")
class CounterHasADimension(nn.Module):
    def __init__(self, num_features: int, eps: float = 1e-5, momentum: float | None = 0.1, affine: bool = True) -> None:
        super().__init__()
        self.eps = eps
        self.momentum = momentum
        self.weight = nn.Parameter(torch.ones(num_features)) if affine else None
        self.bias = nn.Parameter(torch.zeros(num_features)) if affine else None
        self.running_mean: Tensor
        self.running_var: Tensor
        self.num_batches_tracked: Tensor
        self.register_buffer("running_mean", torch.zeros(num_features))
        self.register_buffer("running_var", torch.ones(num_features))
        self.register_buffer("num_batches_tracked", torch.zeros(1, dtype=torch.int64))

    def forward(self, x: Tensor) -> Tensor:
        if self.training:
            dims = [0, *range(2, x.ndim)]
            count = x.numel() // x.shape[1]
            if count < 2:
                raise ValueError("training needs at least 2 values per channel")
            mean, var = x.mean(dims), x.var(dims, correction=0)
            with torch.no_grad():
                self.num_batches_tracked.add_(1)
                factor = 1 / self.num_batches_tracked.item() if self.momentum is None else self.momentum
                self.running_mean.mul_(1 - factor).add_(factor * mean)
                self.running_var.mul_(1 - factor).add_(factor * var * count / (count - 1))
        else:
            mean, var = self.running_mean, self.running_var
        per_channel = [1, -1] + [1] * (x.ndim - 2)
        result = (x - mean.reshape(per_channel)) / (var + self.eps).sqrt().reshape(per_channel)
        if self.weight is not None and self.bias is not None:
            result = result * self.weight.reshape(per_channel) + self.bias.reshape(per_channel)
        return result


@mutant(en="Your counter stays where it was.", zh="你的计数器一直不变。")
class CounterNeverCounts(nn.Module):
    def __init__(self, num_features: int, eps: float = 1e-5, momentum: float | None = 0.1, affine: bool = True) -> None:
        super().__init__()
        self.eps = eps
        self.momentum = momentum
        self.weight = nn.Parameter(torch.ones(num_features)) if affine else None
        self.bias = nn.Parameter(torch.zeros(num_features)) if affine else None
        self.running_mean: Tensor
        self.running_var: Tensor
        self.num_batches_tracked: Tensor
        self.register_buffer("running_mean", torch.zeros(num_features))
        self.register_buffer("running_var", torch.ones(num_features))
        self.register_buffer("num_batches_tracked", torch.tensor(0, dtype=torch.int64))

    def forward(self, x: Tensor) -> Tensor:
        if self.training:
            dims = [0, *range(2, x.ndim)]
            count = x.numel() // x.shape[1]
            if count < 2:
                raise ValueError("training needs at least 2 values per channel")
            mean, var = x.mean(dims), x.var(dims, correction=0)
            with torch.no_grad():
                factor = 1 / (self.num_batches_tracked.item() + 1) if self.momentum is None else self.momentum
                self.running_mean.mul_(1 - factor).add_(factor * mean)
                self.running_var.mul_(1 - factor).add_(factor * var * count / (count - 1))
        else:
            mean, var = self.running_mean, self.running_var
        per_channel = [1, -1] + [1] * (x.ndim - 2)
        result = (x - mean.reshape(per_channel)) / (var + self.eps).sqrt().reshape(per_channel)
        if self.weight is not None and self.bias is not None:
            result = result * self.weight.reshape(per_channel) + self.bias.reshape(per_channel)
        return result


@mutant(en="Your counter counts evaluations too.", zh="你的计数器在评估模式下也计数。")
class CounterCountsInEvaluation(nn.Module):
    def __init__(self, num_features: int, eps: float = 1e-5, momentum: float | None = 0.1, affine: bool = True) -> None:
        super().__init__()
        self.eps = eps
        self.momentum = momentum
        self.weight = nn.Parameter(torch.ones(num_features)) if affine else None
        self.bias = nn.Parameter(torch.zeros(num_features)) if affine else None
        self.running_mean: Tensor
        self.running_var: Tensor
        self.num_batches_tracked: Tensor
        self.register_buffer("running_mean", torch.zeros(num_features))
        self.register_buffer("running_var", torch.ones(num_features))
        self.register_buffer("num_batches_tracked", torch.tensor(0, dtype=torch.int64))

    def forward(self, x: Tensor) -> Tensor:
        if self.training:
            dims = [0, *range(2, x.ndim)]
            count = x.numel() // x.shape[1]
            if count < 2:
                raise ValueError("training needs at least 2 values per channel")
            mean, var = x.mean(dims), x.var(dims, correction=0)
            with torch.no_grad():
                self.num_batches_tracked.add_(1)
                factor = 1 / self.num_batches_tracked.item() if self.momentum is None else self.momentum
                self.running_mean.mul_(1 - factor).add_(factor * mean)
                self.running_var.mul_(1 - factor).add_(factor * var * count / (count - 1))
        else:
            self.num_batches_tracked.add_(1)
            mean, var = self.running_mean, self.running_var
        per_channel = [1, -1] + [1] * (x.ndim - 2)
        result = (x - mean.reshape(per_channel)) / (var + self.eps).sqrt().reshape(per_channel)
        if self.weight is not None and self.bias is not None:
            result = result * self.weight.reshape(per_channel) + self.bias.reshape(per_channel)
        return result


@mutant(
    en="Your cumulative average does not go on from a loaded counter.", zh="加载计数器之后，你的累积平均没有从它继续。"
)
class CountIsLostOnLoading(nn.Module):
    def __init__(self, num_features: int, eps: float = 1e-5, momentum: float | None = 0.1, affine: bool = True) -> None:
        super().__init__()
        self.eps = eps
        self.momentum = momentum
        self.weight = nn.Parameter(torch.ones(num_features)) if affine else None
        self.bias = nn.Parameter(torch.zeros(num_features)) if affine else None
        self.running_mean: Tensor
        self.running_var: Tensor
        self.num_batches_tracked: Tensor
        self.register_buffer("running_mean", torch.zeros(num_features))
        self.register_buffer("running_var", torch.ones(num_features))
        self.register_buffer("num_batches_tracked", torch.tensor(0, dtype=torch.int64))
        self.seen = 0

    def forward(self, x: Tensor) -> Tensor:
        if self.training:
            dims = [0, *range(2, x.ndim)]
            count = x.numel() // x.shape[1]
            if count < 2:
                raise ValueError("training needs at least 2 values per channel")
            mean, var = x.mean(dims), x.var(dims, correction=0)
            with torch.no_grad():
                self.num_batches_tracked.add_(1)
                self.seen += 1
                factor = 1 / self.seen if self.momentum is None else self.momentum
                self.running_mean.mul_(1 - factor).add_(factor * mean)
                self.running_var.mul_(1 - factor).add_(factor * var * count / (count - 1))
        else:
            mean, var = self.running_mean, self.running_var
        per_channel = [1, -1] + [1] * (x.ndim - 2)
        result = (x - mean.reshape(per_channel)) / (var + self.eps).sqrt().reshape(per_channel)
        if self.weight is not None and self.bias is not None:
            result = result * self.weight.reshape(per_channel) + self.bias.reshape(per_channel)
        return result


@mutant(
    en="Your `momentum=None` acts like 0.1 instead of making a plain average.",
    zh="你的 `momentum=None` 等同于 0.1，而不是求普通平均。",
)
class NoneIsTenPercent(nn.Module):
    def __init__(self, num_features: int, eps: float = 1e-5, momentum: float | None = 0.1, affine: bool = True) -> None:
        super().__init__()
        self.eps = eps
        self.momentum = momentum
        self.weight = nn.Parameter(torch.ones(num_features)) if affine else None
        self.bias = nn.Parameter(torch.zeros(num_features)) if affine else None
        self.running_mean: Tensor
        self.running_var: Tensor
        self.num_batches_tracked: Tensor
        self.register_buffer("running_mean", torch.zeros(num_features))
        self.register_buffer("running_var", torch.ones(num_features))
        self.register_buffer("num_batches_tracked", torch.tensor(0, dtype=torch.int64))

    def forward(self, x: Tensor) -> Tensor:
        if self.training:
            dims = [0, *range(2, x.ndim)]
            count = x.numel() // x.shape[1]
            if count < 2:
                raise ValueError("training needs at least 2 values per channel")
            mean, var = x.mean(dims), x.var(dims, correction=0)
            with torch.no_grad():
                self.num_batches_tracked.add_(1)
                factor = 0.1 if self.momentum is None else self.momentum
                self.running_mean.mul_(1 - factor).add_(factor * mean)
                self.running_var.mul_(1 - factor).add_(factor * var * count / (count - 1))
        else:
            mean, var = self.running_mean, self.running_var
        per_channel = [1, -1] + [1] * (x.ndim - 2)
        result = (x - mean.reshape(per_channel)) / (var + self.eps).sqrt().reshape(per_channel)
        if self.weight is not None and self.bias is not None:
            result = result * self.weight.reshape(per_channel) + self.bias.reshape(per_channel)
        return result


@mutant(en="Your `momentum=0.0` acts like None.", zh="你的 `momentum=0.0` 被当成了 None。")
class ZeroIsNone(nn.Module):
    def __init__(self, num_features: int, eps: float = 1e-5, momentum: float | None = 0.1, affine: bool = True) -> None:
        super().__init__()
        self.eps = eps
        self.momentum = momentum
        self.weight = nn.Parameter(torch.ones(num_features)) if affine else None
        self.bias = nn.Parameter(torch.zeros(num_features)) if affine else None
        self.running_mean: Tensor
        self.running_var: Tensor
        self.num_batches_tracked: Tensor
        self.register_buffer("running_mean", torch.zeros(num_features))
        self.register_buffer("running_var", torch.ones(num_features))
        self.register_buffer("num_batches_tracked", torch.tensor(0, dtype=torch.int64))

    def forward(self, x: Tensor) -> Tensor:
        if self.training:
            dims = [0, *range(2, x.ndim)]
            count = x.numel() // x.shape[1]
            if count < 2:
                raise ValueError("training needs at least 2 values per channel")
            mean, var = x.mean(dims), x.var(dims, correction=0)
            with torch.no_grad():
                self.num_batches_tracked.add_(1)
                factor = self.momentum or 1 / self.num_batches_tracked.item()
                self.running_mean.mul_(1 - factor).add_(factor * mean)
                self.running_var.mul_(1 - factor).add_(factor * var * count / (count - 1))
        else:
            mean, var = self.running_mean, self.running_var
        per_channel = [1, -1] + [1] * (x.ndim - 2)
        result = (x - mean.reshape(per_channel)) / (var + self.eps).sqrt().reshape(per_channel)
        if self.weight is not None and self.bias is not None:
            result = result * self.weight.reshape(per_channel) + self.bias.reshape(per_channel)
        return result


@mutant(
    en="Your cumulative average gives batch k the weight 1/(k + 1).", zh="你的累积平均给第 k 个批量的权重是 1/(k + 1)。"
)
class AverageOneBehind(nn.Module):
    def __init__(self, num_features: int, eps: float = 1e-5, momentum: float | None = 0.1, affine: bool = True) -> None:
        super().__init__()
        self.eps = eps
        self.momentum = momentum
        self.weight = nn.Parameter(torch.ones(num_features)) if affine else None
        self.bias = nn.Parameter(torch.zeros(num_features)) if affine else None
        self.running_mean: Tensor
        self.running_var: Tensor
        self.num_batches_tracked: Tensor
        self.register_buffer("running_mean", torch.zeros(num_features))
        self.register_buffer("running_var", torch.ones(num_features))
        self.register_buffer("num_batches_tracked", torch.tensor(0, dtype=torch.int64))

    def forward(self, x: Tensor) -> Tensor:
        if self.training:
            dims = [0, *range(2, x.ndim)]
            count = x.numel() // x.shape[1]
            if count < 2:
                raise ValueError("training needs at least 2 values per channel")
            mean, var = x.mean(dims), x.var(dims, correction=0)
            with torch.no_grad():
                self.num_batches_tracked.add_(1)
                factor = 1 / (self.num_batches_tracked.item() + 1) if self.momentum is None else self.momentum
                self.running_mean.mul_(1 - factor).add_(factor * mean)
                self.running_var.mul_(1 - factor).add_(factor * var * count / (count - 1))
        else:
            mean, var = self.running_mean, self.running_var
        per_channel = [1, -1] + [1] * (x.ndim - 2)
        result = (x - mean.reshape(per_channel)) / (var + self.eps).sqrt().reshape(per_channel)
        if self.weight is not None and self.bias is not None:
            result = result * self.weight.reshape(per_channel) + self.bias.reshape(per_channel)
        return result


@mutant(
    en="Your `momentum` weighs the old value of the buffers; here it is the weight of the new one.",
    zh="你的 `momentum` 是缓冲区旧值的权重；这里它应当是新值的权重。",
)
class MomentumRolesSwapped(nn.Module):
    def __init__(self, num_features: int, eps: float = 1e-5, momentum: float | None = 0.1, affine: bool = True) -> None:
        super().__init__()
        self.eps = eps
        self.momentum = momentum
        self.weight = nn.Parameter(torch.ones(num_features)) if affine else None
        self.bias = nn.Parameter(torch.zeros(num_features)) if affine else None
        self.running_mean: Tensor
        self.running_var: Tensor
        self.num_batches_tracked: Tensor
        self.register_buffer("running_mean", torch.zeros(num_features))
        self.register_buffer("running_var", torch.ones(num_features))
        self.register_buffer("num_batches_tracked", torch.tensor(0, dtype=torch.int64))

    def forward(self, x: Tensor) -> Tensor:
        if self.training:
            dims = [0, *range(2, x.ndim)]
            count = x.numel() // x.shape[1]
            if count < 2:
                raise ValueError("training needs at least 2 values per channel")
            mean, var = x.mean(dims), x.var(dims, correction=0)
            with torch.no_grad():
                self.num_batches_tracked.add_(1)
                factor = 1 / self.num_batches_tracked.item() if self.momentum is None else 1 - self.momentum
                self.running_mean.mul_(1 - factor).add_(factor * mean)
                self.running_var.mul_(1 - factor).add_(factor * var * count / (count - 1))
        else:
            mean, var = self.running_mean, self.running_var
        per_channel = [1, -1] + [1] * (x.ndim - 2)
        result = (x - mean.reshape(per_channel)) / (var + self.eps).sqrt().reshape(per_channel)
        if self.weight is not None and self.bias is not None:
            result = result * self.weight.reshape(per_channel) + self.bias.reshape(per_channel)
        return result


@mutant(
    en="Your running variance takes up the biased variance; it should store the unbiased one.",
    zh="你的 running_var 吸收的是有偏方差；它应当存无偏方差。",
)
class BiasedRunningVariance(nn.Module):
    def __init__(self, num_features: int, eps: float = 1e-5, momentum: float | None = 0.1, affine: bool = True) -> None:
        super().__init__()
        self.eps = eps
        self.momentum = momentum
        self.weight = nn.Parameter(torch.ones(num_features)) if affine else None
        self.bias = nn.Parameter(torch.zeros(num_features)) if affine else None
        self.running_mean: Tensor
        self.running_var: Tensor
        self.num_batches_tracked: Tensor
        self.register_buffer("running_mean", torch.zeros(num_features))
        self.register_buffer("running_var", torch.ones(num_features))
        self.register_buffer("num_batches_tracked", torch.tensor(0, dtype=torch.int64))

    def forward(self, x: Tensor) -> Tensor:
        if self.training:
            dims = [0, *range(2, x.ndim)]
            count = x.numel() // x.shape[1]
            if count < 2:
                raise ValueError("training needs at least 2 values per channel")
            mean, var = x.mean(dims), x.var(dims, correction=0)
            with torch.no_grad():
                self.num_batches_tracked.add_(1)
                factor = 1 / self.num_batches_tracked.item() if self.momentum is None else self.momentum
                self.running_mean.mul_(1 - factor).add_(factor * mean)
                self.running_var.mul_(1 - factor).add_(factor * var)
        else:
            mean, var = self.running_mean, self.running_var
        per_channel = [1, -1] + [1] * (x.ndim - 2)
        result = (x - mean.reshape(per_channel)) / (var + self.eps).sqrt().reshape(per_channel)
        if self.weight is not None and self.bias is not None:
            result = result * self.weight.reshape(per_channel) + self.bias.reshape(per_channel)
        return result


@mutant(
    en="Your training step normalises with the unbiased variance; the biased one belongs there.",
    zh="你的训练步用无偏方差做规范化；那里应当用有偏方差。",
)
class UnbiasedNormalisation(nn.Module):
    def __init__(self, num_features: int, eps: float = 1e-5, momentum: float | None = 0.1, affine: bool = True) -> None:
        super().__init__()
        self.eps = eps
        self.momentum = momentum
        self.weight = nn.Parameter(torch.ones(num_features)) if affine else None
        self.bias = nn.Parameter(torch.zeros(num_features)) if affine else None
        self.running_mean: Tensor
        self.running_var: Tensor
        self.num_batches_tracked: Tensor
        self.register_buffer("running_mean", torch.zeros(num_features))
        self.register_buffer("running_var", torch.ones(num_features))
        self.register_buffer("num_batches_tracked", torch.tensor(0, dtype=torch.int64))

    def forward(self, x: Tensor) -> Tensor:
        if self.training:
            dims = [0, *range(2, x.ndim)]
            count = x.numel() // x.shape[1]
            if count < 2:
                raise ValueError("training needs at least 2 values per channel")
            mean, var = x.mean(dims), x.var(dims, correction=0)
            with torch.no_grad():
                self.num_batches_tracked.add_(1)
                factor = 1 / self.num_batches_tracked.item() if self.momentum is None else self.momentum
                self.running_mean.mul_(1 - factor).add_(factor * mean)
                self.running_var.mul_(1 - factor).add_(factor * var * count / (count - 1))
            var = var * count / (count - 1)
        else:
            mean, var = self.running_mean, self.running_var
        per_channel = [1, -1] + [1] * (x.ndim - 2)
        result = (x - mean.reshape(per_channel)) / (var + self.eps).sqrt().reshape(per_channel)
        if self.weight is not None and self.bias is not None:
            result = result * self.weight.reshape(per_channel) + self.bias.reshape(per_channel)
        return result


@mutant(en="Your eps is added outside the root.", zh="你的 eps 加在了根号外面。")
class EpsOutsideTheRoot(nn.Module):
    def __init__(self, num_features: int, eps: float = 1e-5, momentum: float | None = 0.1, affine: bool = True) -> None:
        super().__init__()
        self.eps = eps
        self.momentum = momentum
        self.weight = nn.Parameter(torch.ones(num_features)) if affine else None
        self.bias = nn.Parameter(torch.zeros(num_features)) if affine else None
        self.running_mean: Tensor
        self.running_var: Tensor
        self.num_batches_tracked: Tensor
        self.register_buffer("running_mean", torch.zeros(num_features))
        self.register_buffer("running_var", torch.ones(num_features))
        self.register_buffer("num_batches_tracked", torch.tensor(0, dtype=torch.int64))

    def forward(self, x: Tensor) -> Tensor:
        if self.training:
            dims = [0, *range(2, x.ndim)]
            count = x.numel() // x.shape[1]
            if count < 2:
                raise ValueError("training needs at least 2 values per channel")
            mean, var = x.mean(dims), x.var(dims, correction=0)
            with torch.no_grad():
                self.num_batches_tracked.add_(1)
                factor = 1 / self.num_batches_tracked.item() if self.momentum is None else self.momentum
                self.running_mean.mul_(1 - factor).add_(factor * mean)
                self.running_var.mul_(1 - factor).add_(factor * var * count / (count - 1))
        else:
            mean, var = self.running_mean, self.running_var
        per_channel = [1, -1] + [1] * (x.ndim - 2)
        result = (x - mean.reshape(per_channel)) / (var.sqrt() + self.eps).reshape(per_channel)
        if self.weight is not None and self.bias is not None:
            result = result * self.weight.reshape(per_channel) + self.bias.reshape(per_channel)
        return result


@mutant(en="Your module ignores `eps` and always uses 1e-5.", zh="你的模块忽略了 `eps`，总是使用 1e-5。")
class EpsIsFixed(nn.Module):
    def __init__(self, num_features: int, eps: float = 1e-5, momentum: float | None = 0.1, affine: bool = True) -> None:
        super().__init__()
        self.eps = 1e-5
        self.momentum = momentum
        self.weight = nn.Parameter(torch.ones(num_features)) if affine else None
        self.bias = nn.Parameter(torch.zeros(num_features)) if affine else None
        self.running_mean: Tensor
        self.running_var: Tensor
        self.num_batches_tracked: Tensor
        self.register_buffer("running_mean", torch.zeros(num_features))
        self.register_buffer("running_var", torch.ones(num_features))
        self.register_buffer("num_batches_tracked", torch.tensor(0, dtype=torch.int64))

    def forward(self, x: Tensor) -> Tensor:
        if self.training:
            dims = [0, *range(2, x.ndim)]
            count = x.numel() // x.shape[1]
            if count < 2:
                raise ValueError("training needs at least 2 values per channel")
            mean, var = x.mean(dims), x.var(dims, correction=0)
            with torch.no_grad():
                self.num_batches_tracked.add_(1)
                factor = 1 / self.num_batches_tracked.item() if self.momentum is None else self.momentum
                self.running_mean.mul_(1 - factor).add_(factor * mean)
                self.running_var.mul_(1 - factor).add_(factor * var * count / (count - 1))
        else:
            mean, var = self.running_mean, self.running_var
        per_channel = [1, -1] + [1] * (x.ndim - 2)
        result = (x - mean.reshape(per_channel)) / (var + self.eps).sqrt().reshape(per_channel)
        if self.weight is not None and self.bias is not None:
            result = result * self.weight.reshape(per_channel) + self.bias.reshape(per_channel)
        return result


@mutant(en="Your weight starts at 0: a new module maps everything to 0.", zh="你的权重从 0 开始：新模块的输出全是 0。")
class WeightStartsAtZero(nn.Module):
    def __init__(self, num_features: int, eps: float = 1e-5, momentum: float | None = 0.1, affine: bool = True) -> None:
        super().__init__()
        self.eps = eps
        self.momentum = momentum
        self.weight = nn.Parameter(torch.zeros(num_features)) if affine else None
        self.bias = nn.Parameter(torch.zeros(num_features)) if affine else None
        self.running_mean: Tensor
        self.running_var: Tensor
        self.num_batches_tracked: Tensor
        self.register_buffer("running_mean", torch.zeros(num_features))
        self.register_buffer("running_var", torch.ones(num_features))
        self.register_buffer("num_batches_tracked", torch.tensor(0, dtype=torch.int64))

    def forward(self, x: Tensor) -> Tensor:
        if self.training:
            dims = [0, *range(2, x.ndim)]
            count = x.numel() // x.shape[1]
            if count < 2:
                raise ValueError("training needs at least 2 values per channel")
            mean, var = x.mean(dims), x.var(dims, correction=0)
            with torch.no_grad():
                self.num_batches_tracked.add_(1)
                factor = 1 / self.num_batches_tracked.item() if self.momentum is None else self.momentum
                self.running_mean.mul_(1 - factor).add_(factor * mean)
                self.running_var.mul_(1 - factor).add_(factor * var * count / (count - 1))
        else:
            mean, var = self.running_mean, self.running_var
        per_channel = [1, -1] + [1] * (x.ndim - 2)
        result = (x - mean.reshape(per_channel)) / (var + self.eps).sqrt().reshape(per_channel)
        if self.weight is not None and self.bias is not None:
            result = result * self.weight.reshape(per_channel) + self.bias.reshape(per_channel)
        return result


@mutant(en="Your running variance starts at 0 instead of 1.", zh="你的 running_var 从 0 开始，而不是 1。")
class VarianceStartsAtZero(nn.Module):
    def __init__(self, num_features: int, eps: float = 1e-5, momentum: float | None = 0.1, affine: bool = True) -> None:
        super().__init__()
        self.eps = eps
        self.momentum = momentum
        self.weight = nn.Parameter(torch.ones(num_features)) if affine else None
        self.bias = nn.Parameter(torch.zeros(num_features)) if affine else None
        self.running_mean: Tensor
        self.running_var: Tensor
        self.num_batches_tracked: Tensor
        self.register_buffer("running_mean", torch.zeros(num_features))
        self.register_buffer("running_var", torch.zeros(num_features))
        self.register_buffer("num_batches_tracked", torch.tensor(0, dtype=torch.int64))

    def forward(self, x: Tensor) -> Tensor:
        if self.training:
            dims = [0, *range(2, x.ndim)]
            count = x.numel() // x.shape[1]
            if count < 2:
                raise ValueError("training needs at least 2 values per channel")
            mean, var = x.mean(dims), x.var(dims, correction=0)
            with torch.no_grad():
                self.num_batches_tracked.add_(1)
                factor = 1 / self.num_batches_tracked.item() if self.momentum is None else self.momentum
                self.running_mean.mul_(1 - factor).add_(factor * mean)
                self.running_var.mul_(1 - factor).add_(factor * var * count / (count - 1))
        else:
            mean, var = self.running_mean, self.running_var
        per_channel = [1, -1] + [1] * (x.ndim - 2)
        result = (x - mean.reshape(per_channel)) / (var + self.eps).sqrt().reshape(per_channel)
        if self.weight is not None and self.bias is not None:
            result = result * self.weight.reshape(per_channel) + self.bias.reshape(per_channel)
        return result


@mutant(
    en="Your module has weight and bias although `affine` is False.",
    zh="`affine` 为 False 时，你的模块仍有权重和偏置。",
)
class AlwaysAffine(nn.Module):
    def __init__(self, num_features: int, eps: float = 1e-5, momentum: float | None = 0.1, affine: bool = True) -> None:
        super().__init__()
        self.eps = eps
        self.momentum = momentum
        self.weight = nn.Parameter(torch.ones(num_features))
        self.bias = nn.Parameter(torch.zeros(num_features))
        self.running_mean: Tensor
        self.running_var: Tensor
        self.num_batches_tracked: Tensor
        self.register_buffer("running_mean", torch.zeros(num_features))
        self.register_buffer("running_var", torch.ones(num_features))
        self.register_buffer("num_batches_tracked", torch.tensor(0, dtype=torch.int64))

    def forward(self, x: Tensor) -> Tensor:
        if self.training:
            dims = [0, *range(2, x.ndim)]
            count = x.numel() // x.shape[1]
            if count < 2:
                raise ValueError("training needs at least 2 values per channel")
            mean, var = x.mean(dims), x.var(dims, correction=0)
            with torch.no_grad():
                self.num_batches_tracked.add_(1)
                factor = 1 / self.num_batches_tracked.item() if self.momentum is None else self.momentum
                self.running_mean.mul_(1 - factor).add_(factor * mean)
                self.running_var.mul_(1 - factor).add_(factor * var * count / (count - 1))
        else:
            mean, var = self.running_mean, self.running_var
        per_channel = [1, -1] + [1] * (x.ndim - 2)
        result = (x - mean.reshape(per_channel)) / (var + self.eps).sqrt().reshape(per_channel)
        if self.weight is not None and self.bias is not None:
            result = result * self.weight.reshape(per_channel) + self.bias.reshape(per_channel)
        return result


@mutant(en="Your weight and bias are no parameters.", zh="你的权重和偏置不是参数。")
class AffineIsNotTrainable(nn.Module):
    def __init__(self, num_features: int, eps: float = 1e-5, momentum: float | None = 0.1, affine: bool = True) -> None:
        super().__init__()
        self.eps = eps
        self.momentum = momentum
        self.weight: Tensor | None
        self.bias: Tensor | None
        self.register_buffer("weight", torch.ones(num_features) if affine else None)
        self.register_buffer("bias", torch.zeros(num_features) if affine else None)
        self.running_mean: Tensor
        self.running_var: Tensor
        self.num_batches_tracked: Tensor
        self.register_buffer("running_mean", torch.zeros(num_features))
        self.register_buffer("running_var", torch.ones(num_features))
        self.register_buffer("num_batches_tracked", torch.tensor(0, dtype=torch.int64))

    def forward(self, x: Tensor) -> Tensor:
        if self.training:
            dims = [0, *range(2, x.ndim)]
            count = x.numel() // x.shape[1]
            if count < 2:
                raise ValueError("training needs at least 2 values per channel")
            mean, var = x.mean(dims), x.var(dims, correction=0)
            with torch.no_grad():
                self.num_batches_tracked.add_(1)
                factor = 1 / self.num_batches_tracked.item() if self.momentum is None else self.momentum
                self.running_mean.mul_(1 - factor).add_(factor * mean)
                self.running_var.mul_(1 - factor).add_(factor * var * count / (count - 1))
        else:
            mean, var = self.running_mean, self.running_var
        per_channel = [1, -1] + [1] * (x.ndim - 2)
        result = (x - mean.reshape(per_channel)) / (var + self.eps).sqrt().reshape(per_channel)
        if self.weight is not None and self.bias is not None:
            result = result * self.weight.reshape(per_channel) + self.bias.reshape(per_channel)
        return result


@mutant(en="Your evaluation moves the running statistics.", zh="你的评估模式改动了滑动统计量。")
class UpdatesInEvaluation(nn.Module):
    def __init__(self, num_features: int, eps: float = 1e-5, momentum: float | None = 0.1, affine: bool = True) -> None:
        super().__init__()
        self.eps = eps
        self.momentum = momentum
        self.weight = nn.Parameter(torch.ones(num_features)) if affine else None
        self.bias = nn.Parameter(torch.zeros(num_features)) if affine else None
        self.running_mean: Tensor
        self.running_var: Tensor
        self.num_batches_tracked: Tensor
        self.register_buffer("running_mean", torch.zeros(num_features))
        self.register_buffer("running_var", torch.ones(num_features))
        self.register_buffer("num_batches_tracked", torch.tensor(0, dtype=torch.int64))

    def forward(self, x: Tensor) -> Tensor:
        if self.training:
            dims = [0, *range(2, x.ndim)]
            count = x.numel() // x.shape[1]
            if count < 2:
                raise ValueError("training needs at least 2 values per channel")
            mean, var = x.mean(dims), x.var(dims, correction=0)
            with torch.no_grad():
                self.num_batches_tracked.add_(1)
                factor = 1 / self.num_batches_tracked.item() if self.momentum is None else self.momentum
                self.running_mean.mul_(1 - factor).add_(factor * mean)
                self.running_var.mul_(1 - factor).add_(factor * var * count / (count - 1))
        else:
            mean, var = self.running_mean.clone(), self.running_var.clone()
            dims = [0, *range(2, x.ndim)]
            factor = 0.1 if self.momentum is None else self.momentum
            count = x.numel() // x.shape[1]
            with torch.no_grad():
                self.running_mean.mul_(1 - factor).add_(factor * x.mean(dims))
                self.running_var.mul_(1 - factor).add_(factor * x.var(dims, correction=int(count > 1)))
        per_channel = [1, -1] + [1] * (x.ndim - 2)
        result = (x - mean.reshape(per_channel)) / (var + self.eps).sqrt().reshape(per_channel)
        if self.weight is not None and self.bias is not None:
            result = result * self.weight.reshape(per_channel) + self.bias.reshape(per_channel)
        return result


@mutant(
    en="Your evaluation normalises with the statistics of the batch instead of the buffers.",
    zh="你的评估模式用批量的统计量做规范化，而不是用缓冲区。",
)
class BatchStatisticsInEvaluation(nn.Module):
    def __init__(self, num_features: int, eps: float = 1e-5, momentum: float | None = 0.1, affine: bool = True) -> None:
        super().__init__()
        self.eps = eps
        self.momentum = momentum
        self.weight = nn.Parameter(torch.ones(num_features)) if affine else None
        self.bias = nn.Parameter(torch.zeros(num_features)) if affine else None
        self.running_mean: Tensor
        self.running_var: Tensor
        self.num_batches_tracked: Tensor
        self.register_buffer("running_mean", torch.zeros(num_features))
        self.register_buffer("running_var", torch.ones(num_features))
        self.register_buffer("num_batches_tracked", torch.tensor(0, dtype=torch.int64))

    def forward(self, x: Tensor) -> Tensor:
        if self.training:
            dims = [0, *range(2, x.ndim)]
            count = x.numel() // x.shape[1]
            if count < 2:
                raise ValueError("training needs at least 2 values per channel")
            mean, var = x.mean(dims), x.var(dims, correction=0)
            with torch.no_grad():
                self.num_batches_tracked.add_(1)
                factor = 1 / self.num_batches_tracked.item() if self.momentum is None else self.momentum
                self.running_mean.mul_(1 - factor).add_(factor * mean)
                self.running_var.mul_(1 - factor).add_(factor * var * count / (count - 1))
        else:
            dims = [0, *range(2, x.ndim)]
            mean, var = x.mean(dims), x.var(dims, correction=0)
        per_channel = [1, -1] + [1] * (x.ndim - 2)
        result = (x - mean.reshape(per_channel)) / (var + self.eps).sqrt().reshape(per_channel)
        if self.weight is not None and self.bias is not None:
            result = result * self.weight.reshape(per_channel) + self.bias.reshape(per_channel)
        return result


@mutant(en="Your module trains in evaluation mode too.", zh="你的模块在评估模式下也在训练。")
class AlwaysTraining(nn.Module):
    def __init__(self, num_features: int, eps: float = 1e-5, momentum: float | None = 0.1, affine: bool = True) -> None:
        super().__init__()
        self.eps = eps
        self.momentum = momentum
        self.weight = nn.Parameter(torch.ones(num_features)) if affine else None
        self.bias = nn.Parameter(torch.zeros(num_features)) if affine else None
        self.running_mean: Tensor
        self.running_var: Tensor
        self.num_batches_tracked: Tensor
        self.register_buffer("running_mean", torch.zeros(num_features))
        self.register_buffer("running_var", torch.ones(num_features))
        self.register_buffer("num_batches_tracked", torch.tensor(0, dtype=torch.int64))

    def forward(self, x: Tensor) -> Tensor:
        if True:
            dims = [0, *range(2, x.ndim)]
            count = x.numel() // x.shape[1]
            if count < 2:
                raise ValueError("training needs at least 2 values per channel")
            mean, var = x.mean(dims), x.var(dims, correction=0)
            with torch.no_grad():
                self.num_batches_tracked.add_(1)
                factor = 1 / self.num_batches_tracked.item() if self.momentum is None else self.momentum
                self.running_mean.mul_(1 - factor).add_(factor * mean)
                self.running_var.mul_(1 - factor).add_(factor * var * count / (count - 1))
        else:
            mean, var = self.running_mean, self.running_var
        per_channel = [1, -1] + [1] * (x.ndim - 2)
        result = (x - mean.reshape(per_channel)) / (var + self.eps).sqrt().reshape(per_channel)
        if self.weight is not None and self.bias is not None:
            result = result * self.weight.reshape(per_channel) + self.bias.reshape(per_channel)
        return result


@mutant(
    en="Your training step normalises with the moved buffers instead of the statistics of the batch.",
    zh="你的训练步用更新后的缓冲区做规范化，而不是用批量的统计量。",
)
class RunningStatisticsInTraining(nn.Module):
    def __init__(self, num_features: int, eps: float = 1e-5, momentum: float | None = 0.1, affine: bool = True) -> None:
        super().__init__()
        self.eps = eps
        self.momentum = momentum
        self.weight = nn.Parameter(torch.ones(num_features)) if affine else None
        self.bias = nn.Parameter(torch.zeros(num_features)) if affine else None
        self.running_mean: Tensor
        self.running_var: Tensor
        self.num_batches_tracked: Tensor
        self.register_buffer("running_mean", torch.zeros(num_features))
        self.register_buffer("running_var", torch.ones(num_features))
        self.register_buffer("num_batches_tracked", torch.tensor(0, dtype=torch.int64))

    def forward(self, x: Tensor) -> Tensor:
        if self.training:
            dims = [0, *range(2, x.ndim)]
            count = x.numel() // x.shape[1]
            if count < 2:
                raise ValueError("training needs at least 2 values per channel")
            mean, var = x.mean(dims), x.var(dims, correction=0)
            with torch.no_grad():
                self.num_batches_tracked.add_(1)
                factor = 1 / self.num_batches_tracked.item() if self.momentum is None else self.momentum
                self.running_mean.mul_(1 - factor).add_(factor * mean)
                self.running_var.mul_(1 - factor).add_(factor * var * count / (count - 1))
            mean, var = self.running_mean.clone(), self.running_var.clone()
        else:
            mean, var = self.running_mean, self.running_var
        per_channel = [1, -1] + [1] * (x.ndim - 2)
        result = (x - mean.reshape(per_channel)) / (var + self.eps).sqrt().reshape(per_channel)
        if self.weight is not None and self.bias is not None:
            result = result * self.weight.reshape(per_channel) + self.bias.reshape(per_channel)
        return result


@mutant(
    en="Your batch mean and variance are cut off from the graph: the values are right, the input's gradient is not.",
    zh="你的批量均值和方差与计算图断开了：值是对的，但输入的梯度不对。",
)
class StatisticsDetached(nn.Module):
    def __init__(self, num_features: int, eps: float = 1e-5, momentum: float | None = 0.1, affine: bool = True) -> None:
        super().__init__()
        self.eps = eps
        self.momentum = momentum
        self.weight = nn.Parameter(torch.ones(num_features)) if affine else None
        self.bias = nn.Parameter(torch.zeros(num_features)) if affine else None
        self.running_mean: Tensor
        self.running_var: Tensor
        self.num_batches_tracked: Tensor
        self.register_buffer("running_mean", torch.zeros(num_features))
        self.register_buffer("running_var", torch.ones(num_features))
        self.register_buffer("num_batches_tracked", torch.tensor(0, dtype=torch.int64))

    def forward(self, x: Tensor) -> Tensor:
        if self.training:
            dims = [0, *range(2, x.ndim)]
            count = x.numel() // x.shape[1]
            if count < 2:
                raise ValueError("training needs at least 2 values per channel")
            mean, var = x.detach().mean(dims), x.detach().var(dims, correction=0)
            with torch.no_grad():
                self.num_batches_tracked.add_(1)
                factor = 1 / self.num_batches_tracked.item() if self.momentum is None else self.momentum
                self.running_mean.mul_(1 - factor).add_(factor * mean)
                self.running_var.mul_(1 - factor).add_(factor * var * count / (count - 1))
        else:
            mean, var = self.running_mean, self.running_var
        per_channel = [1, -1] + [1] * (x.ndim - 2)
        result = (x - mean.reshape(per_channel)) / (var + self.eps).sqrt().reshape(per_channel)
        if self.weight is not None and self.bias is not None:
            result = result * self.weight.reshape(per_channel) + self.bias.reshape(per_channel)
        return result


@mutant(
    en="Your buffers keep the graph of the batch: gradients of later outputs flow back into earlier batches.",
    zh="你的缓冲区保留了批量的计算图：之后输出的梯度会流回之前的批量。",
)
class BuffersKeepTheGraph(nn.Module):
    def __init__(self, num_features: int, eps: float = 1e-5, momentum: float | None = 0.1, affine: bool = True) -> None:
        super().__init__()
        self.eps = eps
        self.momentum = momentum
        self.weight = nn.Parameter(torch.ones(num_features)) if affine else None
        self.bias = nn.Parameter(torch.zeros(num_features)) if affine else None
        self.running_mean: Tensor
        self.running_var: Tensor
        self.num_batches_tracked: Tensor
        self.register_buffer("running_mean", torch.zeros(num_features))
        self.register_buffer("running_var", torch.ones(num_features))
        self.register_buffer("num_batches_tracked", torch.tensor(0, dtype=torch.int64))

    def forward(self, x: Tensor) -> Tensor:
        if self.training:
            dims = [0, *range(2, x.ndim)]
            count = x.numel() // x.shape[1]
            if count < 2:
                raise ValueError("training needs at least 2 values per channel")
            mean, var = x.mean(dims), x.var(dims, correction=0)
            with torch.no_grad():
                self.num_batches_tracked.add_(1)
                factor = 1 / self.num_batches_tracked.item() if self.momentum is None else self.momentum
            self.running_mean = (1 - factor) * self.running_mean + factor * mean
            self.running_var = (1 - factor) * self.running_var + factor * var * count / (count - 1)
        else:
            mean, var = self.running_mean, self.running_var
        per_channel = [1, -1] + [1] * (x.ndim - 2)
        result = (x - mean.reshape(per_channel)) / (var + self.eps).sqrt().reshape(per_channel)
        if self.weight is not None and self.bias is not None:
            result = result * self.weight.reshape(per_channel) + self.bias.reshape(per_channel)
        return result


@mutant(
    en="Your training step accepts a single value per channel; it has to raise ValueError.",
    zh="你的训练步接受了每个通道只有一个值的批量；应当抛出 ValueError。",
)
class NoRefusal(nn.Module):
    def __init__(self, num_features: int, eps: float = 1e-5, momentum: float | None = 0.1, affine: bool = True) -> None:
        super().__init__()
        self.eps = eps
        self.momentum = momentum
        self.weight = nn.Parameter(torch.ones(num_features)) if affine else None
        self.bias = nn.Parameter(torch.zeros(num_features)) if affine else None
        self.running_mean: Tensor
        self.running_var: Tensor
        self.num_batches_tracked: Tensor
        self.register_buffer("running_mean", torch.zeros(num_features))
        self.register_buffer("running_var", torch.ones(num_features))
        self.register_buffer("num_batches_tracked", torch.tensor(0, dtype=torch.int64))

    def forward(self, x: Tensor) -> Tensor:
        if self.training:
            dims = [0, *range(2, x.ndim)]
            mean, var = x.mean(dims), x.var(dims, correction=0)
            with torch.no_grad():
                self.num_batches_tracked.add_(1)
                factor = 1 / self.num_batches_tracked.item() if self.momentum is None else self.momentum
                self.running_mean.mul_(1 - factor).add_(factor * mean)
                self.running_var.mul_(1 - factor).add_(factor * x.var(dims))
        else:
            mean, var = self.running_mean, self.running_var
        per_channel = [1, -1] + [1] * (x.ndim - 2)
        result = (x - mean.reshape(per_channel)) / (var + self.eps).sqrt().reshape(per_channel)
        if self.weight is not None and self.bias is not None:
            result = result * self.weight.reshape(per_channel) + self.bias.reshape(per_channel)
        return result


@mutant(
    en="Your module refuses single values in evaluation too, where they are allowed.",
    zh="你的模块在评估模式下也拒绝单个值，而那是允许的。",
)
class RefusesInEvaluation(nn.Module):
    def __init__(self, num_features: int, eps: float = 1e-5, momentum: float | None = 0.1, affine: bool = True) -> None:
        super().__init__()
        self.eps = eps
        self.momentum = momentum
        self.weight = nn.Parameter(torch.ones(num_features)) if affine else None
        self.bias = nn.Parameter(torch.zeros(num_features)) if affine else None
        self.running_mean: Tensor
        self.running_var: Tensor
        self.num_batches_tracked: Tensor
        self.register_buffer("running_mean", torch.zeros(num_features))
        self.register_buffer("running_var", torch.ones(num_features))
        self.register_buffer("num_batches_tracked", torch.tensor(0, dtype=torch.int64))

    def forward(self, x: Tensor) -> Tensor:
        if x.numel() // x.shape[1] < 2:
            raise ValueError("at least 2 values per channel")
        if self.training:
            dims = [0, *range(2, x.ndim)]
            count = x.numel() // x.shape[1]
            if count < 2:
                raise ValueError("training needs at least 2 values per channel")
            mean, var = x.mean(dims), x.var(dims, correction=0)
            with torch.no_grad():
                self.num_batches_tracked.add_(1)
                factor = 1 / self.num_batches_tracked.item() if self.momentum is None else self.momentum
                self.running_mean.mul_(1 - factor).add_(factor * mean)
                self.running_var.mul_(1 - factor).add_(factor * var * count / (count - 1))
        else:
            mean, var = self.running_mean, self.running_var
        per_channel = [1, -1] + [1] * (x.ndim - 2)
        result = (x - mean.reshape(per_channel)) / (var + self.eps).sqrt().reshape(per_channel)
        if self.weight is not None and self.bias is not None:
            result = result * self.weight.reshape(per_channel) + self.bias.reshape(per_channel)
        return result
