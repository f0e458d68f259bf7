"""The imports that a new file needs, by the names that its code uses. Pure."""

from __future__ import annotations

import ast
import builtins
from collections.abc import Iterable

__all__ = ["KNOWN_NAMES", "import_lines", "unknown_names", "used_names"]

_MODULES = {
    "collections.abc": {"Callable", "Collection", "Iterable", "Iterator", "Mapping", "MutableMapping", "Sequence"},
    "typing": {"Any", "Literal", "Optional", "Protocol", "Union"},
    "torch": {"Generator", "Size", "Tensor", "nn"},
}
_WHOLE = {"math": "math", "torch": "torch"}
_STANDARD = ("math", "collections.abc", "typing")

KNOWN_NAMES = frozenset(_WHOLE).union(*_MODULES.values())
"""What code of a course calls by these names is this, and nothing else."""


def used_names(code: str) -> set[str]:
    """Returns every name that a piece of code uses, also in its annotations."""
    return {node.id for node in ast.walk(ast.parse(code)) if isinstance(node, ast.Name)}


def unknown_names(names: Iterable[str]) -> list[str]:
    """Returns those names of a signature that are neither Python's own nor known here."""
    return sorted(set(names) - KNOWN_NAMES - set(vars(builtins)))


def import_lines(names: Iterable[str]) -> str:
    """Returns the lines that import whatever is known of these names, sorted as isort does; no line at the end."""
    wanted = set(names)
    sections = [_section(wanted, is_standard=True), _section(wanted, is_standard=False)]
    return "\n\n".join("\n".join(section) for section in sections if section)


def _section(wanted: set[str], *, is_standard: bool) -> list[str]:
    whole = [f"import {module}" for name, module in sorted(_WHOLE.items()) if name in wanted]
    parts = [
        f"from {module} import {', '.join(sorted(names & wanted))}"
        for module, names in sorted(_MODULES.items())
        if names & wanted
    ]
    return [line for line in whole + parts if (line.split()[1] in _STANDARD) is is_standard]
