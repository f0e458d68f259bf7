"""Plausible wrong versions of `Dropout`, each with its misconception."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from grader.mutants import mutant


@mutant(
    en="Your layer has a flag of its own, which `eval()` does not set, and so drops in evaluation, too.",
    zh="你的层用了自己的标志，`eval()` 不会设置它，所以评估时仍在丢弃。",
)
class flag_of_its_own(nn.Module):
    def __init__(self, p: float = 0.5) -> None:
        super().__init__()
        if not 0 <= p <= 1:
            raise ValueError("p is no probability")
        self.p = p
        self.active = True

    def forward(self, x: Tensor) -> Tensor:
        if not self.active:
            return x
        keep = torch.rand(x.shape, device=x.device) >= self.p
        scale = 1 / (1 - self.p) if self.p < 1 else 0.0
        return x * keep * scale


@mutant(
    en="Your layer reacts to its own `eval()` only and not to that of the model around it.",
    zh="你的层只响应自身的 `eval()`，不响应外层模型的 `eval()`。",
)
class own_eval_only(nn.Module):
    def __init__(self, p: float = 0.5) -> None:
        super().__init__()
        if not 0 <= p <= 1:
            raise ValueError("p is no probability")
        self.p = p
        self.active = True

    def forward(self, x: Tensor) -> Tensor:
        if not self.active:
            return x
        keep = torch.rand(x.shape, device=x.device) >= self.p
        scale = 1 / (1 - self.p) if self.p < 1 else 0.0
        return x * keep * scale

    def eval(self) -> nn.Module:
        self.active = False
        return super().eval()

    def train(self, mode: bool = True) -> nn.Module:
        self.active = self.active or mode
        return super().train(mode)


@mutant(
    en="Your layer draws one mask for a shape and uses it in all later calls.",
    zh="你的层对同一形状只抽取一次掩码，以后每次调用都用它。",
)
class mask_drawn_once(nn.Module):
    def __init__(self, p: float = 0.5) -> None:
        super().__init__()
        if not 0 <= p <= 1:
            raise ValueError("p is no probability")
        self.p = p
        self.masks = {}

    def forward(self, x: Tensor) -> Tensor:
        if not self.training:
            return x
        if x.shape not in self.masks:
            self.masks[x.shape] = torch.rand(x.shape, device=x.device)
        keep = self.masks[x.shape] >= self.p
        scale = 1 / (1 - self.p) if self.p < 1 else 0.0
        return x * keep * scale


@mutant(
    en="Your layer computes everything from the `p` of its construction; a `p` that is changed later has no effect.",
    zh="你的层全部按构造时的 `p` 计算；之后修改 `p` 不起作用。",
)
class p_captured(nn.Module):
    def __init__(self, p: float = 0.5) -> None:
        super().__init__()
        if not 0 <= p <= 1:
            raise ValueError("p is no probability")
        self.p = p
        self.drop = p
        self.scale = 1 / (1 - p) if p < 1 else 0.0

    def forward(self, x: Tensor) -> Tensor:
        if not self.training:
            return x
        keep = torch.rand(x.shape, device=x.device) >= self.drop
        return x * keep * self.scale


@mutant(
    en="Your layer captures the factor 1/(1 − p) at construction; after a change of `p` it no longer fits.",
    zh="你的层在构造时就固定了系数 1/(1 − p)；修改 `p` 之后它就不对了。",
)
class scale_captured(nn.Module):
    def __init__(self, p: float = 0.5) -> None:
        super().__init__()
        if not 0 <= p <= 1:
            raise ValueError("p is no probability")
        self.p = p
        self.scale = 1 / (1 - p) if p < 1 else 0.0

    def forward(self, x: Tensor) -> Tensor:
        if not self.training:
            return x
        keep = torch.rand(x.shape, device=x.device) >= self.p
        return x * keep * self.scale


@mutant(
    en="Your layer registers `p` as a parameter; it should be a plain number that is neither trained nor saved.",
    zh="你的层把 `p` 注册成了参数；它只是普通的数，不应被训练和保存。",
)
class p_as_parameter(nn.Module):
    def __init__(self, p: float = 0.5) -> None:
        super().__init__()
        if not 0 <= p <= 1:
            raise ValueError("p is no probability")
        self.p = nn.Parameter(torch.tensor(float(p)), requires_grad=False)

    def forward(self, x: Tensor) -> Tensor:
        if not self.training:
            return x
        keep = torch.rand(x.shape, device=x.device) >= self.p
        scale = 1 / (1 - self.p) if self.p < 1 else 0.0
        return x * keep * scale


@mutant(
    en="Your layer registers `p` as a buffer; it is a plain number and has no place among what is saved.",
    zh="你的层把 `p` 注册成了缓冲区；它只是普通的数，不应被保存。",
)
class p_as_buffer(nn.Module):
    def __init__(self, p: float = 0.5) -> None:
        super().__init__()
        if not 0 <= p <= 1:
            raise ValueError("p is no probability")
        self.register_buffer("p", torch.tensor(float(p)))

    def forward(self, x: Tensor) -> Tensor:
        if not self.training:
            return x
        keep = torch.rand(x.shape, device=x.device) >= self.p
        scale = 1 / (1 - self.p) if self.p < 1 else 0.0
        return x * keep * scale


@mutant(
    en="Your layer keeps its mask as a buffer, so that it gets into the state_dict.",
    zh="你的层把掩码存为缓冲区，于是它进入了 state_dict。",
)
class mask_as_buffer(nn.Module):
    def __init__(self, p: float = 0.5) -> None:
        super().__init__()
        if not 0 <= p <= 1:
            raise ValueError("p is no probability")
        self.p = p

    def forward(self, x: Tensor) -> Tensor:
        if not self.training:
            return x
        keep = torch.rand(x.shape, device=x.device) >= self.p
        scale = 1 / (1 - self.p) if self.p < 1 else 0.0
        self.register_buffer("mask", keep)
        return x * keep * scale


@mutant(
    en="Your layer accepts a `p` outside [0, 1]; it should raise a ValueError.",
    zh="你的层接受 [0, 1] 以外的 `p`；应当抛出 ValueError。",
)
class no_validation(nn.Module):
    def __init__(self, p: float = 0.5) -> None:
        super().__init__()
        self.p = p

    def forward(self, x: Tensor) -> Tensor:
        if not self.training:
            return x
        keep = torch.rand(x.shape, device=x.device) >= self.p
        scale = 1 / (1 - self.p) if self.p < 1 else 0.0
        return x * keep * scale


@mutant(
    en="Your layer refuses p = 0 or p = 1; both are allowed.",
    zh="你的层拒绝了 p = 0 或 p = 1；两者都是允许的。",
)
class refuses_the_ends(nn.Module):
    def __init__(self, p: float = 0.5) -> None:
        super().__init__()
        if not 0 < p < 1:
            raise ValueError("p is no probability")
        self.p = p

    def forward(self, x: Tensor) -> Tensor:
        if not self.training:
            return x
        keep = torch.rand(x.shape, device=x.device) >= self.p
        scale = 1 / (1 - self.p) if self.p < 1 else 0.0
        return x * keep * scale


@mutant(
    en="Your layer refuses p = 1; it is allowed and gives zeros.",
    zh="你的层拒绝了 p = 1；这是允许的，结果全为零。",
)
class refuses_one(nn.Module):
    def __init__(self, p: float = 0.5) -> None:
        super().__init__()
        if not 0 <= p < 1:
            raise ValueError("p is no probability")
        self.p = p

    def forward(self, x: Tensor) -> Tensor:
        if not self.training:
            return x
        keep = torch.rand(x.shape, device=x.device) >= self.p
        scale = 1 / (1 - self.p) if self.p < 1 else 0.0
        return x * keep * scale


@mutant(
    en="Your layer scales in training and once more in evaluation; evaluation leaves `x` alone.",
    zh="你的层训练时缩放，评估时又缩放一次；评估时 `x` 应保持不变。",
)
class scales_in_evaluation_too(nn.Module):
    def __init__(self, p: float = 0.5) -> None:
        super().__init__()
        if not 0 <= p <= 1:
            raise ValueError("p is no probability")
        self.p = p

    def forward(self, x: Tensor) -> Tensor:
        if not self.training:
            return x * (1 - self.p)
        keep = torch.rand(x.shape, device=x.device) >= self.p
        scale = 1 / (1 - self.p) if self.p < 1 else 0.0
        return x * keep * scale


@mutant(
    en="Your layer multiplies by 1 − p in evaluation instead of dividing by it in training.",
    zh="你的层在评估时乘以 1 − p，而不是在训练时除以它。",
)
class scales_in_evaluation_instead(nn.Module):
    def __init__(self, p: float = 0.5) -> None:
        super().__init__()
        if not 0 <= p <= 1:
            raise ValueError("p is no probability")
        self.p = p

    def forward(self, x: Tensor) -> Tensor:
        if not self.training:
            return x * (1 - self.p)
        keep = torch.rand(x.shape, device=x.device) >= self.p
        return x * keep


@mutant(
    en="Your layer does not scale the survivors by 1/(1 − p) in training.",
    zh="你的层在训练时没有把幸存者乘以 1/(1 − p)。",
)
class no_scaling(nn.Module):
    def __init__(self, p: float = 0.5) -> None:
        super().__init__()
        if not 0 <= p <= 1:
            raise ValueError("p is no probability")
        self.p = p

    def forward(self, x: Tensor) -> Tensor:
        if not self.training:
            return x
        keep = torch.rand(x.shape, device=x.device) >= self.p
        return x * keep


@mutant(
    en="Your layer reads the mode the wrong way round: it drops in evaluation and does nothing in training.",
    zh="你的层把模式弄反了：评估时丢弃，训练时什么也不做。",
)
class modes_swapped(nn.Module):
    def __init__(self, p: float = 0.5) -> None:
        super().__init__()
        if not 0 <= p <= 1:
            raise ValueError("p is no probability")
        self.p = p

    def forward(self, x: Tensor) -> Tensor:
        if self.training:
            return x
        keep = torch.rand(x.shape, device=x.device) >= self.p
        scale = 1 / (1 - self.p) if self.p < 1 else 0.0
        return x * keep * scale


@mutant(
    en="Your layer works for inputs of two dimensions only.",
    zh="你的层只能处理二维输入。",
)
class two_dimensions_only(nn.Module):
    def __init__(self, p: float = 0.5) -> None:
        super().__init__()
        if not 0 <= p <= 1:
            raise ValueError("p is no probability")
        self.p = p

    def forward(self, x: Tensor) -> Tensor:
        if not self.training:
            return x
        rows, columns = x.shape
        keep = torch.rand(rows, columns, device=x.device) >= self.p
        scale = 1 / (1 - self.p) if self.p < 1 else 0.0
        return x * keep * scale


@mutant(
    en="Your layer draws one mask for the last dimension and uses it for every row.",
    zh="你的层只为最后一维抽取一个掩码，并用于每一行。",
)
class rows_share_a_mask(nn.Module):
    def __init__(self, p: float = 0.5) -> None:
        super().__init__()
        if not 0 <= p <= 1:
            raise ValueError("p is no probability")
        self.p = p

    def forward(self, x: Tensor) -> Tensor:
        if not self.training:
            return x
        keep = torch.rand(x.shape[-1:], device=x.device) >= self.p
        scale = 1 / (1 - self.p) if self.p < 1 else 0.0
        return x * keep * scale


@mutant(
    en="Your layer keeps an element with probability `p`; `p` is the probability of dropping it.",
    zh="你的层以概率 `p` 保留元素；而 `p` 是丢弃的概率。",
)
class keeps_with_p(nn.Module):
    def __init__(self, p: float = 0.5) -> None:
        super().__init__()
        if not 0 <= p <= 1:
            raise ValueError("p is no probability")
        self.p = p

    def forward(self, x: Tensor) -> Tensor:
        if not self.training:
            return x
        keep = torch.rand(x.shape, device=x.device) < self.p
        scale = 1 / (1 - self.p) if self.p < 1 else 0.0
        return x * keep * scale


@mutant(
    en="Your layer draws from a generator of its own, so that `torch.manual_seed` has no effect.",
    zh="你的层从自己的 generator 抽取，`torch.manual_seed` 对它不起作用。",
)
class generator_of_its_own(nn.Module):
    def __init__(self, p: float = 0.5) -> None:
        super().__init__()
        if not 0 <= p <= 1:
            raise ValueError("p is no probability")
        self.p = p
        self.generator = torch.Generator().manual_seed(0)

    def forward(self, x: Tensor) -> Tensor:
        if not self.training:
            return x
        keep = torch.rand(x.shape, generator=self.generator, device=x.device) >= self.p
        scale = 1 / (1 - self.p) if self.p < 1 else 0.0
        return x * keep * scale


@mutant(
    en="Your layer seeds torch's generator in every call, so that every call drops the same elements.",
    zh="你的层每次调用都设定随机种子，于是每次丢弃相同的元素。",
)
class seeds_in_every_call(nn.Module):
    def __init__(self, p: float = 0.5) -> None:
        super().__init__()
        if not 0 <= p <= 1:
            raise ValueError("p is no probability")
        self.p = p

    def forward(self, x: Tensor) -> Tensor:
        if not self.training:
            return x
        torch.manual_seed(0)
        keep = torch.rand(x.shape, device=x.device) >= self.p
        scale = 1 / (1 - self.p) if self.p < 1 else 0.0
        return x * keep * scale


@mutant(
    en="Your layer changes `x` itself.",
    zh="你的层改动了 `x` 本身。",
)
class in_place(nn.Module):
    def __init__(self, p: float = 0.5) -> None:
        super().__init__()
        if not 0 <= p <= 1:
            raise ValueError("p is no probability")
        self.p = p

    def forward(self, x: Tensor) -> Tensor:
        if not self.training:
            return x
        keep = torch.rand(x.shape, device=x.device) >= self.p
        scale = 1 / (1 - self.p) if self.p < 1 else 0.0
        x = x if not x.requires_grad else x.clone()
        return x.mul_(keep).mul_(scale)


@mutant(
    en="Your layer gives NaN for p = 1; the result should be zeros.",
    zh="p = 1 时你的层得到 NaN；结果应当全为零。",
)
class nan_at_one(nn.Module):
    def __init__(self, p: float = 0.5) -> None:
        super().__init__()
        if not 0 <= p <= 1:
            raise ValueError("p is no probability")
        self.p = p

    def forward(self, x: Tensor) -> Tensor:
        if not self.training:
            return x
        keep = torch.rand(x.shape, device=x.device) >= self.p
        return x * keep / (1 - self.p)


@mutant(
    en="Your layer divides by zero for p = 1 instead of returning zeros.",
    zh="p = 1 时你的层因除以零而报错，而不是返回全零。",
)
class error_at_one(nn.Module):
    def __init__(self, p: float = 0.5) -> None:
        super().__init__()
        if not 0 <= p <= 1:
            raise ValueError("p is no probability")
        self.p = p

    def forward(self, x: Tensor) -> Tensor:
        if not self.training:
            return x
        keep = torch.rand(x.shape, device=x.device) >= self.p
        return x * keep * (1 / (1 - self.p))


@mutant(
    en="Your layer multiplies by a float32 factor: float64 results are inexact and float16 becomes float32.",
    zh="你的层乘上了 float32 的系数：float64 的结果不精确，float16 变成了 float32。",
)
class factor_in_float32(nn.Module):
    def __init__(self, p: float = 0.5) -> None:
        super().__init__()
        if not 0 <= p <= 1:
            raise ValueError("p is no probability")
        self.p = p

    def forward(self, x: Tensor) -> Tensor:
        if not self.training:
            return x
        keep = torch.rand(x.shape, device=x.device) >= self.p
        scale = 1 / (1 - self.p) if self.p < 1 else 0.0
        return x * (keep.float() * scale)


@mutant(
    en="Your layer is cut off from the graph in training: no gradient flows back to `x`.",
    zh="你的层在训练时与计算图断开：梯度流不回 `x`。",
)
class cut_off(nn.Module):
    def __init__(self, p: float = 0.5) -> None:
        super().__init__()
        if not 0 <= p <= 1:
            raise ValueError("p is no probability")
        self.p = p

    def forward(self, x: Tensor) -> Tensor:
        if not self.training:
            return x
        keep = torch.rand(x.shape, device=x.device) >= self.p
        scale = 1 / (1 - self.p) if self.p < 1 else 0.0
        return x.detach() * keep * scale


@mutant(
    en="Your layer drops the same number of elements in every call; they should be drawn independently.",
    zh="你的层每次丢弃同样多的元素；各元素应当独立抽取。",
)
class fixed_count(nn.Module):
    def __init__(self, p: float = 0.5) -> None:
        super().__init__()
        if not 0 <= p <= 1:
            raise ValueError("p is no probability")
        self.p = p

    def forward(self, x: Tensor) -> Tensor:
        if not self.training:
            return x
        numbers = torch.rand(x.shape, device=x.device)
        keep = torch.ones(x.numel(), dtype=torch.bool, device=x.device)
        keep[numbers.flatten().argsort()[: round(self.p * x.numel())]] = False
        keep = keep.reshape(x.shape)
        scale = 1 / (1 - self.p) if self.p < 1 else 0.0
        return x * keep * scale


@mutant(
    en="Your layer returns zeros without a graph for p = 1: no gradient flows back, where it should be 0.",
    zh="p = 1 时你的层返回的零与 `x` 断开了：没有梯度流回，而梯度应当是 0。",
)
class no_graph_at_one(nn.Module):
    def __init__(self, p: float = 0.5) -> None:
        super().__init__()
        if not 0 <= p <= 1:
            raise ValueError("p is no probability")
        self.p = p

    def forward(self, x: Tensor) -> Tensor:
        if not self.training:
            return x
        if self.p == 1:
            return torch.zeros_like(x)
        keep = torch.rand(x.shape, device=x.device) >= self.p
        return x * keep / (1 - self.p)


@mutant(
    en="Your layer creates its mask on the CPU instead of the device of `x`.",
    zh="你的层把掩码建在 CPU 上，而不是 `x` 所在的设备。",
)
class mask_on_the_cpu(nn.Module):
    def __init__(self, p: float = 0.5) -> None:
        super().__init__()
        if not 0 <= p <= 1:
            raise ValueError("p is no probability")
        self.p = p

    def forward(self, x: Tensor) -> Tensor:
        if not self.training:
            return x
        keep = torch.rand(x.shape) >= self.p
        scale = 1 / (1 - self.p) if self.p < 1 else 0.0
        return x * keep * scale
