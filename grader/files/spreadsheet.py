"""Tables as CSV that no spreadsheet takes for formulas. Pure.

Which beginnings count is from the page "CSV Injection" of OWASP.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence

__all__ = ["guarded", "is_formula", "number", "table"]

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_APOSTROPHE = "'"


def table(rows: Iterable[Sequence[str]]) -> bytes:
    """Returns rows as CSV in UTF-8, with commas and line feeds."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue().encode("utf-8", "backslashreplace")


def guarded(text: str) -> str:
    """Returns a text with an apostrophe before it if a spreadsheet would take it for a formula.

    A text that begins with an apostrophe gets another one, so that taking one away gives the text back.
    """
    return f"{_APOSTROPHE}{text}" if text.startswith((*_FORMULA, _APOSTROPHE)) else text


def is_formula(text: str) -> bool:
    """Whether a spreadsheet would take the text for a formula."""
    return text.startswith(_FORMULA)


def number(value: float | None) -> str:
    """Returns a number without needless zeros, and nothing for None: no score is no zero."""
    return "" if value is None else f"{value:.10g}"
