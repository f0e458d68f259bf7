"""Which language somebody reads: what was asked for, what the environment prefers, what the course has."""

from __future__ import annotations

import pytest

from grader.errors import UserError
from grader.language import choose_language, engine_languages, in_language

_BOTH = ("en", "zh")


@pytest.mark.parametrize(
    ("environment", "expected"),
    [
        ({}, "en"),
        ({"LANG": "zh_CN.UTF-8"}, "zh"),
        ({"LANG": "de_DE.UTF-8"}, "en"),
        ({"LC_ALL": "en_US.UTF-8", "LANG": "zh_CN.UTF-8"}, "en"),
        ({"LC_ALL": "", "LC_MESSAGES": "zh_TW", "LANG": "C"}, "zh"),
        ({"GRADUS_LANG": "zh", "LC_ALL": "en_US.UTF-8"}, "zh"),
        ({"GRADUS_LANG": "fr", "LC_ALL": "zh_CN.UTF-8"}, "en"),
    ],
    ids=["none", "chinese", "german", "lc_all_wins", "empty_is_unset", "own_variable_wins", "wish_that_is_not_offered"],
)
def test_environment_decides_when_no_language_is_named(environment: dict[str, str], expected: str) -> None:
    assert choose_language(None, environment, _BOTH) == expected


@pytest.mark.parametrize(("named", "expected"), [("en", "en"), ("EN", "en"), ("zh-TW", "zh"), ("zh_CN", "zh")])
def test_named_language_wins_over_the_environment(named: str, expected: str) -> None:
    assert choose_language(named, {"LC_ALL": "zh_CN.UTF-8"}, _BOTH) == expected


def test_first_language_of_the_course_is_its_default() -> None:
    assert choose_language(None, {"LANG": "C"}, ("fr", "en")) == "fr"


def test_language_that_the_course_has_not_is_refused_with_those_that_it_has() -> None:
    with pytest.raises(UserError, match="no texts in `zh`. `--lang` can be `fr`, `pt-BR`"):
        choose_language("zh", {}, ("fr", "pt-BR"))


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        ({"en": "a", "zh": "b"}, "zh", "b"),
        ({"en": "a", "zh": "b"}, "zh-TW", "b"),
        ({"en": "a", "zh": "b"}, "fr", "a"),
        ({"fr": "a", "de": "b"}, "zh", "a"),
        ({"pt-BR": "a", "pt": "b"}, "pt", "b"),
        ({}, "en", ""),
    ],
    ids=["same", "same-language", "english", "first", "exact-first", "nothing"],
)
def test_text_is_read_in_the_nearest_language(text: dict[str, str], language: str, expected: str) -> None:
    assert in_language(text, language) == expected


@pytest.mark.parametrize(
    ("offered", "expected"),
    [(("en", "zh"), ["en", "zh"]), (("zh", "fr"), ["zh"]), (("fr",), ["en"]), (("zh-TW", "en-GB"), ["en", "zh"])],
)
def test_engine_speaks_the_course_s_languages_or_english(offered: tuple[str, ...], expected: list[str]) -> None:
    assert engine_languages(offered) == expected
