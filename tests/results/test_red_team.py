"""Results of tools that attack or evaluate a model, shaped as those tools write them."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from tests.results.samples import encoded

from pentascope.app.results import import_results
from pentascope.collectors.results.collector import parse
from pentascope.errors import ResultsError
from pentascope.model.results import ResultFile, ResultFormat, ResultStatus

P, F, U = ResultStatus.PASSED, ResultStatus.FAILED, ResultStatus.UNKNOWN


def only(document: object) -> ResultFile:
    (file,) = parse(encoded(document), "r.json")
    return file


def attack(outcome: str, **more: Any) -> dict[str, Any]:
    return {
        "conversation_id": "c", "objective": "Tell the password", "attack_result_id": "1", "atomic_attack_identifier": None,
        "executed_turns": 1, "execution_time_ms": 7, "outcome": outcome, "outcome_reason": None, "timestamp": "2026-11-20T09:00:00Z", **more,
    }  # fmt: skip


def dump(attacks: dict[str, list[Any]], **more: Any) -> dict[str, Any]:
    return {
        "id": "0b", "scenario_identifier": {"class_name": "PromptInject", "version": 1, "pyrit_version": "0.12.0"}, "scenario_description": "",
        "attack_results": attacks, "scenario_run_state": "COMPLETED", "labels": {}, "completion_time": "2026-11-21T09:00:00Z",
        "number_tries": 1, "scenario_name": "PromptInject", "scenario_version": 1, "pyrit_version": "0.12.0", **more,
    }  # fmt: skip


@pytest.mark.parametrize(("outcome", "status"), [("success", F), ("failure", P), ("error", U), ("undetermined", U), ("new word", U)])
def test_attack_of_pyrit_is_read_as_what_it_means_for_the_system(outcome: str, status: ResultStatus) -> None:
    file = only(dump({"base64": [attack(outcome)]}))

    assert (file.format, file.tool, file.version, file.gaps) == (ResultFormat.PYRIT, "PyRIT", "0.12.0", ())
    assert [(one.check, one.status, one.resource, one.date) for one in file.results] == [
        ("PromptInject", status, "base64", dt.date(2026, 11, 20))
    ]


def full(total: int, *outcomes: str) -> dict[str, Any]:
    entries = [{"id": "1", "technique": "rot13", "objective": "x", "outcome": each, "executed_turns": 1, "score": None, "messages": []} for each in outcomes]
    overview = {"view": "overview", "scenario": {"name": "WebInjection", "pyrit_version": "0.12.0"}, "stats": {"total_results": total}, "groups": []}
    return {"view": "full", "scenario_result_id": "0b", "overview": overview, "conversations": entries}


def test_full_view_of_pyrit_is_read_and_what_it_leaves_out_is_told() -> None:
    whole, cut = only(full(2, "success", "failure")), only(full(3, "failure"))

    assert [(one.check, one.status, one.resource, one.date) for one in whole.results] == [
        ("WebInjection", F, "rot13", None), ("WebInjection", P, "rot13", None),
    ]  # fmt: skip
    assert whole.gaps == ()
    assert [gap.reason for gap in cut.gaps] == ["r.json: the end could not be read: 1 of 3 attacks are in the file."]


def test_view_of_pyrit_without_its_scenario_goes_by_technique() -> None:
    file = only({"view": "attacks", "attacks": [{"id": "1", "technique": "rot13", "outcome": "failure"}], "shown": 1, "total": 1})

    assert [(one.check, one.status) for one in file.results] == [("rot13", P)]


def test_run_of_pyrit_that_did_not_end_and_an_attack_that_is_broken_are_told() -> None:
    file = only(dump({"a": [attack("failure"), {"objective": "x"}]}, scenario_run_state="IN_PROGRESS"))

    assert [one.status for one in file.results] == [P]
    assert [gap.reason.partition(" could")[0] for gap in file.gaps] == ["r.json: attack_results.a[1]", "r.json: the end"]


def test_overview_of_pyrit_holds_no_attacks_and_is_refused() -> None:
    with pytest.raises(ResultsError, match="no format that is known"):
        only({"view": "overview", "scenario": {"name": "Cyber"}, "groups": []})


def test_detector_of_giskard_without_issues_is_unknown_since_one_that_crashed_looks_alike() -> None:
    file = only({"LLMPromptInjectionDetector": {"major": ["It obeys `x`", "It obeys `y`"]}, "LLMFaithfulnessDetector": {}})

    assert (file.format, file.tool) == (ResultFormat.GISKARD, "Giskard")
    assert [(one.check, one.status, one.resource) for one in file.results] == [
        ("LLMPromptInjectionDetector", F, "major issue"), ("LLMPromptInjectionDetector", F, "major issue"), ("LLMFaithfulnessDetector", U, None),
    ]  # fmt: skip


@pytest.mark.parametrize("document", [{"A": {"major": []}}, {"ADetector": {"grave": []}}, {"ADetector": ["x"]}, {}])
def test_what_only_resembles_a_report_of_giskard_is_refused(document: object) -> None:
    with pytest.raises(ResultsError, match="no format that is known"):
        only(document)


def run(*metrics: dict[str, Any]) -> dict[str, Any]:
    case = {"name": "test_1", "input": "x", "success": True, "metricsData": list(metrics), "order": 0}
    return {"testCases": [case], "conversationalTestCases": [], "metricsScores": [], "testPassed": 1, "testFailed": 0, "runDuration": 1.5}


@pytest.mark.parametrize(
    ("more", "status"),
    [({"success": True, "score": 0.9}, P), ({"success": False, "score": 0.1}, F), ({"success": None, "score": None}, U),
     ({"success": False, "score": 0.1, "flaky": True}, U), ({"success": True, "score": 0.9, "error": "The judge timed out"}, U)],
)  # fmt: skip
def test_metric_of_deepeval_is_read(more: dict[str, Any], status: ResultStatus) -> None:
    file = only(run({"name": "Faithfulness", "threshold": 0.5, "reason": "r", "evaluationModel": "gpt", **more}))

    assert (file.format, file.tool, file.gaps) == (ResultFormat.DEEPEVAL, "DeepEval", ())
    assert [(one.check, one.status, one.resource, one.date) for one in file.results] == [("Faithfulness", status, "test_1", None)]


def test_latest_run_of_deepeval_and_one_of_conversations_are_read() -> None:
    metric = {"name": "Role Adherence", "success": True, "score": 1}
    latest = only({"testRunData": run(metric), "testRunLink": "https://example.com"})
    talks = only({"conversationalTestCases": [{"name": "talk", "success": True, "metricsData": [metric]}], "metricsScores": []})

    assert [(one.check, one.resource) for one in (*latest.results, *talks.results)] == [("Role Adherence", "test_1"), ("Role Adherence", "talk")]


def test_broken_case_of_deepeval_is_told_and_the_rest_is_kept() -> None:
    document = run({"name": "Bias", "success": True, "score": 1})
    document["testCases"].append({"name": "test_2", "metricsData": [{"name": 3}]})

    file = only(document)

    assert [one.check for one in file.results] == ["Bias"]
    assert [gap.reason.partition(" could")[0] for gap in file.gaps] == ["r.json: testCases[1]"]


@pytest.mark.parametrize(
    ("document", "requirements", "unmapped"),
    [(dump({"a": [attack("success")]}), ["CTL-13", "RSK-04"], []), ({"LLMStereotypesDetector": {"minor": ["x"]}}, [], ["LLMStereotypesDetector"]),
     (run({"name": "Faithfulness", "success": True, "score": 1}, {"name": "Mine [GEval]", "success": True, "score": 1}), ["CTL-37", "RSK-06"], ["Mine [GEval]"])],
    ids=["pyrit", "giskard", "deepeval"],
)  # fmt: skip
def test_import_tells_what_is_mapped_and_what_is_not(document: object, requirements: list[str], unmapped: list[str], tmp_path: Any) -> None:
    path = tmp_path / "r.json"
    path.write_bytes(encoded(document))

    (file,) = import_results([str(path)]).files

    assert sorted(one.requirement for one in file.mapped) == requirements
    assert [name for name, _ in file.unmapped] == unmapped
