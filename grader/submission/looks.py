"""Looks into files that compete to be the answer: how many tasks each defines, and how many it has written.

It costs a process, so it is done only where several compete, for many at a time. No parser of ours sees their code.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from itertools import chain
from pathlib import Path

import msgspec

from grader.errors import EngineFailedError, UserError
from grader.submission import written
from grader.submission.candidates import Candidate
from grader.submission.intake import read_source

__all__ = ["Look", "look"]

_BATCH = 64
_WAIT_S = 20


@dataclass(frozen=True, kw_only=True, order=True)
class Look:
    """How many tasks a file has written, that is with more than a stub, and how many it defines.

    Attributes:
        is_read: whether it can be read at all.
        parses: whether it is valid Python.
    """

    writes: int
    defines: int
    is_read: bool = field(default=True, compare=False)
    parses: bool = field(default=True, compare=False)


_NOTHING = Look(writes=0, defines=0, parses=False)


@dataclass(frozen=True, kw_only=True)
class _Text:
    source: str
    names: Sequence[str]
    is_read: bool = True


def look(candidates: Sequence[Candidate], tasks: Mapping[str, Sequence[str]]) -> dict[Path, Look]:
    """Returns what each file has; one that cannot be read or parsed has nothing.

    Args:
        tasks: the names of all tasks, by slug.

    Raises:
        EngineFailedError: if nothing can be looked at, which is ours.
    """
    with ThreadPoolExecutor(max_workers=os.cpu_count(), thread_name_prefix="look") as executor:
        texts = list(executor.map(lambda one: _text(one, tasks[one.slug]), candidates))
        batches = [texts[at : at + _BATCH] for at in range(0, len(texts), _BATCH)]
        looks = chain.from_iterable(executor.map(_looks, batches))
        return {
            candidate.path: replace(found, is_read=text.is_read)
            for candidate, text, found in zip(candidates, texts, looks, strict=True)
        }


def _text(candidate: Candidate, names: Sequence[str]) -> _Text:
    """Returns the code of a file; the empty text of one that will be refused."""
    try:
        read = read_source(candidate.path, tuple(names), is_notebook=candidate.is_notebook)
        source = read.source.decode("utf-8-sig")
    except UserError:
        return _Text(source="", names=names, is_read=False)
    return _Text(source=source, names=names)


def _looks(texts: Sequence[_Text]) -> list[Look]:
    """Asks one process for all of them; if that dies, one for each: then it is known which text it was."""
    command = [sys.executable, "-I", "-W", "ignore", str(Path(written.__file__))]
    try:
        done = subprocess.run(  # noqa: S603
            command, input=msgspec.json.encode(texts), capture_output=True, timeout=_WAIT_S, check=False
        )
    except subprocess.TimeoutExpired:
        done = None
    except OSError as error:
        raise EngineFailedError(f"files could not be looked at: {error}") from error
    if done is not None and done.returncode == 0:
        return msgspec.json.decode(done.stdout, type=list[Look])
    return [_NOTHING] if len(texts) == 1 else [look for text in texts for look in _looks([text])]
