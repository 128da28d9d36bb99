"""What files of results bring, as JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from pentascope.report.formats.json import encode

if TYPE_CHECKING:
    from pentascope.model.results import ImportReport


def render(report: ImportReport) -> bytes:
    """The report; counts are pairs of status (or check id) and number."""
    return encode(msgspec.to_builtins(report))
