"""Which of a student's files is the answer: one for each folder, and of several folders those that write something.

The exact name beats every other; a file that writes no task never replaces one that does. What files hold is looked at
only where several compete.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from grader.course.roster import AttemptRule
from grader.errors import RefusedError
from grader.models import Text
from grader.submission.candidates import Candidate, Search
from grader.submission.inbox import Receipt
from grader.submission.looks import Look, look
from grader.submission.naming import Rank, precedence, printable
from grader.submission.remarks import (
    CLOSEST,
    FIRST,
    FULLEST,
    LINK,
    NEWEST,
    NO_TASK,
    UNPARSED,
    UNREADABLE,
    WRITTEN,
    LeftOut,
    Remark,
    note_of_folders,
    note_of_left_out,
    note_of_suffix,
    note_of_time,
    note_of_winner,
    remark_of_folders,
    remark_of_time,
    remark_of_winner,
)
from grader.submission.times import Evidence, Moment, changed_at, folders_up_to, is_to_come, moment_of, receipt_of

__all__ = ["Answer", "Choice", "choose"]


@dataclass(frozen=True, kw_only=True)
class Answer:
    """The file that is an attempt.

    Attributes:
        number: of the attempt, by its receipt; None elsewhere.
        notes: what its student is to be told of how it was chosen.
    """

    candidate: Candidate
    moment: Moment
    number: int | None = None
    notes: tuple[Text, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Choice:
    """The answers, of each student and assignment in the order in which they were handed in, and what is odd."""

    answers: tuple[Answer, ...]
    remarks: tuple[Remark, ...]


@dataclass(frozen=True, kw_only=True)
class _Group:
    """The candidates of one folder, of which one is the answer."""

    folder: Path
    slug: str
    root: Path
    candidates: tuple[Candidate, ...]


def choose(
    searches: Sequence[Search], tasks: Mapping[str, Sequence[str]], rule: AttemptRule = AttemptRule.LAST
) -> Choice:
    """Returns which files are the answers of what was found in students' folders.

    Args:
        tasks: the names of all tasks, by the slugs of the assignments that are wanted.
        rule: which of several attempts counts, to be said.

    Raises:
        EngineFailedError: if files that compete could not be looked at.
    """
    chooser = _Chooser(tasks, rule)
    groups = [group for found in searches for group in _groups(found, tasks)]
    chooser.look_at([group.candidates for group in groups if len(group.candidates) > 1])
    answers = [chooser.answer(group) for group in groups]
    by_work: dict[tuple[str, str], list[Answer]] = {}
    for answer in answers:
        by_work.setdefault((answer.candidate.student, answer.candidate.slug), []).append(answer)
    rivals = [[one for one in work if one.number is None] for work in by_work.values()]
    chooser.look_at([[one.candidate for one in work] for work in rivals if len(work) > 1])
    kept = [one for _, work in sorted(by_work.items()) for one in chooser.attempts(work)]
    left_out = [(found.student, one) for found in searches for one in found.left_out] + chooser.left_out
    return Choice(answers=tuple(_with_left_out(kept, left_out)), remarks=tuple(chooser.remarks))


def _with_left_out(answers: Iterable[Answer], left_out: Iterable[tuple[str, LeftOut]]) -> Iterator[Answer]:
    """Yields answers that also tell what else of their students' is not judged, of their assignments or of none."""
    of_student: dict[str, list[LeftOut]] = {}
    for student, one in left_out:
        of_student.setdefault(student, []).append(one)
    for answer in answers:
        candidate = answer.candidate
        items = [one for one in of_student.get(candidate.student, []) if one.slug in (None, candidate.slug)]
        yield replace(answer, notes=(*answer.notes, *note_of_left_out(items)))


class _Chooser:
    """What was looked at so far, and what there is to say."""

    def __init__(self, tasks: Mapping[str, Sequence[str]], rule: AttemptRule) -> None:
        self.remarks: list[Remark] = []
        self.left_out: list[tuple[str, LeftOut]] = []  # with their students
        self._tasks = tasks
        self._rule = rule
        self._looks: dict[Path, Look] = {}

    def look_at(self, groups: Iterable[Iterable[Candidate]]) -> None:
        new = [one for group in groups for one in group if one.path not in self._looks]
        if new:
            self._looks |= look(new, self._tasks)

    def answer(self, group: _Group) -> Answer:
        """Returns the answer of one folder: what its receipt names, or else the best of the candidates."""
        receipt, problem = _receipt(group)
        if receipt is not None:
            winner = next((one for one in group.candidates if one.path.name == receipt.file), group.candidates[0])
            late = "Its receipt tells a time that is yet to come." if is_to_come(receipt.submitted_at) else None
            moment = Moment(at=receipt.submitted_at, evidence=Evidence.RECEIPT, problem=late)
        else:
            winner = min(group.candidates, key=self._order) if len(group.candidates) > 1 else group.candidates[0]
            moment = moment_of(winner.path, group.root)
            moment = replace(moment, problem=problem or moment.problem)
        notes = [
            *self._told_of_others(winner, group),
            *self._told_of_suffix(winner),
            *self._told_of_time(winner, moment),
        ]
        number = receipt.attempt if receipt is not None else None
        return Answer(candidate=winner, moment=moment, number=number, notes=tuple(notes))

    def attempts(self, work: list[Answer]) -> list[Answer]:
        """Returns a student's attempts at one assignment in their order, without files that write nothing if one does.

        What has a receipt was handed in on purpose, and stays.
        """
        in_order = sorted(work, key=lambda one: (one.number is None, one.number or 0, *_turn(one)))
        rivals = [one for one in in_order if one.number is None]
        if len(rivals) < 2:
            return in_order
        writing = [one for one in rivals if self._looks[one.candidate.path].writes] or rivals
        for one in rivals:
            if one not in writing:
                self._leave_out(one.candidate, self._fault(one.candidate) or NO_TASK)
        if len(writing) > 1:
            names = [one.candidate.name for one in writing]
            takes_best = self._rule is AttemptRule.BEST
            last = writing[-1].candidate
            self._remark(last, remark_of_folders(last.slug, names, takes_best=takes_best))
            notes = {one.candidate.path: note_of_folders(one.candidate.name, names) for one in writing}
            writing = [replace(one, notes=(*one.notes, notes[one.candidate.path])) for one in writing]
        return [*(one for one in in_order if one.number is not None), *writing]

    def _order(self, candidate: Candidate) -> tuple[bool, bool, Rank, int, int, float, str]:
        """Returns what candidates of one folder are sorted by, the best first."""
        found = self._looks.get(candidate.path, Look(writes=0, defines=0))
        return (
            not found.writes,
            not found.writes and not found.defines,
            candidate.rank,
            -found.writes,
            -found.defines,
            -changed_at(candidate.path).timestamp(),
            candidate.name,
        )

    def _told_of_others(self, winner: Candidate, group: _Group) -> list[Text]:
        others = sorted((one for one in group.candidates if one is not winner), key=self._order)
        if not others:
            return []
        reason = self._reason(winner, others)
        for one in others:
            if (fault := self._fault(one)) is not None:
                self._leave_out(one, fault)
        self._remark(winner, remark_of_winner(winner.slug, [one.name for one in others], reason))
        return [note_of_winner(winner.name, [one.name for one in others], reason)]

    def _reason(self, winner: Candidate, others: list[Candidate]) -> Text:
        if any(one.rank < winner.rank for one in others):
            return WRITTEN
        peers = [one for one in others if one.rank == winner.rank]
        if not peers:
            return CLOSEST
        if all(self._looks[one.path] < self._looks[winner.path] for one in peers):
            return FULLEST
        is_newest = all(changed_at(one.path) < changed_at(winner.path) for one in peers)
        return NEWEST if is_newest else FIRST

    def _told_of_suffix(self, winner: Candidate) -> list[Text]:
        if winner.is_plain:
            return []
        note = note_of_suffix(winner.name, is_notebook=winner.is_notebook)
        self._remark(winner, note["en"])
        return [note]

    def _told_of_time(self, winner: Candidate, moment: Moment) -> list[Text]:
        if moment.problem is None:
            return []
        self._remark(winner, remark_of_time(moment.problem, moment.at, moment.evidence.told))
        return [note_of_time(moment.at, moment.evidence.told)]

    def _fault(self, candidate: Candidate) -> Text | None:
        """Returns why nothing of a file could be judged, if that is so."""
        if candidate.path.is_symlink():
            return LINK
        found = self._looks[candidate.path]
        if found.is_read and found.parses:
            return None
        return UNPARSED if found.is_read else UNREADABLE

    def _leave_out(self, candidate: Candidate, reason: Text) -> None:
        self.left_out.append((candidate.student, LeftOut(name=candidate.name, reason=reason, slug=candidate.slug)))
        self._remark(candidate, f"{reason['en']}; left out of `{candidate.slug}`")

    def _remark(self, candidate: Candidate, message: str) -> None:
        self.remarks.append(Remark(path=candidate.shown, message=printable(message), student=candidate.student))


def _receipt(group: _Group) -> tuple[Receipt | None, str | None]:
    """Returns the receipt of a folder, if there is one of this assignment, or why it does not count."""
    try:
        receipt = receipt_of(group.folder)
    except RefusedError as error:
        return None, str(error)
    return (receipt, None) if receipt is not None and receipt.assignment == group.slug else (None, None)


def _turn(answer: Answer) -> tuple[datetime, tuple[bool, int, str]]:
    return answer.moment.at, precedence(answer.candidate.name)


def _groups(found: Search, tasks: Mapping[str, Sequence[str]]) -> list[_Group]:
    """Returns the candidates by folder. One that is known by its folder only is beside what is named above it."""
    wanted = [one for one in found.candidates if one.slug in tasks]
    named = {(one.slug, one.path.parent) for one in wanted if one.rank < Rank.FOLDER}
    groups: dict[tuple[str, Path], list[Candidate]] = {}
    for one in wanted:
        place = one.slug, one.path.parent
        if one.rank is Rank.FOLDER:
            above = ((one.slug, folder) for folder in folders_up_to(found.root, one.path))
            place = next((key for key in above if key in named), place)
        groups.setdefault(place, []).append(one)
    return [
        _Group(folder=folder, slug=slug, root=found.root, candidates=tuple(candidates))
        for (slug, folder), candidates in groups.items()
    ]
