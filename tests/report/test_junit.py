"""The rules of the Jenkins xUnit plug-in's junit-10.xsd, written down as tables, and what the readers make of the cases."""

from __future__ import annotations

import re
from xml.etree import ElementTree as ET

import pytest
from tests.report.samples import MATRIX
from tests.report.test_assessment import RESULTS

from pentascope.model.verdict import Outcome
from pentascope.report.formats import junit

MESSAGES = {"type", "message"}
CHILDREN = {
    "testsuites": {"testsuite"},
    "testsuite": {"testsuite", "properties", "testcase", "system-out", "system-err"},
    "testcase": {"skipped", "error", "failure", "system-out", "system-err"},
    "properties": {"property"},
}
REQUIRED = {"testsuite": {"name", "tests", "failures", "errors"}, "testcase": {"name"}, "property": {"name", "value"}}
ALLOWED = {
    "testsuites": {"name", "time", "tests", "failures", "errors"},
    "testsuite": {"name", "tests", "failures", "errors", "group", "time", "skipped", "timestamp", "hostname", "id", "package", "file", "log", "url"},
    "testcase": {"name", "time", "classname", "group"},
    "property": {"name", "value"},
    "failure": MESSAGES,
    "skipped": MESSAGES,
    "error": MESSAGES,
}
SUREFIRE_TIME = re.compile(r"(([0-9]{0,3},)*[0-9]{3}|[0-9]{0,3})*(\.[0-9]*)?")


def faults(element: ET.Element) -> list[str]:
    found = [f"{element.tag} may not hold {child.tag}" for child in element if child.tag not in CHILDREN.get(element.tag, set())]
    found += [f"{element.tag} may not have {name}" for name in set(element.keys()) - ALLOWED.get(element.tag, set())]
    found += [f"{element.tag} lacks {name}" for name in REQUIRED.get(element.tag, set()) - set(element.keys())]
    if element.tag in {"testsuite", "testsuites"} and not SUREFIRE_TIME.fullmatch(element.get("time", "")):
        found.append(f"time {element.get('time')}")
    return found + [fault for child in element for fault in faults(child)]


def parsed(name: str) -> ET.Element:
    return ET.fromstring(junit.render(RESULTS[name], matrix=MATRIX))


@pytest.mark.parametrize("name", RESULTS)
def test_document_keeps_to_the_schema(name: str) -> None:
    assert faults(parsed(name)) == []


def test_the_table_of_the_schema_refuses_what_the_schema_refuses() -> None:
    wrong = ET.fromstring('<testsuites><testsuite name="a" tests="1" failures="0" time="soon"><testcase file="x"><p/></testcase></testsuite></testsuites>')

    assert faults(wrong) == [
        "testsuite lacks errors", "time soon", "testcase may not hold p", "testcase may not have file", "testcase lacks name",
    ]  # fmt: skip


def test_counts_are_those_of_the_cases() -> None:
    root = parsed("rich")

    for suite in root:
        assert int(suite.get("tests", "")) == len(suite.findall("testcase"))
        assert int(suite.get("failures", "")) == len(suite.findall("testcase/failure"))
        assert int(suite.get("skipped", "")) == len(suite.findall("testcase/skipped"))
    assert int(root.get("tests", "")) == len(root.findall("testsuite/testcase")) > 0


def test_every_verdict_that_applies_is_one_case_of_its_system_and_discipline() -> None:
    root, result = parsed("rich"), RESULTS["rich"]

    cases = [(suite.find("properties/property[@name='system']").get("value"), case.get("name", "")[:6]) for suite in root for case in suite.iter("testcase")]  # type: ignore[union-attr]

    applying = [(verdict.system, verdict.requirement) for verdict in result.verdicts if verdict.outcome is not Outcome.NOT_APPLICABLE]
    assert sorted(cases) == sorted(applying)
    assert len({(case.get("classname"), case.get("name")) for case in root.iter("testcase")}) == len(cases)


def test_gap_fails_with_its_place_and_an_accepted_or_unknown_one_is_skipped() -> None:
    cases = list(parsed("rich").iter("testcase"))

    failures = [case.find("failure") for case in cases if case.get("name", "").startswith("CTL-01") and case.find("failure") is not None]
    accepted = [case.find("skipped") for case in cases if case.get("name", "").startswith("CTL-02") and case.find("skipped") is not None]
    unknown = next(case.find("skipped") for case in cases if case.get("name", "").startswith("GOV-01"))

    assert failures[0] is not None
    assert (failures[0].text or "").startswith("Not met by code: ")
    assert "[services/triage/.env:2]" in (failures[0].text or "")
    assert ["aws_bedrock_agent.a: =Wanted: a key. [infra/\\x1b[31mmain.tf:3]" in (each.text or "") for each in accepted if each is not None] == [True]
    assert [each.get("message") for each in accepted if each is not None] == ["Not met, accepted until 2027-05-01 by ann: Moving in May."]
    assert unknown is not None
    assert unknown.get("message") == "Unknown. Every use stands in a register?"
