"""Values survive the way as plain values of the exact types; hostile bytes give a value or a `WireError`, soon."""

from __future__ import annotations

import json
import math
import random
import struct
import time
import tracemalloc
from collections import OrderedDict, namedtuple
from collections.abc import Callable
from enum import IntEnum
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from safetensors.torch import save
from torch import Tensor

from grader.runtime.wire import codec
from grader.runtime.wire.codec import MAX_MESSAGE_BYTES, UnsupportedValueError, WireError, decode, encode

_DTYPES = [
    torch.bool,
    torch.uint8,
    torch.int8,
    torch.int16,
    torch.int32,
    torch.int64,
    torch.uint16,
    torch.uint32,
    torch.uint64,
    torch.float16,
    torch.bfloat16,
    torch.float32,
    torch.float64,
    torch.complex64,
    torch.complex128,
]


def _name(value: object) -> str:
    return str(value).removeprefix("torch.")


def _there(value: Any) -> Any:
    """What the candidate gets of the examiner's value."""
    return decode(encode(value), from_candidate=False)


def _message(tree: object, tensors: dict[str, Tensor] | None = None) -> bytes:
    """A message as only a hostile process would write it."""
    return _raw(json.dumps(tree).encode(), save(tensors) if tensors else b"")


def _raw(tree: bytes, block: bytes = b"") -> bytes:
    return struct.pack(">I", len(tree)) + tree + block


def _is_same(left: Tensor, right: Tensor) -> bool:
    return left.dtype == right.dtype and left.shape == right.shape and torch.equal(left, right)


# Plain values.


@pytest.mark.parametrize(
    "value",
    [
        None,
        True,
        False,
        0,
        -1,
        2**63 - 1,
        -(2**63),
        1.5,
        -0.0,
        1e-320,
        "",
        "中文 \x00 \u2028 \U0001f600",
        b"",
        b"\x00\xff",
        [],
        (),
        {},
        [1, [2, (3, "x")], {"a": None}],
        {"a": 1, 2: "b", (1, "c"): [1.5], 0.5: ()},
        [["l"], ["T", True, "cpu"]],
    ],
    ids=repr,
)
def test_wire_brings_plain_values_back_as_they_were(value: object) -> None:
    arrived = _there(value)
    assert repr(arrived) == repr(value)


@pytest.mark.parametrize(
    "value", [2**63, -(2**63) - 1, 10**100, -(10**100)], ids=["2^63", "below", "10^100", "-10^100"]
)
def test_wire_brings_large_ints_back(value: int) -> None:
    assert _there(value) == value


@pytest.mark.parametrize("value", [math.inf, -math.inf], ids=repr)
def test_wire_brings_infinities_back(value: float) -> None:
    assert _there([value]) == [value]


def test_wire_brings_nan_back() -> None:
    assert math.isnan(_there(math.nan))


@pytest.mark.parametrize("dtype", _DTYPES, ids=_name)
def test_wire_brings_dtypes_back(dtype: torch.dtype) -> None:
    assert _there(dtype) is dtype


@pytest.mark.parametrize("value", [torch.Size([]), torch.Size([2, 0, 3])], ids=str)
def test_wire_brings_sizes_back(value: torch.Size) -> None:
    assert type(_there(value)) is torch.Size
    assert _there(value) == value


@pytest.mark.parametrize("name", ["cpu", "cuda", "cuda:1", "meta"])
def test_wire_brings_devices_back(name: str) -> None:
    assert _there(torch.device(name)) == torch.device(name)


# Subclasses become what they are made of.


class _Colour(IntEnum):
    RED = 1


class _Text(str):
    pass


_Pair = namedtuple("_Pair", "x y")


@pytest.mark.parametrize(
    ("value", "plain"),
    [
        (np.float64(1.5), 1.5),
        (np.float64("inf"), math.inf),
        (_Colour.RED, 1),
        (_Text("a"), "a"),
        (OrderedDict(a=1), {"a": 1}),
        (_Pair(1, 2), (1, 2)),
    ],
    ids=["np.float64", "np.float64 inf", "IntEnum", "str", "OrderedDict", "namedtuple"],
)
def test_wire_turns_subclasses_into_plain_values(value: object, plain: object) -> None:
    arrived = _there(value)
    assert arrived == plain
    assert type(arrived) is type(plain)


def test_wire_does_not_ask_a_float_that_equals_everything() -> None:
    class Agreeable(float):
        def __eq__(self, other: object) -> bool:
            return True

        __hash__ = float.__hash__

    arrived = _there(Agreeable(1.0))
    assert type(arrived) is float
    assert arrived != 2.0


# Tensors.


@pytest.mark.parametrize("shape", [(), (0,), (1,), (2, 3), (2, 0, 3)], ids=str)
@pytest.mark.parametrize("dtype", _DTYPES, ids=_name)
def test_wire_brings_tensors_back(dtype: torch.dtype, shape: tuple[int, ...]) -> None:
    sent = torch.arange(math.prod(shape)).reshape(shape).to(dtype)
    assert _is_same(_there(sent), sent)
    assert _is_same(decode(encode(sent), from_candidate=True), sent)


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16, torch.float32, torch.float64], ids=_name)
def test_wire_keeps_nan_infinity_and_the_sign_of_zero(dtype: torch.dtype) -> None:
    sent = torch.tensor([math.nan, math.inf, -math.inf, -0.0], dtype=dtype)
    arrived = _there(sent)
    assert torch.isnan(arrived[0])
    assert arrived[1:3].tolist() == [math.inf, -math.inf]
    assert torch.signbit(arrived[3])


_STRIDED: dict[str, Callable[[], Tensor]] = {
    "transposed": lambda: torch.arange(6.0).reshape(2, 3).t(),
    "permuted": lambda: torch.arange(24.0).reshape(2, 3, 4).permute(2, 0, 1),
    "expanded": lambda: torch.arange(3.0).expand(4, 3),
    "sliced": lambda: torch.arange(24.0).reshape(4, 6)[1:3, ::2],
    "channels last": lambda: torch.arange(24.0).reshape(1, 2, 3, 4).contiguous(memory_format=torch.channels_last),
    "overlapping": lambda: torch.arange(5.0).unfold(0, 3, 1),
    "transposed bool": lambda: (torch.arange(6).reshape(2, 3) % 2 == 0).t(),
    "transposed complex128": lambda: torch.arange(6.0).to(torch.complex128).reshape(2, 3).t(),
}


@pytest.mark.parametrize("name", _STRIDED)
def test_wire_keeps_strides_towards_the_candidate(name: str) -> None:
    sent = _STRIDED[name]()
    arrived = _there(sent)
    assert _is_same(arrived, sent)
    assert arrived.stride() == sent.stride()


@pytest.mark.parametrize(
    "make",
    [
        lambda x: x.conj(),
        lambda x: x.t().conj(),
        lambda x: x[:, ::2].conj(),
        lambda x: x[:, ::2].t().conj(),
        lambda x: x.conj().imag,
        lambda x: torch._neg_view(x.real.contiguous()),
    ],
    ids=["whole", "transposed", "sliced", "sliced and transposed", "part of a conjugate", "negative view"],
)
def test_wire_resolves_lazy_conjugates(make: Callable[[Tensor], Tensor]) -> None:
    sent = make(torch.complex(torch.arange(24.0).reshape(4, 6), torch.ones(4, 6)))
    assert _is_same(_there(sent), sent.resolve_conj().resolve_neg())


def test_wire_sends_an_expanded_tensor_without_its_copies() -> None:
    assert len(encode(torch.zeros(1).expand(100_000))) < 1_000


def test_wire_leaves_the_memory_around_a_slice_behind() -> None:
    secret = torch.tensor([1.0, 2.0, 99.0])
    assert _there(secret[:2]).untyped_storage().nbytes() == 8


@pytest.mark.parametrize("requires_grad", [True, False])
def test_wire_keeps_requires_grad(requires_grad: bool) -> None:
    assert _there(torch.zeros(2, requires_grad=requires_grad)).requires_grad is requires_grad


def test_wire_leaves_the_graph_behind() -> None:
    sent = torch.ones(2, requires_grad=True) * 2
    arrived = _there(sent)
    assert arrived.is_leaf
    assert arrived.requires_grad


def test_wire_turns_a_parameter_into_a_tensor() -> None:
    arrived = _there(torch.nn.Parameter(torch.ones(2)))
    assert type(arrived) is Tensor
    assert arrived.requires_grad


def test_wire_brings_meta_tensors_back_without_data() -> None:
    sent = torch.empty(10**6, 10**6, device="meta", dtype=torch.bfloat16).t()
    message = encode(sent)
    arrived = decode(message, from_candidate=True)
    assert len(message) < 200
    assert (arrived.device.type, arrived.dtype, arrived.shape) == ("meta", sent.dtype, sent.shape)


def test_wire_brings_tensors_of_all_dtypes_and_odd_sizes_back_in_one_message() -> None:
    sent = [torch.arange(size).reshape(1, size).to(dtype) for dtype in _DTYPES for size in (1, 0, 3)]
    arrived = decode(encode(sent), from_candidate=True)
    assert all(_is_same(*pair) for pair in zip(arrived, sent, strict=True))


def test_wire_brings_a_tensor_that_occurs_twice_back_as_one() -> None:
    shared, other = torch.zeros(2), torch.ones(2)
    first, (second, third), fourth = _there([shared, (other, shared), other])
    assert first is third
    assert second is fourth
    assert first is not second


def test_wire_copies_tensors() -> None:
    sent = torch.zeros(2)
    _there(sent).add_(1)
    assert sent.tolist() == [0.0, 0.0]


@pytest.mark.parametrize(
    "make",
    [
        lambda: torch.arange(6.0).reshape(2, 3).t(),
        lambda: torch.arange(3.0).expand(4, 3),
        lambda: torch.arange(24.0).reshape(4, 6)[1:3, ::2],
    ],
    ids=["transposed", "expanded", "sliced"],
)
def test_wire_brings_a_candidates_view_back_by_its_values(make: Callable[[], Tensor]) -> None:
    """`return x.t()` is an honest answer."""
    sent = make()
    reply = _candidates_reply(sent)
    assert _is_same(decode(reply, from_candidate=True)["ok"], sent)


def _candidates_reply(value: Any) -> bytes:
    """What the candidate itself says when its code returns `value`."""
    from grader.runtime.untrusted import candidate

    stand_in = candidate.Candidate()
    stand_in._actions["outline"] = lambda request: value
    return stand_in.answer({"id": 1, "seed": None, "do": "outline"})


# What does not cross.


class _TensorSubclass(Tensor):
    pass


@pytest.mark.parametrize(
    ("make", "phrase"),
    [
        (lambda: lambda: None, "a `function`"),
        (lambda: len, "a `builtin_function_or_method`"),
        (lambda: np.zeros(2), "a `numpy.ndarray`"),
        (lambda: np.float32(1), "a `numpy.float32`"),
        (lambda: {1, 2}, "a `set`"),
        (lambda: object(), "a `object`"),
        (lambda: 1j, "a `complex`"),
        (lambda: iter([1]), "a `list_iterator`"),
        (lambda: torch.nn.Linear(1, 1), "a `torch.nn.modules.linear.Linear`"),
        (lambda: torch.zeros(2, 2).to_sparse(), "a `torch.Tensor`"),
        (lambda: torch.zeros(2).as_subclass(_TensorSubclass), "_TensorSubclass`"),
        (lambda: torch.nn.Parameter(torch.zeros(2).as_subclass(_TensorSubclass)), "_TensorSubclass`"),
        (lambda: torch.Generator(), "Generator`"),
        (lambda: "\ud800", "cannot be written down"),
    ],
    ids=[
        "function",
        "builtin",
        "numpy array",
        "numpy float32",
        "set",
        "object",
        "complex",
        "iterator",
        "module",
        "sparse",
        "tensor subclass",
        "parameter subclass",
        "generator",
        "lone surrogate",
    ],
)
def test_wire_refuses_to_send_other_types(make: Callable[[], object], phrase: str) -> None:
    with pytest.raises(UnsupportedValueError) as caught:
        encode({"deep": [make()]})
    assert phrase in str(caught.value)


@pytest.mark.filterwarnings("ignore:torch.quantize_per_tensor")
def test_wire_refuses_to_send_quantized_tensors() -> None:
    with pytest.raises(UnsupportedValueError):
        encode(torch.quantize_per_tensor(torch.zeros(2), 1.0, 0, torch.qint8))


@pytest.mark.parametrize("name", ["bits8", "uint1", "float8_e8m0fnu", "float4_e2m1fn_x2"])
def test_wire_refuses_to_send_dtypes_that_do_not_come_back(name: str) -> None:
    """Else the student reads of a KeyError, or of a disturbed connection."""
    if not hasattr(torch, name):
        pytest.skip(f"this torch has no {name}")
    with pytest.raises(UnsupportedValueError):
        encode(torch.empty(2, dtype=getattr(torch, name)))


def test_wire_refuses_to_send_a_list_that_contains_itself() -> None:
    endless: list[Any] = []
    endless += [endless, endless]
    with pytest.raises(UnsupportedValueError, match="nested deeper"):
        encode(endless)


def test_wire_refuses_to_send_more_than_the_cap() -> None:
    with pytest.raises(UnsupportedValueError, match="more than 64 MiB"):
        encode(torch.zeros(1).expand(MAX_MESSAGE_BYTES))


def test_wire_refuses_to_send_many_tensors_over_the_cap() -> None:
    with pytest.raises(UnsupportedValueError, match="more than 64 MiB"):
        encode([torch.zeros(1).expand(MAX_MESSAGE_BYTES // 8) for _ in range(3)])


@pytest.mark.parametrize(
    "make",
    [
        lambda: {None: 1},
        lambda: {b"x": 1},
        lambda: {torch.float32: 1},
        lambda: {torch.zeros(1): 1},
        lambda: {torch.Size([1]): 1},
        lambda: 1 << 5_000,
        lambda: [0] * 200_001,
    ],
    ids=["None key", "bytes key", "dtype key", "tensor key", "Size key", "int over the cap", "too many parts"],
)
def test_wire_refuses_to_send_what_the_other_side_refuses(make: Callable[[], object]) -> None:
    """Or the student reads of a disturbed connection instead of the type that does not cross."""
    value = make()
    with pytest.raises(UnsupportedValueError):
        encode(value)


# Hostile messages.


def _nested(depth: int) -> Any:
    value: Any = ["l"]
    for _ in range(depth):
        value = ["l", value]
    return value


_GOOD = ["T", False, "cpu", "0", False]
_TENSOR = {"0": torch.zeros(2, 3)}

_HOSTILE: dict[str, bytes] = {
    "empty": b"",
    "half a length": b"\x00\x00",
    "no tree": struct.pack(">I", 0),
    "shorter than it says": struct.pack(">I", 100) + b"[]",
    "huge length": b"\xff\xff\xff\xffnull",
    "no JSON": _raw(b"{nope"),
    "object": _raw(b'{"a": 1}'),
    "empty list": _raw(b"[]"),
    "untagged list": _raw(b"[1, 2]"),
    "unknown tag": _message(["z", 1]),
    "tag of a tag": _message([["l"]]),
    "too deep": _message(_nested(40)),
    "deep beyond recursion": _raw(b"[" * 100_000),
    "too many parts": _message(["l", *[0] * 200_001]),
    "int as text": _message(["i", 5]),
    "int of many digits": _message(["i", "0x" + "f" * 1_001]),
    "int that is none": _message(["i", "nope"]),
    "int of very many digits": _raw(b"1" * 100_000),
    "float that is none": _message(["f", "1.5"]),
    "float too large": _raw(b"1e999"),
    "NaN of JSON": _raw(b"NaN"),
    "two texts": _message(["f", "nan", "nan"]),
    "broken base64": _message(["b", "%%%"]),
    "unknown dtype": _message(["y", "float31"]),
    "dtype of another kind": _message(["y", "nn"]),
    "unknown device kind": _message(["v", "toaster"]),
    "negative size": _message(["s", -1]),
    "bool as size": _message(["s", True]),
    "odd dict": _message(["d", "a"]),
    "dict with a list as key": _message(["d", ["l"], 1]),
    "dict with None as key": _message(["d", None, 1]),
    "dict with an unhashable key": _message(["d", ["t", ["l"]], 1]),
    "tensor without block": _message(_GOOD),
    "tensor without parts": _message(["T"], _TENSOR),
    "tensor of another key": _message(["T", False, "cpu", "1", False], _TENSOR),
    "tensor with a list as key": _message(["T", False, "cpu", [], False], _TENSOR),
    "tensor on another device": _message(["T", False, "cuda", "0", False], _TENSOR),
    "tensor on no device": _message(["T", False, None, "0", False], _TENSOR),
    "strided tensor": _message([*_GOOD, [3, 2], [1, 3]], _TENSOR),
    "enormous expanded tensor": _message([*_GOOD, [2**40], [0]], _TENSOR),
    "half a layout": _message([*_GOOD, [3]], _TENSOR),
    "grad of no bool": _message(["T", 1, "cpu", "0", False], _TENSOR),
    "grad of an int tensor": _message(["T", True, "cpu", "0", False], {"0": torch.zeros(2, dtype=torch.int64)}),
    "wide of another shape": _message(["T", False, "cpu", "0", True], _TENSOR),
    "reference to nothing": _message(["R", 0]),
    "reference backwards": _message(["l", _GOOD, ["R", -1]], _TENSOR),
    "reference of no number": _message(["l", _GOOD, ["R", "0"]], _TENSOR),
    "meta on the CPU": _message(["M", False, "cpu", "float32", [2], [1]]),
    "meta with a text as shape": _message(["M", False, "meta", "float32", "22", [1]]),
    "meta with a negative stride": _message(["M", False, "meta", "float32", [2], [-1]]),
    "meta of unlike lengths": _message(["M", False, "meta", "float32", [2, 2], [1]]),
    "meta beyond 64 bits": _message(["M", False, "meta", "float32", [2**62, 2**62], [1, 1]]),
    "block of noise": _raw(b"null", b"\x01" * 50),
    "block too short": _raw(b"null", save(_TENSOR)[:-1]),
}


def _lying_block(change: dict[str, object], data: bytes = b"\0" * 8) -> bytes:
    entry: dict[str, object] = {"dtype": "F32", "shape": [2], "data_offsets": [0, 8], **change}
    header = json.dumps({"0": entry}).encode()
    return struct.pack("<Q", len(header)) + header + data


_HOSTILE |= {
    "block with a shape that lies": _raw(b"null", _lying_block({"shape": [2**40]})),
    "block with a shape that overflows": _raw(b"null", _lying_block({"shape": [2**33, 2**33]})),
    "block with a negative shape": _raw(b"null", _lying_block({"shape": [-2]})),
    "block with offsets beyond its end": _raw(b"null", _lying_block({"data_offsets": [0, 2**40]})),
    "block with offsets backwards": _raw(b"null", _lying_block({"data_offsets": [8, 0]})),
    "block with an unknown dtype": _raw(b"null", _lying_block({"dtype": "F31"})),
    "block with a gap": _raw(b"null", _lying_block({"data_offsets": [8, 16]}, b"\0" * 16)),
    "block with bytes behind it": _raw(b"null", _lying_block({}, b"\0" * 16)),
    "block with an enormous header": _raw(b"null", struct.pack("<Q", 2**60) + b"{}"),
}


@pytest.mark.parametrize("name", _HOSTILE)
def test_wire_refuses_a_hostile_message(name: str) -> None:
    started = time.perf_counter()
    with pytest.raises(WireError):
        decode(_HOSTILE[name], from_candidate=True)
    assert time.perf_counter() - started < 1.0


def test_wire_reads_other_bytes_than_0_and_1_as_true() -> None:
    block = _lying_block({"dtype": "BOOL", "shape": [4], "data_offsets": [0, 4]}, bytes([0, 1, 2, 255]))
    tensor = decode(_raw(json.dumps(_GOOD).encode(), block), from_candidate=True)
    assert tensor.view(torch.uint8).tolist() == [0, 1, 1, 1]


def test_wire_takes_a_strided_tensor_from_the_examiner_only() -> None:
    message = encode(torch.zeros(2, 3).t())
    assert decode(message, from_candidate=False).shape == (3, 2)
    with pytest.raises(WireError, match="does not cross"):
        decode(message, from_candidate=True)


def test_wire_believes_in_a_gpu_only_where_there_is_one() -> None:
    message = _message(["T", False, "cuda", "0", False], _TENSOR)
    with pytest.raises(WireError):
        decode(message, from_candidate=False, device="cpu")


def test_wire_never_calls_what_a_message_names(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    target = tmp_path / "called"
    pickled = b"cos\nsystem\n(S'touch " + str(target).encode() + b"'\ntR."
    for message in (pickled, _raw(pickled), _raw(b"null", pickled)):
        with pytest.raises(WireError):
            decode(message, from_candidate=True)
    assert not target.exists()


@pytest.mark.parametrize("size_mib", [3, 12])
@pytest.mark.parametrize("filler", [b",null", b",[]", b',""', b",1.5"], ids=["null", "empty lists", "texts", "floats"])
def test_wire_refuses_a_flood_of_parts_in_bounded_memory(filler: bytes, size_mib: int) -> None:
    """64 MiB of `[],` are 22 million Python lists (11 s, 2 GB) unless the tree is capped before it is parsed."""
    message = _raw(b'["l"' + filler * (size_mib * 2**20 // len(filler)) + b"]")
    tracemalloc.start()
    try:
        with pytest.raises(WireError):
            decode(message, from_candidate=True)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 100 * 2**20


# Properties, with seeds instead of luck.


def _sample() -> list[bytes]:
    values: list[Any] = [
        {"id": 3, "ok": [1, 2.5, "text", None, True, (1, 2), {"a": b"bytes"}]},
        {"id": 4, "ok": torch.arange(6.0).reshape(2, 3)},
        {"id": 5, "ok": [torch.zeros(2, dtype=torch.complex128), torch.ones(3) > 0, torch.empty(2, device="meta")]},
        {"id": 6, "ok": [torch.float32, torch.Size([2]), torch.device("cpu"), 2**70, math.nan]},
        {"id": 7, "error": {"types": ["ValueError"], "message": "no", "lines": [3], "kind": "exception"}},
    ]
    return [encode(value) for value in values]


def _decodes_or_refuses(message: bytes) -> bool:
    try:
        decode(message, from_candidate=True)
    except WireError:
        return False
    return True


@pytest.mark.filterwarnings("ignore::UserWarning")
def test_wire_gives_a_value_or_refuses_any_random_bytes() -> None:
    generator = random.Random(1)
    for _ in range(2_000):
        noise = generator.randbytes(generator.randrange(60))
        _decodes_or_refuses(noise)
        _decodes_or_refuses(_raw(noise))
        _decodes_or_refuses(_raw(b"null", noise))


@pytest.mark.filterwarnings("ignore::UserWarning")
def test_wire_gives_a_value_or_refuses_any_mutation_of_a_message() -> None:
    generator = random.Random(2)
    outcomes = {_decodes_or_refuses(_mutated(generator.choice(_sample_messages), generator)) for _ in range(20_000)}
    assert outcomes == {True, False}, "the mutations are too weak or too strong to say anything"


def _mutated(message: bytes, generator: random.Random) -> bytes:
    """Changes the whole message, or its tree or its block alone so that the length still fits."""
    end = 4 + struct.unpack_from(">I", message)[0]
    parts = [bytearray(message), bytearray(message[4:end]), bytearray(message[end:])]
    which = generator.randrange(3)
    for _ in range(generator.randrange(1, 4)):
        _mutate(parts[which], generator)
    return bytes(parts[0]) if which == 0 else _raw(bytes(parts[1]), bytes(parts[2]))


def _mutate(message: bytearray, generator: random.Random) -> None:
    at = generator.randrange(len(message)) if message else 0
    kind = generator.randrange(4)
    if kind == 0 and message:
        message[at] = generator.randrange(256)
    elif kind == 1:
        del message[at : at + generator.randrange(1, 9)]
    elif kind == 2:
        message[at:at] = generator.choice([b"9", b"[", b'"', b",", b"-", b"null", b"true", b"1e400", b"\xff"])
    else:
        start = generator.randrange(len(message)) if message else 0
        message[at:at] = message[start : start + 8]


@pytest.mark.filterwarnings("ignore::UserWarning")
def test_wire_gives_a_value_or_refuses_any_tree_of_its_own_tags() -> None:
    generator = random.Random(3)
    outcomes = {_decodes_or_refuses(_message(_random_tree(generator, 0), _TENSOR)) for _ in range(3_000)}
    assert outcomes == {True, False}


def _random_tree(generator: random.Random, depth: int) -> Any:
    leaves = [
        None,
        True,
        0,
        1,
        -1,
        2**62,
        0.5,
        "",
        "cpu",
        "meta",
        "float32",
        "nan",
        "0x1f",
        "0",
        "AA==",
        [2],
        [1, 2**40],
    ]
    if depth > 3 or generator.random() < 0.4:
        return generator.choice(leaves)
    parts = [_random_tree(generator, depth + 1) for _ in range(generator.randrange(7))]
    return [generator.choice([*"ltdfibyvsTMR", None]), *parts]


_sample_messages = _sample()


def test_wire_has_no_dtype_twice() -> None:
    assert {_name(dtype): dtype for dtype in codec._DTYPES.values()} == codec._DTYPES


# What would cost more to decode than to send.


def _framed(tree: bytes, block: bytes = b"") -> bytes:
    return len(tree).to_bytes(4, "big") + tree + block


@pytest.mark.parametrize(
    "key",
    [
        lambda number: b'["i","%s"]' % hex((2**61 - 1) * (number + 5)).encode(),
        lambda number: b'["t",["i","%s"]]' % hex((2**61 - 1) * (number + 5)).encode(),
        lambda number: (
            b"%d" % ((2**61 - 1) * number) if number < 4 else b'["i","%s"]' % hex((2**61 - 1) * number).encode()
        ),
    ],
    ids=["integers", "tuples", "small ones among them"],
)
def test_dict_whose_keys_collide_is_refused_before_it_is_built(key: Callable[[int], bytes]) -> None:
    tree = b'["d",' + b",".join(key(number) + b",0" for number in range(40_000)) + b"]"
    started = time.monotonic()
    with pytest.raises(WireError, match="collide"):
        decode(_framed(tree), from_candidate=True)
    assert time.monotonic() - started < 2.0


def test_dict_of_many_honest_keys_crosses() -> None:
    value = {
        key: 0 for number in range(5_000) for key in (number, -number, number + 0.5, f"{number}", (number, -number))
    }
    assert decode(encode(value), from_candidate=True) == value


def test_block_of_a_million_names_is_refused_before_it_is_parsed() -> None:
    names = ",".join(f'"{number}":{{"dtype":"U8","shape":[0],"data_offsets":[0,0]}}' for number in range(100_000))
    head = f"{{{names}}}".encode()
    block = len(head).to_bytes(8, "little") + head
    with pytest.raises(WireError, match="too many tensors"):
        decode(_framed(b"1", block), from_candidate=True)


def test_more_tensors_than_a_block_may_name_do_not_cross() -> None:
    with pytest.raises(UnsupportedValueError, match="parts"):
        encode([torch.empty(0) for _ in range(50_000)])
    assert len(decode(encode([torch.empty(0) for _ in range(5_000)]), from_candidate=True)) == 5_000
