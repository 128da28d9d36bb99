"""An assessment as SARIF 2.1.0: one rule a requirement, one result a place that shows it is not met (or, by wish, unknown).

Source: OASIS SARIF 2.1.0, https://docs.oasis-open.org/sarif/sarif/v2.1.0/, read 2026-11-26.
"""

from __future__ import annotations

from hashlib import blake2b
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from pentascope.model.discipline import Phase
from pentascope.model.evidence import Evidence
from pentascope.model.verdict import Outcome
from pentascope.report.escape import escape
from pentascope.report.formats.json import encode

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pentascope.model.matrix import Matrix
    from pentascope.model.posture import AssessmentResult
    from pentascope.model.requirement import Requirement
    from pentascope.model.verdict import Ground, Verdict

_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_LEVELS = {Phase.FOUNDATION: "error", Phase.CORE: "warning", Phase.ADVANCED: "note"}
_TOLD = {Outcome.NOT_MET: "fail", Outcome.UNKNOWN: "open"}


def render(result: AssessmentResult, *, matrix: Matrix) -> bytes:
    """The assessment as a SARIF log. What is excepted is told as suppressed, what is unknown as open."""
    requirements = {each.code: each for each in matrix.requirements}
    evidence = result.scan.evidence_by_id()
    told = [verdict for verdict in result.verdicts if verdict.outcome in _TOLD]
    used = sorted({verdict.requirement for verdict in told})
    index = {code: number for number, code in enumerate(used)}
    run = {
        "tool": {
            "driver": {
                "name": "Pentascope",
                "version": result.scan.tool_version,
                "semanticVersion": result.scan.tool_version,
                "rules": [_rule(requirements[code]) for code in used],
            }
        },
        "columnKind": "unicodeCodePoints",
        "automationDetails": {"id": f"pentascope/{result.scan.catalogue_version}/"},
        "results": [one for verdict in told for one in _results(verdict, requirements[verdict.requirement], evidence, index)],
        "invocations": [{"executionSuccessful": True, "toolExecutionNotifications": list(_notifications(result))}],
    }
    return encode({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]})


def _rule(entry: Requirement) -> dict[str, Any]:
    text = f"{entry.statement}\n\nWhy: {entry.rationale}\n\nFix: {entry.fix}"
    page = f"**{entry.title}**\n\n{entry.statement}\n\n### Why\n\n{entry.rationale}\n\n### Fix\n\n{entry.fix}"
    return {
        "id": entry.code,
        "name": "".join(word.capitalize() for word in entry.id.split("-")),
        "shortDescription": {"text": entry.title},
        "fullDescription": {"text": entry.statement},
        "help": {"text": text, "markdown": page},
        "defaultConfiguration": {"level": _LEVELS[entry.phase]},
        "properties": {"tags": ["security", "generative-ai", str(entry.discipline), *entry.threats], "precision": "high"},
    }


def _results(
    verdict: Verdict, entry: Requirement, evidence: dict[str, Evidence], index: dict[str, int]
) -> Iterator[dict[str, Any]]:
    places = list(_places(verdict, evidence))
    if verdict.outcome is Outcome.UNKNOWN or not places:
        places = [(f"{entry.title}: {verdict.reason} {entry.question}", [], "")]
    for message, locations, key in places:
        told: dict[str, Any] = {
            "ruleId": entry.code,
            "ruleIndex": index[entry.code],
            "kind": _TOLD[verdict.outcome],
            "level": _LEVELS[entry.phase] if verdict.outcome is Outcome.NOT_MET else "none",
            "message": {"text": escape(message)},
            "locations": locations,
            "partialFingerprints": {"pentascope/v1": _fingerprint(verdict.id, key)},
        }
        if verdict.exception is not None:
            told["suppressions"] = [{"kind": "external", "status": "accepted", "justification": verdict.exception.reason}]
        yield told


def _places(verdict: Verdict, evidence: dict[str, Evidence]) -> Iterator[tuple[str, list[dict[str, Any]], str]]:
    """Message, location and what identifies the place however lines move."""
    for ground in verdict.grounds:
        if ground.outcome is not Outcome.NOT_MET:
            continue
        if ground.path is not None:
            key = f"{ground.check}\0{ground.path}\0{ground.address or ''}"
            yield _words(ground), [_location(ground.path, ground.line or 1, 1)], key
        for line in _lines(ground.evidence, evidence):
            yield f"{_words(ground)} ({line.subject})", [_location(line.path, line.line, line.column)], f"{ground.check}\0{line.id}"


def _words(ground: Ground) -> str:
    return f"{ground.address}: {ground.says}" if ground.address else ground.says


def _lines(keys: Iterable[str], evidence: dict[str, Evidence]) -> Iterator[Evidence]:
    return (evidence[key] for key in keys if key in evidence)


def _location(path: str, line: int, column: int) -> dict[str, Any]:
    place = {"uri": quote(path.encode("utf-8", "surrogateescape")), "uriBaseId": "%SRCROOT%"}
    return {"physicalLocation": {"artifactLocation": place, "region": {"startLine": max(line, 1), "startColumn": max(column, 1)}}}


def _fingerprint(verdict: str, key: str) -> str:
    return blake2b(f"{verdict}\0{key}".encode("utf-8", "surrogateescape"), digest_size=16).hexdigest()


def _notifications(result: AssessmentResult) -> Iterator[dict[str, Any]]:
    """What could not be looked at, and where people's word on a scope disagrees with the evidence."""
    yield from (_notification(gap.reason) for gap in result.gaps)
    for system in result.scan.systems:
        for each in system.scopes:
            yield from (_notification(f"{system.name}, scope {int(each.scope)}: {words}") for words in each.contradictions)


def _notification(reason: str) -> dict[str, Any]:
    return {"level": "warning", "message": {"text": escape(reason)}}
