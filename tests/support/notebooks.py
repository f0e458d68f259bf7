"""Small notebooks for the tests, as Jupyter would save them."""

from __future__ import annotations

import json
import zlib
from typing import Any

__all__ = ["code", "notebook_bytes", "solution", "locked_test", "text"]


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
