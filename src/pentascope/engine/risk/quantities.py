"""Ranges as distributions: their means, and draws from them."""

from __future__ import annotations

import math
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt

    from pentascope.model.quantity import Range, Share

    Floats = npt.NDArray[np.float64]

_Z95 = 1.6448536269514722  # the standard normal quantile of 0.95


class Lognormal(NamedTuple):
    """ln X is normal with this mean and standard deviation."""

    mu: float
    sigma: float

    @classmethod
    def of(cls, each: Range) -> Lognormal:
        """With the range's ends as 5th and 95th percentile."""
        low, high = math.log(each.low), math.log(each.high)
        return cls((low + high) / 2, (high - low) / (2 * _Z95))

    @property
    def mean(self) -> float:
        """E[X]."""
        return math.exp(self.mu + self.sigma**2 / 2)

    @property
    def variance(self) -> float:
        """Var[X]."""
        return math.expm1(self.sigma**2) * self.mean**2

    def draw(self, normal: Floats) -> Floats:
        """X for each standard normal value given."""
        return np.exp(self.mu + self.sigma * normal)


class Mixture(NamedTuple):
    """One of several lognormals, each with a weight; the weights add up to one. What an unknown answer looks like."""

    parts: tuple[Lognormal, ...]
    weights: tuple[float, ...]

    @classmethod
    def of(cls, ranges: Sequence[Range]) -> Mixture:
        """Any of the ranges, each as likely."""
        return cls(tuple(Lognormal.of(each) for each in ranges), (1 / len(ranges),) * len(ranges))

    @property
    def mean(self) -> float:
        """E[X]."""
        return math.fsum(weight * part.mean for part, weight in zip(self.parts, self.weights, strict=True))

    def draw(self, uniform: Floats, normal: Floats) -> Floats:
        """X for each pair of a uniform value, which picks the part, and a standard normal one."""
        if len(self.parts) == 1:
            return self.parts[0].draw(normal)
        picked = np.searchsorted(np.cumsum(self.weights)[:-1], uniform, side="right")
        mu = np.array([part.mu for part in self.parts])[picked]
        sigma = np.array([part.sigma for part in self.parts])[picked]
        return np.exp(mu + sigma * normal)


_NODES, _WEIGHTS = np.polynomial.hermite_e.hermegauss(40)


@lru_cache(maxsize=4096)
def share_mean(each: Share) -> float:
    """E[X] of a share: Gauss-Hermite over its logit, exact to well below a millionth."""
    return float(np.dot(share_draw(each, _NODES), _WEIGHTS) / math.sqrt(2 * math.pi))


def share_draw(each: Share, normal: Floats) -> Floats:
    """The share for each standard normal value given."""
    low, high = (math.log(end / (1 - end)) for end in (each.low, each.high))
    mu, sigma = (low + high) / 2, (high - low) / (2 * _Z95)
    return 1 / (1 + np.exp(-(mu + sigma * normal)))
