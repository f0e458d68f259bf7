"""Plain pytest, a new process for each submission: on this machine, and in a container as most graders start one."""

from __future__ import annotations

import sys
from pathlib import Path

from benchmarks.checks import Checks
from benchmarks.commands import ROOT, exit_code, seconds_of
from benchmarks.machine import first_core
from grader.sandbox.image import image_tag

__all__ = ["DockerPytest", "Pytest"]

_OPTIONS = ["-p", "benchmarks.inprocess", "-p", "no:cacheprovider", "-q", "-W", "ignore"]
_PASSED, _FAILED = 0, 1


class Pytest:
    """`pytest` of a submission, which is imported into the process of the tests.

    Args:
        folder: an empty one, for the submission.
    """

    def __init__(self, checks: Checks, folder: Path) -> None:
        self._right = checks.right
        self._file = folder / "submission.py"
        self._command = self._command_for(checks)
        self._variables = {"SUBMISSION": str(self._file), "PYTHONPATH": str(ROOT)}

    def seconds(self) -> float:
        """Returns how long a right answer takes. Raises NotMeasuredError if a test fails."""
        self._file.write_text(self._right, encoding="utf-8")
        return seconds_of(self._command, variables=self._variables)

    def score(self, source: str) -> float:
        """Returns 1 for an answer that passes all tests, else 0. Raises NotMeasuredError if pytest does not run."""
        self._file.write_text(source, encoding="utf-8")
        return float(exit_code(self._command, (_PASSED, _FAILED), variables=self._variables) == _PASSED)

    def _command_for(self, checks: Checks) -> list[str]:
        return [sys.executable, "-m", "pytest", *_OPTIONS, "--rootdir", str(checks.suite), str(checks.suite)]


class DockerPytest(Pytest):
    """The same by `docker run` on one core, in the image that the sandbox uses."""

    def __init__(self, checks: Checks, folder: Path) -> None:
        self._folder = folder
        super().__init__(checks, folder)
        for name in ("__init__.py", "inprocess.py"):
            self._write(f"benchmarks/{name}", (ROOT / "benchmarks" / name).read_bytes())
        for name, content in checks.course.suite(checks.assignment).files.items():
            self._write(f"suite/{name}", content)

    def _command_for(self, checks: Checks) -> list[str]:
        paths = "['/work', '/opt/gradus/runtime', '/opt/gradus/packages']"
        boot = f"import sys; sys.path[:0] = {paths}; import pytest; sys.exit(pytest.main({[*_OPTIONS, '/work/suite']}))"
        kept = ["--rm", "--network", "none", "--cpuset-cpus", str(first_core()), "-v", f"{self._folder}:/work:ro"]
        told = ["-e", "SUBMISSION=/work/submission.py", "--entrypoint", "python3"]
        return ["docker", "run", *kept, *told, image_tag(), "-c", boot]

    def _write(self, name: str, content: bytes) -> None:
        path = self._folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
