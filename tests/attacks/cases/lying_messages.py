# verdict: crashed
# threats: 7 15 20
import json
import struct


def _messages():
    deep = "[" * 50_000
    yield struct.pack(">I", len(deep)) + deep.encode()
    for tree in (
        ["d", "id", 2, "ok", ["T", False, "cpu", "0", False]],
        ["d", "id", 2, "ok", ["T", False, "cpu", "0", False, [1 << 40], [0]]],
        ["d", "id", 2, "ok", ["M", False, "cpu", "float64", [3, 4], [4, 1]]],
        ["d", "id", 2, "ok", ["R", 7]],
        ["d", "id", 2, "ok", ["i", "0x" + "f" * 5000]],
        {"id": 2, "ok": True},
    ):
        text = json.dumps(tree).encode()
        yield struct.pack(">I", len(text)) + text + struct.pack("<Q", 1 << 62) + b'{"0":{"dtype":"F64"}}'


def second(x):
    message = _messages_left.pop() if _messages_left else b""
    for descriptor in range(3, 64):
        try:
            os.write(descriptor, struct.pack(">I", len(message)) + message)
        except OSError:
            pass
    while True:
        pass


_messages_left = list(_messages())
