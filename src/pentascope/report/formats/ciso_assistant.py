"""The matrix as a framework library of CISO Assistant. JSON is YAML, so the file is written as JSON.

Source: intuitem/ciso-assistant-community f990d7b (2026-08-08), backend/core/models.py and backend/library, read 2026-11-27.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from pentascope.report.formats.json import encode

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pentascope.model.framework import Framework
    from pentascope.model.matrix import DisciplineEntry, Matrix
    from pentascope.model.requirement import Requirement

_ID = "genai-security-scoping-matrix"
_NODE = f"urn:pentascope:risk:req_node:{_ID}"
_NAME = "Generative AI Security Scoping Matrix"


def render(matrix: Matrix, frameworks: tuple[Framework, ...], *, catalogue_version: str, tool_version: str) -> bytes:  # noqa: ARG001
    """The library: a section a discipline, a node a requirement, an implementation group a scope."""
    words = f"Requirements of the five scopes and five disciplines; Pentascope catalogue {catalogue_version}."
    library = {
        "urn": f"urn:pentascope:risk:library:{_ID}",
        "locale": "en",
        "ref_id": _ID,
        "name": _NAME,
        "description": words,
        "copyright": "Apache-2.0",
        "version": _version(tool_version),
        "provider": "Pentascope",
        "packager": "pentascope",
        "objects": {
            "framework": {
                "urn": f"urn:pentascope:risk:framework:{_ID}",
                "ref_id": _ID,
                "name": _NAME,
                "description": words,
                "implementation_groups_definition": [
                    {"ref_id": f"S{int(entry.scope)}", "name": f"Scope {int(entry.scope)}: {entry.name}", "description": entry.label}
                    for entry in matrix.scopes
                ],
                "requirement_nodes": [node for entry in matrix.disciplines for node in _nodes(entry, matrix)],
            }
        },
    }
    return encode(library)


def _version(release: str) -> int:
    """A number that grows with each release: CISO Assistant takes a library again only where its number is higher."""
    major, minor, patch = (int(re.findall(r"\d+", part)[0]) for part in release.split(".")[:3])
    return major * 1_000_000 + minor * 1_000 + patch


def _nodes(entry: DisciplineEntry, matrix: Matrix) -> Iterator[dict[str, Any]]:
    parent = f"{_NODE}:{entry.code.lower()}"
    yield {"urn": parent, "assessable": False, "depth": 1, "ref_id": entry.code, "name": entry.name, "description": entry.label}
    for each in matrix.requirements:
        if each.discipline == entry.id:
            yield _node(each, parent)


def _node(entry: Requirement, parent: str) -> dict[str, Any]:
    urn = f"{_NODE}:{entry.code.lower()}"
    when = f"\nApplies when: {entry.applies_when}." if entry.applies_when else ""
    return {
        "urn": urn,
        "assessable": True,
        "depth": 2,
        "parent_urn": parent,
        "ref_id": entry.code,
        "name": entry.title,
        "description": f"{entry.statement or entry.title}{when}",
        "annotation": "\n".join(text for text in (entry.rationale, entry.fix) if text) or entry.question,
        "typical_evidence": entry.document,
        "implementation_groups": [f"S{int(scope)}" for scope in entry.scopes],
        "questions": {
            f"{urn}:question:1": {
                "type": "unique_choice",
                "text": entry.question,
                "choices": [
                    {"urn": f"{urn}:question:1:choice:1", "value": "Yes"},
                    {"urn": f"{urn}:question:1:choice:2", "value": "No"},
                ],
            }
        },
    }
