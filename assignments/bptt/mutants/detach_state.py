"""Plausible wrong versions of `detach_state`, each with its misconception."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

from grader.mutants import mutant


@mutant(
    en="Your function detaches the caller's own tensors: the given state loses its graph.",
    zh="你的函数 detach 了调用者自己的张量：传入的状态失去了计算图。",
)
def detaches_in_place(state: Any) -> Any:
    if isinstance(state, Tensor):
        return state.detach_()
    if isinstance(state, dict):
        return {key: detaches_in_place(value) for key, value in state.items()}
    if isinstance(state, (tuple, list)):
        parts = [detaches_in_place(part) for part in state]
        return type(state)(*parts) if hasattr(state, "_fields") else type(state)(parts)
    return state


@mutant(
    en="Your tensors are copies in memory of their own; detached tensors share the memory of the given ones.",
    zh="你的张量是另占内存的拷贝；detach 得到的张量应当与原来的共用内存。",
)
def clones(state: Any) -> Any:
    if isinstance(state, Tensor):
        return state.detach().clone()
    if isinstance(state, dict):
        return {key: clones(value) for key, value in state.items()}
    if isinstance(state, (tuple, list)):
        parts = [clones(part) for part in state]
        return type(state)(*parts) if hasattr(state, "_fields") else type(state)(parts)
    return state


@mutant(
    en="Your tensors are built anew from Python numbers: their dtype and the shared memory are lost.",
    zh="你的张量是用 Python 数重新建的：dtype 丢了，也不与原来的共用内存。",
)
def rebuilds_through_lists(state: Any) -> Any:
    if isinstance(state, Tensor):
        return torch.tensor(state.tolist())
    if isinstance(state, dict):
        return {key: rebuilds_through_lists(value) for key, value in state.items()}
    if isinstance(state, (tuple, list)):
        parts = [rebuilds_through_lists(part) for part in state]
        return type(state)(*parts) if hasattr(state, "_fields") else type(state)(parts)
    return state


@mutant(
    en="Your function detaches the first part of a tuple only: the others keep their graph.",
    zh="你的函数只 detach 了元组的第一部分：其余部分还带着计算图。",
)
def first_part_only(state: Any) -> Any:
    if isinstance(state, Tensor):
        return state.detach()
    if isinstance(state, dict):
        return {key: first_part_only(value) for key, value in state.items()}
    if isinstance(state, (tuple, list)):
        parts = (
            [first_part_only(state[0]), *state[1:]]
            if isinstance(state, tuple) and state
            else [first_part_only(part) for part in state]
        )
        return type(state)(*parts) if hasattr(state, "_fields") else type(state)(parts)
    return state


@mutant(
    en="Your tensors are zeros: the value of the state is to be kept, only its history is not.",
    zh="你的张量全是零：状态的值要保留，不要的只是历史。",
)
def makes_zeros(state: Any) -> Any:
    if isinstance(state, Tensor):
        return torch.zeros_like(state)
    if isinstance(state, dict):
        return {key: makes_zeros(value) for key, value in state.items()}
    if isinstance(state, (tuple, list)):
        parts = [makes_zeros(part) for part in state]
        return type(state)(*parts) if hasattr(state, "_fields") else type(state)(parts)
    return state


@mutant(
    en="Your function returns a list where a tuple was given.",
    zh="传入的是元组，你的函数却返回了列表。",
)
def tuples_become_lists(state: Any) -> Any:
    if isinstance(state, Tensor):
        return state.detach()
    if isinstance(state, dict):
        return {key: tuples_become_lists(value) for key, value in state.items()}
    if isinstance(state, (tuple, list)):
        parts = [tuples_become_lists(part) for part in state]
        return parts
    return state


@mutant(
    en="Your function returns a tuple where a list was given.",
    zh="传入的是列表，你的函数却返回了元组。",
)
def lists_become_tuples(state: Any) -> Any:
    if isinstance(state, Tensor):
        return state.detach()
    if isinstance(state, dict):
        return {key: lists_become_tuples(value) for key, value in state.items()}
    if isinstance(state, (tuple, list)):
        parts = [lists_become_tuples(part) for part in state]
        return type(state)(*parts) if hasattr(state, "_fields") else tuple(parts)
    return state


@mutant(
    en="Your function returns a plain tuple where a named tuple was given.",
    zh="传入的是具名元组，你的函数却返回了普通元组。",
)
def named_tuples_become_plain(state: Any) -> Any:
    if isinstance(state, Tensor):
        return state.detach()
    if isinstance(state, dict):
        return {key: named_tuples_become_plain(value) for key, value in state.items()}
    if isinstance(state, (tuple, list)):
        parts = [named_tuples_become_plain(part) for part in state]
        return tuple(parts) if isinstance(state, tuple) else parts
    return state


@mutant(
    en="Your function fails on a named tuple: its type wants the parts as separate arguments.",
    zh="遇到具名元组时你的函数会出错：它的类型要求各部分作为单独的参数传入。",
)
def named_tuples_from_a_list(state: Any) -> Any:
    if isinstance(state, Tensor):
        return state.detach()
    if isinstance(state, dict):
        return {key: named_tuples_from_a_list(value) for key, value in state.items()}
    if isinstance(state, (tuple, list)):
        parts = [named_tuples_from_a_list(part) for part in state]
        return type(state)(parts)
    return state


@mutant(
    en="Your function fails on what is neither a tensor nor a container, such as None.",
    zh="遇到 None 这类既非张量也非容器的东西时，你的函数会出错。",
)
def fails_on_none(state: Any) -> Any:
    if isinstance(state, Tensor):
        return state.detach()
    if isinstance(state, dict):
        return {key: fails_on_none(value) for key, value in state.items()}
    if isinstance(state, (tuple, list)):
        parts = [fails_on_none(part) for part in state]
        return type(state)(*parts) if hasattr(state, "_fields") else type(state)(parts)
    return state.detach()


@mutant(
    en="Your function turns what is no tensor into None instead of returning it as it is.",
    zh="不是张量的东西，你的函数没有原样返回，而是变成了 None。",
)
def drops_what_is_no_tensor(state: Any) -> Any:
    if isinstance(state, Tensor):
        return state.detach()
    if isinstance(state, dict):
        return {key: drops_what_is_no_tensor(value) for key, value in state.items()}
    if isinstance(state, (tuple, list)):
        parts = [drops_what_is_no_tensor(part) for part in state]
        return type(state)(*parts) if hasattr(state, "_fields") else type(state)(parts)
    return None


@mutant(
    en="Your function returns a dict as it is: the tensors in it keep their graph.",
    zh="你的函数把字典原样返回：里面的张量还带着计算图。",
)
def ignores_dicts(state: Any) -> Any:
    if isinstance(state, Tensor):
        return state.detach()
    if isinstance(state, (tuple, list)):
        parts = [ignores_dicts(part) for part in state]
        return type(state)(*parts) if hasattr(state, "_fields") else type(state)(parts)
    return state


@mutant(
    en="Your function returns a list as it is: the tensors in it keep their graph.",
    zh="你的函数把列表原样返回：里面的张量还带着计算图。",
)
def ignores_lists(state: Any) -> Any:
    if isinstance(state, Tensor):
        return state.detach()
    if isinstance(state, dict):
        return {key: ignores_lists(value) for key, value in state.items()}
    if isinstance(state, tuple):
        parts = [ignores_lists(part) for part in state]
        return type(state)(*parts) if hasattr(state, "_fields") else type(state)(parts)
    return state


@mutant(
    en="Your function looks one level deep: tensors in a container within a container keep their graph.",
    zh="你的函数只看一层：容器里的容器中的张量还带着计算图。",
)
def one_level_only(state: Any) -> Any:
    def cut(part: Any) -> Any:
        return part.detach() if isinstance(part, Tensor) else part

    if isinstance(state, dict):
        return {key: cut(value) for key, value in state.items()}
    if isinstance(state, (tuple, list)):
        parts = [cut(part) for part in state]
        return type(state)(*parts) if hasattr(state, "_fields") else type(state)(parts)
    return cut(state)


@mutant(
    en="Your detached tensors require grad again; nothing is to be recorded for them.",
    zh="你 detach 之后的张量又要求梯度了；它们不该再被记录。",
)
def new_leaves(state: Any) -> Any:
    if isinstance(state, Tensor):
        return state.detach().requires_grad_(state.requires_grad)
    if isinstance(state, dict):
        return {key: new_leaves(value) for key, value in state.items()}
    if isinstance(state, (tuple, list)):
        parts = [new_leaves(part) for part in state]
        return type(state)(*parts) if hasattr(state, "_fields") else type(state)(parts)
    return state


@mutant(
    en="Your function writes the detached tensors into the list or dict that was given, which belongs to the caller.",
    zh="你把 detach 过的张量写进了传入的列表或字典，而它们是调用者的。",
)
def writes_into_containers(state: Any) -> Any:
    if isinstance(state, Tensor):
        return state.detach()
    if isinstance(state, dict):
        state.update({key: writes_into_containers(value) for key, value in state.items()})
        return state
    if isinstance(state, list):
        state[:] = [writes_into_containers(part) for part in state]
        return state
    if isinstance(state, (tuple, list)):
        parts = [writes_into_containers(part) for part in state]
        return type(state)(*parts) if hasattr(state, "_fields") else type(state)(parts)
    return state


@mutant(
    en="Your function rebuilds the structure, but its tensors keep their graph.",
    zh="你的函数重建了结构，但里面的张量还带着计算图。",
)
def forgets_to_detach(state: Any) -> Any:
    if isinstance(state, Tensor):
        return state
    if isinstance(state, dict):
        return {key: forgets_to_detach(value) for key, value in state.items()}
    if isinstance(state, (tuple, list)):
        parts = [forgets_to_detach(part) for part in state]
        return type(state)(*parts) if hasattr(state, "_fields") else type(state)(parts)
    return state
