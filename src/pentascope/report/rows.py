"""Verdicts with all that they refer to, looked up once for every format that tells them one by one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from pentascope.model.evidence import Evidence
from pentascope.model.requirement import Requirement
from pentascope.model.scoping import System
from pentascope.model.verdict import Ground, Outcome, Verdict
from pentascope.report.words import OUTCOME_NAMES, STRENGTH_NAMES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pentascope.model.matrix import Matrix
    from pentascope.model.posture import AssessmentResult

PENDING = frozenset({Outcome.NOT_MET, Outcome.UNKNOWN})
"""What still has to be done: shown not to be met, or not known."""


class Citation(msgspec.Struct, frozen=True, kw_only=True):
    """One place that a ground names. Strings are as scanned: the format escapes them."""

    ground: Ground
    path: str
    line: int
    evidence: Evidence | None = None  # None: the check names the place itself

    @property
    def place(self) -> str:
        """`path:line`."""
        return f"{self.path}:{self.line}"


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """One verdict, its requirement, its system and the places that its grounds name, in their order."""

    verdict: Verdict
    requirement: Requirement
    system: System
    citations: tuple[Citation, ...]

    @property
    def places(self) -> tuple[str, ...]:
        """Every place once."""
        return tuple(dict.fromkeys(each.place for each in self.citations))


def rows(result: AssessmentResult, matrix: Matrix) -> tuple[Row, ...]:
    """One row a verdict, in the order of the verdicts."""
    requirements = {each.code: each for each in matrix.requirements}
    systems = {system.id: system for system in result.scan.systems}
    evidence = result.scan.evidence_by_id()
    return tuple(
        Row(
            verdict=verdict,
            requirement=requirements[verdict.requirement],
            system=systems[verdict.system],
            citations=tuple(citation for ground in verdict.grounds for citation in citations(ground, evidence)),
        )
        for verdict in result.verdicts
    )


def citations(ground: Ground, evidence: dict[str, Evidence]) -> Iterator[Citation]:
    """The places of one ground: its own, then its lines of evidence."""
    if ground.path is not None:
        yield Citation(ground=ground, path=ground.path, line=ground.line or 1)
    for key in ground.evidence:
        if key in evidence:
            yield Citation(ground=ground, path=evidence[key].path, line=evidence[key].line, evidence=evidence[key])


def ground_words(ground: Ground, cited: tuple[Citation, ...]) -> str:
    """One ground in a sentence: outcome, kind of proof, what it says, and its places in brackets."""
    address = f"{ground.address}: " if ground.address else ""
    told = ", ".join(dict.fromkeys(each.place for each in cited if each.ground is ground))
    sign = " (a sign)" if not ground.is_whole else ""
    kind = f"{OUTCOME_NAMES[ground.outcome]}{sign} by {STRENGTH_NAMES[ground.strength]}"
    return f"{kind}: {address}{ground.says}" + (f" [{told}]" if told else "")
