from __future__ import annotations

from grader.course.statement import section_of, unwrapped

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


def test_lines_of_a_chinese_sentence_are_joined() -> None:
    text = "# 标题\n\n一句话，\n接着说 `x`\n的值。\n- 第一条，\n  还没完\n- 第二条\n"
    assert unwrapped(text) == "# 标题\n\n一句话，接着说 `x`\n的值。\n- 第一条，还没完\n- 第二条\n"


def test_code_and_english_keep_their_lines() -> None:
    text = "One\ntwo\n\n```python\n# 注释\n中文 = 1\n```\n\n    训练：甲\n    评估：乙\n"
    assert unwrapped(text) == text
