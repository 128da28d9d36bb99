"""The frameworks, or one of them with its rows, as JSON for other programs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pentascope.model.framework import Coverage

_SCHEMA = "urn:pentascope:schema:frameworks:1"


def render(entries: Iterable[Coverage], *, is_single: bool, catalogue_version: str) -> str:
    """The document, indented, with a newline at the end. Rows stand only where one framework was named."""
    document = {
        "schema": _SCHEMA,
        "catalogue_version": catalogue_version,
        "frameworks": [_framework(entry, has_rows=is_single) for entry in entries],
    }
    return msgspec.json.format(msgspec.json.encode(document), indent=2).decode() + "\n"


def _framework(entry: Coverage, *, has_rows: bool) -> dict[str, object]:
    head: dict[str, object] = msgspec.to_builtins(entry.framework)
    del head["rows"]
    head["coverage"] = {"covered": entry.covered, "rows": len(entry.framework.rows)}
    if has_rows:
        head["rows"] = [
            msgspec.to_builtins(row) | {"reference": entry.framework.reference(row), "requirements": codes}
            for row, codes in zip(entry.framework.rows, entry.codes, strict=True)
        ]
    return head
