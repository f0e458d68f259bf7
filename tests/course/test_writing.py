"""Keeps the page on writing an assignment true: its files are written and its commands run, in order."""

from __future__ import annotations

import difflib
import json
import re
import shlex
from collections.abc import Callable, Iterator
from pathlib import Path

import click.testing
import pytest

Learn = Callable[..., click.testing.Result]

_PAGE = (Path(__file__).parents[2] / "docs" / "writing-assignments.md").read_text(encoding="utf-8")
_STEP = re.compile(
    r"^`(?P<path>[\w./-]+)`\n\n(?P<fence>```|~~~)\w+\n(?P<text>.*?)^(?P=fence)$|"
    r"^```\n\$ learn (?P<arguments>(?:[^\n]*\\\n)*[^\n]*)\n(?P<output>.*?)^```$",
    re.MULTILINE | re.DOTALL,
)
_MOST_LINES = 108
"""What a small assignment may cost its author."""

_COLUMNS = "118"


def _steps() -> Iterator[re.Match[str]]:
    return _STEP.finditer(_PAGE)


def _plain(output: str) -> str:
    """Leaves out how lines are wrapped and how long it took."""
    return re.sub(r"\d+(\.\d+)? s\)", "0 s)", " ".join(output.split()))


def _arguments(step: re.Match[str]) -> list[str]:
    """Returns what is typed behind `learn`, in one line or in several."""
    return shlex.split((step["arguments"] or "").replace("\\\n", " "))


def _write(root: Path, step: re.Match[str]) -> None:
    path = root / step["path"]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(step["text"], encoding="utf-8")


def _files(root: Path) -> dict[str, list[str]]:
    paths = [path for path in root.rglob("*") if path.is_file()]
    return {path.relative_to(root).as_posix(): path.read_text(encoding="utf-8").splitlines() for path in paths}


def test_page_has_all_files_of_an_assignment_and_proves_it() -> None:
    steps = list(_steps())
    names = {Path(step["path"]).as_posix().removeprefix("assignments/stable-losses/") for step in steps if step["path"]}
    tasks = ("log_sum_exp", "cross_entropy")

    assert names == {
        "course.toml", "assignment.toml", "statement.en.md", "solutions/stable_losses.py",
        *(f"suite/test_{task}.py" for task in tasks), *(f"mutants/{task}.toml" for task in (*tasks, "equivalent")),
        *(f"variants/{task}.py" for task in tasks),
    }  # fmt: skip
    commands = [_arguments(step)[0] for step in steps if step["arguments"]]
    assert commands == ["new", "list", "verify", "generate", "check", "verify", "verify", "verify"]
    assert "10 of 10 mutants caught, 10 named" in steps[-1]["output"]
    assert "Proved: 1 assignment" in steps[-1]["output"]


@pytest.mark.slow
def test_page_shows_what_its_commands_print(warm_learn: Learn, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = tmp_path / "ada"
    root.mkdir()
    monkeypatch.chdir(root)
    monkeypatch.setenv("COLUMNS", _COLUMNS)
    for step in _steps():
        if step["path"]:
            _write(root, step)
        else:
            printed = warm_learn(*_arguments(step)).output.replace(str(root), "/home/ada/course")
            assert _plain(printed) == _plain(step["output"]), step["arguments"]


_WRITES_AND_DETACHES = """
def cross_entropy(logits, target):
    with torch.no_grad():
        logits -= logits.amax(1, keepdim=True)
        chosen = logits.gather(1, target[:, None]).squeeze(1)
        return (logits.exp().sum(1).log() - chosen).mean()
"""


def test_first_suite_finds_a_solution_that_writes_into_its_argument_and_leaves_the_graph(
    warm_learn: Learn, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its values are right, and its author has thought of nothing beyond values."""
    monkeypatch.chdir(tmp_path)
    for step in _steps():
        if step["path"]:
            _write(tmp_path, step)
    solution = (tmp_path / "solutions" / "stable_losses.py").read_text(encoding="utf-8")
    (tmp_path / "wrong.py").write_text(solution + _WRITES_AND_DETACHES, encoding="utf-8")

    result = warm_learn("check", "stable-losses", "--task", "cross_entropy", "--file", "wrong.py", "--seed", "1")
    assert result.exit_code == 1
    assert "the argument `logits` is changed by the call" in " ".join(result.output.split())

    kept = _WRITES_AND_DETACHES.replace("logits -= logits", "logits = logits - logits")
    (tmp_path / "wrong.py").write_text(solution + kept, encoding="utf-8")
    result = warm_learn("check", "stable-losses", "--task", "cross_entropy", "--file", "wrong.py", "--seed", "1")
    assert result.exit_code == 1
    assert "no gradient flows from the result back to `logits`" in " ".join(result.output.split())


def test_author_types_few_lines(learn: Learn, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = tmp_path / "ada"
    root.mkdir()
    monkeypatch.chdir(root)
    written: dict[str, list[str]] = {}
    for step in _steps():
        if step["path"]:
            _write(root, step)
        elif _arguments(step)[0] in ("new", "generate"):
            before = _files(root)
            assert learn(*_arguments(step)).exit_code == 0
            written |= {name: lines for name, lines in _files(root).items() if name not in before}

    final = _files(root)
    typed = {name: _lines_of_its_own(lines, written.get(name, [])) for name, lines in final.items()}
    assert sum(len(lines) for lines in final.values()) > 3 * sum(typed.values())
    assert sum(typed.values()) <= _MOST_LINES, typed


def _lines_of_its_own(lines: list[str], others: list[str]) -> int:
    matcher = difflib.SequenceMatcher(None, others, lines, autojunk=False)
    return len(lines) - sum(block.size for block in matcher.get_matching_blocks())


_PARTS = {
    "solutions/doubling.py": {
        "super().__init__()\n        ### BEGIN SOLUTION\n        raise NotImplementedError": (
            "super().__init__()\n        ### BEGIN SOLUTION\n        self.factor = 2"
        ),
        "(self, x: Tensor) -> Tensor:\n        ### BEGIN SOLUTION\n        raise NotImplementedError": (
            "(self, x: Tensor) -> Tensor:\n        ### BEGIN SOLUTION\n        return self.factor * x"
        ),
        "raise NotImplementedError": "x.mul_(2)",
    },
    "suite/test_": {
        "raise NotImplementedError": "return 2 * x",
        "expected = torch.tensor([[1.0, 2.0], [3.0, 4.0]])": "expected = torch.tensor([[2.0, 4.0], [6.0, 8.0]])",
    },
    "mutants/double_": {"a piece of the solution": "mul_(2)", "what the mistake has in its place": "mul_(PLACE)"},
    "mutants/Double": {"a piece of the solution": "self.factor * x", "what the mistake has in its place": "x + PLACE"},
    "variants/double_": {"raise NotImplementedError": "x.add_(x)"},
    "variants/Double": {"raise NotImplementedError": "return x + x"},
}
"""What is filled in, by the files whose paths hold these words."""


def _fill_in(root: Path) -> None:
    """Does what the marks ask for; what stands behind them is true enough for a text."""
    for path in (path for path in root.rglob("*") if path.suffix in {".py", ".md", ".toml"}):
        text = re.sub(r"TODO\(author\)(: (in `[\w-]+`: )?|：)", "", path.read_text(encoding="utf-8"))
        for part, changes in _PARTS.items():
            for old, new in changes.items() if part in path.as_posix() else ():
                text = text.replace(old, new)
        for number in range(3, 3 + text.count("PLACE")):
            text = text.replace("PLACE", str(number), 1)
        path.write_text(text, encoding="utf-8")


@pytest.mark.slow
@pytest.mark.parametrize("languages", [["fr"], ["en", "zh"]], ids=str)
def test_new_assignment_is_proved_once_its_parts_are_filled_in(
    warm_learn: Learn, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, languages: list[str]
) -> None:
    titles = {"en": "Doubling", "zh": "加倍", "fr": "Doubler"}
    title = "".join(f'{language} = "{titles[language]}"\n' for language in languages)
    (tmp_path / "course.toml").write_text(
        f"format_version = 1\nlanguages = {json.dumps(languages)}\n[title]\n{title}", encoding="utf-8"
    )
    monkeypatch.chdir(tmp_path)
    named = [option for language in languages for option in ("--title", f"{language}={titles[language]}")]
    tasks = ("--task", "double_(x: Tensor) -> None", "--task", "class Double(nn.Module)")
    assert warm_learn("new", "doubling", *named, *tasks, "--forbid", "torch.add").exit_code == 0
    assert warm_learn("verify", "doubling", "--seeds", "5").exit_code == 1

    _fill_in(tmp_path)
    left = warm_learn("generate")
    assert left.exit_code == 0, left.output

    result = warm_learn("verify", "doubling", "--seeds", "5")
    assert result.exit_code == 0, result.output
    assert "9 tests 5 seeds 4 variants 10 of 10 mutants caught, 10 named 8 of 8 mechanical" in " ".join(
        result.output.split()
    )
