"""The map of the rooms is the rooms: every folder of the engine stands in it, and in the contracts of its imports."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

_ROOT = Path(__file__).parents[1]
_MAP = (_ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
_TOP = {"__init__.py", "errors.py", "language.py", "models.py", "pipeline.py", "scores.py"}


def _rooms(folder: str) -> set[str]:
    """Returns the folders below one that hold Python, by relative name."""
    found = (path.parent.relative_to(_ROOT / folder).as_posix() for path in (_ROOT / folder).rglob("__init__.py"))
    return {name for name in found if name != "."}


def test_map_names_every_room_and_no_other() -> None:
    assert set(re.findall(r"^\| `([\w/]+)/` \|", _MAP, re.MULTILINE)) == _rooms("grader")


def test_top_of_the_engine_holds_the_vocabulary_and_the_pipeline_only() -> None:
    assert {path.name for path in (_ROOT / "grader").glob("*.py")} == _TOP


def test_paths_that_the_map_names_are_there() -> None:
    named = re.findall(r"`((?:\w+/)+(?:\w+\.py)?)`", _MAP)
    folders = (_ROOT, _ROOT / "grader")

    assert [name for name in named if not any((folder / name).exists() for folder in folders)] == []


def test_tests_have_the_rooms_of_the_engine() -> None:
    across = {"assignments", "attacks", "browser", "endurance", "handins", "support"}

    assert _rooms("tests") - across <= _rooms("grader")


def test_contracts_name_every_room_from_the_top_down_as_the_map_does() -> None:
    """That no import breaks a contract is for `make lint` to say."""
    contracts = tomllib.loads((_ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"][
        "contracts"
    ]
    layers = [[set(re.findall(r"\w+", layer)) for layer in contract["layers"]] for contract in contracts[:2]]
    rooms = _rooms("grader")

    assert set().union(*layers[0]) == {name for name in rooms if "/" not in name} | {
        name.removesuffix(".py") for name in _TOP - {"__init__.py"}
    }
    assert set().union(*layers[1]) == {name.removeprefix("runtime/") for name in rooms if name.startswith("runtime/")}
    in_map = re.findall(r"^\| `(\w+)/` \|", _MAP, re.MULTILINE)
    depth = {name: number for number, layer in enumerate(layers[0]) for name in layer}
    assert [depth[name] for name in in_map] == sorted(depth[name] for name in in_map)
