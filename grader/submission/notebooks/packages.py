"""Which imports are sure to work where the code is judged. Pure."""

from __future__ import annotations

import ast
import importlib

__all__ = ["NAMES_OF_TORCH", "is_sure_import"]

_STANDARD = {  # what a reader of notebooks may import to look whether it has a name
    *("abc", "bisect", "collections", "collections.abc", "contextlib", "copy", "dataclasses", "enum", "functools"),
    *("heapq", "inspect", "itertools", "json", "math", "operator", "os", "random", "re", "statistics", "string", "sys"),
    *("time", "types", "typing", "warnings"),
}
_OF_TORCH = {  # what torch has in every version; it takes too long to import to look
    "torch": {"Generator", "Tensor", "autograd", "device", "dtype", "nn", "no_grad", "optim", "tensor", "utils"},
    "torch.autograd": {"Function"},
    "torch.nn": {"Module", "Parameter", "functional", "init"},
    "torch.nn.functional": set(),
    "torch.optim": {"Optimizer"},
    "torch.utils": {"data"},
    "torch.utils.data": {"DataLoader", "Dataset"},
}
NAMES_OF_TORCH = frozenset().union(*_OF_TORCH.values())


def is_sure_import(node: ast.Import | ast.ImportFrom) -> bool:
    """Whether everything that is imported is surely there."""
    if isinstance(node, ast.Import):
        return all(alias.name in _STANDARD or alias.name in _OF_TORCH for alias in node.names)
    return not node.level and all(_has(node.module or "", alias.name) for alias in node.names)


def _has(module: str, name: str) -> bool:
    if module in _STANDARD:
        return hasattr(importlib.import_module(module), name)
    return name in _OF_TORCH.get(module, ())
