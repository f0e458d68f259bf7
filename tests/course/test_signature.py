"""What an author types of a task is read as it is meant, or refused with what to type instead."""

from __future__ import annotations

import pytest

from grader.course.signature import folded, read_signature
from grader.errors import UserError


@pytest.mark.parametrize(
    ("typed", "header"),
    [
        ("f", "def f(x: Tensor) -> Tensor"),
        ("def f:", "def f(x: Tensor) -> Tensor"),
        ("Averager", "class Averager(nn.Module)"),
        ("class node", "class node"),
        ("class Averager(nn.Module):", "class Averager(nn.Module)"),
        ("Averager(torch.nn.Module)", "class Averager(torch.nn.Module)"),
        ("def Scale(x: Tensor) -> Tensor", "def Scale(x: Tensor) -> Tensor"),
        (" def  f( x:Tensor,dim : int=-1 )->Tensor : ", "def f(x: Tensor, dim: int = -1) -> Tensor"),
        ("f(a, /, b=1, *c: int, d, e: int = 2, **g) -> int", "def f(a, /, b=1, *c: int, d, e: int = 2, **g) -> int"),
        ("f(a, *, b)", "def f(a, *, b)"),
        ("f(mode: Literal['a', 'b'] = 'a') -> str", 'def f(mode: Literal["a", "b"] = "a") -> str'),
        ("f(\n    x: Tensor,\n) -> Tensor", "def f(x: Tensor) -> Tensor"),
    ],
)
def test_signature_is_read_and_written_in_one_spelling(typed: str, header: str) -> None:
    assert read_signature(typed).header() == header


@pytest.mark.parametrize(
    ("typed", "phrase"),
    [
        ("f(x: Tensor -> Tensor", "is no signature of a task: "),
        ("f(x: Tensor) Tensor", "is no signature of a task: "),
        ("f(x, x)", "duplicate (parameter|argument) 'x'"),
        ("f(x=1, y)", "default"),
        ("f(x): pass; import os", "is no signature of a task"),
        ("f(x): return x", "is no signature of a task"),
        ("Scale(x: Tensor) -> Tensor", "a name with a capital is a class unless `def` stands before it"),
        ("f() -> Tensor", r"`f` has no parameters: .* as in `f\(x: Tensor\) -> Tensor`"),
        ("f(**options: int) -> Tensor", "has no parameters"),
        ("f(x: Tensor, rng: int) -> Tensor", "`rng` cannot be a parameter of `f`"),
        ("f(torch: int) -> int", "`torch` cannot be a parameter of `f`"),
        ("nn", "`nn` cannot be the name of a task: it means something else"),
        ("Sequence", "`Sequence` cannot be the name of a task"),
        ("def", "`` cannot be the name of a task"),
        ("import", "`import` cannot be the name of a task"),
        ("", "`` cannot be the name of a task"),
        ("_hidden(x)", "`_hidden` cannot be the name of a task"),
    ],
)
def test_what_is_no_signature_is_refused(typed: str, phrase: str) -> None:
    with pytest.raises(UserError, match=phrase):
        read_signature(typed)


def test_line_that_is_too_long_is_folded_into_three_and_then_into_one_a_part() -> None:
    parts = ("aa", "bb", "cc")

    assert folded("gggg(", parts, "))", width=18) == "gggg(aa, bb, cc))"
    assert folded("gggg(", parts, "))", width=17) == "gggg(\n    aa, bb, cc\n))"
    assert folded("gggg(", parts, "))", width=13) == "gggg(\n    aa,\n    bb,\n    cc,\n))"
