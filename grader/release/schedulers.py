"""What has a cluster run workers on a course's submissions: an array for Slurm, a Job for Kubernetes.

Both ask the scheduler for what the largest assignment of the course may use. Neither holds a secret.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from grader import __version__
from grader.course.course import Course
from grader.models import Limits
from grader.release.texts import text_file
from grader.sandbox.fingerprint import image_tag
from grader.sandbox.footprint import longest_s, memory_mib

__all__ = ["kubernetes", "slurm"]

_MACHINES = 4
_JOBS = 4
_WORKER_MIB = 256  # one with four jobs had 62 MB at most
_ENGINE_MIB = 512  # dockerd, containerd and the shims of four containers had 230 MB together


@dataclass(frozen=True, kw_only=True)
class _Needs:
    """What one submission needs, whichever assignment of the course it is for.

    Attributes:
        cpus: whole cores.
        finish_s: seconds within which whoever judges it is done with it.
    """

    cpus: int
    memory_mib: int
    finish_s: int


def slurm(course: Course) -> bytes:
    """Returns the batch script of an array of workers. Raises `CourseError` if an assignment does not read."""
    needs = _needs(course)
    of_worker_mib = _WORKER_MIB / _JOBS
    per_cpu_mib = math.ceil((needs.memory_mib + of_worker_mib) / needs.cpus)
    return text_file("gradus-slurm.sh", machines=_MACHINES, jobs=_JOBS, needs=needs, memory_per_cpu_mib=per_cpu_mib)


def kubernetes(course: Course) -> bytes:
    """Returns the manifest of a Job of workers. Raises `CourseError` if an assignment does not read."""
    needs = _needs(course)
    return text_file(
        "gradus-kubernetes.yaml",
        machines=_MACHINES,
        jobs=_JOBS,
        needs=needs,
        engine_mib=_JOBS * needs.memory_mib + _ENGINE_MIB,
        worker_mib=_WORKER_MIB,
        image_tag=image_tag(),
        version=__version__,
    )


def _needs(course: Course) -> _Needs:
    every = [course.assignment(slug).limits for slug in course.slugs] or [Limits()]
    return _Needs(
        cpus=math.ceil(max(limits.cpus for limits in every)),
        memory_mib=max(map(memory_mib, every)),
        finish_s=math.ceil(max(map(longest_s, every))),
    )
