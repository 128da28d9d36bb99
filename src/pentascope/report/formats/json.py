"""The whole result as JSON: every key always in the same place, every byte the same for the same result."""

from __future__ import annotations

from typing import Any

import msgspec

from pentascope.model.evidence import Evidence
from pentascope.model.matrix import Matrix
from pentascope.model.scoping import ScanResult
from pentascope.report.escape import encodable, escape_json


def render(result: ScanResult, *, matrix: Matrix | None = None) -> bytes:  # noqa: ARG001
    """The result as UTF-8 JSON with evidence in its order of place; `matrix` is not needed and may be left out."""
    return encode(scan_document(result))


def scan_document(result: ScanResult) -> dict[str, Any]:
    """The result as plain values, each line of evidence with its id."""
    ordered = msgspec.structs.replace(result, evidence=tuple(sorted(result.evidence, key=_order)))
    document: dict[str, Any] = msgspec.to_builtins(ordered)
    for told, line in zip(document["evidence"], ordered.evidence, strict=True):
        told["id"] = line.id
    return document


def encode(document: dict[str, Any]) -> bytes:
    """Plain values as UTF-8 JSON that is safe to show, whatever bytes the scanned names hold."""
    try:
        compact = msgspec.json.encode(document)
    except UnicodeEncodeError:
        compact = msgspec.json.encode(_encodable(document))
    return escape_json(msgspec.json.format(compact, indent=2).decode()).encode() + b"\n"


def json_schema() -> bytes:
    """The published JSON Schema of what `render` gives, made from the records."""
    return schema_of(ScanResult, "urn:pentascope:schema:scan:1", "Pentascope scan result")


def schema_of(record: type[msgspec.Struct], name: str, title: str) -> bytes:
    """The JSON Schema of a record that holds evidence."""
    (reference,), definitions = msgspec.json.schema_components([record], ref_template="#/$defs/{name}")
    definitions["Evidence"]["properties"]["id"] = {"type": "string", "pattern": "^[0-9a-f]{12}$"}
    definitions["Evidence"]["required"].append("id")
    schema = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": name,
        "title": title,
        **reference,
        "$defs": definitions,
    }
    return msgspec.json.format(msgspec.json.encode(schema, order="deterministic"), indent=2) + b"\n"


def _order(line: Evidence) -> tuple[str, int, str, str, int, str, str]:
    return line.path, line.line, line.kind, line.subject, line.column, line.signature, line.value or ""


def _encodable(value: Any) -> Any:  # noqa: ANN401
    """JSON as it is, with undecodable bytes in strings made visible. Depth is that of the records."""
    if isinstance(value, str):
        return encodable(value)
    if isinstance(value, dict):
        return {key: _encodable(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_encodable(item) for item in value]
    return value
