"""What the kernel's files say of memory, in both versions of control groups."""

from __future__ import annotations

from pathlib import Path

import pytest

from grader.runtime.processes import memory


@pytest.fixture
def folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Path, Path]:
    second, first = tmp_path / "v2", tmp_path / "v2" / "memory"
    first.mkdir(parents=True)
    monkeypatch.setattr(memory, "_FOLDERS", (second, first))
    return second, first


def test_version_2_is_read(folders: tuple[Path, Path]) -> None:
    (folders[0] / "memory.events").write_text("low 0\nhigh 0\nmax 7\noom 2\noom_kill 3\noom_group_kill 0\n")
    (folders[0] / "memory.stat").write_text("anon 10\nfile 20\nshmem 4096\nshmem_thp 0\n")
    assert (memory.oom_kills(), memory.shared_bytes()) == (3, 4096)


def test_version_1_is_read(folders: tuple[Path, Path]) -> None:
    (folders[1] / "memory.oom_control").write_text("oom_kill_disable 0\nunder_oom 0\noom_kill 5\n")
    (folders[1] / "memory.stat").write_text("cache 1\nshmem 8192\ntotal_shmem 8192\n")
    assert (memory.oom_kills(), memory.shared_bytes()) == (5, 8192)


def test_nothing_is_counted_where_the_kernel_does_not_say(folders: tuple[Path, Path]) -> None:
    (folders[0] / "memory.stat").write_text("anon 10\n")
    assert (memory.oom_kills(), memory.shared_bytes()) == (0, 0)
