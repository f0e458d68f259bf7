"""When something was handed in: by the best evidence, in every form that people write, and never in silence."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

from grader.submission.collect import Found
from grader.submission.inbox import Parcel, deliver
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
        "02/02/2015 15:58:23",
        "Mon Feb 2 17:58:23 2015 +0200",
        "Date:   Mon Feb 2 17:58:23 2015 +0200",
        "Mon Feb 02 2015 17:58:23 GMT+0200 (Eastern European Standard Time)",
        "Montag, 2. Februar 2015 15:58:23",
        "Mo., 2. Febr. 2015 um 15:58:23 Uhr",
        "am 2. Februar 2015, 16:58:23 MEZ",
        "lundi 2 février 2015 à 15:58:23",
        "2 de febrero de 2015 15:58:23",
        "2015年2月2日 星期一 15:58:23",
        "2015年2月2日（周一）15:58:23",
        "2015年2月2日下午3时58分23秒",
        "2015/2/2 下午 3:58:23",
        "2015/2/2 下午3:58:23",
        "２０１５-０２-０２ １５：５８：２３",
        "20150202T155823.000Z",
        "20150202T15:58:23Z",
        "20150202-155823",
        "20150202155823",
        "Submitted: 2015-02-02 15:58:23 UTC",
        "submitted at 2015-02-02 15:58:23",
        "提交时间：2015-02-02 15:58:23",
        "15:58:23 UTC, 2 February 2015",
        "3:58:23 PM 2 Feb 2015",
        "2015-02-02 15:58:23 PM",
        "@1422892703",
        "\r\n2015-02-02 15:58:23 UTC\r\nput right by hand\r\n",
    ],
)
def test_moment_is_read_in_every_form_that_says_just_one(written: str) -> None:
    assert moment_in(written.encode()) == _AT


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-8-sig", "utf-8"])
def test_moment_is_read_in_the_encodings_that_shells_write(encoding: str) -> None:
    assert moment_in("2015-02-02 15:58:23 UTC\r\n".encode(encoding)) == _AT


@pytest.mark.parametrize(
    ("written", "month", "day", "hour"),
    [
        ("10/13/2026 9:58:23 PM", 10, 13, 21),
        ("25/10/2026 21:58:23", 10, 25, 21),
        ("25.10.2026 21:58:23", 10, 25, 21),
        ("13-10-2026 9:58:23 am", 10, 13, 9),
        ("12/31/2026 12:58:23 AM", 12, 31, 0),
    ],
)
def test_number_above_twelve_is_the_day(written: str, month: int, day: int, hour: int) -> None:
    assert moment_in(written.encode()) == datetime(2026, month, day, hour, 58, 23, tzinfo=UTC)


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
        (b"02/03/2015 15:58:23", "may begin with the day or the month"),
        (b"13/14/2015 15:58:23", "month must be"),
        (b"25/10/15 15:58", "is no date and time"),
        (b"2015-02-02 15:58 - 12:00", "no time zone that is known"),
        (b"2015-02-02 15:58, 16:00", "several times of day"),
        (b"2 jui 2015 15:58", "no month that is known"),
        (b"Due: 2015-02-02 15:58", "no time zone that is known"),
        (b"2015-02-02 3 PM 15:58", "no time zone that is known"),
        (b"2015-02-02 15:58 AM", "no 15 o'clock"),
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


# What cannot be right, and what is said of it.


@pytest.mark.parametrize("written", [b"2999-10-01 21:58:23 UTC", b"Oct 1, 2999 9:58 PM", b"9999999999"])
def test_timestamp_that_is_yet_to_come_is_said_and_gives_way_to_the_file(tmp_path: Path, written: bytes) -> None:
    found = _stamped(tmp_path, written)
    assert (found.submitted_at, found.evidence) == (NOON, Evidence.FILE)
    assert "is yet to come" in look_through(tmp_path).remarks[0].message
    assert "the file's own time, 2026-10-01 12:00 UTC" in found.notes[0]["en"]


def test_file_whose_own_time_is_yet_to_come_is_said(tmp_path: Path) -> None:
    hand_in(tmp_path, {"ada/sums.py": ADD})
    os.utime(tmp_path / "ada/sums.py", (30_000_000_000, 30_000_000_000))
    collection = look_through(tmp_path)
    assert ["is yet to come" in remark.message for remark in collection.remarks] == [True]
    assert "文件自身的时间" in collection.found[0].notes[0]["zh"]


def test_receipt_that_is_yet_to_come_counts_and_is_said(tmp_path: Path) -> None:
    at = datetime(2999, 10, 1, tzinfo=UTC)
    deliver(tmp_path, Parcel(student="ada", assignment="sums", file="sums.py", content=b"", submitted_at=at))
    collection = look_through(tmp_path)
    assert [(one.submitted_at, one.evidence) for one in collection.found] == [(at, Evidence.RECEIPT)]
    assert "its receipt, 2999-10-01 00:00 UTC" in collection.found[0].notes[0]["en"]


@pytest.mark.parametrize("unreadable", [b"soon", b"02/03/2015 15:58", b"2999-01-01 12:00"])
def test_file_whose_timestamp_does_not_count_is_not_said_to_have_none(tmp_path: Path, unreadable: bytes) -> None:
    hand_in(tmp_path, {"ada/sums.py": ADD, "bob/sums.py": ADD, "bob/timestamp.txt": unreadable, "eve/sums.py": ADD})
    last = look_through(tmp_path).remarks[-1]
    assert (last.path, "and that of 1 more are" in last.message) == ("ada/sums.py", True)


def test_file_whose_receipt_was_changed_is_not_said_to_have_none(tmp_path: Path) -> None:
    folder = deliver(
        tmp_path, Parcel(student="ada", assignment="sums", file="sums.py", content=b"", submitted_at=NOON)
    ).folder
    (folder / "receipt.json").write_text("{}")
    collection = look_through(tmp_path)
    assert not any("has neither" in remark.message for remark in collection.remarks)
    assert "the file's own time" in collection.found[0].notes[0]["en"]
