"""Code that needs a name which is nowhere is found by its text, whether it runs or not."""

from __future__ import annotations

import pytest

from grader.verify.names import unbound_names


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("def f(x):\n    return math.sqrt(x)\n", ["math"]),
        ("import math\ndef f(x):\n    return math.sqrt(x)\n", []),
        ("def f(x):\n    try:\n        return nothing\n    except NameError:\n        return x\n", ["nothing"]),
        ("def f(x):\n    def g():\n        return x + y\n    y = 1\n    return g()\n", []),
        ("from __future__ import annotations\ndef f(x: Missing) -> Gone:\n    return x\n", []),
        ("def f():\n    global count\n    count = 1\ndef g():\n    return count\n", []),
        ("class A:\n    z = 1\n    w = z + q\n    def m(self):\n        return z\n", ["q", "z"]),
        ("def f():\n    return [a for a in b], len(__file__)\n", ["b"]),
        ("def f(:\n", []),
        ("print(late)\n", ["late"]),
    ],
    ids=["import", "imported", "swallowed", "closure", "annotation", "global", "class", "loop", "syntax", "module"],
)
def test_unbound_names(source: str, expected: list[str]) -> None:
    assert unbound_names(source) == expected
