"""An assessment as CSV: one row a verdict, for spreadsheets. Cells that a spreadsheet would take for formulas are quoted."""

from __future__ import annotations

import csv
from io import StringIO
from typing import TYPE_CHECKING

from pentascope.report.escape import escape, unformula
from pentascope.report.view import place
from pentascope.report.words import STRENGTH_NAMES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pentascope.model.evidence import Evidence
    from pentascope.model.matrix import Matrix
    from pentascope.model.posture import AssessmentResult
    from pentascope.model.scoping import System
    from pentascope.model.verdict import Verdict

_HEADER = (
    "code", "title", "system", "root", "discipline", "scopes", "phase", "effort", "outcome", "proof", "conflict", "reason",
    "places", "question", "accepted_until", "status", "scope_contradictions",
)  # fmt: skip


def render(result: AssessmentResult, *, matrix: Matrix) -> str:
    """The verdicts as RFC 4180 text."""
    requirements = {each.code: each for each in matrix.requirements}
    evidence = result.scan.evidence_by_id()
    file = StringIO()
    writer = csv.writer(file, lineterminator="\r\n")
    writer.writerow(_HEADER)
    for verdict, system, status in _rows(result):
        entry = requirements[verdict.requirement]
        row = (
            entry.code, entry.title, system.name, system.root, str(entry.discipline), " ".join(str(int(s)) for s in verdict.scopes),
            str(entry.phase), str(entry.effort), str(verdict.outcome), STRENGTH_NAMES[verdict.strength] if verdict.strength else "",
            "yes" if verdict.is_conflict else "", verdict.reason, " ".join(dict.fromkeys(_places(verdict, evidence))), entry.question,
            verdict.exception.expires if verdict.exception else "", status,
            " ".join(words for each in system.scopes if each.scope in verdict.scopes for words in each.contradictions),
        )  # fmt: skip
        writer.writerow([_cell(word) for word in row])
    return file.getvalue()


def _rows(result: AssessmentResult) -> Iterator[tuple[Verdict, System, str]]:
    """The verdicts of what runs, then those of what is planned."""
    systems = {system.id: system for system in result.scan.systems}
    yield from ((verdict, systems[verdict.system], "current") for verdict in result.verdicts)
    if result.planned:
        ahead = {system.id: system for system in result.planned.systems}
        yield from ((verdict, ahead[verdict.system], "planned") for verdict in result.planned.verdicts)


def _places(verdict: Verdict, evidence: dict[str, Evidence]) -> Iterator[str]:
    for ground in verdict.grounds:
        if ground.path is not None:
            yield f"{ground.path}:{ground.line or 1}"
        yield from (place(evidence[key]) for key in ground.evidence if key in evidence)


def _cell(word: str) -> str:
    return unformula(escape(word))
