"""What the terminal says beside a report's own texts, in both languages: headings, labels, the next step.

The counterpart of `grader.runtime.wire.phrases`, by the same mechanism. Only words stand here; what is said when is
decided where it is printed.
"""

from __future__ import annotations

from typing import Protocol

from grader.language import in_language
from grader.runtime.wire.catalogue import Catalogue

__all__ = ["CATALOGUE", "Say", "say_in"]

_COURSE = {
    "Assignment": "作业",
    "Title": "标题",
    "Difficulty": "难度",
    "Minutes": "分钟",
    "Points": "分数",
    "Best": "最好成绩",
    "Attempts": "次数",
    "Hints": "提示",
    "Last check": "上次检查",
    "Task": "题目",
    "easy": "简单",
    "medium": "中等",
    "hard": "困难",
    "{difficulty}, about {minutes} minutes, {points} points": "{difficulty}，约 {minutes} 分钟，{points} 分",
    "Hint {number} of {count} for {task}": "{task} 的提示 {number} / {count}",
    "There are no more hints for this task.": "这道题没有更多提示了。",
    "{left} more: `{command}`": "还有 {left} 条：`{command}`",
    "{earned} of {total} points, {done} of {count} assignments with full marks": (
        "{total} 分中得到 {earned} 分，{count} 份作业中有 {done} 份满分"
    ),
}
_DEADLINES = {
    "Due": "截止时间",
    "Due: {deadline}, {words}": "截止：{deadline}，{words}",
    "in {time}": "还有 {time}",
    "{count} days": "{count} 天",
    "{count} hours": "{count} 小时",
    "{count} minutes": "{count} 分钟",
    "less than 2 minutes": "不到 2 分钟",
    "more than a year": "一年以上",
    "over, but in time for {time} more": "已过截止时间，但宽限期还有 {time}",
    "over, now {late}": "已截止，现在提交算{late}",
    "over, now {late}: {percent:g} % counts": "已截止，现在提交算{late}：计 {percent:g} %",
    "{words} (your extension)": "{words}（你的延期）",
    "Late work loses {percent:g} % of its score for each day begun.": "迟交每进入一天，扣掉得分的 {percent:g} %。",
    "Late work loses {percent:g} % of its score for each day begun, at most {most:g} %.": (
        "迟交每进入一天，扣掉得分的 {percent:g} %，最多 {most:g} %。"
    ),
    "A grace of {minutes:g} min after the deadline is still in time.": "截止后 {minutes:g} 分钟的宽限期内仍算按时。",
    "The class has no student `{student}`: these are everybody's deadlines.": (
        "班上没有学生 `{student}`：这里是所有人的截止时间。"
    ),
}
_EXERCISES = {
    "Your exercise is `{path}`. It was put there now.": "你的练习是 `{path}`，刚刚放好。",
    "Your exercise is `{path}`. It was there already, and nothing in it has changed yet.": (
        "你的练习是 `{path}`。它已经在那里，还没有改动过。"
    ),
    "Your exercise is `{path}`. Nothing in it had changed, so it was renewed: there is a later version.": (
        "你的练习是 `{path}`。它还没有改动过，而题目有了新版本，所以换成了新的。"
    ),
    "Your exercise is `{path}`, as you left it.": "你的练习是 `{path}`，和你上次留下的一样。",
    "Your exercise is `{path}`. It was there already.": "你的练习是 `{path}`。它已经在那里。",
    "Read `learn show {slug}`, edit the file, then run `learn check {slug}`.": (
        "先读 `learn show {slug}`，再编辑这个文件，然后运行 `learn check {slug}`。"
    ),
    "Put the stub back over `{path}`? A backup is kept.": "要把 `{path}` 恢复成最初的样子吗？会保留一份备份。",
    "Nothing was changed.": "什么都没有改变。",
    "`{path}` is the stub again.": "`{path}` 已恢复成最初的样子。",
    "Your work is in `{backup}`.": "你写的内容在 `{backup}` 里。",
}
_REPORT = {
    "The submission was refused.": "提交未被接受。",
    "Not graded: the sandbox failed. This is not your fault, and it cost no points.": (
        "没有评分：沙箱出了故障。这不是你的错，也不扣分。"
    ),
    "Not graded: the grader or its suite failed. This is not your fault, and it cost no points.": (
        "没有评分：评分程序或测试本身出了故障。这不是你的错，也不扣分。"
    ),
    "the report gives no reason": "报告没有说明原因",
    "... ({left} lines; `--json` shows them)": "……（{left} 行；`--json` 可以看到）",
    "Tests passed": "通过的测试",
    "{count} test {remark}": "{count} 个测试{remark}",
    "{count} tests {remark}": "{count} 个测试{remark}",
    "not run: no result came": "没有运行：没有得到结果",
    "{title} ({count} cases)": "{title}（{count} 种情形）",
    "  (visible test)": "  （公开测试）",
    "  ({count} tests)": "  （{count} 个测试）",
    "the same for each: {summary}": "以上各项相同：{summary}",
    "timeout: {message}": "超时：{message}",
    "memory: {message}": "内存：{message}",
    "crashed: {message}": "崩溃：{message}",
    "Hint: {hint}": "提示：{hint}",
    "line {line}:  ": "第 {line} 行：  ",
    "`{task}` (line {line})": "`{task}`（第 {line} 行）",
    ", ": "、",
    "Not written yet: {places}": "还没有写：{places}",
    "Your code printed:": "你的代码打印了：",
    "All tests of this task are hidden.": "这道题的测试都是隐藏的。",
    "These were the visible tests; hidden ones decide over the points too.": "以上是公开测试；得分还取决于隐藏测试。",
    "... and {count} more lines; `--json` shows them.": "……还有 {count} 行；`--json` 可以看到。",
    "Nothing was handed in. `{file}` or `{notebook}` is asked for.": (
        "没有提交任何文件。需要的是 `{file}` 或 `{notebook}`。"
    ),
    "None of the files is called `{file}` or `{notebook}`, which is asked for. Handed in were: {names}.": (
        "没有一个文件名为所要求的 `{file}` 或 `{notebook}`。提交的文件有：{names}。"
    ),
    "Score {score} / {max_score}": "得分 {score} / {max_score}",
    "  (seed {seed}, {sandbox} sandbox, {device}, {duration_s:.2f} s)": (
        "  （种子 {seed}，{sandbox} 沙箱，{device}，{duration_s:.2f} 秒）"
    ),
}
_NEXT_STEP = {
    "Next: mend line {line}, then check again.": "下一步：改好第 {line} 行，然后再检查一次。",
    "Next: mend the file, then check again.": "下一步：改好文件，然后再检查一次。",
    "Next: `{task}`": "下一步：`{task}`",
    "Full marks for what was checked. Next: all tasks.": "检查过的部分得了满分。下一步：所有题目。",
    "Full marks! Next: {title}": "满分！下一步：{title}",
    "Full marks! Compare your code with other solutions. Next: {title}": (
        "满分！把你的代码和其他解答比较一下。下一步：{title}"
    ),
    "Full marks, and nothing is left open in this course!": "满分，而且这门课程已经全部完成！",
}
_SCREEN = {
    "Checking {slug} ...": "正在检查 {slug} ……",
    "[Enter] check  [h] hint  [n] next task  [q] quit": "[Enter] 检查  [h] 提示  [n] 下一题  [q] 退出",
    "[Enter] check  [h] hint  [n] statement  [q] quit": "[Enter] 检查  [h] 提示  [n] 题目内容  [q] 退出",
    "Task at hand: `{task}`": "手头的题目：`{task}`",
    "Nothing is left to hint at: every task has full marks.": "没有什么需要提示的了：每道题都是满分。",
    "Every task has full marks.": "每道题都是满分。",
}
_HANDIN = {
    "`{path}` is no valid Python (line {line}): {message}": "`{path}` 不是合法的 Python（第 {line} 行）：{message}",
    "`{task}` is missing: `{signature}` is asked for.": "缺少 `{task}`：应当写 `{signature}`。",
    "`{task}` is not written yet (line {line}).": "`{task}` 还没有写（第 {line} 行）。",
    "Nothing was handed in. Mend the file, or send it as it is with `--force`.": (
        "什么都没有提交。请改好文件，或者用 `--force` 原样提交。"
    ),
    "Handed in `{path}` as attempt {attempt} of `{slug}`, for {student}.": (
        "已为 {student} 提交 `{path}`，这是 `{slug}` 的第 {attempt} 次提交。"
    ),
    "Time: {time}": "时间：{time}",
    "Due: {deadline}. In time.": "截止：{deadline}。按时提交。",
    "Due: {deadline}. Late: 1 day has begun since.": "截止：{deadline}。迟交：已经进入第 1 天。",
    "Due: {deadline}. Late: {days} days have begun since.": "截止：{deadline}。迟交：已经进入第 {days} 天。",
    "{percent:g} % of its score counts.": "得分的 {percent:g} % 会计入成绩。",
    "Receipt: {hash}": "回执：{hash}",
    "Your copy of the receipt: `{path}`": "你的回执副本：`{path}`",
}
_FEEDBACK = {
    "Feedback for {name}": "给 {name} 的反馈",
    "Made {moment}": "生成于 {moment}",
    "Overview": "概览",
    "Score": "得分",
    "Status": "状态",
    "Total of what is graded": "已评分部分合计",
    "graded": "已评分",
    "refused": "未被接受",
    "not graded": "没有评分",
    "missing": "没有提交",
    "handed in {moment}": "提交于 {moment}",
    "attempt {attempt} of {attempts} counts": "共 {attempts} 次提交，以第 {attempt} 次为准",
    "1 day late": "迟交 1 天",
    "{days} days late": "迟交 {days} 天",
    "read from {file}": "所读文件：{file}",
    "The tests gave {raw} of {max_score}.": "测试给出 {raw} 分，满分 {max_score} 分。",
    "The score was set by hand: {comment}": "分数由教师设定：{comment}",
    "Nothing was handed in.": "没有提交任何文件。",
    "Not graded yet. This is not your fault, and it cost no points.": "还没有评分。这不是你的错，也不扣分。",
    "Misconception": "误解",
    "visible test": "公开测试",
    "all points": "满分",
    "some points": "部分得分",
    "no points": "没有得分",
    "nothing to earn": "没有可得的分数",
}
_SOLUTIONS = {
    "{task}: the reference": "{task}：参考解答",
    "{task}: variant {name}": "{task}：另一种写法 {name}",
    "{task}: what its solutions use": "{task}：解答用到的部分",
    "Solutions come with full marks. Not there yet:": "得到满分之后才能看解答。还没有满分的题目：",
    "not checked yet": "还没有检查过",
    "best {score} / {max_score}": "最好成绩 {score} / {max_score}",
    "Next:": "下一步：",
}
_PRACTICE = {
    "`{folder}` is a course of {count} assignments now.": "`{folder}` 现在是一门有 {count} 份作业的课程。",
    "What they ask is in `statements/`, and you write in `exercises/`.": (
        "题目说明在 `statements/` 里，代码写在 `exercises/` 里。"
    ),
    "To begin:": "这样开始：",
    "`{folder}` is up to date.": "`{folder}` 已是最新。",
    "`{path}` is new.": "`{path}` 是新的。",
    "`{path}` is yours by now and stays as it is. `learn show {slug}` shows the statement.": (
        "`{path}` 已被你改过，保持原样。`learn show {slug}` 显示题目说明。"
    ),
    "The course's languages stay as they are. To change its default, put `{language}` first in `{path}`.": (
        "课程的语言保持不变。要改默认语言，请在 `{path}` 里把 `{language}` 写在第一个。"
    ),
}
CATALOGUE = Catalogue(
    _COURSE | _PRACTICE | _DEADLINES | _EXERCISES | _REPORT | _NEXT_STEP | _SOLUTIONS | _SCREEN | _HANDIN | _FEEDBACK
)


class Say(Protocol):
    """Says a sentence of the catalogue in one language; takes what `Catalogue.say` takes."""

    def __call__(self, template: str, /, **values: object) -> str: ...


def say_in(language: str) -> Say:
    """Returns what says the sentences in a language: `en` or `zh`."""

    def say(template: str, /, **values: object) -> str:
        return in_language(CATALOGUE.say(template, **values), language)

    return say
