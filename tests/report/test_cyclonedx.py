from __future__ import annotations

import json

import pytest
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
from hypothesis import HealthCheck, given, settings
from tests.report.hostile import results
from tests.report.samples import EMPTY, RICH

from pentascope.model.scoping import ScanResult
from pentascope.report.formats import cyclonedx

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
