# verdict: failed
# threats: 40 41
import socket
import time

_FILE = "/tmp/message"


def second(x):
    with open(_FILE, "w") as file:
        file.write(f"smuggled {x.tolist()}")
    os.chmod(_FILE, 0o644)
    if os.fork() == 0:
        server = socket.socket(socket.AF_UNIX)
        server.bind("\0smuggled")
        server.listen()
        while True:
            server.accept()[0].send(f"smuggled {x.tolist()}".encode())
    time.sleep(0.02)
    return x


def third(x):
    try:
        print(open(_FILE).read())
    except OSError:
        pass
    try:
        client = socket.socket(socket.AF_UNIX)
        client.connect("\0smuggled")
        print(client.recv(1000))
    except OSError:
        pass
    return x + 1
