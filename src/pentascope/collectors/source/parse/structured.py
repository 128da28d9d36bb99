"""YAML, JSON and TOML as pairs of dotted key path and scalar."""

from __future__ import annotations

from pentascope.collectors.source.parse.decoding import decode
from pentascope.collectors.source.parse.flow import Scan, scan_json
from pentascope.collectors.source.parse.tomlscan import scan_toml
from pentascope.collectors.source.parse.yamlscan import scan_yaml
from pentascope.model.unit import Unit

MAX_LINES_OF_RECORDS = 64  # lines of a JSON-lines file that are looked at
_RECORDS = (".jsonl", ".ndjson")
_TOML = (".toml", "pipfile", "poetry.lock", "uv.lock", "pdm.lock", "cargo.lock")
_JSON = (".json", ".jsonc", ".json5", ".webmanifest", ".ipynb", ".code-workspace", ".lock", ".resolved", ".eslintrc")


def scan(source: bytes, path: str) -> Scan:
    """The scalars of a file in the syntax that its name promises; YAML where it promises nothing."""
    name = path.rpartition("/")[2].lower()
    if name.endswith(_RECORDS):
        return _scan_records(source)
    text = decode(source)
    if name.endswith(_TOML):
        return scan_toml(text)
    if name.endswith(_JSON):
        return scan_json(text)
    return scan_yaml(text)


def parse(source: bytes, path: str) -> Unit:
    """A configuration file as pairs."""
    found = scan(source, path)
    return Unit(path=path, language="config", pairs=found.pairs, is_complete=found.is_complete)


def _scan_records(source: bytes) -> Scan:
    head = decode(source[:1_000_000]).split("\n", MAX_LINES_OF_RECORDS)
    found = scan_json("\n".join(head[:MAX_LINES_OF_RECORDS]))
    found.is_complete = found.is_complete and len(head) <= MAX_LINES_OF_RECORDS and len(source) <= 1_000_000
    return found
