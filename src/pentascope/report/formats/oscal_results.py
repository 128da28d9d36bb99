"""An assessment as OSCAL assessment results, and what it leaves to do as an OSCAL plan of action and milestones.

OSCAL knows satisfied and not satisfied. Unknown is not satisfied for another reason than failure, and says what to ask.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pentascope.model.verdict import Outcome, Strength
from pentascope.report.escape import escape
from pentascope.report.formats.json import encode
from pentascope.report.formats.oscal import control, identifier, metadata, midnight, prop
from pentascope.report.told import PENDING, Told, told_of
from pentascope.report.words import STRENGTH_NAMES

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pentascope.model.matrix import Matrix
    from pentascope.model.posture import AssessmentResult
    from pentascope.model.scoping import System
    from pentascope.model.verdict import Ground

_METHODS = {Strength.ATTESTATION: "INTERVIEW", Strength.TESTED: "TEST"}
_REASONS = {Outcome.MET: "pass", Outcome.NOT_MET: "fail", Outcome.UNKNOWN: "other"}


def render_results(result: AssessmentResult, *, matrix: Matrix) -> bytes:
    """The assessment results: an observation a ground, a finding a verdict that applies, a risk a gap."""
    told = tuple(row for row in told_of(result, matrix) if row.verdict.outcome is not Outcome.NOT_APPLICABLE)
    plan = identifier("plan", result.scan.catalogue_version)
    codes = sorted({control(row.requirement.code) for row in told})
    chosen: dict[str, Any] = {"include-controls": [{"control-id": code} for code in codes]} if codes else {"include-all": {}}
    one: dict[str, Any] = {
        "uuid": identifier("result", *_of(result)),
        "title": f"Assessment of {escape(result.scan.target)}",
        "description": f"Verdicts on {len(told)} requirements of {len(result.scan.systems)} systems, as of {result.as_of}.",
        "start": midnight(result.as_of),
        "end": midnight(result.as_of),
        "reviewed-controls": {"control-selections": [chosen]},
        **_filled("local-definitions", _systems(result.scan.systems)),
        **_filled("observations", _observations(told, result)),
        **_filled("risks", _risks(told)),
        **_filled("findings", [_finding(row) for row in told]),
    }
    document = {
        "uuid": identifier("assessment-results", *_of(result)),
        "metadata": metadata(f"Assessment of {escape(result.scan.target)}", day=result.as_of, version=result.scan.tool_version),
        "import-ap": {"href": f"#{plan}"},
        "results": [one],
        "back-matter": {"resources": [{
            "uuid": plan,
            "title": "Generative AI Security Scoping Matrix",
            "description": f"Every requirement that the scopes of a system bring; catalogue {result.scan.catalogue_version}.",
        }]},
    }  # fmt: skip
    return encode({"assessment-results": document})


def render_poam(result: AssessmentResult, *, matrix: Matrix) -> bytes:
    """The plan: an item for each requirement that is not met or unknown. What somebody accepted is an approved deviation."""
    told = tuple(row for row in told_of(result, matrix) if row.verdict.outcome in PENDING)
    document: dict[str, Any] = {
        "uuid": identifier("poam", *_of(result)),
        "metadata": metadata(f"Plan of action for {escape(result.scan.target)}", day=result.as_of, version=result.scan.tool_version),
        "system-id": {"identifier-type": "http://ietf.org/rfc/rfc4122", "id": identifier("target", result.scan.target)},
        **_filled("local-definitions", _systems(result.scan.systems)),
        **_filled("observations", _observations(told, result)),
        **_filled("risks", _risks(told)),
        "poam-items": [_item(row) for row in told] or [_nothing(result)],
    }
    return encode({"plan-of-action-and-milestones": document})


def _of(result: AssessmentResult) -> tuple[str, ...]:
    verdicts = " ".join(f"{verdict.id}={verdict.outcome}" for verdict in result.verdicts)
    return result.scan.target, result.scan.revision or "", result.scan.catalogue_version, result.as_of, verdicts


def _filled(name: str, value: Any) -> dict[str, Any]:  # noqa: ANN401 - plain JSON values
    """The entry, unless it is empty: OSCAL has no empty lists."""
    return {name: value} if value else {}


def _systems(systems: Iterable[System]) -> dict[str, Any]:
    components = [
        {
            "uuid": identifier("system", system.id),
            "type": "system",
            "title": escape(system.name) or "-",
            "description": escape(" ".join(each.statement for each in system.scopes)) or "-",
            "props": [prop("root", system.root), *(prop("scope", str(int(each.scope))) for each in system.scopes)],
            "status": {"state": "operational"},
        }
        for system in systems
    ]
    return _filled("components", components)


def _observation_id(row: Told, ground: Ground) -> str:
    place = (ground.path or "", str(ground.line or ""), ground.address or "")
    return identifier("observation", row.verdict.id, ground.check, ground.outcome, *place, ground.says, *ground.evidence)


def _observations(told: Iterable[Told], result: AssessmentResult) -> list[dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {}
    for row in told:
        for ground in row.verdict.grounds:
            key = _observation_id(row, ground)
            places = [
                {
                    "description": escape(each.evidence.excerpt if each.evidence else ground.says) or "-",
                    "props": [prop("place", each.where)],
                }
                for each in row.cited(ground)
            ]
            found[key] = {
                "uuid": key,
                "title": f"{row.requirement.code} {STRENGTH_NAMES[ground.strength]}",
                "description": escape(f"{ground.address}: {ground.says}" if ground.address else ground.says),
                "props": [prop("check", ground.check), prop("outcome", ground.outcome), prop("strength", ground.strength.name.lower())],
                "methods": [_METHODS.get(ground.strength, "EXAMINE")],
                "types": ["control-objective"],
                "subjects": [{"subject-uuid": identifier("system", row.system.id), "type": "component"}],
                **_filled("relevant-evidence", places),
                "collected": midnight(result.as_of),
            }
    return list(found.values())


def _related(row: Told) -> list[dict[str, str]]:
    return [{"observation-uuid": key} for key in dict.fromkeys(_observation_id(row, ground) for ground in row.verdict.grounds)]


def _finding(row: Told) -> dict[str, Any]:
    entry, verdict = row.requirement, row.verdict
    state = "satisfied" if verdict.outcome is Outcome.MET else "not-satisfied"
    target = {
        "type": "objective-id",
        "target-id": f"{control(entry.code)}_obj",
        "status": {"state": state, "reason": _REASONS[verdict.outcome], "remarks": escape(verdict.reason)},
    }
    told: dict[str, Any] = {
        "uuid": identifier("finding", verdict.id),
        "title": f"{entry.code} {entry.title}",
        "description": escape(f"{row.system.name}: {verdict.reason}"),
        "props": [prop("outcome", verdict.outcome), prop("system", row.system.id)],
        "target": target,
        **_filled("related-observations", _related(row)),
    }
    if verdict.outcome is Outcome.NOT_MET:
        told["related-risks"] = [{"risk-uuid": identifier("risk", verdict.id)}]
    if verdict.outcome is Outcome.UNKNOWN:
        told["remarks"] = f"Ask: {entry.question} Answered by: {entry.document}"
    return told


def _risks(told: Iterable[Told]) -> list[dict[str, Any]]:
    return [_risk(row) for row in told if row.verdict.outcome is Outcome.NOT_MET]


def _risk(row: Told) -> dict[str, Any]:
    entry, verdict, held = row.requirement, row.verdict, row.verdict.exception
    told: dict[str, Any] = {
        "uuid": identifier("risk", verdict.id),
        "title": f"{entry.code} is not met",
        "description": escape(f"{row.system.name}: {verdict.reason}"),
        "statement": escape(entry.rationale) or escape(entry.statement) or entry.title,
        "status": "deviation-approved" if held else "open",
        **_filled("threat-ids", [{"system": "urn:pentascope:oscal:threat", "id": threat} for threat in entry.threats]),
        **({"deadline": midnight(held.expires)} if held else {}),
        **_filled("related-observations", _related(row)),
    }
    told["remediations"] = [_fix(row)]
    return told


def _fix(row: Told) -> dict[str, Any]:
    entry, verdict, held = row.requirement, row.verdict, row.verdict.exception
    if held is None:
        words = entry.fix or entry.statement or entry.title
        kind, lifecycle, title = "mitigate", "recommendation", f"Close {entry.code}"
    else:
        words = f"{held.reason} Until {held.expires}." + (f" Instead: {held.compensating}" if held.compensating else "")
        kind, lifecycle, title = "accept", "planned", f"Accepted by {held.owner}"
    return {
        "uuid": identifier("remediation", verdict.id, kind),
        "lifecycle": lifecycle,
        "title": escape(title),
        "description": escape(words),
        "props": [prop("type", kind, is_own=False)],
    }


def _item(row: Told) -> dict[str, Any]:
    entry, verdict = row.requirement, row.verdict
    words = escape(verdict.reason)
    if verdict.outcome is Outcome.UNKNOWN:
        words = f"{words} Ask: {entry.question} Answered by: {entry.document}"
    risks = [{"risk-uuid": identifier("risk", verdict.id)}] if verdict.outcome is Outcome.NOT_MET else []
    return {
        "uuid": identifier("poam-item", verdict.id),
        "title": f"{entry.code} {entry.title}",
        "description": words,
        "props": list(_facts(row)),
        **_filled("related-observations", _related(row)),
        **_filled("related-risks", risks),
        "remarks": entry.fix or entry.question,
    }


def _facts(row: Told) -> Iterator[dict[str, str]]:
    yield prop("outcome", row.verdict.outcome)
    yield prop("system", row.system.id)
    yield prop("phase", row.requirement.phase)
    yield prop("effort", row.requirement.effort)


def _nothing(result: AssessmentResult) -> dict[str, str]:
    """OSCAL demands an item; where nothing is to do, it says so."""
    return {"uuid": identifier("poam-item", "none"), "title": "Nothing to do", "description": f"No requirement was open on {result.as_of}."}
