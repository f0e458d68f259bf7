"""A test cell gives the points that `learn check` gives, says what is wrong, and leaves the kernel as it was."""

from __future__ import annotations

import os
import random
import sys
import types
from collections.abc import Callable, Iterator

import numpy
import pytest
import torch

from grader.course.course import Course
from grader.release.notebooks.kernel import judge
from grader.runtime.wire.generators import kept_generators, seed_generators
from grader.runtime.wire.settings import Settings, _read

Judge = Callable[..., float]


def _environment() -> dict[str, str]:
    """Without what the pytest around these tests keeps there."""
    return {name: value for name, value in os.environ.items() if name != "PYTEST_CURRENT_TEST"}


class _Shell:
    """Stands for IPython, as far as its history is read."""

    def __init__(self, *cells: str) -> None:
        self.history_manager = types.SimpleNamespace(input_hist_parsed=["", *cells])


@pytest.fixture
def judge_double(toy: Course, monkeypatch: pytest.MonkeyPatch) -> Judge:
    """Runs cells and then the test cell of `double`, with the whole suite."""
    tests = {name: content.decode() for name, content in toy.suite(toy.assignment("toy")).files.items()}
    tests = {name: text for name, text in tests.items() if name.endswith(".py")}
    monkeypatch.setenv("GRADUS_LANG", "en")

    def run(*cells: str, **changes: object) -> float:
        main = types.ModuleType("__main__")
        main.__dict__["get_ipython"] = lambda: _Shell(*cells)
        for cell in cells:
            exec(cell, main.__dict__)
        monkeypatch.setitem(sys.modules, "__main__", main)
        arguments = {
            "points": 60.0,
            "signature": "def double(x: Tensor) -> Tensor",
            "all_tasks": ["double", "add_"],
            "forbid": ["torch.cdist"],
            **changes,
        }
        return judge("double", {"test_toy.py": "\n".join(tests.values())}, **arguments)  # type: ignore[arg-type]

    return run


_RIGHT = """
import torch

def double(x):
    if not x.is_floating_point():
        raise ValueError("integers")
    return x * 2
"""


def test_right_code_gets_all_points(judge_double: Judge, capsys: pytest.CaptureFixture[str]) -> None:
    assert judge_double(_RIGHT) == 60.0
    assert "60 / 60" in capsys.readouterr().out


def test_part_of_the_tests_gets_part_of_the_points(judge_double: Judge, capsys: pytest.CaptureFixture[str]) -> None:
    assert judge_double("def double(x):\n    return x * 2") == 45.0
    said = capsys.readouterr()
    assert "Refuses integers with a ValueError." in said.out
    assert said.err == ""


@pytest.mark.parametrize(
    ("cell", "words"),
    [
        ("", "`double` is not defined"),
        ("def double(x):\n    raise NotImplementedError()", "Not written yet: `double`"),
        ("def double(x):\n    return x", "wrong values"),
        ("def double(x):\n    raise SystemExit", "SystemExit"),
        ("import torch\n\ndef double(x):\n    return 2 * x + 0 * torch.cdist(x[None], x[None])", "is forbidden"),
    ],
    ids=["missing", "stub", "wrong", "exit", "forbidden"],
)
def test_wrong_code_gets_no_points_and_is_told_why(
    cell: str, words: str, judge_double: Judge, capsys: pytest.CaptureFixture[str]
) -> None:
    assert judge_double(cell) == 0.0
    assert words in capsys.readouterr().out


def test_endless_code_is_stopped_and_the_kernel_lives(judge_double: Judge, capsys: pytest.CaptureFixture[str]) -> None:
    endless = "import time\n\ndef double(x):\n    time.sleep(30)"
    assert judge_double(endless, limits={"test_s": 0.2}) == 0.0
    assert "timeout" in capsys.readouterr().out


@pytest.mark.filterwarnings("ignore::UserWarning")
def test_prints_and_warnings_cost_nothing_and_are_not_shown(
    judge_double: Judge, capfd: pytest.CaptureFixture[str]
) -> None:
    loud = _RIGHT.replace(
        "    return",
        "    import os, sys, warnings\n    print(x)\n    print(x, file=sys.stderr)\n    os.write(2, b'loud')\n    "
        "warnings.warn('w')\n    return",
    )
    assert judge_double(loud) == 60.0
    said = capfd.readouterr()
    assert said.err == ""
    assert "tensor" not in said.out


def test_kernel_is_left_as_it_was(judge_double: Judge) -> None:
    before = (set(sys.modules), list(sys.path), _environment(), sys.stdout, sys.dont_write_bytecode)
    judge_double(_RIGHT)
    left = {name for name in set(sys.modules) - before[0] if "toy" in name}
    assert left == set()
    assert (list(sys.path), _environment(), sys.stdout, sys.dont_write_bytecode) == before[1:]


@pytest.fixture
def _settings() -> Iterator[None]:
    before = Settings()
    yield
    before.put_back()


@pytest.mark.usefixtures("_settings")
@pytest.mark.parametrize(
    ("cell", "words"),
    [
        ("torch.set_default_dtype(torch.float64)", "default dtype"),
        ("torch.set_default_device('meta')", "default device"),
        ("torch.set_grad_enabled(False)", "grad mode"),
        ("mode = torch.inference_mode(); mode.__enter__()", "inference mode"),
        ("torch.use_deterministic_algorithms(True)", "deterministic algorithms"),
        ("import warnings; warnings.filterwarnings('error', '.*')", ""),
        ("import socket; socket.setdefaulttimeout(1e-6)", ""),
    ],
)
def test_settings_of_a_notebook_are_told_and_neither_cost_points_nor_are_lost(
    cell: str, words: str, judge_double: Judge, capsys: pytest.CaptureFixture[str]
) -> None:
    cell = f"import torch\n{cell}"
    before = _read()
    assert judge_double(cell, _RIGHT) == 60.0
    assert ("changes settings of torch" in (said := capsys.readouterr().out)) == bool(words)
    assert words in said
    after = _read()
    assert after != before
    assert judge_double(_RIGHT) == 60.0
    assert _read() == after


@pytest.mark.usefixtures("_settings")
def test_settings_of_a_function_are_as_they_were_after_judging(judge_double: Judge) -> None:
    before = _read()
    setting = _RIGHT.replace("    return", "    torch.set_default_dtype(torch.float64)\n    return")
    assert judge_double(setting) == 60.0
    assert _read() == before


def test_generators_of_a_notebook_go_on_as_if_nothing_was_judged(judge_double: Judge) -> None:
    def drawn() -> list[float]:
        return [random.random(), float(numpy.random.rand()), torch.rand(()).item()]

    with kept_generators():
        seed_generators(7)
        expected = [drawn(), drawn()]
        seed_generators(7)
        first = drawn()
        judge_double(_RIGHT)
        assert [first, drawn()] == expected


def test_files_of_one_name_do_not_meet(judge_double: Judge) -> None:
    sys.modules["test_toy"] = mine = types.ModuleType("test_toy")
    try:
        assert judge_double(_RIGHT) == 60.0
        assert sys.modules["test_toy"] is mine
    finally:
        del sys.modules["test_toy"]


def test_same_cell_gives_the_same_points_again(judge_double: Judge) -> None:
    shaky = "import torch\n\ndef double(x):\n    return 2 * x + (torch.rand(()) > 0.5)"
    assert len({judge_double(shaky) for _ in range(5)}) == 1


def test_student_is_told_that_there_are_hidden_tests(judge_double: Judge, capsys: pytest.CaptureFixture[str]) -> None:
    assert judge("double", {}, points=60, signature="", all_tasks=["double"]) == 0.0
    assert "All tests of this task are hidden." in capsys.readouterr().out


def test_broken_tests_are_no_zero(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "__main__", types.ModuleType("__main__"))
    with pytest.raises(RuntimeError, match="not your fault"):
        judge("double", {"test_broken.py": "import nowhere_at_all"}, points=1, signature="", all_tasks=["double"])


def test_grad_mode_of_the_notebook_does_not_reach_the_tests(judge_double: Judge) -> None:
    with torch.no_grad():
        assert judge_double(_RIGHT) == 60.0
