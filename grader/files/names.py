"""Names of files for students: safe on every file system, and never one for two students. Pure."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections import Counter

__all__ = ["file_names"]

_UNSAFE = re.compile(r"^\.|[^\w@+=,.-]")
_MAX_BYTES = 120
_RESERVED = {"con", "prn", "aux", "nul", *(f"{port}{number}" for port in ("com", "lpt") for number in range(10))}
"""Names that Windows takes for devices, whatever follows the dot."""


def file_names(student_ids: list[str]) -> dict[str, str]:
    """Returns a name for each id: the id itself where that is safe and no other's, else one with a hash."""
    stems = {student_id: _stem(student_id) for student_id in student_ids}
    hashed = {student_id: f"{stem or 'student'}-{_hash(student_id)}" for student_id, stem in stems.items()}
    uses = Counter(name.casefold() for name in (*stems.values(), *hashed.values()))
    return {
        student_id: stem if stem and stem == student_id and uses[stem.casefold()] == 1 else hashed[student_id]
        for student_id, stem in stems.items()
    }


def _stem(student_id: str) -> str:
    stem = _UNSAFE.sub("_", unicodedata.normalize("NFC", student_id))
    while len(stem.encode()) > _MAX_BYTES:
        stem = stem[:-1]
    return f"_{stem}" if stem.casefold().partition(".")[0] in _RESERVED else stem


def _hash(student_id: str) -> str:
    return hashlib.sha256(student_id.encode(errors="surrogatepass")).hexdigest()[:10]
