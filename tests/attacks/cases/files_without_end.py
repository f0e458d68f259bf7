# verdict: failed error memory timeout crashed
# threats: 33 35
# limits: test_s=8
"""Empty files have no size, but each takes a kilobyte of the kernel's memory."""


def _litter(folder):
    number = 0
    while number < 3_000_000:
        os.symlink("x" * 100, f"{folder}/{number}")
        number += 1


def second(x):
    for folder in ("/dev/shm", "/tmp", "/dev/mqueue"):
        try:
            _litter(folder)
        except OSError:
            continue
    return 0 * x
