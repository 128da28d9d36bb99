"""The table of checks on declared resources, read and checked."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from pentascope.catalogue.records import closest, load_table, malformed, read_text
from pentascope.model.infrastructure import ResourceCheck

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping
    from pathlib import Path


class _Group(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Globs that several checks share."""

    name: str
    globs: tuple[str, ...]
    source: str


class _Checks(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    check: tuple[ResourceCheck, ...]
    group: tuple[_Group, ...] = ()


def load_resource_checks(path: Path, codes: Collection[str]) -> tuple[ResourceCheck, ...]:
    """All checks, by id. Raises: CatalogueError for an unknown requirement, a shared id or a check of nothing."""
    table = load_table(path, _Checks)
    groups = {f"@{group.name}": group.globs for group in table.group}
    checks = [_spelled_out(check, groups) for check in table.check]
    seen: set[str] = set()
    for check in checks:
        line = next((n for n, text in enumerate(read_text(path).splitlines(), 1) if f'"{check.id}"' in text), 1)
        if check.requirement not in codes:
            raise malformed(path, line, f"no requirement {check.requirement}", closest(check.requirement, sorted(codes)))
        if unknown := [each for values in _lists(check) for each in values if each.startswith("@")]:
            raise malformed(path, line, f"no group {unknown[0]}", closest(unknown[0], sorted(groups)))
        if check.id in seen:
            raise malformed(path, line, f"`{check.id}` stands twice", "Choose another name.")
        if not (check.resources and (check.paths or check.judge)):
            raise malformed(path, line, f"`{check.id}` looks at nothing", "Name resources and paths.")
        seen.add(check.id)
    return tuple(sorted(checks, key=lambda check: check.id))


def _lists(check: ResourceCheck) -> Iterator[tuple[str, ...]]:
    yield from (check.want, *check.only_if.values(), *check.unless.values())


def _spelled_out(check: ResourceCheck, groups: Mapping[str, tuple[str, ...]]) -> ResourceCheck:
    """The check with the globs of its groups in their place."""

    def globs(values: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(glob for value in values for glob in groups.get(value, (value,)))

    return msgspec.structs.replace(
        check, want=globs(check.want), only_if={path: globs(values) for path, values in check.only_if.items()},
        unless={path: globs(values) for path, values in check.unless.items()},
    )  # fmt: skip
