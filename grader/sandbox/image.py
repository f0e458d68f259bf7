"""The sandbox image: rendered, built, and told apart from a stale one by the hash of what it is built from."""

from __future__ import annotations

import contextlib
import io
import tarfile
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Literal

import docker
import jinja2
from docker.errors import DockerException

from grader.errors import EngineMissingError, SandboxDiedError, SandboxError, UserError
from grader.sandbox.failures import classify_failure
from grader.sandbox.fingerprint import (
    GRADER,
    IMAGE_REPOSITORY,
    dockerfile_template,
    image_tag,
    requirements,
    runtime_files,
    runtime_fingerprint,
)
from grader.sandbox.supervised import RUNTIME_ENVIRONMENT

__all__ = [
    "DEFAULT_BASE",
    "ImageStatus",
    "build_image",
    "connect",
    "docker_errors",
    "image_status",
    "image_tag",
    "missing_image_message",
]

DEFAULT_BASE = "python:3.12-slim"
_CONNECT_TIMEOUT_S = 60


@dataclass(frozen=True, kw_only=True)
class ImageStatus:
    """Whether the image that this version needs is there.

    Attributes:
        others: tags of sandbox images that were built from something else.
    """

    tag: str
    state: Literal["ready", "missing", "stale"]
    others: tuple[str, ...]


@contextmanager
def docker_errors() -> Iterator[None]:
    """Turns what the Docker client raises into our errors, by whose it is to mend."""
    try:
        yield
    except (DockerException, OSError) as error:
        failure = classify_failure(str(error))
        raise (SandboxDiedError if failure.is_transient else EngineMissingError)(failure.message) from error


def connect() -> docker.DockerClient:
    """Returns a client of the engine that DOCKER_HOST names, or of this machine's; the caller closes it.

    Raises:
        SandboxError: if none answers.
    """
    with docker_errors():
        return docker.from_env(timeout=_CONNECT_TIMEOUT_S)


def image_status(cuda: bool = False) -> ImageStatus:
    """Looks for the image.

    Raises:
        SandboxError: if no Docker engine answers.
    """
    tag = image_tag(cuda=cuda)
    with contextlib.closing(connect()) as client, docker_errors():
        tags = {name for image in client.images.list(IMAGE_REPOSITORY) for name in image.tags}
    others = tuple(sorted(name for name in tags if name != tag))
    kind = tag.split("-")[1].split(":")[1]
    is_stale = any(f":{kind}-" in name for name in others)
    return ImageStatus(tag=tag, state="ready" if tag in tags else "stale" if is_stale else "missing", others=others)


def missing_image_message(status: ImageStatus) -> str:
    """Says why an image that is not ready cannot be used, and the next command."""
    command = f"learn image build{' --cuda' if ':cuda-' in status.tag else ''}"
    if status.state == "stale":
        stale = status.others[-1]
        return f"The sandbox image is stale: `{stale}` was built from other sources. Run `{command}`."
    return f"The sandbox image `{status.tag}` is not there. Run `{command}`."


def build_image(
    *,
    base: str = DEFAULT_BASE,
    cuda: bool = False,
    wheelhouse: Path | None = None,
    extra_index_url: str | None = None,
    log: Callable[[str], None] = lambda line: None,
) -> str:
    """Builds the sandbox image and returns its tag.

    Args:
        base: an image with Python 3.11 or newer and pip.
        cuda: for containers with a GPU; then the wheels must be a CUDA build of torch.
        wheelhouse: a folder of wheels to install from, for machines without internet.
        extra_index_url: a further package index for pip, such as one with CPU builds of torch.
        log: receives the lines that the build prints.

    Raises:
        UserError: for a wheelhouse without torch.
        SandboxError: if the engine is missing or the build fails; its message has the last lines of the build.
    """
    if wheelhouse is not None and not list(wheelhouse.glob("torch-*.whl")):
        download = f"pip download -d {wheelhouse} torch numpy pytest msgspec safetensors"
        raise UserError(f"`{wheelhouse}` has no `torch-*.whl`. Fill it by `{download}` for the Python of the image.")
    tag = image_tag(cuda=cuda)
    with contextlib.closing(connect()) as client, tempfile.TemporaryFile() as context:
        _write_context(context, _render(base, cuda, wheelhouse is not None, extra_index_url), wheelhouse)
        context.seek(0)
        with docker_errors():
            lines = client.api.build(fileobj=context, custom_context=True, tag=tag, rm=True, forcerm=True, decode=True)
            _follow(lines, log)
    return tag


def _follow(lines: Iterator[dict[str, Any]], log: Callable[[str], None]) -> None:
    tail: list[str] = []
    for line in lines:
        text = str(line.get("stream") or line.get("status") or "").rstrip()
        if text:
            log(text)
            tail = [*tail[-19:], text]
        if "error" in line:
            raise SandboxError("The sandbox image was not built.\n" + "\n".join([*tail, str(line["error"])]))


def _render(base: str, cuda: bool, wheelhouse: bool, extra_index_url: str | None) -> str:
    environment = jinja2.Environment(trim_blocks=True, lstrip_blocks=True, autoescape=False)  # noqa: S701 - no HTML
    template = environment.from_string(dockerfile_template())
    return template.render(
        base=base,
        cuda=cuda,
        wheelhouse=wheelhouse,
        extra_index_url=extra_index_url,
        environment=RUNTIME_ENVIRONMENT,
        fingerprint=runtime_fingerprint(),
    )


def _write_context(target: IO[bytes], dockerfile: str, wheelhouse: Path | None) -> None:
    """Writes the build context as a tar archive: the engine may be on another machine."""
    with tarfile.open(fileobj=target, mode="w") as archive:
        _add(archive, "Dockerfile", dockerfile.encode())
        _add(archive, "requirements.txt", requirements().encode())
        for path in runtime_files():
            _add(archive, f"runtime/grader/{path.relative_to(GRADER).as_posix()}", path.read_bytes())
        for wheel in sorted(wheelhouse.glob("*.whl")) if wheelhouse else []:
            archive.add(wheel, f"wheelhouse/{wheel.name}")


def _add(archive: tarfile.TarFile, name: str, content: bytes) -> None:
    entry = tarfile.TarInfo(name)
    entry.size = len(content)
    entry.mode = 0o644
    archive.addfile(entry, io.BytesIO(content))
