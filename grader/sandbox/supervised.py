"""What both back ends share: the conversation with a supervisor over a stream."""

from __future__ import annotations

from grader.errors import SandboxDiedError, SandboxMemoryError
from grader.models import Answer, Job
from grader.runtime.wire.frames import FrameError, Stream
from grader.runtime.wire.protocol import PROTOCOL_VERSION, Ready, Swept
from grader.sandbox.footprint import longest_s

__all__ = ["RUNTIME_ENVIRONMENT", "Supervised"]

RUNTIME_ENVIRONMENT = {
    "OMP_NUM_THREADS": "1",
    "CUBLAS_WORKSPACE_CONFIG": ":4096:8",  # what CUDA asks for if its matrix products are to be deterministic
    # Huge pages for the heap: a fork copies one entry for 2 MiB instead of 512. Fork and exit take half the time.
    "GLIBC_TUNABLES": "glibc.malloc.hugetlb=1",
}

_START_S = 180.0
_SWEEP_S = 30.0


class Supervised:
    """A running supervisor. A back end starts one, hands over its stream and says how it ended."""

    def __init__(self) -> None:
        self._stream: Stream | None = None
        self._awaits_sweep = False
        self.is_reusable = False

    def grade(self, job: Job) -> Answer:
        if not self.settle() or self._stream is None:
            raise SandboxDiedError(f"The {self.name} sandbox cannot take another submission.")
        self.is_reusable = False
        try:
            self._stream.send(job)
            answer = self._stream.receive(Answer, longest_s(job.limits))
        except FrameError as error:
            raise self._death(error) from error
        if answer.is_out_of_memory:
            raise SandboxMemoryError(answer.problem)
        self._awaits_sweep = True
        return answer

    def settle(self) -> bool:
        """Waits until the last submission is cleaned up; returns whether another may follow."""
        if self._awaits_sweep and self._stream is not None:
            self._awaits_sweep = False
            try:
                self.is_reusable = self._stream.receive(Swept, _SWEEP_S).problem is None
            except FrameError:
                self.is_reusable = False
        return self.is_reusable

    @property
    def name(self) -> str:
        raise NotImplementedError

    def _greet(self, stream: Stream) -> None:
        """Waits for the supervisor's first message."""
        self._stream = stream
        try:
            ready = stream.receive(Ready, _START_S)
        except FrameError as error:
            raise self._death(error) from error
        if ready.protocol != PROTOCOL_VERSION:
            raise SandboxDiedError(
                f"The sandbox speaks version {ready.protocol} of the protocol, this Gradus {PROTOCOL_VERSION}. "
                "Run `learn image build` again."
            )
        self.is_reusable = True

    def _death(self, error: FrameError) -> SandboxDiedError:
        """Says, as far as the back end knows, why the supervisor is silent."""
        raise NotImplementedError
