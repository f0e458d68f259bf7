"""A mutant is a few edits of the reference; one that does not fit is refused, with the place where it went wrong."""

from __future__ import annotations

import pytest

from grader.models import Text
from grader.runtime.trusted.edits import definition_of, read_edits, with_edits_of_both

_REFERENCE = '''\
"""Sums."""

import torch


@torch.no_grad()
def add(x, y, *, scale=1.0):
    """Adds y to x."""
    ### BEGIN SOLUTION
    if scale == 0:
        return x
    total = x + scale * y
    return total
    ### END SOLUTION


class Sum:
    def add(self, x):
        return x
'''
_DEFINITION = definition_of(_REFERENCE, "add")
_TEXTS = 'en = "Wrong."\nzh = "错了。"\n'


def _sources(edits: str, more: str = "") -> list[str]:
    return [found.source for found in read_edits(f"[wrong]\n{_TEXTS}{more}edits = {edits}\n", "add", _DEFINITION)]


def _complaint(text: str) -> str:
    with pytest.raises(ValueError) as caught:
        read_edits(text, "add", _DEFINITION)
    return str(caught.value)


def _complaint_about(edits: str, more: str = "") -> str:
    return _complaint(f"[wrong]\n{_TEXTS}{more}edits = {edits}\n")


def test_definition_is_the_text_without_decorators() -> None:
    assert _DEFINITION.startswith("def add(x, y, *, scale=1.0):\n")
    assert _DEFINITION.endswith("    return total\n")
    assert definition_of(_REFERENCE, "Sum").startswith("class Sum:")


def test_docstring_is_no_part_of_the_definition() -> None:
    assert "Adds" not in _DEFINITION
    assert definition_of('class A:\n    """A."""\n\n    def f(self):\n        """F."""\n', "A") == (
        'class A:\n\n    def f(self):\n        """F."""\n'
    )


@pytest.mark.parametrize("text", ['def f(x): "F."; return x\n', 'def f(x):\n    "F."; return x\n'])
def test_docstring_that_shares_its_line_with_code_stays(text: str) -> None:
    assert definition_of(text, "f") == text


def test_lines_of_the_reference_are_counted_as_python_does() -> None:
    assert definition_of('"""A\x0cB\u2028C"""\ndef f(x):\n    return x\n', "f") == "def f(x):\n    return x\n"


def test_definition_of_a_method_s_name_is_not_taken_for_a_task() -> None:
    with pytest.raises(ValueError, match="does not define `subtract`"):
        definition_of(_REFERENCE, "subtract")


def test_edit_changes_what_it_says_and_nothing_else() -> None:
    (source,) = _sources('[["x + scale * y", "x - scale * y"]]')

    assert source == _DEFINITION.replace("x + scale * y", "x - scale * y")


def test_edits_all_apply_to_the_text_as_it_was() -> None:
    """The second text of one edit may spell the first of another."""
    (source,) = _sources('[["return total", "return x + scale * y"], ["x + scale * y", "x * y"]]')

    assert "total = x * y\n    return x + scale * y\n" in source


def test_edit_may_span_lines() -> None:
    (source,) = _sources("[['''\nif scale == 0:\n        return x\n    total''', 'total']]")

    assert "    total = x + scale * y\n" in source and "if scale" not in source


def test_edit_may_change_the_header() -> None:
    (source,) = _sources('[["scale=1.0", "scale=2.0"]]')

    assert source.startswith("def add(x, y, *, scale=2.0):")


def test_mutant_has_its_name_and_sentences() -> None:
    (found,) = read_edits(f'[wrong]\n{_TEXTS}edits = [["x +", "x -"]]\n', "add", _DEFINITION)

    assert (found.task, found.name, found.label, found.misconception) == (
        "add", "wrong", "wrong", Text(en="Wrong.", zh="错了。"),
    )  # fmt: skip


def test_each_gives_a_form_for_every_choice() -> None:
    each = 'each = {a = ["1e-6", "1e-8"], b = ["2"]}'
    text = f'[wrong]\n{_TEXTS}{each}\nedits = [["return total", "return {{a}} + {{b}}"]]'

    found = read_edits(text, "add", _DEFINITION)

    assert [one.label for one in found] == ["wrong[a=1e-6, b=2]", "wrong[a=1e-8, b=2]"]
    assert {one.name for one in found} == {"wrong"}
    assert ["return 1e-6 + 2" in one.source for one in found] == [True, False]


def test_sentence_says_which_form_it_is_of() -> None:
    each = 'en = "You add {much}."\neach = {much = ["1", "2"]}'
    found = read_edits(f'[wrong]\n{each}\nedits = [["return total", "return total + {{much}}"]]', "add", _DEFINITION)

    assert [one.misconception for one in found] == [{"en": "You add 1."}, {"en": "You add 2."}]


def test_braces_that_name_no_choice_stay() -> None:
    (source,) = _sources('[["return total", "return {total}"]]')

    assert "return {total}" in source


@pytest.mark.parametrize(
    ("edits", "said"),
    [
        ('[["x + scale", "x"], ["scale * y", "y"]]', "its edits of `x + scale` and of `scale * y` overlap"),
        ('[["total", "sum"]]', "`total` stands 2 times in the reference's definition"),
        (
            '[["total = x + scale*y", "y"]]',
            "does not stand in the reference's definition. The nearest line is `total = x + scale * y`",
        ),
        ("[['''\nif scale == 0:\n    return x''', 'y']]", "`if scale == 0: ...` does not stand in"),
        ('[["return total", "return total"]]', "its edit of `return total` changes nothing"),
        ('[["", "x"]]', "does not stand in"),
        ("[]", "Expected `array` of length >= 1"),
        ('[["x"]]', "Expected `array` of length 2"),
        ('[["Adds y", "Adds x"]]', "does not stand in"),
    ],
    ids=["overlap", "twice", "near", "second-line", "nothing", "empty", "none", "half", "docstring"],
)
def test_edit_that_does_not_fit_says_which_and_where(edits: str, said: str) -> None:
    complaint = _complaint_about(edits)

    assert complaint.startswith("has a mutant `wrong` that does not read: ")
    assert said in complaint


def test_all_mutants_that_do_not_fit_are_told_at_once() -> None:
    tables = [
        f'[{name}]\n{_TEXTS}edits = [["{old}", "x"]]\n' for name, old in (("a", "gone"), ("b", "total"), ("c", "x +"))
    ]
    complaint = _complaint("\n".join(tables))

    assert [line.split("`")[1] for line in complaint.splitlines()] == ["a", "b"]


def test_choice_that_no_edit_uses_is_refused() -> None:
    complaint = _complaint_about('[["x +", "x -"]]', 'each = {eps = ["1"]}\n')

    assert "`each` lists `eps`, and no edit has `{eps}` in its second text" in complaint


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "has no mutants"),
        ("[wrong", "is no valid TOML"),
        ("wrong = 1\n", "Expected `object`, got `int`"),
        ('[wrong]\nedits = [["x +", "x -"]]\n', "it says no misconception"),
        (
            '[right]\nright = true\nen = "Wrong."\nedits = [["x +", "x -"]]\n',
            "it is right, and so it has no",
        ),
        ('[wrong]\nen = 1\nedits = [["x +", "x -"]]\n', "Expected `str`, got `int`"),
        (f'[wrong]\n{_TEXTS}engl = "W."\nedits = [["x +", "x -"]]\n', "`engl` is neither a language nor one of"),
        (f'[wrong]\n{_TEXTS}edit = [["x +", "x -"]]\n', "Expected `str`, got `array`"),
        (f'["wrong one"]\n{_TEXTS}edits = [["x +", "x -"]]\n', "a name has letters, digits and underscores"),
        (f'[wrong]\n{_TEXTS}edits = [["x +", "x -"]]\n' * 2, "is no valid TOML"),
        (f'[wrong]\n{_TEXTS}each = {{a = []}}\nedits = [["x +", "{{a}}"]]\n', "Expected `array` of length >= 1"),
    ],
    ids=[
        "empty",
        "toml",
        "no-table",
        "no-language",
        "right-with-a-sentence",
        "no-text",
        "misspelt-language",
        "unknown-key",
        "name",
        "twice",
        "no-choice",
    ],
)
def test_file_that_does_not_read_says_why(text: str, said: str) -> None:
    assert said in _complaint(text)


def test_edits_of_two_mutants_are_made_at_once_unless_they_overlap() -> None:
    text = "def add(x):\n    return x + 1\n"
    toml = """
[negates]
en = "You negate."
edits = [["x +", "-x +"]]

[adds_two]
en = "You add 2."
edits = [[" 1", " 2"]]

[returns_x]
en = "You add nothing."
edits = [["x + 1", "x"]]
"""
    negates, adds_two, returns_x = read_edits(toml, "add", text)
    for one, other in ((negates, adds_two), (adds_two, negates)):
        assert with_edits_of_both(text, one, other) == "def add(x):\n    return -x + 2\n"
    assert with_edits_of_both(text, negates, returns_x) is None
    assert with_edits_of_both(text, returns_x, adds_two) is None
