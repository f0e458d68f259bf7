"""Makes pools of either back end. Docker's client is an optional package, so it is imported only when wanted."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from grader.errors import EngineMissingError, UserError
from grader.models import Limits
from grader.sandbox.gate import Gate
from grader.sandbox.pool import Pool
from grader.sandbox.process import ProcessSandbox
from grader.sandbox.protocol import Sandbox

__all__ = ["SANDBOX_NAMES", "image_of", "make_pool", "make_sandbox", "needs_docker_package"]

SANDBOX_NAMES = ("process", "docker")
_DOCKER_EXTRA = {"docker", "jinja2", "requests", "urllib3"}


def make_pool(
    name: str,
    limits: Limits,
    device: str = "cpu",
    spares: int = 0,
    gpus: tuple[str, ...] = (),
    gate: Gate | None = None,
) -> Pool:
    """Returns a pool of sandboxes, none of which was started unless spares are wanted.

    Args:
        name: `process` or `docker`.
        limits: of the assignment that is to be graded.
        device: `cpu` or `cuda`.
        spares: how many started sandboxes to keep ready beside those in use.
        gpus: ids of the GPUs for them; all of the machine's by default.
        gate: of the other pools on this machine that judge at the same time.

    Raises:
        UserError: if there is no back end of that name.
        EngineMissingError: if Docker's client is not installed.
    """
    return Pool(_maker(name, limits, device, gpus), spares, gate)


def image_of(name: str, limits: Limits, device: str = "cpu") -> str | None:
    """Returns the image that a back end runs, for the report. Raises as `make_pool` does."""
    return make_sandbox(name, limits, device).image


def make_sandbox(name: str, limits: Limits, device: str = "cpu") -> Sandbox:
    """Returns one sandbox, not started yet. Raises as `make_pool` does."""
    return _maker(name, limits, device)()


@contextmanager
def needs_docker_package() -> Iterator[None]:
    """Says what to install when an import of Docker's client or of what builds images fails."""
    try:
        yield
    except ModuleNotFoundError as error:
        if (error.name or "").split(".")[0] not in _DOCKER_EXTRA:
            raise
        raise EngineMissingError(
            f"The Python package `{error.name}` is missing, which the `docker` sandbox needs. "
            "Run `pip install 'gradus-torch[docker]'`."
        ) from error


def _maker(name: str, limits: Limits, device: str, gpus: tuple[str, ...] = ()) -> Callable[[], Sandbox]:
    if name == "process":
        return ProcessSandbox
    if name != "docker":
        raise UserError(f"There is no sandbox `{name}`. Choose one of {', '.join(SANDBOX_NAMES)}.")
    with needs_docker_package():
        from grader.sandbox.docker import DockerSandbox
    return lambda: DockerSandbox(limits, device=device, gpus=list(gpus) or None)
