"""Plausible wrong versions of `rnn_step`, each with its misconception."""

from __future__ import annotations

import torch
from torch import Tensor

from grader.mutants import mutant


@mutant(
    en="Your step multiplies the input by W_hh and the state by W_xh; sizes that are equal hide it.",
    zh="你的一步把输入乘了 W_hh、把状态乘了 W_xh；尺寸相等时看不出来。",
)
def swaps_the_weights(x: Tensor, h: Tensor, w_xh: Tensor, w_hh: Tensor, b: Tensor) -> Tensor:
    return torch.tanh(x @ w_hh + h @ w_xh + b)


@mutant(
    en="Your step stops before the tanh: the state that it returns is linear.",
    zh="你的一步没有做 tanh：返回的状态是线性的。",
)
def has_no_tanh(x: Tensor, h: Tensor, w_xh: Tensor, w_hh: Tensor, b: Tensor) -> Tensor:
    return x @ w_xh + h @ w_hh + b


@mutant(
    en="Your step uses relu in the place of tanh.",
    zh="你的一步用 relu 代替了 tanh。",
)
def uses_relu(x: Tensor, h: Tensor, w_xh: Tensor, w_hh: Tensor, b: Tensor) -> Tensor:
    return torch.relu(x @ w_xh + h @ w_hh + b)


@mutant(
    en="Your step uses the sigmoid in the place of tanh.",
    zh="你的一步用 sigmoid 代替了 tanh。",
)
def uses_sigmoid(x: Tensor, h: Tensor, w_xh: Tensor, w_hh: Tensor, b: Tensor) -> Tensor:
    return torch.sigmoid(x @ w_xh + h @ w_hh + b)


@mutant(
    en="Your step multiplies the state by the transpose of W_hh; being square, W_hh lets that pass in silence.",
    zh="你的一步把状态乘了 W_hh 的转置；W_hh 是方阵，所以不会报错。",
)
def transposes_w_hh(x: Tensor, h: Tensor, w_xh: Tensor, w_hh: Tensor, b: Tensor) -> Tensor:
    return torch.tanh(x @ w_xh + h @ w_hh.T + b)


@mutant(
    en="Your step multiplies the input by the transpose of W_xh.",
    zh="你的一步把输入乘了 W_xh 的转置。",
)
def transposes_w_xh(x: Tensor, h: Tensor, w_xh: Tensor, w_hh: Tensor, b: Tensor) -> Tensor:
    return torch.tanh(x @ w_xh.T + h @ w_hh + b)


@mutant(
    en="Your step multiplies by the transposes of both weights, as for the layout of nn.RNNCell.",
    zh="你的一步把两个权重都转置了，像 nn.RNNCell 的布局那样。",
)
def transposes_both(x: Tensor, h: Tensor, w_xh: Tensor, w_hh: Tensor, b: Tensor) -> Tensor:
    return torch.tanh(x @ w_xh.T + h @ w_hh.T + b)


@mutant(
    en="Your step leaves the bias out.",
    zh="你的一步漏掉了偏置。",
)
def forgets_the_bias(x: Tensor, h: Tensor, w_xh: Tensor, w_hh: Tensor, b: Tensor) -> Tensor:
    return torch.tanh(x @ w_xh + h @ w_hh)


@mutant(
    en="Your step adds the bias after the tanh; it belongs inside.",
    zh="你的一步在 tanh 之后才加偏置；它应当在里面。",
)
def adds_the_bias_last(x: Tensor, h: Tensor, w_xh: Tensor, w_hh: Tensor, b: Tensor) -> Tensor:
    return torch.tanh(x @ w_xh + h @ w_hh) + b


@mutant(
    en="Your step adds the bias twice.",
    zh="你的一步把偏置加了两次。",
)
def adds_the_bias_twice(x: Tensor, h: Tensor, w_xh: Tensor, w_hh: Tensor, b: Tensor) -> Tensor:
    return torch.tanh(x @ w_xh + h @ w_hh + b + b)


@mutant(
    en="Your step does not use the old state at all.",
    zh="你的一步完全没有用到旧状态。",
)
def forgets_the_state(x: Tensor, h: Tensor, w_xh: Tensor, w_hh: Tensor, b: Tensor) -> Tensor:
    return torch.tanh(x @ w_xh + b)


@mutant(
    en="Your step adds the old state once more, besides its product with W_hh.",
    zh="除了与 W_hh 的乘积，你的一步又把旧状态加了一遍。",
)
def adds_the_state_itself(x: Tensor, h: Tensor, w_xh: Tensor, w_hh: Tensor, b: Tensor) -> Tensor:
    return torch.tanh(x @ w_xh + h @ w_hh + b + h)


@mutant(
    en="Your step takes the tanh of both products and adds them; the tanh belongs around the whole sum.",
    zh="你的一步先对各个乘积取 tanh 再相加；tanh 应当套在整个和的外面。",
)
def tanh_of_each_part(x: Tensor, h: Tensor, w_xh: Tensor, w_hh: Tensor, b: Tensor) -> Tensor:
    return torch.tanh(x @ w_xh + b) + torch.tanh(h @ w_hh)


@mutant(
    en="Your step writes the new state into the tensor of the old one, which belongs to the caller.",
    zh="你的一步把新状态写进了旧状态的张量，而那是调用者的。",
)
def overwrites_the_state(x: Tensor, h: Tensor, w_xh: Tensor, w_hh: Tensor, b: Tensor) -> Tensor:
    new = torch.tanh(x @ w_xh + h @ w_hh + b)
    with torch.no_grad():
        h.copy_(new)
    return new


@mutant(
    en="Your step detaches the old state, so that no gradient flows back through time.",
    zh="你的一步 detach 了旧状态，梯度无法沿时间往回传。",
)
def cuts_the_state_off(x: Tensor, h: Tensor, w_xh: Tensor, w_hh: Tensor, b: Tensor) -> Tensor:
    return torch.tanh(x @ w_xh + h.detach() @ w_hh + b)


@mutant(
    en="Your step cuts its result off from the graph: no gradient reaches any input.",
    zh="你的一步把结果与计算图切断了：梯度到不了任何输入。",
)
def computes_without_graph(x: Tensor, h: Tensor, w_xh: Tensor, w_hh: Tensor, b: Tensor) -> Tensor:
    return torch.tanh(x @ w_xh + h @ w_hh + b).detach()
