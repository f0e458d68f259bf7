"""Walks a student's folder: what in it could be an answer, and what is none and why.

Nothing is opened but what no name tells, and no link is followed.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from grader.errors import UserError
from grader.files.reading import read_regular_file
from grader.models import Text
from grader.submission.naming import (
    Kind,
    Meaning,
    Rank,
    is_editors_copy,
    is_test,
    meaning_of,
    printable,
    shown,
    slug_named,
)
from grader.submission.remarks import (
    ARCHIVE,
    HIDDEN,
    LINK,
    NO_KIND,
    NO_SLUG,
    OTHER,
    TESTS,
    TOO_DEEP,
    TOO_MANY,
    UNREADABLE,
    LeftOut,
    Remark,
)

__all__ = ["Candidate", "Search", "entries_of", "files_in", "is_work", "search"]

_IGNORED = {"timestamp.txt", "submission_secret.txt", "receipt.json"}
_PASSED_OVER = {"__macosx", "__pycache__", "node_modules", "site-packages"}
_ARCHIVES = {".zip", ".tar", ".gz", ".tgz", ".7z", ".rar"}
_MAX_DEPTH = 8
_MAX_ENTRIES = 10_000
_MAX_PASSED_OVER = 500  # of one folder that is passed over; one of libraries has many thousands
_SNIFF_BYTES = 1 << 16


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """One file that could be the answer to an assignment.

    Attributes:
        name: its path within the student's folder, to be shown.
        rank: how surely it is meant, by its name.
        is_plain: whether its name ends as such files do.
    """

    student: str
    slug: str
    path: Path
    name: str
    rank: Rank
    is_notebook: bool
    is_plain: bool = True

    @property
    def shown(self) -> str:
        """The path with the student's folder."""
        return f"{self.student}/{self.name}"


@dataclass(kw_only=True)
class Search:
    """What was found in a student's folder so far.

    Attributes:
        passed_over: what has an assignment's name and is not looked at.
        left_out: what the student is to be told of.
    """

    student: str
    root: Path
    slugs: Sequence[str]
    candidates: list[Candidate] = field(default_factory=list)
    remarks: list[Remark] = field(default_factory=list)
    passed_over: list[tuple[Path, Meaning]] = field(default_factory=list)
    left_out: list[LeftOut] = field(default_factory=list)
    entries: int = 0

    def leave_out(self, path: Path, reason: Text, advice: str = "", slug: str | None = None) -> None:
        """Says to both, instructor and student, why something is not judged."""
        self.left_out.append(LeftOut(name=self.name(path), reason=reason, slug=slug))
        self.remark(path, f"{reason['en']}; left out{advice}")

    def remark(self, path: Path, message: str) -> None:
        where = f"{self.student}/{self.name(path)}".rstrip("/.")
        self.remarks.append(Remark(path=where, message=printable(message), student=self.student))

    def name(self, path: Path) -> str:
        return str(PurePosixPath(*(shown(part) for part in path.relative_to(self.root).parts)))


def search(root: Path, student: str, slugs: Sequence[str]) -> Search:
    """Returns what is in a student's folder, at any depth.

    Args:
        slugs: of all assignments of the course.
    """
    found = Search(student=student, root=root, slugs=slugs)
    _walk(found, root, depth=1, slug=None)
    _tell_passed_over(found)
    return found


def files_in(folder: Path) -> Iterator[str]:
    """Yields the paths of all files in a folder, to be shown; hidden ones are left out."""
    for parent, folders, files in os.walk(folder):
        folders[:] = sorted(name for name in folders if is_work(name))
        for name in sorted(files):
            if not name.startswith("."):
                yield str(PurePosixPath(*map(shown, Path(parent, name).relative_to(folder).parts)))


def entries_of(folder: Path) -> list[os.DirEntry[str]]:
    """Returns what is in a folder, sorted by name.

    Raises:
        UserError: if it cannot be read.
    """
    try:
        with os.scandir(folder) as entries:
            return sorted(entries, key=lambda entry: entry.name)
    except OSError as error:
        raise UserError(f"`{folder}` cannot be read: {error.strerror}.") from error


def is_work(folder_name: str) -> bool:
    """Whether a folder may hold somebody's work: it is not hidden, and no program fills it with files of its own."""
    return not folder_name.startswith(".") and folder_name.lower() not in _PASSED_OVER


def _walk(found: Search, folder: Path, depth: int, slug: str | None) -> None:
    try:
        entries = [entry for entry in entries_of(folder) if entry.name not in _IGNORED]
    except UserError as error:
        found.leave_out(folder, UNREADABLE, f". {error}", slug)
        return
    for entry in entries:
        found.entries += 1
        if found.entries > _MAX_ENTRIES:
            if found.entries == _MAX_ENTRIES + 1:
                found.left_out.append(LeftOut(name=found.name(Path(entry.path)), reason=TOO_MANY))
                found.remark(found.root, f"more than {_MAX_ENTRIES} files; the rest is left out")
            return
        if entry.is_dir(follow_symlinks=False):
            _enter(found, entry, depth, slug)
        else:
            _look_at(found, Path(entry.path), slug)


def _enter(found: Search, entry: os.DirEntry[str], depth: int, slug: str | None) -> None:
    path = Path(entry.path)
    if not is_work(entry.name) or (path / "pyvenv.cfg").is_file():
        found.passed_over += _named_within(path, found.slugs)
    elif depth >= _MAX_DEPTH:
        found.leave_out(path, TOO_DEEP, slug=slug)
    else:
        _walk(found, path, depth + 1, slug_named(entry.name, found.slugs) or slug)


def _named_within(folder: Path, slugs: Sequence[str]) -> Iterator[tuple[Path, Meaning]]:
    """Yields what is named like an assignment in a folder that is passed over, and in those right in it."""
    seen = 0
    for parent, folders, files in os.walk(folder):
        folders[:] = sorted(folders) if Path(parent) == folder else []
        for name in sorted(files):
            seen += 1
            meaning = meaning_of(name, slugs)
            if meaning is not None and meaning.slug is not None and not is_test(name, meaning):
                yield Path(parent, name), meaning
        if seen > _MAX_PASSED_OVER:
            return


def _tell_passed_over(found: Search) -> None:
    """Says what was not looked at and has an assignment's own name, or any that means one if there is nothing else."""
    answered = {candidate.slug for candidate in found.candidates}
    for path, meaning in found.passed_over:
        if meaning.rank <= Rank.COPY or meaning.slug not in answered:
            found.leave_out(path, HIDDEN, f", though it is named for `{meaning.slug}`", meaning.slug)


def _look_at(found: Search, path: Path, slug: str | None) -> None:
    meaning = meaning_of(path.name.removeprefix("."), found.slugs)
    if path.name.startswith("."):
        if meaning is not None and meaning.slug is not None:
            found.passed_over.append((path, meaning))
    elif is_editors_copy(path.name):
        found.remark(path, "is what an editor left; left out")
    elif path.is_symlink() and (meaning is None or (meaning.slug or slug) is None):
        found.leave_out(path, LINK, slug=slug)
    elif meaning is None:
        is_archive = path.suffix.lower() in _ARCHIVES
        found.leave_out(path, ARCHIVE if is_archive else OTHER, ". Unpack it first" if is_archive else "", slug)
    elif is_test(path.name, meaning):
        found.leave_out(path, TESTS, f". Files are named like {_examples(found.slugs)}", slug)
    else:
        _take(found, path, meaning, slug)


def _take(found: Search, path: Path, meaning: Meaning, slug: str | None) -> None:
    kind = meaning.kind if meaning.kind is not Kind.UNCLEAR else _kind_by_content(path)
    slug = meaning.slug or slug
    if kind is Kind.UNCLEAR:
        found.leave_out(path, NO_KIND, slug=slug)
    elif slug is None:
        found.leave_out(path, NO_SLUG, f". Files are named like {_examples(found.slugs)}")
    else:
        candidate = Candidate(
            student=found.student,
            slug=slug,
            path=path,
            name=found.name(path),
            rank=meaning.rank if meaning.slug is not None else Rank.FOLDER,
            is_notebook=kind is Kind.NOTEBOOK,
            is_plain=meaning.is_plain,
        )
        found.candidates.append(candidate)


def _kind_by_content(path: Path) -> Kind:
    """Tells a notebook that was saved under another suffix from source, as browsers and mail programs name them."""
    try:
        start = read_regular_file(path, _SNIFF_BYTES).removeprefix(b"\xef\xbb\xbf").lstrip()
    except UserError:
        return Kind.SOURCE  # a link, or gone: it is refused when it is read
    if start.startswith(b"{") and (b'"cells"' in start or b'"nbformat"' in start):
        return Kind.NOTEBOOK
    return Kind.UNCLEAR if path.suffix.lower() == ".json" else Kind.SOURCE


def _examples(slugs: Sequence[str]) -> str:
    return ", ".join(f"`{slug.replace('-', '_')}.py`" for slug in slugs[:3])
