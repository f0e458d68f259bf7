"""The commands about the machine: whether it can grade, and the image of the docker sandbox."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from grader.commands.common import ExitCode, print_json, waiting
from grader.commands.options import course_option, json_option

__all__ = ["COMMANDS"]


@click.command()
@click.option(
    "--self-check",
    type=click.Choice(["process", "docker"]),
    help="Run the battery of self-checks in this sandbox too; takes a minute.  [default: none]",
)
@course_option
@json_option
def doctor(self_check: str | None, course_folder: Path | None, as_json: bool) -> ExitCode:
    """Diagnose this machine and the course.

    Each finding names the command that mends it.

    Example: learn doctor --self-check process
    """
    from grader.machine.doctor import diagnose

    with waiting("Looking around ..."):
        diagnosis = diagnose(course_folder, self_check)
    if as_json:
        print_json(diagnosis)
    else:
        from grader.rendering.console import open_console
        from grader.rendering.machine import render_diagnosis

        render_diagnosis(open_console(), diagnosis)
    return ExitCode.NOT_GRADED if diagnosis.has_failed else ExitCode.OK


@click.group()
def image() -> None:
    """Build or inspect the image of the docker sandbox.

    Example: learn image build
    """


@image.command("build")
@click.option("--base", help="Image with Python and pip to start from.  [default: python:3.12-slim]")
@click.option("--cuda", is_flag=True, help="Build for containers with a GPU.  [default: off]")
@click.option(
    "--wheelhouse",
    type=click.Path(path_type=Path, file_okay=False, exists=True),
    help="Folder of wheels to install from, for sites without internet.  [default: the package index]",
)
@click.option(
    "--extra-index-url", help="Further package index for pip, such as one with CPU builds of torch.  [default: none]"
)
def image_build(base: str | None, **options: Any) -> ExitCode:
    """Build the sandbox image and print its tag.

    Example: learn image build --wheelhouse wheels/
    """
    from grader.sandbox.factory import needs_docker_package

    with needs_docker_package():
        from grader.sandbox.image import DEFAULT_BASE, build_image
    tag = build_image(base=base or DEFAULT_BASE, log=lambda line: click.echo(line, err=True), **options)
    click.echo(tag)
    return ExitCode.OK


@image.command("status")
@click.option("--cuda", is_flag=True, help="Look for the image for containers with a GPU.  [default: off]")
def image_status(cuda: bool) -> ExitCode:
    """Say whether the sandbox image is ready, missing or stale.

    Example: learn image status
    """
    from grader.sandbox.factory import needs_docker_package

    with needs_docker_package():
        from grader.sandbox.image import image_status as look
    found = look(cuda)
    click.echo(f"{found.state:8} {found.tag}")
    for other in found.others:
        click.echo(f"{'other':8} {other}")
    if found.state != "ready":
        click.echo("Run `learn image build`.", err=True)
    return ExitCode.OK if found.state == "ready" else ExitCode.NOT_GRADED


COMMANDS = (doctor, image)
