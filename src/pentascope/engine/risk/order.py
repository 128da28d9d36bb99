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


def ordered(pairs: Sequence[Pair], work: Sequence[Work], *, until: int | None = None) -> tuple[Pick, ...]:
    """All work in order, or the first `until` pieces.

    Levels come one after the other, prerequisites before what needs them whatever their level, and inside a level each
    track of work (one discipline of one system) in the order of its phases. Among what these leave open, the work goes
    first whose closure (with all that has to come before it) removes the most expected loss for a day. Gains only shrink
    as work is done, so a gain that was computed earlier is a bound, and only the foremost is computed anew.

    Raises: ValueError for a cycle of prerequisites.
    """
    levels, before = lifted(work), _before(work)
    left, done, picks = Left(pairs, work), [False] * len(work), []
    wanted = len(work) if until is None else min(until, len(work))
    needed_by: list[list[int]] = [[] for _ in work]
    for number, first in enumerate(before):
        for each in first:
            needed_by[each].append(number)
    for level in sorted(set(levels)):
        mine = [number for number in range(len(work)) if levels[number] == level]
        heap = [(-_density(number, before, done, left, work), number) for number in mine]
        heapq.heapify(heap)
        stale = dict.fromkeys(mine, len(picks))
        while heap and len(picks) < wanted:
            _, number = heapq.heappop(heap)
            if done[number]:
                continue
            if stale[number] != len(picks):
                stale[number] = len(picks)
                heapq.heappush(heap, (-_density(number, before, done, left, work), number))
                continue
            for each in _in_turn(number, before, done, left, work):
                done[each] = True
                picks.append(left.do(each))
                for later in _closure_up(each, needed_by, done):
                    if levels[later] == level:  # its closure has become smaller: it may come forward
                        heapq.heappush(heap, (-math.inf, later))
                        stale[later] = -1
    return tuple(picks[:wanted])


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


def _closure(number: int, before: Sequence[frozenset[int]], done: Sequence[bool]) -> list[int]:
    """The work and all that is open before it."""
    seen, queue = {number}, [number]
    for each in queue:
        for first in before[each]:
            if not done[first] and first not in seen:
                seen.add(first)
                queue.append(first)
    return queue


def _closure_up(number: int, needed_by: Sequence[Sequence[int]], done: Sequence[bool]) -> list[int]:
    seen, queue = {number}, [number]
    for each in queue:
        for later in needed_by[each]:
            if not done[later] and later not in seen:
                seen.add(later)
                queue.append(later)
    return queue[1:]


def _density(number: int, before: Sequence[frozenset[int]], done: Sequence[bool], left: Left, work: Sequence[Work]) -> float:
    closure = _closure(number, before, done)
    return left.joint_gain(closure) / math.fsum(work[each].days for each in closure)


def _in_turn(number: int, before: Sequence[frozenset[int]], done: Sequence[bool], left: Left, work: Sequence[Work]) -> list[int]:
    """The work with what has to come before it: of what is free, the densest first."""
    waiting, gone, turn = set(_closure(number, before, done)), set[int](), []
    while waiting:
        free = [each for each in waiting if all(done[first] or first in gone for first in before[each])]
        if not free:  # a phase and a prerequisite ask for opposite orders over several steps: the prerequisite stands
            free = [each for each in waiting if all(done[first] or first in gone for first in work[each].after)]
        best = min(free, key=lambda each: (-left.gain(each) / work[each].days, each))
        waiting.discard(best)
        gone.add(best)
        turn.append(best)
    return turn
