"""The image holds the runtime and nothing that a student must not see, and its tag tells what it was built from."""

from __future__ import annotations

import ast
import io
import re
import shutil
import tarfile
from pathlib import Path
from typing import Any, Literal

import pytest

pytest.importorskip("docker", reason="needs `pip install 'gradus-torch[docker]'`")

from grader.errors import UserError  # noqa: E402 - after the check, like the next
from grader.sandbox import fingerprint, image  # noqa: E402 - needs docker

_GRADER = Path(image.__file__).parents[1]


@pytest.fixture
def copy_of_grader(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    copy = tmp_path / "grader"
    shutil.copytree(_GRADER, copy, ignore=shutil.ignore_patterns("__pycache__"))
    for module in (fingerprint, image):
        monkeypatch.setattr(module, "GRADER", copy)
    return copy


def _context(wheelhouse: Path | None = None) -> tarfile.TarFile:
    target = io.BytesIO()
    image._write_context(target, "FROM x\n", wheelhouse)
    return tarfile.open(fileobj=io.BytesIO(target.getvalue()))


# The tag.


def test_tag_names_the_kind_and_the_hash_of_what_is_built() -> None:
    assert re.fullmatch(r"gradus-sandbox:cpu-[0-9a-f]{12}", image.image_tag())
    assert image.image_tag(cuda=True) == image.image_tag().replace(":cpu-", ":cuda-")


def test_tag_is_the_same_for_the_same_files_elsewhere(copy_of_grader: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    here = image.image_tag()
    monkeypatch.setattr(fingerprint, "GRADER", _GRADER)
    assert image.image_tag() == here


@pytest.mark.parametrize(
    "name", ["runtime/wire/codec.py", "runtime/trusted/examiner.py", "models.py", "suite/interface.py", "__init__.py"]
)
def test_tag_changes_with_a_file_of_the_runtime(name: str, copy_of_grader: Path) -> None:
    before = image.image_tag()
    with (copy_of_grader / name).open("a") as file:
        file.write("# changed\n")
    assert image.image_tag() != before


def test_tag_changes_with_a_new_or_renamed_file_of_the_runtime(copy_of_grader: Path) -> None:
    before = image.image_tag()
    new = copy_of_grader / "runtime" / "aaa.py"
    new.write_text("")
    with_new = image.image_tag()
    new.rename(new.with_name("bbb.py"))
    assert len({before, with_new, image.image_tag()}) == 3


@pytest.mark.parametrize("name", ["dockerfile_template", "requirements"])
def test_tag_changes_with_the_dockerfile_and_the_requirements(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    before = image.image_tag()
    monkeypatch.setattr(fingerprint, name, lambda: "something else\n")
    assert image.image_tag() != before


@pytest.mark.parametrize("name", ["pipeline.py", "sandbox/docker.py", "scores.py", "suite/marks.py"])
def test_tag_does_not_change_with_a_file_of_the_host(name: str, copy_of_grader: Path) -> None:
    before = image.image_tag()
    with (copy_of_grader / name).open("a") as file:
        file.write("# changed\n")
    assert image.image_tag() == before


# The build context.


def test_context_holds_the_runtime_and_nothing_else() -> None:
    names = set(_context().getnames())
    paths = (path.relative_to(_GRADER).as_posix() for path in (_GRADER / "runtime").rglob("*.py"))
    runtime = {f"runtime/grader/{path}" for path in paths}
    own = ("__init__.py", "errors.py", "language.py", "models.py", "suite/__init__.py", "suite/interface.py")
    shared = {f"runtime/grader/{name}" for name in own}
    assert names == {"Dockerfile", "requirements.txt"} | runtime | shared


def test_context_holds_no_suite_solution_or_exercise() -> None:
    for entry in _context():
        assert not re.search(
            r"test_|assignments|solutions|exercises|mutants|conftest|\.toml|\.env|__pycache__", entry.name
        )
        assert entry.isreg()
        assert not entry.name.startswith(("/", ".."))


def test_context_holds_every_module_that_the_runtime_imports() -> None:
    context = _context()
    there = {name.removeprefix("runtime/").removesuffix(".py").replace("/", ".") for name in context.getnames()}
    packages = {name.removesuffix(".__init__") for name in there}
    for name in context.getnames():
        if name.endswith(".py"):
            file = context.extractfile(name)
            assert file is not None
            assert _imported_from_grader(file.read()) <= there | packages, name


_PACKAGES = {"grader.suite", *(f"grader.runtime.{room}" for room in ("processes", "trusted", "untrusted", "wire"))}


def _imported_from_grader(source: bytes) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.ImportFrom) and node.module in _PACKAGES:
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module)
        elif isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
    return {name for name in found if name.split(".")[0] == "grader"}


def test_context_holds_the_wheels_of_a_wheelhouse_and_no_other_file_of_it(tmp_path: Path) -> None:
    for name in ("torch-2.13.whl", "numpy-2.whl", "notes.txt"):
        (tmp_path / name).write_bytes(b"PK")
    wheels = {name for name in _context(tmp_path).getnames() if name.startswith("wheelhouse/")}
    assert wheels == {"wheelhouse/torch-2.13.whl", "wheelhouse/numpy-2.whl"}


def test_build_refuses_a_wheelhouse_without_torch_before_it_asks_for_an_engine(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="pip download"):
        image.build_image(wheelhouse=tmp_path)


# The Dockerfile.


def _instructions(**changes: Any) -> list[str]:
    arguments: dict[str, Any] = {
        "base": "python:3.12-slim",
        "cuda": False,
        "wheelhouse": False,
        "extra_index_url": None,
        **changes,
    }
    text = image._render(**arguments)
    assert "{" not in text.replace("{}", "")
    joined = re.sub(r"\\\n", " ", text)
    return [" ".join(line.split()) for line in joined.splitlines() if line.strip() and not line.startswith("#")]


def _pip(lines: list[str]) -> str:
    (line,) = [line for line in lines if "pip install" in line]
    return line


def test_dockerfile_by_default_installs_from_pips_own_index() -> None:
    line = _pip(_instructions())
    assert "--extra-index-url" not in line
    assert "--no-index" not in line
    assert line.endswith("--target /opt/gradus/packages -r /requirements.txt")


def test_dockerfile_with_a_wheelhouse_installs_without_the_internet() -> None:
    lines = _instructions(wheelhouse=True, extra_index_url="https://example.org/simple")
    assert "--no-index --find-links /wheelhouse" in _pip(lines)
    assert "example.org" not in _pip(lines)
    assert lines.index("COPY wheelhouse /wheelhouse") < lines.index(_pip(lines))


def test_dockerfile_without_a_wheelhouse_copies_none() -> None:
    assert not any("wheelhouse" in line for line in _instructions())


def test_dockerfile_installs_from_another_index() -> None:
    assert "--extra-index-url https://example.org/cpu " in _pip(
        _instructions(extra_index_url="https://example.org/cpu")
    )


@pytest.mark.parametrize("cuda", [True, False])
def test_dockerfile_asks_for_a_gpu_only_with_cuda(cuda: bool) -> None:
    assert any("NVIDIA_VISIBLE_DEVICES" in line for line in _instructions(cuda=cuda)) is cuda


def test_dockerfile_starts_both_stages_from_the_base() -> None:
    lines = _instructions(base="debian:13")
    assert [line for line in lines if line.startswith("FROM")] == ["FROM debian:13 AS build", "FROM debian:13"]


def test_dockerfile_starts_the_supervisor_isolated_from_the_environment() -> None:
    (line,) = [line for line in _instructions() if line.startswith("ENTRYPOINT")]
    assert '"python3", "-I", "-c"' in line
    assert "grader.runtime.processes.supervisor" in line


def test_dockerfile_carries_the_fingerprint_of_the_tag() -> None:
    tagged = image.image_tag().split("-")[-1]
    assert f'LABEL org.gradus.sandbox="{tagged}"' in _instructions()


# What to do about an image that is not ready.


@pytest.mark.parametrize(
    ("state", "others", "phrase"),
    [("missing", (), "is not there"), ("stale", ("gradus-sandbox:cpu-old",), "is stale: `gradus-sandbox:cpu-old`")],
    ids=["missing", "stale"],
)
def test_message_of_an_image_that_is_not_ready_says_why_and_what_to_do(
    state: Literal["missing", "stale"], others: tuple[str, ...], phrase: str
) -> None:
    message = image.missing_image_message(image.ImageStatus(tag="gradus-sandbox:cpu-new", state=state, others=others))
    assert phrase in message
    assert "`learn image build`" in message
