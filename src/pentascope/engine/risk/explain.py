"""Why a piece of work stands where it stands: its waterfall, how sure its rank is, and what would change it."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from pentascope.engine.risk.order import ordered
from pentascope.engine.risk.portfolio import Guard, Pair, Work, remaining
from pentascope.engine.risk.quantities import Lognormal
from pentascope.model.plan import Flip, Step
from pentascope.model.risk import Driver

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pentascope.engine.risk.order import Pick
    from pentascope.engine.risk.portfolio import Portfolio
    from pentascope.engine.risk.quantities import Floats
    from pentascope.engine.risk.simulate import Draws
    from pentascope.model.quantity import Range

TOP = 10
_CANDIDATES = 40
_RUNS = 300  # a probability to within 3 points
_WORK_OF_DRAWS = 1_500_000  # guards copied over all draws: bounds the time on large portfolios


def waterfall(portfolio: Portfolio, pick: Pick, scale: float) -> tuple[Step, ...]:
    """From the reference's loss in the scenarios that the work cuts, factor by factor, to what is left after it."""
    pairs = [portfolio.pairs[number] for number, _ in pick.by_pair]
    losses = [
        pair.present * Lognormal.of(portfolio.scenarios[pair.scenario].frequency).mean
        * Lognormal.of(portfolio.scenarios[pair.scenario].loss).mean
        for pair in pairs
    ]  # fmt: skip
    steps = [Step(says="the reference system", times=None, loss=scale * math.fsum(losses))]
    for driver in Driver:
        before = math.fsum(losses)
        told = []
        for number, pair in enumerate(pairs):
            for mine, drive in pair.drives:
                if mine is driver:
                    losses[number] *= drive.times.mean
                    told.append(drive.says)
        if told:
            says = told[0] if len(set(told)) == 1 else f"{driver} of {len(set(told))} kinds"
            steps.append(_step(says, before, math.fsum(losses), scale))
    before = math.fsum(losses)
    today = [loss * remaining(pair.guards.values()) for loss, pair in zip(losses, pairs, strict=True)]
    steps.append(_step("what is met today", before, math.fsum(today), scale))
    return tuple(steps)


def closing(pick: Pick, left_before: float, scale: float) -> tuple[Step, Step]:
    """The last two steps: the work that comes before, and this work."""
    return (
        Step(says="work that comes before", times=None, loss=scale * left_before),
        _step("this work", left_before, left_before - pick.removes, scale),
    )


def _step(says: str, before: float, after: float, scale: float) -> Step:
    return Step(says=says, times=after / before if before else 1.0, loss=scale * after)


def top_ten(portfolio: Portfolio, order: Sequence[int], draws: Draws, efforts: Mapping[int, Range]) -> dict[int, float]:
    """How often each of the foremost pieces of work is among the first ten, when all numbers are drawn anew together."""
    kept = set(order[:_CANDIDATES])
    for number in order[:_CANDIDATES]:
        kept |= portfolio.work[number].after
    chosen = sorted(kept)
    place = {number: at for at, number in enumerate(chosen)}
    touched = sorted({pair for number in chosen for pair, _ in portfolio.work[number].cuts})
    at_pair = {pair: at for at, pair in enumerate(touched)}
    cuts = sum(len(portfolio.work[number].cuts) for number in chosen)
    runs = max(20, min(draws.draws, _RUNS, _WORK_OF_DRAWS // max(cuts, 1)))
    inherent = np.array([draws.inherent(portfolio.pairs[pair])[:runs] for pair in touched])
    shares = {number: _drawn_cuts(portfolio, number, draws, runs) for number in chosen}
    days = {number: _drawn_days(portfolio.work[number], efforts[number], draws, runs) for number in chosen}
    counts = dict.fromkeys(chosen, 0)
    pairs = [portfolio.pairs[number] for number in touched]
    for run in range(runs):
        drawn = [
            Pair(
                subject=pair.subject, scenario=pair.scenario, inherent=float(inherent[at, run]), drives=(), present=1.0,
                guards=pair.guards, earned={},
            )
            for at, pair in enumerate(pairs)
        ]  # fmt: skip
        work = [
            Work(
                code=each.code, subjects=each.subjects, kind=each.kind, days=float(days[number][run]),
                cuts=tuple((at_pair[pair], Guard(name, float(share[run]))) for pair, name, share in shares[number]),
                after=frozenset(place[first] for first in each.after if first in place), stage=each.stage, level=each.level,
            )
            for number, each in ((number, portfolio.work[number]) for number in chosen)
        ]  # fmt: skip
        for pick in ordered(drawn, work, until=TOP):
            counts[chosen[pick.work]] += 1
    return {number: count / runs for number, count in counts.items()}


def _drawn_cuts(portfolio: Portfolio, number: int, draws: Draws, runs: int) -> list[tuple[int, str, Floats]]:
    """Pair, place of the guard, and its drawn share. Shape: (runs,)."""
    work, found = portfolio.work[number], []
    for pair, each in work.cuts:
        side = each.place.partition(":")[0]
        effect = draws.effects(portfolio.pairs[pair].scenario)[f"{side}:{work.code}"][:runs]
        found.append((pair, each.place, effect * (each.share / float(draws.effect_mean(portfolio.pairs[pair].scenario, f"{side}:{work.code}")))))
    return [(pair, place, np.minimum(share, 0.999)) for pair, place, share in found]


def _drawn_days(work: Work, effort: Range, draws: Draws, runs: int) -> Floats:
    spread = Lognormal.of(effort)
    normal = draws.stream("days", work.code).standard_normal(runs)
    return work.days * np.exp(spread.sigma * normal - spread.sigma**2 / 2)


def flip(portfolio: Portfolio, pick: Pick, above: Pick, efforts: Mapping[int, Range], other: str) -> Flip | None:
    """The smallest change of one input by which the work would overtake the one before it; none where a duty or phase binds."""
    mine, theirs = portfolio.work[pick.work], portfolio.work[above.work]
    if mine.level != theirs.level or above.work in mine.after:
        return None
    if mine.stage[0] == theirs.stage[0] and mine.stage[1] != theirs.stage[1]:
        return None
    own, prior = pick.removes / mine.days, above.removes / theirs.days
    if not 0 < own <= prior:
        return None
    effort, times = efforts[pick.work], own / prior
    found = [Flip(says=f"{mine.code} took {mine.days * times:.3g} person-days", times=times, is_inside=mine.days * times >= effort.low, other=other)]
    ours, others = _by_scenario(portfolio, pick), _by_scenario(portfolio, above)
    for scenario, part in ours.items():
        gap = own * part - prior * others.get(scenario, 0.0)
        if gap > 0:
            entry = portfolio.scenarios[scenario]
            more = 1 + (prior - own) / gap
            reach = entry.frequency.high / Lognormal.of(entry.frequency).mean
            found.append(Flip(says=f"“{entry.title}” were {more:.3g} times as frequent", times=more, is_inside=more <= reach, other=other))
    return min(found, key=lambda each: (not each.is_inside, abs(math.log(each.times)), each.says))


def _by_scenario(portfolio: Portfolio, pick: Pick) -> dict[int, float]:
    """The share of each scenario in what the work removes."""
    found: dict[int, float] = {}
    for number, part in pick.by_pair:
        scenario = portfolio.pairs[number].scenario
        found[scenario] = found.get(scenario, 0.0) + part / pick.removes
    return found
