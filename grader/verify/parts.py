"""Whether students are told of parts in results that they never returned: `result[1]` of a single tensor. Pure.

Suites ask for several answers at once. A student knows nothing of such a batch, so what is said of one of its items
names a case; `result[...]` is a part of what the student's own code returned.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from grader.models import ArgumentUse
from grader.verify.verdicts import Complaint, Outcome

__all__ = ["complaints_about_parts"]

_ADVICE = "name the case, or compare part by part (docs/suites.md)"
_PARTED = {"sequence", "mapping"}


def complaints_about_parts(
    outcomes: Iterable[Outcome], uses: Mapping[str, Iterable[ArgumentUse]]
) -> Iterator[Complaint]:
    """Yields a complaint for each test that tells a part of a result which has no parts.

    Args:
        uses: by task, what was recorded of the reference.
    """
    whole = {task for task, found in uses.items() if not _has_parts(found)}
    told: set[str] = set()
    for outcome in outcomes:
        for task in (task for task in outcome.tasks if task.task in whole):
            for test in task.tests:
                if "`result[" in test.message and test.test not in told:
                    told.add(test.test)
                    said = test.message.partition("\n")[0]
                    message = f"tells students {said!r}, and `{task.task}` returns nothing that has parts: {_ADVICE}"
                    yield Complaint(check="text", subject=test.test, message=message)


def _has_parts(found: Iterable[ArgumentUse]) -> bool:
    return any(use.subject == "result" and _PARTED & set(use.kinds) for use in found)
