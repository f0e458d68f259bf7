from __future__ import annotations

import sys

import pytest

from grader.errors import EngineMissingError, UserError
from grader.models import Limits
from grader.sandbox.factory import image_of, make_pool


def test_process_pool_starts_nothing_by_itself() -> None:
    with make_pool("process", Limits()) as pool:
        assert pool is not None
    assert image_of("process", Limits()) is None


def test_unknown_sandbox_is_refused() -> None:
    with pytest.raises(UserError, match="process, docker"):
        make_pool("vm", Limits())


def test_docker_without_its_package_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("grader.sandbox.docker", "grader.sandbox.image"):
        monkeypatch.delitem(sys.modules, name, raising=False)
    monkeypatch.setitem(sys.modules, "docker", None)
    monkeypatch.setitem(sys.modules, "docker.errors", None)
    with pytest.raises(EngineMissingError, match=r"pip install 'gradus-torch\[docker\]'"):
        make_pool("docker", Limits())
