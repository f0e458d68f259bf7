"""A practice course has the built-in assignments and no answer to them, and never loses what its owner wrote."""

from __future__ import annotations

import shutil
import tomllib
from collections.abc import Callable
from pathlib import Path

import click.testing
import pytest

from grader.course import practice as practice_module
from grader.course import source
from grader.course.course import Course
from grader.course.exercises import generate
from grader.course.practice import init_practice
from grader.course.source import builtin_folder
from grader.errors import CourseError, UserError

Learn = Callable[..., click.testing.Result]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "practice"


def _snapshot(folder: Path) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def _refused(folder: Path | None, before: Path) -> str:
    """Returns why no practice course is made, and sees that nothing was written."""
    files = _snapshot(before)
    with pytest.raises(UserError) as caught:
        init_practice(folder)
    assert _snapshot(before) == files
    return str(caught.value)


def _change_stub(builtin: Course) -> None:
    """An update of Gradus, with another stub of `toy` that is known."""
    solution = builtin.solution(builtin.assignment("toy"))
    solution.write_text(solution.read_text().replace("Two toys.", "Two new toys."))
    generate(builtin, builtin.assignment("toy"))


# What is made.


def test_new_course_has_stubs_and_statements_in_each_language(builtin: Course, folder: Path) -> None:
    made = init_practice(folder)

    names = {path.relative_to(folder).as_posix() for path in _snapshot(folder)}
    statements = {f"statements/{slug}.{language}.md" for slug in ("toy", "next-toy") for language in ("en", "zh")}
    wanted = {"course.toml", "exercises/toy.py", "exercises/next_toy.py", ".gradus/statements.json", *statements}
    assert (made.is_new, names) == (True, wanted)
    assert 'raise NotImplementedError("double")' in (folder / "exercises" / "toy.py").read_text()
    assert (folder / "statements" / "toy.zh.md").read_text(encoding="utf-8") == builtin.statement(
        builtin.assignment("toy"), "zh"
    )


def test_new_course_is_judged_as_the_built_in_one(builtin: Course, folder: Path) -> None:
    course = init_practice(folder, "zh").course

    assert (course.title, course.slugs, course.is_authored) == (builtin.title, builtin.slugs, False)
    assert course.suite(course.assignment("toy")) == builtin.suite(builtin.assignment("toy"))


def test_course_file_says_where_the_assignments_are_from(builtin: Course, folder: Path) -> None:
    init_practice(folder)
    data = tomllib.loads((folder / "course.toml").read_text())

    assert data == {"format_version": 1, "source": "built-in", "languages": ["en", "zh"]}


def test_language_that_was_asked_for_comes_first(builtin: Course, folder: Path) -> None:
    assert init_practice(folder, "zh").course.languages == ("zh", "en")


def test_language_that_the_built_in_course_lacks_is_refused(builtin: Course, folder: Path) -> None:
    with pytest.raises(UserError, match="`--lang` can be `en`, `zh`"):
        init_practice(folder, "fr")
    assert not folder.exists()


@pytest.mark.parametrize("name", ["with spaces and 'quotes'", "练习 课程", "deep/er/still"])
def test_folder_may_have_any_name(builtin: Course, tmp_path: Path, name: str) -> None:
    assert init_practice(tmp_path / name).course.slugs == builtin.slugs


# Where it goes.


def test_empty_current_folder_is_taken(builtin: Course, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    here = tmp_path / "here"
    (here / "env").mkdir(parents=True)
    (here / "env" / "pyvenv.cfg").touch()
    (here / ".git").mkdir()
    monkeypatch.chdir(here)

    assert init_practice(None).course.root == here.resolve()


def test_current_folder_with_files_gets_a_folder_in_it(
    builtin: Course, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = tmp_path / "here"
    here.mkdir()
    (here / "letter.txt").touch()
    monkeypatch.chdir(here)

    assert init_practice(None).course.root == here.resolve() / "gradus"


def test_course_around_the_current_folder_is_brought_up_to_date(
    builtin: Course, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    init_practice(folder)
    (folder / "exercises" / "toy.py").unlink()
    monkeypatch.chdir(folder / "exercises")

    made = init_practice(None)
    assert (made.is_new, made.written) == (False, (folder / "exercises" / "toy.py",))


def test_folder_with_other_files_is_refused(builtin: Course, folder: Path) -> None:
    folder.mkdir()
    for name in ("a", "b", "c", "d"):
        (folder / name).touch()

    message = _refused(folder, folder)
    assert "`a`, `b`, `c` and 1 more" in message
    assert f"`learn init {folder / 'gradus'}`" in message


def test_file_in_place_of_the_folder_is_refused(builtin: Course, folder: Path, tmp_path: Path) -> None:
    folder.write_text("mine")
    assert "is a file" in _refused(folder, tmp_path)
    assert "Not a directory. Choose another folder" in _refused(folder / "below", tmp_path)


def test_link_to_nothing_is_refused(builtin: Course, folder: Path, tmp_path: Path) -> None:
    folder.symlink_to(tmp_path / "nowhere")
    assert "is a link to nothing" in _refused(folder, tmp_path)


def test_course_of_another_kind_is_refused(builtin: Course, tmp_path: Path) -> None:
    other = tmp_path / "other"
    shutil.copytree(builtin.root, other)
    assert "assignments of its own" in _refused(other, tmp_path)


def test_course_file_that_does_not_read_is_told_and_stays(builtin: Course, folder: Path) -> None:
    folder.mkdir()
    (folder / "course.toml").write_text("][")
    assert "course.toml` is no valid TOML" in _refused(folder, folder)


@pytest.mark.parametrize("below", ["new", "exercises"])
def test_folder_inside_a_course_is_refused(builtin: Course, tmp_path: Path, below: str) -> None:
    message = _refused(builtin.root / below, tmp_path)
    assert f"is inside the course `{builtin.root.resolve()}`" in message


def test_folder_that_cannot_be_written_is_told(builtin: Course, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(path: Path, content: bytes) -> None:
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(practice_module, "write_atomically", refuse)
    assert f"`{folder}` cannot be a practice course: Permission denied. Choose" in _refused(folder, folder)


# Again, and after an update.


def test_second_run_changes_nothing(builtin: Course, folder: Path) -> None:
    init_practice(folder)
    files = _snapshot(folder)

    made = init_practice(folder)
    assert (made.is_new, made.written, made.spared) == (False, (), ())
    assert _snapshot(folder) == files


def test_new_stub_replaces_one_that_nobody_touched(builtin: Course, folder: Path) -> None:
    init_practice(folder)
    _change_stub(builtin)

    assert init_practice(folder).written == (folder / "exercises" / "toy.py",)
    assert "Two new toys." in (folder / "exercises" / "toy.py").read_text()


def test_new_stub_leaves_a_students_work_alone(builtin: Course, folder: Path) -> None:
    init_practice(folder)
    (folder / "exercises" / "toy.py").write_text("my work")
    _change_stub(builtin)

    assert init_practice(folder).written == ()
    assert (folder / "exercises" / "toy.py").read_text() == "my work"


def test_new_statement_replaces_one_that_nobody_touched(builtin: Course, folder: Path) -> None:
    init_practice(folder)
    (builtin.folder("toy") / "statement.en.md").write_text("# Another\n")

    assert init_practice(folder).written == (folder / "statements" / "toy.en.md",)
    assert (folder / "statements" / "toy.en.md").read_text() == "# Another\n"


@pytest.mark.parametrize("record", ["there", "broken", "missing"])
def test_statement_with_notes_in_it_stays_and_is_named(builtin: Course, folder: Path, record: str) -> None:
    init_practice(folder)
    path = folder / "statements" / "toy.en.md"
    path.write_text("my notes")
    if record == "broken":
        (folder / ".gradus" / "statements.json").write_text("{")
    elif record == "missing":
        (folder / ".gradus" / "statements.json").unlink()

    assert init_practice(folder).spared == (path,)
    assert path.read_text() == "my notes"


def test_course_file_stays_and_the_other_language_is_named(builtin: Course, folder: Path) -> None:
    init_practice(folder)
    text = (folder / "course.toml").read_text()

    assert (init_practice(folder, "zh").default, init_practice(folder, "en").default) == ("zh", None)
    assert (folder / "course.toml").read_text() == text


def test_course_without_its_file_is_made_whole_around_the_work(builtin: Course, folder: Path) -> None:
    init_practice(folder)
    (folder / "exercises" / "toy.py").write_text("my work")
    (folder / "course.toml").unlink()

    assert init_practice(folder).is_new
    assert (folder / "exercises" / "toy.py").read_text() == "my work"


def test_nothing_is_written_where_the_built_in_course_is(builtin: Course, folder: Path) -> None:
    files = _snapshot(builtin.root)
    (builtin.root / "exercises" / ".stubs.json").unlink()
    init_practice(folder)

    del files[builtin.root / "exercises" / ".stubs.json"]
    assert _snapshot(builtin.root) == files


# `source` in course.toml.


def test_course_may_have_a_title_an_order_and_a_class_of_its_own(builtin: Course, folder: Path) -> None:
    folder.mkdir()
    text = 'format_version = 1\nsource = "built-in"\norder = ["next-toy"]\ntitle = { en = "Mine" }\n'
    (folder / "course.toml").write_text(text + '[class]\nstudents = [{ id = "ada" }]\n')
    course = Course(folder)

    assert (course.title, course.slugs) == ({"en": "Mine"}, ["next-toy", "toy"])
    assert [student.id for student in course.rules.students] == ["ada"]


@pytest.mark.parametrize(
    ("line", "wanted"),
    [('languages = ["fr"]', "has `fr`; the built-in course has `en`, `zh`"), ('source = "elsewhere"', "elsewhere")],
)
def test_source_and_languages_are_validated(builtin: Course, folder: Path, line: str, wanted: str) -> None:
    folder.mkdir()
    source_line = "" if line.startswith("source") else 'source = "built-in"\n'
    (folder / "course.toml").write_text(f"format_version = 1\n{source_line}{line}\n")

    with pytest.raises(CourseError, match=wanted):
        Course(folder)


def test_checkout_has_the_built_in_course_at_its_root() -> None:
    assert builtin_folder() == Path(__file__).parents[2]


def test_package_without_its_data_says_how_to_mend_it(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(source, "PACKAGED", tmp_path / "builtin")
    monkeypatch.setattr(source, "_CHECKOUT", tmp_path)
    with pytest.raises(CourseError, match="installed without its built-in course.*gradus-torch"):
        init_practice(tmp_path / "practice")
    assert not (tmp_path / "practice").exists()


# The commands.


def test_no_course_names_init(learn: Learn, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert "`learn init`" in learn("list").stderr


def test_init_says_how_to_begin(learn: Learn, builtin: Course, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    text = learn("init", "my practice").stdout

    assert "`my practice` is a course of 2 assignments now." in text
    assert "  cd 'my practice'\n  learn start toy\n" in text


def test_init_speaks_the_language_that_it_gives_the_course(learn: Learn, builtin: Course, folder: Path) -> None:
    assert "这样开始：" in learn("init", str(folder), "--lang", "zh").stdout


def test_init_again_names_what_is_new_and_what_was_spared(learn: Learn, builtin: Course, folder: Path) -> None:
    learn("init", str(folder))
    (folder / "exercises" / "toy.py").unlink()
    (folder / "statements" / "toy.en.md").write_text("my notes")
    text = " ".join(learn("init", str(folder), "--lang", "zh").stdout.replace("\n", "").split())
    assert "toy.py` 是新的。" in text and "toy.en.md` 已被你改过" in text and "语言保持不变" in text
    (folder / "statements" / "toy.en.md").unlink()
    learn("init", str(folder))

    assert "is up to date" in " ".join(learn("init", str(folder)).stdout.split())


@pytest.mark.parametrize("arguments", [["generate"], ["generate", "--check"], ["new", "more-toys"]], ids=" ".join)
def test_what_writes_a_courses_sources_is_refused(
    learn: Learn, builtin: Course, folder: Path, arguments: list[str]
) -> None:
    init_practice(folder)
    files = _snapshot(folder.parent)
    result = learn(*arguments, "--course", str(folder))

    assert result.exit_code == 2
    assert "takes its assignments from the built-in course" in result.stderr
    assert f"`learn init {folder}`" in result.stderr
    assert _snapshot(folder.parent) == files


@pytest.mark.parametrize(
    "arguments",
    [["start", "toy"], ["show", "toy"], ["hint", "toy"], ["list"], ["status"], ["reset", "toy", "--yes"]],
    ids=lambda it: it[0],
)
def test_commands_of_students_work_in_it(
    learn: Learn, builtin: Course, folder: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str]
) -> None:
    init_practice(folder)
    monkeypatch.chdir(folder)
    assert learn(*arguments).exit_code == 0


def test_check_counts_for_the_progress_of_the_practice_course(
    warm_learn: Learn, builtin: Course, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    init_practice(folder)
    monkeypatch.chdir(folder)
    assert warm_learn("check", "toy").exit_code == 1
    shutil.copy(builtin.solution(builtin.assignment("toy")), folder / "exercises" / "toy.py")
    assert warm_learn("check", "toy").exit_code == 0

    assert (folder / ".gradus" / "progress.json").is_file()
    assert not (builtin.root / ".gradus").exists()


def test_doctor_names_init_for_a_missing_exercise(
    learn: Learn, builtin: Course, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    init_practice(folder)
    (folder / "exercises" / "toy.py").unlink()
    monkeypatch.chdir(folder)
    checks = {line.split()[1]: line for line in learn("doctor").stdout.splitlines() if len(line.split()) > 1}

    assert "toy (missing)" in checks["exercises"]
    assert "learn init" in learn("doctor", "--json").stdout


@pytest.mark.slow
def test_verify_proves_the_built_in_course_beside_a_students_work(
    learn: Learn, builtin: Course, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    init_practice(folder, "zh")
    (folder / "exercises" / "toy.py").write_text("my work")
    monkeypatch.chdir(folder)
    text = learn("verify", "toy").stdout

    assert "exercises/toy.py" not in text and "no title in" not in text
