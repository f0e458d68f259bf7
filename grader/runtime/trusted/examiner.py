"""The examiner: one submission's trusted judge, forked from a process that has already collected the suite.

It asks candidates, compares values and keeps the time. It never imports, unpickles or runs anything of a student's.
"""

from __future__ import annotations

import re
import time
from typing import Any

import msgspec

from grader.models import ArgumentUse, Job, Mutant, Task, TestResult, TestSpec, Text, Verdict
from grader.runtime.trusted.agreement import Tolerance
from grader.runtime.trusted.attempts import Attempt
from grader.runtime.trusted.bans import forbidden_use
from grader.runtime.trusted.compare import Mismatch
from grader.runtime.trusted.details import details_of
from grader.runtime.trusted.explanations import SubmissionText, import_fault, is_about_the_call, syntax_finding
from grader.runtime.trusted.findings import Finding, describe, file_of, is_told_in_full
from grader.runtime.trusted.link import CandidateLink, CandidateSource
from grader.runtime.trusted.misconceptions import Mutants, find_mutants
from grader.runtime.trusted.notes import note_on_settings
from grader.runtime.trusted.recorder import recorded_uses
from grader.runtime.trusted.rng import Rng, derive_seed
from grader.runtime.trusted.student import Student
from grader.runtime.trusted.transcripts import Transcript
from grader.runtime.untrusted.outline import Outline, Use
from grader.runtime.wire.faults import CandidateFault, MissingFault, StudentError
from grader.runtime.wire.phrases import say
from grader.runtime.wire.probes import Probe

__all__ = ["Examiner"]

_MAX_STALLS_A_TASK = 2
_KEPT_OUTPUT_CHARS = 20_000


class Examiner:
    """Judges the tests of one job, in the order in which it is given them.

    Args:
        job: the submission and how to judge it.
        source: where candidates come from.
        one_candidate_a_task: replace the candidate between tasks; otherwise one serves the whole submission.
    """

    def __init__(self, job: Job, source: CandidateSource, *, one_candidate_a_task: bool) -> None:
        self._job = job
        self._source = source
        self._one_candidate_a_task = one_candidate_a_task
        self._deadline = time.monotonic() + job.limits.total_s
        self._link: CandidateLink | None = None
        self._served: str | None = None
        self._outline: Outline | None = None
        self._code = b""  # compiled once, by the candidate that parsed the file; run in candidates only
        self._load_fault: CandidateFault | None = None
        self._stalls: dict[str, int] = {}
        self._passed_value: set[str] = set()
        self._failed_value: set[str] = set()
        self._forbidden: dict[str, Use | None] = {}
        self._current: Attempt | None = None
        self._transcripts: list[Transcript] = []
        self.output = ""
        self.notes: tuple[Text, ...] = ()

    @property
    def device(self) -> str:
        return self._job.device

    # What the pytest plugin calls, in this order, for every test.

    def begin(self, spec: TestSpec) -> TestResult | None:
        """Prepares one test; returns its result at once when it is not to be run."""
        self._current = Attempt(spec, self._job)
        finding = self._reason_not_to_run(spec)
        return None if finding is None else self._finish(finding)

    def student(self) -> Student:
        return Student(self, self._job.device)

    def rng(self) -> Rng:
        return Rng(derive_seed(self._job.seed, self._attempt.spec.test), self._job.device)

    def end(self, error: BaseException | None) -> TestResult:
        """Judges the test that `begin` prepared by what its body raised.

        Raises:
            EngineError: if the sandbox or the test itself failed.
        """
        attempt = self._attempt
        fault = attempt.fault or error
        if isinstance(fault, Mismatch):
            attempt.transcript.tolerance = Tolerance(fault.rtol, fault.atol)
        if fault is None:
            return self._finish(Finding(verdict=Verdict.PASSED))
        visibility, feedback = attempt.spec.visibility, self._job.feedback
        finding = describe(
            fault,
            visibility,
            feedback,
            raised_in=file_of(fault),
            has_answers=attempt.answers > 0,
            languages=self._job.suite.languages,
        )
        return self._finish(self._explained(finding, fault), fault)

    def close(self) -> None:
        if self._link is not None:
            self._link.drop()

    def misconceptions(self, mutants: Mutants) -> dict[str, tuple[Mutant, ...]]:
        """Returns, for each task that a mutant explains, or two together, these."""
        device = self._job.device
        found = {task.name: find_mutants(mutants, self._transcripts, task.name, device) for task in self._job.tasks}
        return {task: mistakes for task, mistakes in found.items() if mistakes}

    def uses(self) -> dict[str, tuple[ArgumentUse, ...]]:
        """Returns, for each task, what its tests asked the reference with; nothing unless the job records it."""
        return recorded_uses(self._job, self._transcripts) if self._job.records_uses else {}

    # What the `student` fixture calls.

    def call(self, name: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        self._attempt.called = name
        self._attempt.asked_for.add(name)
        return self._ask({"do": "call", "name": name, "args": args, "kwargs": kwargs})

    def run(self, probe: Probe, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        self._attempt.called = None
        self._attempt.asked_for |= set(re.findall(r"\w+", probe.source))
        return self._ask({"do": "run", "name": probe.name, "source": probe.source, "args": args, "kwargs": kwargs})

    @property
    def _attempt(self) -> Attempt:
        if self._current is None:
            raise RuntimeError("no test has begun")
        return self._current

    def _ask(self, request: dict[str, Any]) -> Any:
        attempt = self._attempt
        try:
            link = self._candidate(attempt.spec.task)
            started = time.monotonic()
            try:
                value = link.ask({**request, "seed": attempt.take_seed()}, self._left_s(attempt))
            finally:
                attempt.waited_s += time.monotonic() - started
                attempt.note(link.exchange)
        except CandidateFault as fault:
            attempt.fault = attempt.fault or fault
            raise
        except StudentError:
            attempt.answers += 1
            raise
        attempt.answers += 1
        return value

    def _left_s(self, attempt: Attempt) -> float:
        left_s = min(self._job.limits.test_s - attempt.waited_s, self._deadline - time.monotonic())
        return max(0.0, left_s)

    def _candidate(self, task: str) -> CandidateLink:
        """Returns the candidate that serves a task: the current one, or a fresh one with the file loaded."""
        if self._load_fault is not None:
            raise self._load_fault
        link = self._link
        if link is not None and link.is_usable and self._served is not None and self._may_go_on(task):
            return link
        if link is None or not link.is_usable or self._served is not None:
            link = self._replace()
        self._served = task
        try:
            self._load(link, task)
        except CandidateFault as fault:
            self._load_fault = fault
            raise
        return link

    def _may_go_on(self, task: str) -> bool:
        return self._served == task or not self._one_candidate_a_task

    def _replace(self) -> CandidateLink:
        """Returns a fresh candidate, in which nothing of the student's has run."""
        if self._link is not None:
            self._link.drop()
        self._link, self._served = CandidateLink(self._source, self._job.limits, self._job.device), None
        return self._link

    def _load(self, link: CandidateLink, task: str) -> None:
        submission = self._job.submission
        forbid = self._job.forbid
        if self._one_candidate_a_task:
            forbid += self._task(task).forbid
        request = {"do": "load", "seed": 0, "file_name": submission.file_name, "source": submission.source}
        try:
            changed = link.ask({**request, "code": self._code, "forbid": list(forbid)}, self._job.limits.import_s)
            self._note(*note_on_settings(changed))
        except StudentError as error:
            raise import_fault(error) from error
        except CandidateFault as fault:
            message = say("importing the file failed: {reason}", reason=fault.message)
            raise CandidateFault(fault.verdict, "import", message, fault.line) from fault
        finally:
            printed = self._printed()
            self.output = self.output or printed[:_KEPT_OUTPUT_CHARS]

    def _printed(self) -> str:
        """Returns what the candidate printed since the last call; that it was too much is noted once."""
        if self._link is None:
            return ""
        text = self._link.take_output()
        if self._link.has_overflowed:
            mib = self._job.limits.output_mib
            self._note(say("Your code prints more than {mib} MiB: the rest was thrown away.", mib=mib))
        return text

    def _note(self, *notes: Text) -> None:
        """Keeps what is to be told once a report, however many candidates give cause for it."""
        self.notes += tuple(note for note in notes if note not in self.notes)

    def _task(self, name: str) -> Task:
        return next(task for task in self._job.tasks if task.name == name)

    # Reasons not to run a test.

    def _reason_not_to_run(self, spec: TestSpec) -> Finding | None:
        if spec.gpu and self._job.device == "cpu":
            return Finding(verdict=Verdict.SKIPPED, kind="gpu", message=say("needs a GPU"))
        if self._job.is_out_of_memory:
            told = say("it used up the memory of the whole sandbox, alone too")
            return Finding(verdict=Verdict.MEMORY, kind="memory", message=told)
        return self._fault_of_file(spec) or self._postponement(spec)

    def _postponement(self, spec: TestSpec) -> Finding | None:
        message = self._reason_to_wait(spec)
        return None if message is None else Finding(verdict=Verdict.NOT_RUN, kind="not_run", message=message)

    def _reason_to_wait(self, spec: TestSpec) -> Text | None:
        if time.monotonic() >= self._deadline:
            return say("not run: the whole submission used up its {total_s:g} s", total_s=self._job.limits.total_s)
        if self._stalls.get(spec.task, 0) >= _MAX_STALLS_A_TASK:
            count = _MAX_STALLS_A_TASK
            return say("not run: {count} tests of `{task}` ran out of time already", count=count, task=spec.task)
        if spec.needs_value and spec.task not in self._passed_value:
            return say("not run until `{task}` returns right values", task=spec.task)
        judged = {task.name for task in self._job.tasks}
        waiting = [task for task in spec.depends if task in judged and not self._is_right(task)]
        return say("not run until `{task}` is right", task=waiting[0]) if waiting else None

    def _is_right(self, task: str) -> bool:
        return task in self._passed_value and task not in self._failed_value

    def _fault_of_file(self, spec: TestSpec) -> Finding | None:
        """Says what is wrong with the file as a whole, or with this task's text, before anything of it runs."""
        try:
            outline = self._read_outline()
        except CandidateFault as fault:
            return Finding(verdict=fault.verdict, kind=fault.kind, message=fault.message, line=fault.line)
        if outline.problem is not None:
            return syntax_finding(outline.problem)
        if spec.task not in self._forbidden:
            forbid = self._job.forbid + self._task(spec.task).forbid
            self._forbidden[spec.task] = forbidden_use(outline, spec.task, forbid)
        use = self._forbidden[spec.task]
        if use is not None:
            is_general = forbidden_use(outline, spec.task, self._job.forbid) == use
            message = say("`{name}` is forbidden in this exercise", name=use.name)
            if not is_general:
                message = say("`{name}` is forbidden in this task", name=use.name)
            return Finding(verdict=Verdict.FORBIDDEN, kind="forbidden", message=message, line=use.line)
        return None

    def _read_outline(self) -> Outline:
        """Parses the file in a candidate in which nothing of the student's has run yet."""
        if self._outline is None and self._load_fault is not None:
            raise self._load_fault
        if self._outline is None:
            submission = self._job.submission
            request = {"do": "outline", "seed": None, "source": submission.source, "file_name": submission.file_name}
            try:
                parsed = self._replace().ask(request, self._job.limits.import_s)
                facts = msgspec.convert(parsed, _Parsed)
                self._outline, self._code = facts.outline, facts.code
            except (CandidateFault, StudentError, msgspec.ValidationError) as error:
                verdict = error.verdict if isinstance(error, CandidateFault) else Verdict.CRASHED
                message = say("the file cannot be read by Python's parser")
                self._load_fault = CandidateFault(verdict, "import", message)
                raise self._load_fault from error
        return self._outline

    # From a finding to a result.

    def _explained(self, finding: Finding, error: BaseException) -> Finding:
        attempt = self._attempt
        text = SubmissionText(outline=self._outline or Outline(), file_name=self._job.submission.file_name)
        if isinstance(error, MissingFault) and error.name in attempt.asked_for:
            return msgspec.structs.replace(finding, message=text.about_missing(error.name))
        if isinstance(error, TypeError) and isinstance(error, StudentError) and is_about_the_call(error):
            return text.about_call(finding, self._task(attempt.spec.task), attempt.called)
        return finding

    def _finish(self, finding: Finding, error: BaseException | None = None) -> TestResult:
        attempt = self._attempt
        spec = attempt.spec
        if finding.verdict is Verdict.TIMEOUT:
            self._stalls[spec.task] = self._stalls.get(spec.task, 0) + 1
        if not spec.needs_value and finding.verdict is not Verdict.SKIPPED:
            (self._passed_value if finding.verdict is Verdict.PASSED else self._failed_value).add(spec.task)
        printed = self._printed()
        if printed and is_told_in_full(spec.visibility, self._job.feedback):
            self.output = (self.output + printed)[:_KEPT_OUTPUT_CHARS]
            printed = ""  # with terse feedback, what a hidden test's prints carry out is for the instructor
        details = ""
        if self._job.explains and (printed or finding.verdict is not Verdict.PASSED):
            details = details_of(self._job.suite, attempt.transcript.exchanges, error, printed)
        attempt.transcript.verdict, attempt.transcript.duration_s = finding.verdict, attempt.waited_s
        self._transcripts.append(attempt.transcript)
        self._current = None
        return TestResult(
            test=spec.test,
            verdict=finding.verdict,
            kind=finding.kind,
            message=finding.message,
            line=finding.line,
            details=details,
            duration_s=round(time.monotonic() - attempt.started, 6),
        )


class _Parsed(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    outline: Outline
    code: bytes
