# verdict: failed memory error crashed
# threats: 33 35 37
"""Each task's candidate fills both folders with files that it deletes and keeps open."""

_kept = []
for _folder in ("/tmp", "/dev/shm"):
    for _number in range(100):
        try:
            _file = open(f"{_folder}/{_number}", "wb", buffering=0)
            _kept.append(_file)
            os.unlink(_file.name)
            for _ in range(8):
                _file.write(b"x" * (1 << 20))
        except OSError:
            break


def second(x):
    return 0 * x
