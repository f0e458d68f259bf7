"""Heavy-ball momentum."""

from __future__ import annotations

from dataclasses import replace

from optimizers_oracle import (
    assert_apart,
    assert_follows,
    assert_in_place,
    assert_steps_by_hand,
    cases_in_turn,
    changing_case,
    gaps_case,
    memory_case,
    momentum,
)

from grader.suite import needs_value, task, visible, weight

pytestmark = task("momentum_step_")


@visible
def test_two_steps_by_hand(student):
    """Two steps from 1 with the gradients 0.5 and -0.2, and a call without gradient between them, give the numbers
    worked out by hand.

    从 1 出发，先后用梯度 0.5 和 -0.2 走两步，中间有一次没有梯度的调用，得到手算的结果。
    """
    assert_steps_by_hand(student, "momentum_step_", [0.95, 0.95, 0.925], lr=0.1)


@weight(4)
def test_six_steps_follow_the_rule(student, rng):
    """Six steps with changing settings follow the rule for every parameter.

    设置不断变化的六步中，每个参数都符合规则。
    """
    assert_follows(
        student,
        "momentum_step_",
        momentum,
        changing_case(rng, momentum=(0.8, 0.8, 0.63, 0.0, 0.9, 0.8), weight_decay=(0.3, 0.3, 0.3, 0.0, 0.17, 0.3)),
    )


@weight(2)
@needs_value
def test_step_is_in_place_and_leaves_gradients_alone(student, rng):
    """The step writes into the parameters' own memory, on their device, leaves the gradients as they were, and stays
    right when the caller refills the gradient tensors.

    这一步写入参数自己的内存，留在参数所在的设备上，梯度保持原样；调用者重新填写梯度张量后，结果仍然正确。
    """
    late_decay = [{"lr": 0.1, "momentum": 0.0}, {"lr": 0.1}] + [{"lr": 0.1, "weight_decay": 0.2}] * 2
    assert_in_place(student, "momentum_step_", momentum, replace(memory_case(rng), settings=late_decay))


@weight(2)
@needs_value
def test_missing_gradient_skips_its_parameter(student, rng):
    """A parameter whose gradient is `None` keeps its value and its state for that step.

    梯度为 `None` 的参数，在这一步中值和状态都不变。
    """
    assert_follows(student, "momentum_step_", momentum, gaps_case(rng, lr=0.1))


@needs_value
def test_runs_know_nothing_of_each_other(student, rng):
    """Runs that take turns, and the same parameters with an empty state again, know nothing of each other.

    轮流进行的几次训练互不影响；同样的参数换上空状态后，一切重新开始。
    """
    assert_apart(student, "momentum_step_", momentum, cases_in_turn(rng, momentum=(0.9, 0.37), weight_decay=(0.0, 0.3)))
