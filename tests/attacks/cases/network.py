# verdict: error
# threats: 39
import socket


def second(x):
    socket.create_connection(("192.0.2.1", 80), timeout=0.5)
    return x
