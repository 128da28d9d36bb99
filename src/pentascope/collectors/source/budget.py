"""What reading one file may cost, and why it was not read in full."""

from __future__ import annotations

import msgspec

from pentascope.model.evidence import SkipReason


class Budget(msgspec.Struct, frozen=True, kw_only=True):
    """What one file may cost; memory is counted above what a worker starts with.

    `hurried_cpu_s` holds once many files of a tree took too long.
    """

    cpu_s: float = 5.0
    hurried_cpu_s: float = 0.5
    wall_s: float = 120.0
    memory_bytes: int = 384 << 20

    def cpu_of(self, *, is_hurried: bool) -> float:
        """Seconds of processor time."""
        return min(self.hurried_cpu_s, self.cpu_s) if is_hurried else self.cpu_s


class Cause(msgspec.Struct, frozen=True, array_like=True):
    """Why a file cannot be read in full."""

    reason: SkipReason
    detail: str
