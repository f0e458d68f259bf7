"""What a file defines and uses is read without running it; what is forbidden is found where the task can reach it."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from grader.runtime.trusted.bans import forbidden_use
from grader.runtime.untrusted.outline import Outline, outline


def _outline(source: str) -> Outline:
    return msgspec.convert(outline(source.encode(), "sums.py")["outline"], Outline)


def _found(source: str, *forbid: str, task: str = "f") -> tuple[str, int] | None:
    use = forbidden_use(_outline(source), task, forbid)
    return None if use is None else (use.name, use.line)


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


# Forbidden uses.


@pytest.mark.parametrize(
    "source",
    [
        "import torch\ndef f(x):\n    return torch.cdist(x, x)\n",
        "import torch as t\ndef f(x):\n    return t.cdist(x, x)\n",
        "from torch import cdist\ndef f(x):\n    return cdist(x, x)\n",
        "from torch import cdist as c\ndef f(x):\n    return c(x, x)\n",
        "def f(x):\n    import torch\n    return torch.cdist(x, x)\n",
        "def f(x):\n    from torch import cdist as c\n    return c(x, x)\n",
        "import torch\ndef f(x):\n    g = torch.cdist\n    return g(x, x)\n",
        "import torch\ng = torch.cdist\ndef f(x):\n    return g(x, x)\n",
        "import torch\nclass f:\n    def m(self, x):\n        return torch.cdist(x, x)\n",
        "import torch\ndef g(x):\n    h(x)\ndef h(x):\n    torch.cdist(x, x)\ndef f(x):\n    g(x)\n",
        "import torch\ndef f(x, g=torch.cdist):\n    return g(x, x)\n",
        "import torch\n@torch.cdist\ndef f(x):\n    return x\n",
        "import torch\nf = torch.cdist\n",
    ],
    ids=[
        "attribute",
        "alias of the module",
        "imported name",
        "alias of the name",
        "local import",
        "local alias",
        "local variable",
        "global variable",
        "class",
        "helper of a helper",
        "default",
        "decorator",
        "assignment alone",
    ],
)
def test_forbidden_function_is_found(source: str) -> None:
    found = _found(source, "torch.cdist")
    assert found is not None
    assert found[0] == "torch.cdist"


def test_forbidden_use_names_its_line() -> None:
    source = "import torch\n\ndef f(x):\n    y = x\n    return torch.cdist(y, y)\n"
    assert _found(source, "torch.cdist") == ("torch.cdist", 5)


@pytest.mark.parametrize(
    ("imports", "call"),
    [
        ("import torch.nn.functional as F", "F.normalize"),
        ("from torch.nn import functional as F", "F.normalize"),
        ("import torch.nn.functional", "torch.nn.functional.normalize"),
        ("from torch import nn", "nn.functional.normalize"),
        ("from torch.nn.functional import normalize", "normalize"),
    ],
)
def test_forbidden_function_is_found_under_every_alias(imports: str, call: str) -> None:
    source = f"{imports}\ndef f(x):\n    return {call}(x)\n"
    assert _found(source, "torch.nn.functional.normalize") == ("torch.nn.functional.normalize", 3)


@pytest.mark.parametrize(
    ("entry", "is_found"),
    [
        ("torch.nn.functional.layer_norm", True),
        ("torch.nn.functional", True),
        ("torch.nn.functional.*_norm", True),
        ("torch.*", True),
        ("torch.nn.functional.layer", False),
        ("torch.nn.func", False),
        ("torch.*.normalize", False),
        (".layer_norm", True),
        (".layer*", True),
        (".norm", False),
        ("layer_norm", False),
    ],
)
def test_forbidden_entry_matches_a_name_a_prefix_of_names_or_a_pattern(entry: str, is_found: bool) -> None:
    source = "import torch.nn.functional as F\ndef f(x):\n    return F.layer_norm(x, (1,))\n"
    assert (_found(source, entry) is not None) is is_found


@pytest.mark.parametrize("entry", ["torch.nn", "torch.nn.functional", "torch.nn.functional.normalize"])
def test_forbidden_module_is_found_by_a_name_imported_from_it(entry: str) -> None:
    source = "from torch.nn.functional import normalize\ndef f(x):\n    return normalize(x)\n"
    assert _found(source, entry) == ("torch.nn.functional.normalize", 3)


@pytest.mark.parametrize(
    ("body", "is_found"),
    [
        ("x.data = y", True),
        ("x.data: int = y", True),
        ("x.data, z = y", True),
        ("x.data = z = y", True),
        ("x[0].data = y", True),
        ("x.data -= y", False),
        ("x.data[0] = y", False),
        ("y = x.data", False),
        ("x.database = y", False),
    ],
)
def test_forbidden_assignment_is_told_from_use(body: str, is_found: bool) -> None:
    found = _found(f"def f(x, y):\n    {body}\n", ".data=")
    assert found == ((".data=", 2) if is_found else None)


def test_forbidden_attribute_is_found_on_anything() -> None:
    assert _found("def f(x):\n    return (x + 1).nanmean()\n", ".nanmean") == (".nanmean", 2)


@pytest.mark.parametrize(
    "source",
    [
        "import torch\ndef f(x):\n    return x\ndef other(x):\n    return torch.cdist(x, x)\n",
        "import torch\ndef f(x):\n    return x\ntorch.cdist\n",
        "from torch import cdist\ndef f(x):\n    return x\n",
        "from torch import cdist, stack\ndef f(x):\n    return stack([x])\n",
        "from torch import cdist as c, stack\ndef f(x):\n    return stack([x])\n",
        "def cdist(x, y):\n    return x - y\ndef f(x):\n    return cdist(x, x)\n",
        "def f(x, torch):\n    return torch.cdist(x)\n",
        "def f(x):\n    return 'torch.cdist'  # torch.cdist\n",
    ],
    ids=[
        "another task",
        "loose statement",
        "unused import",
        "unused part of an import",
        "unused alias",
        "own function",
        "no import",
        "text and comment",
    ],
)
def test_forbidden_function_is_not_found_where_it_is_not_used(source: str) -> None:
    assert _found(source, "torch.cdist") is None


@pytest.mark.parametrize(
    "source",
    [
        "class f:\n    def nanmean(self):\n        return 1\n    def m(self):\n        return self.nanmean()\n",
        "class Helper:\n    def nanmean(self):\n        return 1\ndef f(x):\n    return Helper().nanmean()\n",
        "def nanmean(x):\n    return x\ndef f(x, box):\n    return box.nanmean(x)\n",
        "class nanmean:\n    pass\ndef f(x, box):\n    return box.nanmean(x)\n",
    ],
    ids=["same class", "helper class", "function", "class"],
)
def test_forbidden_method_is_not_found_where_the_student_wrote_it(source: str) -> None:
    assert _found(source, ".nanmean") is None


def test_forbidden_function_of_torch_is_found_although_a_function_has_its_name() -> None:
    source = "import torch\ndef cdist(x, y):\n    return torch.cdist(x, y)\ndef f(x):\n    return cdist(x, x)\n"
    assert _found(source, "torch.cdist") == ("torch.cdist", 3)


def test_forbidden_function_is_found_behind_a_star_import() -> None:
    source = "from torch import *\ndef f(x):\n    return cdist(x, x)\n"
    assert _found(source, "torch.cdist") is not None


def test_forbidden_module_itself_may_be_imported_as_part_of_a_longer_name() -> None:
    source = "import torch\ndef f(x):\n    return torch.stack([x])\n"
    assert _found(source, "torch.nn.functional") is None
