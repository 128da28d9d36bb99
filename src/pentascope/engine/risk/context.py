"""What a profile multiplies a scenario by: one factor for each driver, a distribution where the answer is not known."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from pentascope.engine.risk.quantities import Lognormal, Mixture
from pentascope.model.profile import Autonomy, DataClass, Exposure, Industry, Regime
from pentascope.model.quantity import Range
from pentascope.model.requirement import Condition
from pentascope.model.risk import Driver
from pentascope.model.scoping import AgenticScope

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from pentascope.model.profile import OrganisationProfile, SystemProfile
    from pentascope.model.risk import Factor, RiskTables
    from pentascope.model.scoping import Scope
    from pentascope.model.verdict import Verdict

AnswerT = TypeVar("AnswerT", Industry, Exposure, Autonomy)

ORGANISATION_DRIVERS = frozenset({Driver.INDUSTRY, Driver.TURNOVER, Driver.REGIMES})
"""Drivers whose answer is the same for all systems: they are drawn once."""

_ONE = Mixture((Lognormal(0.0, 0.0),), (1.0,))
_BY_AGENTIC_SCOPE = {
    AgenticScope.NO_AGENCY: Autonomy.NONE,
    AgenticScope.PRESCRIBED_AGENCY: Autonomy.PRESCRIBED,
    AgenticScope.SUPERVISED_AGENCY: Autonomy.SUPERVISED,
    AgenticScope.FULL_AGENCY: Autonomy.FULL,
}


class Subject(NamedTuple):
    """One system as the risk model sees it."""

    id: str
    name: str
    scopes: frozenset[Scope]
    conditions: Mapping[Condition, bool | None]  # None, or absent: nobody knows
    agentic: AgenticScope | None
    profile: SystemProfile
    verdicts: tuple[Verdict, ...]
    owner: str | None = None


class Drive(NamedTuple):
    """What one driver multiplies by, whether somebody answered, and the words for a reader."""

    times: Mixture
    is_known: bool
    says: str


def organisation_drives(profile: OrganisationProfile, tables: RiskTables) -> dict[Driver, Drive]:
    """The factors that are the same for every system."""
    rate = usd_rate(profile, tables)
    turnover, is_known, says = _turnover(profile, tables, rate)
    return {
        Driver.INDUSTRY: _one_of(profile.industry, tables.industry, "industry"),
        Driver.TURNOVER: Drive(_power(turnover, tables.reference_turnover_usd, tables.turnover_power), is_known, says),
        Driver.REGIMES: _regimes(profile.regimes, tables.regimes),
    }


def system_drives(subject: Subject, organisation: OrganisationProfile, tables: RiskTables) -> dict[Driver, Drive]:
    """The factors of one system."""
    profile = subject.profile
    autonomy = profile.autonomy or (None if subject.agentic is None else _BY_AGENTIC_SCOPE[subject.agentic])
    users, records = profile.users or tables.users, profile.records or tables.records
    hour = _in_usd(profile.hour_down, usd_rate(organisation, tables)) or tables.hour_down_usd
    return {
        Driver.EXPOSURE: _one_of(profile.exposure, tables.exposure, "exposure"),
        Driver.AUTONOMY: _one_of(autonomy, tables.autonomy, "autonomy"),
        Driver.DATA: _data(profile.data, tables.data),
        Driver.USERS: Drive(_power(users, tables.reference_users, tables.users_power), profile.users is not None, _between(users, "users")),
        Driver.RECORDS: Drive(
            _power(records, tables.reference_records, tables.records_power), profile.records is not None, _between(records, "records")
        ),
        Driver.DOWNTIME: Drive(Mixture.of([hour]), profile.hour_down is not None, _between(hour, "US dollars an hour of outage")),
    }


def usd_rate(profile: OrganisationProfile, tables: RiskTables) -> float:
    """Units of the profile's currency for one US dollar. Raises: ValueError for a currency of which no rate is known."""
    rate = profile.per_usd or tables.per_usd.get(profile.currency)
    if rate is None:
        known = ", ".join(sorted(tables.per_usd))
        raise ValueError(f"`profile.currency` is {profile.currency}, of which no rate is known: write `per_usd`, or use one of {known}")
    return rate


def presence(subject: Subject, scopes: Iterable[Scope], conditions: Iterable[Condition], when_unknown: float) -> float:
    """1 where a scenario exists for the system, 0 where it does not, `when_unknown` where that hangs on an open condition."""
    if not subject.scopes.intersection(scopes):
        return 0.0
    answers = [subject.conditions.get(each) for each in conditions]
    if not answers or True in answers:
        return 1.0
    return when_unknown if None in answers else 0.0


def _one_of(answer: AnswerT | None, table: Mapping[AnswerT, Factor], name: str) -> Drive:
    if answer is None:
        return Drive(Mixture.of([each.times for each in table.values()]), False, f"{name} unknown")
    return Drive(Mixture.of([table[answer].times]), True, f"{name} {answer}")


def _data(answer: tuple[DataClass, ...] | None, table: Mapping[DataClass, Factor]) -> Drive:
    if answer is None:
        return Drive(Mixture.of([each.times for each in table.values()]), False, "data unknown")
    worst = max(answer or (DataClass.PUBLIC,), key=lambda each: Lognormal.of(table[each].times).mean)
    return Drive(Mixture.of([table[worst].times]), True, f"{worst.replace('_', ' ')} data")


def _regimes(answer: tuple[Regime, ...] | None, table: Mapping[Regime, Factor]) -> Drive:
    none = Range(low=1, high=1)
    if answer is None:
        return Drive(Mixture.of([none, *(each.times for each in table.values())]), False, "regimes unknown")
    if not answer:
        return Drive(_ONE, True, "no regime")
    hardest = max(answer, key=lambda each: Lognormal.of(table[each].times).mean)
    return Drive(Mixture.of([table[hardest].times]), True, f"regime {hardest}")


def _turnover(profile: OrganisationProfile, tables: RiskTables, rate: float) -> tuple[Range, bool, str]:
    if (known := _in_usd(profile.turnover, rate)) is not None:
        return known, True, _between(known, "US dollars of turnover")
    if profile.people is not None:
        a_head = tables.people_to_turnover_usd
        guess = Range(low=profile.people.low * a_head.low, high=profile.people.high * a_head.high)
        return guess, False, f"turnover guessed from {_between(profile.people, 'people')}"
    return tables.turnover_usd, False, "turnover unknown"


def _in_usd(money: Range | None, rate: float) -> Range | None:
    return None if money is None else Range(low=money.low / rate, high=money.high / rate)


def _power(quantity: Range, reference: float, power: float) -> Mixture:
    """(quantity / reference) ** power."""
    each = Lognormal.of(quantity)
    return Mixture((Lognormal(power * (each.mu - math.log(reference)), abs(power) * each.sigma),), (1.0,))


def _between(each: Range, what: str) -> str:
    return f"{each.low:,.0f} {what}" if each.low == each.high else f"{each.low:,.0f} to {each.high:,.0f} {what}"
