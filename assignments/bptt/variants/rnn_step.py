"""Right versions of `rnn_step` in other styles than the reference."""

from __future__ import annotations

import torch
from torch import Tensor

from grader.suite.mutants import variant


@variant
def one_product_of_joined_matrices(x: Tensor, h: Tensor, w_xh: Tensor, w_hh: Tensor, b: Tensor) -> Tensor:
    return torch.tanh(torch.addmm(b, torch.cat([x, h], dim=1), torch.cat([w_xh, w_hh], dim=0)))


@variant
def through_linear(x: Tensor, h: Tensor, w_xh: Tensor, w_hh: Tensor, b: Tensor) -> Tensor:
    import torch.nn.functional as F

    return (F.linear(x, w_xh.t(), b) + F.linear(h, w_hh.t())).tanh()


@variant
def by_einsum(x: Tensor, h: Tensor, w_xh: Tensor, w_hh: Tensor, b: Tensor) -> Tensor:
    drive = torch.einsum("ni,ij->nj", x, w_xh) + torch.einsum("nk,kj->nj", h, w_hh) + b.unsqueeze(0)
    return 2 * torch.sigmoid(2 * drive) - 1
