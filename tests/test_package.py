"""What whoever installs the package gets: `grader` alone, with the built-in course in it, by a name of our own."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import sysconfig
import tomllib
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from grader import __version__
from grader.course import source
from grader.course.course import Course
from grader.release.gradescope import gradescope_files

_ROOT = Path(__file__).parents[1]
_PROJECT = tomllib.loads((_ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
_TEXTS = {".j2", ".md", ".py", ".sh", ".toml", ".txt", ".yml", ""}
_OTHER_NAME = re.compile(r"pip3? install\b[^\n]*?[ '\"`]gradus(?![-\w/])|(?<![-\w])gradus\[")
_BUILTIN = "grader/course/builtin"
_INFO = f"gradus_torch-{__version__}.dist-info"


@pytest.fixture(scope="session")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder), str(_ROOT)]
    subprocess.run(command, check=True, capture_output=True)
    (path,) = folder.glob("*.whl")
    return path


@dataclass(frozen=True, kw_only=True)
class _Installed:
    """A virtual environment with the wheel, and a folder in which its `learn` is run."""

    environment: Path
    folder: Path

    def learn(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return self._run("learn", *arguments)

    def python(self, code: str) -> subprocess.CompletedProcess[str]:
        return self._run("python", "-c", code)

    def says(self, code: str) -> str:
        done = self.python(code)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def _run(self, program: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        ours = ("GRADUS_", "LANG", "LC_", "PYTHON")
        variables = {key: value for key, value in os.environ.items() if not key.startswith(ours)}
        return subprocess.run(
            [self.environment / "bin" / program, *arguments],
            cwd=self.folder,
            env=variables | {"LANG": "C.UTF-8"},
            capture_output=True,
            text=True,
            encoding="utf-8",
        )


@pytest.fixture(scope="session")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> _Installed:
    """Installs the wheel beside the packages that these tests run with, and without the checkout.

    A folder that a `.pth` file names is searched, but its own `.pth` files are not read: so no editable install shines
    through.
    """
    environment = tmp_path_factory.mktemp("installed") / "venv"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", environment], check=True)
    pip = [sys.executable, "-m", "pip", "--python", str(environment / "bin" / "python"), "--disable-pip-version-check"]
    subprocess.run([*pip, "install", "--quiet", "--no-deps", "--no-index", wheel], check=True)
    (packages,) = environment.glob("lib/python*/site-packages")
    (packages / "tested_with.pth").write_text(sysconfig.get_path("purelib") + "\n", encoding="utf-8")
    return _Installed(environment=environment, folder=tmp_path_factory.mktemp("elsewhere"))


@pytest.fixture(scope="session")
def practice(installed: _Installed) -> Path:
    """A practice course that the installed command made."""
    done = installed.learn("init")
    assert done.returncode == 0, done.stderr
    return installed.folder


# The name.


def _told_texts() -> Iterator[Path]:
    folders = [_ROOT / name for name in ("grader", "docs", "tests", "benchmarks", ".ci", "assignments", "exercises")]
    for path in [*_ROOT.iterdir(), *(path for folder in folders for path in folder.rglob("*"))]:
        is_ours = path != Path(__file__) and not path.name.startswith(".git") and ".peers" not in path.parts
        if path.is_file() and path.suffix in _TEXTS and is_ours:
            yield path


def test_nobody_is_told_to_install_another_project() -> None:
    found = {path: _OTHER_NAME.findall(path.read_text(encoding="utf-8", errors="replace")) for path in _told_texts()}

    assert len(found) > 300
    assert {str(path): names for path, names in found.items() if names} == {}


@pytest.mark.parametrize(
    "text", ["pip install gradus", "pip install 'gradus'", "pip install -U gradus", "gradus[class]"]
)
def test_names_of_another_project_would_be_found(text: str) -> None:
    assert _OTHER_NAME.search(text)


@pytest.mark.parametrize(
    "text", ["pip install gradus-torch", "gradus-torch[class]", "/opt/gradus/venv/bin/pip install x"]
)
def test_our_own_name_is_let_be(text: str) -> None:
    assert not _OTHER_NAME.search(text)


def test_every_extra_has_a_row_on_the_page_about_installing() -> None:
    page = (_ROOT / "docs" / "install.md").read_text(encoding="utf-8")

    assert [name for name in _PROJECT["optional-dependencies"] if f"| `{name}` |" not in page] == []


def test_readme_of_the_package_works_where_no_other_file_is() -> None:
    text = (_ROOT / _PROJECT["readme"]).read_text(encoding="utf-8")

    assert "pip install gradus-torch" in text
    assert [target for target in re.findall(r"\]\(([^)]*)\)|(?:src|href)=", text) if ":" not in target] == []


# What is packed.


@pytest.mark.slow
def test_wheel_holds_the_package_and_nothing_else_at_its_top(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()

    assert {name.split("/")[0] for name in names} == {"grader", _INFO}


@pytest.mark.slow
def test_wheel_holds_the_built_in_course_as_it_is_here(wheel: Path) -> None:
    archive = zipfile.ZipFile(wheel)
    packed = {name: archive.read(name) for name in archive.namelist() if name.startswith(_BUILTIN)}
    listed = subprocess.run(
        ["git", "ls-files", "-coz", "--exclude-standard", "assignments", "solutions"],
        cwd=_ROOT,
        capture_output=True,
        text=True,
    )
    if listed.returncode != 0:
        pytest.skip("this is no checkout")
    sources = [*listed.stdout.split("\0")[:-1], "course.toml", "exercises/.stubs.json"]

    assert packed == {f"{_BUILTIN}/{name}": (_ROOT / name).read_bytes() for name in sources}


def test_autograder_does_not_pack_a_built_in_course(monkeypatch: pytest.MonkeyPatch, toy: Course) -> None:
    """A folder of the engine stands for the one that only an installed package has."""
    monkeypatch.setattr("grader.release.gradescope.PACKAGED", Path(source.__file__).with_name("templates"))
    names = gradescope_files(toy, toy.assignment("toy"))

    assert [name for name in names if name.startswith("package/grader/course/templates/")] == []
    assert "package/grader/course/course.py" in names


# What is installed.


@pytest.mark.slow
def test_installed_package_is_what_runs(installed: _Installed) -> None:
    code = (
        "import grader, importlib.metadata as m; from grader.course.source import builtin_folder as f;"
        "print(grader.__file__, f(), m.version('gradus-torch'), sep='\\n')"
    )
    module, folder, version = installed.says(code).splitlines()

    assert Path(module).is_relative_to(installed.environment)
    assert Path(folder).is_relative_to(installed.environment)
    assert version == __version__
    assert installed.learn("--version").stdout == f"learn {__version__}\n"


@pytest.mark.slow
def test_each_extra_brings_what_it_is_for(installed: _Installed) -> None:
    code = "import importlib.metadata as m; print(*m.requires('gradus-torch'), sep='\\n')"
    brought: dict[str, set[str]] = {name: set() for name in _PROJECT["optional-dependencies"]}
    for line in installed.says(code).splitlines():
        requirement, _, marker = line.partition(";")
        for extra in re.findall(r"extra == ['\"]([\w-]+)['\"]", marker):
            brought[extra].update(re.findall(r"^[\w-]+", requirement))

    testers = {"build", "hatchling", "import-linter", "junitparser", "matplotlib", "mypy", "playwright", "pytest-xdist"}
    testers |= {"kubernetes-validate", "ruff", "simpy"}
    users = {
        "docker": {"docker"},
        "class": {"docker", "plotly", "sqlalchemy"},
        "cluster": {"ray"},
        "postgresql": {"psycopg"},
        "nbgrader": {"nbgrader"},
    }
    assert brought == users | {"dev": testers.union(*users.values())}


@pytest.mark.slow
def test_neither_autograder_nor_sandbox_image_gets_the_installed_course(installed: _Installed) -> None:
    pytest.importorskip("docker", reason="needs `pip install 'gradus-torch[docker]'`")
    code = (
        "from grader.release.gradescope import _engine; from grader.sandbox.fingerprint import runtime_files;"
        "print(*_engine(), *runtime_files(), sep='\\n')"
    )
    names = installed.says(code).splitlines()

    assert len(names) > 100
    assert [name for name in names if "builtin" in name] == []


@pytest.mark.slow
def test_practice_course_holds_no_solution_and_no_hidden_test(practice: Path) -> None:
    files = [path.read_bytes() for path in practice.rglob("*") if path.is_file()]
    secrets = [
        *_ROOT.glob("solutions/*.py"),
        *_ROOT.glob("assignments/*/[!s]*/*"),
        *_ROOT.glob("assignments/*/suite/*.py"),
    ]
    lines = {line for path in secrets for line in _telling_lines(path)}
    given = {line for path in _ROOT.glob("exercises/*.py") for line in _telling_lines(path)}
    given |= {line for path in _ROOT.glob("assignments/*/statement.*.md") for line in _telling_lines(path)}

    assert len(files) > 8 and len(secrets) > 100 and len(lines - given) > 1000
    assert [content for content in files if content in {path.read_bytes() for path in secrets}] == []
    found = {line for content in files for line in _lines(content.decode())}
    assert (lines - given) & found == set()


def _telling_lines(path: Path) -> set[str]:
    return _lines(path.read_text(encoding="utf-8")) if path.is_file() else set()


def _lines(text: str) -> set[str]:
    """Returns the lines of a text that are no commonplace."""
    return {line.strip() for line in text.splitlines() if len(line.strip()) > 20}


@pytest.mark.slow
def test_installed_command_takes_a_learner_from_stub_to_points(installed: _Installed, practice: Path) -> None:
    started = installed.learn("start", "broadcasting")
    stub = installed.learn("check", "broadcasting")
    exercise = practice / "exercises" / "broadcasting.py"
    text = exercise.read_text(encoding="utf-8")
    task = 'raise NotImplementedError("outer_sum")'
    exercise.write_text(text.replace(task, "return x.unsqueeze(-1) + y.unsqueeze(-2)"), encoding="utf-8")
    solved = installed.learn("check", "broadcasting")
    chinese = installed.learn("check", "broadcasting", "--task", "outer_sum", "--lang", "zh")
    again = installed.learn("init")

    assert (started.returncode, f"`{exercise}`" in started.stdout) == (0, True), started.stderr
    assert (stub.returncode, "Score 0 / 100" in stub.stdout) == (1, True), stub.stderr
    assert task in text
    assert (solved.returncode, "Score 10 / 100" in solved.stdout) == (1, True), solved.stderr
    assert (chinese.returncode, "得分 10 / 10" in chinese.stdout) == (0, True), chinese.stderr
    assert "is up to date" in again.stdout
    assert "Hint 1 of" in installed.learn("hint", "broadcasting").stdout
    assert "10 of 800 points" in installed.learn("status").stdout


@pytest.mark.slow
def test_package_without_its_data_says_how_to_mend_it(installed: _Installed, tmp_path: Path) -> None:
    broken = tmp_path / "venv"
    shutil.copytree(installed.environment, broken, symlinks=True)
    (packages,) = broken.glob("lib/python*/site-packages")
    shutil.rmtree(packages / "grader" / "course" / "builtin")
    program = _Installed(environment=broken, folder=tmp_path)
    done = program.python("from grader.commands.main import main; main(['init', 'x'])")

    assert (done.returncode, list(tmp_path.iterdir())) == (2, [broken])
    assert "installed without its built-in course" in done.stderr
