"""What all OSCAL documents here share: metadata, identifiers from content, properties, back matter.

The JSON is written directly; tests read it with the models of compliance-trestle.
Source: OSCAL 1.2.1, https://pages.nist.gov/OSCAL-Reference/models/v1.2.1/, read 2026-11-27.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid5

from pentascope.report.escape import escape

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pentascope.model.framework import Framework

VERSION = "1.2.1"
NS = "urn:pentascope:oscal"
_SPACE = UUID("6f1c2a52-5c0e-5f0b-9a43-6a3f6f0d8b11")


def identifier(*words: str) -> str:
    """A UUID (version 5) of these words: the same thing has the same identifier in every document."""
    return str(uuid5(_SPACE, "\0".join(escape(word) for word in words)))


def metadata(title: str, *, day: str, version: str) -> dict[str, Any]:
    """The metadata of a document that was true on a day."""
    return {
        "title": title,
        "last-modified": midnight(day),
        "version": version,
        "oscal-version": VERSION,
        "parties": [{"uuid": identifier("party", "pentascope"), "type": "organization", "name": "Pentascope"}],
    }


def midnight(day: str) -> str:
    """The beginning of an ISO date, UTC."""
    return f"{day}T00:00:00+00:00"


def prop(name: str, value: str, *, is_own: bool = True) -> dict[str, str]:
    """A property: our own in our namespace, or one that OSCAL defines."""
    return {"name": name, **({"ns": NS} if is_own else {}), "value": " ".join(escape(value).split()) or "-"}


def control(code: str) -> str:
    """The id of a requirement as a control."""
    return code.lower()


def resources(frameworks: Iterable[Framework]) -> list[dict[str, Any]]:
    """The editions that requirements refer to."""
    return [
        {
            "uuid": identifier("framework", each.id, each.edition),
            "title": f"{each.title} {each.edition}",
            "props": [prop("edition", each.edition), prop("licence", each.licence)],
            "citation": {"text": f"{each.publisher}: {each.title}, {each.edition}, read {each.read.isoformat()}"},
            "rlinks": [{"href": each.url}],
        }
        for each in frameworks
    ]
