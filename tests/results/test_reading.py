from __future__ import annotations

import contextlib
import datetime as dt
import json
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.results.samples import asff, checkov, checkov_record, encoded, ocsf, sarif, sarif_result

from pentascope.collectors.results import fetch
from pentascope.collectors.results.collector import parse, read_results
from pentascope.collectors.results.decoding import day_of
from pentascope.errors import ResultsError
from pentascope.model.results import Result, ResultFile, ResultFormat, ResultStatus

if TYPE_CHECKING:
    from pathlib import Path

DAY = dt.date(2026, 11, 26)
P, F, S, U, W = ResultStatus.PASSED, ResultStatus.FAILED, ResultStatus.SUPPRESSED, ResultStatus.UNKNOWN, ResultStatus.WITHDRAWN


def only(document: object) -> ResultFile:
    files = parse(encoded(document), "r.json")
    assert len(files) == 1
    return files[0]


def said(file: ResultFile) -> list[tuple[str, ResultStatus]]:
    return [(result.check, result.status) for result in file.results]


def test_checkov_report_is_read_with_place_and_reason() -> None:
    skipped = checkov_record("CKV_AWS_307", "SKIPPED", check_result={"result": "SKIPPED", "suppress_comment": "a lab"})

    file = only(checkov(checkov_record("CKV_AWS_22"), checkov_record("CKV_AWS_122", "PASSED"), skipped))

    assert (file.format, file.tool, file.version, file.gaps) == (ResultFormat.CHECKOV, "checkov", "3.3.30", ())
    assert said(file) == [("CKV_AWS_122", P), ("CKV_AWS_22", F), ("CKV_AWS_307", S)]
    assert file.results[2].says == "a lab"
    assert file.results[1] == Result(
        check="CKV_AWS_22", status=F, says="About CKV_AWS_22", paths=("/infra/main.tf", "/main.tf", "/src/infra/main.tf"), line=3,
        resource="aws_sagemaker_notebook_instance.lab",
    )  # fmt: skip


def test_checkov_reports_of_several_frameworks_are_one_file() -> None:
    file = only([checkov(checkov_record("CKV_AWS_22")), checkov(checkov_record("CKV_K8S_1"), framework="kubernetes", errors=("/a.yaml",))])

    assert said(file) == [("CKV_AWS_22", F), ("CKV_K8S_1", F)]
    assert [gap.reason for gap in file.gaps] == ["r.json: [1] could not be read: Checkov could not parse /a.yaml."]


def test_checkov_report_on_nothing_has_no_results() -> None:
    flat = {"passed": 0, "failed": 0, "skipped": 0, "parsing_errors": 0, "resource_count": 0, "checkov_version": "3.3.30"}

    assert only(flat) == ResultFile(path="r.json", format=ResultFormat.CHECKOV, tool="checkov", version="3.3.30")


def test_checkov_record_that_contradicts_its_list_is_unknown() -> None:
    report = checkov()
    report["results"]["passed_checks"] = [checkov_record("CKV_AWS_22", "FAILED"), checkov_record("CKV_AWS_122", "UNKNOWN")]

    assert said(only(report)) == [("CKV_AWS_22", U), ("CKV_AWS_122", U)]


@pytest.mark.parametrize(
    ("more", "status"),
    [({"status_code": "PASS"}, P), ({"status_code": "FAIL"}, F), ({"status_code": "MANUAL"}, U), ({"status_code": "MUTED"}, S),
     ({"status_code": "PASS", "status_id": 3, "status": "Suppressed"}, S), ({"status_code": None}, U), ({"status_code": "odd"}, U)],
)  # fmt: skip
def test_ocsf_status_is_read(more: dict[str, object], status: ResultStatus) -> None:
    assert said(only([ocsf("bedrock_agent_guardrail_enabled", **more)])) == [("bedrock_agent_guardrail_enabled", status)]


def test_ocsf_finding_is_read_with_resource_and_day() -> None:
    file = only([ocsf("bedrock_agent_guardrail_enabled")])

    assert (file.format, file.tool, file.version) == (ResultFormat.OCSF, "Prowler", "5.40.0")
    assert file.results == (
        Result(
            check="bedrock_agent_guardrail_enabled", status=F, says="bedrock_agent_guardrail_enabled said FAIL.", account="111122223333",
            resource="arn:aws:bedrock:eu-west-1:111122223333:agent/A1", region="eu-west-1", date=DAY,
        ),
    )  # fmt: skip


def test_ocsf_compliance_finding_is_read() -> None:
    finding = ocsf("x", class_uid=2003, status_code=None, compliance={"status": "Pass", "control": "SageMaker.1"})
    finding["metadata"] = {"product": {"name": "Security Hub"}}

    file = only([finding])

    assert (file.tool, said(file)) == ("Security Hub", [("SageMaker.1", P)])


@pytest.mark.parametrize(
    ("more", "status"),
    [({}, F), ({"RecordState": "ARCHIVED"}, W), ({"Workflow": {"Status": "SUPPRESSED"}}, S), ({"Compliance": {"Status": "PASSED"}}, P),
     ({"Compliance": {"Status": "WARNING"}}, U), ({"Compliance": {"Status": "NOT_AVAILABLE"}}, U), ({"Compliance": None}, U),
     ({"Compliance": {"Status": "PASSED"}, "RecordState": "ARCHIVED"}, W)],
)  # fmt: skip
def test_asff_status_is_read(more: dict[str, object], status: ResultStatus) -> None:
    assert said(only([asff("SageMaker.3", **more)])) == [("SageMaker.3", status)]


def test_asff_is_read_as_list_object_lines_and_single_finding() -> None:
    findings = [asff("SageMaker.1"), asff("SageMaker.2", "PASSED")]
    lines = b"\n".join(encoded(finding) for finding in findings)

    shapes = [parse(encoded(findings), "r.json"), parse(encoded({"Findings": findings}), "r.json"), parse(lines, "r.json")]

    assert shapes[0] == shapes[1] == shapes[2]
    assert said(shapes[0][0]) == [("SageMaker.1", F), ("SageMaker.2", P)]
    assert shapes[0][0].results[0].date == DAY
    assert said(only(asff("SageMaker.1"))) == [("SageMaker.1", F)]


def test_asff_of_prowler_is_prowlers() -> None:
    finding = asff("x", GeneratorId="prowler-bedrock_agent_guardrail_enabled", ProductFields={"ProviderName": "Prowler", "ProviderVersion": "5.40.0"})
    finding["Compliance"] = {"Status": "PASSED"}

    file = only([finding])

    assert (file.tool, file.version, said(file)) == ("Prowler", "5.40.0", [("bedrock_agent_guardrail_enabled", P)])


def test_asff_of_several_products_is_told_apart() -> None:
    other = asff("x", ProductArn="arn:aws:securityhub:::product/aws/guardduty", ProductName="GuardDuty")

    files = parse(encoded([other, asff("SageMaker.1")]), "r.json")

    assert [(file.tool, len(file.results)) for file in files] == [("GuardDuty", 1), ("Security Hub", 1)]


@pytest.mark.parametrize(
    ("more", "status"),
    [({}, F), ({"kind": "pass", "level": "none"}, P), ({"kind": "notApplicable"}, W), ({"kind": "review"}, U), ({"kind": "open"}, U),
     ({"level": "none"}, U), ({"suppressions": [{"kind": "inSource"}]}, S), ({"suppressions": [{"kind": "external", "status": "rejected"}]}, F),
     ({"suppressions": []}, F), ({"baselineState": "absent"}, W), ({"kind": "pass", "suppressions": [{"kind": "inSource"}]}, S)],
)  # fmt: skip
def test_sarif_status_is_read(more: dict[str, object], status: ResultStatus) -> None:
    assert said(only(sarif("Tool", sarif_result("r", **more), is_successful=None))) == [("r", status)]


def test_sarif_rule_is_found_through_an_extension() -> None:
    log = sarif("CodeQL", is_successful=None)
    log["runs"][0]["tool"]["extensions"] = [{"name": "codeql/python-queries", "rules": [{"id": "py/prompt-injection"}]}]
    result = sarif_result("x", rule={"index": 0, "toolComponent": {"index": 0}})
    del result["ruleId"]
    log["runs"][0]["results"] = [result]

    assert said(only(log)) == [("py/prompt-injection", F)]


def test_sarif_rule_that_ran_and_found_nothing_passed() -> None:
    file = only(sarif("Semgrep OSS", sarif_result("a.b"), rules=("a.b", "a.c")))

    assert said(file) == [("a.b", F), ("a.c", P)]
    assert file.results[1].paths == ()
    assert file.results[1].date == DAY


@pytest.mark.parametrize(
    "log",
    [sarif("T", rules=("a",), is_successful=None), sarif("T", rules=("a",), is_successful=False), sarif("T", rules=("a",), notes=("error",)),
     sarif("T", rules=("a",), notes=("warning",)), sarif("T", rules=())],
    ids=["says-nothing", "failed", "error", "warning", "not-listed"],
)  # fmt: skip
def test_sarif_rule_without_result_is_no_pass_unless_it_ran(log: object) -> None:
    assert only(log).results == ()


def test_sarif_with_a_broken_result_makes_no_rule_pass() -> None:
    log = sarif("T", rules=("a",))
    log["runs"][0]["results"] = [{"ruleId": 7}, {"message": {"text": "no rule"}}]

    file = only(log)

    assert file.results == ()
    assert [gap.reason for gap in file.gaps] == [
        "r.json: runs[0].results[0] could not be read: Expected `str | null`, got `int` - at `$.ruleId`.",
        "r.json: runs[0].results[1] could not be read: it names no rule.",
    ]


def test_broken_entry_is_told_and_the_others_are_kept() -> None:
    file = only([ocsf("a"), {"metadata": 3}, ocsf("b")])

    assert said(file) == [("a", F), ("b", F)]
    assert [gap.reason for gap in file.gaps] == ["r.json: [1] could not be read: Expected `object`, got `int` - at `$.metadata`."]


def test_truncated_line_is_told_with_its_number() -> None:
    data = encoded(asff("SageMaker.1")) + b"\n" + encoded(asff("SageMaker.2"))[:-9]

    file = parse(data, "r.jsonl")[0]

    assert said(file) == [("SageMaker.1", F)]
    assert "line 2 could not be read" in file.gaps[0].reason


def test_many_broken_entries_are_counted() -> None:
    file = only([ocsf("a"), *({"metadata": {}} for _ in range(30))])

    assert len(file.gaps) == 21
    assert file.gaps[20].reason == "r.json: 10 more entries could not be read."


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "neither a JSON object nor a list"),
        (b"<xml/>", "neither a JSON object nor a list"),
        (b'[\n  {"class_uid": 2004,\n   x}\n]', "r.json:3:4: JSON"),
        (b'{"runs": [}', "r.json:1:11: JSON"),
        (b"[]", "an empty list"),
        (b'[{"a": 1}]', "in no format that is known"),
        (b"[1, 2]", "in no format that is known"),
        (b'{"results": {}}', "in no format that is known"),
        (b'{"runs": 5}', "SARIF"),
        (b'{"Findings": 5}', "ASFF"),
        (b'[{"class_uid": NaN}]', "JSON"),
        (b"\xff\xfe{\x00}\x00", "neither"),
        (b"[" * 100_000 + b"]" * 100_000, "nested too deep"),
        (b'{"runs": ' + b"[" * 100_000 + b"]" * 100_000 + b"}", "nested too deep"),
    ],
    ids=range(14),
)
def test_file_that_cannot_be_read_is_an_error_that_says_where(data: bytes, message: str) -> None:
    with pytest.raises(ResultsError) as caught:
        parse(data, "r.json")

    assert "r.json" in caught.value.message
    assert message in caught.value.message
    assert caught.value.hint


@pytest.mark.parametrize("number", ["1e999", "9" * 400, "-" + "9" * 5000, "1" + "0" * 30])
def test_huge_numbers_spoil_one_entry_at_most(number: str) -> None:
    odd = json.dumps(ocsf("odd")).replace('"time": 1795651200', f'"time": {number}').replace('"status_id": 1', f'"status_id": {number}')

    file = parse(f"[{odd}, {json.dumps(ocsf('good'))}]".encode(), "r.json")[0]

    assert ("good", F) in said(file)


@given(st.text() | st.integers() | st.floats(allow_nan=True) | st.none())
def test_any_word_for_a_time_is_a_day_or_none(word: str | float | None) -> None:
    assert day_of(word) is None or isinstance(day_of(word), dt.date)


@given(st.binary(max_size=60))
def test_any_bytes_are_results_or_a_deliberate_error(data: bytes) -> None:
    for text in (data, b"[" + data, b'{"runs":' + data, b'[{"metadata":' + data):
        with contextlib.suppress(ResultsError):
            assert all(file.path == "r.json" for file in parse(text, "r.json"))


def test_byte_order_mark_is_no_part_of_json() -> None:
    assert said(parse(b"\xef\xbb\xbf" + encoded([ocsf("a")]), "r.json")[0]) == [("a", F)]


def test_packed_large_and_missing_files_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    packed, large = tmp_path / "r.json.gz", tmp_path / "r.json"
    packed.write_bytes(b"\x1f\x8b\x08")
    large.write_bytes(b"[" + b" " * 100)
    monkeypatch.setattr(fetch, "MAX_BYTES", 100)

    told = []
    for path in (packed, large, tmp_path, tmp_path / "none"):
        with pytest.raises(ResultsError) as caught:
            read_results([str(path)])
        told.append(caught.value.message.removeprefix(f"{path}: "))

    assert told == ["is packed.", "larger than 0 MB.", "not a regular file.", "cannot be read: No such file or directory."]


@pytest.mark.parametrize(
    ("counts", "status"),
    [({"passed": 9, "fails": 1, "nones": 0, "total_evaluated": 10}, F), ({"passed": 10, "fails": 0, "nones": 0, "total_evaluated": 10}, P),
     ({"passed": 10, "fails": 0, "nones": 2, "total_evaluated": 10}, U), ({"passed": 0, "fails": 0, "nones": 5, "total_evaluated": 0}, U),
     ({"passed": 3, "total": 4}, F), ({"passed": 4, "total": 4}, P), ({"total": 4}, U), ({"passed": 5, "total": 4}, U)],
)  # fmt: skip
def test_garak_probe_is_read(counts: dict[str, int], status: ResultStatus) -> None:
    entries = [
        {"entry_type": "start_run setup", "_config.version": "0.13"},
        {"entry_type": "init", "garak_version": "0.13.1", "start_time": "2026-11-26T09:00:00.1", "run": "x"},
        {"entry_type": "attempt", "uuid": "y", "probe_classname": "promptinject.HijackHateHumans", "prompt": {"turns": []}, "outputs": []},
        {"entry_type": "eval", "probe": "promptinject.HijackHateHumans", "detector": "promptinject.AttackRogueString", **counts},
        {"entry_type": "completion", "end_time": "2026-11-26T10:00:00", "run": "x"},
    ]

    file = parse(b"\n".join(encoded(entry) for entry in entries), "g.report.jsonl")[0]

    assert (file.tool, file.version, file.gaps) == ("garak", "0.13.1", ())
    assert [(one.check, one.status, one.resource, one.date) for one in file.results] == [
        ("promptinject.HijackHateHumans", status, "promptinject.AttackRogueString", DAY)
    ]


def test_garak_run_that_broke_off_is_told() -> None:
    lines = [encoded({"entry_type": "init", "garak_version": "0.13.1"}), encoded({"entry_type": "eval", "probe": "a.b", "passed": 1, "total": 1})]

    file = parse(b"\n".join(lines), "g.jsonl")[0]

    assert [gap.reason for gap in file.gaps] == [
        "g.jsonl: the end could not be read: the run has no entry `completion`, so it may have broken off."
    ]


PLUGIN = {"metadata": {"pluginId": "indirect-prompt-injection", "strategyId": "jailbreak"}}


@pytest.mark.parametrize(
    ("row", "check", "status"),
    [({"success": True, "failureReason": 0, **PLUGIN}, "indirect-prompt-injection", P),
     ({"success": False, "failureReason": 1, "testCase": PLUGIN, "metadata": {}}, "indirect-prompt-injection", F),
     ({"success": False, "failureReason": 2, "error": "429", **PLUGIN}, "indirect-prompt-injection", U),
     ({"gradingResult": {"pass": False}, **PLUGIN}, "indirect-prompt-injection", F), ({**PLUGIN}, "indirect-prompt-injection", U),
     ({"success": True}, "test-without-plugin", P)],
)  # fmt: skip
def test_promptfoo_row_is_read(row: dict[str, object], check: str, status: ResultStatus) -> None:
    file = only({
        "evalId": "eval-1", "results": {"version": 3, "timestamp": "2026-11-26T10:00:00.000Z", "prompts": [], "results": [row], "stats": {}},
        "config": {}, "shareableUrl": None, "metadata": {"promptfooVersion": "0.123.1"},
    })  # fmt: skip

    assert (file.tool, file.version, file.gaps) == ("promptfoo", "0.123.1", ())
    assert [(one.check, one.status, one.date) for one in file.results] == [(check, status, DAY)]
