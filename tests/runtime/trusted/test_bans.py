"""What is forbidden is found where the task can reach it, and nowhere else: right work never loses a point."""

from __future__ import annotations

import pytest

from tests.support.bans import found_use


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
    found = found_use(source, "torch.cdist")
    assert found is not None
    assert found[0] == "torch.cdist"


def test_forbidden_use_names_its_line() -> None:
    source = "import torch\n\ndef f(x):\n    y = x\n    return torch.cdist(y, y)\n"
    assert found_use(source, "torch.cdist") == ("torch.cdist", 5)


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
    assert found_use(source, "torch.nn.functional.normalize") == ("torch.nn.functional.normalize", 3)


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
    assert (found_use(source, entry) is not None) is is_found


@pytest.mark.parametrize("entry", ["torch.nn", "torch.nn.functional", "torch.nn.functional.normalize"])
def test_forbidden_module_is_found_by_a_name_imported_from_it(entry: str) -> None:
    source = "from torch.nn.functional import normalize\ndef f(x):\n    return normalize(x)\n"
    assert found_use(source, entry) == ("torch.nn.functional.normalize", 3)


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
    found = found_use(f"def f(x, y):\n    {body}\n", ".data=")
    assert found == ((".data=", 2) if is_found else None)


def test_forbidden_attribute_is_found_on_anything() -> None:
    assert found_use("def f(x):\n    return (x + 1).nanmean()\n", ".nanmean") == (".nanmean", 2)


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
    assert found_use(source, "torch.cdist") is None


@pytest.mark.parametrize(
    "source",
    [
        "class f:\n    def nanmean(self):\n        return 1\n    def m(self):\n        return self.nanmean()\n",
        "class Helper:\n    def nanmean(self):\n        return 1\ndef f(x):\n    return Helper().nanmean()\n",
        "class Own:\n    def nanmean(self):\n        return 1\n    def m(self):\n        return self.nanmean()\n"
        "class f(Own):\n    def m(self):\n        return self.nanmean() + super().nanmean()\n",
        "class Own:\n    @classmethod\n    def nanmean(cls): ...\n    @classmethod\n    def m(cls):\n"
        "        return cls.nanmean() + cls().nanmean()\ndef f(x):\n    return Own.m()\n",
        "class Own:\n    nanmean = 1\nbox = Own()\ndef f(x):\n    return box.nanmean\n",
        "class Own:\n    def __init__(self):\n        self.nanmean = 1\ndef f(x):\n    h = Own()\n"
        "    return h.nanmean\n",
        "import torch\nclass f(torch.nn.Module):\n    def m(self):\n        return self.nanmean()\n",
        "import torch\nclass f(torch.nn.Module):\n    def m(self):\n        return super().nanmean()\n",
        "import torch\nclass T(torch.Tensor):\n    def nanmean(self): ...\nclass f(T):\n    def m(self):\n"
        "        return self.nanmean()\n",
        "class Own:\n    def nanmean(self): ...\ndef make(): return Own()\ndef f(x):\n    return make().nanmean()\n",
        "class Own:\n    def nanmean(self): ...\nBOXES = [Own()]\ndef f(x):\n    return [b.nanmean() for b in BOXES]\n",
        "class Own:\n    def nanmean(self): ...\ndef f(x, box: Own = Own()):\n    return box.nanmean()\n",
        "from collections import namedtuple\nS = namedtuple('S', 'nanmean std')\ndef f(x):\n    s = S(1, 2)\n"
        "    return s.nanmean\n",
        "from typing import NamedTuple\nclass S(NamedTuple):\n    nanmean: float\ndef g(x) -> S: ...\n"
        "def f(x):\n    return g(x).nanmean + S(1).nanmean\n",
        "def f(x):\n    class Own:\n        def nanmean(self): ...\n    return Own().nanmean()\n",
        "def f(x):\n    f.nanmean = x\n    return f.nanmean\n",
    ],
)
def test_forbidden_method_is_not_found_where_the_student_wrote_it(source: str) -> None:
    assert found_use(source, ".nanmean") is None


@pytest.mark.parametrize(
    "source",
    [
        "def nanmean(): ...\ndef f(x):\n    return x.nanmean()\n",
        "class nanmean: ...\ndef f(x):\n    return x.nanmean()\n",
        "class Own:\n    def nanmean(self): ...\ndef f(x):\n    return x.nanmean()\n",
        "import torch\nclass Own:\n    def nanmean(self): ...\ndef f(x):\n    return torch.Tensor.nanmean(Own, x)\n",
        "import torch\nclass f(torch.Tensor):\n    def m(self):\n        return self.nanmean()\n",
        "import torch\nclass Own:\n    def nanmean(self): ...\ndef f(x):\n    class T(torch.Tensor):\n"
        "        def m(self):\n            return self.nanmean()\n    return T\n",
        "class f:\n    def m(self):\n        return self.x.nanmean()\n",
        "class f:\n    def m(x):\n        return x.nanmean()\n",
        "import numpy as np\ndef f(x):\n    return np.nanmean(x)\n",
    ],
    ids=[
        "function",
        "class",
        "class out of reach",
        "of torch",
        "tensor",
        "tensor within",
        "attribute",
        "parameter",
        "another module",
    ],
)
def test_forbidden_method_is_found_although_something_has_its_name(source: str) -> None:
    assert found_use(source, ".nanmean") is not None


@pytest.mark.parametrize(
    ("entry", "body"),
    [
        (".exp", "return math.exp(x)"),
        (".repeat", "return list(itertools.repeat(x, 3))"),
        (".sort", "y = [x]\n    y.sort()\n    return y"),
        (".split", "return 'a b'.split()"),
        (".index", "shape = tuple(x)\n    return shape.index(1)"),
        (".copy", "return {**x}.copy()"),
    ],
)
def test_forbidden_method_is_not_found_on_what_is_no_tensor(entry: str, body: str) -> None:
    assert found_use(f"import itertools\nimport math\ndef f(x):\n    {body}\n", entry) is None


def test_forbidden_function_of_torch_is_found_although_a_function_has_its_name() -> None:
    source = "import torch\ndef cdist(x, y):\n    return torch.cdist(x, y)\ndef f(x):\n    return cdist(x, x)\n"
    assert found_use(source, "torch.cdist") == ("torch.cdist", 3)


def test_forbidden_function_is_found_behind_a_star_import() -> None:
    source = "from torch import *\ndef f(x):\n    return cdist(x, x)\n"
    assert found_use(source, "torch.cdist") is not None


def test_forbidden_module_itself_may_be_imported_as_part_of_a_longer_name() -> None:
    source = "import torch\ndef f(x):\n    return torch.stack([x])\n"
    assert found_use(source, "torch.nn.functional") is None


@pytest.mark.parametrize("target", ["x.data", "[x.data]", "(y, x.data)", "x.y.data"])
@pytest.mark.parametrize("statement", ["for {} in y: ...", "with y as {}: ...", "{} = y"])
def test_forbidden_assignment_is_found_in_every_statement_that_assigns(statement: str, target: str) -> None:
    assert found_use(f"def f(x, y):\n    {statement.format(target)}\n", ".data=") == (".data=", 2)


@pytest.mark.parametrize(
    "source",
    [
        "class f:\n    def __init__(self, x):\n        self.data = x\n",
        "class Node:\n    def __init__(self, x):\n        self.data = x\ndef f(x):\n    n = Node(x)\n    n.data = x\n",
        "def f(x):\n    f.data = x\n",
        "class f:\n    def m(me, x):\n        me.data = x\n",
        "class Node:\n    data = 0\ndef f(nodes):\n    for n in nodes: n.data = Node\n",
    ],
    ids=["self", "instance", "function", "self by another name", "item"],
)
def test_forbidden_assignment_is_not_found_where_the_attribute_is_the_students_own(source: str) -> None:
    assert found_use(source, ".data=") is None


@pytest.mark.parametrize(
    "source",
    [
        "import torch\nclass f(torch.nn.Parameter):\n    def m(self, x):\n        self.data = x\n",
        "class f:\n    def m(self, p, x):\n        p.data = x\n",
        "class f:\n    @staticmethod\n    def m(p, x):\n        p.data = x\n",
        "class f:\n    def m(self, x):\n        self.p.data = x\n",
    ],
    ids=["of a tensor", "parameter", "static", "attribute"],
)
def test_forbidden_assignment_is_found_in_a_class(source: str) -> None:
    assert found_use(source, ".data=") is not None
