"""What may be lost: of each system, of the whole, and month by month while the work is done."""

from __future__ import annotations

import datetime as dt
import math
from typing import TYPE_CHECKING

import numpy as np

from pentascope.engine.risk.order import Left
from pentascope.engine.risk.simulate import years
from pentascope.model.plan import BurnDown, Exceedance, Risk, Share_, SystemRisk

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from pentascope.engine.risk.order import Pick
    from pentascope.engine.risk.portfolio import Portfolio
    from pentascope.engine.risk.quantities import Floats
    from pentascope.engine.risk.schedule import Slot
    from pentascope.engine.risk.simulate import Draws
    from pentascope.model.profile import OrganisationProfile

_POINTS = (0.99, 0.9, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3, 0.2, 0.15, 0.1, 0.07, 0.05, 0.03, 0.02, 0.01, 0.005, 0.002)
"""Probabilities at which a curve is told."""
_TAIL = 0.05


def organisation_risk(problem: Portfolio, draws: Draws, scale: float) -> tuple[Risk, tuple[SystemRisk, ...]]:
    """The whole, and each system, the one that is expected to lose most first. Only one system's years are held at a time."""
    lost, expected, systems = np.zeros(draws.draws), np.zeros(draws.draws), []
    inherent, residual = [0.0] * len(problem.subjects), [0.0] * len(problem.subjects)
    cuts: dict[int, list[tuple[str, float]]] = {}
    for pair, loss in zip(problem.pairs, problem.residual(), strict=True):
        inherent[pair.subject] += pair.inherent
        residual[pair.subject] += loss
        cuts.setdefault(pair.subject, []).append((problem.scenarios[pair.scenario].title, scale * loss))
    for number, drawn, _ in years(draws):
        lost += drawn.loss
        expected += drawn.expected
        subject = problem.subjects[number]
        risk = _risk(drawn.loss, drawn.expected, inherent[number], residual[number], scale)
        systems.append(SystemRisk(system=subject.id, name=subject.name, risk=risk, scenarios=shares(cuts[number])))
    whole = _risk(lost, expected, math.fsum(inherent), math.fsum(residual), scale)
    return whole, tuple(sorted(systems, key=lambda each: (-each.risk.expected, each.system)))


def _risk(lost: Floats, expected: Floats, inherent: float, residual: float, scale: float) -> Risk:
    """Means are exact; what depends on the shape is of the drawn years."""
    ordered = np.sort(lost)
    tail = ordered[int(len(ordered) * (1 - _TAIL)):]
    low, high = np.quantile(expected, (0.05, 0.95))
    curve = tuple(
        Exceedance(loss=_rounded(scale * float(np.quantile(ordered, 1 - probability))), probability=probability) for probability in _POINTS
    )
    return Risk(
        inherent=_rounded(scale * inherent), expected=_rounded(scale * residual), low=_rounded(scale * float(low)), high=_rounded(scale * float(high)),
        tail=_rounded(scale * float(tail.mean())), worst=_rounded(scale * float(np.quantile(ordered, 1 - _TAIL))), curve=curve,
    )  # fmt: skip


def _rounded(amount: float) -> float:
    """Six digits: more would tell of the machine."""
    return float(f"{amount:.6g}")


def shares(parts: Iterable[tuple[str, float]]) -> tuple[Share_, ...]:
    """Added up by name, largest first."""
    total: dict[str, float] = {}
    for name, loss in parts:
        total[name] = total.get(name, 0.0) + loss
    return tuple(Share_(name=name, loss=_rounded(loss)) for name, loss in sorted(total.items(), key=lambda each: (-each[1], each[0])))


def burn_down(
    draws: Draws, reached: Sequence[Pick], slots: Mapping[int, Slot] | None, organisation: OrganisationProfile, scale: float
) -> tuple[BurnDown, ...]:
    """Month by month: what is expected to be lost a year once the work that has ended by then is done.

    The band is what the ranges of frequency and profile leave open, in proportion to today's.
    """
    if not slots or not reached:
        return ()
    problem = draws.portfolio
    left = Left(problem.pairs, problem.work)
    band = _band(problem, draws)
    ends = sorted((slots[pick.work].ends, pick.work) for pick in reached)
    start = organisation.starts or min(slots[pick.work].starts for pick in reached)
    first = start.replace(day=1)
    found, at = [], 0
    for month in range(organisation.horizon_months):
        begins, after = _month(first, month), _month(first, month + 1)
        while at < len(ends) and ends[at][0] < after:
            left.do(ends[at][1])
            at += 1
        loss = scale * math.fsum(left.loss)
        days = math.fsum(
            part for slot in slots.values() for week, part in slot.by_week
            if begins <= start + dt.timedelta(weeks=week) < after
        )  # fmt: skip
        found.append(BurnDown(month=begins, expected=_rounded(loss), low=_rounded(loss * band[0]), high=_rounded(loss * band[1]), days=round(days, 2)))
    return tuple(found)


def _band(problem: Portfolio, draws: Draws) -> tuple[float, float]:
    """The 5th and the 95th percentile of the expected loss, as shares of its mean."""
    few = min(draws.draws, 1000)
    total = np.zeros(few)
    largest = sorted(problem.pairs, key=lambda pair: -pair.inherent)[:2000]
    for pair in largest:
        total += draws.inherent(pair)[:few]
    low, high = np.quantile(total, (0.05, 0.95))
    mean = float(total.mean()) or 1.0
    return float(low) / mean, float(high) / mean


def _month(first: dt.date, later: int) -> dt.date:
    year, month = divmod(first.year * 12 + first.month - 1 + later, 12)
    return dt.date(year, month + 1, 1)
