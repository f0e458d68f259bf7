"""What a sandbox runs, as one hash: two machines with the same one judge alike, and an image of another is stale."""

from __future__ import annotations

import hashlib
from pathlib import Path

from grader import __version__
from grader.sandbox.supervised import RUNTIME_ENVIRONMENT

__all__ = [
    "GRADER",
    "IMAGE_REPOSITORY",
    "dockerfile_template",
    "image_tag",
    "judging_version",
    "requirements",
    "runtime_files",
    "runtime_fingerprint",
]

GRADER = Path(__file__).parents[1]
IMAGE_REPOSITORY = "gradus-sandbox"
_RUNTIME_FILES = (
    "__init__.py",
    "errors.py",
    "language.py",
    "models.py",
    "runtime/**/*.py",
    "suite/__init__.py",
    "suite/interface.py",
)


def dockerfile_template() -> str:
    return Path(__file__).with_name("Dockerfile.j2").read_text(encoding="utf-8")


def requirements() -> str:
    """Returns what is installed beside the runtime: all that a submission finds besides Python's own modules."""
    return Path(__file__).with_name("requirements.txt").read_text(encoding="utf-8")


def runtime_files() -> list[Path]:
    return sorted(path for pattern in _RUNTIME_FILES for path in GRADER.glob(pattern))


def runtime_fingerprint() -> str:
    """Hashes the template, the requirements and the runtime: what an image is made of besides its base."""
    digest = hashlib.sha256()
    for part in (dockerfile_template(), requirements(), str(RUNTIME_ENVIRONMENT)):
        digest.update(f"{part}\0".encode())
    for path in runtime_files():
        digest.update(f"{path.relative_to(GRADER).as_posix()}\0".encode() + path.read_bytes() + b"\0")
    return digest.hexdigest()[:12]


def image_tag(*, cuda: bool = False) -> str:
    """Returns the tag of the image that this version of Gradus needs."""
    return f"{IMAGE_REPOSITORY}:{'cuda' if cuda else 'cpu'}-{runtime_fingerprint()}"


def judging_version() -> str:
    """Returns what two machines must have in common to judge alike: the version of Gradus, and what a sandbox runs."""
    return f"{__version__}+{runtime_fingerprint()}"
