"""What reading one file may cost, and why it was not read in full."""

from __future__ import annotations

import msgspec

from pentascope.model.evidence import SkipReason


class Budget(msgspec.Struct, frozen=True, kw_only=True):
    """What one file may cost; memory is counted above what a worker starts with."""

    cpu_s: float = 5.0
    wall_s: float = 120.0
    memory_bytes: int = 1 << 30


class Cause(msgspec.Struct, frozen=True, array_like=True):
    """Why a file cannot be read in full."""

    reason: SkipReason
    detail: str
