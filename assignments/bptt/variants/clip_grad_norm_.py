"""Right versions of `clip_grad_norm_` in other styles than the reference."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

from grader.suite.mutants import variant


@variant
def norm_of_norms(grads: Sequence[Tensor | None], max_norm: float, eps: float = 1e-6) -> float:
    present = [grad for grad in grads if grad is not None]
    if not present:
        return 0.0
    total = torch.linalg.vector_norm(torch.stack([torch.linalg.vector_norm(grad) for grad in present]))
    factor = torch.clamp(max_norm / (total + eps), max=1.0)
    for grad in present:
        grad *= factor
    return total.item()


@variant
def one_long_vector(grads: Sequence[Tensor | None], max_norm: float, eps: float = 1e-6) -> float:
    flat = [grad.detach().reshape(-1) for grad in grads if grad is not None]
    norm = float(torch.cat(flat).norm()) if flat else 0.0
    if norm > max_norm:
        with torch.no_grad():
            for grad in grads:
                if grad is not None:
                    grad.copy_(grad * (max_norm / (norm + eps)))
    return norm


@variant
def python_numbers(grads: Sequence[Tensor | None], max_norm: float, eps: float = 1e-6) -> float:
    squares = 0.0
    for grad in filter(lambda item: item is not None, grads):
        squares += sum(value**2 for value in grad.double().flatten().tolist())
    norm = squares**0.5
    for grad in grads:
        if grad is None or norm + eps <= max_norm:
            continue
        grad.data.mul_(max_norm).div_(norm + eps)
    return norm
