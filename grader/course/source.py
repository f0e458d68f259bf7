"""Where the assignments of a course come from: its own folder, or the course that comes with Gradus.

The built-in course is data of the installed package; in a checkout of the repository it is the repository's root.
"""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from grader.errors import CourseError

__all__ = ["PACKAGED", "Source", "builtin_folder", "source_folder"]

Source = Literal["built-in"]
"""What `source` in `course.toml` may be."""

PACKAGED = Path(__file__).with_name("builtin")
"""Where a wheel has the built-in course."""

_CHECKOUT = Path(__file__).parents[2]


def builtin_folder() -> Path:
    """Returns where `course.toml`, `assignments/` and `solutions/` of the built-in course are.

    Raises:
        CourseError: if Gradus was installed without it.
    """
    for folder in (PACKAGED, _CHECKOUT):
        if (folder / "course.toml").is_file() and any(folder.glob("assignments/*/assignment.toml")):
            return folder
    raise CourseError(
        f"Gradus was installed without its built-in course: `{PACKAGED}` is not there, or not whole. Install it anew: "
        "`pip install --force-reinstall --no-deps gradus-torch`."
    )


def source_folder(root: Path, source: Source | None) -> Path:
    """Returns where a course takes its assignments from. Raises as `builtin_folder` does."""
    return root if source is None else builtin_folder()
