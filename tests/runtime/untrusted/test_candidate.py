"""The candidate loads a file, calls it and describes what goes wrong; whatever happens, it has a reply."""

from __future__ import annotations

import builtins
import encodings.utf_8_sig  # noqa: F401 - with which a file is read, and which Python imports on first use
import linecache
import marshal
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import torch

from grader.runtime.untrusted import stubs
from grader.runtime.untrusted.candidate import Candidate, rehearse
from grader.runtime.wire import codec
from grader.runtime.wire.answering import ForbiddenCallError, _kind_of, _text
from grader.runtime.wire.settings import Settings, _read
from tests.support.settings import OF_PYTHON, OF_TORCH


@pytest.fixture(autouse=True)
def _without_the_submission() -> Iterator[None]:
    yield
    sys.modules.pop("sums_of_a_test", None)


def _ask(inside: Candidate, do: str, **request: Any) -> Any:
    reply = codec.decode(inside.answer({"id": 5, "seed": None, "do": do, **request}), from_candidate=True)
    assert reply.pop("id") == 5
    return reply


def _loaded(source: str, forbid: tuple[str, ...] = ()) -> Candidate:
    inside = Candidate()
    assert _load(inside, source, forbid) == {"ok": []}
    _forbid(inside, *forbid)
    return inside


def _load(inside: Candidate, source: str, forbid: tuple[str, ...] = ()) -> Any:
    code = marshal.dumps(compile(source.encode(), "sums_of_a_test.py", "exec"))
    return _ask(inside, "load", file_name="sums_of_a_test.py", source=source.encode(), code=code, stubs=list(forbid))


def _forbid(inside: Candidate, *names: str) -> None:
    """Says so with a request, as the first one of a task does."""
    _ask(inside, "call", name="nothing", args=(), kwargs={}, forbid=list(names))


def _call(inside: Candidate, name: str, *args: Any, **kwargs: Any) -> Any:
    return _ask(inside, "call", name=name, args=args, kwargs=kwargs)


def test_candidate_calls_a_function_with_its_arguments() -> None:
    inside = _loaded("def add(x, y, *, scale=1):\n    return (x + y) * scale\n")
    assert _call(inside, "add", 1, 2, scale=3) == {"ok": 9}


def test_candidate_returns_views_by_their_values() -> None:
    inside = _loaded("def turn(x):\n    return x.t()\n")
    assert torch.equal(_call(inside, "turn", torch.arange(6).reshape(2, 3))["ok"], torch.arange(6).reshape(2, 3).t())


def test_candidate_runs_a_probe_beside_the_students_module() -> None:
    inside = _loaded("def double(x):\n    return 2 * x\n")
    source = "def p(solution, x):\n    return solution.double(torch.tensor(x)).item()\n"
    assert _ask(inside, "run", name="p", source=source, args=(4,), kwargs={}) == {"ok": 8}


def test_candidate_reads_the_outline_without_running_the_file() -> None:
    reply = _ask(Candidate(), "outline", source=b"raise SystemExit\n", file_name="sums.py")
    assert reply["ok"]["outline"]["problem"] is None


@pytest.mark.parametrize(
    "source", ["\ufeffdef f():\n    return 1\n", "def f():\r\n    return 1\r\n"], ids=["byte order mark", "CRLF"]
)
def test_candidate_loads_what_editors_for_windows_write(source: str) -> None:
    assert _call(_loaded(source), "f") == {"ok": 1}


def test_candidate_makes_the_module_importable_by_its_own_name() -> None:
    source = "from dataclasses import dataclass\n@dataclass\nclass P:\n    x: 'int' = 1\ndef f():\n    return P().x\n"
    assert _call(_loaded(source), "f") == {"ok": 1}


# What goes wrong.


@pytest.mark.parametrize(
    ("body", "first_type", "message", "lines"),
    [
        ("raise ValueError('no')", "ValueError", "no", [2]),
        ("return [][3]", "IndexError", "list index out of range", [2]),
        ("raise SystemExit(0)", "SystemExit", "0", [2]),
        ("raise KeyboardInterrupt", "KeyboardInterrupt", "", [2]),
        ("return f()", "RecursionError", "maximum recursion depth exceeded", [2] * 8),
        ("raise type('Own', (KeyError,), {})('k')", "Own", "'k'", [2]),
    ],
    ids=["exception", "of Python", "exit", "interrupt", "recursion", "own class"],
)
def test_candidate_describes_an_exception(body: str, first_type: str, message: str, lines: list[int]) -> None:
    error = _call(_loaded(f"def f():\n    {body}\n"), "f")["error"]
    assert error["types"][0] == first_type
    assert error["message"].startswith(message)
    assert error["lines"] == lines
    assert error["kind"] == "exception"


def test_candidate_names_the_students_own_lines_only() -> None:
    source = "import torch\n\ndef f(x):\n    return g(x)\n\ndef g(x):\n    return torch.stack(x)\n"
    assert _call(_loaded(source), "f", [])["error"]["lines"] == [4, 7]


def test_candidate_names_no_line_when_the_call_does_not_fit() -> None:
    error = _call(_loaded("def f(x):\n    return x\n"), "f", 1, 2)["error"]
    assert (error["types"][0], error["lines"]) == ("TypeError", [])


def test_candidate_says_what_is_not_defined() -> None:
    error = _call(_loaded("x = 1\n"), "f")["error"]
    assert (error["kind"], error["message"]) == ("missing", "f")


def test_candidate_says_what_a_probe_does_not_find() -> None:
    source = "def p(solution):\n    return solution.g()\n"
    error = _ask(_loaded("x = 1\n"), "run", name="p", source=source, args=(), kwargs={})["error"]
    assert (error["kind"], error["message"]) == ("missing", "g")


def test_candidate_shows_tools_the_source_that_is_on_no_disk() -> None:
    source = "import inspect\n\ndef f():\n    return inspect.getsource(f)\n"
    assert _call(_loaded(source), "f") == {"ok": "def f():\n    return inspect.getsource(f)\n"}


@pytest.mark.parametrize(
    ("result", "phrase"),
    [("lambda: 1", "a `function`"), ("{1}", "a `set`"), ("__import__('numpy').zeros(1)", "a `numpy.ndarray`")],
    ids=["function", "set", "numpy"],
)
def test_candidate_says_which_result_does_not_cross(result: str, phrase: str) -> None:
    assert _call(_loaded(f"def f():\n    return {result}\n"), "f") == {"unsupported": phrase}


@pytest.mark.parametrize(
    "definition",
    [
        "def __str__(self): raise SystemExit",
        "def __str__(self): return 5",
        "def __str__(self): return '\\ud800' * 10",
        "def __str__(self): return 'x' * 100_000",
    ],
    ids=["raises", "no text", "surrogates", "long"],
)
def test_candidate_survives_an_exception_that_cannot_be_printed(definition: str) -> None:
    source = f"class E(Exception):\n    {definition}\ndef f():\n    raise E\n"
    error = _call(_loaded(source), "f")["error"]
    assert error["types"][0] == "E"
    assert len(error["message"]) <= 2_000


def test_candidate_survives_a_result_that_resists_encoding() -> None:
    source = "class L(list):\n    def __iter__(self): raise SystemExit\ndef f():\n    return L([1])\n"
    lost = _call(_loaded(source), "f")["lost"]
    assert (lost["types"][0], lost["lines"]) == ("SystemExit", [2])


def test_candidate_says_what_kept_an_answer_from_being_written_down(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.Tensor, "detach", lambda self: [][1])
    lost = _call(_loaded("import torch\ndef f():\n    return torch.ones(1)\n"), "f")["lost"]
    assert (lost["types"][0], lost["lines"], lost["kind"]) == ("IndexError", [], "exception")


def test_candidate_says_what_kept_a_request_from_being_read(monkeypatch: pytest.MonkeyPatch) -> None:
    inside = _loaded("def f(x):\n    return 1\n")
    message = codec.encode({"id": 7, "seed": None, "do": "call", "name": "f", "args": (torch.ones(1),), "kwargs": {}})
    with monkeypatch.context() as patch:
        patch.setattr(torch.Tensor, "requires_grad_", lambda *_: vars(torch)["no such name"])
        reply = codec.decode(inside.reply(message), from_candidate=False)
    assert (reply["id"], reply["lost"]["types"][0], reply["lost"]["kind"]) == (None, "KeyError", "exception")
    assert codec.decode(inside.reply(message), from_candidate=True) == {"id": 7, "ok": 1}


def test_candidate_has_a_reply_when_nothing_works_any_more(monkeypatch: pytest.MonkeyPatch) -> None:
    inside = _loaded("def f():\n    return 1\n")
    message = codec.encode({"id": 7, "seed": None, "do": "call", "name": "f", "args": (), "kwargs": {}})
    with monkeypatch.context() as patch:
        patch.setattr(codec, "encode", None)
        patch.setattr(codec, "decode", None)
        reply = inside.reply(message)
    assert codec.decode(reply, from_candidate=True) == {"id": None, "lost": {}}


def test_memory_that_a_request_does_not_get_is_no_broken_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    inside = _loaded("def f(x):\n    return 1\n")
    message = codec.encode({"id": 7, "seed": None, "do": "call", "name": "f", "args": (torch.ones(1),), "kwargs": {}})

    def refuse(*_: object) -> None:
        raise MemoryError

    with monkeypatch.context() as patch:
        patch.setattr(torch.Tensor, "requires_grad_", refuse)
        reply = codec.decode(inside.reply(message), from_candidate=False)
    assert reply["lost"]["kind"] == "memory"


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (MemoryError(), "memory"),
        (RuntimeError("[enforce fail] DefaultCPUAllocator: can't allocate memory: you tried to allocate"), "memory"),
        (torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2 GiB"), "memory"),
        (RuntimeError("can't start new thread"), "processes"),
        (BlockingIOError(11, "Resource temporarily unavailable"), "processes"),
        (ForbiddenCallError("`torch.cdist` is forbidden here"), "forbidden"),
        (ValueError("out of memory"), "exception"),
        (OSError(2, "No such file"), "exception"),
        (RuntimeError("shapes do not match"), "exception"),
    ],
    ids=["python", "cpu allocator", "gpu", "thread", "fork", "forbidden", "a text alone", "file", "any"],
)
def test_candidate_tells_limits_from_exceptions(error: BaseException, kind: str) -> None:
    assert _kind_of(error) == kind


def test_text_of_an_exception_has_a_bounded_length() -> None:
    assert len(_text(ValueError("x" * 10_000))) == 2_000


# Seeds and forbidden calls.


def test_candidate_draws_the_same_numbers_for_the_same_seed() -> None:
    drawn = "torch.rand(2).tolist() + [random.random(), float(numpy.random.rand())]"
    inside = _loaded(f"import numpy, random, torch\ndef f():\n    return {drawn}\n")
    request = {"do": "call", "id": 1, "name": "f", "args": (), "kwargs": {}}
    first, second, other = (
        codec.decode(inside.answer({**request, "seed": seed}), from_candidate=True)["ok"] for seed in (3, 3, 4)
    )
    assert first == second
    assert all(one != another for one, another in zip(first, other, strict=True))


def test_candidate_goes_on_drawing_without_a_seed() -> None:
    inside = _loaded("import torch\ndef f():\n    return torch.rand(2).tolist()\n")
    assert _call(inside, "f") != _call(inside, "f")


@pytest.mark.parametrize(
    ("entry", "owner", "attribute", "call"),
    [
        ("torch.cdist", torch, "cdist", "torch.cdist(x, x)"),
        (".nanmean", torch.Tensor, "nanmean", "x.nanmean()"),
        ("torch.nn.functional.normalize", torch.nn.functional, "normalize", "torch.nn.functional.normalize(x)"),
    ],
    ids=["function", "method", "nested"],
)
def test_candidate_blocks_what_is_forbidden(
    entry: str, owner: Any, attribute: str, call: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(owner, attribute, getattr(owner, attribute))  # put back afterwards
    inside = _loaded(f"import torch\ndef f(x):\n    return {call}\n", (entry,))
    error = _call(inside, "f", torch.ones(2, 2))["error"]
    assert (error["kind"], error["lines"]) == ("forbidden", [3])


@pytest.mark.parametrize("attribute", ["requires_grad_", "contiguous", "detach"])
def test_candidate_blocks_what_carrying_values_needs_for_the_students_code_only(
    attribute: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(torch.Tensor, attribute, getattr(torch.Tensor, attribute))  # put back afterwards
    source = f"def f(x):\n    return x\ndef g(x):\n    return x.{attribute}()\n"
    inside = _loaded(source, (f".{attribute}",))
    x = torch.ones(2, 3).t().requires_grad_() if attribute != "requires_grad_" else torch.ones(2)
    assert "ok" in _call(inside, "f", x)
    assert _call(inside, "g", x)["error"]["kind"] == "forbidden"


@pytest.mark.parametrize(
    "call",
    [
        "next(map(torch.cdist, [x], [x]))",
        "functools.partial(torch.cdist, x)(x)",
        "(lambda g: g(x, x))(torch.cdist)",
        "[torch.cdist(x, x) for _ in [1]]",
        "eval('torch.cdist(x, x)')",
        "operator.attrgetter('cdist')(torch)(x, x)",
        "torch.nn.Identity()(x).apply_(torch.cdist)",
        "Own()(x)",
    ],
    ids=["map", "partial", "lambda", "comprehension", "eval", "operator", "callback of C", "module"],
)
def test_candidate_blocks_what_python_calls_for_the_students_code(call: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch, "cdist", torch.cdist)  # put back afterwards
    own = "class Own(torch.nn.Module):\n    def forward(self, x):\n        return torch.cdist(x, x)\n"
    inside = _loaded(f"import functools, operator, torch\n{own}def f(x):\n    return {call}\n", ("torch.cdist",))
    assert _call(inside, "f", torch.ones(2, 2))["error"]["kind"] == "forbidden"


@pytest.mark.parametrize(
    ("entry", "owner", "attribute", "call"),
    [
        ("torch.broadcast_tensors", torch, "broadcast_tensors", "torch.nn.functional.mse_loss(x, x)"),
        ("torch.layer_norm", torch, "layer_norm", "torch.nn.functional.layer_norm(x, (2,))"),
        ("torch.autograd.backward", torch.autograd, "backward", "x.requires_grad_().sum().backward()"),
        (".detach", torch.Tensor, "detach", "copy.deepcopy(torch.nn.Linear(2, 2))(x)"),
        ("torch.nn.Dropout", torch.nn.Dropout, "__init__", "torch.nn.TransformerEncoderLayer(2, 1)(x)"),
        ("torch.nn.LayerNorm", torch.nn.LayerNorm, "__init__", "isinstance(x, torch.nn.LayerNorm)"),
    ],
)
def test_candidate_does_not_block_what_torch_does_for_what_is_allowed(
    entry: str, owner: Any, attribute: str, call: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(owner, attribute, getattr(owner, attribute))  # put back afterwards
    inside = _loaded(f"import copy, torch\ndef f(x):\n    {call}\n", (entry,))
    assert _call(inside, "f", torch.ones(2, 2)) == {"ok": None}


@pytest.mark.parametrize("made", ["torch.nn.Dropout(0.5)", "Own()", "Verbose()", "torch.nn.modules.dropout.Dropout()"])
def test_candidate_does_not_make_what_is_of_a_forbidden_class(made: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.nn.Dropout, "__init__", torch.nn.Dropout.__init__)  # put back afterwards
    own = "class Own(torch.nn.Dropout): pass\n"
    own += "class Verbose(torch.nn.Dropout):\n    def __init__(self): super().__init__()\n"
    inside = _loaded(f"import torch\n{own}def f():\n    return {made}\n", ("torch.nn.Dropout",))
    error = _call(inside, "f")["error"]
    assert (error["kind"], error["message"]) == ("forbidden", "`torch.nn.Dropout` is forbidden here")


@pytest.mark.parametrize(
    "trial",
    [
        "assert f(torch.ones(2, 2)).equal(torch.cdist(torch.ones(2, 2), torch.ones(2, 2)))",
        "demo = torch.cdist(torch.ones(2, 2), torch.ones(2, 2)).sum()",
        "class Demo:\n    d = torch.cdist(torch.ones(2, 2), torch.ones(2, 2))",
    ],
    ids=["check", "value", "class"],
)
def test_file_may_use_for_its_own_trials_what_its_tasks_may_not(trial: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch, "cdist", torch.cdist)
    inside = _loaded(f"import torch\ndef f(x):\n    return torch.zeros(2, 2)\n{trial}\n", ("torch.cdist",))
    assert "ok" in _call(inside, "f", torch.ones(2, 2))


@pytest.mark.parametrize(
    "kept",
    ["d = vars(torch)['cd' + 'ist']", "from functools import partial\nd = partial(getattr(torch, 'cd' + 'ist'))"],
    ids=["the function", "what calls it"],
)
def test_what_a_file_keeps_of_a_forbidden_function_is_forbidden_to_its_tasks(
    kept: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(torch, "cdist", torch.cdist)
    source = f"import torch\n{kept}\nd(torch.ones(2, 2), torch.ones(2, 2))\ndef f(x):\n    return d(x, x)\n"
    assert _call(_loaded(source, ("torch.cdist",)), "f", torch.ones(2, 2))["error"]["kind"] == "forbidden"


def test_candidate_blocks_a_task_that_is_forbidden_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the grader is installed beside torch, too."""
    monkeypatch.setattr(stubs, "_LIBRARIES", (str(Path(__file__).parents[3]),))
    monkeypatch.setattr(torch, "cdist", torch.cdist)  # put back afterwards
    inside = _loaded("import torch\nf = torch.cdist\n", ("torch.cdist",))
    assert _call(inside, "f", torch.ones(2, 2), torch.ones(2, 2))["error"]["kind"] == "forbidden"


def test_candidate_blocks_what_the_task_at_hand_may_not_call(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("cdist", "cumsum"):
        monkeypatch.setattr(torch, name, getattr(torch, name))  # put back afterwards
    source = "import torch\ndef f(x):\n    return torch.cdist(x, x)\ndef g(x):\n    return torch.cumsum(x, 0)\n"
    inside = _loaded(source, ("torch.cdist", "torch.cumsum"))
    for names in (("torch.cdist",), ("torch.cumsum",), ()):
        _forbid(inside, *names)
        asked = [_call(inside, name, torch.ones(2, 2)) for name in ("f", "g")]
        assert ["error" in reply for reply in asked] == ["torch.cdist" in names, "torch.cumsum" in names]


def test_candidate_blocks_what_a_probe_calls(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch, "cdist", torch.cdist)  # put back afterwards
    inside = _loaded("x = 1\n", ("torch.cdist",))
    source = "def p(solution, x):\n    return torch.cdist(x, x)\n"
    error = _ask(inside, "run", name="p", source=source, args=(torch.ones(2, 2),), kwargs={})["error"]
    assert error["kind"] == "forbidden"


@pytest.mark.parametrize(
    "entry", [".data=", "torch.*", "torch._foreach_*", "torch.nothing.there", "torch.Size", "os.system", ""]
)
def test_candidate_leaves_other_entries_to_the_syntax_check(entry: str) -> None:
    inside = _loaded("import os, torch\ndef f(x):\n    return torch.cat([x, x]).tolist()\n", (entry,))
    assert _call(inside, "f", torch.ones(1)) == {"ok": [1.0, 1.0]}


# Settings.


@pytest.fixture
def _settings() -> Iterator[None]:
    before = Settings()
    yield
    before.put_back()


on_settings = pytest.mark.usefixtures("_settings")
without_deprecations = pytest.mark.filterwarnings("ignore:torch.set_default_tensor_type")


@on_settings
@without_deprecations
@pytest.mark.parametrize("statement", [*(first for first, _ in OF_TORCH.values()), *OF_PYTHON.values()])
def test_setting_at_import_reaches_no_request(statement: str) -> None:
    before = _read()
    inside = Candidate()
    _load(inside, f"import torch\n{statement}\ndef f(x):\n    return (x * torch.ones(2)).sum().sqrt()\n")
    assert _read() == before
    probe = "def p(solution, x):\n    y = solution.f(x.requires_grad_())\n    y.backward()\n    return y, x.grad\n"
    reply = _ask(inside, "run", name="p", source=probe, args=(torch.tensor([8.0, 8.0]),), kwargs={})
    assert torch.equal(reply["ok"][0], torch.tensor(4.0).requires_grad_())
    assert torch.equal(reply["ok"][1], torch.tensor([0.125, 0.125]))


@on_settings
@without_deprecations
@pytest.mark.parametrize("statement", [*(first for first, _ in OF_TORCH.values()), *OF_PYTHON.values()])
def test_setting_in_a_function_reaches_neither_its_answer_nor_the_next_request(statement: str) -> None:
    before = _read()
    body = "\n".join("    " + line for line in statement.splitlines())
    inside = _loaded(
        f"import torch\ndef f(x):\n    y = x + 1\n{body}\n    return y\ndef g():\n    return torch.ones(1)\n"
    )
    assert torch.equal(_call(inside, "f", torch.zeros(2))["ok"], torch.ones(2))
    assert _read() == before
    assert _call(inside, "g") == {"ok": torch.ones(1)}


@on_settings
def test_setting_before_an_exception_reaches_no_request() -> None:
    inside = _loaded("import torch\ndef f():\n    torch.set_default_device('meta')\n    return 1 / 0\n")
    assert _call(inside, "f")["error"]["types"][0] == "ZeroDivisionError"
    assert torch.ones(1).device.type == "cpu"


@on_settings
def test_setting_of_a_file_that_fails_reaches_no_request() -> None:
    reply = _load(Candidate(), "import torch\ntorch.set_grad_enabled(False)\n1 / 0\n")
    assert reply["error"]["types"][0] == "ZeroDivisionError"
    assert torch.is_grad_enabled()


@on_settings
def test_candidate_names_the_settings_that_a_file_changes() -> None:
    source = (
        "import torch\ntorch.set_grad_enabled(False)\ntorch.set_default_dtype(torch.float64)\ntorch.manual_seed(3)\n"
    )
    assert _load(Candidate(), source) == {"ok": ["default dtype", "grad mode"]}


@on_settings
def test_candidate_with_settings_of_its_own_goes_back_to_them_whatever_it_finds() -> None:
    inside = Candidate(settings=Settings())
    _load(inside, "import torch\ndef f():\n    return torch.get_default_dtype()\n")
    torch.set_default_dtype(torch.float64)  # as code that runs behind an answer does
    _call(inside, "f")
    assert _call(inside, "f") == {"ok": torch.float32}


@on_settings
def test_candidate_among_others_leaves_their_settings_alone() -> None:
    inside = _loaded("import torch\ndef f():\n    return torch.get_default_dtype()\n")
    torch.set_default_dtype(torch.float64)
    assert [_call(inside, "f"), _call(inside, "f")] == [{"ok": torch.float64}] * 2


@pytest.mark.parametrize("name", ["len", "sum", "isinstance"])
def test_built_in_function_that_a_file_replaces_is_put_back(name: str) -> None:
    original = getattr(builtins, name)
    try:
        _loaded(f"import builtins\nbuiltins.{name} = None\nbuiltins.profile_of_a_test = print\n")
        assert getattr(builtins, name) is original
        assert builtins.profile_of_a_test is print  # type: ignore[attr-defined]
    finally:
        setattr(builtins, name, original)
        del builtins.profile_of_a_test  # type: ignore[attr-defined]


def test_rehearsal_leaves_no_trace() -> None:
    modules, lines = set(sys.modules), set(linecache.cache)
    rehearse()
    assert (set(sys.modules), set(linecache.cache)) == (modules, lines)
    assert _call(_loaded("def f():\n    return 1\n"), "f") == {"ok": 1}
