"""Starts a new assignment: whatever can be known of its files is written, and the rest marked `TODO(author)`."""

from __future__ import annotations

import contextlib
import keyword
import re
import shutil
import sys
from pathlib import Path

from grader.course.course import Course, near_names
from grader.course.draft import TODO, Draft
from grader.course.first_files import first_files, say
from grader.course.signature import Signature, read_signature
from grader.errors import UserError
from grader.language import is_language_tag
from grader.models import Assignment, Difficulty, Task, Text

__all__ = ["TODO", "scaffold"]

_MAX_SLUG = 50
_SLUG = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
_TAKEN_MODULES = {"cli", "conftest", "con", "prn", "aux", "nul", "grader", "numpy", "pytest", "solution", "torch"}
_BAN = re.compile(r"\.?[A-Za-z_*][\w*]*(\.[A-Za-z_*][\w*]*)*=?", re.ASCII)
_TOTAL_POINTS = 100


def scaffold(
    course: Course,
    slug: str,
    *,
    titles: tuple[str, ...] = (),
    tasks: tuple[str, ...] = (),
    forbid: tuple[str, ...] = (),
) -> list[Path]:
    """Writes the files of a new assignment, in the course's languages, and returns where they are.

    Args:
        slug: lower-case letters, digits and single hyphens.
        titles: `TEXT` in the course's first language, or `LANGUAGE=TEXT`; in English by default made from the slug.
        tasks: signatures of functions and classes, or their names; by default one function named as the slug.
        forbid: names that no task may use, as `assignment.toml` has them.

    Raises:
        UserError: for what cannot be taken, or if one of the files is there already. Nothing is written then.
    """
    _check_slug(course, slug)
    title = _title(course, slug, titles)
    signatures = _signatures(tasks or (slug.replace("-", "_"),))
    for name in forbid:
        _check_ban(name)
    assignment = Assignment(
        slug=slug,
        title=title,
        difficulty=Difficulty.MEDIUM,
        minutes=60,
        tasks=tuple(map(_task, signatures, _shares(len(signatures)))),
        forbid=tuple(dict.fromkeys(forbid)),
    )
    drafts = [_draft(course, assignment, signature) for signature in signatures]
    return _write(course, assignment, first_files(course, assignment, drafts))


def _check_slug(course: Course, slug: str) -> None:
    if not _SLUG.fullmatch(slug) or len(slug) > _MAX_SLUG:
        advice = (
            f"It has lower-case letters, digits and single hyphens, begins with a letter and is at most {_MAX_SLUG}"
        )
        raise UserError(f"`{slug}` cannot be the name of an assignment. {advice} long, such as `conv-shapes`.")
    module = slug.replace("-", "_")
    if keyword.iskeyword(module) or module in sys.stdlib_module_names | _TAKEN_MODULES or module.startswith("test_"):
        raise UserError(f"`{slug}` cannot be the name of an assignment: `{module}.py` means something else in Python.")
    if slug in course.slugs:
        raise UserError(f"There is an assignment `{slug}` already. `learn show {slug}` shows it.")


def _signatures(texts: tuple[str, ...]) -> list[Signature]:
    found = [read_signature(text) for text in texts]
    names = [signature.name for signature in found]
    for name in names:
        if names.count(name) > 1:
            raise UserError(f"The task `{name}` is named twice. Each has a name of its own.")
    if len(names) > _TOTAL_POINTS:
        raise UserError(f"An assignment has at most {_TOTAL_POINTS} tasks, and {len(names)} were named.")
    return found


def _check_ban(name: str) -> None:
    if not _BAN.fullmatch(name):
        raise UserError(
            f"`{name}` is nothing that can be forbidden. Write a qualified name, such as `torch.cdist` or "
            "`torch.*softmax`, `.name` for an attribute or a method, or `.name=` for its assignment."
        )


def _title(course: Course, slug: str, named: tuple[str, ...]) -> Text:
    """Returns the title in each language of the course; what was not named is left to do."""
    given: Text = {}
    for text in named:
        language, title = _language_and_title(course, text)
        if language in given:
            raise UserError(f"The title in `{language}` is given twice.")
        if not title.strip() or not title.isprintable():
            raise UserError(f"{title!r} is no title: it is empty, or has a character that cannot be printed.")
        given[language] = title
    by_slug = {"en": slug.replace("-", " ").capitalize()}
    return {tag: (by_slug | given).get(tag) or say(tag, "the title.", "标题。") for tag in course.languages}


def _language_and_title(course: Course, text: str) -> tuple[str, str]:
    """Reads `LANGUAGE=TEXT`, or takes the whole as the title in the course's first language."""
    language, equals, title = text.partition("=")
    if not equals or not is_language_tag(language):
        return course.languages[0], text
    if language not in course.languages:
        names = ", ".join(f"`{tag}`" for tag in course.languages)
        raise UserError(
            f"`--title {text}` names the language `{language}`, and the course has {names}."
            f"{near_names(language, list(course.languages))} "
            f"For a title that begins like this, name its language: `--title {course.languages[0]}={text}`."
        )
    return language, title


def _shares(count: int) -> list[int]:
    """Shares out the points in whole numbers; the first tasks get what is left over."""
    share, left = divmod(_TOTAL_POINTS, count)
    return [share + (number < left) for number in range(count)]


def _task(signature: Signature, points: int) -> Task:
    return Task(name=signature.name, points=points, signature=signature.header())


def _draft(course: Course, assignment: Assignment, signature: Signature) -> Draft:
    stem = course.stand_ins(assignment, signature.name, "mutant").stem
    return Draft(signature=signature, stem=stem, points=int(assignment.task(signature.name).points))


def _write(course: Course, assignment: Assignment, files: dict[Path, str]) -> list[Path]:
    folder = course.folder(assignment.slug)
    for path in (folder, course.solution(assignment)):
        if path.exists() or path.is_symlink():
            raise UserError(f"`{path}` is there already, and is not written over. Move it away or take another name.")
    written: list[Path] = []
    try:
        for path, text in files.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            with path.open("x", encoding="utf-8", newline="\n") as file:
                written.append(path)
                file.write(text)
    except BaseException as error:
        _take_away(folder, written)
        if isinstance(error, OSError):
            raise UserError(f"`{folder}` cannot be written: {error.strerror}.") from error
        raise
    return written


def _take_away(folder: Path, written: list[Path]) -> None:
    for path in written:
        with contextlib.suppress(OSError):
            path.unlink()
    shutil.rmtree(folder, ignore_errors=True)
