"""Detaching a state of any structure."""

from __future__ import annotations

from typing import Any

import torch
from bptt_drivers import F64, check, driver

from grader.suite import Rng, Student, assert_close, needs_value, probe, task, visible, weight

pytestmark = task("detach_state")

VALUES = ("type", "value", "requires grad", "gradient that passes")


@driver
def look_at(  # noqa: C901 - a probe is one text
    solution: Any, templates: list[Any], factor: torch.Tensor
) -> dict[str, list[Any]]:
    """Detaches states that depend on a leaf, and reports what became of them, of their graph and of their memory.

    A template is a nesting with tensors; every dict with the keys `h` and `c` in it becomes a named tuple. What occurs
    in it twice does so in the state.
    """
    import collections

    pair_type = collections.namedtuple("Pair", ["h", "c"])  # noqa: PYI024 - untyped on purpose
    leaf, other = factor.clone().requires_grad_(), factor.clone().requires_grad_()

    grown_tensors: dict[int, Any] = {}

    def grown(part: Any) -> Any:
        if isinstance(part, torch.Tensor):
            return grown_tensors.setdefault(id(part), part * leaf if part.is_floating_point() else part)
        if isinstance(part, dict):
            made = {key: grown(value) for key, value in part.items()}
            return pair_type(**made) if set(made) == {"h", "c"} else made
        return type(part)(grown(value) for value in part) if isinstance(part, (list, tuple)) else part

    def tensors_in(part: Any) -> list[Any]:
        if isinstance(part, torch.Tensor):
            return [part]
        inner = list(part.values()) if isinstance(part, dict) else part if isinstance(part, (list, tuple)) else []
        return [tensor for value in inner for tensor in tensors_in(value)]

    def copied(part: Any) -> Any:
        if isinstance(part, torch.Tensor):
            return part.detach().clone()
        if isinstance(part, dict):
            return {key: copied(value) for key, value in part.items()}
        if isinstance(part, (list, tuple)):
            values = [copied(value) for value in part]
            return values if isinstance(part, list) else tuple(values)
        return part

    def named(part: Any) -> str:
        inner = list(part.values()) if isinstance(part, dict) else part if isinstance(part, (list, tuple)) else []
        return type(part).__name__ + (f"[{', '.join(named(value) for value in inner)}]" if inner else "")

    def pulled(tensors: list[Any]) -> list[Any]:
        total = sum(((index + 2) * tensor * other).sum() for index, tensor in enumerate(tensors))
        if not tensors:
            return [None, None]
        grads = torch.autograd.grad(total, [leaf, other], allow_unused=True, retain_graph=True)
        return [torch.zeros_like(leaf) if grad is None else grad for grad in grads]

    seen: dict[str, list[Any]] = {
        "type": [],
        "value": [],
        "requires grad": [],
        "gradient that passes": [],
        "gradient of the given state": [],
        "given tensors after writing to the new ones": [],
    }
    for template in templates:
        grown_tensors.clear()
        state = grown(template)
        given = tensors_in(state)
        result = solution.detach_state(state)
        parts = tensors_in(result)
        seen["type"].append(named(result))
        seen["value"].append(copied(result))
        seen["requires grad"].append([part.requires_grad for part in parts])
        seen["gradient that passes"].append(pulled(parts))
        seen["gradient of the given state"].append(pulled(tensors_in(state)))
        with torch.no_grad():
            for part in parts:
                part.mul_(2).add_(1)
        seen["given tensors after writing to the new ones"].append([tensor.detach().clone() for tensor in given])
    return seen


@probe
def detach_pair(solution: Any, pair: tuple[torch.Tensor, torch.Tensor], factor: torch.Tensor) -> dict[str, Any]:
    """Detaches a pair of tensors that depend on a leaf, and reports what still flows to it, and to a later factor."""
    leaf, later = factor.clone().requires_grad_(), factor.clone().requires_grad_()
    result = solution.detach_state((pair[0] * leaf, pair[1] * leaf))
    h, c = result
    total = ((2 * h + 3 * c) * later).sum()
    reached = torch.autograd.grad(total, [leaf, later], allow_unused=True)
    return {
        "type": type(result).__name__,
        "values": [h.detach(), c.detach()],
        "requires grad": [h.requires_grad, c.requires_grad],
        "gradients": [torch.zeros_like(leaf) if grad is None else grad for grad in reached],
    }


@driver
def keeps_an_object(solution: Any) -> dict[str, Any]:
    """Says whether what is no tensor comes back as the same object, wherever it stands."""
    thing = object()
    kept = [solution.detach_state(thing) is thing, solution.detach_state([thing])[0] is thing]
    return {"same": all([*kept, solution.detach_state({"thing": (thing,)})["thing"][0] is thing])}


@driver
def detached_parameter(solution: Any, value: torch.Tensor) -> dict[str, Any]:
    """Detaches a state that is learnt, where torch's defaults are others and autograd is off."""
    parameter = torch.nn.Parameter(value.clone())
    torch.set_default_dtype(torch.float64)
    try:
        with torch.device("meta"), torch.no_grad():
            h, [again] = solution.detach_state((parameter, [parameter]))
    finally:
        torch.set_default_dtype(torch.float32)
    return {
        "values": [h.detach().clone(), again.detach().clone()],
        "requires grad": [h.requires_grad, again.requires_grad, parameter.requires_grad],
    }


@visible
def test_state_of_an_lstm(student: Student) -> None:
    """The two parts of an LSTM's state keep their values, and no gradient passes; a nesting keeps its structure.

    LSTM 状态的两个部分保持原值，梯度不能通过；嵌套的状态保持结构。
    """
    h, c = torch.tensor([[1.0, -2.0]], dtype=F64), torch.tensor([[0.5, 3.0]], dtype=F64)
    expected = {
        "type": "tuple",
        "values": [2 * h, 2 * c],
        "requires grad": [False, False],
        "gradients": [torch.tensor(0.0, dtype=F64), torch.tensor(17.0, dtype=F64)],
    }
    assert_close(student.run(detach_pair, (h, c), torch.tensor(2.0, dtype=F64)), expected)
    assert_close(student.detach_state([h, {"c": (c, None)}, "top", []]), [h, {"c": (c, None)}, "top", []])


@weight(4)
def test_nested_states(student: Student, rng: Rng) -> None:
    """A single tensor, lists of layers and dicts keep structure and values, and no gradient passes.

    单个张量、由各层状态组成的列表以及字典都保持结构和值，梯度不能通过。
    """
    single, *rest = (rng.normal(2, 3, dtype=F64) for _ in range(8))
    layers = [(rest[0], rest[1]), (rest[2], rest[0])]
    named = {"encoder": [rest[3]], 2: {"top": rest[4], ("low", 1): (rest[5], rest[6])}}
    scales = torch.tensor([[1e5], [1e-5], [0.0]], dtype=F64, device=rng.device)
    shapes = [rng.normal(3, 3, dtype=F64).T * scales, rng.normal(0, 2, dtype=F64), rng.normal(1, 4), rng.normal(4, 1)]
    whole = [rng.integers(0, 9, 3, 2).T, rng.integers(0, 9, 0, 2)]
    templates = [single, rest[6], (single, single), layers, named, [shapes], *shapes, *whole, (whole[0], [whole[1]])]
    check(student, look_at, templates, rng.uniform(low=0.5, high=1.5, dtype=F64), only=VALUES)


@probe
def one_after_the_other(solution: Any, values: list[torch.Tensor]) -> list[torch.Tensor]:
    """Detaches states that are dropped again, so that a later one lies where an earlier one lay."""
    found = []
    for value in values:
        state = (value.clone().requires_grad_() * 1,)
        found.append(solution.detach_state(state)[0].clone())
        del state
    return found


@weight(3)
@needs_value
def test_given_state_keeps_its_graph_and_shares_memory(student: Student, rng: Rng) -> None:
    """The state that was given keeps its graph and its structure, and the new tensors lie in the memory of its own.

    传入的状态保有自己的计算图和结构，新张量与它的张量共用内存。
    """
    h, c, low, top = (rng.normal(3, 2, dtype=F64) for _ in range(4))
    check(student, look_at, [(h, c), [low], {"top": top}, low], rng.uniform(low=0.5, high=1.5, dtype=F64))


@weight(2)
@needs_value
def test_named_tuples_and_what_is_no_tensor(student: Student, rng: Rng) -> None:
    """A named tuple keeps its type, None, numbers, strings and empty containers come back as they are, and parameters
    are detached, whatever torch's settings and wherever the tensors are.

    具名元组保持自己的类型，None、数、字符串和空容器原样返回；参数也要 detach，与 torch 的设置和张量所在的设备无关。
    """
    h, c, other = (rng.normal(2, dtype=F64) for _ in range(3))
    factor = rng.uniform(low=0.5, high=1.5, dtype=F64)
    check(student, look_at, [None, (other, None), {"steps": 3, "name": "low", "rate": 0.5, "on": True}], factor)
    check(student, look_at, [[], (), {}], factor)
    check(student, look_at, [{"h": h, "c": c}, [{"h": c, "c": (h, other)}]], factor)
    check(student, keeps_an_object)
    check(student, detached_parameter, rng.normal(2, 3))
    values = [rng.normal(3, dtype=F64) for _ in range(40)]
    assert_close(student.run(one_after_the_other, values), values, cases=values)
    without_data = (torch.ones(2, 3, device="meta"), [torch.ones(0, device="meta")])
    assert_close(student.detach_state(without_data), without_data)
