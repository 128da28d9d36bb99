"""Results of promptfoo in JSON. Source: `promptfoo redteam eval -o FILE.json`, results of version 3, promptfoo 0.123. Pure."""

from __future__ import annotations

import msgspec

from pentascope.collectors.results.decoding import Heard, day_of, pieces, required
from pentascope.model.results import Result, ResultFile, ResultFormat, ResultStatus

_ERROR = 2  # failureReason: the test could not be made
_ORDINARY = "test-without-plugin"


class _Metadata(msgspec.Struct, frozen=True, rename="camel"):
    plugin_id: str | None = None
    strategy_id: str | None = None


class _TestCase(msgspec.Struct, frozen=True):
    metadata: _Metadata | None = None


class _Grading(msgspec.Struct, frozen=True):
    verdict: bool | None = msgspec.field(default=None, name="pass")


class _Row(msgspec.Struct, frozen=True, rename="camel"):
    success: bool | None = None
    failure_reason: int | None = None
    metadata: _Metadata | None = None
    test_case: _TestCase | None = None
    grading_result: _Grading | None = None


class _Results(msgspec.Struct, frozen=True):
    results: list[msgspec.Raw]
    timestamp: str | None = None


class _Export(msgspec.Struct, frozen=True, rename="camel"):
    promptfoo_version: str | None = None


class _Report(msgspec.Struct, frozen=True):
    results: _Results
    metadata: _Export | None = None


def parse(data: bytes, path: str) -> ResultFile:
    """One result for each test. Raises: ResultsError for a file that holds no rows at all."""
    report = required(data, _Report, path, "promptfoo")
    heard = Heard(path)
    day = day_of(report.results.timestamp)
    rows = (heard.read(piece, _Row) for piece in pieces(report.results.results, "results.results"))
    results = tuple(
        Result(check=about.plugin_id or _ORDINARY, status=_status(row), says="", resource=_strategy(about), date=day)
        for row in rows
        if row is not None
        for about in [_about(row)]
    )
    version = report.metadata.promptfoo_version if report.metadata else None
    return ResultFile(path=path, format=ResultFormat.PROMPTFOO, tool="promptfoo", version=version, results=results, gaps=heard.gaps())


def _about(row: _Row) -> _Metadata:
    """Which attack was tried; older versions tell it of the test case only."""
    named = (row.metadata, row.test_case.metadata if row.test_case else None)
    return next((each for each in named if each is not None and each.plugin_id), _Metadata())


def _strategy(about: _Metadata) -> str | None:
    return f"strategy {about.strategy_id}" if about.strategy_id else None


def _status(row: _Row) -> ResultStatus:
    """A success is an attack that was withstood."""
    if row.failure_reason == _ERROR:
        return ResultStatus.UNKNOWN
    withstood = row.success if row.success is not None else row.grading_result.verdict if row.grading_result else None
    if withstood is None:
        return ResultStatus.UNKNOWN
    return ResultStatus.PASSED if withstood else ResultStatus.FAILED
