"""GPU slots: which device a job may use, when several share one or one needs several."""

from __future__ import annotations

import math
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from fractions import Fraction

from grader.errors import UserError

__all__ = ["GpuSlots", "gpu_share"]


def gpu_share(gpus_per_job: float) -> Fraction:
    """Returns how much of a GPU a job takes: a fraction of one, or a whole number.

    Raises:
        UserError: if it is neither.
    """
    share = Fraction(gpus_per_job).limit_denominator(100) if math.isfinite(gpus_per_job) else Fraction(0)
    if share <= 0 or (share > 1 and share.denominator != 1):
        raise UserError(f"gpus_per_job must be a fraction up to 1 or a whole number, not {gpus_per_job:g}.")
    return share


class GpuSlots:
    """Hands out shares of GPUs; whoever asks waits until a share is free.

    Args:
        devices: ids as Docker and CUDA name them (`0`, `GPU-8f2e...`, `MIG-...`).
        gpus_per_job: a whole number of GPUs, or a fraction of one: 0.25 lets four jobs share a GPU.

    Raises:
        UserError: if no job could ever run.
    """

    def __init__(self, devices: list[str], gpus_per_job: float) -> None:
        share = gpu_share(gpus_per_job)
        if len(set(devices)) < len(devices):
            raise UserError(f"A GPU is named twice: {', '.join(devices)}.")
        if share > len(devices):
            raise UserError(f"A job needs {gpus_per_job:g} GPUs, but there are {len(devices)}.")
        self._share = share
        self._free = {device: Fraction(1) for device in devices}
        self._changed = threading.Condition()

    @contextmanager
    def take(self) -> Iterator[list[str]]:
        """Yields the ids of the devices that a job may use, and takes them back at the end."""
        with self._changed:
            self._changed.wait_for(self._fitting)
            taken = self._fitting()
            for device in taken:
                self._free[device] -= min(self._share, Fraction(1))
        try:
            yield taken
        finally:
            with self._changed:
                for device in taken:
                    self._free[device] += min(self._share, Fraction(1))
                self._changed.notify_all()

    def _fitting(self) -> list[str]:
        """Returns enough devices for one job, the fullest first so that whole GPUs stay free; else nothing."""
        each = min(self._share, Fraction(1))
        wanted = max(1, int(self._share))
        fitting = sorted((free, device) for device, free in self._free.items() if free >= each)
        return [device for _, device in fitting[:wanted]] if len(fitting) >= wanted else []
