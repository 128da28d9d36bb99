"""Years drawn: what a portfolio may lose in one, with what is in place today."""

from __future__ import annotations

from hashlib import blake2b
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from pentascope.engine.risk.context import ORGANISATION_DRIVERS
from pentascope.engine.risk.quantities import Lognormal, share_draw, share_mean
from pentascope.model.risk import FREQUENCY_DRIVERS, Driver, Side

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from pentascope.engine.risk.context import Drive
    from pentascope.engine.risk.portfolio import Guard, Pair, Portfolio
    from pentascope.engine.risk.quantities import Floats

_MANY = 12.0  # events a year from which their number is drawn as normal: Poisson(12) is within 2 % of it in every quantile that counts


class Years(NamedTuple):
    """Drawn years. Shape: (draws,) each; money in US dollars."""

    loss: Floats  # what is lost in the year
    expected: Floats  # what the drawn frequency, effects and factors let one expect


class Draws:
    """What is drawn once and shared: how often each scenario really happens, how well each control really works.

    Everything is keyed by what it belongs to, so that a further system or scenario changes no other draw.
    """

    def __init__(self, portfolio: Portfolio, *, seed: int, draws: int) -> None:
        self.portfolio, self.seed, self.draws = portfolio, seed, draws
        self._frequency: dict[int, Floats] = {}
        self._kept: dict[int, dict[str, Floats]] = {}
        self._shared: dict[Driver, Floats] = {}

    def stream(self, *key: str) -> np.random.Generator:
        """The random numbers that belong to a key."""
        digest = blake2b("\x1f".join(key).encode(), digest_size=8).digest()
        return np.random.Generator(np.random.SFC64([self.seed, int.from_bytes(digest, "little")]))

    def frequency(self, scenario: int) -> Floats:
        """Events a year of the reference system. Shape: (draws,)."""
        if scenario not in self._frequency:
            entry = self.portfolio.scenarios[scenario]
            normal = self.stream("frequency", entry.id).standard_normal(self.draws)
            self._frequency[scenario] = Lognormal.of(entry.frequency).draw(normal)
        return self._frequency[scenario]

    def effects(self, scenario: int) -> Mapping[str, Floats]:
        """The drawn effect of each reduction, by code and side. Shape: (draws,) each."""
        if scenario not in self._kept:
            entry = self.portfolio.scenarios[scenario]
            self._kept[scenario] = {
                f"{each.side}:{each.requirement}": share_draw(
                    each.effect, self.stream("effect", entry.id, each.side, each.requirement).standard_normal(self.draws)
                )
                for each in entry.reductions
            }
        return self._kept[scenario]

    def effect_mean(self, scenario: int, key: str) -> float:
        """The expected effect of a reduction, by side and code."""
        entry = self.portfolio.scenarios[scenario]
        return next(share_mean(each.effect) for each in entry.reductions if f"{each.side}:{each.requirement}" == key)

    def inherent(self, pair: Pair) -> Floats:
        """The expected yearly loss of a pair without any control, as drawn. Shape: (draws,)."""
        name, entry = self.portfolio.subjects[pair.subject].id, self.portfolio.scenarios[pair.scenario]
        found = self.frequency(pair.scenario) * (pair.present * Lognormal.of(entry.loss).mean)
        for driver, drive in pair.drives:
            found = found * self.drive(driver, drive, name)
        return found

    def drive(self, driver: Driver, drive: Drive, subject: str) -> Floats:
        """The factor of a driver. Shape: (draws,)."""
        if driver in ORGANISATION_DRIVERS:
            if driver not in self._shared:
                self._shared[driver] = self._drawn(drive, "organisation", driver)
            return self._shared[driver]
        return self._drawn(drive, subject, driver)

    def _drawn(self, drive: Drive, *key: str) -> Floats:
        stream = self.stream("drive", *key)
        normal = stream.standard_normal(self.draws)
        return drive.times.draw(stream.random(self.draws), normal)


def years(draws: Draws) -> Iterator[tuple[int, Years, dict[int, Floats]]]:
    """System by system: its number, its years, and the expected loss of each of its scenarios. Shape: (draws,) each."""
    of_subject: dict[int, list[Pair]] = {}
    for pair in draws.portfolio.pairs:
        of_subject.setdefault(pair.subject, []).append(pair)
    for subject, pairs in of_subject.items():
        yield subject, *_years_of(draws, subject, pairs)


def _years_of(draws: Draws, subject: int, pairs: Sequence[Pair]) -> tuple[Years, dict[int, Floats]]:
    name = draws.portfolio.subjects[subject].id
    factors: dict[Driver, Floats] = {}
    lost, expected = np.zeros(draws.draws), np.zeros(draws.draws)
    by_scenario = {}
    for pair in pairs:
        scenario = draws.portfolio.scenarios[pair.scenario]
        rate, scale = draws.frequency(pair.scenario) * pair.present, np.ones(draws.draws)
        for driver, drive in pair.drives:
            if driver not in factors:
                factors[driver] = draws.drive(driver, drive, name)
            if driver in FREQUENCY_DRIVERS:
                rate = rate * factors[driver]
            else:
                scale = scale * factors[driver]
        rate, scale = _guarded(draws, pair, rate, scale)
        one = Lognormal.of(scenario.loss)
        mean = rate * scale * one.mean
        expected += mean
        by_scenario[pair.scenario] = mean
        _lose(lost, rate, scale, one, draws.stream("year", name, scenario.id))
    return Years(lost, expected), by_scenario


def _guarded(draws: Draws, pair: Pair, rate: Floats, scale: Floats) -> tuple[Floats, Floats]:
    """Frequency and loss with the best guard of each place."""
    best: dict[str, tuple[str, Guard]] = {}
    for key, each in pair.guards.items():
        if each.place not in best or each.share > best[each.place][1].share:
            best[each.place] = key, each
    effects = draws.effects(pair.scenario) if best else {}
    for key, _ in best.values():
        side, _, code = key.partition(":")
        left = 1 - effects[key] * pair.earned[code]
        if side == Side.FREQUENCY:
            rate = rate * left
        else:
            scale = scale * left
    return rate, scale


def _lose(lost: Floats, rate: Floats, scale: Floats, one: Lognormal, stream: np.random.Generator) -> None:
    """Add a year's events: their number is Poisson, their sum a lognormal with the mean and variance that the sum has.

    Source: L. F. Fenton, The sum of log-normal probability distributions, 1960. One event alone is drawn exactly.
    """
    uniform = stream.random(len(rate))
    none = np.exp(-rate)
    hit = np.flatnonzero(uniform >= none)
    if not len(hit):
        return
    count = _counts(rate[hit], uniform[hit], none[hit], stream)
    spread = np.log1p(np.expm1(one.sigma**2) / count)
    normal = stream.standard_normal(len(rate))[hit]
    lost[hit] += scale[hit] * np.exp(np.log(count * one.mean) - spread / 2 + np.sqrt(spread) * normal)


def _counts(rate: Floats, uniform: Floats, none: Floats, stream: np.random.Generator) -> Floats:
    """How many events, at least one, by turning the Poisson distribution round."""
    count = np.ones(len(rate))
    normal = stream.standard_normal(len(rate))
    many = rate > _MANY
    count[many] = np.maximum(1, np.rint(rate[many] + np.sqrt(rate[many]) * normal[many]))
    open_ = np.flatnonzero(~many)
    step, total, number = none[open_] * rate[open_], none[open_] + none[open_] * rate[open_], 1
    while len(open_):
        more = uniform[open_] >= total
        open_, step, total = open_[more], step[more], total[more]
        number += 1
        count[open_] = number
        step = step * rate[open_] / number
        total = total + step
        if number > 80:  # beyond what a double can tell apart
            break
    return count
