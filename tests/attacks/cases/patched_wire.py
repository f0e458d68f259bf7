# verdict: failed crashed
# threats: 8 16
from grader.runtime.trusted import compare
from grader.runtime.wire import codec

_encode = codec.encode


def second(x):
    compare.assert_close = lambda *args, **kwargs: None
    codec.decode = lambda *args, **kwargs: {"id": 1, "do": "call", "name": "third", "args": (), "kwargs": {}}
    codec.encode = lambda value: _encode({"id": value["id"], "ok": True, "verdict": "passed", "score": 100})
    return x
