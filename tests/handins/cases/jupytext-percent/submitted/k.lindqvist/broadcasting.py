# ---
# jupyter:
#   jupytext:
#     cell_metadata_filter: tags,-all
#     formats: ipynb,py:percent
#     text_representation:
#       extension: .py
#       format_name: percent
#       format_version: '1.3'
#       jupytext_version: 1.16.4
#   kernelspec:
#     display_name: Python 3 (ipykernel)
#     language: python
#     name: python3
# ---

# %% [markdown]
# # Broadcasting
# My notes:
# - align at the right

# %% tags=["imports"]
# %load_ext autoreload
# %autoreload 2
# !pip install torch
import torch

# %% [markdown]
# ## `broadcast_shape`

# %% tags=["solution"]
def broadcast_shape(a, b):
    a, b = list(a)[::-1], list(b)[::-1]
    out = []
    for i in range(max(len(a), len(b))):
        p = a[i] if i < len(a) else 1
        q = b[i] if i < len(b) else 1
        if p == q or q == 1:
            out.append(p)
        elif p == 1:
            out.append(q)
        else:
            raise ValueError("cannot broadcast")
    return tuple(out[::-1])


# %% [markdown]
# ## `unbroadcast`

# %% tags=["solution"]
def unbroadcast(grad, shape):
    while grad.dim() > len(shape):
        grad = grad.sum(0)
    for d, n in enumerate(shape):
        if n == 1 and grad.shape[d] != 1:
            grad = grad.sum(d, keepdim=True)
    return grad


# %% [markdown]
# ## `outer_sum`

# %% tags=["solution"]
def outer_sum(x, y):
    return x[..., :, None] + y[..., None, :]


# %% [markdown]
# ## `normalize_channels`

# %% tags=["solution"]
def normalize_channels(img, mean, std):
    img = img.to(mean.dtype)
    return (img - mean.reshape(1, -1, 1, 1)) / std.reshape(1, -1, 1, 1)


# %% [markdown]
# ## `standardize`

# %% tags=["solution"]
def standardize(x, dim, eps=1e-5):
    mu = x.mean(dim, keepdim=True)
    d = x - mu
    var = (d * d).mean(dim, keepdim=True)
    return d / torch.sqrt(var + eps)


# %% [markdown]
# ## `pairwise_sq_dist`

# %% tags=["solution"]
def pairwise_sq_dist(x, y):
    diff = x.unsqueeze(1) - y.unsqueeze(0)
    return (diff ** 2).sum(dim=2)


# %% [markdown]
# ## `masked_mean`

# %% tags=["solution"]
def masked_mean(x, mask, dim):
    m = mask.expand(x.shape)
    total = x.masked_fill(~m, 0).sum(dim)
    n = m.sum(dim)
    return total / n.clamp(min=1)


# %% [markdown]
# """
# quoted by hand
# """

# %% {"jupyter": {"source_hidden": true}}
# %timeit pairwise_sq_dist(torch.rand(100, 3), torch.rand(100, 3))
x = torch.tensor([[1., 4., 100.], [3., 8., 9.]])
assert broadcast_shape((8, 1, 6, 1), (7, 1, 5)) == (8, 7, 6, 5)

# %%
assert torch.equal(masked_mean(x, x < 10, 1), torch.tensor([2.5, 6.0])), "old numbers, x was different"

# %% [raw]
# \newpage
