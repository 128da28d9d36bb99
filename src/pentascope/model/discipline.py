"""The five disciplines that run across the scopes, and when a requirement is due."""

from __future__ import annotations

from enum import StrEnum


class Discipline(StrEnum):
    """The five security disciplines that run across all scopes."""

    GOVERNANCE = "governance"
    LEGAL = "legal"
    RISK = "risk"
    CONTROLS = "controls"
    RESILIENCE = "resilience"


class Phase(StrEnum):
    """When a requirement is due: before first use, before production, or at scale."""

    FOUNDATION = "foundation"
    CORE = "core"
    ADVANCED = "advanced"
