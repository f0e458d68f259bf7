import torch
import torch.nn.functional as F
from torch import nn


class Windows:
    """All places of a window; like what F.conv2d and nn.MaxPool2d visit."""

    def __init__(self, x, padding, fill=0.0):
        self.x = F.pad(x, (padding[1], padding[1], padding[0], padding[0]), value=fill)

    def pool(self, kernel, stride):
        return torch.stack([t for _, _, t in _taps(self.x, kernel, stride, (1, 1))])

    def conv2d(self, weight, stride, dilation):
        conv3d = 0
        for i, j, unfold in _taps(self.x, weight.shape[2:], stride, dilation):
            conv1d = torch.einsum('nchw,oc->nohw', unfold, weight[:, :, i, j])
            conv3d = conv3d + conv1d
        return conv3d


def conv_out_size(n, kernel, stride=1, padding=0, dilation=1):
    if n < 1 or kernel < 1 or stride < 1 or dilation < 1 or padding < 0:
        raise ValueError("bad size")
    k = dilation * (kernel - 1) + 1
    if k > n + 2 * padding:
        raise ValueError("kernel too long")
    return (n + 2 * padding - k) // stride + 1


def pool_out_size(n, kernel, stride=None, padding=0, ceil_mode=False):
    if padding > kernel / 2:
        raise ValueError("padding too large")
    if stride is None:
        stride = kernel
    total = n + 2 * padding - kernel
    out = total // stride + 1
    if ceil_mode and total % stride != 0 and out * stride < n + padding:
        out += 1
    return out


def conv_transpose_out_size(n, kernel, stride=1, padding=0, output_padding=0, dilation=1):
    if not (output_padding < stride or output_padding < dilation):
        raise ValueError("output_padding too large")
    return (n - 1) * stride - 2 * padding + dilation * (kernel - 1) + output_padding + 1


def corr2d(x, k):
    h, w = k.shape
    rows = []
    for i in range(x.shape[0] - h + 1):
        rows.append(torch.stack([(x[i:i + h, j:j + w] * k).sum() for j in range(x.shape[1] - w + 1)]))
    return torch.stack(rows)


def _taps(x, kernel, stride, dilation):
    kh, kw = kernel
    ho = (x.shape[2] - dilation[0] * (kh - 1) - 1) // stride[0] + 1
    wo = (x.shape[3] - dilation[1] * (kw - 1) - 1) // stride[1] + 1
    for i in range(kh):
        for j in range(kw):
            top, left = i * dilation[0], j * dilation[1]
            yield i, j, x[:, :, top:top + (ho - 1) * stride[0] + 1:stride[0], left:left + (wo - 1) * stride[1] + 1:stride[1]]


def conv2d(x, weight, bias=None, stride=(1, 1), padding=(0, 0), dilation=(1, 1)):
    convolution = Windows(x, padding).conv2d(weight, stride, dilation)
    # same as F.conv2d(x, weight, bias, stride, padding, dilation)
    return convolution if bias is None else convolution + bias.reshape(1, -1, 1, 1)


def pool2d(x, kernel, stride=None, padding=(0, 0), mode="max"):
    def max_pool2d(max_pool):
        return max_pool.amax(0)

    def avg_pool2d(avg_pool):
        return avg_pool.mean(0)

    pools = {"max": (max_pool2d, -float("inf")), "avg": (avg_pool2d, 0.0)}
    pool, fill = pools[mode]
    return pool(Windows(x, padding, fill).pool(kernel, stride or kernel))


def receptive_field(layers):
    r, j = 1, 1
    for k, s, d in layers:
        r = r + (k - 1) * d * j
        j = j * s
    return r, j


def conv_cost(cin, cout, kh, kw, h_out, w_out, bias=True):
    conv = cin * cout * kh * kw
    return conv + (cout if bias else 0), conv * h_out * w_out


if __name__ == "__main__":
    x, w = torch.rand(1, 2, 5, 5), torch.rand(3, 2, 2, 2)
    print(torch.allclose(conv2d(x, w), nn.functional.conv2d(x, w)))
