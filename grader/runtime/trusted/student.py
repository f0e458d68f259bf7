"""The `student` fixture: the candidate as a suite sees it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

from grader.runtime.wire.probes import Probe

__all__ = ["Student"]


class Performer(Protocol):
    """Whoever carries a request to the candidate and brings the value back."""

    def call(self, name: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any: ...

    def run(self, probe: Probe, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any: ...


class Student:
    """Stands for the candidate: `student.standardize(x, dim=1)` calls the student's function.

    Tensors and other values go over as copies, and a copy comes back, so that what the function does to its
    arguments stays with the candidate; use a probe to look at that. Only None, bool, int, float, str, bytes, list,
    tuple, dict, dense tensors and `torch.dtype`, `device`, `Size` cross.

    Raises (from every call):
        StudentError: the student's code raised; `pytest.raises(ValueError)` and other built-in types work.
    """

    def __init__(self, performer: Performer, device: str) -> None:
        self._performer = performer
        self.device = device

    def __getattr__(self, name: str) -> Callable[..., Any]:
        if name.startswith("__"):
            raise AttributeError(name)

        def call(*args: Any, **kwargs: Any) -> Any:
            return self._performer.call(name, args, kwargs)

        return call

    def run(self, probe: Probe, *args: Any, **kwargs: Any) -> Any:
        """Runs a probe next to the student's module and returns the plain value that it returns."""
        return self._performer.run(probe, args, kwargs)
