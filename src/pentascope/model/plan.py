"""Risk that is left, and the work that takes it down: what, in which order, why, and when."""

from __future__ import annotations

import datetime as dt
from enum import StrEnum

import msgspec

from pentascope.model.discipline import Discipline, Phase
from pentascope.model.profile import Profile
from pentascope.model.risk import Level
from pentascope.model.scoping import Scope


class Share_(msgspec.Struct, frozen=True, kw_only=True):  # noqa: N801 - `Share` is the quantity
    """A part of the expected yearly loss, under a name: a scope, a discipline, a scenario or a system."""

    name: str
    loss: float


class Exceedance(msgspec.Struct, frozen=True, kw_only=True):
    """One point of a loss-exceedance curve: a year's loss is at least `loss` with this probability."""

    loss: float
    probability: float


class Risk(msgspec.Struct, frozen=True, kw_only=True):
    """What a year may cost, of one system or the whole. Money in the plan's unit."""

    inherent: float  # expected yearly loss without any control
    expected: float  # expected yearly loss as things stand
    low: float  # 5th and 95th percentile of the expected loss: how far the ranges leave it open
    high: float
    tail: float  # mean loss of the worst 5 % of years
    worst: float  # loss that one year in twenty reaches
    curve: tuple[Exceedance, ...]


class SystemRisk(msgspec.Struct, frozen=True, kw_only=True):
    """One system's risk and where it comes from."""

    system: str  # System.id
    name: str
    risk: Risk
    scenarios: tuple[Share_, ...]  # largest first, residual


class Kind(StrEnum):
    """What the work is."""

    CLOSE = "close"  # the gap is proved
    ESTABLISH = "establish"  # nobody knows: find out first, then close what is missing


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """One step of a waterfall: what it is, what it multiplies by, and the yearly loss after it."""

    says: str
    times: float | None  # None: the start
    loss: float


class Flip(msgspec.Struct, frozen=True, kw_only=True):
    """The smallest single change of an input that would change this item's rank."""

    says: str
    times: float  # the input's mean would have to be multiplied by this
    is_inside: bool  # the changed value lies inside of the input's 90 % range
    other: str  # RoadmapItem.id that it would change places with


class RoadmapItem(msgspec.Struct, frozen=True, kw_only=True):
    """One piece of work: a requirement for one system, or once for all of `systems`."""

    rank: int  # 1 is first
    requirement: str  # code
    title: str
    systems: tuple[str, ...]  # System.id
    names: tuple[str, ...]  # of the systems
    kind: Kind
    level: Level
    because: str  # the row of the decision table that spoke
    duties: tuple[str, ...] = ()  # clauses that bind and are not met
    discipline: Discipline
    phase: Phase
    after: tuple[str, ...] = ()  # codes of open prerequisites of the same systems
    days: float  # expected person-days
    days_low: float
    days_high: float
    cost: float | None  # None: no money mode
    removes: float  # expected yearly loss that it removes, when its turn comes
    scenarios: tuple[Share_, ...]  # what it cuts, largest first
    cells: tuple[tuple[Scope, Discipline], ...]  # that it turns to met, when its turn comes
    top_ten: float  # probability that it belongs among the first ten
    waterfall: tuple[Step, ...] = ()
    flip: Flip | None = None
    is_quick_win: bool = False
    owner: str
    starts: dt.date | None = None  # None: the horizon or the budget does not reach it
    ends: dt.date | None = None
    out_of_reach: str | None = None  # why

    @property
    def id(self) -> str:
        """Identity from content: the work, and where it is done."""
        return f"{self.requirement}@{self.systems[0] if len(self.systems) == 1 else '*'}"


class Worth(msgspec.Struct, frozen=True, kw_only=True):
    """An unknown, and what it is worth to know it before the work is planned."""

    what: str  # RoadmapItem.id, or `profile:KEY`, `profile:SYSTEM.KEY`
    question: str
    value: float  # yearly loss that the better plan removes on top, with the same means
    says: str


class BurnDown(msgspec.Struct, frozen=True, kw_only=True):
    """The expected yearly loss at the end of a month, with the band that the ranges leave open."""

    month: dt.date  # its first day
    expected: float
    low: float
    high: float
    days: float  # person-days spent in it


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that a profile makes of an assessment. Same assessment, catalogue, profile and seed: same bytes."""

    as_of: str
    catalogue_version: str
    seed: int
    draws: int
    unit: str  # currency, or "points" in no-money mode: the whole inherent risk is 100
    profile: Profile
    organisation: Risk
    systems: tuple[SystemRisk, ...]  # largest residual first
    by_scope: tuple[Share_, ...]
    by_discipline: tuple[Share_, ...]
    by_scenario: tuple[Share_, ...]
    items: tuple[RoadmapItem, ...]  # in order
    accepted: tuple[str, ...]  # Verdict.id of gaps with an exception: their risk stands, no work is planned
    burn_down: tuple[BurnDown, ...]
    worth_knowing: tuple[Worth, ...]
    unknown_answers: tuple[str, ...]  # keys of the profile that were drawn over
    notes: tuple[str, ...]  # what the numbers cannot tell here
    capacity_days: float | None  # a month
    budget: float | None
    schema: str = "urn:pentascope:schema:plan:1"
