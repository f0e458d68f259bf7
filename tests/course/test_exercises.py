from __future__ import annotations

from pathlib import Path

import pytest

from grader.course.course import Course
from grader.course.exercises import ExerciseState, generate, inspect_exercise, reset_exercise, start_exercise
from grader.errors import CourseError
from grader.models import Assignment


@pytest.fixture
def assignment(toy: Course) -> Assignment:
    return toy.assignment("toy")


@pytest.fixture
def exercise(toy: Course, assignment: Assignment) -> Path:
    return toy.exercise(assignment)


def test_missing_exercise_is_cut_from_the_solution(toy: Course, assignment: Assignment, exercise: Path) -> None:
    assert generate(toy, assignment).is_written
    text = exercise.read_text()
    assert 'raise NotImplementedError("double")' in text
    assert "SOLUTION" not in text
    assert inspect_exercise(toy, assignment).state is ExerciseState.CURRENT


def test_second_run_changes_nothing(toy: Course, assignment: Assignment) -> None:
    generate(toy, assignment)
    known = (toy.root / "exercises" / ".stubs.json").read_bytes()
    assert not generate(toy, assignment).is_written
    assert (toy.root / "exercises" / ".stubs.json").read_bytes() == known


def test_earlier_stub_is_replaced_without_backup(toy: Course, assignment: Assignment, exercise: Path) -> None:
    generate(toy, assignment)
    solution = toy.solution(assignment)
    solution.write_text(solution.read_text().replace("Two toys.", "Two new toys."))
    assert inspect_exercise(toy, assignment).state is ExerciseState.STALE
    done = generate(toy, assignment)
    assert done.is_written and done.backup is None
    assert "Two new toys." in exercise.read_text()


def test_work_of_a_student_is_left_alone(toy: Course, assignment: Assignment, exercise: Path) -> None:
    exercise.write_text("my work")
    done = generate(toy, assignment)
    assert not done.is_written
    assert done.exercise.state is ExerciseState.EDITED
    assert exercise.read_text() == "my work"


def test_force_keeps_a_backup_of_the_work(toy: Course, assignment: Assignment, exercise: Path) -> None:
    exercise.write_text("my work")
    done = generate(toy, assignment, force=True)
    assert done.backup is not None and done.backup.read_text() == "my work"
    assert "NotImplementedError" in exercise.read_text()


def test_stub_with_windows_line_ends_is_no_work(toy: Course, assignment: Assignment, exercise: Path) -> None:
    generate(toy, assignment)
    exercise.write_bytes(exercise.read_bytes().replace(b"\n", b"\r\n"))
    assert inspect_exercise(toy, assignment).state is ExerciseState.CURRENT


def test_solution_without_regions_is_not_handed_out(toy: Course, assignment: Assignment, exercise: Path) -> None:
    toy.solution(assignment).write_text("def double(x):\n    return 2 * x\n")
    with pytest.raises(CourseError, match="give the solution away"):
        generate(toy, assignment)
    assert not exercise.exists()


def test_error_in_markers_names_file_and_line(toy: Course, assignment: Assignment) -> None:
    toy.solution(assignment).write_text("def f():\n    ### BEGIN SOLUTION\n    return 1\n")
    with pytest.raises(CourseError, match=r"toy\.py`, line 2"):
        generate(toy, assignment)


def test_broken_list_of_stubs_is_an_error_and_stays(toy: Course, assignment: Assignment, exercise: Path) -> None:
    exercise.write_text("something")
    known = toy.root / "exercises" / ".stubs.json"
    known.write_text("{")
    with pytest.raises(CourseError, match=r"\.stubs\.json"):
        generate(toy, assignment)
    assert known.read_text() == "{"


def test_start_takes_the_exercise_there_is_when_the_course_has_no_solutions(
    toy: Course, assignment: Assignment, exercise: Path
) -> None:
    toy.solution(assignment).unlink()
    exercise.write_text("given out as it is")
    started = start_exercise(toy, assignment)
    assert not started.is_written
    assert started.exercise.state is ExerciseState.UNKNOWN
    exercise.unlink()
    with pytest.raises(CourseError, match="is missing"):
        start_exercise(toy, assignment)


def test_reset_puts_the_stub_back_and_numbers_backups(toy: Course, assignment: Assignment, exercise: Path) -> None:
    for number in (1, 2):
        exercise.write_text(f"work {number}")
        backup = reset_exercise(toy, assignment).backup
        assert backup is not None
        assert (backup.name, backup.read_text()) == (f"toy.py.bak-{number}", f"work {number}")
    assert reset_exercise(toy, assignment).backup is None
