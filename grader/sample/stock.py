"""What the answers of a sample class are put together from: right and wrong definitions, each judged beforehand."""

from __future__ import annotations

import ast
import hashlib
import random
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from grader.course import Course
from grader.errors import CourseError, EngineFailedError
from grader.models import Assignment, Limits, Submission
from grader.mutants import StandIn, stand_ins, with_definitions
from grader.pipeline import Request, plan, score
from grader.sandbox import factory
from grader.sandbox.pool import Pool
from grader.stubs import stub_source

__all__ = ["SEEDS", "Part", "Stock", "take_stock"]

SEEDS = (0, 1, 2)
"""Under which a definition must get the same points, or else it is not used."""

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
    on_start(sum(len(draw.rounds()) for draw in drawn) * len(SEEDS))
    with _running(jobs) as submit, factory.make_pool("process", Limits()) as pool:
        judge = partial(submit, _judge, course, pool, on_trial)
        waiting = [[[judge(draw, sources, seed) for seed in SEEDS] for sources in draw.rounds()] for draw in drawn]
        return [
            _stock(draw, [_settled(tries) for tries in rounds]) for draw, rounds in zip(drawn, waiting, strict=True)
        ]


_Points = dict[str, float]
"""Of one file, by task."""


@dataclass(frozen=True, kw_only=True)
class _Draw:
    """What was chosen of an assignment and is to be judged: by task, the definitions, the reference's first."""

    assignment: Assignment
    reference: str
    chosen: dict[str, list[StandIn]]
    stubs: dict[str, str]

    def rounds(self) -> list[dict[str, str]]:
        """Returns for each round the definition of each task; a task with fewer than others begins again."""
        count = max(len(own) for own in self.chosen.values())
        return [{task: own[number % len(own)].source for task, own in self.chosen.items()} for number in range(count)]


def _draw(course: Course, assignment: Assignment, rng: random.Random) -> _Draw:
    path = course.solution(assignment)
    if not path.is_file():
        raise CourseError(f"`{path}` is missing: no submission can be made without it.")
    text = path.read_text(encoding="utf-8")
    reference = "".join(line for line in text.splitlines(keepends=True) if line.strip() not in _MARKERS)
    tasks = [task.name for task in assignment.tasks]
    _refuse_entangled(path, reference, tasks)
    chosen = {task: [_as_stand_in(task, source)] for task, source in _definitions(path, reference, tasks).items()}
    for found, most in (
        (stand_ins(course, assignment, "variant"), _VARIANTS),
        (stand_ins(course, assignment, "mutant"), _MUTANTS),
    ):
        for task in tasks:
            alone = [it for it in found if it.task == task and not _uses(ast.parse(it.source), tasks)]
            chosen[task] += rng.sample(alone, min(most, len(alone)))
    stubs = _definitions(path, stub_source(text), tasks)
    return _Draw(assignment=assignment, reference=reference, chosen=chosen, stubs=stubs)


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


def _as_stand_in(task: str, source: str) -> StandIn:
    return StandIn(task=task, name="reference", source=source, misconception=None)


@contextmanager
def _running(jobs: int) -> Iterator[Callable[..., Future[_Points]]]:
    """Runs calls in threads: the work is done by other processes. On an exception the rest is called off."""
    executor = ThreadPoolExecutor(max_workers=jobs, thread_name_prefix="stock")
    try:
        yield executor.submit
    finally:
        executor.shutdown(wait=True, cancel_futures=True)


def _judge(
    course: Course, pool: Pool, on_trial: Callable[[str], None], draw: _Draw, sources: dict[str, str], seed: int
) -> _Points:
    assignment = draw.assignment
    source = with_definitions(draw.reference, sources).encode()
    submission = Submission(file_name=assignment.file_name, source=source, sha256=hashlib.sha256(source).hexdigest())
    path = Path(assignment.file_name)
    job = plan(Request(course=course, assignment=assignment, path=path, tasks=assignment.tasks, seed=seed), submission)
    try:
        return {task.task: task.score for task in score(job, pool.grade(job))}
    except EngineFailedError as error:
        advice = f"Run `learn verify {assignment.slug}`."
        raise CourseError(f"The suite of `{assignment.slug}` judges nothing: {error}. {advice}") from error
    finally:
        on_trial(assignment.slug)


def _settled(tries: list[Future[_Points]]) -> dict[str, float | None]:
    """Returns each task's points, or None where they depend on the seed."""
    first, *others = [found.result() for found in tries]
    return {task: points if all(other[task] == points for other in others) else None for task, points in first.items()}


def _stock(draw: _Draw, rounds: list[dict[str, float | None]]) -> Stock:
    right, wrong = {}, {}
    for task in draw.assignment.tasks:
        own = draw.chosen[task.name]
        judged = [(it, points[task.name]) for it, points in zip(own, rounds[: len(own)], strict=True)]
        parts = [Part(name=it.name, source=it.source, points=points) for it, points in judged if points is not None]
        right[task.name] = tuple(part for part in parts if part.points == task.points)
        wrong[task.name] = tuple(part for part in parts if part.points < task.points)
        if judged[0][1] != task.points:
            advice = f"Run `learn verify {draw.assignment.slug}`."
            raise CourseError(f"The solution of `{draw.assignment.slug}` misses points in `{task.name}`. {advice}")
    return Stock(assignment=draw.assignment, reference=draw.reference, right=right, wrong=wrong, stubs=draw.stubs)
