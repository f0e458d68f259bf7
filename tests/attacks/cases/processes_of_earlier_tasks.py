# verdict: failed
# threats: 32 37
# limits: test_s=1.5 pids=48
"""Each task's candidate leaves as many processes as it may, none of them its own child any more."""

import signal
import time

for _ in range(1000):
    try:
        _pid = os.fork()
    except OSError:
        break
    if _pid == 0:
        os.setsid()
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        if os.fork():
            os._exit(0)
        time.sleep(600)
        os._exit(0)


def second(x):
    return 0 * x
