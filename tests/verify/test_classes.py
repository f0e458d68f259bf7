"""Which input classes are required of a use, and how waivers are held to be true."""

from __future__ import annotations

import msgspec
import pytest

from grader.models import ArgumentUse, Assignment, Waiver
from grader.verify.classes import Coverage, complaints_about_classes, complaints_about_waivers, coverage_of
from tests.support.factories import make_assignment, make_task


def assignment(*waivers: Waiver) -> Assignment:
    return msgspec.structs.replace(make_assignment(make_task("add"), make_task("total")), waivers=waivers)


def use(subject: str, *classes: str, kinds: tuple[str, ...] = (), **rest: object) -> ArgumentUse:
    return ArgumentUse(subject=subject, kinds=kinds, classes=classes, **rest)  # type: ignore[arg-type]


def coverage(found: ArgumentUse, *others: ArgumentUse, waivers: tuple[Waiver, ...] = ()) -> Coverage:
    return coverage_of(assignment(*waivers), "add", [found, *others])[0]


@pytest.mark.parametrize(
    ("found", "missing"),
    [
        (use("x", "given", kinds=("float",)), {"three values", "not round", "zero", "negative"}),
        (use("x", "given", kinds=("int",)), {"three values", "one", "zero", "negative"}),
        (use("x", "given", "True", kinds=("bool",)), {"False"}),
        (use("x", "given", "list", "empty", kinds=("sequence",)), {"one item", "several items"}),
        (use("x", "given", "1 dimensions", kinds=("int tensor",)), {"size 0", "view", "size 1 in dimension 0"}),
        (use("x"), {"given"}),
        (use("x", "given", has_default=True), {"left out"}),
        (use("x", "given", annotation="Tensor | None"), {"None"}),
        (use("x", "given", annotation="list[Tensor | None]"), set()),
        (use("x[]", "1 dimensions", kinds=("int tensor",)), {"size 0", "view", "size 1 in dimension 0"}),
    ],
    ids=lambda part: ", ".join(sorted(part)) if isinstance(part, set) else None,
)
def test_what_never_came_is_missing(found: ArgumentUse, missing: set[str]) -> None:
    assert set(coverage(found).missing) == missing


def test_each_dimension_that_came_needs_a_size_of_one() -> None:
    found = use("x", "given", "2 dimensions", "size 1 in dimension 1", kinds=("float tensor",))
    assert {"size 1 in dimension 0", "equal sizes", "unequal sizes"} <= set(coverage(found).missing)
    assert "size 1 in dimension 1" in coverage(found).came


def test_sequence_by_its_abstract_type_needs_every_container() -> None:
    found = use("x", "given", "list", "objects", kinds=("sequence",), annotation="Sequence[Tensor]")
    assert {"tuple", "same object twice"} <= set(coverage(found).missing)
    assert "tuple" not in coverage(msgspec.structs.replace(found, annotation="list[Tensor]")).missing


def test_int_for_a_float_is_a_float() -> None:
    assert "one" not in coverage(use("x", "given", kinds=("float", "int"))).missing


def test_calls_with_floats_need_other_settings_of_torch_and_those_without_do_not() -> None:
    call = use("call", "several tensors", kinds=("function",))
    floats = use("x", kinds=("float tensor",))
    needed = {"gradients off", "another default dtype", "another default device", "same tensor twice"}
    assert needed <= set(coverage(call, floats).missing)
    plain = coverage(use("call", kinds=("function",)), use("n", kinds=("int",)))
    assert set(plain.missing) == {"same arguments again"}


def test_states_need_other_settings_only_where_they_have_any() -> None:
    plain, with_settings = use("call", kinds=("method", "state")), use("call", "settings", kinds=("method", "state"))
    assert set(coverage(plain).missing) == {"same arguments again", "state again", "states in turn"}
    assert set(coverage(with_settings).missing) - set(coverage(plain).missing) == {"states with other settings"}


def test_nothing_is_required_of_results() -> None:
    assert coverage_of(assignment(), "add", [use("result", kinds=("float tensor",))]) == []


def test_waiver_is_shown_and_no_complaint() -> None:
    waiver = Waiver(tasks=("add",), of=("x",), classes=("negative", "zero"), reason="a size")
    found = coverage(use("x", "given", "three values", "one", kinds=("int",)), waivers=(waiver,))
    assert (found.missing, set(found.waived)) == ((), {"negative", "zero"})
    assert complaints_about_classes([found]) == []


@pytest.mark.parametrize("changes", [{"tasks": ("total",)}, {"of": ("y",)}, {"classes": ("one",)}], ids=str)
def test_waiver_covers_no_more_than_it_says(changes: dict[str, tuple[str, ...]]) -> None:
    waiver = Waiver(tasks=("add",), of=("x",), classes=("negative",), reason="a size")
    waiver = msgspec.structs.replace(waiver, **changes)
    found = coverage(use("x", "given", "three values", "one", "zero", kinds=("int",)), waivers=(waiver,))
    assert found.missing == ("negative",)
    (complaint,) = complaints_about_classes([found])
    assert (complaint.check, complaint.subject) == ("class", "add/x")


def test_waived_class_that_nothing_needs_is_complained_of() -> None:
    waiver = Waiver(of=("x", "y"), classes=("negative", "zero"), reason="sizes")
    used = [("add", "x", "negative"), ("total", "x", "zero"), ("add", "y", "zero")]
    (complaint,) = complaints_about_waivers(assignment(waiver), used)
    assert complaint.subject == "y"
    assert "`negative` is waived and need not be" in complaint.message
