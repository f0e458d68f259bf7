"""A plan that an earlier version kept is read as it was meant: two languages, mutants as whole definitions."""

from __future__ import annotations

import msgspec

from grader.models import Job
from tests.support.factories import make_job


def test_plan_from_before_suites_had_edits_and_languages_reads() -> None:
    kept = msgspec.msgpack.decode(msgspec.msgpack.encode(make_job()))
    kept["suite"] |= {"mutants": {"add": "@mutant(en='One.', zh='一。')\ndef one(x): ...\n"}}
    for key in ("edits", "languages"):
        del kept["suite"][key]
    kept["tasks"][0]["hints"] = [{"en": "Look.", "zh": "看。"}]

    job = msgspec.msgpack.decode(msgspec.msgpack.encode(kept), type=Job)

    assert (job.suite.languages, job.suite.edits) == (("en", "zh"), {})
    assert "def one" in job.suite.mutants["add"]
    assert job.tasks[0].hints == ({"en": "Look.", "zh": "看。"},)
