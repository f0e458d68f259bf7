"""Every sentence that the code says stands in a catalogue, in both languages, with the same values in it."""

from __future__ import annotations

import ast
import re
import string
from collections.abc import Iterator
from pathlib import Path

import pytest

from grader.models import Text
from grader.rendering import phrases as of_the_terminal
from grader.runtime.wire import phrases as of_the_runtime
from grader.runtime.wire.catalogue import Catalogue, lines, title_of, verbatim

_GRADER = Path(__file__).parents[1] / "grader"
_RUNTIME = sorted((_GRADER / "runtime").rglob("*.py"))
_FOLDERS = ("commands", "export", "rendering", "report")
_TERMINAL = [path for name in _FOLDERS for path in sorted((_GRADER / name).glob("*.py"))]
_CHINESE = re.compile(r"[\u4e00-\u9fff、（）：]")
_NAMES_ONLY = {"`result{where}`", "`None`", "a `{name}`", "an `{name}`", "dtype"}

both_catalogues = pytest.mark.parametrize(
    ("catalogue", "paths"),
    [(of_the_runtime.CATALOGUE, _RUNTIME), (of_the_terminal.CATALOGUE, _TERMINAL)],
    ids=["runtime", "terminal"],
)


def _placeholders(template: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(template) if name is not None}


def _said(paths: list[Path]) -> Iterator[tuple[str, ast.Call]]:
    for path in paths:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            function = node.func if isinstance(node, ast.Call) else None
            name = getattr(function, "id", None) or getattr(function, "attr", "")
            is_lookup = ast.unparse(function) == "CATALOGUE.say" if function is not None else False
            if isinstance(node, ast.Call) and name in ("say", "_say") and not is_lookup:
                yield f"{path.name}:{node.lineno}", node


@both_catalogues
def test_every_sentence_that_is_said_is_in_the_catalogue(catalogue: Catalogue, paths: list[Path]) -> None:
    calls = dict(_said(paths))
    templates = {place: call.args[0].value for place, call in calls.items() if isinstance(call.args[0], ast.Constant)}

    assert len(calls) > 20
    assert sorted(set(calls) - set(templates)) == [], "a template must be written out where it is said"
    assert {place: text for place, text in templates.items() if text not in catalogue.chinese} == {}


@both_catalogues
def test_every_sentence_of_the_catalogue_is_said(catalogue: Catalogue, paths: list[Path]) -> None:
    said = {call.args[0].value for _, call in _said(paths) if isinstance(call.args[0], ast.Constant)}

    assert sorted(set(catalogue.chinese) - said) == []


@both_catalogues
def test_every_sentence_gets_the_values_that_it_names(catalogue: Catalogue, paths: list[Path]) -> None:
    for place, call in _said(paths):
        template = ast.literal_eval(call.args[0])
        given = {keyword.arg for keyword in call.keywords}
        if None not in given:  # `**element(...)`: its tests look at the result
            assert given == _placeholders(template), place


@both_catalogues
def test_both_languages_have_the_same_values(catalogue: Catalogue, paths: list[Path]) -> None:
    for english, chinese in catalogue.chinese.items():
        assert _placeholders(english) == _placeholders(chinese), english


@both_catalogues
def test_chinese_is_chinese_and_english_is_not(catalogue: Catalogue, paths: list[Path]) -> None:
    assert [text for text in catalogue.chinese if _CHINESE.search(text)] == []
    untranslated = {text for text, chinese in catalogue.chinese.items() if not _CHINESE.search(chinese)}
    assert untranslated <= _NAMES_ONLY


# The mechanism.


_SMALL = Catalogue({"{what} is {size:g} wide": "{what}宽 {size:g}", "the box": "箱子"})


def test_say_puts_values_into_both_languages() -> None:
    said = _SMALL.say("{what} is {size:g} wide", what=_SMALL.say("the box"), size=2.0)
    assert said == Text(en="the box is 2 wide", zh="箱子宽 2")


def test_say_takes_a_value_as_it_is_whatever_it_looks_like() -> None:
    said = _SMALL.say("{what} is {size:g} wide", what="{size} {0} %s", size=1)
    assert said["en"] == "{size} {0} %s is 1 wide"


def test_say_refuses_a_sentence_without_chinese() -> None:
    with pytest.raises(KeyError):
        _SMALL.say("the lid")


def test_lines_stand_below_each_other_in_both_languages() -> None:
    assert lines(_SMALL.say("the box"), verbatim("1.5")) == Text(en="the box\n1.5", zh="箱子\n1.5")


@pytest.mark.parametrize(
    ("docstring", "title"),
    [
        ("Adds.", Text(en="Adds.")),
        ("Adds.\n\n求和。", Text(en="Adds.", zh="求和。")),
        ("Adds\n  both.\n \n求\n和 `x`\n与 `y`。\n\nMore.", Text(en="Adds both.", zh="求和 `x` 与 `y`。")),
        ("\nAdds.\n", Text(en="Adds.")),
    ],
    ids=["English only", "both", "wrapped lines", "empty lines around"],
)
def test_title_is_the_first_two_paragraphs(docstring: str, title: Text) -> None:
    assert title_of(docstring, ["en", "zh"]) == title
