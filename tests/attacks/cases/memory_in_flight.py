# verdict: memory crashed timeout
# threats: 35
# limits: test_s=8
"""Files without a name, sent to a socket that nobody reads and closed: memory that no process holds."""

import array
import socket


def second(x):
    kept = []
    while True:
        file = os.memfd_create("hoard")
        for _ in range(16):
            os.write(file, b"x" * (1 << 20))
        near, far = socket.socketpair()
        near.sendmsg([b"x"], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", [file]))])
        os.close(file)
        kept.append((near, far))
