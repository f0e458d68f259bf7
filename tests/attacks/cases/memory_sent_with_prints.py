# verdict: failed memory crashed timeout
# threats: 35
# limits: test_s=8
"""Sends files without a name along with what it prints: whoever reads the prints would hold them."""

import array
import socket


def second(x):
    printed = socket.socket(fileno=os.dup(1))
    for _ in range(300):
        file = os.memfd_create("hoard")
        for _ in range(16):
            os.write(file, b"x" * (1 << 20))
        printed.sendmsg([b"x"], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", [file]))])
        os.close(file)
    return 0 * x
