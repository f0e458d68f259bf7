"""Of the files of a folder one is the answer, whatever lies beside it, and what was chosen is said to both."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from grader.course.roster import AttemptRule, ClassRules
from grader.submission import written
from grader.submission.collect import Found
from grader.submission.inbox import Parcel, deliver
from grader.submission.remarks import capped
from tests.support.handins import ADD, BOTH, NOON, NOTHING, STUB, hand_in, look_through, names_found
from tests.support.notebooks import code, notebook_bytes


def _only(root: Path) -> Found:
    (found,) = look_through(root).found
    return found


@pytest.mark.parametrize(
    "beside",
    [
        "test_sums.py",
        "sums_test.ipynb",
        "sums_scratch.py",
        "old_sums.py",
        "sums_final.py",
        "sums (1).py",
        "sums - Copy (2).py",
        "Kopie von sums.py",
        "sums 副本.py",
        "sums_v2.ipynb",
        "sums.bak.py",
        "sums.py.txt",
        "conftest.py",
    ],
)
def test_exact_name_beats_what_was_saved_beside_it_a_minute_later(tmp_path: Path, beside: str) -> None:
    hand_in(tmp_path, {"ada/sums.py": ADD, f"ada/{beside}": BOTH})
    assert names_found(tmp_path) == ["ada/sums.py"]


@pytest.mark.parametrize("very", ["conv_shapes.py", "conv_shapes.ipynb"])
@pytest.mark.parametrize(
    "beside",
    ["Conv_Shapes.py", "CONV_SHAPES.PY", "conv-shapes.py", "ConvShapes.ipynb", "conv_sha-pes.py", "conv shapes.py"],
)
@pytest.mark.parametrize("minutes", [0.0, 1.0])
def test_very_name_beats_every_other_spelling_of_it(tmp_path: Path, very: str, beside: str, minutes: float) -> None:
    right = "def conv(x):\n    return x\n"
    hand_in(tmp_path, {f"ada/{very}": right, f"ada/{beside}": right}, minutes=minutes)
    collection = look_through(tmp_path)
    assert [one.name for one in collection.found] == [f"ada/{very}"]
    assert "its name is the closest" in collection.remarks[0].message


def test_other_letters_are_closer_than_other_words(tmp_path: Path) -> None:
    hand_in(tmp_path, {"ada/SUMS.py": ADD, "ada/su-ms.py": BOTH})
    assert names_found(tmp_path) == ["ada/SUMS.py"]


@pytest.mark.parametrize("name", ["sums_helper.py", "utils.py", "sums.py", "optim.py"])
def test_helper_beside_a_notebook_never_takes_its_place(tmp_path: Path, name: str) -> None:
    hand_in(tmp_path, {"ada/sums/ps1.ipynb": BOTH, f"ada/sums/{name}": NOTHING})
    assert names_found(tmp_path) == ["ada/sums/ps1.ipynb"]


@pytest.mark.parametrize(
    "empty", [NOTHING, STUB, "", "from utils import *\n", "def add(x, y:\n", b"\xff\xfe\x00", "   "]
)
def test_exact_name_that_writes_nothing_gives_way_to_a_file_that_does(tmp_path: Path, empty: str | bytes) -> None:
    hand_in(tmp_path, {"ada/sums_final.py": ADD, "ada/sums.py": empty})
    assert names_found(tmp_path) == ["ada/sums_final.py"]


def test_exact_name_that_writes_less_does_not_give_way(tmp_path: Path) -> None:
    hand_in(tmp_path, {"ada/sums.py": ADD, "ada/sums_final.py": BOTH})
    assert names_found(tmp_path) == ["ada/sums.py"]


def test_function_with_its_stubs_raise_left_below_is_written(tmp_path: Path) -> None:
    left_below = f'{ADD}    raise NotImplementedError("add")\n'
    hand_in(tmp_path, {"ada/sums.py": left_below, "ada/sums (1).py": BOTH})
    assert names_found(tmp_path) == ["ada/sums.py"]


@pytest.mark.parametrize(
    ("files", "winner"),
    [
        ({"sums (1).py": ADD, "sums (2).py": BOTH}, "sums (2).py"),
        ({"sums (2).py": BOTH, "sums (1).py": ADD}, "sums (2).py"),
        ({"sums (1).py": ADD, "sums (2).py": ADD}, "sums (2).py"),
        ({"sums.py": ADD, "sums.ipynb": BOTH}, "sums.ipynb"),
        ({"sums.ipynb": BOTH, "sums.py": ADD}, "sums.ipynb"),
        ({"sums.ipynb": ADD, "sums.py": ADD}, "sums.py"),
        ({"sums.py": STUB, "sums.ipynb": NOTHING}, "sums.py"),
    ],
)
def test_of_equal_names_the_one_that_writes_more_is_taken_and_then_the_newer(
    tmp_path: Path, files: dict[str, str | bytes], winner: str
) -> None:
    hand_in(tmp_path, {f"ada/{name}": text for name, text in files.items()})
    assert names_found(tmp_path) == [f"ada/{winner}"]


@pytest.mark.parametrize("name", ["sums (1) (1).py", "sums (1) - Copy.py", "Copy of sums (2) (1).ipynb"])
def test_marks_of_copies_are_taken_off_however_many_there_are(tmp_path: Path, name: str) -> None:
    hand_in(tmp_path, {f"ada/{name}": ADD})
    assert names_found(tmp_path) == [f"ada/{name}"]


@pytest.mark.parametrize(
    ("name", "is_notebook"),
    [("sums.py.txt", False), ("sums.txt", False), ("sums.PY", False), ("sums.ipynb.json", True), ("sums.json", True)],
)
def test_suffix_that_was_added_is_seen_through_and_said(tmp_path: Path, name: str, is_notebook: bool) -> None:
    hand_in(tmp_path, {f"ada/{name}": notebook_bytes(code(ADD)) if is_notebook else ADD})
    found = _only(tmp_path)
    assert found.is_notebook is is_notebook
    assert [note["en"] for note in found.notes if "whatever the end of its name" in note["en"]] == [
        note["en"] for note in found.notes
    ]
    assert bool(found.notes) is (name != "sums.PY")


@pytest.mark.parametrize(
    "name", ["sums.json", "sums.py~", "#sums.py#", "sums.py.swp", "test_sums.py", "conftest.ipynb"]
)
def test_what_never_is_an_answer_is_left_out_and_said(tmp_path: Path, name: str) -> None:
    hand_in(tmp_path, {f"ada/{name}": b'{"lr": 1}' if name.endswith("json") else ADD})
    collection = look_through(tmp_path)
    assert collection.found == ()
    assert [(remark.path, "left out" in remark.message) for remark in collection.remarks] == [(f"ada/{name}", True)]


_DYING = """
import os, runpy, sys
content = sys.stdin.buffer.read()
if b"DIE" in content:
    os.abort()
sys.stdin = __import__("types").SimpleNamespace(buffer=__import__("io").BytesIO(content))
runpy.run_path({program!r}, run_name="__main__")
"""


def test_source_that_crashes_the_parser_takes_nothing_but_its_own_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = tmp_path / "dying.py"
    program.write_text(_DYING.format(program=str(written.__file__)))
    monkeypatch.setattr(written, "__file__", str(program))
    root = tmp_path / "class"
    hand_in(
        root, {"ada/sums (1).py": ADD, "ada/sums.py": f"{ADD}DIE = 1\n", "bob/sums (1).py": ADD, "bob/sums.py": STUB}
    )
    assert names_found(root) == ["ada/sums (1).py", "bob/sums (1).py"]


@pytest.mark.parametrize("source", ["(" * 100_000, "x = " + "-" * 900_000 + "1\n", "\0", "x" * (2 << 20)])
def test_source_that_strains_the_parser_writes_nothing(tmp_path: Path, source: str) -> None:
    hand_in(tmp_path, {"ada/sums (1).py": ADD, "ada/sums.py": source})
    assert names_found(tmp_path) == ["ada/sums (1).py"]


def test_choice_is_told_to_the_instructor_and_in_both_languages_to_the_student(tmp_path: Path) -> None:
    hand_in(tmp_path, {"ada/sums.py": ADD, "ada/old_sums.py": BOTH, "ada/sums (1).py": ADD})
    collection = look_through(tmp_path)
    remark = collection.remarks[0]
    assert (remark.path, remark.student) == ("ada/sums.py", "ada")
    assert "is judged for `sums`" in remark.message
    assert "`sums (1).py`, `old_sums.py`" in remark.message
    (note,) = collection.found[0].notes
    assert "`sums.py` was judged" in note["en"] and "评测的是 `sums.py`" in note["zh"]
    assert all("`old_sums.py`" in note[language] for language in ("en", "zh"))


def test_choice_among_very_many_names_some_and_counts_the_rest(tmp_path: Path) -> None:
    hand_in(tmp_path, {f"ada/sums ({number}).py": ADD for number in range(12)})
    assert "3 more" in look_through(tmp_path).remarks[0].message


def test_file_that_is_alone_is_not_opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise AssertionError("looked at")

    monkeypatch.setattr("grader.submission.choosing.look", fail)
    hand_in(tmp_path, {"ada/sums (1).py": ADD, "ada/conv_shapes.py": ADD, "bob/sums.ipynb": ADD})
    assert len(names_found(tmp_path)) == 3


# Several folders.


def test_files_of_several_folders_are_attempts_and_the_last_is_said_to_count(tmp_path: Path) -> None:
    hand_in(tmp_path, {"ada/week 1/sums.py": ADD, "ada/week 2/sums.py": BOTH})
    collection = look_through(tmp_path)
    assert [one.name for one in collection.found] == ["ada/week 1/sums.py", "ada/week 2/sums.py"]
    remark = collection.remarks[0]
    assert remark.path == "ada/week 2/sums.py" and "the last attempt counts" in remark.message
    assert all("`week 1/sums.py`" in one.notes[-1]["zh"] for one in collection.found)
    best = look_through(tmp_path, ClassRules(attempts=AttemptRule.BEST))
    assert "the most points counts" in best.remarks[0].message


@pytest.mark.parametrize(
    ("empty", "fault"),
    [
        (NOTHING, "writes no task"),
        (STUB, "writes no task"),
        ("def add(x:\n", "is no valid Python"),
        (b"\xff\xfe\x00", "cannot be read"),
    ],
)
def test_file_that_writes_nothing_is_no_attempt_beside_another_folders(
    tmp_path: Path, empty: str | bytes, fault: str
) -> None:
    hand_in(tmp_path, {"ada/sums.py": ADD, "ada/new/sums.py": empty})
    collection = look_through(tmp_path)
    assert [one.name for one in collection.found] == ["ada/sums.py"]
    assert (collection.remarks[0].path, fault in collection.remarks[0].message) == ("ada/new/sums.py", True)
    assert f"`new/sums.py` ({fault}" in collection.found[0].notes[-1]["en"]


@pytest.mark.parametrize("folder", ["old", "backup", "archive", "旧", "deep/er"])
def test_of_equal_times_what_is_nearest_and_not_put_away_is_the_last(tmp_path: Path, folder: str) -> None:
    hand_in(tmp_path, {f"ada/{folder}/sums.py": BOTH, "ada/zz/sums.py": ADD}, minutes=0.0)
    assert names_found(tmp_path)[-1] == "ada/zz/sums.py"


@pytest.mark.parametrize(
    "folder",
    ["__MACOSX", ".old", "node_modules", "env/lib/python3.12/site-packages", "__pycache__", ".ipynb_checkpoints"],
)
def test_folders_of_programs_are_never_looked_into_and_an_answer_there_is_said(tmp_path: Path, folder: str) -> None:
    hand_in(tmp_path, {"ada/conv_shapes.py": ADD, f"ada/{folder}/sums.py": ADD})
    collection = look_through(tmp_path)
    assert [one.name for one in collection.found] == ["ada/conv_shapes.py"]
    assert [remark.path for remark in collection.remarks if "left out" in remark.message] == [f"ada/{folder}/sums.py"]


def test_virtual_environment_is_known_by_its_configuration(tmp_path: Path) -> None:
    hand_in(tmp_path, {"ada/sums.py": ADD, "ada/my env/pyvenv.cfg": "", "ada/my env/sums.py": BOTH})
    collection = look_through(tmp_path)
    assert [one.name for one in collection.found] == ["ada/sums.py"]
    assert collection.remarks[0].path == "ada/my env/sums.py"


def test_checkpoints_beside_an_answer_need_no_remark(tmp_path: Path) -> None:
    hand_in(tmp_path, {"ada/sums.ipynb": ADD, "ada/.ipynb_checkpoints/sums-checkpoint.ipynb": ADD})
    assert not any("left out" in remark.message for remark in look_through(tmp_path).remarks)


def test_scratch_in_a_folder_below_the_answers_is_beside_it(tmp_path: Path) -> None:
    hand_in(tmp_path, {"ada/sums/sums.py": BOTH, "ada/sums/notes/try.py": ADD})
    assert names_found(tmp_path) == ["ada/sums/sums.py"]


def test_attempts_with_receipts_stay_whatever_they_hold(tmp_path: Path) -> None:
    for hours, content in enumerate((ADD, STUB)):
        at = NOON + timedelta(hours=hours)
        deliver(
            tmp_path,
            Parcel(student="ada", assignment="sums", file="sums.py", content=content.encode(), submitted_at=at),
        )
    hand_in(tmp_path, {"ada/sums/attempt-0001/utils.py": BOTH})
    assert [(one.number, one.path.name) for one in look_through(tmp_path).found] == [(1, "sums.py"), (2, "sums.py")]


def test_file_beside_attempts_with_receipts_is_an_attempt_of_its_own(tmp_path: Path) -> None:
    at = datetime(2026, 10, 2, tzinfo=UTC)
    deliver(tmp_path, Parcel(student="ada", assignment="sums", file="sums.py", content=b"", submitted_at=at))
    hand_in(tmp_path, {"ada/sums.py": ADD})
    assert [one.number for one in look_through(tmp_path).found] == [1, None]


# What was left out is told to the student too.


def _notes(root: Path, language: str = "en") -> list[str]:
    return [note[language] for note in look_through(root).found[0].notes]


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("sums.zip", "is an archive"),
        ("work.tar.gz", "is an archive"),
        ("helper.py", "belongs to no assignment"),
        ("helper.ipynb", "belongs to no assignment"),
        ("test_sums.py", "holds tests"),
        ("data.csv", "is no submission"),
        (".old/sums_final.py", None),
        (".old/sums.py", "is hidden"),
        ("/".join([*"abcdefgh", "sums.py"]), "is nested too deeply"),
        ("sums.py~", None),
    ],
)
def test_what_lies_beside_an_answer_is_told_to_the_student(tmp_path: Path, name: str, reason: str | None) -> None:
    hand_in(tmp_path, {"ada/sums.py": STUB, f"ada/{name}": b"x = 1\n"})
    told = [note for note in _notes(tmp_path) if note.startswith("Left out of what was handed in: ")]
    assert [reason is not None and reason in note for note in told] == [True] * (reason is not None)
    assert any("提交的内容中没有采用" in note for note in _notes(tmp_path, "zh")) is (reason is not None)


@pytest.mark.parametrize("name", ["notes.txt", "helper.py", "data", "sums.py"])
def test_link_beside_an_answer_is_told_to_both(tmp_path: Path, name: str) -> None:
    hand_in(tmp_path, {"ada/sums (1).py": ADD})
    (tmp_path / "ada" / name).symlink_to(tmp_path)
    collection = look_through(tmp_path)
    assert f"`{name}` (is a link, and links are not followed)" in _notes(tmp_path)[-1]
    assert any(
        remark.path == f"ada/{name}" and "links are not followed" in remark.message for remark in collection.remarks
    )


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("sums.py", b"x = '\xe9'\n", "cannot be read"),
        ("sums.py", b"def add(x, y:\n", "is no valid Python"),
        ("sums (2).py", b"def add(x, y:\n", "is no valid Python"),
        ("sums.ipynb", b"{}", "cannot be read"),
    ],
)
def test_broken_file_that_gives_way_is_told_to_both_with_its_fault(
    tmp_path: Path, name: str, content: bytes, reason: str
) -> None:
    hand_in(tmp_path, {"ada/sums (1).py": ADD, f"ada/{name}": content})
    assert f"`{name}` ({reason})" in _notes(tmp_path)[-1]
    assert (f"ada/{name}", f"{reason}; left out of `sums`") in [
        (remark.path, remark.message) for remark in look_through(tmp_path).remarks
    ]


def test_only_a_few_names_are_told_and_work_before_other_files(tmp_path: Path) -> None:
    junk = {f"ada/{number}.txt": "" for number in range(20)}
    hand_in(tmp_path, {"ada/sums.py": ADD, **junk, "ada/zz.py": ADD})
    (note,) = _notes(tmp_path)
    assert note.startswith("Left out of what was handed in: `zz.py`") and note.endswith("and 16 more.")
    assert note.count("is no submission") == 4


def test_what_is_of_another_assignment_is_not_told(tmp_path: Path) -> None:
    hand_in(tmp_path, {"ada/sums/sums.py": ADD, "ada/conv_shapes/conv_shapes.py": ADD, "ada/conv_shapes/more.zip": ""})
    assert [[len(one.notes)] for one in look_through(tmp_path).found] == [[1], [0]]


def test_remarks_on_one_student_are_at_most_fifty_and_the_choice_is_among_them(tmp_path: Path) -> None:
    junk = {f"ada/{number}.txt": "" for number in range(70)}
    hand_in(tmp_path, {**junk, "ada/sums.py": ADD, "ada/sums (1).py": ADD, "bob/sums.py": ADD, "bob/notes.txt": ""})
    remarks = capped(look_through(tmp_path).remarks)
    of_ada = [remark.message for remark in remarks if remark.student == "ada"]
    assert len(of_ada) == 51 and "is judged for `sums`" in of_ada[0]
    assert of_ada[-1] == "and 21 more remarks on what is in this folder"
    assert [remark.path for remark in remarks if remark.student == "bob"] == ["bob/notes.txt"]
