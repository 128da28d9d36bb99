"""Quantities that nobody knows exactly: ranges that hold the true value nine times in ten."""

from __future__ import annotations

import math

import msgspec


class _Entry(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """Unknown keys are refused, defaults are not stored."""


class Range(_Entry, frozen=True, kw_only=True):
    """A positive quantity: the 5th and the 95th percentile of a lognormal distribution. Equal ends mean a known value.

    Raises: ValueError (msgspec: ValidationError) where an end is not a positive finite number or they are the wrong way round.
    """

    low: float
    high: float

    def __post_init__(self) -> None:
        """Both ends are positive and in order."""
        for name, value in (("low", self.low), ("high", self.high)):
            if not (math.isfinite(value) and value > 0):
                raise ValueError(f"`{name}` is {value:g}: a positive number is allowed")
        if self.low > self.high:
            raise ValueError(f"`low` {self.low:g} is above `high` {self.high:g}: the lower end comes first")


class Share(_Entry, frozen=True, kw_only=True):
    """A part of one: the 5th and the 95th percentile of a logit-normal distribution. Equal ends mean a known value.

    Raises: ValueError (msgspec: ValidationError) where an end is not above 0 and below 1 or they are the wrong way round.
    """

    low: float
    high: float

    def __post_init__(self) -> None:
        """Both ends are inside of 0 and 1 and in order."""
        for name, value in (("low", self.low), ("high", self.high)):
            if not 0 < value < 1:
                raise ValueError(f"`{name}` is {value:g}: a number above 0 and below 1 is allowed")
        if self.low > self.high:
            raise ValueError(f"`low` {self.low:g} is above `high` {self.high:g}: the lower end comes first")
