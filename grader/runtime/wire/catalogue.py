"""A catalogue of sentences: looked up by their English, said in English and Chinese.

The messages of the runtime and the labels of the terminal each have one. It formats and looks up, and knows no
sentence itself.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from grader.language import in_language
from grader.models import Text

__all__ = ["CHINESE", "Catalogue", "lines", "title_of", "verbatim"]

CHINESE = r"[\u3000-\u303f\u4e00-\u9fff\uff00-\uffef]"
"""Matches one Chinese character or punctuation mark. Between two of them a line break stands for nothing."""

_EMPTY_LINE = re.compile(r"\n\s*\n")
_BREAK_IN_CHINESE = re.compile(rf"(?<={CHINESE})\s*\n\s*(?={CHINESE})")


class Catalogue:
    """Sentences in English with their Chinese.

    Args:
        chinese: the Chinese template of each English one; both have the same placeholders, as `str.format` reads them.
    """

    def __init__(self, chinese: Mapping[str, str]) -> None:
        self.chinese = dict(chinese)

    def say(self, template: str, /, **values: object) -> Text:
        """Returns a sentence in both languages, and in those that a course's own text in it has besides.

        Args:
            template: the English one, written out where it is said, so that a test can look for it.
            values: of the placeholders. A `Text` goes in in the language of the sentence, anything else as it is.

        Raises:
            KeyError: if the catalogue has no such sentence, or a value is missing.
        """
        templates = {"en": template, "zh": self.chinese[template]}
        return {
            language: in_language(templates, language).format(**_in_language(values, language))
            for language in _languages(templates, *values.values())
        }


def verbatim(text: str) -> Text:
    """Returns what is the same in all languages: a suite's own word, a value, a name."""
    return {"en": text}


def lines(*texts: Text) -> Text:
    """Returns texts below each other."""
    return {language: "\n".join(in_language(text, language) for text in texts) for language in _languages(*texts)}


def title_of(docstring: str, languages: Sequence[str]) -> Text:
    """Returns a test's title: a paragraph of its docstring for each language, in their order."""
    paragraphs = [
        " ".join(_BREAK_IN_CHINESE.sub("", paragraph).split()) for paragraph in _EMPTY_LINE.split(docstring.strip())
    ]
    return dict(zip(languages, paragraphs, strict=False))


def _languages(*values: object) -> list[str]:
    return list(dict.fromkeys(language for value in values if isinstance(value, dict) for language in value))


def _in_language(values: Mapping[str, object], language: str) -> dict[str, object]:
    return {name: in_language(value, language) if isinstance(value, dict) else value for name, value in values.items()}
