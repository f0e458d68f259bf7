"""Plausible wrong versions of `normalize_channels`, each with its misconception."""

from __future__ import annotations

import torch
from torch import Tensor

from grader.mutants import mutant


@mutant(
    en="Your `normalize_channels` lets `mean` and `std` line up with the width instead of the channels.",
    zh="你的 `normalize_channels` 让 `mean` 和 `std` 与宽度对齐，而不是与通道对齐。",
)
def broadcasts_on_the_width(img: Tensor, mean: Tensor, std: Tensor) -> Tensor:
    return (img - mean) / std


@mutant(
    en="Your `normalize_channels` lets `mean` and `std` line up with the height instead of the channels.",
    zh="你的 `normalize_channels` 让 `mean` 和 `std` 与高度对齐，而不是与通道对齐。",
)
def broadcasts_on_the_height(img: Tensor, mean: Tensor, std: Tensor) -> Tensor:
    return (img - mean[:, None]) / std[:, None]


@mutant(
    en="Your `normalize_channels` lets `mean` and `std` line up with the batch instead of the channels.",
    zh="你的 `normalize_channels` 让 `mean` 和 `std` 与批量维度对齐，而不是与通道对齐。",
)
def broadcasts_on_the_batch(img: Tensor, mean: Tensor, std: Tensor) -> Tensor:
    return (img - mean[:, None, None, None]) / std[:, None, None, None]


@mutant(
    en="Your `normalize_channels` changes the image in place; the argument has to stay as it is.",
    zh="你的 `normalize_channels` 就地修改了图像；参数应当保持不变。",
)
def changes_the_image(img: Tensor, mean: Tensor, std: Tensor) -> Tensor:
    if img.dtype == mean.dtype and not img.requires_grad:
        img -= mean[:, None, None]
        return img / std[:, None, None]
    return (img - mean[:, None, None]) / std[:, None, None]


@mutant(
    en="Your `normalize_channels` gives the result the dtype of the image; it has the dtype of `mean`.",
    zh="你的 `normalize_channels` 让结果的 dtype 与图像相同；它应当与 `mean` 相同。",
)
def keeps_the_image_dtype(img: Tensor, mean: Tensor, std: Tensor) -> Tensor:
    return ((img - mean[:, None, None]) / std[:, None, None]).to(img.dtype)


@mutant(
    en="Your `normalize_channels` converts a uint8 image to float32 whatever the dtype of `mean`.",
    zh="不论 `mean` 的 dtype 是什么，你的 `normalize_channels` 都把结果转换为 float32。",
)
def forces_float32(img: Tensor, mean: Tensor, std: Tensor) -> Tensor:
    if img.dtype == torch.uint8:
        return (img.float() - mean.float()[:, None, None]) / std.float()[:, None, None]
    return (img - mean[:, None, None]) / std[:, None, None]


@mutant(
    en="Your `normalize_channels` computes the mean of the image itself instead of using the one it is given.",
    zh="你的 `normalize_channels` 自己计算了图像的均值，没有使用传入的 `mean`。",
)
def uses_the_mean_of_the_image(img: Tensor, mean: Tensor, std: Tensor) -> Tensor:
    own = img.to(mean.dtype).mean(dim=(0, 2, 3), keepdim=True)
    return (img - own) / std[:, None, None]
