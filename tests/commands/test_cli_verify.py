"""`learn verify`, and the misconception that `learn check` names, on a course whose suite is proved."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import click.testing
import msgspec
import pytest

from grader.models import Report
from grader.verify.gate import Verification

Learn = Callable[..., click.testing.Result]

_PROVED = Path(__file__).parents[1] / "courses" / "proved"
_LEAVES_ITSELF_OUT = """
import torch
from torch import nn

def running_sum(x):
    sums, total = [], 0 * x[0]
    for value in x:
        sums.append(total)
        total = total + value
    return torch.stack(sums)

class Scale(nn.Module):
    def __init__(self, factor):
        super().__init__()
        self.factor = factor

    def forward(self, x):
        return self.factor * x
"""


@pytest.fixture
def proved(tmp_path: Path) -> Path:
    root = tmp_path / "proved"
    shutil.copytree(_PROVED, root, ignore=shutil.ignore_patterns("__pycache__"))
    return root


def test_proved_course_exits_0_and_says_what_was_tried(warm_learn: Learn, proved: Path) -> None:
    result = warm_learn("verify", "sums", "--task", "Scale", "--seeds", "5", "--course", str(proved))
    assert result.exit_code == 0, result.output
    assert "1 of 1 mutants caught, 1 named" in " ".join(result.stdout.split())
    assert "Proved: 1 assignment " in result.stdout
    assert result.stderr == ""


def test_survivor_exits_1_and_is_named(warm_learn: Learn, proved: Path) -> None:
    mutants = proved / "assignments" / "sums" / "mutants" / "Scale.toml"
    right = mutants.read_text(encoding="utf-8").replace("x / self.factor", "x * self.factor")
    mutants.write_text(right, encoding="utf-8")
    result = warm_learn("verify", "--task", "Scale", "--seeds", "5", "--course", str(proved))
    assert result.exit_code == 1
    printed = " ".join(result.stdout.split())
    assert "survivor `Scale/Divides` survives: it got 40 of 40 points" in printed
    assert "Not proved: " in printed


def test_json_is_one_document(warm_learn: Learn, proved: Path) -> None:
    result = warm_learn("verify", "--task", "Scale", "--seeds", "5", "--json", "--course", str(proved))
    found = msgspec.json.decode(result.stdout, type=Verification)
    assert (result.exit_code, found.is_proved, found.seeds) == (0, True, 5)
    assert [proof.assignment for proof in found.assignments] == ["sums"]
    assert json.loads(result.stdout)["assignments"][0]["tally"]["caught"] == 1


def test_all_mechanical_mutants_are_tried_and_the_listed_ones_told(warm_learn: Learn, proved: Path) -> None:
    result = warm_learn(
        "verify", "--task", "running_sum", "--seeds", "5", "--mechanical", "--jobs", "2", "--course", str(proved)
    )
    assert result.exit_code == 0, result.output
    assert "8 of 9 mechanical, 1 equivalent" in " ".join(result.stdout.split())


@pytest.mark.parametrize(
    ("arguments", "phrase"),
    [
        (("sms",), "Did you mean `sums`"),
        (("sums", "--task", "Scal"), "Did you mean `Scale`"),
        (("sums", "--seeds", "4"), "4 is not in the range"),
        (("sums", "--jobs", "0"), "0 is not in the range"),
    ],
)
def test_wrong_usage_exits_2(warm_learn: Learn, proved: Path, arguments: tuple[str, ...], phrase: str) -> None:
    result = warm_learn("verify", *arguments, "--course", str(proved))
    assert result.exit_code == 2
    assert phrase in result.stderr


def test_missing_reference_exits_2_and_names_the_file(warm_learn: Learn, proved: Path) -> None:
    (proved / "solutions" / "sums.py").unlink()
    result = warm_learn("verify", "--course", str(proved))
    assert result.exit_code == 2
    assert "sums.py` is missing" in result.stderr


@pytest.mark.parametrize(
    ("language", "sentence"), [("en", "Your sums leave out the entry itself."), ("zh", "你的累加和漏掉了当前项。")]
)
def test_check_tells_the_misconception_in_the_students_language(
    warm_learn: Learn, proved: Path, tmp_path: Path, language: str, sentence: str
) -> None:
    path = tmp_path / "mine.py"
    path.write_text(_LEAVES_ITSELF_OUT)
    arguments = ("check", "sums", "--file", str(path), "--lang", language, "--course", str(proved))
    assert sentence in warm_learn(*arguments).stdout
    report = msgspec.json.decode(warm_learn(*arguments, "--json").stdout, type=Report)
    told = {task.task: [(found.mutant, found.message) for found in task.misconceptions] for task in report.tasks}
    assert told == {"running_sum": [("leaves_itself_out", sentence)], "Scale": []}


def test_check_tells_none_where_no_mutant_gives_the_answers(warm_learn: Learn, proved: Path, tmp_path: Path) -> None:
    path = tmp_path / "mine.py"
    path.write_text(_LEAVES_ITSELF_OUT.replace("sums.append(total)", "sums.append(2 * total)"))
    result = warm_learn("check", "sums", "--file", str(path), "--json", "--course", str(proved))
    report = msgspec.json.decode(result.stdout, type=Report)
    assert [task.misconceptions for task in report.tasks] == [(), ()]
