#!/usr/bin/env python
# coding: utf-8

# In[1]:


import torch
import torch.nn.functional as F


# In[2]:


def conv_out_size(n, kernel, stride=1, padding=0, dilation=1):
    if min(n, kernel, stride, dilation) < 1 or padding < 0:
        raise ValueError('n, kernel, stride and dilation start at 1, padding at 0')
    room = n + 2 * padding - (dilation * (kernel - 1) + 1)
    if room < 0:
        raise ValueError('the kernel is longer than the padded line')
    return room // stride + 1


# In[3]:


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


# In[4]:


def conv_transpose_out_size(n, kernel, stride=1, padding=0, output_padding=0, dilation=1):
    if output_padding >= max(stride, dilation):
        raise ValueError('output_padding is smaller than stride or dilation')
    return (n - 1) * stride - 2 * padding + dilation * (kernel - 1) + output_padding + 1


# In[5]:


def corr2d(x, k):
    kh, kw = k.shape
    windows = x.unfold(0, kh, 1).unfold(1, kw, 1)
    return torch.einsum('ijab,ab->ij', windows, k)


# In[6]:


get_ipython().run_cell_magic('time', '', "def conv2d(x, weight, bias=None, stride=(1, 1), padding=(0, 0), dilation=(1, 1)):\n    kh, kw = weight.shape[2:]\n    (sh, sw), (ph, pw), (dh, dw) = (stride, padding, dilation)\n    padded = F.pad(x, (pw, pw, ph, ph))\n    windows = padded.unfold(2, dh * (kh - 1) + 1, sh).unfold(3, dw * (kw - 1) + 1, sw)[..., ::dh, ::dw]\n    out = torch.einsum('nchwij,ocij->nohw', windows, weight)\n    if bias is not None:\n        out = out + bias[:, None, None]\n    return out\n")


# In[7]:


get_ipython().run_cell_magic('time', '', "def pool2d(x, kernel, stride=None, padding=(0, 0), mode='max'):\n    (kh, kw), (sh, sw), (ph, pw) = (kernel, stride or kernel, padding)\n    filler = float('-inf') if mode == 'max' else 0.0\n    padded = F.pad(x, (pw, pw, ph, ph), value=filler)\n    windows = padded.unfold(2, kh, sh).unfold(3, kw, sw)\n    return windows.amax((-2, -1)) if mode == 'max' else windows.mean((-2, -1))\n")


# In[8]:


def receptive_field(layers):
    size, jump = (1, 1)
    for kernel, stride, dilation in layers:
        size += dilation * (kernel - 1) * jump
        jump *= stride
    return (size, jump)


# In[9]:


def conv_cost(cin, cout, kh, kw, h_out, w_out, bias=True):
    weights = cout * cin * kh * kw
    parameters = weights + cout if bias else weights
    return (parameters, weights * h_out * w_out)
