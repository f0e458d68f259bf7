"""Whether this machine has a GPU, without asking torch: that takes seconds, and initialises it."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

__all__ = ["name_of_gpu"]

_DEVICE = Path("/dev/nvidia0")
_NVIDIA_SMI_S = 10.0


def name_of_gpu() -> str | None:
    """Returns what the first GPU is called, or None if there is none that works."""
    program = shutil.which("nvidia-smi")
    if program is not None:
        try:
            listing = subprocess.run([program, "-L"], capture_output=True, text=True, timeout=_NVIDIA_SMI_S, check=True)  # noqa: S603 - no input of anybody's
            return " ".join(listing.stdout.split("\n", 1)[0].split()) or None
        except (OSError, subprocess.SubprocessError):
            return None
    return str(_DEVICE) if _DEVICE.exists() else None
