"""Virtual environments for peers, made when they are first needed and again when their pins change.

torch comes first and by the exact version of `constraints.txt`: any other way of asking for it may download a CUDA
build of several GB.
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

from benchmarks.commands import ROOT, NotMeasuredError, run
from benchmarks.samples import Tell

__all__ = ["NAMES", "environment", "pins_of"]

NAMES = ("nbgrader", "otter")
_FOLDER = ROOT / "benchmarks" / ".peers"
_CONSTRAINTS = ROOT / "constraints.txt"
_PIP = ("-m", "pip", "install", "--quiet", "--disable-pip-version-check")


def environment(name: str, tell: Tell = lambda line: None) -> Path:
    """Returns the folder of a peer's programs.

    Raises:
        NotMeasuredError: if it cannot be installed, for want of a network for example.
    """
    folder, wanted = _FOLDER / name, _requirements(name).read_text() + _CONSTRAINTS.read_text()
    stamp = folder / ".ready"
    if not stamp.is_file() or stamp.read_text() != wanted:
        tell(f"installing {name}; this takes some minutes, once")
        try:
            _install(name, folder)
        except NotMeasuredError as error:
            raise NotMeasuredError(f"{name} could not be installed: {error}") from error
        stamp.write_text(wanted)
    return folder / "bin"


def _install(name: str, folder: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    run([sys.executable, "-m", "venv", folder])
    python = folder / "bin" / "python"
    run([python, *_PIP, f"torch=={_torch_version()}"])
    run([python, *_PIP, "--constraint", _CONSTRAINTS, "--requirement", _requirements(name)])


def pins_of(name: str) -> dict[str, str]:
    """Returns the versions of what a peer's requirements name."""
    lines = (line.split("==") for line in _requirements(name).read_text().splitlines() if not line.startswith("#"))
    return {package: version for package, version in lines}


def _requirements(name: str) -> Path:
    return ROOT / "benchmarks" / "peers" / f"{name}.txt"


def _torch_version() -> str:
    lines = _CONSTRAINTS.read_text().splitlines()
    return next(line.removeprefix("torch==") for line in lines if line.startswith("torch=="))
