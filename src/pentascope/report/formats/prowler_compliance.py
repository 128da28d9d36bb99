"""The matrix as a Prowler compliance file for AWS: requirements with the Prowler checks that give evidence of them.

Source: prowler-cloud/prowler 5.40, prowler/lib/check/compliance_models.py, read 2026-11-27.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from pentascope.report.formats.json import encode

if TYPE_CHECKING:
    from pentascope.model.framework import Framework
    from pentascope.model.matrix import Matrix
    from pentascope.model.requirement import Requirement

CHECK = re.compile(r"[a-z][a-z0-9]*(?:_[a-z0-9]+)+")
"""What an id of a Prowler check looks like; other tools write theirs in capitals (`BR-05`, `CKV_AWS_383`)."""


def render(matrix: Matrix, frameworks: tuple[Framework, ...], *, catalogue_version: str, **_: str) -> bytes:  # noqa: ARG001
    """The file: a requirement each, in sections by discipline. Without checks of Prowler it is manual."""
    names = {entry.id: entry.name for entry in matrix.disciplines}
    return encode({
        "Framework": "GenAI-Security-Scoping-Matrix",
        "Name": "Generative AI Security Scoping Matrix",
        "Version": catalogue_version,
        "Provider": "AWS",
        "Description": "Requirements of the five scopes and five disciplines of the AWS Generative AI Security Scoping Matrix.",
        "Requirements": [_requirement(each, names[each.discipline]) for each in matrix.requirements],
    })  # fmt: skip


def checks_of(entry: Requirement) -> tuple[str, ...]:
    """The Prowler checks that a requirement names."""
    return tuple(name for name in entry.peer_checks if CHECK.fullmatch(name))


def _requirement(entry: Requirement, section: str) -> dict[str, Any]:
    checks = checks_of(entry)
    service = {"Service": checks[0].partition("_")[0]} if checks else {}
    return {
        "Id": entry.code,
        "Name": entry.title,
        "Description": entry.statement or entry.title,
        "Attributes": [{
            "ItemId": entry.code,
            "Section": section,
            "SubSection": entry.phase.capitalize(),
            **service,
            "Type": "Automated" if checks else "Manual",
            "Comment": f"Scopes {', '.join(str(int(scope)) for scope in entry.scopes)}. {entry.question}",
        }],
        "Checks": list(checks),
    }  # fmt: skip
