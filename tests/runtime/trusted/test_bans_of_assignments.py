"""Right solutions in many styles, and forbidden ones, against what the shipped assignments forbid."""

from __future__ import annotations

from pathlib import Path

import pytest

from grader.course.course import Course
from tests.support.bans import found_use

_ROOT = Path(__file__).parents[3]
_COURSE = Course(_ROOT)


def _found(slug: str, task: str, source: str) -> tuple[str, int] | None:
    assignment = _COURSE.assignment(slug)
    own = next(found for found in assignment.tasks if found.name == task)
    return found_use(source, *assignment.forbid, *own.forbid, task=task)


_RIGHT = {
    "annotated with what is forbidden to use": (
        "broadcasting",
        "broadcast_shape",
        """
import torch
def broadcast_shape(a: torch.Size, b: "torch.Size") -> tuple[int, ...]:
    out: torch.Size = ()
    for x, y in zip(a, b): out += (max(x, y),)
    return out
""",
    ),
    "everything imported, names of its own": (
        "broadcasting",
        "standardize",
        """
from torch.nn.functional import *
from torch import *
def normalize(x, mean, std): return (x - mean) / std
def standardize(x, dim, eps=1e-5):
    layer_norm = x.mean(dim, keepdim=True)
    return normalize(x, layer_norm, sqrt(x.var(dim, unbiased=False, keepdim=True) + eps))
""",
    ),
    "a check at the end": (
        "broadcasting",
        "pairwise_sq_dist",
        """
import torch
def pairwise_sq_dist(a, b):
    return ((a[:, None] - b[None]) ** 2).sum(-1)
if __name__ == "__main__":
    a = torch.rand(3, 2)
    assert torch.allclose(pairwise_sq_dist(a, a), torch.cdist(a, a) ** 2)
""",
    ),
    "a check in a function": (
        "broadcasting",
        "masked_mean",
        """
import torch
def masked_mean(x, mask, dim):
    return (x * mask).sum(dim) / mask.sum(dim)
def test():
    from torch import nanmean
    assert nanmean(torch.ones(3)) == 1 and torch.ones(3).nanmean() == 1
""",
    ),
    "a check at the top": (
        "broadcasting",
        "unbroadcast",
        """
import torch
x = torch.ones(2, 3)
def unbroadcast(grad, shape):
    while grad.dim() > len(shape): grad = grad.sum(0)
    return grad
assert unbroadcast(x, (3,)).equal(x.sum_to_size(3))
""",
    ),
    "a first try that is defined again": (
        "broadcasting",
        "masked_mean",
        """
import torch
def masked_mean(x, mask, dim):
    return torch.where(mask, x, float("nan")).nanmean(dim)
def masked_mean(x, mask, dim):
    return (x * mask).sum(dim) / mask.sum(dim)
""",
    ),
    "a parameter called like a module": (
        "conv-shapes",
        "conv_out_size",
        """
import torch
def conv_out_size(torch, k, s=1, p=0):
    return (torch + 2 * p - k) // s + 1
""",
    ),
    "a helper called like a function of torch": (
        "conv-shapes",
        "conv2d",
        """
import torch
from torch.nn.functional import *
def pad(x, p): return x
def conv2d_loop(x, w): return sum(x * w)
conv1d = conv2d_loop
def conv2d(x, weight, bias=None, stride=1, padding=0):
    return conv1d(pad(x, padding), weight)
""",
    ),
    "a table of sizes": (
        "conv-shapes",
        "receptive_field",
        """
import torch
SIZES = {"conv1d": 3, "max_pool2d": 2}
def receptive_field(layers):
    conv2d = 1
    for k, s in layers: conv2d += k - 1
    return conv2d
""",
    ),
    "an own module": (
        "dropout",
        "Dropout",
        """
import torch
from torch import nn
class Dropout(nn.Module):
    def __init__(self, p=0.5):
        super().__init__()
        self.dropout = p
    def forward(self, x):
        return self.dropout * x if self.training else x
""",
    ),
    "an own function that another task calls": (
        "dropout",
        "mlp_dropout",
        """
from torch.nn.functional import *
def dropout(x, p, training=True): return x * (rand_like(x) > p)
def mlp_dropout(x, w, p, dropout=dropout):
    return dropout(relu(x @ w), p)
""",
    ),
    "a comparison that is imported and not used": (
        "dropout",
        "dropout",
        """
from torch.nn.functional import dropout as reference
import torch
def dropout(x, p, training=True):
    return x if not training else x * (torch.rand_like(x) > p) / (1 - p)
def compare(x): return reference(x), dropout(x, 0.5)
""",
    ),
    "an own node with data and backward": (
        "autograd",
        "Node",
        """
import torch
class Node:
    def __init__(self, data: "torch.Tensor", parents=()):
        self.data, self.grad, self.parents = data, 0.0, parents
    def backward(self):
        for node in self.parents: node.backward()
if __name__ == "__main__":
    torch.manual_seed(0)
""",
    ),
    "a function of autograd": (
        "batchnorm",
        "batch_norm_backward",
        """
import torch
class Norm(torch.autograd.Function):
    @staticmethod
    def backward(ctx, g): return g
def batch_norm_backward(grad, cache):
    class Step:
        def backward(self): return grad
    return Step().backward()
""",
    ),
    "layers of one's own": (
        "batchnorm",
        "batch_norm_backward",
        """
class Layer:
    def backward(self, g): return g
LAYERS = [Layer(), Layer()]
def batch_norm_backward(grad, cache):
    for layer in reversed(LAYERS): grad = layer.backward(grad)
    return grad
""",
    ),
    "a class attribute called like a function": (
        "batchnorm",
        "BatchNorm",
        """
from torch.nn.functional import layer_norm, batch_norm
class BatchNorm:
    batch_norm = True
    layer_norm: bool = False
    uses = (batch_norm, layer_norm)
    def forward(self, x): return x if self.batch_norm else self.layer_norm
""",
    ),
    "an import for types": (
        "bptt",
        "rnn_step",
        """
from __future__ import annotations
from typing import TYPE_CHECKING
if TYPE_CHECKING:
    from torch.nn import RNN
def rnn_step(x: RNN, h, p): return (x @ p + h).tanh()
""",
    ),
    "a caught error and a match": (
        "bptt",
        "clip_grad_norm_",
        """
from torch.nn.utils import *
def clip_grad_norm_(parameters, max_norm):
    try: grads = [p.grad for p in parameters]
    except TypeError as clip_grad_norm: raise ValueError from clip_grad_norm
    match grads:
        case [get_total_norm]: return get_total_norm
        case _: return sum(grads)
""",
    ),
    "a record of one's own": (
        "optimizers",
        "adam_step_",
        """
from types import SimpleNamespace
import torch
class Moments:
    def __init__(self): self.data = {}
def adam_step_(params, state):
    moments, box = Moments(), SimpleNamespace(data=0)
    moments.data = state
    box.data = 1
    for p in params: p.data -= 0.1 * p.grad
""",
    ),
    "another optimizer beside": (
        "optimizers",
        "sgd_step_",
        """
import torch
from torch import optim
@torch.no_grad()
def sgd_step_(params, lr):
    for p in params: p -= lr * p.grad
def train(model): optim.SGD(model.parameters(), lr=0.1).step()
""",
    ),
    "a local import of another function": (
        "anchors",
        "nms",
        """
def reference(boxes, scores):
    import torchvision as ops
    return ops.ops.nms(boxes, scores, 0.5)
def nms(boxes, scores, ops=None):
    torchvision = [0]
    return torchvision if ops is None else ops.nms
""",
    ),
}
_FORBIDDEN = {
    "an alias of a module": (
        "broadcasting",
        "pairwise_sq_dist",
        "import torch as t\nT = t\n{}return T.cdist(a, b)",
        "a, b",
    ),
    "everything imported": (
        "conv-shapes",
        "conv2d",
        "from torch.nn.functional import *\n{}return conv_transpose2d(x)",
        "x",
    ),
    "a method": ("broadcasting", "masked_mean", "{}return x.nanmean()", "x"),
    "a module": ("dropout", "mlp_dropout", "from torch.nn import *\nd = Dropout(0.5)\n{}return d(x)", "x"),
    "a local import": ("anchors", "nms", "{}from torchvision.ops import nms\n    return nms(b)", "b"),
    "a default": ("bptt", "rnn_step", "from torch import nn\n{}return cell(x)", "x, cell=nn.RNNCell"),
    "a wildcard": ("optimizers", "sgd_step_", "import torch\n{}torch._foreach_add_(p, p)", "p"),
    "an assignment": ("optimizers", "adam_step_", "{}for p.data in ps: pass", "ps"),
}


@pytest.mark.parametrize("style", _RIGHT)
def test_right_solution_uses_nothing_forbidden(style: str) -> None:
    assert _found(*_RIGHT[style]) is None


@pytest.mark.parametrize("style", _FORBIDDEN)
def test_forbidden_solution_is_found(style: str) -> None:
    slug, task, text, parameters = _FORBIDDEN[style]
    source = text.format(f"def {task}({parameters}):\n    ")
    assert _found(slug, task, source) is not None


@pytest.mark.parametrize("path", sorted((_ROOT / "solutions").glob("*.py")), ids=lambda path: path.stem)
def test_reference_uses_nothing_forbidden(path: Path) -> None:
    slug = path.stem.replace("_", "-")
    source = path.read_text(encoding="utf-8")
    for other in (source, *(_others(slug))):
        for task in _COURSE.assignment(slug).tasks:
            assert _found(slug, task.name, other) is None


def _others(slug: str) -> list[str]:
    folder = _ROOT / "tests" / "assignments" / "others" / slug.replace("-", "_")
    return [path.read_text(encoding="utf-8") for path in sorted(folder.glob("*.py"))]
