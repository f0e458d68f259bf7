"""Excerpts of a suite: what the chosen tests use goes out, and nothing else."""

from __future__ import annotations

import pytest

from grader.errors import CourseError
from grader.suite.excerpt import SuiteTest, excerpt, excerpt_names, find_tests

_HELPERS = '''"""SECRET words about the whole suite."""

from __future__ import annotations

import itertools
import math as m
from typing import Any, NamedTuple

import torch

from grader.suite import probe

LIMIT = 3  # kept with its remark
SECRET_LIMIT = 4


# SECRET remark between two definitions
class Pair(NamedTuple):
    first: int = LIMIT


@probe
def driven(solution: Any, x: Any) -> Any:
    return solution.f(torch.ones(x))


def helper(x: int) -> Pair:
    # a remark inside
    SECRET_LIMIT = m.floor(x)
    return Pair(SECRET_LIMIT)


def secret_oracle(x: int) -> int:
    return next(itertools.count(SECRET_LIMIT)) + x
'''
_TESTS = '''"""SECRET words about this file."""

import pytest
from helpers import LIMIT, driven, helper, secret_oracle

from grader.suite import assert_close, needs_value, task, visible

pytestmark = task("f")


@visible
@pytest.mark.parametrize(("x", "y"), [(1, LIMIT)])
def test_shown(student, x, y):
    """Shown."""
    assert_close(student.run(driven, x), helper(y))


@needs_value
def test_hidden(student, rng):
    """SECRET title."""
    assert_close(student.f(1), secret_oracle(1))


@task("g")
def test_other(student):
    """Of another task."""
    assert_close(student.g(1), helper(1))
'''
_SUITE = {"helpers.py": _HELPERS.encode(), "test_f.py": _TESTS.encode(), "notes.txt": b"SECRET"}


def _is_visible(test: SuiteTest) -> bool:
    return test.is_visible


def _suite(test: str, **others: str) -> dict[str, bytes]:
    head = "import pytest\nfrom grader.suite import task, visible\n"
    files = {"test_f.py": head + test, **{f"{name}.py": text for name, text in others.items()}}
    return {name: text.encode() for name, text in files.items()}


def _shown(body: str = "pass", arguments: str = "student") -> str:
    return f'@visible\n@task("f")\ndef test_f({arguments}):\n    """T."""\n    {body}\n'


def test_find_tests_reads_task_and_visibility_from_the_marks() -> None:
    found = [(test.name, test.task, test.is_visible, test.line) for test in find_tests(_SUITE)]
    assert found == [("test_shown", "f", True, 13), ("test_hidden", "f", False, 19), ("test_other", "g", False, 25)]


def test_excerpt_keeps_what_the_wanted_tests_use_and_nothing_else() -> None:
    assert excerpt_names(_SUITE, _is_visible) == {
        "helpers.py": ["LIMIT", "Pair", "driven", "helper"],
        "test_f.py": ["pytestmark", "test_shown"],
    }
    text = b"".join(excerpt(_SUITE, _is_visible).values()).replace(b"SECRET_LIMIT = m.floor", b"").decode()
    assert "SECRET" not in text.replace("Pair(SECRET_LIMIT)", "")  # a local name of the kept helper
    assert "itertools" not in text and "needs_value" not in text


def test_excerpt_keeps_the_text_of_definitions_as_it_stands() -> None:
    cut = {name: content.decode() for name, content in excerpt(_SUITE, _is_visible).items()}
    assert "LIMIT = 3  # kept with its remark\n" in cut["helpers.py"]
    assert "def helper(x: int) -> Pair:\n    # a remark inside\n" in cut["helpers.py"]
    assert "from helpers import LIMIT, driven, helper\n" in cut["test_f.py"]
    assert "from typing import Any, NamedTuple\n\nimport torch\n\nfrom grader.suite" in cut["helpers.py"]


def test_excerpt_of_a_task_has_its_hidden_tests_too() -> None:
    assert excerpt_names(_SUITE, lambda test: test.task == "g") == {
        "helpers.py": ["LIMIT", "Pair", "helper"],
        "test_f.py": ["pytestmark", "test_other"],
    }


def test_excerpt_of_no_test_is_empty() -> None:
    assert excerpt(_SUITE, lambda test: False) == {}


def test_excerpt_of_an_excerpt_is_itself() -> None:
    once = excerpt(_SUITE, _is_visible)
    assert excerpt(once, _is_visible) == once


def test_excerpt_brings_fixtures_of_the_file_and_of_conftest() -> None:
    conftest = (
        "import pytest\nVALUE = 1\nSECRET = 2\n\n@pytest.fixture\ndef far():\n    return VALUE\n\n"
        "@pytest.fixture(autouse=True)\ndef always(tmp_path):\n    pass\n\n@pytest.fixture\ndef unused():\n    pass\n"
    )
    test = "\n@pytest.fixture\ndef near(far):\n    return far\n\n\n" + _shown(arguments="student, near, rng")
    assert excerpt_names(_suite(test, conftest=conftest), _is_visible) == {
        "conftest.py": ["VALUE", "always", "far"],
        "test_f.py": ["near", "test_f"],
    }


def test_excerpt_of_a_fixture_that_goes_over_another_of_its_name_has_both() -> None:
    conftest = "import pytest\n\n@pytest.fixture\ndef near():\n    pass\n"
    test = "\n@pytest.fixture\ndef near(near):\n    return near\n\n\n" + _shown(arguments="near")
    assert excerpt_names(_suite(test, conftest=conftest), _is_visible)["conftest.py"] == ["near"]


def test_excerpt_follows_an_import_inside_a_function() -> None:
    suite = _suite(_shown("from helpers import a\n    a()"), helpers="def a():\n    pass\n\ndef b():\n    pass\n")
    assert excerpt_names(suite, _is_visible)["helpers.py"] == ["a"]


def test_excerpt_keeps_every_statement_that_binds_a_used_name() -> None:
    suite = _suite(_shown("total"), helpers="")
    suite["test_f.py"] += b"total = 1\ntotal += 2\n"
    assert excerpt(suite, _is_visible)["test_f.py"].endswith(b"\n\n\ntotal = 1\ntotal += 2\n")


_UNCLEAR = {
    "star": ("from helpers import *\n" + _shown(), "line 3: import names"),
    "relative": ("from .helpers import a\n" + _shown(), "line 3: import names"),
    "whole module": ("import helpers\n" + _shown("helpers.a()"), "line 3: import names from `helpers`"),
    "unknown in module": ("from helpers import c\n" + _shown("c()"), "line 3: `helpers.py` does not define `c`"),
    "unknown name": (_shown("nothing()"), "line 7: `nothing` is defined nowhere"),
    "own path": (_shown("open(__file__)"), "line 7: `__file__` is defined nowhere"),
    "by globals": (_shown("globals()['a']()"), "line 3: `globals` hides"),
    "by importlib": ("import importlib\n" + _shown("importlib.import_module('helpers')"), "`importlib` hides"),
    "conditional": ("if True:\n    from helpers import a\n" + _shown("a()"), "line 3: only imports"),
    "effect": ("print(1)\n" + _shown(), "line 3: only imports"),
    "item": ("A = {}\nA['b'] = 1\n" + _shown(), "line 4: an assignment"),
    "shared line": ("A = 1; B = 2\n" + _shown(), "line 3: two statements share a line"),
    "renamed marker": ("shown = visible\n\n@shown\n" + _shown(), "`shown` is no marker"),
    "computed marker": ("def mark():\n    return visible\n\n@mark()\n" + _shown(), "`mark` is no marker"),
    "computed task": ('NAME = "f"\n@task(NAME)\ndef test_g(student):\n    pass\n', "line 4: the name in a marker"),
    "two tasks": ('@task("g")\n' + _shown(), "is marked `task` twice"),
    "no task": ("@visible\ndef test_g(student):\n    pass\n", "`test_g` has no task"),
    "marks of a case": (
        '@pytest.mark.parametrize("x", [pytest.param(1, marks=visible)])\n' + _shown(arguments="x"),
        "line 3: marks of single cases",
    ),
    "computed parameters": ('A = "x"\n@pytest.mark.parametrize(A, [1])\n' + _shown(arguments="x"), "line 4: the name"),
    "marks in two places": ("pytestmark = visible\npytestmark = []\n" + _shown(), "line 3: `pytestmark`"),
    "class": ("class TestF:\n    pass\n" + _shown(), "line 3: `TestF` is no plain test function"),
    "assigned test": ("test_g = print\n" + _shown(), "line 3: `test_g` is no plain test function"),
    "imported test": ("from helpers import test_g\n" + _shown(), "line 3: `test_g` is no plain test function"),
    "hook": ("def pytest_collection_modifyitems(items):\n    pass\n" + _shown(), "line 3: `pytest_collection"),
    "unknown fixture": (_shown(arguments="student, oracle"), "line 5: the fixture `oracle`"),
    "renamed fixture": ('@pytest.fixture(name="y")\ndef x():\n    pass\n' + _shown(arguments="x"), "a fixture goes by"),
    "no Python": ("def\n", "line 3: no valid Python"),
}


@pytest.mark.parametrize("case", _UNCLEAR)
def test_excerpt_refuses_what_it_cannot_resolve(case: str) -> None:
    text, problem = _UNCLEAR[case]
    with pytest.raises(CourseError) as caught:
        excerpt(_suite(text, helpers="def a():\n    pass\n"), _is_visible)
    assert problem in str(caught.value)
    assert str(caught.value).startswith("`test_f.py`, line ")


def test_excerpt_refuses_what_is_no_text() -> None:
    with pytest.raises(CourseError, match="`test_f.py` is no text in UTF-8"):
        excerpt({"test_f.py": b"\xff"}, _is_visible)
