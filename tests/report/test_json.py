from __future__ import annotations

import json as standard
from pathlib import Path

import msgspec
from hypothesis import HealthCheck, given, settings
from jsonschema import Draft202012Validator
from tests.report.hostile import results
from tests.report.samples import EMPTY, RICH

import pentascope.report
from pentascope.model.scoping import ScanResult
from pentascope.report.formats import json

SCHEMA = Path(pentascope.report.__file__).parent / "schema" / "scan-1.schema.json"


def test_published_schema_is_the_one_of_the_records() -> None:
    assert SCHEMA.read_bytes() == json.json_schema()


def test_samples_are_valid_against_the_published_schema() -> None:
    validator = Draft202012Validator(standard.loads(SCHEMA.read_bytes()))

    faults = [fault.message for result in (RICH, EMPTY) for fault in validator.iter_errors(standard.loads(json.render(result)))]

    assert faults == []


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(result=results())
def test_any_result_is_valid_against_the_published_schema(result: ScanResult) -> None:
    validator = Draft202012Validator(standard.loads(SCHEMA.read_bytes()))

    assert [fault.message for fault in validator.iter_errors(standard.loads(json.render(result)))] == []


def test_keys_of_the_document_are_those_promised() -> None:
    document = standard.loads(json.render(RICH))

    assert list(document) == [
        "target", "revision", "tool_version", "catalogue_version", "summary", "systems", "evidence", "coverage", "gaps", "schema",
    ]
    assert document["summary"]["scopes"] == [2, 3, 4]


def test_evidence_carries_its_id_in_order_of_place() -> None:
    document = standard.loads(json.render(msgspec.structs.replace(RICH, evidence=RICH.evidence[::-1])))

    assert [line["id"] for line in document["evidence"]] == [line.id for line in RICH.evidence]


def test_document_without_undecodable_bytes_reads_back_whole() -> None:
    clean = msgspec.structs.replace(RICH, evidence=tuple(line for line in RICH.evidence if "\udcff" not in line.path))

    assert msgspec.json.decode(json.render(clean), type=ScanResult) == clean
