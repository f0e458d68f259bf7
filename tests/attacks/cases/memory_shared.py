# verdict: memory error timeout
# threats: 35
# limits: test_s=8
import mmap


def second(x):
    hoard = []
    while True:
        block = mmap.mmap(-1, 64 << 20)
        for start in range(0, len(block), 4096):
            block[start] = 1
        hoard.append(block)
