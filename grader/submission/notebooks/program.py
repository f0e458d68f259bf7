"""Sifts a notebook as a program: a request on standard input, the answer on standard output.

A hostile source can crash Python's parser or keep it busy for hours, and must then take nothing but this process with
it. `reading.py` starts it isolated from its surroundings, so it has to be told where Gradus is.
"""

from __future__ import annotations

import contextlib
import json
import os
import sys

__all__ = ["CPU_S"]

CPU_S = 10
_MEMORY_BYTES = 2 << 30
_ROOT = __file__.rsplit(os.sep, 4)[0]


def _limit_resources() -> None:
    with contextlib.suppress(ImportError, OSError, ValueError):  # Windows has no such limits
        import resource

        resource.setrlimit(resource.RLIMIT_CPU, (CPU_S, CPU_S))
        resource.setrlimit(resource.RLIMIT_AS, (_MEMORY_BYTES, _MEMORY_BYTES))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def main() -> None:
    sys.path.insert(0, _ROOT)
    from grader.submission.notebooks.sifting import sift

    request = json.loads(sys.stdin.buffer.read())
    _limit_resources()
    try:
        answer = sift(request["cells"], request["names"])
    except (RecursionError, MemoryError):
        os.abort()  # as Python itself does where it notices nothing: it was the source that did it
    sys.stdout.buffer.write(json.dumps(answer).encode())


if __name__ == "__main__":
    main()
