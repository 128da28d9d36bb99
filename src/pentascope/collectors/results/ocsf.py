"""Findings in OCSF: Detection Finding (2004) and Compliance Finding (2003). Source: Prowler 5.40; schema.ocsf.io 1.5. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from pentascope.collectors.results.decoding import UNNAMED, Heard, by_product, day_of
from pentascope.model.results import Result, ResultFormat, ResultStatus

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pentascope.collectors.results.decoding import Piece
    from pentascope.model.results import ResultFile

_STATUS = {
    "PASS": ResultStatus.PASSED,
    "FAIL": ResultStatus.FAILED,
    "MANUAL": ResultStatus.UNKNOWN,
    "WARNING": ResultStatus.UNKNOWN,
    "MUTED": ResultStatus.SUPPRESSED,
}
_SUPPRESSED_ID = 3


class _Product(msgspec.Struct, frozen=True):
    name: str | None = None
    version: str | None = None


class _Metadata(msgspec.Struct, frozen=True):
    event_code: str | None = None
    product: _Product = _Product()


class _Analytic(msgspec.Struct, frozen=True):
    uid: str | None = None


class _Info(msgspec.Struct, frozen=True):
    analytic: _Analytic | None = None


class _Compliance(msgspec.Struct, frozen=True):
    status: str | None = None
    control: str | None = None


class _Resource(msgspec.Struct, frozen=True):
    uid: str | None = None
    name: str | None = None
    region: str | None = None


class _Account(msgspec.Struct, frozen=True):
    uid: str | None = None


class _Cloud(msgspec.Struct, frozen=True):
    account: _Account | None = None
    region: str | None = None


class _Finding(msgspec.Struct, frozen=True):
    metadata: _Metadata
    finding_info: _Info = _Info()
    compliance: _Compliance | None = None
    status_code: str | None = None
    status_id: int | None = None
    status: str | None = None
    status_detail: str | None = None
    message: str | None = None
    time_dt: str | None = None
    time: float | None = None
    resources: list[_Resource] | None = None
    cloud: _Cloud | None = None


def parse(findings: Iterable[Piece], path: str) -> tuple[ResultFile, ...]:
    """One record for each product that speaks in the file."""
    heard = Heard(path)
    found: dict[tuple[str, str | None], list[Result]] = {}
    for piece in findings:
        finding = heard.read(piece, _Finding)
        if finding is None:
            continue
        check = _check(finding)
        if check is None:
            heard.broken(piece.where, "it names no check")
            continue
        product = finding.metadata.product
        found.setdefault((product.name or UNNAMED, product.version), []).extend(_results(finding, check))
    return by_product(found, ResultFormat.OCSF, path, heard)


def _check(finding: _Finding) -> str | None:
    analytic = finding.finding_info.analytic
    named = (finding.metadata.event_code, finding.compliance.control if finding.compliance else None, analytic.uid if analytic else None)
    return next((name for name in named if name), None)


def _status(finding: _Finding) -> ResultStatus:
    if finding.status_id == _SUPPRESSED_ID or (finding.status or "").lower() == "suppressed":
        return ResultStatus.SUPPRESSED
    said = finding.status_code or (finding.compliance.status if finding.compliance else None) or ""
    return _STATUS.get(said.upper(), ResultStatus.UNKNOWN)


def _results(finding: _Finding, check: str) -> Iterable[Result]:
    """One result for each resource; one without where none is named."""
    cloud = finding.cloud or _Cloud()
    for resource in finding.resources or [_Resource()]:
        yield Result(
            check=check,
            status=_status(finding),
            says=finding.status_detail or finding.message or "",
            resource=resource.uid or resource.name,
            account=cloud.account.uid if cloud.account else None,
            region=resource.region or cloud.region,
            date=day_of(finding.time_dt) or day_of(finding.time),
        )
