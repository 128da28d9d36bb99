from __future__ import annotations

import csv
import io
import json as standard
from pathlib import Path

import msgspec
import pytest
from jsonschema import Draft4Validator, Draft202012Validator
from tests.report.samples import EMPTY, MATRIX, RICH

import pentascope.report
from pentascope.engine.assess import assess
from pentascope.engine.rollup import posture
from pentascope.model.evidence import FactKind, Gap
from pentascope.model.posture import AssessmentResult, PlannedPosture, Since, Touched
from pentascope.model.requirement import CodeCheck, Fact
from pentascope.model.scoping import ScanResult
from pentascope.model.verdict import Exception_, Ground, Outcome, Strength
from pentascope.report.formats import assessment_csv, assessment_json, assessment_terminal, sarif

SCHEMA = Path(pentascope.report.__file__).parent / "schema" / "assessment-1.schema.json"
BAD = "infra/\x1b[31mmain.tf"


def assessed(scan: ScanResult) -> AssessmentResult:
    """The sample judged: one code check, one resource that fails under a hostile name, one gap that somebody accepted."""
    keys = CodeCheck(id="keys", not_met=(Fact(kind=FactKind.PROVIDER_KEY),), met=(Fact(kind=FactKind.INFERENCE),), says="No key stands in the tree.")
    requirements = tuple(
        msgspec.structs.replace(each, checks=(keys,), statement="It is so.", rationale="Because.", fix="Do it.") if each.code == "CTL-01" else each
        for each in MATRIX.requirements
    )
    failing = Ground(
        check="encrypted", requirement="CTL-02", outcome=Outcome.NOT_MET, strength=Strength.IAC, says="=Wanted: a key.", path=BAD, line=3,
        address="aws_bedrock_agent.a",
    )  # fmt: skip
    attested = Ground(check="attestation", requirement="CTL-02", outcome=Outcome.MET, strength=Strength.ATTESTATION, says="Ann says so.")
    accepted = Exception_(requirement="CTL-02", reason="Moving in May.", owner="ann", expires="2027-05-01")
    verdicts = assess(
        scan.systems, scan.evidence, requirements, scan.coverage, infrastructure=[failing], word_of=lambda _: [attested],
        exceptions={(scan.systems[0].id, "CTL-02"): accepted} if scan.systems else {},
    )  # fmt: skip
    return AssessmentResult(
        scan=scan,
        verdicts=verdicts,
        posture=posture(verdicts, {each.code: each.discipline for each in requirements}),
        as_of="2026-11-26",
        gaps=(Gap(subject="unread", reason="A plan was broken.", question="What does it hold?"),),
    )


RESULTS = {"rich": assessed(RICH), "empty": assessed(EMPTY)}


def test_published_schema_is_the_one_of_the_records() -> None:
    assert SCHEMA.read_bytes() == assessment_json.json_schema()


@pytest.mark.parametrize("name", RESULTS)
def test_json_is_valid_against_the_published_schema(name: str) -> None:
    validator = Draft202012Validator(standard.loads(SCHEMA.read_bytes()))

    assert [fault.message for fault in validator.iter_errors(standard.loads(assessment_json.render(RESULTS[name])))] == []


def test_json_tells_score_and_coverage_of_every_tally() -> None:
    whole = standard.loads(assessment_json.render(RESULTS["rich"]))["posture"]

    assert whole["whole"] == {
        **{name: getattr(RESULTS["rich"].posture.whole, name) for name in ("met", "not_met", "unknown", "not_applicable", "score_pct", "coverage_pct")},
        "outcome": "not_met",
    }
    assert all({"score_pct", "coverage_pct", "outcome"} <= cell["tally"].keys() for cell in whole["cells"])


def test_terminal_shows_grounds_conflicts_acceptance_and_no_control_character() -> None:
    text = assessment_terminal.render(RESULTS["rich"], matrix=MATRIX, width=120, is_explained=True)

    assert "CTL-02" in text
    assert "Accepted until 2027-05-01 by ann: Moving in May." in text
    assert "Conflicts: the stronger proof won" in text
    assert "not met by infrastructure code; met by attestation" in text
    assert "A plan was broken." in text
    assert "\x1b" not in text


def test_terminal_of_a_tree_without_ai_says_so_and_asks_nothing() -> None:
    text = assessment_terminal.render(RESULTS["empty"], matrix=MATRIX)

    assert "The matrix asks nothing of what runs here." in text


def test_terminal_keeps_to_ascii_when_asked() -> None:
    assert assessment_terminal.render(RESULTS["rich"], matrix=MATRIX, is_ascii=True).isascii()


def test_sarif_has_a_rule_for_every_result_and_a_place_for_every_failure() -> None:
    run = standard.loads(sarif.render(RESULTS["rich"], matrix=MATRIX))["runs"][0]

    rules = [rule["id"] for rule in run["tool"]["driver"]["rules"]]
    failing = [one for one in run["results"] if one["kind"] == "fail"]
    assert all(rules[one["ruleIndex"]] == one["ruleId"] for one in run["results"])
    assert {one["level"] for one in run["results"] if one["kind"] != "fail"} == {"none"}
    assert failing != []
    assert all(one["locations"][0]["physicalLocation"]["region"]["startLine"] >= 1 for one in failing)
    assert any("infra/%1B" in one["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] for one in failing)
    assert any(one.get("suppressions") for one in failing)
    assert run["invocations"][0]["toolExecutionNotifications"][0]["message"]["text"] == "A plan was broken."


def test_sarif_fingerprints_are_of_their_own_and_stay_when_lines_move() -> None:
    moved = msgspec.structs.replace(RICH, evidence=tuple(msgspec.structs.replace(line, line=line.line + 7) for line in RICH.evidence))

    first, second = (
        [one["partialFingerprints"]["pentascope/v1"] for one in standard.loads(sarif.render(result, matrix=MATRIX))["runs"][0]["results"]]
        for result in (RESULTS["rich"], assessed(moved))
    )

    assert len(set(first)) == len(first)
    assert sorted(first) == sorted(second)


def plain_with_planned() -> AssessmentResult:
    """The sample with one planned system, and what a change did to it."""
    result = RESULTS["rich"]
    ahead = msgspec.structs.replace(RICH.systems[0], id="0123456789ab", name="ahead\x1b[2J")
    verdicts = assess([ahead], (), MATRIX.requirements, RICH.coverage)
    planned = PlannedPosture(
        systems=(ahead,), verdicts=verdicts, posture=posture(verdicts, {each.code: each.discipline for each in MATRIX.requirements})
    )
    failing = [one for one in result.verdicts if one.outcome is Outcome.NOT_MET]
    touched = tuple(
        Touched(verdict=one.id, before=before, fresh=one.grounds[0].marks[:1])
        for one, before in zip(failing, [None, Outcome.UNKNOWN, Outcome.NOT_MET], strict=False)
    )
    since = Since(revision="main", commit="c" * 40, changed=1, removed=0, touched=touched, before={})
    return msgspec.structs.replace(result, planned=planned, since=since)


PLANNED = plain_with_planned()


@pytest.mark.parametrize("result", [RESULTS["rich"], RESULTS["empty"], PLANNED], ids=["rich", "empty", "planned"])
def test_sarif_is_valid_against_the_schema_of_oasis(result: AssessmentResult) -> None:
    schema = standard.loads((Path(__file__).parents[1] / "data/sarif/sarif-schema-2.1.0.json").read_bytes())
    validator = Draft4Validator(schema, format_checker=Draft4Validator.FORMAT_CHECKER)

    assert [fault.message for fault in validator.iter_errors(standard.loads(sarif.render(result, matrix=MATRIX)))] == []


def test_sarif_tells_what_is_planned_apart() -> None:
    results = standard.loads(sarif.render(PLANNED, matrix=MATRIX))["runs"][0]["results"]

    planned = [one for one in results if one["properties"]["status"] == "planned"]
    assert len(planned) == sum(one.outcome in {Outcome.NOT_MET, Outcome.UNKNOWN} for one in PLANNED.planned.verdicts if PLANNED.planned)
    assert {one["properties"]["system"] for one in planned} == {"ahead\\x1b[2J"}
    assert not any("baselineState" in one for one in planned)
    assert {one["baselineState"] for one in results if one not in planned} >= {"new", "unchanged"}


def test_sarif_counts_what_one_check_finds_twice_in_one_file() -> None:
    result = RESULTS["rich"]
    twice = [
        msgspec.structs.replace(one, grounds=(*one.grounds, *(msgspec.structs.replace(ground, line=99) for ground in one.grounds)))
        for one in result.verdicts
    ]

    results = standard.loads(sarif.render(msgspec.structs.replace(result, verdicts=tuple(twice)), matrix=MATRIX))["runs"][0]["results"]

    prints = [one["partialFingerprints"]["pentascope/v1"] for one in results]
    assert len(results) > len(standard.loads(sarif.render(result, matrix=MATRIX))["runs"][0]["results"])
    assert len(set(prints)) == len(prints)


def test_csv_has_a_row_a_verdict_and_no_formula() -> None:
    rows = list(csv.reader(io.StringIO(assessment_csv.render(RESULTS["rich"], matrix=MATRIX), newline="")))

    assert len(rows) == 1 + len(RESULTS["rich"].verdicts)
    assert [cell for row in rows for cell in row if cell.startswith(("=", "+", "-", "@"))] == []
