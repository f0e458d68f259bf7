"""What goes wrong outside a student's code, by whose it is to mend.

    GradusError
    ├── UserError               a wrong name, option or file: the user mends it (exit 2)
    │   ├── CourseError         a course or an assignment.toml that does not read
    │   └── RefusedError        a submission that is not taken in: the student mends it
    ├── EngineFailedError       the suite or the engine failed on a submission: not graded (exit 3)
    └── SandboxError            ours or the machine's: not graded, never a zero (exit 3)
        ├── EngineMissingError  no Docker, no image, no GPU: a command mends it
        └── SandboxDiedError    it was there and went away: worth a retry
            └── SandboxMemoryError  it ran out of memory as a whole, with a submission's code in it

Every message says what happened, where, and what to do next. A student's wrong answer is no exception at all but a
`Verdict`.
"""

from __future__ import annotations

__all__ = [
    "CourseError",
    "EngineFailedError",
    "EngineMissingError",
    "GradusError",
    "RefusedError",
    "SandboxDiedError",
    "SandboxError",
    "SandboxMemoryError",
    "UserError",
]


class GradusError(Exception):
    """The root; never raised itself."""


class UserError(GradusError):
    pass


class CourseError(UserError):
    pass


class RefusedError(UserError):
    pass


class EngineFailedError(GradusError):
    pass


class SandboxError(GradusError):
    pass


class EngineMissingError(SandboxError):
    pass


class SandboxDiedError(SandboxError):
    pass


class SandboxMemoryError(SandboxDiedError):
    pass
