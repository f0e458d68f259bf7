# verdicts: first=passed second=passed third=passed
from __future__ import annotations

import dataclasses
import enum
import pickle
import threading
import typing

import numpy
import torch
from torch import nn


@dataclasses.dataclass
class Settings:
    factor: float = 2.0


class Mode(enum.Enum):
    DOUBLE = "double"


class Doubler(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.tensor(2.0))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.weight * x


def first(x: torch.Tensor) -> torch.Tensor:
    assert pickle.loads(pickle.dumps(Settings())) == Settings()
    assert typing.get_type_hints(first)["x"] is torch.Tensor
    result = []
    thread = threading.Thread(target=lambda: result.append(Doubler()(x)))
    thread.start()
    thread.join()
    return result[0]


def third(x):
    return torch.from_numpy(x.numpy() + numpy.float32(1)).to(x.dtype)


def second(x):
    if not x.is_floating_point():
        raise ValueError("integers")
    return 3.718281828 * x
