"""The gate on a course whose suite is proved, and on copies of it with one thing broken."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

from grader.course.course import Course
from grader.errors import CourseError, EngineMissingError, SandboxDiedError, UserError
from grader.models import Answer, Feedback, Job
from grader.sandbox.pool import Pool
from grader.verify.gate import Proof, Verification, verify
from grader.verify.trials import TrialKind, plan_trials

_PROVED = Path(__file__).parents[1] / "courses" / "proved"
_TABLE = "assignments/sums/assignment.toml"
_SUITE = "assignments/sums/suite/test_sums.py"
_SOLUTION = "solutions/sums.py"
_MUTANTS = "assignments/sums/mutants/running_sum.py"
_EDITS = "assignments/sums/mutants/Scale.toml"
_WHOLE = "assignments/sums/mutants/Scale.py"
_VARIANTS = "assignments/sums/variants/running_sum.py"
_EQUIVALENT = "assignments/sums/mutants/equivalent.toml"

Prove = Callable[..., Proof]


@pytest.fixture
def prove(lent_pool: None, tmp_path: Path) -> Prove:
    """Verifies a copy of the proved course after putting one text in the place of another."""
    root = tmp_path / "course"
    shutil.copytree(_PROVED, root, ignore=shutil.ignore_patterns("__pycache__"))

    def run(file: str = _SUITE, old: str = "", new: str = "", **options: object) -> Proof:
        text = (root / file).read_text(encoding="utf-8") if (root / file).is_file() else ""
        assert old in text
        (root / file).write_text(text.replace(old, new), encoding="utf-8")
        course = Course(root)
        found = verify(course, [course.assignment("sums")], seeds=6, **options)  # type: ignore[arg-type]
        assert isinstance(found, Verification)
        assert found.is_proved == found.assignments[0].is_proved
        return found.assignments[0]

    return run


def _named(proof: Proof) -> set[tuple[str, str]]:
    return {(complaint.check, complaint.subject) for complaint in proof.complaints}


def _test_of(suite: str, name: str) -> str:
    """Returns the text of one test, with its marks."""
    start = suite.index(f"def {name}(")
    start = suite.rindex("\n\n\n", 0, start) + 3
    end = suite.find("\n\n\n", start)
    return suite[start : end if end > 0 else len(suite)]


def test_complete_assignment_is_proved(prove: Prove) -> None:
    proof = prove(jobs=2)
    assert proof.complaints == ()
    counts = proof.tally
    assert (counts.tests, counts.seeds, counts.variants) == (4, 6, 4)
    assert (counts.mutants, counts.caught, counts.named, counts.unnamed) == (4, 4, 4, ())
    assert (counts.mechanical, counts.mechanical_caught, counts.mechanical_listed) == (8, 8, 0)
    assert counts.breaches == counts.breaches_caught > 0


def test_all_mechanical_mutants_are_tried_when_that_is_wanted(prove: Prove) -> None:
    proof = prove(jobs=2, mechanical=True)
    assert proof.complaints == ()
    counts = proof.tally
    assert (counts.mechanical, counts.mechanical_caught, counts.mechanical_listed) == (14, 13, 1)
    assert (counts.mutants, counts.caught, counts.named) == (4, 4, 4)


def test_mechanical_mutant_that_survives_comes_with_the_entry_that_lists_it(prove: Prove) -> None:
    entry = (_PROVED / _EQUIVALENT).read_text(encoding="utf-8")
    (complaint,) = prove(_EQUIVALENT, entry, task_names=("running_sum",), mechanical=True).complaints
    assert (complaint.check, complaint.subject) == (
        "mechanical", "running_sum/line 12: out, total = (torch.empty_like(x), torch.zeros(()))",
    )  # fmt: skip
    said, _, block = complaint.message.partition("\n")
    assert "survives" in said and "`mutants/equivalent.toml`" in said
    proof = prove(_EQUIVALENT, "", block.replace("...", "No entry is narrower."), mechanical=True)
    assert proof.complaints == ()


def test_entry_of_what_is_caught_is_not_true(prove: Prove) -> None:
    entry = '[[equivalent]]\ntask = "Scale"\nfrom = "return self.factor * x"\nto = "return x"\nreason = "?"\n'
    text = (_PROVED / _EQUIVALENT).read_text(encoding="utf-8")
    (complaint,) = prove(_EQUIVALENT, text, text + entry, task_names=("Scale",), mechanical=True).complaints
    assert (complaint.check, complaint.subject) == ("equivalent", "mutants/equivalent.toml")
    assert "`return self.factor * x` becoming `return x`, which is caught by `test_sums.py::test_scales`" in (
        complaint.message
    )


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("torch.zeros(()))", "torch.zeros([]))", "The nearest change of this statement is to `out, total"),
        ("out, total =", "outer, totals =", "The nearest statement is `out, total"),
        ("out, total = (torch.empty_like(x), torch.zeros((), dtype=x.dtype))", "del q", "Take it out of the list."),
    ],
    ids=["another-change", "another-statement", "nothing-like-it"],
)
def test_entry_of_what_is_not_made_is_not_true(prove: Prove, old: str, new: str, said: str) -> None:
    text = (_PROVED / _EQUIVALENT).read_text(encoding="utf-8")
    longer = text + text.replace(old, new)
    (complaint,) = prove(_EQUIVALENT, text, longer, task_names=("running_sum",)).complaints
    assert (complaint.check, complaint.subject) == ("equivalent", "mutants/equivalent.toml")
    assert "is not made of the reference any more" in complaint.message and said in complaint.message


def test_mechanical_mutant_is_not_waited_for_as_long_as_a_student(
    prove: Prove, warm_pool: Pool, monkeypatch: pytest.MonkeyPatch
) -> None:
    jobs: list[Job] = []

    judge = warm_pool.grade

    def note(job: Job) -> Answer:
        jobs.append(job)
        return judge(job)

    monkeypatch.setattr(warm_pool, "grade", note)
    prove(task_names=("Scale",))
    assert {(job.limits.test_s, job.limits.total_s, bool(job.suite.edits)) for job in jobs} == {
        (5.0, 120.0, True), (5.0, 120.0, False), (2.0, 20.0, False),
    }  # fmt: skip
    assert len({job.suite.sha256 for job in jobs}) == 2


@pytest.mark.parametrize(
    ("test", "survivors"),
    [
        ("test_argument_is_unchanged", {"running_sum/in_place"}),
        ("test_scales", {"Scale/Divides"}),
    ],
)
def test_mutant_that_only_one_test_caught_is_named_when_that_is_hollow(
    prove: Prove, test: str, survivors: set[str]
) -> None:
    suite = (_PROVED / _SUITE).read_text(encoding="utf-8")
    own = _test_of(suite, test)
    proof = prove(
        _SUITE, own, own.replace("rng.normal", "0 * rng.normal"), task_names=(next(iter(survivors)).split("/")[0],)
    )
    assert {subject for check, subject in _named(proof) if check == "survivor"} == survivors


@pytest.mark.parametrize(
    ("file", "old", "new", "expected"),
    [
        pytest.param(_SOLUTION, "self.factor * x", "self.factor * x + 1", ("reference", "test_scales"), id="reference"),
        pytest.param(
            _SUITE, "x = rng.normal(3)\n", "x = rng.normal(3)\n    assert_close(bool(x[0] > 0.2), True)\n",
            ("flaky", "test_scales"), id="flaky",
        ),
        pytest.param(
            _SUITE, "x = rng.normal(3)\n", "x = rng.normal(3)\n    import time\n    time.sleep(0.3)\n",
            ("slow", "test_scales"), id="slow",
        ),
        pytest.param(
            _SUITE, "@needs_value\n@task(\"running_sum\")",
            "@needs_value\n@task(\"running_sum\")\ndef test_again(student):\n    \"\"\"Answers.\"\"\"\n"
            "    student.running_sum(torch.ones(2))\n\n\n@needs_value\n@task(\"running_sum\")",
            ("idle", "test_again"), id="idle",
        ),
        pytest.param(
            _SUITE, "assert_close(student.run(scaled, factor, x), factor * x)", "student", ("stub", "stub"), id="stub",
        ),
        pytest.param(
            _SUITE, "assert_close(student.run(scaled, factor, x), factor * x)",
            "assert student.run(scaled, factor, x).shape",
            ("impostor", "random numbers"), id="impostor",
        ),
        pytest.param(
            _SUITE, "rng.normal(3)\n    for factor in (3.0,",
            "rng.normal(3, dtype=torch.float64)\n    for factor in (3.1,",
            ("variant", "Scale/Linear"), id="variant",
        ),
        pytest.param(
            _EDITS, "[Divides]", '[Keeps]\nright = true\nedits = [["self.factor * x", "x"]]\n\n[Divides]',
            ("variant", "Scale/Keeps"), id="style",
        ),
        pytest.param(
            _SUITE, "    return solution.Scale(factor)(x)",
            "    return solution.Scale(factor)(x) + 0 * solution.running_sum(torch.ones(3)).sum() - 6 + "
            "solution.running_sum(torch.ones(3)).sum()",
            ("stray", "running_sum/leaves_itself_out"), id="stray",
        ),
        pytest.param(
            _MUTANTS, "def from_the_end(x: Tensor)", "def from_the_end(x: Tensor, step=missing)",
            ("broken", "running_sum/from_the_end"), id="mutant-that-does-not-load",
        ),
        pytest.param(
            _EDITS, '"x / self.factor"', '"math.prod([self.factor]) + x"', ("broken", "Scale/Divides"),
            id="mutant-without-its-import",
        ),
        pytest.param(
            _MUTANTS, "        x[i] += x[i - 1]\n", "        x[i] += x[i - 1] if i < 99 else late\n",
            ("broken", "running_sum/in_place"), id="mutant-that-needs-a-name-where-no-test-goes",
        ),
        pytest.param(
            _EDITS, '"x / self.factor"', '"x / self.factor + len(later)\\n        later = []"',
            ("broken", "Scale/Divides"), id="mutant-with-an-unbound-local",
        ),
        pytest.param(
            _EDITS, '"x / self.factor"', '"x / self.factor if __import__(\'nowhere\') else x"',
            ("broken", "Scale/Divides"), id="mutant-without-a-module",
        ),
        pytest.param(
            _EDITS, '"x / self.factor"', '"x / / self.factor"', ("broken", "Scale/Divides"),
            id="mutant-that-is-no-python",
        ),
        pytest.param(
            _EDITS, 'edits = [["self.factor * x", "x / self.factor"]]',
            'each = {by = ["/ self.factor", "* self.factor"]}\nedits = [["self.factor * x", "x {by}"]]',
            ("survivor", "Scale/Divides[by=* self.factor]"), id="form-that-survives",
        ),
        pytest.param(
            _MUTANTS, "[x[i:].sum() for i in range(len(x))]", "[x[:i].sum() for i in range(len(x))]",
            ("name", "mutants"), id="two-mutants-alike",
        ),
        pytest.param(
            _SUITE, "    assert_close(student.running_sum(x), torch.cumsum(x, 0))",
            "    from grader.suite import require\n    got = student.running_sum(x)\n"
            "    require(torch.allclose(got, x.cumsum(0)), f'wrong for {x[0]}')",
            ("leak", "test_random"), id="leak-of-an-input",
        ),
        pytest.param(
            _SUITE, "    assert_close(student.running_sum(x), torch.cumsum(x, 0))",
            "    from grader.suite import require\n    got = student.running_sum(x)\n"
            "    require(torch.allclose(got, x.cumsum(0)), f'wrong for {int(100 * x[0])}')",
            ("leak", "test_random"), id="leak-of-an-integer",
        ),
        pytest.param(
            _SUITE, "    assert_close(student.running_sum(x), torch.cumsum(x, 0))",
            "    n = int(rng.integers(3, 90))\n    x = rng.normal(n)\n"
            "    assert_close([student.running_sum(x)], [torch.cumsum(x, 0)], cases=[x])",
            ("leak", "test_random"), id="leak-of-a-size",
        ),
        pytest.param(
            _SUITE, "Sums up any numbers.", "Sums up 0.25 and 0.5.", ("leak", "test_random"), id="leak-in-a-title",
        ),
    ],
)  # fmt: skip
def test_what_is_not_proved_is_said(prove: Prove, file: str, old: str, new: str, expected: tuple[str, str]) -> None:
    check, subject = expected
    is_about_scale = "cale" in subject or check in ("stub", "impostor")
    tasks = () if check == "stray" else ("Scale",) if is_about_scale else ("running_sum",)
    proof = prove(file, old, new, task_names=tasks)
    assert [found for found in _named(proof) if found[0] == check and subject in found[1]], proof.complaints


def test_case_that_fails_and_how_many_there_are_may_depend_on_the_seed(prove: Prove) -> None:
    old = "    assert_close(student.running_sum(x), torch.cumsum(x, 0))"
    new = (
        "    count, at = int(rng.integers(2, 9)), int(rng.integers(0, 2))\n"
        "    cases = [rng.normal(3) for _ in range(count)]\n"
        "    found = [student.running_sum(y) if index == at else y.cumsum(0) for index, y in enumerate(cases)]\n"
        "    assert_close(found, [y.cumsum(0) for y in cases], cases=cases)"
    )
    assert "leak" not in {check for check, _ in _named(prove(_SUITE, old, new, task_names=("running_sum",)))}


_TELLS_A_NUMBER = (
    "    assert_close(student.running_sum(x), torch.cumsum(x, 0))",
    "    from grader.suite import require\n    got = student.running_sum(x)\n"
    "    require(torch.allclose(got, x.cumsum(0)), f'wrong for {float(x[0])}')",
)


def test_nothing_leaks_where_feedback_is_full(prove: Prove) -> None:
    toml = "assignments/sums/assignment.toml"
    proof = prove(toml, "[title]", 'feedback = "full"\n[title]', task_names=("running_sum",))
    assert proof.complaints == ()
    proof = prove(_SUITE, *_TELLS_A_NUMBER, task_names=("running_sum",))
    assert "leak" not in {complaint.check for complaint in proof.complaints}


def test_no_spy_is_sent_where_feedback_is_full() -> None:
    course = Course(_PROVED)
    terse = course.assignment("sums")
    full = msgspec.structs.replace(terse, feedback=Feedback.FULL)
    kinds = [[trial.kind for trial in plan_trials(course, each, each.tasks, 1)] for each in (terse, full)]
    assert TrialKind.SPY in kinds[0]
    assert kinds[1] == [kind for kind in kinds[0] if kind is not TrialKind.SPY]


@pytest.mark.parametrize(
    ("file", "old", "new", "expected"),
    [
        pytest.param(_SUITE, "(5, 1, 0)", "(5, 1)", ("running_sum/x", "size 0"), id="size"),
        pytest.param(_SUITE, "rng.spread(", "rng.normal(", ("running_sum/x", "zeros, tiny, huge"), id="magnitude"),
        pytest.param(_SUITE, "(3.0, -1.7, 0.37)", "(3.0, 1.7, 0.37)", ("Scale/factor", "negative"), id="number"),
        pytest.param(_TABLE, '"huge", ', "", ("Scale/forward.x", "huge"), id="waiver"),
    ],
)
def test_class_that_no_test_asks_with_is_a_complaint(
    prove: Prove, file: str, old: str, new: str, expected: tuple[str, str]
) -> None:
    subject, named = expected
    proof = prove(file, old, new, task_names=(subject.partition("/")[0],))
    (complaint,) = [found for found in proof.complaints if found.check == "class"]
    assert (complaint.subject, complaint.message) == (
        subject, f"is never asked with: {named}. Ask with it, or waive it in `assignment.toml`",
    )  # fmt: skip


def test_waived_class_that_comes_is_a_complaint(prove: Prove) -> None:
    """Of which nothing is said while only one task is tried: the other one may need it."""
    changed = (_TABLE, 'classes = ["zero"]', 'classes = ["zero", "negative"]')
    assert "class" not in {check for check, _ in _named(prove(*changed, task_names=("Scale",)))}
    assert _named(prove()) == {("class", "Scale/factor")}


def test_promise_that_no_test_looks_at_is_a_complaint(prove: Prove) -> None:
    proof = prove(_TABLE, '"grad mode left off", "views refused"', '"grad mode left off"', task_names=("running_sum",))
    assert _named(proof) == {("promise", "running_sum/call: views refused")}
    assert proof.tally.breaches == proof.tally.breaches_caught + 1
    assert "running_sum" in proof.complaints[0].message


def test_waived_promise_that_a_test_needs_not_is_a_complaint(prove: Prove) -> None:
    proof = prove(_TABLE, '"gradient"]', '"gradient", "views refused"]')
    assert _named(proof) == {("class", "x"), ("class", "forward.x")}


def test_test_that_only_a_breach_fails_is_not_idle(prove: Prove) -> None:
    """No mutant answers in float32, and one breach does."""
    added = '@needs_value\n@task("running_sum")\ndef test_dtype(student):\n    """Keeps.\n\n    保持。"""\n'
    asked = "    x = torch.ones(3, dtype=torch.float64)\n    assert_close(student.running_sum(x).dtype, x.dtype)"
    old = '@needs_value\n@task("running_sum")'
    proof = prove(_SUITE, old, f"{added}{asked}\n\n\n{old}", task_names=("running_sum",))
    assert "idle" not in {check for check, _ in _named(proof)}


def test_complaint_is_told_once_whatever_the_seeds(prove: Prove) -> None:
    proof = prove(_EDITS, '"x / self.factor"', '"x / later"', task_names=("Scale",))
    assert [complaint.check for complaint in proof.complaints].count("broken") == 1


def test_forms_of_a_mutant_are_counted_and_named_as_one(prove: Prove) -> None:
    forms = 'each = {by = ["/ self.factor", "+ self.factor"]}\nedits = [["self.factor * x", "x {by}"]]'
    proof = prove(_EDITS, 'edits = [["self.factor * x", "x / self.factor"]]', forms, task_names=("Scale",))
    assert proof.complaints == ()
    assert (proof.tally.mutants, proof.tally.caught, proof.tally.named) == (1, 1, 1)


def test_edit_that_does_not_fit_the_reference_is_the_author_s_to_mend(prove: Prove) -> None:
    with pytest.raises(CourseError, match=r"Scale.toml` has a mutant `Divides` .* nearest line is `"):
        prove(_SOLUTION, "return self.factor * x", "return x * self.factor")


def test_mutant_in_both_files_is_refused(prove: Prove) -> None:
    with pytest.raises(CourseError, match=r"Scale.toml` and the `.py` beside it both have `Divides`"):
        prove(_WHOLE, new=(_PROVED / _MUTANTS).read_text(encoding="utf-8").replace("from_the_end", "Divides"))


def test_one_task_is_tried_alone(prove: Prove) -> None:
    proof = prove(task_names=("Scale",))
    assert proof.complaints == ()
    assert (proof.tally.tests, proof.tally.variants, proof.tally.mutants) == (1, 2, 1)


def test_unknown_task_is_refused(prove: Prove) -> None:
    with pytest.raises(UserError, match="Did you mean `running_sum`"):
        prove(task_names=("runing_sum",))


def test_suite_that_judges_nobody_is_tried_once(prove: Prove) -> None:
    proof = prove(_SUITE, "assert_close(student", "assert_close(students")
    assert {complaint.check for complaint in proof.complaints} == {"engine"}
    assert "NameError" in proof.complaints[0].message
    assert proof.tally.mutants == 0


def test_trial_that_is_not_graded_is_no_proof(prove: Prove, warm_pool: Pool, monkeypatch: pytest.MonkeyPatch) -> None:
    def die(job: Job) -> Answer:
        raise SandboxDiedError("it went away")

    monkeypatch.setattr(warm_pool, "grade", die)
    proof = prove()
    assert ("engine", "reference") in _named(proof)
    assert {complaint.message for complaint in proof.complaints} == {"was not graded: it went away"}


def test_missing_engine_is_no_complaint_but_an_error(
    prove: Prove, warm_pool: Pool, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(job: Job) -> Answer:
        raise EngineMissingError("no Docker engine answers")

    monkeypatch.setattr(warm_pool, "grade", refuse)
    with pytest.raises(EngineMissingError):
        prove()
