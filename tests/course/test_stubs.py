from __future__ import annotations

import pytest

from grader.course.stubs import has_regions, stub_source
from grader.errors import CourseError

_BEGIN, _END = "### BEGIN SOLUTION", "### END SOLUTION"


def test_region_of_function_becomes_error_with_its_name() -> None:
    solution = f'def f(x):\n    """Doc."""\n    {_BEGIN}\n    return x\n    {_END}\n\n\nCONSTANT = 1\n'
    assert stub_source(solution) == (
        'def f(x):\n    """Doc."""\n    raise NotImplementedError("f")\n\n\nCONSTANT = 1\n'
    )


def test_region_of_method_names_class_and_method() -> None:
    solution = f"class Adam:\n    def step(self):\n        {_BEGIN}\n        pass\n        {_END}\n"
    assert 'raise NotImplementedError("Adam.step")' in stub_source(solution)


def test_region_deeper_in_function_keeps_its_indentation() -> None:
    solution = f"def f():\n    with open('x'):\n        {_BEGIN}\n        pass\n        {_END}\n"
    assert stub_source(solution).endswith("    with open('x'):\n        raise NotImplementedError(\"f\")\n")


def test_region_in_class_body_raises_when_used_and_not_when_imported() -> None:
    solution = f"class Net:\n    '''Doc.'''\n\n    {_BEGIN}\n    def forward(self): ...\n    {_END}\n"
    scope: dict[str, type] = {}
    exec(stub_source(solution), scope)
    with pytest.raises(NotImplementedError, match="^Net$"):
        scope["Net"](1, two=2)


def test_region_behind_a_function_belongs_to_module_and_is_dropped() -> None:
    solution = f"def f():\n    return 1\n\n{_BEGIN}\ndef helper(): ...\n{_END}\nx = 1\n"
    assert stub_source(solution) == "def f():\n    return 1\n\nx = 1\n"


def test_two_regions_of_one_file_are_both_cut() -> None:
    body = f"    {_BEGIN}\n    return 1\n    {_END}\n"
    stub = stub_source(f"def f():\n{body}\n\ndef g():\n{body}")
    assert stub.count("NotImplementedError") == 2
    assert "return" not in stub


def test_marker_inside_a_string_is_text() -> None:
    solution = f'TEXT = """\n{_BEGIN}\n"""\n'
    assert stub_source(solution) == solution
    assert not has_regions(solution)


def test_windows_line_ends_stay() -> None:
    solution = f"def f():\r\n    {_BEGIN}\r\n    return 1\r\n    {_END}\r\n"
    assert stub_source(solution) == 'def f():\r\n    raise NotImplementedError("f")\r\n'


@pytest.mark.parametrize(
    ("solution", "message"),
    [
        (f"def f():\n    {_BEGIN}\n    return 1\n", "line 2: .*without `### END"),
        (f"def f():\n    return 1\n    {_END}\n", "line 3: .*without `### BEGIN"),
        (f"def f():\n    {_BEGIN}\n    {_BEGIN}\n    return 1\n    {_END}\n", "line 3: .*began in line 2"),
        ("def f():\n    ## BEGIN SOLUTION\n    return 1\n", "line 2: .*nearly a marker"),
        (f"def f():\n    ### begin solution\n    return 1\n    {_END}\n", "line 2: .*nearly a marker"),
        (f"def f():\n    x = 1  {_BEGIN}\n    return 1\n    {_END}\n", "line 2: .*line of its own"),
        ("def f(:\n", "line 1: the solution is not valid Python"),
        (f"{_BEGIN}\ndef f():\n    {_END}\n    return 1\n", "line 1: the stub is not valid Python"),
    ],
    ids=["no_end", "no_begin", "nested", "misspelt", "lower_case", "behind_code", "no_python", "stub_no_python"],
)
def test_what_could_hand_out_a_solution_is_refused_with_its_line(solution: str, message: str) -> None:
    with pytest.raises(CourseError, match=message):
        stub_source(solution)
