"""An answer is found wherever in a notebook it stands, and what was chosen among several is told."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.submission.notebooks.conftest import Handed
from tests.support.notebooks import code, locked_test, solution, text

_F = "def f(x):\n    return x + 1"
_WRONG = "def f(x):\n    return 0"
_STUB = "def f(x):\n    '''Adds.'''\n    # YOUR CODE HERE\n    raise NotImplementedError()"


def _as_type(cell: dict[str, Any], kind: str) -> dict[str, Any]:
    return cell | {"cell_type": kind}


# Text cells.


@pytest.mark.parametrize("kind", ["markdown", "raw"])
@pytest.mark.parametrize(
    "source",
    [_F, f"My answer:\n\n```python\n{_F}\n```\nIt adds.", f"import torch\n\n{_F}\nprint(f(1))", f"~~~\n{_F}\n~~~"],
    ids=["code", "fence", "demonstration", "tildes"],
)
def test_answer_cell_counts_whatever_its_type(kind: str, source: str, hand_in: Handed) -> None:
    read = hand_in(_as_type(solution(source), kind))
    assert read.run()["f"](1) == 2
    assert "Cell 1 is a text cell; its `f`" in read.notes and "第 1 个单元格是文本单元格" in read.notes_zh


@pytest.mark.parametrize(
    "source",
    [
        f"```bash\npip install x\n```\n```python\n{_F}\n```\nand\n```text\noutput: 1 2\n```",
        f"```\n$ pip install x\n```\n```\n{_F}\n```",
        f"```python\ndef f(x) -> int\n```\n```py\n{_F}\n```",
        f"```python\n{_F}\n```\n```\n>>> f(1)\n2\n```",
        "```pycon\n>>> def f(x):\n...     return x + 1\n...\n>>> f(1)\n2\n```",
        "1. so:\n\n    ```{.python}\n    def f(x):\n        return x + 1\n    ```",
        '~~~python\ndef f(x):\n    """\n    ```\n    """\n    return x + 1\n~~~',
        "<pre><code>\ndef f(x):\n    return x + 1 if x &lt; 9 else 0\n\n</code></pre>",
        "So:\n<pre>def f(x):\n    return x + 1</pre>",
    ],
)
@pytest.mark.parametrize("cell", [solution, text])
def test_blocks_of_python_count_and_no_others(
    source: str, cell: Callable[[str], dict[str, Any]], hand_in: Handed
) -> None:
    assert hand_in(_as_type(cell(source), "markdown")).run()["f"](1) == 2


@pytest.mark.parametrize(
    "cell",
    [
        _as_type(code(f"Add.\n```\n{_F}\n```", grade=False, solution=False, locked=True, grade_id="f-en"), "markdown"),
        text("My answer is\n\n def f(x):\n     return x + 1"),
        text("> def f(x):\n>     return x + 1"),
        text("```text\ndef f(x):\n    return x + 1\n```"),
    ],
)
def test_text_that_seems_to_answer_and_is_not_taken_is_told(cell: dict[str, Any], hand_in: Handed) -> None:
    read = hand_in(cell, code(_STUB))
    assert "Cell 1 is a text cell that seems to define `f`" in read.notes and "看起来定义了 `f`" in read.notes_zh


@pytest.mark.parametrize("kind", ["markdown", "raw"])
def test_text_of_a_plain_notebook_counts_where_nothing_else_answers(kind: str, hand_in: Handed) -> None:
    assert hand_in(_as_type(text(_F), kind)).run()["f"](1) == 2
    assert hand_in(_as_type(text(_F), kind), code(_STUB)).run()["f"](1) == 2


def test_helper_in_a_text_cell_counts_where_no_code_defines_it(hand_in: Handed) -> None:
    cells = [_as_type(solution("def add(x, y):\n    return x + y"), "raw"), solution("def f(x):\n    return add(x, 1)")]
    assert hand_in(*cells).run()["f"](1) == 2


@pytest.mark.parametrize(
    "cell",
    [lambda source: _as_type(solution(source), "raw"), locked_test, lambda source: code(f"%%file mine.py\n{source}")],
)
@pytest.mark.parametrize("setup", ["table['one'] = 1", "table.update(one=1)", "def go():\n    table['one'] = 1\ngo()"])
def test_what_sets_up_an_answer_comes_with_it(
    cell: Callable[[str], dict[str, Any]], setup: str, hand_in: Handed
) -> None:
    assert hand_in(cell(f"table = {{}}\n{setup}\ndef f(x):\n    return x + table['one']")).run()["f"](1) == 2


@pytest.mark.parametrize("order", [1, -1])
def test_code_is_preferred_to_text_and_that_is_told(order: int, hand_in: Handed) -> None:
    cells = [_as_type(solution(_WRONG), "markdown"), solution(_F)]
    read = hand_in(*cells[::order])
    assert read.run()["f"](1) == 2
    assert "is a text cell; its `f` was not taken" in read.notes and "没有采用其中的 `f`" in read.notes_zh


def test_text_that_is_code_but_no_python_is_told(hand_in: Handed) -> None:
    read = hand_in(_as_type(solution("def f(x:\n    return x"), "markdown"))
    assert "Cell 1 is a text cell and no valid Python" in read.notes


@pytest.mark.parametrize(
    "cell",
    [
        _as_type(solution("I think that it adds."), "markdown"),
        _as_type(code(_WRONG, grade=False, solution=False, locked=True, grade_id="f-en"), "markdown"),
        text("# Sums\n\nWrite `f`."),
    ],
)
def test_prose_and_statements_are_no_answers(cell: dict[str, Any], hand_in: Handed) -> None:
    read = hand_in(cell, solution(_F))
    assert (read.run()["f"](1), read.notes) == (2, "")


# Cells of tests, and locked ones.


@pytest.mark.parametrize(
    "source",
    [_F, f"ONE = 1\n{_F.replace('1', 'ONE')}\nassert f(1) == 3", "f = lambda x: x + 1\n\njudge('f', {}, points=1)"],
)
@pytest.mark.parametrize("empty", ["# YOUR CODE HERE\nraise NotImplementedError()", _STUB])
def test_answer_in_a_cell_of_tests_counts_where_nothing_else_answers(source: str, empty: str, hand_in: Handed) -> None:
    released = "from grader.release.notebooks.kernel import judge\n"
    read = hand_in(solution(empty), locked_test(f"{released}{source}"))
    assert read.run()["f"](1) == 2
    assert "Cell 2 is a cell of tests; its `f` was taken" in read.notes and "测试单元格" in read.notes_zh
    assert "judge" not in read.text


def test_cell_of_tests_never_replaces_an_answer_and_that_is_told(hand_in: Handed) -> None:
    read = hand_in(solution(_F), locked_test(_WRONG))
    assert read.run()["f"](1) == 2
    assert "Cell 2 is a cell of tests; its `f` was not taken" in read.notes


def test_locked_cell_that_was_edited_is_as_good_as_any(hand_in: Handed) -> None:
    assert hand_in(code(_F, grade=False, solution=False, locked=True, grade_id="given-1")).run()["f"](1) == 2


# What is there several times.


@pytest.mark.parametrize(
    "answer",
    [_F, "f = lambda x: x + 1", "from operator import index as f", "if True:\n    def f(x):\n        return x + 1"],
)
@pytest.mark.parametrize(
    "stub",
    [
        _STUB,
        "def f(x):\n    raise NotImplementedError",
        "def f(x):\n    pass",
        "def f(x):\n    n = x\n    raise NotImplementedError()",
    ],
)
@pytest.mark.parametrize("order", [1, -1])
def test_what_was_left_to_be_filled_replaces_no_answer(answer: str, stub: str, order: int, hand_in: Handed) -> None:
    read = hand_in(*[solution(answer), solution(stub)][::order])
    assert read.run()["f"](1) in (1, 2)
    number = 2 if order == 1 else 1
    assert f"Cell {number} has `f` as it was to be filled in; that of cell {3 - number} counts." in read.notes


def test_class_left_to_be_filled_replaces_no_answer(hand_in: Handed) -> None:
    stub = "class f:\n    def __init__(self):\n        raise NotImplementedError()\n\n    def go(self): ..."
    assert hand_in(solution("class f(int):\n    pass"), solution(stub)).run()["f"](1) == 1


def test_what_only_was_left_to_be_filled_says_so(hand_in: Handed) -> None:
    with pytest.raises(NotImplementedError):
        hand_in(solution(_STUB)).run()["f"](1)


@pytest.mark.parametrize("later", [_F, "f = abs", "import math\nf = math.floor"])
def test_last_of_several_definitions_counts_and_is_told(later: str, hand_in: Handed) -> None:
    read = hand_in(code(_WRONG), text("x"), solution(later))
    assert read.run()["f"](1) in (1, 2)
    assert "`f` is defined in cells 1 and 3; the last one counts." in read.notes


@pytest.mark.parametrize("count", [2, 3])
def test_id_that_stands_several_times_is_told(count: int, hand_in: Handed) -> None:
    cells = [code(f"x = {number}", grade=False, solution=True, grade_id="solution-f") for number in range(count)]
    read = hand_in(*cells, solution(_F))
    assert f"The id `solution-f` stands in cells 1{', 2' * (count - 2)} and {count}: all of them are read" in read.notes


@pytest.mark.parametrize("order", [1, -1])
def test_copied_cell_left_to_be_filled_is_told_without_contradiction(order: int, hand_in: Handed) -> None:
    cells = [code(source, grade=False, solution=True, grade_id="solution-f") for source in (_F, _STUB)][::order]
    read = hand_in(*cells)
    assert read.run()["f"](1) == 2
    assert f"that of cell {1 if order == 1 else 2} counts" in read.notes and "last" not in read.notes


# Modules that a notebook writes.


@pytest.mark.parametrize(
    ("use", "names"),
    [
        ("from mine import add", "add(x, 1)"),
        ("from mine import add as plus", "plus(x, 1)"),
        ("from mine import *", "add(x, ONE)"),
        ("import mine", "mine.add(x, mine.ONE)"),
        ("import math, mine as m", "m.add(x, int(math.cos(0)))"),
    ],
)
def test_module_that_a_cell_writes_is_part_of_the_notebook(use: str, names: str, hand_in: Handed) -> None:
    written = "%%writefile mine.py\nONE = 1\ndef add(x, y):\n    return x + y"
    read = hand_in(code(written), code(use), code(f"def f(x):\n    return {names}"))
    assert read.run()["f"](1) == 2
    assert "Cell 1 writes a file" in read.notes and "写入文件" in read.notes_zh


@pytest.mark.parametrize(
    ("path", "use", "call"),
    [
        ("mylib/ops.py", "from mylib.ops import add", "add(x, 1)"),
        ("mylib/ops.py", "import mylib.ops", "mylib.ops.add(x, 1)"),
        ("mylib/ops.py", "import mylib.ops as mo", "mo.add(x, 1)"),
        ("mylib/ops.py", "from mylib import ops", "ops.add(x, 1)"),
        ("mylib/ops.py", "import sys\nsys.path.append('mylib')\nimport ops", "ops.add(x, 1)"),
        ("/content/ops.py", "from ops import add", "add(x, 1)"),
        ("/content/drive/my files/mylib/ops.py", "from mylib.ops import *", "add(x, 1)"),
        ("./x/y.py", "from x.y import add as plus", "plus(x, 1)"),
        ("../ops.py", "from .ops import add", "add(x, 1)"),
        ("'ops.py'", "from ops import add", "add(x, 1)"),
        ("mylib/__init__.py", "from mylib import add", "add(x, 1)"),
        ("~/ops.py", "", "__import__('math').floor(add(x, 1))"),
    ],
)
def test_module_that_a_cell_writes_is_known_by_its_path(path: str, use: str, call: str, hand_in: Handed) -> None:
    written = f"%%writefile {path}\ndef add(x, y):\n    return x + y"
    read = hand_in(code(written), code(use), code(f"def f(x):\n    return {call}"))
    assert read.run()["f"](1) == 2
    assert "something else than Python" not in read.notes


def test_module_that_is_imported_within_a_task_is_known(hand_in: Handed) -> None:
    written = "%%writefile ops.py\ndef add(x, y):\n    return x + y"
    assert (
        hand_in(code(written), code("def f(x):\n    from ops import add as a\n    return a(x, 1)")).run()["f"](1) == 2
    )


@pytest.mark.parametrize(
    "use",
    [
        "from __main__ import add as plus\ndef f(x):\n    return plus(x, 1)",
        "import __main__\ndef f(x):\n    return __main__.add(x, 1)",
        "def f(x):\n    import __main__ as m\n    return m.add(x, 1)",
    ],
)
def test_notebook_that_imports_itself_finds_itself(use: str, hand_in: Handed) -> None:
    assert hand_in(code("def add(x, y):\n    return x + y"), code(use)).run()["f"](1) == 2
