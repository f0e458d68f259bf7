"""What is to be said of a folder of submissions, beside the submissions themselves. Words only.

Remarks are for the instructor, in English; notes are for the student, in the languages that the engine speaks.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime

from grader.models import Text, Value

__all__ = [
    "ARCHIVE",
    "CLOSEST",
    "FIRST",
    "FULLEST",
    "HIDDEN",
    "LINK",
    "NEWEST",
    "NO_KIND",
    "NO_SLUG",
    "NO_TASK",
    "OTHER",
    "TESTS",
    "TOO_DEEP",
    "TOO_MANY",
    "UNPARSED",
    "UNREADABLE",
    "WRITTEN",
    "LeftOut",
    "Remark",
    "capped",
    "dated_by_files",
    "note_of_folders",
    "note_of_left_out",
    "note_of_suffix",
    "note_of_time",
    "note_of_winner",
    "remark_of_folders",
    "remark_of_time",
    "remark_of_winner",
]

_MAX_NAMES = 8
_MAX_LEFT_OUT = 5
_MAX_OF_STUDENT = 50

CLOSEST = Text(en="its name is the closest to the assignment's", zh="它的名字与作业名最接近")
WRITTEN = Text(en="what is better named writes no task", zh="名字更接近的文件没有写任何题目")
FULLEST = Text(en="it writes the most tasks", zh="它写了最多的题目")
NEWEST = Text(en="it is the newest", zh="它是最新的")
FIRST = Text(en="its name comes first", zh="它的名字排在最前")

ARCHIVE = Text(en="is an archive, which nobody unpacks", zh="是压缩包，不会被解压")
LINK = Text(en="is a link, and links are not followed", zh="是链接，链接不会被打开")
TESTS = Text(en="holds tests, by its name", zh="从名字看是测试文件")
NO_KIND = Text(en="is neither Python source nor a notebook", zh="既不是 Python 源代码，也不是笔记本")
NO_SLUG = Text(en="belongs to no assignment", zh="不属于任何作业")
NO_TASK = Text(en="writes no task, as others do", zh="没有写任何题目，而其他文件写了")
HIDDEN = Text(en="is hidden, or in a folder that is never looked into", zh="是隐藏文件，或在从不查看的文件夹中")
TOO_DEEP = Text(en="is nested too deeply", zh="文件夹层数太深")
TOO_MANY = Text(en="comes after too many files, as all that follows", zh="之前的文件太多，它和之后的都没有查看")
UNREADABLE = Text(en="cannot be read", zh="无法读取")
UNPARSED = Text(en="is no valid Python", zh="不是合法的 Python")
OTHER = Text(en="is no submission (`.py` or `.ipynb`)", zh="不是提交文件（`.py` 或 `.ipynb`）")


class Remark(Value, frozen=True, kw_only=True):
    """Something in the folder of submissions that an instructor should know of, and what became of it."""

    path: str
    message: str
    student: str | None = None


class LeftOut(Value, frozen=True, kw_only=True):
    """Something that a student handed in and that is not judged.

    Attributes:
        slug: of the assignment that it is of, if that is known.
    """

    name: str
    reason: Text
    slug: str | None = None


def capped(remarks: Iterable[Remark]) -> tuple[Remark, ...]:
    """Returns remarks without those of a student that are too many to be read; how many these are is said."""
    kept: list[Remark] = []
    counts: Counter[str] = Counter()
    for remark in remarks:
        if remark.student is not None:
            counts[remark.student] += 1
        if remark.student is None or counts[remark.student] <= _MAX_OF_STUDENT:
            kept.append(remark)
    for student, count in counts.items():
        if count > _MAX_OF_STUDENT:
            message = f"and {count - _MAX_OF_STUDENT} more remarks on what is in this folder"
            kept.append(Remark(path=student, message=message, student=student))
    return tuple(kept)


def note_of_left_out(items: Iterable[LeftOut]) -> list[Text]:
    """Returns what a student is to be told of what is not judged: nothing, or one note that names the first.

    What may be work comes before files of other kinds.
    """
    found = sorted(items, key=lambda one: one.reason == OTHER)
    if not found:
        return []
    names, more = found[:_MAX_LEFT_OUT], len(found) - _MAX_LEFT_OUT
    en = ", ".join(f"`{one.name}` ({one.reason['en']})" for one in names)
    zh = "、".join(f"`{one.name}`（{one.reason['zh']}）" for one in names)
    return [
        Text(
            en=f"Left out of what was handed in: {en}{f', and {more} more' if more > 0 else ''}.",
            zh=f"提交的内容中没有采用：{zh}{f'，另外还有 {more} 个' if more > 0 else ''}。",
        )
    ]


def remark_of_winner(slug: str, others: Sequence[str], reason: Text) -> str:
    """Says of a file that it was chosen among several."""
    return f"is judged for `{slug}`, since {reason['en']}; left out beside it: {_listed(others)}"


def note_of_winner(name: str, others: Sequence[str], reason: Text) -> Text:
    """Returns what `remark_of_winner` says, for the student."""
    return Text(
        en=f"Of several files `{name}` was judged, since {reason['en']}. Left out: {_listed(others)}.",
        zh=f"有多个文件，评测的是 `{name}`，因为{reason['zh']}。没有采用：{_listed(others, zh=True)}。",
    )


def remark_of_folders(slug: str, names: Sequence[str], *, takes_best: bool) -> str:
    """Says of the last of several folders' files what they are; the store knows which of them hold the same."""
    rule = "the one with the most points counts" if takes_best else "the last attempt counts"
    return (
        f"is the last of {len(names)} files for `{slug}` in several folders, in the order of their times. Each is an "
        f"attempt, but one with the file before it if both hold the same; {rule}. They are {_listed(names)}"
    )


def note_of_folders(name: str, names: Sequence[str]) -> Text:
    """Says of an attempt that other folders hold attempts too."""
    return Text(
        en=f"This is `{name}`. Each of these is an attempt, in the order of their times, but one with the file before "
        f"it if both hold the same: {_listed(names)}.",
        zh=f"这是 `{name}`。下列文件按时间先后各算一次提交，与前一个文件内容相同的则与它合为一次："
        f"{_listed(names, zh=True)}。",
    )


def note_of_suffix(name: str, *, is_notebook: bool) -> Text:
    """Says of a file with a suffix that something added what it was read as."""
    return Text(
        en=f"`{name}` was read as {'a notebook' if is_notebook else 'Python source'}, whatever the end of its name.",
        zh=f"不论文件名的结尾是什么，`{name}` 都按{'笔记本' if is_notebook else ' Python 源代码'}读取。",
    )


def remark_of_time(problem: str, at: datetime, told: Text) -> str:
    """Says why better evidence of a time does not count, and what does in its place."""
    return f"{problem} What counts is {told['en']}, unless a run before knew better: {at:%Y-%m-%d %H:%M} UTC"


def note_of_time(at: datetime, told: Text) -> Text:
    """Says that better evidence of the time could not be read, or that what there is cannot be right."""
    moment = f"{at:%Y-%m-%d %H:%M} UTC"
    return Text(
        en="What came with the file does not tell when it was handed in; unless better was known before, this was "
        f"taken: {told['en']}, {moment}.",
        zh=f"无法从随文件提交的记录得知提交时间；除非此前已有更可靠的记录，采用的是：{told['zh']}，{moment}。",
    )


def dated_by_files(names: Sequence[str]) -> Remark:
    """Says once for all files that have no other time than their own."""
    what = "its time is" if len(names) == 1 else f"its time and that of {len(names) - 1} more are"
    message = (
        f"has neither a receipt nor a `timestamp.txt`: {what} when the file was last changed, or copied, unless a run "
        "before knew better"
    )
    return Remark(path=names[0], message=message)


def _listed(names: Sequence[str], *, zh: bool = False) -> str:
    shown = [f"`{name}`" for name in names[:_MAX_NAMES]]
    more = len(names) - len(shown)
    if more:
        shown.append(f"另外 {more} 个" if zh else f"{more} more")
    return ("、" if zh else ", ").join(shown)
