"""Which declared resource refers to which. Pure."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from pentascope.checks.policies import Statement
    from pentascope.model.infrastructure import Configured

_Module = tuple[str, str]  # folder or file, and the address of the call


class Relations:
    """The resources of one tree and what each is taken from."""

    def __init__(self, resources: Iterable[Configured]) -> None:
        self.resources = tuple(resources)
        self._by_name: dict[str, dict[_Module, list[Configured]]] = {}
        self._by_type: dict[tuple[str, _Module], list[Configured]] = {}
        self.documents: dict[int, tuple[Configured, list[tuple[str, tuple[Statement, ...]]]]] = {}  # read once, by id()
        self._users: dict[tuple[str, str], list[Configured]] = {}
        for one in self.resources:
            bare, module = _bare(one), _module(one)
            self._by_type.setdefault((one.type, module), []).append(one)
            for name in {bare, bare.rpartition(".")[2]}:
                self._by_name.setdefault(name, {}).setdefault(module, []).append(one)
        for one in self.resources:
            for refers in {setting.refers for setting in one.settings if setting.refers}:
                for target in self.named(refers, one):
                    self._users.setdefault((target.path, target.address), []).append(one)

    def named(self, refers: str, origin: Configured) -> Sequence[Configured]:
        """The resources that a reference in `origin` means: those of its module, else those of the only module of that name."""
        found = self._by_name.get(refers)
        if not found:
            return ()
        near = found.get(_module(origin))
        if near is not None:
            return near
        only = next(iter(found.values()))
        return only if len(found) == 1 and only[0].path != origin.path else ()

    def users(self, target: Configured) -> Sequence[Configured]:
        """The resources that refer to this one."""
        return self._users.get((target.path, target.address), ())

    def strays(self, target: Configured, types: Iterable[str]) -> Iterator[Configured]:
        """Resources of these types in the module of the target of which nobody can tell to what they belong."""
        for kind in types:
            for one in self._by_type.get((kind, _module(target)), ()):
                if not any(self.named(setting.refers, one) for setting in one.settings if setting.refers):
                    yield one
                    break


def _bare(one: Configured) -> str:
    """The address without its modules and instance: `aws_iam_role.a`."""
    address = one.address.partition("[")[0] if one.address.endswith("]") else one.address
    start = address.rfind(f"{one.type}.")
    return address[start:] if start >= 0 else address


def _module(one: Configured) -> tuple[str, str]:
    is_terraform = one.path.endswith((".tf", ".tofu", ".tf.json"))
    place = posixpath.dirname(one.path) if is_terraform else one.path
    return place, one.address[: one.address.rfind(_bare(one))] if is_terraform else ""
