"""A source file's bytes as UTF-8, whatever encoding it says it is in: by a mark at its beginning, or by PEP 263."""

from __future__ import annotations

import codecs
import re

from grader.models import Text

__all__ = ["as_utf8"]

_MARKS = (  # the longer ones first: those of UTF-32 begin with those of UTF-16
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_DECLARED = re.compile(rb"[ \t\f]*#[^\r\n]*?coding[:=][ \t]*([-\w.]+)")
_NEXT_LINE = re.compile(rb"[ \t\f]*(?:#[^\r\n]*)?(?:\r\n|\r|\n)")  # after a line of code nothing is declared
_EXPECTED = ("utf-8", "utf8", "utf-8-sig", "ascii", "us-ascii")


def as_utf8(source: bytes) -> tuple[bytes, Text | None]:
    """Returns the text in UTF-8, with every line in its place, and a note if it was in another encoding.

    A mark counts for more than a declaration. What says nothing, or something that is not true, comes back as it is.
    """
    marked = next((encoding for mark, encoding in _MARKS if source.startswith(mark)), None)
    text = source if marked is None else _recoded(source, marked)
    found = None if text is None else _declaration(text)
    if text is None or (found is None and marked in (None, "utf-8-sig")):
        return source, None
    encoding = marked or ""
    if found is not None:
        encoding = marked or found.group(1).decode("ascii").lower()
        start, end = found.span(1)  # what is UTF-8 now must not be read by what it says
        text = text[:start] + b"utf-8" + text[end:]
        text = text if marked else _recoded(text, encoding)
    return (source, None) if text is None else (text, _note(encoding))


def _declaration(source: bytes) -> re.Match[bytes] | None:
    """Returns what declares another encoding than UTF-8 in the first two lines."""
    second = _NEXT_LINE.match(source)
    for start in (0, *([second.end()] if second else [])):
        if found := _DECLARED.match(source, start):
            is_expected = found.group(1).decode("ascii").lower().replace("_", "-") in _EXPECTED
            return None if is_expected else found
    return None


def _recoded(source: bytes, encoding: str) -> bytes | None:
    """Returns the same text in UTF-8; None if it is not in this encoding, or there is none of that name."""
    try:
        return source.decode(encoding).encode()
    except (LookupError, UnicodeError):
        return None


def _note(encoding: str) -> Text:
    name = encoding.removesuffix("-sig")
    return Text(
        en=f"The file is in the encoding {name}: it was read as such. UTF-8 is what Python expects.",
        zh=f"文件的编码是 {name}，已按此读取。Python 默认的编码是 UTF-8。",
    )
