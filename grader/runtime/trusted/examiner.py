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
from grader.runtime.trusted.candidates import Candidates
from grader.runtime.trusted.compare import Mismatch
from grader.runtime.trusted.details import details_of
from grader.runtime.trusted.explanations import SubmissionText, is_about_the_call, syntax_finding
from grader.runtime.trusted.findings import Finding, describe, file_of, is_told_in_full
from grader.runtime.trusted.judgement import Judgement
from grader.runtime.trusted.link import CandidateSource
from grader.runtime.trusted.misconceptions import Mutants, find_mutants
from grader.runtime.trusted.patience import Patience
from grader.runtime.trusted.recorder import recorded_uses
from grader.runtime.trusted.reference_time import reference_time
from grader.runtime.trusted.rng import Rng, derive_seed
from grader.runtime.trusted.student import Student
from grader.runtime.untrusted.outline import Use
from grader.runtime.wire.faults import CandidateFault, MissingFault, StudentError
from grader.runtime.wire.phrases import say
from grader.runtime.wire.probes import Probe

__all__ = ["Examiner"]

_MAX_STALLS_A_TASK = 2
_TIMES_THE_REFERENCE = 20.0  # a loop in Python where the reference has one call of torch's
_SHARE_AFTER_A_STALL = 0.25
_BRIEF_S = 0.25  # for a test of which nothing but a pass counts
_KEPT_OUTPUT_CHARS = 20_000


class Examiner:
    """Judges the tests of one job, task by task, in the order in which it is given them.

    Args:
        job: the submission and how to judge it.
        source: where candidates come from.
        only_one_candidate: have one serve the whole submission, where another would take seconds.
    """

    def __init__(self, job: Job, source: CandidateSource, *, only_one_candidate: bool) -> None:
        self._job = job
        self._only_one_candidate = only_one_candidate
        self._candidates = Candidates(job, source, only_one=only_one_candidate)
        self._deadline = time.monotonic() + job.limits.total_s
        self._forbidden: dict[str, Use | None] = {}
        self._judgements: dict[str, Judgement] = {}
        self._current: Attempt | None = None
        self._printed = ""

    @property
    def device(self) -> str:
        return self._job.device

    @property
    def output(self) -> str:
        """What the student may read of what the code printed."""
        return (self._candidates.printed + self._printed)[:_KEPT_OUTPUT_CHARS]

    @property
    def notes(self) -> tuple[Text, ...]:
        return self._candidates.notes

    # What the pytest plugin calls: for every task, and then for every test of it.

    def turn_to(self, task: str, *, afresh: bool = False) -> None:
        """Begins to judge a task.

        Args:
            afresh: in a candidate that serves no other task. So it is behind a task that is not right, too, since
                whoever is wrong once is likely to be wrong again.
        """
        is_behind_a_wrong_one = bool(self._judgements) and not list(self._judgements.values())[-1].is_right
        self._judgements[task] = Judgement()
        self._candidates.turn_to(task, afresh=afresh or is_behind_a_wrong_one)

    def is_in_doubt(self, task: str) -> bool:
        """Whether a task was not right, or printed what is to be shown, where other tasks may be the reason."""
        return self._judgements[task].is_in_doubt

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
        self._judgement.is_in_doubt |= not self._candidates.counts
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
        self._candidates.drop()

    def misconceptions(self, mutants: Mutants) -> dict[str, tuple[Mutant, ...]]:
        """Returns, for each task that a mutant explains, or two together, these."""
        device = self._job.device
        judged = self._judgements.items()
        found = {task: find_mutants(mutants, judgement.transcripts, task, device) for task, judgement in judged}
        return {task: mistakes for task, mistakes in found.items() if mistakes}

    def uses(self) -> dict[str, tuple[ArgumentUse, ...]]:
        """Returns, for each task, what its tests asked the reference with; nothing unless the job records it."""
        transcripts = [transcript for judgement in self._judgements.values() for transcript in judgement.transcripts]
        return recorded_uses(self._job, transcripts) if self._job.records_uses else {}

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

    @property
    def _judgement(self) -> Judgement:
        return self._judgements[self._attempt.spec.task]

    def _ask(self, request: dict[str, Any]) -> Any:
        attempt = self._attempt
        try:
            self._candidates.make_ready()
            attempt.patience = attempt.patience or self._patience(attempt)
            try:
                value = self._candidates.ask({**request, "seed": attempt.take_seed()}, attempt.patience)
            finally:
                attempt.note(self._candidates.exchange)
        except CandidateFault as fault:
            attempt.fault = attempt.fault or fault
            raise
        except StudentError:
            attempt.answers += 1
            raise
        attempt.answers += 1
        return value

    def _patience(self, attempt: Attempt) -> Patience:
        """Returns how long a test may wait in all: what the reference needs many times over, and a second at least.

        Where another judgement follows, or another test ran out of time before, it is less. What the reference needs is
        found out when it matters.
        """
        limits = self._job.limits
        if self._only_one_candidate:  # the first use of much, as of CUDA, takes it seconds, and the reference none
            return Patience(limits.test_s, deadline=self._deadline)
        if not self._candidates.counts:
            return Patience(min(_BRIEF_S, limits.test_s), deadline=self._deadline)
        has_stalled = any(judgement.stalls for judgement in self._judgements.values())
        least_s = limits.least_test_s * (_SHARE_AFTER_A_STALL if has_stalled else 1.0)

        def limit_s() -> float:
            needed_s = reference_time(self._job.suite, attempt.messages(self._candidates.exchange), limits.test_s)
            return min(max(least_s, _TIMES_THE_REFERENCE * needed_s), limits.test_s)

        return Patience(min(least_s, limits.test_s), deadline=self._deadline, reconsider=limit_s)

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
        if self._judgement.stalls >= _MAX_STALLS_A_TASK:
            count = _MAX_STALLS_A_TASK
            return say("not run: {count} tests of `{task}` ran out of time already", count=count, task=spec.task)
        if spec.needs_value and not self._judgement.has_right_value:
            return say("not run until `{task}` returns right values", task=spec.task)
        judged = {task.name for task in self._job.tasks}
        waiting = [task for task in spec.depends if task in judged and not self._is_right(task)]
        return say("not run until `{task}` is right", task=waiting[0]) if waiting else None

    def _is_right(self, task: str) -> bool:
        return task in self._judgements and self._judgements[task].is_right

    def _fault_of_file(self, spec: TestSpec) -> Finding | None:
        """Says what is wrong with the file as a whole, or with this task's text, before anything of it runs."""
        try:
            outline = self._candidates.outline()
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

    # From a finding to a result.

    def _explained(self, finding: Finding, error: BaseException) -> Finding:
        attempt = self._attempt
        text = SubmissionText(outline=self._candidates.outline(), file_name=self._job.submission.file_name)
        if isinstance(error, MissingFault) and error.name in attempt.asked_for:
            return msgspec.structs.replace(finding, message=text.about_missing(error.name))
        if isinstance(error, TypeError) and isinstance(error, StudentError) and is_about_the_call(error):
            return text.about_call(finding, self._task(attempt.spec.task), attempt.called)
        return finding

    def _finish(self, finding: Finding, error: BaseException | None = None) -> TestResult:
        attempt = self._attempt
        spec = attempt.spec
        printed = self._candidates.take_output()
        if printed and is_told_in_full(spec.visibility, self._job.feedback):
            if self._candidates.counts:
                self._printed = (self._printed + printed)[:_KEPT_OUTPUT_CHARS]
            else:  # it may carry out what other tasks were asked
                self._judgement.is_in_doubt = True
            printed = ""  # with terse feedback, what a hidden test's prints carry out is for the instructor
        details = ""
        if self._job.explains and (printed or finding.verdict is not Verdict.PASSED):
            details = details_of(self._job.suite, attempt.transcript.exchanges, error, printed)
        attempt.transcript.verdict, attempt.transcript.duration_s = finding.verdict, attempt.waited_s
        self._judgement.note(spec, finding.verdict, attempt.transcript)
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
