"""Keeps the documentation true: what the code has is named in it, and what it shows runs."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

import click
import click.testing
import msgspec
import pytest

from grader.classroom.gradebook.gradebook import Grade, Override
from grader.classroom.gradebook.lateness import score_after
from grader.classroom.gradebook.table import COLUMNS
from grader.commands import main as cli
from grader.course.course import Course
from grader.course.roster import ClassRules, LatePolicy, Student
from grader.course.stubs import stub_source
from grader.export.document import ClassDocument, ExportedAssignment, ExportedStudent
from grader.export.formats import FORMATS
from grader.models import Limits, Misconception, Problem, ProblemKind, Report, TaskReport, TestReport, Verdict
from grader.pipeline import Request, grade
from grader.sample.classes import Expected, ExpectedGrade
from grader.sample.handins import HandInKind
from grader.sandbox import failures
from grader.sandbox.pool import Pool
from grader.student.handin import Flaw, FlawKind, HandIn
from grader.submission.inbox import Receipt
from grader.submission.remarks import Remark
from grader.suite.mutants import StandIn, stand_in_submission, stand_ins
from grader.verify.gate import Proof, Verification
from grader.verify.trials import TrialKind
from grader.verify.verdicts import Complaint, Tally

_ROOT = Path(__file__).parents[1]
_DOCS = _ROOT / "docs"
_PAGES = sorted(_DOCS.glob("*.md"))
_SUITES = (_DOCS / "suites.md").read_text(encoding="utf-8")
_EXAMPLE = dict(re.findall(r"^`([\w./-]+)`\n\n```\w+\n(.*?)^```$", _SUITES, re.MULTILINE | re.DOTALL))
_REFERENCE = _EXAMPLE["solutions/centering.py"]
_FAULTS = {"CandidateFault": 1, "Mismatch": 0}
"""Which argument of each of these is a `kind`."""


def _read(name: str) -> str:
    return (_DOCS / name).read_text(encoding="utf-8")


# The commands.


def _commands(group: click.Group, path: str) -> Iterator[tuple[str, click.Command]]:
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from _commands(command, f"{path} {name}")
        else:
            yield f"{path} {name}", command


_COMMANDS = dict(_commands(cli.main, "learn"))


def _section(text: str, heading: str) -> str:
    return re.split(r"\n## (?!`)", text.split(f"\n## {heading}\n", 1)[1])[0]  # a quoted statement has headings too


@pytest.mark.parametrize("name", _COMMANDS)
def test_every_command_and_its_options_are_documented(name: str) -> None:
    section = _section(_read("commands.md"), name)
    options = [option for parameter in _COMMANDS[name].params for option in parameter.opts if option.startswith("--")]

    assert [option for option in options if option not in section] == []


def test_every_environment_variable_of_an_option_is_documented() -> None:
    found = {parameter.envvar for command in _COMMANDS.values() for parameter in command.params} - {None}

    assert found
    assert [name for name in found if f"`{name}`" not in _read("commands.md")] == []


def test_every_exit_code_is_documented() -> None:
    for page in ("commands.md", "report.md"):
        assert [code for code in cli.ExitCode if f"| {code.value} |" not in _read(page)] == [], page


def test_help_texts_are_quoted_as_they_are_printed(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("GRADUS_COURSE", "GRADUS_LANG", "GRADUS_SANDBOX"):
        monkeypatch.delenv(name, raising=False)
    quoted = " ".join(_read("commands.md").split())
    for arguments in (["--help"], ["check", "--help"]):
        printed = click.testing.CliRunner().invoke(cli.main, arguments).output

        assert " ".join(printed.split()) in quoted, arguments


# The report.


@pytest.mark.parametrize("record", [Report, TaskReport, TestReport, Problem, Misconception], ids=lambda it: it.__name__)
def test_every_key_of_the_report_is_documented(record: type[msgspec.Struct]) -> None:
    text = _read("report.md")

    assert [field.encode_name for field in msgspec.structs.fields(record) if f"`{field.encode_name}`" not in text] == []


def test_every_verdict_and_problem_has_a_row() -> None:
    text = _read("report.md")

    assert [word.value for word in (*Verdict, *ProblemKind) if f"| `{word.value}` |" not in text] == []


def _literal_kinds(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        name = node.func.id if isinstance(node.func, ast.Name) else ""
        values = [word.value for word in node.keywords if word.arg == "kind"]
        values += node.args[_FAULTS[name] :][:1] if name in _FAULTS else []
        yield from (value.value for value in values if isinstance(value, ast.Constant) and isinstance(value.value, str))


def _kinds_of_the_runtime() -> set[str]:
    files = (_ROOT / "grader" / "runtime").rglob("*.py")
    return {kind for path in files for kind in _literal_kinds(ast.parse(path.read_text(encoding="utf-8")))}


def test_every_kind_of_a_test_has_a_row() -> None:
    kinds = _kinds_of_the_runtime() | {"shape", "dtype", "device"}  # three that one loop of `compare` raises
    section = _section(_read("report.md"), "Kinds")
    documented = set(re.findall(r"^\| `(\w+)` \|", section, re.MULTILINE)) - {"kind"}

    assert {"values", "timeout", "syntax", "exception"} <= kinds
    assert documented == kinds


# Classes and handing in.


@pytest.mark.parametrize("record", [ClassRules, Student, LatePolicy], ids=lambda it: it.__name__)
def test_every_key_of_a_class_has_a_row(record: type[msgspec.Struct]) -> None:
    rows = re.findall(r"^\| `(\w+)` \|", _read("classes.md"), re.MULTILINE)

    assert [field.encode_name for field in msgspec.structs.fields(record) if field.encode_name not in rows] == []


def test_course_file_of_the_classes_page_reads_and_costs_what_it_says(tmp_path: Path) -> None:
    text = _read("classes.md")
    (block,) = re.findall(r"^```toml\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    (tmp_path / "course.toml").write_text(block, encoding="utf-8")
    rules = Course(tmp_path).rules
    costs = re.findall(r"^\| (\d)[a-z ]* \| (\d+) \|$", _section(text, "Deadlines and lateness"), re.MULTILINE)

    due = rules.deadline("ben", "broadcasting"), rules.deadline("ada", "broadcasting")
    assert due[0] is not None and due[1] is not None and (due[0] - due[1]).days == 3
    assert [days for days, _ in costs] == ["0", "1", "4", "5"]
    assert {days: score_after(80.0, int(days), rules.late) for days, _ in costs} == {
        days: float(left) for days, left in costs
    }


@pytest.mark.parametrize("record", [Receipt, HandIn], ids=lambda it: it.__name__)
def test_every_key_of_a_handin_has_a_row(record: type[msgspec.Struct]) -> None:
    section = _section(_read("handin.md"), "The receipt" if record is Receipt else "JSON")

    rows = re.findall(r"^\| `(\w+)` \|", section, re.MULTILINE)
    assert rows == [field.encode_name for field in msgspec.structs.fields(record)]


def test_every_kind_of_flaw_is_documented() -> None:
    names = [kind.value for kind in FlawKind] + [field.name for field in msgspec.structs.fields(Flaw)]

    assert [name for name in names if f"`{name}`" not in _section(_read("handin.md"), "JSON")] == []


# The gate.


@pytest.mark.parametrize("record", [Verification, Proof, Tally, Complaint], ids=lambda it: it.__name__)
def test_every_key_of_a_verification_is_documented(record: type) -> None:
    fields: list[str] = [field.encode_name for field in msgspec.inspect.type_info(record).fields]  # type: ignore[attr-defined]

    assert fields
    assert [name for name in fields if f"`{name}`" not in _read("verify.md")] == []


def test_every_trial_and_every_complaint_has_a_row() -> None:
    source = (_ROOT / "grader" / "verify").rglob("*.py")
    checks = {
        word.value.value
        for path in source
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Complaint"
        for word in node.keywords
        if word.arg == "check" and isinstance(word.value, ast.Constant)
    }
    words = {word for word in checks if isinstance(word, str)} | {kind.value for kind in TrialKind}
    rows = set(re.findall(r"^\| `?([a-z]+)`? \|", _read("verify.md"), re.MULTILINE))

    assert {"survivor", "text", "leak", "equivalent"} <= words
    assert words - rows == set()


# Security and the sandbox.


def test_every_attack_is_named() -> None:
    cases = {path.stem for path in (_ROOT / "tests" / "attacks" / "cases").glob("[!_]*.py")}

    assert cases
    assert [name for name in sorted(cases) if f"`{name}`" not in _read("security.md")] == []


@pytest.mark.parametrize("field", msgspec.structs.fields(Limits), ids=lambda field: field.name)
def test_every_limit_is_documented_with_its_default(field: msgspec.structs.FieldInfo) -> None:
    assert f"| `{field.name}` | {field.default} |" in _section(_read("sandbox.md"), "Limits")


def test_every_failure_of_docker_is_in_the_troubleshooting() -> None:
    section = _section(_read("sandbox.md"), "Troubleshooting")
    messages = [message for _, _, message in failures._RULES]
    messages.append(failures.classify_failure("", is_oom_killed=True).message)
    beginnings = [re.split(r"(?<=[.;]) ", message)[0] for message in messages]

    assert [beginning for beginning in beginnings if f"| {beginning} |" not in section] == []


# Suites.


def test_python_of_the_suites_page_compiles() -> None:
    blocks = re.findall(r"^```python\n(.*?)^```$", _SUITES, re.MULTILINE | re.DOTALL)

    assert len(blocks) > len([name for name in _EXAMPLE if name.endswith(".py")])
    for block in blocks:
        compile(block, "docs/suites.md", "exec")


@pytest.fixture
def centering(tmp_path: Path) -> Course:
    """The running example as a course of its own."""
    (tmp_path / "course.toml").write_text('format_version = 1\n[title]\nen = "Example"\nzh = "例"\n', encoding="utf-8")
    for name, content in _EXAMPLE.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")
    return Course(tmp_path)


def _grade(course: Course, pool: Pool, source: str) -> Report:
    path = course.root / "submission.py"
    path.write_text(source, encoding="utf-8")
    assignment = course.assignment("centering")
    report = grade(Request(course=course, assignment=assignment, tasks=assignment.tasks, seed=7), path, pool)
    assert report.problem is None
    return report


def test_running_example_gives_full_marks_to_its_solution(centering: Course, warm_pool: Pool) -> None:
    report = _grade(centering, warm_pool, _REFERENCE)

    assert (report.score, report.max_score) == (100.0, 100.0)


def test_running_example_gives_nothing_to_its_stub(centering: Course, warm_pool: Pool) -> None:
    assert _grade(centering, warm_pool, stub_source(_REFERENCE)).score == 0.0


def test_running_example_is_proved_by_its_mutants_and_variants(centering: Course, warm_pool: Pool) -> None:
    assignment = centering.assignment("centering")

    def lost(found: StandIn) -> set[str]:
        report = _grade(centering, warm_pool, stand_in_submission(_REFERENCE, found))
        return {task.task for task in report.tasks if task.score < task.max_score}

    mutants, variants = (stand_ins(centering, assignment, kind) for kind in ("mutant", "variant"))
    assert {found.name: lost(found) for found in mutants} == {found.name: {found.task} for found in mutants}
    assert {found.name: lost(found) for found in variants} == {found.name: set() for found in variants}
    assert mutants and variants


def test_other_examples_of_the_suites_page_run(centering: Course, warm_pool: Pool) -> None:
    blocks = re.findall(r"^```python\n(.*?)^```$", _SUITES, re.MULTILINE | re.DOTALL)
    loose = [block for block in blocks if block not in _EXAMPLE.values()]
    folder = centering.folder("centering") / "suite"
    for number, block in enumerate(loose):
        (folder / f"test_loose_{number}.py").write_text(block, encoding="utf-8")

    report = _grade(centering, warm_pool, _REFERENCE)

    results = {test.test.split("::")[0]: test.verdict for task in report.tasks for test in task.tests}
    assert [results[f"test_loose_{number}.py"] for number in range(len(loose))] == [Verdict.PASSED] * len(loose)


# All pages.


def _anchors(page: Path) -> set[str]:
    headings = re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", [_ROOT / "README.md", *_PAGES], ids=lambda page: page.name)
def test_relative_links_resolve(page: Path) -> None:
    if not page.exists():
        pytest.skip(f"there is no {page.name}")
    text = re.sub(r"^```.*?^```$", "", page.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL)
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        if re.match(r"[a-z]+:", target):
            continue
        name, _, anchor = target.partition("#")
        other = page.parent / name if name else page
        assert other.exists(), target
        if anchor and other.suffix == ".md":
            assert anchor in _anchors(other), target


@pytest.mark.parametrize("page", _PAGES, ids=lambda page: page.name)
def test_lines_are_wrapped(page: Path) -> None:
    lines = page.read_text(encoding="utf-8").splitlines()

    assert [number for number, line in enumerate(lines, 1) if len(line) > 120] == []


# Exports and sample classes.


def _without_row(page: str, heading: str, names: Iterable[str]) -> list[str]:
    return [name for name in names if f"`{name}`" not in _section(_read(page), heading)]


def test_every_format_column_and_key_of_an_export_is_documented() -> None:
    keys = {
        name
        for record in (ClassDocument, ExportedAssignment, ExportedStudent, Grade, Override, Remark)
        for name in record.__struct_fields__
    }

    assert [name for name in FORMATS if f"| `{name}` |" not in _read("exports.md")] == []
    assert _without_row("exports.md", "csv", COLUMNS) == []
    assert _without_row("exports.md", "JSON", keys) == []


def test_every_key_and_kind_of_a_sample_class_is_documented() -> None:
    keys = {name for record in (Expected, ExpectedGrade) for name in record.__struct_fields__}

    assert _without_row("commands.md", "learn sample-class", keys | {kind.value for kind in HandInKind}) == []
