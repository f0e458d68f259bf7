"""Plain gradient descent with weight decay."""

from __future__ import annotations

from optimizers_oracle import (
    assert_follows,
    assert_in_place,
    assert_steps_by_hand,
    cases_in_turn,
    changing_case,
    gaps_case,
    memory_case,
    sgd,
)

from grader.suite import needs_value, task, visible, weight

pytestmark = task("sgd_step_")


@visible
def test_two_steps_by_hand(student):
    """Two steps from 1 with the gradients 0.5 and -0.2, and a call without gradient between them, give the numbers
    worked out by hand.

    从 1 出发，先后用梯度 0.5 和 -0.2 走两步，中间有一次没有梯度的调用，得到手算的结果。
    """
    assert_steps_by_hand(student, "sgd_step_", [0.95, 0.95, 0.97], lr=0.1)
    assert_steps_by_hand(student, "sgd_step_", [0.92, 0.92, 0.9124], lr=0.1, weight_decay=0.3)


@weight(4)
def test_six_steps_follow_the_rule(student, rng):
    """Six steps with changing settings follow the rule for every parameter.

    设置不断变化的六步中，每个参数都符合规则。
    """
    assert_follows(student, "sgd_step_", sgd, changing_case(rng, weight_decay=(0.3, 0.3, 0.3, 0.0, 0.17, 0.3)))


@weight(3)
@needs_value
def test_step_is_in_place_and_leaves_gradients_alone(student, rng):
    """The step writes into the parameters' own memory, on their device, and leaves the gradients as they were.

    这一步写入参数自己的内存，留在参数所在的设备上，梯度保持原样。
    """
    assert_in_place(student, "sgd_step_", sgd, memory_case(rng, lr=0.1, weight_decay=0.2))


@weight(2)
@needs_value
def test_missing_gradient_skips_its_parameter(student, rng):
    """A parameter whose gradient is `None` keeps its value and its state for that step.

    梯度为 `None` 的参数，在这一步中值和状态都不变。
    """
    assert_follows(student, "sgd_step_", sgd, gaps_case(rng, lr=0.1, weight_decay=0.2))
    assert_follows(student, "sgd_step_", sgd, *cases_in_turn(rng, weight_decay=(0.0, 0.3)))
