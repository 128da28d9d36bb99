"""Work over weeks: never more than the team can do, and nothing before what it needs."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pentascope.engine.risk.portfolio import Work

_WEEKS_A_YEAR = 365.25 / 7
_CRUMB = 1e-9  # person-days


class Slot(NamedTuple):
    """When one piece of work is done, and how many person-days go into each week."""

    starts: dt.date
    ends: dt.date
    by_week: tuple[tuple[int, float], ...]


def schedule(
    order: Sequence[int], work: Sequence[Work], *, starts: dt.date, months: int, capacity_days_per_month: float, days_a_week_each: float
) -> dict[int, Slot]:
    """The slots of the work that the horizon holds, in the order given: a piece that does not fit is left out with all that needs it.

    A piece takes at most `days_a_week_each` a week. It begins in the week in which its prerequisites end at the earliest.
    """
    weeks = int(months * _WEEKS_A_YEAR / 12)
    free = [capacity_days_per_month * 12 / _WEEKS_A_YEAR] * weeks
    found: dict[int, Slot] = {}
    first_free = 0
    for number in order:
        each = work[number]
        if any(first not in found for first in each.after):
            continue
        while first_free < weeks and free[first_free] <= _CRUMB:
            first_free += 1
        earliest = max((found[first].by_week[-1][0] for first in each.after), default=0)
        taken = _fill(free, max(earliest, first_free), each.days, days_a_week_each)
        if taken is None:
            continue
        for week, days in taken:
            free[week] -= days
        found[number] = Slot(
            starts + dt.timedelta(weeks=taken[0][0]), starts + dt.timedelta(weeks=taken[-1][0], days=6), tuple(taken)
        )
    return found


def _fill(free: Sequence[float], week: int, days: float, pace: float) -> list[tuple[int, float]] | None:
    taken = []
    while days > _CRUMB:
        if week >= len(free):
            return None
        if free[week] > _CRUMB:
            part = min(free[week], days, pace)
            taken.append((week, part))
            days -= part
        week += 1
    return taken
