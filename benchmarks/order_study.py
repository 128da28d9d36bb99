"""How close the order of the plan comes to the best selection that a budget allows, beside the rules that tools use.

    ./run tool python benchmarks/order_study.py [--instances 200] [--seed 1]

Synthetic portfolios: small ones against the exact optimum (every admissible selection is tried), larger ones against the
best that any rule or a local search from it has found. A rule gives an order; with a budget, its list is walked down and
everything is taken that still fits and whose prerequisites are taken. Figures are shares of the optimum's risk reduction.
"""

from __future__ import annotations

import argparse
import math
import statistics
from typing import TYPE_CHECKING

import numpy as np

from pentascope.engine.risk.order import Left, ordered, selected
from pentascope.engine.risk.portfolio import Guard, Pair, Work
from pentascope.model.plan import Kind

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    Instance = tuple[list[Pair], list[Work]]
    Rule = Callable[[list[Pair], list[Work]], list[int]]

BUDGETS = (0.10, 0.20, 0.35, 0.50)


def instance(seed: int, items: int, scenarios: int) -> Instance:
    """A portfolio with heavy-tailed losses, overlapping effects, substitutes and prerequisites."""
    rng = np.random.default_rng(seed)
    pairs = [
        Pair(subject=0, scenario=number, inherent=float(loss), drives=(), present=1.0, guards={}, earned={})
        for number, loss in enumerate(rng.lognormal(0, 1.2, scenarios))
    ]
    work = []
    for number in range(items):
        touched = rng.choice(scenarios, size=int(rng.integers(1, min(5, scenarios + 1))), replace=False)
        cuts = tuple(
            (int(pair), Guard(f"g{rng.integers(0, 3)}" if rng.random() < 0.2 else f"w{number}", float(rng.beta(2, 3)) * 0.9))
            for pair in touched
        )
        first = frozenset(int(each) for each in rng.choice(number, size=1)) if number and rng.random() < 0.25 else frozenset()
        days = float(np.exp(rng.normal(math.log(8), 0.9)))
        work.append(Work(code=f"W{number}", subjects=(0,), kind=Kind.CLOSE, days=days, cuts=cuts, after=first))
    return pairs, work


def reduction(pairs: Sequence[Pair], work: Sequence[Work], chosen: Sequence[int]) -> float:
    """What a selection removes."""
    return Left(pairs, work).joint_gain(chosen) if chosen else 0.0


def within(work: Sequence[Work], order: Sequence[int], budget: float) -> list[int]:
    """The list walked down with a budget; later rounds take what an earlier one could not for want of its prerequisite."""
    taken: list[int] = []
    spent, grew = 0.0, True
    while grew:
        grew = False
        for each in order:
            if each not in taken and work[each].after <= set(taken) and spent + work[each].days <= budget:
                taken.append(each)
                spent += work[each].days
                grew = True
    return taken


def optimum(pairs: Sequence[Pair], work: Sequence[Work]) -> list[float]:
    """The exact optimum at each budget: all selections at once."""
    count = len(work)
    masks = np.arange(1 << count, dtype=np.uint32)
    has = [(masks >> number & 1).astype(bool) for number in range(count)]
    days, admissible = np.zeros(len(masks)), np.ones(len(masks), dtype=bool)
    for number, each in enumerate(work):
        days += has[number] * each.days
        for first in each.after:
            admissible &= ~has[number] | has[first]
    removed = np.zeros(len(masks))
    for place, pair in enumerate(pairs):
        left: dict[str, np.ndarray] = {}
        for number, each in enumerate(work):
            for target, guard in each.cuts:
                if target == place:
                    best = left.setdefault(guard.place, np.zeros(len(masks)))
                    np.maximum(best, has[number] * guard.share, out=best)
        removed += pair.inherent * (1 - math.prod(1 - best for best in left.values())) if left else 0.0
    total = sum(each.days for each in work)
    return [float(removed[admissible & (days <= share * total)].max()) for share in BUDGETS]


def ours(pairs: list[Pair], work: list[Work]) -> list[int]:
    """The order of the plan without a budget, walked down."""
    return [pick.work for pick in ordered(pairs, work)]


def _by(score: Callable[[list[Pair], Work], float]) -> Rule:
    return lambda pairs, work: sorted(range(len(work)), key=lambda each: (-score(pairs, work[each]), each))


def _worst(pairs: list[Pair], each: Work) -> float:
    return max(pairs[pair].inherent for pair, _ in each.cuts)


def _label(pairs: list[Pair], each: Work) -> float:
    """High, medium or low by the worst scenario that the gap belongs to, as a severity label says it."""
    ranked = sorted(pair.inherent for pair in pairs)
    return sum(_worst(pairs, each) > ranked[int(len(ranked) * third)] for third in (1 / 3, 2 / 3))


def _five_by_five(pairs: list[Pair], each: Work) -> float:
    """Likelihood times impact, each 1 to 5: the classes of the worst scenario and of how much of it the gap leaves open."""
    ranked = sorted(pair.inherent for pair in pairs)
    impact = 1 + 4 * sum(_worst(pairs, each) > one for one in ranked) / len(ranked)
    return round(impact) * round(1 + 4 * max(guard.share for _, guard in each.cuts))


def _gain(pairs: list[Pair], each: Work) -> float:
    return math.fsum(pairs[pair].inherent * guard.share for pair, guard in each.cuts)


RIVALS: dict[str, Rule] = {
    "severity label": _by(_label),
    "likelihood x impact": _by(_five_by_five),
    "largest gain first": _by(_gain),
    "cheapest first": _by(lambda _, each: -each.days),
    "return, not asked anew": _by(lambda pairs, each: _gain(pairs, each) / each.days),
}


def improved(pairs: list[Pair], work: list[Work], start: list[int], budget: float) -> float:
    """The best that exchanging one piece of work for others reaches from a selection."""
    chosen, best = list(start), reduction(pairs, work, start)
    moved = True
    while moved:
        moved = False
        for out in [None, *chosen]:
            if out is not None and any(out in work[each].after for each in chosen):
                continue
            kept = [each for each in chosen if each != out]
            order = sorted(set(range(len(work))) - set(kept) - {out}, key=lambda each: -_gain(pairs, work[each]) / work[each].days)
            rest = budget - sum(work[each].days for each in kept)
            for number in [None, *order[:12]]:
                first = [] if number is None else [number]
                if any(not work[each].after <= {*kept, *first} or work[each].days > rest for each in first):
                    continue
                trial = within(work, [*kept, *first, *order], budget)
                if (value := reduction(pairs, work, trial)) > best * (1 + 1e-9):
                    chosen, best, moved = trial, value, True
                    break
            if moved:
                break
    return best


def study(
    name: str, instances: Sequence[Instance], targets: Callable[[Instance, dict[str, list[list[int]]]], list[float]]
) -> None:
    """Print the table of one family of instances."""
    rules = {"order alone": ours, **RIVALS}
    shares: dict[str, list[list[float]]] = {rule: [[] for _ in BUDGETS] for rule in ("plan", *rules)}
    for pairs, work in instances:
        total = sum(each.days for each in work)
        chosen = {
            rule: [within(work, order, share * total) for share in BUDGETS]
            for rule, order in ((rule, make(pairs, work)) for rule, make in rules.items())
        }
        chosen["plan"] = [[pick.work for pick in selected(pairs, work, share * total)] for share in BUDGETS]
        for place, best in enumerate(targets((pairs, work), chosen)):
            for rule, selections in chosen.items():
                if best > 0:
                    shares[rule][place].append(reduction(pairs, work, selections[place]) / best)
    print(f"\n{name}: {len(instances)} instances, share of the optimum: mean (worst)")
    print(f"{'rule':<24}" + "".join(f"{f'{share:.0%} budget':>18}" for share in BUDGETS))
    for rule, columns in shares.items():
        print(f"{rule:<24}" + "".join(f"{f'{statistics.fmean(one):.3f} ({min(one):.3f})':>18}" for one in columns))


def _best_known(each: Instance, chosen: dict[str, list[list[int]]]) -> list[float]:
    pairs, work = each
    total = sum(one.days for one in work)
    return [
        max(improved(pairs, work, chosen[rule][place], share * total) for rule in ("plan", "order alone", "return, not asked anew"))
        for place, share in enumerate(BUDGETS)
    ]


def main() -> None:
    """Print both tables."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--instances", type=int, default=200)
    parser.add_argument("--large", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    small = [instance(args.seed * 100_003 + number, 16, 10) for number in range(args.instances)]
    study("16 pieces of work, exact optimum", small, lambda each, _: optimum(*each))
    large = [instance(args.seed * 200_003 + number, 80, 30) for number in range(args.large)]
    study("80 pieces of work, best known", large, _best_known)


if __name__ == "__main__":
    main()
