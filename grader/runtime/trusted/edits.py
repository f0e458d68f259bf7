"""Reads mutants that are edits of the reference's definition: the shortest way to say what a mistake is. Pure.

    [no_bias_correction]
    en = "Your moments are not corrected for their start at zero."
    zh = "你的矩没有做偏差修正。"
    edits = [["mean = slot['m'] / (1 - beta1 ** slot['t'])", "mean = slot['m']"]]

The first text of an edit stands exactly once in the definition. With `each = {eps = ["1e-6", "1e-8"]}` one mutant has
several forms: `{eps}` in the second texts, and in the sentences, stands for each of these.

With `right = true` and no sentence, edits say another way to write what is right. Whoever writes it so makes the same
mistakes, which may then give other answers.
"""

from __future__ import annotations

import ast
import difflib
import io
import itertools
import re
import tomllib
from collections.abc import Iterator, Mapping
from typing import Annotated, Any

import msgspec

from grader.language import is_language_tag
from grader.models import Text
from grader.runtime.trusted.stand_ins import Edit, StandIn

__all__ = ["definition_of", "read_edits", "with_edits_of_both"]

_NAME = re.compile(r"[A-Za-z_]\w*")
_Texts = Annotated[tuple[str, ...], msgspec.Meta(min_length=1)]


class _Mutant(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One table of the file, without its sentences.

    Attributes:
        right: whether the edits are no mistake, but another way.
    """

    edits: Annotated[tuple[tuple[str, str], ...], msgspec.Meta(min_length=1)]
    each: dict[str, _Texts] = {}
    right: bool = False


def definition_of(reference: str, task: str) -> str:
    """Returns the text of a task's definition in the reference, as edits apply to it.

    Decorators stay behind, and so do docstrings: what they say about the code is no part of it.

    Raises:
        ValueError: if the reference does not define it.
    """
    for node in ast.parse(reference).body:
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)) and node.name == task:
            texts = {line for text in _docstrings(node) for line in range(text.lineno, (text.end_lineno or 0) + 1)}
            lines = enumerate(io.StringIO(reference).readlines()[: node.end_lineno], 1)  # as Python counts them
            return "".join(line for number, line in lines if number >= node.lineno and number not in texts)
    raise ValueError(f"the reference solution does not define `{task}`")


def _docstrings(definition: ast.AST) -> Iterator[ast.stmt]:
    for node in ast.walk(definition):
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)) and ast.get_docstring(node) is not None:
            first, *rest = node.body
            if rest and (first.end_lineno or 0) < rest[0].lineno:  # alone on its lines
                yield first


def read_edits(text: str, task: str, definition: str) -> list[StandIn]:
    """Returns the mutants in the text of a TOML file, in its order; of one with `each` every form.

    Those that are right come with them, without a misconception.

    Args:
        definition: of the task, as `definition_of` returns it.

    Raises:
        ValueError: for what is no TOML or no mutant, and for an edit that does not fit the definition; a phrase that
            goes on from the file's name.
    """
    try:
        tables = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ValueError(f"is no valid TOML: {error}.") from error
    if not tables:
        raise ValueError("has no mutants.")
    found: list[StandIn] = []
    problems: list[str] = []
    for name, table in tables.items():
        try:
            found += _forms(name, table, task, definition)
        except ValueError as error:
            problems.append(str(error))
    if problems:  # all of them at once: whoever rewrote the reference mends them in one go
        raise ValueError("\n".join(problems))
    return found


def with_edits_of_both(definition: str, one: StandIn, other: StandIn) -> str | None:
    """Returns the definition with the edits of two mutants made in it, or None if any of them overlap."""
    edits = tuple(sorted(one.edits + other.edits))
    if any(before.end > after.start for before, after in itertools.pairwise(edits)):
        return None
    return _edited(definition, edits)


def _forms(name: str, table: object, task: str, definition: str) -> Iterator[StandIn]:
    if not _NAME.fullmatch(name):
        raise ValueError(f"has a mutant `{name}`: a name has letters, digits and underscores.")
    try:
        mutant, misconception = _read(table)
        for values in _choices(mutant):
            edits = _places(definition, [(old, _filled(new, values)) for old, new in mutant.edits])
            form = ", ".join(f"{key}={value}" for key, value in values.items())
            said = {language: _filled(text, values) for language, text in misconception.items()} or None
            source = _edited(definition, edits)
            yield StandIn(task=task, name=name, source=source, misconception=said, form=form, edits=edits)
    except (msgspec.ValidationError, ValueError) as error:
        raise ValueError(f"has a mutant `{name}` that does not read: {error}") from error


def _read(table: object) -> tuple[_Mutant, Text]:
    """Takes the sentences, whose keys are languages, apart from the rest."""
    fields = msgspec.convert(table, dict[str, Any])
    own = {key: value for key, value in fields.items() if key in _Mutant.__struct_fields__}
    said = msgspec.convert({key: value for key, value in fields.items() if key not in own}, Text)
    for key in said:
        if not is_language_tag(key):
            raise ValueError(f"`{key}` is neither a language nor one of `edits`, `each` and `right`.")
    mutant = msgspec.convert(own, _Mutant)
    if mutant.right and said:
        raise ValueError("it is right, and so it has no misconception to say.")
    if not mutant.right and not said:
        raise ValueError('it says no misconception, as in `en = "..."`.')
    return mutant, said


def _choices(mutant: _Mutant) -> Iterator[dict[str, str]]:
    """Yields every choice of what the names of `each` stand for."""
    for key in mutant.each:
        if not any(f"{{{key}}}" in new for _, new in mutant.edits):
            raise ValueError(f"`each` lists `{key}`, and no edit has `{{{key}}}` in its second text.")
    for values in itertools.product(*mutant.each.values()):
        yield dict(zip(mutant.each, values, strict=True))


def _filled(text: str, values: Mapping[str, str]) -> str:
    for key, value in values.items():
        text = text.replace(f"{{{key}}}", value)
    return text


def _places(definition: str, edits: list[tuple[str, str]]) -> tuple[Edit, ...]:
    """Finds each first text, in the text as it is before any edit."""
    spans = sorted((_place(definition, old), old, new) for old, new in edits)
    for (start, old, _), (after, other, _) in itertools.pairwise(spans):
        if start + len(old) > after:
            raise ValueError(f"its edits of {_shown(old)} and of {_shown(other)} overlap.")
    for _, old, new in reversed(spans):
        if old == new:
            raise ValueError(f"its edit of {_shown(old)} changes nothing.")
    return tuple(Edit(start, start + len(old), new) for start, old, new in spans)


def _edited(definition: str, edits: tuple[Edit, ...]) -> str:
    for start, end, text in reversed(edits):
        definition = definition[:start] + text + definition[end:]
    return definition


def _place(definition: str, old: str) -> int:
    count = definition.count(old) if old.strip() else 0
    if count == 1:
        return definition.index(old)
    if count:
        raise ValueError(f"{_shown(old)} stands {count} times in the reference's definition. Take in more around it.")
    raise ValueError(f"{_shown(old)} does not stand in the reference's definition.{_near(definition, old)}")


def _near(definition: str, old: str) -> str:
    """Names the line of the definition that was probably meant, after a space; nothing if none is near."""
    lines = [line.strip() for line in definition.splitlines() if line.strip()]
    first = next((line.strip() for line in old.splitlines() if line.strip()), "")
    around = [line for line in lines if first and first in line]  # it goes wrong further down
    close = around or difflib.get_close_matches(first, lines, 1, 0.4)
    return f" The nearest line is {_shown(close[0])}." if close else ""


def _shown(text: str) -> str:
    return f"`{text}`" if "\n" not in text else f"`{text.splitlines()[0]} ...`"
