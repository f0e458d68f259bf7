"""What students set for the whole process at the top of a file, and what they are told of it."""

from __future__ import annotations

OF_TORCH = {
    "float64": ("torch.set_default_dtype(torch.float64)", "default dtype"),
    "float16": ("torch.set_default_dtype(torch.float16)", "default dtype"),
    "double tensors": ("torch.set_default_tensor_type(torch.DoubleTensor)", "default dtype"),
    "meta": ("torch.set_default_device('meta')", "default device"),
    "cuda": ("torch.set_default_device('cuda')", "default device"),
    "cpu": ("torch.set_default_device('cpu')", ""),
    "meta entered": ("torch.device('meta').__enter__()", "default device"),
    "no gradients": ("torch.set_grad_enabled(False)", "grad mode"),
    "no_grad entered": ("torch.no_grad().__enter__()", "grad mode"),
    "inference mode": ("_mode = torch.inference_mode()\n_mode.__enter__()", "inference mode"),
    "autocast": ("torch.autocast('cpu').__enter__()", "autocast"),
    "anomaly": ("torch.autograd.set_detect_anomaly(True)", "anomaly detection"),
    "deterministic": ("torch.use_deterministic_algorithms(True)", "deterministic algorithms"),
    "precision": ("torch.set_float32_matmul_precision('medium')", "precision of matrix products"),
    "denormals": ("torch.set_flush_denormal(True)", "flushing of denormal numbers"),
    "hooks": (
        "torch.autograd.graph.saved_tensors_hooks(lambda x: 1 / 0, lambda x: x).__enter__()",
        "modes that were never left",
    ),
    "function mode": (
        "class _Mode(torch.overrides.TorchFunctionMode):\n    def __torch_function__(self, *_): raise ValueError\n"
        "_Mode().__enter__()",
        "modes that were never left",
    ),
    "dispatch mode": (
        "from torch.utils._python_dispatch import TorchDispatchMode\n"
        "class _Mode(TorchDispatchMode):\n    def __torch_dispatch__(self, *_): raise ValueError\n"
        "_Mode().__enter__()",
        "modes that were never left",
    ),
    "threads": ("torch.set_num_threads(3)", ""),
    "seed": ("torch.manual_seed(0)", ""),
    "no attention": ("torch.backends.cuda.enable_math_sdp(False)", ""),
    "forward mode": ("torch._C._set_fwd_grad_enabled(False)", ""),
}
"""By what it is: the statement, and the words for it in a note; none where it is harmless."""

OF_PYTHON = {
    "warnings": "import warnings\nwarnings.filterwarnings('error', '.*')",
    "showing warnings": "import warnings\nwarnings.showwarning = None",
    "recursion": "import sys\nsys.setrecursionlimit(sys.getrecursionlimit() - 100)",
    "alarm": "import signal\nsignal.alarm(1)",
    "collector": "import gc\ngc.disable()",
    "folder": "import os\nos.chdir('/')",
    "profile": "import sys\nsys.setprofile(lambda *_: None)",
    "sockets": "import socket\nsocket.setdefaulttimeout(0.001)",
    "numpy": "import numpy\nnumpy.seterr(all='raise')",
    "stream": "import sys\nsys.stdout = type('Tee', (), {'write': lambda self, text: None})()",
    "no stream": "import sys\nsys.stderr = None",
}

IN_A_PROCESS_ONLY = {
    "closed": "import sys\nsys.stdout.close()",
    "wrapped": "import io, sys\nsys.stdout = io.TextIOWrapper(sys.stdout.buffer, encoding='utf-8')",
    "detached": "import io, sys\nsys.stdout = io.TextIOWrapper(sys.stdout.detach(), encoding='utf-8')",
    "low recursion": "import sys\nsys.setrecursionlimit(90)",
    "folder gone": "import os\nos.mkdir('gone')\nos.chdir('gone')\nos.rmdir('../gone')",
    "trace": "import sys\nsys.settrace(lambda *_: None)",
    "built-ins": "import builtins\nbuiltins.sum = torch.sum\nbuiltins.len = builtins.isinstance = None",
}
"""What would harm the tests themselves, which run in one process with what they try."""
