"""`learn work`: a worker of its own. What is costly to import is imported inside; nothing here imports torch."""

from __future__ import annotations

from typing import Any

import click

from grader.commands.common import ExitCode, print_json
from grader.commands.grading import batch_of
from grader.commands.options import assignments_option, json_option, worker_options

__all__ = ["COMMANDS"]


@click.command()
@click.option(
    "--store",
    "store_url",
    required=True,
    envvar="GRADUS_STORE",
    show_envvar=True,
    help="Database URL of the store, such as postgresql://host/name.  [default: none; needed]",
)
@click.option(
    "--until-empty",
    is_flag=True,
    help="End when nothing waits and nothing is being judged anywhere.  [default: go on until interrupted]",
)
@assignments_option
@worker_options
@json_option
def work(store_url: str, until_empty: bool, slugs: tuple[str, ...], as_json: bool, **options: Any) -> ExitCode:
    """Work for a class: judge what waits in a store.

    Any number of workers may run, on any number of machines; `learn grade --jobs 0` on another one says what is to be
    judged and waits for them. A worker needs neither the course nor the submissions: all is in the store. Interrupted,
    it is done with what it is at first.

    Example: learn work --store postgresql://db.school.example/gradus --jobs 8 --until-empty
    """
    from grader.engine.engine import work_at

    def tell() -> None:
        click.echo("Ready: judging what waits in the store.", err=True)

    worked = work_at(store_url, slugs, batch_of("en", **options), until_empty=until_empty, on_ready=tell)
    if as_json:
        print_json(worked)
    else:
        click.echo(f"{worked.kept} judged here. Nothing waits any more.")
    return ExitCode.OK


COMMANDS = (work,)
