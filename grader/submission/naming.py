"""What the name of a file or a folder means: whose it is, for which assignment, and how surely. Pure.

Systems that hand files on, browsers, editors and people add to names; what they add is known here and nowhere else.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import IntEnum, StrEnum
from functools import cache
from pathlib import PurePosixPath

from grader.course.roster import normal_id
from grader.models import module_file

__all__ = [
    "Kind",
    "Meaning",
    "Rank",
    "is_editors_copy",
    "is_test",
    "meaning_of",
    "precedence",
    "printable",
    "shown",
    "slug_named",
]


class Rank(IntEnum):
    """How surely a file is the answer, by its name; the lower, the surer."""

    EXACT = 0  # the very name that the statement gives: `conv_shapes.py`, `conv_shapes.ipynb`
    SPELLED = 1  # the same words in other letters: `Conv-Shapes.py`
    SPACED = 2  # the same letters in other words: `convshapes.py`
    COPY = 3  # that name, with what is added to copies: `optimizers (2)`
    WORD = 4  # begins or ends with the name: `lovelace_1001_optimizers`, `optimizers_final`
    FOLDER = 5  # known by the folder that it is in


class Kind(StrEnum):
    """What a file holds, as far as its name tells."""

    SOURCE = "source"
    NOTEBOOK = "notebook"
    UNCLEAR = "unclear"  # its content tells


_ARCHIVES = {"old", "older", "archive", "archives", "archived", "bak", "backup", "backups", "alt", "build", "dist"}
_ARCHIVES |= {"旧", "备份", "旧版", "copy", "copies", "trash"}


@dataclass(frozen=True, kw_only=True)
class Meaning:
    """What a file's name means.

    Attributes:
        slug: of the assignment; None if the name is that of none.
        is_plain: whether nothing was added behind `.py` or `.ipynb`.
    """

    slug: str | None
    rank: Rank
    kind: Kind
    is_plain: bool


_CODE = {".py": Kind.SOURCE, ".ipynb": Kind.NOTEBOOK}
_SUFFIX = re.compile(r"\.(?:py|ipynb|txt|json|bak|old|orig|download)$")
_SPACING = re.compile(r"[\s_-]+")
_LETTER = "[a-z0-9\u00c0-\u024f]"
_COPY = "copy|kopie|kopia|copie|copia|copia|cópia|副本|复制|拷贝|複製|コピー"
_END_MARK = re.compile(
    rf"""(?:\s*[\[(]\d+[\])]            # optimizers (1)
    | [\s_.-]+(?:{_COPY}|bak|backup) # optimizers - Copy
    | 的?(?:副本|复制|拷贝)           # optimizers的副本
    | [\s_-]*v?\d+                   # optimizers_v2, optimizers-1
    | ["'”’])$""",
    re.VERBOSE,
)
_START_MARK = re.compile(
    rf"""["'“‘]
    | (?:{_COPY})\s*(?:[\[(]\d+[\])])?[\s_]+(?:of|von|de|di)[\s_]+ # Copy of optimizers, Copy (2) of optimizers
    | (?:副本|复件|复制)(?:\s*[\[(]\d+[\])])?[\s_-]*
    | [\[(]\d+[\])]\s*""",
    re.VERBOSE,
)


def meaning_of(file_name: str, slugs: Sequence[str]) -> Meaning | None:
    """Returns what a file's name means; None if it is not the name of Python source or of a notebook."""
    forms = list(_forms(file_name))
    suffixes = [suffix for _, _, suffix in forms if suffix is not None]
    found = _found([(form, marks) for form, marks, _ in forms[1:]], slugs) if suffixes else None
    slug, rank = found or (None, Rank.FOLDER)
    kinds = [_CODE[suffix] for suffix in suffixes if suffix in _CODE]
    is_text = bool(suffixes) and suffixes[0] in (".txt", ".json")
    if not kinds and not (is_text and rank <= Rank.COPY):  # a text is hardly the answer that has another name
        return None
    is_plain = suffixes[0] in _CODE and len(suffixes) == 1
    if slug is not None and _is_very_name(file_name, slug):
        rank = Rank.EXACT
    return Meaning(
        slug=slug,
        rank=rank if is_plain else max(rank, Rank.COPY),
        kind=kinds[0] if len(set(kinds)) == 1 else Kind.UNCLEAR,
        is_plain=is_plain,
    )


def slug_named(name: str, slugs: Sequence[str]) -> str | None:
    """Returns the assignment that a folder's name or a file's stem means, if any.

    Case, spaces, hyphens and underscores make no difference, nor does what is added to copies (`optimizers (2)`) or
    put before the name by systems that hand files on (`lovelace_1001_optimizers`).
    """
    found = _found([(form, marks) for form, marks, _ in _forms(name)], slugs)
    return found[0] if found is not None else None


def is_test(file_name: str, meaning: Meaning) -> bool:
    """Whether a file holds tests and no answer: `test_*`, `*_test`, `conftest`, unless an assignment is called so."""
    if meaning.rank <= Rank.COPY:
        return False
    names = {re.sub(r"[\W_]+", "_", form) for form, _, _ in _forms(file_name)}
    return any(re.fullmatch(r"conftest|tests?_.*|.*_tests?", name) for name in names)


def is_editors_copy(file_name: str) -> bool:
    """Whether an editor left it: `optimizers.py~`, `#optimizers.py#`, `optimizers.py.swp`."""
    return file_name.endswith("~") or bool(re.fullmatch(r"#.*#|.*\.(?:sw[a-p]|tmp|un~)", file_name.lower()))


def precedence(name: str) -> tuple[bool, int, str]:
    """Returns how near to a student's folder a path within it is, to be sorted by: what is nearest comes last."""
    folders = PurePosixPath(name).parts[:-1]
    is_put_away = any(folder.lower() in _ARCHIVES for folder in folders)
    return not is_put_away, -len(folders), name


def printable(text: str) -> str:
    """Returns a text with file names in it so that it can be encoded: bytes that are no UTF-8 are spelled out."""
    return text.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")


def shown(name: str) -> str:
    """Returns one part of a path in composed Unicode, and printable whatever its bytes were."""
    composed = normal_id(printable(name))
    return "".join(char if char.isprintable() else f"\\x{ord(char):02x}" for char in composed)


def _forms(name: str) -> Iterator[tuple[str, int, str | None]]:
    """Yields a name as it is and with one addition after another taken off: the marks so far, the suffix just lost."""
    name, marks, suffix = unicodedata.normalize("NFKC", name).strip().lower(), 0, None
    while True:
        yield name, marks, suffix
        rest, suffix = _without_suffix(name)
        if suffix is None:
            rest = _without_mark(name)
            marks += 1
        rest = rest.strip()
        if rest in ("", name):
            return
        name = rest


def _without_suffix(name: str) -> tuple[str, str | None]:
    found = _SUFFIX.search(name)
    return (name[: found.start()], found.group()) if found is not None else (name, None)


def _without_mark(name: str) -> str:
    if (found := _END_MARK.search(name)) is not None:
        return name[: found.start()].rstrip(" -")
    return name[found.end() :] if (found := _START_MARK.match(name)) is not None else name


def _found(forms: Sequence[tuple[str, int]], slugs: Sequence[str]) -> tuple[str, Rank] | None:
    """Returns the first form that is a slug, or else the longest slug that one begins or ends with."""
    by_name = _by_name(tuple(slugs))
    for form, marks in forms:
        plain = _plain(form)
        slug = by_name.get(plain) or by_name.get(plain.replace("_", ""))
        if slug is not None:
            rank = Rank.SPELLED if plain == _plain(slug) else Rank.SPACED
            return slug, Rank.COPY if marks else rank
    words = [slug for form, _ in forms for slug in slugs if _word(slug).search(form)]
    return (max(words, key=len), Rank.WORD) if words else None


def _is_very_name(file_name: str, slug: str) -> bool:
    source = module_file(slug)
    return unicodedata.normalize("NFC", file_name) in (source, f"{source.removesuffix('.py')}.ipynb")


@cache
def _by_name(slugs: tuple[str, ...]) -> dict[str, str]:
    return {_plain(slug).replace("_", ""): slug for slug in slugs} | {_plain(slug): slug for slug in slugs}


@cache
def _word(slug: str) -> re.Pattern[str]:
    """Returns what finds a slug at the beginning or the end of a name, with no letter or digit of its script beside."""
    name = r"[\s_-]+".join(map(re.escape, _plain(slug).split("_")))
    return re.compile(rf"^{name}(?!{_LETTER})|(?<!{_LETTER}){name}$")


def _plain(form: str) -> str:
    return _SPACING.sub("_", form)
