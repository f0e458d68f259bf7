"""One regular file under the cap is taken in as it is; whatever else a path may name is refused, without waiting."""

from __future__ import annotations

import hashlib
import os
import socket
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from grader.errors import RefusedError, UserError
from grader.submission.intake import MAX_SUBMISSION_BYTES, read_submission, take_in
from tests.support.factories import make_assignment
from tests.support.notebooks import code, notebook_bytes

_SUMS = make_assignment(slug="my-sums")
posix = pytest.mark.skipif(os.name != "posix", reason="needs links, pipes and devices of a POSIX system")


def _refusal(path: Path) -> str:
    started = time.monotonic()
    with pytest.raises(RefusedError) as caught:
        read_submission(path, _SUMS)
    assert time.monotonic() - started < 2.0
    return str(caught.value)


@pytest.mark.parametrize(
    "source",
    [
        b"def f(x):\n    return x\n",
        b"\xef\xbb\xbfdef f(x):\n    return x\n",
        b"def f(x):\r\n    return x\r\n",
        b"",
        "# 中文\n".encode(),
        b"this is ( no Python",
    ],
    ids=["plain", "byte order mark", "CRLF", "empty", "Chinese", "no Python"],
)
def test_submission_is_taken_in_byte_for_byte(source: bytes, tmp_path: Path) -> None:
    path = tmp_path / "whatever name.txt"
    path.write_bytes(source)
    taken = read_submission(path, _SUMS)
    assert taken.source == source
    assert taken.sha256 == hashlib.sha256(source).hexdigest()
    assert taken.file_name == "my_sums.py"


def test_submission_of_exactly_the_cap_is_taken_in(tmp_path: Path) -> None:
    path = tmp_path / "a.py"
    path.write_bytes(b"#" * MAX_SUBMISSION_BYTES)
    assert len(read_submission(path, _SUMS).source) == MAX_SUBMISSION_BYTES


def test_submission_over_the_cap_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.py"
    path.write_bytes(b"#" * (MAX_SUBMISSION_BYTES + 1))
    assert "is larger than 1024 KiB" in _refusal(path)


@posix
def test_sparse_submission_is_refused_without_reading_its_holes(tmp_path: Path) -> None:
    path = tmp_path / "a.py"
    with path.open("wb") as file:
        file.truncate(1 << 40)
    assert "is larger than" in _refusal(path)


@pytest.mark.parametrize(
    ("source", "line"),
    [(b"\xff", 1), (b"x = 1\ny = '\xe9'\n", 2), (b"a\r\nb\r\n\x80", 3), (b"x = 1\n\xe4\xb8", 2)],
    ids=["first byte", "Latin-1", "CRLF", "cut off"],
)
def test_submission_that_is_not_utf8_is_refused_with_its_line(source: bytes, line: int, tmp_path: Path) -> None:
    path = tmp_path / "a.py"
    path.write_bytes(source)
    assert f"is not UTF-8 (line {line})" in _refusal(path)


@pytest.mark.parametrize(
    "source", [b"x = 1\n\0", "x = 1\n".encode("utf-16-le")], ids=["NUL byte", "UTF-16 without its mark"]
)
def test_submission_with_nul_bytes_is_refused(source: bytes, tmp_path: Path) -> None:
    path = tmp_path / "a.py"
    path.write_bytes(source)
    assert "Save it as" in _refusal(path)


def test_submission_that_is_not_there_is_a_wrong_name(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="There is no file") as caught:
        read_submission(tmp_path / "missing.py", _SUMS)
    assert not isinstance(caught.value, RefusedError)


def test_submission_whose_name_no_file_can_have_is_refused(tmp_path: Path) -> None:
    assert "cannot be read" in _refusal(tmp_path / ("a" * 300 + ".py"))


# What a path may name besides a file.


def _link(path: Path) -> None:
    target = path.with_name("target.py")
    target.write_text("x = 1\n")
    path.symlink_to(target)


_OTHER_THINGS: dict[str, Callable[[Path], object]] = {
    "directory": Path.mkdir,
    "link": _link,
    "dangling link": lambda path: path.symlink_to(path.with_name("nowhere")),
    "link to itself": lambda path: path.symlink_to(path),
    "link to a device": lambda path: path.symlink_to("/dev/zero"),
    "pipe": os.mkfifo if hasattr(os, "mkfifo") else Path.mkdir,
}


@posix
@pytest.mark.parametrize("name", _OTHER_THINGS)
def test_submission_that_is_no_regular_file_is_refused(name: str, tmp_path: Path) -> None:
    path = tmp_path / "a.py"
    _OTHER_THINGS[name](path)
    refusal = _refusal(path)
    assert f"`{path}`" in refusal
    assert ("is a link" in refusal) == ("link" in name)


@posix
@pytest.mark.parametrize("device", ["/dev/zero", "/dev/null", "/dev/urandom"])
def test_submission_that_is_a_device_is_refused(device: str) -> None:
    assert "is no regular file" in _refusal(Path(device))


@posix
def test_submission_that_is_a_socket_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)  # the name of a socket is short
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind("a.py")
        assert "`a.py`" in _refusal(Path("a.py"))


@posix
def test_pipe_with_a_writer_is_refused_and_not_waited_for(tmp_path: Path) -> None:
    path = tmp_path / "a.py"
    os.mkfifo(path)
    writer = os.open(path, os.O_RDWR)  # a reader of it would now wait for bytes
    try:
        assert "is no regular file" in _refusal(path)
    finally:
        os.close(writer)


@posix
def test_refusals_leave_no_file_open(tmp_path: Path) -> None:
    if not Path("/proc/self/fd").is_dir():
        pytest.skip("needs /proc")
    path = tmp_path / "a.py"
    path.mkdir()
    before = len(list(Path("/proc/self/fd").iterdir()))
    for _ in range(3):
        _refusal(path)
        _refusal(Path("/dev/zero"))
    assert len(list(Path("/proc/self/fd").iterdir())) == before


@pytest.mark.parametrize(
    ("source", "encoding"),
    [
        ("x = 'é 中'\n".encode("utf-16"), "utf-16"),
        ("\ufeffx = 'é 中'\r\n".encode("utf-16-be"), "utf-16"),
        ("x = 'é 中'\n".encode("utf-32"), "utf-32"),
        ("# coding: utf-16\nx = 'é 中'\n".encode("utf-16"), "utf-16"),
        ("# -*- coding: latin-1 -*-\nx = 'é'\n".encode("latin-1"), "latin-1"),
        ("#!/usr/bin/python\r\n# vim: set fileencoding=cp1252 :\r\nx = 'é'\r\n".encode("cp1252"), "cp1252"),
        ("\f# coding=gb18030\nx = '中'\n".encode("gb18030"), "gb18030"),
        ("\ufeff# coding: latin-1\nx = 'é'\n".encode(), "utf-8"),
    ],
    ids=["Notepad", "big-endian", "UTF-32", "mark and words", "Latin-1", "Windows", "Chinese", "mark against words"],
)
def test_submission_in_an_encoding_that_it_names_is_read_and_that_is_said(
    source: bytes, encoding: str, tmp_path: Path
) -> None:
    path = tmp_path / "a.py"
    path.write_bytes(source)
    taken = take_in(path, _SUMS)
    scope: dict[str, str] = {}
    exec(taken.submission.source, scope)
    assert scope["x"] in ("é 中", "é", "中")
    assert [f"encoding {encoding}:" in note["en"] and f" {encoding}，" in note["zh"] for note in taken.notes] == [True]


@pytest.mark.parametrize(
    "source",
    [
        b"# coding: rot13\nk = 1\n",
        b"# coding: no-such-thing\nx = 1\n",
        b"x = 1\n# a word on coding: latin-1\n",
        "# -*- coding: utf-8 -*-\nx = 'é'\n".encode(),
        "\ufeffx = 'é'\n".encode(),
        b"'''\n# coding: latin-1\n'''\n",
        b"",
    ],
    ids=["no text", "unknown", "behind code", "UTF-8", "its mark", "in a text", "empty"],
)
def test_submission_that_names_no_other_encoding_stays_as_it_is(source: bytes, tmp_path: Path) -> None:
    path = tmp_path / "a.py"
    path.write_bytes(source)
    taken = take_in(path, _SUMS)
    assert (taken.submission.source, taken.notes) == (source, ())


@pytest.mark.parametrize("name", ["a.py", "a.txt", "a.ipynb.json", "a"])
@pytest.mark.parametrize("before", [b"", b"\xef\xbb\xbf", b"\n"], ids=["plain", "byte order mark", "blank line"])
def test_notebook_is_read_as_one_whatever_its_name(name: str, before: bytes, tmp_path: Path) -> None:
    path = tmp_path / name
    path.write_bytes(before + notebook_bytes(code("def add(a, b):\n    return a + b")))
    taken = take_in(path, _SUMS)
    assert b"def add(a, b):" in taken.submission.source and b"nbformat" not in taken.submission.source
    assert "was read as one" in taken.notes[0]["en"] and "按笔记本读取" in taken.notes[0]["zh"]


@pytest.mark.parametrize(
    "source",
    [
        b"def add(a, b):\n    return a + b\n",
        b"# %% [markdown]\n# Sums\n# %%\ndef add(a, b):\n    return a + b\n",
        b'"""Sums."""\nimport torch\n\n\ndef add(a, b):\n    return a + b\n',
        b"\n\nadd = lambda a, b: a + b\n",
    ],
)
def test_source_that_is_called_a_notebook_is_read_as_source(source: bytes, tmp_path: Path) -> None:
    path = tmp_path / "a.ipynb"
    path.write_bytes(source)
    taken = take_in(path, _SUMS)
    assert b"add" in taken.submission.source
    assert "was read as source" in taken.notes[0]["en"] and "按源代码读取" in taken.notes[0]["zh"]


@pytest.mark.parametrize("content", [b"", b"{", b"no notebook", notebook_bytes(code("def add(): pass"))[:-9]])
def test_damaged_notebook_is_refused_and_not_taken_for_source(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "a.ipynb"
    path.write_bytes(content)
    assert "is no valid notebook" in _refusal(path)


def test_source_that_speaks_of_notebooks_is_none(tmp_path: Path) -> None:
    path = tmp_path / "a.py"
    path.write_bytes(b"BLANK = {'cells': [], 'nbformat': 4}\nTEXT = '{\"cells\": [], \"nbformat\": 4}'\n")
    assert take_in(path, _SUMS).notes == ()
