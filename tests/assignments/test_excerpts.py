"""What students get of the shipped suites: which definitions go out is written down here, so that a change is seen.

Before you add a name: does it show how the task is solved, or a check of a hidden test? Then give the visible test
written-out numbers or a smaller probe.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from grader.course.course import Course
from grader.suite.excerpt import excerpt, excerpt_names, find_tests

_COURSE = Course(Path(__file__).parents[2])
_EXAMPLE, _EXAMPLES, _TWO_STEPS = (
    "test_example_from_the_statement",
    "test_examples_from_the_statement",
    "test_two_steps_by_hand",
)

_GOES_OUT: dict[str, dict[str, list[str]]] = {
    "broadcasting": {
        "test_broadcast_shape.py": [_EXAMPLES],
        "test_masked_mean.py": [_EXAMPLE],
        "test_normalize_channels.py": [_EXAMPLES],
        "test_outer_sum.py": [_EXAMPLES],
        "test_pairwise_sq_dist.py": [_EXAMPLES],
        "test_standardize.py": [_EXAMPLES],
        "test_unbroadcast.py": [_EXAMPLES],
    },
    "autograd": {
        "autograd_checks.py": ["F64"],
        "autograd_probes.py": ["applied", "chained", "propagate", "stopped", "swish_gradient"],
        "test_chain_grads.py": [_EXAMPLES],
        "test_hvp.py": [_EXAMPLES],
        "test_jacobian.py": [_EXAMPLES],
        "test_node.py": [_EXAMPLES],
        "test_stop_grad_mul.py": [_EXAMPLES],
        "test_swishfn.py": [_EXAMPLES],
        "test_vjp.py": [_EXAMPLES],
    },
    "optimizers": {
        "optimizers_oracle.py": ["Case", "assert_steps_by_hand", "by_hand", "run", "trajectory"],
        "test_adagrad_step.py": [_TWO_STEPS],
        "test_adam_step.py": [_TWO_STEPS],
        "test_adamw_step.py": [_TWO_STEPS],
        "test_lookahead_step.py": ["on_a_parabola", _TWO_STEPS],
        "test_momentum_step.py": [_TWO_STEPS],
        "test_nesterov_step.py": [_TWO_STEPS],
        "test_rmsprop_step.py": [_TWO_STEPS, "test_two_steps_by_hand_with_eps_inside"],
        "test_sgd_step.py": [_TWO_STEPS],
    },
    "dropout": {
        "dropout_oracle.py": [
            "FALSE_ALARM",
            "TOLERANCES",
            "_divergence",
            "are_close",
            "check_gradient",
            "check_keep_rate",
            "survivors",
        ],
        "test_DropoutFn.py": ["test_result_and_gradient_of_three_quarters", "there_and_back"],
        "test_Dropout_layer.py": ["modes", "several_layers", "test_layer_of_three_quarters"],
        "test_dropout.py": ["test_three_quarters_are_dropped"],
        "test_dropout2d.py": ["_surviving_planes", "test_planes_live_or_die_as_a_whole"],
        "test_dropout_mask.py": ["test_half_and_three_quarters"],
        "test_mlp_dropout.py": ["test_units_behind_the_sigmoid_are_dropped"],
    },
    "batchnorm": {
        "batchnorm_probes.py": ["answers", "are_close", "check_steps", "module_outputs", "norm_steps"],
        "test_BatchNorm.py": ["test_training_and_evaluation_from_the_statement"],
        "test_batch_norm.py": ["_case", "test_evaluation_from_the_statement", "test_training_step_from_the_statement"],
        "test_batch_norm_backward.py": [_EXAMPLE],
        "test_batch_stats.py": [_EXAMPLE],
        "test_fold_bn.py": [_EXAMPLE],
        "test_identity_affine.py": [_EXAMPLE],
    },
    "conv-shapes": {
        "test_conv2d.py": [_EXAMPLES],
        "test_conv_cost.py": [_EXAMPLES],
        "test_conv_out_size.py": [_EXAMPLES],
        "test_conv_transpose_out_size.py": [_EXAMPLES],
        "test_corr2d.py": [_EXAMPLES],
        "test_pool2d.py": [_EXAMPLES],
        "test_pool_out_size.py": [_EXAMPLES],
        "test_receptive_field.py": [_EXAMPLES],
    },
    "anchors": {
        "test_assign_anchors.py": [_EXAMPLE],
        "test_box_iou.py": [_EXAMPLES],
        "test_decode_offsets.py": [_EXAMPLES],
        "test_encode_offsets.py": [_EXAMPLES],
        "test_multibox_prior.py": [_EXAMPLES],
        "test_multibox_target.py": [_EXAMPLE],
        "test_nms.py": [_EXAMPLES],
    },
    "bptt": {
        "bptt_drivers.py": ["Driver", "F32", "F64", "driver"],
        "test_clip_grad_norm.py": ["clipped", _EXAMPLE],
        "test_detach_state.py": ["detach_pair", "test_state_of_an_lstm"],
        "test_rnn_bptt.py": [_EXAMPLE],
        "test_rnn_forward.py": [_EXAMPLE],
        "test_rnn_step.py": [_EXAMPLE],
        "test_tbptt_grads.py": [_EXAMPLE],
        "test_train_epoch.py": [_EXAMPLE, "train_one_weight"],
    },
}


@pytest.mark.parametrize("slug", _COURSE.slugs)
def test_only_known_definitions_go_out_to_students(slug: str) -> None:
    found = excerpt_names(_COURSE.suite(_COURSE.assignment(slug)).files, lambda test: test.is_visible)
    marks = {name: [each for each in names if each != "pytestmark"] for name, names in found.items()}
    assert marks == _GOES_OUT[slug]


@pytest.mark.parametrize("slug", _COURSE.slugs)
def test_every_task_has_a_visible_test(slug: str) -> None:
    assignment = _COURSE.assignment(slug)
    seen = {test.task for test in find_tests(_COURSE.suite(assignment).files) if test.is_visible}
    assert seen == {task.name for task in assignment.tasks}


@pytest.mark.parametrize("slug", _COURSE.slugs)
def test_every_task_can_be_cut_out_alone(slug: str) -> None:
    assignment = _COURSE.assignment(slug)
    files = _COURSE.suite(assignment).files
    for task in assignment.tasks:
        cut = excerpt(files, lambda test, name=task.name: test.task == name)  # type: ignore[misc]
        assert {test.task for test in find_tests(cut)} == {task.name}
