"""What Docker says, told apart by what is to be mended. The texts were captured from Docker 20.10 and its client."""

from __future__ import annotations

import re

import pytest

from grader.sandbox.failures import FailureKind, classify_failure

_NO_IMAGE = (
    "404 Client Error for http+docker://localhost/v1.41/containers/create: Not Found "
    '("No such image: gradus-sandbox:nope")'
)
_NO_GPU_DRIVER = (
    "500 Server Error for http+docker://localhost/v1.41/containers/da1e42/start: Internal Server Error "
    '("could not select device driver "" with capabilities: [[gpu]]")'
)
_NO_PROGRAM = (
    "400 Client Error for http+docker://localhost/v1.41/containers/7b44/start: Bad Request "
    '("failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: '
    'exec: "nonexistentcmd": executable file not found in $PATH: unknown")'
)
_NO_SOCKET = (
    "Error while fetching server API version: ('Connection aborted.', "
    "FileNotFoundError(2, 'No such file or directory'))"
)
_REFUSED_CONNECTION = (
    "Error while fetching server API version: HTTPConnectionPool(host='127.0.0.1', port=1): Max retries exceeded with "
    "url: /version (Caused by NewConnectionError(\"HTTPConnection(host='127.0.0.1', port=1): Failed to establish a new "
    'connection: [Errno 111] Connection refused"))'
)
_TOO_MANY_CPUS = (
    "400 Client Error for http+docker://localhost/v1.41/containers/create: Bad Request "
    '("Range of CPUs is from 0.01 to 2.00, as there are only 2 CPUs available")'
)
_TOO_LITTLE_MEMORY = (
    "400 Client Error for http+docker://localhost/v1.41/containers/create: Bad Request "
    '("Minimum memory limit allowed is 6MB")'
)
_NO_PERMISSION = (
    "Error while fetching server API version: ('Connection aborted.', PermissionError(13, 'Permission denied'))"
)
_NO_HOST = (
    "HTTPConnectionPool(host='no-such-host.invalid', port=2375): Max retries exceeded with url: /version (Caused by "
    "NameResolutionError(\"HTTPConnection(host='no-such-host.invalid', port=2375): Failed to resolve "
    "'no-such-host.invalid' ([Errno -2] Name or service not known)\"))"
)
_RESET = "('Connection aborted.', ConnectionResetError(104, 'Connection reset by peer'))"
_DISK_FULL = "write /var/lib/docker/tmp/x: no space left on device"
_STREAM_ENDED = "the other side is gone"
_UNHEARD_OF = "the moon is in the wrong quarter"

_CAPTURED = [
    (_NO_IMAGE, FailureKind.IMAGE_MISSING),
    (_NO_GPU_DRIVER, FailureKind.GPU_MISSING),
    (_NO_PROGRAM, FailureKind.IMAGE_BROKEN),
    (_NO_SOCKET, FailureKind.ENGINE_MISSING),
    (_REFUSED_CONNECTION, FailureKind.ENGINE_MISSING),
    (_NO_HOST, FailureKind.ENGINE_MISSING),
    (_NO_PERMISSION, FailureKind.NO_PERMISSION),
    (_TOO_MANY_CPUS, FailureKind.LIMITS_REFUSED),
    (_TOO_LITTLE_MEMORY, FailureKind.LIMITS_REFUSED),
    (_DISK_FULL, FailureKind.DISK_FULL),
    (_RESET, FailureKind.ENGINE_GONE),
    (_STREAM_ENDED, FailureKind.ENGINE_GONE),
    (_UNHEARD_OF, FailureKind.UNKNOWN),
]
_IDS = [
    "no image",
    "no gpu driver",
    "no program",
    "no socket",
    "refused connection",
    "no host",
    "no permission",
    "too many cpus",
    "too little memory",
    "disk full",
    "reset",
    "stream ended",
    "unheard of",
]
_SOMETHING_TO_DO = re.compile(
    r"`(learn|sudo|docker) [^`]+`|`--\w+ \w+`|Install|Start it|Free some space|assignment\.toml|Join the group"
)


@pytest.mark.parametrize(("text", "kind"), _CAPTURED, ids=_IDS)
def test_failure_is_told_by_what_docker_says(text: str, kind: FailureKind) -> None:
    assert classify_failure(text).kind is kind


@pytest.mark.parametrize(("text", "kind"), _CAPTURED, ids=_IDS)
def test_failure_message_says_what_to_do_next(text: str, kind: FailureKind) -> None:
    message = classify_failure(text).message
    assert _SOMETHING_TO_DO.search(message)
    assert message.endswith((".", ")", "available", "6MB"))


@pytest.mark.parametrize(("text", "kind"), _CAPTURED, ids=_IDS)
def test_failure_message_spares_the_reader_the_clients_own_words(text: str, kind: FailureKind) -> None:
    message = classify_failure(text).message
    assert not re.search(r"http\+docker|HTTPConnection|Errno|Caused by|Traceback", message)
    assert "\n" not in message


@pytest.mark.parametrize(
    ("text", "is_transient"),
    [(text, kind in (FailureKind.ENGINE_GONE, FailureKind.UNKNOWN)) for text, kind in _CAPTURED],
    ids=_IDS,
)
def test_failure_is_transient_where_a_fresh_sandbox_may_help(text: str, is_transient: bool) -> None:
    assert classify_failure(text).is_transient is is_transient


@pytest.mark.parametrize("text", [_STREAM_ENDED, "", _UNHEARD_OF], ids=["stream ended", "nothing", "unheard of"])
def test_failure_of_a_container_out_of_memory_says_so(text: str) -> None:
    failure = classify_failure(text, is_oom_killed=True)
    assert failure.kind is FailureKind.OUT_OF_MEMORY
    assert failure.is_transient
    assert "memory_mib" in failure.message


def test_failure_that_nobody_knows_is_ours_and_says_what_was_said() -> None:
    failure = classify_failure(_UNHEARD_OF)
    assert failure.message == f"The sandbox failed: {_UNHEARD_OF}. Run `learn doctor` to see what is wrong."


def test_failure_that_nobody_knows_is_cut_to_one_line_of_bounded_length() -> None:
    message = classify_failure(f"{'x' * 1_000}\nsecond line").message
    assert "second line" not in message
    assert len(message) < 400


def test_failure_of_refused_limits_says_which() -> None:
    assert classify_failure(_TOO_MANY_CPUS).message.endswith(
        "Docker said: Range of CPUs is from 0.01 to 2.00, as there are only 2 CPUs available"
    )


def test_no_kind_of_failure_is_the_students() -> None:
    assert {kind.value for kind in FailureKind}.isdisjoint({"student", "submission", "refused", "failed"})
