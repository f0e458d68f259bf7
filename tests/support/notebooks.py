"""Small notebooks for the tests, as Jupyter would save them."""

from __future__ import annotations

import ast
import json
import re
import zlib
from typing import Any

__all__ = ["code", "code_lines", "locked_test", "notebook_bytes", "solution", "text"]


def code(source: str, **nbgrader: object) -> dict[str, Any]:
    metadata = {"nbgrader": {"schema_version": 3, **nbgrader}} if nbgrader else {}
    return {"cell_type": "code", "source": source, "metadata": metadata, "outputs": [], "execution_count": None}


def solution(source: str) -> dict[str, Any]:
    return code(source, grade=False, solution=True, locked=False, grade_id=f"solution-{zlib.crc32(source.encode())}")


def locked_test(source: str) -> dict[str, Any]:
    return code(source, grade=True, solution=False, locked=True, grade_id="test", points=1)


def text(source: str) -> dict[str, Any]:
    return {"cell_type": "markdown", "source": source, "metadata": {}}


def notebook_bytes(*cells: dict[str, Any], **changes: object) -> bytes:
    document = {"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": cells, **changes}
    return json.dumps(document).encode()


def code_lines(source: bytes) -> list[str]:
    """Returns the lines of code in a notebook's module, without those that say where they come from or guard them."""
    lines = source.decode().splitlines()
    helper = [
        node for node in ast.parse(source).body if isinstance(node, ast.ClassDef) and node.name == "_NotebookCell"
    ]
    hidden = {number for node in helper for number in range(node.lineno, (node.end_lineno or 0) + 1)}
    shown = [
        re.sub(r"^with _NotebookCell\(\d+, \d+\):[ ]?", "", line) for n, line in enumerate(lines, 1) if n not in hidden
    ]
    return [line for line in shown if line and not line.startswith("# ")]
