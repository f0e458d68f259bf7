"""The consoles, and how texts of a course, a student or the engine get onto them.

A student's text is always a `Text`, never markup, and its control characters are made visible.
"""

from __future__ import annotations

import contextlib
import io
import os
import re
import sys
from pathlib import Path

from rich.console import Console
from rich.table import Table
from rich.text import Text

__all__ = [
    "mark",
    "open_console",
    "plain",
    "print_indented",
    "prose",
    "shown_path",
    "slim_table",
]

_NARROWEST_COLUMNS = 20
_CODE = re.compile(r"`[^`\n]+`")
_UNICODE_MARKS = {"full": "✓", "part": "~", "none": "✗", "open": "·"}
_ASCII_MARKS = {"full": "+", "part": "~", "none": "x", "open": "-"}
_MARK_STYLES = {"full": "green", "part": "yellow", "none": "red", "open": "dim"}


def open_console(*, is_stderr: bool = False) -> Console:
    """Returns a console that styles on a terminal only, never with NO_COLOR set, and survives any encoding."""
    stream = sys.stderr if is_stderr else sys.stdout
    if isinstance(stream, io.TextIOWrapper):
        with contextlib.suppress(ValueError, OSError):
            stream.reconfigure(errors="replace")
    return Console(
        file=stream,
        color_system=None if os.environ.get("NO_COLOR") else "auto",
        markup=False,
        emoji=False,
        highlight=False,
    )


def plain(text: str) -> str:
    """Makes control characters visible, so that no text can move the cursor or change a title."""
    return "".join(
        char if char in "\n\t" or (char.isprintable() or char == "\u3000") else _visible(char) for char in text
    )


def prose(text: str, style: str = "") -> Text:
    """Returns a sentence with what stands in backticks set off."""
    sentence = Text(plain(text), style=style)
    sentence.highlight_regex(_CODE, "cyan")
    return sentence


def print_indented(console: Console, text: Text, columns: int, sign: Text | None = None) -> None:
    """Prints a text set in from the left, the lines it wraps into as well, and nothing behind their ends.

    Args:
        sign: stands before the first line.
    """
    lead = Text(" " * columns) if sign is None else Text.assemble(" " * columns, sign, " ")
    for line in text.wrap(console, max(_NARROWEST_COLUMNS, console.width - len(lead)), overflow="fold"):
        line.rstrip()
        console.print(Text.assemble(lead, line), no_wrap=True, crop=False, overflow="ignore")
        lead = Text(" " * len(lead))


def slim_table(*headings: str) -> Table:
    """Returns a table without lines, with these columns of text so far."""
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="dim")
    for heading in headings:
        table.add_column(heading, overflow="fold")
    return table


def shown_path(path: Path) -> str:
    """Returns a path as one would type it here."""
    try:
        return str(path.absolute().relative_to(Path.cwd()))
    except (ValueError, OSError):
        return str(path)


def mark(console: Console, state: str) -> Text:
    """Returns a sign for `full`, `part`, `none` or `open` that the terminal's encoding has."""
    has_unicode = console.encoding.lower().startswith("utf")
    return Text((_UNICODE_MARKS if has_unicode else _ASCII_MARKS)[state], style=_MARK_STYLES[state])


def _visible(char: str) -> str:
    code = ord(char)
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
