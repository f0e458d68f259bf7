# verdicts: first=passed second=passed third=passed
import gc
import os
import random
import signal
import sys
import warnings

import numpy as np
import torch

torch.manual_seed(0)
np.random.seed(0)
random.seed(0)
torch.set_default_dtype(torch.float64)
torch.set_default_device("cuda")
torch.set_num_threads(4)
torch.use_deterministic_algorithms(True)
torch.set_grad_enabled(False)
warnings.filterwarnings("error")
np.seterr(all="raise")
gc.disable()
signal.alarm(1)
os.chdir("/")
sys.stdout = None


def first(x):
    torch.set_default_device("meta")
    return 2 * x


def third(x):
    torch.set_default_dtype(torch.float16)
    return x + torch.ones(())


def second(x):
    if not x.is_floating_point():
        raise ValueError("integers")
    return x.new_tensor(3.718281828) * x
