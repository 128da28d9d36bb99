"""The matrix as an OSCAL catalogue, and its cross-walks as an OSCAL mapping collection."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pentascope.report.formats.json import encode
from pentascope.report.formats.oscal import NS, control, identifier, metadata, prop, resources

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pentascope.model.framework import Framework
    from pentascope.model.matrix import Matrix
    from pentascope.model.requirement import Requirement

_METHODS = {"attestation": "INTERVIEW", "code": "EXAMINE", "iac": "EXAMINE", "api": "TEST", "logs": "EXAMINE"}


def render_catalog(matrix: Matrix, frameworks: tuple[Framework, ...], *, catalogue_version: str, **_: str) -> bytes:
    """The catalogue: a group a discipline, a control a requirement."""
    groups = [
        {
            "id": entry.id,
            "title": entry.name,
            "props": [prop("label", entry.code, is_own=False)],
            "controls": [_control(each, frameworks) for each in matrix.requirements if each.discipline == entry.id],
        }
        for entry in matrix.disciplines
    ]
    document = {
        "uuid": identifier("catalog", catalogue_version),
        "metadata": metadata("Generative AI Security Scoping Matrix", day=_day(frameworks), version=catalogue_version),
        "groups": groups,
        "back-matter": {"resources": resources(frameworks)},
    }
    return encode({"catalog": document})


def render_mapping(matrix: Matrix, frameworks: tuple[Framework, ...], *, catalogue_version: str, **_: str) -> bytes:
    """The cross-walks: a mapping a framework, a map a reference. A reference says that the two meet, and no more."""
    document = {
        "uuid": identifier("mapping-collection", catalogue_version),
        "metadata": metadata("Cross-walks of the Generative AI Security Scoping Matrix", day=_day(frameworks), version=catalogue_version),
        "provenance": {
            "method": "human",
            "matching-rationale": "semantic",
            "status": "complete",
            "mapping-description": "Each requirement names the rows of other frameworks that it bears on.",
        },
        "mappings": [
            {
                "uuid": identifier("mapping", each.id, each.edition),
                "source-resource": {"type": "catalog", "href": f"#{identifier('catalog', catalogue_version)}"},
                "target-resource": {"type": "catalog", "href": f"#{identifier('framework', each.id, each.edition)}"},
                "maps": maps,
            }
            for each in frameworks
            if (maps := list(_maps(each, matrix.requirements)))
        ],
        "back-matter": {"resources": [_own(catalogue_version), *resources(frameworks)]},
    }
    return encode({"mapping-collection": document})


def _own(version: str) -> dict[str, Any]:
    return {
        "uuid": identifier("catalog", version),
        "title": "Generative AI Security Scoping Matrix",
        "description": "The catalogue that `pentascope matrix --format oscal-catalog` writes.",
    }


def _maps(framework: Framework, requirements: Iterable[Requirement]) -> Iterator[dict[str, Any]]:
    titles = {framework.reference(row): row for row in framework.rows}
    for entry in requirements:
        for reference in dict.fromkeys((*entry.threats, *entry.crosswalk)):
            if reference in titles:
                yield {
                    "uuid": identifier("map", entry.code, reference),
                    "relationship": "intersects-with",
                    "sources": [{"type": "control", "id-ref": control(entry.code)}],
                    "targets": [{"type": "control", "id-ref": titles[reference].id}],
                    "remarks": titles[reference].title,
                }


def _control(entry: Requirement, frameworks: tuple[Framework, ...]) -> dict[str, Any]:
    key = control(entry.code)
    told: dict[str, Any] = {
        "id": key,
        "title": entry.title,
        "props": [prop("label", entry.code, is_own=False), prop("sort-id", key, is_own=False), *_props(entry)],
        "parts": list(_parts(entry, key)),
    }
    if links := list(_links(entry, frameworks)):
        told["links"] = links
    return told


def _props(entry: Requirement) -> Iterator[dict[str, str]]:
    yield prop("id", entry.id)
    for scope in entry.scopes:
        yield prop("scope", str(int(scope)))
    yield prop("phase", entry.phase)
    yield prop("effort", entry.effort)
    yield prop("origin", entry.origin)
    for condition in entry.conditions:
        yield prop("condition", condition)
    if entry.applies_when:
        yield prop("applies-when", entry.applies_when)
    yield prop("valid-days", str(entry.valid_days))


def _parts(entry: Requirement, key: str) -> Iterator[dict[str, Any]]:
    yield {"id": f"{key}_smt", "name": "statement", "prose": entry.statement or entry.title}
    prose = "\n\n".join(text for text in (entry.rationale, entry.fix) if text)
    if prose:
        yield {"id": f"{key}_gdn", "name": "guidance", "prose": prose}
    yield {"id": f"{key}_obj", "name": "assessment-objective", "prose": entry.question}
    for number, proof in enumerate(entry.proofs, start=1):
        yield {
            "id": f"{key}_asm-{number}",
            "name": "assessment-method",
            "props": [prop("method", _METHODS[proof.method], is_own=False), prop("proof", proof.method)],
            "parts": [{"name": "assessment-objects", "prose": proof.look}],
        }
    yield {"id": f"{key}_doc", "name": "document", "ns": NS, "prose": entry.document}


def _links(entry: Requirement, frameworks: tuple[Framework, ...]) -> Iterator[dict[str, str]]:
    for reference in dict.fromkeys((*entry.threats, *entry.crosswalk)):
        head, _, row = reference.rpartition(":")
        for each in frameworks:
            if head == f"{each.id}:{each.edition}":
                target = identifier("framework", each.id, each.edition)
                yield {"href": f"#{target}", "rel": "related", "text": reference, "resource-fragment": row}


def _day(frameworks: tuple[Framework, ...]) -> str:
    """The last day on which something that the catalogue refers to was read."""
    return max((each.read.isoformat() for each in frameworks), default="1970-01-01")
