"""Verdicts counted into a posture. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pentascope.model.discipline import Discipline
from pentascope.model.posture import CellPosture, Posture, SystemPosture, Tally
from pentascope.model.scoping import Scope

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from pentascope.model.verdict import Verdict


def tally(verdicts: Iterable[Verdict]) -> Tally:
    """The outcomes, counted."""
    return Tally.of(verdict.outcome for verdict in verdicts)


def posture(verdicts: Sequence[Verdict], discipline_of: Mapping[str, Discipline]) -> Posture:
    """All roll-ups; `discipline_of` maps the codes of requirements."""
    return Posture(
        whole=tally(verdicts),
        cells=tuple(
            CellPosture(scope=scope, discipline=each, tally=tally(_in_cell(verdicts, scope, each, discipline_of)))
            for scope in Scope
            for each in Discipline
        ),
        disciplines=_by_discipline(verdicts, discipline_of),
        systems=tuple(
            SystemPosture(system=system, tally=tally(own), disciplines=_by_discipline(own, discipline_of))
            for system in dict.fromkeys(verdict.system for verdict in verdicts)
            for own in [[verdict for verdict in verdicts if verdict.system == system]]
        ),
    )


def _in_cell(
    verdicts: Iterable[Verdict], scope: Scope, discipline: Discipline, discipline_of: Mapping[str, Discipline]
) -> Iterable[Verdict]:
    return (verdict for verdict in verdicts if scope in verdict.scopes and discipline_of[verdict.requirement] is discipline)


def _by_discipline(verdicts: Sequence[Verdict], discipline_of: Mapping[str, Discipline]) -> tuple[tuple[Discipline, Tally], ...]:
    return tuple((each, tally(v for v in verdicts if discipline_of[v.requirement] is each)) for each in Discipline)
