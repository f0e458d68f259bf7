"""What a student is told of the parts of a notebook that were not taken. Words only."""

from __future__ import annotations

from collections.abc import Sequence

from grader.models import Text, Value

__all__ = ["Leftout", "Magic", "Problem", "Start", "notes_of", "places_of"]

_MAX_NOTES = 20


class Magic(Value, frozen=True, kw_only=True):
    """A line that only IPython understands, or a whole cell that begins with one."""

    cell: int
    line: int
    text: str
    is_whole_cell: bool


class Problem(Value, frozen=True, kw_only=True):
    """A cell that is no valid Python, and what the parser says."""

    cell: int
    line: int | None
    message: str


class Leftout(Value, frozen=True, kw_only=True):
    """Lines of a cell that no task needs."""

    cell: int
    is_whole_cell: bool
    lines: tuple[tuple[int, int], ...]


class Start(Value, frozen=True, kw_only=True):
    """Where a part of a cell starts, in the cell and in the module."""

    cell: int
    line: int
    module_line: int


def notes_of(magics: Sequence[Magic], problems: Sequence[Problem], unused: Sequence[Leftout]) -> tuple[Text, ...]:
    """Returns the notes, what costs points first; at most 20 of a kind."""
    notes = [*map(_note_of_problem, problems[:_MAX_NOTES]), *map(_note_of_magic, magics[:_MAX_NOTES])]
    if unused:
        notes.append(_note_of_unused(unused[:_MAX_NOTES]))
    left = sum(max(0, len(found) - _MAX_NOTES) for found in (magics, problems, unused))
    if left:
        notes.append(Text(en=f"{left} more parts were left out.", zh=f"另有 {left} 处没有采用。"))
    return tuple(notes)


def _note_of_problem(problem: Problem) -> Text:
    at = (f", line {problem.line}", f"第 {problem.line} 行") if problem.line else ("", "")
    return Text(
        en=f"Cell {problem.cell}{at[0]} is no valid Python ({problem.message}): nothing of this cell counts.",
        zh=f"第 {problem.cell} 个单元格{at[1]}不是合法的 Python（{problem.message}）：整个单元格不计入。",
    )


def _note_of_magic(magic: Magic) -> Text:
    if magic.is_whole_cell:
        return Text(
            en=f"Cell {magic.cell} was left out: `{magic.text}` makes it something else than Python.",
            zh=f"没有采用第 {magic.cell} 个单元格：`{magic.text}` 使它不再是 Python。",
        )
    return Text(
        en=f"Cell {magic.cell}, line {magic.line} was left out: `{magic.text}` is no Python.",
        zh=f"没有采用第 {magic.cell} 个单元格第 {magic.line} 行：`{magic.text}` 不是 Python。",
    )


def _note_of_unused(unused: Sequence[Leftout]) -> Text:
    return Text(
        en=f"Left out, because no task needs it: {', '.join(_place_en(left) for left in unused)}.",
        zh=f"没有采用，因为没有题目用到：{'，'.join(_place_zh(left) for left in unused)}。",
    )


def places_of(starts: Sequence[Start]) -> Text | None:
    """Returns where the code of each cell is found among all lines; None if there is no code."""
    if not starts:
        return None
    starts = starts[:_MAX_NOTES]
    en = [
        f"cell {start.cell}{f' (line {start.line})' if start.line > 1 else ''} from line {start.module_line}"
        for start in starts
    ]
    zh = [
        f"第 {start.cell} 个单元格{f'（第 {start.line} 行）' if start.line > 1 else ''}从第 {start.module_line} 行起"
        for start in starts
    ]
    return Text(
        en=f"Lines are counted through all that was taken: {', '.join(en)}.",
        zh=f"行号按采用的全部代码连续计算：{'，'.join(zh)}。",
    )


def _place_en(left: Leftout) -> str:
    if left.is_whole_cell:
        return f"cell {left.cell}"
    word = "line" if len(left.lines) == 1 and left.lines[0][0] == left.lines[0][1] else "lines"
    return f"cell {left.cell} ({word} {_ranges(left)})"


def _place_zh(left: Leftout) -> str:
    return f"第 {left.cell} 个单元格" + ("" if left.is_whole_cell else f"（第 {_ranges(left)} 行）")


def _ranges(left: Leftout) -> str:
    """Joins neighbours, so that ten lines are one range."""
    joined: list[tuple[int, int]] = []
    for first, last in left.lines:
        if joined and first == joined[-1][1] + 1:
            joined[-1] = (joined[-1][0], last)
        else:
            joined.append((first, last))
    return ", ".join(str(first) if first == last else f"{first}-{last}" for first, last in joined)
