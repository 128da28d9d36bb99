"""How the order of our risk scenarios agrees with risk levels that AWS publishes for the practices our requirements answer.

    ./run tool python benchmarks/published_levels.py [--resamples 2000] [--seed 1] [--show 10]

Ours: the yearly loss that a requirement alone cuts, summed over the scenarios, at the reference profile. Theirs: the
highest level of the best practices of the Generative AI Lens to which the requirement is cross-walked. Most of them are
"high", and no money stands behind the word: agreement can only be loose.
"""

from __future__ import annotations

import argparse
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from pentascope.catalogue.build import build
from pentascope.engine.risk.quantities import Lognormal, share_mean
from pentascope.model.risk import Driver, Side

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import numpy.typing as npt

    from pentascope.model.requirement import Requirement
    from pentascope.model.risk import RiskModel

    Floats = npt.NDArray[np.float64]

LEVELS = Path(__file__).parent / "data" / "published_levels.toml"
LENS = "aws-genai-lens:2025:"
RANK = {"low": 1, "medium": 2, "high": 3}


class Row(NamedTuple):
    """One requirement in both orders."""

    code: str
    title: str
    theirs: int
    ours: float  # US dollars a year


def cuts(model: RiskModel) -> dict[str, float]:
    """By requirement: expected yearly loss that it alone takes off all scenarios, at the reference profile."""
    hour = Lognormal.of(model.tables.hour_down_usd).mean
    total: dict[str, float] = {}
    for scenario in model.scenarios:
        each = Lognormal.of(scenario.loss).mean * (hour if Driver.DOWNTIME in scenario.drivers else 1)
        inherent = Lognormal.of(scenario.frequency).mean * each
        kept: dict[tuple[str, Side], float] = {}
        for reduction in scenario.reductions:
            kept[reduction.requirement, reduction.side] = 1 - share_mean(reduction.effect)
        for code in {code for code, _ in kept}:
            left = kept.get((code, Side.FREQUENCY), 1.0) * kept.get((code, Side.LOSS), 1.0)
            total[code] = total.get(code, 0.0) + inherent * (1 - left)
    return total


def rows(requirements: Sequence[Requirement], saved: Mapping[str, float], levels: Mapping[str, str]) -> list[Row]:
    """Requirements that lead to a practice with a known level."""
    found = []
    for each in requirements:
        named = [reference.removeprefix(LENS) for reference in each.crosswalk if reference.startswith(LENS)]
        if known := [RANK[levels[name]] for name in named if name in levels]:
            found.append(Row(each.code, each.title, max(known), saved.get(each.code, 0.0)))
    return found


def ranks(values: Floats) -> Floats:
    """Ranks from 1, ties share their mean."""
    smaller: Floats = (values[:, None] > values[None, :]).sum(axis=1)
    same: Floats = (values[:, None] == values[None, :]).sum(axis=1)
    return smaller + (same + 1) / 2


def spearman(one: Floats, other: Floats) -> float:
    """Rank correlation with mid-ranks; not a number where one side does not vary."""
    first, second = ranks(one) - ranks(one).mean(), ranks(other) - ranks(other).mean()
    size = np.sqrt((first**2).sum() * (second**2).sum())
    return float((first * second).sum() / size) if size else float("nan")


def kendall(one: Floats, other: Floats) -> float:
    """Tau-b, which allows for ties; not a number where one side does not vary."""
    first, second = np.sign(one[:, None] - one[None, :]), np.sign(other[:, None] - other[None, :])
    size = np.sqrt((first**2).sum() * (second**2).sum())
    return float((first * second).sum() / size) if size else float("nan")


def main() -> None:
    """Print correlation, interval and the largest disagreements."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--resamples", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--show", type=int, default=10)
    args = parser.parse_args()
    table = tomllib.loads(LEVELS.read_text(encoding="utf-8"))
    catalogue = build()
    both = rows(catalogue.matrix.requirements, cuts(catalogue.risk), {each["id"]: each["level"] for each in table["levels"]})
    theirs, ours = np.array([float(row.theirs) for row in both]), np.array([row.ours for row in both])
    counts = ", ".join(f"{word} {sum(row.theirs == rank for row in both)}" for word, rank in RANK.items())
    print(f"{len(both)} requirements, {len(table['levels'])} practices with a published level: {counts}")
    rng = np.random.default_rng(args.seed)
    picks = rng.integers(0, len(both), (args.resamples, len(both)))
    for name, measure in (("Spearman", spearman), ("Kendall tau-b", kendall)):
        low, high = np.nanquantile([measure(theirs[pick], ours[pick]) for pick in picks], (0.025, 0.975))
        print(f"{name} {measure(theirs, ours):+.2f}, 95 % of resamples between {low:+.2f} and {high:+.2f}")
    apart = ranks(ours) - ranks(theirs)
    words = {rank: word for word, rank in RANK.items()}
    print("\n| requirement | theirs | ours, USD a year | ranks apart | why |\n|---|---|---:|---:|---|")
    for place in sorted(range(len(both)), key=lambda number: -abs(apart[number]))[: args.show]:
        row = both[place]
        why = table["explanations"].get(row.code, "not explained")
        print(f"| {row.code} {row.title} | {words[row.theirs]} | {row.ours:,.0f} | {apart[place]:+.1f} | {why} |")


if __name__ == "__main__":
    main()
