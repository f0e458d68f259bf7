"""Finds a task's own section in a statement, and joins its lines. Pure text: no Markdown parser is needed for this."""

from __future__ import annotations

import re

from grader.runtime.wire.catalogue import CHINESE

__all__ = ["section_of", "unwrapped"]

_FENCE = re.compile(r"^\s{0,3}(```|~~~)")
_ENDS_IN_CHINESE = re.compile(rf"^(?! {{4}}).*{CHINESE}$")
_BEGINS_IN_CHINESE = re.compile(rf"^ {{0,3}}{CHINESE}")
_HEADING = re.compile(r"^(#{1,6})\s+(.*)")


def section_of(markdown: str, task_name: str) -> str | None:
    """Returns the section whose heading has the task's name in backticks, sub-sections included; None without one."""
    lines = markdown.splitlines()
    start, level = None, 0
    for number, (depth, title) in _headings(lines):
        if start is not None and depth <= level:
            return _joined(lines[start:number])
        if start is None and f"`{task_name}`" in title:
            start, level = number, depth
    return None if start is None else _joined(lines[start:])


def unwrapped(markdown: str) -> str:
    """Joins the lines into which a Chinese sentence was broken: Markdown would show the break as a space."""
    lines: list[str] = []
    is_code = False
    for line in markdown.splitlines():
        if not is_code and lines and _ENDS_IN_CHINESE.match(lines[-1]) and _BEGINS_IN_CHINESE.match(line):
            lines[-1] += line.lstrip()
        else:
            lines.append(line)
        if _FENCE.match(line):
            is_code = not is_code
    return _joined(lines)


def _headings(lines: list[str]) -> list[tuple[int, tuple[int, str]]]:
    """Returns line numbers with depth and title; what looks like a heading inside a code block is a comment."""
    found = []
    is_code = False
    for number, line in enumerate(lines):
        if _FENCE.match(line):
            is_code = not is_code
        heading = None if is_code else _HEADING.match(line)
        if heading:
            found.append((number, (len(heading.group(1)), heading.group(2))))
    return found


def _joined(lines: list[str]) -> str:
    return "\n".join(lines).strip() + "\n"
