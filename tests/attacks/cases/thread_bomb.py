# verdict: crashed timeout
# threats: 32
import threading
import time


def second(x):
    while True:
        threading.Thread(target=time.sleep, args=(60,), daemon=True).start()
