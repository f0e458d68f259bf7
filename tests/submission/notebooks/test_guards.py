"""A statement of a notebook that fails costs what needs it and nothing else, and says where and why it failed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.submission.notebooks.conftest import Handed
from tests.support.notebooks import code, code_lines, solution

_F = "def f(x):\n    return x + 1"


@pytest.mark.parametrize(
    "needed",
    [
        "import nowhere_at_all as broken",
        "from nowhere_at_all import broken",
        "from math import broken",
        "from math import (\n    cos,\n    broken,\n)",
        "broken = open('/nowhere/at/all').read()",
        "broken = int(input())",
        "broken = missing",
        "broken = dict(\n    a=1 / 0,\n)",
        "if True:\n    text = '''\nkept'''\n    broken = 1 / 0",
        "for broken in missing:\n    pass",
        "with open('/nowhere/at/all') as broken:\n    pass",
        "@missing\ndef broken():\n    pass",
        "@staticmethod.missing\nclass broken:\n    pass",
        "def broken(x: missing):\n    pass",
        "def broken(x=missing):\n    pass",
        "def broken() -> torch.Tenser:\n    pass",
        "class broken(missing):\n    pass",
        "class broken:\n    part = missing",
        "import sys\nbroken = sys.exit(1)",
        "from nowhere_at_all import *",
    ],
)
@pytest.mark.parametrize("cell", [solution, code], ids=["solution", "plain"])
def test_needed_statement_that_fails_costs_the_tasks_that_need_it(
    needed: str, cell: Callable[[str], dict[str, Any]], hand_in: Handed
) -> None:
    read = hand_in(cell(f"{needed}\n\n\n{_F}\n\n\ndef g(x):\n    return broken"), names=("f", "g"))
    names = read.run()
    assert names["f"](1) == 2
    with pytest.raises(NameError):
        names["g"](1)


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("one = 1 / 0", "Cell 2, line 3 (第 2 个单元格第 3 行): ZeroDivisionError: division by zero\n"),
        ("one = dict(\n    a=missing,\n)", "Cell 2, line 3 (第 2 个单元格第 3 行): NameError: name 'missing' is not"),
        ("if True:\n    one = 1 / 0", "Cell 2, line 3 (第 2 个单元格第 3 行): ZeroDivisionError: division by zero\n"),
    ],
)
def test_failure_is_printed_with_its_cell_and_line(
    source: str, said: str, hand_in: Handed, capsys: pytest.CaptureFixture[str]
) -> None:
    hand_in(code("print = type = None"), code(f"# one\n\n{source}\n{_F} + one")).run()
    assert said in capsys.readouterr().out


@pytest.mark.parametrize(
    "imports",
    [
        "import nowhere_at_all, math",
        "import nowhere_at_all; import math",
        "import math, nowhere_at_all",
        "from nowhere_at_all import a; import math",
    ],
)
def test_import_that_fails_does_not_take_its_line_along(imports: str, hand_in: Handed) -> None:
    source = f"{imports}\ndef f(x):\n    if x > 5:\n        return nowhere_at_all, a\n    return x + int(math.cos(0))"
    assert hand_in(code(source)).run()["f"](1) == 2


@pytest.mark.parametrize(
    "used_by",
    ["def show(x):\n    sns.plot(x)\n\nshow(f(1))", "sns.plot(f(1))", "class Plot(sns.Plot):\n    pass\n\nPlot(f)"],
)
def test_package_that_only_a_demonstration_needs_is_not_imported(used_by: str, hand_in: Handed) -> None:
    read = hand_in(solution(f"import nowhere_at_all as sns\n\n{_F}\n\n{used_by}"))
    assert code_lines(read.read.source) == _F.splitlines()


def test_package_that_is_asked_for_in_vain_is_asked_for_as_written(hand_in: Handed) -> None:
    source = "try:\n    import nowhere_at_all as maybe\nexcept ImportError:\n    maybe = None"
    assert hand_in(code(f"{source}\ndef f(x):\n    return x + (1 if maybe is None else 0)")).run()["f"](1) == 2


@pytest.mark.parametrize(
    "plain",
    [
        "import math\nimport torch\nimport torch.nn.functional as F",
        "from torch import Tensor, nn\nfrom typing import Optional",
        "EPS = -1e-8",
        "from torch import Tensor\n\n\ndef helper(x: Tensor | None, y: int = 3) -> list[int]:\n    return EPS",
        "import torch\n\n\nclass Net(torch.nn.Module):\n    n: int = 3\n\n    def forward(self, x: torch.Tensor): ...",
        "import torch\n\n\n@torch.no_grad()\ndef helper(x):\n    pass",
    ],
)
def test_what_cannot_fail_stands_as_it_was_written(plain: str, hand_in: Handed) -> None:
    uses = "return x, math, torch, F, Tensor, nn, Optional, EPS, helper, Net"
    assert "NotebookCell" not in hand_in(code(plain), code(f"def f(x):\n    {uses}")).text


def test_texts_over_several_lines_keep_their_content(hand_in: Handed) -> None:
    source = "n = 1\nif n:\n    A = '''\n  a\nb'''\n    B = f'''\n{n}\n\tc'''\ndef f(x):\n    return A, B"
    assert hand_in(code(source)).run()["f"](1) == ("\n  a\nb", "\n1\n\tc")


def test_every_line_of_what_is_guarded_can_be_found_in_its_cell(hand_in: Handed) -> None:
    source = "import math\n\nif math.pi:\n    ONE = 1\n\nTWO = math.floor(2)\n\ndef f(x):\n    return ONE, TWO"
    read = hand_in(code("pass"), code(source)).read
    lines = read.source.decode().split("\n")
    found = {line.strip(): number for number, line in enumerate(lines, 1)}
    assert read.places is not None
    assert (
        f"cell 2 from line {found['import math']}, cell 2 (line 3) from line {found['if math.pi:']}"
        in read.places["en"]
    )
    assert found["ONE = 1"] == found["if math.pi:"] + 1
    assert found["return ONE, TWO"] == found["with _NotebookCell(2, 6): TWO = math.floor(2)"] + 3
