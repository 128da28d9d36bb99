"""What it is worth to know: unknown verdicts and unanswered questions of the profile, by the better plan they would allow."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import msgspec

from pentascope.engine.risk.context import ORGANISATION_DRIVERS
from pentascope.engine.risk.order import Left, ordered
from pentascope.engine.risk.quantities import Lognormal, share_mean
from pentascope.model.plan import Kind, Worth
from pentascope.model.risk import Driver

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from pentascope.engine.risk.context import Drive
    from pentascope.engine.risk.order import Pick
    from pentascope.engine.risk.plan import Setting
    from pentascope.engine.risk.portfolio import Pair, Portfolio

_TOLD = 12
_SYSTEMS = 3  # whose unanswered questions are weighed: those with the most risk
_WORK = 400  # beyond it, answers are not weighed: each needs orders of its own
_QUESTIONS = {
    Driver.INDUSTRY: "Which industry is the organisation in?",
    Driver.TURNOVER: "What is its yearly turnover?",
    Driver.REGIMES: "Which laws and contracts bind it?",
    Driver.EXPOSURE: "Who can reach it?",
    Driver.USERS: "How many people use it?",
    Driver.AUTONOMY: "How much does it decide alone?",
    Driver.DATA: "Which classes of data does it handle?",
    Driver.RECORDS: "How many people's records does it reach?",
    Driver.DOWNTIME: "What does an hour without it cost?",
}


def worth_knowing(problem: Portfolio, picks: Sequence[Pick], reached: Sequence[int], setting: Setting, scale: float) -> tuple[Worth, ...]:
    """The unknowns by their worth, most first. What changes no plan is worth nothing and is left out."""
    if not picks:
        return ()
    margin = _margin(problem, picks, frozenset(reached))
    found = [*_verdicts(problem, picks, frozenset(reached), setting, margin * scale), *_answers(problem, reached, scale)]
    worth = [each for each in found if each.value > 0]
    return tuple(sorted(worth, key=lambda each: (-each.value, each.what))[:_TOLD])


def _margin(problem: Portfolio, picks: Sequence[Pick], reached: frozenset[int]) -> float:
    """What a person-day more would remove: the best of the work that is out of reach, or the last that is within."""
    outside = [pick.removes / problem.work[pick.work].days for pick in picks if pick.work not in reached]
    if outside:
        return max(outside)
    return picks[-1].removes / problem.work[picks[-1].work].days


def _verdicts(problem: Portfolio, picks: Sequence[Pick], reached: frozenset[int], setting: Setting, margin: float) -> Iterable[Worth]:
    """An unknown verdict that turns out to be met frees the days that closing it would take."""
    tables = setting.model.tables
    met, find_out = share_mean(tables.met_when_unknown), Lognormal.of(tables.days_to_find_out).mean
    questions = {each.code: each for each in setting.requirements}
    for pick in picks:
        work = problem.work[pick.work]
        if work.kind is not Kind.ESTABLISH or pick.work not in reached:
            continue
        requirement = questions[work.code]
        freed = met * Lognormal.of(tables.effort_days[requirement.effort]).mean - find_out
        where = problem.subjects[work.subjects[0]].id if len(work.subjects) == 1 else "*"
        yield Worth(
            what=f"{work.code}@{where}", question=requirement.question, value=float(f"{max(freed, 0) * margin:.6g}"),
            says=f"finding out takes {find_out:.1f} person-days and is expected to free {freed + find_out:.1f}",
        )  # fmt: skip


def _answers(problem: Portfolio, reached: Sequence[int], scale: float) -> Iterable[Worth]:
    """An answer of the profile is worth what the selection made with it removes beyond the selection made without."""
    if len(problem.work) > _WORK or not reached:
        return
    days = math.fsum(problem.work[number].days for number in reached)
    if len(reached) == len(problem.work):
        return
    losses: dict[int, float] = {}
    for pair in problem.pairs:
        losses[pair.subject] = losses.get(pair.subject, 0.0) + pair.inherent
    largest = sorted(losses, key=lambda each: (-losses[each], each))[:_SYSTEMS]
    seen: dict[tuple[str, Driver], Drive] = {}
    for pair in problem.pairs:
        for driver, drive in pair.drives:
            if not drive.is_known and (driver in ORGANISATION_DRIVERS or pair.subject in largest):
                seen["" if driver in ORGANISATION_DRIVERS else str(pair.subject), driver] = drive
    for (subject, driver), drive in seen.items():
        moved = frozenset(number for number, pair in enumerate(problem.pairs) if _is_moved(pair, subject, driver))
        value = math.fsum(weight * _gain(problem, moved, times, reached, days) for times, weight in _answers_of(drive))
        name = problem.subjects[int(subject)].name if subject else "profile"
        yield Worth(
            what=f"profile:{f'{name}.' if subject else ''}{driver}", question=f"{_QUESTIONS[driver]}{f' ({name})' if subject else ''}",
            value=float(f"{value * scale:.6g}"), says="the answer changes what is done with the same means",
        )  # fmt: skip


def _answers_of(drive: Drive) -> list[tuple[float, float]]:
    """What each possible answer multiplies by in relation to not knowing, and how likely it is."""
    mean = drive.times.mean
    if len(drive.times.parts) > 1:
        return [(part.mean / mean, weight) for part, weight in zip(drive.times.parts, drive.times.weights, strict=True)]
    high, low = math.exp(drive.times.parts[0].sigma), math.exp(-drive.times.parts[0].sigma)
    middle = (high + low) / 2
    return [(low / middle, 0.5), (high / middle, 0.5)]


def _gain(problem: Portfolio, moved: frozenset[int], times: float, reached: Sequence[int], days: float) -> float:
    pairs = [_scaled(pair, times) if number in moved else pair for number, pair in enumerate(problem.pairs)]
    better = math.fsum(pick.removes for pick in ordered(pairs, problem.work, budget_days=days))
    return max(better - Left(pairs, problem.work).joint_gain(reached), 0.0)


def _is_moved(pair: Pair, subject: str, driver: Driver) -> bool:
    return (not subject or pair.subject == int(subject)) and any(mine is driver for mine, _ in pair.drives)


def _scaled(pair: Pair, times: float) -> Pair:
    return msgspec.structs.replace(pair, inherent=pair.inherent * times)
