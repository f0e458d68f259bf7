"""What flows back through a specification, measured by differences: no graph of its own is needed, and none is trusted.

A specification that computes partly in Python's own numbers has a graph that leads to half of the gradient.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor

from grader.runtime.trusted.values import floats_in

__all__ = ["derivative_along"]

_STEP = 1e-5


def derivative_along(
    spec: Callable[[list[Tensor]], Any], leaves: list[Tensor], directions: list[Tensor], cotangents: list[Tensor]
) -> float:
    """Returns the sum of gradient times direction over all leaves, in two calls of the specification.

    Args:
        spec: a function of the leaves, smooth where they are.
        leaves: of float64.
        directions: in which each is moved; of a random one every wrong element of a gradient is seen.
        cotangents: the gradients of the floating-point tensors of the result.
    """
    ahead, back = (_weighted(spec(_moved(leaves, directions, step)), cotangents) for step in (_STEP, -_STEP))
    return (ahead - back) / (2 * _STEP)


def _moved(leaves: list[Tensor], directions: list[Tensor], step: float) -> list[Tensor]:
    return [leaf.detach() + step * direction for leaf, direction in zip(leaves, directions, strict=True)]


def _weighted(result: Any, cotangents: list[Tensor]) -> float:
    parts = [(part * cotangent).sum() for part, cotangent in zip(floats_in(result), cotangents, strict=True)]
    return float(torch.stack(parts).sum())
