"""Verdicts counted: by cell, discipline, scope, system and for the whole."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

import msgspec

from pentascope.model.declaration import LapsedWord
from pentascope.model.discipline import Discipline
from pentascope.model.evidence import Gap
from pentascope.model.scoping import ScanResult, Scope, System
from pentascope.model.verdict import Outcome, Verdict


class Tally(msgspec.Struct, frozen=True, kw_only=True):
    """How many verdicts of each outcome. Score and coverage are two numbers and are shown together."""

    met: int = 0
    not_met: int = 0
    unknown: int = 0
    not_applicable: int = 0

    @classmethod
    def of(cls, outcomes: Iterable[Outcome]) -> Tally:
        """The outcomes, counted."""
        counts = Counter(outcomes)
        return cls(**{outcome.value: counts[outcome] for outcome in Outcome})

    @property
    def outcome(self) -> Outcome:
        """Rolled up: not met beats unknown, unknown beats met."""
        if self.not_met:
            return Outcome.NOT_MET
        if self.unknown:
            return Outcome.UNKNOWN
        return Outcome.MET if self.met else Outcome.NOT_APPLICABLE

    @property
    def score_pct(self) -> int | None:
        """The share met of what is decided; None when nothing is. Rounded down, so that 100 means all."""
        decided = self.met + self.not_met
        return 100 * self.met // decided if decided else None

    @property
    def coverage_pct(self) -> int | None:
        """The share decided of what applies; None when nothing applies."""
        applying = self.met + self.not_met + self.unknown
        return 100 * (self.met + self.not_met) // applying if applying else None


class CellPosture(msgspec.Struct, frozen=True, kw_only=True):
    """One cell of the matrix over all systems that are in its scope."""

    scope: Scope
    discipline: Discipline
    tally: Tally


class SystemPosture(msgspec.Struct, frozen=True, kw_only=True):
    """One system: all of it, and by discipline."""

    system: str
    tally: Tally
    disciplines: tuple[tuple[Discipline, Tally], ...]


class Posture(msgspec.Struct, frozen=True, kw_only=True):
    """Everything rolled up. A verdict that several scopes bring counts once in `whole`, and once in each cell."""

    whole: Tally
    cells: tuple[CellPosture, ...]
    disciplines: tuple[tuple[Discipline, Tally], ...]
    systems: tuple[SystemPosture, ...]


class PlannedPosture(msgspec.Struct, frozen=True, kw_only=True):
    """Systems that do not run yet, judged by people's word alone. Their counts are never part of those of what runs."""

    systems: tuple[System, ...]
    verdicts: tuple[Verdict, ...]
    posture: Posture


class Touched(msgspec.Struct, frozen=True, kw_only=True):
    """One verdict that a change touches: it is new, or was another one before, or is not met in a place that is new."""

    verdict: str  # Verdict.id
    before: Outcome | None  # None: nothing asked for it before
    fresh: tuple[str, ...] = ()  # Ground.marks that do not stand in the earlier revision


class Since(msgspec.Struct, frozen=True, kw_only=True):
    """What a change did to the verdicts, by judging the tree as it is and as it was at an earlier revision."""

    revision: str  # as the user named it
    commit: str | None  # None: the repository holds no commit yet
    changed: int  # files with other content, or new
    removed: int  # files that are gone
    touched: tuple[Touched, ...]  # in the order of the verdicts
    before: dict[str, Outcome]  # every outcome at that revision, by Verdict.id


class AssessmentResult(msgspec.Struct, frozen=True, kw_only=True):
    """A scan and what it means: same tree, catalogue, declarations and day give the same bytes."""

    scan: ScanResult
    verdicts: tuple[Verdict, ...]
    posture: Posture
    as_of: str  # ISO date on which attestations and exceptions were weighed
    gaps: tuple[Gap, ...] = ()  # of reading the infrastructure and the declarations
    planned: PlannedPosture | None = None  # None: nobody declared a planned system
    lapsed: tuple[LapsedWord, ...] = ()  # people's word that has no force today
    since: Since | None = None  # None: nobody asked what a change did
    schema: str = "urn:pentascope:schema:assessment:1"
