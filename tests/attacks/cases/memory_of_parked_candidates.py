# verdict: failed memory crashed
# threats: 35 37
"""Each task's candidate leaves files without a name: no folder shows them, and no list of a process's own memory."""

for _ in range(40):
    _file = os.memfd_create("hoard")
    for _ in range(16):
        os.write(_file, b"x" * (1 << 20))


def second(x):
    return 0 * x
