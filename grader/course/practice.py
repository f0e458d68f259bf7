"""Makes a course to practise in, and brings one up to date: the built-in assignments, and no answer to them.

Solutions, suites, mutants and variants stay where the built-in course is. In the folder are `course.toml`, the stubs
and, to be read, the statements; what its owner changed stays as it is.
"""

from __future__ import annotations

import hashlib
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import msgspec

from grader.course.course import Course
from grader.course.exercises import generate
from grader.course.finding import course_around
from grader.course.source import builtin_folder
from grader.errors import UserError
from grader.files.templates import rendered
from grader.files.writing import write_atomically
from grader.language import choose_language

__all__ = ["Practice", "init_practice"]

_TEMPLATES = Path(__file__).with_name("templates")
_DEFAULT_NAME = "gradus"
_OWN = {".gradus", "exercises", "statements"}
_NO_CONTENT = {".DS_Store", ".git", ".gitignore", ".idea", ".python-version", ".venv", ".vscode"}
"""What a folder may hold beside a practice course that is put into it, as may a virtual environment."""
_SHOWN_NAMES = 3
_ELSEWHERE = "Choose another folder: `learn init DIR`."


@dataclass(frozen=True, kw_only=True)
class Practice:
    """What was done.

    Attributes:
        is_new: whether the course was not there before.
        written: the files that are new or renewed.
        spared: statements that somebody changed and that are not as the built-in course has them now.
        default: the language that was asked for, if another one comes first in the course.
    """

    course: Course
    is_new: bool
    written: tuple[Path, ...]
    spared: tuple[Path, ...]
    default: str | None


class _Record(msgspec.Struct, frozen=True, kw_only=True):
    """The shape of `.gradus/statements.json`: the SHA-256 of every statement as it was written last."""

    format_version: int = 1
    sha256: dict[str, str] = {}


def init_practice(folder: Path | None, language: str | None = None) -> Practice:
    """Makes a practice course, or adds what is missing in one and renews what nobody changed.

    Args:
        folder: where; by default the course around the current folder, or else the current folder if it is empty, or
            else `gradus` in it.
        language: the one that a new course has first.

    Raises:
        UserError: if the folder is or holds something else, or cannot be written.
        CourseError: if Gradus was installed without its built-in course.
    """
    source = Course(builtin_folder())
    first = None if language is None else choose_language(language, {}, source.languages)
    try:
        folder = _default_folder() if folder is None else folder
        is_new = _is_new(folder)
        if is_new:
            write_atomically(folder / "course.toml", _course_file(source, first))
        course = Course(folder.resolve())
        written, spared = _fill(course)
    except OSError as error:
        where = error.filename if folder is None else folder
        raise UserError(f"`{where}` cannot be a practice course: {error.strerror or error}. {_ELSEWHERE}") from error
    is_first = first is None or course.languages[0] == first
    return Practice(course=course, is_new=is_new, written=written, spared=spared, default=None if is_first else first)


def _default_folder() -> Path:
    here = Path.cwd()
    return course_around(here) or (here / _DEFAULT_NAME if _content(here) else here)


def _is_new(folder: Path) -> bool:
    """Whether a practice course is still to be made there; raises UserError where none can be."""
    if (folder / "course.toml").is_file():
        if Course(folder).is_authored:
            raise UserError(f"`{folder}` is a course with assignments of its own, and stays as it is. {_ELSEWHERE}")
        return False
    around = course_around(folder.resolve())
    if around is not None:
        raise UserError(f"`{folder}` is inside the course `{around}`. {_ELSEWHERE}")
    if folder.is_symlink() and not folder.exists():
        raise UserError(f"`{folder}` is a link to nothing. {_ELSEWHERE}")
    if folder.exists() and not folder.is_dir():
        raise UserError(f"`{folder}` is a file and no folder. {_ELSEWHERE}")
    _check_content(folder, _content(folder) if folder.exists() else [])
    return True


def _check_content(folder: Path, names: list[str]) -> None:
    if names:
        shown = ", ".join(f"`{name}`" for name in names[:_SHOWN_NAMES])
        more = f" and {len(names) - _SHOWN_NAMES} more" if len(names) > _SHOWN_NAMES else ""
        command = f"learn init {shlex.quote(str(folder / _DEFAULT_NAME))}"
        raise UserError(f"`{folder}` holds other files: {shown}{more}. `{command}` makes a folder of its own in it.")


def _content(folder: Path) -> list[str]:
    """Returns the names of what somebody keeps in a folder, what is left of a practice course excepted."""
    spared = _NO_CONTENT | _OWN if (folder / ".gradus").is_dir() else _NO_CONTENT
    paths = [path for path in folder.iterdir() if path.name not in spared]
    return sorted(path.name for path in paths if not (path / "pyvenv.cfg").is_file())


def _course_file(source: Course, first: str | None) -> bytes:
    languages = source.languages if first is None else tuple(dict.fromkeys([first, *source.languages]))
    return rendered(_TEMPLATES, "practice.toml", languages=languages).encode()


def _fill(course: Course) -> tuple[tuple[Path, ...], tuple[Path, ...]]:
    """Returns the files that were written, and the statements that were spared."""
    assignments = [course.assignment(slug) for slug in course.slugs]
    statements = dict(_statements(course))
    made = [generate(course, assignment) for assignment in assignments]
    exercises = [done.exercise.path for done in made if done.is_written]
    written, spared = _write_statements(course, statements)
    return (*exercises, *written), spared


def _statements(course: Course) -> Iterator[tuple[str, bytes]]:
    """Yields each statement by the name of its file."""
    for slug in course.slugs:
        for language in course.languages:
            yield f"{slug}.{language}.md", course.statement(course.assignment(slug), language).encode()


def _write_statements(course: Course, statements: dict[str, bytes]) -> tuple[tuple[Path, ...], tuple[Path, ...]]:
    path = course.root / ".gradus" / "statements.json"
    known = _load_record(path)
    folder = course.root / "statements"
    written, spared = [], []
    for name, content in statements.items():
        found = _read(folder / name)
        if found is None or (found != content and _sha256(found) == known.sha256.get(name)):
            write_atomically(folder / name, content)
            written.append(folder / name)
        elif found != content:
            spared.append(folder / name)
    current = {name: _sha256(content) for name, content in statements.items() if folder / name not in spared}
    record = _Record(sha256=known.sha256 | current)
    if record != known:
        write_atomically(path, msgspec.json.format(msgspec.json.encode(record, order="sorted"), indent=2) + b"\n")
    return tuple(written), tuple(spared)


def _read(path: Path) -> bytes | None:
    """Returns a statement without the carriage returns that an editor adds, or None if it is not there."""
    try:
        return path.read_bytes().replace(b"\r\n", b"\n")
    except FileNotFoundError:
        return None


def _load_record(path: Path) -> _Record:
    """Without a record that reads, whatever differs counts as changed by its owner, and stays."""
    try:
        return msgspec.json.decode(path.read_bytes(), type=_Record)
    except (FileNotFoundError, msgspec.MsgspecError, UnicodeDecodeError):
        return _Record()


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
