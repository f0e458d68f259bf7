"""What the usual operators make of a reference, and what they leave alone."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from grader.course.course import Course
from grader.verify.mechanical.mutants import MechanicalMutant, mechanical_mutants
from grader.verify.names import unbound_names

_ROOT = Path(__file__).parents[3]
_HEAD = "from __future__ import annotations\n\nimport torch\nfrom torch import nn\n\n\n"


def _made(body: str, header: str = "def f(x, y, n, flag):") -> list[MechanicalMutant]:
    lines = "\n".join(f"    {line}" for line in body.splitlines())
    return mechanical_mutants(f"{_HEAD}{header}\n{lines}\n", "f")


def _changes(body: str, header: str = "def f(x, y, n, flag):") -> set[tuple[str, str]]:
    return {(mutant.before, mutant.after) for mutant in _made(body, header)}


@pytest.mark.parametrize(
    ("statement", "expected"),
    [
        pytest.param("return x + y", {"return x - y", "return x", "return y"}, id="addition"),
        pytest.param("return x / y", {"return x * y", "return x // y", "return x", "return y"}, id="division"),
        pytest.param("return x ** y", {"return x * y", "return x", "return y"}, id="power"),
        pytest.param("return x @ y", {"return x * y", "return x", "return y"}, id="matrix-product"),
        pytest.param("return x < y", {"return x <= y", "return x >= y"}, id="less"),
        pytest.param("return x == y", {"return x != y", "return x <= y", "return x >= y"}, id="equal"),
        pytest.param("return x is None", {"return x is not None"}, id="identity"),
        pytest.param("return x and y", {"return x or y", "return x", "return y"}, id="and"),
        pytest.param("return not x", {"return x"}, id="not"),
        pytest.param("return -x", {"return x"}, id="minus"),
        pytest.param("return 5", {"return 6", "return 4", "return 0", "return 1"}, id="integer"),
        pytest.param("return -1", {"return 1", "return 0", "return -2"}, id="negative-integer"),
        pytest.param("return 0.5", {"return 0.0", "return 1.0", "return 0.05"}, id="float"),
        pytest.param("return True", {"return False"}, id="truth"),
        pytest.param("return x.detach()", {"return x"}, id="call-of-a-method"),
        pytest.param("return torch.tanh(x)", {"return x"}, id="call-of-a-module"),
        pytest.param("return nn.functional.relu(x)", {"return x"}, id="call-of-what-from-binds"),
        pytest.param(
            "return x.sum(n, keepdim=True)",
            {"return x", "return x.mean(n, keepdim=True)", "return x.sum(n)", "return x.sum(keepdim=True)"},
            id="keyword-and-positional",
        ),
        pytest.param(
            "return x.reshape(y)", {"return x.view(y)", "return x.reshape()", "return x"}, id="reshape",
        ),
        pytest.param("return max(x, y)", {"return min(x, y)", "return max(x)", "return x"}, id="maximum"),
        pytest.param("return x.argmax()", {"return x.argmin()", "return x"}, id="argmax"),
        pytest.param("return x if flag else y", {"return x", "return y"}, id="conditional"),
        pytest.param(
            "return x[n:]", {"return x[:]", "return x[n - 1:]", "return x[n + 1:]"}, id="bound-of-a-slice",
        ),
        pytest.param("return x[:, None]", {"return x[:,]", "return x[:, 0]"}, id="axis-put-in"),
        pytest.param("return (x, y)", {"return [x, y]"}, id="tuple"),
        pytest.param("return [x, y]", {"return (x, y)"}, id="list"),
        pytest.param("return x.T", {"return x"}, id="transpose"),
        pytest.param(
            "return [a for a in x if a]", {"return [a for a in x]", "return [a for a in x if False]"}, id="filter",
        ),
        pytest.param("return list(range(n))", {"return range(n)", "return list(range(n - 1))",
                                               "return list(range(n + 1))"}, id="range"),
        pytest.param("return x.to('cpu')", {"return x", "return x.to()"}, id="texts-stay"),
    ],
)  # fmt: skip
def test_expression_is_changed_by_the_usual_operators(statement: str, expected: set[str]) -> None:
    assert _changes(statement) == {(statement, changed) for changed in expected}


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        pytest.param("x.add_(y)\nreturn x", {("x.add_(y)", ""), ("x.add_(y)", "x.add(y)"), ("x.add_(y)", "x.add_()")},
                     id="expression"),
        pytest.param("x += y\nreturn x", {("x += y", ""), ("x += y", "x -= y"), ("x += y", "x = y")}, id="in-place"),
        pytest.param("if flag:\n    raise ValueError('no')\nreturn x",
                     {("if flag:", "if True:"), ("raise ValueError('no')", "")}, id="error"),
        pytest.param("if flag:\n    x = y\nelse:\n    y = x\nreturn x",
                     {("if flag:", "if True:"), ("if flag:", "if False:"), ("x = y", ""), ("y = x", "")},
                     id="branches"),
        pytest.param("if flag:\n    return y\nreturn x", {("if flag:", "if True:"), ("return y", "")},
                     id="early-return"),
        pytest.param("with torch.no_grad():\n    x.neg_()\nreturn x",
                     {("with torch.no_grad():", ""), ("x.neg_()", ""), ("x.neg_()", "x.neg()")}, id="with"),
        pytest.param("for a in x:\n    if a:\n        continue\n    y.neg()\nreturn y",
                     {("if a:", "if True:"), ("continue", ""), ("y.neg()", "")}, id="continue"),
        pytest.param("while flag:\n    flag = y.pop()\nreturn x",
                     {("while flag:", "while False:"), ("flag = y.pop()", ""), ("flag = y.pop()", "flag = y")},
                     id="while"),
        pytest.param("x.mul_(y).add_(n)\nreturn x",
                     {("x.mul_(y).add_(n)", changed) for changed in
                      ("", "x.mul_(y)", "x.mul_(y).add(n)", "x.mul_(y).add_()", "x.add_(n)", "x.mul(y).add_(n)",
                       "x.mul_().add_(n)")}, id="chain"),
    ],
)  # fmt: skip
def test_statement_is_dropped_or_decided(body: str, expected: set[tuple[str, str]]) -> None:
    assert _changes(body) == expected


def test_defaults_are_changed_but_not_none_nor_a_text() -> None:
    header = "def f(x, eps=2, *, flag=False, rest=None, mode='sum'):"
    found = {after for before, after in _changes("return x", header) if before == header}
    assert found == {header.replace("eps=2", f"eps={value}") for value in (3, 1, 0)} | {
        header.replace("flag=False", "flag=True")
    }


def test_decorators_are_dropped_of_a_method_and_of_the_task_itself() -> None:
    reference = f"{_HEAD}@torch.no_grad()\nclass f:\n    @staticmethod\n    def g(x):\n        return x\n"
    found = {mutant.key: mutant for mutant in mechanical_mutants(reference, "f")}
    assert set(found) == {("f", "@torch.no_grad()", ""), ("f", "@staticmethod", "")}
    assert "no_grad" not in found["f", "@torch.no_grad()", ""].source
    assert "@torch.no_grad()\nclass f" in found["f", "@staticmethod", ""].source


def test_docstrings_annotations_and_the_words_of_errors_are_left_alone() -> None:
    body = '"""Adds 1."""\nz: tuple[1, 2]\nraise ValueError(f"not {x + 1}" + str(3))'
    assert _changes(body, "def f(x: list[3]) -> dict[1, 2]:") == {
        ('raise ValueError(f"not {x + 1}" + str(3))'.replace('"', "'"), "")
    }


def test_what_lacks_a_name_is_not_made() -> None:
    assert _changes("z = y.exp()\nreturn z") == {("z = y.exp()", "z = y")}


def test_what_python_warns_of_is_not_made() -> None:
    assert _changes("return torch.tensor(3)[x]") == {
        ("return torch.tensor(3)[x]", f"return torch.tensor({value})[x]") for value in (4, 2, 0, 1)
    }


def test_each_text_is_made_once() -> None:
    assert [mutant.after for mutant in _made("return x or x")] == ["return x and x", "return x"]


def test_only_the_task_is_changed_and_the_rest_keeps_its_text() -> None:
    reference = f"{_HEAD}def g(x):  # as it is\n    return x + 1\n\n\ndef f(x):\n    return g(x)\n\n\nLAST = 1  # too\n"
    (mutant,) = mechanical_mutants(reference, "f")
    assert (mutant.before, mutant.after, mutant.line) == ("return g(x)", "return x", 12)
    assert mutant.source == reference.replace("return g(x)", "return x")


def test_there_are_none_of_what_the_reference_does_not_define() -> None:
    assert mechanical_mutants("def g(x):\n    return x\n\n\nf = g\n", "f") == []


def test_every_shipped_task_has_some_that_run() -> None:
    course = Course(_ROOT)
    for slug in ("broadcasting", "dropout"):
        assignment = course.assignment(slug)
        reference = course.solution(assignment).read_text(encoding="utf-8")
        for task in assignment.tasks:
            made = mechanical_mutants(reference, task.name)
            assert len(made) > 4
            assert len({mutant.source for mutant in made}) == len(made)
            assert not [mutant.key for mutant in made if unbound_names(mutant.source)]
            assert all(ast.parse(mutant.source) for mutant in made)
