# verdict: failed memory crashed timeout
# threats: 35
# limits: test_s=8
"""Segments of System V belong to nobody: who made them may be killed, and the memory stays used."""

_LIBC = ctypes.CDLL(None, use_errno=True)
_LIBC.shmat.restype = ctypes.c_void_p


def _hoard(blocks):
    for _ in range(blocks):
        number = _LIBC.shmget(0, ctypes.c_size_t(64 << 20), 0o1600)
        at = _LIBC.shmat(number, None, 0) if number >= 0 else None
        if at in (None, ctypes.c_void_p(-1).value):
            return
        ctypes.memset(at, 1, 64 << 20)
        _LIBC.shmdt(ctypes.c_void_p(at))


def second(x):
    _hoard(200)
    return 0 * x
