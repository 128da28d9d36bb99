"""Reports of garak in JSON lines. Source: garak/evaluators/base.py and garak/command.py of NVIDIA/garak, 2026. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from pentascope.collectors.results.decoding import Heard, day_of
from pentascope.model.results import Result, ResultFile, ResultFormat, ResultStatus

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pentascope.collectors.results.decoding import Piece


class _Entry(msgspec.Struct, frozen=True):
    """Any entry; which keys it has hangs on `entry_type`. Before 2026 `total_evaluated` was `total`."""

    entry_type: str
    garak_version: str | None = None
    start_time: str | None = None
    probe: str | None = None
    detector: str | None = None
    passed: int | None = None
    nones: int = 0
    total: int | None = None
    total_evaluated: int | None = None


def parse(entries: Iterable[Piece], path: str) -> ResultFile:
    """One result for each probe and detector."""
    heard = Heard(path)
    version: str | None = None
    start: str | None = None
    judged: list[_Entry] = []
    is_ended = False
    for piece in entries:
        entry = heard.read(piece, _Entry)
        if entry is None:
            continue
        if entry.entry_type == "init":
            version, start = entry.garak_version, entry.start_time
        elif entry.entry_type == "eval" and entry.probe:
            judged.append(entry)
        is_ended = is_ended or entry.entry_type == "completion"
    if not is_ended:
        heard.broken("the end", "the run has no entry `completion`, so it may have broken off")
    day = day_of(start)
    results = tuple(
        Result(check=entry.probe or "", status=_status(entry), says=_says(entry), resource=entry.detector, date=day) for entry in judged
    )
    return ResultFile(path=path, format=ResultFormat.GARAK, tool="garak", version=version, results=results, gaps=heard.gaps())


def _total(entry: _Entry) -> int:
    return entry.total_evaluated if entry.total_evaluated is not None else entry.total or 0


def _status(entry: _Entry) -> ResultStatus:
    """One attempt that got through is a failure; what was not judged is no pass."""
    passed, total = entry.passed, _total(entry)
    if passed is None or total <= 0 or passed > total or passed < 0:
        return ResultStatus.UNKNOWN
    if passed < total:
        return ResultStatus.FAILED
    return ResultStatus.UNKNOWN if entry.nones else ResultStatus.PASSED


def _says(entry: _Entry) -> str:
    return f"{entry.passed or 0} of {_total(entry)} attempts were withstood."
