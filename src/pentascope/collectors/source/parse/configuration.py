"""YAML, JSON and TOML files of any kind: pairs, and what their content says they are."""

from __future__ import annotations

from pentascope.collectors.source.parse import cloudformation, extension, flows, kubernetes, structured
from pentascope.collectors.source.parse.pairing import add_env
from pentascope.model.unit import Pair, Unit

_TABLES = frozenset(("env", "environment", "variables", "vars", "env_variables"))


def parse(source: bytes, path: str) -> Unit:
    """A YAML, JSON or TOML file; one of a known kind also gives its resources, images, commands and nodes."""
    found = structured.scan(source, path)
    unit = Unit(path=path, language="config", pairs=found.pairs, is_complete=found.is_complete)
    lowered = path.lower()
    pairs = unit.pairs
    if not pairs or lowered.endswith((".jsonl", ".ndjson", ".toml")):
        return unit
    name = lowered.rpartition("/")[2]
    if b"apiVersion" in source and any(kubernetes.is_kubernetes(document) for document in found.documents):
        kubernetes.read_kubernetes(found, unit)
    elif (b"AWS::" in source or b"AWSTemplate" in source) and cloudformation.is_template(pairs):
        cloudformation.read_template(pairs, unit)
    elif b"deploymentTemplate.json" in source and cloudformation.is_arm(pairs):
        cloudformation.read_arm(pairs, unit)
    elif name.startswith(("serverless.", "pulumi.")):
        (cloudformation.read_pulumi if name[0] == "p" else cloudformation.read_serverless)(pairs, unit)
    elif name.startswith("values") or "/values/" in lowered or "helm" in lowered:
        kubernetes.read_values(pairs, unit)
    elif _reads_flow(source, unit) or (b"ervers" in source and extension.read_servers(pairs, unit)):
        return unit
    elif b"env" in source or b"variables" in source or b"vars" in source:
        _read_variables(pairs, unit)
    return unit


def _reads_flow(source: bytes, unit: Unit) -> bool:
    return (b"nodes" in source or b'"wires"' in source) and flows.read(unit.pairs, unit)


def _read_variables(pairs: list[Pair], unit: Unit) -> None:
    """Tables of environment variables, which stand in files of any name."""
    for pair in pairs:
        head, _, name = pair.path.rpartition(".")
        if name.isupper() and head.rpartition(".")[2].lower() in _TABLES:
            add_env(unit, name, pair.value, pair)
