"""Where an isolated candidate may write: its folders and devices, and nothing else that the file system offers.

Files of the image are read-only anyway. But /proc has files of the process itself, such as the mark by which a kernel
that is short of memory chooses whom to end. A kernel without Landlock (before 5.13, or built without it) goes without.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import sys

__all__ = ["Landlock"]

# See landlock(7) and the kernel's `include/uapi/linux/landlock.h`; the numbers are the same on every architecture.
_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446
_VERSION_FLAG = 1
_PATH_BENEATH = 1
_WRITE_FILE = 1 << 1
_REMOVE_AND_MAKE = sum(1 << bit for bit in range(4, 13))
_REFER, _TRUNCATE = 1 << 13, 1 << 14  # since versions 2 and 3


class _PathBeneath(ctypes.Structure):
    _pack_ = 1
    _fields_ = (("allowed_access", ctypes.c_uint64), ("parent_fd", ctypes.c_int32))


class Landlock:
    """A set of rules, made once by whoever forks candidates, and taken on by each of them.

    Args:
        folders: in which everything is allowed.
        devices: a folder of devices, which may be written to but not made or removed.
    """

    def __init__(self, folders: tuple[str, ...], devices: str = "/dev") -> None:
        self._ruleset: int | None = None
        version = _call(_CREATE_RULESET, None, 0, _VERSION_FLAG)
        if version < 1:
            return
        written = _WRITE_FILE | (_TRUNCATE if version >= 3 else 0)
        handled = written | _REMOVE_AND_MAKE | (_REFER if version >= 2 else 0)
        asked = ctypes.c_uint64(handled)
        ruleset = _call(_CREATE_RULESET, ctypes.byref(asked), ctypes.sizeof(asked), 0)
        if ruleset < 0:
            return
        self._ruleset = ruleset
        for path, access in (*((folder, handled) for folder in folders), (devices, written)):
            self._allow(path, access)

    def _allow(self, path: str, access: int) -> None:
        with contextlib.suppress(OSError):  # what is not there cannot be written to either
            parent = os.open(path, os.O_PATH | os.O_CLOEXEC)
            rule = _PathBeneath(access, parent)
            _call(_ADD_RULE, self._ruleset, _PATH_BENEATH, ctypes.byref(rule), 0)
            os.close(parent)

    def restrict(self) -> None:
        """Binds this process, which can gain no privileges any more, and all that it will start."""
        if self._ruleset is None:
            return
        _call(_RESTRICT_SELF, self._ruleset, 0)
        os.close(self._ruleset)


_LIBC = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None


def _call(number: int, *arguments: object) -> int:
    return -1 if _LIBC is None else int(_LIBC.syscall(number, *arguments))
