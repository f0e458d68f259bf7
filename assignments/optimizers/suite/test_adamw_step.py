"""Adam with decoupled weight decay."""

from __future__ import annotations

from optimizers_oracle import (
    adamw,
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

pytestmark = task("adamw_step_")


@visible
def test_two_steps_by_hand(student):
    """Two steps from 1 with the gradients 0.5 and -0.2, and a call without gradient between them, give the numbers
    worked out by hand.

    从 1 出发，先后用梯度 0.5 和 -0.2 走两步，中间有一次没有梯度的调用，得到手算的结果。
    """
    assert_steps_by_hand(student, "adamw_step_", [0.87, 0.87, 0.809339], lr=0.1, weight_decay=0.3)


@weight(3.5)
def test_six_steps_follow_the_rule(student, rng):
    """Six steps with changing settings follow the rule for every parameter.

    设置不断变化的六步中，每个参数都符合规则。
    """
    assert_follows(
        student,
        "adamw_step_",
        adamw,
        changing_case(
            rng,
            betas=((0.8, 0.9), (0.8, 0.9), (0.83, 0.9), (0.0, 0.97), (0.8, 0.0), (0.8, 0.9)),
            eps=(1e-2, 1e-2, 3.7e-3, 0.0, 1e-2, 1e-2),
            weight_decay=(0.3, 0.3, 0.3, 0.0, 0.17, 0.3),
        ),
    )


@weight(0.5)
def test_default_settings(student, rng):
    """Steps with the default settings follow the rule, weight decay included.

    使用默认设置的几步符合规则，包括权重衰减。
    """
    assert_follows(student, "adamw_step_", adamw, default_case(rng))


@weight(2)
@needs_value
def test_step_is_in_place_and_leaves_gradients_alone(student, rng):
    """The step writes into the parameters' own memory, on their device, leaves the gradients as they were, and stays
    right when the caller refills the gradient tensors.

    这一步写入参数自己的内存，留在参数所在的设备上，梯度保持原样；调用者重新填写梯度张量后，结果仍然正确。
    """
    assert_in_place(
        student,
        "adamw_step_",
        adamw,
        memory_case(rng, first={"betas": (0.0, 0.9)}, lr=0.1, betas=(0.8, 0.9), weight_decay=0.2),
    )


@weight(2)
@needs_value
def test_missing_gradient_skips_its_parameter(student, rng):
    """A zero gradient still decays its parameter, and a missing one leaves it and its state alone.

    梯度为零的参数照样衰减；没有梯度的参数和它的状态都不变。
    """
    assert_follows(student, "adamw_step_", adamw, gaps_case(rng, lr=0.1, betas=(0.8, 0.9), weight_decay=0.2))


@needs_value
def test_runs_know_nothing_of_each_other(student, rng):
    """Runs that take turns, and the same parameters with an empty state again, know nothing of each other.

    轮流进行的几次训练互不影响；同样的参数换上空状态后，一切重新开始。
    """
    assert_apart(
        student, "adamw_step_", adamw, cases_in_turn(rng, betas=((0.9, 0.999), (0.63, 0.7)), weight_decay=(0.1, 0.37))
    )
