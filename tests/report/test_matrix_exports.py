from __future__ import annotations

import json
import re

import pytest
import yaml

from pentascope.app.matrix import EXPORTS, Request, export
from pentascope.catalogue.load import load
from pentascope.errors import UsageError
from pentascope.report.formats.ciso_assistant import render
from pentascope.report.formats.prowler_compliance import CHECK

URN = re.compile(r"^urn:([a-zA-Z0-9_-]+):([a-zA-Z0-9_-]+):([a-zA-Z0-9_-]+)(?::([a-zA-Z0-9_-]+))?:([0-9A-Za-z\[\]\(\)\-\._:]+)$")
CODES = [each.code for each in load().matrix.requirements]


def urns(value: object) -> list[str]:
    if isinstance(value, dict):
        return [each for name, inner in value.items() for each in ([inner] if name == "urn" else urns(inner))]
    return [each for inner in value for each in urns(inner)] if isinstance(value, list) else []


def test_library_is_yaml_with_what_ciso_assistant_demands() -> None:
    library = yaml.safe_load(export(Request(), "ciso-assistant"))

    framework = library["objects"]["framework"]
    nodes = framework["requirement_nodes"]
    assert {"urn", "name", "version", "objects"} <= library.keys()
    assert [urn for urn in urns(library) if not URN.match(urn) or urn != urn.lower()] == []
    assert len(set(urns(library))) == len(urns(library))
    assert [node["ref_id"] for node in nodes if node["assessable"]] == CODES
    assert {node["parent_urn"] for node in nodes if node["depth"] == 2} == {node["urn"] for node in nodes if node["depth"] == 1}
    groups = {group["ref_id"] for group in framework["implementation_groups_definition"]}
    assert {group for node in nodes for group in node.get("implementation_groups", ())} == groups


def test_library_keeps_to_the_lengths_of_ciso_assistant() -> None:
    """Its validation refuses longer ones: backend/library/builder.py, _MAX_LENGTHS."""
    library = yaml.safe_load(export(Request(), "ciso-assistant"))

    nodes = library["objects"]["framework"]["requirement_nodes"]
    longest = {key: max(len(node[key]) for node in nodes) for key in ("name", "ref_id", "urn")}
    assert (longest["name"] <= 200, longest["ref_id"] <= 100, longest["urn"] <= 255) == (True, True, True)
    assert {len(question["choices"]) for node in nodes for question in node.get("questions", {}).values()} == {2}


@pytest.mark.parametrize(("release", "number"), [("0.1.0", 1_000), ("0.2.0", 2_000), ("1.0.0rc1", 1_000_000), ("1.10.3", 1_010_003)])
def test_library_has_a_number_that_grows_with_releases(release: str, number: int) -> None:
    """Of an equal number CISO Assistant keeps what it has, whatever the file says."""
    catalogue = load()

    library = yaml.safe_load(render(catalogue.matrix, catalogue.frameworks, catalogue_version="x", tool_version=release))

    assert library["version"] == number


def test_compliance_file_has_the_keys_of_prowler_and_only_prowler_checks() -> None:
    document = json.loads(export(Request(), "prowler-compliance"))

    requirements = document["Requirements"]
    assert document.keys() == {"Framework", "Name", "Version", "Provider", "Description", "Requirements"}
    assert [each["Id"] for each in requirements] == CODES
    assert {key for each in requirements for part in each["Attributes"] for key in part} <= {
        "ItemId", "Section", "SubSection", "SubGroup", "Service", "Type", "Comment",
    }  # fmt: skip
    checks = {check for each in requirements for check in each["Checks"]}
    assert "bedrock_guardrails_configured" in checks
    assert [check for check in checks if not CHECK.fullmatch(check)] == []
    assert {part["Type"] for each in requirements for part in each["Attributes"] if not each["Checks"]} == {"Manual"}


@pytest.mark.parametrize("name", EXPORTS)
def test_export_is_of_the_whole_matrix_and_the_same_twice(name: str) -> None:
    with pytest.raises(UsageError, match="whole matrix"):
        export(Request(words=("3",)), name)

    assert export(Request(), name) == export(Request(), name)
