"""What the suite trusts: loops over numbers for the small rules, torch's own operator for batch normalisation."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional

from grader.suite import Rng

SHAPES = ((5, 3), (4, 3, 7), (3, 5, 2, 5), (2, 5, 5, 5))
"""With all sizes different, with two equal, and with the channels like every further dimension."""

SINGLES = ((1, 3, 2), (4, 1), (3, 2, 1), (3, 2, 1, 4), (2, 3, 4, 1), (2, 3, 2, 2, 1))
"""With a size of 1 in each dimension in turn; the last has one more dimension than images."""


BUT_DEVICES = (
    *("same arguments again", "arguments unchanged", "settings unchanged", "views", "float32", "gradients off"),
    *("another default dtype", "gradients"),
)
"""The promises that have nothing to do with devices."""

NO_EPS = 1e-300
"""What torch's operator is given for an eps of 0, which it refuses; added to a float64 variance it changes nothing."""


def tight(rng: Rng, *shape: int, dtype: torch.dtype = torch.float64) -> Tensor:
    """Draws numbers far from zero with a small spread, each channel around a mean of its own."""
    offsets = rng.uniform(shape[1], low=2.0, high=4.0, dtype=torch.float64)
    return (0.05 * rng.normal(*shape, dtype=torch.float64) + along_channels(offsets, len(shape))).to(dtype)


def uneven(rng: Rng, *shape: int) -> Tensor:
    """Draws numbers of both signs: channel by channel of size 1, tiny, huge, and nothing but zeros."""
    channels = shape[1]
    scales = torch.tensor([1.0, 2e-5, 3e4, 0.0], dtype=torch.float64).repeat(channels)[:channels]
    sizes = rng.uniform(*shape, low=0.5, high=2.0, dtype=torch.float64)
    return torch.where(rng.bools(*shape), sizes, -sizes) * along_channels(scales, len(shape))


def uneven_vector(rng: Rng, channels: int, shift: int = 0) -> Tensor:
    """Draws one such number for each channel, with the sizes `shift` channels further on."""
    return uneven(rng, 1, channels)[0].roll(shift)


def along_channels(values: Tensor, dims: int) -> Tensor:
    return values.reshape(1, -1, *[1] * (dims - 2))


def batch_stats_spec(x: Tensor) -> tuple[Tensor, Tensor]:
    """Goes through the channels one by one, with sums of Python floats."""
    means, variances = [], []
    for channel in range(x.shape[1]):
        values = [float(value) for value in x[:, channel].double().flatten().tolist()]
        mean = math.fsum(values) / len(values)
        means.append(mean)
        variances.append(math.fsum((value - mean) ** 2 for value in values) / len(values))
    return x.new_tensor(means), x.new_tensor(variances)


def batch_stats_gradient(x: Tensor, to_mean: Tensor, to_var: Tensor) -> Tensor:
    """Returns what flows back to `x` from cotangents of mean and variance, by the derivative worked out by hand."""
    mean, _ = batch_stats_spec(x)
    count = x.numel() // x.shape[1]
    slope = 2 * (x - along_channels(mean, x.ndim)) * along_channels(to_var, x.ndim)
    return (along_channels(to_mean, x.ndim) + slope) / count


def training_spec(case: dict[str, Any]) -> list[tuple[Tensor, Tensor]]:
    """Returns output and both buffers, as columns, after each step of a case of the probe `norm_steps`."""
    buffers = case["buffers"].double().clone()
    mean, var = buffers[:, 0].clone(), buffers[:, 1].clone()
    weight, bias = (None if part is None else part.double() for part in (case["weight"], case["bias"]))
    eps = case["eps"] or NO_EPS
    trail = []
    for training, x in case["steps"]:
        output = functional.batch_norm(x.double(), mean, var, weight, bias, training, case["momentum"], eps)
        trail.append((output.to(x.dtype), torch.stack([mean, var], 1).to(x.dtype)))
    return trail


def norm_spec(
    x: Tensor,
    running_mean: Tensor,
    running_var: Tensor,
    weight: Tensor | None,
    bias: Tensor | None,
    training: bool,
    momentum: float,
    eps: float,
) -> Tensor:
    """Returns the output of one call; the buffers stay as they are."""
    mean, var = running_mean.clone(), running_var.clone()
    return functional.batch_norm(x, mean, var, weight, bias, training, momentum, eps)


def norm_gradients_spec(case: dict[str, Any]) -> list[Tensor]:
    """Returns the gradients of x, weight and bias, as far as given, of a case of the probe `norm_gradients`."""
    given = [case["x"], case["weight"], case["bias"]]
    leaves = [None if part is None else part.clone().requires_grad_() for part in given]
    mean, var = case["buffers"][:, 0].clone(), case["buffers"][:, 1].clone()
    output = functional.batch_norm(leaves[0], mean, var, leaves[1], leaves[2], case["training"], 0.3, case["eps"])
    return gradients(output, case["cotangent"], [leaf for leaf in leaves if leaf is not None])


def backward_spec(grad_out: Tensor, x: Tensor, weight: Tensor, eps: float = 1e-5) -> tuple[Tensor, ...]:
    """Lets autograd differentiate torch's own operator in float64."""
    leaf, gamma = x.double().clone().requires_grad_(), weight.double().clone().requires_grad_()
    beta = torch.zeros_like(gamma, requires_grad=True)
    output = functional.batch_norm(leaf, None, None, gamma, beta, True, 0.1, eps)
    return tuple(part.to(x.dtype) for part in gradients(output, grad_out.double(), [leaf, gamma, beta]))


def gradients(output: Tensor, cotangent: Tensor, leaves: Sequence[Tensor]) -> list[Tensor]:
    return list(torch.autograd.grad((output * cotangent).sum(), leaves))


def module_of(features: int, dims: int, options: dict[str, Any]) -> torch.nn.Module:
    """Returns torch's own module, in float64."""
    kinds = {2: torch.nn.BatchNorm1d, 3: torch.nn.BatchNorm1d, 4: torch.nn.BatchNorm2d, 5: torch.nn.BatchNorm3d}
    eps = options.get("eps", 1e-5) or NO_EPS
    return kinds[dims](features, **{**options, "eps": eps}).double()


def module_step_spec(x: Tensor, training: bool, weight: Tensor, bias: Tensor) -> Tensor:
    """Returns what the probe `module_step` returns, from torch's own operator."""
    mean, var = torch.zeros_like(weight), torch.ones_like(weight)
    return functional.batch_norm(x, mean, var, weight, bias, training, 0.3, 1e-3)


def module_gradients_spec(case: dict[str, Any]) -> list[list[Tensor]]:
    """Returns the gradients of x and the parameters in training and in evaluation, from torch's own module."""
    module = module_of(case["x"].shape[1], case["x"].ndim, case["options"])
    module.load_state_dict(case["start"])
    found = []
    for training, batch in ((True, case["x"]), (False, case["later"])):
        leaf = batch.clone().requires_grad_()
        output = module.train(training)(leaf)
        found.append(gradients(output, case["cotangent"], [leaf, *module.parameters()]))
    return found


def life_spec(case: dict[str, Any]) -> list[dict[str, Tensor]]:
    """Returns what the probe `module_lives` returns of a case, from torch's own module."""
    options = {**dict(zip(("eps", "momentum", "affine"), case["args"], strict=False)), **case["options"]}
    module = module_of(case["features"], case["steps"][0][1].ndim, options)
    if case["start"] is not None:
        module.load_state_dict(case["start"])
    trail = []
    for training, x in case["steps"]:
        output = module.train(training)(x).detach()
        trail.append({"output": output, **{name: value.clone() for name, value in module.state_dict().items()}})
    return trail


def fold_spec(
    conv_w: Tensor, conv_b: Tensor | None, mean: Tensor, var: Tensor, weight: Tensor, bias: Tensor, eps: float = 1e-5
) -> tuple[Tensor, Tensor]:
    """Goes through the output channels one by one, in Python floats."""
    kernels, shifts = [], []
    for channel in range(conv_w.shape[0]):
        scale = float(weight[channel]) / math.sqrt(float(var[channel]) + eps)
        offset = 0.0 if conv_b is None else float(conv_b[channel])
        kernels.append(conv_w[channel].double() * scale)
        shifts.append((offset - float(mean[channel])) * scale + float(bias[channel]))
    return torch.stack(kernels).to(conv_w.dtype), conv_w.new_tensor(shifts)


def identity_spec(mean: Tensor, var: Tensor, eps: float = 1e-5) -> tuple[Tensor, Tensor]:
    return var.new_tensor([math.sqrt(value + eps) for value in var.tolist()]), mean.clone()
