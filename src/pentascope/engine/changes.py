"""What a change did to the verdicts: the tree as it is, beside the tree as it was."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pentascope.model.posture import Touched
from pentascope.model.verdict import Outcome

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pentascope.model.verdict import Verdict


def touched(before: Iterable[Verdict], now: Iterable[Verdict]) -> tuple[Touched, ...]:
    """The verdicts of `now` that are new, have turned, or are not met in a place that was not so before."""
    return tuple(_touched({verdict.id: verdict for verdict in before}, now))


def _touched(before: dict[str, Verdict], now: Iterable[Verdict]) -> Iterator[Touched]:
    for verdict in now:
        old = before.get(verdict.id)
        known = _marks(old, verdict.outcome) if old is not None else {}
        fresh = tuple(mark for mark in _marks(verdict, verdict.outcome) if mark not in known)
        if old is None or old.outcome is not verdict.outcome or (verdict.outcome is Outcome.NOT_MET and fresh):
            yield Touched(verdict=verdict.id, before=None if old is None else old.outcome, fresh=fresh)


def _marks(verdict: Verdict, outcome: Outcome) -> dict[str, None]:
    """What the grounds of that outcome point to, in order."""
    return dict.fromkeys(mark for ground in verdict.grounds if ground.outcome is outcome for mark in ground.marks)
