"""Sample classes, of which it is known what each submission must get, and the command that grades them."""

from __future__ import annotations

import csv
import json
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Connection, create_engine, text

from grader.classroom.store.database import sqlite_url

__all__ = ["ROOT", "check", "command", "graded", "learn", "make_sample"]

ROOT = Path(__file__).parents[2]


def command(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "cli", *arguments]


def learn(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command(*arguments), cwd=ROOT, check=True, capture_output=True, text=True)


def make_sample(folder: Path, students: int, *slugs: str) -> Path:
    """Writes a sample class, and beside its folder the scores that it must get; all assignments without slugs."""
    chosen = [part for slug in slugs for part in ("--assignment", slug)]
    learn("sample-class", "--students", str(students), "--seed", "4", "--into", str(folder), *chosen)
    return folder


def graded(out: Path, url: str | None = None) -> int:
    """Returns how many submissions are graded; none while there is no store yet."""
    if url is None and not (out / "gradus.db").is_file():
        return 0
    with _database(out, url) as connection:
        return int(connection.execute(text("SELECT count(*) FROM gradings")).scalar_one())


def check(sample: Path, out: Path, url: str | None = None) -> None:
    """Every score is what it must be, and everything that can be graded was kept once."""
    with (out / "grades.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    got = {
        (row["student"], row["assignment"]): (row["status"], float(row["score"]) if row["score"] else None)
        for row in rows
    }
    handed_in = {key: value for key, value in _expected(sample).items() if value[0] != "missing"}
    assert {key: got.get(key) for key in handed_in} == handed_in
    with _database(out, url) as connection:
        kept = [tuple(row) for row in connection.execute(text(f"SELECT {_WHAT} FROM gradings"))]
        logged = connection.execute(text("SELECT details FROM audit WHERE action = 'grade'")).fetchall()
        taken_in = text(f"SELECT DISTINCT {_WHAT} FROM attempts WHERE refusal IS NULL")
        attempts = [tuple(row) for row in connection.execute(taken_in)]
    assert max(Counter(kept).values()) == 1
    assert sorted(kept) == sorted(attempts)
    assert len(logged) == len(kept)
    where = ["--store", url] if url else []
    assert json.loads(learn("audit", "--out", str(out), *where, "--json").stdout)["problems"] == []


_WHAT = "student, assignment, submission_sha256"


@contextmanager
def _database(out: Path, url: str | None) -> Iterator[Connection]:
    where = sqlite_url(out / "gradus.db") if url is None else url.replace("postgresql:", "postgresql+psycopg:", 1)
    engine = create_engine(where)
    try:
        with engine.connect() as connection:
            yield connection
    finally:
        engine.dispose()


def _expected(sample: Path) -> dict[tuple[str, str], tuple[str, float | None]]:
    grades = json.loads(Path(f"{sample}.expected.json").read_text(encoding="utf-8"))["grades"]
    return {(one["student"], one["assignment"]): (one["status"], one["score"]) for one in grades}
