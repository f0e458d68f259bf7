"""Students whom the store knows and the class does not: a folder that was renamed leaves its old name behind. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from grader.classroom.store.records import AttemptRecord
from grader.course.roster import ClassRules
from grader.submission.remarks import Remark

__all__ = ["absent_students", "remarks_on_absence"]


def absent_students(rules: ClassRules, attempts: Sequence[AttemptRecord], kept: Iterable[str]) -> set[str]:
    """Returns who is not in the gradebook although there are attempts: those whom nothing but an old run knows.

    Nothing of them was in the folder that was last graded for any assignment, and the roster does not have them.
    Without a roster everybody is in the class.

    Args:
        kept: whoever has a score that was set by hand.
    """
    if not rules.students:
        return set()
    return _unseen(attempts) - {student.id for student in rules.students} - set(kept)


def remarks_on_absence(rules: ClassRules, attempts: Sequence[AttemptRecord], absent: set[str]) -> list[Remark]:
    """Says who is left out of the gradebook; without a roster, who is in it only because nobody says who is not."""
    if rules.students:
        message = (
            "is not in the roster nor in the folder that was last graded, so the gradebook leaves it out. Its attempts "
            "stay in the store: they are back once a folder of this name is graded, or it is in the roster"
        )
        return [Remark(path=student, message=message, student=student) for student in sorted(absent)]
    message = (
        "is no longer in the folder that was graded, and what it had handed in is another student's now. Was it "
        "renamed? With the class's students in `course.toml` the gradebook leaves the old name out"
    )
    return [Remark(path=student, message=message, student=student) for student in sorted(_moved(attempts))]


def _unseen(attempts: Sequence[AttemptRecord]) -> set[str]:
    """Returns who has attempts, none of which was in the folder that was last graded for its assignment."""
    last = _last_seen(attempts)
    seen = {attempt.student for attempt in attempts if attempt.seen_at == last[attempt.assignment]}
    return {attempt.student for attempt in attempts} - seen


def _last_seen(attempts: Sequence[AttemptRecord]) -> dict[str, str]:
    last: dict[str, str] = {}
    for attempt in attempts:
        last[attempt.assignment] = max(attempt.seen_at, last.get(attempt.assignment, ""))
    return last


def _moved(attempts: Sequence[AttemptRecord]) -> set[str]:
    """Returns who was not seen and whose files all are somebody's who was."""
    unseen = _unseen(attempts)
    there = {(one.assignment, one.submission_sha256) for one in attempts if one.student not in unseen}
    theirs: dict[str, list[bool]] = {}
    for one in attempts:
        theirs.setdefault(one.student, []).append((one.assignment, one.submission_sha256) in there)
    return {student for student in unseen if all(theirs[student])}
