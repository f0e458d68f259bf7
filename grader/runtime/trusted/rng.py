"""Random inputs for a test: the same seed and test give the same numbers, another attempt gives others."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import TypeVar

import torch
from torch import Tensor

__all__ = ["Rng", "derive_seed"]

_T = TypeVar("_T")


def derive_seed(seed: int, purpose: str) -> int:
    """Returns a 63-bit seed for one purpose, from which the attempt's own seed cannot be read back."""
    digest = hashlib.sha256(f"{seed}\0{purpose}".encode()).digest()
    return int.from_bytes(digest[:8], "big") >> 1


_MAGNITUDES = (1.0, 1e5, 0.0, 1e-5)


class Rng:
    """Draws random inputs on the CPU and hands them out on `device`, so that a GPU sees the same numbers."""

    def __init__(self, seed: int, device: str = "cpu") -> None:
        self.generator = torch.Generator().manual_seed(seed)
        self.device = device

    def normal(self, *shape: int, dtype: torch.dtype = torch.float32) -> Tensor:
        """Returns standard normal numbers of the given shape."""
        wide = torch.randn(shape, generator=self.generator, dtype=torch.float64)
        return wide.to(device=self.device, dtype=dtype)

    def spread(self, *shape: int, dtype: torch.dtype = torch.float32) -> Tensor:
        """Returns numbers of either sign and of every magnitude: zeros, some near 1e-5, 1 and 1e5, at random places."""
        wide = torch.randn(shape, generator=self.generator, dtype=torch.float64)
        places = torch.randperm(wide.numel(), generator=self.generator) % len(_MAGNITUDES)  # as many of each
        scales = torch.tensor(_MAGNITUDES, dtype=torch.float64)[places].reshape(shape)
        spread = (wide + wide.sign()) * scales + 0.0  # away from 0 by the magnitude; adding 0 makes -0 a 0
        return spread.to(device=self.device, dtype=dtype)

    def uniform(self, *shape: int, low: float = 0.0, high: float = 1.0, dtype: torch.dtype = torch.float32) -> Tensor:
        """Returns numbers between `low` and `high`."""
        wide = torch.rand(shape, generator=self.generator, dtype=torch.float64)
        return (low + (high - low) * wide).to(device=self.device, dtype=dtype)

    def integers(self, low: int, high: int, *shape: int, dtype: torch.dtype = torch.int64) -> Tensor:
        """Returns integers from `low` up to but not including `high`."""
        return torch.randint(low, high, shape, generator=self.generator).to(device=self.device, dtype=dtype)

    def bools(self, *shape: int, p: float = 0.5) -> Tensor:
        """Returns booleans that are True with probability `p`."""
        return (torch.rand(shape, generator=self.generator) < p).to(self.device)

    def permutation(self, n: int) -> Tensor:
        """Returns the integers 0 to n-1 in random order."""
        return torch.randperm(n, generator=self.generator).to(self.device)

    def choice(self, options: Sequence[_T]) -> _T:
        """Returns one of `options`."""
        return options[int(torch.randint(len(options), (), generator=self.generator))]
