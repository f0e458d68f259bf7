"""Puts the built-in course into a wheel, as data of the package; an editable install finds it at the root instead.

The stubs are cut from the solutions where they are needed, so that of `exercises/` only the list of known ones goes in.
"""

from __future__ import annotations

from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

_COURSE = ("course.toml", "assignments", "solutions", "exercises/.stubs.json")
_FOLDER = "grader/course/builtin"


class BuiltInCourseHook(BuildHookInterface[Any]):
    """What hatchling calls before it packs."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if version == "standard":
            build_data["force_include"].update({name: f"{_FOLDER}/{name}" for name in _COURSE})
