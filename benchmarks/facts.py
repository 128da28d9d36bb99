"""Scans trees and tells which of many single facts were found in the right file: `facts.py TREES [FACTS.yaml]`.

TREES holds one folder a repository, named `owner+name`, at the commit that the facts name. A fact is found when one line
of evidence in the same file is of its kind and holds its value (in value, subject or a provider attribute; a prompt or a
tool also by the words of its line).
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import yaml

IN_PARALLEL = 2
TIMEOUT_S = 600
FAMILIES: dict[str, frozenset[str]] = {
    "provider": frozenset({"inference", "serving", "embedding"}),
    "resource": frozenset({"infrastructure"}),
    "retrieval": frozenset({"retrieval", "vector-store"}),
    "serving": frozenset({"serving", "inference"}),
    "tuning": frozenset({"tuning", "training"}),
}
"""Kinds of evidence that speak for a kind of fact; every other kind speaks for itself alone."""
BY_WORDS = frozenset({"prompt", "tool", "agent", "mcp-client", "mcp-server"})


def evidence_of(command: str, tree: Path, cache: str) -> list[dict[str, Any]]:
    """The lines of evidence of one tree's JSON report."""
    environment = os.environ | {"XDG_CACHE_HOME": cache}
    words = [command, "scan", str(tree.resolve()), "--format", "json"]
    ended = subprocess.run(words, capture_output=True, timeout=TIMEOUT_S, check=False, env=environment)
    lines: list[dict[str, Any]] = json.loads(ended.stdout)["evidence"]
    return lines


def is_found(kind: str, value: str | None, lines: list[dict[str, Any]]) -> bool:
    """Whether one of the lines of a file says this fact."""
    spoken = [line for line in lines if line["kind"] in FAMILIES.get(kind, frozenset({kind}))]
    return any(value is None or value.lower() in _words(kind, line) for line in spoken)


def _words(kind: str, line: dict[str, Any]) -> str:
    words = [line.get("value") or "", line["subject"], *(str(pair[1]) for pair in line.get("attributes", ()))]
    if kind in BY_WORDS:
        words.append(line.get("excerpt") or "")
    return "\n".join(words).lower()


def main(words: list[str] | None = None) -> int:
    """Print recall by kind and by repository, and what was missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("trees", type=Path)
    parser.add_argument("facts", type=Path, nargs="?", default=Path(__file__).with_name("facts.yaml"))
    parser.add_argument("--command", default="pentascope")
    options = parser.parse_args(words)
    entries = yaml.safe_load(options.facts.read_text())["repositories"]
    present = [entry for entry in entries if (options.trees / entry["repo"].replace("/", "+")).is_dir()]
    with tempfile.TemporaryDirectory(prefix="pentascope-facts-") as cache, ThreadPoolExecutor(IN_PARALLEL) as pool:
        folders = [options.trees / entry["repo"].replace("/", "+") for entry in present]
        reports = list(pool.map(lambda folder: evidence_of(options.command, folder, cache), folders))
    _report(present, reports)
    return 0 if len(present) == len(entries) else 1


def _report(entries: list[dict[str, Any]], reports: list[list[dict[str, Any]]]) -> None:
    by_kind: dict[str, list[bool]] = defaultdict(list)
    by_repo: dict[str, list[bool]] = defaultdict(list)
    for entry, lines in zip(entries, reports, strict=True):
        in_file = defaultdict(list)
        for line in lines:
            in_file[line["path"]].append(line)
        for file, kind, value in entry["facts"]:
            found = is_found(kind, value, in_file[file])
            by_kind[kind].append(found)
            by_repo[entry["repo"]].append(found)
            if not found:
                sys.stdout.write(f"missed {entry['repo']} {file} {kind} {value or ''}\n")
    for table in (by_repo, by_kind, {"all": [one for hits in by_kind.values() for one in hits]}):
        for name, hits in sorted(table.items()):
            sys.stdout.write(f"{name:45} {sum(hits):4} of {len(hits):4}  {sum(hits) / len(hits):.3f}\n")


if __name__ == "__main__":
    sys.exit(main())
