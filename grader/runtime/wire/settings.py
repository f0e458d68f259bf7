"""Settings that hold for a whole process, of torch and of Python: as they were, and the way back to that.

What a student's code sets is put back as soon as it has run, so that it reaches neither what carries values nor the
next request. Only settings: a function of torch that the code replaces, a hook that it registers, a variable of the
environment or an entry of `sys.path` is part of that code, and stays.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Any

from grader.runtime.wire.python_settings import AS_IT_IS, Setting, of_python
from grader.runtime.wire.torch_settings import leave_modes, of_torch

__all__ = ["TOLD", "Settings", "torchs_own"]

_SETTINGS = (*of_python(), *of_torch())  # first warnings, which might be exceptions
_GETTERS = tuple(setting.get for setting in _SETTINGS)
TOLD = tuple(dict.fromkeys(setting.name for setting in _SETTINGS if setting.name))
"""All that a student may be told to have changed."""


class Settings:
    """The settings of this process, and of this thread of it, as they are now."""

    def __init__(self) -> None:
        self._values = _read()

    def put_back(self) -> list[str]:
        """Makes the settings what they were; those that cannot be made so are taken as they are from now on.

        Returns:
            The names of those that had changed, as far as a student is told of them; all are in `TOLD`.
        """
        now = _read()
        if now == self._values:
            return []
        leave_modes()  # under one, the others could neither be read nor put back as they are
        for setting, before, after in zip(_SETTINGS, self._values, _read(), strict=True):
            if before != after:
                setting.put(before)
        changed = [
            setting for setting, *values in zip(_SETTINGS, self._values, now, strict=True) if _differ(setting, *values)
        ]
        self._values = _read()
        return list(dict.fromkeys(setting.name for setting in changed if setting.name))

    def with_torchs_own(self) -> Settings:
        """Returns the same settings with those of a fresh torch in the place of what was set."""
        changed = Settings.__new__(Settings)
        pairs = zip(_SETTINGS, self._values, strict=True)
        changed._values = [value if setting.own is AS_IT_IS else setting.own for setting, value in pairs]
        return changed


@contextlib.contextmanager
def torchs_own() -> Iterator[list[str]]:
    """Lets what runs meanwhile run under torch's own settings, and then puts those back that were there.

    Yields:
        The names of those that were others, as far as a student is told of them.
    """
    before = Settings()
    try:
        yield before.with_torchs_own().put_back()
    finally:
        before.put_back()


def _differ(setting: Setting, before: Any, after: Any) -> bool:
    return bool(before != after) and after not in setting.harmless


def _read() -> list[Any]:
    return [get() for get in _GETTERS]
