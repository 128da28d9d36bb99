"""The table of checks on declared resources, read and checked."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from pentascope.catalogue.records import closest, load_table, malformed, read_text
from pentascope.model.infrastructure import ResourceCheck

if TYPE_CHECKING:
    from collections.abc import Collection
    from pathlib import Path


class _Checks(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    check: tuple[ResourceCheck, ...]


def load_resource_checks(path: Path, codes: Collection[str]) -> tuple[ResourceCheck, ...]:
    """All checks, by id. Raises: CatalogueError for an unknown requirement, a shared id or a check of nothing."""
    checks = load_table(path, _Checks).check
    seen: set[str] = set()
    for check in checks:
        line = next((n for n, text in enumerate(read_text(path).splitlines(), 1) if f'"{check.id}"' in text), 1)
        if check.requirement not in codes:
            raise malformed(path, line, f"no requirement {check.requirement}", closest(check.requirement, sorted(codes)))
        if check.id in seen:
            raise malformed(path, line, f"`{check.id}` stands twice", "Choose another name.")
        if not (check.resources and (check.paths or check.judge)):
            raise malformed(path, line, f"`{check.id}` looks at nothing", "Name resources and paths.")
        seen.add(check.id)
    return tuple(sorted(checks, key=lambda check: check.id))
