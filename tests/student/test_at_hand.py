"""Which task is at hand: the one whose code changed, as long as it is open."""

from __future__ import annotations

from grader.student.at_hand import AtHand, Code, codes_of

_TASKS = ("a", "b", "c")
_ALL = frozenset(_TASKS)
_HELPED = """
LIMIT = 3

def halve(x):
    return x / LIMIT

def a(x):
    return halve(x)

@property
def b(x):
    return a(x)

class c:
    def f(self): return 1
"""


def codes(**own: str) -> dict[str, Code]:
    return {name: Code(own=own.get(name, ""), helpers=(own.get("helper", ""),)) for name in _TASKS}


def at(task: str | None, *open_tasks: str) -> AtHand:
    return AtHand(tasks=_TASKS, open=frozenset(open_tasks or _TASKS), task=task, codes=codes())


# Saves.


def test_first_check_leaves_the_task_that_one_began_with() -> None:
    here = AtHand(tasks=_TASKS, open=_ALL, task="b")
    assert here.checked(_ALL, codes()).task == "b"


def test_first_check_begins_behind_what_has_full_marks() -> None:
    here = AtHand(tasks=_TASKS, open=_ALL, task="a")
    assert here.checked(frozenset("bc"), codes()).task == "b"


def test_task_whose_code_changed_is_at_hand() -> None:
    assert at("a").checked(_ALL, codes(c="new")).task == "c"


def test_solved_task_that_was_spoilt_again_is_at_hand() -> None:
    assert at("a", "a", "b").checked(_ALL, codes(c="new")).task == "c"


def test_task_that_was_not_there_before_is_at_hand() -> None:
    here = AtHand(tasks=_TASKS, open=_ALL, task="a", codes={"a": Code(own="")})
    assert here.checked(_ALL, {"a": Code(own=""), "c": Code(own="")}).task == "c"


def test_save_that_changes_no_task_leaves_the_one_at_hand() -> None:
    assert at("b").checked(_ALL, codes()).task == "b"


def test_of_several_that_changed_the_one_at_hand_stays() -> None:
    assert at("b").checked(_ALL, codes(a="new", b="new")).task == "b"


def test_of_several_others_that_changed_it_is_the_first() -> None:
    assert at("a").checked(_ALL, codes(b="new", c="new")).task == "b"


def test_own_code_tells_more_than_a_helper_that_others_share() -> None:
    assert at("a").checked(_ALL, codes(c="new", helper="new")).task == "c"


def test_helper_leads_to_an_open_task_that_uses_it() -> None:
    assert at("a", "a", "c").checked(frozenset("c"), codes(helper="new")).task == "c"


def test_change_counts_from_the_last_save_that_was_python() -> None:
    here = at("a").checked(None, None)
    assert here.task == "a"
    assert here.checked(_ALL, codes(b="new")).task == "b"


# Full marks.


def test_task_that_gets_full_marks_is_left_for_the_next_open_one() -> None:
    assert at("b").checked(frozenset("ac"), codes(b="new")).task == "c"


def test_next_open_one_is_behind_the_task_that_was_worked_on() -> None:
    assert at("a").checked(frozenset("ac"), codes(b="new")).task == "c"


def test_behind_the_last_task_it_begins_anew() -> None:
    assert at("c").checked(frozenset("a"), codes(c="new")).task == "a"


def test_tidying_up_a_solved_task_leaves_the_one_at_hand() -> None:
    assert at("c", "b", "c").checked(frozenset("bc"), codes(a="new")).task == "c"


def test_nothing_is_at_hand_when_nothing_is_open() -> None:
    assert at("b", "b").checked(frozenset(), codes(b="new")).task is None


def test_solved_task_that_breaks_again_is_at_hand() -> None:
    assert AtHand(tasks=_TASKS, open=frozenset(), task=None).checked(frozenset("b"), codes()).task == "b"


def test_check_that_was_not_graded_keeps_what_is_open() -> None:
    assert at("b", "b", "c").checked(None, codes(c="new")).open == frozenset("bc")


def test_error_of_syntax_opens_nothing_that_was_solved() -> None:
    assert at("b", "b", "c").checked(_ALL, None).open == frozenset("bc")


# Asking for the statement.


def test_statement_comes_first_and_then_the_next_task() -> None:
    first = at("b").asked_for()
    assert (first.task, first.asked_for().task, first.asked_for().asked_for().task) == ("b", "c", "a")


def test_next_task_is_an_open_one() -> None:
    assert at("a", "a", "c").asked_for().asked_for().task == "c"


def test_only_open_task_is_shown_again() -> None:
    assert at("b", "b").asked_for().asked_for().task == "b"


def test_statement_comes_first_again_after_a_check() -> None:
    here = at("b").asked_for().checked(_ALL, codes())
    assert here.asked_for().task == "b"


# Codes.


def changed(old: str, new: str) -> dict[str, str]:
    """Which tasks of `_HELPED` change by an edit, and in what."""
    before, after = (codes_of(text.encode(), _TASKS) for text in (_HELPED, _HELPED.replace(old, new)))
    assert before is not None and after is not None
    own = {name: "own" for name in before if before[name].own != after[name].own}
    return {name: "helpers" for name in before if before[name].helpers != after[name].helpers} | own


def test_code_of_a_task_is_its_definition_and_what_it_refers_to_however_deep() -> None:
    assert changed("return halve(x)", "return halve(2 * x)") == {"a": "own", "b": "helpers"}
    assert changed("LIMIT = 3", "LIMIT = 4") == {"a": "helpers", "b": "helpers"}


def test_method_belongs_to_its_class() -> None:
    assert changed("return 1", "return 2") == {"c": "own"}


def test_code_within_a_statement_is_told_by_the_statement() -> None:
    text = "if True:\n    x = 1\n    def a(): pass\n"
    assert codes_of(text.encode(), _TASKS) == {"a": Code(own=text)}


def test_decorator_belongs_to_what_it_decorates() -> None:
    assert changed("@property", "@staticmethod") == {"b": "own"}


def test_lines_that_move_are_no_change() -> None:
    assert changed("LIMIT = 3", "\n\n\nLIMIT = 3") == {}


def test_text_that_is_no_python_has_no_codes() -> None:
    assert codes_of(b"def a(x:", _TASKS) is None


def test_task_that_is_not_there_has_no_code() -> None:
    assert codes_of(b"def a(x): pass", _TASKS) == {"a": Code(own="def a(x): pass")}
