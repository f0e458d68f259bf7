"""Plausible wrong versions of `multibox_prior`, each with its misconception."""

from __future__ import annotations

import math
from collections.abc import Sequence

import torch
from torch import Tensor

from grader.mutants import mutant


@mutant(
    en="Your `multibox_prior` uses all n * m pairs; only those with the first size or the first ratio are asked for.",
    zh="你的 `multibox_prior` 用了全部 n·m 对大小与宽高比；只需要含第一个大小或第一个宽高比的那些。",
)
def combines_everything(
    height: int,
    width: int,
    sizes: Sequence[float],
    ratios: Sequence[float],
    *,
    dtype: torch.dtype = torch.float32,
    device: torch.device | str | None = None,
) -> Tensor:
    pairs = [(size, ratio) for size in sizes for ratio in ratios]
    sides = [(size * math.sqrt(ratio) * height / width, size / math.sqrt(ratio)) for size, ratio in pairs]
    half = torch.tensor(sides, dtype=dtype, device=device) / 2
    center_y = (torch.arange(height, dtype=dtype, device=device) + 0.5) / height
    center_x = (torch.arange(width, dtype=dtype, device=device) + 0.5) / width
    grid_y, grid_x = torch.meshgrid(center_y, center_x, indexing="ij")
    centers = torch.stack((grid_x, grid_y), dim=-1).reshape(-1, 1, 2)
    return torch.cat((centers - half, centers + half), dim=-1).reshape(-1, 4)


@mutant(
    en="Your `multibox_prior` has n + m boxes per pixel: the pair of the first size and the first ratio occurs twice.",
    zh="你的 `multibox_prior` 每个像素有 n + m 个框：第一个大小与第一个宽高比的组合出现了两次。",
)
def counts_the_first_pair_twice(
    height: int,
    width: int,
    sizes: Sequence[float],
    ratios: Sequence[float],
    *,
    dtype: torch.dtype = torch.float32,
    device: torch.device | str | None = None,
) -> Tensor:
    pairs = [(sizes[0], ratio) for ratio in ratios] + [(size, ratios[0]) for size in sizes]
    sides = [(size * math.sqrt(ratio) * height / width, size / math.sqrt(ratio)) for size, ratio in pairs]
    half = torch.tensor(sides, dtype=dtype, device=device) / 2
    center_y = (torch.arange(height, dtype=dtype, device=device) + 0.5) / height
    center_x = (torch.arange(width, dtype=dtype, device=device) + 0.5) / width
    grid_y, grid_x = torch.meshgrid(center_y, center_x, indexing="ij")
    centers = torch.stack((grid_x, grid_y), dim=-1).reshape(-1, 1, 2)
    return torch.cat((centers - half, centers + half), dim=-1).reshape(-1, 4)


@mutant(
    en="Your `multibox_prior` lists all sizes first; the first size with every ratio comes before the other sizes.",
    zh="你的 `multibox_prior` 先列出各个大小的组合；应当先列各个宽高比，再列其余的大小。",
)
def sizes_first(
    height: int,
    width: int,
    sizes: Sequence[float],
    ratios: Sequence[float],
    *,
    dtype: torch.dtype = torch.float32,
    device: torch.device | str | None = None,
) -> Tensor:
    pairs = [(size, ratios[0]) for size in sizes] + [(sizes[0], ratio) for ratio in ratios[1:]]
    sides = [(size * math.sqrt(ratio) * height / width, size / math.sqrt(ratio)) for size, ratio in pairs]
    half = torch.tensor(sides, dtype=dtype, device=device) / 2
    center_y = (torch.arange(height, dtype=dtype, device=device) + 0.5) / height
    center_x = (torch.arange(width, dtype=dtype, device=device) + 0.5) / width
    grid_y, grid_x = torch.meshgrid(center_y, center_x, indexing="ij")
    centers = torch.stack((grid_x, grid_y), dim=-1).reshape(-1, 1, 2)
    return torch.cat((centers - half, centers + half), dim=-1).reshape(-1, 4)


@mutant(
    en="Your `multibox_prior` puts the centre of a box at the corner of its pixel; half a pixel is missing.",
    zh="你的 `multibox_prior` 把框的中心放在像素的角上；少加了半个像素。",
)
def centers_at_the_corner(
    height: int,
    width: int,
    sizes: Sequence[float],
    ratios: Sequence[float],
    *,
    dtype: torch.dtype = torch.float32,
    device: torch.device | str | None = None,
) -> Tensor:
    pairs = [(sizes[0], ratio) for ratio in ratios] + [(size, ratios[0]) for size in sizes[1:]]
    sides = [(size * math.sqrt(ratio) * height / width, size / math.sqrt(ratio)) for size, ratio in pairs]
    half = torch.tensor(sides, dtype=dtype, device=device) / 2
    center_y = (torch.arange(height, dtype=dtype, device=device)) / height
    center_x = (torch.arange(width, dtype=dtype, device=device)) / width
    grid_y, grid_x = torch.meshgrid(center_y, center_x, indexing="ij")
    centers = torch.stack((grid_x, grid_y), dim=-1).reshape(-1, 1, 2)
    return torch.cat((centers - half, centers + half), dim=-1).reshape(-1, 4)


@mutant(
    en="Your `multibox_prior` has x and y the wrong way round: a box is (x1, y1, x2, y2).",
    zh="你的 `multibox_prior` 把 x 与 y 弄反了：框是 (x1, y1, x2, y2)。",
)
def swaps_x_and_y(
    height: int,
    width: int,
    sizes: Sequence[float],
    ratios: Sequence[float],
    *,
    dtype: torch.dtype = torch.float32,
    device: torch.device | str | None = None,
) -> Tensor:
    pairs = [(sizes[0], ratio) for ratio in ratios] + [(size, ratios[0]) for size in sizes[1:]]
    sides = [(size * math.sqrt(ratio) * height / width, size / math.sqrt(ratio)) for size, ratio in pairs]
    half = torch.tensor(sides, dtype=dtype, device=device) / 2
    center_y = (torch.arange(height, dtype=dtype, device=device) + 0.5) / height
    center_x = (torch.arange(width, dtype=dtype, device=device) + 0.5) / width
    grid_y, grid_x = torch.meshgrid(center_y, center_x, indexing="ij")
    centers = torch.stack((grid_x, grid_y), dim=-1).reshape(-1, 1, 2)
    return torch.cat((centers - half, centers + half), dim=-1).reshape(-1, 4)[:, [1, 0, 3, 2]]


@mutant(
    en="Your `multibox_prior` takes x of the centre from the row of a pixel and y from its column.",
    zh="你的 `multibox_prior` 把像素的行当作中心的 x、列当作 y；应当反过来。",
)
def swaps_x_and_y_of_the_centers(
    height: int,
    width: int,
    sizes: Sequence[float],
    ratios: Sequence[float],
    *,
    dtype: torch.dtype = torch.float32,
    device: torch.device | str | None = None,
) -> Tensor:
    pairs = [(sizes[0], ratio) for ratio in ratios] + [(size, ratios[0]) for size in sizes[1:]]
    sides = [(size * math.sqrt(ratio) * height / width, size / math.sqrt(ratio)) for size, ratio in pairs]
    half = torch.tensor(sides, dtype=dtype, device=device) / 2
    center_y = (torch.arange(height, dtype=dtype, device=device) + 0.5) / height
    center_x = (torch.arange(width, dtype=dtype, device=device) + 0.5) / width
    grid_y, grid_x = torch.meshgrid(center_y, center_x, indexing="ij")
    centers = torch.stack((grid_y, grid_x), dim=-1).reshape(-1, 1, 2)
    return torch.cat((centers - half, centers + half), dim=-1).reshape(-1, 4)


@mutant(
    en="Your `multibox_prior` has widths without the factor H / W, so that a ratio of 1 is no square in pixels.",
    zh="你的 `multibox_prior` 的宽度缺少因子 H / W，宽高比为 1 的框以像素计不是正方形。",
)
def forgets_the_shape_of_the_map(
    height: int,
    width: int,
    sizes: Sequence[float],
    ratios: Sequence[float],
    *,
    dtype: torch.dtype = torch.float32,
    device: torch.device | str | None = None,
) -> Tensor:
    pairs = [(sizes[0], ratio) for ratio in ratios] + [(size, ratios[0]) for size in sizes[1:]]
    sides = [(size * math.sqrt(ratio), size / math.sqrt(ratio)) for size, ratio in pairs]
    half = torch.tensor(sides, dtype=dtype, device=device) / 2
    center_y = (torch.arange(height, dtype=dtype, device=device) + 0.5) / height
    center_x = (torch.arange(width, dtype=dtype, device=device) + 0.5) / width
    grid_y, grid_x = torch.meshgrid(center_y, center_x, indexing="ij")
    centers = torch.stack((grid_x, grid_y), dim=-1).reshape(-1, 1, 2)
    return torch.cat((centers - half, centers + half), dim=-1).reshape(-1, 4)


@mutant(
    en="Your `multibox_prior` multiplies widths by W / H; the factor is H / W.",
    zh="你的 `multibox_prior` 把宽度乘以 W / H；因子应当是 H / W。",
)
def inverts_the_shape_of_the_map(
    height: int,
    width: int,
    sizes: Sequence[float],
    ratios: Sequence[float],
    *,
    dtype: torch.dtype = torch.float32,
    device: torch.device | str | None = None,
) -> Tensor:
    pairs = [(sizes[0], ratio) for ratio in ratios] + [(size, ratios[0]) for size in sizes[1:]]
    sides = [(size * math.sqrt(ratio) * width / height, size / math.sqrt(ratio)) for size, ratio in pairs]
    half = torch.tensor(sides, dtype=dtype, device=device) / 2
    center_y = (torch.arange(height, dtype=dtype, device=device) + 0.5) / height
    center_x = (torch.arange(width, dtype=dtype, device=device) + 0.5) / width
    grid_y, grid_x = torch.meshgrid(center_y, center_x, indexing="ij")
    centers = torch.stack((grid_x, grid_y), dim=-1).reshape(-1, 1, 2)
    return torch.cat((centers - half, centers + half), dim=-1).reshape(-1, 4)


@mutant(
    en="Your `multibox_prior` measures sizes by the width of the map; they are measured by its height.",
    zh="你的 `multibox_prior` 以图的宽度来衡量大小（给高度乘了 W / H）；应当以高度来衡量。",
)
def measures_by_the_width(
    height: int,
    width: int,
    sizes: Sequence[float],
    ratios: Sequence[float],
    *,
    dtype: torch.dtype = torch.float32,
    device: torch.device | str | None = None,
) -> Tensor:
    pairs = [(sizes[0], ratio) for ratio in ratios] + [(size, ratios[0]) for size in sizes[1:]]
    sides = [(size * math.sqrt(ratio), size / math.sqrt(ratio) * width / height) for size, ratio in pairs]
    half = torch.tensor(sides, dtype=dtype, device=device) / 2
    center_y = (torch.arange(height, dtype=dtype, device=device) + 0.5) / height
    center_x = (torch.arange(width, dtype=dtype, device=device) + 0.5) / width
    grid_y, grid_x = torch.meshgrid(center_y, center_x, indexing="ij")
    centers = torch.stack((grid_x, grid_y), dim=-1).reshape(-1, 1, 2)
    return torch.cat((centers - half, centers + half), dim=-1).reshape(-1, 4)


@mutant(
    en="Your `multibox_prior` makes high boxes for ratios above 1; the ratio is width over height.",
    zh="你的 `multibox_prior` 在宽高比大于 1 时得到的是高的框；宽高比是宽除以高。",
)
def inverts_the_ratio(
    height: int,
    width: int,
    sizes: Sequence[float],
    ratios: Sequence[float],
    *,
    dtype: torch.dtype = torch.float32,
    device: torch.device | str | None = None,
) -> Tensor:
    pairs = [(sizes[0], ratio) for ratio in ratios] + [(size, ratios[0]) for size in sizes[1:]]
    sides = [(size / math.sqrt(ratio) * height / width, size * math.sqrt(ratio)) for size, ratio in pairs]
    half = torch.tensor(sides, dtype=dtype, device=device) / 2
    center_y = (torch.arange(height, dtype=dtype, device=device) + 0.5) / height
    center_x = (torch.arange(width, dtype=dtype, device=device) + 0.5) / width
    grid_y, grid_x = torch.meshgrid(center_y, center_x, indexing="ij")
    centers = torch.stack((grid_x, grid_y), dim=-1).reshape(-1, 1, 2)
    return torch.cat((centers - half, centers + half), dim=-1).reshape(-1, 4)


@mutant(
    en="Your `multibox_prior` goes a full side from the centre in each direction, so that boxes are twice too large.",
    zh="你的 `multibox_prior` 从中心向每个方向都走了一整条边，框大了一倍。",
)
def full_sides_from_the_center(
    height: int,
    width: int,
    sizes: Sequence[float],
    ratios: Sequence[float],
    *,
    dtype: torch.dtype = torch.float32,
    device: torch.device | str | None = None,
) -> Tensor:
    pairs = [(sizes[0], ratio) for ratio in ratios] + [(size, ratios[0]) for size in sizes[1:]]
    sides = [(size * math.sqrt(ratio) * height / width, size / math.sqrt(ratio)) for size, ratio in pairs]
    half = torch.tensor(sides, dtype=dtype, device=device)
    center_y = (torch.arange(height, dtype=dtype, device=device) + 0.5) / height
    center_x = (torch.arange(width, dtype=dtype, device=device) + 0.5) / width
    grid_y, grid_x = torch.meshgrid(center_y, center_x, indexing="ij")
    centers = torch.stack((grid_x, grid_y), dim=-1).reshape(-1, 1, 2)
    return torch.cat((centers - half, centers + half), dim=-1).reshape(-1, 4)


@mutant(
    en="Your `multibox_prior` walks over the pixels column by column; they come row by row.",
    zh="你的 `multibox_prior` 逐列遍历像素；应当逐行遍历。",
)
def column_by_column(
    height: int,
    width: int,
    sizes: Sequence[float],
    ratios: Sequence[float],
    *,
    dtype: torch.dtype = torch.float32,
    device: torch.device | str | None = None,
) -> Tensor:
    pairs = [(sizes[0], ratio) for ratio in ratios] + [(size, ratios[0]) for size in sizes[1:]]
    sides = [(size * math.sqrt(ratio) * height / width, size / math.sqrt(ratio)) for size, ratio in pairs]
    half = torch.tensor(sides, dtype=dtype, device=device) / 2
    center_y = (torch.arange(height, dtype=dtype, device=device) + 0.5) / height
    center_x = (torch.arange(width, dtype=dtype, device=device) + 0.5) / width
    grid_y, grid_x = torch.meshgrid(center_y, center_x, indexing="xy")
    centers = torch.stack((grid_x, grid_y), dim=-1).reshape(-1, 1, 2)
    return torch.cat((centers - half, centers + half), dim=-1).reshape(-1, 4)


@mutant(
    en="Your `multibox_prior` lists all pixels for one pair, then for the next; all boxes of a pixel stand together.",
    zh="你的 `multibox_prior` 先列出一对参数在所有像素上的框，再列下一对；同一像素的框应当排在一起。",
)
def pair_by_pair(
    height: int,
    width: int,
    sizes: Sequence[float],
    ratios: Sequence[float],
    *,
    dtype: torch.dtype = torch.float32,
    device: torch.device | str | None = None,
) -> Tensor:
    pairs = [(sizes[0], ratio) for ratio in ratios] + [(size, ratios[0]) for size in sizes[1:]]
    sides = [(size * math.sqrt(ratio) * height / width, size / math.sqrt(ratio)) for size, ratio in pairs]
    half = torch.tensor(sides, dtype=dtype, device=device) / 2
    center_y = (torch.arange(height, dtype=dtype, device=device) + 0.5) / height
    center_x = (torch.arange(width, dtype=dtype, device=device) + 0.5) / width
    grid_y, grid_x = torch.meshgrid(center_y, center_x, indexing="ij")
    centers = torch.stack((grid_x, grid_y), dim=-1).reshape(-1, 1, 2)
    return torch.cat((centers - half, centers + half), dim=-1).transpose(0, 1).reshape(-1, 4)


@mutant(
    en="Your `multibox_prior` clips boxes to the image; they may reach beyond it.",
    zh="你的 `multibox_prior` 把框裁剪到图像之内；框可以超出图像。",
)
def clips_to_the_image(
    height: int,
    width: int,
    sizes: Sequence[float],
    ratios: Sequence[float],
    *,
    dtype: torch.dtype = torch.float32,
    device: torch.device | str | None = None,
) -> Tensor:
    pairs = [(sizes[0], ratio) for ratio in ratios] + [(size, ratios[0]) for size in sizes[1:]]
    sides = [(size * math.sqrt(ratio) * height / width, size / math.sqrt(ratio)) for size, ratio in pairs]
    half = torch.tensor(sides, dtype=dtype, device=device) / 2
    center_y = (torch.arange(height, dtype=dtype, device=device) + 0.5) / height
    center_x = (torch.arange(width, dtype=dtype, device=device) + 0.5) / width
    grid_y, grid_x = torch.meshgrid(center_y, center_x, indexing="ij")
    centers = torch.stack((grid_x, grid_y), dim=-1).reshape(-1, 1, 2)
    return torch.cat((centers - half, centers + half), dim=-1).reshape(-1, 4).clamp(0, 1)


@mutant(
    en="Your `multibox_prior` multiplies and divides by the ratio itself; the sides take its square root.",
    zh="你的 `multibox_prior` 乘以、除以的是宽高比本身；边长用的是它的平方根。",
)
def no_square_root(
    height: int,
    width: int,
    sizes: Sequence[float],
    ratios: Sequence[float],
    *,
    dtype: torch.dtype = torch.float32,
    device: torch.device | str | None = None,
) -> Tensor:
    pairs = [(sizes[0], ratio) for ratio in ratios] + [(size, ratios[0]) for size in sizes[1:]]
    sides = [(size * ratio * height / width, size / ratio) for size, ratio in pairs]
    half = torch.tensor(sides, dtype=dtype, device=device) / 2
    center_y = (torch.arange(height, dtype=dtype, device=device) + 0.5) / height
    center_x = (torch.arange(width, dtype=dtype, device=device) + 0.5) / width
    grid_y, grid_x = torch.meshgrid(center_y, center_x, indexing="ij")
    centers = torch.stack((grid_x, grid_y), dim=-1).reshape(-1, 1, 2)
    return torch.cat((centers - half, centers + half), dim=-1).reshape(-1, 4)


@mutant(
    en="Your `multibox_prior` applies the ratio to the width alone, so that the area changes with it.",
    zh="你的 `multibox_prior` 只把宽高比用在宽度上，面积随之改变。",
)
def ratio_only_in_the_width(
    height: int,
    width: int,
    sizes: Sequence[float],
    ratios: Sequence[float],
    *,
    dtype: torch.dtype = torch.float32,
    device: torch.device | str | None = None,
) -> Tensor:
    pairs = [(sizes[0], ratio) for ratio in ratios] + [(size, ratios[0]) for size in sizes[1:]]
    sides = [(size * ratio * height / width, size) for size, ratio in pairs]
    half = torch.tensor(sides, dtype=dtype, device=device) / 2
    center_y = (torch.arange(height, dtype=dtype, device=device) + 0.5) / height
    center_x = (torch.arange(width, dtype=dtype, device=device) + 0.5) / width
    grid_y, grid_x = torch.meshgrid(center_y, center_x, indexing="ij")
    centers = torch.stack((grid_x, grid_y), dim=-1).reshape(-1, 1, 2)
    return torch.cat((centers - half, centers + half), dim=-1).reshape(-1, 4)


@mutant(
    en="Your `multibox_prior` returns pixels; coordinates are divided by the width and the height of the map.",
    zh="你的 `multibox_prior` 返回的是像素坐标；坐标要除以图的宽和高。",
)
def not_normalised(
    height: int,
    width: int,
    sizes: Sequence[float],
    ratios: Sequence[float],
    *,
    dtype: torch.dtype = torch.float32,
    device: torch.device | str | None = None,
) -> Tensor:
    pairs = [(sizes[0], ratio) for ratio in ratios] + [(size, ratios[0]) for size in sizes[1:]]
    sides = [(size * math.sqrt(ratio) * height, size / math.sqrt(ratio) * height) for size, ratio in pairs]
    half = torch.tensor(sides, dtype=dtype, device=device) / 2
    center_y = torch.arange(height, dtype=dtype, device=device) + 0.5
    center_x = torch.arange(width, dtype=dtype, device=device) + 0.5
    grid_y, grid_x = torch.meshgrid(center_y, center_x, indexing="ij")
    centers = torch.stack((grid_x, grid_y), dim=-1).reshape(-1, 1, 2)
    return torch.cat((centers - half, centers + half), dim=-1).reshape(-1, 4)


@mutant(
    en="Your `multibox_prior` returns centres, widths and heights; corners are asked for.",
    zh="你的 `multibox_prior` 返回的是中心、宽和高；要求的是角点。",
)
def centers_and_sides(
    height: int,
    width: int,
    sizes: Sequence[float],
    ratios: Sequence[float],
    *,
    dtype: torch.dtype = torch.float32,
    device: torch.device | str | None = None,
) -> Tensor:
    pairs = [(sizes[0], ratio) for ratio in ratios] + [(size, ratios[0]) for size in sizes[1:]]
    sides = [(size * math.sqrt(ratio) * height / width, size / math.sqrt(ratio)) for size, ratio in pairs]
    half = torch.tensor(sides, dtype=dtype, device=device) / 2
    center_y = (torch.arange(height, dtype=dtype, device=device) + 0.5) / height
    center_x = (torch.arange(width, dtype=dtype, device=device) + 0.5) / width
    grid_y, grid_x = torch.meshgrid(center_y, center_x, indexing="ij")
    centers = torch.stack((grid_x, grid_y), dim=-1).reshape(-1, 1, 2)
    return torch.cat((centers.expand(-1, len(pairs), 2), 2 * half.expand(len(centers), -1, 2)), dim=-1).reshape(-1, 4)


@mutant(
    en="Your `multibox_prior` has an extra dimension of size 1 in front; the result is a matrix with one row per box.",
    zh="你的 `multibox_prior` 前面多了一个大小为 1 的维度；结果应当是每行一个框的矩阵。",
)
def adds_a_batch(
    height: int,
    width: int,
    sizes: Sequence[float],
    ratios: Sequence[float],
    *,
    dtype: torch.dtype = torch.float32,
    device: torch.device | str | None = None,
) -> Tensor:
    pairs = [(sizes[0], ratio) for ratio in ratios] + [(size, ratios[0]) for size in sizes[1:]]
    sides = [(size * math.sqrt(ratio) * height / width, size / math.sqrt(ratio)) for size, ratio in pairs]
    half = torch.tensor(sides, dtype=dtype, device=device) / 2
    center_y = (torch.arange(height, dtype=dtype, device=device) + 0.5) / height
    center_x = (torch.arange(width, dtype=dtype, device=device) + 0.5) / width
    grid_y, grid_x = torch.meshgrid(center_y, center_x, indexing="ij")
    centers = torch.stack((grid_x, grid_y), dim=-1).reshape(-1, 1, 2)
    return torch.cat((centers - half, centers + half), dim=-1).reshape(1, -1, 4)


@mutant(
    en="Your `multibox_prior` returns float32 whatever `dtype` says.",
    zh="你的 `multibox_prior` 不管 `dtype` 是什么都返回 float32。",
)
def forgets_the_dtype(
    height: int,
    width: int,
    sizes: Sequence[float],
    ratios: Sequence[float],
    *,
    dtype: torch.dtype = torch.float32,
    device: torch.device | str | None = None,
) -> Tensor:
    pairs = [(sizes[0], ratio) for ratio in ratios] + [(size, ratios[0]) for size in sizes[1:]]
    sides = [(size * math.sqrt(ratio) * height / width, size / math.sqrt(ratio)) for size, ratio in pairs]
    half = torch.tensor(sides, dtype=torch.float32, device=device) / 2
    center_y = (torch.arange(height, dtype=torch.float32, device=device) + 0.5) / height
    center_x = (torch.arange(width, dtype=torch.float32, device=device) + 0.5) / width
    grid_y, grid_x = torch.meshgrid(center_y, center_x, indexing="ij")
    centers = torch.stack((grid_x, grid_y), dim=-1).reshape(-1, 1, 2)
    return torch.cat((centers - half, centers + half), dim=-1).reshape(-1, 4)


@mutant(
    en="Your `multibox_prior` computes in float32 and converts at the end; float64 then lacks the digits.",
    zh="你的 `multibox_prior` 先用 float32 计算，最后才转换；float64 的结果因此缺少有效数字。",
)
def rounds_to_single_precision(
    height: int,
    width: int,
    sizes: Sequence[float],
    ratios: Sequence[float],
    *,
    dtype: torch.dtype = torch.float32,
    device: torch.device | str | None = None,
) -> Tensor:
    pairs = [(sizes[0], ratio) for ratio in ratios] + [(size, ratios[0]) for size in sizes[1:]]
    sides = [(size * math.sqrt(ratio) * height / width, size / math.sqrt(ratio)) for size, ratio in pairs]
    half = torch.tensor(sides, dtype=torch.float32, device=device) / 2
    center_y = (torch.arange(height, dtype=torch.float32, device=device) + 0.5) / height
    center_x = (torch.arange(width, dtype=torch.float32, device=device) + 0.5) / width
    grid_y, grid_x = torch.meshgrid(center_y, center_x, indexing="ij")
    centers = torch.stack((grid_x, grid_y), dim=-1).reshape(-1, 1, 2)
    return torch.cat((centers - half, centers + half), dim=-1).reshape(-1, 4).to(dtype)


@mutant(
    en="Your `multibox_prior` creates its boxes on the default device and ignores `device`.",
    zh="你的 `multibox_prior` 总在默认设备上创建框，忽略了 `device`。",
)
def ignores_the_device(
    height: int,
    width: int,
    sizes: Sequence[float],
    ratios: Sequence[float],
    *,
    dtype: torch.dtype = torch.float32,
    device: torch.device | str | None = None,
) -> Tensor:
    pairs = [(sizes[0], ratio) for ratio in ratios] + [(size, ratios[0]) for size in sizes[1:]]
    sides = [(size * math.sqrt(ratio) * height / width, size / math.sqrt(ratio)) for size, ratio in pairs]
    half = torch.tensor(sides, dtype=dtype) / 2
    center_y = (torch.arange(height, dtype=dtype) + 0.5) / height
    center_x = (torch.arange(width, dtype=dtype) + 0.5) / width
    grid_y, grid_x = torch.meshgrid(center_y, center_x, indexing="ij")
    centers = torch.stack((grid_x, grid_y), dim=-1).reshape(-1, 1, 2)
    return torch.cat((centers - half, centers + half), dim=-1).reshape(-1, 4)
