"""A course of nbgrader in a folder, and its own commands, run unchanged as programs."""

from __future__ import annotations

import csv
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from grader.course.course import Course
from grader.models import Assignment
from grader.release.notebooks.writing import notebook_files
from grader.suite.mutants import StandIn

__all__ = ["Classroom", "with_solution"]

_ROOT = Path(__file__).parents[2]
_CONFIG = 'c = get_config()\nc.CourseDirectory.course_id = "gradus"\n'
_WAIT_S = 600


class Classroom:
    """A course folder with the source of one assignment that Gradus wrote."""

    def __init__(self, root: Path, course: Course, assignment: Assignment) -> None:
        self.root = root
        self.slug = assignment.slug
        self.file_name = assignment.file_name.replace(".py", ".ipynb")
        self.written = notebook_files(course, assignment)
        root.mkdir(parents=True, exist_ok=True)
        (root / "nbgrader_config.py").write_text(_CONFIG)
        self.put("source", self.source)

    @property
    def source(self) -> bytes:
        return self.written[f"nbgrader/source/{self.slug}/{self.file_name}"]

    @property
    def release(self) -> bytes:
        return self.written[f"nbgrader/release/{self.slug}/{self.file_name}"]

    @property
    def database(self) -> str:
        return f"sqlite:///{self.root / 'gradebook.db'}"

    def put(self, folder: str, content: bytes) -> None:
        path = self.root / folder / self.slug / self.file_name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)

    def hand_in(self, student: str, content: bytes) -> None:
        self.put(f"submitted/{student}", content)

    def run(self, *arguments: str) -> str:
        """Runs a command of nbgrader and returns what it said."""
        path = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])  # as if activated
        environment = {**os.environ, "PATH": path, "PYTHONPATH": str(_ROOT), "GRADUS_LANG": "en"}
        done = subprocess.run(
            [sys.executable, "-m", "nbgrader", *arguments],
            cwd=self.root,
            env=environment,
            capture_output=True,
            text=True,
            timeout=_WAIT_S,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout + done.stderr

    def generate_assignment(self) -> bytes:
        """Returns the student form that nbgrader makes."""
        self.run("generate_assignment", self.slug, "--create")
        return (self.root / "release" / self.slug / self.file_name).read_bytes()

    def autograde(self) -> None:
        self.run("autograde", self.slug, "--create")

    def exported(self) -> list[dict[str, str]]:
        """Returns the lines of `nbgrader export`."""
        self.run("export", "--to", "grades.csv")
        with (self.root / "grades.csv").open(encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))

    def points(self, student: str) -> dict[str, float]:
        """Returns a student's points for each cell of tests."""
        from nbgrader.api import Gradebook

        with Gradebook(self.database, "gradus") as book:
            notebook = book.find_submission(self.slug, student).notebooks[0]
            return {grade.cell.name.removeprefix("test-"): grade.score for grade in notebook.grades}

    def outputs(self, student: str) -> str:
        """Returns what the cells of an autograded notebook said."""
        path = self.root / "autograded" / student / self.slug / self.file_name
        return json.dumps([cell.get("outputs", []) for cell in json.loads(path.read_text())["cells"]])


def with_solution(notebook: bytes, stand_in: StandIn) -> bytes:
    """Returns a notebook with another definition in the cell of a task."""
    document: dict[str, Any] = json.loads(notebook)
    for cell in document["cells"]:
        if cell["metadata"].get("nbgrader", {}).get("grade_id") == f"solution-{stand_in.task}":
            cell["source"] = stand_in.source
    return json.dumps(document).encode()
