# verdict: failed
# threats: 32 37
# limits: test_s=1.5 pids=48
"""Each task's candidate leaves as many threads as it may: together more than the container has processes."""

import threading
import time

for _ in range(1000):
    try:
        threading.Thread(target=time.sleep, args=(600,), daemon=True).start()
    except RuntimeError:
        break


def second(x):
    return 0 * x
