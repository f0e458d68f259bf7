# verdict: failed memory error crashed timeout
# threats: 35
# limits: test_s=8
"""Reads far apart in a mapping without contents: no page is its own, but the kernel keeps a table for each stretch."""

import mmap


def second(x):
    kept = []
    for _ in range(64):
        block = mmap.mmap(-1, 1 << 36, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS | 0x4000, prot=mmap.PROT_READ)
        kept.append(block)
        for start in range(0, 1 << 36, 1 << 21):
            block[start]
    return 0 * x
