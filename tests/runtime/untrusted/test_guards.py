"""What a condition is worth in an import is known before anything runs, or said to be unknown."""

from __future__ import annotations

import ast

import pytest

from grader.runtime.untrusted.guards import truth


def _truth(text: str) -> bool | None:
    node = ast.parse(text, mode="eval").body
    return truth(node, "sums")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("__name__ == '__main__'", False),
        ("'__main__' == __name__", False),
        ("__name__ != '__main__'", True),
        ("not __name__ == '__main__'", True),
        ("__name__ in ['__main__', 'sums']", True),
        ("__name__ not in {'__main__'}", True),
        ("__name__ in '__main__'", False),
        ("'a' < __name__ == '__main__'", False),
        ("a < __name__ == '__main__'", False),
        ("__name__ == '__main__' == a", False),
        ("__name__ == 'sums' == a", None),
        ("__name__ == '__main__' and a", False),
        ("a and __name__ == '__main__'", False),
        ("__name__ == '__main__' or a", None),
        ("__name__ == 'sums' or a", True),
        ("__name__ == 'sums' and a", None),
        ("__name__ == 'sums' and True", True),
        ("not a", None),
        ("__name__ in (a, '__main__')", None),
        ("__name__ in 3", None),
        ("__name__ < 3", None),
        ("typing.TYPE_CHECKING", False),
        ("TYPE_CHECKING", False),
        ("a", None),
        ("f()", None),
        ("0", False),
        ("'text'", True),
    ],
)
def test_condition_is_known_or_unknown(text: str, expected: bool | None) -> None:
    assert _truth(text) is expected


def test_condition_that_is_too_deep_is_unknown() -> None:
    assert _truth("not " * 60 + "True") is None
