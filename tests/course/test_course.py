"""A course is found from anywhere within it, and what is wrong in its files is said with the file and the key."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from grader.course.course import Course, near_task
from grader.course.finding import find_course
from grader.errors import CourseError, UserError
from grader.models import Difficulty, Feedback, Limits
from tests.support.factories import ASSIGNMENT_TOML, COURSE_TOML, make_assignment, make_task, write_course


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return write_course(tmp_path / "course")


def _assignment_error(root: Path, text: str) -> str:
    write_course(root, assignment=text)
    with pytest.raises(CourseError) as caught:
        Course(root).assignment("sums")
    return str(caught.value)


# Finding a course.


def test_course_is_found_by_the_option(root: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("GRADUS_COURSE", str(tmp_path / "nowhere"))
    monkeypatch.chdir(tmp_path)
    assert find_course(root).root == root.resolve()


def test_course_is_found_by_the_environment(root: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    elsewhere = write_course(tmp_path / "elsewhere")
    monkeypatch.setenv("GRADUS_COURSE", str(root))
    monkeypatch.chdir(elsewhere)
    assert find_course(None).root == root.resolve()


@pytest.mark.parametrize("below", [".", "assignments", "assignments/sums/suite"])
def test_course_is_found_around_the_current_folder(below: str, root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GRADUS_COURSE", "")
    monkeypatch.chdir(root / below)
    assert find_course(None).root == root.resolve()


def test_no_course_is_a_user_error_that_says_what_to_do(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("GRADUS_COURSE", raising=False)
    monkeypatch.chdir(tmp_path)
    with pytest.raises(UserError, match=r"No `course.toml`.*--course DIR.*GRADUS_COURSE"):
        find_course(None)


@pytest.mark.parametrize("by", ["option", "environment"])
def test_named_folder_without_a_course_is_not_searched_further(
    by: str, root: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(root)
    if by == "environment":
        monkeypatch.setenv("GRADUS_COURSE", str(tmp_path))
    with pytest.raises(UserError, match=f"`{tmp_path}` is no course"):
        find_course(tmp_path if by == "option" else None)


# Assignments.


def test_course_lists_its_assignments_in_order_and_the_others_after_them(root: Path) -> None:
    for slug in ("zeta", "alpha", "beta"):
        write_course(root, slug=slug)
    ordered = COURSE_TOML.replace("[title]", 'order = ["zeta", "not-written-yet", "sums"]\n[title]')
    write_course(root, course=ordered)
    assert Course(root).slugs == ["zeta", "sums", "alpha", "beta"]


def test_course_lists_an_assignment_once_although_the_order_names_it_twice(root: Path) -> None:
    write_course(root, course=COURSE_TOML.replace("[title]", 'order = ["sums", "sums"]\n[title]'))
    assert Course(root).slugs == ["sums"]


@pytest.mark.parametrize("name", ["conv-shapes", "conv_shapes"])
def test_assignment_is_found_with_hyphens_or_underscores(name: str, root: Path) -> None:
    write_course(root, slug="conv-shapes")
    assignment = Course(root).assignment(name)
    assert (assignment.slug, assignment.file_name) == ("conv-shapes", "conv_shapes.py")


def test_assignment_is_read_with_its_defaults(root: Path) -> None:
    assignment = Course(root).assignment("sums")
    assert assignment.difficulty is Difficulty.EASY
    assert assignment.feedback is Feedback.TERSE
    assert assignment.limits == Limits()
    assert [(task.name, task.points, task.forbid, task.hints) for task in assignment.tasks] == [("add", 10.0, (), ())]
    assert assignment.max_score == 10.0


def test_assignment_is_read_with_everything(root: Path) -> None:
    text = ASSIGNMENT_TOML.replace(
        "[title]",
        'prerequisites = ["a"]\nforbid = ["torch.cdist"]\nfeedback = "full"\nlimits = { test_s = 1 }\n[title]',
    )
    text += 'forbid = [".data="]\n[[tasks.hints]]\nen = "Look."\nzh = "看。"\n'
    write_course(root, assignment=text)
    assignment = Course(root).assignment("sums")
    assert (assignment.prerequisites, assignment.forbid) == (("a",), ("torch.cdist",))
    assert assignment.feedback is Feedback.FULL
    assert (assignment.limits.test_s, assignment.limits.pids) == (1.0, Limits().pids)
    assert assignment.task("add").forbid == (".data=",)
    assert assignment.task("add").hints[0] == {"en": "Look.", "zh": "看。"}


@pytest.mark.parametrize(
    ("name", "advice"),
    [("sum", "Did you mean `sums`?"), ("smus", "Did you mean `sums`?"), ("xyz", None), ("../sums", None), ("", None)],
)
def test_unknown_assignment_is_a_user_error_with_near_names(name: str, advice: str | None, root: Path) -> None:
    with pytest.raises(UserError, match=f"There is no assignment `{name}`.*`learn list` shows all") as caught:
        Course(root).assignment(name)
    assert not isinstance(caught.value, CourseError)
    if advice:
        assert advice in str(caught.value)


def test_task_is_found_by_its_name() -> None:
    assignment = make_assignment(make_task("add"), make_task("sub"))
    assert near_task(assignment, "sub").name == "sub"


def test_unknown_task_is_a_user_error_with_near_names() -> None:
    assignment = make_assignment(make_task("adam_step_"), make_task("sub"))
    with pytest.raises(UserError, match=r"has no task `adam_step`. Did you mean `adam_step_`\? `learn show sums`"):
        near_task(assignment, "adam_step")


# TOML that does not read.


@pytest.mark.parametrize(
    ("old", "new", "phrases"),
    [
        ("minutes = 5", "minutes = 5\nminuets = 5", ["minuets"]),
        ("points = 10", "points = 10\npoint = 3", ["point", "tasks[0]"]),
        ('en = "Sums"', 'en = "Sums"\nfrench = "Sommes"', ["french", "title"]),
        ("minutes = 5\n", "", ["minutes"]),
        ("points = 10\n", "", ["points", "tasks[0]"]),
        ('zh = "求和"\n', "", ["zh", "title"]),
        ("minutes = 5", 'minutes = "5"', ["int", "minutes"]),
        ("points = 10", 'points = "10"', ["float", "tasks[0].points"]),
        ("minutes = 5", "minutes = true", ["int", "minutes"]),
        ("minutes = 5", "minutes = 2.5", ["int", "minutes"]),
        ('difficulty = "easy"', 'difficulty = "simple"', ["simple", "difficulty"]),
        ("[[tasks]]", "[tasks]", ["array", "tasks"]),
        ("[title]", 'forbid = "torch.cdist"\n[title]', ["array", "forbid"]),
        ("[title]", "limits = { memory = 5 }\n[title]", ["memory", "limits"]),
        ("points = 10", "points = 0", ["points above 0"]),
        ("points = 10", "points = -1", ["points above 0"]),
        ("points = 10", "points = nan", ["points"]),
        ("points = 10", "points = inf", ["points"]),
        ("format_version = 1", "format_version = 2", ["format_version 2", "reads 1"]),
        ("format_version = 1\n", "", ["format_version"]),
        ("minutes = 5", "minutes = ", ["no valid TOML", "line 3"]),
        ("minutes = 5", "minutes = 5\nminutes = 6", ["no valid TOML", "line 4"]),
    ],
    ids=[
        "unknown key",
        "unknown key of a task",
        "unknown language",
        "missing key",
        "missing key of a task",
        "missing language",
        "text for a number",
        "text for points",
        "bool for a number",
        "fraction for an integer",
        "unknown difficulty",
        "table for a list",
        "text for a list",
        "unknown limit",
        "zero points",
        "negative points",
        "points that are no number",
        "endless points",
        "later format",
        "no format",
        "syntax",
        "key given twice",
    ],
)
def test_bad_assignment_is_refused_with_its_file_and_key(old: str, new: str, phrases: list[str], root: Path) -> None:
    assert old in ASSIGNMENT_TOML
    message = _assignment_error(root, ASSIGNMENT_TOML.replace(old, new))
    assert "assignment.toml`" in message
    for phrase in phrases:
        assert phrase in message


def test_assignment_without_tasks_is_refused(root: Path) -> None:
    text = ASSIGNMENT_TOML.split("[[tasks]]")[0].replace("[title]", "tasks = []\n[title]")
    assert "needs `[[tasks]]`" in _assignment_error(root, text)


def test_assignment_that_names_a_task_twice_is_refused(root: Path) -> None:
    task = "[[tasks]]" + ASSIGNMENT_TOML.split("[[tasks]]")[1]
    assert "names a task twice" in _assignment_error(root, ASSIGNMENT_TOML + task)


def test_assignment_of_a_later_format_is_refused_for_that_whatever_else_is_new_in_it(root: Path) -> None:
    text = ASSIGNMENT_TOML.replace("format_version = 1", "format_version = 2\nnew_key = 1")
    assert "format_version 2" in _assignment_error(root, text)


def test_assignment_that_is_not_utf8_is_refused(root: Path) -> None:
    (root / "assignments" / "sums" / "assignment.toml").write_bytes(b'title = "\xff"\n')
    with pytest.raises(CourseError, match="no valid TOML"):
        Course(root).assignment("sums")


@pytest.mark.parametrize(
    ("text", "phrase"),
    [
        ("format_version = 1\n", "title"),
        ("extra = 1\n" + COURSE_TOML, "extra"),
        (COURSE_TOML + 'extra = "Jouet"\n', "title has the key `extra`, which is no language"),
        (COURSE_TOML.replace('zh = "玩具"\n', ""), "title is not there in `zh`, a language of the course"),
        (COURSE_TOML.replace('["en", "zh"]', '["en", "zh", "en"]'), "names `en` twice"),
        (COURSE_TOML.replace('["en", "zh"]', '["english"]'), "`languages` has `english`, which is no language"),
        (COURSE_TOML.replace('["en", "zh"]', "[]"), "languages"),
        (COURSE_TOML.replace("= 1", "= 3"), "format_version 3"),
        (COURSE_TOML.replace("[title]", 'order = "sums"\n[title]'), "order"),
        ("format_version = \n", "no valid TOML"),
        ("", "format_version"),
        (COURSE_TOML + '[class]\nstudents = [{ id = "ada" }, { id = "ben" }, { id = "ada" }]\n', "`ada` twice"),
        (COURSE_TOML + '[class]\nstudents = [{ id = "Zo\u00eb" }, { id = " Zoe\u0308" }]\n', "`Zo\u00eb` twice"),
        (COURSE_TOML + "[class.deadlines]\nsums = 2026-10-01T12:00:00\n", "deadlines"),
    ],
    ids=[
        "no title", "unknown key", "no language", "missing language", "language twice", "misspelt language",
        "no languages", "later format", "no list", "syntax", "empty", "twice", "twice in two spellings",
        "no time zone",
    ],
)  # fmt: skip
def test_bad_course_is_refused_with_its_file_and_key(text: str, phrase: str, root: Path) -> None:
    write_course(root, course=text)
    with pytest.raises(CourseError) as caught:
        Course(root)
    assert "course.toml`" in str(caught.value)
    assert phrase in str(caught.value)


def test_missing_course_file_is_said(tmp_path: Path) -> None:
    with pytest.raises(CourseError, match=r"course.toml` is missing"):
        Course(tmp_path)


# Suites, statements, files.


def _hash(root: Path) -> str:
    course = Course(root)
    return course.suite(course.assignment("sums")).sha256


def test_suite_has_its_files_by_relative_name(root: Path) -> None:
    suite = root / "assignments" / "sums" / "suite"
    (suite / "data").mkdir()
    (suite / "data" / "table.txt").write_bytes(b"\xff")
    course = Course(root)
    files = course.suite(course.assignment("sums")).files
    assert files == {"data/table.txt": b"\xff", "test_add.py": b"def test_sum(): ...\n"}


@pytest.mark.parametrize(
    "change",
    [
        lambda suite: (suite / "test_add.py").write_text("def test_sum(): pass\n"),
        lambda suite: (suite / "test_add.py").rename(suite / "test_sum.py"),
        lambda suite: (suite / "oracle.py").write_text(""),
        lambda suite: (suite / "test_add.py").write_bytes((suite / "test_add.py").read_bytes() + b"\n"),
    ],
    ids=["content", "name", "empty file", "one more byte"],
)
def test_suite_hash_changes_with_content_and_names(change: Callable[[Path], object], root: Path) -> None:
    before = _hash(root)
    change(root / "assignments" / "sums" / "suite")
    assert _hash(root) != before


def test_suite_hash_is_not_fooled_by_a_shift_between_files(root: Path) -> None:
    suite = root / "assignments" / "sums" / "suite"
    (suite / "test_b.py").write_text("ab")
    (suite / "test_c.py").write_text("c")
    before = _hash(root)
    (suite / "test_b.py").write_text("a")
    (suite / "test_c.py").write_text("bc")
    assert _hash(root) != before


def test_suite_hash_is_the_same_for_the_same_files_elsewhere(root: Path, tmp_path: Path) -> None:
    assert _hash(root) == _hash(write_course(tmp_path / "copy"))


@pytest.mark.parametrize("folder", ["__pycache__", ".pytest_cache", ".ruff_cache"])
def test_suite_ignores_what_tools_leave_behind(folder: str, root: Path) -> None:
    before = _hash(root)
    left = root / "assignments" / "sums" / "suite" / folder
    left.mkdir()
    (left / "test_add.cpython-312.pyc").write_bytes(b"\0")
    assert _hash(root) == before


def test_suite_is_found_although_the_course_lies_in_a_folder_of_such_a_name(tmp_path: Path) -> None:
    assert _hash(write_course(tmp_path / "__pycache__" / "course"))


def test_suite_without_tests_is_refused(root: Path) -> None:
    (root / "assignments" / "sums" / "suite" / "test_add.py").rename(root / "assignments" / "sums" / "suite" / "x.py")
    with pytest.raises(CourseError, match="nothing could judge `sums`"):
        _hash(root)


def test_suite_that_a_students_copy_lacks_is_refused(root: Path) -> None:
    for path in (root / "assignments" / "sums" / "suite").iterdir():
        path.unlink()
    (root / "assignments" / "sums" / "suite").rmdir()
    with pytest.raises(CourseError, match=r"has no `test_\*.py`"):
        _hash(root)


def test_statement_is_read_in_the_language_that_is_asked_for(root: Path) -> None:
    course = Course(root)
    assignment = course.assignment("sums")
    (course.folder("sums") / "statement.zh.md").write_text("# 求和\n", encoding="utf-8")
    assert course.statement(assignment, "zh") == "# 求和\n"
    with pytest.raises(CourseError, match=r"statement.en.md` is missing"):
        course.statement(assignment, "en")


def test_course_knows_where_exercises_and_solutions_are(root: Path) -> None:
    course, assignment = Course(root), make_assignment(slug="conv-shapes")
    assert course.exercise(assignment) == root / "exercises" / "conv_shapes.py"
    assert course.solution(assignment) == root / "solutions" / "conv_shapes.py"
