"""The autograder for Gradescope, in a container laid out as Gradescope lays out its own."""

from __future__ import annotations

import io
import json
import tarfile
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from grader.course.course import Course
from grader.release.gradescope import gradescope

pytestmark = [pytest.mark.docker, pytest.mark.slow]

_COURSE = Course(Path(__file__).parents[2])
_SLUG = "broadcasting"
_REFERENCE = _COURSE.solution(_COURSE.assignment(_SLUG)).read_text(encoding="utf-8")
_STUB = _COURSE.exercise(_COURSE.assignment(_SLUG)).read_text(encoding="utf-8")
# The image has all packages and no internet: `apt-get` and `pip` have nothing to do, and the venv sees what is there.
_STAND_INS = """
set -e
real=$(command -v python3)
echo /opt/gradus/packages > $(python3 -c 'import site; print(site.getsitepackages()[0])')/gradus.pth
printf '#!/bin/sh\\n' | tee /usr/local/sbin/apt-get > /usr/local/sbin/nothing
cat > /usr/local/sbin/python3 <<END
#!/bin/sh
$real -m venv --system-site-packages --without-pip "\\$3" && cp /usr/local/sbin/nothing "\\$3/bin/pip"
END
chmod +x /usr/local/sbin/*
hash -r
"""
_SET_UP = """
bash /autograder/source/setup.sh
cp /autograder/source/run_autograder /autograder/run_autograder
set +e
"""
_RUN = """
/autograder/run_autograder
echo "ended with $?"
"""


@dataclass(frozen=True, kw_only=True)
class Outcome:
    results: dict[str, Any]
    printed: str


Autograde = Callable[..., Outcome]


@pytest.fixture(scope="module")
def autograde() -> Autograde:
    """Runs the autograder on a submission, as root, with the capabilities that Docker gives by default."""
    import docker

    from grader.sandbox.image import image_tag

    archive = zipfile.ZipFile(io.BytesIO(gradescope(_COURSE, _COURSE.assignment(_SLUG))[f"gradescope/{_SLUG}.zip"]))
    source = {f"autograder/source/{entry.filename}": archive.read(entry) for entry in archive.infolist()}

    def run(submission: dict[str, str], before: str = "", after: str = "") -> Outcome:
        files = {
            **source,
            "autograder/submission_metadata.json": b'{"users": [{"email": "METADATA"}]}',
            "autograder/results/.keep": b"",
            **{f"autograder/submission/{name}": text.encode() for name, text in submission.items()},
        }
        script = _STAND_INS + _SET_UP + before + _RUN + after
        client = docker.from_env()
        container = client.containers.create(
            image_tag(), ["-c", script], entrypoint="bash", user="root", network_mode="none", mem_limit="3g"
        )
        try:
            container.put_archive("/", _tar(files))
            container.start()
            container.wait(timeout=300)
            printed = container.logs().decode()
            stream, _ = container.get_archive("/autograder/results/results.json")
            with tarfile.open(fileobj=io.BytesIO(b"".join(stream))) as tar:
                member = tar.extractfile("results.json")
                assert member is not None
                return Outcome(results=json.load(member), printed=printed)
        finally:
            container.remove(force=True)
            client.close()

    return run


def _tar(files: dict[str, bytes]) -> bytes:
    """Returns the files as Gradescope has them: readable to everybody, programs executable."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as tar:
        for name, content in files.items():
            entry = tarfile.TarInfo(name)
            entry.size, entry.mode = len(content), 0o755
            tar.addfile(entry, io.BytesIO(content))
    return buffer.getvalue()


def test_reference_gets_full_marks_in_gradescopes_format(autograde: Autograde) -> None:
    outcome = autograde({"broadcasting.py": _REFERENCE})
    assert "ended with 0" in outcome.printed
    assert outcome.results["score"] == 100.0
    assert sum(test["max_score"] for test in outcome.results["tests"]) == pytest.approx(100.0, abs=0.01)
    assert {test["status"] for test in outcome.results["tests"]} == {"passed"}


def test_notebook_is_graded_too(autograde: Autograde) -> None:
    cell: dict[str, object] = {
        "cell_type": "code",
        "metadata": {},
        "source": _REFERENCE,
        "outputs": [],
        "execution_count": None,
    }
    notebook = {"nbformat": 4, "nbformat_minor": 4, "metadata": {}, "cells": [cell]}
    assert autograde({"broadcasting.ipynb": json.dumps(notebook)}).results["score"] == 100.0


def test_of_two_files_the_one_that_writes_tasks_is_graded_and_said(autograde: Autograde) -> None:
    outcome = autograde({"broadcasting.ipynb": "{}", "broadcasting.py": _REFERENCE})
    assert outcome.results["score"] == 100.0
    assert "`broadcasting.py` was judged" in outcome.results["output"]


def test_file_in_a_folder_is_graded(autograde: Autograde) -> None:
    assert autograde({"my-repo/src/broadcasting (1).py": _REFERENCE}).results["score"] == 100.0


def test_stub_gets_nothing(autograde: Autograde) -> None:
    outcome = autograde({"broadcasting.py": _STUB})
    assert "ended with 0" in outcome.printed
    assert outcome.results["score"] == 0.0


def test_missing_file_has_no_score(autograde: Autograde) -> None:
    outcome = autograde({"homework.py": _REFERENCE})
    assert "ended with 2" in outcome.printed
    assert "score" not in outcome.results and "tests" not in outcome.results
    assert "Handed in were: `homework.py`" in outcome.results["output"]


def test_broken_suite_has_no_score_and_is_not_shown_to_students(autograde: Autograde) -> None:
    suite = f"/autograder/source/course/assignments/{_SLUG}/suite"
    outcome = autograde({"broadcasting.py": _REFERENCE}, before=f"echo 'SECRET_NAME' >> {suite}/test_outer_sum.py;")
    assert "ended with 3" in outcome.printed and "SECRET_NAME" in outcome.printed
    assert "score" not in outcome.results and "SECRET" not in json.dumps(outcome.results)


def test_machine_with_users_of_its_own_is_left_alone(autograde: Autograde) -> None:
    before = "setpriv --reuid 25000 --clear-groups sleep 60 & sleep 0.2;"
    outcome = autograde({"broadcasting.py": _REFERENCE}, before=before, after="kill -0 %1 && echo still there;")
    assert "ended with 3" in outcome.printed and "user id 25000 is in use" in outcome.printed
    assert "still there" in outcome.printed
    assert "score" not in outcome.results


_HOSTILE = """
import glob, json, os, signal


def attempt(what):
    try:
        return what()
    except BaseException as error:
        return type(error).__name__


def overwrite(path):
    with open(path, "w") as file:
        json.dump({"score": 100.0, "tests": []}, file)
    return "WRITTEN"


def raised(pid):
    os.kill(pid, signal.SIGKILL)
    return "KILLED"


def parents():
    pid, found = os.getppid(), []
    while pid > 0:
        found.append(pid)
        fields = open(f"/proc/{pid}/stat").read().rsplit(")", 1)[1].split()
        pid = int(fields[1])
    return found


folder = "/autograder"
found = {
    "user": os.getuid(),
    "new rights": "NoNewPrivs:\\t0" in open("/proc/self/status").read(),
    "list": attempt(lambda: os.listdir(folder)),
    "source": attempt(lambda: os.listdir(folder + "/source")),
    "suite": attempt(lambda: glob.glob(folder + "/source/course/**/*.py", recursive=True)),
    "solution": attempt(lambda: open(folder + "/source/course/solutions/broadcasting.py").read()),
    "metadata": attempt(lambda: open(folder + "/submission_metadata.json").read()),
    "results": attempt(lambda: overwrite(folder + "/results/results.json")),
    "script": attempt(lambda: overwrite(folder + "/run_autograder")),
    "chmod": attempt(lambda: os.chmod(folder, 0o777)),
    "root": attempt(lambda: os.setuid(0)),
    "engine": attempt(lambda: overwrite("/opt/gradus/package/grader/scores.py")),
    "memory": [attempt(lambda: open(f"/proc/{pid}/mem", "rb").read(1)) for pid in attempt(parents)],
    "folders": [attempt(lambda: os.listdir(f"/proc/{pid}/cwd")) for pid in attempt(parents)],
    "parents": [attempt(lambda: raised(pid)) for pid in attempt(parents)],
    "all": attempt(lambda: raised(1)),
    "left": attempt(lambda: overwrite("/tmp/results.json")),
}
print("FOUND", json.dumps(found))


def outer_sum(x, y):
    return x
"""


def test_hostile_submission_reads_nothing_and_earns_nothing(autograde: Autograde) -> None:
    after = "ls -la /tmp; cmp /autograder/source/run_autograder /autograder/run_autograder && echo unchanged;"
    outcome = autograde({"broadcasting.py": _HOSTILE}, after=after)
    printed = next(line for line in outcome.results["output"].splitlines() if line.startswith("FOUND"))
    found = json.loads(printed.removeprefix("FOUND"))
    assert found.pop("user") >= 20_000 and found.pop("new rights") is False
    assert found.pop("suite") == [] and found.pop("left") == "WRITTEN"  # its own folder is /tmp, emptied afterwards
    for name in ("memory", "folders", "parents"):
        refusals = found.pop(name)
        assert len(refusals) >= 2 and set(refusals) == {"PermissionError"}
    assert set(found.values()) == {"PermissionError"}
    assert outcome.results["score"] == 0.0 and len(outcome.results["tests"]) > 20
    assert "ended with 0" in outcome.printed and "unchanged" in outcome.printed
    assert "results.json" not in outcome.printed
