"""Right solutions of `normalize_channels` in other styles; each gets full marks."""

from __future__ import annotations

import torch
from torch import Tensor

from grader.suite.mutants import variant


@variant
def channels_last(img: Tensor, mean: Tensor, std: Tensor) -> Tensor:
    return ((img.permute(0, 2, 3, 1) - mean) / std).permute(0, 3, 1, 2)


@variant
def channel_by_channel(img: Tensor, mean: Tensor, std: Tensor) -> Tensor:
    channels = [(img[:, c].to(mean.dtype) - mean[c]) / std[c] for c in range(img.shape[1])]
    return torch.stack(channels, dim=1)


@variant
def as_scale_and_shift(img: Tensor, mean: Tensor, std: Tensor) -> Tensor:
    scale = (1 / std).view(1, -1, 1, 1)
    return (img.to(mean.dtype) - mean.view(1, -1, 1, 1)) * scale


@variant
def as_an_affine_map(img: Tensor, mean: Tensor, std: Tensor) -> Tensor:
    scale, shift = 1 / std, mean / std
    return img * scale[None, :, None, None] - shift[None, :, None, None]
