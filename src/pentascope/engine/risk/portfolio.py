"""All systems against all scenarios: what each pair is expected to cost a year, and what work would take off it."""

from __future__ import annotations

import math
from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from pentascope.engine.risk.context import organisation_drives, presence, system_drives
from pentascope.engine.risk.credit import credit, planned_credit
from pentascope.engine.risk.quantities import Lognormal, share_mean
from pentascope.model.plan import Kind
from pentascope.model.risk import Driver
from pentascope.model.verdict import Outcome

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Mapping, Sequence

    from pentascope.engine.risk.context import Drive, Subject
    from pentascope.model.profile import Profile
    from pentascope.model.requirement import Requirement
    from pentascope.model.risk import Reduction, RiskModel, RiskScenario, RiskTables


class Guard(NamedTuple):
    """What one requirement takes off one pair: its place there, and the share that falls away."""

    place: str  # side and substitute group: of one place only the best counts
    share: float  # mean effect times credit


class Pair(msgspec.Struct, kw_only=True):
    """One scenario for one system. Money in US dollars, a year: the currency of a profile only scales what is told, and moves no rank."""

    subject: int
    scenario: int
    inherent: float  # expected loss without any control
    drives: tuple[tuple[Driver, Drive], ...]
    present: float  # 1, or less where nobody knows whether the scenario exists here
    guards: dict[str, Guard]  # by side and code: what is met already
    earned: dict[str, float]  # by code: the credit of what is met


class Work(msgspec.Struct, kw_only=True):
    """One requirement that is not met, or not known to be, for one system or once for several."""

    code: str
    subjects: tuple[int, ...]
    kind: Kind
    days: float
    cuts: tuple[tuple[int, Guard], ...]  # pair, guard
    after: frozenset[int] = frozenset()  # other work that has to come first
    stage: tuple[str, int] = ("", 0)  # what shares a track is done in the order of its phase
    level: int = 0


class Portfolio(msgspec.Struct, kw_only=True):
    """The whole problem of what to do first."""

    subjects: tuple[Subject, ...]
    scenarios: tuple[RiskScenario, ...]
    pairs: list[Pair]
    work: list[Work]

    def inherent(self) -> float:
        """Expected yearly loss of the whole without any control."""
        return math.fsum(pair.inherent for pair in self.pairs)

    def residual(self) -> list[float]:
        """Expected yearly loss of each pair with what is met."""
        return [pair.inherent * remaining(pair.guards.values()) for pair in self.pairs]


def remaining(guards: Iterable[Guard]) -> float:
    """The share that is left: the best of each place counts."""
    best: dict[str, float] = {}
    for guard in guards:
        best[guard.place] = max(best.get(guard.place, 0.0), guard.share)
    return math.prod(1 - share for share in best.values())


def portfolio(
    subjects: Sequence[Subject], profile: Profile, model: RiskModel, requirements: Iterable[Requirement], today: dt.date
) -> Portfolio:
    """The problem that these systems pose under this profile. The order of `subjects` does not matter.

    Raises: ValueError for a currency of which no rate is known.
    """
    ordered = tuple(sorted(subjects, key=lambda each: each.id))
    by_code = {each.code: each for each in requirements}
    shared = organisation_drives(profile.organisation, model.tables)
    pairs: list[Pair] = []
    places: dict[tuple[int, int], int] = {}
    for number, subject in enumerate(ordered):
        drives = shared | system_drives(subject, profile.organisation, model.tables)
        earned = {each.requirement: credit(each, by_code[each.requirement], model.tables, today) for each in subject.verdicts}
        for place, scenario in enumerate(model.scenarios):
            present = presence(subject, scenario.scopes, scenario.conditions, model.tables.present_when_unknown)
            if present:
                places[number, place] = len(pairs)
                pairs.append(_pair((number, place), scenario, drives, present, earned))
    return Portfolio(
        subjects=ordered, scenarios=model.scenarios, pairs=pairs, work=_work(ordered, places, model, by_code)
    )


def _pair(
    at: tuple[int, int], scenario: RiskScenario, drives: Mapping[Driver, Drive], present: float, earned: Mapping[str, float]
) -> Pair:
    mine = tuple((driver, drives[driver]) for driver in Driver if driver in scenario.drivers)
    times = math.prod(drive.times.mean for _, drive in mine)
    return Pair(
        subject=at[0],
        scenario=at[1],
        inherent=present * Lognormal.of(scenario.frequency).mean * Lognormal.of(scenario.loss).mean * times,
        drives=mine,
        present=present,
        guards={
            f"{each.side}:{each.requirement}": guard(each, earned[each.requirement])
            for each in scenario.reductions
            if earned.get(each.requirement)
        },
        earned={each.requirement: earned[each.requirement] for each in scenario.reductions if earned.get(each.requirement)},
    )


def guard(reduction: Reduction, earned: float) -> Guard:
    """What a reduction takes off with that credit."""
    place = f"{reduction.side}:{reduction.substitutes or reduction.requirement}"
    return Guard(place, share_mean(reduction.effect) * earned)


def _work(
    subjects: Sequence[Subject], places: Mapping[tuple[int, int], int], model: RiskModel, by_code: Mapping[str, Requirement]
) -> list[Work]:
    """What is open, by code and system. What an exception accepts is not work."""
    once = frozenset(model.planning.organisation_wide)
    wanted: dict[tuple[str, int | None], list[tuple[int, Outcome]]] = defaultdict(list)
    for number, subject in enumerate(subjects):
        for verdict in subject.verdicts:
            if verdict.outcome in {Outcome.NOT_MET, Outcome.UNKNOWN} and verdict.exception is None:
                key = (verdict.requirement, None if verdict.requirement in once else number)
                wanted[key].append((number, verdict.outcome))
    reductions: dict[str, list[tuple[int, Reduction]]] = defaultdict(list)
    for place, scenario in enumerate(model.scenarios):
        for reduction in scenario.reductions:
            reductions[reduction.requirement].append((place, reduction))
    found = []
    for (code, _), open_in in sorted(wanted.items(), key=lambda each: (each[0][0], -1 if each[0][1] is None else each[0][1])):
        requirement = by_code[code]
        earned = planned_credit(requirement, model.tables)
        numbers = tuple(number for number, _ in open_in)
        cuts = tuple(
            (places[number, place], guard(reduction, earned))
            for number in numbers
            for place, reduction in reductions[code]
            if (number, place) in places
        )
        kind = Kind.CLOSE if any(outcome is Outcome.NOT_MET for _, outcome in open_in) else Kind.ESTABLISH
        found.append(Work(code=code, subjects=numbers, kind=kind, days=expected_days(requirement, kind, model.tables), cuts=cuts))
    _link(found, model, by_code)
    return found


def expected_days(requirement: Requirement, kind: Kind, tables: RiskTables) -> float:
    """Person-days: all of the effort for a proved gap; for an unknown the finding out, and the effort if it is missing."""
    effort = Lognormal.of(tables.effort_days[requirement.effort]).mean
    if kind is Kind.CLOSE:
        return effort
    return Lognormal.of(tables.days_to_find_out).mean + (1 - share_mean(tables.met_when_unknown)) * effort


_PHASES = ("foundation", "core", "advanced")


def _link(found: list[Work], model: RiskModel, by_code: Mapping[str, Requirement]) -> None:
    """Prerequisites that are themselves open, of the same system or done once; and the track of each phase."""
    here: dict[tuple[str, int], int] = {
        (work.code, subject): number for number, work in enumerate(found) for subject in work.subjects
    }
    after = {each.requirement: each.after for each in model.planning.prerequisites}
    for number, work in enumerate(found):
        first = {here[code, subject] for code in after.get(work.code, ()) for subject in work.subjects if (code, subject) in here}
        work.after = frozenset(first - {number})
        requirement = by_code[work.code]
        where = "*" if len(work.subjects) > 1 or work.code in model.planning.organisation_wide else str(work.subjects[0])
        work.stage = (f"{where}:{requirement.discipline}", _PHASES.index(requirement.phase))
