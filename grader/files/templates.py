"""Fills in templates: the texts that go out of a course, and those of a new assignment."""

from __future__ import annotations

import json
from pathlib import Path

import jinja2

__all__ = ["rendered"]


def rendered(folder: Path, template: str, **values: object) -> str:
    """Returns a template with these values; what it writes into HTML is escaped.

    Args:
        folder: where the templates are, in the room of whoever asks.
        template: its path below the folder, without `.j2`.
    """
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(folder),
        autoescape=jinja2.select_autoescape(enabled_extensions=("html.j2",)),
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters["toml"] = _toml
    return environment.get_template(f"{template}.j2").render(values)


def _toml(value: str | float | tuple[str, ...]) -> str:
    """Writes a value as TOML does, which for texts is nearly as JSON does."""
    text = json.dumps(value, ensure_ascii=False)
    return text.replace("\x7f", "\\u007f")
