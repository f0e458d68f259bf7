"""System calls that an isolated candidate may not make: those whose objects belong to nobody.

A segment, queue or semaphore of System V outlives who made it and is no file. Its memory counts as the container's, so
that the kernel, once there is none left, finds nobody whose end would give it back.
"""

from __future__ import annotations

import ctypes
import errno
import os
import struct
import sys

__all__ = ["refuse_system_v"]

_PR_SET_SECCOMP = 22
_MODE_FILTER = 2
_ALLOW, _ERROR = 0x7FFF0000, 0x00050000
# Instructions of the classic BPF, and where the facts of a call stand; see seccomp(2) and linux/audit.h.
_LOAD, _IF_EQUAL, _IF_AT_LEAST, _RETURN = 0x20, 0x15, 0x35, 0x06
_NUMBER_AT, _ARCHITECTURE_AT = 0, 4
_OTHER_CONVENTIONS = 0x40000000  # x32 numbers the same calls from here on
_CALLS = {  # the architecture's mark, and its numbers of shmget, msgget and semget
    "x86_64": (0xC000003E, (29, 68, 64)),
    "aarch64": (0xC00000B7, (194, 186, 190)),
}


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("filter", ctypes.c_char_p))


def refuse_system_v() -> None:
    """Makes the calls that create System V objects fail with EPERM, in this process and all that it will start.

    The process must not be able to gain privileges any more.

    Calls by the rules of another architecture, which no honest program here makes, fail likewise.
    """
    if sys.platform != "linux" or os.uname().machine not in _CALLS:
        return
    filter_ = _filter(*_CALLS[os.uname().machine])
    program = _Program(len(filter_) // 8, filter_)
    ctypes.CDLL(None).prctl(_PR_SET_SECCOMP, _MODE_FILTER, ctypes.byref(program), 0, 0)


def _filter(architecture: int, numbers: tuple[int, ...]) -> bytes:
    """Returns the program: what is none of the numbers falls through to be allowed."""
    refused = _ERROR | errno.EPERM
    tests = [(_IF_AT_LEAST, _OTHER_CONVENTIONS), *((_IF_EQUAL, number) for number in numbers)]
    program = [
        (_LOAD, 0, 0, _ARCHITECTURE_AT),
        (_IF_EQUAL, 1, 0, architecture),
        (_RETURN, 0, 0, refused),
        (_LOAD, 0, 0, _NUMBER_AT),
        *((code, len(tests) - index, 0, value) for index, (code, value) in enumerate(tests)),
        (_RETURN, 0, 0, _ALLOW),
        (_RETURN, 0, 0, refused),
    ]
    return b"".join(struct.pack("HBBI", *instruction) for instruction in program)
