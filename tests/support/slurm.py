"""A Slurm of this machine alone, in a temporary folder, with a configuration of its own."""

from __future__ import annotations

import getpass
import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

__all__ = ["PROGRAMS", "program", "slurm"]

PROGRAMS = ("munged", "slurmctld", "slurmd", "sbatch")
_ALSO_IN = "/usr/sbin:/usr/local/sbin"
_START_S = 30.0
_END_S = 10.0
_POLL_S = 0.1
_CONFIGURATION = """\
ClusterName=gradus
SlurmctldHost={host}(127.0.0.1)
SlurmctldPort={controller_port}
SlurmdPort={node_port}
SlurmUser={user}
SlurmdUser={user}
AuthInfo=socket={folder}/munge/socket,cred_expire=5
StateSaveLocation={folder}/controller
SlurmdSpoolDir={folder}/node
SlurmctldPidFile={folder}/controller.pid
SlurmdPidFile={folder}/node.pid
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
MpiDefault=none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU_Memory
SlurmdParameters=config_overrides
NodeName=alone NodeHostname={host} NodeAddr=127.0.0.1 CPUs={cpus} RealMemory={memory_mib}
PartitionName=all Nodes=ALL Default=YES MaxTime=INFINITE State=UP
"""


def program(name: str) -> str | None:
    """Returns where one of Slurm's programs is; daemons are not on everybody's PATH."""
    return shutil.which(name, path=f"{os.environ.get('PATH', '')}:{_ALSO_IN}")


@contextmanager
def slurm(cpus: int, memory_mib: int) -> Iterator[dict[str, str]]:
    """Starts a cluster of one node that says it has so much, and yields what its commands need in their environment."""
    with ExitStack() as stack:
        folder = Path(tempfile.mkdtemp(prefix="gradus-slurm-"))  # not pytest's own: a socket's path is short
        stack.callback(shutil.rmtree, folder)
        folder.chmod(0o755)
        for name in ("munge", "controller", "node"):
            (folder / name).mkdir(mode=0o755)
        environment = {**os.environ, "SLURM_CONF": str(_configure(folder, cpus, memory_mib))}
        _start_munge(folder / "munge", stack)
        _start(stack, folder, environment, "slurmctld", "-D")
        _start(stack, folder, environment, "slurmd", "-D", "-N", "alone")
        _await_node(environment, folder)
        stack.callback(_end_jobs, environment)
        yield environment


def _configure(folder: Path, cpus: int, memory_mib: int) -> Path:
    with socket.socket() as first, socket.socket() as second:
        for each in (first, second):
            each.bind(("127.0.0.1", 0))
        ports = first.getsockname()[1], second.getsockname()[1]
    text = _CONFIGURATION.format(
        folder=folder,
        host=socket.gethostname(),
        user=getpass.getuser(),
        controller_port=ports[0],
        node_port=ports[1],
        cpus=cpus,
        memory_mib=memory_mib,
    )
    path = folder / "slurm.conf"
    path.write_text(text)
    return path


def _start_munge(folder: Path, stack: ExitStack) -> None:
    key = folder / "key"
    key.write_bytes(os.urandom(128))
    key.chmod(0o400)
    files = [f"--{name}-file={folder / name}" for name in ("key", "log", "pid", "seed")]
    _start(stack, folder, dict(os.environ), "munged", "--foreground", f"--socket={folder / 'socket'}", *files)


def _start(stack: ExitStack, folder: Path, environment: dict[str, str], name: str, *arguments: str) -> None:
    path = program(name)
    assert path is not None, "whoever asks for a cluster is marked `slurm`"
    with (folder / f"{name}.log").open("wb") as log:
        process = subprocess.Popen([path, *arguments], env=environment, stdout=log, stderr=log, cwd="/")
    stack.callback(_stop, process)


def _stop(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(_END_S)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _await_node(environment: dict[str, str], folder: Path) -> None:
    deadline = time.monotonic() + _START_S
    while _says(environment, "sinfo", "--noheader", "--states=idle", "--format=%N") != "alone":
        if time.monotonic() > deadline:
            logs = "\n".join(path.read_text(errors="replace") for path in folder.rglob("*log"))
            raise RuntimeError(f"Slurm did not start:\n{logs}")
        time.sleep(_POLL_S)


def _end_jobs(environment: dict[str, str]) -> None:
    _says(environment, "scancel", "--full", "--signal=KILL", f"--user={getpass.getuser()}")
    deadline = time.monotonic() + _END_S
    while _says(environment, "squeue", "--noheader") and time.monotonic() < deadline:
        time.sleep(_POLL_S)


def _says(environment: dict[str, str], *command: str) -> str:
    return subprocess.run(command, env=environment, capture_output=True, text=True).stdout.strip()
