"""What the runtime says to a student, in both languages: the one place where its messages get their words.

`say` is called with the English template where something is found out; the Chinese stands here. Nothing here knows
what a message may tell of a hidden test: whoever passes the values does.
"""

from __future__ import annotations

from grader.runtime.wire.catalogue import Catalogue, lines, verbatim

__all__ = ["CATALOGUE", "lines", "say", "verbatim"]

# What is put into another sentence brings the spaces with it that it needs between Chinese characters.
_PARTS = {
    "the result": "结果",
    "`result{where}`": "`result{where}` ",
    "`None`": " `None`",
    "a `{name}`": " `{name}`",
    "an `{name}`": " `{name}`",
    "shape": "形状",
    "dtype": " dtype ",
    "device": "设备",
    "case {number} of {count}": "第 {number} 种情形（共 {count} 种）",
    "case {number} of {count}, shape {shape}": "第 {number} 种情形（共 {count} 种），形状 {shape}",
    "case {number} of {count}, shapes {shapes}": "第 {number} 种情形（共 {count} 种），形状 {shapes}",
    "{shapes} and {last}": "{shapes} 和 {last}",
    "a value of more than {mib} MiB": "超过 {mib} MiB 的值",
    "a value nested deeper than {levels} levels": "嵌套超过 {levels} 层的值",
    "a value of more than {count} parts": "由超过 {count} 个部分组成的值",
    "an `int` of too many digits": "位数过多的 `int`",
    "an object of another type": "其他类型的对象",
    "a segmentation fault": "段错误",
    "a bus error": "总线错误",
    "an abort (SIGABRT)": "中止（SIGABRT）",
    "an arithmetic fault (SIGFPE)": "算术错误（SIGFPE）",
    "an illegal instruction": "非法指令",
    "too much processor time": "占用处理器时间过长",
    "writing a file over the size limit": "写入的文件超过了大小限制",
    "signal {number}": "信号 {number}",
    ", column {column}": "，第 {column} 列",
}
_SETTINGS = {
    "modes that were never left": "进入后没有退出的模式",
    "default device": "默认设备",
    "default dtype": "默认 dtype",
    "inference mode": "推理模式",
    "grad mode": "梯度模式",
    "autocast": "自动混合精度（autocast）",
    "anomaly detection": "异常检测",
    "deterministic algorithms": "确定性算法",
    "flushing of denormal numbers": "非规格化数清零",
    "precision of matrix products": "矩阵乘法精度",
    "Your file changes settings of torch for all code ({settings}): the tests run with torch's own.": (
        "你的文件更改了 torch 的全局设置（{settings}）：测试按 torch 自身的设置运行。"
    ),
}
_COMPARISONS = {
    "{case}: {message}": "{case}：{message}",
    "asked again with the same arguments": "用同样的参数再调用一次",
    "with arguments that are views of another memory layout": "参数是另一种内存布局的视图时",
    "with float32 arguments": "参数是 float32 时",
    "where gradients are switched off": "梯度模式关闭时",
    "where the default dtype is float64": "默认 dtype 是 float64 时",
    "where the default device is another one": "默认设备是另一个设备时",
    "the argument `{name}` is changed by the call": "调用修改了参数 `{name}`",
    "no gradient flows from the result back to `{name}`": "没有梯度从结果流回 `{name}`",
    "the gradient that flows back to `{name}` is wrong": "流回 `{name}` 的梯度不对",
    "{result} is {got}, expected {want}": "{result}是{got}，应为{want}",
    "{result} has {aspect} {got}, expected {want}": "{result}的{aspect}是 {got}，应为 {want}",
    "{result} has shape beyond all measure, expected {want}": "{result}的形状大得离谱，应为 {want}",
    "{result} has the wrong length": "{result}的长度不对",
    "{result} has the wrong keys": "{result}的键不对",
    "{result} has the wrong value": "{result}的值不对",
    "{result} has the wrong values": "{result}的值不对",
    "{result} contains NaN where none should be": "{result}在不该有 NaN 的地方出现了 NaN",
    "got {got}, expected {want}": "得到 {got}，应为 {want}",
    "got a number beyond all floats": "得到的数超出了浮点数的范围",
    "{wrong} of {count} elements differ": "{count} 个元素中有 {wrong} 个不同",
    "first at {index}: got {got}, expected {want}": "第一处在 {index}：得到 {got}，应为 {want}",
    "worst at {index}: got {got}, expected {want}": "相差最大在 {index}：得到 {got}，应为 {want}",
    "got      {got}": "得到 {got}",
    "expected {want}": "应为 {want}",
}
_FINDINGS = {
    "the result is not of the kind that is expected": "结果不是所要求的那种值",
    "what the title says does not hold": "标题所说的并不成立",
    "`{name}` was raised": "抛出了 `{name}`",
    "`{name}` was raised: {message}": "抛出了 `{name}`：{message}",
    "no `{name}` was raised": "没有抛出 `{name}`",
    "the result is or contains {told}, which is no plain value or tensor": (
        "结果是或包含{told}，这既不是普通的值，也不是张量"
    ),
    "not written yet": "还没有写",
    "something that the test needs is not defined": "测试要用的某个名称没有定义",
    "`{name}` is not defined in {file_name}": "{file_name} 中没有定义 `{name}`",
    "`{name}` is not defined: its statement in {file_name} failed or did not run; see the output": (
        "`{name}` 没有定义：{file_name} 中定义它的语句出错或没有运行；请看输出"
    ),
    "`{name}` is not defined in {file_name}; did you mean `{near}`?": (
        "{file_name} 中没有定义 `{name}`；你是不是想写 `{near}`？"
    ),
    "it cannot be called as the statement says: yours is `{got}`, expected `{signature}`": (
        "无法按题目规定的方式调用：你写的是 `{got}`，应为 `{signature}`"
    ),
    "`{name}` is forbidden in this exercise": "本练习禁止使用 `{name}`",
    "`{name}` is forbidden in this task": "本题禁止使用 `{name}`",
    "it called what is forbidden in this exercise": "调用了本练习禁止使用的东西",
}
_FILES = {
    "the file is not valid Python: {message} ({kind}{at})": "文件不是合法的 Python 代码：{message}（{kind}{at}）",
    "the file cannot be read by Python's parser": "Python 的解析器读不了这个文件",
    "importing the file failed: {reason}": "导入文件失败：{reason}",
    "importing the file raised `{name}`": "导入文件时抛出了 `{name}`",
    "importing the file raised `{name}`: {message}": "导入文件时抛出了 `{name}`：{message}",
}
_ENDS = {
    "no answer within the time limit: an endless loop?": "在时限内没有给出答案：是不是死循环？",
    "it asked for more memory than it may use": "申请的内存超过了允许的数量",
    "it started more processes or threads than it may": "启动的进程或线程超过了允许的数量",
    "the process was killed: it used too much memory": "进程被终止：它占用了过多内存",
    "the process died of {ending}": "进程异常终止：{ending}",
    "the code ended its own process (exit code {code})": "代码结束了自己的进程（退出码 {code}）",
    "Your code prints more than {mib} MiB: the rest was thrown away.": "你的代码打印超过 {mib} MiB：其余已丢弃。",
    "it used up the memory of the whole sandbox, alone too": "它用尽了整个沙箱的内存，单独运行时也是如此",
    "the answer was too large": "答案过大",
    "the code wrote to the connection of the grader": "代码向评分程序的连接写入了数据",
    "the code disturbed the connection of the grader": "代码干扰了评分程序的连接",
    "the code closed the connection of the grader": "代码关闭了评分程序的连接",
    "values could not be carried over (`{name}`): does the code change torch or Python itself?": (
        "值无法传递（`{name}`）：代码是不是改动了 torch 或 Python 本身？"
    ),
}
_NOT_RUN = {  # each goes on from "{count} tests", in Chinese from "{count} 个测试"
    "needs a GPU": "需要 GPU",
    "not run: the whole submission used up its {total_s:g} s": "没有运行：整份提交的 {total_s:g} 秒已经用完",
    "not run: {count} tests of `{task}` ran out of time already": "没有运行：`{task}` 已有 {count} 个测试超时",
    "not run until `{task}` returns right values": "要等 `{task}` 返回正确的值之后才运行",
    "not run until `{task}` is right": "要等 `{task}` 正确之后才运行",
}
CATALOGUE = Catalogue(_PARTS | _COMPARISONS | _FINDINGS | _SETTINGS | _FILES | _ENDS | _NOT_RUN)
say = CATALOGUE.say
