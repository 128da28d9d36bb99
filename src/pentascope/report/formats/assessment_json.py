"""An assessment as JSON: the scan, every verdict with its grounds, and the roll-ups with score and coverage."""

from __future__ import annotations

from typing import Any

import msgspec

from pentascope.model.matrix import Matrix
from pentascope.model.posture import AssessmentResult, Tally
from pentascope.report.formats.json import encode, scan_document, schema_of

_DERIVED = ("outcome", "score_pct", "coverage_pct")


def render(result: AssessmentResult, *, matrix: Matrix | None = None) -> bytes:  # noqa: ARG001
    """The assessment as UTF-8 JSON; `matrix` is not needed and may be left out."""
    document: dict[str, Any] = msgspec.to_builtins(result, enc_hook=None)
    document["scan"] = scan_document(result.scan)
    for told, verdict in zip(document["verdicts"], result.verdicts, strict=True):
        told["id"] = verdict.id
    _derive(document["posture"], result.posture)
    return encode(document)


def json_schema() -> bytes:
    """The published JSON Schema of what `render` gives, made from the records."""
    schema = msgspec.json.decode(schema_of(AssessmentResult, "urn:pentascope:schema:assessment:1", "Pentascope assessment"))
    definitions = schema["$defs"]
    definitions["Verdict"]["properties"]["id"] = {"type": "string"}
    definitions["Verdict"]["required"].append("id")
    share = {"anyOf": [{"type": "integer", "minimum": 0, "maximum": 100}, {"type": "null"}]}
    tally = definitions["Tally"]
    tally["properties"] |= {"outcome": {"$ref": "#/$defs/Outcome"}, "score_pct": share, "coverage_pct": share}
    tally["required"] = [*tally.get("required", ()), *_DERIVED]
    return msgspec.json.format(msgspec.json.encode(schema, order="deterministic"), indent=2) + b"\n"


def _derive(told: Any, record: object) -> None:  # noqa: ANN401 - walks plain values beside their records
    """Add to every tally what follows from its counts, so that a reader need not know the rule."""
    if isinstance(record, Tally):
        told |= {name: getattr(record, name) for name in _DERIVED}
        told["outcome"] = record.outcome.value
    elif isinstance(record, msgspec.Struct):
        for name in record.__struct_fields__:
            if name in told:
                _derive(told[name], getattr(record, name))
    elif isinstance(record, tuple):
        for part, inner in zip(told, record, strict=True):
            _derive(part, inner)
