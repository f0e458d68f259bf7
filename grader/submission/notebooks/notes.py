"""What a student is told of the parts of a notebook that were left out, or chosen among several. Words only."""

from __future__ import annotations

from collections.abc import Sequence

from grader.models import Text, Value

__all__ = ["SAVED_AS_A_SCRIPT", "Leftout", "Magic", "Problem", "Remark", "Start", "notes_of", "places_of"]

_MAX_NOTES = 20
SAVED_AS_A_SCRIPT = Text(
    en="The file is a notebook that was saved as a script: it was read as one cell, of which counts what tasks need.",
    zh="该文件是保存为脚本的笔记本：按一个单元格读取，题目用到的代码才计入。",
)


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


class Remark(Value, frozen=True, kw_only=True):
    """What was chosen, or left out for another reason than that no task needs it.

    Attributes:
        kind: one of those in `_REMARKS`.
        names: that it is about.
        cells: where else they are.
    """

    kind: str
    cell: int
    line: int | None = None
    names: tuple[str, ...] = ()
    cells: tuple[int, ...] = ()


class Start(Value, frozen=True, kw_only=True):
    """Where a part of a cell starts, in the cell and in the module."""

    cell: int
    line: int
    module_line: int


_REMARKS = {
    "text_taken": (
        "Cell {cell} is a text cell; its {names} was taken, because no code cell defines it.",
        "第 {cell} 个单元格是文本单元格；采用了其中的 {names}，因为没有代码单元格定义它。",
    ),
    "text_left": (
        "Cell {cell} is a text cell; its {names} was not taken, because a code cell defines it.",
        "第 {cell} 个单元格是文本单元格；没有采用其中的 {names}，因为已有代码单元格定义它。",
    ),
    "text_broken": (
        "Cell {cell} is a text cell and no valid Python: nothing of it counts.",
        "第 {cell} 个单元格是文本单元格，也不是合法的 Python：整个单元格不计入。",
    ),
    "text_unread": (
        "Cell {cell} is a text cell that seems to define {names}: nothing of it counts. Write it into a code cell.",
        "第 {cell} 个单元格是文本单元格，看起来定义了 {names}：不计入。请写在代码单元格里。",
    ),
    "test_taken": (
        "Cell {cell} is a cell of tests; its {names} was taken, because no other cell defines it.",
        "第 {cell} 个单元格是测试单元格；采用了其中的 {names}，因为没有其他单元格定义它。",
    ),
    "test_left": (
        "Cell {cell} is a cell of tests; its {names} was not taken, because another cell defines it.",
        "第 {cell} 个单元格是测试单元格；没有采用其中的 {names}，因为已有其他单元格定义它。",
    ),
    "written_taken": (
        "Cell {cell} writes a file; its {names} was taken as if it were code of the notebook.",
        "第 {cell} 个单元格写入文件；其中的 {names} 当作笔记本的代码采用。",
    ),
    "written_left": (
        "Cell {cell} writes a file; its {names} was not taken, because another cell defines it.",
        "第 {cell} 个单元格写入文件；没有采用其中的 {names}，因为已有其他单元格定义它。",
    ),
    "twin": (
        "The id {names} stands in cells {cells}: all of them are read.",
        "标识 {names} 出现在第 {cells} 个单元格：全部读取。",
    ),
    "twice": (
        "{names} is defined in cells {cells}; the last one counts.",
        "{names} 在第 {cells} 个单元格中都有定义；以最后一个为准。",
    ),
    "stub": (
        "Cell {cell} has {names} as it was to be filled in; that of cell {cells} counts.",
        "第 {cell} 个单元格中的 {names} 还没有填写；以第 {cells} 个单元格的为准。",
    ),
    "await": (
        "Cell {cell}, line {line} was left out: it awaits outside of a function, which only a notebook can.",
        "没有采用第 {cell} 个单元格第 {line} 行：它在函数之外使用 await，只有笔记本才能这样做。",
    ),
    "removal": (
        "Cell {cell}, line {line} was left out: it deletes what may be needed.",
        "没有采用第 {cell} 个单元格第 {line} 行：它删除了可能需要的东西。",
    ),
}


def notes_of(
    magics: Sequence[Magic],
    problems: Sequence[Problem],
    unused: Sequence[Leftout],
    remarks: Sequence[Remark] = (),
    imports: Sequence[str] = (),
) -> tuple[Text, ...]:
    """Returns the notes, what costs points first; at most 20 of a kind.

    Args:
        imports: the names that are imported and that nothing needs.
    """
    notes = [
        *map(_note_of_problem, problems[:_MAX_NOTES]),
        *map(_note_of_remark, remarks[:_MAX_NOTES]),
        *map(_note_of_magic, magics[:_MAX_NOTES]),
    ]
    if unused or imports:
        notes.append(_note_of_unused(unused[:_MAX_NOTES], imports[:_MAX_NOTES]))
    left = sum(max(0, len(found) - _MAX_NOTES) for found in (magics, problems, unused, remarks, imports))
    if left:
        notes.append(Text(en=f"{left} more parts were left out.", zh=f"另有 {left} 处没有采用。"))
    return tuple(notes)


def _note_of_problem(problem: Problem) -> Text:
    at = (f", line {problem.line}", f"第 {problem.line} 行") if problem.line else ("", "")
    return Text(
        en=f"Cell {problem.cell}{at[0]} is no valid Python ({problem.message}): nothing of this cell counts.",
        zh=f"第 {problem.cell} 个单元格{at[1]}不是合法的 Python（{problem.message}）：整个单元格不计入。",
    )


def _note_of_remark(remark: Remark) -> Text:
    en, zh = _REMARKS[remark.kind]
    facts = {"cell": remark.cell, "line": remark.line}
    names = [f"`{name}`" for name in remark.names]
    numbers = [str(cell) for cell in remark.cells]
    return Text(
        en=en.format(**facts, names=_joined(names, " and "), cells=_joined(numbers, " and ")),
        zh=zh.format(**facts, names="、".join(names), cells="、".join(numbers)),
    )


def _joined(words: Sequence[str], last: str) -> str:
    return last.join([", ".join(words[:-1]), words[-1]]) if len(words) > 1 else "".join(words)


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


def _note_of_unused(unused: Sequence[Leftout], imports: Sequence[str]) -> Text:
    en, zh = (
        [", ".join(map(_place_en, unused))] if unused else [],
        ["，".join(map(_place_zh, unused))] if unused else [],
    )
    if imports:
        names = [f"`{name}`"[:80] for name in imports]
        en, zh = [*en, f"imports of {', '.join(names)}"], [*zh, f"导入 {'、'.join(names)}"]
    return Text(
        en=f"Left out, because no task needs it: {'; '.join(en)}.", zh=f"没有采用，因为没有题目用到：{'；'.join(zh)}。"
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
