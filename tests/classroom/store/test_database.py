"""A store opens where it is, says why it does not, and never begins one by mistake."""

from __future__ import annotations

from pathlib import Path

import pytest

from grader.classroom.store.changes import Changes
from grader.classroom.store.database import Database
from grader.classroom.store.store import open_store
from grader.classroom.store.tables import facts
from grader.errors import UserError


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("", "is no URL of a store"),
        ("grades.db", "is no URL of a store"),
        ("mysql://host/name", "cannot be kept in `mysql`"),
        ("sqlite://", "would be lost with the command"),
        ("sqlite:///:memory:", "would be lost with the command"),
        ("postgresql://nobody@127.0.0.1:1/none?connect_timeout=2", "cannot be opened"),
    ],
)
def test_database_says_what_is_wrong_with_a_url(url: str, message: str) -> None:
    with pytest.raises(UserError, match=message):
        Database(url)


def test_password_is_not_repeated_in_a_message() -> None:
    with pytest.raises(UserError) as caught:
        Database("postgresql://nobody:secret@127.0.0.1:1/none?connect_timeout=2")
    assert "secret" not in str(caught.value)


def test_file_that_is_no_database_is_told(tmp_path: Path) -> None:
    (tmp_path / "gradus.db").write_text("This is a note, and it is longer than a header." * 100)
    with pytest.raises(UserError, match="cannot be opened: file is not a database"), open_store(tmp_path):
        pass


def test_store_of_a_later_format_is_refused(database: Database, store_url: str) -> None:
    with database.transaction() as connection:
        connection.execute(facts.update().where(facts.c.name == "format_version").values(value="2"))
    with pytest.raises(UserError, match="has format 2; this Gradus reads 1"):
        Database(store_url)


def test_store_that_is_not_there_is_not_begun_by_reading(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="learn grade DIR --out"), open_store(tmp_path / "out"):
        pass
    assert not (tmp_path / "out").exists()


def test_overrides_follow_each_other_and_can_be_taken_back(database: Database) -> None:
    changes = Changes(database)
    changes.override("ada", "sums", 8.0, "First.")
    changes.override("ada", "sums", 9.0, "Second.")
    changes.override("bob", "sums", 0.0, "Copied.")
    found = changes.overrides()
    assert {key: (one.score, one.comment) for key, one in found.items()} == {
        ("ada", "sums"): (9.0, "Second."),
        ("bob", "sums"): (0.0, "Copied."),
    }
    changes.override("ada", "sums", None, "")
    assert list(changes.overrides()) == [("bob", "sums")]
