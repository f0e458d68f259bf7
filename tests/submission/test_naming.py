"""What names of files and folders mean, whatever systems, browsers, editors and people add to them."""

from __future__ import annotations

import pytest

from grader.submission.naming import Kind, Rank, is_editors_copy, is_test, meaning_of, precedence, slug_named

_SLUGS = ["sums", "conv-shapes", "conv2d", "shapes"]


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("sums", "sums"),
        ("Sums", "sums"),
        ("conv_shapes", "conv-shapes"),
        ("conv-shapes", "conv-shapes"),
        ("Conv Shapes", "conv-shapes"),
        ("ConvShapes", "conv-shapes"),
        ("sums (2)", "sums"),
        ("sums(2)", "sums"),
        ("sums copy", "sums"),
        ("sums_v3", "sums"),
        ("sums-2", "sums"),
        ("conv2d", "conv2d"),
        ("conv2d (1)", "conv2d"),
        ("lovelace_1001_sums", "sums"),
        ("lovelace_1001_conv_shapes", "conv-shapes"),
        ("sums_final", "sums"),
        ("张三sums", "sums"),
        ("ｓｕｍｓ", "sums"),
        ("consums", None),
        ("sumsum", None),
        ("notes", None),
        ("", None),
    ],
)
def test_slug_is_known_by_many_spellings_of_its_name(name: str, slug: str | None) -> None:
    assert slug_named(name, _SLUGS) == slug


@pytest.mark.parametrize(
    ("name", "rank"),
    [
        ("sums.py", Rank.EXACT),
        ("sums.ipynb", Rank.EXACT),
        ("conv_shapes.py", Rank.EXACT),
        ("SUMS.PY", Rank.SPELLED),
        ("sums.PY", Rank.SPELLED),
        ("ｓｕｍｓ.py", Rank.SPELLED),
        ("conv-shapes.py", Rank.SPELLED),
        ("Conv Shapes.ipynb", Rank.SPELLED),
        ("convshapes.py", Rank.SPACED),
        ("su-ms.py", Rank.SPACED),
        ("Su_Ms.ipynb", Rank.SPACED),
        ("sums (1).py", Rank.COPY),
        ("sums (1) (1).py", Rank.COPY),
        ("sums (1) - Copy.py", Rank.COPY),
        ("sums - Copy (2).py", Rank.COPY),
        ("sums - Kopie (3).py", Rank.COPY),
        ("Kopie von sums.ipynb", Rank.COPY),
        ("Copy of Copy of sums.ipynb", Rank.COPY),
        ("“sums”的副本.ipynb", Rank.COPY),
        ("sums 副本 2.py", Rank.COPY),
        ("sums_v2.py", Rank.COPY),
        ("sums.bak.py", Rank.COPY),
        ("sums.py.bak", Rank.COPY),
        ("sums.py.txt", Rank.COPY),
        ("sums.txt", Rank.COPY),
        ("sums.ipynb.json", Rank.COPY),
        ("old_sums.py", Rank.WORD),
        ("sums_final.py", Rank.WORD),
        ("sums-scratch (1).py", Rank.WORD),
        ("ada_123_456_sums-1.py", Rank.WORD),
    ],
)
def test_exact_name_is_surer_than_other_spellings_these_than_copies_and_these_than_words(name: str, rank: Rank) -> None:
    meaning = meaning_of(name, _SLUGS)
    assert meaning is not None
    assert (meaning.slug, meaning.rank) == ("conv-shapes" if "conv" in name.lower() else "sums", rank)


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("sums.py", Kind.SOURCE),
        ("sums.py.txt", Kind.SOURCE),
        ("sums.py (1).txt", Kind.SOURCE),
        ("sums.ipynb.json", Kind.NOTEBOOK),
        ("sums.ipynb.txt", Kind.NOTEBOOK),
        ("sums.json", Kind.UNCLEAR),
        ("sums.txt", Kind.UNCLEAR),
    ],
)
def test_suffix_that_a_browser_added_hides_no_kind(name: str, kind: Kind) -> None:
    meaning = meaning_of(name, _SLUGS)
    assert meaning is not None and meaning.kind is kind


@pytest.mark.parametrize("name", ["sums", "sums.zip", "sums.c", "notes.txt", "sums_notes.txt", "data.json", "sums.bak"])
def test_name_of_another_kind_of_file_means_nothing(name: str) -> None:
    assert meaning_of(name, _SLUGS) is None


@pytest.mark.parametrize(
    ("name", "slugs", "expected"),
    [
        ("test_sums.py", ["sums"], True),
        ("Test Sums (1).ipynb", ["sums"], True),
        ("sums_test.py", ["sums"], True),
        ("conftest.py", ["sums"], True),
        ("test_helpers.py", ["sums"], True),
        ("test-time.py", ["test-time"], False),
        ("sums.py", ["sums"], False),
        ("contest.py", ["sums"], False),
        ("latest_sums.py", ["sums"], False),
    ],
)
def test_tests_are_known_unless_an_assignment_is_called_so(name: str, slugs: list[str], expected: bool) -> None:
    meaning = meaning_of(name, slugs)
    assert meaning is not None and is_test(name, meaning) is expected


@pytest.mark.parametrize("name", ["sums.py~", "#sums.py#", "sums.py.swp"])
def test_editors_leave_copies_of_their_own(name: str) -> None:
    assert is_editors_copy(name) and not is_editors_copy("sums.py")


def test_what_lies_nearest_takes_precedence_and_what_was_put_away_has_none() -> None:
    names = ["ada/sums.py", "ada/week 3/sums.py", "ada/week 3/a/sums.py", "ada/old/sums.py", "ada/旧/sums.py"]
    assert max(names, key=precedence) == "ada/sums.py"
    assert sorted(names, key=precedence)[-3:] == ["ada/week 3/a/sums.py", "ada/week 3/sums.py", "ada/sums.py"]
