"""An assessment as CycloneDX 1.7: the BOM of the scan with `declarations` and the matrix as a standard in `definitions`.

The parts are laid into the finished document; the whole is valid against the strict 1.7 JSON schema.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from pentascope.model.verdict import Outcome, Strength
from pentascope.report.escape import escape
from pentascope.report.formats import cyclonedx
from pentascope.report.formats.json import encode
from pentascope.report.told import Told, ground_words, told_of
from pentascope.report.words import STRENGTH_NAMES

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pentascope.model.matrix import Matrix
    from pentascope.model.posture import AssessmentResult
    from pentascope.model.requirement import Requirement
    from pentascope.model.verdict import Ground

_ASSESSOR = "assessor:pentascope"
_SCORES = {Outcome.MET: 1.0, Outcome.NOT_MET: 0.0}
_STRONGEST = max(Strength)


def render(result: AssessmentResult, *, matrix: Matrix) -> bytes:
    """The BOM with what is claimed of each system. Confidence is the rank of the proof among the kinds of proof."""
    document = msgspec.json.decode(cyclonedx.render(result.scan))
    told = tuple(row for row in told_of(result, matrix) if row.verdict.outcome is not Outcome.NOT_APPLICABLE)
    document["declarations"] = _declarations(told, result)
    document["definitions"] = {"standards": [_standard(matrix, result.scan.catalogue_version)]}
    return encode(document)


def _standard(matrix: Matrix, version: str) -> dict[str, Any]:
    requirements: list[dict[str, Any]] = [
        {"bom-ref": f"discipline:{entry.id}", "identifier": entry.code, "text": entry.name} for entry in matrix.disciplines
    ]
    return {
        "bom-ref": "standard:matrix",
        "name": "Generative AI Security Scoping Matrix",
        "version": version,
        "owner": "Pentascope",
        "requirements": requirements + [_requirement(each) for each in matrix.requirements],
        "levels": [
            {
                "bom-ref": f"scope:{int(entry.scope)}",
                "identifier": f"Scope {int(entry.scope)}: {entry.name}",
                "requirements": [_ref(each) for each in matrix.requirements if entry.scope in each.scopes],
            }
            for entry in matrix.scopes
        ],
    }


def _ref(entry: Requirement) -> str:
    return f"requirement:{entry.code}"


def _requirement(entry: Requirement) -> dict[str, Any]:
    return {
        "bom-ref": _ref(entry),
        "identifier": entry.code,
        "text": entry.title,
        "descriptions": [text for text in (entry.statement, entry.rationale, entry.question) if text],
        "parent": f"discipline:{entry.discipline}",
        "properties": [{"name": "pentascope:phase", "value": entry.phase}, {"name": "pentascope:id", "value": entry.id}],
    }


def _declarations(told: tuple[Told, ...], result: AssessmentResult) -> dict[str, Any]:
    by_system: dict[str, list[Told]] = {}
    for row in told:
        by_system.setdefault(row.system.id, []).append(row)
    return {
        "assessors": [{"bom-ref": _ASSESSOR, "thirdParty": False, "organization": {"name": "Pentascope"}}],
        "attestations": [
            {
                "summary": escape(f"{part[0].system.name} ({part[0].system.root}), as of {result.as_of}"),
                "assessor": _ASSESSOR,
                "map": [_map(row) for row in part],
            }
            for part in by_system.values()
        ],
        "claims": [_claim(row) for row in told if row.verdict.grounds],
        "evidence": [one for row in told for one in _evidence(row)],
        "targets": {"components": [
            {"bom-ref": f"system:{key}", "type": "application", "name": escape(part[0].system.name)} for key, part in by_system.items()
        ]},
    }  # fmt: skip


def _map(row: Told) -> dict[str, Any]:
    """One requirement of one system. What is unknown has no conformance score, and its confidence is nought."""
    verdict = row.verdict
    told: dict[str, Any] = {"requirement": _ref(row.requirement)}
    if verdict.grounds:
        told["counterClaims" if verdict.outcome is Outcome.NOT_MET else "claims"] = [f"claim:{verdict.id}"]
    told["conformance"] = {"rationale": escape(verdict.reason)}
    if verdict.outcome in _SCORES:
        told["conformance"]["score"] = _SCORES[verdict.outcome]
    proof = f"Proof: {STRENGTH_NAMES[verdict.strength]}." if verdict.strength else f"Nobody can tell. {row.requirement.question}"
    is_decided = verdict.outcome in _SCORES and verdict.strength is not None
    told["confidence"] = {"score": round(verdict.strength / _STRONGEST, 2) if is_decided and verdict.strength else 0.0, "rationale": proof}
    return told


def _claim(row: Told) -> dict[str, Any]:
    verdict = row.verdict
    against, speaking = _sides(verdict.grounds)
    claim: dict[str, Any] = {
        "bom-ref": f"claim:{verdict.id}",
        "target": f"system:{row.system.id}",
        "predicate": f"{row.requirement.code} {row.requirement.title}",
        "reasoning": escape(verdict.reason),
    }
    if speaking:
        claim["evidence"] = [_evidence_ref(row, number) for number in speaking]
    if against:
        claim["counterEvidence"] = [_evidence_ref(row, number) for number in against]
    return claim


def _sides(grounds: Iterable[Ground]) -> tuple[list[int], list[int]]:
    """The numbers of the grounds that speak against, and of the others."""
    against = [number for number, ground in enumerate(grounds) if ground.outcome is Outcome.NOT_MET]
    return against, [number for number, _ in enumerate(grounds) if number not in against]


def _evidence_ref(row: Told, number: int) -> str:
    return f"evidence:{row.verdict.id}:{number}"


def _evidence(row: Told) -> list[dict[str, Any]]:
    return [
        {
            "bom-ref": _evidence_ref(row, number),
            "propertyName": escape(ground.check),
            "data": [{"name": f"{row.requirement.code} {ground.check}", "contents": {"attachment": {
                "contentType": "text/plain", "content": escape(ground_words(row, ground)),
            }}}],
        }
        for number, ground in enumerate(row.verdict.grounds)
    ]  # fmt: skip
