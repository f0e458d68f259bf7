#!/usr/bin/env python
# coding: utf-8

# # Dropout
# 
# Homework 4, N. Kemelu

# In[1]:


get_ipython().system('pip install torch --quiet')
get_ipython().run_line_magic('load_ext', 'autoreload')
get_ipython().run_line_magic('autoreload', '2')
get_ipython().run_line_magic('matplotlib', 'inline')


# In[2]:


import torch
from torch import nn


# In[31]:


def _keep(shape, p, generator=None, device=None):
    return torch.empty(tuple(shape), device=device).uniform_(generator=generator) >= p


# In[ ]:


def _scale(p):
    return 0.0 if p == 1 else 1.0 / (1.0 - p)


# ## dropout_mask

# In[3]:


def dropout_mask(shape, p, *, generator=None, dtype=torch.float32, device=None):
    if p < 0 or p > 1:
        raise ValueError("p must be in [0, 1]")
    return _keep(shape, p, generator, device).to(dtype) * _scale(p)


# In[4]:


get_ipython().run_line_magic('timeit', 'dropout_mask((100, 100), 0.5)')


# ## dropout

# In[7]:


def dropout(x, p=0.5, training=True, generator=None):
    if not training:
        return x
    return x * _keep(x.shape, p, generator, x.device) * _scale(p)


# ## DropoutFn

# In[11]:


class DropoutFn(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, p, generator):
        m = _keep(x.shape, p, generator, x.device)
        ctx.save_for_backward(m)
        ctx.s = _scale(p)
        return x * m * ctx.s

    @staticmethod
    def backward(ctx, grad_output):
        m, = ctx.saved_tensors
        return grad_output * m * ctx.s, None, None


# In[9]:


get_ipython().run_line_magic('pinfo', 'torch.rand')
files = get_ipython().getoutput('ls')


# ## Dropout

# In[15]:


class Dropout(nn.Module):
    def __init__(self, p=0.5):
        super().__init__()
        if p < 0 or p > 1:
            raise ValueError("p must be in [0, 1]")
        self.p = p

    def forward(self, x):
        return dropout(x, self.p, self.training)


# ## dropout2d

# In[19]:


def dropout2d(x, p=0.5, training=True, generator=None):
    if not training:
        return x
    n, c = x.shape[:2]
    return x * _keep((n, c, 1, 1), p, generator, x.device) * _scale(p)


# ## mlp_dropout

# In[23]:


def mlp_dropout(x, w1, b1, w2, b2, p, training, generator=None):
    h = torch.sigmoid(x @ w1 + b1)
    h = dropout(h, p, training, generator)
    return h @ w2 + b2


# In[40]:


import matplotlib.pyplot as plt
plt.hist(dropout(torch.ones(1000)).numpy())


# In[ ]:




