"""Reports of Checkov in JSON: one a framework. Source: `checkov -o json`, 3.3.30. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from pentascope.collectors.results.decoding import Heard, pieces
from pentascope.model.results import Result, ResultFile, ResultFormat, ResultStatus

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pentascope.collectors.results.decoding import Piece

_STATUS = {
    "PASSED": ResultStatus.PASSED,
    "FAILED": ResultStatus.FAILED,
    "SKIPPED": ResultStatus.SUPPRESSED,
    "UNKNOWN": ResultStatus.UNKNOWN,
}
_LISTS = {"passed_checks": "PASSED", "failed_checks": "FAILED", "skipped_checks": "SKIPPED", "unknown_checks": "UNKNOWN"}


class _Outcome(msgspec.Struct, frozen=True):
    result: str = ""
    suppress_comment: str | None = None


class _Record(msgspec.Struct, frozen=True):
    check_id: str
    check_result: _Outcome = _Outcome()
    check_name: str | None = None
    file_path: str | None = None
    repo_file_path: str | None = None
    file_abs_path: str | None = None
    file_line_range: list[int] | None = None
    resource: str | None = None


class _Results(msgspec.Struct, frozen=True):
    passed_checks: list[msgspec.Raw] = []
    failed_checks: list[msgspec.Raw] = []
    skipped_checks: list[msgspec.Raw] = []
    unknown_checks: list[msgspec.Raw] = []
    parsing_errors: list[str] = []


class _Summary(msgspec.Struct, frozen=True):
    checkov_version: str | None = None


class _Report(msgspec.Struct, frozen=True):
    results: _Results = _Results()
    summary: _Summary = _Summary()
    checkov_version: str | None = None  # of a report on nothing, which is written flat


def parse(reports: Iterable[Piece], path: str) -> ResultFile:
    """All reports of one file together."""
    heard = Heard(path)
    version: str | None = None
    found: list[Result] = []
    for piece in reports:
        report = heard.read(piece, _Report)
        if report is None:
            continue
        version = report.summary.checkov_version or report.checkov_version or version
        for error in report.results.parsing_errors:
            heard.broken(piece.where, f"Checkov could not parse {error}")
        for name, listed in _LISTS.items():
            for entry in pieces(getattr(report.results, name), f"{piece.where}.results.{name}"):
                record = heard.read(entry, _Record)
                if record is not None:
                    found.append(_result(record, listed))
    return ResultFile(path=path, format=ResultFormat.CHECKOV, tool="checkov", version=version, results=tuple(found), gaps=heard.gaps())


def _result(record: _Record, listed: str) -> Result:
    """List and record must agree: what is listed as passed and says something else is not known."""
    said = record.check_result.result.upper() or listed
    status = _STATUS.get(said, ResultStatus.UNKNOWN) if said == listed else ResultStatus.UNKNOWN
    names = (record.repo_file_path, record.file_path, record.file_abs_path)
    lines = record.file_line_range or []
    return Result(
        check=record.check_id,
        status=status,
        says=record.check_result.suppress_comment or record.check_name or "",
        paths=tuple(dict.fromkeys(name for name in names if name)),
        line=lines[0] if lines and lines[0] > 0 else None,
        resource=record.resource,
    )
