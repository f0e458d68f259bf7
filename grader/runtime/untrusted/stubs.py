"""What keeps a student's code from calling what its statement forbids, as far as the check of the text cannot tell.

No wall: the code runs in the same process, and could take it down.
"""

from __future__ import annotations

import contextlib
import os
import sys
import types
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import torch

from grader.runtime.wire import codec
from grader.runtime.wire.answering import ForbiddenCallError

__all__ = ["Stubs"]

_LIBRARIES = tuple(f"{folder}{os.sep}" for folder in (Path(torch.__file__).parents[1], Path(os.__file__).parent))
_GRADER = f"{Path(codec.__file__).parents[2]}{os.sep}"  # which may be installed among the libraries


class Stubs:
    """Raising stubs in the place of forbidden functions of torch; other entries are left to the check of the text.

    A forbidden class stays where it is, since torch asks `isinstance` and derives from it: it refuses to be made.

    Args:
        names: as an assignment's `forbid` has them.

    Attributes:
        in_force: the names of those that raise. All stand there before, so that nobody keeps what they replace, but a
            file may use for its own trials, when it is imported, what its tasks may not, and one task what another may
            not.
    """

    def __init__(self, names: Iterable[str]) -> None:
        self.in_force: frozenset[str] = frozenset()
        for name in names:
            if not (name.startswith(".") and name.endswith("=")):
                self._block(name, f"torch.Tensor{name}" if name.startswith(".") else name)

    def _block(self, name: str, path: str) -> None:
        owner_path, _, attribute = path.rpartition(".")
        owner = _resolve(owner_path)
        original = getattr(owner, attribute, None)
        if owner is None or not callable(original):
            return
        if isinstance(original, type):
            owner, attribute = original, "__init__"
        with contextlib.suppress(TypeError):  # a class that is written in C
            setattr(owner, attribute, self._stub(name, getattr(owner, attribute)))

    def _stub(self, name: str, original: Callable[..., Any]) -> Callable[..., Any]:
        def forbidden(*args: Any, **kwargs: Any) -> Any:
            if name not in self.in_force or _may_go_on(sys._getframe(1)):
                return original(*args, **kwargs)
            raise ForbiddenCallError(f"`{name}` is forbidden here")

        return forbidden


def _resolve(path: str) -> Any:
    names = path.split(".")
    if names[0] != "torch":
        return None
    value: Any = torch
    for name in names[1:]:
        value = getattr(value, name, None)
    return value


def _may_go_on(caller: types.FrameType) -> bool:
    """Whether a call is not the student's: what carries values, or a library that needs it for what is allowed.

    What C calls (`map`, `functools.partial`) is called by the frame that called C.
    """
    file_name = caller.f_code.co_filename
    is_of_a_library = file_name.startswith(_LIBRARIES) and not file_name.startswith(_GRADER)
    return is_of_a_library or caller.f_globals is codec.__dict__
