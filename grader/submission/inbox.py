"""The folder into which submissions are handed in, which may be on a file system that many machines share.

    INBOX/<student>/<slug>/attempt-0001/<slug>.py
                                        receipt.json

An attempt is written beside its place, under a name that begins with a dot, and moved there in one step; nothing in an
inbox is ever overwritten. What was left by a machine that stopped in the middle has such a name and counts for nothing.
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import os
import re
import shutil
import stat
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Annotated

import msgspec

from grader.course.roster import StudentId, normal_id
from grader.errors import RefusedError, UserError
from grader.files.reading import read_regular_file
from grader.models import Value

__all__ = ["MAX_FILE_BYTES", "Delivery", "Parcel", "Receipt", "deliver", "read_receipt"]

MAX_FILE_BYTES = 16 << 20  # of a notebook with pictures; what a submission may be is for its reader to say
_MAX_RECEIPT_BYTES = 1 << 16
_FORMAT_VERSION = 1
_RECEIPT_NAME = "receipt.json"
_MAX_TRIES = 1000
_READ_BITS = stat.S_IRGRP | stat.S_IROTH
_IS_TAKEN = (errno.EEXIST, errno.ENOTEMPTY, errno.ENOTDIR)
_CANNOT_SYNC = (errno.EINVAL, errno.ENOTSUP, errno.EBADF, errno.EACCES)

_Slug = Annotated[str, msgspec.Meta(pattern=r"^[a-z][a-z0-9-]*\Z")]
_Sha256 = Annotated[str, msgspec.Meta(pattern=r"^[0-9a-f]{64}\Z")]
_Number = Annotated[int, msgspec.Meta(ge=1)]
_Moment = Annotated[datetime, msgspec.Meta(tz=True)]


class Receipt(Value, frozen=True, kw_only=True):
    """What was handed in, by whom and when.

    Attributes:
        file: its name in the attempt's folder.
        size: of the file, in bytes.
        sha256: of the file.
        submitted_at: in UTC, by the clock of the sender's machine.
        receipt: the SHA-256 of all the other keys, as JSON with sorted keys, without spaces and in UTF-8.
    """

    format_version: int = _FORMAT_VERSION
    student: StudentId
    assignment: _Slug
    attempt: _Number
    file: str
    size: int
    sha256: _Sha256
    submitted_at: _Moment
    receipt: str = ""


class Parcel(Value, frozen=True, kw_only=True):
    """What is to be handed in: one file, and the name that it gets."""

    student: StudentId
    assignment: _Slug
    file: str
    content: bytes
    submitted_at: _Moment


@dataclass(frozen=True, kw_only=True)
class Delivery:
    """What was put into an inbox, and where it is."""

    folder: Path
    receipt: Receipt


def deliver(inbox: Path, parcel: Parcel) -> Delivery:
    """Puts a parcel into an inbox under the next free number, and returns its receipt.

    Whoever may list the inbox may read what is put into it, and nobody else but the sender. What is returned has
    reached the disk, as far as the file system lets one say so.

    Raises:
        UserError: if there is no inbox or it cannot be written to; nothing is left there then.
    """
    try:
        if not inbox.is_dir():
            advice = (
                "Is its file system mounted? An inbox is never created by handing in: an instructor does that once."
            )
            raise UserError(f"There is no inbox `{inbox}`. {advice}")
        with _shelf(inbox, parcel) as shelf:
            return _deliver(inbox, shelf, parcel)
    except OSError as error:
        advice = "Nothing was handed in. Try again later, and tell your instructor if this stays so."
        raise UserError(f"`{inbox}` cannot be written to: {error.strerror}. {advice}") from error


def read_receipt(folder: Path) -> Receipt:
    """Returns the receipt of one attempt's folder, once the file beside it is known to be what it says.

    Raises:
        RefusedError: if it is missing, does not read, was changed, belongs to another folder or to another file.
    """
    if folder.is_symlink() or not folder.is_dir():
        raise RefusedError(f"`{folder}` is no folder of an attempt.")
    path = folder / _RECEIPT_NAME
    receipt = _decoded(path, _content(path, _MAX_RECEIPT_BYTES))
    if _signature(receipt) != receipt.receipt:
        raise RefusedError(f"`{path}` was changed: its contents do not give the hash `receipt`.")
    student, *where = folder.absolute().parts[-3:]
    if _place(receipt) != (normal_id(student), *where):
        raise RefusedError(f"`{path}` belongs to another folder: `{'/'.join(_place(receipt))}`.")
    if receipt.file not in _file_names(receipt.assignment):
        raise RefusedError(f"`{path}` names a file that `{receipt.assignment}` does not have.")
    content = _content(folder / receipt.file, MAX_FILE_BYTES)
    if (len(content), hashlib.sha256(content).hexdigest()) != (receipt.size, receipt.sha256):
        raise RefusedError(f"`{folder / receipt.file}` is not the file that its receipt was given for.")
    return receipt


def _content(path: Path, max_bytes: int) -> bytes:
    try:
        content = read_regular_file(path, max_bytes + 1)
    except RefusedError:
        raise
    except UserError as error:  # in an attempt a missing file is damage, not a wrong name
        raise RefusedError(str(error)) from error
    if len(content) > max_bytes:
        raise RefusedError(f"`{path}` is larger than {max_bytes // 1024} KiB.")
    return content


def _decoded(path: Path, content: bytes) -> Receipt:
    try:
        version = msgspec.json.decode(content, type=_Version).format_version
        if version != _FORMAT_VERSION:
            raise RefusedError(f"`{path}` has format_version {version}; this Gradus reads {_FORMAT_VERSION}.")
        return msgspec.json.decode(content, type=Receipt)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise RefusedError(f"`{path}` does not read: {error}.") from error


class _Version(msgspec.Struct):
    """What comes before the keys: those of a later format would only be called unknown."""

    format_version: int


def _signature(receipt: Receipt) -> str:
    others = msgspec.to_builtins(receipt)
    del others["receipt"]
    return hashlib.sha256(msgspec.json.encode(others, order="sorted")).hexdigest()


def _place(receipt: Receipt) -> tuple[str, str, str]:
    return normal_id(receipt.student), receipt.assignment, _name(receipt.attempt)


def _file_names(slug: str) -> tuple[str, str]:
    stem = slug.replace("-", "_")
    return f"{stem}.py", f"{stem}.ipynb"


def _name(number: int) -> str:
    return f"attempt-{number:04d}"


def _number_of(name: str) -> int | None:
    found = re.fullmatch(r"attempt-([0-9]{4,9})", name)
    number = int(found.group(1)) if found else 0
    return number if number and _name(number) == name else None


# Writing.


@contextlib.contextmanager
def _shelf(inbox: Path, parcel: Parcel) -> Iterator[Path]:
    """Makes the folder of a student's attempts; after a failure takes away again what it made."""
    student = inbox / parcel.student
    shelf = student / parcel.assignment
    made: list[Path] = []
    try:
        for folder in (student, shelf):
            with contextlib.suppress(FileExistsError):
                _make_folder(folder, inbox)
                made.append(folder)
                _sync_folder(folder.parent)
        yield shelf
    except BaseException:
        for folder in reversed(made):
            with contextlib.suppress(OSError):  # another attempt is in it by now
                folder.rmdir()
        raise


def _deliver(inbox: Path, shelf: Path, parcel: Parcel) -> Delivery:
    temporary = shelf / f".sending-{uuid.uuid4().hex}"
    try:
        _make_folder(temporary, inbox)
        _write(temporary / parcel.file, parcel.content, inbox)
        return _move_in(inbox, temporary, parcel)
    finally:
        shutil.rmtree(temporary, ignore_errors=True)


def _move_in(inbox: Path, temporary: Path, parcel: Parcel) -> Delivery:
    """Moves a written attempt to the first number that is free. A number that was lost to another is taken indeed."""
    shelf, number = temporary.parent, 0
    for _ in range(_MAX_TRIES):
        number = max([number, *(_number_of(path.name) or 0 for path in shelf.iterdir())]) + 1
        receipt = _receipt(parcel, number)
        content = msgspec.json.format(msgspec.json.encode(receipt), indent=2) + b"\n"
        _write(temporary / _RECEIPT_NAME, content, inbox)
        _sync_folder(temporary)
        if _is_moved(temporary, shelf / _name(number), receipt):
            _sync_folder(shelf)
            return Delivery(folder=shelf / _name(number), receipt=receipt)
    raise UserError(f"`{shelf}` found no free number for an attempt. Nothing was handed in. Try again.")


def _receipt(parcel: Parcel, number: int) -> Receipt:
    receipt = Receipt(
        student=parcel.student,
        assignment=parcel.assignment,
        attempt=number,
        file=parcel.file,
        size=len(parcel.content),
        sha256=hashlib.sha256(parcel.content).hexdigest(),
        submitted_at=parcel.submitted_at,
    )
    return msgspec.structs.replace(receipt, receipt=_signature(receipt))


def _is_moved(temporary: Path, target: Path, receipt: Receipt) -> bool:
    """Moves a folder in one step, unless something stands there."""
    try:
        temporary.rename(target)  # onto a folder that is not empty this fails, and no attempt is ever empty
    except FileNotFoundError:
        # A server may answer twice: NFS repeats a request whose reply was lost, and the second time nothing is there.
        with contextlib.suppress(RefusedError):
            if read_receipt(target) == receipt:
                return True
        raise
    except OSError as error:
        if error.errno in _IS_TAKEN:
            return False
        raise
    return True


def _make_folder(folder: Path, inbox: Path) -> None:
    """Makes a folder that is listed by whoever lists the inbox. Its group is the inbox's, by the set-group-ID bit.

    The umask is set, since a later `chmod` by somebody who is not of that group would take the bit away.
    """
    readers = inbox.stat().st_mode & _READ_BITS
    umask = os.umask(0)
    try:
        folder.mkdir(0o700 | readers | readers >> 2)
    finally:
        os.umask(umask)
    if folder.stat().st_gid != inbox.stat().st_gid:  # the sender's own group, of fellow students perhaps
        folder.chmod(0o700 | readers & stat.S_IROTH | readers >> 2 & stat.S_IXOTH)


def _write(path: Path, content: bytes, inbox: Path) -> None:
    with path.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    is_of_inbox = path.stat().st_gid == inbox.stat().st_gid
    readers = inbox.stat().st_mode & (_READ_BITS if is_of_inbox else stat.S_IROTH)
    with contextlib.suppress(PermissionError):  # some shares know no permissions
        path.chmod(0o600 | readers)


def _sync_folder(folder: Path) -> None:
    """Makes the names in a folder last; where a folder cannot be opened or synced, the file system does as it does."""
    if os.name != "posix":
        return
    try:
        descriptor = os.open(folder, os.O_RDONLY)
    except PermissionError:  # an inbox into which one may put things without listing it
        return
    try:
        os.fsync(descriptor)
    except OSError as error:
        if error.errno not in _CANNOT_SYNC:
            raise
    finally:
        os.close(descriptor)
