"""The published JSON Schemas of `pentascope.toml` and of a policy, made from the records."""

from __future__ import annotations

import msgspec

from pentascope.model.declaration import DeclarationFile, Policy


def declarations_schema() -> bytes:
    """The schema of `pentascope.toml`, for editors and for whoever writes one by machine."""
    return _schema(DeclarationFile, "declarations", "Pentascope declarations (pentascope.toml)")


def policy_schema() -> bytes:
    """The schema of what an organisation demands of people's word."""
    return _schema(Policy, "policy", "Pentascope policy")


def _schema(record: type[msgspec.Struct], name: str, title: str) -> bytes:
    (reference,), definitions = msgspec.json.schema_components([record], ref_template="#/$defs/{name}")
    if "Range" in definitions:  # a plain number is a range of equal ends
        definitions["Range"] = {"anyOf": [{"type": "number", "exclusiveMinimum": 0}, definitions["Range"]]}
    schema = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"urn:pentascope:schema:{name}:1",
        "title": title,
        **reference,
        "$defs": definitions,
    }
    return msgspec.json.format(msgspec.json.encode(schema, order="deterministic"), indent=2) + b"\n"
