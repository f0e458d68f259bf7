"""Tests of `nms`: the order of the visit, classes, chains, exact ties, and sets of no or equal boxes."""

from __future__ import annotations

import torch
from anchors_cases import draw_box_set, draw_grid_boxes, draw_scores
from anchors_oracle import nms_spec
from anchors_probes import answers, answers_and_arguments, check_arguments
from torch import Tensor

from grader.suite import Rng, Student, assert_close, needs_value, task, visible, weight

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


@weight(5)
def test_random_sets_keep_the_right_boxes(student: Student, rng: Rng) -> None:
    """The right boxes are kept in the order of their scores, with one class and with several, wherever they lie.

    正确的框按分数的次序保留下来，无论有一个还是多个类别，也无论框在什么位置。
    """
    cases = []
    for number in range(40):
        count, iou_threshold = 12 - number % 4, rng.choice([0.2, 0.35, 0.5, 0.6])
        boxes = draw_box_set(rng, count, iou_threshold)
        if number % 2:
            boxes = 20 * boxes - 10
        classes = rng.integers(0, 3, count) if number % 3 else None
        cases.append((boxes, draw_scores(rng, count), iou_threshold, classes))
    kept = student.run(answers, "nms", cases)
    # As lists: a shape that is expected would tell how many boxes are to be kept.
    assert_close([indices.tolist() for indices in kept], [nms_spec(*case).tolist() for case in cases])


@needs_value
@weight(2)
def test_chains_and_ties(student: Student, rng: Rng) -> None:
    """A suppressed box suppresses nothing, an IoU equal to the threshold is allowed, equal scores go by index.

    已被去掉的框不会再去掉别的框；IoU 可以等于阈值；分数相等时按下标的次序。
    """
    scale = 2.0 ** float(rng.integers(-3, 4))
    chain = _boxes(rng, [[0, 0, 10, 1], [3, 0, 13, 1], [6, 0, 16, 1], [9, 0, 19, 1]])
    halves = _boxes(rng, [[0, 0, 1, 1], [0, 0, 1, 0.5], [0, 0.5, 1, 1], [0, 0, 0.5, 0.5]])
    order = rng.permutation(4)
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
    ]
    assert_close(student.run(answers, "nms", cases), [nms_spec(*case) for case in cases])


@needs_value
@weight(2)
def test_few_equal_and_extreme_cases(student: Student, rng: Rng) -> None:
    """No box, one box, equal boxes, the thresholds 0 and 1 and views work, and the arguments are unchanged.

    没有框、只有一个框、完全相同的框、阈值 0 和 1 以及视图都能处理，参数没有改变。
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
    ]
    found = student.run(answers_and_arguments, "nms", cases)
    assert_close([answer for answer, _ in found], [nms_spec(*case) for case in cases])
    check_arguments(found, cases)


def _boxes(rng: Rng, rows: list[list[float]]) -> Tensor:
    return torch.tensor(rows, dtype=torch.float32, device=rng.device)


def _scores(rng: Rng, values: list[float]) -> Tensor:
    return torch.tensor(values, dtype=torch.float32, device=rng.device)
