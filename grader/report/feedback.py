"""What a student is told of one grade, as the pages show it: every sentence in the student's language. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from grader.classroom.gradebook.gradebook import Grade, GradeStatus
from grader.language import in_language
from grader.models import Assignment, Report, TaskReport, Verdict
from grader.rendering.findings import Finding, Overview, Section, survey
from grader.rendering.phrases import Say, say_in
from grader.rendering.scores import points
from grader.rendering.sentences import (
    blame,
    not_written_sentence,
    remark_sentence,
    summary_sentence,
    task_state,
)
from grader.report.summary import share_of

__all__ = ["Feedback", "Message", "TaskFeedback", "feedback_on", "moment", "page_words", "status_word"]


@dataclass(frozen=True, kw_only=True)
class Message:
    """One thing that is wrong.

    Attributes:
        titles: of the tests that found it.
        diff: what of the message follows its first line.
        line: which line of the submission it is about, in words.
    """

    titles: tuple[str, ...]
    is_visible: bool
    summary: str
    diff: str
    line: str
    code: str
    hints: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class TaskFeedback:
    """One task: its points, and what is wrong in it.

    Attributes:
        state: `full`, `part`, `none`, or `open` if there was nothing to earn.
        remarks: why tests did not run.
    """

    name: str
    state: str
    score: str
    max_score: str
    passed: str
    misconceptions: tuple[str, ...]
    messages: tuple[Message, ...]
    remarks: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Feedback:
    """One grade.

    Attributes:
        grade: what this is about.
        share: of the points, from 0 to 1; None without a score.
        facts: lateness, attempts, the moment, the file: a short phrase each.
        notes: what changed the score or why there is none, and how the file was read.
        set_by: who set the score by hand and when; for instructors only.
        problem: the reason in detail, as the engine gives it.
        shared: what hits the whole file or several tasks alike.
    """

    grade: Grade
    slug: str
    title: str
    status: GradeStatus
    status_word: str
    score: str
    max_score: str
    share: float | None
    facts: tuple[str, ...]
    notes: tuple[str, ...]
    set_by: str
    problem: str
    tasks: tuple[TaskFeedback, ...]
    shared: tuple[Message, ...]
    not_written: str
    output: str

    @property
    def open_tasks(self) -> tuple[TaskFeedback, ...]:
        """Those of which there is something to say."""
        return tuple(task for task in self.tasks if task.misconceptions or task.messages or task.remarks)


def feedback_on(grade: Grade, assignment: Assignment, language: str) -> Feedback:
    """Returns what to tell of a grade.

    Titles, messages and hints come in the language of the report, all else in `language`.
    """
    say = say_in(language)
    report = grade.report if grade.report is not None and grade.report.graded else None
    overview = survey(report) if report is not None else Overview(shared=(), sections=(), not_written=())
    return Feedback(
        grade=grade,
        slug=assignment.slug,
        title=in_language(assignment.title, language),
        status=grade.status,
        status_word=status_word(grade.status, say),
        score="" if grade.score is None else points(grade.score),
        max_score=points(grade.max_score),
        share=share_of(grade.score, grade.max_score),
        facts=tuple(_facts(grade, say)),
        notes=tuple(_notes(grade, say)),
        set_by=_set_by(grade),
        problem=grade.report.problem.message if grade.report is not None and grade.report.problem is not None else "",
        tasks=_tasks(report, overview, say),
        shared=tuple(_message(finding, say) for finding in overview.shared),
        not_written=not_written_sentence(overview.not_written, say) if overview.not_written else "",
        output=report.output.rstrip() if report is not None else "",
    )


def moment(when: datetime) -> str:
    """Returns a moment as a page shows it, with its time zone."""
    return f"{when:%Y-%m-%d %H:%M} {when.tzname() or ''}".rstrip()


def status_word(status: GradeStatus, say: Say) -> str:
    if status is GradeStatus.GRADED:
        return say("graded")
    if status is GradeStatus.REFUSED:
        return say("refused")
    return say("not graded") if status is GradeStatus.NOT_GRADED else say("missing")


def page_words(say: Say) -> Mapping[str, str]:
    """Returns the headings and labels of a student's page."""
    return {
        "task": say("Task"),
        "points": say("Points"),
        "passed": say("Tests passed"),
        "printed": say("Your code printed:"),
        "visible": say("visible test"),
        "misconception": say("Misconception"),
        "full": say("all points"),
        "part": say("some points"),
        "none": say("no points"),
        "open": say("nothing to earn"),
        "assignment": say("Assignment"),
        "score": say("Score"),
        "status": say("Status"),
        "total": say("Total of what is graded"),
        "contents": say("Overview"),
    }


def _facts(grade: Grade, say: Say) -> list[str]:
    facts = []
    if grade.submitted_at is not None:
        facts.append(say("handed in {moment}", moment=moment(grade.submitted_at)))
    if grade.attempt is not None and grade.attempts > 1:
        facts.append(say("attempt {attempt} of {attempts} counts", attempt=grade.attempt, attempts=grade.attempts))
    if grade.days_late == 1:
        facts.append(say("1 day late"))
    elif grade.days_late > 1:
        facts.append(say("{days} days late", days=grade.days_late))
    if grade.report is not None and grade.report.file is not None:
        facts.append(say("read from {file}", file=grade.report.file))
    return facts


def _notes(grade: Grade, say: Say) -> list[str]:
    notes = []
    if grade.status is not GradeStatus.GRADED:
        notes.append(_why_no_score(grade, say))
    if grade.raw_score is not None and grade.raw_score != grade.score:
        raw, max_score = points(grade.raw_score), points(grade.max_score)
        notes.append(say("The tests gave {raw} of {max_score}.", raw=raw, max_score=max_score))
    if grade.override is not None:
        notes.append(say("The score was set by hand: {comment}", comment=grade.override.comment))
    if grade.report is not None:
        notes += grade.report.notes
    return notes


def _set_by(grade: Grade) -> str:
    return "" if grade.override is None else f"Set by {grade.override.by}, {moment(grade.override.at)}"


def _why_no_score(grade: Grade, say: Say) -> str:
    if grade.status is GradeStatus.MISSING:
        return say("Nothing was handed in.")
    if grade.report is not None and grade.report.problem is not None:
        return blame(grade.report.problem.kind, say)
    if grade.status is GradeStatus.REFUSED:
        return say("The submission was refused.")
    return say("Not graded yet. This is not your fault, and it cost no points.")


def _tasks(report: Report | None, overview: Overview, say: Say) -> tuple[TaskFeedback, ...]:
    if report is None:
        return ()
    sections = {section.task.task: section for section in overview.sections}
    return tuple(_task(task, sections.get(task.task), say) for task in report.tasks)


def _task(task: TaskReport, section: Section | None, say: Say) -> TaskFeedback:
    counted = [test for test in task.tests if test.verdict is not Verdict.SKIPPED]
    passed = sum(test.verdict is Verdict.PASSED for test in counted)
    remarks = section.remarks if section is not None else ()
    return TaskFeedback(
        name=task.task,
        state=task_state(task),
        score=points(task.score),
        max_score=points(task.max_score),
        passed=f"{passed} / {len(counted)}",
        misconceptions=tuple(found.message for found in task.misconceptions),
        messages=tuple(_message(finding, say) for finding in (section.findings if section is not None else ())),
        remarks=tuple(remark_sentence(message, count, say) for message, count in remarks),
    )


def _message(finding: Finding, say: Say) -> Message:
    first, _, diff = finding.message.partition("\n")
    return Message(
        titles=finding.titles,
        is_visible=finding.is_visible,
        summary=summary_sentence(first, finding, say),
        diff=diff,
        line="" if finding.line is None else say("line {line}:  ", line=finding.line).strip(),
        code=finding.code or "",
        hints=tuple(say("Hint: {hint}", hint=hint) for hint in finding.hints),
    )
