"""Whether a machine may take work at all, told before it does: one that cannot judge would fail everybody."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path

from grader.classroom.work import BatchOptions
from grader.errors import EngineMissingError
from grader.machine.gpu import name_of_gpu
from grader.models import Limits
from grader.sandbox import factory

__all__ = ["refuse_if_unfit"]

_LEAST_FREE_MIB = 512
_MIB = 2**20


def refuse_if_unfit(options: BatchOptions, version: str, waiting: Mapping[str, int]) -> None:
    """Looks whether this machine can judge: version, disk, GPU, and whether a sandbox starts.

    Args:
        version: of Gradus here.
        waiting: how much waits, by the version that may judge it.

    Raises:
        EngineMissingError: if it cannot, with the reason.
        UserError: if there is no such sandbox.
    """
    _refuse_another_version(version, waiting)
    _refuse_full_disk(Path(tempfile.gettempdir()))
    if options.device == "cuda" and options.sandbox == "process" and name_of_gpu() is None:
        raise EngineMissingError("There is no GPU on this machine. Use `--device cpu`, or work where there is one.")
    with factory.make_pool(options.sandbox, Limits(), options.device, gpus=options.gpus) as pool:
        pool.warm()


def _refuse_another_version(version: str, waiting: Mapping[str, int]) -> None:
    if waiting and version not in waiting:
        other = max(waiting, key=lambda name: waiting[name])
        raise EngineMissingError(
            f"What waits is to be judged by Gradus {other}, and this is {version}, which might judge otherwise. "
            "Install the version of the machine that ran `learn grade` here, or run `learn grade` with this one."
        )


def _refuse_full_disk(folder: Path) -> None:
    free_mib = shutil.disk_usage(folder).free // _MIB
    if free_mib < _LEAST_FREE_MIB:
        raise EngineMissingError(
            f"The disk of `{folder}` has {free_mib} MiB left, and a worker wants {_LEAST_FREE_MIB}. Free some space."
        )
