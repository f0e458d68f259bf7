"""What a file defines, and which definitions a task consists of, is read without running it."""

from __future__ import annotations

import sys
import time
from typing import Any

import msgspec
import pytest

from grader.runtime.untrusted.outline import Outline, outline


def _outline(source: str) -> Outline:
    return msgspec.convert(outline(source.encode(), "sums.py")["outline"], Outline)


# The problem of a file.


@pytest.mark.parametrize(
    ("source", "kind", "line", "column"),
    [
        ("def f(:\n    pass\n", "SyntaxError", 1, 7),
        ("x = 1\nif x\n    pass\n", "SyntaxError", 2, 5),
        ("def f():\nreturn 1\n", "IndentationError", 2, 1),
        ("if 1:\n\tx = 1\n        y = 2\n", "TabError", 3, 1),
        ("x = 1\nreturn x\n", "SyntaxError", 2, 1),
        ("f() = 1\n", "SyntaxError", 1, 1),
        ("x = '中文\n", "SyntaxError", 1, 5),
    ],
    ids=["parenthesis", "colon", "indentation", "tabs", "stray return", "assignment", "open text"],
)
def test_outline_says_where_the_syntax_is_wrong(source: str, kind: str, line: int, column: int) -> None:
    problem = _outline(source).problem
    assert problem is not None
    assert (problem.kind, problem.line) == (kind, line)
    assert problem.column is not None
    assert abs(problem.column - column) <= 1 or kind == "TabError"  # Python versions differ
    assert problem.message


@pytest.mark.parametrize(
    "source",
    ["(" * 10_000, "-" * 100_000 + "1", "x" + ".a" * 100_000, "[" * 300 + "]" * 300, "\0", "x = " + "9" * 5_000],
    ids=["parentheses", "minus signs", "attributes", "lists", "NUL", "digits"],
)
def test_outline_survives_what_overwhelms_a_parser(source: str) -> None:
    assert _outline(source).problem is not None


def test_outline_of_source_that_is_not_utf8_is_a_problem() -> None:
    assert outline(b"x = '\xff'\n", "sums.py")["outline"]["problem"] is not None


def test_outline_of_an_empty_file_has_no_problem() -> None:
    assert _outline("") == Outline()


def test_outline_never_runs_the_source() -> None:
    assert _outline("raise SystemExit\nwhile True: pass\n").problem is None


@pytest.mark.parametrize("module", ["this", "solutions.anchors", "torch.nowhere", "torch"])
def test_outline_imports_nothing_but_parts_of_torch_for_a_star(module: str) -> None:
    before = {name for name in sys.modules if not name.startswith("torch.")}
    assert _outline(f"from {module} import *\ndef f(): return d\n").problem is None
    assert {name for name in sys.modules if not name.startswith("torch.")} == before


def test_outline_crosses_the_wire() -> None:
    from grader.runtime.wire import codec

    plain: Any = outline(b"import torch\ndef f(x):\n    return torch.cdist(x, x)\n", "sums.py")
    assert codec.decode(codec.encode(plain), from_candidate=True) == plain


# Definitions.


def test_outline_names_definitions_with_their_lines() -> None:
    facts = _outline("import torch\n\nSIZE = 3\n\n@torch.no_grad()\ndef f(x):\n    pass\n\nclass Net:\n    pass\n")
    assert [(found.name, found.line) for found in facts.definitions] == [
        ("torch", 1),
        ("SIZE", 3),
        ("f", 6),
        ("Net", 9),
    ]


@pytest.mark.parametrize(
    ("header", "parameters"),
    [
        ("()", []),
        ("(x, y=1)", ["x", "y"]),
        ("(x, /, y)", ["x", "y"]),
        ("(x, *, dim)", ["x", "*", "dim"]),
        ("(x, *rest, dim=0, **named)", ["x", "*rest", "dim", "**named"]),
        ("(x: int = 1)", ["x"]),
    ],
)
def test_outline_lists_parameters(header: str, parameters: list[str]) -> None:
    definition = _outline(f"def f{header}:\n    pass\n").definition("f")
    assert definition is not None
    assert definition.parameters == parameters


def test_outline_gives_the_last_of_two_definitions_of_a_name() -> None:
    definition = _outline("def f(x):\n    pass\n\ndef f(y):\n    pass\n").definition("f")
    assert definition is not None
    assert definition.parameters == ["y"]


def test_outline_has_no_definition_of_an_unknown_name() -> None:
    assert _outline("def f(): pass\n").definition("g") is None


@pytest.mark.parametrize(
    "source",
    ["if True:\n    def f(x):\n        return x\n", "try:\n    f = 1\nexcept ValueError:\n    pass\n", "f = g = len\n"],
    ids=["within an if", "within a try", "assigned twice"],
)
def test_outline_finds_definitions_within_statements(source: str) -> None:
    assert _outline(source).definition("f") is not None


def test_reachable_definitions_are_the_task_and_its_helpers_however_deep() -> None:
    source = "def a():\n    b()\ndef b():\n    return C\nC = 1\ndef d():\n    a()\n"
    assert {found.name for found in _outline(source).reachable_from("a")} == {"a", "b", "C"}


def test_reachable_definitions_end_where_helpers_call_each_other() -> None:
    source = "def a():\n    b()\ndef b():\n    a()\n"
    assert [found.name for found in _outline(source).reachable_from("a")] == ["a", "b"]


# Which definitions a task consists of.


def _reached(source: str, task: str = "f") -> list[tuple[str, int]]:
    return [(found.name, found.line) for found in _outline(source).reachable_from(task)]


@pytest.mark.parametrize(
    ("source", "reached"),
    [
        ("def f():\n    return 1\ndef f():\n    return 2\n", [("f", 3)]),
        ("def g(): pass\ndef f():\n    return g()\ndef g(): pass\n", [("f", 2), ("g", 4)]),
        ("def g(): pass\nif x:\n    def g(): pass\ndef f():\n    return g()\n", [("f", 4), ("g", 1), ("g", 3)]),
        ("if x:\n    g = 1\nelse:\n    g = 2\ndef f():\n    return g\n", [("f", 5), ("g", 2), ("g", 4)]),
        ("if x:\n    g = 1\n    g = 2\ndef f():\n    return g\n", [("f", 4), ("g", 3)]),
        ("def f(): pass\nf = wrap(f)\n", [("f", 2), ("f", 1)]),
        ("g = 1\ndel g\ndef f():\n    return g\n", [("f", 3), ("g", 2)]),
        ("g = 1\ng: int\ndef f():\n    return g\n", [("f", 3), ("g", 1)]),
        ("with x:\n    g = 1\n    g = 2\ndef f():\n    return g\n", [("f", 4), ("g", 3)]),
        ("try:\n    g = 1\nfinally:\n    g = 2\ndef f():\n    return g\n", [("f", 5), ("g", 4)]),
    ],
    ids=[
        "defined again",
        "helper defined again below",
        "defined again under a condition",
        "either of two",
        "again in a block",
        "wrapped",
        "deleted",
        "annotated",
        "again in a with",
        "finally",
    ],
)
def test_reachable_definitions_are_those_that_hold_in_the_end(source: str, reached: list[tuple[str, int]]) -> None:
    assert _reached(source) == reached


@pytest.mark.parametrize(
    "body",
    [
        "g = [1]\n    return g",
        "return [g for g in x]",
        "return (lambda g: g)(x)",
        "for g in x: pass\n    return g",
        "with x as g: pass\n    return g",
        "try: pass\n    except E as g: return g",
        "if (g := x): return g",
        "match x:\n        case [g, *_]: return g",
        "match x:\n        case {'a': 1, **g}: return g",
        "import g\n    return g",
        "def g(): pass\n    return g()",
        "class g: pass\n    return g",
        "g: int\n    return g",
        "del g",
        "def inner():\n        nonlocal g\n        return g\n    g = 1\n    return inner",
        "return {g: h for g, h in x}",
        "return [g := y for y in x], g",
    ],
)
def test_reachable_definitions_leave_out_what_is_local(body: str) -> None:
    assert _reached(f"g = 1\ndef f(x):\n    {body}\n") == [("f", 2)]


@pytest.mark.parametrize(
    "source",
    [
        "g = 1\ndef f():\n    global g\n    g = g + 1\n",
        "g = 1\nclass f:\n    g = 2\n    def m(self):\n        return g\n",
        "g = 1\ndef f(x):\n    return [g for y in x]\n",
        "g = 1\ndef f(x):\n    return [x for x in g for g in x]\n",
        "g = 1\nclass f:\n    g = g\n",
        "g = 1\ndef f(x=g):\n    return x\n",
        "g = 1\n@g\ndef f(x):\n    return x\n",
        "g = 1\nclass f(g):\n    pass\n",
        "g = 1\nf = lambda: g\n",
    ],
)
def test_reachable_definitions_hold_what_is_global(source: str) -> None:
    assert ("g", 1) in _reached(source)


@pytest.mark.parametrize("change", ["H['a'] = 1", "H.a = 1", "H.a[0] = 1", "H['a'] += 1", "H.a += 1", "H.a, b = 1, 2"])
def test_reachable_definitions_hold_what_changes_them(change: str) -> None:
    assert _reached(f"H = {{}}\n{change}\ndef f():\n    return H\n") == [("f", 3), ("H", 1), ("", 2)]


def test_reachable_definitions_are_bounded_by_those_that_are_there() -> None:
    assert Outline(definitions=_outline("f = 1\n").definitions, last={"f": [-1, 1]}).reachable_from("f") == []


def test_reachable_definitions_hold_a_function_that_binds_the_name_for_all() -> None:
    assert ("setup", 1) in {
        (found.name, found.line)
        for found in _outline("def setup():\n    global g\n    g = 1\ndef f():\n    return g\n").definitions
    }
    assert [line for _, line in _reached("def setup():\n    global g\n    g = 1\ndef f():\n    return g\n")] == [
        4,
        1,
        1,
    ]


def test_outline_does_not_name_what_stands_under_a_main_guard() -> None:
    facts = _outline("if __name__ == '__main__':\n    def f(): pass\nelse:\n    def g(): pass\n")
    assert [found.name for found in facts.definitions] == ["g"]


def test_outline_names_the_own_line_and_the_line_of_the_statement() -> None:
    found = _outline("if x:\n    y = 1\n    def f(): pass\n").definition("f")
    assert found is not None
    assert (found.line, found.statement) == (3, 1)


@pytest.mark.parametrize(
    "source",
    [
        "x = " + " + ".join(["a"] * 900),
        "if a: pass\n" + "elif a: pass\n" * 800,
        "f = f.f\n" * 3_000,
        "".join(f"a{n + 1} = a{n}\n" for n in range(3_000)),
        "def f():\n" + "".join(f"    a{n} = a{n + 1}\n" for n in range(3_000)) + "    return a0.x\n",
        "def f():\n" + "".join(f"    a = b.x{n}\n    b = a.y{n}\n" for n in range(300)) + "    return a.x\n",
        "if a:\n    x = x\n" * 3_000 + "def f(): return x\n",
        "from torch.nowhere import *\n" * 50 + "".join(f"y{n}\n" for n in range(2_000)),
        "class A(A): pass\nclass B(A):\n    def f(self): return super().f()\n",
    ],
    ids=["sum", "elif", "of itself", "aliases", "local aliases", "circle", "conditions", "stars", "class of itself"],
)
def test_outline_survives_what_overwhelms_a_reader_of_names(source: str) -> None:
    begun = time.process_time()
    assert _outline(source).problem is None
    assert time.process_time() - begun < 5
