"""A note repeats names of the known list and nothing else that a candidate says."""

from __future__ import annotations

from typing import Any

import pytest
import torch

from grader.models import Text
from grader.runtime.trusted.notes import note_on_settings
from grader.runtime.wire.settings import TOLD


def test_note_names_what_was_changed_in_both_languages() -> None:
    assert note_on_settings(["grad mode", "default dtype"]) == (
        Text(
            en=(
                "Your file changes settings of torch for all code (default dtype, grad mode): the tests run with "
                "torch's own."
            ),
            zh="你的文件更改了 torch 的全局设置（默认 dtype、梯度模式）：测试按 torch 自身的设置运行。",
        ),
    )


@pytest.mark.parametrize("name", TOLD)
def test_every_name_that_a_candidate_may_say_is_known(name: str) -> None:
    assert len(note_on_settings([name])) == 1


@pytest.mark.parametrize(
    "said",
    [
        [],
        None,
        {"grad mode": 1},
        "grad mode",
        ["x = tensor([1., 2.])"],
        [["grad mode"], 3, torch.ones(2), None],
        torch.ones(2),
    ],
    ids=["nothing", "none", "dict", "text", "own words", "no texts", "tensor"],
)
def test_anything_else_makes_no_note(said: Any) -> None:
    assert note_on_settings(said) == ()


def test_own_words_beside_a_known_name_are_not_repeated() -> None:
    (note,) = note_on_settings(["secret", "autocast", "autocast"])
    assert "(autocast)" in note["en"]
    assert "secret" not in str(note)
