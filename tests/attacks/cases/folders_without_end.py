# verdict: failed timeout
# threats: 33 41
# limits: test_s=5
"""Folders in folders, far deeper than a path is long."""


def second(x):
    for folder in ("/tmp", "/dev/shm"):
        os.chdir(folder)
        try:
            for _ in range(16_000):
                os.mkdir("d")
                os.chdir("d")
        except OSError:
            continue
    os.chdir("/")
    return 0 * x
