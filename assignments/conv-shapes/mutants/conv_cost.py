"""Plausible wrong versions of `conv_cost`, each with its misconception."""

from __future__ import annotations

from grader.mutants import mutant


@mutant(
    en="Your `conv_cost` counts a single bias for the whole layer; every output channel has one.",
    zh="你的 `conv_cost` 整层只数了一个偏置；每个输出通道都有一个。",
)
def has_one_bias(cin: int, cout: int, kh: int, kw: int, h_out: int, w_out: int, bias: bool = True) -> tuple[int, int]:
    weights = cout * cin * kh * kw
    parameters = weights + 1 if bias else weights
    multiply_adds = weights * h_out * w_out
    return parameters, multiply_adds


@mutant(
    en="Your `conv_cost` leaves the input channels out of the parameters; every kernel has one slice for each.",
    zh="你的 `conv_cost` 数参数时漏掉了输入通道；每个卷积核对每个输入通道都有一片。",
)
def forgets_input_channels_in_the_parameters(
    cin: int, cout: int, kh: int, kw: int, h_out: int, w_out: int, bias: bool = True
) -> tuple[int, int]:
    weights = cout * cin * kh * kw
    parameters = cout * kh * kw + cout if bias else cout * kh * kw
    multiply_adds = weights * h_out * w_out
    return parameters, multiply_adds


@mutant(
    en="Your `conv_cost` leaves the input channels out of the multiply-adds.",
    zh="你的 `conv_cost` 数乘加次数时漏掉了输入通道。",
)
def forgets_input_channels_in_the_products(
    cin: int, cout: int, kh: int, kw: int, h_out: int, w_out: int, bias: bool = True
) -> tuple[int, int]:
    weights = cout * cin * kh * kw
    parameters = weights + cout if bias else weights
    multiply_adds = cout * kh * kw * h_out * w_out
    return parameters, multiply_adds


@mutant(
    en="Your `conv_cost` counts the products of one output position only.",
    zh="你的 `conv_cost` 只数了一个输出位置的乘积。",
)
def forgets_the_positions(
    cin: int, cout: int, kh: int, kw: int, h_out: int, w_out: int, bias: bool = True
) -> tuple[int, int]:
    weights = cout * cin * kh * kw
    parameters = weights + cout if bias else weights
    multiply_adds = weights
    return parameters, multiply_adds


@mutant(
    en="Your `conv_cost` counts a multiplication and its addition as two; together they are one multiply-add.",
    zh="你的 `conv_cost` 把一次乘法和相应的加法算成两次；它们合起来是一次乘加。",
)
def counts_multiplications_and_additions(
    cin: int, cout: int, kh: int, kw: int, h_out: int, w_out: int, bias: bool = True
) -> tuple[int, int]:
    weights = cout * cin * kh * kw
    parameters = weights + cout if bias else weights
    multiply_adds = 2 * weights * h_out * w_out
    return parameters, multiply_adds


@mutant(
    en="Your `conv_cost` counts the bias in the multiply-adds; it multiplies nothing.",
    zh="你的 `conv_cost` 把偏置也算进了乘加次数；它不参与乘法。",
)
def counts_the_bias_as_work(
    cin: int, cout: int, kh: int, kw: int, h_out: int, w_out: int, bias: bool = True
) -> tuple[int, int]:
    weights = cout * cin * kh * kw
    parameters = weights + cout if bias else weights
    multiply_adds = parameters * h_out * w_out
    return parameters, multiply_adds


@mutant(
    en="Your `conv_cost` counts as if each output channel saw a single input channel; it sees all of them.",
    zh="你的 `conv_cost` 按每个输出通道只看一个输入通道来计算；它看到全部输入通道。",
)
def works_channel_by_channel(
    cin: int, cout: int, kh: int, kw: int, h_out: int, w_out: int, bias: bool = True
) -> tuple[int, int]:
    weights = cout * kh * kw
    parameters = weights + cout if bias else weights
    multiply_adds = weights * h_out * w_out
    return parameters, multiply_adds


@mutant(en="Your `conv_cost` counts a bias where there is none.", zh="你的 `conv_cost` 在没有偏置时也数了偏置。")
def always_counts_a_bias(
    cin: int, cout: int, kh: int, kw: int, h_out: int, w_out: int, bias: bool = True
) -> tuple[int, int]:
    weights = cout * cin * kh * kw
    parameters = weights + cout
    multiply_adds = weights * h_out * w_out
    return parameters, multiply_adds


@mutant(en="Your `conv_cost` leaves out the bias.", zh="你的 `conv_cost` 漏掉了偏置。")
def never_counts_a_bias(
    cin: int, cout: int, kh: int, kw: int, h_out: int, w_out: int, bias: bool = True
) -> tuple[int, int]:
    weights = cout * cin * kh * kw
    parameters = weights
    multiply_adds = weights * h_out * w_out
    return parameters, multiply_adds


@mutant(
    en="Your `conv_cost` assumes that there is no bias unless told so; there is one by default.",
    zh="你的 `conv_cost` 默认没有偏置；默认应当是有的。",
)
def has_no_bias_by_default(
    cin: int, cout: int, kh: int, kw: int, h_out: int, w_out: int, bias: bool = False
) -> tuple[int, int]:
    weights = cout * cin * kh * kw
    parameters = weights + cout if bias else weights
    multiply_adds = weights * h_out * w_out
    return parameters, multiply_adds


@mutant(
    en="Your `conv_cost` counts the biases by input channels; each output channel has one.",
    zh="你的 `conv_cost` 按输入通道数偏置；应当每个输出通道一个。",
)
def has_a_bias_for_every_input_channel(
    cin: int, cout: int, kh: int, kw: int, h_out: int, w_out: int, bias: bool = True
) -> tuple[int, int]:
    weights = cout * cin * kh * kw
    parameters = weights + cin if bias else weights
    multiply_adds = weights * h_out * w_out
    return parameters, multiply_adds


@mutant(
    en="Your `conv_cost` counts one bias for each pair of input and output channel; each output channel has one.",
    zh="你的 `conv_cost` 为每一对输入、输出通道都数了一个偏置；应当每个输出通道一个。",
)
def has_a_bias_for_every_pair(
    cin: int, cout: int, kh: int, kw: int, h_out: int, w_out: int, bias: bool = True
) -> tuple[int, int]:
    weights = cout * cin * kh * kw
    parameters = weights + cin * cout if bias else weights
    multiply_adds = weights * h_out * w_out
    return parameters, multiply_adds


@mutant(
    en="Your `conv_cost` takes the height of the kernel for its width too.",
    zh="你的 `conv_cost` 把卷积核的高也当成了它的宽。",
)
def squares_the_kernel(
    cin: int, cout: int, kh: int, kw: int, h_out: int, w_out: int, bias: bool = True
) -> tuple[int, int]:
    weights = cout * cin * kh * kh
    parameters = weights + cout if bias else weights
    multiply_adds = weights * h_out * w_out
    return parameters, multiply_adds


@mutant(
    en="Your `conv_cost` takes the height of the output for its width too.",
    zh="你的 `conv_cost` 把输出的高也当成了它的宽。",
)
def squares_the_output(
    cin: int, cout: int, kh: int, kw: int, h_out: int, w_out: int, bias: bool = True
) -> tuple[int, int]:
    weights = cout * cin * kh * kw
    parameters = weights + cout if bias else weights
    multiply_adds = weights * h_out * h_out
    return parameters, multiply_adds


@mutant(
    en="Your `conv_cost` returns (multiply-adds, parameters); the parameters come first.",
    zh="你的 `conv_cost` 返回了（乘加次数，参数个数）；参数个数应当在前。",
)
def returns_the_products_first(
    cin: int, cout: int, kh: int, kw: int, h_out: int, w_out: int, bias: bool = True
) -> tuple[int, int]:
    weights = cout * cin * kh * kw
    parameters = weights + cout if bias else weights
    multiply_adds = weights * h_out * w_out
    return multiply_adds, parameters


@mutant(
    en="Your `conv_cost` returns a list; the answer is a tuple.", zh="你的 `conv_cost` 返回了列表；结果应当是元组。"
)
def returns_a_list(cin: int, cout: int, kh: int, kw: int, h_out: int, w_out: int, bias: bool = True) -> tuple[int, int]:
    weights = cout * cin * kh * kw
    parameters = weights + cout if bias else weights
    multiply_adds = weights * h_out * w_out
    return [parameters, multiply_adds]  # type: ignore[return-value]


@mutant(
    en="Your `conv_cost` counts the products of one output channel only.",
    zh="你的 `conv_cost` 只数了一个输出通道的乘积。",
)
def forgets_output_channels_in_the_products(
    cin: int, cout: int, kh: int, kw: int, h_out: int, w_out: int, bias: bool = True
) -> tuple[int, int]:
    weights = cout * cin * kh * kw
    parameters = weights + cout if bias else weights
    multiply_adds = cin * kh * kw * h_out * w_out
    return parameters, multiply_adds
