"""A verdict with all that it refers to, looked up once and put in order once for every format."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import msgspec

from pentascope.model.discipline import Discipline, Phase
from pentascope.model.evidence import Evidence
from pentascope.model.requirement import Requirement
from pentascope.model.scoping import System
from pentascope.model.verdict import Ground, Outcome, Verdict
from pentascope.report.words import OUTCOME_NAMES, STRENGTH_NAMES

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from pentascope.model.matrix import Matrix
    from pentascope.model.posture import AssessmentResult

PENDING = frozenset({Outcome.NOT_MET, Outcome.UNKNOWN})
"""What still has to be done: shown not to be met, or not known."""

_OUTCOMES = tuple(Outcome)
_PHASES = tuple(Phase)
_DISCIPLINES = tuple(Discipline)


class Citation(msgspec.Struct, frozen=True, kw_only=True):
    """One place that a ground names. Strings are as scanned: the format escapes them."""

    ground: Ground
    path: str
    line: int | None  # None: the whole file
    evidence: Evidence | None = None  # None: the check names the place itself

    @property
    def where(self) -> str:
        """`path:line`, or the path of a whole file."""
        return self.path if self.line is None else f"{self.path}:{self.line}"

    @property
    def mark(self) -> str:
        """What identifies the place however lines move; one of `Ground.marks`."""
        return next(iter(self.ground.marks)) if self.evidence is None else f"{self.ground.check}\0{self.evidence.id}"

    @property
    def words(self) -> str:
        """What stands there."""
        return (self.ground.address or "") if self.evidence is None else self.evidence.excerpt.strip()


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """One verdict, its requirement, its system and the places that its grounds name, in their order."""

    verdict: Verdict
    requirement: Requirement
    system: System
    label: str  # of the system: its name, and its folder where two have that name
    number: int  # of the system, from 1, running ones first
    is_planned: bool
    citations: tuple[Citation, ...]

    @property
    def anchor(self) -> str:
        """What the verdict is called inside one document."""
        return f"v-{self.verdict.requirement}-{self.number}"

    @property
    def is_sign(self) -> bool:
        """Whether something good was seen that does not prove the whole."""
        signs = (ground for ground in self.verdict.grounds if ground.outcome is Outcome.MET and not ground.is_whole)
        return self.verdict.outcome is Outcome.UNKNOWN and any(signs)

    def cited(self, ground: Ground) -> tuple[Citation, ...]:
        """The places of one ground, each once."""
        found: dict[str, Citation] = {}
        for each in self.citations:
            if each.ground is ground:
                found.setdefault(each.where, each)
        return tuple(found.values())

    def places(self, outcome: Outcome | None = None) -> tuple[str, ...]:
        """Every place once, or those whose grounds have that outcome."""
        return tuple(dict.fromkeys(each.where for each in self.citations if outcome in {None, each.ground.outcome}))


def told_of(result: AssessmentResult, matrix: Matrix) -> tuple[Told, ...]:
    """The verdicts of what runs, in their order."""
    return _told(result.scan.systems, result.verdicts, result, matrix, first=1, is_planned=False)


def planned_of(result: AssessmentResult, matrix: Matrix) -> tuple[Told, ...]:
    """The verdicts of what is planned, in their order."""
    if result.planned is None:
        return ()
    first = 1 + len(result.scan.systems)
    return _told(result.planned.systems, result.planned.verdicts, result, matrix, first=first, is_planned=True)


def _told(
    systems: Sequence[System], verdicts: Iterable[Verdict], result: AssessmentResult, matrix: Matrix, *, first: int, is_planned: bool
) -> tuple[Told, ...]:
    requirements = {each.code: each for each in matrix.requirements}
    evidence = result.scan.evidence_by_id()
    names = labels(systems)
    numbered = {system.id: (number, system) for number, system in enumerate(systems, start=first)}
    return tuple(
        Told(
            verdict=verdict, requirement=requirements[verdict.requirement], system=system, label=names[system.id], number=number,
            is_planned=is_planned, citations=tuple(each for ground in verdict.grounds for each in _citations(ground, evidence)),
        )
        for verdict in verdicts
        for number, system in (numbered[verdict.system],)
    )  # fmt: skip


def _citations(ground: Ground, evidence: Mapping[str, Evidence]) -> Iterator[Citation]:
    """The places of one ground: its own, then its lines of evidence."""
    if ground.path is not None:
        yield Citation(ground=ground, path=ground.path, line=ground.line or None)
    for key in ground.evidence:
        if key in evidence:
            yield Citation(ground=ground, path=evidence[key].path, line=evidence[key].line, evidence=evidence[key])


def labels(systems: Sequence[System]) -> dict[str, str]:
    """What each system is called, by its id: its name, with its folder where two have the same name."""
    names = Counter(system.name for system in systems)
    return {system.id: system.name if names[system.name] == 1 else f"{system.name} ({system.root})" for system in systems}


def worst(one: Told) -> tuple[int, int, int, int, str, str]:
    """What verdicts are sorted by where outcomes stand together: the worst outcome first, then when it is due."""
    return _OUTCOMES.index(one.verdict.outcome), *due(one)


def due(one: Told) -> tuple[int, int, int, str, str]:
    """What verdicts of one outcome are sorted by: the phase, since that is when they are due, then as the matrix lists them."""
    entry = one.requirement
    has_grounds = 0 if one.verdict.grounds else 1
    return _PHASES.index(entry.phase), has_grounds, _DISCIPLINES.index(entry.discipline), entry.code, one.label


def ground_words(one: Told, ground: Ground) -> str:
    """One ground in a sentence: outcome, kind of proof, what it says, and its places in brackets."""
    address = f"{ground.address}: " if ground.address else ""
    places = ", ".join(each.where for each in one.cited(ground))
    sign = " (a sign)" if not ground.is_whole else ""
    kind = f"{OUTCOME_NAMES[ground.outcome]}{sign} by {STRENGTH_NAMES[ground.strength]}"
    return f"{kind}: {address}{ground.says}" + (f" [{places}]" if places else "")
