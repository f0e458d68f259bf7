from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from grader.files.writing import keep_backup, write_atomically


def test_write_creates_folder_and_leaves_nothing_else_behind(tmp_path: Path) -> None:
    write_atomically(tmp_path / "new" / "file.json", b"content")
    assert [path.name for path in (tmp_path / "new").iterdir()] == ["file.json"]
    assert (tmp_path / "new" / "file.json").read_bytes() == b"content"


def test_failed_write_leaves_old_file_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"old")

    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", fail)
    with pytest.raises(OSError, match="No space left"):
        write_atomically(path, b"new")
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.skipif(os.name != "posix", reason="needs permission bits")
def test_write_keeps_permissions_of_replaced_file(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"old")
    path.chmod(0o640)
    write_atomically(path, b"new")
    assert stat.S_IMODE(path.stat().st_mode) == 0o640


def test_backup_takes_next_free_number_and_overwrites_none(tmp_path: Path) -> None:
    path = tmp_path / "toy.py"
    path.write_bytes(b"first")
    first = keep_backup(path)
    path.write_bytes(b"second")
    second = keep_backup(path)
    assert (first.name, first.read_bytes()) == ("toy.py.bak-1", b"first")
    assert (second.name, second.read_bytes()) == ("toy.py.bak-2", b"second")
