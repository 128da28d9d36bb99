"""Verdicts and a profile to a plan: the risk that is left, the work in its order, and when it is done."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from pentascope.engine.risk.context import organisation_drives, system_drives, usd_rate
from pentascope.engine.risk.explain import closing, flip, top_ten, waterfall
from pentascope.engine.risk.information import worth_knowing
from pentascope.engine.risk.levels import place
from pentascope.engine.risk.order import ordered, selected
from pentascope.engine.risk.outlook import burn_down, organisation_risk, shares
from pentascope.engine.risk.portfolio import portfolio
from pentascope.engine.risk.schedule import schedule
from pentascope.engine.risk.simulate import Draws
from pentascope.model.discipline import Discipline
from pentascope.model.plan import Kind, Plan, RoadmapItem
from pentascope.model.quantity import Range
from pentascope.model.verdict import Outcome

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping, Sequence

    from pentascope.engine.risk.context import Subject
    from pentascope.engine.risk.levels import Placed
    from pentascope.engine.risk.order import Pick
    from pentascope.engine.risk.portfolio import Portfolio
    from pentascope.engine.risk.schedule import Slot
    from pentascope.model.profile import Profile
    from pentascope.model.requirement import Requirement
    from pentascope.model.risk import RiskModel
    from pentascope.model.scoping import Scope

DRAWS = 10_000
_EXPLAINED = 60  # items with waterfall and flip: what a person reads


class Setting(NamedTuple):
    """What a plan is made from besides the systems."""

    profile: Profile
    model: RiskModel
    requirements: tuple[Requirement, ...]
    day: dt.date
    catalogue_version: str
    seed: int = 1
    draws: int = DRAWS


def plan(subjects: Sequence[Subject], setting: Setting) -> Plan:
    """The plan for these systems. The order of `subjects` does not matter.

    Raises: ValueError for a currency of which no rate is known, or a cycle of prerequisites.
    """
    organisation = setting.profile.organisation
    problem = portfolio(subjects, setting.profile, setting.model, setting.requirements, setting.day)
    placed = place(problem, organisation, setting.model.planning, setting.day)
    has_money = organisation.day_rate is not None or organisation.turnover is not None
    scale = usd_rate(organisation, setting.model.tables) if has_money or not problem.pairs else 100 / problem.inherent()
    days = _affordable(organisation.budget, organisation.day_rate)
    chosen = selected(problem.pairs, problem.work, days) if days < math.inf else ()
    picks = ordered(problem.pairs, problem.work, first=[pick.work for pick in chosen])
    slots = _slots(picks, problem, setting)
    draws = Draws(problem, seed=setting.seed, draws=setting.draws)
    whole, systems = organisation_risk(problem, draws, scale)
    reached = [pick for pick in picks if _is_reached(pick.work, slots, chosen, days)]
    left = problem.residual()
    scene = _Scene(problem, setting, placed, slots, scale, {each.code: each for each in setting.requirements})
    return Plan(
        as_of=setting.day.isoformat(),
        catalogue_version=setting.catalogue_version,
        seed=setting.seed,
        draws=setting.draws,
        unit=organisation.currency if has_money else "points",
        profile=setting.profile,
        organisation=whole,
        systems=systems,
        by_scope=shares((f"{max(problem.subjects[pair.subject].scopes)}", loss) for pair, loss in zip(problem.pairs, left, strict=True)),
        by_discipline=shares((problem.scenarios[pair.scenario].discipline, loss) for pair, loss in zip(problem.pairs, left, strict=True)),
        by_scenario=shares((problem.scenarios[pair.scenario].title, loss) for pair, loss in zip(problem.pairs, left, strict=True)),
        items=_items(scene, picks, draws, [pick.work for pick in reached]),
        accepted=tuple(sorted(verdict.id for each in problem.subjects for verdict in each.verdicts if verdict.exception is not None)),
        burn_down=burn_down(draws, reached, slots, organisation, scale),
        worth_knowing=worth_knowing(problem, picks, [pick.work for pick in reached], setting, scale),
        unknown_answers=_unknown(problem, setting),
        notes=_notes(problem, setting, has_money=has_money),
        capacity_days=organisation.capacity_days_per_month,
        budget=organisation.budget,
    )


def _affordable(budget: float | None, day_rate: float | None) -> float:
    """The person-days that the budget buys."""
    return math.inf if budget is None or day_rate is None else budget / day_rate


def _is_reached(number: int, slots: Mapping[int, Slot] | None, chosen: Sequence[Pick], days: float) -> bool:
    if days < math.inf and number not in {pick.work for pick in chosen}:
        return False
    return slots is None or number in slots


def _slots(picks: Sequence[Pick], problem: Portfolio, setting: Setting) -> dict[int, Slot] | None:
    """When each piece is done; None where nobody said what the team can do."""
    organisation = setting.profile.organisation
    if organisation.capacity_days_per_month is None:
        return None
    days, order = _affordable(organisation.budget, organisation.day_rate), []
    for pick in picks:
        each = problem.work[pick.work]
        if each.days <= days * (1 + 1e-12):
            days -= each.days
            order.append(pick.work)
    return schedule(
        order,
        problem.work,
        starts=organisation.starts or setting.day,
        months=organisation.horizon_months,
        capacity_days_per_month=organisation.capacity_days_per_month,
        days_a_week_each=setting.model.planning.days_a_week_each,
    )


def _unknown(problem: Portfolio, setting: Setting) -> tuple[str, ...]:
    """The keys of the profile that were drawn over, and matter to some scenario."""
    tables, organisation = setting.model.tables, setting.profile.organisation
    found = [f"profile.{driver}" for driver, drive in organisation_drives(organisation, tables).items() if not drive.is_known]
    keys = {"autonomy": "autonomy", "data": "data", "downtime": "hour_down"}
    for subject in problem.subjects:
        for driver, drive in system_drives(subject, organisation, tables).items():
            if not drive.is_known:
                found.append(f"{subject.name}.{keys.get(driver, driver)}")
    return tuple(found)


def _notes(problem: Portfolio, setting: Setting, *, has_money: bool) -> tuple[str, ...]:
    organisation = setting.profile.organisation
    notes = ["Ranges are mostly our estimate: trust the order more than the amounts."]
    if not has_money:
        notes.append("No money is known: the risk of all systems without any control is 100 points. The order is the same as with money.")
    if organisation.capacity_days_per_month is None:
        notes.append("Nobody has said what the team can do: no dates. Say it with `capacity_days_per_month` in [profile].")
    if organisation.regimes is None:
        notes.append("Nobody has said which regimes bind: no gap counts as a breach of duty.")
    if not problem.work:
        notes.append("Nothing is open.")
    return tuple(notes)


class _Scene(NamedTuple):
    """What every item is told from."""

    problem: Portfolio
    setting: Setting
    placed: Sequence[Placed]
    slots: Mapping[int, Slot] | None
    scale: float
    by_code: Mapping[str, Requirement]

    def effort(self, number: int) -> Range:
        """The person-days of a piece of work as a range."""
        work, tables = self.problem.work[number], self.setting.model.tables
        effort = tables.effort_days[self.by_code[work.code].effort]
        if work.kind is Kind.CLOSE:
            return effort
        return Range(low=tables.days_to_find_out.low, high=tables.days_to_find_out.high + effort.high)


def _items(scene: _Scene, picks: Sequence[Pick], draws: Draws, reached: Sequence[int]) -> tuple[RoadmapItem, ...]:
    problem, tables = scene.problem, scene.setting.model.planning
    efforts = {number: scene.effort(number) for number in range(len(problem.work))}
    sure = top_ten(problem, [pick.work for pick in picks], draws, efforts) if picks else {}
    turned = _cells(problem, picks)
    left = problem.residual()
    total, within, found = math.fsum(left), set(reached), list[RoadmapItem]()
    for rank, pick in enumerate(picks, 1):
        is_told = rank <= _EXPLAINED
        before = math.fsum(left[pair] for pair, _ in pick.by_pair)
        item = _item(scene, rank, pick)
        found.append(
            msgspec.structs.replace(
                item,
                waterfall=(*waterfall(problem, pick, scene.scale), *closing(pick, before, scene.scale)) if is_told else (),
                flip=flip(problem, pick, picks[rank - 2], efforts, found[-1].id) if is_told and found else None,
                top_ten=sure.get(pick.work, 0.0),
                cells=turned[pick.work],
                is_quick_win=item.days <= tables.quick_win_days and total > 0 and pick.removes >= tables.quick_win_share * total,
                out_of_reach=None if pick.work in within else _why_not(pick.work, problem, within, scene.setting),
            )
        )
        for pair, part in pick.by_pair:
            left[pair] -= part
    return tuple(found)


def _item(scene: _Scene, rank: int, pick: Pick) -> RoadmapItem:
    """The item without what needs the others."""
    problem, placed, setting = scene.problem, scene.placed[pick.work], scene.setting
    work, rate = problem.work[pick.work], setting.profile.organisation.day_rate
    requirement, slot, effort = scene.by_code[work.code], (scene.slots or {}).get(pick.work), scene.effort(pick.work)
    subjects = [problem.subjects[number] for number in work.subjects]
    named = subjects[0].profile.owner or subjects[0].owner if len(subjects) == 1 else None
    cut: list[tuple[str, float]] = [
        (problem.scenarios[problem.pairs[pair].scenario].title, scene.scale * part) for pair, part in pick.by_pair
    ]
    return RoadmapItem(
        rank=rank, requirement=work.code, title=requirement.title, systems=tuple(each.id for each in subjects),
        names=tuple(each.name for each in subjects), kind=work.kind, level=placed.level, because=placed.because,
        duties=placed.clauses, discipline=requirement.discipline, phase=requirement.phase,
        after=tuple(sorted({problem.work[first].code for first in work.after})),
        days=work.days, days_low=effort.low, days_high=effort.high, cost=None if rate is None else work.days * rate,
        removes=scene.scale * pick.removes, scenarios=shares(cut), cells=(), top_ten=0.0,
        owner=named or setting.model.planning.owners[requirement.discipline],
        starts=slot.starts if slot else None, ends=slot.ends if slot else None,
    )  # fmt: skip


def _why_not(number: int, problem: Portfolio, within: set[int], setting: Setting) -> str:
    organisation, work = setting.profile.organisation, problem.work[number]
    missing = sorted({problem.work[first].code for first in work.after if first not in within})
    if missing:
        return f"needs {', '.join(missing)}, which is out of reach"
    if organisation.budget is not None and organisation.day_rate is not None:
        return "the budget goes to work that removes more"
    return f"the team's {organisation.horizon_months} months are full"


def _cells(problem: Portfolio, picks: Sequence[Pick]) -> dict[int, tuple[tuple[Scope, Discipline], ...]]:
    """The cells of the matrix that each piece of work turns to met, since nothing else in them is open then."""
    open_in: dict[tuple[Scope, str], set[tuple[str, int]]] = {}
    for number, subject in enumerate(problem.subjects):
        for verdict in subject.verdicts:
            if verdict.outcome in {Outcome.NOT_MET, Outcome.UNKNOWN}:
                for scope in verdict.scopes:
                    open_in.setdefault((scope, verdict.requirement.partition("-")[0]), set()).add((verdict.requirement, number))
    prefix = dict(zip(("GOV", "LEG", "RSK", "CTL", "RES"), Discipline, strict=True))
    found = {}
    for pick in picks:
        work, turned = problem.work[pick.work], []
        for (scope, family), waiting in open_in.items():
            before = len(waiting)
            waiting -= {(work.code, number) for number in work.subjects}
            if before and not waiting:
                turned.append((scope, prefix[family]))
        found[pick.work] = tuple(sorted(turned))
    return found
