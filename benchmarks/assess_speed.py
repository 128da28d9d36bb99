"""What judging costs beside scanning: `assess_speed.py TREE [--runs N]` runs both commands in turn and prints the ratio of medians.

With `--synthetic N` a tree of N Terraform resources is made first and judged, which the scan of the same tree stands beside.
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

RESOURCE = """resource "aws_sagemaker_notebook_instance" "n{0}" {{
  name                   = "n{0}"
  kms_key_id             = aws_kms_key.k.arn
  subnet_id              = var.subnet
  direct_internet_access = "Disabled"
}}
"""
A_FILE = 100


def seconds(command: str, tree: Path) -> float:
    """Wall time of one whole process without a cache."""
    words = [sys.executable, "-m", "pentascope", command, str(tree), "--no-cache", "--format", "json", "--output", "/dev/null"]
    started = time.perf_counter()
    subprocess.run(words, check=True, stderr=subprocess.DEVNULL)
    return time.perf_counter() - started


def make(folder: Path, count: int) -> None:
    """Terraform of `count` notebooks, a hundred a file, beside a file that calls a model so that there is a system to judge."""
    (folder / "app.py").write_text('import boto3\nboto3.client("bedrock-runtime").converse(modelId="amazon.nova-lite-v1:0")\n')
    (folder / "variables.tf").write_text('variable "subnet" {}\n')
    for start in range(0, count, A_FILE):
        (folder / f"n{start}.tf").write_text("".join(RESOURCE.format(number) for number in range(start, min(start + A_FILE, count))))


def main() -> None:
    """Print the medians and their ratio."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("tree", type=Path, nargs="?")
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--synthetic", type=int, metavar="N")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        tree = args.tree
        if args.synthetic or tree is None:
            tree = Path(folder)
            make(tree, args.synthetic or 10_000)
        pairs = [(seconds("scan", tree), seconds("assess", tree)) for _ in range(args.runs)]
    scan, assess = (statistics.median(times) for times in zip(*pairs, strict=True))
    ratios = sorted(second / first for first, second in pairs)
    spread = f"{ratios[0]:.2f} to {ratios[-1]:.2f}"
    print(f"scan {scan:.2f} s, assess {assess:.2f} s (medians of {args.runs}); ratio {assess / scan:.2f} ({spread})")


if __name__ == "__main__":
    main()
