"""Plausible wrong versions of `encode_offsets`, each with its misconception."""

from __future__ import annotations

import torch
from torch import Tensor

from grader.mutants import mutant


@mutant(
    en="Your `encode_offsets` measures the shift between the upper left corners; the centres are asked for.",
    zh="你的 `encode_offsets` 量的是左上角之间的位移；应当用中心。",
)
def shifts_the_corner(
    anchors: Tensor, boxes: Tensor, sigma: tuple[float, float, float, float] = (0.1, 0.1, 0.2, 0.2)
) -> Tensor:
    anchor_size, box_size = anchors[:, 2:] - anchors[:, :2], boxes[:, 2:] - boxes[:, :2]
    shift = (boxes[:, :2] - anchors[:, :2]) / anchor_size
    stretch = (box_size / anchor_size).log()
    scale = torch.tensor(sigma, dtype=anchors.dtype, device=anchors.device)
    return torch.cat((shift, stretch), dim=1) / scale


@mutant(
    en="Your `encode_offsets` divides the shift by the sides of the box; the anchor's sides are the unit.",
    zh="你的 `encode_offsets` 把位移除以了框的边长；单位应当是锚框的边长。",
)
def divides_by_the_box(
    anchors: Tensor, boxes: Tensor, sigma: tuple[float, float, float, float] = (0.1, 0.1, 0.2, 0.2)
) -> Tensor:
    anchor_size, box_size = anchors[:, 2:] - anchors[:, :2], boxes[:, 2:] - boxes[:, :2]
    anchor_center, box_center = (anchors[:, 2:] + anchors[:, :2]) / 2, (boxes[:, 2:] + boxes[:, :2]) / 2
    shift = (box_center - anchor_center) / box_size
    stretch = (box_size / anchor_size).log()
    scale = torch.tensor(sigma, dtype=anchors.dtype, device=anchors.device)
    return torch.cat((shift, stretch), dim=1) / scale


@mutant(
    en="Your `encode_offsets` does not divide the shift by the anchor's sides.",
    zh="你的 `encode_offsets` 没有把位移除以锚框的边长。",
)
def shift_in_image_units(
    anchors: Tensor, boxes: Tensor, sigma: tuple[float, float, float, float] = (0.1, 0.1, 0.2, 0.2)
) -> Tensor:
    anchor_size, box_size = anchors[:, 2:] - anchors[:, :2], boxes[:, 2:] - boxes[:, :2]
    anchor_center, box_center = (anchors[:, 2:] + anchors[:, :2]) / 2, (boxes[:, 2:] + boxes[:, :2]) / 2
    shift = box_center - anchor_center
    stretch = (box_size / anchor_size).log()
    scale = torch.tensor(sigma, dtype=anchors.dtype, device=anchors.device)
    return torch.cat((shift, stretch), dim=1) / scale


@mutant(
    en="Your `encode_offsets` multiplies by sigma; the encoding divides by it.",
    zh="你的 `encode_offsets` 乘以了 sigma；编码时应当除以它。",
)
def multiplies_by_sigma(
    anchors: Tensor, boxes: Tensor, sigma: tuple[float, float, float, float] = (0.1, 0.1, 0.2, 0.2)
) -> Tensor:
    anchor_size, box_size = anchors[:, 2:] - anchors[:, :2], boxes[:, 2:] - boxes[:, :2]
    anchor_center, box_center = (anchors[:, 2:] + anchors[:, :2]) / 2, (boxes[:, 2:] + boxes[:, :2]) / 2
    shift = (box_center - anchor_center) / anchor_size
    stretch = (box_size / anchor_size).log()
    scale = torch.tensor(sigma, dtype=anchors.dtype, device=anchors.device)
    return torch.cat((shift, stretch), dim=1) * scale


@mutant(
    en="Your `encode_offsets` takes the last two sigmas for the shift and the first two for the sides.",
    zh="你的 `encode_offsets` 把后两个 sigma 用于位移，前两个用于边长。",
)
def swaps_the_sigmas(
    anchors: Tensor, boxes: Tensor, sigma: tuple[float, float, float, float] = (0.1, 0.1, 0.2, 0.2)
) -> Tensor:
    anchor_size, box_size = anchors[:, 2:] - anchors[:, :2], boxes[:, 2:] - boxes[:, :2]
    anchor_center, box_center = (anchors[:, 2:] + anchors[:, :2]) / 2, (boxes[:, 2:] + boxes[:, :2]) / 2
    shift = (box_center - anchor_center) / anchor_size
    stretch = (box_size / anchor_size).log()
    scale = torch.tensor(sigma, dtype=anchors.dtype, device=anchors.device)
    return torch.cat((shift, stretch), dim=1) / scale[[2, 3, 0, 1]]


@mutant(
    en="Your `encode_offsets` uses the sigma of x for y and that of w for h; there are four of them.",
    zh="你的 `encode_offsets` 把 x 的 sigma 也用于 y，w 的也用于 h；sigma 共有四个。",
)
def one_sigma_for_both_axes(
    anchors: Tensor, boxes: Tensor, sigma: tuple[float, float, float, float] = (0.1, 0.1, 0.2, 0.2)
) -> Tensor:
    anchor_size, box_size = anchors[:, 2:] - anchors[:, :2], boxes[:, 2:] - boxes[:, :2]
    anchor_center, box_center = (anchors[:, 2:] + anchors[:, :2]) / 2, (boxes[:, 2:] + boxes[:, :2]) / 2
    shift = (box_center - anchor_center) / anchor_size
    stretch = (box_size / anchor_size).log()
    scale = torch.tensor(sigma, dtype=anchors.dtype, device=anchors.device)
    return torch.cat((shift, stretch), dim=1) / scale[[0, 0, 2, 2]]


@mutant(
    en="Your `encode_offsets` always divides by the default sigma and ignores the argument.",
    zh="你的 `encode_offsets` 总是除以默认的 sigma，忽略了这个参数。",
)
def ignores_sigma(
    anchors: Tensor, boxes: Tensor, sigma: tuple[float, float, float, float] = (0.1, 0.1, 0.2, 0.2)
) -> Tensor:
    anchor_size, box_size = anchors[:, 2:] - anchors[:, :2], boxes[:, 2:] - boxes[:, :2]
    anchor_center, box_center = (anchors[:, 2:] + anchors[:, :2]) / 2, (boxes[:, 2:] + boxes[:, :2]) / 2
    shift = (box_center - anchor_center) / anchor_size
    stretch = (box_size / anchor_size).log()
    scale = torch.tensor((0.1, 0.1, 0.2, 0.2), dtype=anchors.dtype, device=anchors.device)
    return torch.cat((shift, stretch), dim=1) / scale


@mutant(en="Your `encode_offsets` does not divide by sigma.", zh="你的 `encode_offsets` 没有除以 sigma。")
def forgets_sigma(
    anchors: Tensor, boxes: Tensor, sigma: tuple[float, float, float, float] = (0.1, 0.1, 0.2, 0.2)
) -> Tensor:
    anchor_size, box_size = anchors[:, 2:] - anchors[:, :2], boxes[:, 2:] - boxes[:, :2]
    anchor_center, box_center = (anchors[:, 2:] + anchors[:, :2]) / 2, (boxes[:, 2:] + boxes[:, :2]) / 2
    shift = (box_center - anchor_center) / anchor_size
    stretch = (box_size / anchor_size).log()
    return torch.cat((shift, stretch), dim=1)


@mutant(
    en="Your `encode_offsets` uses the ratio of the sides itself; its logarithm is asked for.",
    zh="你的 `encode_offsets` 用的是边长之比本身；应当取它的对数。",
)
def no_logarithm(
    anchors: Tensor, boxes: Tensor, sigma: tuple[float, float, float, float] = (0.1, 0.1, 0.2, 0.2)
) -> Tensor:
    anchor_size, box_size = anchors[:, 2:] - anchors[:, :2], boxes[:, 2:] - boxes[:, :2]
    anchor_center, box_center = (anchors[:, 2:] + anchors[:, :2]) / 2, (boxes[:, 2:] + boxes[:, :2]) / 2
    shift = (box_center - anchor_center) / anchor_size
    stretch = box_size / anchor_size
    scale = torch.tensor(sigma, dtype=anchors.dtype, device=anchors.device)
    return torch.cat((shift, stretch), dim=1) / scale


@mutant(
    en="Your `encode_offsets` uses the ratio of the sides minus 1; the logarithm of the ratio is asked for.",
    zh="你的 `encode_offsets` 用的是边长的相对增长（比值减 1）；应当取比值的对数。",
)
def relative_growth(
    anchors: Tensor, boxes: Tensor, sigma: tuple[float, float, float, float] = (0.1, 0.1, 0.2, 0.2)
) -> Tensor:
    anchor_size, box_size = anchors[:, 2:] - anchors[:, :2], boxes[:, 2:] - boxes[:, :2]
    anchor_center, box_center = (anchors[:, 2:] + anchors[:, :2]) / 2, (boxes[:, 2:] + boxes[:, :2]) / 2
    shift = (box_center - anchor_center) / anchor_size
    stretch = box_size / anchor_size - 1
    scale = torch.tensor(sigma, dtype=anchors.dtype, device=anchors.device)
    return torch.cat((shift, stretch), dim=1) / scale


@mutant(
    en="Your `encode_offsets` takes the logarithm of anchor over box; it is box over anchor.",
    zh="你的 `encode_offsets` 取的是锚框比框的对数；应当是框比锚框。",
)
def inverts_the_ratio(
    anchors: Tensor, boxes: Tensor, sigma: tuple[float, float, float, float] = (0.1, 0.1, 0.2, 0.2)
) -> Tensor:
    anchor_size, box_size = anchors[:, 2:] - anchors[:, :2], boxes[:, 2:] - boxes[:, :2]
    anchor_center, box_center = (anchors[:, 2:] + anchors[:, :2]) / 2, (boxes[:, 2:] + boxes[:, :2]) / 2
    shift = (box_center - anchor_center) / anchor_size
    stretch = (anchor_size / box_size).log()
    scale = torch.tensor(sigma, dtype=anchors.dtype, device=anchors.device)
    return torch.cat((shift, stretch), dim=1) / scale


@mutant(
    en="Your `encode_offsets` subtracts the box from the anchor; the shift goes from the anchor to the box.",
    zh="你的 `encode_offsets` 用锚框减去了框；位移是从锚框到框。",
)
def turns_the_shift_round(
    anchors: Tensor, boxes: Tensor, sigma: tuple[float, float, float, float] = (0.1, 0.1, 0.2, 0.2)
) -> Tensor:
    anchor_size, box_size = anchors[:, 2:] - anchors[:, :2], boxes[:, 2:] - boxes[:, :2]
    anchor_center, box_center = (anchors[:, 2:] + anchors[:, :2]) / 2, (boxes[:, 2:] + boxes[:, :2]) / 2
    shift = (anchor_center - box_center) / anchor_size
    stretch = (box_size / anchor_size).log()
    scale = torch.tensor(sigma, dtype=anchors.dtype, device=anchors.device)
    return torch.cat((shift, stretch), dim=1) / scale


@mutant(
    en="Your `encode_offsets` describes the anchor as seen from the box; it is the other way round.",
    zh="你的 `encode_offsets` 描述的是从框看到的锚框；应当反过来。",
)
def swaps_the_roles(
    anchors: Tensor, boxes: Tensor, sigma: tuple[float, float, float, float] = (0.1, 0.1, 0.2, 0.2)
) -> Tensor:
    anchors, boxes = boxes, anchors
    anchor_size, box_size = anchors[:, 2:] - anchors[:, :2], boxes[:, 2:] - boxes[:, :2]
    anchor_center, box_center = (anchors[:, 2:] + anchors[:, :2]) / 2, (boxes[:, 2:] + boxes[:, :2]) / 2
    shift = (box_center - anchor_center) / anchor_size
    stretch = (box_size / anchor_size).log()
    scale = torch.tensor(sigma, dtype=anchors.dtype, device=anchors.device)
    return torch.cat((shift, stretch), dim=1) / scale


@mutant(
    en="Your `encode_offsets` has the numbers of the width and the height the wrong way round.",
    zh="你的 `encode_offsets` 把宽与高的两个数弄反了。",
)
def swaps_width_and_height(
    anchors: Tensor, boxes: Tensor, sigma: tuple[float, float, float, float] = (0.1, 0.1, 0.2, 0.2)
) -> Tensor:
    anchor_size, box_size = anchors[:, 2:] - anchors[:, :2], boxes[:, 2:] - boxes[:, :2]
    anchor_center, box_center = (anchors[:, 2:] + anchors[:, :2]) / 2, (boxes[:, 2:] + boxes[:, :2]) / 2
    shift = (box_center - anchor_center) / anchor_size
    stretch = (box_size / anchor_size).log().flip(1)
    scale = torch.tensor(sigma, dtype=anchors.dtype, device=anchors.device)
    return torch.cat((shift, stretch), dim=1) / scale


@mutant(
    en="Your `encode_offsets` measures the shift along x by the anchor's height and that along y by its width.",
    zh="你的 `encode_offsets` 用锚框的高来量 x 方向的位移，用宽来量 y 方向的位移。",
)
def unit_of_the_other_axis(
    anchors: Tensor, boxes: Tensor, sigma: tuple[float, float, float, float] = (0.1, 0.1, 0.2, 0.2)
) -> Tensor:
    anchor_size, box_size = anchors[:, 2:] - anchors[:, :2], boxes[:, 2:] - boxes[:, :2]
    anchor_center, box_center = (anchors[:, 2:] + anchors[:, :2]) / 2, (boxes[:, 2:] + boxes[:, :2]) / 2
    shift = (box_center - anchor_center) / anchor_size.flip(1)
    stretch = (box_size / anchor_size).log()
    scale = torch.tensor(sigma, dtype=anchors.dtype, device=anchors.device)
    return torch.cat((shift, stretch), dim=1) / scale


@mutant(
    en="Your `encode_offsets` takes the logarithm to base 2; the natural one is asked for.",
    zh="你的 `encode_offsets` 取的是以 2 为底的对数；应当取自然对数。",
)
def logarithm_to_base_two(
    anchors: Tensor, boxes: Tensor, sigma: tuple[float, float, float, float] = (0.1, 0.1, 0.2, 0.2)
) -> Tensor:
    anchor_size, box_size = anchors[:, 2:] - anchors[:, :2], boxes[:, 2:] - boxes[:, :2]
    anchor_center, box_center = (anchors[:, 2:] + anchors[:, :2]) / 2, (boxes[:, 2:] + boxes[:, :2]) / 2
    shift = (box_center - anchor_center) / anchor_size
    stretch = (box_size / anchor_size).log2()
    scale = torch.tensor(sigma, dtype=anchors.dtype, device=anchors.device)
    return torch.cat((shift, stretch), dim=1) / scale


@mutant(
    en="Your `encode_offsets` adds a small number inside the logarithm; nothing is added there.",
    zh="你的 `encode_offsets` 在对数里加了一个小常数；那里不应当加任何东西。",
)
def small_number_in_the_logarithm(
    anchors: Tensor, boxes: Tensor, sigma: tuple[float, float, float, float] = (0.1, 0.1, 0.2, 0.2)
) -> Tensor:
    anchor_size, box_size = anchors[:, 2:] - anchors[:, :2], boxes[:, 2:] - boxes[:, :2]
    anchor_center, box_center = (anchors[:, 2:] + anchors[:, :2]) / 2, (boxes[:, 2:] + boxes[:, :2]) / 2
    shift = (box_center - anchor_center) / anchor_size
    stretch = (box_size / anchor_size + 1e-6).log()
    scale = torch.tensor(sigma, dtype=anchors.dtype, device=anchors.device)
    return torch.cat((shift, stretch), dim=1) / scale


@mutant(
    en="Your `encode_offsets` divides by sigma inside the logarithm; it divides the logarithm.",
    zh="你的 `encode_offsets` 在对数里面除以 sigma；应当用它去除对数。",
)
def sigma_inside_the_logarithm(
    anchors: Tensor, boxes: Tensor, sigma: tuple[float, float, float, float] = (0.1, 0.1, 0.2, 0.2)
) -> Tensor:
    anchor_size, box_size = anchors[:, 2:] - anchors[:, :2], boxes[:, 2:] - boxes[:, :2]
    anchor_center, box_center = (anchors[:, 2:] + anchors[:, :2]) / 2, (boxes[:, 2:] + boxes[:, :2]) / 2
    shift = (box_center - anchor_center) / anchor_size
    scale = torch.tensor(sigma, dtype=anchors.dtype, device=anchors.device)
    return torch.cat((shift / scale[:2], (box_size / anchor_size / scale[2:]).log()), dim=1)


@mutant(
    en="Your `encode_offsets` orders the columns x, w, y, h; the order is x, y, w, h.",
    zh="你的 `encode_offsets` 各列的次序是 x、w、y、h；应当是 x、y、w、h。",
)
def interleaves_the_columns(
    anchors: Tensor, boxes: Tensor, sigma: tuple[float, float, float, float] = (0.1, 0.1, 0.2, 0.2)
) -> Tensor:
    anchor_size, box_size = anchors[:, 2:] - anchors[:, :2], boxes[:, 2:] - boxes[:, :2]
    anchor_center, box_center = (anchors[:, 2:] + anchors[:, :2]) / 2, (boxes[:, 2:] + boxes[:, :2]) / 2
    shift = (box_center - anchor_center) / anchor_size
    stretch = (box_size / anchor_size).log()
    scale = torch.tensor(sigma, dtype=anchors.dtype, device=anchors.device)
    return (torch.cat((shift, stretch), dim=1) / scale)[:, [0, 2, 1, 3]]


@mutant(
    en="Your `encode_offsets` returns a result that is cut off from its arguments, so that no gradient flows back.",
    zh="你的 `encode_offsets` 返回的结果与参数断开了，梯度无法流回。",
)
def cut_off_from_the_graph(
    anchors: Tensor, boxes: Tensor, sigma: tuple[float, float, float, float] = (0.1, 0.1, 0.2, 0.2)
) -> Tensor:
    anchor_size, box_size = anchors[:, 2:] - anchors[:, :2], boxes[:, 2:] - boxes[:, :2]
    anchor_center, box_center = (anchors[:, 2:] + anchors[:, :2]) / 2, (boxes[:, 2:] + boxes[:, :2]) / 2
    shift = (box_center - anchor_center) / anchor_size
    stretch = (box_size / anchor_size).log()
    scale = torch.tensor(sigma, dtype=anchors.dtype, device=anchors.device)
    return (torch.cat((shift, stretch), dim=1) / scale).detach()


@mutant(
    en="Your `encode_offsets` turns `boxes` into centres and sides in place; arguments have to stay as they are.",
    zh="你的 `encode_offsets` 就地把 `boxes` 改成了中心与边长；参数应当保持不变。",
)
def changes_its_argument(
    anchors: Tensor, boxes: Tensor, sigma: tuple[float, float, float, float] = (0.1, 0.1, 0.2, 0.2)
) -> Tensor:
    anchor_size, box_size = anchors[:, 2:] - anchors[:, :2], boxes[:, 2:] - boxes[:, :2]
    anchor_center, box_center = (anchors[:, 2:] + anchors[:, :2]) / 2, (boxes[:, 2:] + boxes[:, :2]) / 2
    shift = (box_center - anchor_center) / anchor_size
    stretch = (box_size / anchor_size).log()
    scale = torch.tensor(sigma, dtype=anchors.dtype, device=anchors.device)
    if not boxes.requires_grad:
        boxes[:, :2], boxes[:, 2:] = box_center, box_size
    return torch.cat((shift, stretch), dim=1) / scale
