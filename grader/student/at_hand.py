"""Which task somebody works on, told from saves and checks. Pure: texts and names in, a name out."""

from __future__ import annotations

import ast
import io
import warnings
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

import msgspec

from grader.runtime.untrusted.outline import Outline, outline

__all__ = ["AtHand", "Code", "codes_of"]


@dataclass(frozen=True, kw_only=True)
class Code:
    """What a task consists of.

    Attributes:
        own: the text of its definition.
        helpers: the texts of what that refers to, however deep.
    """

    own: str
    helpers: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class AtHand:
    """Where somebody is in an assignment.

    Attributes:
        tasks: the names of those that count, in the order of the assignment.
        open: those of them without full marks.
        task: the one at hand; None if none is open.
        codes: of the tasks, as of the last save that is Python.
        is_shown: whether its statement is on the screen.
    """

    tasks: tuple[str, ...]
    open: frozenset[str]
    task: str | None
    codes: Mapping[str, Code] = field(default_factory=dict)
    is_shown: bool = False

    def checked(self, open_tasks: frozenset[str] | None, codes: Mapping[str, Code] | None) -> AtHand:
        """Returns where one is after a check: at the task whose code changed, or behind it if it has full marks.

        Args:
            open_tasks: those without full marks; None if the check was not graded.
            codes: of what was checked; None if it is no Python.
        """
        if open_tasks is None or codes is None:  # where the file does not parse, what is solved is so no less
            return replace(self, is_shown=False)
        worked_on = self._worked_on(open_tasks, codes)
        here = replace(self, open=open_tasks, codes=codes, is_shown=False)
        return replace(here, task=worked_on if worked_on in open_tasks else here._open_after(worked_on))

    def asked_for(self) -> AtHand:
        """Returns where one is after `n`: the statement of the task at hand comes first, then the next open task."""
        task = self._open_after(self.task) if self.is_shown else self.task
        return replace(self, task=task, is_shown=True)

    def _worked_on(self, is_open: frozenset[str], codes: Mapping[str, Code]) -> str | None:
        """A change of the definition itself tells more than one of a helper, which several tasks may share."""
        known = {task: (before, codes[task]) for task, before in self.codes.items() if task in codes}
        own = {task for task, (before, after) in known.items() if before.own != after.own}
        own |= {task for task in codes if self.codes and task not in self.codes}
        of_helpers = {task for task, (before, after) in known.items() if before.helpers != after.helpers}
        for changed in (own & is_open, own & self.open, of_helpers & is_open):  # the second: full marks just now
            if changed:
                return self.task if self.task in changed else next(task for task in self.tasks if task in changed)
        return self.task

    def _open_after(self, task: str | None) -> str | None:
        """Goes on behind a task and comes back to the first one, and in the end to the task itself."""
        start = self.tasks.index(task) + 1 if task is not None else 0
        return next((name for name in self.tasks[start:] + self.tasks[:start] if name in self.open), None)


def codes_of(source: bytes, tasks: Sequence[str]) -> dict[str, Code] | None:
    """Returns what each task that a text defines consists of; None if the text is no Python.

    Args:
        source: in UTF-8. Nothing of it is run.
    """
    with warnings.catch_warnings():  # of the student's code, such as an invalid escape
        warnings.simplefilter("ignore")
        found = msgspec.convert(outline(source, "submission")["outline"], Outline)
        if found.problem is not None:
            return None
        texts = dict(_texts(source))
    codes = {}
    for task in tasks:
        lines = [definition.statement for definition in found.definitions if definition.name == task]
        reached = [definition.statement for definition in found.reachable_from(task)]
        if lines:
            helpers = dict.fromkeys(line for line in reached if line not in lines)
            own = "".join(texts[line] for line in lines)
            codes[task] = Code(own=own, helpers=tuple(texts[line] for line in helpers))
    return codes


def _texts(source: bytes) -> Iterator[tuple[int, str]]:
    """Yields each top-level statement's line and its text, decorators included."""
    lines = io.StringIO(source.decode("utf-8-sig"), newline=None).readlines()  # as Python counts them
    for statement in ast.parse(source).body:
        decorators = getattr(statement, "decorator_list", [])
        first = min([statement.lineno, *(decorator.lineno for decorator in decorators)])
        yield statement.lineno, "".join(lines[first - 1 : statement.end_lineno])
