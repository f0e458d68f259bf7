from __future__ import annotations

from grader.statement import section_of

_STATEMENT = """# Two toys

## `double` (60 points)

```python
# no heading
```

### Example

Text.

## `add_` (40 points)

More.
"""


def test_section_keeps_code_and_sub_sections_and_ends_at_next_task() -> None:
    section = section_of(_STATEMENT, "double")
    assert section is not None
    assert section.startswith("## `double`")
    assert "# no heading" in section
    assert section.endswith("Text.\n")


def test_last_section_goes_to_the_end() -> None:
    assert section_of(_STATEMENT, "add_") == "## `add_` (40 points)\n\nMore.\n"


def test_part_of_a_name_finds_nothing() -> None:
    assert section_of(_STATEMENT, "add") is None
