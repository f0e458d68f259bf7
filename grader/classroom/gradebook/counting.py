"""Which of several attempts counts: the last or the best, never one that writes nothing over one that does. Pure."""

from __future__ import annotations

from collections.abc import Iterable

from grader.classroom.gradebook.gradebook import GradeStatus
from grader.classroom.gradebook.lateness import days_late, score_after
from grader.classroom.store.records import AttemptRecord
from grader.course.roster import AttemptRule, ClassRules
from grader.models import Report, Value, Verdict
from grader.submission.naming import precedence
from grader.submission.remarks import Remark
from grader.submission.times import Evidence

__all__ = ["Standing", "counting", "standings_of"]

_NOTHING_WRITTEN = {"missing", "not_implemented", "syntax"}
_NOT_RUN = {Verdict.SKIPPED, Verdict.NOT_RUN}


class Standing(Value, frozen=True, kw_only=True):
    """One attempt, and what it would count.

    Attributes:
        score: after lateness; None unless it was graded.
    """

    attempt: AttemptRecord
    status: GradeStatus
    days_late: int
    score: float | None


def standings_of(attempts: Iterable[AttemptRecord], rules: ClassRules) -> list[Standing]:
    """Returns what the attempts of a student at an assignment would count, in the order in which they were handed in.

    The order is that of their times, and of equal ones what lies nearest to the student's folder is the last. Among
    receipts it is that of their numbers, whatever a clock said. What was last seen is later than what was not.
    """
    latest = ""
    times: dict[int, str] = {}
    for attempt in sorted(attempts, key=lambda one: one.number):
        at = attempt.submitted_at.isoformat()
        if attempt.evidence is Evidence.RECEIPT:
            latest = at = max(latest, at)
        times[attempt.number] = at
    in_order = sorted(attempts, key=lambda one: (one.seen_at, times[one.number], *precedence(one.path)[:2], one.number))
    return [_standing(attempt, rules) for attempt in in_order]


def counting(standings: list[Standing], rule: AttemptRule) -> tuple[Standing | None, list[Remark]]:
    """Returns the attempt that counts, of equally good ones the first, and what is to be said of that."""
    graded = [one for one in standings if one.status is GradeStatus.GRADED]
    if rule is AttemptRule.BEST and graded:
        return max(graded, key=lambda one: one.score or 0.0), []
    judged = [one for one in standings if one.status is not GradeStatus.REFUSED]
    last = next(reversed(judged or standings), None)
    if last is None or not _may_be_an_oversight(last):
        return last, []
    writing = next((one for one in reversed(judged) if not _may_be_an_oversight(one)), None)
    return (last, []) if writing is None else (writing, [_remark(last, writing)])


def _standing(attempt: AttemptRecord, rules: ClassRules) -> Standing:
    days = days_late(attempt.submitted_at, rules.deadline(attempt.student, attempt.assignment), rules.late)
    report = attempt.report
    score = None if report is None or report.score is None else score_after(report.score, days, rules.late)
    status = GradeStatus.NOT_GRADED if score is None else GradeStatus.GRADED
    if attempt.refusal is not None:
        status = GradeStatus.REFUSED
    return Standing(attempt=attempt, status=status, days_late=days, score=score)


def _may_be_an_oversight(standing: Standing) -> bool:
    """Whether it writes no task and nobody handed it in on purpose: an empty file, or one that broke."""
    by_hand = standing.attempt.evidence.weight >= Evidence.RECEIPT.weight
    return not by_hand and standing.attempt.report is not None and _writes_nothing(standing.attempt.report)


def _writes_nothing(report: Report) -> bool:
    run = [test for task in report.tasks for test in task.tests if test.verdict not in _NOT_RUN]
    return bool(run) and all(test.kind in _NOTHING_WRITTEN for test in run)


def _remark(last: Standing, counts: Standing) -> Remark:
    attempt = last.attempt
    message = (
        f"attempt {attempt.number} at `{attempt.assignment}` writes no task, so attempt {counts.attempt.number} counts"
    )
    return Remark(path=attempt.path, message=message, student=attempt.student)
