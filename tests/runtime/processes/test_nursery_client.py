"""The trusted side of the nursery's socket: a nursery that is gone is ours to mend, however it went."""

from __future__ import annotations

import socket

import pytest

from grader.models import Limits
from grader.runtime.processes.nursery_client import NurseryClient, NurseryError


def _client() -> tuple[NurseryClient, socket.socket]:
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    return NurseryClient(ours, 0), theirs


@pytest.mark.parametrize("request_name", ["spawn", "end", "drop", "sweep"])
def test_nursery_that_is_gone_is_a_failure_of_ours(request_name: str) -> None:
    client, theirs = _client()
    theirs.close()
    with pytest.raises(NurseryError, match="the nursery is gone"):
        _ask(client, request_name)
    client._control.close()


@pytest.mark.parametrize("request_name", ["spawn", "end", "drop", "sweep"])
def test_nursery_that_is_killed_before_it_reads_a_request_is_a_failure_of_ours(
    request_name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    client, theirs = _client()
    send = client._send

    def send_and_lose(request: object) -> None:
        send(request)  # type: ignore[arg-type]
        theirs.close()  # with the request unread, which resets the connection

    monkeypatch.setattr(client, "_send", send_and_lose)
    with pytest.raises(NurseryError, match="the nursery is gone"):
        _ask(client, request_name)
    client._control.close()


def _ask(client: NurseryClient, name: str) -> None:
    arguments = {"spawn": (Limits(), "cpu"), "end": (1,), "drop": (1,), "sweep": ()}
    getattr(client, name)(*arguments[name])
