"""A probe is sent as text: it may use what it is given and nothing else, and it tells nothing of the test's purpose."""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import Any

import pytest
import torch
from torch import Tensor

from grader.runtime.wire.probes import Probe, probe

_SIZE = 3
_EXPECTED = 42.0


def _helper(x: Tensor) -> Tensor:
    return x


def _run(sent: Probe, *args: Any) -> Any:
    """As the candidate does."""
    scope: dict[str, Any] = {"torch": torch}
    exec(compile(sent.source, "<probe>", "exec", dont_inherit=True), scope)
    return scope[sent.name](*args)


# What is refused.


def _uses_a_constant(solution: Any) -> float:
    return _EXPECTED


def _uses_a_helper(solution: Any, x: Tensor) -> Tensor:
    return _helper(x)


def _uses_a_module(solution: Any) -> Any:
    return pytest


def _uses_a_default(solution: Any, size: int = _SIZE) -> int:
    return size


def _uses_a_global_in_a_nested_function(solution: Any) -> Any:
    def inner() -> float:
        return _EXPECTED

    return inner()


def _uses_a_global_in_a_lambda(solution: Any) -> Any:
    return (lambda: _EXPECTED)()


def _uses_a_global_in_a_comprehension(solution: Any) -> Any:
    return [_SIZE for _ in range(2)]


def _uses_an_attribute_of_a_global(solution: Any) -> Any:
    return Probe.name


@pytest.mark.parametrize(
    ("function", "name"),
    [
        (_uses_a_constant, "_EXPECTED"),
        (_uses_a_helper, "_helper"),
        (_uses_a_module, "pytest"),
        (_uses_a_default, "_SIZE"),
        (_uses_a_global_in_a_nested_function, "_EXPECTED"),
        (_uses_a_global_in_a_lambda, "_EXPECTED"),
        (_uses_a_global_in_a_comprehension, "_SIZE"),
        (_uses_an_attribute_of_a_global, "Probe"),
    ],
    ids=lambda value: getattr(value, "__name__", value),
)
def test_probe_refuses_a_name_of_the_suite(function: Callable[..., Any], name: str) -> None:
    with pytest.raises(ValueError, match=f"uses `{name}`; pass it as an argument"):
        probe(function)


def test_probe_refuses_a_variable_of_an_enclosing_function() -> None:
    expected = 5

    def closing_over(solution: Any) -> int:
        return expected

    with pytest.raises(ValueError, match="uses `expected`"):
        probe(closing_over)


@pytest.mark.parametrize("kind", ["lambda", "async"])
def test_probe_refuses_what_is_no_plain_function(kind: str) -> None:
    async def waiting(solution: Any) -> None:
        return None

    anonymous = lambda solution: None  # noqa: E731
    with pytest.raises(ValueError, match="must be a plain function"):
        probe(anonymous if kind == "lambda" else waiting)


# What is stripped.


def _documented(solution: Any, x: Tensor, *more: Tensor, y: list[Tensor] | None = None, **named: Tensor) -> Tensor:
    """The six steps agree with SECRET."""

    # a comment with SECRET
    def inner(z: Tensor) -> Tensor:
        """Another SECRET."""
        return z

    class Holder:
        """A third SECRET."""

    return inner(x)


def test_probe_drops_docstrings_comments_and_annotations() -> None:
    source = probe(_documented).source
    assert "SECRET" not in source
    assert "Tensor" not in source
    assert ast.get_docstring(ast.parse(source).body[0]) is None  # type: ignore[arg-type]


def test_probe_drops_its_decorators() -> None:
    def with_decorator(function: Callable[..., Any]) -> Callable[..., Any]:
        return function

    @with_decorator
    def decorated(solution: Any) -> int:
        return 1

    sent = probe(decorated)
    assert sent.source.startswith("def decorated(solution):")
    assert _run(sent, None) == 1


def test_probe_of_a_docstring_alone_can_still_be_compiled() -> None:
    def silent(solution: Any) -> None:
        """Only this."""

    assert _run(probe(silent), None) is None


def test_probe_has_its_functions_name() -> None:
    assert probe(_documented).name == "_documented"


# What is accepted.


def _with_everything(solution: Any, x: Tensor, *more: Tensor, scale: float = 2.0, **named: Any) -> Any:
    import math
    from collections import OrderedDict as Ordered

    total = 0.0

    def add(value: float) -> float:
        nonlocal total
        total += value
        return total

    class Holder:
        size = 2

    values = [add(item) for item in range(3) if item > 0]
    pairs = {key: item for key, item in enumerate(values)}
    try:
        raise ValueError("x")
    except ValueError as error:
        text = str(error)
    with torch.no_grad() as context:
        assert context is None
    if (found := len(pairs)) > 1:
        total *= scale
    biggest = max(values, key=lambda item: item)
    first, *rest = values
    for index in range(2):
        total += index
    return [math.floor(total), list(Ordered(a=1)), Holder.size, pairs, text, found, biggest, first, rest]


def test_probe_accepts_what_it_defines_itself() -> None:
    result = _run(probe(_with_everything), None, torch.zeros(1))
    assert result == [7, ["a"], 2, {0: 1.0, 1: 3.0}, "x", 2, 3.0, 1.0, [3.0]]


def test_probe_accepts_annotated_variables() -> None:
    def annotated(solution: Any) -> list[Any]:
        path: list[Tensor] = []
        return path

    assert _run(probe(annotated), None) == []


def test_probe_accepts_names_of_a_match() -> None:
    def matching(solution: Any, value: Any) -> Any:
        match value:
            case [first, *others]:
                return first, others
            case {"a": inner, **more}:
                return inner, more
            case whole:
                return whole

    sent = probe(matching)
    assert _run(sent, None, [1, 2, 3]) == (1, [2, 3])
    assert _run(sent, None, {"a": 1, "b": 2}) == (1, {"b": 2})
    assert _run(sent, None, 5) == 5


def test_probe_accepts_one_that_calls_itself() -> None:
    def counting(solution: Any, n: int) -> int:
        return 0 if n == 0 else 1 + counting(solution, n - 1)

    assert _run(probe(counting), None, 3) == 3
