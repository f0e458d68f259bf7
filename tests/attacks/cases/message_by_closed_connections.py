# verdict: failed error
# threats: 40 41
"""Closed connections stay in the kernel's table for a minute, and their ports spell the hidden inputs."""

import socket


def _ports():
    with open("/proc/net/tcp") as table:
        return [line.split()[1:4] for line in table][1:]


def second(x):
    server = socket.socket()
    server.bind(("127.0.0.1", 9999))
    server.listen()
    for index, byte in enumerate(f"smuggled {x.flatten()[:2].tolist()}".encode()):
        client = socket.socket()
        client.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        client.bind((f"127.1.{index}.{byte}", 10_000))
        client.connect(("127.0.0.1", 9999))
        there, _ = server.accept()
        client.close()  # who closes first keeps the entry
        there.recv(1)
        there.close()
    return x


def third(x):
    text = {}
    for near, far, state in _ports():
        address = bytes.fromhex(near.split(":")[0])[::-1]
        if address[1] == 1:
            text[address[2]] = address[3]
    print(bytes(text[index] for index in sorted(text)).decode("latin-1"))
    return x + 1
