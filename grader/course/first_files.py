"""The texts of a new assignment's files, from the templates. Nothing is written here."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from grader.course.course import Course
from grader.course.draft import TODO, Draft, import_block
from grader.course.imports import used_names
from grader.course.signature import WIDTH, folded
from grader.files.templates import rendered
from grader.models import Assignment

__all__ = ["first_files", "say"]

_TEMPLATES = Path(__file__).with_name("templates")
_SUITE = (
    "Rng",
    "Student",
    "assert_close",
    "assert_keeps_promises",
    "in_case",
    "needs_value",
    "probe",
    "task",
    "visible",
)
_Render = Callable[..., str]


def first_files(course: Course, assignment: Assignment, drafts: list[Draft]) -> dict[Path, str]:
    """Returns the files of an assignment by their paths, `assignment.toml` last: with it the course has it.

    Args:
        drafts: of its tasks, in their order.
    """
    folder = course.folder(assignment.slug)
    render = partial(
        rendered,
        _TEMPLATES,
        tasks=drafts,
        titles=assignment.title,
        languages=course.languages,
        file_name=assignment.file_name,
        forbid=assignment.forbid,
        forbid_line=folded("forbid = [", tuple(json.dumps(name) for name in assignment.forbid), "]"),
        wrap=partial(
            textwrap.fill, width=WIDTH, subsequent_indent="  ", break_long_words=False, break_on_hyphens=False
        ),
        in_place=[draft.name for draft in drafts if draft.is_in_place],
        has_results=not all(draft.is_in_place for draft in drafts),
        say=say,
        docstring=partial(_docstring, course.languages),
    )
    bodies = [render("solution.py", task=draft) for draft in drafts]
    about = f"The tasks of the assignment `{assignment.slug}`."
    files = {course.solution(assignment): _module(about, "\n\n\n".join(body.strip() for body in bodies), gap=2)}
    for language in course.languages:
        template = f"statement.{'zh' if _is(language, 'zh') else 'en'}.md"
        text = render(template, language=language, title=assignment.title[language])
        files[folder / f"statement.{language}.md"] = text
    for draft in drafts:
        files[folder / "suite" / f"test_{draft.stem}.py"] = _test(render, draft)
        files[course.edits(assignment, draft.name)] = render("mutants.toml", task=draft)
        files[course.stand_ins(assignment, draft.name, "variant")] = _variants(render, draft)
    return files | {folder / "assignment.toml": render("assignment.toml")}


def say(language: str, english: str, chinese: str) -> str:
    """Returns what an author has to write in a language, marked."""
    if _is(language, "zh"):
        return f"{TODO}：{chinese}"
    return f"{TODO}: {english}" if _is(language, "en") else f"{TODO}: in `{language}`: {english}"


def _is(language: str, tag: str) -> bool:
    return language.split("-")[0] == tag


def _docstring(languages: Sequence[str], english: str, chinese: str) -> str:
    """Returns the title of a test whose sentence is known in English and Chinese; in others it is left to do."""
    known = {"en": english, "zh": chinese}
    paragraphs = [known.get(tag.split("-")[0]) or f"{TODO}: in `{tag}`: {english}" for tag in languages]
    text = "\n\n    ".join(paragraphs)
    return f'    """{text}"""' if len(paragraphs) == 1 else f'    """{text}\n    """'


def _test(render: _Render, draft: Draft) -> str:
    body = render("test.py", task=draft)
    names = [name for name in _SUITE if name in used_names(body)]
    about = f"The tests of `{draft.name}`. Each of them needs a mutant that fails it."
    return _module(about, body, own=f"from grader.suite import {', '.join(names)}", gap=1)


def _variants(render: _Render, draft: Draft) -> str:
    about = (
        f"Right versions of `{draft.name}` in another style than the solution's. None may lose a point.\n\n"
        "A definition takes the place of the solution's and has the solution's imports, not those of this file.\n"
    )
    return _module(about, render("variants.py", task=draft), own="from grader.suite.mutants import variant", gap=2)


def _module(about: str, body: str, *, own: str = "", gap: int) -> str:
    """Returns a file of Python with the imports that its code needs.

    Args:
        own: the import of what is Gradus's.
        gap: how many empty lines there are behind the imports.
    """
    blocks = [f'"""{about}"""', "from __future__ import annotations", import_block(body), *filter(None, [own])]
    return "\n\n".join(blocks) + "\n" * (gap + 1) + body.strip() + "\n"
