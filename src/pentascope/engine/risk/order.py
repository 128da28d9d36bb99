"""What to do first: by level, and inside a level by the expected loss that a day's work removes, asked anew after each step."""

from __future__ import annotations

import heapq
import math
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from pentascope.engine.risk.portfolio import Pair, Work


class Pick(NamedTuple):
    """One piece of work when its turn comes."""

    work: int  # place in the portfolio
    removes: float  # expected yearly loss that it takes away then
    by_pair: tuple[tuple[int, float], ...]  # pair, its part of `removes`


class Left:
    """The expected loss of each pair while work is done. Within a place of a pair only the best guard counts."""

    def __init__(self, pairs: Sequence[Pair], work: Sequence[Work]) -> None:
        self._best: list[dict[str, float]] = []
        self.loss: list[float] = []
        for pair in pairs:
            best: dict[str, float] = {}
            for each in pair.guards.values():
                best[each.place] = max(best.get(each.place, 0.0), each.share)
            self._best.append(best)
            self.loss.append(pair.inherent * math.prod(1 - share for share in best.values()))
        self._work = work

    def gain(self, number: int) -> float:
        """What the work would remove now."""
        return math.fsum(part for _, part in self._parts(number))

    def joint_gain(self, numbers: Iterable[int]) -> float:
        """What several pieces of work would remove together now."""
        first = list(numbers)
        if len(first) == 1:
            return self.gain(first[0])
        touched: dict[int, dict[str, float]] = {}
        for number in first:
            for pair, each in self._work[number].cuts:
                better = touched.setdefault(pair, {})
                better[each.place] = max(better.get(each.place, 0.0), each.share)
        total = []
        for pair, better in touched.items():
            best = self._best[pair]
            left = math.prod((1 - max(share, best.get(place, 0.0))) / (1 - best.get(place, 0.0)) for place, share in better.items())
            total.append(self.loss[pair] * (1 - left))
        return math.fsum(total)

    def do(self, number: int) -> Pick:
        """Do the work, and tell what it removed."""
        parts = tuple(self._parts(number))
        for pair, each in self._work[number].cuts:
            best = self._best[pair]
            if each.share > best.get(each.place, 0.0):
                best[each.place] = each.share
        for pair, part in parts:
            self.loss[pair] -= part
        return Pick(number, math.fsum(part for _, part in parts), parts)

    def _parts(self, number: int) -> list[tuple[int, float]]:
        cuts = self._work[number].cuts
        by_pair: dict[int, float] = {}
        for pair, each in cuts:
            known = self._best[pair].get(each.place, 0.0)
            if each.share > known:
                by_pair[pair] = by_pair.get(pair, 1.0) * (1 - each.share) / (1 - known)
        return [(pair, self.loss[pair] * (1 - left)) for pair, left in by_pair.items()]


def ordered(
    pairs: Sequence[Pair],
    work: Sequence[Work],
    *,
    until: int | None = None,
    budget_days: float = math.inf,
    first: Sequence[int] = (),
    without: frozenset[int] = frozenset(),
) -> tuple[Pick, ...]:
    """All work in order; or its first `until` pieces; or what fits into a budget of person-days.

    Levels come one after the other, prerequisites before what needs them whatever their level, and inside a level each
    track of work (one discipline of one system) in the order of its phases. Among what these leave open, the work goes
    first whose closure (with all that has to come before it) removes the most expected loss for a day. Gains only shrink
    as work is done, so a gain that was computed earlier is a bound, and only the foremost is computed anew.

    `first` is done before all else with what it needs, and `without` is left out with all that needs it.

    Raises: ValueError for a cycle of prerequisites.
    """
    turn = _Turn(pairs, work, len(work) if until is None else until, budget_days, without)
    for number in first:
        turn.take(number)
    for level in sorted(set(turn.levels)):
        turn.run(level)
    return tuple(turn.picks[: turn.until])


class _Turn:
    """The state of one pass over the work."""

    def __init__(self, pairs: Sequence[Pair], work: Sequence[Work], until: int, budget_days: float, without: frozenset[int]) -> None:
        self.work, self.until, self.rest = work, until, budget_days
        self.levels, self.before = lifted(work), _before(work)
        self.left, self.picks = Left(pairs, work), list[Pick]()
        self.done = [False] * len(work)
        self._needed_by: list[list[int]] = [[] for _ in work]
        for number, before in enumerate(self.before):
            for each in before:
                self._needed_by[each].append(number)
        self._barred = set(without).union(*(self._later(each) for each in without))

    def run(self, level: int) -> None:
        """Take the work of one level, the densest closure first."""
        mine = [number for number, one in enumerate(self.levels) if one == level and number not in self._barred]
        heap = [(-self._density(number), number) for number in mine if not self.done[number]]
        heapq.heapify(heap)
        fresh = dict.fromkeys(mine, len(self.picks))
        while heap and len(self.picks) < self.until:
            _, number = heapq.heappop(heap)
            if self.done[number]:
                continue
            if fresh[number] != len(self.picks):
                fresh[number] = len(self.picks)
                heapq.heappush(heap, (-self._density(number), number))
                continue
            for each in self.take(number):
                for later in self._later(each):  # its closure has become smaller: it may come forward
                    if fresh.get(later, -1) >= 0:
                        fresh[later] = -1
                        heapq.heappush(heap, (-math.inf, later))

    def take(self, number: int) -> list[int]:
        """Do the work and what has to come before it, if all that fits."""
        closure = self._closure(number)
        days = math.fsum(self.work[each].days for each in closure)
        if self.done[number] or days > self.rest * (1 + 1e-12) or not self._barred.isdisjoint(closure):
            return []
        turn = self._in_turn(closure)
        for each in turn:
            self.done[each] = True
            self.picks.append(self.left.do(each))
        self.rest -= days
        return turn

    def _density(self, number: int) -> float:
        closure = self._closure(number)
        density = self.left.joint_gain(closure) / math.fsum(self.work[each].days for each in closure)
        return float(f"{density:.9g}")  # what differs by less is a tie, which the catalogue's order decides

    def _closure(self, number: int) -> list[int]:
        """The work and all that is open before it."""
        seen, queue = {number}, [number]
        for each in queue:
            for first in self.before[each]:
                if not self.done[first] and first not in seen:
                    seen.add(first)
                    queue.append(first)
        return queue

    def _later(self, number: int) -> list[int]:
        """All open work that waits for this."""
        seen, queue = {number}, [number]
        for each in queue:
            for later in self._needed_by[each]:
                if not self.done[later] and later not in seen:
                    seen.add(later)
                    queue.append(later)
        return queue[1:]

    def _in_turn(self, closure: Iterable[int]) -> list[int]:
        """The work of a closure in order: of what is free, the densest first."""
        waiting, turn = set(closure), list[int]()
        while waiting:
            free = [each for each in waiting if waiting.isdisjoint(self.before[each])]
            if not free:  # a phase and a prerequisite ask for opposite orders over several steps: the prerequisite stands
                free = [each for each in waiting if waiting.isdisjoint(self.work[each].after)]
            best = min(free, key=lambda each: (-self.left.gain(each) / self.work[each].days, each))
            waiting.discard(best)
            turn.append(best)
        return turn


_TRIED = 300
"""Beyond so much work one piece is a crumb of any budget, and the greedy selection cannot be far from the best."""


def selected(pairs: Sequence[Pair], work: Sequence[Work], budget_days: float) -> tuple[Pick, ...]:
    """What to do within a budget, in order: the greedy selection, mended where its last pieces waste what is left.

    Each piece of work is tried as given or as left out, and what removes more is kept, until nothing does. Work of a
    pressing level is never given up for work of a later one.
    """
    best = ordered(pairs, work, budget_days=budget_days)
    if len(work) > _TRIED:
        return best
    levels = lifted(work)
    value = _value(best, levels)
    first, without, is_better = tuple[int, ...](), frozenset[int](), True
    while is_better:
        is_better = False
        chosen = {pick.work for pick in best}
        trials = [
            *(((*first, number), without) for number in range(len(work)) if number not in chosen),
            *((first, without | {number}) for number in sorted(chosen)),
        ]
        for given, barred in trials:
            picks = ordered(pairs, work, budget_days=budget_days, first=given, without=barred)
            if (other := _value(picks, levels)) > value:
                best, value, first, without, is_better = picks, other, given, barred, True
    return tuple(_again(pairs, work, best, levels))


def _value(picks: Sequence[Pick], levels: Sequence[int]) -> tuple[float, ...]:
    """How much work of each level is done by what it removes, most pressing first; rounded, so that noise decides nothing."""
    found = dict.fromkeys(sorted(set(levels)), 0.0)
    for pick in picks:
        found[levels[pick.work]] += pick.removes
    return tuple(float(f"{each:.9g}") for each in found.values())


def _again(pairs: Sequence[Pair], work: Sequence[Work], picks: Sequence[Pick], levels: Sequence[int]) -> tuple[Pick, ...]:
    """The same selection in its own best order."""
    chosen = {pick.work for pick in picks}
    return ordered(pairs, work, without=frozenset(range(len(work))) - chosen) if levels else ()


def lifted(work: Sequence[Work]) -> list[int]:
    """The level of each piece of work, where what something pressing needs is itself as pressing. Raises: ValueError."""
    levels = [each.level for each in work]
    for number in _topological(work):
        for first in work[number].after:
            levels[first] = min(levels[first], levels[number])
    return levels


def _topological(work: Sequence[Work]) -> list[int]:
    """Later work before what it needs. Raises: ValueError for a cycle."""
    needs = [len(each.after) for each in work]
    users: list[list[int]] = [[] for _ in work]
    for number, each in enumerate(work):
        for first in each.after:
            users[first].append(number)
    ready = [number for number, count in enumerate(needs) if count == 0]
    found = []
    while ready:
        number = ready.pop()
        found.append(number)
        for user in users[number]:
            needs[user] -= 1
            if needs[user] == 0:
                ready.append(user)
    if len(found) < len(work):
        ring = sorted({work[number].code for number, count in enumerate(needs) if count})
        raise ValueError(f"prerequisites go in a circle: {', '.join(ring)}")
    return found[::-1]


def _before(work: Sequence[Work]) -> list[frozenset[int]]:
    """What has to come directly before each piece of work: prerequisites, and on its track the phase before, of the same level.

    A phase never overrides a prerequisite: where the two disagree, the prerequisite stands.
    """
    levels = lifted(work)
    needs = _ancestors(work)
    tracks: dict[tuple[str, int], dict[int, list[int]]] = {}
    for number, each in enumerate(work):
        track, phase = each.stage
        tracks.setdefault((track, levels[number]), {}).setdefault(phase, []).append(number)
    found = []
    for number, each in enumerate(work):
        track, phase = each.stage
        phases = tracks[track, levels[number]]
        earlier = max((one for one in phases if one < phase), default=None)
        before = phases[earlier] if earlier is not None and track else []
        found.append(each.after | {one for one in before if number not in needs[one]})
    return found


def _ancestors(work: Sequence[Work]) -> list[frozenset[int]]:
    """All prerequisites of each piece of work, and theirs."""
    found: list[frozenset[int]] = [frozenset()] * len(work)
    for number in reversed(_topological(work)):
        found[number] = work[number].after.union(*(found[first] for first in work[number].after))
    return found
