"""A new assignment: it loads at once, nothing is written over, and names that could not work are refused."""

from __future__ import annotations

import ast
import errno
import json
import os
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest

from grader.course.course import Course
from grader.course.exercises import generate
from grader.course.scaffold import scaffold
from grader.errors import UserError
from grader.suite.mutants import stand_ins

_ROOT = Path(__file__).parents[2]
_TITLES = ("Running mean", "zh=滑动平均")


def _files(course: Course) -> dict[str, bytes]:
    paths = [path for path in course.root.rglob("*") if path.is_file()]
    return {path.relative_to(course.root).as_posix(): path.read_bytes() for path in paths}


def _new(course: Course, *tasks: str, forbid: tuple[str, ...] = ()) -> Course:
    scaffold(course, "running-mean", titles=_TITLES, tasks=tasks, forbid=forbid)
    return Course(course.root)


def _speak(course: Course, *languages: str) -> Course:
    """Makes the course one in these languages alone, without its own assignments."""
    titles = "".join(f'{language} = "Toys"\n' for language in languages)
    text = f"format_version = 1\nlanguages = {json.dumps(languages)}\n[title]\n{titles}"
    (course.root / "course.toml").write_text(text, encoding="utf-8")
    shutil.rmtree(course.root / "assignments")
    return Course(course.root)


def _text(course: Course, name: str) -> str:
    """Returns one of the new files by its path below the assignment, or else below the course."""
    path = course.folder("running-mean") / name
    return (path if path.exists() else course.root / name).read_text(encoding="utf-8")


def test_scaffold_writes_every_file_and_the_course_has_the_assignment(toy: Course) -> None:
    before = _files(toy)

    written = scaffold(toy, "running-mean", titles=_TITLES, tasks=("mean_of_last", "Averager"))

    after = _files(toy)
    assert (
        {path.relative_to(toy.root).as_posix() for path in written}
        == set(after) - set(before)
        == {
            "assignments/running-mean/assignment.toml",
            "assignments/running-mean/statement.en.md",
            "assignments/running-mean/statement.zh.md",
            "assignments/running-mean/suite/test_mean_of_last.py",
            "assignments/running-mean/suite/test_Averager.py",
            "assignments/running-mean/mutants/mean_of_last.toml",
            "assignments/running-mean/mutants/Averager.toml",
            "assignments/running-mean/variants/mean_of_last.py",
            "assignments/running-mean/variants/Averager.py",
            "solutions/running_mean.py",
        }
    )
    assert {name: after[name] for name in before} == before
    course = Course(toy.root)
    assignment = course.assignment("running-mean")
    assert course.slugs[-1] == "running-mean"
    assert assignment.title == {"en": "Running mean", "zh": "滑动平均"}
    assert [(task.name, task.points) for task in assignment.tasks] == [("mean_of_last", 50), ("Averager", 50)]
    assert assignment.task("Averager").signature == "class Averager(nn.Module)"


def test_scaffold_can_be_generated_and_has_places_for_mutants_and_variants(toy: Course) -> None:
    course = _new(toy, "mean_of_last", "Averager")
    assignment = course.assignment("running-mean")

    generate(course, assignment)

    stub = course.exercise(assignment).read_text(encoding="utf-8")
    assert 'raise NotImplementedError("mean_of_last")' in stub
    assert 'raise NotImplementedError("Averager.forward")' in stub
    assert len(tomllib.loads(_text(course, "mutants/Averager.toml"))) == 5
    assert len(stand_ins(course, assignment, "variant")) == 4


_LONG = ", ".join(f"parameter_{number}: Tensor | None = None" for number in range(6))
_TASKS = [
    (),
    ("f",),
    ("Averager",),
    ("f", "Averager", "class Node"),
    ("f(x: Tensor, dim: int) -> Tensor", "add_(x: Tensor, *, alpha: float = 1.0) -> None", "g(*xs: Tensor) -> Tensor"),
    (f"f({_LONG}) -> Tensor", f"g_({_LONG}, mode: Literal['sum', 'mean'] = 'sum') -> None"),
    ("f(xs: Sequence[Tensor], start: Callable[[], Tensor], generator: Generator | None = None) -> Any",),
]


@pytest.mark.parametrize("languages", [("en",), ("en", "zh"), ("fr", "pt-BR")], ids=str)
@pytest.mark.parametrize("tasks", _TASKS, ids=range(len(_TASKS)))
def test_scaffold_is_formatted_python(toy: Course, tasks: tuple[str, ...], languages: tuple[str, ...]) -> None:
    course = _speak(toy, *languages)
    scaffold(course, "running-mean", tasks=tasks, forbid=("torch.cumsum", ".cumsum", "torch.nn.functional.*_pool*"))
    paths = [path for path in course.root.rglob("*.py") if "running" in str(path)]

    for path in paths:
        ast.parse(path.read_text(encoding="utf-8"))
    options = ["--no-cache", "--isolated", "--line-length", "120"]
    run = subprocess.run(
        [sys.executable, "-m", "ruff", "format", "--diff", *options, *paths], cwd=_ROOT, capture_output=True, text=True
    )
    assert (run.returncode, run.stdout) == (0, "")
    for name in ("assignment.toml", *(f"statement.{language}.md" for language in languages)):
        text = (course.folder("running-mean") / name).read_text(encoding="utf-8")
        assert "\n\n\n" not in text and text.endswith("\n") and not text.endswith("\n\n"), name


def test_scaffold_names_its_task_and_its_title_after_the_slug(toy: Course) -> None:
    scaffold(toy, "conv-shapes-2")

    assignment = Course(toy.root).assignment("conv-shapes-2")
    assert [task.signature for task in assignment.tasks] == ["def conv_shapes_2(x: Tensor) -> Tensor"]
    assert assignment.title["en"] == "Conv shapes 2"
    assert "TODO(author)" in assignment.title["zh"]


def test_scaffold_shares_out_whole_points(toy: Course) -> None:
    course = _new(toy, "a", "b", "c")

    assert [task.points for task in course.assignment("running-mean").tasks] == [34, 33, 33]


def test_scaffold_tells_a_class_from_a_function_of_the_same_letters(toy: Course) -> None:
    course = _new(toy, "mean", "Mean")

    names = {path.name for path in (course.folder("running-mean") / "suite").iterdir()}
    assert names == {"test_mean.py", "test_Mean_class.py"}
    variants = stand_ins(course, course.assignment("running-mean"), "variant")
    assert [found.task for found in variants] == ["mean", "mean", "Mean", "Mean"]


@pytest.mark.parametrize("title", ['The "sum" \\ of', "a = [1] # no comment", "'''", "{{ title }} {% if %}", "é"])
def test_scaffold_takes_any_printable_title(toy: Course, title: str) -> None:
    scaffold(toy, "running-mean", titles=(title, f"zh={title} 中文"))

    assert Course(toy.root).assignment("running-mean").title == {"en": title, "zh": f"{title} 中文"}


# Signatures, bans and languages.


def test_signature_stands_wherever_it_belongs(toy: Course) -> None:
    course = _new(toy, "mean_of_last(x: Tensor, size: int=3) -> Tensor")
    header = "def mean_of_last(x: Tensor, size: int = 3) -> Tensor"

    assert course.assignment("running-mean").tasks[0].signature == header
    assert f"{header}:\n" in _text(course, "solutions/running_mean.py")
    for language in course.languages:
        assert f"```python\n{header}\n```" in _text(course, f"statement.{language}.md")
    suite = _text(course, "suite/test_mean_of_last.py")
    assert "def spec(x: Tensor, size: int = 3) -> Tensor:" in suite
    assert "assert_close(student.mean_of_last(x, size), spec(x, size))" in suite
    for variant in stand_ins(course, course.assignment("running-mean"), "variant"):
        assert variant.source.startswith(f"{header}:\n")


def test_solution_has_the_imports_that_its_signatures_need(toy: Course) -> None:
    tasks = ("f(xs: Sequence[Tensor], g: Callable[[Any], Tensor], rng_: Generator) -> Tensor", "A(nn.Module)")
    text = _text(_new(toy, *tasks), "solutions/running_mean.py")

    assert text.split("\n\n\n")[0].split("import annotations\n\n")[1] == (
        "from collections.abc import Callable, Sequence\nfrom typing import Any\n\n"
        "import torch\nfrom torch import Generator, Tensor, nn"
    )


def test_name_that_nobody_knows_is_left_to_the_author(toy: Course) -> None:
    text = _text(_new(toy, "f(x: Tensor, size: int, box: Box) -> Tensor"), "solutions/running_mean.py")

    assert "# TODO(author): import `Box`, which the header of `f` names\ndef f(" in text
    assert text.count("TODO(author): import") == 1


@pytest.mark.parametrize(
    ("parameter", "value"),
    [
        ("x: Tensor", "rng.normal(4, 4, dtype=torch.float64)"),
        ("x: Tensor | None = None", "rng.normal(4, 4, dtype=torch.float64)"),
        ("target: Tensor", "rng.integers(0, 4, 4)"),
        ("mask: Tensor", "rng.bools(4, 4)"),
        ("xs: list[Tensor]", "[rng.normal(4, 4, dtype=torch.float64), rng.normal(4, 4, dtype=torch.float64)]"),
        ("dim: int", "0"),
        ("size: int", "3"),
        ("eps: float", "0.5"),
        ("keep: bool", "True"),
        ('mode: str = "sum"', '"sum"'),
        ("f: Callable[[Tensor], Tensor]", "None  # TODO(author): a value"),
    ],
)
def test_first_test_has_an_input_for_every_kind_of_parameter(toy: Course, parameter: str, value: str) -> None:
    suite = _text(_new(toy, f"f({parameter}) -> Tensor"), "suite/test_f.py")

    name = parameter.partition(":")[0]
    assert f"    {name} = {value}\n" in suite.split("def test_specification")[1]


def _asked_at_sizes(toy: Course, parameters: str) -> list[str]:
    """Returns the lines of the test that asks with several sizes and values."""
    suite = _text(_new(toy, f"f({parameters}) -> Tensor"), "suite/test_f.py")
    return suite.partition("def test_sizes_and_values")[2].partition("\n\n\n")[0].splitlines()


@pytest.mark.parametrize(
    ("parameters", "lines"),
    [
        (
            "x: Tensor",
            [
                "    cases = [(4, 4), (3, 4), (1, 4), (3, 1), (0, 4)]",
                "    for number, (rows, columns) in enumerate(cases, 1):",
                "        x = rng.spread(rows, columns, dtype=torch.float64)",
                "        with in_case(number, len(cases), x):",
            ],
        ),
        (
            "x: Tensor, target: Tensor, mask: Tensor",
            ["        target = rng.integers(0, columns, rows)", "        mask = rng.bools(rows, columns)",
             "        with in_case(number, len(cases), (x, target, mask)):"],
        ),
        (
            "x: Tensor, dim: int",
            ["    cases = [(4, 4, 0), (3, 4, 1), (1, 4, -1), (3, 1, -2), (0, 4, 1)]",
             "    for number, (rows, columns, dim) in enumerate(cases, 1):"],
        ),
        (
            "size: int",
            ["    cases = [3, 1, 2, 0, -2]", "    for number, size in enumerate(cases, 1):",
             "        with in_case(number, len(cases)):"],
        ),
        (
            "eps: float, sizes: list[int]",
            ["    cases = [(0.5, [2, 3]), (0.37, [1]), (0.0, []), (-1.7, [0, -2]), (2.0, [1, 1, 2])]"],
        ),
        (
            "xs: Sequence[Tensor]",
            ["    for number, (rows, columns, xs_count) in enumerate(cases, 1):",
             "        xs = tuple(rng.spread(rows, columns, dtype=torch.float64) for _ in range(xs_count))"],
        ),
        (
            "xs: list[Tensor]",
            ["        xs = [rng.spread(rows, columns, dtype=torch.float64) for _ in range(xs_count)]"],
        ),
        ("target: Tensor, num_classes: int", ["        num_classes = columns"]),
        ("rows: Tensor, number: int", ["    for number_, (rows_, columns, number) in enumerate(cases, 1):"]),
    ],
    ids=lambda it: it if isinstance(it, str) else "",
)  # fmt: skip
def test_one_test_asks_for_other_sizes_and_values(toy: Course, parameters: str, lines: list[str]) -> None:
    found = _asked_at_sizes(toy, parameters)

    assert [line for line in lines if line not in found] == [], found
    assert any("TODO(author): the cases that have a meaning" in line for line in found)


def test_nothing_is_varied_of_what_nobody_can_guess(toy: Course) -> None:
    assert _asked_at_sizes(toy, "f_: Callable[[], Tensor]") == []


@pytest.mark.parametrize(
    ("parameters", "asked"),
    [
        ("x: Tensor, y: Tensor, dim: int", "assert_close(student.f(x, x, dim), spec(x, x, dim))"),
        ("xs: list[Tensor]", "assert_close(student.f([xs[0], xs[0]]), spec([xs[0], xs[0]]))"),
        ("x: Tensor, *, y: Tensor", "assert_close(student.f(x, y=x), spec(x, y=x))"),
    ],
)
def test_same_tensor_is_given_twice_where_there_are_several(toy: Course, parameters: str, asked: str) -> None:
    assert f"    {asked}\n" in _text(_new(toy, f"f({parameters}) -> Tensor"), "suite/test_f.py")


def test_same_tensor_is_given_once_where_there_is_one(toy: Course) -> None:
    suite = _text(_new(toy, "f(x: Tensor, target: Tensor) -> Tensor"), "suite/test_f.py")

    assert suite.partition("def test_specification")[2].partition("\n\n\n")[0].count("assert_close(") == 1


def test_example_leaves_defaults_to_the_task(toy: Course) -> None:
    suite = _text(_new(toy, "f(x: Tensor, size: int = 3) -> Tensor"), "suite/test_f.py")
    example = suite.partition("def test_example")[2].partition("\n\n\n")[0]

    assert "assert_close(student.f(x), expected)" in example and "size" not in example


def test_instances_of_a_class_are_applied_again_and_in_turn(toy: Course) -> None:
    suite = _text(_new(toy, "Averager"), "suite/test_Averager.py")

    assert "    return [first(x), first(x), second(x), first(x)]\n" in suite
    assert "assert_close(student.run(applied_in_turn, x), [spec(x)] * 4, cases=[x] * 4)" in suite


def test_argument_that_is_passed_by_name_is(toy: Course) -> None:
    suite = _text(_new(toy, "f(x: Tensor, *others: Tensor, dim: int) -> Tensor"), "suite/test_f.py")

    assert "assert_close(student.f(x, *others, dim=dim), spec(x, *others, dim=dim))" in suite


def test_function_that_returns_nothing_is_asked_for_what_it_changed(toy: Course) -> None:
    suite = _text(_new(toy, "add_(x: Tensor, y: Tensor) -> None"), "suite/test_add_.py")

    assert "def spec(x: Tensor, y: Tensor) -> Tensor:" in suite
    assert "    solution.add_(x, y)\n    return x\n" in suite
    assert "assert_close(student.run(changed, x, y), spec(x, y))" in suite


def test_bans_stand_in_the_table_and_in_every_statement(toy: Course) -> None:
    course = _new(toy, "f", forbid=("torch.cumsum", ".mean", "torch.cumsum"))

    assert course.assignment("running-mean").forbid == ("torch.cumsum", ".mean")
    assert "- Forbidden: `torch.cumsum`, `.mean`.\n" in _text(course, "statement.en.md")
    assert "- 禁止使用：`torch.cumsum`、`.mean`。\n" in _text(course, "statement.zh.md")


def test_course_in_another_language_owes_its_texts_in_that_one_alone(toy: Course) -> None:
    scaffold(_speak(toy, "fr"), "running-mean", titles=("Moyenne",), tasks=("f",))

    course = Course(toy.root)
    assignment = course.assignment("running-mean")
    assert assignment.title == {"fr": "Moyenne"}
    assert {tuple(hint) for hint in assignment.tasks[0].hints} == {("fr",)}
    assert not (course.folder("running-mean") / "statement.en.md").exists()
    assert "TODO(author): this page in `fr`" in _text(course, "statement.fr.md")
    assert '"""TODO(author): in `fr`: ' in _text(course, "suite/test_f.py")
    assert 'fr = "TODO(author): in `fr`: ' in _text(course, "mutants/f.toml")


def test_title_in_no_language_is_in_the_first(toy: Course) -> None:
    course = _speak(toy, "pt-BR", "en")
    scaffold(course, "running-mean", titles=("a = b", "en=c=d"))

    assert Course(toy.root).assignment("running-mean").title == {"pt-BR": "a = b", "en": "c=d"}


# What is refused.


@pytest.mark.parametrize(
    "slug",
    ["", "Sums", "1st", "-x", "x-", "a--b", "a_b", "a b", "a/b", "..", "总和", "x\n", "a" * 51]
    + ["class", "random", "torch", "conftest", "test-sums", "con", "import"],
    ids=repr,
)
def test_scaffold_refuses_a_slug_that_cannot_be_a_module_of_its_own(toy: Course, slug: str) -> None:
    before = _files(toy)

    with pytest.raises(UserError, match="cannot be the name of an assignment"):
        scaffold(toy, slug)
    assert _files(toy) == before


@pytest.mark.parametrize(
    "name", ["", "1st", "a-b", "a b", "def", "总和", "run", "device", "__import__('os')", "Tensor"]
)
def test_scaffold_refuses_a_name_that_no_task_can_have(toy: Course, name: str) -> None:
    before = _files(toy)

    with pytest.raises(UserError, match="cannot be the name of a task|is no signature of a task"):
        scaffold(toy, "running-mean", tasks=("good", name))
    assert _files(toy) == before


def test_scaffold_refuses_a_task_that_is_named_twice(toy: Course) -> None:
    with pytest.raises(UserError, match="`f` is named twice"):
        scaffold(toy, "running-mean", tasks=("f", "g", "f(y: Tensor) -> Tensor"))


def test_scaffold_refuses_more_tasks_than_points(toy: Course) -> None:
    with pytest.raises(UserError, match="at most 100 tasks"):
        scaffold(toy, "running-mean", tasks=tuple(f"f{number}" for number in range(101)))


@pytest.mark.parametrize("title", ["two\nlines", "\x1b[2J", "\u202e", "", "zh="], ids=repr)
def test_scaffold_refuses_a_title_that_is_empty_or_has_control_characters(toy: Course, title: str) -> None:
    with pytest.raises(UserError, match="is no title"):
        scaffold(toy, "running-mean", titles=(title,))


def test_scaffold_refuses_a_title_in_a_language_that_the_course_has_not(toy: Course) -> None:
    with pytest.raises(UserError, match=r"the course has `en`, `zh`\. .*`--title en=fr=Moyenne`"):
        scaffold(toy, "running-mean", titles=("fr=Moyenne",))


def test_scaffold_refuses_two_titles_in_one_language(toy: Course) -> None:
    with pytest.raises(UserError, match="in `en` is given twice"):
        scaffold(toy, "running-mean", titles=("Mean", "en=Mean"))


@pytest.mark.parametrize("name", ["", "a b", "torch.cdist()", "..x", ".data==", "1x", "`x`"], ids=repr)
def test_scaffold_refuses_a_ban_that_could_ban_nothing(toy: Course, name: str) -> None:
    before = _files(toy)

    with pytest.raises(UserError, match="is nothing that can be forbidden"):
        scaffold(toy, "running-mean", forbid=("torch.cdist", name))
    assert _files(toy) == before


def test_scaffold_refuses_an_assignment_that_is_there(toy: Course) -> None:
    with pytest.raises(UserError, match="There is an assignment `next-toy` already"):
        scaffold(toy, "next-toy")


@pytest.mark.parametrize("name", ["solutions/running_mean.py", "assignments/running-mean"])
@pytest.mark.parametrize("make", [Path.touch, lambda path: path.symlink_to("nowhere")], ids=["file", "link"])
def test_scaffold_never_writes_over_what_is_there(toy: Course, name: str, make: Callable[[Path], None]) -> None:
    make(toy.root / name)
    before = _files(toy)

    with pytest.raises(UserError, match=f"`.*{name}` is there already, and is not written over"):
        scaffold(toy, "running-mean")
    assert _files(toy) == before


@pytest.mark.parametrize("at", range(1, 8))
def test_scaffold_that_fails_leaves_nothing(toy: Course, monkeypatch: pytest.MonkeyPatch, at: int) -> None:
    before = _files(toy)
    opened, calls = Path.open, iter(range(1, 100))

    def fail_later(path: Path, mode: str = "r", **options: object) -> object:
        if mode == "x" and next(calls) == at:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return opened(path, mode, **options)  # type: ignore[call-overload]

    monkeypatch.setattr(Path, "open", fail_later)

    with pytest.raises(UserError, match="cannot be written: No space left on device"):
        scaffold(toy, "running-mean")
    assert _files(toy) == before
    assert not toy.folder("running-mean").exists()
