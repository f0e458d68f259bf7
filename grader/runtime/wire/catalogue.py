"""A catalogue of sentences: looked up by their English, said in both languages.

The messages of the runtime and the labels of the terminal each have one. It formats and looks up, and knows no
sentence itself.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

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
        """Returns a sentence in both languages.

        Args:
            template: the English one, written out where it is said, so that a test can look for it.
            values: of the placeholders. A `Text` goes in in the language of the sentence, anything else as it is.

        Raises:
            KeyError: if the catalogue has no such sentence, or a value is missing.
        """
        english = {name: value.en if isinstance(value, Text) else value for name, value in values.items()}
        chinese = {name: value.zh if isinstance(value, Text) else value for name, value in values.items()}
        return Text(en=template.format(**english), zh=self.chinese[template].format(**chinese))


def verbatim(text: str) -> Text:
    """Returns what is the same in both languages: a suite's own word, a value, a name."""
    return Text(en=text, zh=text)


def lines(*texts: Text) -> Text:
    """Returns texts below each other."""
    return Text(en="\n".join(text.en for text in texts), zh="\n".join(text.zh for text in texts))


def title_of(docstring: str) -> Text:
    """Returns a test's title: the first paragraph is English, the second Chinese; without one both are the first."""
    paragraphs = [
        " ".join(_BREAK_IN_CHINESE.sub("", paragraph).split()) for paragraph in _EMPTY_LINE.split(docstring.strip())
    ]
    return Text(en=paragraphs[0], zh=(paragraphs[1:2] or paragraphs)[0])
