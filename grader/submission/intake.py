"""Takes a submission in: one regular file under a size cap, read once, and of a notebook the code of its cells."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from grader.errors import RefusedError
from grader.files.reading import read_regular_file
from grader.models import Assignment, Submission, Text
from grader.submission.encodings import as_utf8
from grader.submission.notebooks.forms import MAX_NOTEBOOK_BYTES, is_json_of_notebook, is_python
from grader.submission.notebooks.scripts import is_script_of_notebook

__all__ = ["MAX_SUBMISSION_BYTES", "SourceRead", "TakenIn", "read_source", "read_submission", "take_in"]

MAX_SUBMISSION_BYTES = 1 << 20
_NOTEBOOK_SUFFIX = ".ipynb"
_MISNAMED = {
    True: Text(
        en="The file is a notebook, whatever its name says, and was read as one.",
        zh="该文件虽然不以 .ipynb 命名，但它是笔记本，已按笔记本读取。",
    ),
    False: Text(
        en="The file is Python source and no notebook, whatever its name says, and was read as source.",
        zh="该文件虽然以 .ipynb 命名，但它是 Python 源代码而不是笔记本，已按源代码读取。",
    ),
}


@dataclass(frozen=True, kw_only=True)
class SourceRead:
    """The code of a file.

    Attributes:
        notes: how it was read and what of a notebook was left out, for the student.
        places: where in it the lines of the source stand; None unless it is a notebook with code.
    """

    source: bytes
    notes: tuple[Text, ...] = ()
    places: Text | None = None


@dataclass(frozen=True, kw_only=True)
class TakenIn:
    """A submission and what is to be told of how it was read. Attributes as in `SourceRead`."""

    submission: Submission
    notes: tuple[Text, ...] = ()
    places: Text | None = None


def read_submission(path: Path, assignment: Assignment) -> Submission:
    """Returns what `take_in` does, for callers that tell no notes. Raises likewise."""
    return take_in(path, assignment).submission


def take_in(path: Path, assignment: Assignment, *, is_notebook: bool | None = None) -> TakenIn:
    """Returns what `read_source` does, under the name that the assignment gives it. Arguments and errors likewise."""
    read = read_source(path, tuple(task.name for task in assignment.tasks), is_notebook=is_notebook)
    submission = Submission.of(assignment.file_name, read.source)
    return TakenIn(submission=submission, notes=read.notes, places=read.places)


def read_source(path: Path, names: tuple[str, ...], *, is_notebook: bool | None = None) -> SourceRead:
    """Returns a file's text in UTF-8, or of a notebook its code.

    Args:
        path: of the student's file; of its own name only the suffix matters.
        names: what the assignment asks for.
        is_notebook: whether it is called one; by default the suffix says so. What it surely is goes before that.

    Raises:
        UserError: if there is no such file.
        RefusedError: if it is no regular file, over the size cap, in no encoding that it names, or no Python notebook.
        EngineFailedError: if a notebook could not be sorted, which is ours.
    """
    is_called_so = path.suffix.lower() == _NOTEBOOK_SUFFIX if is_notebook is None else is_notebook
    content = read_regular_file(path, MAX_NOTEBOOK_BYTES + 1)
    is_one = is_json_of_notebook(content) if not is_called_so or is_python(content) else True
    notes = () if is_one is is_called_so else (_MISNAMED[is_one],)
    if is_one:
        return _of_notebook(path, names, content, notes)
    source, note = as_utf8(content)
    read = _checked(path, SourceRead(source=source, notes=notes if note is None else (*notes, note)))
    text = source.decode("utf-8-sig")
    return _of_script(path, names, text, read) if is_script_of_notebook(text) else read


def _of_notebook(path: Path, names: tuple[str, ...], content: bytes, notes: tuple[Text, ...]) -> SourceRead:
    from grader.submission.notebooks.reading import read_notebook

    notebook = read_notebook(content, path, names)
    read = SourceRead(source=notebook.source, notes=(*notes, *notebook.notes), places=notebook.places)
    return _checked(path, read)


def _of_script(path: Path, names: tuple[str, ...], text: str, read: SourceRead) -> SourceRead:
    from grader.submission.notebooks.reading import read_script

    script = read_script(text, path, names)
    return _checked(path, SourceRead(source=script.source, notes=(*read.notes, *script.notes), places=script.places))


def _checked(path: Path, read: SourceRead) -> SourceRead:
    source = read.source
    if len(source) > MAX_SUBMISSION_BYTES:
        raise RefusedError(f"`{path}` is larger than {MAX_SUBMISSION_BYTES // 1024} KiB. Hand in source code only.")
    if b"\0" in source:
        raise RefusedError(f"`{path}` contains NUL bytes, so it is no Python source. Save it as plain text.")
    try:
        source.decode("utf-8")
    except UnicodeDecodeError as error:
        line = source.count(b"\n", 0, error.start) + 1
        raise RefusedError(f"`{path}` is not UTF-8 (line {line}). Save it as UTF-8 and try again.") from error
    return read
