"""Names the misconception behind a wrong answer: finds the one mutant that answers as the submission did.

Runs on the trusted side after the last test, on requests and replies that were kept as bytes. A mutant is the
course's own code; a reply is only ever decoded and compared. A name that would be a guess is not given.
"""

from __future__ import annotations

import ast
import contextlib
import signal
import sys
import types
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Any, NamedTuple, NoReturn

from grader.models import Mutant, Suite, Verdict
from grader.runtime.trusted.agreement import Tolerance, agree
from grader.runtime.trusted.edits import definition_of, read_edits
from grader.runtime.trusted.link import Exchange
from grader.runtime.trusted.stand_ins import StandIn, read_stand_ins
from grader.runtime.wire import codec
from grader.runtime.wire.answering import Answerer
from grader.runtime.wire.settings import Settings

__all__ = ["Mutants", "Transcript", "find_mutant"]

_BUDGET_S = 2.0
_AGAIN_S = 0.05
_WIDER = 10.0
_BIT_FOR_BIT = Tolerance(0.0, 0.0)
_WRONG = (Verdict.FAILED, Verdict.ERROR)
_Reply = dict[str, Any]


@dataclass(kw_only=True)
class Transcript:
    """What one test asked a submission, and what came back.

    Attributes:
        tolerance: of the comparison that failed.
        duration_s: how long the candidate took, all in all.
    """

    task: str
    exchanges: list[Exchange] = field(default_factory=list)
    verdict: Verdict = Verdict.NOT_RUN
    tolerance: Tolerance = Tolerance()
    duration_s: float = 0.0

    @property
    def is_wrong(self) -> bool:
        return self.verdict in _WRONG

    def replies(self, device: str) -> list[_Reply] | None:
        """Returns what came back, decoded, unless something is missing."""
        if any(exchange.reply is None for exchange in self.exchanges):
            return None
        return [_decoded(exchange.reply or b"", device) for exchange in self.exchanges]


class _Loaded(NamedTuple):
    mutant: Mutant
    module: types.ModuleType


class Mutants:
    """The mutants of a suite, each made into a module when it is first needed.

    One that does not load is passed over here; `learn verify` complains of it.
    """

    def __init__(self, suite: Suite) -> None:
        self._suite = suite
        self._of_task: dict[str, list[_Loaded]] = {}

    def prepare(self) -> None:
        """Loads all of them, so that no submission has to wait for it."""
        for task in self._suite.mutants.keys() | self._suite.edits.keys():
            self.of_task(task)

    def of_task(self, task: str) -> list[_Loaded]:
        """Returns the mutants of a task, loaded."""
        if task not in self._of_task:
            self._of_task[task] = list(self._load(task))
        return self._of_task[task]

    def reference(self, task: str) -> types.ModuleType:
        """Returns the reference as a module of its own, to look at one of its tasks."""
        module = types.ModuleType(f"reference_{task}")
        sys.modules[module.__name__] = module
        exec(compile(self._suite.reference, "<reference>", "exec", dont_inherit=True), module.__dict__)  # noqa: S102
        return module

    def _load(self, task: str) -> Iterator[_Loaded]:
        with contextlib.suppress(ValueError, SyntaxError):
            rest = _without(self._suite.reference, task)
            for found in _stand_ins(self._suite, task):
                with contextlib.suppress(Exception):
                    yield _Loaded(_mutant(found), _module_of(found, rest))


def _stand_ins(suite: Suite, task: str) -> Iterator[StandIn]:
    """Yields a task's mutants. What does not read costs its own file only."""
    if task in suite.edits:
        with contextlib.suppress(ValueError):
            yield from read_edits(suite.edits[task], task, definition_of(suite.reference, task))
    if task in suite.mutants:
        yield from read_stand_ins(suite.mutants[task], task, "mutant")


def _mutant(found: StandIn) -> Mutant:
    if found.misconception is None:
        raise ValueError("a variant is no mutant")
    return Mutant(name=found.name, misconception=found.misconception)


def _without(reference: str, task: str) -> types.CodeType:
    """Compiles the reference without one task: what a mutant finds around it."""
    tree = ast.parse(reference)
    tree.body = [node for node in tree.body if getattr(node, "name", None) != task]
    return compile(tree, "<reference>", "exec", dont_inherit=True)


def _module_of(mutant: StandIn, rest: types.CodeType) -> types.ModuleType:
    module = types.ModuleType(f"mutant_{mutant.task}_{mutant.name}")
    sys.modules[module.__name__] = module  # dataclasses and the like look their module up
    flags = annotations.compiler_flag  # the name that the import above binds
    own = compile(mutant.source, "<mutant>", "exec", flags=flags, dont_inherit=True)
    settings = Settings()
    try:
        exec(rest, module.__dict__)  # noqa: S102 - the course's own text
        exec(own, module.__dict__)  # noqa: S102 - likewise
    finally:
        settings.put_back()
    return module


class _Likeness(IntEnum):
    NONE = 0
    CLOSE = 1
    EXACT = 2


def find_mutant(mutants: Mutants, transcripts: Sequence[Transcript], task: str, device: str) -> Mutant | None:
    """Returns the mutant that gives a task's answers, or None when none or more than one does.

    A mutant is told apart by all that the task's tests asked, those that passed included: where the submission was
    right, the mutant must be so too. Of several that the suite cannot tell apart, one that agrees bit for bit counts.

    Args:
        transcripts: of the job's tests; those of other tasks are passed over.
        device: where the submission's tensors were.
    """
    asked = [found for found in transcripts if found.task == task and found.exchanges]
    if not any(found.is_wrong for found in asked):
        return None
    replies = [found.replies(device) for found in asked]
    told = [(found, own) for found, own in zip(asked, replies, strict=True) if own is not None]
    if len(told) < len(asked) or not any("ok" in reply for _, own in told for reply in own):
        return None  # it hung or died, or never returned anything: what it raised says all there is to say
    told.sort(key=lambda pair: pair[0].duration_s)  # what costs least first: most mutants are settled by one request
    with _limited_time():
        return _only_one([(found.mutant, _likeness(found.module, told, device)) for found in mutants.of_task(task)])
    return None


def _only_one(found: list[tuple[Mutant, _Likeness]]) -> Mutant | None:
    """Several forms of a mutant are one."""
    exact = {mutant.name: mutant for mutant, likeness in found if likeness is _Likeness.EXACT}
    alike = {mutant.name: mutant for mutant, likeness in found if likeness}
    return next((one for mutants in (alike, exact) if len(mutants) == 1 for one in mutants.values()), None)


def _likeness(module: types.ModuleType, told: list[tuple[Transcript, list[_Reply]]], device: str) -> _Likeness:
    """Asks a mutant what the submission was asked, until they differ."""
    mutant, likeness = Answerer(module), _Likeness.EXACT
    only_raised = all(found.verdict is Verdict.ERROR for found, _ in told if found.is_wrong)
    for found, replies in told:
        tolerance = found.tolerance if found.is_wrong else Tolerance(factor=_WIDER)
        for number, (exchange, theirs) in enumerate(zip(found.exchanges, replies, strict=True), 1):
            request = codec.decode(exchange.message, from_candidate=False, device=device)
            own = _decoded(mutant.answer(request), device)
            is_cause = only_raised and found.is_wrong and number == len(replies)
            if not _is_alike(own, theirs, tolerance, is_cause=is_cause):
                return _Likeness.NONE
            if not agree(own.get("ok"), theirs.get("ok"), _BIT_FOR_BIT):
                likeness = _Likeness.CLOSE
    return likeness


def _is_alike(own: _Reply, theirs: _Reply, tolerance: Tolerance, *, is_cause: bool) -> bool:
    """Compares two replies. Of two exceptions the type counts, and the message where nothing else was wrong."""
    if own.keys() != theirs.keys():
        return False
    if "ok" in own:
        return agree(own["ok"], theirs["ok"], tolerance)
    if "error" in own and isinstance(theirs["error"], dict):
        decisive = ("types", "kind", "message") if is_cause else ("types", "kind")
        return all(own["error"].get(key) == theirs["error"].get(key) for key in decisive)
    return bool(own == theirs)


def _decoded(reply: bytes, device: str) -> _Reply:
    value: _Reply = codec.decode(reply, from_candidate=True, device=device)
    return value


class _OutOfTimeError(BaseException):
    pass


@contextlib.contextmanager
def _limited_time() -> Iterator[None]:
    """Gives up on a mutant that does not come to an end; again and again, since it may catch what is raised."""
    if not hasattr(signal, "setitimer"):
        yield
        return

    def stop(*_: object) -> NoReturn:
        raise _OutOfTimeError

    before = signal.signal(signal.SIGALRM, stop)
    try:
        signal.setitimer(signal.ITIMER_REAL, _BUDGET_S, _AGAIN_S)
        with contextlib.suppress(_OutOfTimeError):
            yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0.0)
        signal.signal(signal.SIGALRM, before)
