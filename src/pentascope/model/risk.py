"""Risk as data: scenarios with their frequency and loss, what reduces them, and the tables that fit both to a profile."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from enum import StrEnum

import msgspec

from pentascope.model.discipline import Discipline
from pentascope.model.profile import Autonomy, DataClass, Exposure, Industry, Regime
from pentascope.model.quantity import Range, Share
from pentascope.model.requirement import Condition, Effort
from pentascope.model.scoping import Scope
from pentascope.model.verdict import Strength


class _Entry(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """Unknown keys are refused, defaults are not stored."""


class Side(StrEnum):
    """What a control takes down."""

    FREQUENCY = "frequency"
    LOSS = "loss"


class Driver(StrEnum):
    """What of the profile moves a scenario. Each has one published table."""

    INDUSTRY = "industry"  # frequency
    EXPOSURE = "exposure"  # frequency
    USERS = "users"  # frequency
    AUTONOMY = "autonomy"  # loss
    DATA = "data"  # loss
    RECORDS = "records"  # loss
    TURNOVER = "turnover"  # loss
    REGIMES = "regimes"  # loss
    DOWNTIME = "downtime"  # loss: the base loss is in hours of outage, times what an hour costs


FREQUENCY_DRIVERS = frozenset({Driver.INDUSTRY, Driver.EXPOSURE, Driver.USERS})


class Reduction(_Entry, frozen=True, kw_only=True):
    """What one requirement, when it is met and proved, takes off one side of a scenario.

    Requirements with the same `substitutes` word protect in the same place: the best of them counts, not their product.
    """

    requirement: str  # code
    side: Side
    effect: Share  # the part that falls away
    substitutes: str | None = None


class RiskScenario(_Entry, frozen=True, kw_only=True):
    """One page of `catalogue/data/scenarios/`: something that can happen to a system of these scopes and conditions.

    Frequency is events a year for the reference system, loss is US dollars an event for the reference organisation
    (`RiskTables.reference`), both before any control of the catalogue. With the driver `downtime` loss is in hours.
    """

    id: str
    title: str
    discipline: Discipline  # under which its risk is counted
    scopes: tuple[Scope, ...]
    conditions: tuple[Condition, ...] = ()  # any one of them; empty: always
    threats: tuple[str, ...] = ()  # edition-qualified ids
    frequency: Range
    loss: Range
    drivers: tuple[Driver, ...] = ()
    source: str  # of frequency and loss: a reference with date, or "our estimate" and why
    is_direct: bool = False  # an attacker or user from outside can set it off: "exploitable now"
    reductions: tuple[Reduction, ...]
    statement: str = ""  # from the page: what stands before the first section
    basis: str = ""  # from the section "Where the numbers come from"


class Factor(_Entry, frozen=True, kw_only=True):
    """What one answer of the profile multiplies by."""

    times: Range
    source: str


class RiskTables(_Entry, frozen=True, kw_only=True):
    """`catalogue/data/risk.toml`: every number that fits a scenario to a profile, with its source."""

    reference: str  # the organisation and system that the scenarios' numbers speak of, in words
    as_of: date
    industry: dict[Industry, Factor]
    exposure: dict[Exposure, Factor]
    autonomy: dict[Autonomy, Factor]
    data: dict[DataClass, Factor]  # the most sensitive class of a system counts
    regimes: dict[Regime, Factor]  # the highest of those that bind counts; fines and notification
    reference_users: float
    users_power: float  # (users / reference) ** power
    users: Range  # when unknown
    reference_records: float
    records_power: float
    records: Range  # when unknown
    reference_turnover_usd: float
    turnover_power: float
    turnover_usd: Range  # when unknown
    people_to_turnover_usd: Range  # a head and year: where turnover is unknown and people are known
    hour_down_usd: Range  # when unknown, for the reference organisation
    scales_source: str  # of the powers and the ranges above
    per_usd: dict[str, float]  # currencies
    assurance: dict[str, Share]  # by name of Strength: how far a met verdict of this strength is believed
    full_days: int  # a proof counts fully for so long, and after it less ...
    stale_share: float  # ... down to this part of its assurance at the end of its validity
    assurance_source: str
    effort_days: dict[Effort, Range]
    days_to_find_out: Range  # person-days to settle one unknown verdict
    met_when_unknown: Share  # how often an unknown verdict turns out to be met
    present_when_unknown: float  # weight of a scenario that hangs on a condition of which nobody knows
    effort_source: str

    def __post_init__(self) -> None:
        """Every answer has its factor: a gap would be a silent 1."""
        tables: dict[str, tuple[Iterable[str], Iterable[str]]] = {
            "industry": (Industry, self.industry), "exposure": (Exposure, self.exposure), "autonomy": (Autonomy, self.autonomy),
            "data": (DataClass, self.data), "regimes": (Regime, self.regimes), "effort_days": (Effort, self.effort_days),
            "assurance": ([each.name.lower() for each in Strength], self.assurance),
        }  # fmt: skip
        for name, (wanted, told) in tables.items():
            if missing := sorted(set(wanted) - set(told)):
                raise ValueError(f"`{name}` lacks {', '.join(missing)}")
        if not 0 < self.present_when_unknown <= 1:
            raise ValueError(f"`present_when_unknown` is {self.present_when_unknown:g}: above 0 up to 1 is allowed")


class Level(StrEnum):
    """When a gap is to be closed, most pressing first."""

    ACT_NOW = "act_now"
    NEXT = "next"
    PLAN = "plan"
    TRACK = "track"


class LevelRule(_Entry, frozen=True, kw_only=True):
    """One row of the decision table. None: any. The first row that fits decides."""

    level: Level
    duty: bool | None = None  # a law or contract that binds demands it, and it is not met
    exploitable: bool | None = None  # verified gap that somebody from outside can use now
    sensitive: bool | None = None  # the system handles data of the sensitive classes
    verified: bool | None = None  # the gap is proved, not merely unknown
    because: str


class Duty(_Entry, frozen=True, kw_only=True):
    """A requirement that a regime demands by law or contract."""

    requirement: str  # code
    regime: Regime
    clause: str  # edition-qualified id where the framework tables have it, otherwise the clause in words
    applies_from: date | None = None
    scopes: tuple[Scope, ...] = ()  # only there; empty: all
    conditions: tuple[Condition, ...] = ()  # only with one of these; empty: always
    roles: tuple[str, ...] = ()  # of the EU AI Act: only for these


class Prerequisite(_Entry, frozen=True, kw_only=True):
    """Work that has to be done before other work makes sense."""

    requirement: str
    after: tuple[str, ...]
    because: str


class PlanningTables(_Entry, frozen=True, kw_only=True):
    """`catalogue/data/planning.toml`: how work is ordered."""

    sensitive: tuple[DataClass, ...]
    levels: tuple[LevelRule, ...]
    duties: tuple[Duty, ...]
    prerequisites: tuple[Prerequisite, ...]
    organisation_wide: tuple[str, ...]  # codes that are done once and then hold for all systems
    owners: dict[Discipline, str]  # who does it where nobody is named
    days_a_week_each: float  # person-days that one piece of work can take in a week
    quick_win_days: float  # at most so many person-days ...
    quick_win_share: float  # ... and at least this share of the residual risk


class RiskModel(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that turns verdicts into risk and order."""

    scenarios: tuple[RiskScenario, ...]  # by id
    tables: RiskTables
    planning: PlanningTables
