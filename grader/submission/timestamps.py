"""Reads the moment that a `timestamp.txt` tells, in every form that nbgrader and people write. Pure.

What could be read in two ways is not read at all: a wrong time costs a student more than one that is asked about.
"""

from __future__ import annotations

import codecs
import re
import unicodedata
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo

__all__ = ["moment_in"]

_MONTHS = (
    "january januar jänner janvier enero",
    "february februar feber février febrero",
    "march märz maerz mrz mars marzo",
    "april avril abril",
    "may mai mayo",
    "june juni juin junio",
    "july juli juillet julio",
    "august août aout agosto",
    "september septembre septiembre",
    "october oktober octobre octubre",
    "november novembre noviembre",
    "december dezember décembre diciembre",
)
_MONTH = r"(?P<name>[^\W\d_]{3,12})\.?"
_DAY = r"(?P<day>\d{1,2})(?:st|nd|rd|th|er|\.)?"
_YEAR = r"(?P<year>\d{4})(?!\d)"
_DATES = tuple(
    re.compile(form, re.IGNORECASE)
    for form in (
        rf"(?<!\d){_YEAR}(?P<mark>[-/.])(?P<month>\d{{1,2}})(?P=mark)(?P<day>\d{{1,2}})(?!\d)t?",
        rf"(?<!\d)(?P<first>\d{{1,2}})(?P<mark>[-/.])(?P<second>\d{{1,2}})(?P=mark){_YEAR}t?",
        rf"\b{_MONTH}\s+{_DAY}(?!\d),?\s+(?P<zone>[a-z]{{1,5}}\s+|[+-]\d{{4}}\s+)?{_YEAR}",
        rf"(?<!\d){_DAY}(?:\s+de\s+|[\s-]+){_MONTH}(?:\s+de\s+|[\s,-]+){_YEAR}",
    )
)
_HALVES = {"上午": "a", "早上": "a", "凌晨": "a", "下午": "p"}
_TIME = re.compile(
    rf"(?<![\d:+−-])(?<![+−-]\s)(?:(?P<before>{'|'.join(_HALVES)}|[ap]\.?m\.?)\s*)?(?<!\d)"
    r"(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2})(?:[.,](?P<fraction>\d+))?)?(?![\d:])"
    r"(?:\s*(?P<after>[ap]\.?m\b\.?))?",
    re.IGNORECASE,
)
_TOGETHER = re.compile(
    r"(\d{4})(\d{2})(\d{2})[t\s_-]?(\d{2}):?(\d{2})(?::?(\d{2})((?:[.,]\d+)?))?(?!\d)", re.IGNORECASE
)
_CLOCK = re.compile(r"(\d{1,2})\s*[时点時點]\s*(\d{1,2})\s*分(?:\s*(\d{1,2})\s*秒)?")
_LABEL = re.compile(
    r"(?:(?:author|commit)?date|time|time ?stamp|submitted|submission (?:time|date)|handed in|received"
    r"|datum|zeit|eingereicht|abgegeben|提交时间|提交于|时间|日期)(?: (?:at|on|am))?\s*[:=]?\s*(?=[^\W_])",
    re.IGNORECASE,
)
_WEEKDAY = re.compile(
    r"(?<![^\W_])(?:(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?"
    r"|mon|(?:mon|diens|donners|frei|sams|sonn)tag|mittwoch|sonnabend|(?:mo|di|mi|do|fr|sa|so)(?=\.|,)"
    r"|lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche|lunes|martes|miércoles|jueves|viernes|sábado|domingo"
    r")(?![^\W_])\.?,?|\(?(?:星期|礼拜|周|週)[一二三四五六日天]\)?",
    re.IGNORECASE,
)
_FILLER = re.compile(r"(?<![^\W_])(?:at|on|um|uhr|le|à|a las)(?![^\W_])|\bam\s+(?=\d{1,2}\.)|,", re.IGNORECASE)
_EPOCH = re.compile(r"@?(?:(\d{9,10})(?:\.\d*)?|(\d{13}))")
_OFFSET = re.compile(
    r"(?:(?:utc|gmt|z)\s*|(?=.\d))(?P<sign>[+\-−])\s*(?P<hours>\d{1,2}):?(?P<minutes>\d{2})?(?:\s*[(\[].*[)\]])?", re.I
)
_HOURS = {
    **{"UTC": 0, "GMT": 0, "UT": 0, "Z": 0, "WET": 0, "WEST": 1, "CET": 1, "CEST": 2, "MEZ": 1, "MESZ": 2},
    **{"EET": 2, "EEST": 3, "MSK": 3, "EST": -5, "EDT": -4, "CDT": -5, "MST": -7, "MDT": -6, "PST": -8, "PDT": -7},
    **{"AKST": -9, "AKDT": -8, "HST": -10, "JST": 9, "KST": 9, "HKT": 8, "SGT": 8, "AWST": 8, "ACST": 9.5},
    **{"ACDT": 10.5, "AEST": 10, "AEDT": 11, "NZST": 12, "NZDT": 13, "BRT": -3, "SAST": 2, "PKT": 5, "WIB": 7},
}
_FARTHEST = timedelta(hours=14)
_MAX_CHARS = 200
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
    text = _plain(line) if len(line) <= _MAX_CHARS else ""
    times = list(_TIME.finditer(text))
    if len(times) != 1:
        raise ValueError(f"`{line[:40]}` " + ("has several times of day" if times else "is no date and time"))
    text = _without(text, times[0])
    date = next((found for form in _DATES if (found := form.search(text)) is not None), None)
    if date is None:
        raise ValueError(f"`{line[:40]}` is no date and time")
    zone = _zone(f"{date.groupdict().get('zone') or ''} {_without(text, date)}")
    try:
        return datetime(*_date(date, line), *_time(times[0]), tzinfo=zone).astimezone(UTC)
    except OverflowError as error:
        raise ValueError("its year is out of reach") from error


def _plain(line: str) -> str:
    """Returns a line with digits and colons as everybody writes them, without weekdays, labels and words between."""
    text = unicodedata.normalize("NFKC", line).strip("\"'")
    text = _LABEL.sub("", text, count=1) if _LABEL.match(text) else text
    text = _WEEKDAY.sub(" ", text)
    text = _CLOCK.sub(lambda found: f"{found[1]}:{found[2]:0>2}" + (f":{found[3]:0>2}" if found[3] else ""), text)
    text = re.sub(r"(\d{4})\s*年\s*(\d{1,2})\s*月\s*(\d{1,2})\s*日?", r"\1-\2-\3 ", text)
    if (found := _TOGETHER.match(text)) is not None:
        text = (
            f"{found[1]}-{found[2]}-{found[3]} {found[4]}:{found[5]}:{found[6] or '00'}{found[7] or ''}"
            + (text[found.end() :])
        )
    return _FILLER.sub(" ", text)


def _without(text: str, found: re.Match[str]) -> str:
    return f"{text[: found.start()]} {text[found.end() :]}"


def _date(found: re.Match[str], line: str) -> tuple[int, int, int]:
    parts = found.groupdict()
    year = int(parts["year"])
    if parts.get("name"):
        return year, _month(parts["name"]), int(parts["day"])
    if "first" not in parts:
        return year, int(parts["month"]), int(parts["day"])
    first, second = int(parts["first"]), int(parts["second"])
    if first > 12:  # a number above 12 is the day's, wherever it stands
        return year, second, first
    if second <= 12 and first != second:
        raise ValueError(f"`{line[:40]}` may begin with the day or the month")
    return year, first, second


def _month(name: str) -> int:
    """Returns a month by its name, or by the beginning of one."""
    numbers = {
        number for number, names in enumerate(_MONTHS, 1) if any(one.startswith(name.lower()) for one in names.split())
    }
    if len(numbers) != 1:
        raise ValueError(f"`{name}` is no month that is known")
    return numbers.pop()


def _time(found: re.Match[str]) -> tuple[int, int, int, int]:
    hour = int(found["hour"])
    written = found["before"] or found["after"]
    if written:
        half = _HALVES.get(written, written[0].lower())
        is_told = 12 < hour < 24 and half == "p"  # 21:58 PM
        if not (is_told or 1 <= hour <= 12):
            raise ValueError(f"there is no {hour} o'clock before or after noon")
        hour = hour if is_told else hour % 12 + (12 if half == "p" else 0)
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
