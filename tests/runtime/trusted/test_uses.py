"""Which kinds and input classes values have."""

from __future__ import annotations

import pytest
import torch

from grader.runtime.trusted.uses import Subject, fingerprint, items_of


def classes_of(*values: object) -> set[str]:
    subject = Subject(name="x")
    for value in values:
        subject.note(value)
    return subject.classes


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (torch.zeros(0, 3), {"size 0"}),
        (torch.ones(1, 3), {"size 1 in dimension 0"}),
        (torch.ones(3, 1), {"size 1 in dimension 1"}),
        (torch.ones(3, 3), {"equal sizes"}),
        (torch.ones(3, 2), {"unequal sizes"}),
        (torch.ones(3, 2).T, {"view", "view of 2 dimensions"}),
        (torch.ones(4, 3, 1, 2).permute(3, 2, 1, 0), {"view of 4 dimensions"}),
        (torch.ones(3, 4)[:, ::2], {"view"}),
        (torch.tensor([-1.0]), {"negative"}),
        (torch.tensor([0.0]), {"zeros"}),
        (torch.tensor([1e-5]), {"tiny", "positive"}),
        (torch.tensor([1e5]), {"huge", "positive"}),
        (torch.tensor(1.0, dtype=torch.float64), {"float64", "0 dimensions"}),
        (torch.tensor([True, False]), {"True", "False"}),
        (torch.ones(2, device="meta"), {"meta"}),
    ],
    ids=lambda part: ", ".join(sorted(part)) if isinstance(part, set) else None,
)
def test_classes_of_a_tensor(value: torch.Tensor, expected: set[str]) -> None:
    assert expected <= classes_of(value)


def test_view_that_could_be_flattened_in_part_is_not_one_of_all_dimensions() -> None:
    assert "view of 3 dimensions" not in classes_of(torch.ones(4, 2, 3)[::2])


def test_ordinary_tensor_has_no_class_that_is_hard_to_come_by() -> None:
    found = classes_of(torch.tensor([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]))
    assert found == {"2 dimensions", "unequal sizes", "positive", "float32"}


@pytest.mark.parametrize("number", [0.0, 1.0, 0.1, 0.5, 0.25, 0.125, 0.9, 0.99, 0.999, 1e-8, 2.0, 15.0, 0.35])
def test_number_that_somebody_would_write_down_is_round(number: float) -> None:
    assert "not round" not in classes_of(number)


@pytest.mark.parametrize("number", [0.13, 0.37, 1.7e-3, 0.83, 3.3])
def test_number_that_nobody_would_guess_is_not_round(number: float) -> None:
    assert "not round" in classes_of(number)


def test_three_different_numbers_are_needed() -> None:
    assert "three values" not in classes_of(1, 2, 2, 1)
    assert {"three values", "zero", "one", "negative"} <= classes_of(0, 1, -2)


def test_sequence_knows_its_container_its_length_and_its_repetitions() -> None:
    one = torch.ones(2)
    assert classes_of([one, one]) == {"list", "several items", "objects", "same object twice"}
    assert classes_of((one,)) == {"tuple", "one item", "objects"}
    assert classes_of([1, 1]) == {"list", "several items"}
    assert classes_of([]) == {"list", "empty"}


def test_items_are_taken_out_of_nested_sequences() -> None:
    assert list(items_of([(1, 2), [3]])) == [1, 2, 3]
    assert list(items_of(torch.ones(2))) == []


def test_fingerprint_tells_values_apart_and_shapes_if_told_so() -> None:
    one, other = torch.ones(2), torch.zeros(2)
    assert fingerprint([one, 1]) != fingerprint([other, 1])
    assert fingerprint([one, 1], with_values=False) == fingerprint([other, 1], with_values=False)
    assert fingerprint([one], with_values=False) != fingerprint([torch.ones(3)], with_values=False)
