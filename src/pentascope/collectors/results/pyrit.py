"""Scenario results of PyRIT in JSON, as a dump of `ScenarioResult` or as its printer's views `full`, `conversations` and `attacks`.

Source: pyrit/models/results and pyrit/output/scenario_result/json.py of microsoft/PyRIT, read 2026-11-27. Pure.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from pentascope.collectors.results.decoding import Heard, Piece, day_of, pieces, required
from pentascope.model.results import Result, ResultFile, ResultFormat, ResultStatus

if TYPE_CHECKING:
    from collections.abc import Iterator

_STATUS = {"failure": ResultStatus.PASSED, "success": ResultStatus.FAILED}  # of the attack; the rest could not be told
_ENDED = "COMPLETED"


class _Attack(msgspec.Struct, frozen=True):
    outcome: str
    technique: str | None = None
    timestamp: str | None = None


class _Identifier(msgspec.Struct, frozen=True):
    class_name: str | None = None
    name: str | None = None
    pyrit_version: str | None = None


class _Stats(msgspec.Struct, frozen=True):
    total_results: int | None = None


class _Overview(msgspec.Struct, frozen=True):
    scenario: _Identifier = _Identifier()
    stats: _Stats = _Stats()


class _Report(msgspec.Struct, frozen=True):
    """Which keys are there hangs on the form; a dump groups attacks by technique, a view lists them."""

    attack_results: dict[str, list[msgspec.Raw]] = {}
    conversations: list[msgspec.Raw] = []
    attacks: list[msgspec.Raw] = []
    overview: _Overview = _Overview()
    scenario_identifier: _Identifier = _Identifier()
    scenario_name: str | None = None
    scenario_run_state: str | None = None
    pyrit_version: str | None = None
    completion_time: str | None = None
    total: int | None = None


def parse(data: bytes, path: str) -> ResultFile:
    """One result for each attack, under the name of its scenario. Raises: ResultsError for a file that is malformed as a whole."""
    report = required(data, _Report, path, "PyRIT")
    heard = Heard(path)
    named = report.scenario_identifier
    scenario = report.scenario_name or report.overview.scenario.name or named.class_name or named.name
    entries = [(technique, heard.read(piece, _Attack)) for technique, piece in _entries(report)]
    results = tuple(_result(attack, technique, scenario, report) for technique, attack in entries if attack is not None)
    for why in _unended(report, len(entries)):
        heard.broken("the end", why)
    version = report.pyrit_version or named.pyrit_version or report.overview.scenario.pyrit_version
    return ResultFile(path=path, format=ResultFormat.PYRIT, tool="PyRIT", version=version, results=results, gaps=heard.gaps())


def _entries(report: _Report) -> Iterator[tuple[str | None, Piece]]:
    for technique, attacks in report.attack_results.items():
        for piece in pieces(attacks, f"attack_results.{technique}"):
            yield technique, piece
    for name in ("conversations", "attacks"):
        for piece in pieces(getattr(report, name), name):
            yield None, piece


def _result(attack: _Attack, technique: str | None, scenario: str | None, report: _Report) -> Result:
    """An attack that reached its objective is a failure of the system; what no view tells the scenario of goes by its technique."""
    tried = technique or attack.technique
    return Result(
        check=scenario or tried or "an unnamed scenario", status=_STATUS.get(attack.outcome, ResultStatus.UNKNOWN), resource=tried,
        date=day_of(attack.timestamp) or day_of(report.completion_time),
    )  # fmt: skip


def _unended(report: _Report, found: int) -> Iterator[str]:
    """Why the file may not hold all that was to be tried."""
    if report.scenario_run_state not in {None, _ENDED}:
        yield f"the run is {report.scenario_run_state}, so it may have broken off"
    total = report.total if report.total is not None else report.overview.stats.total_results
    if total is not None and found < total:
        yield f"{found:,} of {total:,} attacks are in the file"
