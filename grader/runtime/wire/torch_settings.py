"""The settings of torch that hold for a whole process, or for a thread of it.

Much of it has no public way to be read, or to be left by another than who entered it, hence the underscores.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

import torch
from torch import _C
from torch.utils import _device

from grader.runtime.wire.python_settings import Setting

__all__ = ["leave_modes", "of_torch"]

_AUTOCAST_DEVICES = ("cpu", "cuda")
_DENORMAL = 5e-324
_INFERENCE_GUARDS: list[Any] = []  # what is left by force stays left only as long as its guard lives


# Modes, which are entered and may never be left.


def leave_modes() -> None:
    """Leaves all modes in which functions and operators of torch do something else, default devices among them."""
    _put_function_modes([])
    _put_dispatch_modes([])


def _function_modes() -> list[Any]:
    """Returns the modes but those of a default device, which are put back with it."""
    if not (count := _C._len_torch_function_stack()):
        return []
    modes = map(_C._get_function_stack_at, range(count))
    return [mode for mode in modes if not isinstance(mode, _device.DeviceContext)]


def _put_function_modes(modes: list[Any]) -> None:
    while _C._len_torch_function_stack():
        _C._pop_torch_function_stack()
    for mode in modes:
        _C._push_on_torch_function_stack(mode)


def _default_device() -> torch.device | None:
    """Returns the innermost of those that are entered: `set_default_device` and `with torch.device(...)` do that."""
    if not (count := _C._len_torch_function_stack()):
        return None
    modes = map(_C._get_function_stack_at, reversed(range(count)))
    return next((mode.device for mode in modes if isinstance(mode, _device.DeviceContext)), None)


def _put_default_device(device: torch.device | None) -> None:
    _put_function_modes(_function_modes())
    vars(torch._GLOBAL_DEVICE_CONTEXT).pop("device_context", None)
    _device.CURRENT_DEVICE = None
    if device is not None:
        torch.set_default_device(device)


def _dispatch_modes() -> list[Any]:
    if not (count := _C._len_torch_dispatch_stack()):
        return []
    return [_C._get_dispatch_stack_at(number) for number in range(count)]


def _put_dispatch_modes(modes: list[Any]) -> None:
    while _C._len_torch_dispatch_stack():
        _C._pop_torch_dispatch_stack(None)
    for mode in modes:
        _C._push_on_torch_dispatch_stack(mode)


def _put_inference_mode(is_on: bool) -> None:
    """Leaves the mode from within, since what entered it is out of reach; or ends that, where the mode was on."""
    if is_on:
        if _INFERENCE_GUARDS:
            _INFERENCE_GUARDS.pop().__exit__(None, None, None)
        return
    _INFERENCE_GUARDS.append(_C._InferenceMode(False))
    _INFERENCE_GUARDS[-1].__enter__()


def _saved_tensors_hooks() -> Any:
    return _C._autograd._top_saved_tensors_default_hooks(False)


def _put_saved_tensors_hooks(hooks: Any) -> None:
    while _saved_tensors_hooks() not in (None, hooks):
        _C._autograd._pop_saved_tensors_default_hooks()
    if hooks is not None and _saved_tensors_hooks() is None:
        _C._autograd._push_saved_tensors_default_hooks(*hooks)


def _autocast() -> dict[str, torch.dtype]:
    if not _C._is_any_autocast_enabled():
        return {}
    return {name: torch.get_autocast_dtype(name) for name in _AUTOCAST_DEVICES if torch.is_autocast_enabled(name)}


def _put_autocast(dtypes: dict[str, torch.dtype]) -> None:
    for name in _AUTOCAST_DEVICES:
        torch.set_autocast_enabled(name, name in dtypes)
    for name, dtype in dtypes.items():
        torch.set_autocast_dtype(name, dtype)
    torch.clear_autocast_cache()


# Values of torch.


def _put_tensor_type(kind: str) -> None:
    torch.set_default_tensor_type("torch.FloatTensor" if kind == "cpu" else f"torch.{kind}.FloatTensor")


def _matmul_precision() -> str:
    try:
        return _C._get_float32_matmul_precision()
    except RuntimeError:  # set in the new way and in the old one
        return "mixed"


def _put_matmul_precision(precision: str) -> None:
    if _HAS_PRECISIONS:
        for backend, operation in (("generic", "all"), ("cuda", "all"), ("mkldnn", "all"), ("mkldnn", "matmul")):
            _C._set_fp32_precision_setter(backend, operation, "none")
        _C._set_fp32_precision_setter("cuda", "matmul", "none")
    if precision != "mixed":
        torch.set_float32_matmul_precision(precision)


_HAS_PRECISIONS = hasattr(_C, "_set_fp32_precision_setter")  # since torch 2.9


def _deterministic() -> tuple[bool, bool]:
    return _C._get_deterministic_algorithms(), _C._get_deterministic_algorithms_warn_only()


def _put_deterministic(values: tuple[bool, bool]) -> None:
    _C._set_deterministic_algorithms(values[0], warn_only=values[1])


def _precision_of(backend: str, operation: str) -> Setting:
    get = partial(_C._get_fp32_precision_getter, backend, operation)
    put = partial(_C._set_fp32_precision_setter, backend, operation)
    return Setting(get, put, name="precision of products", harmless=("none", "ieee"))


def _flags(*pairs: str) -> Iterator[Setting]:
    """Yields those of torch's switches that this version of it has: names of what reads and of what sets."""
    for pair in pairs:
        get, put = (getattr(_C, name, None) for name in pair.split())
        if get is not None and put is not None:
            yield Setting(get, put)


def of_torch() -> Iterator[Setting]:
    """Yields modes last: under one, the others can neither be read nor put back as they are."""
    yield from _values()
    yield from _switches()
    yield Setting(_dispatch_modes, _put_dispatch_modes, [], "open modes")
    yield Setting(_function_modes, _put_function_modes, [], "open modes")
    is_cpu = (torch.device("cpu"),)
    yield Setting(_default_device, _put_default_device, None, "default device", is_cpu)


def _values() -> Iterator[Setting]:
    yield Setting(_C._get_default_device, _put_tensor_type, "cpu", "default device")
    yield Setting(torch.get_default_dtype, torch.set_default_dtype, torch.float32, "default dtype")
    yield Setting(torch.is_inference_mode_enabled, _put_inference_mode, False, "inference mode")
    yield Setting(torch.is_grad_enabled, _C._set_grad_enabled, True, "grad mode")
    if hasattr(_C._autograd, "_top_saved_tensors_default_hooks"):  # since torch 2.8
        yield Setting(_saved_tensors_hooks, _put_saved_tensors_hooks, None, "open modes")
    yield Setting(_autocast, _put_autocast, {}, "autocast")
    yield Setting(torch.is_anomaly_enabled, torch.set_anomaly_enabled, False, "anomaly detection")
    yield Setting(_deterministic, _put_deterministic, (False, False), "deterministic algorithms")
    yield Setting(lambda: _DENORMAL == 0.0, torch.set_flush_denormal, False, "flushed denormal numbers")
    yield Setting(_matmul_precision, _put_matmul_precision, "highest", "precision of products")
    if _HAS_PRECISIONS:
        yield _precision_of("mkldnn", "conv")
    yield Setting(torch.get_num_threads, torch.set_num_threads)


def _switches() -> Iterator[Setting]:
    yield from _flags(
        "_get_warnAlways _set_warnAlways",
        "_is_fwd_grad_enabled _set_fwd_grad_enabled",
        "_is_multithreading_enabled _set_multithreading_enabled",
        "_get_mkldnn_enabled _set_mkldnn_enabled",
        "_get_math_sdp_enabled _set_sdp_use_math",
        "_get_flash_sdp_enabled _set_sdp_use_flash",
        "_check_sparse_tensor_invariants _set_check_sparse_tensor_invariants",
    )
    if torch.backends.cuda.is_built():  # type: ignore[no-untyped-call]
        yield from _flags(
            "_get_mem_efficient_sdp_enabled _set_sdp_use_mem_efficient",
            "_get_cudnn_sdp_enabled _set_sdp_use_cudnn",
            "_get_cudnn_enabled _set_cudnn_enabled",
            "_get_cudnn_benchmark _set_cudnn_benchmark",
            "_get_cudnn_deterministic _set_cudnn_deterministic",
        )
