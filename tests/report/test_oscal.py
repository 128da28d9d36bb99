"""Every document is read by the models of compliance-trestle, which refuse what OSCAL 1.2.1 does not know."""

from __future__ import annotations

import json
import re

import pytest
from tests.report.samples import MATRIX
from tests.report.test_assessment import RESULTS
from trestle.oscal import OSCAL_VERSION
from trestle.oscal.assessment_results import Model as Results
from trestle.oscal.catalog import Model as Catalog
from trestle.oscal.mapping import Model as Mapping
from trestle.oscal.poam import Model as Poam

from pentascope.catalogue.load import load
from pentascope.model.verdict import Outcome
from pentascope.report.formats import oscal, oscal_catalog, oscal_results

UUID5 = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")


def uuids(value: object, key: str = "") -> list[str]:
    if isinstance(value, dict):
        return [found for name, inner in value.items() for found in uuids(inner, name)]
    if isinstance(value, list):
        return [found for inner in value for found in uuids(inner, key)]
    return [str(value)] if key == "uuid" else []


def test_version_is_the_one_of_the_models() -> None:
    assert oscal.VERSION == OSCAL_VERSION


def test_catalogue_holds_every_requirement_with_its_statement_and_objective() -> None:
    catalogue = load()
    data = oscal_catalog.render_catalog(catalogue.matrix, catalogue.frameworks, catalogue_version=catalogue.version)

    model = Catalog.model_validate_json(data).catalog

    controls = [control for group in model.groups for control in group.controls]
    assert [control.id for control in controls] == [each.code.lower() for each in catalogue.matrix.requirements]
    assert all({"statement", "assessment-objective"} <= {part.name for part in control.parts} for control in controls)
    known = set(uuids(json.loads(data)["catalog"]["back-matter"]))
    assert {link.href.removeprefix("#") for control in controls for link in control.links or ()} <= known
    assert len(set(uuids(json.loads(data)))) == len(uuids(json.loads(data)))


def test_mapping_holds_every_reference_once() -> None:
    catalogue = load()
    data = oscal_catalog.render_mapping(catalogue.matrix, catalogue.frameworks, catalogue_version=catalogue.version)

    model = Mapping.model_validate_json(data).mapping_collection

    wanted = sum(len({*each.threats, *each.crosswalk}) for each in catalogue.matrix.requirements)
    assert sum(len(each.maps) for each in model.mappings) == wanted > 100


@pytest.mark.parametrize("name", RESULTS)
def test_results_and_plan_are_read_by_the_models(name: str) -> None:
    results = oscal_results.render_results(RESULTS[name], matrix=MATRIX)
    plan = oscal_results.render_poam(RESULTS[name], matrix=MATRIX)

    Results.model_validate_json(results)
    Poam.model_validate_json(plan)

    assert all(UUID5.fullmatch(each) for document in (results, plan) for each in uuids(json.loads(document)))
    assert results == oscal_results.render_results(RESULTS[name], matrix=MATRIX)


def test_every_verdict_that_applies_is_a_finding_and_everything_related_exists() -> None:
    result = RESULTS["rich"]
    one = json.loads(oscal_results.render_results(result, matrix=MATRIX))["assessment-results"]["results"][0]

    states = [(finding["target"]["status"]["state"], finding["target"]["status"]["reason"]) for finding in one["findings"]]

    reasons = {Outcome.MET: ("satisfied", "pass"), Outcome.NOT_MET: ("not-satisfied", "fail"), Outcome.UNKNOWN: ("not-satisfied", "other")}
    assert states == [reasons[each.outcome] for each in result.verdicts if each.outcome in reasons]
    observations, risks, systems = set(uuids(one["observations"])), {each["uuid"] for each in one["risks"]}, set(uuids(one["local-definitions"]))
    assert {each["observation-uuid"] for finding in one["findings"] for each in finding.get("related-observations", ())} == observations
    assert {each["risk-uuid"] for finding in one["findings"] for each in finding.get("related-risks", ())} == risks
    assert {each["subject-uuid"] for observation in one["observations"] for each in observation["subjects"]} <= systems


def test_plan_has_an_item_for_each_open_requirement_and_an_accepted_risk_for_the_exception() -> None:
    result = RESULTS["rich"]
    plan = json.loads(oscal_results.render_poam(result, matrix=MATRIX))["plan-of-action-and-milestones"]

    accepted = [risk for risk in plan["risks"] if risk["status"] == "deviation-approved"]

    assert len(plan["poam-items"]) == sum(each.outcome in {Outcome.NOT_MET, Outcome.UNKNOWN} for each in result.verdicts)
    assert [(risk["deadline"], risk["remediations"][0]["props"][0]["value"]) for risk in accepted] == [("2027-05-01T00:00:00+00:00", "accept")]
