"""What the trials of an assignment prove, or fail to. Pure: outcomes in, complaints out."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import msgspec

from grader.models import Answer, Mutant, TaskReport, TestReport, Verdict
from grader.verify.limits import MAX_TEST_S, MAX_TRIVIAL_SHARE, MIN_NAMED_SHARE
from grader.verify.names import unbound_names
from grader.verify.trials import Trial, TrialKind

__all__ = ["Complaint", "Outcome", "Tally", "complaints_about", "subject_of", "tally"]

_DOES_NOT_RUN = {"import", "missing", "syntax"}
_RAISES_BY_ITSELF = re.compile(r"`(?:NameError|UnboundLocalError|ImportError|ModuleNotFoundError)` was raised")


class Complaint(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that an author has to mend.

    Attributes:
        check: which kind of proof failed: `reference`, `stub`, `impostor`, `variant`, `survivor`, `broken`, `stray`,
            `name`, `idle`, `flaky`, `slow`, `leak`, `class`, `promise`, `mechanical`, `equivalent`, `text`, `todo` or
            `engine`.
        subject: the mutant, variant, test, task or file.
    """

    check: str
    subject: str
    message: str


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """A trial and what became of it.

    Attributes:
        problem: why it was not graded; then it has no tasks.
        is_moot: whether it answers as the reference does whatever is asked, by the answer to the trial's question.
    """

    trial: Trial
    answer: Answer = Answer()
    tasks: tuple[TaskReport, ...] = ()
    problem: str | None = None
    is_moot: bool = False

    @property
    def lost(self) -> dict[str, TaskReport]:
        return {task.task: task for task in self.tasks if task.score < task.max_score}


@dataclass(frozen=True, kw_only=True)
class Tally:
    """How many there were, and how many of the mutants were caught and named.

    Attributes:
        mechanical: mechanical mutants that were tried.
        mechanical_caught: those of them that lost points in their task.
        mechanical_listed: those of them that are listed as equivalent.
        breaches: promises that were broken; not those where there was nothing to break.
        breaches_caught: those of them that lost points in their task.
    """

    tests: int
    seeds: int
    variants: int
    mutants: int
    caught: int
    named: int
    unnamed: tuple[str, ...]
    mechanical: int = 0
    mechanical_caught: int = 0
    mechanical_listed: int = 0
    breaches: int = 0
    breaches_caught: int = 0


def tally(outcomes: Iterable[Outcome]) -> Tally:
    """Counts what was tried. A mutant is caught or named if it was so every time."""
    kinds: dict[TrialKind, dict[str, list[Outcome]]] = defaultdict(lambda: defaultdict(list))
    for outcome in outcomes:
        kinds[outcome.trial.kind][_name(outcome.trial)].append(outcome)
    reference = [outcome for found in kinds[TrialKind.REFERENCE].values() for outcome in found]
    mutants = kinds[TrialKind.MUTANT]
    mechanical = [outcome for found in kinds[TrialKind.MECHANICAL].values() for outcome in found]
    breaches = [outcome for found in kinds[TrialKind.BREACH].values() for outcome in found if not outcome.is_moot]
    unnamed = tuple(name for name, found in mutants.items() if not all(_is_named(outcome) for outcome in found))
    return Tally(
        tests=max((len(outcome.answer.tests) for outcome in reference), default=0),
        seeds=len(reference),
        variants=len(kinds[TrialKind.VARIANT]),
        mutants=len(mutants),
        caught=sum(all(outcome.trial.task in outcome.lost for outcome in found) for found in mutants.values()),
        named=len(mutants) - len(unnamed),
        unnamed=unnamed,
        mechanical=len(mechanical),
        mechanical_caught=sum(outcome.trial.task in outcome.lost for outcome in mechanical),
        mechanical_listed=sum(outcome.trial.is_listed for outcome in mechanical),
        breaches=len(breaches),
        breaches_caught=sum(outcome.trial.task in outcome.lost for outcome in breaches),
    )


def complaints_about(outcomes: list[Outcome]) -> list[Complaint]:
    """Returns what the outcomes of one assignment's trials do not prove of its points and misconceptions."""
    found = [*_of_reference(outcomes), *_of_slow_tests(outcomes)]
    for outcome in outcomes:
        found += _of_outcome(outcome)
    return [*found, *_of_names(outcomes), *_of_idle_tests(outcomes)]


def _name(trial: Trial) -> str:
    """Names what is counted: all forms of a mutant are one."""
    return f"{trial.task}/{trial.name}" if trial.task else trial.name


def subject_of(trial: Trial) -> str:
    """Names what a complaint is about."""
    return f"{trial.task}/{trial.label or trial.name}" if trial.task else trial.name


def _of_outcome(outcome: Outcome) -> Iterator[Complaint]:
    trial = outcome.trial
    if outcome.problem is not None:
        yield Complaint(check="engine", subject=subject_of(trial), message=f"was not graded: {outcome.problem}")
    elif trial.kind is TrialKind.STUB:
        yield from _of_worthless(outcome, 0.0)
    elif trial.kind is TrialKind.IMPOSTOR:
        yield from _of_worthless(outcome, MAX_TRIVIAL_SHARE)
    elif trial.kind is TrialKind.VARIANT:
        for task in outcome.lost.values():
            message = f"is right and lost points in `{task.task}` (seed {trial.seed}): {_failures(task)}"
            yield Complaint(check="variant", subject=subject_of(trial), message=message)
    elif trial.kind is TrialKind.MUTANT:
        yield from _of_mutant(outcome)
    elif trial.kind is TrialKind.MECHANICAL:
        yield from _of_strays(outcome)


def _of_worthless(outcome: Outcome, allowed_share: float) -> Iterator[Complaint]:
    score = sum(task.score for task in outcome.tasks)
    if score > allowed_share * sum(task.max_score for task in outcome.tasks):
        passed = [test.test for task in outcome.tasks for test in task.tests if test.score]
        check = "stub" if outcome.trial.kind is TrialKind.STUB else "impostor"
        message = f"earns {score:g} points by {', '.join(f'`{test}`' for test in passed)}"
        yield Complaint(check=check, subject=outcome.trial.name, message=message)


def _of_mutant(outcome: Outcome) -> Iterator[Complaint]:
    trial, subject = outcome.trial, subject_of(outcome.trial)
    own = next(task for task in outcome.tasks if task.task == trial.task)
    if trial.task not in outcome.lost:
        message = f"survives: it got {own.score:g} of {own.max_score:g} points (seed {trial.seed})"
        yield Complaint(check="survivor", subject=subject, message=message)
    yield from _of_broken(outcome, own)
    yield from _of_strays(outcome)
    for task_name, mutant in _told(outcome):
        if (task_name, mutant.name) != (trial.task, trial.name):
            message = f"is told the misconception of `{task_name}/{mutant.name}` (seed {trial.seed})"
            yield Complaint(check="name", subject=subject, message=message)


def _told(outcome: Outcome) -> Iterator[tuple[str, Mutant]]:
    for task_name, mutants in outcome.answer.misconceptions.items():
        yield from ((task_name, mutant) for mutant in mutants)


def _of_strays(outcome: Outcome) -> Iterator[Complaint]:
    trial = outcome.trial
    for task in outcome.lost.values():
        if task.task != trial.task:
            message = f"loses points in `{task.task}` too (seed {trial.seed}): {_failures(task)}"
            yield Complaint(check="stray", subject=subject_of(trial), message=message)


def _of_broken(outcome: Outcome, own: TaskReport) -> Iterator[Complaint]:
    """A mutant that fails for want of a name or a module shows nothing of what the tests find."""
    subject, unbound = subject_of(outcome.trial), unbound_names(outcome.trial.source)
    if unbound:
        message = f"uses {', '.join(f'`{name}`' for name in unbound)}, which is defined nowhere"
        yield Complaint(check="broken", subject=subject, message=message)
    elif any(test.kind in _DOES_NOT_RUN for test in own.tests):
        message = f"fails whatever the tests ask, since it does not run: {_failures(own)}"
        yield Complaint(check="broken", subject=subject, message=message)
    elif any(test.kind == "exception" and _RAISES_BY_ITSELF.match(test.message) for test in own.tests):
        message = f"fails by a mistake that is not the one it shows: {_failures(own)}"
        yield Complaint(check="broken", subject=subject, message=message)


def _failures(task: TaskReport) -> str:
    failed = [test for test in task.tests if test.verdict is not Verdict.PASSED]
    return "; ".join(f"`{test.test}` {test.verdict.value}: {test.message.partition(chr(10))[0]}" for test in failed[:3])


def _of_reference(outcomes: list[Outcome]) -> Iterator[Complaint]:
    """A test that fails the reference always is wrong; one that does so under some seeds is flaky."""
    runs = [outcome for outcome in outcomes if outcome.trial.kind is TrialKind.REFERENCE and outcome.tasks]
    failing: dict[str, list[int]] = defaultdict(list)
    messages: dict[str, str] = {}
    for outcome in runs:
        for test in (test for task in outcome.tasks for test in task.tests):
            if test.verdict not in (Verdict.PASSED, Verdict.SKIPPED):
                failing[test.test].append(outcome.trial.seed)
                messages[test.test] = test.message
    for test_name, seeds in failing.items():
        is_flaky = len(seeds) < len(runs)
        told = f"fails the reference under {len(seeds)} of {len(runs)} seeds (first {seeds[0]}): {messages[test_name]}"
        yield Complaint(check="flaky" if is_flaky else "reference", subject=test_name, message=told)


def _of_slow_tests(outcomes: list[Outcome]) -> Iterator[Complaint]:
    """The quickest of the reference's runs counts: any other may have waited for the machine."""
    quickest: dict[str, float] = {}
    for outcome in outcomes:
        if outcome.trial.kind is TrialKind.REFERENCE:
            for result in outcome.answer.results:
                quickest[result.test] = min(result.duration_s, quickest.get(result.test, result.duration_s))
    for test, duration_s in quickest.items():
        if duration_s > MAX_TEST_S:
            message = f"takes {duration_s:.2f} s with the reference; at most {MAX_TEST_S:g} s is bearable"
            yield Complaint(check="slow", subject=test, message=message)


def _is_named(outcome: Outcome) -> bool:
    found = outcome.answer.misconceptions.get(outcome.trial.task or "", ())
    return [mutant.name for mutant in found] == [outcome.trial.name]


def _of_names(outcomes: list[Outcome]) -> Iterator[Complaint]:
    counts = tally(outcomes)
    if counts.named < MIN_NAMED_SHARE * counts.mutants:
        message = f"only {counts.named} of {counts.mutants} mutants are told their misconception; not "
        yield Complaint(check="name", subject="mutants", message=message + ", ".join(counts.unnamed))


def _of_idle_tests(outcomes: list[Outcome]) -> Iterator[Complaint]:
    """A test that no mutant and no broken promise fails shows nothing of what it is there for."""
    ran = {test.test for outcome in outcomes for task in outcome.tasks for test in task.tests if _has_run(test)}
    mutants = [outcome for outcome in outcomes if outcome.trial.kind is TrialKind.MUTANT]
    wrong = [*mutants, *(outcome for outcome in outcomes if outcome.trial.kind is TrialKind.BREACH)]
    lost = [outcome.lost[outcome.trial.task] for outcome in wrong if outcome.trial.task in outcome.lost]
    failed = {test.test for task in lost for test in task.tests if _has_run(test) and not test.score}
    for test_name in sorted(ran - failed) if mutants else ():
        yield Complaint(check="idle", subject=test_name, message="fails no mutant: add one that needs it, or drop it")


def _has_run(test: TestReport) -> bool:
    return test.verdict not in (Verdict.NOT_RUN, Verdict.SKIPPED)
