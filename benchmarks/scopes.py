"""Scans labelled trees and scores what comes out: `scopes.py TREES LABELS.yaml [--predictions OUT.json]`.

TREES holds one folder a repository, named `owner+name`. Labels stay outside of this repository.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import yaml

from score import misses, score, table

IN_PARALLEL = 2
TIMEOUT_S = 300


class ScanFailedError(RuntimeError):
    """The scan of one tree ended without a report."""


def scan_summary(command: str, tree: Path, cache: str) -> dict[str, Any]:
    """The `summary` of one scan's JSON report. Raises: ScanFailedError."""
    words = [command, "scan", str(tree), "--format", "json"]
    environment = os.environ | {"XDG_CACHE_HOME": cache}
    ended = subprocess.run(words, capture_output=True, timeout=TIMEOUT_S, check=False, env=environment)
    try:
        summary: dict[str, Any] = json.loads(ended.stdout)["summary"]
    except (ValueError, KeyError) as error:
        said = ended.stderr.decode(errors="replace").strip().partition("\n")[0]
        raise ScanFailedError(f"{tree.name}: exit {ended.returncode}, no report: {said}") from error
    return summary


def predict(command: str, trees: Path, repos: list[str]) -> tuple[dict[str, Any], list[str]]:
    """The summaries by repository, and what went wrong."""
    present = [repo for repo in repos if (trees / repo.replace("/", "+")).is_dir()]
    faults = [f"{repo}: no such folder in {trees}" for repo in repos if repo not in present]
    found: dict[str, Any] = {}
    with tempfile.TemporaryDirectory(prefix="pentascope-scopes-") as cache, ThreadPoolExecutor(IN_PARALLEL) as pool:
        jobs = {repo: pool.submit(scan_summary, command, trees / repo.replace("/", "+"), cache) for repo in present}
        for repo, job in jobs.items():
            try:
                found[repo] = job.result()
            except (ScanFailedError, subprocess.TimeoutExpired) as error:
                faults.append(str(error))
    return found, faults


def main(words: list[str] | None = None) -> int:
    """Scan, write the predictions, print the score."""
    args = _arguments(words)
    rows = yaml.safe_load(args.labels.read_text())["repos"]
    started = time.perf_counter()
    predictions, faults = predict(args.command, args.trees, [row["repo"] for row in rows])
    duration_s = time.perf_counter() - started
    content = json.dumps(predictions, indent=1, sort_keys=True) + "\n"
    if args.predictions:
        args.predictions.write_text(content)
    print(f"{len(predictions)} trees scanned in {duration_s:.1f} s, {IN_PARALLEL} at a time")
    for fault in faults:
        print(f"  {fault}", file=sys.stderr)
    if args.scorer:
        if not args.predictions:
            print("--scorer needs --predictions", file=sys.stderr)
            return 2
        return subprocess.run([sys.executable, str(args.scorer), str(args.labels), str(args.predictions)], check=False).returncode
    result = score(rows, predictions)
    print(table(result))
    if not args.quiet:
        print(misses(result))
    return 1 if faults else 0


def _arguments(words: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("trees", type=Path)
    parser.add_argument("labels", type=Path)
    parser.add_argument("--predictions", type=Path, metavar="OUT.json", help="also write what was predicted")
    parser.add_argument("--scorer", type=Path, metavar="PATH", help="score with another script that takes LABELS PREDICTIONS")
    parser.add_argument("--quiet", action="store_true", help="the table only, not each miss")
    beside = Path(sys.executable).with_name("pentascope")
    default = str(beside) if beside.exists() else shutil.which("pentascope") or "pentascope"
    parser.add_argument("--command", default=default, help="the pentascope to run (default: %(default)s)")
    return parser.parse_args(words)


if __name__ == "__main__":
    sys.exit(main())
