"""Notes on what a submission's code did that its author should know of, whatever its points."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from grader.language import in_language
from grader.models import Text
from grader.runtime.wire.phrases import say

__all__ = ["note_on_settings"]

_SETTINGS = {
    "open modes": say("modes that were never left"),
    "default device": say("default device"),
    "default dtype": say("default dtype"),
    "inference mode": say("inference mode"),
    "grad mode": say("grad mode"),
    "autocast": say("autocast"),
    "anomaly detection": say("anomaly detection"),
    "deterministic algorithms": say("deterministic algorithms"),
    "flushed denormal numbers": say("flushing of denormal numbers"),
    "precision of products": say("precision of matrix products"),
}
_COMMAS = {"en": ", ", "zh": "、"}


def note_on_settings(changed: Any) -> tuple[Text, ...]:
    """Returns the note on the settings that a file changes; none where it changes none.

    Args:
        changed: what the candidate says of it: names, of which only those that are known are repeated.
    """
    said = {name for name in changed if type(name) is str} if isinstance(changed, list) else set()
    known = [text for name, text in _SETTINGS.items() if name in said]
    if not known:
        return ()
    return (
        say(
            "Your file changes settings of torch for all code ({settings}): the tests run with torch's own.",
            settings=_listed(known),
        ),
    )


def _listed(texts: Sequence[Text]) -> Text:
    return {language: comma.join(in_language(text, language) for text in texts) for language, comma in _COMMAS.items()}
