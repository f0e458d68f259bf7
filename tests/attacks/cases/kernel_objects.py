# verdict: failed memory crashed timeout error
# threats: 35
# limits: test_s=4
"""Objects that the kernel keeps for a process: rules, watches, timers, locks, pipes, events, queued signals."""

import fcntl
import select
import time


def second(x):
    libc = ctypes.CDLL(None, use_errno=True)
    kept = []
    end = time.monotonic() + 2.5
    calls = (
        lambda n: libc.syscall(444, ctypes.byref(ctypes.c_uint64(2)), 8, 0),
        lambda n: kept.append(select.epoll()),
        lambda n: libc.syscall(294, 0),
        lambda n: libc.syscall(222, 1, None, ctypes.byref(ctypes.c_int())),
        lambda n: fcntl.fcntl(kept[0], 1031, 1 << 20) if kept else kept.append(os.pipe()[0]),
        lambda n: kept.append(os.eventfd(0)),
        lambda n: libc.mlockall(3),
        lambda n: libc.syscall(129, os.getpid(), 34, ctypes.create_string_buffer(128)),
        lambda n: fcntl.lockf(_FILE, fcntl.LOCK_EX | fcntl.LOCK_NB, 1, 2 * n),
    )
    import signal

    signal.pthread_sigmask(signal.SIG_BLOCK, {34})
    number = 0
    while time.monotonic() < end:
        number += 1
        for call in calls:
            try:
                call(number)
            except OSError:
                continue
    return 0 * x


_FILE = open("/tmp/locks", "w")
os.unlink("/tmp/locks")
