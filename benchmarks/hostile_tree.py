"""A million files, walked: how long, and how much memory.

    ./run tool python benchmarks/hostile_tree.py [--files 1000000] [--folder FOLDER] [--scan]

Builds the hostile tree of the test-suite with that many small files in it (below FOLDER, else in a temporary folder
that is removed), lists it, reads it, and prints seconds and megabytes. `--scan` also runs the whole scan.
"""

from __future__ import annotations

import argparse
import resource
import sys
import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TypeVar

sys.path.insert(0, str(Path(__file__).parents[1]))

from tests.hostile.tree import build, release

from pentascope.collectors.source.directory import DirectoryTree
from pentascope.model.evidence import Skipped

READ_LIMIT_BYTES = 2_000_000
Result = TypeVar("Result")


def main() -> int:
    """Build, measure, remove."""
    parser = argparse.ArgumentParser(description="Walk and read a very large hostile tree.")
    parser.add_argument("--files", type=int, default=1_000_000, help="how many small files")
    parser.add_argument("--folder", type=Path, default=None, help="where to build (default: a temporary folder)")
    parser.add_argument("--scan", action="store_true", help="run the whole scan too")
    words = parser.parse_args()
    with TemporaryDirectory(dir=words.folder) as folder:
        hostile = timed("build", lambda: build(Path(folder) / "h", small_files=words.files))
        walk_and_read(hostile.root)
        if words.scan:
            from pentascope.app.scan import scan

            result = timed("scan", lambda: scan(hostile.root, use_cache=False))
            print(f"{len(result.evidence):>12,} lines of evidence")
        print(f"{'executed' if hostile.canary.exists() else 'nothing was executed':>32}")
        release(hostile)
        return int(hostile.canary.exists())


def walk_and_read(root: Path) -> None:
    """Measure both; the list of files is gone afterwards."""
    tree = timed("walk", lambda: DirectoryTree(root))
    print(f"{len(tree.files):>12,} files, {len(tree.skipped):,} skipped")
    timed("read", lambda: read_all(tree))


def timed(name: str, work: Callable[[], Result]) -> Result:
    """Do it, and print seconds and the peak of memory so far."""
    started_s = time.perf_counter()
    result = work()
    elapsed_s = time.perf_counter() - started_s
    own_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    worker_mb = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    print(f"{name:>12}: {elapsed_s:8.2f} s, peak {own_mb:8.0f} MB, of the largest worker {worker_mb:8.0f} MB", flush=True)
    return result


def read_all(tree: DirectoryTree) -> int:
    """Read every file; how many bytes there were."""
    texts = (tree.read(entry, READ_LIMIT_BYTES) for entry in tree.files)
    return sum(len(text) for text in texts if not isinstance(text, Skipped))


if __name__ == "__main__":
    sys.exit(main())
