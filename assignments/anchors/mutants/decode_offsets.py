"""Plausible wrong versions of `decode_offsets`, each with its misconception."""

from __future__ import annotations

import torch
from torch import Tensor

from grader.mutants import mutant


@mutant(
    en="Your `decode_offsets` multiplies the sides by the offset itself; its exponential is asked for.",
    zh="你的 `decode_offsets` 把边长乘以了偏移量本身；应当乘以它的指数。",
)
def no_exponential(
    anchors: Tensor, offsets: Tensor, sigma: tuple[float, float, float, float] = (0.1, 0.1, 0.2, 0.2)
) -> Tensor:
    scaled = offsets * torch.tensor(sigma, dtype=offsets.dtype, device=offsets.device)
    anchor_size = anchors[:, 2:] - anchors[:, :2]
    center = (anchors[:, :2] + anchors[:, 2:]) / 2 + scaled[:, :2] * anchor_size
    size = scaled[:, 2:] * anchor_size
    return torch.cat((center - size / 2, center + size / 2), dim=1)


@mutant(
    en="Your `decode_offsets` stretches the sides by 1 + the offset; the exponential of the offset is asked for.",
    zh="你的 `decode_offsets` 把边长放大到 1 加偏移量的倍数；应当乘以偏移量的指数。",
)
def one_plus_the_offset(
    anchors: Tensor, offsets: Tensor, sigma: tuple[float, float, float, float] = (0.1, 0.1, 0.2, 0.2)
) -> Tensor:
    scaled = offsets * torch.tensor(sigma, dtype=offsets.dtype, device=offsets.device)
    anchor_size = anchors[:, 2:] - anchors[:, :2]
    center = (anchors[:, :2] + anchors[:, 2:]) / 2 + scaled[:, :2] * anchor_size
    size = (1 + scaled[:, 2:]) * anchor_size
    return torch.cat((center - size / 2, center + size / 2), dim=1)


@mutant(
    en="Your `decode_offsets` divides by sigma; the decoding multiplies by it.",
    zh="你的 `decode_offsets` 除以了 sigma；解码时应当乘以它。",
)
def divides_by_sigma(
    anchors: Tensor, offsets: Tensor, sigma: tuple[float, float, float, float] = (0.1, 0.1, 0.2, 0.2)
) -> Tensor:
    scaled = offsets / torch.tensor(sigma, dtype=offsets.dtype, device=offsets.device)
    anchor_size = anchors[:, 2:] - anchors[:, :2]
    center = (anchors[:, :2] + anchors[:, 2:]) / 2 + scaled[:, :2] * anchor_size
    size = scaled[:, 2:].exp() * anchor_size
    return torch.cat((center - size / 2, center + size / 2), dim=1)


@mutant(en="Your `decode_offsets` does not multiply by sigma.", zh="你的 `decode_offsets` 没有乘以 sigma。")
def forgets_sigma(
    anchors: Tensor, offsets: Tensor, sigma: tuple[float, float, float, float] = (0.1, 0.1, 0.2, 0.2)
) -> Tensor:
    scaled = offsets
    anchor_size = anchors[:, 2:] - anchors[:, :2]
    center = (anchors[:, :2] + anchors[:, 2:]) / 2 + scaled[:, :2] * anchor_size
    size = scaled[:, 2:].exp() * anchor_size
    return torch.cat((center - size / 2, center + size / 2), dim=1)


@mutant(
    en="Your `decode_offsets` always multiplies by the default sigma and ignores the argument.",
    zh="你的 `decode_offsets` 总是乘以默认的 sigma，忽略了这个参数。",
)
def ignores_sigma(
    anchors: Tensor, offsets: Tensor, sigma: tuple[float, float, float, float] = (0.1, 0.1, 0.2, 0.2)
) -> Tensor:
    scaled = offsets * torch.tensor((0.1, 0.1, 0.2, 0.2), dtype=offsets.dtype, device=offsets.device)
    anchor_size = anchors[:, 2:] - anchors[:, :2]
    center = (anchors[:, :2] + anchors[:, 2:]) / 2 + scaled[:, :2] * anchor_size
    size = scaled[:, 2:].exp() * anchor_size
    return torch.cat((center - size / 2, center + size / 2), dim=1)


@mutant(
    en="Your `decode_offsets` takes the last two sigmas for the shift and the first two for the sides.",
    zh="你的 `decode_offsets` 把后两个 sigma 用于位移，前两个用于边长。",
)
def swaps_the_sigmas(
    anchors: Tensor, offsets: Tensor, sigma: tuple[float, float, float, float] = (0.1, 0.1, 0.2, 0.2)
) -> Tensor:
    scaled = offsets * torch.tensor(sigma, dtype=offsets.dtype, device=offsets.device)[[2, 3, 0, 1]]
    anchor_size = anchors[:, 2:] - anchors[:, :2]
    center = (anchors[:, :2] + anchors[:, 2:]) / 2 + scaled[:, :2] * anchor_size
    size = scaled[:, 2:].exp() * anchor_size
    return torch.cat((center - size / 2, center + size / 2), dim=1)


@mutant(
    en="Your `decode_offsets` uses the sigma of x for y and that of w for h; there are four of them.",
    zh="你的 `decode_offsets` 把 x 的 sigma 也用于 y，w 的也用于 h；sigma 共有四个。",
)
def one_sigma_for_both_axes(
    anchors: Tensor, offsets: Tensor, sigma: tuple[float, float, float, float] = (0.1, 0.1, 0.2, 0.2)
) -> Tensor:
    scaled = offsets * torch.tensor(sigma, dtype=offsets.dtype, device=offsets.device)[[0, 0, 2, 2]]
    anchor_size = anchors[:, 2:] - anchors[:, :2]
    center = (anchors[:, :2] + anchors[:, 2:]) / 2 + scaled[:, :2] * anchor_size
    size = scaled[:, 2:].exp() * anchor_size
    return torch.cat((center - size / 2, center + size / 2), dim=1)


@mutant(
    en="Your `decode_offsets` multiplies the exponential by sigma; sigma belongs to the offset inside.",
    zh="你的 `decode_offsets` 把 sigma 乘在了指数外面；它应当乘在里面的偏移量上。",
)
def sigma_outside_the_exponential(
    anchors: Tensor, offsets: Tensor, sigma: tuple[float, float, float, float] = (0.1, 0.1, 0.2, 0.2)
) -> Tensor:
    scaled = offsets * torch.tensor(sigma, dtype=offsets.dtype, device=offsets.device)
    anchor_size = anchors[:, 2:] - anchors[:, :2]
    center = (anchors[:, :2] + anchors[:, 2:]) / 2 + scaled[:, :2] * anchor_size
    size = offsets[:, 2:].exp() * torch.tensor(sigma[2:], dtype=offsets.dtype, device=offsets.device) * anchor_size
    return torch.cat((center - size / 2, center + size / 2), dim=1)


@mutant(
    en="Your `decode_offsets` returns centres, widths and heights; corners are asked for.",
    zh="你的 `decode_offsets` 返回的是中心、宽和高；要求的是角点。",
)
def centers_and_sides(
    anchors: Tensor, offsets: Tensor, sigma: tuple[float, float, float, float] = (0.1, 0.1, 0.2, 0.2)
) -> Tensor:
    scaled = offsets * torch.tensor(sigma, dtype=offsets.dtype, device=offsets.device)
    anchor_size = anchors[:, 2:] - anchors[:, :2]
    center = (anchors[:, :2] + anchors[:, 2:]) / 2 + scaled[:, :2] * anchor_size
    size = scaled[:, 2:].exp() * anchor_size
    return torch.cat((center, size), dim=1)


@mutant(
    en="Your `decode_offsets` goes a full side from the centre in each direction, so that boxes are twice too large.",
    zh="你的 `decode_offsets` 从中心向每个方向都走了一整条边，框大了一倍。",
)
def full_sides_from_the_center(
    anchors: Tensor, offsets: Tensor, sigma: tuple[float, float, float, float] = (0.1, 0.1, 0.2, 0.2)
) -> Tensor:
    scaled = offsets * torch.tensor(sigma, dtype=offsets.dtype, device=offsets.device)
    anchor_size = anchors[:, 2:] - anchors[:, :2]
    center = (anchors[:, :2] + anchors[:, 2:]) / 2 + scaled[:, :2] * anchor_size
    size = scaled[:, 2:].exp() * anchor_size
    return torch.cat((center - size, center + size), dim=1)


@mutant(
    en="Your `decode_offsets` takes the centre for the upper left corner and adds the sides to it.",
    zh="你的 `decode_offsets` 把中心当成左上角，再加上边长。",
)
def center_as_the_corner(
    anchors: Tensor, offsets: Tensor, sigma: tuple[float, float, float, float] = (0.1, 0.1, 0.2, 0.2)
) -> Tensor:
    scaled = offsets * torch.tensor(sigma, dtype=offsets.dtype, device=offsets.device)
    anchor_size = anchors[:, 2:] - anchors[:, :2]
    center = (anchors[:, :2] + anchors[:, 2:]) / 2 + scaled[:, :2] * anchor_size
    size = scaled[:, 2:].exp() * anchor_size
    return torch.cat((center, center + size), dim=1)


@mutant(
    en="Your `decode_offsets` shifts the anchor's upper left corner instead of its centre.",
    zh="你的 `decode_offsets` 移动的是锚框的左上角而不是中心。",
)
def starts_from_the_corner(
    anchors: Tensor, offsets: Tensor, sigma: tuple[float, float, float, float] = (0.1, 0.1, 0.2, 0.2)
) -> Tensor:
    scaled = offsets * torch.tensor(sigma, dtype=offsets.dtype, device=offsets.device)
    anchor_size = anchors[:, 2:] - anchors[:, :2]
    center = anchors[:, :2] + scaled[:, :2] * anchor_size
    size = scaled[:, 2:].exp() * anchor_size
    return torch.cat((center - size / 2, center + size / 2), dim=1)


@mutant(
    en="Your `decode_offsets` measures the shift along x by the anchor's height and that along y by its width.",
    zh="你的 `decode_offsets` 用锚框的高来量 x 方向的位移，用宽来量 y 方向的位移。",
)
def unit_of_the_other_axis(
    anchors: Tensor, offsets: Tensor, sigma: tuple[float, float, float, float] = (0.1, 0.1, 0.2, 0.2)
) -> Tensor:
    scaled = offsets * torch.tensor(sigma, dtype=offsets.dtype, device=offsets.device)
    anchor_size = anchors[:, 2:] - anchors[:, :2]
    center = (anchors[:, :2] + anchors[:, 2:]) / 2 + scaled[:, :2] * anchor_size.flip(1)
    size = scaled[:, 2:].exp() * anchor_size
    return torch.cat((center - size / 2, center + size / 2), dim=1)


@mutant(
    en="Your `decode_offsets` measures the shift by the sides of the new box; the anchor's sides are the unit.",
    zh="你的 `decode_offsets` 用新框的边长来量位移；单位应当是锚框的边长。",
)
def unit_of_the_new_box(
    anchors: Tensor, offsets: Tensor, sigma: tuple[float, float, float, float] = (0.1, 0.1, 0.2, 0.2)
) -> Tensor:
    scaled = offsets * torch.tensor(sigma, dtype=offsets.dtype, device=offsets.device)
    anchor_size = anchors[:, 2:] - anchors[:, :2]
    center = (anchors[:, :2] + anchors[:, 2:]) / 2 + scaled[:, :2] * anchor_size * scaled[:, 2:].exp()
    size = scaled[:, 2:].exp() * anchor_size
    return torch.cat((center - size / 2, center + size / 2), dim=1)


@mutant(
    en="Your `decode_offsets` adds the shift without multiplying it by the anchor's sides.",
    zh="你的 `decode_offsets` 加上位移时没有乘以锚框的边长。",
)
def shift_in_image_units(
    anchors: Tensor, offsets: Tensor, sigma: tuple[float, float, float, float] = (0.1, 0.1, 0.2, 0.2)
) -> Tensor:
    scaled = offsets * torch.tensor(sigma, dtype=offsets.dtype, device=offsets.device)
    anchor_size = anchors[:, 2:] - anchors[:, :2]
    center = (anchors[:, :2] + anchors[:, 2:]) / 2 + scaled[:, :2]
    size = scaled[:, 2:].exp() * anchor_size
    return torch.cat((center - size / 2, center + size / 2), dim=1)


@mutant(
    en="Your `decode_offsets` moves the centre the opposite way.", zh="你的 `decode_offsets` 把中心移向了相反的方向。"
)
def turns_the_shift_round(
    anchors: Tensor, offsets: Tensor, sigma: tuple[float, float, float, float] = (0.1, 0.1, 0.2, 0.2)
) -> Tensor:
    scaled = offsets * torch.tensor(sigma, dtype=offsets.dtype, device=offsets.device)
    anchor_size = anchors[:, 2:] - anchors[:, :2]
    center = (anchors[:, :2] + anchors[:, 2:]) / 2 - scaled[:, :2] * anchor_size
    size = scaled[:, 2:].exp() * anchor_size
    return torch.cat((center - size / 2, center + size / 2), dim=1)


@mutant(
    en="Your `decode_offsets` returns (x1, x2, y1, y2); the order is (x1, y1, x2, y2).",
    zh="你的 `decode_offsets` 返回的是 (x1, x2, y1, y2)；次序应当是 (x1, y1, x2, y2)。",
)
def orders_by_axis(
    anchors: Tensor, offsets: Tensor, sigma: tuple[float, float, float, float] = (0.1, 0.1, 0.2, 0.2)
) -> Tensor:
    scaled = offsets * torch.tensor(sigma, dtype=offsets.dtype, device=offsets.device)
    anchor_size = anchors[:, 2:] - anchors[:, :2]
    center = (anchors[:, :2] + anchors[:, 2:]) / 2 + scaled[:, :2] * anchor_size
    size = scaled[:, 2:].exp() * anchor_size
    return torch.cat((center - size / 2, center + size / 2), dim=1)[:, [0, 2, 1, 3]]


@mutant(
    en="Your `decode_offsets` clips boxes to the range from 0 to 1; they may reach beyond it.",
    zh="你的 `decode_offsets` 把框裁剪到 0 到 1 之间；框可以超出这个范围。",
)
def clips_to_the_image(
    anchors: Tensor, offsets: Tensor, sigma: tuple[float, float, float, float] = (0.1, 0.1, 0.2, 0.2)
) -> Tensor:
    scaled = offsets * torch.tensor(sigma, dtype=offsets.dtype, device=offsets.device)
    anchor_size = anchors[:, 2:] - anchors[:, :2]
    center = (anchors[:, :2] + anchors[:, 2:]) / 2 + scaled[:, :2] * anchor_size
    size = scaled[:, 2:].exp() * anchor_size
    return torch.cat((center - size / 2, center + size / 2), dim=1).clamp(0, 1)


@mutant(
    en="Your `decode_offsets` returns a result that is cut off from its arguments, so that no gradient flows back.",
    zh="你的 `decode_offsets` 返回的结果与参数断开了，梯度无法流回。",
)
def cut_off_from_the_graph(
    anchors: Tensor, offsets: Tensor, sigma: tuple[float, float, float, float] = (0.1, 0.1, 0.2, 0.2)
) -> Tensor:
    scaled = offsets * torch.tensor(sigma, dtype=offsets.dtype, device=offsets.device)
    anchor_size = anchors[:, 2:] - anchors[:, :2]
    center = (anchors[:, :2] + anchors[:, 2:]) / 2 + scaled[:, :2] * anchor_size
    size = scaled[:, 2:].exp() * anchor_size
    return torch.cat((center - size / 2, center + size / 2), dim=1).detach()


@mutant(
    en="Your `decode_offsets` multiplies `offsets` by sigma in place; arguments have to stay as they are.",
    zh="你的 `decode_offsets` 就地把 `offsets` 乘以了 sigma；参数应当保持不变。",
)
def changes_its_argument(
    anchors: Tensor, offsets: Tensor, sigma: tuple[float, float, float, float] = (0.1, 0.1, 0.2, 0.2)
) -> Tensor:
    scaled = offsets * torch.tensor(sigma, dtype=offsets.dtype, device=offsets.device)
    if not offsets.requires_grad:
        offsets.copy_(scaled)
    anchor_size = anchors[:, 2:] - anchors[:, :2]
    center = (anchors[:, :2] + anchors[:, 2:]) / 2 + scaled[:, :2] * anchor_size
    size = scaled[:, 2:].exp() * anchor_size
    return torch.cat((center - size / 2, center + size / 2), dim=1)
