"""Chooses the language of what a student reads. What is for instructors and machines is English."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

__all__ = ["Language", "choose_language"]

_LOCALE_VARIABLES = ("LC_ALL", "LC_MESSAGES", "LANG")


class Language(StrEnum):
    EN = "en"
    ZH = "zh"


def choose_language(named: str | None, environment: Mapping[str, str]) -> Language:
    """Returns the language that was asked for, or else the locale's.

    Args:
        named: `en` or `zh`, from `--lang` or GRADUS_LANG; None when neither was given.
        environment: where the locale is looked up: the first of LC_ALL, LC_MESSAGES and LANG that is set decides.
    """
    if named is not None:
        return Language(named)
    locale = next((environment[name] for name in _LOCALE_VARIABLES if environment.get(name)), "")
    return Language.ZH if locale.lower().startswith("zh") else Language.EN
