"""Which declared resource refers to which. Pure."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pentascope.model.infrastructure import Configured


class Relations:
    """The resources of one tree and what each is taken from."""

    def __init__(self, resources: Iterable[Configured]) -> None:
        self.resources = tuple(resources)
        self._by_name: dict[str, list[Configured]] = {}
        self._users: dict[tuple[str, str], list[Configured]] = {}
        for one in self.resources:
            for name in {_bare(one), _bare(one).rpartition(".")[2]}:
                self._by_name.setdefault(name, []).append(one)
        for one in self.resources:
            for refers in {setting.refers for setting in one.settings if setting.refers}:
                for target in self.named(refers, one):
                    self._users.setdefault((target.path, target.address), []).append(one)

    def named(self, refers: str, origin: Configured) -> tuple[Configured, ...]:
        """The resources that a reference in `origin` means: those of its module, else the only ones of that name."""
        found = self._by_name.get(refers, [])
        near = [one for one in found if _module(one) == _module(origin)]
        return tuple(near or (found if len({_module(one) for one in found}) == 1 and origin.path != found[0].path else ()))

    def users(self, target: Configured) -> Iterator[Configured]:
        """The resources that refer to this one."""
        yield from self._users.get((target.path, target.address), ())

    def strays(self, target: Configured, types: Iterable[str]) -> Iterator[Configured]:
        """Resources of these types in the module of the target of which nobody can tell to what they belong."""
        for one in self.resources:
            is_near = one.type in types and _module(one) == _module(target)
            if is_near and not any(self.named(setting.refers, one) for setting in one.settings if setting.refers):
                yield one


def _bare(one: Configured) -> str:
    """The address without its modules and instance: `aws_iam_role.a`."""
    address = one.address.partition("[")[0] if one.address.endswith("]") else one.address
    start = address.rfind(f"{one.type}.")
    return address[start:] if start >= 0 else address


def _module(one: Configured) -> tuple[str, str]:
    is_terraform = one.path.endswith((".tf", ".tofu", ".tf.json"))
    place = posixpath.dirname(one.path) if is_terraform else one.path
    return place, one.address[: one.address.rfind(_bare(one))] if is_terraform else ""
