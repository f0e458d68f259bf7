"""The languages of what is said: which one somebody reads, and which text of several that is.

A course names its own languages, by any tags of BCP 47; the engine itself speaks English and Chinese, and English where
it has no other. What is for instructors and machines is English.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from grader.errors import UserError

__all__ = ["choose_language", "engine_languages", "in_language", "is_language_tag"]

_VARIABLES = ("GRADUS_LANG", "LC_ALL", "LC_MESSAGES", "LANG")
_FALLBACK = "en"
_ENGINE = ("en", "zh")
_TAG = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{1,8})*")


def choose_language(named: str | None, environment: Mapping[str, str], offered: Sequence[str]) -> str:
    """Returns the language that was asked for, or else the environment's, or else the first that is offered.

    Args:
        named: from `--lang`; None when it was not given.
        environment: the first of GRADUS_LANG, LC_ALL, LC_MESSAGES and LANG that is set says what is preferred.
        offered: the course's languages, its default first.

    Raises:
        UserError: if the one that was asked for is not offered.
    """
    if named is not None:
        found = _match(named, offered)
        if found is None:
            names = ", ".join(f"`{language}`" for language in offered)
            raise UserError(f"The course has no texts in `{named}`. `--lang` can be {names}.")
        return found
    locale = next((environment[name] for name in _VARIABLES if environment.get(name)), "")
    return _match(locale.partition(".")[0], offered) or offered[0]


def in_language(text: Mapping[str, str], language: str) -> str:
    """Returns a text in a language, or else in English, or else in the first that it has; empty if it has none."""
    found = _match(language, list(text)) or _match(_FALLBACK, list(text)) or next(iter(text), None)
    return "" if found is None else text[found]


def is_language_tag(text: str) -> bool:
    """Whether a text names a language as BCP 47 does: `en`, `zh`, `pt-BR`."""
    return _TAG.fullmatch(text) is not None


def engine_languages(offered: Sequence[str]) -> list[str]:
    """Returns in which of its own languages the engine speaks beside texts in those that are offered."""
    return [language for language in _ENGINE if _match(language, offered)] or [_FALLBACK]


def _match(wanted: str, offered: Sequence[str]) -> str | None:
    """Returns the tag that is meant: the same one whatever its spelling, or else one of the same language."""
    tag = wanted.replace("_", "-").lower()
    same = [language for language in offered if language.lower() == tag]
    of_language = [language for language in offered if tag and language.lower().split("-")[0] == tag.split("-")[0]]
    return next(iter(same + of_language), None)
