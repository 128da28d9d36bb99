"""An assessment as CSV: one row a verdict, for spreadsheets. Cells that a spreadsheet would take for formulas are quoted."""

from __future__ import annotations

import csv
from io import StringIO
from typing import TYPE_CHECKING

from pentascope.report.escape import escape, unformula
from pentascope.report.told import planned_of, told_of
from pentascope.report.words import STRENGTH_NAMES

if TYPE_CHECKING:
    from pentascope.model.matrix import Matrix
    from pentascope.model.posture import AssessmentResult

_HEADER = (
    "code", "title", "system", "root", "discipline", "scopes", "phase", "effort", "outcome", "proof", "conflict", "reason",
    "places", "question", "accepted_until", "status", "scope_contradictions",
)  # fmt: skip


def render(result: AssessmentResult, *, matrix: Matrix) -> str:
    """The verdicts as RFC 4180 text."""
    file = StringIO()
    writer = csv.writer(file, lineterminator="\r\n")
    writer.writerow(_HEADER)
    for one in (*told_of(result, matrix), *planned_of(result, matrix)):
        verdict, system, entry = one.verdict, one.system, one.requirement
        row = (
            entry.code, entry.title, system.name, system.root, str(entry.discipline), " ".join(str(int(s)) for s in verdict.scopes),
            str(entry.phase), str(entry.effort), str(verdict.outcome), STRENGTH_NAMES[verdict.strength] if verdict.strength else "",
            "yes" if verdict.is_conflict else "", verdict.reason, " ".join(one.places()), entry.question,
            verdict.exception.expires if verdict.exception else "", "planned" if one.is_planned else "current",
            " ".join(words for each in system.scopes if each.scope in verdict.scopes for words in each.contradictions),
        )  # fmt: skip
        writer.writerow([_cell(word) for word in row])
    return file.getvalue()


def _cell(word: str) -> str:
    return unformula(escape(word))
