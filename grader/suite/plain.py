"""A pytest plugin that runs a suite in plain pytest, against a file or a module in this very process.

Calls go the same way as in a sandbox: as encoded copies, to the same candidate, with the same seeds. But nothing is
kept apart: no other user, no limits on memory, no forbidden names. So it is for one's own code, and no grade rests on
what it says.
"""

from __future__ import annotations

import inspect
import linecache
import secrets
import socket
import threading
import types
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import Any

import pytest

from grader.models import Limits
from grader.runtime.trusted.compare import Mismatch
from grader.runtime.trusted.link import CandidateLink
from grader.runtime.trusted.patience import Patience
from grader.runtime.trusted.rng import Rng, derive_seed
from grader.runtime.trusted.student import Student
from grader.runtime.untrusted.candidate import GREETING, Candidate
from grader.runtime.wire import codec
from grader.runtime.wire.catalogue import title_of
from grader.runtime.wire.faults import CandidateFault, MissingFault, StudentError
from grader.runtime.wire.frames import FrameBuffer, pack
from grader.runtime.wire.probes import Probe

__all__ = ["PlainCandidate", "ThreadSource", "plain_rng"]

_MARKERS = ("task(slug)", "visible", "weight(n)", "needs_value", "gpu", "hint(en, zh)", "depends(task)")
_TEST_S = 60.0
_Reporting = Generator[None, pytest.TestReport, pytest.TestReport]
_CHUNK_BYTES = 1 << 16


class PlainCandidate:
    """Holds a module in this process and answers as a candidate in a sandbox would.

    Args:
        module: what is asked; None until `load`.
        test_s: seconds that one request may take. What hangs is left behind in a thread of its own.
    """

    def __init__(self, module: types.ModuleType | None = None, *, test_s: float = _TEST_S) -> None:
        self._threads = ThreadSource(Candidate(module))
        self._test_s = test_s
        self._link: CandidateLink | None = None

    def load(self, path: Path) -> None:
        """Imports a file, as a submission is imported.

        Raises:
            StudentError: if it is no valid Python, or raises.
            CandidateFault: if it does not end.
        """
        source = {"source": path.read_bytes(), "file_name": path.name, "seed": 0}
        parsed = self.ask({"do": "outline", **source})
        if parsed["outline"]["problem"] is not None:
            problem = parsed["outline"]["problem"]
            raise StudentError(problem["kind"], problem["message"], problem["line"])
        self.ask({"do": "load", **source, "code": parsed["code"], "stubs": []})

    def student(self, test: str, seed: int) -> Student:
        """Returns what a test gets as its `student`.

        Args:
            test: the test's name, `file.py::name[parameters]`; with `seed` it decides what the code draws.
        """
        return Student(_Performer(self, derive_seed(seed, f"candidate:{test}")), "cpu")

    def ask(self, request: dict[str, Any]) -> Any:
        """Sends one request. Raises as `grader.runtime.trusted.link.CandidateLink.ask` does."""
        if self._link is None or not self._link.is_usable:
            self._link = CandidateLink(self._threads, Limits(), "cpu")
        return self._link.ask(request, Patience(self._test_s))

    def close(self) -> None:
        if self._link is not None:
            self._link.drop()


def plain_rng(test: str, seed: int) -> Rng:
    """Returns what a test gets as its `rng`: what it would get in a sandbox under the same seed."""
    return Rng(derive_seed(seed, test))


class _Performer:
    """Carries the requests of one test; the first of them seeds the candidate."""

    def __init__(self, candidate: PlainCandidate, seed: int) -> None:
        self._candidate = candidate
        self._seed: int | None = seed

    def call(self, name: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        return self._ask({"do": "call", "name": name, "args": args, "kwargs": kwargs})

    def run(self, probe: Probe, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        return self._ask({"do": "run", "name": probe.name, "source": probe.source, "args": args, "kwargs": kwargs})

    def _ask(self, request: dict[str, Any]) -> Any:
        seed, self._seed = self._seed, None
        return self._candidate.ask({**request, "seed": seed})


class ThreadSource:
    """A `CandidateSource` whose candidates are threads around one module."""

    def __init__(self, candidate: Candidate) -> None:
        self._candidate = candidate
        self._outputs: dict[int, socket.socket] = {}

    def spawn(self, limits: Limits, device: str) -> tuple[int, socket.socket, socket.socket]:
        ours, theirs = socket.socketpair()
        output, unused = socket.socketpair()  # prints go where pytest captures them
        number = theirs.fileno()
        self._outputs[number] = unused
        threading.Thread(target=self._serve, args=(theirs,), daemon=True).start()
        return number, ours, output

    def end(self, pid: int, patience_s: float = 0.0) -> int | None:
        self.drop(pid)
        return None

    def drop(self, pid: int) -> None:
        self._outputs.pop(pid).close()

    def _serve(self, connection: socket.socket) -> None:
        frames = FrameBuffer(codec.MAX_MESSAGE_BYTES)
        with connection:
            _is_sent(connection, GREETING)
            while data := _received(connection):
                frames.feed(data)
                while (message := frames.pop()) is not None:
                    if not _is_sent(connection, pack(self._candidate.reply(message))):
                        return


def _received(connection: socket.socket) -> bytes:
    try:
        return connection.recv(_CHUNK_BYTES)
    except OSError:  # the asker hung up
        return b""


def _is_sent(connection: socket.socket, data: bytes) -> bool:
    try:
        connection.sendall(data)
    except OSError:  # nobody waits for the answer any more
        return False
    return True


# The plugin.


class _Session:
    """What the tests of one run share: the seed, and a candidate for each file and task."""

    def __init__(self, seed: int, file: Path | None) -> None:
        self.seed = seed
        self._file = file
        self._candidates: dict[tuple[Path, str], PlainCandidate] = {}
        self._faults: dict[tuple[Path, str], StudentError | CandidateFault] = {}

    def file_of(self, item: pytest.Item) -> Path:
        return self._file or _exercise_of(item.path)

    def candidate(self, item: pytest.Item) -> PlainCandidate:
        """Returns the candidate that serves a test's task, with the file loaded anew for each task."""
        path = self.file_of(item)
        if not path.is_file():
            raise pytest.UsageError(f"`{path}` is missing: the tests need your code there, or `--student-file FILE`.")
        task = item.get_closest_marker("task")
        key = (path, str(task.args[0]) if task and task.args else "")
        if key in self._faults:
            raise self._faults[key]
        if key not in self._candidates:
            self._candidates[key] = PlainCandidate()
            try:
                self._candidates[key].load(path)
            except (StudentError, CandidateFault) as error:
                self._faults[key] = error
                raise
        return self._candidates[key]

    def close(self) -> None:
        for candidate in self._candidates.values():
            candidate.close()


_SESSION = pytest.StashKey[_Session]()


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("gradus", "Gradus: the tests of an assignment in plain pytest")
    group.addoption("--student-file", help="File to test.  [default: exercises/<slug>.py of the course]")
    group.addoption("--student-seed", type=int, help="Seed of the random inputs.  [default: a new one]")


def pytest_configure(config: pytest.Config) -> None:
    for marker in _MARKERS:
        config.addinivalue_line("markers", f"{marker}: see grader.suite")
    file, seed = config.getoption("--student-file"), config.getoption("--student-seed")
    path = None if file is None else config.invocation_params.dir / file
    config.stash[_SESSION] = _Session(secrets.randbits(31) if seed is None else seed, path)
    config.add_cleanup(config.stash[_SESSION].close)


def pytest_report_header(config: pytest.Config) -> str:
    return f"gradus: --student-seed {config.stash[_SESSION].seed}; your own code only, without a sandbox"


def pytest_runtest_setup(item: pytest.Item) -> None:
    if item.get_closest_marker("gpu"):
        pytest.skip("needs a GPU, and plain pytest tests on the CPU")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> _Reporting:
    """Tells of the student's code what a report tells, without the frames of the grader in between."""
    report = yield
    error = call.excinfo.value if call.excinfo else None
    if isinstance(error, (StudentError, CandidateFault, Mismatch)):
        report.longrepr = "\n".join(_told(item, error))
    return report


def _told(item: pytest.Item, error: StudentError | CandidateFault | Mismatch) -> Iterator[str]:
    yield title_of(inspect.getdoc(getattr(item, "function", None)) or item.name, ("first",))["first"]
    if isinstance(error, MissingFault):
        yield f"`{error.name}` is not defined"
    else:
        yield str(error)
    line = None if isinstance(error, Mismatch) else error.line
    if line is not None:
        path = item.config.stash[_SESSION].file_of(item)
        yield f"{path}:{line}: {linecache.getline(str(path), line).strip()}"
    yield f"{item.path}:{(item.reportinfo()[1] or 0) + 1}: {item.name}"


@pytest.fixture
def student(request: pytest.FixtureRequest) -> Student:
    """The student's code: calls go as copies, as across the trust boundary."""
    session = request.config.stash[_SESSION]
    return session.candidate(request.node).student(_test_name(request.node), session.seed)


@pytest.fixture
def rng(request: pytest.FixtureRequest) -> Rng:
    """Random inputs, seeded from `--student-seed` and the test's name."""
    return plain_rng(_test_name(request.node), request.config.stash[_SESSION].seed)


def _test_name(item: pytest.Item) -> str:
    """Returns the name that the examiner knows a test by: without the folders before its file."""
    return item.nodeid.rpartition("/")[2]


def _exercise_of(test_file: Path) -> Path:
    """Returns the exercise that a file in `assignments/<slug>/suite/` judges."""
    for folder in test_file.parents:
        if folder.name == "suite" and folder.parents[1].name == "assignments":
            return folder.parents[2] / "exercises" / f"{folder.parent.name.replace('-', '_')}.py"
    raise pytest.UsageError(
        f"`{test_file}` is in no `assignments/<slug>/suite/`: say with `--student-file FILE` what to test."
    )
