"""An assessment as SARIF 2.1.0: one rule a requirement, one result a place that shows it is not met (or, by wish, unknown).

Source: OASIS SARIF 2.1.0, https://docs.oasis-open.org/sarif/sarif/v2.1.0/, read 2026-11-26.
"""

from __future__ import annotations

from collections import Counter
from hashlib import blake2b
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from pentascope.model.discipline import Phase
from pentascope.model.verdict import Outcome
from pentascope.report.escape import escape
from pentascope.report.formats.json import encode
from pentascope.report.told import planned_of, told_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pentascope.model.matrix import Matrix
    from pentascope.model.posture import AssessmentResult, Since, Touched
    from pentascope.model.requirement import Requirement
    from pentascope.report.told import Told

_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_LEVELS = {Phase.FOUNDATION: "error", Phase.CORE: "warning", Phase.ADVANCED: "note"}
_TOLD = {Outcome.NOT_MET: "fail", Outcome.UNKNOWN: "open"}


def render(result: AssessmentResult, *, matrix: Matrix) -> bytes:
    """The assessment as a SARIF log. What is excepted is told as suppressed, what is unknown as open.

    Systems that are planned are told like those that run; the property `status` tells them apart. Where a change was asked
    for, `baselineState` says of every result whether the change brought it.
    """
    told = [one for one in (*told_of(result, matrix), *planned_of(result, matrix)) if one.verdict.outcome in _TOLD]
    rules = {one.requirement.code: one.requirement for one in sorted(told, key=lambda one: one.requirement.code)}
    index = {code: number for number, code in enumerate(rules)}
    run = {
        "tool": {
            "driver": {
                "name": "Pentascope",
                "version": result.scan.tool_version,
                "semanticVersion": result.scan.tool_version,
                "rules": [_rule(entry) for entry in rules.values()],
            }
        },
        "columnKind": "unicodeCodePoints",
        "automationDetails": {"id": f"pentascope/{result.scan.catalogue_version}/"},
        "results": [each for one in told for each in _results(one, index, result.since)],
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


def _results(one: Told, index: dict[str, int], since: Since | None) -> Iterator[dict[str, Any]]:
    verdict, entry = one.verdict, one.requirement
    touch = next((each for each in since.touched if each.verdict == verdict.id), None) if since is not None else None
    places = list(_places(one)) if verdict.outcome is Outcome.NOT_MET else []
    seen: Counter[str] = Counter()
    for message, mark, locations in places or [(f"{entry.title}: {verdict.reason} {entry.question}", "", [])]:
        seen[mark] += 1
        told: dict[str, Any] = {
            "ruleId": entry.code,
            "ruleIndex": index[entry.code],
            "kind": _TOLD[verdict.outcome],
            "level": _LEVELS[entry.phase] if verdict.outcome is Outcome.NOT_MET else "none",
            "message": {"text": escape(message)},
            "locations": locations,
            "partialFingerprints": {"pentascope/v1": _fingerprint(verdict.id, mark, seen[mark])},
            "properties": {"system": escape(one.label), "status": "planned" if one.is_planned else "current"},
        }
        if since is not None and not one.is_planned:
            told["baselineState"] = _state(touch, mark)
        if verdict.exception is not None:
            told["suppressions"] = [{"kind": "external", "status": "accepted", "justification": escape(verdict.exception.reason)}]
        yield told

def _places(one: Told) -> Iterator[tuple[str, str, list[dict[str, Any]]]]:
    """What shows that it is not met: the words, what identifies the place however lines move, and the location."""
    for each in one.citations:
        ground = each.ground
        if ground.outcome is Outcome.NOT_MET:
            words = f"{ground.address}: {ground.says}" if ground.address else ground.says
            told = f"{words} ({each.evidence.subject})" if each.evidence else words
            yield told, each.mark, [_location(each.path, each.line or 1, each.evidence.column if each.evidence else 1)]


def _location(path: str, line: int, column: int) -> dict[str, Any]:
    place = {"uri": quote(path.encode("utf-8", "surrogateescape")), "uriBaseId": "%SRCROOT%"}
    return {"physicalLocation": {"artifactLocation": place, "region": {"startLine": max(line, 1), "startColumn": max(column, 1)}}}


def _state(touch: Touched | None, mark: str) -> str:
    """Whether the change brought a result: it is `new`, its verdict was another one before, or all is as it was."""
    if touch is None:
        return "unchanged"
    if touch.before is None or mark in touch.fresh:
        return "new"
    return "updated" if not mark else "unchanged"


def _fingerprint(verdict: str, mark: str, number: int) -> str:
    """The identity of a result: the same for as long as the same thing is wrong in the same file, wherever its lines move.

    Where one check finds one thing several times in a file, `number` counts them.
    """
    words = f"{verdict}\0{mark}" if number == 1 else f"{verdict}\0{mark}\0{number}"
    return blake2b(words.encode("utf-8", "surrogateescape"), digest_size=16).hexdigest()


def _notifications(result: AssessmentResult) -> Iterator[dict[str, Any]]:
    """What could not be looked at, and where people's word on a scope disagrees with the evidence."""
    yield from (_notification(gap.reason) for gap in result.gaps)
    for system in result.scan.systems:
        for each in system.scopes:
            yield from (_notification(f"{system.name}, scope {int(each.scope)}: {words}") for words in each.contradictions)


def _notification(reason: str) -> dict[str, Any]:
    return {"level": "warning", "message": {"text": escape(reason)}}
