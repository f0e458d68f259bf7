"""What the tests of a marker need of the machine, each with a function that says what is missing."""

from __future__ import annotations

import importlib.util
import shutil
from collections.abc import Callable, Mapping

from benchmarks.postgresql import MISSING, programs
from grader.errors import SandboxError
from grader.sandbox import factory
from tests.support import slurm

__all__ = ["NEEDS", "chromium_path"]


def _docker_problem() -> str | None:
    try:
        with factory.needs_docker_package():
            from grader.sandbox.image import image_status, missing_image_message
        status = image_status()
    except SandboxError as error:
        return str(error)
    return None if status.state == "ready" else missing_image_message(status)


def _browser_problem() -> str | None:
    if importlib.util.find_spec("playwright") is None:
        return "the Python package `playwright` is missing: `pip install playwright`"
    if chromium_path() is None:
        return "no Chromium or Chrome is on the PATH: install the package `chromium`"
    return None


def _postgresql_problem() -> str | None:
    return None if programs() else MISSING


def _slurm_problem() -> str | None:
    missing = [name for name in slurm.PROGRAMS if slurm.program(name) is None]
    return f"{' and '.join(missing)} not installed (`apt-get install slurm-wlm munge`)" if missing else None


def chromium_path() -> str | None:
    """Returns where Chromium or Chrome is."""
    names = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
    return next((path for path in map(shutil.which, names) if path), None)


NEEDS: Mapping[str, Callable[[], str | None]] = {
    "docker": _docker_problem,
    "browser": _browser_problem,
    "postgresql": _postgresql_problem,
    "slurm": _slurm_problem,
}
