"""Of a notebook's statements those are taken that a task needs, what sets up what it needs included, and no others."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.submission.notebooks.conftest import Handed
from tests.support.notebooks import code, code_lines, solution

_F = "def f(x):\n    return x + 1"
_SET_UPS = dict(
    part.split("\n", 1)
    for part in (Path(__file__).parent / "set_ups.txt").read_text("utf-8").removeprefix("### ").split("\n### ")
)
_OVERLOADED = """\
import functools
@functools.singledispatch
def f(x):
    raise TypeError
@f.register{how}
def _(x: int):
    return x + 1
"""
_NOT_NEEDED = [
    "plt.plot(f(1))",
    "f(1)",
    "print(f(1))",
    "for i in range(10**9):\n    assert f(i) == i + 1",
    "assert f(3) == 4",
    "import matplotlib.pyplot as plt\nplt.figure()",
    "while True: pass",
    "model = Net()\nfor e in range(10**6):\n    loss = model(x).sum()\n    loss.backward()\n    opt.step()",
    "timeit.timeit(lambda: f(1))",
    "check(f)",
    "def check(fn):\n    r = []\n    for i in range(10**9): r.append(fn(i))\ncheck(f)",
    "import timeit\ntimeit.timeit(f)",
    "from unittest import main\nmain()",
    "x = torch.rand(3, requires_grad=True)\nf(x).sum().backward()\nprint(x.grad)",
    "torch.manual_seed(0)",
    "import torch\ntorch.manual_seed(0)\ntorch.set_default_device('cuda')\ntorch.set_grad_enabled(False)",
    "import warnings\nwarnings.filterwarnings('ignore')",
    "import pandas as pd\npd.DataFrame([f(1)])",
    "display(f(1))",
    "results = [f(i) for i in range(3)]\nprint(results)",
    "def test_f():\n    assert f(1) == 3\ntest_f()",
    "with open('out') as h:\n    h.write(f(1))",
    "try:\n    f(1)\nexcept Exception as e:\n    print(e)",
    "from tqdm import tqdm\nfor i in tqdm(range(3)):\n    f(i)",
    "import torch\ntorch.autograd.gradcheck(f, (1,))",
    "help(f)",
    "f.__doc__",
    "input('go')",
    "exit()",
    "import sys\nsys.exit()",
    "raise ValueError",
    "1/0",
    "assert False",
    "y: int = f(3)",
    "lst = []\nlst.append(f(1))",
    "d = {}\nd['a'] = f(1)",
    "net = Net()\nnet.train()\nnet.fit(f)",
]


@pytest.mark.parametrize("source", _SET_UPS.values(), ids=_SET_UPS)
def test_what_sets_up_a_needed_object_is_taken(source: str, hand_in: Handed) -> None:
    assert hand_in(code(source)).run()["f"](1) == 2


@pytest.mark.parametrize("source", _SET_UPS.values(), ids=_SET_UPS)
def test_what_sets_up_a_needed_object_is_taken_from_another_cell(source: str, hand_in: Handed) -> None:
    head, _, tail = source.rpartition("\ndef f")
    assert hand_in(code(head), solution(f"def f{tail}")).run()["f"](1) == 2


@pytest.mark.parametrize("how", ["", "(int)"])
def test_what_overloads_a_task_is_taken(how: str, hand_in: Handed) -> None:
    assert hand_in(code(_OVERLOADED.format(how=how))).run()["f"](1) == 2


@pytest.mark.parametrize("statement", _NOT_NEEDED)
@pytest.mark.parametrize("form", ["{f}\n{statement}", "{statement}\n{f}"], ids=["below", "above"])
@pytest.mark.parametrize("cell", [solution, code], ids=["solution", "plain"])
def test_what_shows_or_tries_a_task_is_left_out(
    statement: str, form: str, cell: Callable[[str], dict[str, Any]], hand_in: Handed
) -> None:
    read = hand_in(cell(form.format(f=_F, statement=statement)))
    assert code_lines(read.read.source) == _F.splitlines()


def test_what_is_left_out_of_a_solution_cell_is_told(hand_in: Handed) -> None:
    read = hand_in(solution(f"{_F}\nprint(f(1)); print(f(2))"))
    assert read.notes == "Left out, because no task needs it: cell 1 (line 3)."


@pytest.mark.parametrize(
    ("imports", "said"),
    [
        ("import seaborn as sns, wandb", "imports of `seaborn`, `wandb`"),
        ("from matplotlib import pyplot as plt", "imports of `matplotlib.pyplot`"),
        ("import math\nfrom math import pi", "imports of `math`, `math.pi`"),
        ("import wandb\nwandb.init()", "cell 1 (line 2); imports of `wandb`"),
    ],
)
def test_imports_that_nothing_needs_are_named(imports: str, said: str, hand_in: Handed) -> None:
    read = hand_in(code(f"{imports}\n{_F}"))
    assert read.notes == f"Left out, because no task needs it: {said}."
    assert "导入 `" in read.notes_zh


@pytest.mark.parametrize(
    "block",
    [
        "if __name__ == '__main__':\n    f = None\n    raise SystemExit",
        "if '__main__' == __name__:\n    def f(x):\n        return 0",
        "if __name__ == '__main__' and True:\n    f.x = 1 / 0",
    ],
)
def test_what_runs_only_as_a_program_is_no_part_of_a_task(block: str, hand_in: Handed) -> None:
    read = hand_in(solution(f"{_F}\n\n{block}"))
    assert read.run()["f"](1) == 2
    assert "cell 1 (lines 4-" in read.notes


@pytest.mark.parametrize("removal", ["del f", "del f, torch", "x = 1\ndel x, f"])
def test_name_that_is_deleted_stays_and_is_told(removal: str, hand_in: Handed) -> None:
    read = hand_in(solution(f"{_F}\nprint(f(1))\n{removal}"))
    assert read.run()["f"](1) == 2
    assert "was left out: it deletes what may be needed" in read.notes
    assert "它删除了可能需要的东西" in read.notes_zh


def test_statement_that_shares_its_line_is_taken_alone(hand_in: Handed) -> None:
    read = hand_in(code("ONE = 1; plt.show(); show = print\ndef f(x):\n    return x + ONE"))
    assert read.run()["f"](1) == 2
    assert "plt" not in read.text


def test_calls_of_a_task_are_not_taken_for_what_they_keep(hand_in: Handed) -> None:
    source = "CACHE = {}\ndef f(x):\n    CACHE[x] = x + 1\n    return CACHE[x]"
    assert code_lines(hand_in(code(f"{source}\nfor i in range(10**12):\n    f(i)")).read.source) == source.splitlines()


@pytest.mark.parametrize(
    "shown",
    [
        "import matplotlib.pyplot as plt\nplt.plot(ONES)",
        "from pprint import pprint\npprint(ONES)",
        "print(ONES)",
        "import seaborn as sns\nsns.heatmap(data=ONES)",
        "assert ONES[0] == 2",
    ],
)
def test_what_shows_a_needed_object_is_left_out(shown: str, hand_in: Handed) -> None:
    source = "ONES = [1]\ndef f(x):\n    return x + ONES[0]"
    assert code_lines(hand_in(code(f"{source}\n{shown}")).read.source) == source.splitlines()


_NEEDED = """\
import torch
LR = 0.1
device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
MEANS = torch.ones(1)
class Block(torch.nn.Module):
    pass
def helper(x):
    return x + int(MEANS)
def f(x):
    return helper(x) + len([LR, device, Block]) - 3"""


@pytest.mark.parametrize(
    "training",
    [
        "opt = torch.optim.SGD(net.parameters(), lr=LR)\nwhile True:\n    net(x).backward()\n    opt.step()",
        "x = (torch.ones(3) - MEANS).to(device)\nfor _ in range(10**12):\n    x.add_(1)",
        "net = Block().to(device)\nfor _ in range(10**12):\n    net.train()\n    net(x)",
        "for _ in range(10**12):\n    ys = helper(3)\n    ys.append(f(2))",
        "for means in [MEANS]:\n    print(means.sum(), MEANS.mean())\nmeans = []\nmeans.append(1)",
        "y = torch.relu(MEANS)\ny.backward()",
        "print(torch.allclose(MEANS, f(MEANS)), MEANS.tolist(), len(MEANS))",
        "torch.save(MEANS, 'means.pt')",
    ],
)
def test_what_trains_or_shows_something_else_by_what_is_needed_is_left_out(training: str, hand_in: Handed) -> None:
    assert code_lines(hand_in(code(f"{_NEEDED}\n{training}")).read.source) == _NEEDED.splitlines()
