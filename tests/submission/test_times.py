"""When something was handed in: by the best evidence, in every form that people write, and never in silence."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

from grader.submission.collect import Found
from grader.submission.times import Evidence
from grader.submission.timestamps import moment_in
from tests.support.handins import ADD, NOON, hand_in, look_through

_AT = datetime(2015, 2, 2, 15, 58, 23, tzinfo=UTC)


def _stamped(root: Path, content: bytes, name: str = "ada/sums/timestamp.txt") -> Found:
    hand_in(root, {"ada/sums/sums.ipynb": ADD, name: content})
    (found,) = look_through(root).found
    return found


@pytest.mark.parametrize(
    "written",
    [
        "2015-02-02 15:58:23 UTC",
        "2015-02-02 15:58:23",
        "2015-02-02T15:58:23Z",
        "2015-02-02T15:58:23+00:00",
        "2015-02-02 07:58:23 PST",
        "2015-02-02 10:58:23 EST",
        "2015-02-02 16:58:23 CET",
        "2015-02-02 16:58:23 Europe/Berlin",
        "2015-02-02 17:58:23 +0200",
        "2015-02-02 17:58:23 UTC+2",
        "2015-02-02 17:58:23 GMT+02:00",
        "2015-02-02 07:58:23-08",
        "2015-02-02T17:58:23+02:00[Europe/Kyiv]",
        "20150202T155823Z",
        "2015/02/02 15:58:23",
        "2015年2月2日 15:58:23",
        "Mon Feb  2 07:58:23 PST 2015",
        "Mon, 02 Feb 2015 15:58:23 GMT",
        "February 2, 2015 3:58:23 PM",
        "2 Feb 2015 15:58:23",
        "1422892703",
        "1422892703000",
        "\r\n2015-02-02 15:58:23 UTC\r\nput right by hand\r\n",
    ],
)
def test_moment_is_read_in_every_form_that_says_just_one(written: str) -> None:
    assert moment_in(written.encode()) == _AT


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-8-sig", "utf-8"])
def test_moment_is_read_in_the_encodings_that_shells_write(encoding: str) -> None:
    assert moment_in("2015-02-02 15:58:23 UTC\r\n".encode(encoding)) == _AT


def test_moment_keeps_fractions_and_needs_no_seconds() -> None:
    assert moment_in(b"2015-02-02 15:58:23.948203 PST") == datetime(2015, 2, 2, 23, 58, 23, 948203, tzinfo=UTC)
    assert moment_in(b"2015-02-02 15:58") == datetime(2015, 2, 2, 15, 58, tzinfo=UTC)


@pytest.mark.parametrize(
    ("written", "reason"),
    [
        (b"", "it is empty"),
        (b" \r\n", "it is empty"),
        (b"yesterday", "is no date and time"),
        (b"2015-02-02", "is no date and time"),
        (b"02/02/2015 15:58:23", "may begin with the day or the month"),
        (b"3.4.2015 15:58", "may begin with the day or the month"),
        (b"2015-02-02 15:58 CST", "the name of several time zones"),
        (b"2015-02-02 15:58 IST", "the name of several time zones"),
        (b"2015-02-02 15:58 XYZ", "no time zone that is known"),
        (b"2015-02-02 15:58 +9900", "no time zone that there is"),
        (b"2015-02-02 15:58 ../../etc/passwd", "no time zone that is known"),
        (b"2015-13-02 15:58", "month must be"),
        (b"2015-02-02 25:00", "hour must be"),
        (b"2015-02-02 15:58\n2015-02-03 15:58", "2 different times"),
        (b"0001-01-01 00:00 +1400", "out of reach"),
        (b"\xff\xfe\xff", "is no text"),
        (b"9" * 500, "is no date and time"),
    ],
)
def test_moment_that_is_none_or_could_be_two_is_refused_with_the_reason(written: bytes, reason: str) -> None:
    with pytest.raises(ValueError, match=reason.replace("+", r"\+")):
        moment_in(written)


def test_timestamp_is_better_evidence_than_the_file(tmp_path: Path) -> None:
    found = _stamped(tmp_path, b"2015-02-02 07:58:23 PST\n")
    assert (found.submitted_at, found.evidence, found.notes) == (_AT, Evidence.TIMESTAMP, ())


def test_timestamp_holds_for_folders_below_it(tmp_path: Path) -> None:
    assert _stamped(tmp_path, b"2015-02-02 15:58:23 UTC", "ada/timestamp.txt").submitted_at == _AT


@pytest.mark.parametrize("written", [b"", b"2015-02-02 15:58 CST", b"02/03/2015 15:58", b"soon"])
def test_timestamp_that_does_not_read_is_said_and_gives_way_to_the_file(tmp_path: Path, written: bytes) -> None:
    found = _stamped(tmp_path, written)
    assert (found.submitted_at, found.evidence) == (NOON, Evidence.FILE)
    remark = look_through(tmp_path).remarks[0]
    assert remark.path == "ada/sums/sums.ipynb" and "does not tell when it was handed in, since" in remark.message
    (note,) = found.notes
    assert "2026-10-01 12:00 UTC" in note["en"] and "2026-10-01 12:00 UTC" in note["zh"]


def test_timestamp_that_is_a_pipe_stops_nobody(tmp_path: Path) -> None:
    hand_in(tmp_path, {"ada/sums/sums.ipynb": ADD})
    os.mkfifo(tmp_path / "ada/sums/timestamp.txt")
    (found,) = look_through(tmp_path).found
    assert found.submitted_at == NOON
    assert "is no regular file" in look_through(tmp_path).remarks[0].message


def test_dates_taken_from_files_are_said_once_with_their_number(tmp_path: Path) -> None:
    hand_in(tmp_path, {f"{student}/sums.py": ADD for student in ("ada", "bob", "eve")})
    (remark,) = look_through(tmp_path).remarks
    assert remark.path == "ada/sums.py" and "its time and that of 2 more" in remark.message
