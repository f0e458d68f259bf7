"""Names are resolved as Python does before they are held against what is forbidden."""

from __future__ import annotations

import pytest

from tests.support.bans import found_use

_STAR = "from torch.nn.functional import *\n"


@pytest.mark.parametrize(
    "source",
    [
        "import torch.nn.functional as F\ndef f(F):\n    return F.normalize(1)\n",
        "from torch.nn.functional import normalize\ndef f(x, normalize=True):\n    return x if normalize else 1\n",
        "from torch.nn.functional import normalize\ndef f(x):\n    normalize = x\n    return normalize\n",
        "from torch.nn.functional import normalize\ndef f(x):\n    return [normalize for normalize in x]\n",
        "from torch.nn.functional import normalize\ndef f(x):\n    return (lambda normalize: normalize)(x)\n",
        "from torch.nn.functional import normalize\ndef f(x):\n    try: ...\n    except E as normalize: normalize\n",
        "from torch.nn.functional import normalize\ndef f(x):\n    match x:\n        case normalize: normalize\n",
        "from torch.nn.functional import normalize\ndef f(x):\n    def normalize(y): ...\n    return normalize(x)\n",
        "from torch.nn.functional import normalize\ndef normalize(x): ...\ndef f(x):\n    return normalize(x)\n",
        "from torch.nn.functional import normalize\ndef f(x):\n    return normalize(x)\ndef normalize(x): ...\n",
        "from torch.nn.functional import normalize\nnormalize = 1\ndef f(x):\n    return normalize(x)\n",
        "from torch.nn.functional import normalize\nclass f:\n    normalize = True\n    x = normalize\n",
        "def demo():\n    import torch.nn.functional as F\ndef f(x, F):\n    return F.normalize(x)\n",
        "def demo():\n    from torch.nn.functional import normalize\ndef f(x):\n    return normalize(x)\n",
        "def f(x):\n    from torch.nn.functional import normalize\n    return x\n",
        "import torch.nn.functional as F\ndef f(x: F.normalize) -> F.normalize:\n    y: F.normalize = x\n"
        "    return y\n",
        "import torch.nn.functional as F\ndef f(x: 'F.normalize'):\n    'F.normalize(x)'\n    return x\n",
        "import torch.nn.functional as F\ndef demo(x):\n    return F.normalize(x)\ndef f(x, demo):\n"
        "    return demo(x)\n",
        "import torch.nn.functional as F\nx = F.normalize(1)\ndef f(x):\n    return x\n",
        "import torch.nn.functional as F\ndef g(x):\n    return F.normalize(x)\ndef g(x): ...\ndef f(x):\n"
        "    return g(x)\n",
        "import torch.nn.functional as F, torch\ntorch.n = F.normalize\ndef f(x):\n    return torch.stack([x])\n",
        "import torch.nn.functional as F\ndef f(x):\n    if __name__ == '__main__':\n        F.normalize(x)\n",
        "import torch.nn.functional as F\ndef f(x):\n    __name__ == '__main__' and F.normalize(x)\n",
        "import torch.nn.functional as F\ndef f(x):\n    return F.normalize(x) if __name__ == '__main__' else x\n",
        _STAR + "def normalize(x): ...\ndef f(x):\n    return normalize(x)\n",
        _STAR + "def f(x, normalize):\n    return [normalize, x, len(x), print]\n",
        _STAR + "from mine import normalize\ndef f(x):\n    return normalize(x)\n",
    ],
)
def test_forbidden_function_is_not_found_in_another_meaning_of_its_name(source: str) -> None:
    assert found_use(source, "torch.nn.functional.normalize") is None


@pytest.mark.parametrize(
    "guard",
    [
        "if __name__ == '__main__':",
        "if '__main__' == __name__:",
        "if (__name__ == '__main__'):",
        "if __name__ in ('__main__', 'test'):",
        "if not __name__ != '__main__':",
        "if __name__ == '__main__' and DEBUG:",
        "if DEBUG and '__main__' in [__name__]:",
        "if __name__ is '__main__':",
        "while __name__ == '__main__':",
        "if False:",
        "if __name__ != '__main__':\n    pass\nelse:",
        "if x:\n    pass\nelif __name__ == '__main__':",
    ],
)
@pytest.mark.filterwarnings("ignore:.*is.* with:SyntaxWarning")
def test_forbidden_function_is_not_found_under_a_main_guard(guard: str) -> None:
    source = f"import torch\ndef g(x): ...\ndef f(x):\n    return g(x)\n{guard}\n    g = torch.cdist\n"
    assert found_use(source, "torch.cdist") is None


@pytest.mark.parametrize(
    "guard",
    [
        "if __name__ == '__main__':\n    pass\nelse:",
        "if __name__ != '__main__':",
        "if __name__ == '__main__' or DEBUG:",
        "if __name__ == 'sums':",
        "if DEBUG:",
        "if True:",
        "try:",
    ],
)
def test_forbidden_function_is_found_in_a_branch_that_runs(guard: str) -> None:
    after = "except E: ...\n" if guard == "try:" else ""
    source = f"import torch\ndef g(x): ...\ndef f(x):\n    return g(x)\n{guard}\n    g = torch.cdist\n{after}"
    assert found_use(source, "torch.cdist") == ("torch.cdist", 4)


@pytest.mark.parametrize(
    "source",
    [
        "import torch\nnn = torch.nn\ndef f(x):\n    return nn.functional.normalize(x)\n",
        "import torch\ndef f(x):\n    F = torch.nn.functional\n    return F.normalize(x)\n",
        "def f(x):\n    import torch.nn.functional as F\n    def inner():\n        return F.normalize(x)\n"
        "    return inner()\n",
        "def f(x):\n    F = None\n    def inner():\n        nonlocal F\n        import torch.nn.functional as F\n"
        "    inner()\n    return F.normalize(x)\n",
        "try:\n    from torch.nn.functional import normalize\nexcept ImportError:\n    normalize = None\n"
        "def f(x):\n    return normalize(x)\n",
        "if 1 < 2:\n    import torch.nn.functional as F\nelse:\n    F = None\ndef f(x):\n    return F.normalize(x)\n",
        "from torch.nn import functional as F\nclass g:\n    def m(self, x):\n        return F.normalize(x)\n"
        "def f(x):\n    return g().m(x)\n",
        "from torch.nn import functional as F\ndef f(x):\n    return [F.normalize(y) for y in x]\n",
        "from torch.nn import functional as F\nn = lambda x: F.normalize(x)\ndef f(x):\n    return n(x)\n",
        "import torch\ndef setup():\n    global n\n    n = torch.nn.functional.normalize\nsetup()\ndef f(x):\n"
        "    return n(x)\n",
        "def setup():\n    global F\n    import torch.nn.functional as F\nsetup()\ndef f(x):\n"
        "    return F.normalize(x)\n",
        "import torch.nn.functional as F\nH = {}\nH['n'] = F.normalize\ndef f(x):\n    return H['n'](x)\n",
        "import torch.nn.functional as F\nfor n in (F.normalize,):\n    m = n\ndef f(x):\n    return m(x)\n",
        "import torch.nn.functional as F\nif (n := F.normalize): ...\ndef f(x):\n    return n(x)\n",
        "import torch.nn.functional as F\nmatch F.normalize:\n    case n: ...\ndef f(x):\n    return n(x)\n",
        "import torch.nn.functional as F\nwith F.normalize as n: ...\ndef f(x):\n    return n(x)\n",
        "import torch.nn.functional as F\n(a, n) = (1, F.normalize)\ndef f(x):\n    return n(x)\n",
        "import torch.nn.functional as F\ndef f(x): ...\nf.n = F.normalize\n",
        "import torch.nn.functional as F\ndef g(h):\n    return h\n@g(F.normalize)\ndef f(x): ...\n",
        "def normalize(x): ...\nfrom torch.nn.functional import normalize\ndef f(x):\n    return normalize(x)\n",
        "from torch.nn.functional import normalize\nn = normalize\ndef normalize(x): ...\ndef f(x):\n    return n(x)\n",
        "from torch.nn.functional import normalize\nclass f:\n    normalize = True\n    def m(self):\n"
        "        return normalize(1)\n",
        _STAR + "def f(x):\n    return normalize(x)\n",
        "try:\n    from torch.nn.functional import *\nexcept ImportError: ...\ndef f(x):\n    return normalize(x)\n",
        _STAR + "def f(x):\n    return torch.nn.functional.normalize(x)\n",
        "from torch.nn import *\ndef f(x):\n    return functional.normalize(x)\n",
    ],
)
def test_forbidden_function_is_found_whatever_way_its_name_takes(source: str) -> None:
    assert found_use(source, "torch.nn.functional.normalize", "torch.functional.normalize") is not None


def test_forbidden_module_is_found_behind_a_star_import_of_what_is_not_there() -> None:
    source = "from scipy.nowhere import *\ndef f(x):\n    return correlate2d(len(x))\n"
    assert found_use(source, "scipy.*") == ("scipy.nowhere.correlate2d", 3)


def test_tensor_behind_a_star_import_is_no_part_of_the_module_that_lends_it() -> None:
    assert found_use(_STAR + "def f(x):\n    return isinstance(x, Tensor)\n", "torch.nn.functional") is None
