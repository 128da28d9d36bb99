from __future__ import annotations

import json

import pytest
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
from hypothesis import HealthCheck, given, settings
from tests.report.hostile import results
from tests.report.samples import EMPTY, MATRIX, RICH
from tests.report.test_assessment import RESULTS

from pentascope.model.scoping import ScanResult
from pentascope.model.verdict import Outcome
from pentascope.report.formats import cyclonedx, cyclonedx_declarations

VALIDATOR = JsonStrictValidator(SchemaVersion.V1_7)


@pytest.mark.parametrize("result", [RICH, EMPTY], ids=["rich", "empty"])
def test_document_is_valid_in_the_strict_schema(result: ScanResult) -> None:
    assert VALIDATOR.validate_str(cyclonedx.render(result).decode()) is None


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(result=results())
def test_any_document_is_valid_in_the_strict_schema(result: ScanResult) -> None:
    assert VALIDATOR.validate_str(cyclonedx.render(result).decode()) is None


def test_tuned_model_names_its_data_set() -> None:
    document = json.loads(cyclonedx.render(RICH))

    cards = {each["name"]: each["modelCard"] for each in document["components"] if "modelCard" in each}

    assert cards == {
        "meta-llama/Llama-3.1-8B-Instruct": {"modelParameters": {"datasets": [{"ref": "dataset:acme/support-tickets"}]}}
    }


def test_library_has_a_version_in_its_purl_only_where_it_is_pinned() -> None:
    document = json.loads(cyclonedx.render(RICH))

    assert sorted(each["purl"] for each in document["components"] if "purl" in each) == ["pkg:npm/openai", "pkg:pypi/peft@0.17.1"]


def test_only_hosted_providers_are_services() -> None:
    document = json.loads(cyclonedx.render(RICH))

    assert [each["name"] for each in document["services"]] == ["Amazon Bedrock", "OpenAI"]


def test_document_says_no_time() -> None:
    document = json.loads(cyclonedx.render(RICH))

    assert "timestamp" not in document["metadata"]


def refs(value: object) -> list[str]:
    if isinstance(value, dict):
        return [each for name, inner in value.items() for each in ([inner] if name == "bom-ref" else refs(inner))]
    return [each for inner in value for each in refs(inner)] if isinstance(value, list) else []


@pytest.mark.parametrize("name", RESULTS)
def test_assessment_is_valid_in_the_strict_schema_and_names_nothing_twice(name: str) -> None:
    told = cyclonedx_declarations.render(RESULTS[name], matrix=MATRIX).decode()

    assert VALIDATOR.validate_str(told) is None
    assert len(set(refs(json.loads(told)))) == len(refs(json.loads(told)))


def test_declarations_map_every_requirement_that_applies_and_refer_to_what_exists() -> None:
    document = json.loads(cyclonedx_declarations.render(RESULTS["rich"], matrix=MATRIX))
    declared = document["declarations"]
    maps = [one for each in declared["attestations"] for one in each["map"]]

    scores = [one["conformance"].get("score") for one in maps]

    wanted = {Outcome.MET: 1.0, Outcome.NOT_MET: 0.0, Outcome.UNKNOWN: None}
    assert scores == [wanted[verdict.outcome] for verdict in RESULTS["rich"].verdicts if verdict.outcome in wanted]
    named = {key for one in maps for side in ("claims", "counterClaims") for key in one.get(side, ())}
    cited = {key for claim in declared["claims"] for side in ("evidence", "counterEvidence") for key in claim.get(side, ())}
    assert named == {claim["bom-ref"] for claim in declared["claims"]}
    assert cited == {each["bom-ref"] for each in declared["evidence"]}
    assert {one["requirement"] for one in maps} <= set(refs(document["definitions"]))
