"""A notebook becomes the module that its tasks need; whatever else a file may hold is refused, and nothing is run."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from grader.errors import EngineFailedError, RefusedError
from grader.submission.notebooks.forms import MAX_NOTEBOOK_BYTES
from grader.submission.notebooks.reading import NotebookSource, read_notebook
from tests.support.notebooks import code, code_lines, locked_test, notebook_bytes, solution, text

_PATH = Path("ada/sums.ipynb")
_ADD = "def add(x, y):\n    return x + y"


def _read(*cells: dict[str, Any], names: tuple[str, ...] = ("add",)) -> NotebookSource:
    return read_notebook(notebook_bytes(*cells), _PATH, names)


def _code(read: NotebookSource) -> list[str]:
    """Returns the lines of code, without those that say where they come from or guard them."""
    return code_lines(read.source)


def _notes(read: NotebookSource) -> str:
    return "\n".join(note["en"] for note in read.notes)


def _run(read: NotebookSource) -> dict[str, Any]:
    names: dict[str, Any] = {}
    exec(compile(read.source, "module", "exec"), names)
    return names


# What is taken.


def test_solution_cell_gives_what_a_task_needs_and_its_comments() -> None:
    source = f"print('hello')\n# Adds.\nEPS = 0\n\n# done\n{_ADD} + EPS"
    assert source.partition("\n")[2].partition("\n")[2] in _read(solution(source)).source.decode()
    assert "Left out, because no task needs it: cell 1 (line 1)." in _notes(_read(solution(source)))


def test_code_may_come_as_a_list_of_lines() -> None:
    cell = solution("") | {"source": ["def add(x, y):\n", "    return x + y"]}
    assert _run(_read(cell))["add"](2, 3) == 5


def test_test_cell_is_never_taken() -> None:
    read = _read(solution(_ADD), locked_test("def add(x, y):\n    return 0\nadd(1, 2)"))
    assert _code(read) == _ADD.splitlines()
    assert "Left out" not in _notes(read)


def test_text_cells_are_passed_over_and_counted() -> None:
    assert "# Cell 3\ndef add" in _read(text("# Sums"), text("def add(): 1"), solution(_ADD)).source.decode()


@pytest.mark.parametrize(
    "needed",
    [
        "EPS = 1e-8",
        "EPS: float = 1e-8",
        "from math import e as EPS",
        "import math as EPS",
        "def EPS(): ...",
        "class EPS: ...",
        "if True:\n    EPS = 1",
        "try:\n    import EPS\nexcept ImportError:\n    EPS = None",
        "for EPS in range(3): pass",
        "A, (EPS, *B) = 1, (2, 3)",
        "with open('x') as EPS: pass",
        "(EPS := 3)",
        "start()\nEPS = BASE * 2\nBASE = 3",
        "@start\ndef EPS(): ...",
    ],
)
def test_untagged_cell_gives_what_a_task_needs(needed: str) -> None:
    read = _read(code(f"torch.rand(3)\n{needed}\nplot(add(1, 2))"), code("def add(x, y):\n    return x + y + EPS"))
    assert {line.strip() for line in needed.removeprefix("start()\n").splitlines()} <= set(map(str.strip, _code(read)))
    assert not {"torch.rand(3)", "plot(add(1, 2))"} & set(_code(read))


def test_untagged_cell_gives_no_more_than_a_task_needs() -> None:
    read = _read(
        code("import matplotlib.pyplot as plt\nimport torch"),
        code(f"{_ADD}\n\ndef show(losses):\n    plt.plot(losses)"),
        code("losses = train(10_000)\nshow(losses)"),
    )
    assert _code(read) == _ADD.splitlines()
    assert (
        "Left out, because no task needs it: cell 2 (lines 4-5), cell 3; imports of `matplotlib.pyplot`, `torch`."
        in _notes(read)
    )


def test_name_of_a_local_variable_needs_nothing_of_the_module() -> None:
    read = _read(code("losses = train()"), solution("def add(x, y):\n    losses = []\n    return losses"))
    assert "train" not in read.source.decode()


def test_what_is_stored_into_a_needed_object_is_taken() -> None:
    read = _read(
        code("table = {}\nfor i in range(3):\n    table[i] = i * i\nprint(table)"),
        solution("def add(x, y):\n    return table[x] + y"),
    )
    assert _run(read)["add"](2, 1) == 5
    assert "print(table)" not in _code(read)


def test_import_of_everything_is_taken() -> None:
    assert "from math import *" in _code(_read(code("from math import *"), solution(_ADD)))


def test_without_names_every_definition_is_taken() -> None:
    assert _code(_read(code(f"{_ADD}\nadd(1, 2)"), names=())) == _ADD.splitlines()


def test_future_import_of_a_later_cell_goes_to_the_top() -> None:
    read = _read(
        code("import math"),
        code("from __future__ import annotations"),
        solution("from __future__ import annotations; k = 1\ndef add(x: Unknown, y):\n    return x + y + k"),
    )
    assert _code(read)[0] == "from __future__ import annotations"
    assert read.source.decode().count("__future__") == 1
    assert _run(read)["add"](2, 3) == 6


@pytest.mark.parametrize(
    "stub",
    ["raise NotImplementedError()", "# YOUR CODE HERE\nraise NotImplementedError()", "raise NotImplementedError"],
)
def test_cell_that_was_left_to_be_filled_does_not_stop_the_others(stub: str) -> None:
    read = _read(solution(stub), solution(_ADD))
    assert _run(read)["add"](2, 3) == 5
    assert read.notes == ()


def test_encoding_that_a_cell_declares_means_nothing() -> None:
    source = "# -*- coding: latin-1 -*-\nname = '中文'\ndef add(x, y):\n    return name"
    assert _run(_read(solution(source)))["add"](1, 2) == "中文"


# IPython's own language.


@pytest.mark.parametrize(
    "line",
    [
        "%matplotlib inline",
        "  %load_ext x",
        "!pip install it's",
        "torch.nn.Linear?",
        "?add",
        "add??",
        "files = !ls",
        "now = %time",
        "!echo (",
        "!cat a \\",
    ],
)
def test_line_that_only_ipython_understands_is_left_out_and_told(line: str) -> None:
    read = _read(text("Hello"), solution(f"import math\n{line.strip()}\n\n{_ADD}"))
    assert _run(read)["add"](2, 3) == 5
    assert f"Cell 2, line 2 was left out: `{line.strip()}` is no Python." in _notes(read)


def test_magic_inside_a_function_leaves_its_block_valid() -> None:
    read = _read(solution("def add(x, y):\n    if x:\n        %time\n    return x + y"))
    assert _run(read)["add"](2, 3) == 5


def test_what_looks_like_a_magic_in_a_text_or_a_formula_stays() -> None:
    source = 'def add(x, y):\n    text = """\n%time\n!ls\n"""\n    return (text\n%x)'
    assert source in _read(solution(source)).source.decode()


@pytest.mark.parametrize("magic", ["%%bash", "%%timeit", "%%html", "%%writefile a.py"])
def test_cell_in_another_language_is_left_out_and_told(magic: str) -> None:
    read = _read(code(f"\n{magic}\n{_ADD}"), solution(_ADD))
    assert _code(read) == _ADD.splitlines()
    assert f"Cell 1 was left out: `{magic}`" in _notes(read)


def test_cell_that_is_only_timed_is_still_python() -> None:
    assert _run(_read(code(f"%%time\n{_ADD}")))["add"](2, 3) == 5


# What is no Python.


@pytest.mark.parametrize(
    "broken",
    [
        "def total(x:\n    return 1",
        "return 3",
        "x = = 1",
        "x = 1\n  indented = 1",
        "def f(x):\n    global x",
        "\0",
    ],
)
def test_broken_cell_takes_no_other_cell_with_it_and_is_told(broken: str) -> None:
    read = _read(solution(_ADD), solution(broken))
    assert _run(read)["add"](2, 3) == 5
    assert "Cell 2" in _notes(read)
    assert "nothing of this cell counts" in _notes(read)


def test_notebook_without_any_code_is_an_empty_module() -> None:
    assert _code(_read(text("Nothing"))) == []
    assert _code(_read()) == []


def test_every_line_can_be_found_in_its_cell() -> None:
    read = _read(
        text("Hello"), code("import math\n\nprint(1)\n\nEPS = 1"), solution("\ndef add(x, y):\n    return EPS")
    )
    lines = read.source.decode().split("\n")
    assert read.places is not None
    assert "cell 2 (line 5) from line 4, cell 3 from line 6" in read.places["en"]
    assert (lines[3 - 1], lines[4 - 1]) == ("# Cell 2, line 5", "EPS = 1")
    assert (lines[6 - 1], lines[7 - 1]) == ("", "def add(x, y):")


def test_notes_of_many_parts_are_few() -> None:
    read = _read(*(code(f"x = = {number}") for number in range(50)), *(code("!ls") for _ in range(50)))
    assert len(read.notes) == 41
    assert "60 more parts were left out." in _notes(read)


# Hostile files.


def _refusal(content: bytes) -> str:
    with pytest.raises(RefusedError) as caught:
        read_notebook(content, _PATH, ("add",))
    assert f"`{_PATH}`" in str(caught.value)
    return str(caught.value)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\xff\xfe",
        b"{",
        b"null",
        b"[]",
        b"{}",
        b"print(1)",
        notebook_bytes(metadata=[]),
        notebook_bytes(cells=None),
        notebook_bytes(cells={"a": 1}),
        notebook_bytes(cells=[1]),
        notebook_bytes(cells=[{"cell_type": "code"}]),
        notebook_bytes(cells=[{"source": ""}]),
        notebook_bytes(code("") | {"source": 1}),
        notebook_bytes(code("") | {"source": [1]}),
        notebook_bytes(code("") | {"metadata": "no"}),
        notebook_bytes(code("", grade="yes")),
        notebook_bytes(nbformat=True),
        notebook_bytes(nbformat="4"),
        notebook_bytes(metadata={"kernelspec": {"language": 3}}),
        notebook_bytes(metadata={"score": float("nan")}),
        notebook_bytes(metadata={"score": float("inf")}),
        b'{"nbformat": 4, "cells": [], "cells": []}',
        b'{"nbformat": 4, "cells": [], "metadata": {"a": 1, "a": 1}}',
        b'{"nbformat": 4, "cells": [], "metadata": ' + b"9" * 5_000 + b"}",
    ],
)
def test_file_that_is_no_notebook_is_refused(content: bytes) -> None:
    assert "is no valid notebook" in _refusal(content)


@pytest.mark.parametrize("opening", [b"[", b'{"a":'])
def test_notebook_nested_too_deeply_is_refused(opening: bytes) -> None:
    assert "nested too deeply" in _refusal(b'{"nbformat": 4, "cells": ' + opening * 200_000)


@pytest.mark.parametrize("version", [5, 0, -1])
def test_notebook_of_a_format_that_there_is_not_is_refused(version: int) -> None:
    assert f"format {version}" in _refusal(notebook_bytes(nbformat=version))


@pytest.mark.parametrize(
    "source", ["def add(x, y):\n    return x + y", ["def add(x, y):\n", "    return x + y"]], ids=["a text", "lines"]
)
def test_notebook_of_the_format_before_is_read(source: str | list[str]) -> None:
    cell = {"cell_type": "code", "language": "python", "input": source, "outputs": [], "collapsed": False}
    cells = [{"cell_type": "heading", "level": 1, "metadata": {}, "source": ["Sums"]}, {**cell, "metadata": {}}]
    old = {"nbformat": 3, "nbformat_minor": 0, "metadata": {"name": ""}, "worksheets": [{"cells": cells}]}
    taken = read_notebook(json.dumps(old).encode(), Path("sums.ipynb"), ("add",)).source.decode()
    assert "def add(x, y):\n    return x + y\n" in taken


@pytest.mark.parametrize("worksheets", [None, 7, [7], [{"cells": 7}], [{"cells": [7]}]], ids=repr)
def test_notebook_over_which_its_upgrade_stumbles_is_refused(worksheets: object) -> None:
    old = {"nbformat": 3, "nbformat_minor": 0, "metadata": {}, "worksheets": worksheets}
    assert "is no valid notebook" in _refusal(json.dumps(old).encode())


@pytest.mark.parametrize("metadata", [{"kernelspec": {"language": "R"}}, {"language_info": {"name": "julia"}}])
def test_notebook_for_another_language_is_refused(metadata: dict[str, Any]) -> None:
    assert "not for Python" in _refusal(notebook_bytes(metadata=metadata))


def test_notebook_with_half_a_character_is_refused_with_its_cell() -> None:
    assert "cell 2: it holds half a character" in _refusal(notebook_bytes(text("\ud800"), code("x = '\ud800'")))


def test_notebook_over_the_cap_is_refused_and_its_pictures_are_not_counted_as_code() -> None:
    picture = code("") | {"outputs": ["A" * (MAX_NOTEBOOK_BYTES - 1_000)]}
    assert _code(read_notebook(notebook_bytes(solution(_ADD), picture), _PATH, ("add",))) == _ADD.splitlines()
    assert "is larger than 16 MiB" in _refusal(b" " * (MAX_NOTEBOOK_BYTES + 1))
    assert "is larger than 4 MiB" in _refusal(notebook_bytes(code("#" * (5 << 20))))


@pytest.mark.parametrize(
    "source",
    ["(" * 100_000, "-" * 1_000_000 + "1", "x" + ".x" * 500_000, "x" + "(x" * 50_000, "if x:\n" * 99 + " x", "{" * 300],
    ids=["parentheses", "signs", "attributes", "calls", "blocks", "braces"],
)
def test_source_that_strains_the_parser_costs_its_cell_or_its_notebook(source: str) -> None:
    try:
        read = _read(solution(_ADD), solution(source))
    except RefusedError as error:
        assert "parser" in str(error)  # noqa: PT017 - either is right, and which it is depends on Python's version
    else:
        assert _code(read) == _ADD.splitlines()
        assert "Cell 2" in _notes(read)


def test_parser_that_crashes_is_a_refusal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(subprocess, "run", lambda *_, **__: subprocess.CompletedProcess([], -11, b"", b""))
    assert "Python's own parser" in _refusal(notebook_bytes(solution(_ADD)))


def test_sifting_that_cannot_be_started_is_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/nowhere/python")
    with pytest.raises(EngineFailedError, match="could not be sorted"):
        _read(solution(_ADD))


def test_sifting_that_answers_nothing_is_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(subprocess, "run", lambda *_, **__: subprocess.CompletedProcess([], 1, b"", b"no memory"))
    with pytest.raises(EngineFailedError, match="no memory"):
        _read(solution(_ADD))


def test_reading_runs_nothing_of_the_notebook(tmp_path: Path) -> None:
    trap = f"open({str(tmp_path / 'trap')!r}, 'w')"
    _read(code(f"!touch {tmp_path / 'trap'}\n%run trap.py"), solution(f"{trap}\n@{trap}\ndef add(x={trap}): ..."))
    assert list(tmp_path.iterdir()) == []


def test_names_of_nbgrader_that_are_unknown_do_no_harm() -> None:
    document = json.loads(notebook_bytes(solution(_ADD)))
    document["cells"][0]["metadata"] |= {"deletable": False, "trusted": {"a": [1]}}
    document["cells"][0]["metadata"]["nbgrader"]["task"] = False
    assert _code(read_notebook(json.dumps(document).encode(), _PATH, ("add",))) == _ADD.splitlines()
