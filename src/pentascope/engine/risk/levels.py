"""When a gap is to be closed: duties that bind, what is open to strangers today, and the row of the table that speaks."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from pentascope.engine.risk.order import lifted
from pentascope.model.plan import Kind
from pentascope.model.profile import Exposure, Regime
from pentascope.model.requirement import Condition
from pentascope.model.risk import Level
from pentascope.model.verdict import Outcome, Strength

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Sequence

    from pentascope.engine.risk.context import Subject
    from pentascope.engine.risk.portfolio import Portfolio, Work
    from pentascope.model.profile import OrganisationProfile
    from pentascope.model.risk import Duty, LevelRule, PlanningTables

LEVELS = tuple(Level)


class Placed(NamedTuple):
    """The level of one piece of work, the row that spoke, and the clauses that bind."""

    level: Level
    because: str
    clauses: tuple[str, ...]


def place(portfolio: Portfolio, organisation: OrganisationProfile, tables: PlanningTables, today: dt.date) -> list[Placed]:
    """The level of all work, which is also set on it."""
    found = []
    for work in portfolio.work:
        subjects = [portfolio.subjects[number] for number in work.subjects]
        clauses = tuple(dict.fromkeys(clause for subject in subjects for clause in _clauses(work.code, subject, organisation, tables, today)))
        rule = _rule(
            tables.levels,
            duty=bool(clauses),
            exploitable=any(_is_exploitable(work, subject, portfolio) for subject in subjects),
            sensitive=any(_is_sensitive(subject, tables) for subject in subjects),
            verified=work.kind is Kind.CLOSE,
        )
        work.level = LEVELS.index(rule.level)
        found.append(Placed(rule.level, rule.because, clauses))
    for number, level in enumerate(lifted(portfolio.work)):
        if level < portfolio.work[number].level:
            users = sorted({portfolio.work[later].code for later in _users(portfolio.work, number) if portfolio.work[later].level <= level})
            found[number] = Placed(LEVELS[level], f"{', '.join(users)} {'needs' if len(users) == 1 else 'need'} it first.", found[number].clauses)
    for number, placed in enumerate(found):
        portfolio.work[number].level = LEVELS.index(placed.level)
    return found


def _users(work: Sequence[Work], number: int) -> set[int]:
    """All work that needs this, directly or not."""
    found, waiting = set[int](), [number]
    while waiting:
        first = waiting.pop()
        new = {later for later, each in enumerate(work) if first in each.after} - found
        found |= new
        waiting += new
    return found


def _rule(rules: Iterable[LevelRule], *, duty: bool, exploitable: bool, sensitive: bool, verified: bool) -> LevelRule:
    answers = (duty, exploitable, sensitive, verified)
    return next(
        rule
        for rule in rules
        if all(wanted is None or wanted is told for wanted, told in zip((rule.duty, rule.exploitable, rule.sensitive, rule.verified), answers, strict=True))
    )


def _clauses(code: str, subject: Subject, organisation: OrganisationProfile, tables: PlanningTables, today: dt.date) -> Iterable[str]:
    for duty in tables.duties:
        if duty.requirement == code and _binds(duty, subject, organisation, today):
            yield duty.clause


def _binds(duty: Duty, subject: Subject, organisation: OrganisationProfile, today: dt.date) -> bool:
    """Whether a duty is known to bind: what nobody has said is no duty yet, and is told as unknown."""
    if duty.regime not in (organisation.regimes or ()) or (duty.applies_from is not None and duty.applies_from > today):
        return False
    if duty.scopes and not subject.scopes.intersection(duty.scopes):
        return False
    if duty.conditions and not any(subject.conditions.get(each) for each in duty.conditions):
        return False
    return not (duty.regime is Regime.EU_AI_ACT and duty.roles and organisation.ai_act_role not in duty.roles)


def _is_exploitable(work: Work, subject: Subject, portfolio: Portfolio) -> bool:
    """A gap that a scan proved, in a system that strangers reach, on a path that an outsider can take."""
    is_open = subject.profile.exposure in {Exposure.INTERNET, Exposure.PARTNER} or (
        subject.profile.exposure is None and bool(subject.conditions.get(Condition.INTERNET_FACING))
    )
    if not is_open:
        return False
    proved = any(
        each.requirement == work.code and each.outcome is Outcome.NOT_MET and (each.strength or 0) >= Strength.CODE for each in subject.verdicts
    )
    return proved and any(
        portfolio.scenarios[pair.scenario].is_direct and portfolio.subjects[pair.subject] is subject
        for pair in (portfolio.pairs[number] for number, _ in work.cuts)
    )


def _is_sensitive(subject: Subject, tables: PlanningTables) -> bool:
    if subject.profile.data is not None:
        return not set(tables.sensitive).isdisjoint(subject.profile.data)
    return bool(subject.conditions.get(Condition.PERSONAL_DATA))
