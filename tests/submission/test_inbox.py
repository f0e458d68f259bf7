"""An inbox: attempts get numbers without a gap, nothing is overwritten, and what was tampered with is told."""

from __future__ import annotations

import errno
import hashlib
import json
import os
import signal
import stat
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
import pytest

from grader.errors import RefusedError, UserError
from grader.submission import inbox as inbox_module
from grader.submission.inbox import MAX_FILE_BYTES, Parcel, deliver, read_receipt

_ROOT = Path(__file__).parents[2]
_NOON = datetime(2026, 10, 1, 12, 0, 5, tzinfo=UTC)
posix = pytest.mark.skipif(os.name != "posix", reason="needs links, permissions and signals of a POSIX system")


def make_parcel(**changes: Any) -> Parcel:
    fields = {
        "student": "ada",
        "assignment": "my-sums",
        "file": "my_sums.py",
        "content": b"x = 1\n",
        "submitted_at": _NOON,
    }
    return Parcel(**{**fields, **changes})


@pytest.fixture
def inbox(tmp_path: Path) -> Path:
    folder = tmp_path / "inbox"
    folder.mkdir()
    return folder


def _everything_in(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*"))


def _attempts(inbox: Path) -> dict[str, bytes]:
    """Returns the content of each of Ada's attempts at `sums`; its receipt must read."""
    folders = sorted((inbox / "ada" / "sums").glob("[!.]*"))
    return {folder.name: (folder / read_receipt(folder).file).read_bytes() for folder in folders}


def _names(count: int) -> list[str]:
    return [f"attempt-{number:04d}" for number in range(1, count + 1)]


# Delivering.


def test_deliver_puts_the_file_and_its_receipt_in_place(inbox: Path) -> None:
    attempt = deliver(inbox, make_parcel())

    assert attempt.folder == inbox / "ada" / "my-sums" / "attempt-0001"
    assert (attempt.folder / "my_sums.py").read_bytes() == b"x = 1\n"
    assert attempt.receipt == read_receipt(attempt.folder)
    assert _everything_in(attempt.folder.parent) == [
        "attempt-0001",
        "attempt-0001/my_sums.py",
        "attempt-0001/receipt.json",
    ]


def test_receipt_can_be_checked_with_nothing_but_a_json_library(inbox: Path) -> None:
    folder = deliver(inbox, make_parcel(student="张伟")).folder
    receipt = json.loads((folder / "receipt.json").read_text(encoding="utf-8"))

    signed = receipt.pop("receipt")
    assert receipt == {
        "format_version": 1,
        "student": "张伟",
        "assignment": "my-sums",
        "attempt": 1,
        "file": "my_sums.py",
        "size": 6,
        "sha256": hashlib.sha256(b"x = 1\n").hexdigest(),
        "submitted_at": "2026-10-01T12:00:05Z",
    }
    canonical = json.dumps(receipt, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    assert hashlib.sha256(canonical.encode("utf-8")).hexdigest() == signed


def test_deliver_counts_the_attempts_of_each_student_and_assignment(inbox: Path) -> None:
    parcels = [make_parcel(), make_parcel(), make_parcel(student="ben"), make_parcel(assignment="sums", file="sums.py")]

    assert [deliver(inbox, parcel).receipt.attempt for parcel in parcels] == [1, 2, 1, 1]


@pytest.mark.parametrize("highest", ["attempt-0041", "attempt-9999", "attempt-123456"])
def test_deliver_goes_on_behind_the_highest_number_whatever_it_holds(inbox: Path, highest: str) -> None:
    shelf = inbox / "ada" / "my-sums"
    (shelf / highest).mkdir(parents=True)

    number = int(highest.removeprefix("attempt-")) + 1
    assert deliver(inbox, make_parcel()).folder == shelf / f"attempt-{number:04d}"
    assert list((shelf / highest).iterdir()) == []


def test_deliver_is_not_misled_by_other_names(inbox: Path) -> None:
    shelf = inbox / "ada" / "my-sums"
    for name in (".sending-x", "attempt-5", "attempt-00007", "attempt-0009.bak", "notes"):
        (shelf / name).mkdir(parents=True)

    assert deliver(inbox, make_parcel()).receipt.attempt == 1


@pytest.mark.parametrize("stands_there", ["folder", "file"])
def test_deliver_takes_the_next_number_when_one_was_taken_meanwhile(
    inbox: Path, monkeypatch: pytest.MonkeyPatch, stands_there: str
) -> None:
    shelf = inbox / "ada" / "my-sums"
    shelf.mkdir(parents=True)
    if stands_there == "folder":
        first = deliver(inbox, make_parcel(content=b"first")).folder / "my_sums.py"
    else:
        first = shelf / "attempt-0001"
        first.write_bytes(b"first")
    monkeypatch.setattr(Path, "iterdir", lambda _: iter(()))  # a listing that is old, as a shared file system may give

    assert deliver(inbox, make_parcel(content=b"second")).receipt.attempt == 2
    assert first.read_bytes() == b"first"


def test_deliver_knows_its_own_move_when_the_server_answers_twice(inbox: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rename = Path.rename

    def rename_twice(path: Path, target: Path) -> Path:
        rename(path, target)
        return rename(path, target)  # what NFS does when the first answer is lost

    monkeypatch.setattr(Path, "rename", rename_twice)

    assert deliver(inbox, make_parcel()).receipt.attempt == 1
    assert [path.name for path in (inbox / "ada" / "my-sums").iterdir()] == ["attempt-0001"]


def test_deliver_of_two_threads_gets_two_numbers(inbox: Path) -> None:
    together = threading.Barrier(8)

    def send(number: int) -> list[int]:
        together.wait()
        return [deliver(inbox, make_parcel(content=b"%d" % number)).receipt.attempt for _ in range(4)]

    with ThreadPoolExecutor(8) as threads:
        numbers = [number for found in threads.map(send, range(8)) for number in found]

    assert sorted(numbers) == list(range(1, 33))


_SEND = """\
import sys
from datetime import datetime, timezone
from pathlib import Path
from grader.submission.inbox import Parcel, deliver
inbox, name, count, size = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
print("ready", flush=True)
sys.stdin.readline()
for number in range(count):
    content = f"# {name} {number} ".encode() + b"." * size
    now = datetime.now(timezone.utc)
    parcel = Parcel(student="ada", assignment="sums", file="sums.py", content=content, submitted_at=now)
    print(deliver(inbox, parcel).receipt.attempt, flush=True)
"""


def _sender(inbox: Path, name: str, count: int, size: int = 0) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", _SEND, str(inbox), name, str(count), str(size)]
    return subprocess.Popen(command, cwd=_ROOT, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE)


def _start(senders: list[subprocess.Popen[str]]) -> None:
    """Lets them go at once, when all have imported what they need."""
    for sender in senders:
        assert sender.stdout is not None and sender.stdout.readline() == "ready\n"
    for sender in senders:
        assert sender.stdin is not None
        sender.stdin.write("\n")
        sender.stdin.flush()


def test_deliver_of_eight_processes_loses_none_and_leaves_no_gap(inbox: Path) -> None:
    senders = [_sender(inbox, f"process {number}", 5) for number in range(8)]
    _start(senders)
    told = [int(line) for sender in senders for line in sender.communicate(timeout=120)[0].split()]

    attempts = _attempts(inbox)
    sent = [b"# process %d %d " % (process, number) for process in range(8) for number in range(5)]
    assert sorted(told) == list(range(1, 41))
    assert list(attempts) == _names(40)
    assert sorted(attempts.values()) == sent
    assert list((inbox / "ada" / "sums").glob(".*")) == []


@posix
def test_inbox_reads_after_senders_were_killed_in_the_middle(inbox: Path) -> None:
    told: list[int] = []
    for delay_s in (0.0, 0.002, 0.01, 0.03, 0.08):
        sender = _sender(inbox, "killed", 10_000, size=1 << 20)
        _start([sender])
        assert sender.stdout is not None
        told.append(int(sender.stdout.readline()))
        time.sleep(delay_s)
        sender.send_signal(signal.SIGKILL)
        told += [int(line) for line in sender.communicate(timeout=60)[0].split()]
    leftover = inbox / "ada" / "sums" / ".sending-left"
    leftover.mkdir()

    last = deliver(inbox, make_parcel(assignment="sums", file="sums.py"))

    attempts = _attempts(inbox)
    assert list(attempts) == _names(last.receipt.attempt)
    assert set(told) <= set(range(1, len(attempts)))


# Failing.


def test_deliver_needs_an_inbox_and_never_makes_one(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="There is no inbox `.*nowhere`. Is its file system mounted"):
        deliver(tmp_path / "nowhere", make_parcel())
    assert _everything_in(tmp_path) == []


def _failing(function: Callable[..., Any], at: int, code: int) -> Callable[..., Any]:
    """Returns a function that fails at its n-th call, and at every later one, as on a disk that is full."""
    calls = iter(range(1, 1000))

    def call(*arguments: Any, **options: Any) -> Any:
        if next(calls) >= at:
            raise OSError(code, os.strerror(code))
        return function(*arguments, **options)

    return call


_STEPS = [(os, "fsync", 1), (os, "fsync", 3), (os, "fsync", 4), (os, "fsync", 5), (Path, "rename", 1)]
_STEPS += [(Path, "mkdir", 1), (Path, "mkdir", 2), (Path, "mkdir", 3)]


@posix
@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EROFS, errno.EDQUOT, errno.EIO], ids=errno.errorcode.get)
@pytest.mark.parametrize(("module", "name", "at"), _STEPS, ids=lambda value: str(getattr(value, "__name__", value)))
def test_deliver_that_fails_leaves_nothing_and_says_what_to_do(
    inbox: Path, monkeypatch: pytest.MonkeyPatch, module: Any, name: str, at: int, code: int
) -> None:
    monkeypatch.setattr(module, name, _failing(getattr(module, name), at, code))

    with pytest.raises(UserError) as caught:
        deliver(inbox, make_parcel())

    assert f"`{inbox}` cannot be written to: {os.strerror(code)}. Nothing was handed in." in str(caught.value)
    assert _everything_in(inbox) == []


def test_deliver_that_fails_leaves_earlier_attempts_alone(inbox: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    deliver(inbox, make_parcel())
    before = _everything_in(inbox)
    monkeypatch.setattr(Path, "rename", _failing(Path.rename, 1, errno.ENOSPC))

    with pytest.raises(UserError):
        deliver(inbox, make_parcel())

    assert _everything_in(inbox) == before


@posix
def test_deliver_of_more_than_fits_leaves_nothing(inbox: Path) -> None:
    limit = "import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (65536, 65536))\n"
    command = [sys.executable, "-c", limit + _SEND, str(inbox), "big", "1", str(1 << 20)]
    run = subprocess.run(command, cwd=_ROOT, text=True, input="\n", capture_output=True, timeout=60)

    assert "UserError" in run.stderr and "File too large" in run.stderr
    assert _everything_in(inbox) == []


@pytest.fixture
def others_inbox() -> Iterator[Path]:
    """An inbox where another user may get to, unlike pytest's own folders."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)
        yield folder


@posix
@pytest.mark.parametrize("mode", [0o555, 0o500], ids=oct)
def test_deliver_into_an_inbox_that_one_may_not_write_says_so(others_inbox: Path, mode: int) -> None:
    others_inbox.chmod(mode)
    # Permissions do not stop root.
    become = "import grader.submission.inbox, os, datetime; os.geteuid() or os.setuid(65534)\n"
    command = [sys.executable, "-c", become + _SEND, str(others_inbox), "other", "1", "1"]
    run = subprocess.run(command, cwd=_ROOT, text=True, input="\n", capture_output=True, timeout=60)

    assert "Permission denied. Nothing was handed in" in run.stderr
    others_inbox.chmod(0o755)
    assert _everything_in(others_inbox) == []


@posix
@pytest.mark.parametrize(
    ("inbox_mode", "folder_mode", "file_mode"),
    [(0o755, 0o755, 0o644), (0o3773, 0o750, 0o640), (0o3733, 0o700, 0o600), (0o700, 0o700, 0o600)],
    ids=oct,
)
def test_deliver_lets_read_it_who_may_read_the_inbox(
    inbox: Path, inbox_mode: int, folder_mode: int, file_mode: int
) -> None:
    inbox.chmod(inbox_mode)
    before = os.umask(0)
    try:
        attempt = deliver(inbox, make_parcel()).folder
    finally:
        os.umask(before)

    for folder in (attempt, attempt.parent, attempt.parent.parent):
        assert stat.S_IMODE(folder.stat().st_mode) & 0o777 == folder_mode
        assert bool(folder.stat().st_mode & stat.S_ISGID) == bool(inbox_mode & stat.S_ISGID)
    for file in attempt.iterdir():
        assert stat.S_IMODE(file.stat().st_mode) == file_mode


_AS_ANOTHER = """\
import os, sys
user, group, groups, umask = (int(word) for word in sys.argv[1:5])
folder = sys.argv[5]
import datetime, grader.submission.inbox
os.setgroups([groups]); os.setgid(group); os.setuid(user); os.umask(umask)
"""
_READ = _AS_ANOTHER + "print(open(os.path.join(folder, 'ada', 'sums', 'attempt-0002', 'sums.py')).read())\n"
_SEND_TWO = _AS_ANOTHER + "sys.argv = ['', folder, 'Ada', '2', '0']\n" + _SEND


def _as_another(script: str, *arguments: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", script, *map(str, arguments)]
    return subprocess.run(command, cwd=_ROOT, text=True, input="\n", capture_output=True, timeout=60)


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="needs root, to become other users")
@pytest.mark.parametrize("umask", [0o022, 0o077, 0o007], ids=oct)
@pytest.mark.parametrize("inbox_mode", [0o3773, 0o1773], ids=oct)
def test_deliver_shows_work_to_instructors_and_never_to_fellow_students(
    others_inbox: Path, inbox_mode: int, umask: int
) -> None:
    instructors, students = 61_001, 61_002
    os.chown(others_inbox, 0, instructors)
    others_inbox.chmod(inbox_mode)

    sent = _as_another(_SEND_TWO, 61_100, students, students, umask, others_inbox)
    assert sent.stdout.split() == ["ready", "1", "2"], sent.stderr

    instructor = _as_another(_READ, 61_200, 61_200, instructors, 0o022, others_inbox)
    fellow = _as_another(_READ, 61_101, students, students, 0o022, others_inbox)
    assert (instructor.returncode == 0) == bool(inbox_mode & stat.S_ISGID), instructor.stderr
    assert "Permission denied" in fellow.stderr
    of_students = [path for path in others_inbox.rglob("*") if path.stat().st_gid == students]
    assert [path for path in of_students if path.stat().st_mode & stat.S_IRWXG] == []
    assert bool(of_students) == (not inbox_mode & stat.S_ISGID)


# Reading.


def _change(folder: Path, **changes: Any) -> None:
    path = folder / "receipt.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | changes))


def _sign(folder: Path, **changes: Any) -> None:
    """Changes a receipt as somebody would who knows how it is made."""
    path = folder / "receipt.json"
    receipt = msgspec.convert(json.loads(path.read_text()) | changes, inbox_module.Receipt)
    _change(folder, **changes, receipt=inbox_module._signature(receipt))


def _replace(path: Path, content: bytes) -> None:
    path.unlink()
    path.write_bytes(content)


def _link_to_itself(folder: Path) -> None:
    real = folder.rename(folder.with_name("real"))
    folder.symlink_to(real)


_DAMAGE: dict[str, tuple[Callable[[Path], object], str]] = {
    "no receipt": (lambda folder: (folder / "receipt.json").unlink(), "There is no file"),
    "no file": (lambda folder: (folder / "my_sums.py").unlink(), "There is no file"),
    "empty receipt": (lambda folder: _replace(folder / "receipt.json", b""), "does not read"),
    "no JSON": (lambda folder: _replace(folder / "receipt.json", b"{"), "does not read"),
    "no object": (lambda folder: _replace(folder / "receipt.json", b"[1]"), "does not read"),
    "no UTF-8": (lambda folder: _replace(folder / "receipt.json", b'{"format_version": 1, "student": "\xff"}'), "not"),
    "deep": (lambda folder: _replace(folder / "receipt.json", b'{"x":' + b"[" * 60_000), "does not read"),
    "huge receipt": (lambda folder: _replace(folder / "receipt.json", b" " * 70_000), "is larger than 64 KiB"),
    "later format": (lambda folder: _change(folder, format_version=2), "has format_version 2"),
    "unknown key": (lambda folder: _change(folder, grade=100), "does not read"),
    "a half surrogate": (lambda folder: _change(folder, student="\ud800"), "does not read"),
    "hostile student": (lambda folder: _change(folder, student="../x"), "does not read"),
    "time without a zone": (lambda folder: _change(folder, submitted_at="2026-10-01T12:00:05"), "does not read"),
    "earlier time": (lambda folder: _change(folder, submitted_at="2026-09-01T12:00:05Z"), "was changed"),
    "other hash": (lambda folder: _change(folder, receipt="0" * 64), "was changed"),
    "other student": (lambda folder: _sign(folder, student="ben"), "belongs to another folder: `ben/my-sums/att"),
    "other assignment": (lambda folder: _sign(folder, assignment="sums"), "belongs to another folder"),
    "other attempt": (lambda folder: _sign(folder, attempt=2), "belongs to another folder"),
    "file elsewhere": (lambda folder: _sign(folder, file="../attempt-0002/my_sums.py"), "names a file that"),
    "file not on the list": (lambda folder: _sign(folder, file="conftest.py"), "names a file that"),
    "other content": (lambda folder: _replace(folder / "my_sums.py", b"x = 2\n"), "is not the file"),
    "other size": (lambda folder: _sign(folder, size=7), "is not the file"),
    "huge file": (lambda folder: os.truncate(folder / "my_sums.py", MAX_FILE_BYTES + 1), "is larger than 16384 KiB"),
    "file in place of the folder": (lambda folder: _in_place(folder), "is no folder"),
}
if os.name == "posix":
    _DAMAGE |= {
        "link in place of the folder": (_link_to_itself, "is no folder"),
        "link in place of the file": (lambda folder: _link(folder / "my_sums.py"), "is a link"),
        "pipe in place of the receipt": (lambda folder: _pipe(folder / "receipt.json"), "is no regular file"),
    }


def _link(path: Path) -> None:
    path.symlink_to(path.rename(path.with_name("target")))


def _pipe(path: Path) -> None:
    path.unlink()
    os.mkfifo(path)


def _in_place(folder: Path) -> None:
    folder.rename(folder.with_name(".away"))
    folder.write_bytes(b"")


@pytest.mark.parametrize("damage", _DAMAGE)
def test_receipt_of_a_damaged_attempt_is_refused(inbox: Path, damage: str) -> None:
    do, message = _DAMAGE[damage]
    folder, other = deliver(inbox, make_parcel()).folder, deliver(inbox, make_parcel())
    do(folder)

    with pytest.raises(RefusedError, match=message):
        read_receipt(folder)
    assert read_receipt(other.folder) == other.receipt


def test_receipt_is_read_by_a_relative_path_too(inbox: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = deliver(inbox, make_parcel()).folder
    monkeypatch.chdir(folder.parent)

    assert read_receipt(Path("attempt-0001")).attempt == 1
