"""Findings in the AWS Security Finding Format. Source: AWS Security Hub user guide, ASFF 2018-10-08. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from pentascope.collectors.results.decoding import UNNAMED, Heard, by_product, day_of
from pentascope.model.results import Result, ResultFormat, ResultStatus

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pentascope.collectors.results.decoding import Piece
    from pentascope.model.results import ResultFile

_STATUS = {"PASSED": ResultStatus.PASSED, "FAILED": ResultStatus.FAILED}
_PROWLER = "prowler-"
_CONTROL_SEPARATOR = "/"


class _Compliance(msgspec.Struct, frozen=True, rename="pascal"):
    status: str | None = None
    security_control_id: str | None = None


class _Workflow(msgspec.Struct, frozen=True, rename="pascal"):
    status: str | None = None


class _Resource(msgspec.Struct, frozen=True, rename="pascal"):
    id: str | None = None
    region: str | None = None


class _Finding(msgspec.Struct, frozen=True, rename="pascal"):
    generator_id: str
    product_arn: str | None = None
    product_name: str | None = None
    product_fields: dict[str, str | None] | None = None
    aws_account_id: str | None = None
    region: str | None = None
    title: str | None = None
    compliance: _Compliance | None = None
    workflow: _Workflow | None = None
    workflow_state: str | None = None
    record_state: str | None = None
    resources: list[_Resource] | None = None
    last_observed_at: str | None = None
    updated_at: str | None = None


def parse(findings: Iterable[Piece], path: str) -> tuple[ResultFile, ...]:
    """One record for each product that speaks in the file."""
    heard = Heard(path)
    found: dict[tuple[str, str | None], list[Result]] = {}
    for piece in findings:
        finding = heard.read(piece, _Finding)
        if finding is not None:
            found.setdefault(_product(finding), []).extend(_results(finding))
    return by_product(found, ResultFormat.ASFF, path, heard)


def _product(finding: _Finding) -> tuple[str, str | None]:
    fields = finding.product_fields or {}
    if finding.generator_id.startswith(_PROWLER):
        return "Prowler", fields.get("ProviderVersion")
    if (finding.product_arn or "").endswith(("/aws/securityhub", "product/aws/securityhub")):
        return "Security Hub", None
    return finding.product_name or fields.get("ProviderName") or UNNAMED, None


def _check(finding: _Finding) -> str:
    """The control's id, which standards write at the end of a path."""
    if finding.compliance and finding.compliance.security_control_id:
        return finding.compliance.security_control_id
    return finding.generator_id.removeprefix(_PROWLER).rpartition(_CONTROL_SEPARATOR)[2]


def _status(finding: _Finding) -> ResultStatus:
    if (finding.record_state or "").upper() == "ARCHIVED":
        return ResultStatus.WITHDRAWN
    if "SUPPRESSED" in {(finding.workflow.status if finding.workflow else None), finding.workflow_state}:
        return ResultStatus.SUPPRESSED
    said = (finding.compliance.status if finding.compliance else None) or ""
    return _STATUS.get(said.upper(), ResultStatus.UNKNOWN)


def _results(finding: _Finding) -> Iterable[Result]:
    for resource in finding.resources or [_Resource()]:
        yield Result(
            check=_check(finding),
            status=_status(finding),
            says=finding.title or "",
            resource=resource.id,
            account=finding.aws_account_id,
            region=resource.region or finding.region,
            date=day_of(finding.last_observed_at) or day_of(finding.updated_at),
        )
