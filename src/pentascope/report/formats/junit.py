"""An assessment as JUnit XML: one suite a system and discipline, one test case a requirement.

Not met fails, unknown is skipped with the question to ask, what somebody accepted is skipped with until when. What does
not apply is left out. Attributes keep to what the Jenkins xUnit plug-in's schema allows, and Jenkins and GitLab show one
failure a case, so all grounds stand in one element.
Source: jenkinsci/xunit-plugin, junit-10.xsd; GitLab, lib/gitlab/ci/parsers/test/junit.rb; read 2026-11-27.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from pentascope.model.verdict import Outcome
from pentascope.report.escape import escape
from pentascope.report.told import Told, ground_words, told_of

if TYPE_CHECKING:
    from pentascope.model.matrix import Matrix
    from pentascope.model.posture import AssessmentResult


def render(result: AssessmentResult, *, matrix: Matrix) -> bytes:
    """The assessment as UTF-8 XML. Without a clock: no times but the day of the assessment."""
    suites: dict[tuple[str, str], list[Told]] = {}
    for row in told_of(result, matrix):
        if row.verdict.outcome is not Outcome.NOT_APPLICABLE:
            suites.setdefault((row.system.id, row.requirement.discipline), []).append(row)
    names = {entry.id: entry.name for entry in matrix.disciplines}
    root = ET.Element("testsuites", name="Pentascope")
    for (_, discipline), told in suites.items():
        root.append(_suite(told, names[told[0].requirement.discipline], discipline, result.as_of))
    for name in ("tests", "failures", "errors"):
        root.set(name, str(sum(int(suite.get(name, "0")) for suite in root)))
    ET.indent(root)
    return b'<?xml version="1.0" encoding="UTF-8"?>\n' + ET.tostring(root, encoding="unicode").encode() + b"\n"


def _suite(told: list[Told], name: str, discipline: str, day: str) -> ET.Element:
    system = told[0].system
    suite = ET.Element("testsuite", name=escape(f"{system.name} ({system.root}): {name}"))
    cases = [_case(row, discipline) for row in told]
    suite.set("tests", str(len(cases)))
    suite.set("failures", str(sum(case.find("failure") is not None for case in cases)))
    suite.set("errors", "0")
    suite.set("skipped", str(sum(case.find("skipped") is not None for case in cases)))
    suite.set("time", "0")
    suite.set("timestamp", f"{day}T00:00:00")
    properties = ET.SubElement(suite, "properties")
    scopes = ", ".join(str(int(each.scope)) for each in system.scopes)
    for key, value in (("system", system.id), ("root", system.root), ("scopes", scopes)):
        ET.SubElement(properties, "property", name=key, value=escape(value))
    suite.extend(cases)
    return suite


def _case(row: Told, discipline: str) -> ET.Element:
    entry, verdict = row.requirement, row.verdict
    folder = escape(row.system.root).replace(".", "_") if row.system.root != "." else "root"
    case = ET.Element("testcase", name=f"{entry.code} {entry.title}", classname=f"pentascope.{folder}.{discipline}", time="0")
    if verdict.outcome is Outcome.MET:
        _add(case, "system-out", None, _grounds(row))
    elif verdict.outcome is Outcome.UNKNOWN:
        _add(case, "skipped", f"Unknown. {entry.question}", [verdict.reason, *_grounds(row), f"Answered by: {entry.document}"])
    elif verdict.exception is not None:
        held = verdict.exception
        message = f"Not met, accepted until {held.expires} by {held.owner}: {held.reason}"
        _add(case, "skipped", message, [verdict.reason, *_grounds(row)])
    else:
        _add(case, "failure", verdict.reason, [*_grounds(row), f"Fix: {entry.fix}"]).set("type", "not_met")
    return case


def _add(case: ET.Element, tag: str, message: str | None, lines: list[str]) -> ET.Element:
    child = ET.SubElement(case, tag)
    if message is not None:
        child.set("message", escape(message))
    child.text = "\n".join(escape(line) for line in lines)
    return child


def _grounds(row: Told) -> list[str]:
    return [ground_words(row, ground) for ground in row.verdict.grounds]
