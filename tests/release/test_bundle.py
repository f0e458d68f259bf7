"""A student's bundle as a student uses it: unpacked, checked with `learn` and with plain pytest."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from grader.course.course import Course
from grader.release.bundle import bundle

_ROOT = Path(__file__).parents[2]
_COURSE = Course(_ROOT)

pytestmark = pytest.mark.slow


@pytest.fixture
def unpacked(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    slug: str = request.param
    for content in bundle(_COURSE, _COURSE.assignment(slug)).values():
        path = tmp_path / "bundle.zip"
        path.write_bytes(content)
        with zipfile.ZipFile(path) as archive:
            archive.extractall(tmp_path)
    return tmp_path / slug


two_assignments = pytest.mark.parametrize("unpacked", ["optimizers", "bptt"], indirect=True)


def _python(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": str(_ROOT), "PYTHONDONTWRITEBYTECODE": "1"}
    command = [sys.executable, *arguments]
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, timeout=300)


@two_assignments
def test_stub_of_a_bundle_earns_nothing(unpacked: Path) -> None:
    checked = _python(unpacked, "-m", "cli", "check", unpacked.name, "--json")
    assert checked.returncode == 1, checked.stderr
    report = json.loads(checked.stdout)
    assert report["graded"] is True and report["score"] == 0.0
    tested = _python(unpacked, "-m", "pytest", "-q", "-p", "no:cacheprovider")
    assert tested.returncode == 1 and " passed" not in tested.stdout
    assert "not written yet" in tested.stdout


@two_assignments
def test_reference_passes_in_a_bundle(unpacked: Path) -> None:
    assignment = _COURSE.assignment(unpacked.name)
    (unpacked / "exercises" / assignment.file_name).write_bytes(_COURSE.solution(assignment).read_bytes())
    checked = _python(unpacked, "-m", "cli", "check", unpacked.name, "--json")
    assert checked.returncode == 0, checked.stderr
    report = json.loads(checked.stdout)
    tests = [test for task in report["tasks"] for test in task["tests"]]
    assert report["score"] == 100.0 and {test["visibility"] for test in tests} == {"visible"}
    tested = _python(unpacked, "-m", "pytest", "-q", "-p", "no:cacheprovider")
    assert tested.returncode == 0 and f"{len(tests)} passed" in tested.stdout
