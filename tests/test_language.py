from __future__ import annotations

import pytest

from grader.language import Language, choose_language


@pytest.mark.parametrize(
    ("environment", "expected"),
    [
        ({}, Language.EN),
        ({"LANG": "zh_CN.UTF-8"}, Language.ZH),
        ({"LANG": "de_DE.UTF-8"}, Language.EN),
        ({"LC_ALL": "en_US.UTF-8", "LANG": "zh_CN.UTF-8"}, Language.EN),
        ({"LC_ALL": "", "LC_MESSAGES": "zh_TW", "LANG": "C"}, Language.ZH),
    ],
    ids=["none", "chinese", "german", "lc_all_wins", "empty_is_unset"],
)
def test_locale_decides_when_no_language_is_named(environment: dict[str, str], expected: Language) -> None:
    assert choose_language(None, environment) is expected


def test_named_language_wins_over_locale() -> None:
    assert choose_language("en", {"LC_ALL": "zh_CN.UTF-8"}) is Language.EN
