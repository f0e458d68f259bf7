"""The worker of the Job for Kubernetes, run as the manifest says and with nothing in its environment but what it gives.

No cluster is needed for it: a folder of this machine stands for the volume that the engine's socket is in.
"""

from __future__ import annotations

import os
import subprocess
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import yaml

from grader.course.course import Course
from grader.release.schedulers import kubernetes
from tests.support.workers import Outcome, Waiting, environment

pytestmark = [pytest.mark.slow, pytest.mark.docker, pytest.mark.postgresql]

_OWN_ENGINE = "unix:///var/run/docker.sock"
_PATIENCE_S = 180


def _worker(course: Course) -> dict[str, Any]:
    (found,) = yaml.safe_load(kubernetes(course))["spec"]["template"]["spec"]["containers"]
    worker: dict[str, Any] = found
    return worker


def _environment(worker: dict[str, Any], secret: dict[str, str], socket_folder: Path) -> dict[str, str]:
    """Returns what Kubernetes would set, with the volume of the socket where this machine has it."""
    (mounted,) = [one["mountPath"] for one in worker["volumeMounts"] if one["name"] == "socket"]
    values = {
        one["name"]: one["value"] if "value" in one else secret[one["valueFrom"]["secretKeyRef"]["key"]]
        for one in worker["env"]
    }
    return {name: value.replace(mounted, str(socket_folder)) for name, value in values.items()}


def test_worker_of_the_job_judges_a_class_in_docker(
    toy: Course, waiting: Waiting, graded: Outcome, postgresql_url: str, tmp_path: Path
) -> None:
    (tmp_path / "docker.sock").symlink_to(urlsplit(os.environ.get("DOCKER_HOST", _OWN_ENGINE)).path)
    wanted = waiting.count("pending")
    worker = _worker(toy)
    given = _environment(worker, {"url": postgresql_url}, tmp_path)
    path = {"PATH": environment()["PATH"]}  # which the image has

    run = subprocess.run(worker["command"], env=given | path, cwd="/", timeout=_PATIENCE_S, capture_output=True)

    assert run.returncode == 0, run.stderr
    assert waiting.outcome() == graded
    assert waiting.judged() == waiting.count("gradings") == wanted
