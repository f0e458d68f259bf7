"""What the answers of a sample class are put together from: right and wrong definitions, each judged beforehand."""

from __future__ import annotations

import ast
import random
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from grader.course.course import Course
from grader.course.stubs import stub_source
from grader.errors import CourseError, EngineFailedError
from grader.models import Assignment, Limits, Submission
from grader.pipeline import Request, plan, score, without_mutants
from grader.sandbox import factory
from grader.sandbox.pool import Pool
from grader.suite.mutants import StandIn, stand_ins, with_definitions

__all__ = ["SEEDS", "Part", "Stock", "take_stock"]

SEEDS = tuple(range(10))
"""Under which a wrong definition must get the same points, or else it is not used."""

_SEEDS_OF_THE_RIGHT = SEEDS[:2]  # `learn verify` tried them already

_VARIANTS = 2
_MUTANTS = 3
_MARKERS = ("### BEGIN SOLUTION", "### END SOLUTION")


@dataclass(frozen=True, kw_only=True)
class Part:
    """One task's definition, and the points that it gets whatever the rest of the file is."""

    name: str
    source: str
    points: float


@dataclass(frozen=True, kw_only=True)
class Stock:
    """What is known of one assignment.

    Attributes:
        reference: the solution as a student might have written it, without markers.
        right: by task, the definitions with full marks, the reference's first.
        wrong: by task, those that lose points.
        stubs: by task, the definition that was handed out.
    """

    assignment: Assignment
    reference: str
    right: dict[str, tuple[Part, ...]]
    wrong: dict[str, tuple[Part, ...]]
    stubs: dict[str, str]


def take_stock(
    course: Course,
    assignments: list[Assignment],
    rng: random.Random,
    *,
    jobs: int,
    on_start: Callable[[int], None] = lambda trials: None,
    on_trial: Callable[[str], None] = lambda slug: None,
) -> list[Stock]:
    """Chooses some variants and mutants of each assignment and judges them in the process sandbox.

    A file for each round holds one definition of every task: each task is judged in a process of its own.

    Args:
        jobs: how many files are judged at the same time.
        on_start: is told how many there are.
        on_trial: is told the assignment of each one that is done.

    Raises:
        CourseError: if an assignment has no solution, its tasks need each other, or it cannot judge its solution.
        SandboxError: if nothing can be judged on this machine.
    """
    drawn = [_draw(course, assignment, rng) for assignment in assignments]
    on_start(sum(len(draw.trials()) for draw in drawn))
    with _running(jobs) as submit, factory.make_pool("process", Limits()) as pool:
        judge = partial(submit, _judge, course, pool, on_trial)
        waiting = [[judge(draw, trial) for trial in draw.trials()] for draw in drawn]
        return [_stock(draw, [one.result() for one in found]) for draw, found in zip(drawn, waiting, strict=True)]


@dataclass(frozen=True, kw_only=True)
class _Trial:
    """A file to judge: one definition for each task."""

    chosen: dict[str, StandIn]
    seed: int


_Points = dict[StandIn, float]
"""What the definitions of one file got."""


@dataclass(frozen=True, kw_only=True)
class _Draw:
    """What was chosen of an assignment and is to be judged: by task, the definitions, the reference's first."""

    assignment: Assignment
    reference: str
    right: dict[str, list[StandIn]]
    wrong: dict[str, list[StandIn]]
    stubs: dict[str, str]

    def trials(self) -> list[_Trial]:
        """Returns files that hold every definition under every seed that it needs."""
        return [
            _Trial(chosen={task: self._nth(kind, task, number) for task in self.stubs}, seed=seed)
            for kind, seeds in ((self.right, _SEEDS_OF_THE_RIGHT), (self.wrong, SEEDS))
            for number in range(max(len(own) for own in kind.values()))
            for seed in seeds
        ]

    def _nth(self, kind: dict[str, list[StandIn]], task: str, number: int) -> StandIn:
        own = kind[task] or self.right[task]
        return own[number % len(own)]


def _draw(course: Course, assignment: Assignment, rng: random.Random) -> _Draw:
    path = course.solution(assignment)
    if not path.is_file():
        raise CourseError(f"`{path}` is missing: no submission can be made without it.")
    text = path.read_text(encoding="utf-8")
    reference = "".join(line for line in text.splitlines(keepends=True) if line.strip() not in _MARKERS)
    tasks = [task.name for task in assignment.tasks]
    _refuse_entangled(path, reference, tasks)
    own = {task: _stand_in(task, source) for task, source in _definitions(path, reference, tasks).items()}
    variants = _sample(stand_ins(course, assignment, "variant"), tasks, _VARIANTS, rng)
    return _Draw(
        assignment=assignment,
        reference=reference,
        right={task: [own[task], *variants[task]] for task in tasks},
        wrong=_sample(stand_ins(course, assignment, "mutant"), tasks, _MUTANTS, rng),
        stubs=_definitions(path, stub_source(text), tasks),
    )


def _sample(found: list[StandIn], tasks: list[str], most: int, rng: random.Random) -> dict[str, list[StandIn]]:
    """Returns some of each task's stand-ins, of those that need no other task."""
    alone = [one for one in found if not _uses(ast.parse(one.source), tasks)]
    own = {task: [one for one in alone if one.task == task] for task in tasks}
    return {task: rng.sample(ones, min(most, len(ones))) for task, ones in own.items()}


def _refuse_entangled(path: Path, reference: str, tasks: list[str]) -> None:
    """Where a task uses another one, the points of a file are not the sum of its definitions' points."""
    for node in ast.parse(reference).body:
        if used := _uses(ast.Module([node], []), tasks):
            raise CourseError(
                f"`{path}`, line {node.lineno}: it uses the task `{used[0]}`, so the points of a file that is wrong in "
                "one task only are not known. Name the assignments to take with `--assignment`."
            )


def _uses(module: ast.Module, tasks: list[str]) -> list[str]:
    """Returns the tasks that a definition names besides its own."""
    own = {getattr(node, "name", None) for node in module.body}
    names = {node.id for node in ast.walk(module) if isinstance(node, ast.Name)} - own
    return [task for task in tasks if task in names]


def _definitions(path: Path, text: str, tasks: list[str]) -> dict[str, str]:
    lines = text.splitlines(keepends=True)
    nodes = [node for node in ast.parse(text).body if isinstance(node, (ast.FunctionDef, ast.ClassDef))]
    found = {node.name: "".join(lines[node.lineno - 1 : node.end_lineno]).rstrip("\n") for node in nodes}
    for task in tasks:
        if task not in found:
            raise CourseError(f"`{path}` does not define `{task}`.")
    return {task: found[task] for task in tasks}


def _stand_in(task: str, source: str) -> StandIn:
    return StandIn(task=task, name="reference", source=source, misconception=None)


@contextmanager
def _running(jobs: int) -> Iterator[Callable[..., Future[_Points]]]:
    """Runs calls in threads: the work is done by other processes. On an exception the rest is called off."""
    executor = ThreadPoolExecutor(max_workers=jobs, thread_name_prefix="stock")
    try:
        yield executor.submit
    finally:
        executor.shutdown(wait=True, cancel_futures=True)


def _judge(course: Course, pool: Pool, on_trial: Callable[[str], None], draw: _Draw, trial: _Trial) -> _Points:
    assignment = draw.assignment
    text = with_definitions(draw.reference, {task: one.source for task, one in trial.chosen.items()})
    submission = Submission.of(assignment.file_name, text.encode())
    request = Request(course=course, assignment=assignment, tasks=assignment.tasks, seed=trial.seed)
    job = without_mutants(plan(request, submission))
    try:
        return {trial.chosen[task.task]: task.score for task in score(job, pool.grade(job))}
    except EngineFailedError as error:
        advice = f"Run `learn verify {assignment.slug}`."
        raise CourseError(f"The suite of `{assignment.slug}` judges nothing: {error}. {advice}") from error
    finally:
        on_trial(assignment.slug)


def _stock(draw: _Draw, found: list[_Points]) -> Stock:
    """Keeps the definitions whose points are the same in every file that holds them."""
    right, wrong = {}, {}
    for task in draw.assignment.tasks:
        ones = [*draw.right[task.name], *draw.wrong[task.name]]
        points = [{got[one] for got in found if one in got} for one in ones]
        if points[0] != {task.points}:
            slug = draw.assignment.slug
            raise CourseError(f"The solution of `{slug}` misses points in `{task.name}`. Run `learn verify {slug}`.")
        parts = [
            Part(name=one.name, source=one.source, points=got.pop())
            for one, got in zip(ones, points, strict=True)
            if len(got) == 1
        ]
        right[task.name] = tuple(part for part in parts if part.points == task.points)
        wrong[task.name] = tuple(part for part in parts if part.points < task.points)
    return Stock(assignment=draw.assignment, reference=draw.reference, right=right, wrong=wrong, stubs=draw.stubs)
