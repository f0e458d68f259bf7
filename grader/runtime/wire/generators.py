"""The random generators of a process: torch's, Python's and NumPy's, seeded together so that a replay draws alike."""

from __future__ import annotations

import contextlib
import random
from collections.abc import Iterator

import numpy.random
import torch

__all__ = ["kept_generators", "seed_generators"]

_NUMPY_SEEDS = 2**32
_random, _numpy = random.seed, numpy.random.seed  # bound here, so that no later change reaches them


def seed_generators(seed: int) -> None:
    """Seeds what is there. `torch.manual_seed` would also note down a stack trace for every kind of device."""
    torch.default_generator.manual_seed(seed)
    _random(seed)
    _numpy(seed % _NUMPY_SEEDS)
    if torch.cuda.is_initialized():  # type: ignore[no-untyped-call]
        torch.cuda.manual_seed_all(seed)


@contextlib.contextmanager
def kept_generators() -> Iterator[None]:
    """Lets what runs meanwhile seed and draw, and then has the generators go on from where they were."""
    states = torch.default_generator.get_state(), random.getstate(), numpy.random.get_state()
    on_gpus = torch.cuda.get_rng_state_all() if torch.cuda.is_initialized() else []  # type: ignore[no-untyped-call]
    try:
        yield
    finally:
        torch.default_generator.set_state(states[0])
        random.setstate(states[1])
        numpy.random.set_state(states[2])
        for number, state in enumerate(on_gpus):
            torch.cuda.set_rng_state(state, number)
