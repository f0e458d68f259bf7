"""System calls that an isolated candidate may not make, since what they make outlives it or is not seen.

- Segments, queues and semaphores of System V belong to nobody and are no files. Their memory counts as the container's,
  so that the kernel, once there is none left, finds nobody whose end would give it back.
- Connections of the network, even of a container to itself, stay in the kernel's tables for others to read.
- Rings of `io_uring` make calls that no filter sees.
"""

from __future__ import annotations

import ctypes
import errno
import os
import socket
import struct
import sys
from dataclasses import dataclass

__all__ = ["refuse_calls"]

_PR_SET_SECCOMP = 22
_MODE_FILTER = 2
_ALLOW, _ERROR = 0x7FFF0000, 0x00050000
# Instructions of the classic BPF, and where the facts of a call stand; see seccomp(2) and linux/audit.h.
_LOAD, _IF_EQUAL, _IF_AT_LEAST, _RETURN = 0x20, 0x15, 0x35, 0x06
_NUMBER_AT, _ARCHITECTURE_AT, _FIRST_ARGUMENT_AT = 0, 4, 16
_OTHER_CONVENTIONS = 0x40000000  # x32 numbers the same calls from here on
_IO_URING_SETUP = 425  # on every architecture


@dataclass(frozen=True)
class _Architecture:
    """Its mark, and its numbers of `socket` and of the calls that make System V objects."""

    mark: int
    socket: int
    system_v: tuple[int, int, int]


_ARCHITECTURES = {
    "x86_64": _Architecture(0xC000003E, 41, (29, 68, 64)),
    "aarch64": _Architecture(0xC00000B7, 198, (194, 186, 190)),
}


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("filter", ctypes.c_char_p))


def refuse_calls() -> None:
    """Makes these calls fail with EPERM, in this process and all that it will start.

    Calls by the rules of another architecture, which no honest program here makes, fail likewise. The process must not
    be able to gain privileges any more.
    """
    if sys.platform != "linux" or os.uname().machine not in _ARCHITECTURES:
        return
    filter_ = _filter(_ARCHITECTURES[os.uname().machine])
    program = _Program(len(filter_) // 8, filter_)
    ctypes.CDLL(None).prctl(_PR_SET_SECCOMP, _MODE_FILTER, ctypes.byref(program), 0, 0)


def _filter(architecture: _Architecture) -> bytes:
    """Returns the program; a jump says how many instructions to pass over if the test holds, and if not."""
    refused = [(_IF_EQUAL, number) for number in (*architecture.system_v, _IO_URING_SETUP)]
    refused.append((_IF_AT_LEAST, _OTHER_CONVENTIONS))
    program = [
        (_LOAD, 0, 0, _ARCHITECTURE_AT),
        (_IF_EQUAL, 1, 0, architecture.mark),
        (_RETURN, 0, 0, _ERROR | errno.EPERM),
        (_LOAD, 0, 0, _NUMBER_AT),
        *((code, len(refused) + 3 - index, 0, value) for index, (code, value) in enumerate(refused)),
        (_IF_EQUAL, 0, 2, architecture.socket),
        (_LOAD, 0, 0, _FIRST_ARGUMENT_AT),
        (_IF_EQUAL, 0, 1, socket.AF_UNIX),
        (_RETURN, 0, 0, _ALLOW),
        (_RETURN, 0, 0, _ERROR | errno.EPERM),
    ]
    return b"".join(struct.pack("HBBI", *instruction) for instruction in program)
