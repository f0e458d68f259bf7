"""Finds the code in a text cell: what stands between fences or in `<pre>`, or all of it if there are none. Pure."""

from __future__ import annotations

import ast
import html
import re
from collections.abc import Iterator, Sequence

__all__ = ["PARSER_ERRORS", "code_of_text", "without_prompts"]

PARSER_ERRORS = (SyntaxError, ValueError, RecursionError, MemoryError, OverflowError)
_FENCE = re.compile(r"\s*(```+|~~~+)\s*\{?\.?([\w+-]*)")
_TAG = re.compile(r"</?(?:pre|code)\b[^>]*>", re.IGNORECASE)
_OPENS = re.compile(r"\s*<pre\b", re.IGNORECASE)
_CLOSES = re.compile(r"</pre>", re.IGNORECASE)
_PYTHON = {"", "python", "python3", "py", "py3", "ipython", "ipython3", "pycon", "python-repl", "code-cell", "code"}
_PROMPTS = (
    (re.compile(r">>>(?: |$)"), re.compile(r"^(?:>>>|\.\.\.)(?: |$)")),
    (re.compile(r"In \[\d+\]: "), re.compile(r"^(?:In \[\d+\]: |[ \t]*\.\.\.+: ?)")),
)


def code_of_text(lines: Sequence[str]) -> list[str]:
    """Returns a text's lines with all but its Python blank.

    Blocks of another language are no code, and those that are no valid Python are left out where another block is.
    """
    blocks = list(_blocks(lines))
    if not blocks:
        return without_prompts(lines)
    ours = [(first, block) for first, language, block in blocks if language.lower() in _PYTHON]
    kept = [""] * len(lines)
    for first, block in [one for one in ours if _parses(one[1])] or ours:
        kept[first : first + len(block)] = block
    return kept


def without_prompts(lines: Sequence[str], *, has_output: bool = False) -> list[str]:
    """Takes away prompts that were copied along, and the indentation that all of it has.

    Args:
        has_output: a line without a prompt is what was printed.
    """
    first = next((line for line in lines if line.strip()), "")
    indent = first[: len(first) - len(first.lstrip(" \t"))]
    lines = [line.removeprefix(indent) for line in lines]
    for prompt, more in _PROMPTS:
        if prompt.match(first.lstrip(" \t")):
            return ["" if has_output and not more.match(line) else more.sub("", line, count=1) for line in lines]
    return lines


def _blocks(lines: Sequence[str]) -> Iterator[tuple[int, str, list[str]]]:
    """Yields the first line of each block, its language, and its lines."""
    index = 0
    while index < len(lines):
        fence = _FENCE.match(lines[index])
        if fence is not None:
            last = _end_of_fence(lines, index + 1, fence[1])
            yield index + 1, fence[2], without_prompts(lines[index + 1 : last], has_output=True)
            index = last
        elif _OPENS.match(lines[index]):
            last = next((at for at in range(index, len(lines)) if _CLOSES.search(lines[at])), len(lines) - 1)
            block = [html.unescape(_TAG.sub("", line)) for line in lines[index : last + 1]]
            yield index, "", without_prompts(block, has_output=True)
            index = last
        index += 1


def _end_of_fence(lines: Sequence[str], start: int, fence: str) -> int:
    ends = (at for at in range(start, len(lines)) if lines[at].strip().startswith(fence))
    return next(ends, len(lines))


def _parses(block: Sequence[str]) -> bool:
    try:
        ast.parse("\n".join(block))
    except PARSER_ERRORS:
        return False
    return any(line.strip() for line in block)
