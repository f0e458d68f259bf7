"""A cell is read as Jupyter reads it: what IPython alone understands costs nothing but itself."""

from __future__ import annotations

import pytest

from tests.submission.notebooks.conftest import Handed
from tests.support.notebooks import code, solution

_F = "def f(x):\n    return x + 1"


@pytest.mark.parametrize(
    "statement",
    [
        "await f(1)",
        "x = await f(1)",
        "async for x in f(1):\n    pass",
        "async with f(1) as x:\n    pass",
        "x = [i async for i in f(1)]",
        "print(await f(1)); x = 3",
        "if True:\n    await f(1)",
    ],
)
@pytest.mark.parametrize("form", ["{f}\n{statement}", "{statement}\n{f}"], ids=["below", "above"])
def test_statement_that_awaits_outside_of_a_function_is_left_out_and_told(
    statement: str, form: str, hand_in: Handed
) -> None:
    read = hand_in(solution(form.format(f=_F, statement=statement)))
    assert read.run()["f"](1) == 2
    assert "was left out: it awaits outside of a function" in read.notes
    assert "在函数之外使用 await" in read.notes_zh


def test_function_that_awaits_stays(hand_in: Handed) -> None:
    source = "async def g():\n    async with a as b:\n        return await b\n\n\ndef f(x):\n    return g"
    assert source in hand_in(code(source)).text


@pytest.mark.parametrize(
    "line",
    [
        "pip install torch",
        "conda install -y torch",
        "cd ..",
        "ls -l",
        "/f 3",
        ",f a b",
        ";f a b",
        "%load_ext autoreload",
        "!pip install 'x",
        "?f",
        "f??",
        "files = !ls",
        "get_ipython().run_line_magic('matplotlib', 'inline')",
        "f(1);",
    ],
)
@pytest.mark.parametrize("form", ["{f}\n{line}", "{line}\n{f}"], ids=["below", "above"])
def test_line_that_only_ipython_understands_costs_nothing(line: str, form: str, hand_in: Handed) -> None:
    read = hand_in(solution(form.format(f=_F, line=line)))
    assert read.run()["f"](1) == 2
    assert "left out" in read.notes.lower()


@pytest.mark.parametrize("magic", ["%time", "%prun", "%time  "])
def test_statement_that_a_magic_runs_counts(magic: str, hand_in: Handed) -> None:
    assert hand_in(code(f"{magic} ONE = 1\ndef f(x):\n    return x + ONE")).run()["f"](1) == 2


@pytest.mark.parametrize("rest", ["-n 3 ONE = 1", "!ls -l", ""])
def test_magic_with_no_statement_is_left_out(rest: str, hand_in: Handed) -> None:
    read = hand_in(code(f"%time {rest}\n{_F}"))
    assert (read.run()["f"](1), "is no Python" in read.notes) == (2, True)


@pytest.mark.parametrize("magic", ["%%time", "%%capture out", "%%prun -s cumtime"])
def test_cell_that_is_run_by_a_magic_counts(magic: str, hand_in: Handed) -> None:
    assert hand_in(code(f"{magic}\n{_F}")).run()["f"](1) == 2


@pytest.mark.parametrize(
    "source",
    [
        "    ONE = 1\n    def f(x):\n        return x + ONE",
        "\n\tONE = 1\n\tdef f(x):\n\t\treturn x + ONE",
        ">>> ONE = 1\n>>> def f(x):\n...     return x + ONE\n...\n>>> f(1)",
        "In [3]: ONE = 1\n\nIn [4]: def f(x):\n   ...:     return x + ONE",
        "\ufeffONE = 1\ndef f(x):\n    return x + ONE",
        "#@title Sums { run: 'auto' }\nONE = 1 #@param {type:'integer'}\ndef f(x):\n    return x + ONE;",
        "ONE = 1\r\ndef f(x):\r\n    return x + ONE\r\n",
    ],
    ids=["indented", "tabs", "prompts", "prompts of IPython", "byte order mark", "Colab", "Windows"],
)
def test_cell_is_read_as_jupyter_reads_it(source: str, hand_in: Handed) -> None:
    assert hand_in(solution(source)).run()["f"](1) == 2


@pytest.mark.parametrize("change", [{"source": None}, {"metadata": None}, {"metadata": {"nbgrader": None}}])
def test_cell_of_which_a_part_is_null_is_an_ordinary_one(change: dict[str, object], hand_in: Handed) -> None:
    assert hand_in(code("x = 1") | change, code(_F)).run()["f"](1) == 2


@pytest.mark.parametrize(
    "use",
    [
        "display(x)",
        "display(x, display_id='a')",
        "get_ipython()",
        "get_ipython().run_line_magic('time', 'x')",
        "if get_ipython() is not None:\n        get_ipython().system('ls')",
        "show = display\n    show(x)",
    ],
)
def test_what_jupyter_gives_without_an_import_is_there(use: str, hand_in: Handed) -> None:
    assert hand_in(code(f"def f(x):\n    {use}\n    return x + 1")).run()["f"](1) == 2


def test_display_that_cannot_be_imported_is_there_all_the_same(hand_in: Handed) -> None:
    source = "from nowhere_at_all import display\ndef f(x):\n    display(x)\n    return x + 1"
    assert hand_in(code(source)).run()["f"](1) == 2


def test_display_of_the_notebook_itself_stays_the_only_one(hand_in: Handed) -> None:
    read = hand_in(code("def display(x):\n    return x + 1\ndef f(x):\n    return display(x)"))
    assert (read.run()["f"](1), read.text.count("def display")) == (2, 1)
