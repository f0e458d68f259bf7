"""The command `learn`: its commands are put together here, and every way in which one may end has its exit code.

A command parses, calls one function of the engine, renders and exits. `learn --help` answers at once: nothing here
imports torch.
"""

from __future__ import annotations

import contextlib
import logging
import os
import sys
import traceback
from collections.abc import Callable, Iterator
from typing import Any

import click

from grader import __version__
from grader.commands import authoring, generating, grading, machine, results, student, working
from grader.commands.common import ExitCode, complain
from grader.commands.interrupts import orderly_interrupts
from grader.errors import SandboxError, UserError

__all__ = ["ExitCode", "main"]

_REPORT_BUGS_TO = "the maintainers (CONTRIBUTING.md says what to send)"


class _Learn(click.Group):
    """Maps every way in which a command may end to an exit code, click's own included."""

    def list_commands(self, _: click.Context) -> list[str]:
        return list(self.commands)  # in the order in which they are wanted, not of the alphabet

    def main(self, *args: Any, **kwargs: Any) -> Any:
        kwargs |= {"standalone_mode": False, "prog_name": "learn"}
        with _logging(), orderly_interrupts():
            code = _exit_code(lambda: super(_Learn, self).main(*args, **kwargs))
        sys.exit(code)


def _exit_code(run: Callable[[], Any]) -> int:
    try:
        return int(run() or ExitCode.OK)
    except click.ClickException as error:
        error.show(sys.stderr)
        return ExitCode.USAGE
    except UserError as error:
        complain(str(error))
        return ExitCode.USAGE
    except SandboxError as error:
        complain(str(error))
        return ExitCode.NOT_GRADED
    except (click.Abort, KeyboardInterrupt):
        click.echo("Interrupted.", err=True)
        return ExitCode.INTERRUPTED
    except Exception as error:
        if os.environ.get("GRADUS_DEBUG"):
            traceback.print_exc()
        complain(
            f"This is a bug in Gradus: {type(error).__name__}: {error}\n"
            f"Please report it to {_REPORT_BUGS_TO}; run the command again with GRADUS_DEBUG=1 for the traceback."
        )
        return ExitCode.NOT_GRADED


@contextlib.contextmanager
def _logging() -> Iterator[None]:
    """Sends the engine's log to stderr with GRADUS_DEBUG set, and nowhere otherwise: the report says what matters."""
    handler = logging.StreamHandler() if os.environ.get("GRADUS_DEBUG") else logging.NullHandler()
    logger = logging.getLogger("grader")
    logger.addHandler(handler)
    try:
        yield
    finally:
        logger.removeHandler(handler)


@click.group(cls=_Learn, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, "--version", prog_name="learn", message="%(prog)s %(version)s")
def main() -> None:
    """Learn PyTorch by writing it: exercises that are graded at once.

    Example: learn start broadcasting
    """


for _module in (student, generating, authoring, grading, results, working, machine):
    for _command in _module.COMMANDS:
        main.add_command(_command)
