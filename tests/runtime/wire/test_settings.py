"""Settings are read, put back, and named; what cannot be put back does no harm."""

from __future__ import annotations

import gc
import os
import socket
import sys
import threading
import time
import warnings
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import torch

from grader.runtime.wire.settings import TOLD, Settings, _read, torchs_own
from tests.support.settings import OF_PYTHON, OF_TORCH

pytestmark = pytest.mark.filterwarnings("ignore:torch.set_default_tensor_type")


@pytest.fixture(autouse=True)
def _as_before() -> Iterator[None]:
    before = Settings()
    yield
    before.put_back()
    _NAMES.clear()
    before.put_back()


_NAMES: list[dict[str, object]] = []  # as long as a module lives, a mode lives that it holds


def _run(statement: str) -> None:
    _NAMES.append({"torch": torch})
    exec(statement, _NAMES[-1])


@pytest.mark.parametrize("name", [name for name in OF_TORCH if name != "seed"])
def test_setting_of_torch_is_put_back(name: str) -> None:
    before, values = Settings(), _read()
    _run(OF_TORCH[name][0])
    assert _read() != values or name in ("threads", "cpu")
    before.put_back()
    assert _read() == values


@pytest.mark.parametrize("name", OF_PYTHON)
def test_setting_of_python_is_put_back(name: str) -> None:
    before, values = Settings(), _read()
    _run(OF_PYTHON[name])
    assert _read() != values
    assert before.put_back() == []
    assert _read() == values


def test_settings_are_seen_by_those_who_use_them() -> None:
    before = Settings()
    for statement, _ in OF_TORCH.values():
        _run(statement)
    before.put_back()
    x = torch.ones(2, requires_grad=True)
    (x * torch.tensor([1.0, 5e-40])).sum().backward()  # type: ignore[no-untyped-call]
    assert (x.grad is not None, x.dtype, x.device.type) == (True, torch.float32, "cpu")
    assert not x.is_inference()
    assert 5e-324 > 0.0
    assert torch.get_num_threads() != 3 or os.cpu_count() == 3
    assert torch.get_float32_matmul_precision() == "highest"


def test_python_goes_on_as_before() -> None:
    before = Settings()
    for statement in OF_PYTHON.values():
        _run(statement)
    before.put_back()
    time.sleep(1.1)  # the alarm would end this process
    with pytest.warns(UserWarning, match="heard"):
        warnings.warn("heard", stacklevel=1)
    assert gc.isenabled()
    assert sys.stderr is not None
    assert socket.getdefaulttimeout() is None
    assert np.geterr()["divide"] == "warn"


@pytest.mark.parametrize("name", [name for name in OF_TORCH if name != "seed"])
def test_changed_setting_has_the_name_that_is_told(name: str) -> None:
    statement, words = OF_TORCH[name]
    before = Settings()
    _run(statement)
    assert bool(before.put_back()) == bool(words)


def test_names_are_of_the_known_list_and_come_once() -> None:
    before = Settings()
    for statement, _ in OF_TORCH.values():
        _run(statement)
    names = before.put_back()
    assert len(names) == len(set(names)) == len(TOLD)
    assert set(names) == set(TOLD)


def test_setting_that_ends_as_it_was_has_no_name() -> None:
    before = Settings()
    _run("torch.set_default_dtype(torch.float64); torch.set_default_dtype(torch.float32)")
    assert before.put_back() == []


def test_precision_that_was_set_in_both_ways_is_put_back() -> None:
    if not hasattr(torch._C, "_set_fp32_precision_setter"):
        pytest.skip("torch has one way only")
    before = Settings()
    _run("torch.backends.cuda.matmul.fp32_precision = 'tf32'")
    _run("torch.backends.mkldnn.matmul.fp32_precision = 'bf16'")
    assert before.put_back() == ["precision of products"]
    assert torch.get_float32_matmul_precision() == "highest"


def test_raised_recursion_limit_stays_and_is_no_news_again() -> None:
    """A recursive solution that raised it needs it in every call."""
    before, limit = Settings(), sys.getrecursionlimit()
    try:
        sys.setrecursionlimit(limit + 500)
        before.put_back()
        assert sys.getrecursionlimit() == limit + 500
        assert before._values == _read()
    finally:
        sys.setrecursionlimit(limit)


def test_folder_that_is_gone_is_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    before = Settings()
    (tmp_path / "gone").mkdir()
    os.chdir("gone")
    (tmp_path / "gone").rmdir()
    before.put_back()
    assert Path.cwd() == tmp_path


def test_stream_that_was_closed_is_opened_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdout", open(os.dup(1), "w"))  # noqa: SIM115, PTH123 - closed below
    monkeypatch.setattr(sys, "stderr", sys.stderr)
    before = Settings()
    sys.stdout.close()
    before.put_back()
    assert not sys.stdout.closed
    assert before.put_back() == []


def test_alarm_that_was_set_before_is_not_touched() -> None:
    """The trusted side limits the time of mutants by one."""
    import signal

    handler = signal.signal(signal.SIGALRM, lambda *_: None)
    try:
        signal.setitimer(signal.ITIMER_REAL, 30.0)
        before = Settings()
        torch.set_grad_enabled(False)
        before.put_back()
        assert signal.getitimer(signal.ITIMER_REAL)[0] > 0.0
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0.0)
        signal.signal(signal.SIGALRM, handler)


def test_settings_of_a_thread_are_put_back_in_it() -> None:
    told: list[object] = []

    def work() -> None:
        before = Settings()
        torch.set_default_device("meta")
        torch.set_grad_enabled(False)
        told.extend(before.put_back())
        told.append(torch.zeros(1).device.type)

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert told == ["grad mode", "default device", "cpu"]


# Torch's own for a while.


@pytest.mark.parametrize("name", [name for name in OF_TORCH if name not in ("seed", "threads", "forward mode")])
def test_torchs_own_gives_back_what_was_set(name: str) -> None:
    statement, words = OF_TORCH[name]
    _run(statement)
    if name == "no attention":
        return
    values = _read()
    with torchs_own() as changed:
        assert bool(changed) == bool(words)
        assert (torch.zeros(1) + torch.ones(1)).tolist() == [1.0]
    assert _read() == values


def test_torchs_own_is_given_back_after_an_exception() -> None:
    torch.set_default_dtype(torch.float64)
    with pytest.raises(ValueError, match="x"), torchs_own():
        raise ValueError("x")
    assert torch.get_default_dtype() is torch.float64
