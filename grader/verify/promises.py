"""What statements promise of every task, and whether its tests notice where it is broken. Pure.

A breach is the reference with one promise broken (`breach.py` beside this file). It has to lose points in its task, as
a mutant has, and no author has to think of it. Which breaches there are follows from what the tests asked the reference
with. Where one survives, its question is tried: whether the reference does at all what the breach leaves undone.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import msgspec

from grader.models import ArgumentUse, Assignment, Task
from grader.verify.trials import Trial, TrialKind
from grader.verify.verdicts import Complaint, Outcome

__all__ = ["Breach", "breaches_of", "complaints_about_promises", "plan_breaches", "waived_promises"]

_ARGUMENT, _RESULT, _CALL = "an argument", "result", "call"
_TENSORS = frozenset({"float tensor", "int tensor", "bool tensor"})


@dataclass(frozen=True, kw_only=True)
class _Promise:
    """What is promised of an argument, the result or a call, and how it is broken.

    Attributes:
        kinds: of values that an argument has to have.
        promised: the end of "It is promised that ...".
        broken: what was done instead.
        advice: the test that finds it.
    """

    of: str
    kinds: frozenset[str] = frozenset()
    promised: str
    broken: str
    advice: str


_PROMISES = {
    "gradient": _Promise(
        of=_ARGUMENT,
        kinds=frozenset({"float tensor"}),
        promised="gradients reach `{subject}`",
        broken="it was detached before the call",
        advice="take a random upstream gradient back to it",
    ),
    "argument changed": _Promise(
        of=_ARGUMENT,
        kinds=_TENSORS | {"list"},
        promised="`{subject}` is not modified",
        broken="it was changed behind the answer",
        advice="return it from the probe after the call and compare it",
    ),
    "detached result": _Promise(
        of=_RESULT,
        promised="the result belongs to the graph",
        broken="it was detached",
        advice="take a random upstream gradient back through it",
    ),
    "float32 inside": _Promise(
        of=_RESULT,
        promised="float64 is computed in float64",
        broken="the result had the digits of a float32",
        advice="compare a float64 result within the tolerance of float64",
    ),
    "result in the default dtype": _Promise(
        of=_RESULT,
        promised="the result keeps the dtype",
        broken="it had the default dtype",
        advice="compare a result of another dtype",
    ),
    "tensor on the CPU": _Promise(
        of=_RESULT,
        promised="nothing is created on a fixed device",
        broken="the result met a tensor on the CPU",
        advice="call it with tensors on `meta`",
    ),
    "views refused": _Promise(
        of=_CALL,
        kinds=_TENSORS,
        promised="arguments may be views of any memory layout",
        broken="a `RuntimeError` was raised for those that are not contiguous",
        advice="call it with arguments that are not contiguous",
    ),
    "grad mode left off": _Promise(
        of=_CALL,
        kinds=frozenset({"float tensor"}),
        promised="the caller's grad mode stays",
        broken="it was left switched off",
        advice="ask for `torch.is_grad_enabled()`, or for a gradient, behind the call",
    ),
    "global generator seeded": _Promise(
        of=_CALL,
        promised="the global generator is drawn from and not seeded",
        broken="it was seeded before each call",
        advice="call it twice, or look whether `torch.initial_seed()` stays",
    ),
}


@dataclass(frozen=True, kw_only=True)
class Breach:
    """One promise, broken in one task.

    Attributes:
        name: of the promise; `subject` is what it is about, as in `ArgumentUse`.
    """

    name: str
    subject: str


def breaches_of(task: str, uses: Iterable[ArgumentUse]) -> list[Breach]:
    """Returns the promises of a task that its tests could see broken."""
    kinds: dict[str, set[str]] = {}
    for use in uses:
        lists = {"list"} & {*use.kinds, *use.classes}
        kinds.setdefault(use.subject.removesuffix("[]"), set()).update(use.kinds, lists)
    arguments = {subject: found for subject, found in kinds.items() if subject not in (_RESULT, _CALL)}
    is_in_place = task.endswith("_")
    found = []
    for number, (subject, those) in enumerate(arguments.items()):
        shows_result = is_in_place and number == 0
        for name, promise in _PROMISES.items():
            is_meant = promise.of == _ARGUMENT and promise.kinds & those and not shows_result
            if is_meant and not (name == "gradient" and (is_in_place or subject.startswith("backward."))):
                found.append(Breach(name=name, subject=subject))
    of_all = set().union(*arguments.values())
    for name, promise in _PROMISES.items():
        if promise.of == _ARGUMENT or (name == "detached result" and is_in_place):
            continue
        if promise.kinds & of_all or not promise.kinds:
            found.append(Breach(name=name, subject=promise.of))
    return found


def plan_breaches(assignment: Assignment, reference: Trial, uses: dict[str, tuple[ArgumentUse, ...]]) -> list[Trial]:
    """Returns a trial for each promise that nothing waives.

    Args:
        uses: by task, what its tests asked the reference with.
    """
    return [
        _trial(msgspec.structs.replace(task, forbid=()), reference.source, breach)
        for task in reference.tasks
        for breach in breaches_of(task.name, uses.get(task.name, ()))
        if not assignment.waives(task.name, breach.subject, breach.name)
    ]


def waived_promises(assignment: Assignment, uses: dict[str, tuple[ArgumentUse, ...]]) -> Iterator[tuple[str, str, str]]:
    """Yields what waivers are used for: task, subject and promise."""
    for task, found in uses.items():
        for breach in breaches_of(task, found):
            if assignment.waives(task, breach.subject, breach.name):
                yield task, breach.subject, breach.name


def _trial(task: Task, reference: str, breach: Breach) -> Trial:
    postscript = _breaking(task.name, breach, asks=False)
    return Trial(
        kind=TrialKind.BREACH,
        name=breach.name,
        subject=breach.subject,
        source=reference + postscript,
        postscript=postscript,
        question=reference + _breaking(task.name, breach, asks=True),
        seed=0,
        tasks=(task,),
        task=task.name,
        label=f"{breach.subject}: {breach.name}",
    )


def _breaking(task: str, breach: Breach, *, asks: bool) -> str:
    """Returns what breaks it behind a reference, in a namespace of its own: the reference's helpers keep theirs."""
    text = Path(__file__).with_name("breach.py").read_text(encoding="utf-8")
    arguments = f"globals(), {task!r}, {breach.name!r}, {breach.subject!r}, asks={asks}"
    return f"\n\n_breach = {{}}\nexec({text!r}, _breach)\n_breach['break_promise']({arguments})\n"


def complaints_about_promises(outcomes: Iterable[Outcome]) -> Iterator[Complaint]:
    """Yields each promise that was broken without a loss of points."""
    for outcome in outcomes:
        trial = outcome.trial
        if trial.kind is TrialKind.BREACH and outcome.tasks and not outcome.lost and not outcome.is_moot:
            promise = _PROMISES[trial.name]
            promised = promise.promised.format(subject=trial.subject)
            message = (
                f"is noticed by no test: it is promised that {promised}, and {promise.broken}. Write a test: "
                f"{promise.advice}. Or waive it in `assignment.toml`, with a reason: "
                f'`tasks = ["{trial.task}"]`, `of = ["{trial.subject}"]`, `classes = ["{trial.name}"]`'
            )
            yield Complaint(check="promise", subject=f"{trial.task}/{trial.label}", message=message)
