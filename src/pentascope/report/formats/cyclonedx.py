"""The result as a CycloneDX 1.7 ML-BOM: models, libraries, data sets, AI products; hosted providers as services.

`cyclonedx-python-lib` knows schema 1.7 but neither `modelCard` nor its data sets, so these are laid into the finished
document; the whole is valid against the strict 1.7 JSON schema.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, datetime
from hashlib import blake2b
from typing import Any
from uuid import NAMESPACE_URL, uuid5

import msgspec
from cyclonedx.model import Property
from cyclonedx.model.bom import Bom, BomMetaData
from cyclonedx.model.component import Component, ComponentType
from cyclonedx.model.component_evidence import ComponentEvidence, Occurrence
from cyclonedx.model.contact import OrganizationalEntity
from cyclonedx.model.service import Service
from cyclonedx.model.tool import ToolRepository
from cyclonedx.output.json import JsonV1Dot7
from packageurl import PackageURL

from pentascope.model.evidence import Evidence, FactKind
from pentascope.model.matrix import Matrix
from pentascope.model.scoping import Component as Use
from pentascope.model.scoping import ScanResult, System
from pentascope.report.escape import encodable, escape, escape_json
from pentascope.report.view import place
from pentascope.report.words import product_name

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_SELF_HOSTED = frozenset({"huggingface", "llama_cpp", "ollama", "vllm"})
_PURL_TYPES = {
    "cargo": "cargo", "composer": "composer", "conan": "conan", "gem": "gem", "go": "golang", "maven": "maven",
    "npm": "npm", "nuget": "nuget", "pub": "pub", "pypi": "pypi", "swift": "swift",
}  # fmt: skip
_EXACT = re.compile(r"^(?:===?)?v?([0-9][0-9A-Za-z.+_-]*)$")


class _Found(msgspec.Struct, frozen=True, kw_only=True):
    """One thing to list, with all that was seen of it."""

    ref: str
    name: str
    lines: tuple[Evidence, ...]
    uses: tuple[tuple[System, Use], ...] = ()


def render(result: ScanResult, *, matrix: Matrix | None = None) -> bytes:  # noqa: ARG001
    """The ML-BOM as UTF-8 JSON; `matrix` is not needed and may be left out.

    No timestamp; the serial number is derived from the content.
    """
    models = _models(result)
    bom = Bom(metadata=_metadata(result), version=1)
    bom.components.update(_model(found) for found in models)
    bom.components.update(_libraries(result))
    bom.components.update(_by_value(result, FactKind.DATASET, ComponentType.DATA, "dataset"))
    bom.components.update(_assistants(result))
    bom.services.update(_services(result))
    subject = bom.metadata.component
    assert subject is not None
    bom.register_dependency(subject, [*bom.components, *bom.services])
    bom.serial_number = uuid5(NAMESPACE_URL, _digest(result))
    return _finish(bom, models)


def _finish(bom: Bom, models: tuple[_Found, ...]) -> bytes:
    document = msgspec.json.decode(JsonV1Dot7(bom).output_as_string())
    document["metadata"].pop("timestamp", None)
    cards = {found.ref: card for found in models if (card := _model_card(found, document))}
    for component in document.get("components", ()):
        if component["bom-ref"] in cards:
            component["modelCard"] = cards[component["bom-ref"]]
    head = {key: document.pop(key) for key in ("$schema", "bomFormat", "specVersion", "serialNumber", "version", "metadata")}
    told = msgspec.json.format(msgspec.json.encode(head | document), indent=2).decode()
    return escape_json(told).encode() + b"\n"


def _digest(result: ScanResult) -> str:
    words = encodable(repr(msgspec.to_builtins(result)))
    return f"urn:pentascope:scan:{blake2b(words.encode(), digest_size=16).hexdigest()}"


def _metadata(result: ScanResult) -> BomMetaData:
    summary = result.summary
    tool = Component(name="pentascope", version=escape(result.tool_version), type=ComponentType.APPLICATION, bom_ref="pentascope")
    subject = Component(
        name=escape(result.target),
        version=None if result.revision is None else escape(result.revision),
        type=ComponentType.APPLICATION,
        bom_ref="target",
    )
    told = [("scope", str(scope)) for scope in summary.scopes]
    told += [("catalogue-version", result.catalogue_version), ("files-read", str(result.coverage.files_read))]
    if summary.agentic_scope is not None:
        told.append(("agentic-scope", str(summary.agentic_scope)))
    tools = ToolRepository(components=[tool])
    return BomMetaData(tools=tools, component=subject, timestamp=_EPOCH, properties=_properties(told))


def _models(result: ScanResult) -> tuple[_Found, ...]:
    lines: dict[str, list[Evidence]] = {escape(name): [] for name in result.summary.models}
    for line in result.evidence:
        if line.kind is FactKind.MODEL and line.value:
            lines.setdefault(escape(line.value), []).append(line)
    uses: dict[str, list[tuple[System, Use]]] = {}
    for system in result.systems:
        for use in system.components:
            for name in use.models:
                lines.setdefault(escape(name), [])
                uses.setdefault(escape(name), []).append((system, use))
    index = {line.id: line for line in result.evidence}
    return tuple(
        _Found(ref=f"model:{name}", name=name, lines=_seen(lines[name], uses.get(name, []), index), uses=tuple(uses.get(name, [])))
        for name in sorted(lines)
        if name
    )


def _seen(own: list[Evidence], uses: list[tuple[System, Use]], index: dict[str, Evidence]) -> tuple[Evidence, ...]:
    cited = [index[key] for _, use in uses for key in use.evidence if key in index]
    return tuple({line.id: line for line in (*own, *cited)}.values())


def _model(found: _Found) -> Component:
    told = [("scope", str(int(use.scope))) for _, use in found.uses]
    told += [("use", use.kind) for _, use in found.uses]
    told += [("provider", use.provider) for _, use in found.uses if use.provider]
    told += [("system", system.name) for system, _ in found.uses]
    vendors = sorted({vendor for _, use in found.uses for vendor in use.vendors})
    return Component(
        name=found.name,
        type=ComponentType.MACHINE_LEARNING_MODEL,
        bom_ref=found.ref,
        supplier=OrganizationalEntity(name=escape(product_name(vendors[0]))) if len(vendors) == 1 else None,
        properties=_properties(told),
        evidence=_evidence(found.lines),
    )


def _model_card(found: _Found, document: dict[str, Any]) -> dict[str, Any] | None:
    """What is known of a model: the data sets of the systems that tune or train it."""
    roots = [system.root for system, use in found.uses if use.kind in ("tuned-model", "trained-model")]
    data = [
        component["bom-ref"]
        for component in document.get("components", ())
        if component["type"] == "data" and _is_below(component, roots)
    ]
    return {"modelParameters": {"datasets": [{"ref": ref} for ref in data]}} if data else None


def _is_below(component: dict[str, Any], roots: list[str]) -> bool:
    places = [each["location"] for each in component.get("evidence", {}).get("occurrences", ())]
    return any(root == "." or path.startswith(escape(root) + "/") for root in roots for path in places)


def _libraries(result: ScanResult) -> Iterable[Component]:
    found: dict[tuple[str, str], list[Evidence]] = {}
    for line in result.evidence:
        if line.kind is FactKind.DEPENDENCY:
            key = line.attribute("ecosystem") or "", line.attribute("name") or line.subject
            found.setdefault((escape(key[0]), escape(key[1])), []).append(line)
    for (ecosystem, name), lines in sorted(found.items()):
        version = _version(lines)
        ref = f"library:{ecosystem}:{name}"
        yield Component(
            name=name,
            version=version,
            type=ComponentType.LIBRARY,
            bom_ref=ref,
            purl=_purl(ecosystem, name, version),
            properties=_properties(("declared", line.value) for line in lines if line.value),
            evidence=_evidence(lines),
        )


def _version(lines: list[Evidence]) -> str | None:
    """The version, where all declarations pin the same one."""
    declared = {(line.value or "").rpartition("@")[2] if "@" in (line.value or "") else "" for line in lines}
    exact = {match[1] for words in declared if (match := _EXACT.match(words))}
    return exact.pop() if len(exact) == 1 and len(declared) == 1 else None


def _purl(ecosystem: str, name: str, version: str | None) -> PackageURL | None:
    kind = _PURL_TYPES.get(ecosystem)
    separator = ":" if ecosystem == "maven" else "/"
    namespace, _, bare = name.rpartition(separator)
    if kind is None:
        return None
    try:
        return PackageURL(kind, namespace or None, bare, version)
    except ValueError:  # the name is no package name of its ecosystem
        return None


def _by_value(result: ScanResult, kind: FactKind, component: ComponentType, prefix: str) -> Iterable[Component]:
    found: dict[str, list[Evidence]] = {}
    for line in result.evidence:
        if line.kind is kind:
            found.setdefault(escape(line.value or line.subject), []).append(line)
    for name, lines in sorted(found.items()):
        ref = f"{prefix}:{name}"
        yield Component(name=name, type=component, bom_ref=ref, evidence=_evidence(lines))


def _assistants(result: ScanResult) -> Iterable[Component]:
    found: dict[str, list[Evidence]] = {}
    for line in result.evidence:
        if line.kind in (FactKind.ASSISTANT, FactKind.ENTERPRISE_APP, FactKind.CONSUMER_SESSION):
            found.setdefault(escape(line.subject), []).append(line)
    for subject, lines in sorted(found.items()):
        ref = f"product:{subject}"
        told = [("scope", "1" if lines[0].kind is FactKind.CONSUMER_SESSION else "2"), ("use", lines[0].kind)]
        name = escape(product_name(subject))
        evidence = _evidence(lines)
        yield Component(name=name, type=ComponentType.APPLICATION, bom_ref=ref, properties=_properties(told), evidence=evidence)


def _services(result: ScanResult) -> Iterable[Service]:
    for provider in sorted({*result.summary.providers} - _SELF_HOSTED, key=escape):
        name = escape(product_name(provider))
        lines = [line for line in result.evidence if line.subject == provider and line.kind in (FactKind.INFERENCE, FactKind.EMBEDDING)]
        told = [("provider", provider), *(("evidence", place(line)) for line in lines)]
        yield Service(name=name, bom_ref=f"service:{escape(provider)}", properties=_properties(told))


def _evidence(lines: Iterable[Evidence]) -> ComponentEvidence | None:
    places = {(line.path, line.line): line for line in lines}
    occurrences = [
        Occurrence(location=escape(line.path), line=line.line, additional_context=escape(line.excerpt) or None)
        for line in places.values()
    ]
    return ComponentEvidence(occurrences=occurrences) if occurrences else None


def _properties(told: Iterable[tuple[str, str]]) -> list[Property]:
    return [Property(name=f"pentascope:{name}", value=escape(value)) for name, value in told]
