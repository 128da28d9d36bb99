"""Root modules to resources in bounded workers: what a tree writes can make an expression grow without end."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import msgspec

from pentascope.collectors.source.budget import Budget
from pentascope.model.evidence import Gap
from pentascope.model.infrastructure import Configured

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from pentascope.collectors.iac.modules import World
    from pentascope.collectors.source.budget import Cause

BUDGET = Budget(cpu_s=20.0, hurried_cpu_s=2.0, memory_bytes=768 << 20)
MAX_ROOT_BYTES = 64_000_000  # of encoded resources; 10,000 small ones take 2 MB
POOL_ROOTS = 40


class _Rooted(msgspec.Struct, frozen=True, array_like=True):
    """What one root module declares."""

    resources: tuple[msgspec.Raw, ...]
    seen: frozenset[str]
    gaps: tuple[Gap, ...]


def evaluated(world: World, jobs: int) -> tuple[list[Configured], list[Gap]]:
    """The resources of every root module, and what could not be worked out."""
    found: list[Configured] = []
    gaps: dict[str, Gap] = {}
    seen: set[str] = set()
    for is_first in (True, False):  # then the modules that call each other in a circle, which nobody else calls
        roots = world.roots if is_first else [folder for folder in world.folders if folder not in seen]
        for rooted in _answers(_Roots(world, roots), jobs):
            found += [_RESOURCE.decode(one) for one in rooted.resources]
            seen |= rooted.seen
            gaps |= {gap.reason: gap for gap in rooted.gaps}
    return found, list(gaps.values())


class _Roots:
    """The work of the crew: root modules by their number."""

    def __init__(self, world: World, folders: Sequence[str]) -> None:
        self._world = world
        self.folders = folders

    def read(self, index: int) -> bytes:
        """The resources of one."""
        world, seen = self._world.alone(), set[str]()
        resources = tuple(_bounded(world.instance(self.folders[index], seen), world))
        return _ENCODER.encode(_Rooted(resources, frozenset(seen), tuple(world.gaps.values())))

    def read_plainly(self, index: int, cause: Cause) -> bytes:
        """That it could not be worked out."""
        return self.give_up(index, cause)

    def give_up(self, index: int, cause: Cause) -> bytes:
        """That it could not be worked out."""
        folder = self.folders[index]
        reason = f"The Terraform module in {folder or '.'} could not be worked out: {cause.detail}."
        gap = Gap(subject="unread-infrastructure-module", reason=reason, question="Which resources does it declare?")
        return _ENCODER.encode(_Rooted((), frozenset({folder}), (gap,)))


def _bounded(resources: Iterable[Configured], world: World) -> Iterator[msgspec.Raw]:
    size_bytes = 0
    for resource in resources:
        one = _ENCODER.encode(resource)
        size_bytes += len(one)
        if size_bytes > MAX_ROOT_BYTES:
            reason = f"{resource.path}:{resource.line} and what follows is more than is judged of one module."
            world.gap("too-many-resources", reason, "Which resources does it declare?")
            return
        yield msgspec.Raw(one)


def _answers(roots: _Roots, jobs: int) -> Iterator[_Rooted]:
    """By the order of the roots, whichever worker is done first."""
    if not hasattr(os, "fork"):
        for index in range(len(roots.folders)):
            yield _DECODER.decode(roots.read(index))
        return
    from pentascope.collectors.source.workers import Crew  # noqa: PLC0415 - cannot be imported where there is no fork

    crew = Crew(roots, len(roots.folders), jobs=jobs if len(roots.folders) > POOL_ROOTS else 1, budget=BUDGET)
    for _, payload in sorted(answer for batch in crew.run() for answer in batch):
        yield _DECODER.decode(payload)


_ENCODER = msgspec.msgpack.Encoder()
_DECODER = msgspec.msgpack.Decoder(_Rooted)
_RESOURCE = msgspec.msgpack.Decoder(Configured)
