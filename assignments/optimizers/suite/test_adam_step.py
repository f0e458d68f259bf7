"""Adam with bias correction."""

from __future__ import annotations

from optimizers_oracle import (
    adam,
    assert_apart,
    assert_follows,
    assert_in_place,
    assert_steps_by_hand,
    cases_in_turn,
    changing_case,
    default_case,
    gaps_case,
    memory_case,
)

from grader.suite import needs_value, task, visible, weight

pytestmark = task("adam_step_")


@visible
def test_two_steps_by_hand(student):
    """Two steps from 1 with the gradients 0.5 and -0.2, and a call without gradient between them, give the numbers
    worked out by hand.

    从 1 出发，先后用梯度 0.5 和 -0.2 走两步，中间有一次没有梯度的调用，得到手算的结果。
    """
    assert_steps_by_hand(student, "adam_step_", [0.9, 0.9, 0.865439], lr=0.1)


@weight(4)
def test_six_steps_follow_the_rule(student, rng):
    """Six steps with changing settings, and steps with the default settings, follow the rule.

    设置不断变化的六步，以及使用默认设置的几步，都符合规则。
    """
    assert_follows(
        student,
        "adam_step_",
        adam,
        changing_case(
            rng,
            betas=((0.8, 0.9), (0.8, 0.9), (0.83, 0.9), (0.0, 0.97), (0.8, 0.0), (0.8, 0.9)),
            eps=(1e-2, 1e-2, 3.7e-3, 0.0, 1e-2, 1e-2),
        ),
    )
    assert_follows(student, "adam_step_", adam, default_case(rng))


@weight(2)
@needs_value
def test_step_is_in_place_and_leaves_gradients_alone(student, rng):
    """The step writes into the parameters' own memory, on their device, leaves the gradients as they were, and stays
    right when the caller refills the gradient tensors.

    这一步写入参数自己的内存，留在参数所在的设备上，梯度保持原样；调用者重新填写梯度张量后，结果仍然正确。
    """
    assert_in_place(
        student, "adam_step_", adam, memory_case(rng, first={"betas": (0.0, 0.9)}, lr=0.1, betas=(0.8, 0.9))
    )


@weight(2)
@needs_value
def test_missing_gradient_skips_its_parameter(student, rng):
    """A parameter whose gradient is `None` keeps its value, its moments and its step count.

    梯度为 `None` 的参数，值、各阶矩和步数都不变。
    """
    assert_follows(student, "adam_step_", adam, gaps_case(rng, lr=0.1, betas=(0.8, 0.9)))


@needs_value
def test_runs_know_nothing_of_each_other(student, rng):
    """Runs that take turns, and the same parameters with an empty state again, know nothing of each other.

    轮流进行的几次训练互不影响；同样的参数换上空状态后，一切重新开始。
    """
    assert_apart(student, "adam_step_", adam, cases_in_turn(rng, betas=((0.9, 0.999), (0.63, 0.7))))
