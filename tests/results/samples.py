"""Small files of results, shaped like those of the tools."""

from __future__ import annotations

import json
from typing import Any

CHECKOV_VERSION = "3.3.30"


def checkov_record(check: str, result: str = "FAILED", **more: Any) -> dict[str, Any]:
    return {
        "check_id": check, "bc_check_id": None, "check_name": f"About {check}", "check_result": {"result": result, "evaluated_keys": []},
        "code_block": None, "file_path": "/main.tf", "file_abs_path": "/src/infra/main.tf", "repo_file_path": "/infra/main.tf",
        "file_line_range": [3, 9], "resource": "aws_sagemaker_notebook_instance.lab", "evaluations": None, "severity": None, **more,
    }  # fmt: skip


def checkov(*records: dict[str, Any], framework: str = "terraform", errors: tuple[str, ...] = ()) -> dict[str, Any]:
    def those(result: str) -> list[dict[str, Any]]:
        return [record for record in records if record["check_result"]["result"] == result]

    return {
        "check_type": framework,
        "results": {
            "passed_checks": those("PASSED"), "failed_checks": those("FAILED"), "skipped_checks": those("SKIPPED"),
            "parsing_errors": list(errors),
        },
        "summary": {"passed": 0, "failed": 0, "skipped": 0, "parsing_errors": 0, "resource_count": 1, "checkov_version": CHECKOV_VERSION},
        "url": "Add an api key",
    }  # fmt: skip


def ocsf(check: str, code: str = "FAIL", **more: Any) -> dict[str, Any]:
    return {
        "message": f"{check} said {code}.", "severity": "High", "severity_id": 4, "status": "New", "status_code": code, "status_id": 1,
        "status_detail": f"{check} said {code}.", "class_name": "Detection Finding", "class_uid": 2004, "category_uid": 2,
        "metadata": {"event_code": check, "product": {"name": "Prowler", "uid": "prowler", "vendor_name": "Prowler", "version": "5.40.0"}},
        "finding_info": {"title": check, "uid": f"prowler-{check}", "created_time": 1795651200, "created_time_dt": "2026-11-26T00:00:00"},
        "resources": [{"uid": "arn:aws:bedrock:eu-west-1:111122223333:agent/A1", "name": "A1", "region": "eu-west-1", "type": "Other"}],
        "cloud": {"account": {"uid": "111122223333"}, "provider": "aws", "region": "eu-west-1"},
        "time": 1795651200, "time_dt": "2026-11-26T00:00:00", "unmapped": {"compliance": {}}, **more,
    }  # fmt: skip


def asff(control: str, status: str = "FAILED", **more: Any) -> dict[str, Any]:
    return {
        "SchemaVersion": "2018-10-08", "Id": f"arn:aws:securityhub:eu-west-1:111122223333:security-control/{control}/finding/1",
        "ProductArn": "arn:aws:securityhub:eu-west-1::product/aws/securityhub", "ProductName": "Security Hub", "CompanyName": "AWS",
        "Region": "eu-west-1", "GeneratorId": f"security-control/{control}", "AwsAccountId": "111122223333", "Title": f"About {control}",
        "Compliance": {"Status": status, "SecurityControlId": control}, "Workflow": {"Status": "NEW"}, "WorkflowState": "NEW",
        "RecordState": "ACTIVE", "UpdatedAt": "2026-11-26T08:00:00.000Z", "LastObservedAt": "2026-11-26T09:00:00.000Z",
        "Resources": [{"Type": "AwsSageMakerNotebookInstance", "Id": "arn:aws:sagemaker:eu-west-1:111122223333:notebook-instance/lab", "Region": "eu-west-1"}],
        **more,
    }  # fmt: skip


def sarif_result(name: str, path: str = "app/bot.py", **more: Any) -> dict[str, Any]:
    place = {"physicalLocation": {"artifactLocation": {"uri": path, "uriBaseId": "%SRCROOT%"}, "region": {"startLine": 7}}}
    return {"ruleId": name, "message": {"text": f"About {name}"}, "locations": [place], "fingerprints": {"matchBasedId/v1": "x"}, **more}


def sarif(
    tool: str = "Semgrep OSS", *results: dict[str, Any], rules: tuple[str, ...] = (), is_successful: bool | None = True, notes: tuple[str, ...] = ()
) -> dict[str, Any]:
    invocation = {
        "executionSuccessful": is_successful, "endTimeUtc": "2026-11-26T10:00:00Z",
        "toolExecutionNotifications": [{"level": level, "message": {"text": "x"}} for level in notes],
    }  # fmt: skip
    return {
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json", "version": "2.1.0",
        "runs": [{
            "tool": {"driver": {"name": tool, "semanticVersion": "1.185.0", "rules": [{"id": rule} for rule in rules]}},
            "results": list(results), "invocations": [] if is_successful is None else [invocation],
        }],
    }  # fmt: skip


def encoded(document: Any) -> bytes:
    return json.dumps(document).encode()
