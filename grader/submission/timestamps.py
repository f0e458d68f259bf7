"""Reads the moment that a `timestamp.txt` tells, in every form that nbgrader and people write. Pure.

What could be read in two ways is not read at all: a wrong time costs a student more than one that is asked about.
"""

from __future__ import annotations

import codecs
import re
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo

__all__ = ["moment_in"]

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = rf"(?P<month>{'|'.join(_MONTHS)})[a-z]*\.?"
_DAY = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?"
_YEAR = r"(?P<year>\d{4})"
_WEEKDAY = r"(?:(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*\.?,?\s+)?"
_TIME = (
    r"(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2})(?:[.,](?P<fraction>\d+))?)?\s*(?P<half>[ap]\.?m\b\.?)?"
)
_GAP = r"(?:\s*,?\s*(?:at\s+)?|t)"
_ZONE = r"\s*(?P<zone>.*)"
_FORMS = tuple(
    re.compile(form, re.IGNORECASE)
    for form in (
        rf"{_WEEKDAY}{_YEAR}(?P<mark>[-/.])(?P<month>\d{{1,2}})(?P=mark){_DAY}{_GAP}{_TIME}{_ZONE}",
        rf"{_YEAR}(?P<month>\d{{2}})(?P<day>\d{{2}})t(?P<hour>\d{{2}})(?P<minute>\d{{2}})(?P<second>\d{{2}})"
        rf"(?P<fraction>)(?P<half>){_ZONE}",
        rf"{_WEEKDAY}{_DAY}[\s-]+{_MONTH}[\s,-]+{_YEAR}{_GAP}{_TIME}{_ZONE}",
        rf"{_WEEKDAY}{_MONTH}\s+{_DAY},?\s+{_YEAR}{_GAP}{_TIME}{_ZONE}",
        rf"{_WEEKDAY}{_MONTH}\s+{_DAY},?\s+{_TIME}\s*(?P<zone>.*?)\s+{_YEAR}",
    )
)
_OTHER_ORDER = re.compile(r"\d{1,2}[/.-]\d{1,2}[/.-]\d{2,4}\b")
_EPOCH = re.compile(r"(\d{9,10})(?:\.\d*)?|(\d{13})")
_OFFSET = re.compile(
    r"(?:utc|gmt|z)?\s*(?P<sign>[+\-−])\s*(?P<hours>\d{1,2}):?(?P<minutes>\d{2})?(?:\s*[(\[].*[)\]])?", re.I
)
_HOURS = {
    **{"UTC": 0, "GMT": 0, "UT": 0, "Z": 0, "WET": 0, "WEST": 1, "CET": 1, "CEST": 2, "MEZ": 1, "MESZ": 2},
    **{"EET": 2, "EEST": 3, "MSK": 3, "EST": -5, "EDT": -4, "CDT": -5, "MST": -7, "MDT": -6, "PST": -8, "PDT": -7},
    **{"AKST": -9, "AKDT": -8, "HST": -10, "JST": 9, "KST": 9, "HKT": 8, "SGT": 8, "AWST": 8, "ACST": 9.5},
    **{"ACDT": 10.5, "AEST": 10, "AEDT": 11, "NZST": 12, "NZDT": 13, "BRT": -3, "SAST": 2, "PKT": 5, "WIB": 7},
}
_FARTHEST = timedelta(hours=14)
_SEVERAL_ZONES = {"CST", "IST", "BST", "AST", "ADT", "GST", "SST", "ECT", "AMT", "WST"}


def moment_in(content: bytes) -> datetime:
    """Returns the moment; UTC where no zone is named, as nbgrader means it.

    Args:
        content: of the file: one line that tells it, in UTF-8 or, as PowerShell writes it, in UTF-16.

    Raises:
        ValueError: if it tells none, or could mean two; with the reason, to be put after "since".
    """
    lines = [line.strip() for line in _decoded(content).splitlines() if line.strip()]
    if not lines:
        raise ValueError("it is empty")
    moments, errors = set(), []
    for line in lines:
        try:
            moments.add(_moment(line))
        except ValueError as error:
            errors.append(error)
    if not moments:
        raise errors[0]
    if len(moments) > 1:
        raise ValueError(f"it has {len(moments)} different times")
    return moments.pop()


def _decoded(content: bytes) -> str:
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        encoding = "utf-16"
    elif b"\0" in content[:2]:
        encoding = "utf-16-be" if content[:1] == b"\0" else "utf-16-le"
    else:
        encoding = "utf-8-sig"
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as error:
        raise ValueError("it is no text") from error


def _moment(line: str) -> datetime:
    if (epoch := _EPOCH.fullmatch(line)) is not None:
        return datetime.fromtimestamp(int(epoch[1]) if epoch[1] else int(epoch[2]) / 1000, UTC)
    text = re.sub(r"[年月]", "-", line.strip("\"'")).replace("日", " ")
    found = next((match for form in _FORMS if (match := form.fullmatch(text)) is not None), None)
    if found is None:
        raise ValueError(_why_not(line))
    try:
        return datetime(*_date(found), *_time(found), tzinfo=_zone(found["zone"])).astimezone(UTC)
    except OverflowError as error:
        raise ValueError("its year is out of reach") from error


def _why_not(line: str) -> str:
    if _OTHER_ORDER.match(line):
        return f"`{line[:40]}` may begin with the day or the month"
    return f"`{line[:40]}` is no date and time"


def _date(found: re.Match[str]) -> tuple[int, int, int]:
    month = found["month"]
    number = int(month) if month.isdigit() else _MONTHS.index(month.lower()) + 1
    return int(found["year"]), number, int(found["day"])


def _time(found: re.Match[str]) -> tuple[int, int, int, int]:
    hour = int(found["hour"])
    if found["half"]:
        if not 1 <= hour <= 12:
            raise ValueError(f"there is no {hour} o'clock before or after noon")
        hour = hour % 12 + (12 if found["half"].lower().startswith("p") else 0)
    fraction = (found["fraction"] or "").ljust(6, "0")[:6]
    return hour, int(found["minute"]), int(found["second"] or 0), int(fraction)


def _zone(written: str) -> tzinfo:
    name = written.strip()
    if not name:
        return UTC
    if (offset := _OFFSET.fullmatch(name)) is not None:
        size = timedelta(hours=int(offset["hours"]), minutes=int(offset["minutes"] or 0))
        if size > _FARTHEST:
            raise ValueError(f"`{name[:40]}` is no time zone that there is")
        return timezone(size if offset["sign"] == "+" else -size)
    name = name.removeprefix("(").removesuffix(")")
    if name.upper() in _SEVERAL_ZONES:
        raise ValueError(f"`{name}` is the name of several time zones")
    if (hours := _HOURS.get(name.upper())) is not None:
        return timezone(timedelta(hours=hours))
    try:
        return ZoneInfo(name)
    except (ValueError, OSError, LookupError):  # LookupError: there is none of this name
        raise ValueError(f"`{name[:40]}` is no time zone that is known") from None
