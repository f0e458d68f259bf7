"""What every grader in a comparison is given: one assignment's hidden suite, a right solution and a wrong one."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from grader.course.course import Course
from grader.models import Assignment, Job, Submission
from grader.pipeline import Request, plan
from grader.suite.mutants import stand_ins, with_definitions

__all__ = ["Checks"]


@dataclass(frozen=True, kw_only=True)
class Checks:
    """The checks of one assignment."""

    course: Course
    assignment: Assignment

    @classmethod
    def of(cls, course: Course, slug: str) -> Checks:
        return cls(course=course, assignment=course.assignment(slug))

    @property
    def suite(self) -> Path:
        """The folder of the hidden tests."""
        return self.course.folder(self.assignment.slug) / "suite"

    @property
    def solution(self) -> Path:
        return self.course.solution(self.assignment)

    @property
    def right(self) -> str:
        return self.solution.read_text(encoding="utf-8")

    @property
    def wrong(self) -> str:
        """The solution with one mutant in the place of each task."""
        first = {one.task: one.source for one in reversed(stand_ins(self.course, self.assignment, "mutant"))}
        return with_definitions(self.right, first)

    @property
    def request(self) -> Request:
        return Request(course=self.course, assignment=self.assignment, tasks=self.assignment.tasks, seed=1)

    def job(self, source: str) -> Job:
        return plan(self.request, Submission.of(self.assignment.file_name, source.encode()))
