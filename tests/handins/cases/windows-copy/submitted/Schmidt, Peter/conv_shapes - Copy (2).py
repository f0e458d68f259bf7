import math
import torch
import torch.nn as nn
import torch.nn.functional as F
from torch import Tensor


def conv_out_size(n, kernel, stride=1, padding=0, dilation=1):
    if min(n, kernel, stride, dilation) < 1 or padding < 0:
        raise ValueError('n, kernel, stride and dilation start at 1, padding at 0')
    room = n + 2 * padding - (dilation * (kernel - 1) + 1)
    if room < 0:
        raise ValueError('the kernel is longer than the padded line')
    return room // stride + 1


def pool_out_size(n, kernel, stride=None, padding=0, ceil_mode=False):
    if 2 * padding > kernel:
        raise ValueError('padding is at most half of the kernel')
    step = kernel if stride is None else stride
    room = n + 2 * padding - kernel
    if not ceil_mode:
        return room // step + 1
    size = -(-room // step) + 1
    starts_too_late = (size - 1) * step >= padding + n
    return size - 1 if starts_too_late else size


def conv_transpose_out_size(n, kernel, stride=1, padding=0, output_padding=0, dilation=1):
    if output_padding >= max(stride, dilation):
        raise ValueError('output_padding is smaller than stride or dilation')
    return (n - 1) * stride - 2 * padding + dilation * (kernel - 1) + output_padding + 1


def corr2d(x, k):
    kh, kw = k.shape
    windows = x.unfold(0, kh, 1).unfold(1, kw, 1)
    return torch.einsum('ijab,ab->ij', windows, k)


def conv2d(x, weight, bias=None, stride=(1, 1), padding=(0, 0), dilation=(1, 1)):
    kh, kw = weight.shape[2:]
    (sh, sw), (ph, pw), (dh, dw) = (stride, padding, dilation)
    padded = F.pad(x, (pw, pw, ph, ph))
    windows = padded.unfold(2, dh * (kh - 1) + 1, sh).unfold(3, dw * (kw - 1) + 1, sw)[..., ::dh, ::dw]
    out = torch.einsum('nchwij,ocij->nohw', windows, weight)
    if bias is not None:
        out = out + bias[:, None, None]
    return out


def pool2d(x, kernel, stride=None, padding=(0, 0), mode='max'):
    (kh, kw), (sh, sw), (ph, pw) = (kernel, stride or kernel, padding)
    filler = float('-inf') if mode == 'max' else 0.0
    padded = F.pad(x, (pw, pw, ph, ph), value=filler)
    windows = padded.unfold(2, kh, sh).unfold(3, kw, sw)
    return windows.amax((-2, -1)) if mode == 'max' else windows.mean((-2, -1))


def receptive_field(layers):
    size, jump = (1, 1)
    for kernel, stride, dilation in layers:
        size += dilation * (kernel - 1) * jump
        jump *= stride
    return (size, jump)


def conv_cost(cin, cout, kh, kw, h_out, w_out, bias=True):
    weights = cout * cin * kh * kw
    parameters = weights + cout if bias else weights
    return (parameters, weights * h_out * w_out)
