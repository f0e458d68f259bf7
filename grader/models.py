"""The vocabulary as types: what the stages of grading take and return.

Plain frozen values, shared by the host and the sandbox. This module imports neither torch nor pytest, and it
performs no I/O.
"""

from __future__ import annotations

import hashlib
from enum import StrEnum
from typing import Annotated, ClassVar

import msgspec

__all__ = [
    "ArgumentUse",
    "Answer",
    "Assignment",
    "Difficulty",
    "Feedback",
    "Job",
    "Limits",
    "Misconception",
    "Mutant",
    "Problem",
    "ProblemKind",
    "Report",
    "Submission",
    "Suite",
    "Task",
    "TaskReport",
    "TestReport",
    "TestResult",
    "TestSpec",
    "Text",
    "Value",
    "Verdict",
    "Visibility",
    "Waiver",
    "module_file",
]


class Value(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A frozen record whose decoder refuses keys that it does not know."""

    __test__: ClassVar[bool] = False  # pytest must not collect what is called Test...


class Verdict(StrEnum):
    """What became of one test. Only `passed` earns points; `skipped` leaves the total."""

    PASSED = "passed"
    FAILED = "failed"  # the answer was wrong
    ERROR = "error"  # the student's code raised an exception
    TIMEOUT = "timeout"
    MEMORY = "memory"
    CRASHED = "crashed"  # the candidate ended, flooded its output or broke the protocol
    FORBIDDEN = "forbidden"  # it used what the statement forbids
    SKIPPED = "skipped"
    NOT_RUN = "not_run"


class Visibility(StrEnum):
    VISIBLE = "visible"
    HIDDEN = "hidden"


class Feedback(StrEnum):
    """What a student reads of a hidden test: no value, message or print, or all that a visible test tells."""

    TERSE = "terse"
    FULL = "full"


class Difficulty(StrEnum):
    EASY = "easy"
    MEDIUM = "medium"
    HARD = "hard"


Text = dict[str, str]
"""One text by the tags of its languages; `grader.language.in_language` chooses."""


_Count = Annotated[int, msgspec.Meta(gt=0, le=10**7)]
_Amount = Annotated[float, msgspec.Meta(gt=0, le=10**6)]


class Limits(Value, frozen=True, kw_only=True):
    """What one candidate, and the container around it, may use.

    Attributes:
        memory_mib: private memory that one candidate may add, in MiB.
        cpus: CPU cores of the container.
        pids: processes and threads of one candidate.
        tmpfs_mib: size of the writable file system, in MiB.
        output_mib: how much of what one candidate prints is looked at, in MiB; what is beyond is thrown away.
        import_s: seconds for importing the submission once.
        test_s: seconds that one test may wait for the candidate at most.
        least_test_s: seconds that it may wait however little the reference needs.
        total_s: seconds for all tests of a submission.
    """

    memory_mib: _Count = 2048
    cpus: _Amount = 1.0
    pids: _Count = 64
    tmpfs_mib: _Count = 64
    output_mib: _Count = 16
    import_s: _Amount = 20.0
    test_s: _Amount = 5.0
    least_test_s: _Amount = 1.0
    total_s: _Amount = 120.0


class Task(Value, frozen=True, kw_only=True):
    """One function or class that the student writes.

    Attributes:
        signature: the `def` or `class` header as the statement gives it, without the colon.
        forbid: qualified names, or `.name` and `.name=` for attributes, that this task's code may not use.
        hints: from a nudge to nearly the answer.
    """

    name: str
    points: float
    signature: str
    forbid: tuple[str, ...] = ()
    hints: tuple[Text, ...] = ()


class Waiver(Value, frozen=True, kw_only=True):
    """Input classes and promises that the proof of a suite does without.

    Attributes:
        classes: their names.
        tasks: where; everywhere in the assignment by default.
        of: arguments, or `call` or `result`; all by default.
    """

    classes: Annotated[tuple[str, ...], msgspec.Meta(min_length=1)]
    reason: Annotated[str, msgspec.Meta(min_length=1)]
    tasks: tuple[str, ...] = ()
    of: tuple[str, ...] = ()

    def covers(self, task: str, subject: str, name: str) -> bool:
        is_meant = task in (self.tasks or (task,)) and subject in (self.of or (subject,))
        return is_meant and name in self.classes


class Assignment(Value, frozen=True, kw_only=True):
    """One topic, as its `assignment.toml` describes it."""

    slug: str
    title: Text
    difficulty: Difficulty
    minutes: int
    tasks: tuple[Task, ...]
    prerequisites: tuple[str, ...] = ()
    forbid: tuple[str, ...] = ()
    feedback: Feedback = Feedback.TERSE
    limits: Limits = Limits()
    waivers: tuple[Waiver, ...] = ()

    @property
    def file_name(self) -> str:
        return module_file(self.slug)

    @property
    def max_score(self) -> float:
        return sum(task.points for task in self.tasks)

    def waives(self, task: str, subject: str, name: str) -> bool:
        """Whether the proof of the suite does without an input class or a promise."""
        return any(waiver.covers(task, subject, name) for waiver in self.waivers)

    def task(self, name: str) -> Task:
        return next(task for task in self.tasks if task.name == name)


def module_file(slug: str) -> str:
    """Returns the file name of the module that an assignment asks for."""
    return slug.replace("-", "_") + ".py"


class Submission(Value, frozen=True, kw_only=True):
    """One student's file for one assignment, read once and never from disk again."""

    file_name: str
    source: bytes
    sha256: str

    @classmethod
    def of(cls, file_name: str, source: bytes) -> Submission:
        return cls(file_name=file_name, source=source, sha256=hashlib.sha256(source).hexdigest())


class Suite(Value, frozen=True, kw_only=True):
    """How an assignment is judged.

    Attributes:
        files: the hidden pytest files, by relative name.
        reference: the text of the reference solution, which a mutant changes in one place.
        mutants: the text of each task's file of mutants that are whole definitions, by task.
        edits: the text of each task's file of mutants that are edits of the reference, by task.
        languages: of the suite's titles and sentences, in the order in which they stand there.
        sha256: of all of it, and of what `assignment.toml` says about judging.
    """

    files: dict[str, bytes]
    sha256: str
    reference: str = ""
    mutants: dict[str, str] = {}
    edits: dict[str, str] = {}
    languages: tuple[str, ...] = ("en", "zh")  # what suites had before they had this key


class Job(Value, frozen=True, kw_only=True):
    """What a sandbox needs to judge one submission.

    Attributes:
        tasks: the tasks to judge, in the order of the assignment.
        all_tasks: the names of all that the assignment has.
        seed: where all random inputs of this attempt come from.
        device: `cpu` or `cuda`; what `student.device` names.
        explains: tell the instructor's details of failing tests, which takes time.
        records_uses: replay on the reference what the tests asked, and tell what that was; for a proof of the suite.
        is_out_of_memory: run nothing and give every test `memory`: sandboxes broke down under these tasks.
    """

    suite: Suite
    submission: Submission
    tasks: tuple[Task, ...]
    all_tasks: tuple[str, ...]
    forbid: tuple[str, ...]
    limits: Limits
    feedback: Feedback
    seed: int
    device: str = "cpu"
    explains: bool = False
    records_uses: bool = False
    is_out_of_memory: bool = False


class TestSpec(Value, frozen=True, kw_only=True):
    """One collected test, known before anything of the student ran.

    Attributes:
        test: `file.py::name[parameters]`.
        title: what it checks, for the student.
        weight: its share within its task.
        needs_value: counts only once a test without this mark passed in the same task.
    """

    test: str
    task: str
    title: Text
    visibility: Visibility
    weight: float
    needs_value: bool
    gpu: bool
    hint: Text | None
    depends: tuple[str, ...]


class TestResult(Value, frozen=True, kw_only=True):
    """What the examiner says of one test.

    Attributes:
        kind: one word for what is wrong (`shape`, `values`, `exception`, ...), or None for a pass.
        message: what the student reads.
        line: the line of the submission that it is about.
        details: what only an instructor may read: inputs, expected values, prints. Empty unless the job explains.
    """

    test: str
    verdict: Verdict
    kind: str | None = None
    message: Text = {}
    line: int | None = None
    details: str = ""
    duration_s: float = 0.0


class Mutant(Value, frozen=True, kw_only=True):
    """A known wrong solution of a task, and what it does wrong."""

    name: str
    misconception: Text


class ArgumentUse(Value, frozen=True, kw_only=True):
    """What the tests of a task gave one argument of it, or one kind of call.

    Attributes:
        subject: a parameter (`x`), the items of a sequence (`params[]`), a method's parameter (`forward.x`), `call` or
            `result`.
        kinds: of values that came, such as `float tensor`.
        classes: of those values that came, such as `size 0`.
        annotation: of a parameter; empty for other subjects.
        has_default: whether a call may leave it out.
    """

    subject: str
    kinds: tuple[str, ...] = ()
    classes: tuple[str, ...] = ()
    annotation: str = ""
    has_default: bool = False


class Answer(Value, frozen=True, kw_only=True):
    """What a sandbox returns for a job. `problem` is ours; then nothing else in it counts.

    Attributes:
        misconceptions: by task, the mutant that answers as the submission does, or the two that do so together.
        notes: on what the code did that a student should know of, whatever its points.
        uses: by task, what its tests asked the reference with. Empty unless the job records it.
        is_out_of_memory: whether the problem is that the sandbox as a whole had none left.
    """

    tests: tuple[TestSpec, ...] = ()
    results: tuple[TestResult, ...] = ()
    misconceptions: dict[str, tuple[Mutant, ...]] = {}
    notes: tuple[Text, ...] = ()
    uses: dict[str, tuple[ArgumentUse, ...]] = {}
    output: str = ""
    device: str = "cpu"
    duration_s: float = 0.0
    problem: str | None = None
    is_out_of_memory: bool = False


class ProblemKind(StrEnum):
    """Why a submission was not graded. `refused` is the student's to mend; the others are ours."""

    REFUSED = "refused"
    SANDBOX = "sandbox"
    ENGINE = "engine"


class Problem(Value, frozen=True, kw_only=True):
    kind: ProblemKind
    message: str


class Misconception(Value, frozen=True, kw_only=True):
    """What a task's code does wrong, known from a mutant that gives the same answers."""

    mutant: str
    message: str


class TestReport(Value, frozen=True, kw_only=True):
    test: str
    title: str
    visibility: Visibility
    verdict: Verdict
    score: float
    max_score: float
    kind: str | None
    message: str
    line: int | None
    code: str | None
    hint: str | None


class TaskReport(Value, frozen=True, kw_only=True):
    task: str
    score: float
    max_score: float
    misconceptions: tuple[Misconception, ...]
    tests: tuple[TestReport, ...]


class Report(Value, frozen=True, kw_only=True):
    """The scored result of one submission; see docs/report.md for every key."""

    format_version: int = 1
    language: str = "en"  # what reports had before they had this key
    assignment: str
    student: str | None
    file: str | None = None  # what reports had before they had this key and the next
    notes: tuple[str, ...] = ()
    graded: bool
    score: float | None
    max_score: float
    seed: int
    sandbox: str
    device: str
    submission_sha256: str | None
    suite_sha256: str | None
    image: str | None
    duration_s: float
    tasks: tuple[TaskReport, ...]
    output: str
    problem: Problem | None

    @property
    def is_full(self) -> bool:
        """Whether it was graded and every point was earned; never true of an empty report."""
        return self.graded and self.max_score > 0 and self.score == self.max_score
