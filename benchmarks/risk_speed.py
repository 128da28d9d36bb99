"""How long it takes to draw years and to plan, and how much memory.

    ./run tool python benchmarks/risk_speed.py [--systems 50] [--portfolio 1000] [--runs 3]

First the draws alone: 10,000 of every scenario for every system, beside the time that numpy needs for as many standard
normal values (one for each draw, scenario and system), which no Monte Carlo of that size can beat. Then a whole plan of a
large portfolio with its peak memory.
"""

from __future__ import annotations

import argparse
import datetime as dt
import resource
import statistics
import time

import numpy as np

from pentascope.catalogue.load import load
from pentascope.engine.risk.context import Subject
from pentascope.engine.risk.plan import Setting, plan
from pentascope.engine.risk.portfolio import portfolio
from pentascope.engine.risk.simulate import Draws, years
from pentascope.model.profile import Exposure, OrganisationProfile, Profile, SystemProfile
from pentascope.model.quantity import Range
from pentascope.model.requirement import Condition
from pentascope.model.scoping import AgenticScope, Scope
from pentascope.model.verdict import Outcome, Strength, Verdict

_TODAY = dt.date(2026, 11, 2)
_OUTCOMES = (Outcome.MET, Outcome.NOT_MET, Outcome.UNKNOWN)


def subjects(count: int) -> list[Subject]:
    """Systems of all scopes with verdicts of all outcomes, different from each other."""
    rng = np.random.default_rng(1)
    requirements = load().matrix.requirements
    found = []
    for number in range(count):
        scopes = frozenset(Scope(int(each)) for each in rng.choice(5, size=int(rng.integers(1, 3)), replace=False) + 1)
        verdicts = tuple(
            Verdict(
                system=f"system-{number}", requirement=each.code, outcome=_OUTCOMES[int(rng.integers(3))], strength=Strength.CODE,
                reason="", scopes=tuple(sorted(scopes.intersection(each.scopes))),
            )
            for each in requirements if scopes.intersection(each.scopes)
        )  # fmt: skip
        conditions = {each: bool(rng.integers(2)) for each in Condition}
        profile = SystemProfile(exposure=tuple(Exposure)[int(rng.integers(3))], users=Range(low=100, high=100))
        found.append(
            Subject(f"system-{number}", f"system-{number}", scopes, conditions, AgenticScope(int(rng.integers(1, 5))), profile, verdicts)
        )
    return found


def main() -> None:
    """Print both figures."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--systems", type=int, default=50)
    parser.add_argument("--portfolio", type=int, default=1000)
    parser.add_argument("--runs", type=int, default=3)
    args = parser.parse_args()
    catalogue, draws = load(), 10_000
    organisation = OrganisationProfile(turnover=Range(low=4e8, high=6e8), day_rate=900.0, capacity_days_per_month=200.0, budget=1.5e6)
    profile = Profile(organisation=organisation)
    problem = portfolio(subjects(args.systems), profile, catalogue.risk, catalogue.matrix.requirements, _TODAY)
    whole = [
        Subject(each.id, each.name, frozenset(Scope), dict.fromkeys(Condition, True), each.agentic, each.profile, each.verdicts)
        for each in problem.subjects
    ]
    problem = portfolio(whole, profile, catalogue.risk, catalogue.matrix.requirements, _TODAY)
    drawing, limit = [], []
    for _ in range(args.runs):
        begun = time.perf_counter()
        for _ in years(Draws(problem, seed=1, draws=draws)):
            pass
        drawing.append(time.perf_counter() - begun)
        begun = time.perf_counter()
        rng = np.random.Generator(np.random.SFC64(1))
        for _ in problem.pairs:
            rng.standard_normal(draws)
        limit.append(time.perf_counter() - begun)
    cells = len(problem.pairs) * draws
    took, least = statistics.median(drawing), statistics.median(limit)
    print(f"draws: {draws:,} x {len(problem.scenarios)} scenarios x {args.systems} systems ({cells:,} cells): {took:.2f} s")
    print(f"  as many standard normal values alone: {least:.2f} s, ratio {took / least:.1f}")
    many = subjects(args.portfolio)
    begun = time.perf_counter()
    told = plan(many, Setting(profile, catalogue.risk, catalogue.matrix.requirements, _TODAY, catalogue.version))
    took = time.perf_counter() - begun
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"plan: {args.portfolio:,} systems, {len(told.items):,} items: {took:.1f} s, peak memory {peak:.0f} MiB")


if __name__ == "__main__":
    main()
