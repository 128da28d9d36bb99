"""Scan reports of Giskard 2 in JSON: issues by detector and level.

A detector without issues withstood, or crashed: the scan names both alike, so such a detector is unknown.
Source: giskard/scanner/report.py (`to_json`) and scanner.py of Giskard-AI/giskard 814a9dd, read 2026-11-27. Pure.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pentascope.collectors.results.decoding import Broken, decoded
from pentascope.model.results import Result, ResultFile, ResultFormat, ResultStatus

if TYPE_CHECKING:
    from collections.abc import Iterator

_LEVELS = frozenset({"major", "medium", "minor"})
_SUFFIX = "Detector"


def is_report(data: bytes) -> bool:
    """Whether it looks like one: the file has no mark but its shape."""
    found = decoded(data, dict[str, dict[str, list[str]]])
    return not isinstance(found, Broken) and bool(found) and all(
        name.endswith(_SUFFIX) and levels.keys() <= _LEVELS for name, levels in found.items()
    )


def parse(data: bytes, path: str) -> ResultFile:
    """One result for each issue, and one for each detector that names none."""
    found = decoded(data, dict[str, dict[str, list[str]]])
    results = tuple(result for name, levels in found.items() for result in _results(name, levels)) if not isinstance(found, Broken) else ()
    return ResultFile(path=path, format=ResultFormat.GISKARD, tool="Giskard", results=results)


def _results(detector: str, levels: dict[str, list[str]]) -> Iterator[Result]:
    if not any(levels.values()):
        yield Result(check=detector, status=ResultStatus.UNKNOWN, says="No issue is named; a detector that crashed names none either.")
    for level, issues in levels.items():
        for issue in issues:
            yield Result(check=detector, status=ResultStatus.FAILED, says=issue, resource=f"{level} issue")
