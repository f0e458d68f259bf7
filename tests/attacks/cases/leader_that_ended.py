# verdict: crashed timeout
# threats: 37 32 35
"""A process whose first thread has ended looks like a zombie, but its other threads live on, busy and full."""

import threading


def _live_on():
    while True:
        pass


def _hold():
    for _ in range(20):
        file = os.memfd_create("hoard")
        for _ in range(16):
            os.write(file, b"x" * (1 << 20))
    _live_on()


def second(x):
    import time

    if os.fork() == 0:
        os.setsid()
        for target in (_live_on, _live_on, _hold):
            threading.Thread(target=target).start()
        ctypes.CDLL(None).syscall(60, 0)  # `exit` of this thread alone
    for _ in range(6):
        if os.fork() == 0:
            os.setsid()
            threading.Thread(target=_live_on).start()
            ctypes.CDLL(None).syscall(60, 0)
    time.sleep(0.8)
    os._exit(0)
