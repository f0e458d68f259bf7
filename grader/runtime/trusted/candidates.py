"""Which candidate serves which task of a submission: one for all as long as all passes.

What does not pass in a candidate that has served other tasks says nothing of the task, since those may have spoilt it.
Then a fresh one is asked, in which nothing but this task's bans stand and nothing but this task runs.
"""

from __future__ import annotations

from typing import Any

import msgspec

from grader.models import Job, Text, Verdict
from grader.runtime.trusted.explanations import import_fault
from grader.runtime.trusted.link import CandidateLink, CandidateSource, Exchange
from grader.runtime.trusted.notes import note_on_settings
from grader.runtime.trusted.patience import Patience
from grader.runtime.untrusted.outline import Outline
from grader.runtime.wire.faults import CandidateFault, StudentError
from grader.runtime.wire.phrases import say

__all__ = ["Candidates"]


class Candidates:
    """The candidates of one submission, one at a time.

    Args:
        job: the submission.
        source: where they come from.
        only_one: have one for the whole submission, where another would take seconds. Whatever it says counts.

    Attributes:
        printed: what the file printed when it was imported.
        notes: on what its code did that a student should know of.
    """

    def __init__(self, job: Job, source: CandidateSource, *, only_one: bool) -> None:
        self._job = job
        self._source = source
        self._only_one = only_one
        self._bans = {task.name: job.forbid + task.forbid for task in job.tasks}
        self._outline: Outline | None = None
        self._code = b""  # compiled once, by the candidate that parsed the file; run in candidates only
        self._fault: CandidateFault | None = None
        self._task = ""
        self._is_for_one = False
        self._link: CandidateLink | None = None
        self._served: list[str] = []
        self._stubs: frozenset[str] = frozenset()
        self._banning: str | None = None
        self.printed = ""
        self.notes: tuple[Text, ...] = ()

    def outline(self) -> Outline:
        """Returns what the text of the file says; it is parsed where nothing of the student's has run yet.

        Raises:
            CandidateFault: if it cannot be.
        """
        if self._outline is None:
            self._raise_fault()
            submission = self._job.submission
            request = {"do": "outline", "seed": None, "source": submission.source, "file_name": submission.file_name}
            try:
                parsed = self._replace().ask(request, Patience(self._job.limits.import_s))
                facts = msgspec.convert(parsed, _Parsed)
            except (CandidateFault, StudentError, msgspec.ValidationError) as error:
                verdict = error.verdict if isinstance(error, CandidateFault) else Verdict.CRASHED
                self._fault = CandidateFault(verdict, "import", say("the file cannot be read by Python's parser"))
                raise self._fault from error
            self._outline, self._code = facts.outline, facts.code
        return self._outline

    def turn_to(self, task: str, *, afresh: bool = False) -> None:
        """Has the next requests answered for a task.

        Args:
            afresh: by a candidate that serves no other task.
        """
        self._task, self._is_for_one = task, afresh and not self._only_one
        if self._is_for_one:
            self.drop()

    @property
    def counts(self) -> bool:
        """Whether what does not pass counts: no other task can be the reason, or none would be another time."""
        is_own = self._served == [self._task] and self._stubs == _stubs_of(self._bans[self._task])
        return is_own or self._is_for_one or self._only_one or self._fault is not None

    @property
    def exchange(self) -> Exchange | None:
        """The last request, and the reply if one came."""
        return None if self._link is None else self._link.exchange

    def make_ready(self) -> None:
        """Brings up a candidate with the file loaded, unless the one at hand will do.

        Raises:
            CandidateFault: if the file cannot be imported.
        """
        self._raise_fault()
        link = self._link
        if link is None or not link.is_usable or (self._served and not self._may_serve()):
            link = self._replace()
        is_loaded = bool(self._served)
        if self._task not in self._served:
            self._served.append(self._task)
        if not is_loaded:
            self._load(link)

    def ask(self, request: dict[str, Any], patience: Patience) -> Any:
        """Has the candidate that is ready answer a request; raises as `CandidateLink.ask` does."""
        if self._link is None:
            raise RuntimeError("no candidate is ready")
        if self._banning != self._task:
            request = {**request, "forbid": list(self._bans[self._task])}
        value = self._link.ask(request, patience)
        self._banning = self._task  # not before: a request that could not be read has said nothing
        return value

    def take_output(self) -> str:
        """Returns what was printed since the last call; that it was too much is noted once."""
        if self._link is None:
            return ""
        text = self._link.take_output()
        if self._link.has_overflowed:
            mib = self._job.limits.output_mib
            self._note(say("Your code prints more than {mib} MiB: the rest was thrown away.", mib=mib))
        return text

    def drop(self) -> None:
        """Gives up the candidate at hand, with what it has printed."""
        if self._link is not None:
            self._link.drop()
            self._link = None

    def _raise_fault(self) -> None:
        if self._fault is not None:
            raise self._fault

    def _may_serve(self) -> bool:
        return self._only_one or _stubs_of(self._bans[self._task]) <= self._stubs

    def _replace(self) -> CandidateLink:
        """Returns a fresh candidate, in which nothing of the student's has run."""
        self.drop()
        self._link = CandidateLink(self._source, self._job.limits, self._job.device)
        self._served, self._stubs, self._banning = [], frozenset(), None
        return self._link

    def _load(self, link: CandidateLink) -> None:
        bans = self._bans[self._task] if self._is_for_one else tuple(dict.fromkeys(sum(self._bans.values(), ())))
        self._stubs = _stubs_of(bans)
        submission = self._job.submission
        request = {"do": "load", "seed": 0, "file_name": submission.file_name, "source": submission.source}
        try:
            request |= {"code": self._code, "stubs": list(bans)}
            self._note(*note_on_settings(link.ask(request, Patience(self._job.limits.import_s))))
        except StudentError as error:
            raise self._kept(import_fault(error)) from error
        except CandidateFault as fault:
            message = say("importing the file failed: {reason}", reason=fault.message)
            raise self._kept(CandidateFault(fault.verdict, "import", message, fault.line)) from fault
        finally:
            printed = self.take_output()
            self.printed = self.printed or printed

    def _kept(self, fault: CandidateFault) -> CandidateFault:
        """Keeps what is wrong with importing the file, if it counts: so it is for all that comes."""
        if self.counts or fault.verdict is Verdict.TIMEOUT:  # which would take as long again
            self._fault = fault
        return fault

    def _note(self, *notes: Text) -> None:
        """Keeps what is to be told once a report, however many candidates give cause for it."""
        self.notes += tuple(note for note in notes if note not in self.notes)


def _stubs_of(bans: tuple[str, ...]) -> frozenset[str]:
    """Returns those of what is forbidden that stubs may stand for; the check of the text alone knows the others."""
    return frozenset(name for name in bans if not name.endswith(("*", "=")))


class _Parsed(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    outline: Outline
    code: bytes
