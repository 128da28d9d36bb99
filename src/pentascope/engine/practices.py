"""Practices around model calls that no import alone shows: retries, fall-backs, logging of prompts and answers."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pentascope.model.evidence import Evidence
    from pentascope.model.unit import Unit


def practices(unit: Unit) -> list[Evidence]:
    """The practices seen in one unit."""
    del unit
    return []
