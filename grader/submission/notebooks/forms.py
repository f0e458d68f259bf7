"""Tells by its content whether a file is a notebook or Python source, whatever its name says. Nothing of it is run."""

from __future__ import annotations

import re

__all__ = ["MAX_NOTEBOOK_BYTES", "is_json_of_notebook", "is_python"]

MAX_NOTEBOOK_BYTES = 16 << 20
_BOM = b"\xef\xbb\xbf"
_HAS_CELLS = re.compile(rb'"(?:cells|worksheets)"\s*:\s*\[')
_HAS_FORMAT = re.compile(rb'"nbformat"\s*:\s*\d')
_STATEMENT = re.compile(rb"^(?:def|class|import|from|async|@|#|[\"']{3}|if|for|with|try|\w+ *=)", re.MULTILINE)


def is_json_of_notebook(content: bytes) -> bool:
    """Whether it is a JSON object with what every notebook has."""
    text = content.removeprefix(_BOM).strip()
    has_both = _HAS_CELLS.search(text) is not None and _HAS_FORMAT.search(text) is not None
    return text.startswith(b"{") and text.endswith(b"}") and has_both


def is_python(content: bytes) -> bool:
    """Whether it is no JSON, and has a line that begins as statements do; a damaged notebook is none."""
    text = content.removeprefix(_BOM).lstrip()
    return not text.startswith((b"{", b"[")) and _STATEMENT.search(text) is not None and b"\0" not in text
