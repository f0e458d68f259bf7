"""What goes out of a course: the files of each kind, their bytes, and what is in step."""

from __future__ import annotations

import io
import re
import zipfile
from pathlib import Path

import msgspec
import pytest

from grader.course.course import Course
from grader.errors import CourseError, UserError
from grader.release.archive import zip_of
from grader.release.bundle import bundle, bundle_files
from grader.release.gradescope import gradescope_files
from grader.release.kinds import KINDS, ProductState, inspect_products, is_there, write_products

_ROOT = Path(__file__).parents[2]
_SHIPPED = Course(_ROOT)


@pytest.fixture
def open_toy(toy: Course) -> Course:
    """The toy course with nothing but visible tests."""
    suite = toy.folder("toy") / "suite" / "test_toy.py"
    text = suite.read_text().replace("@visible\n", "").replace("@needs_value\n", "")
    suite.write_text(text.replace("@task(", "@visible\n@task("))
    return toy


every_assignment = pytest.mark.parametrize("slug", _SHIPPED.slugs)


def _unpacked(archive: bytes, folder: Path) -> Path:
    with zipfile.ZipFile(io.BytesIO(archive)) as zipped:
        zipped.extractall(folder)
    return folder


# The archive.


def test_zip_does_not_depend_on_order_or_time() -> None:
    first = zip_of({"b": b"2", "a": b"1"})
    assert first == zip_of({"a": b"1", "b": b"2"})
    entries = zipfile.ZipFile(io.BytesIO(first)).infolist()
    assert [entry.filename for entry in entries] == ["a", "b"]
    assert {(entry.date_time, entry.compress_type) for entry in entries} == {((1980, 1, 1, 0, 0, 0), 0)}


def test_zip_marks_programs_only() -> None:
    entries = zipfile.ZipFile(io.BytesIO(zip_of({"run": b"", "data": b""}, ["run"]))).infolist()
    assert {entry.filename: oct(entry.external_attr >> 16) for entry in entries} == {
        "run": "0o100755",
        "data": "0o100644",
    }


# The bundle.


@every_assignment
def test_bundle_is_a_course_of_that_assignment_alone(slug: str, tmp_path: Path) -> None:
    original = _SHIPPED.assignment(slug)
    root = _unpacked(bundle(_SHIPPED, original)[f"bundles/{slug}.zip"], tmp_path) / slug
    course = Course(root)
    assert course.slugs == [slug]
    assert course.assignment(slug) == msgspec.structs.replace(original, waivers=())  # which only a proof needs
    assert course.exercise(original).read_bytes() == _SHIPPED.exercise(original).read_bytes()
    assert not course.suite(original).reference and not course.suite(original).mutants


def test_bundle_holds_these_files_and_no_others() -> None:
    assert sorted(bundle_files(_SHIPPED, _SHIPPED.assignment("dropout"))) == [
        "README.md",
        "assignments/dropout/assignment.toml",
        "assignments/dropout/statement.en.html",
        "assignments/dropout/statement.en.md",
        "assignments/dropout/statement.zh.html",
        "assignments/dropout/statement.zh.md",
        "assignments/dropout/suite/dropout_oracle.py",
        "assignments/dropout/suite/test_DropoutFn.py",
        "assignments/dropout/suite/test_Dropout_layer.py",
        "assignments/dropout/suite/test_dropout.py",
        "assignments/dropout/suite/test_dropout2d.py",
        "assignments/dropout/suite/test_dropout_mask.py",
        "assignments/dropout/suite/test_mlp_dropout.py",
        "conftest.py",
        "course.toml",
        "exercises/dropout.py",
        "pytest.ini",
    ]


@every_assignment
def test_statement_as_html_needs_nothing_else_and_joins_chinese_lines(slug: str) -> None:
    files = bundle_files(_SHIPPED, _SHIPPED.assignment(slug))
    for language in ("en", "zh"):
        page = files[f"assignments/{slug}/statement.{language}.html"].decode()
        assert f'<html lang="{language}">' in page and "<h2>" in page
        assert not re.search(r'src=|href="(?!https?:|#)|@import|url\(', page)
        prose = re.sub(r"<pre>.*?</pre>", "", page, flags=re.DOTALL)
        assert not re.search(r"[\u4e00-\u9fff，。]\n[\u4e00-\u9fff]", prose)


def test_statement_as_html_escapes_what_looks_like_html(open_toy: Course) -> None:
    open_toy.folder("toy").joinpath("statement.en.md").write_text("# T\n\n<script>alert(1)</script>\n")
    page = bundle_files(open_toy, open_toy.assignment("toy"))["assignments/toy/statement.en.html"].decode()
    assert "<script>" not in page and "&lt;script&gt;" in page


def test_texts_survive_the_way_into_toml(open_toy: Course, tmp_path: Path) -> None:
    path = open_toy.folder("toy") / "assignment.toml"
    odd = r"""a "quoted" \\ text, \u007f, \u0001, \U0001F600, {{ x }}, {% y %} and <b>"""
    path.write_text(path.read_text().replace('"Two toys"', f"{chr(34) * 3}{odd}{chr(34) * 3}"))
    original = open_toy.assignment("toy")
    assert "{{ x }}" in original.title["en"] and "\x01" in original.title["en"] and "\x7f" in original.title["en"]
    root = _unpacked(bundle(open_toy, original)["bundles/toy.zip"], tmp_path / "out") / "toy"
    assert Course(root).assignment("toy") == original


def test_bundle_has_the_assignments_own_deadline_only(open_toy: Course, tmp_path: Path) -> None:
    with (open_toy.root / "course.toml").open("a") as file:
        file.write("\n[class.deadlines]\ntoy = 2030-01-02T03:04:05+08:00\nnext-toy = 2031-01-01T00:00:00Z\n")
    course = Course(open_toy.root)
    root = _unpacked(bundle(course, course.assignment("toy"))["bundles/toy.zip"], tmp_path / "out") / "toy"
    assert Course(root).rules.deadlines == {"toy": course.rules.deadlines["toy"]}


def test_task_without_visible_test_is_not_bundled(toy: Course) -> None:
    with pytest.raises(CourseError, match="`toy` cannot be bundled: the task `add_` has no test that is `visible`"):
        bundle(toy, toy.assignment("toy"))


def test_task_whose_visible_tests_all_need_a_value_is_not_bundled(open_toy: Course) -> None:
    suite = open_toy.folder("toy") / "suite" / "test_toy.py"
    suite.write_text(suite.read_text().replace('@task("add_")', '@needs_value\n@task("add_")'))
    with pytest.raises(CourseError, match="without `needs_value`"):
        bundle(open_toy, open_toy.assignment("toy"))


def test_unclear_suite_is_named_with_folder_file_and_line(toy: Course) -> None:
    suite = toy.folder("toy") / "suite"
    (suite / "test_toy.py").write_text("print(1)\n")
    with pytest.raises(CourseError, match=re.escape(f"In `{suite}`: `test_toy.py`, line 1: only imports")):
        bundle(toy, toy.assignment("toy"))


# The autograder.


def test_autograder_holds_the_engine_and_one_assignment() -> None:
    files = gradescope_files(_SHIPPED, _SHIPPED.assignment("dropout"))
    assert {"setup.sh", "run_autograder", "requirements.txt", "course/solutions/dropout.py"} <= set(files)
    ours = {name for name in files if name.startswith("course/assignments/")}
    assert {name.split("/")[2] for name in ours} == {"dropout"}
    folder = _SHIPPED.folder("dropout")
    for kind in ("suite", "mutants"):
        expected = {path.name for path in (folder / kind).glob("*.*")} - {"equivalent.toml"}  # the gate's own
        assert {name.split("/")[-1] for name in ours if f"/{kind}/" in name} == expected
    assert not [name for name in files if "pycache" in name]


def test_autograder_requires_what_the_engine_requires() -> None:
    text = (_ROOT / "pyproject.toml").read_text()
    block = text.partition("dependencies = [")[2].partition("]\n")[0]
    ours = set(re.findall(r'"(.+)"', block))
    asked = gradescope_files(_SHIPPED, _SHIPPED.assignment("dropout"))["requirements.txt"].decode().splitlines()
    assert set(asked) <= ours
    unused = {re.split(r"[>\[]", line)[0] for line in ours - set(asked)}
    assert unused == {
        "click",
        "jinja2",
        "markdown-it-py",
        "rich",
    }  # of the command line and of what goes out


@pytest.mark.parametrize("name", ["setup.sh", "run_autograder"])
def test_scripts_of_the_autograder_are_valid_bash(name: str) -> None:
    import subprocess

    script = gradescope_files(_SHIPPED, _SHIPPED.assignment("dropout"))[name]
    assert script.startswith(b"#!/usr/bin/env bash\n")
    subprocess.run(["bash", "-n"], input=script, check=True)


def test_autograder_without_a_solution_is_an_error(toy: Course) -> None:
    toy.solution(toy.assignment("toy")).unlink()
    with pytest.raises(CourseError, match=r"toy\.py` is missing"):
        gradescope_files(toy, toy.assignment("toy"))


# What is in step.


@pytest.mark.parametrize("kind", KINDS)
def test_products_are_missing_then_current_then_stale(kind: str, tmp_path: Path) -> None:
    assignment = _SHIPPED.assignment("broadcasting")

    def states() -> set[ProductState]:
        return {product.state for product in inspect_products(kind, _SHIPPED, assignment, tmp_path)}

    assert states() == {ProductState.MISSING} and not is_there(kind, assignment, tmp_path)
    written = write_products(inspect_products(kind, _SHIPPED, assignment, tmp_path))
    assert written and all(path.is_relative_to(tmp_path / KINDS[kind].folder) for path in written)
    assert states() == {ProductState.CURRENT} and is_there(kind, assignment, tmp_path)
    assert write_products(inspect_products(kind, _SHIPPED, assignment, tmp_path)) == []
    written[0].write_bytes(b"")
    assert ProductState.STALE in states()


def test_product_that_cannot_be_written_is_the_users_to_mend(tmp_path: Path) -> None:
    (tmp_path / "bundles").write_text("a file in the way")
    with pytest.raises(UserError, match="bundles"):
        write_products(inspect_products("bundle", _SHIPPED, _SHIPPED.assignment("broadcasting"), tmp_path))
