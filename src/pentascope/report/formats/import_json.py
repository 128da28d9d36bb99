"""What files of results bring, as JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from pentascope.model.results import ImportReport


def render(report: ImportReport) -> bytes:
    """The report; counts are pairs of status (or check id) and number."""
    return msgspec.json.format(msgspec.json.encode(report), indent=2) + b"\n"
