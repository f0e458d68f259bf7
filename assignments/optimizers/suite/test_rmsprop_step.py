"""RMSprop, with both places of eps."""

from __future__ import annotations

from optimizers_oracle import (
    assert_apart,
    assert_follows,
    assert_in_place,
    assert_steps_by_hand,
    cases_in_turn,
    changing_case,
    default_case,
    gaps_case,
    memory_case,
    rmsprop,
)

from grader.suite import needs_value, task, visible, weight

pytestmark = task("rmsprop_step_")


@visible
@weight(0.5)
def test_two_steps_by_hand(student):
    """Two steps from 1 with the gradients 0.5 and -0.2, and a call without gradient between them, give the numbers
    worked out by hand.

    从 1 出发，先后用梯度 0.5 和 -0.2 走两步，中间有一次没有梯度的调用，得到手算的结果。
    """
    assert_steps_by_hand(student, "rmsprop_step_", [0.702583, 0.702583, 0.818331], lr=0.1, alpha=0.9, eps=0.01)


@visible
@weight(0.5)
def test_two_steps_by_hand_with_eps_inside(student):
    """With `eps_inside` the same two steps give the other numbers worked out by hand.

    打开 `eps_inside` 后，同样的两步得到另一组手算的结果。
    """
    options = {"lr": 0.1, "alpha": 0.9, "eps": 0.01, "eps_inside": True}
    assert_steps_by_hand(student, "rmsprop_step_", [0.732739, 0.732739, 0.837424], **options)


@weight(2.5)
def test_six_steps_follow_the_rule(student, rng):
    """Six steps with changing settings, and steps with the default settings, follow the rule.

    设置不断变化的六步，以及使用默认设置的几步，都符合规则。
    """
    assert_follows(
        student,
        "rmsprop_step_",
        rmsprop,
        changing_case(rng, alpha=(0.9, 0.9, 0.83, 0.9, 0.0, 0.9), eps=(1e-2, 1e-2, 3.7e-3, 0.0, 1e-2, 1e-2)),
    )
    assert_follows(student, "rmsprop_step_", rmsprop, default_case(rng))


@weight(1.5)
def test_eps_inside_the_root(student, rng):
    """With `eps_inside` steps divide by the root of the sum of both, and without it at once by the other divisor again.

    打开 `eps_inside` 的各步除以两者之和的平方根，关闭后立刻改用另一种除数。
    """
    schedules = {
        "alpha": (0.9, 0.9, 0.83, 0.9, 0.0, 0.9),
        "eps": (1e-2, 1e-2, 3.7e-3, 0.1, 1e-2, 1e-2),
        "eps_inside": (True, True, False, True, False, True),
    }
    assert_follows(student, "rmsprop_step_", rmsprop, changing_case(rng, **schedules))


@weight(2)
@needs_value
def test_step_is_in_place_and_leaves_gradients_alone(student, rng):
    """The step writes into the parameters' own memory, on their device, leaves the gradients as they were, and stays
    right when the caller refills the gradient tensors.

    这一步写入参数自己的内存，留在参数所在的设备上，梯度保持原样；调用者重新填写梯度张量后，结果仍然正确。
    """
    assert_in_place(student, "rmsprop_step_", rmsprop, memory_case(rng, lr=0.1, alpha=0.9))


@weight(2)
@needs_value
def test_missing_gradient_skips_its_parameter(student, rng):
    """A parameter whose gradient is `None` keeps its value and its state for that step.

    梯度为 `None` 的参数，在这一步中值和状态都不变。
    """
    assert_follows(student, "rmsprop_step_", rmsprop, gaps_case(rng, lr=0.1, alpha=0.9))


@needs_value
def test_runs_know_nothing_of_each_other(student, rng):
    """Runs that take turns, and the same parameters with an empty state again, know nothing of each other.

    轮流进行的几次训练互不影响；同样的参数换上空状态后，一切重新开始。
    """
    assert_apart(student, "rmsprop_step_", rmsprop, cases_in_turn(rng, alpha=(0.9, 0.63), eps_inside=(True, False)))
