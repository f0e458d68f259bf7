"""The Job for Kubernetes against the schemas that Kubernetes publishes, and what its pods may and may not."""

from __future__ import annotations

import copy
import re
import textwrap
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import kubernetes_validate
import pytest
import yaml

from grader.course.course import Course
from grader.release.schedulers import kubernetes
from grader.sandbox.fingerprint import image_tag
from grader.sandbox.footprint import longest_s, memory_mib

_PAGE = Path(__file__).parents[2] / "docs" / "scaling.md"
_VERSIONS = ("1.29", "1.31", "1.33", "1.35", "1.37")
"""Native sidecars are on by default since the first; the last is the newest that is published."""


@pytest.fixture
def job(toy: Course) -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load(kubernetes(toy))
    return found


def _pod(job: dict[str, Any]) -> dict[str, Any]:
    pod: dict[str, Any] = job["spec"]["template"]["spec"]
    return pod


def _containers(job: dict[str, Any]) -> dict[str, dict[str, Any]]:
    pod = _pod(job)
    return {one["name"]: one for one in (*pod["initContainers"], *pod["containers"])}


def _environment(container: dict[str, Any]) -> dict[str, Any]:
    return {one["name"]: one.get("value") for one in container["env"]}


@pytest.mark.parametrize("version", _VERSIONS)
def test_job_is_what_kubernetes_takes(job: dict[str, Any], version: str) -> None:
    assert kubernetes_validate.validate(job, version, strict=True) == version


def _misspelt(job: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Yields the job with one key misspelt, for every key that means something to Kubernetes."""
    labels = {"app.kubernetes.io/name", "app.kubernetes.io/component"}
    quantities = {"cpu", "memory"}

    def places(node: Any, path: tuple[Any, ...]) -> Iterator[tuple[Any, ...]]:
        pairs = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
        for key, value in pairs:
            if isinstance(key, str) and key not in labels | quantities:
                yield (*path, key)
            yield from places(value, (*path, key))

    for *above, key in places(job, ()):
        changed = copy.deepcopy(job)
        node = changed
        for step in above:
            node = node[step]
        node[f"{key}x"] = node.pop(key)
        yield changed


def test_no_key_can_be_misspelt(job: dict[str, Any]) -> None:
    misspelt = list(_misspelt(job))
    assert len(misspelt) > 100
    for changed in misspelt:
        with pytest.raises((kubernetes_validate.ValidationError, KeyError)):
            kubernetes_validate.validate(changed, "1.33", strict=True)


def test_only_the_engine_has_privileges(job: dict[str, Any]) -> None:
    containers = _containers(job)
    assert _pod(job)["securityContext"]["runAsNonRoot"]
    assert _pod(job)["automountServiceAccountToken"] is False
    assert [name for name, one in containers.items() if one["securityContext"].get("privileged")] == ["engine"]
    for name in containers.keys() - {"engine"}:
        assert containers[name]["securityContext"] == {
            "allowPrivilegeEscalation": False,
            "readOnlyRootFilesystem": True,
            "capabilities": {"drop": ["ALL"]},
        }


def test_engine_is_a_sidecar_that_is_ready_before_anything_else_starts(job: dict[str, Any]) -> None:
    engine = _pod(job)["initContainers"][0]
    assert (engine["name"], engine["restartPolicy"]) == ("engine", "Always")
    assert engine["startupProbe"]["exec"]["command"] == ["docker", "version"]


def test_engine_listens_where_the_others_look_and_nowhere_else(job: dict[str, Any]) -> None:
    containers = _containers(job)
    hosts = [part for part in containers["engine"]["command"] if part.startswith("--host=")]
    assert hosts == [f"--host={_environment(containers['worker'])['DOCKER_HOST']}"]
    assert {_environment(one)["DOCKER_HOST"] for one in containers.values()} == {hosts[0].removeprefix("--host=")}
    group = _pod(job)["securityContext"]["runAsGroup"]
    assert f"--group={group}" in containers["engine"]["command"]
    assert all({"name": "socket", "mountPath": "/run/engine"} in one["volumeMounts"] for one in containers.values())


def test_engine_may_use_what_its_sandboxes_may(toy: Course, job: dict[str, Any]) -> None:
    jobs = int(_containers(job)["worker"]["command"][-1])
    limits = [toy.assignment(slug).limits for slug in toy.slugs]
    asked = _containers(job)["engine"]["resources"]
    assert asked["requests"] == asked["limits"]
    assert int(asked["limits"]["memory"].removesuffix("Mi")) > jobs * max(map(memory_mib, limits))
    assert int(asked["limits"]["cpu"]) >= jobs * max(one.cpus for one in limits)


def test_worker_has_the_time_to_finish_a_submission(toy: Course, job: dict[str, Any]) -> None:
    longest = max(longest_s(toy.assignment(slug).limits) for slug in toy.slugs)
    assert _pod(job)["terminationGracePeriodSeconds"] >= longest


def test_work_is_a_queue_and_a_lost_node_is_nobodys_failure(job: dict[str, Any]) -> None:
    assert "completions" not in job["spec"]
    assert job["spec"]["podFailurePolicy"]["rules"][0]["action"] == "Ignore"
    assert job["spec"]["podFailurePolicy"]["rules"][0]["onPodConditions"][0]["type"] == "DisruptionTarget"


def test_sandbox_image_gets_the_name_that_the_worker_looks_for(job: dict[str, Any]) -> None:
    (script,) = _containers(job)["image"]["args"]
    assert f'docker tag "$REGISTRY/{image_tag()}" {image_tag()}\n' in script


def test_store_is_taken_from_a_secret(job: dict[str, Any]) -> None:
    (store,) = [one for one in _containers(job)["worker"]["env"] if one["name"] == "GRADUS_STORE"]
    assert store == {"name": "GRADUS_STORE", "valueFrom": {"secretKeyRef": {"name": "gradus-store", "key": "url"}}}


def test_every_mount_has_its_volume(job: dict[str, Any]) -> None:
    volumes = {one["name"] for one in _pod(job)["volumes"]}
    assert {mount["name"] for one in _containers(job).values() for mount in one["volumeMounts"]} == volumes


def test_changes_of_a_site_in_the_docs_meet_what_is_there(job: dict[str, Any]) -> None:
    (block,) = re.findall(r"^ +```yaml\n(.*?)^ +```$", _PAGE.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    site = yaml.safe_load(textwrap.dedent(block))
    (patch,) = (yaml.safe_load(one["patch"]) for one in site["patches"])
    _pod(patch)["containers"] = _pod(job)["containers"]  # which a patch may leave out, and a Job may not
    kubernetes_validate.validate(patch, "1.33", strict=True)
    assert (patch["kind"], patch["metadata"]) == (job["kind"], {"name": job["metadata"]["name"]})
    assert _containers(job)["worker"]["image"].split(":")[0] in [one["name"] for one in site["images"]]
    (changed,) = _pod(patch)["initContainers"]
    assert _environment(changed).keys() <= _environment(_containers(job)[changed["name"]]).keys()
