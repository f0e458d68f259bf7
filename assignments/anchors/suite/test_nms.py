"""Tests of `nms`: the order of the visit, classes, chains, exact ties, and sets of no or equal boxes."""

from __future__ import annotations

from typing import Any

import torch
from anchors_cases import FINE, draw_box_set, draw_grid_boxes, draw_scores
from anchors_oracle import nms_spec
from anchors_probes import answers, answers_from_one_buffer
from torch import Tensor

from grader.suite import (
    Rng,
    Student,
    assert_close,
    assert_keeps_promises,
    in_case,
    needs_value,
    require,
    task,
    visible,
    weight,
)

pytestmark = task("nms")


@visible
@weight(1)
def test_examples_from_the_statement(student: Student) -> None:
    """The examples of the statement come out right.

    题目中的各个例子结果正确。
    """
    boxes = torch.tensor(
        [[0.1, 0.08, 0.52, 0.92], [0.08, 0.2, 0.56, 0.95], [0.15, 0.3, 0.62, 0.91], [0.55, 0.2, 0.9, 0.88]]
    )
    scores = torch.tensor([0.9, 0.8, 0.7, 0.9])
    assert_close(student.nms(boxes, scores, 0.5), torch.tensor([0, 3]))
    assert_close(student.nms(boxes, scores, 0.5, torch.tensor([0, 0, 1, 1])), torch.tensor([0, 3, 2]))
    assert_close(student.nms(boxes[:0], scores[:0], 0.5), torch.tensor([], dtype=torch.int64))
    halves = torch.tensor([[0.0, 0.0, 1.0, 1.0], [0.0, 0.0, 1.0, 0.5]])
    assert_close(student.nms(halves, scores[:2], 0.5), torch.tensor([0, 1]))


@weight(5)
def test_random_sets_keep_the_right_boxes(student: Student, rng: Rng) -> None:
    """The right boxes are kept in the order of their scores, with one class and with several, wherever they lie.

    正确的框按分数的次序保留下来，无论有一个还是多个类别，也无论框在什么位置。
    """
    cases = []
    for number in range(26):
        count, iou_threshold = 12 - number % 4, rng.choice([0.2, 0.37, 0.5, 0.6])
        boxes = draw_box_set(rng, count, iou_threshold)
        if number % 2:
            boxes = 20 * boxes - 10
        classes = rng.integers(0, 3, count) if number % 3 else None
        cases.append((boxes, draw_scores(rng, count), iou_threshold, classes))
    _check_kept(student.run(answers, "nms", cases), cases)
    again = [(draw_box_set(rng, 8, 0.5), draw_scores(rng, 8), 0.5) for _ in range(2)]
    _check_kept(student.run(answers_from_one_buffer, "nms", again), again)


@needs_value
@weight(2)
def test_chains_and_ties(student: Student, rng: Rng) -> None:
    """A suppressed box suppresses nothing, an IoU equal to the threshold is allowed, equal scores go by index.

    已被去掉的框不会再去掉别的框；IoU 可以等于阈值；分数相等时按下标的次序。
    """
    scale = 2.0 ** float(rng.integers(-3, 4))
    chain = _boxes(rng, [[0, 0, 10, 1], [3, 0, 13, 1], [6, 0, 16, 1], [9, 0, 19, 1]])
    halves = _boxes(rng, [[0, 0, 1, 1], [0, 0, 1, 0.5], [0, 0.5, 1, 1], [0, 0, 0.5, 0.5]])
    order, many = rng.permutation(4), draw_grid_boxes(rng, 40)
    falling = _scores(rng, [0.9, 0.8, 0.7, 0.6])
    same = _scores(rng, [0.5] * 4)
    classes = torch.tensor([7, 0, 7, 7], device=rng.device)
    cases = [
        (chain * scale, falling, 0.4),
        (chain[order] * scale, falling[order], 0.4),
        (chain * scale, falling, 0.4, classes),
        (halves * scale, falling, 0.5),
        (halves * scale, falling.flip(0), 0.25),
        (chain * scale, same, 0.4),
        (chain.flip(0) * scale, same, 0.2),
        (chain * scale, _scores(rng, [0.25, 0.75, 0.25, 0.75]), 0.4),
        (chain * scale, _scores(rng, [0.0, 2e-5, -3e4, 1e-5]), 0.4),
        (many, rng.integers(0, 3, 40).to(torch.float32), 1.0),  # a sort that need not be stable is so for few scores
        (many, torch.zeros(40, device=rng.device), 0.0),
        (chain * 2.0**-18, falling, 0.4),
        (chain * 2.0**9 + 2.0**15, falling * 5e4, 0.4),
    ]
    fine, close = halves[[0, 1, 3]].double(), same[:3].double()
    fine[1, 3] += FINE
    close[1] += FINE
    cases += [(fine, falling[:3].double(), 0.5), (halves[[0, 0, 0]].double(), close, 0.5)]
    assert_close(student.run(answers, "nms", cases), [nms_spec(*case) for case in cases], cases=cases)


@needs_value
@weight(2)
def test_few_equal_and_extreme_cases(student: Student, rng: Rng) -> None:
    """No box, one box, equal boxes, the thresholds 0 and 1, and classes and boxes far from 0 work.

    没有框、只有一个框、完全相同的框、阈值 0 和 1，以及很大的类别号和离原点很远的框都能处理。
    """
    boxes, scores = draw_grid_boxes(rng, 8), draw_scores(rng, 8).to(torch.float32)
    classes = torch.tensor([5, 0, 41, 0, 5, 41, 0, 5], device=rng.device)
    equal = boxes[:1].repeat(8, 1)
    touching = _boxes(rng, [[0, 0, 1, 1], [1, 0, 2, 1], [1.75, 0.75, 2.75, 1.75], [1, 1, 2, 2]])
    cases = [
        (boxes[:0], scores[:0], 0.5),
        (boxes[:0], scores[:0], 0.5, classes[:0]),
        (boxes[:1], scores[:1], 0.5),
        (equal, scores, 0.5),
        (equal, scores, 0.5, classes),
        (equal, scores, 1.0),
        (touching, scores[:4], 0.0),
        (boxes[::2], scores[1::2], 0.0, classes[::2]),
        (boxes.mT.contiguous().mT, scores, 0.0, classes),
        (boxes[:1], scores[:1], 0.5, classes[:1]),
        (equal - equal[0, 2:].max() - 1, scores, 0.5, classes),  # what a shift by the largest coordinate leaves alone
        (boxes, scores, 0.0, classes * 2**30),
        (equal, scores, 0.5, torch.arange(8, device=rng.device) // 2 + 2**24),
    ]
    assert_close(student.run(answers, "nms", cases), [nms_spec(*case) for case in cases], cases=cases)


@needs_value
@weight(1)
def test_rules_of_the_statement(student: Student, rng: Rng) -> None:
    """The rules hold: views, both dtypes, the arguments' device and torch's other settings, unchanged arguments.

    遵守各条规则：视图、两种 dtype、参数所在的设备、torch 的其他设置，参数不改变。
    """
    args = (draw_box_set(rng, 6, 0.37), draw_scores(rng, 6), 0.37, rng.integers(0, 2, 6))
    assert_keeps_promises(student, "nms", nms_spec, args, rng=rng, without=("gradients",))


def _check_kept(found: list[Any], cases: list[tuple[Any, ...]]) -> None:
    """Compares the places of all boxes in the visit: the shape of what is kept would tell how many they are."""
    for number, (indices, case) in enumerate(zip(found, cases, strict=True), 1):
        with in_case(number, len(cases), case):
            count = len(case[0])
            require(
                isinstance(indices, Tensor) and indices.dim() == 1 and indices.dtype == torch.int64,
                "the result is not one row of indices in int64",
                "结果不是一行 int64 的下标",
            )
            is_inside = bool(((indices >= 0) & (indices < count)).all())
            require(is_inside, "an index does not belong to any box", "有的下标不属于任何一个框")
            assert_close(_places(indices, count), _places(nms_spec(*case), count))


def _places(kept: Tensor, count: int) -> Tensor:
    places = torch.full((count,), -1, device=kept.device)
    places[kept] = torch.arange(len(kept), device=kept.device)
    return places


def _boxes(rng: Rng, rows: list[list[float]]) -> Tensor:
    return torch.tensor(rows, dtype=torch.float32, device=rng.device)


def _scores(rng: Rng, values: list[float]) -> Tensor:
    return torch.tensor(values, dtype=torch.float32, device=rng.device)
