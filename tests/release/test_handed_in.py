"""What the autograder for Gradescope takes for the answer is what `learn grade` takes; what it finds not, it lists."""

from __future__ import annotations

from pathlib import Path

import pytest

from grader.errors import RefusedError
from grader.models import Assignment
from grader.release.autograder import _answer
from tests.support.factories import make_assignment, make_task
from tests.support.handins import ADD, NOTHING, STUB, hand_in

_SUMS: Assignment = make_assignment(make_task("add"))


def _name(folder: Path) -> str:
    return _answer(folder, _SUMS, "en").candidate.name


@pytest.mark.parametrize(
    ("files", "name"),
    [
        ({"sums.py": ADD}, "sums.py"),
        ({"Sums (1) (1).py": ADD}, "Sums (1) (1).py"),
        ({"sums.py.txt": ADD}, "sums.py.txt"),
        ({"my-repo/homework/sums.py": ADD, "my-repo/README.md": ""}, "my-repo/homework/sums.py"),
        ({"sums/solution.ipynb": ADD, "sums/utils.py": NOTHING}, "sums/solution.ipynb"),
        ({"sums.py": ADD, "test_sums.py": ADD, "__MACOSX/sums.py": ADD}, "sums.py"),
        ({"sums.ipynb": ADD, "sums.py": STUB}, "sums.ipynb"),
        ({"a/sums.py": ADD, "b/sums.py": STUB}, "a/sums.py"),
    ],
)
def test_one_file_is_taken_as_a_class_takes_it(tmp_path: Path, files: dict[str, str | bytes], name: str) -> None:
    hand_in(tmp_path, files)
    assert _name(tmp_path) == name


def test_choice_is_told_to_the_student_and_printed_for_the_instructor(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    hand_in(tmp_path, {"sums.py": ADD, "old_sums.py": ADD, "notes.txt": ""})
    choice, left_out = _answer(tmp_path, _SUMS, "zh").notes
    assert "没有采用：`old_sums.py`" in choice["zh"] and "没有采用：`notes.txt`" in left_out["zh"]
    printed = capsys.readouterr().out
    assert "sums.py: is judged for `sums`" in printed and "notes.txt: is no submission" in printed


@pytest.mark.parametrize(("language", "words"), [("en", "Handed in were"), ("zh", "提交的文件有")])
def test_refusal_lists_what_was_found_and_what_is_asked_for(tmp_path: Path, language: str, words: str) -> None:
    hand_in(tmp_path, {"homework.py": ADD, "src/main.py": ADD})
    with pytest.raises(RefusedError, match=words) as caught:
        _answer(tmp_path, _SUMS, language)
    for name in ("sums.py", "sums.ipynb", "homework.py", "src/main.py"):
        assert f"`{name}`" in str(caught.value)


def test_refusal_of_an_empty_hand_in_says_so(tmp_path: Path) -> None:
    with pytest.raises(RefusedError, match="Nothing was handed in"):
        _answer(tmp_path, _SUMS, "en")


def test_refusal_of_very_many_files_lists_some(tmp_path: Path) -> None:
    hand_in(tmp_path, {f"part{number}.py": ADD for number in range(30)})
    with pytest.raises(RefusedError, match=r"\.\.\.") as caught:
        _answer(tmp_path, _SUMS, "en")
    assert str(caught.value).count("`part") == 20
