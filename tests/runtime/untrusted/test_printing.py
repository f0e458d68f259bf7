"""Prints reach their descriptor up to a cap; what is beyond is written nowhere and raises nothing."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from grader.runtime.untrusted.printing import cap_prints, print_to

_MIB = 1 << 20


@contextmanager
def _printed_to(path: Path) -> Iterator[None]:
    """Lets both streams print into a file. Within a test, since pytest has streams of its own in every phase."""
    kept = sys.stdout, sys.stderr
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    print_to(descriptor, descriptor)
    try:
        yield
    finally:
        sys.stdout, sys.stderr = kept
        os.close(descriptor)


@pytest.fixture
def printed(tmp_path: Path) -> Path:
    return tmp_path / "printed"


def test_lines_are_there_at_once(printed: Path) -> None:
    with _printed_to(printed):
        print("中文")
        print("more", file=sys.stderr)
        told = printed.read_text(encoding="utf-8")
    assert told == "中文\nmore\n"


def test_half_a_character_is_no_reason_to_fail(printed: Path) -> None:
    with _printed_to(printed):
        print("\udcff")
    assert printed.read_text() == "?\n"


def test_without_a_cap_everything_is_written(printed: Path) -> None:
    with _printed_to(printed):
        print("x" * 3 * _MIB)
    assert printed.stat().st_size == 3 * _MIB + 1


@pytest.mark.parametrize("times", [1, 40], ids=["at once", "in pieces"])
def test_what_is_beyond_the_cap_is_thrown_away(times: int, printed: Path) -> None:
    with _printed_to(printed):
        cap_prints(1)
        for _ in range(times):
            print("x" * (40 * _MIB // times))
        size = printed.stat().st_size
        print("the end", flush=True)
    assert _MIB < size <= 4 * _MIB
    assert printed.stat().st_size == size


def test_each_stream_has_its_own_cap(printed: Path) -> None:
    with _printed_to(printed):
        cap_prints(1)
        print("x" * 40 * _MIB)
        print("still told", file=sys.stderr)
    assert printed.read_bytes().endswith(b"still told\n")


def test_stream_has_what_programs_ask_for(printed: Path) -> None:
    with _printed_to(printed):
        told = sys.stdout.name, sys.stdout.encoding, sys.stdout.isatty(), os.fstat(sys.stdout.fileno()).st_size
        sys.stdout.buffer.write(b"bytes\n")
        sys.stdout.flush()
    assert told == ("<stdout>", "utf-8", False, 0)
    assert printed.read_bytes() == b"bytes\n"
