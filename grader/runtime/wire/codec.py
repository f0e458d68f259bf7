"""Values as bytes, and back by exact type: what crosses between an examiner and a candidate.

A message is a JSON tree and, behind it, one safetensors block with the tensors that the tree refers to. JSON, because
it has no length headers that could make a decoder allocate what was never sent; safetensors, because it checks every
offset and shape against the bytes that are there. Nothing is ever unpickled, and nothing of the sender's is called.

    message = length of the tree (4 bytes, big-endian) + tree + safetensors block (may be empty)
    tree    = null | true | 1 | 1.5 | "text" | [tag, ...]
    tags    = l list, t tuple, d dict, f non-finite float, i large int, b bytes, y dtype, v device, s Size,
              T tensor, M tensor without data (device "meta"), R the tensor that was decoded as number n
"""

from __future__ import annotations

import base64
import math
import struct
from collections import Counter
from typing import Any

import msgspec
import torch
from safetensors.torch import load
from torch import Tensor

__all__ = ["MAX_DEPTH", "MAX_MESSAGE_BYTES", "MAX_NODES", "UnsupportedValueError", "WireError", "decode", "encode"]

MAX_MESSAGE_BYTES = 64 * 2**20
MAX_DEPTH = 32
MAX_NODES = 200_000
_MAX_INT_DIGITS = 1_000
_MAX_TREE_BYTES = 4 * 2**20  # parsed, `[],` takes twenty times its bytes
_MAX_HEADER_BYTES = 2 * 2**20  # of a safetensors block: a tensor of sixty bytes there takes a thousand
_MAX_EQUAL_HASHES = 64
TOO_LARGE = f"a value of more than {MAX_MESSAGE_BYTES // 2**20} MiB"
TOO_DEEP = f"a value nested deeper than {MAX_DEPTH} levels"
TOO_MANY_PARTS = f"a value of more than {MAX_NODES} parts"
TOO_LONG_INT = "an `int` of too many digits"
_KEYS = (str, int, bool, float, tuple)
_LENGTH = struct.Struct(">I")
_EXACT_TENSORS = (Tensor, torch.nn.Parameter)
_DTYPES = {str(value).removeprefix("torch."): value for value in vars(torch).values() if isinstance(value, torch.dtype)}
_FORMAT_NAMES = {
    torch.float64: "F64",
    torch.float32: "F32",
    torch.float16: "F16",
    torch.bfloat16: "BF16",
    torch.float8_e4m3fn: "F8_E4M3",
    torch.float8_e5m2: "F8_E5M2",
    torch.complex64: "C64",
    torch.int64: "I64",
    torch.int32: "I32",
    torch.int16: "I16",
    torch.int8: "I8",
    torch.uint64: "U64",
    torch.uint32: "U32",
    torch.uint16: "U16",
    torch.uint8: "U8",
    torch.bool: "BOOL",
}


class WireError(Exception):
    """The bytes are no message of this protocol, or exceed its caps."""


class UnsupportedValueError(TypeError):
    """A value of a type that does not cross. Its text is a phrase: "a `numpy.ndarray`"."""


def encode(value: Any, *, keep_strides: bool = True) -> bytes:
    """Returns a value as one message.

    Tensors keep dtype, shape, device kind and `requires_grad`; their autograd graph stays behind. A tensor that occurs
    twice arrives as one tensor.

    Args:
        value: of the types that cross; see `docs/suites.md`.
        keep_strides: send strided views as such, as a test's inputs are; answers arrive contiguous.

    Raises:
        UnsupportedValueError: for a type that does not cross, or for more than `MAX_MESSAGE_BYTES`.
    """
    encoder = _Encoder(keep_strides)
    try:
        tree = msgspec.json.encode(encoder.tree(value, 0))
    except (UnicodeEncodeError, RecursionError) as error:
        raise UnsupportedValueError(f"a value that cannot be written down ({error})") from None
    block = _pack(encoder.tensors) if encoder.tensors else b""
    if len(tree) > _MAX_TREE_BYTES or len(tree) + len(block) > MAX_MESSAGE_BYTES - _LENGTH.size:
        raise UnsupportedValueError(TOO_LARGE)
    return _LENGTH.pack(len(tree)) + tree + block


def decode(message: bytes, *, from_candidate: bool, device: str = "cpu") -> Any:
    """Returns the value of a message.

    Args:
        message: as `encode` made it, or whatever a hostile process sent instead.
        from_candidate: refuse strided tensors, whose logical size has no bound in the bytes sent.
        device: `cuda` if tensors may be said to live there; they are then put there.

    Raises:
        WireError: for anything that `encode` would not have made, or that exceeds a cap.
    """
    try:
        (length,) = _LENGTH.unpack_from(message)
        end = _LENGTH.size + length
        if length > _MAX_TREE_BYTES:
            raise WireError("the message has too many parts")
        if end > len(message):
            raise WireError("the message is shorter than it says")
        tree = msgspec.json.decode(message[_LENGTH.size : end])
        tensors = _unpack(message[end:]) if len(message) > end else {}
        return _Decoder(tensors, from_candidate, device).value(tree, 0)
    except WireError:
        raise
    except Exception as error:  # whatever hostile bytes provoke in json, safetensors or torch is one and the same thing
        raise WireError(f"unreadable message: {type(error).__name__}") from error


class _Encoder:
    def __init__(self, keep_strides: bool) -> None:
        self.tensors: list[Tensor] = []
        self._keep_strides = keep_strides
        self._numbers: dict[int, int] = {}
        self._kept: list[Tensor] = []  # an id stays unique only as long as its tensor lives
        self._bytes = 0
        self._nodes = 0

    def tree(self, value: Any, depth: int) -> Any:
        self._nodes += 1
        if self._nodes > MAX_NODES:
            raise UnsupportedValueError(TOO_MANY_PARTS)
        if depth > MAX_DEPTH:
            raise UnsupportedValueError(TOO_DEEP)
        if value is None or isinstance(value, bool):
            return value
        if isinstance(value, str):
            return str(value)
        if isinstance(value, int):
            return _int(int(value))
        if isinstance(value, float):
            return float(value) if math.isfinite(value) else ["f", str(float(value))]
        if isinstance(value, Tensor):
            return self._tensor(value)
        return self._container(value, depth + 1)

    def _container(self, value: Any, depth: int) -> list[Any]:
        if isinstance(value, torch.Size):
            return ["s", *value]
        if isinstance(value, list):
            return ["l", *(self.tree(item, depth) for item in value)]
        if isinstance(value, tuple):
            return ["t", *(self.tree(item, depth) for item in value)]
        if isinstance(value, dict):
            return self._dict(value, depth)
        if isinstance(value, bytes):
            return ["b", base64.b64encode(value).decode("ascii")]
        if isinstance(value, torch.dtype):
            return ["y", str(value).removeprefix("torch.")]
        if isinstance(value, torch.device):
            return ["v", str(value)]
        raise UnsupportedValueError(_phrase(value))

    def _dict(self, value: dict[Any, Any], depth: int) -> list[Any]:
        for key in value:
            if not isinstance(key, _KEYS) or isinstance(key, torch.Size):
                raise UnsupportedValueError(f"a `dict` with {_phrase(key)} as a key")
        return ["d", *(self.tree(part, depth) for item in value.items() for part in item)]

    def _tensor(self, value: Tensor) -> list[Any]:
        is_known = value.dtype in _FORMAT_NAMES or value.dtype == torch.complex128
        if type(value) not in _EXACT_TENSORS or value.layout is not torch.strided or not is_known:
            raise UnsupportedValueError(_phrase(value))
        if id(value) in self._numbers:
            return ["R", self._numbers[id(value)]]
        self._bytes += value.numel() * value.element_size() if value.device.type != "meta" else 0
        if self._bytes > MAX_MESSAGE_BYTES:  # before any copy is made
            raise UnsupportedValueError(TOO_LARGE)
        self._numbers[id(value)] = len(self._kept)
        self._kept.append(value)
        head = [value.requires_grad, value.device.type]
        if value.device.type == "meta":
            return ["M", *head, str(value.dtype).removeprefix("torch."), list(value.shape), list(value.stride())]
        flat = value.detach().resolve_conj().resolve_neg()  # perhaps a copy with other strides
        is_plain = flat.is_contiguous() or not flat.numel() or not self._keep_strides
        layout = [] if is_plain else [list(flat.shape), list(flat.stride())]
        flat = _span(flat) if layout else flat.contiguous()
        is_wide = flat.dtype == torch.complex128  # safetensors has complex64 only
        self.tensors.append((torch.view_as_real(flat) if is_wide else flat).cpu())
        return ["T", *head, str(len(self.tensors) - 1), is_wide, *layout]


def _int(value: int) -> Any:
    if -(2**63) <= value < 2**63:
        return value
    text = hex(value)
    if len(text) > _MAX_INT_DIGITS:
        raise UnsupportedValueError(TOO_LONG_INT)
    return ["i", text]


def _span(tensor: Tensor) -> Tensor:
    """Returns the stretch of memory that a strided view covers, as a 1-D tensor."""
    length = 1 + sum((size - 1) * step for size, step in zip(tensor.shape, tensor.stride(), strict=True))
    return tensor.as_strided((length,), (1,))


def _pack(tensors: list[Tensor]) -> bytes:
    """Returns contiguous tensors as one block of the safetensors format, named by their numbers.

    The format is a JSON header behind its length (8 bytes, little-endian) and the bytes of the tensors in order; see
    the format's description in the safetensors repository. The library's own `save` looks for shared memory first and
    takes four times as long; what it would refuse cannot occur here.
    """
    header: dict[str, Any] = {}
    chunks: list[bytes] = []
    end = 0
    for number, tensor in enumerate(tensors):
        chunks.append(tensor.reshape(-1).view(torch.uint8).numpy().tobytes())
        start, end = end, end + len(chunks[-1])
        header[str(number)] = {
            "dtype": _FORMAT_NAMES[tensor.dtype],
            "shape": list(tensor.shape),
            "data_offsets": [start, end],
        }
    text = msgspec.json.encode(header)
    if len(text) > _MAX_HEADER_BYTES:
        raise UnsupportedValueError(TOO_MANY_PARTS)
    return b"".join([len(text).to_bytes(8, "little"), text, *chunks])


def _unpack(block: bytes) -> dict[str, Tensor]:
    if int.from_bytes(block[:8], "little") > _MAX_HEADER_BYTES:
        raise WireError("the message has too many tensors")
    return load(block)


def _phrase(value: object) -> str:
    kind = type(value)
    module = "" if kind.__module__ in {"builtins", "__main__"} else f"{kind.__module__}."
    return f"a `{module}{kind.__qualname__}`"[:200]


class _Decoder:
    def __init__(self, tensors: dict[str, Tensor], from_candidate: bool, device: str) -> None:
        self._tensors = tensors
        self._from_candidate = from_candidate
        self._devices = {"cpu", device}
        self._decoded: list[Tensor] = []
        self._nodes = 0

    def value(self, tree: Any, depth: int) -> Any:
        self._nodes += 1
        if self._nodes > MAX_NODES or depth > MAX_DEPTH:
            raise WireError("the message has too many parts")
        if tree is None or type(tree) in (bool, int, float, str):
            return tree
        if type(tree) is not list or not tree or type(tree[0]) is not str:
            raise WireError("the message has a part that is no value")
        return self._tagged(tree[0], tree[1:], depth + 1)

    def _tagged(self, tag: str, parts: list[Any], depth: int) -> Any:
        if tag in ("l", "t"):
            items = [self.value(part, depth) for part in parts]
            return items if tag == "l" else tuple(items)
        if tag == "d":
            return self._dict(parts, depth)
        if tag in ("T", "M", "R"):
            return self._tensor(tag, parts)
        return _scalar(tag, parts)

    def _dict(self, parts: list[Any], depth: int) -> dict[Any, Any]:
        items = [self.value(part, depth) for part in parts]
        keys, values = items[::2], items[1::2]
        if len(keys) != len(values) or any(type(key) not in _KEYS for key in keys):
            raise WireError("the message has a dict that is none")
        if keys and max(Counter(map(hash, keys)).values()) > _MAX_EQUAL_HASHES:  # each would be compared with all
            raise WireError("the message has a dict whose keys collide")
        return dict(zip(keys, values, strict=True))

    def _tensor(self, tag: str, parts: list[Any]) -> Tensor:
        if tag == "R":
            return self._decoded[_natural(parts[0])]
        tensor = self._without_data(*parts[1:]) if tag == "M" else self._with_data(*parts[1:])
        if type(parts[0]) is not bool:
            raise WireError("requires_grad is no bool")
        tensor.requires_grad_(parts[0])
        self._decoded.append(tensor)
        return tensor

    def _without_data(self, device: str, dtype: str, shape: list[int], stride: list[int]) -> Tensor:
        if device != "meta":
            raise WireError("a tensor without data")
        return torch.empty_strided(_sizes(shape), _sizes(stride), dtype=_DTYPES[dtype], device="meta")

    def _with_data(self, device: str, key: str, is_wide: bool, *layout: list[int]) -> Tensor:
        if device not in self._devices or (layout and self._from_candidate):
            raise WireError("a tensor that does not cross")
        tensor = self._tensors[key]
        if tensor.dtype == torch.bool:
            tensor = tensor.view(torch.uint8) != 0  # other bytes than 0 and 1 are no booleans
        if is_wide:
            tensor = torch.view_as_complex(tensor)
        tensor = tensor.to(device)
        return tensor.as_strided(_sizes(layout[0]), _sizes(layout[1])) if layout else tensor


def _scalar(tag: str, parts: list[Any]) -> Any:
    if tag == "s":
        return torch.Size(_sizes(parts))
    (text,) = parts
    if type(text) is not str:
        raise WireError("a tag without its text")
    if tag == "f" and text in ("nan", "inf", "-inf"):
        return float(text)
    if tag == "i" and len(text) <= _MAX_INT_DIGITS:
        return int(text, 16)
    if tag == "b":
        return base64.b64decode(text, validate=True)
    if tag == "y":
        return _DTYPES[text]
    if tag == "v":
        return torch.device(text)
    raise WireError("an unknown tag")


def _sizes(numbers: list[int]) -> list[int]:
    return [_natural(number) for number in numbers]


def _natural(number: object) -> int:
    if type(number) is not int or number < 0:
        raise WireError("a size that is none")
    return number
