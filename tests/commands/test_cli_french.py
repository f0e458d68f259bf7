"""A course in a language that the engine itself does not speak: proved, checked, graded, released and reported."""

from __future__ import annotations

import json
import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path

import click.testing
import msgspec
import pytest

from grader.models import Report

Learn = Callable[..., click.testing.Result]

_FRENCH = Path(__file__).parents[1] / "courses" / "french"
_FORGETS = "import torch\n\n\ndef cumul(x):\n    return x.cumsum(0) - x\n\n\ndef double(x):\n    return 2 * x\n"


@pytest.fixture
def course(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, learn: Learn) -> Path:
    root = tmp_path / "cours"
    shutil.copytree(_FRENCH, root, ignore=shutil.ignore_patterns("__pycache__"))
    monkeypatch.chdir(root)
    return root


def _wrong(course: Path) -> Path:
    path = course / "faux.py"
    path.write_text(_FORGETS.replace(".cumsum(0)", " @ torch.ones(len(x), len(x), dtype=x.dtype).triu()"), "utf-8")
    return path


def test_french_course_is_proved(warm_learn: Learn, course: Path) -> None:
    result = warm_learn("verify", "--seeds", "5")

    assert result.exit_code == 0, result.output
    assert "4 of 4 mutants caught, 4 named" in " ".join(result.output.split())


def test_french_text_that_is_missing_is_owed_and_an_english_one_is_not(warm_learn: Learn, course: Path) -> None:
    mutants = course / "assignments" / "cumul" / "mutants" / "double.toml"
    mutants.write_text(mutants.read_text("utf-8").replace("fr = ", "en = "), "utf-8")

    result = warm_learn("verify", "--seeds", "5")

    assert result.exit_code == 1
    assert "`double/carre` its misconception is no sentence in `fr`" in " ".join(result.output.split())


def test_check_speaks_french_where_the_course_does_and_english_elsewhere(warm_learn: Learn, course: Path) -> None:
    result = warm_learn("check", "cumul", "--file", str(_wrong(course)), "--seed", "1")

    assert result.exit_code == 1, result.output
    assert "Sommes cumulées" in result.output
    assert "Vos sommes oublient le terme lui-même." in result.output
    assert "Les sommes de 1, 2, 3 sont 1, 3, 6." in result.output
    assert "the result has the wrong values" in result.output
    report = msgspec.json.decode(
        warm_learn("check", "cumul", "--file", str(_wrong(course)), "--json").stdout, type=Report
    )
    assert report.language == "fr"
    assert "Essayez avec deux nombres." in {test.hint for task in report.tasks for test in task.tests}


def test_sentence_of_a_french_suite_is_told(warm_learn: Learn, course: Path) -> None:
    changes = _wrong(course).with_name("modifie.py")
    changes.write_text(
        "def cumul(x):\n    for i in range(1, len(x)):\n        x[i] += x[i - 1]\n    return x\n\n\n"
        "def double(x):\n    return 2 * x\n",
        "utf-8",
    )

    result = warm_learn("check", "cumul", "--file", str(changes))

    assert "l'argument a été modifié" in result.output
    assert "Votre fonction modifie son argument." in result.output


def test_language_that_the_course_has_not_is_refused(learn: Learn, course: Path) -> None:
    result = learn("show", "cumul", "--lang", "zh")

    assert result.exit_code == 2
    assert "The course has no texts in `zh`. `--lang` can be `fr`." in result.stderr


def test_wish_for_another_language_is_no_error(learn: Learn, course: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GRADUS_LANG", "zh")

    result = learn("show", "cumul", "--task", "double")

    assert result.exit_code == 0
    assert "Renvoie le double de `x`." in result.output


def test_french_class_is_graded_and_reported(warm_learn: Learn, course: Path, tmp_path: Path) -> None:
    handed_in = tmp_path / "rendus" / "ada" / "cumul.py"
    handed_in.parent.mkdir(parents=True)
    shutil.copy(_wrong(course), handed_in)

    graded = warm_learn("grade", str(tmp_path / "rendus"), "--sandbox", "process", "--trust-submissions")
    assert graded.exit_code == 0, graded.output
    assert warm_learn("report", "--students").exit_code == 0

    report = json.loads((course / "grades" / "reports" / "ada" / "cumul.json").read_text("utf-8"))
    assert (report["language"], report["score"]) == ("fr", 40.0)
    assert report["tasks"][0]["misconceptions"][0]["message"] == "Vos sommes oublient le terme lui-même."
    pages = "".join(path.read_text("utf-8") for path in (course / "grades" / "feedback").rglob("*.html"))
    assert "Premiers pas" in pages and "Sommes cumulées" in pages and "Vos sommes oublient" in pages


def test_what_goes_out_of_a_french_course_is_french(learn: Learn, course: Path) -> None:
    for kind in ("bundle", "notebook", "gradescope"):
        assert learn("generate", "--kind", kind).exit_code == 0, kind

    with zipfile.ZipFile(next((course / "release").rglob("*.zip"))) as archive:
        names = archive.namelist()
    assert not [name for name in names if ".zh." in name or ".en." in name]
    bundle = next(path for path in (course / "release" / "bundles").rglob("*.zip"))
    with zipfile.ZipFile(bundle) as archive:
        readme = next(archive.read(name).decode() for name in archive.namelist() if name.endswith("README.md"))
        toml = next(archive.read(name).decode() for name in archive.namelist() if name.endswith("course.toml"))
    assert "# Sommes cumulées" in readme and "statement.fr.html" in readme and "中文" not in readme
    assert 'languages = ["fr"]' in toml
    notebook = next((course / "release" / "nbgrader" / "release").rglob("*.ipynb")).read_text("utf-8")
    assert "Renvoie le double" in notebook and "把每道题" not in notebook
