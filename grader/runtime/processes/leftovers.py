"""Finds and removes what candidates left behind: processes, files and System V objects.

In a container every candidate has a user id of its own, so what it left is known by its owner. As plain processes
all run under one account; there the nursery's children and its own temporary folders are what can be found.
"""

from __future__ import annotations

import contextlib
import itertools
import os
import signal
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import NoReturn

__all__ = ["CANDIDATE_UIDS", "has_left_files", "has_offspring", "remove_isolated", "remove_plain"]

CANDIDATE_UIDS = range(20_000, 60_000)  # within the 65,536 ids that a rootless engine maps
_REAPER_UID = 19_999
_SHARED_FOLDERS = (Path("/tmp"), Path("/dev/shm"), Path("/dev/mqueue"))  # noqa: S108 - what a container has that anyone may write


def has_offspring(pid: int, own: set[int]) -> bool:
    """Whether a child of this process has started others: its children, or orphans that have come to this process.

    Args:
        pid: the child.
        own: children that this process forked itself.
    """
    return bool(_children(pid)) or bool(_children(os.getpid()) - own)


def has_left_files(home: Path | None) -> bool:
    """Whether there is anything of a candidate's in the folders that it may write to.

    Args:
        home: of plain candidates; None looks where a container can be written.
    """
    if home is not None:
        return any(home.iterdir())
    return bool(list(_uids_of_files())) or _system_v_objects() is not None


def remove_isolated(spared: set[int]) -> str | None:
    """Kills and deletes all that belongs to any candidate's user id in this container.

    Args:
        spared: user ids of candidates that wait for their first submission.

    Returns:
        What is still there, or None. Processes take a moment to end: call again.
    """
    for uid in (set(_uids_of_processes()) | set(_uids_of_files())) - spared:
        _clean_up_as(uid)
    if processes := [uid for uid in _uids_of_processes() if uid not in spared]:
        return f"{len(processes)} processes of a candidate are still running"
    if files := list(_uids_of_files()):
        return f"{len(files)} files of a candidate could not be removed"
    return _system_v_objects()


def remove_plain(home: Path, spared: set[int]) -> str | None:
    """Kills every child of this process but those spared, and empties the folder of its candidates."""
    for pid in _children(os.getpid()) - spared:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.kill(pid, signal.SIGKILL)
    for path in home.iterdir():
        _delete(path)
    left = [pid for pid in _children(os.getpid()) - spared if not _has_ended(_status_fields(pid))]
    return f"{len(left)} processes of a candidate are still running" if left else None


def _status_fields(pid: int) -> dict[str, str]:
    try:
        text = Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return {}
    return {key: value.strip() for key, _, value in (line.partition(":") for line in text.splitlines())}


def _pids() -> Iterator[int]:
    with contextlib.suppress(FileNotFoundError):
        yield from (int(path.name) for path in Path("/proc").iterdir() if path.name.isdigit())


def _has_ended(fields: dict[str, str]) -> bool:
    """Whether nothing of a process runs any more. With other threads left it has lost its first one only."""
    return fields.get("State", "Z")[0] in "ZX" and int(fields.get("Threads", "1")) <= 1


def _children(parent: int) -> set[int]:
    """Reads the kernel's own lists, thread by thread; walks over all processes, a slow way, where it keeps none."""
    lists = list(Path(f"/proc/{parent}/task").glob("*/children"))
    if not lists:
        return {pid for pid in _pids() if _status_fields(pid).get("PPid") == str(parent)}
    found: set[int] = set()
    for path in lists:
        with contextlib.suppress(OSError):
            found |= {int(pid) for pid in path.read_text().split()}
    return found


def _uids_of_processes() -> Iterator[int]:
    # The owner of /proc/PID says nothing: it is root for every process that changed its user.
    for pid in _pids():
        fields = _status_fields(pid)
        if fields and not _has_ended(fields):
            yield from (uid for uid in {int(part) for part in fields["Uid"].split()} if uid in CANDIDATE_UIDS)


def _uids_of_files() -> Iterator[int]:
    for folder in _SHARED_FOLDERS:
        with contextlib.suppress(FileNotFoundError), os.scandir(folder) as entries:
            for entry in entries:
                with contextlib.suppress(FileNotFoundError):
                    owner = entry.stat(follow_symlinks=False).st_uid
                    if owner in CANDIDATE_UIDS:
                        yield owner


def _system_v_objects() -> str | None:
    for kind in ("shm", "msg", "sem"):
        with contextlib.suppress(FileNotFoundError):
            if len(Path(f"/proc/sysvipc/{kind}").read_text().splitlines()) > 1:
                return f"a System V object ({kind}) is left"
    return None


def _clean_up_as(uid: int) -> None:
    try:
        pid = os.fork()
    except OSError:  # the user's own processes may be why there is none left for this one
        _kill_one_by_one(uid)
        return
    if pid == 0:
        _kill_and_delete(uid)
    os.waitpid(pid, 0)


def _kill_one_by_one(uid: int) -> None:
    for pid in _pids():
        if str(uid) in _status_fields(pid).get("Uid", "").split():
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.kill(pid, signal.SIGKILL)


def _kill_and_delete(uid: int) -> NoReturn:
    """Signals and deletes with the candidate's rights, while its real user id keeps the candidate from signalling back.

    `kill(-1)` reaches every process of the user at once, which no walk over /proc could do to a fork bomb.
    """
    try:
        signal.alarm(5)
        os.setgroups([])
        os.setresgid(uid, uid, uid)
        os.setresuid(_REAPER_UID, uid, _REAPER_UID)
        with contextlib.suppress(ProcessLookupError):
            os.kill(-1, signal.SIGKILL)
        for folder in _SHARED_FOLDERS:
            for path in folder.glob("*"):
                if path.lstat().st_uid == uid:
                    _delete(path)
    finally:
        os._exit(0)


def _delete(path: Path) -> None:
    """Deletes a file or a tree however deep, through folders that were left without permissions too.

    Each folder is moved beside the outermost one before it is emptied, so that no path grows. What resists stays.
    """
    free_names = (f"{path.parent}/.gone-{os.getpid()}-{number}" for number in itertools.count())
    waiting = [str(path)]
    while waiting:
        current = waiting.pop()
        with contextlib.suppress(OSError):
            if not stat.S_ISDIR(os.lstat(current).st_mode):
                os.unlink(current)  # noqa: PTH108 - a student's tree may be huge, so there is no `Path` for each part
                continue
            os.chmod(current, 0o700)  # noqa: PTH101
            with os.scandir(current) as entries:
                waiting += [moved for entry in list(entries) if (moved := _taken_out(entry, free_names)) is not None]
            os.rmdir(current)  # noqa: PTH106


def _taken_out(entry: os.DirEntry[str], free_names: Iterator[str]) -> str | None:
    """Deletes a file; of a folder returns where it was moved to."""
    with contextlib.suppress(OSError):
        if not entry.is_dir(follow_symlinks=False):
            os.unlink(entry.path)  # noqa: PTH108
            return None
        os.chmod(entry.path, 0o700)  # noqa: PTH101 - to move a folder is to write into it
        target = next(free_names)
        os.rename(entry.path, target)  # noqa: PTH104
        return target
    return None
