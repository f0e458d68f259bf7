"""What the text of a submission adds to a finding: a near name, a signature that does not fit, where its syntax breaks.

All of it is said from the outline and from exceptions' names; nothing here runs or opens a file.
"""

from __future__ import annotations

import difflib
import re

import msgspec

from grader.models import Task, Text, Verdict
from grader.runtime.trusted.findings import Finding
from grader.runtime.untrusted.outline import Outline, SyntaxProblem
from grader.runtime.wire.faults import CandidateFault, StudentError
from grader.runtime.wire.phrases import say

__all__ = ["SubmissionText", "import_fault", "is_about_the_call", "syntax_finding"]

_CALL_FAILED = re.compile(r"\(\) (missing|got|takes) ")  # as Python words it: "add() missing 1 required positional ..."


class SubmissionText(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of the text of a submission."""

    outline: Outline
    file_name: str

    def about_missing(self, name: str) -> Text:
        """Says that something is not defined, and what was probably meant, or that its statement failed."""
        if self.outline.definition(name) is not None:
            return say(
                "`{name}` is not defined: its statement in {file_name} failed or did not run; see the output",
                name=name,
                file_name=self.file_name,
            )
        near = difflib.get_close_matches(name, [found.name for found in self.outline.definitions], 1)
        if not near:
            return say("`{name}` is not defined in {file_name}", name=name, file_name=self.file_name)
        return say(
            "`{name}` is not defined in {file_name}; did you mean `{near}`?",
            name=name,
            file_name=self.file_name,
            near=near[0],
        )

    def about_call(self, finding: Finding, task: Task, called: str | None) -> Finding:
        """Returns the finding with the signature that does not fit, if what was called is defined."""
        definition = self.outline.definition(called or task.name)
        if definition is None:
            return finding
        got = f"{definition.name}({', '.join(definition.parameters)})"
        message = say(
            "it cannot be called as the statement says: yours is `{got}`, expected `{signature}`",
            got=got,
            signature=task.signature,
        )
        return msgspec.structs.replace(finding, kind="signature", message=message, line=definition.line)


def is_about_the_call(error: StudentError) -> bool:
    """Whether the call itself failed; a probe that stumbles over a result raises a TypeError of its own too."""
    return error.line is None and _CALL_FAILED.search(error.message) is not None


def syntax_finding(problem: SyntaxProblem) -> Finding:
    message = say(
        "the file is not valid Python: {message} ({kind}{at})",
        message=problem.message,
        kind=problem.kind,
        at=say(", column {column}", column=problem.column) if problem.column else "",
    )
    return Finding(verdict=Verdict.ERROR, kind="syntax", message=message, line=problem.line)


def import_fault(error: StudentError) -> CandidateFault:
    """What went wrong while the file was imported can be told in full: no input was there yet."""
    if error.message:
        message = say("importing the file raised `{name}`: {message}", name=error.type_name, message=error.message)
    else:
        message = say("importing the file raised `{name}`", name=error.type_name)
    return CandidateFault(Verdict.ERROR, "import", message, error.line)
